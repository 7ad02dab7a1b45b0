"""Ranges beside each other: a line from the lowest to the highest value, a dot for a center."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.errors import FigureError
from helpers.figures.style import GREY, PALETTE
from helpers.language import say

_PARTS = {"low": "|", "central": "o", "high": "|"}


def draw_ranges(table: pd.DataFrame, label: str, group: str) -> Axes:
    """Draw the ranges of a table, one below the other, a color for each group.

    Parameters
    ----------
    table : pandas.DataFrame
        With the columns low, central and high; each may have gaps, which are left out, but a row
        needs one value. The rows are drawn in their order, from the top.
    label : str
        The column with the name of each range.
    group : str
        The column that tells groups apart.

    Returns
    -------
    Axes
        To be handed to `finish`.

    Raises
    ------
    FigureError
        A column is missing, two rows have the same name, there are too many groups, or a row has no
        value.
    """
    absent = [column for column in (label, group, *_PARTS) if column not in table]
    if absent:
        raise FigureError(
            say("draw_ranges finds no column {absent!r} in the table.", absent=absent[0])
        )
    values = table[list(_PARTS)].astype(float)
    names = table[label].astype(str).to_list()
    groups = list(dict.fromkeys(table[group]))
    if len(set(names)) < len(names) or values.isna().all(axis="columns").any():
        raise FigureError(say("draw_ranges needs a name of its own and a value in each row."))
    if len(groups) > len(PALETTE):
        raise FigureError(say("draw_ranges has colors for {count} groups.", count=len(PALETTE)))
    _, ax = plt.subplots()
    ax.yaxis.update_units(names)  # every name, in the order given
    colors = dict(zip(groups, PALETTE, strict=False))
    for one, color in colors.items():
        rows = table[group] == one
        at = [name for name, its in zip(names, rows, strict=True) if its]
        part = values[rows.to_numpy()]
        ax.hlines(at, part["low"], part["high"], color=color, linewidth=2.5, alpha=0.6)
        for column, marker in _PARTS.items():
            kept = part[column].notna().to_numpy()
            shown = [name for name, its in zip(at, kept, strict=True) if its]
            size = 45 if marker == "o" else 170
            ax.scatter(
                part[column].dropna(), shown, marker=marker, s=size, color=color, linewidth=2.5,
                label=f"{one}, {column}",
            )  # fmt: skip
    ax.set_ylim(len(names) - 0.5, -0.5)
    for tick, one in zip(ax.get_yticklabels(), table[group], strict=True):
        tick.set_color(colors.get(one, GREY))
    return ax
