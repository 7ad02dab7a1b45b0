"""Names at the ends of lines instead of a legend."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from helpers.figures.errors import FigureError
from helpers.figures.names import wrap_name
from helpers.figures.words import LINE_NAME, MARK, floats, legend_colors
from helpers.language import say


def label_lines(ax: Axes) -> Axes:
    """Write each line's name at its right end, in its color, instead of a legend.

    Parameters
    ----------
    ax : Axes
        The figure, with lines that have names.

    Returns
    -------
    Axes
        The same axes, to be handed to `finish`, which moves names apart that would overlap: limits
        of the axes may still be set in between.

    Raises
    ------
    FigureError
        The lines have no names.
    """
    names = legend_colors(ax)
    ends = []
    for line in ax.lines:
        name = names.get(to_hex(line.get_color()), str(line.get_label()))
        x, y = floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))
        of_data = line.get_transform() == ax.transData and line.get_gid() != MARK
        if len(y) and of_data and not name.startswith("_"):
            line.set_label(name)
            last = np.flatnonzero(~np.isnan(y))[-1]
            ends.append((float(y[last]), float(x[last]), name, line.get_color()))
    if not ends:
        raise FigureError(say("No line here has a name: give lineplot a hue= or a label=."))
    legend = ax.get_legend()
    if legend is not None:
        legend.remove()
    right = max(x for _, x, *_ in ends)
    for end, _, name, color in sorted(ends, key=lambda end: end[0]):
        words = wrap_name(name)
        ax.text(right, end, words, color=color, va="center", linespacing=1.0, fontsize=10).set_gid(
            LINE_NAME
        )
    return ax
