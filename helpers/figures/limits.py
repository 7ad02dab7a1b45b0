"""Values with their limits: a bar through each point, or a band around a line."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from helpers.figures.errors import FigureError
from helpers.figures.style import PALETTE
from helpers.language import say

_ENDS = ("low", "high")


def draw_limits(
    table: pd.DataFrame, value: str = "rate", *, label: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a column with its limits: points with bars for places, a line with a band for years.

    Parameters
    ----------
    table : pandas.DataFrame
        The index names the places (text), or is a number such as the year. The columns low and
        high are the limits.
    value : str, optional
        The column that is drawn between them.
    label : str, optional
        Name of the line, for `label_lines`.
    ax : Axes, optional
        Where another line was drawn.

    Returns
    -------
    Axes
        To be handed to `finish`.

    Raises
    ------
    FigureError
        A column is missing.
    """
    missing = [column for column in (value, *_ENDS) if column not in table]
    if missing:
        raise FigureError(
            say(
                "The table has no column {missing!r}: it needs {value}, low and high.",
                missing=missing[0],
                value=value,
            )
        )
    axes = ax if ax is not None else plt.subplots()[1]
    drawn = table[[value, *_ENDS]].astype(float)
    if pd.api.types.is_numeric_dtype(table.index):
        before = [line for line in axes.lines if not str(line.get_label()).startswith("_")]
        color = PALETTE[len(before) % len(PALETTE)]
        axes.plot(drawn.index, drawn[value], color=color, label=label)
        axes.fill_between(drawn.index, drawn["low"], drawn["high"], color=color, alpha=0.2, lw=0)
    else:
        names = drawn.index.astype(str)
        axes.vlines(names, drawn["low"], drawn["high"], color=PALETTE[0])
        axes.scatter(names, drawn[value], color=PALETTE[0], s=50, label=label)
    if ax is None:
        axes.set_xlabel(str(table.index.name or ""))
    return axes
