"""Boxes joined by arrows in a circle: a chain of six stages, drawn from a table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.patches import FancyBboxPatch

from helpers.figures import png
from helpers.figures.errors import FigureError
from helpers.figures.finish import Picture, write_source
from helpers.figures.style import PALETTE, SMALLEST
from helpers.language import say, shown
from helpers.lessons import lessons

#: Where the boxes are: three from left to right, then three back.
CENTERS = ((0.5, 1.5), (1.5, 1.5), (2.5, 1.5), (2.5, 0.45), (1.5, 0.45), (0.5, 0.45))
_COLUMNS = ("stage", "what", "named")


def draw_boxes(stages: pd.DataFrame, *, title: str, source: str) -> None:
    """Show six stages as boxes and arrows, with the lessons whose block names the stage below each.

    Parameters
    ----------
    stages : pandas.DataFrame
        Six rows in order, with the columns stage (its name), what (what is looked at) and named
        (yes or no: whether the source names it; the others are dashed).
    title : str
        What the figure shows, as a sentence.
    source : str
        Where the stages are from.

    Raises
    ------
    FigureError
        A column is missing or the rows are not six.

    Notes
    -----
    A lesson belongs to a stage if the entry `stage` of its block is the stage's name.
    """
    absent = [column for column in _COLUMNS if column not in stages]
    if absent or len(stages) != len(CENTERS):
        columns, there = ", ".join(_COLUMNS), len(stages)
        if not absent:
            raise FigureError(
                say(
                    "The stages must be {count} rows with the columns {columns}; there are {there} "
                    "rows.",
                    count=len(CENTERS),
                    columns=columns,
                    there=there,
                )
            )
        raise FigureError(
            say(
                "The stages must be {count} rows with the columns {columns}; there are {there} "
                "rows and no column {absent}.",
                count=len(CENTERS),
                columns=columns,
                there=there,
                absent=absent[0],
            )
        )
    boxes = [_Box(row["stage"], row["what"], row["named"] == "yes") for _, row in stages.iterrows()]
    figure, ax = plt.subplots(figsize=(7.5, 3.4))
    ax.set(xlim=(0, 3), ylim=(0, 2))
    ax.axis("off")
    center: dict[str, Any] = {"ha": "center", "va": "center"}
    for (x, y), box in zip(CENTERS, boxes, strict=True):
        patch = FancyBboxPatch(
            (x - 0.36, y - 0.33),
            0.72,
            0.66,
            boxstyle="round,pad=0.02",
            facecolor="white",
            edgecolor=PALETTE[0],
            linewidth=1.5,
            linestyle=box.line,
        )
        ax.add_patch(patch)
        name = textwrap.fill(box.name, 16)
        ax.text(x, y + 0.13, name, **center, fontsize=10, fontweight="bold", linespacing=1.0)
        ax.text(x, y - 0.11, box.what, **center, fontsize=SMALLEST)
        ax.text(x, y - 0.24, box.where, **center, fontsize=SMALLEST, color=PALETTE[0])
    for i, (start, end) in enumerate(zip(CENTERS, [*CENTERS[1:], CENTERS[0]], strict=True)):
        (x0, y0), (x1, y1) = start, end
        right, up = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        dashed = not (boxes[i].named and boxes[(i + 1) % len(boxes)].named)
        look = {
            "arrowstyle": "-|>",
            "color": PALETTE[1],
            "linewidth": 2,
            "linestyle": "--" if dashed else "-",
        }
        ax.annotate(
            "",
            (x1 - 0.39 * right, y1 - 0.36 * up),
            (x0 + 0.39 * right, y0 + 0.36 * up),
            arrowprops=look,
        )
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    write_source(figure, source)
    picture = png.draw(figure)
    plt.close(figure)
    names = "; ".join(box.in_english for box in boxes)
    Picture(picture, _description(boxes, title, source), names=names).show()


class _Box:
    """One box: its name, what is looked at, the lessons, and whether the source names it."""

    def __init__(self, name: str, what: str, named: bool) -> None:
        self.name, self.what, self.named = shown(name), shown(what), named
        self.numbers = [lesson.number for lesson in lessons() if lesson.more.get("stage") == name]
        self.in_english = f"{name}, {what}, {self.numbers}, {named}"

    @property
    def line(self) -> str:
        return "-" if self.named else "--"

    @property
    def where(self) -> str:
        if not self.numbers:
            return say("no lesson yet")
        numbers = ", ".join(self.numbers)
        return say(
            "lesson {numbers}" if len(self.numbers) == 1 else "lessons {numbers}", numbers=numbers
        )


def _description(boxes: list[_Box], title: str, source: str) -> str:
    """What the figure says, in words: the stages in their order with their lessons."""
    said = {box: f"{box.name} ({box.what}; {box.where})" for box in boxes}
    first = _one_after_another(said[box] for box in boxes if box.named)
    others = _one_after_another(said[box] for box in boxes if not box.named)
    if not others:
        return say(
            "{title}. Boxes joined by arrows: {first}. {source}",
            title=title,
            first=first,
            source=source,
        )
    return say(
        "{title}. Boxes joined by arrows: {first}. Dashed, between the last of these and the "
        "first: {others}. {source}",
        title=title,
        first=first,
        others=others,
        source=source,
    )


def _one_after_another(boxes: Iterable[str]) -> str:
    return say(". Then ").join(boxes)
