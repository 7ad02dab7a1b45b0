"""Values that are compared as factors: a logarithmic axis with plain numbers, and values that
follow each other with the factor from each to the next.
"""

from __future__ import annotations

from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from helpers.figures.errors import FigureError
from helpers.figures.style import GREY, PALETTE
from helpers.figures.words import MARK
from helpers.language import say


def log_axis(ax: Axes, axis: Literal["x", "y"] = "y") -> Axes:
    """Make an axis logarithmic, with plain numbers at 1, 2 and 5 of each power of ten.

    Parameters
    ----------
    ax : Axes
        The figure; all values on the axis are above zero.
    axis : "x" or "y", optional
        Which axis.

    Returns
    -------
    Axes
        The same axes, to be handed to `finish`.
    """
    (ax.set_xscale if axis == "x" else ax.set_yscale)("log")
    side = ax.xaxis if axis == "x" else ax.yaxis
    side.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=20))
    side.set_minor_locator(NullLocator())
    side.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    return ax


def factor_steps(
    values: pd.Series[Any],
    low: pd.Series[Any] | None = None,
    high: pd.Series[Any] | None = None,
    *,
    missing: str = "",
) -> Axes:
    """Draw values that follow each other, from top to bottom, and the factor from each to the next.

    Parameters
    ----------
    values : Series
        Numbers above zero, in their order; the index has their names.
    low, high : Series, optional
        The range of each value, drawn as a gray bar where there is one.
    missing : str, optional
        What to write beside a value without a range.

    Returns
    -------
    Axes
        The axes, with a logarithmic x axis, to be handed to `finish`.

    Raises
    ------
    FigureError
        A value is missing, or not above zero.
    """
    if not (values > 0).all():
        raise FigureError(say("Factors need numbers above zero, and none may be missing."))
    nothing = pd.Series(np.nan, index=values.index)
    low, high = nothing if low is None else low, nothing if high is None else high
    names, numbers = [str(name) for name in values.index], [float(value) for value in values]
    ax = plt.gca()
    ax.scatter(numbers, names, s=60, color=PALETTE[0], zorder=3)
    has_range = [i for i in range(len(names)) if pd.notna(low.iloc[i]) and pd.notna(high.iloc[i])]
    if has_range:
        ends = low.iloc[has_range], high.iloc[has_range]
        ax.hlines([names[i] for i in has_range], *ends, color=GREY, linewidth=5, alpha=0.5)
    edges = [*numbers, *low.dropna(), *high.dropna()]
    left, right = min(edges) / 1.6, max(edges) * 1.6
    log_axis(ax, "x").set(xlim=(left, right), ylim=(len(names) - 0.5, -0.5), ylabel="")
    for i, value in enumerate(numbers):
        is_right = value > np.sqrt(left * right)
        end = value if i not in has_range else float((low if is_right else high).iloc[i])
        words = f"{value:,.0f}" if i in has_range or not missing else f"{value:,.0f}, {missing}"
        side, away = ("right", -9) if is_right else ("left", 9)
        _words(ax, (end, i), words, (away, 0), ha=side)
        if i:
            before = numbers[i - 1]
            (line,) = ax.plot([before, value], [i - 1, i], color=GREY, linewidth=1, zorder=1)
            line.set_gid(MARK)
            factor = f"× {value / before:.2f}" if value < 2 * before else f"× {value / before:.1f}"
            middle = float(np.sqrt(before * value)), i - 0.5
            _words(ax, middle, factor, (0, 0), ha="center", weight="bold", backgroundcolor="white")
    return ax


def _words(
    ax: Axes, place: tuple[float, float], text: str, away: tuple[float, float], **look: Any
) -> None:
    """Words at a distance from a place; they are no plotted value."""
    words = ax.annotate(text, place, away, textcoords="offset points", va="center", **look)
    words.set(fontsize=10, gid=MARK, zorder=6)
