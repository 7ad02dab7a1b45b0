"""Figures of the collection: one house style, and `finish`, which ends every figure.

Importing this module sets the style. `finish` refuses a figure without title, unit or source, shows it with an
alternative text, and leaves beside it a description and a short hash computed from the plotted values: a re-run that
plots other values is seen, although pictures themselves are not compared.
"""

from __future__ import annotations

import base64
import difflib
import hashlib
import html
import io
import locale
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator, ScalarFormatter, StrMethodFormatter

from helpers.data import about, load

#: Colours that stay apart for readers with a colour-vision deficiency, dark enough on white for lines and for words
#: (tests/test_charts.py measures both). Use them in this order; grey is for context.
PALETTE = ("#0072B2", "#C04B00", "#006048", "#8F2D78", "#222222", "#583810")
GREY = "#767676"

DPI = 100
WIDTH, HEIGHT = 7.5, 4.2  # inches

sns.set_theme(
    style="ticks",
    palette=PALETTE,
    rc={
        "figure.figsize": (WIDTH, HEIGHT),
        "figure.dpi": DPI,
        "figure.constrained_layout.use": True,
        "font.family": ["DejaVu Sans"],
        "font.size": 10,
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": "#DDDDDD",
        "legend.frameon": False,
        "lines.linewidth": 2,
        "patch.edgecolor": "white",
        "savefig.dpi": DPI,
    },
)


def _same_letters_in_every_language() -> None:
    """Let pictures not depend on the reader's locale.

    From 3.11 on matplotlib lays text out with HarfBuzz, which asks for the locale's language once, at the first text of a process, and keeps it:
    "fi" is joined in English and not in Spanish. So the first text is laid out here, without a locale. (The setting text.language does not do: it
    is left aside when a text is measured.)
    """
    readers = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        FT2Font(
            str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
        ).set_text("fi")
    finally:
        locale.setlocale(locale.LC_CTYPE, readers)


_same_letters_in_every_language()


class FigureError(ValueError):
    """A figure lacks what every figure needs."""


class Picture:
    """A finished figure: a picture with alternative text for the eye, a description and a hash for everyone else."""

    def __init__(self, png: bytes, description: str, digest: str):
        self.png, self.description, self.digest = png, description, digest

    def __repr__(self) -> str:
        return f"{self.description}\n[plotted values {self.digest}]"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        return f'<img alt="{html.escape(self.description, quote=True)}" src="data:image/png;base64,{data}">'


def finish(
    axes: Axes | Iterable[Axes],
    *,
    title: str,
    unit: str,
    source: str | Sequence[str],
    note: str = "",
    height: float = HEIGHT,
) -> None:
    """End a figure: title, unit, source line, alternative text and hash; then show and close it.

    Parameters
    ----------
    axes : Axes or iterable of Axes
        What seaborn or matplotlib returned; several axes of one figure share title, unit and source.
    title : str
        The finding, as a sentence. Over several axes it stands above them all.
    unit : str
        Unit of the plotted values ("deaths a year"): the label of the value axis (x for horizontal bars, else y).
    source : str or sequence of str
        Names of the tables drawn; their publishers make the source line. A simulation says "SYNTHETIC: ...".
    note : str, optional
        A few words that the reader must not miss, set before the source ("12 months to December").
    height : float, optional
        Height of the figure in inches; the width is always the same.

    Raises
    ------
    FigureError
        A part is empty, the other axis has no label and no names, nothing is plotted, or a synthetic figure does not say
        SYNTHETIC in its title.
    helpers.data.DataError
        `source` names an unknown table.
    """
    all_axes = [axes] if isinstance(axes, Axes) else list(axes)
    for what, text in {"title": title, "unit": unit, "source": source}.items():
        if not text or not all(
            str(part).strip() for part in ([text] if isinstance(text, str) else text)
        ):
            raise FigureError(f"This figure has no {what}: give finish(..., {what}=...).")
    sources = [source] if isinstance(source, str) else list(source)
    source_line = _source_line(sources)
    if source_line.startswith("SYNTHETIC") and "SYNTHETIC" not in title:
        raise FigureError("This figure shows SYNTHETIC values: say SYNTHETIC in its title.")
    values = [_Values(ax, unit) for ax in all_axes]
    if not any(v.series for v in values):
        raise FigureError("Nothing is plotted in this figure: draw before finish().")
    figure = all_axes[0].figure
    figure.set_size_inches(WIDTH, height)
    _write(figure, all_axes, title, unit, values)
    caption = f"{note}. {source_line}" if note else source_line
    figure.supxlabel(textwrap.fill(caption, 116), x=0.01, ha="left", fontsize=8, color="#555555")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI)
    description = " ".join(
        [_sentence(title), *(v.words() for v in values if v.series), _sentence(caption)]
    )
    plt.close(figure)
    display(Picture(png.getvalue(), description, _digest(values)))


