"""The chain, drawn: six links, and the lessons that look at each."""

from __future__ import annotations

import hashlib
import io

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.patches import FancyBboxPatch

from helpers.charts import DPI, PALETTE, Picture

#: Link of the chain, what belongs to it, and the lessons that look at it.
LINKS = (
    ("Fields and\nlaboratories", "growing, making", "05"),
    ("Transport\nand border", "seizures, crossings", "06, 07"),
    ("Sale", "price at each stop", "08"),
    ("Use", "demand, deaths", "02, 03, 04"),
    ("Money", "income, assets", "09"),
    ("Organizations", "networks, violence", "10, 11"),
)
TITLE = "Mexico's delegation spoke of a chain; the lessons follow its links"
SOURCE = "Drawn after the press release of Mexico's foreign ministry of 14 December 2017 (data: dialogue_timeline); lessons 01, 12 and 13 look at the whole."


def draw_chain() -> None:
    """Show the chain as boxes and arrows, with the lessons below each link."""
    figure, ax = plt.subplots(figsize=(7.5, 3.3))
    ax.set(xlim=(0, 3), ylim=(-0.15, 2))
    ax.axis("off")
    centers = [(0.5 + i, 1.5) for i in range(3)] + [(2.5 - i, 0.45) for i in range(3)]
    for (x, y), (name, what, lessons) in zip(centers, LINKS, strict=True):
        ax.add_patch(FancyBboxPatch((x - 0.36, y - 0.33), 0.72, 0.66, boxstyle="round,pad=0.02", facecolor="white", edgecolor=PALETTE[0], linewidth=1.5))
        ax.text(x, y + 0.13, name, ha="center", va="center", fontsize=10, fontweight="bold", linespacing=1.0)
        ax.text(x, y - 0.11, what, ha="center", va="center", fontsize=8.5)
        ax.text(x, y - 0.24, f"lesson {lessons}" if "," not in lessons else f"lessons {lessons}", ha="center", va="center", fontsize=8.5, color=PALETTE[0])
    for (x0, y0), (x1, y1) in zip(centers, [*centers[1:], centers[0]], strict=True):
        if y0 == y1:
            start, end = (x0 + 0.39 * (1 if x1 > x0 else -1), y0), (x1 - 0.39 * (1 if x1 > x0 else -1), y1)
        else:
            down = y1 < y0
            start, end = (x0, y0 - 0.36 if down else y0 + 0.36), (x1, y1 + 0.36 if down else y1 - 0.36)
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": PALETTE[1], "linewidth": 2})
    figure.suptitle(TITLE, x=0.01, ha="left", fontsize=12, fontweight="bold")
    figure.supxlabel(SOURCE, x=0.01, ha="left", fontsize=7.5, color="#555555")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI)
    plt.close(figure)
    words = "; ".join(f"{name.replace(chr(10), ' ')} ({what}; lesson {lessons})" for name, what, lessons in LINKS)
    description = f"{TITLE}. Six boxes in a ring joined by arrows: {words}; and back to fields and laboratories. {SOURCE}"
    display(Picture(png.getvalue(), description, hashlib.sha256(description.encode()).hexdigest()[:10]))
