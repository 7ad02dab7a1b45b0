"""Plotted values as they are stored beside a picture: the text in the output's metadata, the hash
computed from it, and the table a reader can download.

The hash stands in the output that every re-run compares, and is computed from the stored values
alone: whoever has the notebook can see that values and picture belong together.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from helpers.figures.names import english

#: The entry of an output's metadata that holds the values of its figure.
ENTRY = "plotted_values"
#: The columns of the table.
COLUMNS = ("panel", "kind", "series", "at", "value", "unit")

Number = float | str  # infinite and missing numbers are words: JSON has none of them


@dataclass(frozen=True)
class Panel:
    """What one Axes shows.

    Attributes
    ----------
    unit, title : str
        Unit of the values; title of the panel, empty in a figure with one.
    at : str
        What runs along the other axis: "name", "date" (days since 1970) or "number".
    names : list of (place, name)
        Names along that axis.
    texts : list of str
        Words written into the figure.
    series : list of (kind, name, places, values)
        Bars, lines, points, tiles or dots.
    bands : list of (kind, numbers)
        Corners of areas, and lines across the figure.
    nodes : list of (name, ties)
        Of a network: its series hold where ties and nodes are.
    """

    unit: str
    title: str
    at: str = "number"
    names: list[tuple[Number, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    series: list[tuple[str, str, list[Number], list[Number]]] = field(default_factory=list)
    bands: list[tuple[str, list[Number]]] = field(default_factory=list)
    nodes: list[tuple[str, int]] = field(default_factory=list)


def stored(numbers: Iterable[float]) -> list[Number]:
    """Numbers as they are stored: ten significant digits."""
    return [_stored(float(number)) for number in numbers]


def _stored(number: float) -> Number:
    if not math.isfinite(number):
        return str(number)
    short = float(f"{number + 0.0:.10g}")  # + 0.0: minus zero is zero
    return int(short) if short.is_integer() else short


def digest(panels: Sequence[Panel]) -> str:
    """Ten hex digits over all plotted values, rounded to six significant digits, and the English
    names of the series.
    """
    hasher = hashlib.sha256()
    for panel in panels:
        parts: list[tuple[str, list[Number]]] = [("names", [place for place, _ in panel.names])]
        parts += [(name, []) for _, name in panel.names]
        parts += [(text, []) for text in panel.texts]
        parts += [(name, [*places, *values]) for _, name, places, values in panel.series]
        parts += panel.bands
        for name, numbers in parts:
            text = ",".join(f"{float(n):.6g}" for n in numbers)
            hasher.update(f"{english(name)}:{text};".encode())
    return hasher.hexdigest()[:10]


def to_text(panels: Sequence[Panel]) -> str:
    """The panels of a figure as one line of JSON, without what is empty."""
    full = [{key: part for key, part in asdict(p).items() if part} for p in panels]
    return json.dumps(full, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> list[Panel]:
    """The panels that `to_text` wrote; `ValueError` if the text is not of this form."""
    try:
        return [Panel(**{"unit": "", "title": "", **part}) for part in json.loads(text)]
    except TypeError as error:
        raise ValueError(str(error)) from None


def rows(panels: Sequence[Panel]) -> list[tuple[Any, ...]]:
    """The plotted values as a table with the columns `COLUMNS`, a row for each bar, point or tie.

    Examples
    --------
    >>> rows([Panel("loans", "", "name", [(0, "novels")], series=[("bars", "", [0], [5])])])
    [('', 'bars', '', 'novels', 5, 'loans')]
    """
    table: list[tuple[Any, ...]] = []
    for p in panels:
        for kind, name, places, values in p.series:
            if kind == "network":
                table += _network(p, places, values)
                continue
            where = places if kind != "tiles" else list(range(len(values)))
            pairs = zip(where, values, strict=True)
            table += [(p.title, kind, name, _at(p, at), value, p.unit) for at, value in pairs]
        for kind, numbers in p.bands:
            if kind == "band":
                corners = zip(numbers[::2], numbers[1::2], strict=True)
                table += [(p.title, kind, "", _at(p, x), y, p.unit) for x, y in corners]
    return table


def _network(panel: Panel, places: list[Number], ends: list[Number]) -> list[tuple[Any, ...]]:
    """A row for each node with its number of ties, and one for each tie with both its ends."""
    names = [name for name, _ in panel.nodes]
    by_place = dict(zip(zip(places[::2], places[1::2], strict=True), names, strict=True))
    table: list[tuple[Any, ...]] = [
        (panel.title, "node", "", name, ties, "ties") for name, ties in panel.nodes
    ]
    for i in range(0, len(ends), 4):
        x0, y0, x1, y1 = ends[i : i + 4]
        tie = (by_place[x0, y0], by_place[x1, y1])
        table.append((panel.title, "tie", "", *tie, "node"))
    return table


def _at(panel: Panel, place: Number) -> Any:
    """A place on the axis beside the values: its name, its day, or its number."""
    number = float(place)
    if panel.names:
        return min(panel.names, key=lambda pair: abs(float(pair[0]) - number))[1]
    if panel.at == "date" and math.isfinite(number):
        return str(np.datetime64(round(number * 86_400), "s").astype("datetime64[D]"))
    return place