def _source_line(sources: list[str]) -> str:
    if sources[0].startswith("SYNTHETIC"):
        return "; ".join(sources)
    publishers = [s["publisher"] for name in sources for s in about(name).resource["sources"]]
    return "Source: " + "; ".join(dict.fromkeys(publishers)) + f" (data: {', '.join(sources)})"


def label_lines(ax: Axes) -> Axes:
    """Write each line's name at its right end, in its colour, instead of a legend; names never overlap.

    Returns the same Axes, to be handed to `finish`. Raises `FigureError` when the lines have no names.
    """
    names = _legend(ax)
    ends = []
    for line in ax.lines:
        name = names.get(to_hex(line.get_color()), str(line.get_label()))
        y = _floats(line.get_ydata(orig=False))
        if len(y) and line.get_transform() == ax.transData and not name.startswith("_"):
            line.set_label(name)
            shown = np.flatnonzero(~np.isnan(y))[-1]
            ends.append((line.get_xdata(orig=False)[shown], y[shown], name, line.get_color()))
    if not ends:
        raise FigureError("No line here has a name: give lineplot a hue= or a label=.")
    if ax.get_legend():
        ax.get_legend().remove()
    scale, back = (np.log10, lambda y: 10**y) if ax.get_yscale() == "log" else (float, float)
    low, high = map(scale, ax.get_ylim())
    line_height = 0.055 * (high - low)
    right = max(x for x, *_ in ends)
    floor = low
    for _, y, name, color in sorted(ends, key=lambda end: end[1]):
        text = textwrap.fill(name, 22, initial_indent=" ", subsequent_indent=" ")
        half = line_height * (text.count("\n") + 1) / 2
        middle = max(scale(y), floor + half)
        ax.text(right, back(middle), text, color=color, va="center", linespacing=1.0)
        floor = middle + half
    return ax


