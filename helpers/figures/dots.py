"""Dots to count: one for each of a hundred or a thousand, so that a share can be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from helpers.figures import png
from helpers.figures.errors import FigureError
from helpers.figures.finish import SIMULATED, Picture, write_source, write_title
from helpers.figures.plotted import Panel, stored
from helpers.figures.style import GREY, PALETTE, WIDTH
from helpers.figures.words import sentence
from helpers.language import say, shown

#: The looks of the kinds of dots, in their order: fill and edge. The last kind is drawn hollow, so
#: that the kinds differ without color too.
_LOOKS = ((PALETTE[1], PALETTE[1]), (PALETTE[0], PALETTE[0]), (PALETTE[2], PALETTE[2]))
_HOLLOW = ("white", "#9A9A9A")


def dot_array(
    panels: Mapping[str, Mapping[str, int]],
    *,
    title: str,
    source: str,
    note: str = "",
    height: float = 3.6,
) -> None:
    """Show dots in rows, a color for each kind, and end the figure.

    Parameters
    ----------
    panels : mapping of mapping
        For each panel, its name and how many dots are of each kind: ``{"one in 100": {"right": 48,
        "wrong": 52}}``. All panels have the same kinds, at most four, and the same number of dots.
    title : str
        The finding, as a sentence.
    source : str
        Where the counts come from; a simulation or an assumption says so first.
    note : str, optional
        What one dot is.
    height : float, optional
        Height of the figure in inches.

    Raises
    ------
    FigureError
        A part is empty, a count is not a whole number from 0 on, or the panels do not match.
    """
    kinds = _checked(panels, title, source)
    figure, axes = plt.subplots(1, len(panels), figsize=(WIDTH, height), squeeze=False)
    total = sum(next(iter(panels.values())).values())
    columns = 50 if len(panels) == 1 else max(10, round((1.6 * total) ** 0.5))
    across, down = WIDTH / len(panels) / columns, (height - 1.8) / -(-total // columns)
    size = (0.72 * 72 * min(across, down)) ** 2
    for ax, (name, counts) in zip(axes[0], panels.items(), strict=True):
        _draw(ax, counts, kinds, columns, size)
        ax.set_title(shown(name), loc="left", fontsize=11)
        _say_counts(ax, counts, kinds)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(h_pad=0.08)  # type: ignore[call-arg]
    simulated = source.startswith(SIMULATED)
    source = source.replace(SIMULATED, shown(SIMULATED))
    write_title(figure, title, simulated)
    caption = f"{note}. {source}" if note else source
    write_source(figure, caption)
    picture = png.draw(figure)
    plt.close(figure)
    dots = "; ".join(
        f"{shown(name)}: " + ", ".join(f"{counts[kind]:,} {shown(kind)}" for kind in kinds)
        for name, counts in panels.items()
    )
    said = say("Dots, {total:,} in each panel: {dots}.", total=total, dots=dots)
    told = [sentence(title), said, sentence(caption)]
    words = " ".join([say("Simulated values."), *told] if simulated else told)
    Picture(picture, words, [_panel(name, counts) for name, counts in panels.items()]).show()


def _panel(name: str, counts: Mapping[str, int]) -> Panel:
    """How many dots of each kind, as a panel of values to be stored."""
    names = list(enumerate(counts))
    places = stored(place for place, _ in names)
    dots = ("dots", "", places, stored(counts.values()))
    return Panel("dots", name, "name", [(place, kind) for place, kind in names], series=[dots])


def _checked(panels: Mapping[str, Mapping[str, int]], title: str, source: str) -> Sequence[str]:
    """The kinds of dots, in their order; raises unless all can be drawn."""
    if not panels or not title.strip() or not source.strip():
        raise FigureError(say("dot_array needs at least one panel, a title and a source."))
    kinds = list(next(iter(panels.values())))
    if not 1 < len(kinds) <= len(_LOOKS) + 1:
        raise FigureError(
            say("dot_array draws two to {looks} kinds of dots.", looks=len(_LOOKS) + 1)
        )
    totals = set()
    for name, counts in panels.items():
        if list(counts) != kinds:
            raise FigureError(
                say("The panel {name!r} has other kinds of dots than the first one.", name=name)
            )
        if any(int(count) != count or count < 0 for count in counts.values()):
            raise FigureError(
                say("In the panel {name!r} a count is no whole number from 0 on.", name=name)
            )
        totals.add(sum(counts.values()))
    if len(totals) > 1 or not 0 < totals.pop() <= 2_000:
        raise FigureError(say("All panels must have the same number of dots, at most 2,000."))
    return kinds


def _draw(
    ax: Axes, counts: Mapping[str, int], kinds: Sequence[str], columns: int, size: float
) -> None:
    first = 0
    for kind, (fill, edge) in zip(kinds, [*_LOOKS[: len(kinds) - 1], _HOLLOW], strict=True):
        places = range(first, first + int(counts[kind]))
        ax.scatter(
            [place % columns for place in places],
            [place // columns for place in places],
            s=size,
            facecolor=fill,
            edgecolor=edge,
            linewidth=0.7,
        )
        first += int(counts[kind])
    rows = -(-first // columns)
    ax.set(xlim=(-1, columns), ylim=(rows, -1), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)
    ax.grid(False)


def _say_counts(ax: Axes, counts: Mapping[str, int], kinds: Sequence[str]) -> None:
    """Write below the dots how many there are of each kind, each after a dot of its look."""
    for line, (kind, (_, edge)) in enumerate(
        zip(kinds, [*_LOOKS[: len(kinds) - 1], _HOLLOW], strict=True)
    ):
        hollow = line == len(kinds) - 1
        ax.annotate(
            f"{'○' if hollow else '●'} {counts[kind]:,} {shown(kind)}",
            (0, 0),
            (0, -4 - 15 * line),
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            color=GREY if hollow else edge,
            fontsize=11,
        )
