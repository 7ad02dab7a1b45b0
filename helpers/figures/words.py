"""A figure in words: what is plotted, read back from the axes, as a description and as a short
hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedFormatter, FuncFormatter

from helpers.values import short_number

Floats = np.ndarray[Any, np.dtype[np.float64]]
_DATE_FORMATTERS = (mdates.DateFormatter, mdates.AutoDateFormatter, mdates.ConciseDateFormatter)


class Tiles(NamedTuple):
    """What a tile map shows: a value per place, and the rows and columns of the places."""

    values: pd.Series[Any]
    places: Floats


#: The maps that `tile_map` has drawn and that are still open, by their axes.
TILES: WeakKeyDictionary[Axes, Tiles] = WeakKeyDictionary()


class Series(NamedTuple):
    """One named series of plotted points."""

    kind: str
    name: str
    x: Floats
    y: Floats


class PlottedValues:
    """What one Axes shows: named series of points, read back from the artists that seaborn or
    matplotlib made.
    """

    def __init__(self, ax: Axes, unit: str):
        self.unit, self.title = unit, ax.get_title(loc="left") or ax.get_title()
        self.dates = _shows_dates(ax)
        bars = [c for c in ax.containers if isinstance(c, BarContainer)]
        named_lanes = bool(_tick_names(ax.yaxis)) and not _tick_names(ax.xaxis) and not self.dates
        self.horizontal = any(getattr(c, "orientation", "") == "horizontal" for c in bars) or (
            named_lanes and not bars
        )
        self.names = _tick_names(ax.yaxis if self.horizontal else ax.xaxis)
        self.value_names = _tick_names(ax.xaxis if self.horizontal else ax.yaxis)
        self.legend = legend_colors(ax)
        self.texts = [text.get_text() for text in ax.texts]
        self.series: list[Series] = []
        self.bands: list[tuple[str, Floats]] = []
        map_ = TILES.get(ax)
        self.tiles = None if map_ is None else map_.values
        if map_ is not None and self.tiles is not None:
            self.names, self.years = list(enumerate(self.tiles.index)), False
            self.series = [Series("tiles", "", map_.places, self.tiles.to_numpy())]
            return
        self._read_bars(ax)
        self._read_lines(ax)
        self._read_points(ax)
        self._read_bands(ax)
        xs = [x for _, _, xs, _ in self.series for x in xs]
        self.years = (
            bool(xs)
            and not self.names
            and all(float(x).is_integer() and 1900 <= x <= 2100 for x in xs)
        )

    def _read_bars(self, ax: Axes) -> None:
        for container in ax.containers:
            if not isinstance(container, BarContainer):
                continue
            bars = [p for p in container if isinstance(p, Rectangle)]
            if self.horizontal:
                x, y = [b.get_y() + b.get_height() / 2 for b in bars], [b.get_width() for b in bars]
            else:
                x, y = [b.get_x() + b.get_width() / 2 for b in bars], [b.get_height() for b in bars]
            colors = {to_hex(bar.get_facecolor()) for bar in bars}
            name = (
                self.legend.get(colors.pop(), container.get_label())
                if len(colors) == 1
                else container.get_label()
            )
            self._add("bars", str(name), x, y)

    def _read_lines(self, ax: Axes) -> None:
        for line in ax.lines:
            x, y = floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))
            if line.get_transform() != ax.transData:
                self.bands.append(("reference", np.concatenate([x, y])))  # axhline, axvline
            elif len(x):
                name = self.legend.get(to_hex(line.get_color()), line.get_label())
                self._add("line" if line.get_linestyle() != "None" else "points", str(name), x, y)

    def _read_points(self, ax: Axes) -> None:
        for collection in ax.collections:
            if isinstance(collection, PathCollection):
                offsets = np.ma.filled(np.ma.asarray(collection.get_offsets(), dtype=float), np.nan)
                if not len(offsets):
                    continue
                x, y = (1, 0) if self.horizontal else (0, 1)
                colors = np.array(
                    [self.legend.get(to_hex(c), "") for c in collection.get_facecolors()]
                )
                if len(colors) == len(offsets) and (
                    len(set(colors)) > 1 or (self.names and self.value_names)
                ):
                    for name in dict.fromkeys(
                        colors
                    ):  # the colour says which; with names on both axes it is the value
                        self._add(
                            "points",
                            str(name),
                            offsets[colors == name, x],
                            offsets[colors == name, y],
                        )
                else:
                    self._add("points", str(collection.get_label()), offsets[:, x], offsets[:, y])

    def _read_bands(self, ax: Axes) -> None:
        for collection in ax.collections:
            if isinstance(collection, (PolyCollection, LineCollection)):
                for path in collection.get_paths():
                    self.bands.append(("band", path.vertices.ravel()))

    def _add(self, kind: str, name: str, x: Iterable[float], y: Iterable[float]) -> None:
        x, y = floats(x), floats(y)
        keep = ~(np.isnan(x) | np.isnan(y))
        if keep.any():
            shown = "" if name.startswith("_") else name
            self.series.append(Series(kind, shown, x[keep], y[keep]))

    def words(self) -> str:
        """The description: kind of chart, then each series from where to where, with its highest
        and lowest value.
        """
        if self.tiles is not None:
            ranked = self.tiles.dropna().sort_values(kind="stable")
            name = f" {self.title}" if self.title else ""
            ends = "; ".join(
                f"{word} {', '.join(f'{state} {short_number(value)}' for state, value in part.items())}"
                for word, part in (("lowest", ranked.head(3)), ("highest", ranked.tail(3)[::-1]))
            )
            gaps = f"; no figure for {self.tiles.isna().sum()}" if self.tiles.isna().any() else ""
            return f"Tile map{name}, {self.unit}, {len(ranked)} states: {ends}; median {short_number(ranked.median())}{gaps}."
        kinds = {"bars": "Bar chart", "line": "Line chart", "points": "Points"}
        head = (
            " and ".join(dict.fromkeys(kinds[kind] for kind, *_ in self.series))
            .replace(" and Line", " and line")
            .replace(" and Points", " and points")
        )
        title = f", {self.title}" if self.title else ""
        return f"{head}{title}, {self.unit}: " + " ".join(
            self._series_words(*s) for s in self.series
        )

    def _series_words(self, kind: str, name: str, x: Floats, y: Floats) -> str:
        label = f"{name}: " if name else ""
        if kind == "points" and self.value_names and self.names:
            return (
                label
                + ", ".join(
                    f"{_nearest(self.value_names, b)} ({self._at(a)})"
                    for a, b in zip(x, y, strict=True)
                )
                + "."
            )
        if kind == "points" and self.value_names:
            return label + ", ".join(self._at(a) for a in x) + "."
        if self.names or len(x) <= (12 if kind == "points" else 6):
            return (
                label
                + ", ".join(f"{self._at(a)} {short_number(b)}" for a, b in zip(x, y, strict=True))
                + "."
            )
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        top, low = int(np.argmax(y)), int(np.argmin(y))
        if kind == "points":
            return f"{label}{len(x)} points, from {short_number(y[low])} at {self._at(x[low])} to {short_number(y[top])} at {self._at(x[top])}."
        if kind == "bars":
            return f"{label}{len(x)} bars from {self._at(x[0])} to {self._at(x[-1])}, the highest {short_number(y[top])} at {self._at(x[top])}."
        ends = f"{self._at(x[0])} {short_number(y[0])}, {self._at(x[-1])} {short_number(y[-1])}"
        inside = (
            [f"highest {short_number(y[top])} in {self._at(x[top])}"]
            if 0 < top < len(x) - 1
            else []
        )
        inside += (
            [f"lowest {short_number(y[low])} in {self._at(x[low])}"] if 0 < low < len(x) - 1 else []
        )
        return f"{label}{'; '.join([ends, *inside])}."

    def _at(self, x: float) -> str:
        if self.names:
            return _nearest(self.names, x)
        return (
            f"{mdates.num2date(x):%B %Y}"
            if self.dates
            else short_number(x)
            if not self.years
            else str(int(x))
        )

    def numbers(self) -> Iterable[tuple[str, Floats]]:
        """All plotted values with the names they carry, for the hash."""
        yield "names", np.array([position for position, _ in self.names])
        for _, name in self.names:
            yield name, np.array([])
        for text in self.texts:
            yield text, np.array([])
        for _, name, x, y in self.series:
            yield name, np.concatenate([x, y])
        yield from self.bands


def _nearest(names: list[tuple[float, str]], position: float) -> str:
    return min(names, key=lambda pair: abs(pair[0] - position))[1]


def digest(values: list[PlottedValues]) -> str:
    """Ten hex digits over all plotted values, rounded to six significant digits, and the names of
    the series.
    """
    hasher = hashlib.sha256()
    for v in values:
        for name, numbers in v.numbers():
            text = ",".join(f"{n:.6g}" for n in numbers + 0.0)
            hasher.update(f"{name}:{text};".encode())
    return hasher.hexdigest()[:10]


def floats(values: Iterable[float]) -> Floats:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan).ravel()


def _shows_dates(ax: Axes) -> bool:
    return isinstance(ax.xaxis.get_major_formatter(), _DATE_FORMATTERS)


def _tick_names(axis: Axis) -> list[tuple[float, str]]:
    """Position and name of each category on an axis of names; an empty list on an axis of numbers."""
    formatter = axis.get_major_formatter()
    if not isinstance(formatter, (StrCategoryFormatter, FixedFormatter, FuncFormatter)):
        return []
    positions = axis.get_ticklocs()
    names = [
        (position, text)
        for position, text in zip(positions, formatter.format_ticks(positions), strict=True)
        if text
    ]
    if isinstance(formatter, StrCategoryFormatter):
        return names  # also where they are numbers: bars of 2014 stand at 0
    return (
        [] if all(text.replace(",", "").replace(".", "").isdigit() for _, text in names) else names
    )


def legend_colors(ax: Axes) -> dict[str, str]:
    """Colour of each legend entry and its text, as `finish` will write it: seaborn names its lines
    and bars only there.
    """
    legend = ax.get_legend()
    if legend is None:
        return {}
    pairs = zip(legend.legend_handles, legend.get_texts(), strict=True)
    colours = {}
    for handle, text in pairs:
        if isinstance(handle, Line2D):
            colours[to_hex(handle.get_color())] = text.get_text().replace("_", " ")
        elif isinstance(handle, Rectangle):
            colours[to_hex(handle.get_facecolor())] = text.get_text().replace("_", " ")
    return colours


def sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