def tile_map(
    values: pd.Series | pd.DataFrame,
    country: str,
    *,
    breaks: Sequence[float] | None = None,
) -> list[Axes]:
    """Map of states as equal tiles, classes from light to dark; a DataFrame gives one small map per column.

    Parameters
    ----------
    values : Series or DataFrame
        Index: names of states as the table `tilegrid_us` or `tilegrid_mexico` has them. A missing state or value is drawn
        hatched, never as zero.
    country : {"us", "mx"}
        51 tiles (50 states and the District of Columbia) or 32.
    breaks : sequence of float, optional
        Rising upper limits of the classes but the last, in the values' unit, at most six. Without them the quintiles of all values,
        rounded to two significant digits, are used.

    Returns
    -------
    list of Axes
        To be handed to `finish`, which adds the unit to the legend.

    Raises
    ------
    FigureError
        Unknown country or state, a state named twice, breaks that do not rise, or nothing to draw.
    """
    if country not in ("us", "mx"):
        raise FigureError(f"There is a tile grid for 'us' and for 'mx', not for {country!r}.")
    grid = load("tilegrid_us" if country == "us" else "tilegrid_mexico").set_index("state")
    frame = values.to_frame("") if isinstance(values, pd.Series) else values
    _check_states(frame, grid)
    limits = _class_limits(frame, breaks)
    shades = sns.light_palette("#003C66", len(limits) + 2)[1:]
    count = frame.shape[1]
    columns = 2 if count in (2, 4) else min(count, 3)
    figure, axes = plt.subplots(-(-count // columns), columns, squeeze=False)
    for ax in axes.flat[count:]:
        ax.remove()
    drawn = list(axes.flat[:count])
    for ax, column in zip(drawn, frame, strict=True):
        _draw_tiles(
            ax, frame[column].astype(float), grid, limits, shades, {1: 8, 2: 6}.get(columns, 0)
        )
        ax.set_title(str(column), fontsize=10)
    handles = [Patch(facecolor=shade) for shade in shades]
    names = _class_names(limits)
    if frame.reindex(grid.index).isna().any().any():
        handles.append(Patch(facecolor="white", edgecolor="#999999", hatch="////"))
        names.append("no figure")
    figure.legend(handles, names, loc="outside right center", fontsize=9)
    return drawn


def _check_states(frame: pd.DataFrame, grid: pd.DataFrame) -> None:
    twice = frame.index[frame.index.duplicated()]
    if len(twice):
        raise FigureError(f"The state {twice[0]!r} stands twice: one value a state is needed.")
    for state in frame.index.difference(grid.index):
        near = difflib.get_close_matches(str(state), grid.index, n=1)
        raise FigureError(
            f"There is no tile for {state!r}"
            + (
                f"; did you mean {near[0]!r}?"
                if near
                else ": use the names of the tile grid, accents included."
            )
        )
    if not frame.notna().any().any():
        raise FigureError("Nothing to draw: every value is missing.")


def _class_limits(frame: pd.DataFrame, breaks: Sequence[float] | None) -> list[float]:
    if breaks is None:
        flat = frame.astype(float).stack()
        return sorted({float(f"{q:.2g}") for q in flat.quantile([0.2, 0.4, 0.6, 0.8])})
    limits = [float(b) for b in breaks]
    if not 1 <= len(limits) <= 6 or limits != sorted(set(limits)):
        raise FigureError(f"The breaks must be one to six rising numbers; they are {list(breaks)}.")
    return limits


def _class_names(limits: list[float]) -> list[str]:
    inner = [
        f"{_number(low)} to {_number(high)}" for low, high in zip(limits, limits[1:], strict=False)
    ]
    return [f"up to {_number(limits[0])}", *inner, f"over {_number(limits[-1])}"]


def _draw_tiles(
    ax: Axes, values: pd.Series, grid: pd.DataFrame, limits: list[float], shades: list, size: float
) -> None:
    """One map; `size` is that of the abbreviations in points, 0 for none."""
    ax.tiles, ax.places = values.reindex(grid.index), grid[["row", "col"]].to_numpy().ravel()
    for state, tile in grid.iterrows():
        value = ax.tiles[state]
        group = None if np.isnan(value) else int(np.searchsorted(limits, value, side="left"))
        look = (
            {"facecolor": "white", "edgecolor": "#999999", "hatch": "////"}
            if group is None
            else {"facecolor": shades[group], "edgecolor": "white"}
        )
        ax.add_patch(Rectangle((tile["col"] - 0.5, tile["row"] - 0.5), 1, 1, **look))
        if size:
            dark = group is not None and sum(shades[group][:3]) < 1.4
            ax.annotate(
                tile["abbrev"],
                (tile["col"], tile["row"]),
                ha="center",
                va="center",
                fontsize=size,
                color="white" if dark else "black",
            )
    ax.set(
        xlim=(-0.6, grid["col"].max() + 0.6), ylim=(grid["row"].max() + 0.6, -0.6), aspect="equal"
    )
    ax.axis("off")


def _write(
    figure: plt.Figure, all_axes: list[Axes], title: str, unit: str, values: list[_Values]
) -> None:
    figure.suptitle(textwrap.fill(title, 74), x=0.01, ha="left", fontsize=12, fontweight="bold")
    for legend in figure.legends:
        legend.set_title(textwrap.fill(unit, 18), prop={"size": 9})
    for ax, v in zip(all_axes, values, strict=True):
        if v.tiles is not None:
            continue
        value_axis, other_axis = (ax.xaxis, ax.yaxis) if v.horizontal else (ax.yaxis, ax.xaxis)
        value_axis.set_label_text(
            unit
            if v.horizontal
            else textwrap.fill(unit, max(12, int(11 * (figure.get_figheight() - 1))))
        )
        for axis in (value_axis, other_axis):
            if isinstance(axis.get_major_formatter(), ScalarFormatter) and not (
                axis is other_axis and v.years
            ):
                axis.set_major_formatter(
                    StrMethodFormatter(
                        "{x:,.0f}" if max(map(abs, axis.get_view_interval())) >= 1000 else "{x:g}"
                    )
                )
        if v.years:
            other_axis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        ax.grid(v.horizontal, axis="x")
        ax.grid(not v.horizontal, axis="y")
        label = other_axis.get_label_text()
        if v.names or v.dates or v.years:
            other_axis.set_label_text("")  # the ticks say it
        elif label:
            other_axis.set_label_text(label.replace("_", " "))
        elif v.series:
            raise FigureError(
                "The axis beside the unit has no label: set it before finish(), so that a reader knows what runs along it."
            )
        if ax.get_legend():
            ax.get_legend().set_title("")
            for text in ax.get_legend().get_texts():
                text.set_text(text.get_text().replace("_", " "))


class _Values:
    """What one Axes shows: named series of points, read back from the artists that seaborn or matplotlib made."""

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
        self.legend = _legend(ax)
        self.texts = [text.get_text() for text in ax.texts]
        self.series, self.bands = [], []
        self.tiles = getattr(ax, "tiles", None)
        if self.tiles is not None:
            self.names, self.years = list(enumerate(self.tiles.index)), False
            self.series = [("tiles", "", ax.places, self.tiles.to_numpy())]
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
            x, y = _floats(line.get_xdata(orig=False)), _floats(line.get_ydata(orig=False))
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
        x, y = _floats(x), _floats(y)
        keep = ~(np.isnan(x) | np.isnan(y))
        if keep.any():
            self.series.append((kind, "" if name.startswith("_") else name, x[keep], y[keep]))

    def words(self) -> str:
        """The description: kind of chart, then each series from where to where, with its highest and lowest value."""
        if self.tiles is not None:
            ranked = self.tiles.dropna().sort_values(kind="stable")
            name = f" {self.title}" if self.title else ""
            ends = "; ".join(
                f"{word} {', '.join(f'{state} {_number(value)}' for state, value in part.items())}"
                for word, part in (("lowest", ranked.head(3)), ("highest", ranked.tail(3)[::-1]))
            )
            gaps = f"; no figure for {self.tiles.isna().sum()}" if self.tiles.isna().any() else ""
            return f"Tile map{name}, {self.unit}, {len(ranked)} states: {ends}; median {_number(ranked.median())}{gaps}."
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

    def _series_words(self, kind: str, name: str, x: np.ndarray, y: np.ndarray) -> str:
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
                + ", ".join(f"{self._at(a)} {_number(b)}" for a, b in zip(x, y, strict=True))
                + "."
            )
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        top, low = int(np.argmax(y)), int(np.argmin(y))
        if kind == "points":
            return f"{label}{len(x)} points, from {_number(y[low])} at {self._at(x[low])} to {_number(y[top])} at {self._at(x[top])}."
        if kind == "bars":
            return f"{label}{len(x)} bars from {self._at(x[0])} to {self._at(x[-1])}, the highest {_number(y[top])} at {self._at(x[top])}."
        ends = f"{self._at(x[0])} {_number(y[0])}, {self._at(x[-1])} {_number(y[-1])}"
        inside = (
            [f"highest {_number(y[top])} in {self._at(x[top])}"] if 0 < top < len(x) - 1 else []
        )
        inside += (
            [f"lowest {_number(y[low])} in {self._at(x[low])}"] if 0 < low < len(x) - 1 else []
        )
        return f"{label}{'; '.join([ends, *inside])}."

    def _at(self, x: float) -> str:
        if self.names:
            return _nearest(self.names, x)
        return (
            f"{mdates.num2date(x):%B %Y}"
            if self.dates
            else _number(x)
            if not self.years
            else str(int(x))
        )

    def numbers(self) -> Iterable[tuple[str, np.ndarray]]:
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


def _digest(values: list[_Values]) -> str:
    """Ten hex digits over all plotted values, rounded to six significant digits, and the names of the series."""
    hasher = hashlib.sha256()
    for v in values:
        for name, numbers in v.numbers():
            text = ",".join(f"{n:.6g}" for n in numbers + 0.0)
            hasher.update(f"{name}:{text};".encode())
    return hasher.hexdigest()[:10]


def _floats(values: Iterable[float]) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan).ravel()


def _shows_dates(ax: Axes) -> bool:
    return "Date" in type(ax.xaxis.get_major_formatter()).__name__


def _tick_names(axis) -> list[tuple[float, str]]:
    """Position and name of each category on an axis of names; an empty list on an axis of numbers."""
    formatter = axis.get_major_formatter()
    if type(formatter).__name__ not in ("StrCategoryFormatter", "FixedFormatter", "FuncFormatter"):
        return []
    positions = axis.get_ticklocs()
    names = [
        (position, text)
        for position, text in zip(positions, formatter.format_ticks(positions), strict=True)
        if text
    ]
    if type(formatter).__name__ == "StrCategoryFormatter":
        return names  # also where they are numbers: bars of 2014 stand at 0
    return (
        [] if all(text.replace(",", "").replace(".", "").isdigit() for _, text in names) else names
    )


def _legend(ax: Axes) -> dict:
    """Colour of each legend entry and its text, as `finish` will write it: seaborn names its lines and bars only there."""
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


def _number(value: float) -> str:
    """A plain number: whole numbers in full, others to three significant digits."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return (
        f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
    )  # from there on .3g would write 1e+03


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
