"""Words on a figure: names at the ends of lines instead of a legend."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from helpers.figures.errors import FigureError
from helpers.figures.words import floats, legend_colors


def label_lines(ax: Axes) -> Axes:
    """Write each line's name at its right end, in its colour, instead of a legend; names never
    overlap.

    Returns the same Axes, to be handed to `finish`. Raises `FigureError` when the lines have no
    names.
    """
    names = legend_colors(ax)
    ends = []
    for line in ax.lines:
        name = names.get(to_hex(line.get_color()), str(line.get_label()))
        x, y = floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))
        if len(y) and line.get_transform() == ax.transData and not name.startswith("_"):
            line.set_label(name)
            last = np.flatnonzero(~np.isnan(y))[-1]
            ends.append((float(y[last]), float(x[last]), name, line.get_color()))
    if not ends:
        raise FigureError("No line here has a name: give lineplot a hue= or a label=.")
    legend = ax.get_legend()
    if legend is not None:
        legend.remove()
    logarithmic = ax.get_yscale() == "log"
    low, high = np.log10(ax.get_ylim()) if logarithmic else ax.get_ylim()
    line_height = 0.055 * (high - low)
    right = max(x for _, x, *_ in ends)
    floor = low
    for y_end, _, name, color in sorted(ends, key=lambda end: end[0]):
        text = textwrap.fill(name, 22, initial_indent=" ", subsequent_indent=" ")
        half = line_height * (text.count("\n") + 1) / 2
        middle = max(np.log10(y_end) if logarithmic else y_end, floor + half)
        at = 10**middle if logarithmic else middle
        ax.text(right, at, text, color=color, va="center", linespacing=1.0)
        floor = middle + half
    return ax
