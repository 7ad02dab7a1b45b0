"""What changed between two days: a row for each thing, a ring for what it was, a dot for what it
is, and an arrow between the two where they differ.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.errors import FigureError
from helpers.figures.style import GREY, PALETTE
from helpers.figures.words import MARK
from helpers.language import say
from helpers.language import shown as displayed

_RING, _DOT = 190, 60
_LABELED = re.compile(r"(.+?)(?: \((\w+)\))?")


def draw_shifts(
    before: pd.Series,
    after: pd.Series,
    order: Sequence[str],
    names: Sequence[str] = (),
    days: tuple[str, str] = ("before", "now"),
) -> Axes:
    """Draw how each row of a list moved from one word to another.

    Parameters
    ----------
    before, after : pandas.Series
        A word for each row, with the same index. Where several people differ, their words are
        separated by semicolons, each with its author in brackets: "yes (A); no (B)".
    order : sequence of str
        The words from left to right; those that do not occur are left out.
    names : sequence of str, optional
        What to call the rows in the figure, from the first on; the rest keep their labels.
    days : tuple of str, optional
        What ring and dot stand for, in the legend.

    Returns
    -------
    Axes
        The figure, to be handed to `finish`.

    Raises
    ------
    FigureError
        The two lists have other rows, or a word is not in `order`.
    """
    if list(before.index) != list(after.index):
        raise FigureError(say("The two lists must have the same rows, in the same order."))
    rows = [*names, *map(str, before.index[len(names) :])]
    words = [[_words(cell) for cell in cells] for cells in (before, after)]
    used = {word for day in words for cell in day for word, _ in cell}
    if unknown := used - set(order):
        raise FigureError(
            say("Not in the order that is drawn: {unknown}.", unknown=", ".join(sorted(unknown)))
        )
    shown = [word for word in order if word in used]
    _, ax = plt.subplots()
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xticks(range(len(shown)), [textwrap.fill(displayed(word), 11) for word in shown])
    ax.set(xlim=(-0.5, len(shown) - 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="")
    looks = ((_RING, "none", GREY), (_DOT, PALETTE[0], PALETTE[0]))
    for day, name, (size, fill, edge) in zip(words, days, looks, strict=True):
        points = [(shown.index(word), y) for y, cell in enumerate(day) for word, _ in cell]
        xs, ys = zip(*points, strict=True)
        ax.scatter(xs, ys, s=size, facecolor=fill, edgecolor=edge, linewidth=2, label=name)
    for y, (then, now) in enumerate(zip(*words, strict=True)):
        for word, author in now:
            _arrow(ax, [shown.index(w) for w, _ in then], shown.index(word), y)
            if author:  # beside the dot, away from the arrow
                right = word in dict(then)
                ax.annotate(
                    author,
                    (shown.index(word), y),
                    xytext=(12 if right else -9, 0),
                    textcoords="offset points",
                    ha="left" if right else "right",
                    va="center",
                )
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return ax


def _words(cell: object) -> list[tuple[str, str]]:
    """The words of one cell, each with its author."""
    parts = [_LABELED.fullmatch(part.strip()) for part in str(cell).split(";")]
    return [(part[1], part[2] or "") for part in parts if part]


def _arrow(ax: Axes, starts: list[int], end: int, y: int) -> None:
    if end in starts:
        return
    style = {"arrowstyle": "-|>", "color": PALETTE[0], "shrinkA": 9, "shrinkB": 5}
    for start in starts:
        arrow = ax.annotate("", (end, y), xytext=(start, y), arrowprops=style)
        arrow.set_gid(MARK)
