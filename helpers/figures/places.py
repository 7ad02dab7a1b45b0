"""Where names go: beside the ends of lines and beside points, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PathCollection
from matplotlib.text import Annotation, Text
from matplotlib.transforms import BboxBase

from helpers.figures.words import LINE_NAME, POINT_NAME, TILE_NAME, Floats

_GAP = 1.0  # pixels between two names
#: Where a name may be, seen from its point: steps to the right and up; the first that is free.
_AROUND = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
_DISTANCES = (6, 10, 16, 24)  # points


class _Box(NamedTuple):
    """A rectangle in pixels. Plain numbers: matplotlib's own takes ten times as long."""

    left: float
    low: float
    right: float
    high: float

    @classmethod
    def of(cls, box: BboxBase, margin: float = 0.0) -> _Box:
        """A box of matplotlib, with a margin around it."""
        left, low, right, high = map(float, box.extents)
        return cls(left - margin, low - margin, right + margin, high + margin)

    def moved(self, right: float, up: float) -> _Box:
        """The box at another place."""
        return _Box(self.left + right, self.low + up, self.right + right, self.high + up)

    @classmethod
    def around(cls, x: float, y: float, radius: float) -> _Box:
        """The box around a point."""
        return cls(x - radius, y - radius, x + radius, y + radius)


def place_names(ax: Axes, renderer: RendererBase) -> None:
    """Move the names that `label_lines` and `label_points` wrote, once the axes have their size."""
    ax.apply_aspect()
    _beside_lines(ax, renderer)
    _beside_points(ax, renderer)
    _on_tiles(ax, renderer)


def _on_tiles(ax: Axes, renderer: RendererBase) -> None:
    """Leave abbreviations out where a tile is too small for the widest of them."""
    names = [text for text in ax.texts if text.get_gid() == TILE_NAME]
    (left, _), (right, _) = ax.transData.transform([(0, 0), (1, 0)])
    if any(text.get_window_extent(renderer).width > right - left for text in names):
        for text in names:
            text.set_visible(False)


def _beside_lines(ax: Axes, renderer: RendererBase) -> None:
    names = [text for text in ax.texts if text.get_gid() == LINE_NAME]
    if not names:
        return
    ends = ax.transData.transform([text.get_position() for text in names])
    order = np.argsort(ends[:, 1], kind="stable")
    heights = [names[i].get_window_extent(renderer).height + _GAP for i in order]
    frame = ax.bbox
    middles = spread([float(ends[i, 1]) for i in order], heights, frame.y0, frame.y1)
    for i, middle in zip(order, middles, strict=True):
        names[i].set_position(tuple(ax.transData.inverted().transform((ends[i, 0], middle))))


def spread(
    wishes: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Middles of boxes that keep their order and do not overlap, as near as can be to the wishes.

    Parameters
    ----------
    wishes : sequence of float
        Where the middles would be, rising.
    heights : sequence of float
        How high each box is.
    low, high : float
        Where the boxes should stay, if they fit.

    Returns
    -------
    list of float
        The middles, in the same order.
    """
    groups: list[tuple[list[int], float, float]] = []  # members, start, height
    for i in range(len(wishes)):
        members, height = [i], heights[i]
        start = _start(members, wishes, heights, low, high)
        while groups and groups[-1][1] + groups[-1][2] > start:
            before, _, taller = groups.pop()
            members, height = before + members, taller + height
            start = _start(members, wishes, heights, low, high)
        groups.append((members, start, height))
    middles = []
    for members, start, _ in groups:
        for i in members:
            middles.append(start + heights[i] / 2)
            start += heights[i]
    return middles


def _start(
    members: list[int],
    wishes: Sequence[float],
    heights: Sequence[float],
    low: float,
    high: float,
) -> float:
    """The lower end of a stack of boxes whose middles are nearest to the wishes."""
    ends = np.cumsum([0.0, *(heights[i] for i in members)])
    middles = (ends[:-1] + ends[1:]) / 2
    start = float(np.mean([wishes[i] - middle for i, middle in zip(members, middles, strict=True)]))
    return max(low, min(start, high - float(ends[-1])))


def _beside_points(ax: Axes, renderer: RendererBase) -> None:
    names = [
        text for text in ax.texts if isinstance(text, Annotation) and text.get_gid() == POINT_NAME
    ]
    if not names:
        return
    taken = [
        _Box.of(text.get_window_extent(renderer))
        for text in ax.texts
        if text not in names and text.get_text() and text.get_visible()
    ]
    points, frame = _points(ax, names), _Box.of(ax.bbox)
    for name in names:
        best = min(_tried(name, renderer, taken, points, frame))
        _move(name, *best[1:])
        taken.append(_Box.of(name.get_window_extent(renderer)))


def _points(ax: Axes, names: list[Annotation]) -> list[_Box]:
    """The boxes of all points, to stay clear of, in pixels."""
    centers = ax.transData.transform([name.xy for name in names]).tolist()
    boxes = [_Box.around(x, y, 4) for x, y in centers]
    for collection in ax.collections:
        if not isinstance(collection, PathCollection):
            continue
        offsets: Floats = np.ma.filled(np.ma.asarray(collection.get_offsets(), float), np.nan)
        places = ax.transData.transform(offsets.reshape(-1, 2))
        sizes = np.resize(np.asarray(collection.get_sizes(), dtype=float), len(places))
        radii = np.sqrt(sizes) / 2 * ax.figure.dpi / 72
        shown = np.isfinite(places).all(axis=1)
        pairs = zip(places[shown].tolist(), radii[shown].tolist(), strict=True)
        boxes.extend(_Box.around(x, y, radius) for (x, y), radius in pairs)
    return boxes


def _tried(
    name: Annotation,
    renderer: RendererBase,
    taken: Sequence[_Box],
    points: Sequence[_Box],
    frame: _Box,
) -> list[tuple[float, int, int, int]]:
    """How much each place around a point would cover: the cost, then the place."""
    tried = []
    pixels = cast(float, renderer.points_to_pixels(1))
    for dx, dy in _AROUND:
        _move(name, 0, dx, dy)
        near = _Box.of(name.get_window_extent(renderer), margin=1)  # measured once, then moved
        for distance in _DISTANCES:
            box = near.moved(*(pixels * step for step in _offset(distance, dx, dy)))
            outside = _shared(box, box) - _shared(box, frame)
            cost = 20 * sum(_shared(box, other) for other in taken) + 10 * outside
            cost += 4 * sum(_shared(box, point) for point in points)
            order = _AROUND.index((dx, dy)) + 10 * _DISTANCES.index(distance)
            tried.append((round(cost, 1) + order / 100, distance, dx, dy))
    return tried


def _shared(one: _Box, other: _Box) -> float:
    """The area of what two boxes have in common."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.high, other.high) - max(one.low, other.low)
    return width * height if width > 0 and height > 0 else 0.0


def _move(name: Text, distance: int, dx: int, dy: int) -> None:
    name.set_position(_offset(distance, dx, dy))
    name.set_horizontalalignment(("center", "left", "right")[dx])
    name.set_verticalalignment(("center", "bottom", "top")[dy])


def _offset(distance: int, dx: int, dy: int) -> tuple[float, float]:
    """From a point to its name, in points of print: less in each direction on a diagonal."""
    return distance * dx * (0.7 if dy else 1), distance * dy * (0.7 if dx else 1)
