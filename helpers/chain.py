"""The chain, drawn: the links that Mexico named, the one this course adds, and the lessons that look at each."""

from __future__ import annotations

import hashlib
import io
import textwrap
from typing import NamedTuple

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.patches import FancyBboxPatch

from helpers.charts import DPI, PALETTE, Picture


class Link(NamedTuple):
    """One box: its name, what is looked at, the lessons, and whether the press release names it."""

    name: str
    what: str
    lessons: str
    named: bool = True

    @property
    def where(self) -> str:
        return f"lesson{'s' if ',' in self.lessons else ''} {self.lessons}"


LINKS = (
    Link("Cultivation\nand production", "fields, laboratories", "05"),
    Link("Distribution in\nboth countries", "seizures, border", "06, 07"),
    Link("Sale", "price at each stop", "08"),
    Link("Use", "demand, deaths", "02, 03, 04"),
    Link("Income", "money", "09"),
    Link("Organizations", "networks, violence", "10, 11", named=False),
)
TITLE = "Mexico's delegation spoke of a chain; the lessons follow its links"
SOURCE = (
    "Solid: drawn after the press release of Mexico's foreign ministry of 14 December 2017 (data: dialogue_timeline). "
    "Dashed: added for this course. Lessons 01, 12 and 13 look at the whole."
)
#: Where the boxes stand: three from left to right, then three back.
CENTERS = ((0.5, 1.5), (1.5, 1.5), (2.5, 1.5), (2.5, 0.45), (1.5, 0.45), (0.5, 0.45))


def draw_chain() -> None:
    """Show the chain as boxes and arrows, with the lessons below each link."""
    figure, ax = plt.subplots(figsize=(7.5, 3.4))
    ax.set(xlim=(0, 3), ylim=(0, 2))
    ax.axis("off")
    for (x, y), link in zip(CENTERS, LINKS, strict=True):
        line = "-" if link.named else "--"
        ax.add_patch(
            FancyBboxPatch(
                (x - 0.36, y - 0.33),
                0.72,
                0.66,
                boxstyle="round,pad=0.02",
                facecolor="white",
                edgecolor=PALETTE[0],
                linewidth=1.5,
                linestyle=line,
            )
        )
        ax.text(
            x,
            y + 0.13,
            link.name,
            ha="center",
            va="center",
            fontsize=10,
            fontweight="bold",
            linespacing=1.0,
        )
        ax.text(x, y - 0.11, link.what, ha="center", va="center", fontsize=8.5)
        ax.text(x, y - 0.24, link.where, ha="center", va="center", fontsize=8.5, color=PALETTE[0])
    for i, ((x0, y0), (x1, y1)) in enumerate(zip(CENTERS, [*CENTERS[1:], CENTERS[0]], strict=True)):
        right, up = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        line = "-" if LINKS[i].named and LINKS[(i + 1) % 6].named else "--"
        look = {"arrowstyle": "-|>", "color": PALETTE[1], "linewidth": 2, "linestyle": line}
        ax.annotate(
            "",
            (x1 - 0.39 * right, y1 - 0.36 * up),
            (x0 + 0.39 * right, y0 + 0.36 * up),
            arrowprops=look,
        )
    figure.suptitle(TITLE, x=0.01, ha="left", fontsize=12, fontweight="bold")
    figure.supxlabel(textwrap.fill(SOURCE, 116), x=0.01, ha="left", fontsize=8, color="#555555")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI)
    plt.close(figure)
    words = description()
    display(Picture(png.getvalue(), words, hashlib.sha256(words.encode()).hexdigest()[:10]))


def description() -> str:
    """What the figure says, in words: the links in their order with their lessons.

    Examples
    --------
    >>> description().split(". ")[1]
    'Boxes joined by arrows: Cultivation and production (fields, laboratories; lesson 05)'
    """
    first, last = (
        [
            f"{link.name} ({link.what}; {link.where})".replace("\n", " ")
            for link in LINKS
            if link.named is named
        ]
        for named in (True, False)
    )
    return f"{TITLE}. Boxes joined by arrows: {'. Then '.join(first)}. Dashed, between the last of these and the first: {'. Then '.join(last)}. {SOURCE}"
