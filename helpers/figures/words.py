"""A figure in words: what is plotted, read back from the axes, as a description and as values to
be stored.
"""

from __future__ import annotations

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
from numpy.typing import ArrayLike

from helpers.figures.plotted import Panel, stored
from helpers.language import say, shown, translatable, written_month
from helpers.values import short_number

Floats = np.ndarray[Any, np.dtype[np.float64]]
_DATE_FORMATTERS = (mdates.DateFormatter, mdates.AutoDateFormatter, mdates.ConciseDateFormatter)


#: The beginning of a description, by the kinds of what is drawn, in the order drawn.
_KINDS = {
    ("bars",): translatable("Bar chart"),
    ("line",): translatable("Line chart"),
    ("points",): translatable("Points"),
    ("bars", "line"): translatable("Bar chart and line chart"),
    ("line", "bars"): translatable("Line chart and bar chart"),
    ("bars", "points"): translatable("Bar chart and points"),
    ("points", "bars"): translatable("Points and bar chart"),
    ("line", "points"): translatable("Line chart and points"),
    ("points", "line"): translatable("Points and line chart"),
    ("bars", "line", "points"): translatable("Bar chart and line chart and points"),
    ("bars", "points", "line"): translatable("Bar chart and points and line chart"),
    ("line", "bars", "points"): translatable("Line chart and bar chart and points"),
    ("line", "points", "bars"): translatable("Line chart and points and bar chart"),
    ("points", "bars", "line"): translatable("Points and bar chart and line chart"),
    ("points", "line", "bars"): translatable("Points and line chart and bar chart"),
}
_SPANS = {
    "shade": translatable("Shaded from {start} to {end}: {words}."),
    "bracket": translatable("Bracket from {start} to {end}: {words}."),
}


class Tiles(NamedTuple):
    """What a tile map shows: a value per place, and the rows and columns of the places."""

    values: pd.Series[Any]
    places: Floats


#: The maps that `tile_map` has drawn and that are still open, by their axes.
TILES: WeakKeyDictionary[Axes, Tiles] = WeakKeyDictionary()


class Network(NamedTuple):
    """A network that is drawn: how many ties each node has, and where ties and nodes are."""

    degree: dict[Any, int]
    ties: Floats
    places: Floats


#: The networks that `draw_network` has drawn and that are still open, by their axes.
DRAWN: WeakKeyDictionary[Axes, Network] = WeakKeyDictionary()


class Mark(NamedTuple):
    """What was marked on a figure: how, in which words, and where (axis and place)."""

    kind: str
    text: str
    places: tuple[tuple[str, float], ...]


#: What the helpers have marked on figures that are still open.
MARKS: WeakKeyDictionary[Axes, list[Mark]] = WeakKeyDictionary()

