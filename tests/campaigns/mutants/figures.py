"""Mutants of figures: at every finish(), a plotted value changed, a series dropped, axes swapped,
in a child of the child.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.container import BarContainer

import helpers
from helpers.figures.errors import FigureError
from helpers.figures.words import DRAWN, TILES
from tests.campaigns.mutants.lesson import Lesson, source
from tests.campaigns.mutants.stage import ZmqLikeShell, executed, in_child, shown

CHANGE = 1.001  # a tenth of a percent


def artists(ax: Axes) -> Iterator[tuple[str, Any]]:
    """What carries values in one Axes: kind and artist."""
    if ax in TILES or ax in DRAWN:  # their values are read from what was drawn
        yield ("tiles" if ax in TILES else "network"), ax
        return
    yield from (("bars", c) for c in ax.containers if isinstance(c, BarContainer) and len(c))
    yield from (
        ("reference line" if line.get_transform() != ax.transData else "line", line)
        for line in ax.lines
        if len(np.asarray(line.get_xdata())) and not line.get_gid()
    )
    yield from (
        ("points", c)
        for c in ax.collections
        if isinstance(c, PathCollection) and len(np.asarray(c.get_offsets())) and not c.get_gid()
    )
    bands = [c for c in ax.collections if isinstance(c, (PolyCollection, LineCollection))]
    yield from (
        ("band", c)
        for c in bands
        if any(np.isfinite(path.vertices).any() for path in c.get_paths())
    )
    # Marks and names of the figure helpers have an id; tests/engine/test_figures.py looks at them.
    yield from (("text", text) for text in ax.texts if not text.get_gid())


def mutations(axes: list[Axes]) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """For one figure: operator, kind of artist, and the function that does it; the first artist of
    each kind stands for its kind.
    """
    seen = set()
    for ax in axes:
        for kind, artist in artists(ax):
            if kind in seen or (
                kind in ("line", "reference line", "points", "bars")
                and not _moved(artist, kind, ax)
            ):
                continue
            seen.add(kind)
            yield "change one value", kind, partial(change, artist, kind, ax)
            if kind != "tiles":
                yield "drop a series", kind, partial(drop, artist, kind)
            if kind in ("line", "points"):
                yield "swap axes", kind, partial(swap, artist, kind)


def _moved(artist: Any, kind: str, ax: Axes) -> bool:
    """Whether the artist has a finite value that can be changed."""
    if kind == "bars":
        return any(np.isfinite(bar.get_height()) for bar in artist)
    values = artist.get_offsets() if kind == "points" else artist.get_xydata()
    return bool(
        np.isfinite(np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)).all(axis=1).any()
    )  # seaborn leaves lines without a point


def _touched(values: Any) -> Any:
    """The values with the last finite one changed a little."""
    values = np.array(np.ma.filled(np.ma.asarray(values, dtype=float), np.nan))
    place = np.flatnonzero(np.isfinite(values))[-1]
    values[place] = values[place] * CHANGE if values[place] else 0.001
    return values


def change(artist: Any, kind: str, ax: Any) -> None:
    """Change one plotted value by a tenth of a percent; one word of a text."""
    if kind == "tiles":
        tiles = TILES[ax].values.astype(float)
        tiles[:] = _touched(tiles)
        TILES[ax] = TILES[ax]._replace(values=tiles)
    elif kind == "network":
        places = DRAWN[ax].places.copy()
        places[-1] = _touched(places[-1])
        DRAWN[ax] = DRAWN[ax]._replace(places=places)
    elif kind == "bars":
        bar = next(bar for bar in artist if np.isfinite(bar.get_height()))
        (bar.set_width if getattr(artist, "orientation", "") == "horizontal" else bar.set_height)(
            _touched(
                [
                    bar.get_width()
                    if getattr(artist, "orientation", "") == "horizontal"
                    else bar.get_height()
                ]
            )[0]
        )
    elif kind in ("line", "reference line"):
        vertical = (
            kind == "reference line"
            and len(set(np.asarray(artist.get_xdata(orig=False), dtype=float))) == 1
        )
        (artist.set_xdata if vertical else artist.set_ydata)(
            _touched(artist.get_xdata(orig=False) if vertical else artist.get_ydata(orig=False))
        )
    elif kind == "points":
        offsets: Any = np.ma.filled(np.ma.asarray(artist.get_offsets(), dtype=float), np.nan)
        artist.set_offsets(np.column_stack([offsets[:, 0], _touched(offsets[:, 1])]))
    elif kind == "band":
        vertices = next(
            path.vertices for path in artist.get_paths() if np.isfinite(path.vertices[:, 1]).any()
        )
        vertices[:, 1] = _touched(vertices[:, 1])
    else:
        artist.set_text(artist.get_text() + "x")


def drop(artist: Any, kind: str) -> None:
    """Take a series out of the figure; of a network, one tie."""
    if kind == "network":
        DRAWN[artist] = DRAWN[artist]._replace(ties=DRAWN[artist].ties[:-1])
    else:
        artist.remove()


def swap(artist: Any, kind: str) -> None:
    """Exchange x and y of a series."""
    if kind == "points":
        artist.set_offsets(
            np.asarray(np.ma.filled(np.ma.asarray(artist.get_offsets(), dtype=float), np.nan))[
                :, ::-1
            ]
        )
    else:
        x, y = artist.get_xdata(orig=False), artist.get_ydata(orig=False)
        artist.set_data(y, x)


def of_lesson(lesson: Lesson) -> list[dict[str, str]]:
    """Run a lesson in this process; at each finish(), try every mutation in a child and note what
    the stored picture says to it.
    """
    plain = helpers.finish
    results: list[dict[str, str]] = []
    number, pictures = 0, iter(list[dict[str, str]]())

    def before(cell: dict[str, Any]) -> None:
        nonlocal pictures
        pictures = iter(
            [
                shown([output])[1][0]
                for output in cell["outputs"]
                if "control(" not in source(cell)  # which ends a figure in a way of its own
                and "<img" in "".join(output.get("data", {}).get("text/html", ""))
            ]
        )

    def finish(axes: Any, **parts: Any) -> None:
        nonlocal number
        stored = next(pictures, None)
        if stored is None:
            plain(axes, **parts)
            return
        number += 1
        drawn = [axes] if isinstance(axes, Axes) else list(axes)

        def red(mutate: Callable[[], None]) -> str:
            mutate()
            shell: Any = ZmqLikeShell.instance()
            shell.display_pub.outputs = []
            try:
                plain(drawn, **parts)
            except FigureError as error:
                return f"finish() refuses: {error}"[:80]
            now = shown(shell.display_pub.outputs)[1]
            return (
                ""
                if now == [stored]
                else "description"
                if now[0]["text/html"] != stored["text/html"]
                else "hash"
            )

        for operator, kind, mutate in [("none", "control", lambda: None), *mutations(drawn)]:
            results.append(
                {
                    "kind": "figures",
                    "operator": operator,
                    "name": f"lesson {lesson.number}, figure {number}, {kind}",
                    "killed_by": str(in_child(partial(red, mutate))),
                }
            )
        plain(axes, **parts)

    helpers.finish = finish
    for _ in executed(lesson, before):
        pass
    return results