#: Tags of what helpers drew: a mark is no plotted value; names are moved or left out by `finish`.
MARK, LINE_NAME, POINT_NAME, TILE_NAME = "mark", "line's name", "point's name", "tile's name"


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
        self.dates = shows_dates(ax.xaxis)
        bars = [c for c in ax.containers if isinstance(c, BarContainer)]
        named_lanes = bool(tick_names(ax.yaxis)) and not tick_names(ax.xaxis) and not self.dates
        self.horizontal = any(getattr(c, "orientation", "") == "horizontal" for c in bars) or (
            named_lanes and not bars
        )
        self.names = tick_names(ax.yaxis if self.horizontal else ax.xaxis)
        self.value_names = tick_names(ax.xaxis if self.horizontal else ax.yaxis)
        self.legend = legend_colors(ax)
        self.marks = MARKS.get(ax, [])
        self.texts = [
            text.get_text() for text in ax.texts if text.get_gid() not in (MARK, POINT_NAME)
        ]
        self.series: list[Series] = []
        self.bands: list[tuple[str, Floats]] = []
        map_ = TILES.get(ax)
        self.tiles = None if map_ is None else map_.values
        if map_ is not None and self.tiles is not None:
            self.names, self.years = list(enumerate(self.tiles.index)), False
            self.series = [Series("tiles", "", map_.places, self.tiles.to_numpy())]
            self.network = None
            return
        self.network = DRAWN.get(ax)
        if self.network is not None:
            nodes = ", ".join(map(str, self.network.degree))
            self.series = [
                Series("network", nodes, self.network.places.ravel(), self.network.ties.ravel())
            ]
            self.years = False
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
            if line.get_gid() == MARK:
                continue
            x, y = floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))
            if line.get_transform() != ax.transData:
                self.bands.append(("reference", np.concatenate([x, y])))  # axhline, axvline
            elif len(x):
                name = self.legend.get(to_hex(line.get_color()), line.get_label())
                self._add("line" if line.get_linestyle() != "None" else "points", str(name), x, y)

    def _read_points(self, ax: Axes) -> None:
        for collection in ax.collections:
            if not isinstance(collection, PathCollection):
                continue
            offsets = floats(collection.get_offsets()).reshape(-1, 2)
            if not len(offsets):
                continue
            x, y = offsets[:, int(self.horizontal)], offsets[:, int(not self.horizontal)]
            shades = [
                self.legend.get(to_hex(tuple(c)), "")
                for c in np.asarray(collection.get_facecolor())
            ]
            colors = np.array(shades)
            named = len(set(shades)) > 1 or (self.names and self.value_names)
            if len(shades) == len(offsets) and named:
                # The color says which; with names on both axes it is the value.
                for name in dict.fromkeys(shades):
                    self._add("points", name, x[colors == name], y[colors == name])
            else:
                self._add("points", str(collection.get_label()), x, y)

    def _read_bands(self, ax: Axes) -> None:
        for collection in ax.collections:
            if isinstance(collection, (PolyCollection, LineCollection)):
                for path in collection.get_paths():
                    self.bands.append(("band", floats(path.vertices)))

    def _add(self, kind: str, name: str, x: ArrayLike, y: ArrayLike) -> None:
        xs, ys = floats(x), floats(y)
        keep = ~(np.isnan(xs) | np.isnan(ys))
        if keep.any():
            shown = "" if name.startswith("_") else name
            self.series.append(Series(kind, shown, xs[keep], ys[keep]))

    def words(self) -> str:
        """The description: kind of chart, then each series from where to where, with its highest
        and lowest value.
        """
        return " ".join([self._plot_words(), *self._mark_words()])

    def _plot_words(self) -> str:
        if self.tiles is not None:
            return self._map_words(self.tiles)
        if self.network is not None:
            return self._network_words(self.network)
        kinds = tuple(dict.fromkeys(series.kind for series in self.series))
        series = " ".join(self._series_words(series) for series in self.series)
        head = shown(_KINDS[kinds])
        if self.title:
            head = f"{head}, {self.title}"
        return say("{head}, {unit}: {series}", head=head, unit=self.unit, series=series)

    def _mark_words(self) -> list[str]:
        """A sentence for each mark; points with names share one."""
        said, named = [], []
        for kind, text, places in self.marks:
            words = " ".join(text.split())
            where = [self._place(axis, place) for axis, place in places]
            if kind in ("shade", "bracket"):
                pattern = _SPANS[kind]
                said.append(say(pattern, start=where[0], end=where[1], words=words))
                continue
            if kind in ("outline", "network"):
                said.append(
                    say(
                        "Framed: {words}." if kind == "outline" else "In color: {words}.",
                        words=words,
                    )
                )
                continue
            if kind == "value":
                said.append(say("Dashed line at {place}: {words}.", place=where[0], words=words))
                continue
            other, value = reversed(where) if self.horizontal else where
            if kind == "name":
                named.append(
                    say("{name} ({value} at {place})", name=words, value=value, place=other)
                )
            elif kind == "note":
                said.append(say("Note at {place}: {words}.", place=other, words=words))
            else:
                if value in words:
                    said.append(say("Marked: {words}.", words=words))
                    continue
                said.append(
                    say(
                        "Marked: {value} in {place} ({words})."
                        if self.years or self.dates
                        else "Marked: {value} at {place} ({words}).",
                        value=value,
                        place=other,
                        words=words,
                    )
                )
        return said + ([say("Named: {names}.", names=", ".join(named))] if named else [])

    def _place(self, axis: str, place: float) -> str:
        """A place on one of the axes in words."""
        if (axis == "y") == self.horizontal:
            return self._at(place)
        return _nearest(self.value_names, place) if self.value_names else short_number(place)

    def _network_words(self, network: Network) -> str:
        name = f" {self.title}" if self.title else ""
        ranked = sorted(network.degree.items(), key=lambda pair: -pair[1])  # stable: ties by name
        most = ", ".join(f"{node} {ties}" for node, ties in ranked[:5])
        few = sum(ties <= 2 for ties in network.degree.values())
        return say(
            "Network{name}, {unit}: {count} points, {ties} lines. Most lines: {most}; {few} points "
            "have one or two.",
            name=name,
            unit=self.unit,
            count=len(ranked),
            ties=len(network.ties),
            most=most,
            few=few,
        )

    def _map_words(self, tiles: pd.Series[Any]) -> str:
        ranked = tiles.dropna().sort_values(kind="stable")
        name = f" {self.title}" if self.title else ""
        ends = []
        for part in (ranked.head(3), ranked.tail(3)[::-1]):
            ends.append(
                ", ".join(f"{shown(state)} {short_number(value)}" for state, value in part.items())
            )
        values = {
            "name": name,
            "unit": self.unit,
            "count": len(ranked),
            "lowest": ends[0],
            "highest": ends[1],
            "median": short_number(float(ranked.median())),
        }
        if not tiles.isna().any():
            return say(
                "Tile map{name}, {unit}, {count} states: lowest {lowest}; highest {highest}; "
                "median {median}.",
                **values,
            )
        return say(
            "Tile map{name}, {unit}, {count} states: lowest {lowest}; highest {highest}; median "
            "{median}; no figure for {gaps}.",
            **values,
            gaps=tiles.isna().sum(),
        )

    def _series_words(self, series: Series) -> str:
        kind, name, x, y = series
        label = f"{shown(name)}: " if name else ""
        listed = self._listed(kind, x, y)
        if listed:
            return f"{label}{', '.join(listed)}."
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        top, low = int(np.argmax(y)), int(np.argmin(y))
        highest, lowest = short_number(y[top]), short_number(y[low])
        if kind == "points":
            return say(
                "{label}{count} points, from {lowest} at {where_lowest} to {highest} at "
                "{where_highest}.",
                label=label,
                count=len(x),
                lowest=lowest,
                where_lowest=self._at(x[low]),
                highest=highest,
                where_highest=self._at(x[top]),
            )
        if kind == "bars":
            return say(
                "{label}{count} bars from {first} to {last}, the highest {highest} at {where}.",
                label=label,
                count=len(x),
                first=self._at(x[0]),
                last=self._at(x[-1]),
                highest=highest,
                where=self._at(x[top]),
            )
        parts = [f"{self._at(x[0])} {short_number(y[0])}, {self._at(x[-1])} {short_number(y[-1])}"]
        if 0 < top < len(x) - 1:
            parts.append(say("highest {number} in {place}", number=highest, place=self._at(x[top])))
        if 0 < low < len(x) - 1:
            parts.append(say("lowest {number} in {place}", number=lowest, place=self._at(x[low])))
        return f"{label}{'; '.join(parts)}."

    def _listed(self, kind: str, x: Floats, y: Floats) -> list[str]:
        """Every point in words, where there are few or they have names; else an empty list."""
        if kind == "points" and self.value_names and self.names:
            pairs = zip(x, y, strict=True)
            return [f"{_nearest(self.value_names, b)} ({self._at(a)})" for a, b in pairs]
        if kind == "points" and self.value_names:
            return [self._at(a) for a in x]
        if self.names or len(x) <= (12 if kind == "points" else 6):
            return [f"{self._at(a)} {short_number(b)}" for a, b in zip(x, y, strict=True)]
        return []

    def _at(self, x: float) -> str:
        """Where a point is: its name, its month, its year, or its number."""
        if self.names:
            return str(shown(_nearest(self.names, x)))
        if self.dates:
            day = np.datetime64(round(x * 86_400), "s").astype("datetime64[D]")
            return written_month(pd.Timestamp(day))
        return str(int(x)) if self.years else short_number(x)

    def panel(self) -> Panel:
        """All plotted values with the names they carry, as they are stored and hashed."""
        return Panel(
            unit=self.unit,
            title=self.title,
            at="name" if self.names else "date" if self.dates else "number",
            names=[(stored([position])[0], name) for position, name in self.names],
            texts=self.texts,
            series=[(s.kind, s.name, stored(s.x), stored(s.y)) for s in self.series],
            bands=[(kind, stored(numbers)) for kind, numbers in self.bands],
            nodes=[(str(node), ties) for node, ties in self.network.degree.items()]
            if self.network
            else [],
        )


def _nearest(names: list[tuple[float, str]], position: float) -> str:
    return min(names, key=lambda pair: abs(pair[0] - position))[1]


def floats(values: ArrayLike) -> Floats:
    """Plotted values as a flat array of floats; what is masked becomes NaN."""
    filled: Floats = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
    return filled.ravel()


def shows_dates(axis: Axis) -> bool:
    """Whether an axis is one of dates."""
    return isinstance(axis.get_major_formatter(), _DATE_FORMATTERS)


def tick_names(axis: Axis) -> list[tuple[float, str]]:
    """Position and name of each category on an axis of names; empty on an axis of numbers."""
    formatter = axis.get_major_formatter()
    if not isinstance(formatter, (StrCategoryFormatter, FixedFormatter, FuncFormatter)):
        return []
    positions = axis.get_ticklocs()
    names = [
        (position, " ".join(text.split()))  # without line feeds
        for position, text in zip(positions, formatter.format_ticks(list(positions)), strict=True)
        if text
    ]
    if isinstance(formatter, StrCategoryFormatter):
        return names  # also where they are numbers: bars of 2014 are at 0
    return (
        [] if all(text.replace(",", "").replace(".", "").isdigit() for _, text in names) else names
    )


def legend_colors(ax: Axes) -> dict[str, str]:
    """Color of each legend entry and its text, as `finish` will write it: seaborn names its lines
    and bars only there.
    """
    legend = ax.get_legend()
    if legend is None:
        return {}
    pairs = zip(legend.legend_handles, legend.get_texts(), strict=True)
    colors = {}
    for handle, text in pairs:
        if isinstance(handle, Line2D):
            colors[to_hex(handle.get_color())] = text.get_text().replace("_", " ")
        elif isinstance(handle, Rectangle):
            colors[to_hex(handle.get_facecolor())] = text.get_text().replace("_", " ")
    return colors


def sentence(text: str) -> str:
    """A text that ends with a period, question mark or exclamation mark."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
