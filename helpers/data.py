"""Tables of the collection: `load` one, read `about` it, list all `tables`.

Every table is a CSV file described in the `datapackage.json` of its folder (Frictionless Data Package).
`load` reads the file by that description and refuses a file that breaks it: nothing is repaired silently.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.cards import Card

DATA = Path(__file__).resolve().parent.parent / "data"


class DataError(ValueError):
    """A table is unknown, or its file is not what its description promises."""


def load(name: str) -> pd.DataFrame:
    """Read one table, after checking that the file is what its description promises.

    Parameters
    ----------
    name : str
        Name of the table, as `tables()` lists it.

    Returns
    -------
    pandas.DataFrame
        One row per row of the file, columns in the file's order. Integers are ``int64``, or ``Int64`` where a value
        is missing; numbers ``float64``; dates ``datetime64``; everything else text. An empty cell is missing, never zero.

    Raises
    ------
    DataError
        Unknown table; missing, wrongly encoded or truncated file; undeclared column; wrong type; value outside its
        range; duplicate key; wrong number of missing values; changed hash. The message names table, column and line.

    Examples
    --------
    >>> load("us_overdose_deaths").query("year == 2016 and drug == 'all drugs'")["deaths"].item()
    63632
    """
    resource = _resource(name)
    path = DATA / resource["topic"] / resource["path"]
    try:
        state = path.stat()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        raise DataError(
            f"Table {name}: its file {resource['topic']}/{resource['path']} is missing from data/. {_RESTORE}"
        ) from None
    return _checked(DATA, name, state.st_mtime_ns, state.st_size).copy()


@cache
def _checked(folder: Path, name: str, modified: int, size: int) -> pd.DataFrame:
    """The table, read and checked once for each state of its file."""
    resource = _catalogue(folder)[name]
    try:
        raw = (folder / resource["topic"] / resource["path"]).read_bytes()
    except OSError as error:
        raise DataError(
            f"Table {name}: its file {resource['topic']}/{resource['path']} cannot be read ({error.strerror}). {_RESTORE}"
        ) from None
    rows = _rows(name, resource, raw)
    columns = _columns(name, resource, rows)
    _check_key(name, resource, rows)
    if len(rows) != resource["rows"]:
        raise DataError(
            f"Table {name}: {resource['rows']} rows were promised, the file has {len(rows)}. {_RESTORE}"
        )
    digest = hashlib.sha256(raw).hexdigest()
    if resource["hash"] != f"sha256:{digest}":
        raise DataError(
            f"Table {name}: the file {resource['path']} is not the one described: sha256 {resource['hash'][7:19]}... was "
            f"promised, {digest[:12]}... is there. {_RESTORE}"
        )
    return pd.DataFrame(columns)


def about(name: str) -> DataCard:
    """The data card of a table: publisher, what one row is, columns with units, coverage, license, cautions.

    Raises `DataError` for an unknown table, or one whose description lacks something.

    Examples
    --------
    >>> about("us_overdose_deaths").resource["row"]
    'deaths of U.S. residents in one year that involve one drug class, alone or with another'
    """
    resource = _resource(name)
    where = f"{resource['topic']}/datapackage.json, table {name}"
    _check_entries(resource, _CARD, where)
    for source in resource["sources"]:
        _check_entries(source, _SOURCE, f"{where}, a source")
    for license in resource["licenses"]:
        _check_entries(license, _LICENSE, f"{where}, a license")
    return DataCard(name, resource)


def tables() -> pd.DataFrame:
    """The catalogue: one row per table, with topic (folder), title, number of rows and column names.

    Examples
    --------
    >>> tables().loc["us_overdose_deaths", "topic"]
    'overdose'
    """
    return pd.DataFrame(
        [
            {
                "table": name,
                "topic": resource["topic"],
                "title": resource["title"],
                "rows": resource["rows"],
                "columns": ", ".join(field["name"] for field in resource["schema"]["fields"]),
            }
            for name, resource in _catalogue(DATA).items()
        ]
    ).set_index("table")


@dataclass(frozen=True, repr=False)
class DataCard(Card):
    """What a reader should know of a table before using it."""

    name: str
    resource: dict[str, Any]

    @property
    def heading(self) -> str:
        return f"{self.name}: {self.resource['title']}"

    def entries(self) -> list[tuple[str, str]]:
        r = self.resource
        sources = [
            f"{s['publisher']}: {s['title']} ({s['path']}), read {s['retrieved']}"
            for s in r["sources"]
        ]
        licenses = [f"{x['title']} (read: {x['read']})" for x in r["licenses"]]
        return [
            ("One row is", r["row"]),
            ("Rows", f"{r['rows']:,}"),
            ("Columns", "; ".join(_column_line(f) for f in r["schema"]["fields"])),
            ("Coverage", r["coverage"]),
            *(("Publisher", line) for line in sources),
            *(("License", line) for line in licenses),
            *(("Caution", line) for line in r["cautions"]),
        ]


_RESTORE = (
    "Restore the file (git checkout, or download the collection again); if the change is meant, run "
    "`python3 course.py describe` and look at what it changes."
)


def _column_line(field: dict[str, Any]) -> str:
    unit = f" [{field['unit']}]" if field.get("unit") else ""
    gaps = f" ({field['missing']:,} missing)" if field["missing"] else ""
    return f"{field['name']}{unit}, {field['description']}{gaps}"


@cache
def _catalogue(folder: Path) -> dict[str, dict[str, Any]]:
    """All resources by name, each with its folder (`topic`), read from every datapackage.json under `folder`."""
    found: dict[str, dict[str, Any]] = {}
    for manifest in sorted(folder.glob("*/datapackage.json")):
        try:
            package = json.loads(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise DataError(
                f"{manifest.parent.name}/datapackage.json cannot be read as JSON: {error}. {_RESTORE}"
            ) from None
        for resource in _described(package, manifest.parent.name):
            if resource["name"] in found:
                raise DataError(
                    f"Two tables are named {resource['name']}: rename one in {manifest.parent.name}/datapackage.json."
                )
            found[resource["name"]] = {**resource, "topic": manifest.parent.name}
    if not found:
        raise DataError(
            f"There is no data folder at {folder}: run the lesson from a complete copy of the collection."
        )
    return found


#: What a description must say of a table, of a column, and on the card, with the type of each entry.
_TABLE = {"name": str, "path": str, "title": str, "rows": int, "hash": str, "schema": dict}
_COLUMN = {"name": str, "type": str, "description": str, "missing": int}
_CARD = {"row": str, "coverage": str, "cautions": list, "sources": list, "licenses": list}
_SOURCE = {"publisher": str, "title": str, "path": str, "retrieved": str}
_LICENSE = {"title": str, "read": str}


def _described(package: Any, topic: str) -> list[dict[str, Any]]:
    """The resources of a datapackage.json, after a check that they say what `load` relies on."""
    place = f"{topic}/datapackage.json"
    _check_entries(package, {"resources": list}, place)
    for resource in package["resources"]:
        _check_entries(resource, _TABLE, f"{place}, a resource")
        where = f"{place}, table {resource['name']}"
        _check_entries(resource["schema"], {"fields": list, "primaryKey": list}, f"{where}, schema")
        for field in resource["schema"]["fields"]:
            _check_entries(field, _COLUMN, f"{where}, a field")
            _check_rules(field, f"{where}, field {field['name']}")
        names = [field["name"] for field in resource["schema"]["fields"]]
        if (
            not names
            or len(set(names)) < len(names)
            or not all(column in names for column in resource["schema"]["primaryKey"])
        ):
            raise DataError(
                f"{where}: fields must have names of their own, and primaryKey must name some of them. {_RESTORE}"
            )
    return package["resources"]


def _check_entries(described: Any, entries: dict[str, type], where: str) -> None:
    for entry, kind in entries.items():
        if (
            not isinstance(described, dict)
            or not isinstance(described.get(entry), kind)
            or isinstance(described[entry], bool)
        ):
            raise DataError(
                f"{where}: the entry {entry!r} is absent or of another type than {kind.__name__}. {_RESTORE}"
            )


def _check_rules(field: dict[str, Any], where: str) -> None:
    """A known type, and constraints that can be applied to it."""
    rules = field.get("constraints", {})
    problem = ""
    if field["type"] not in _PARSERS:
        problem = f"the type {field['type']!r} is not one of {', '.join(_PARSERS)}"
    elif (
        not isinstance(rules, dict)
        or not isinstance(rules.get("enum", []), list)
        or not isinstance(rules.get("pattern", ""), str)
    ):
        problem = (
            "the constraints are not a table of rules with a list as enum and a text as pattern"
        )
    elif any(
        limit in rules and _PARSERS[field["type"]](str(rules[limit])) is None
        for limit in ("minimum", "maximum")
    ):
        problem = f"minimum or maximum is not of the type {field['type']}"
    try:
        re.compile(rules["pattern"] if not problem and "pattern" in rules else "")
    except re.error as error:
        problem = f"the pattern {rules['pattern']!r} is not a regular expression ({error})"
    if problem:
        raise DataError(f"{where}: {problem}. {_RESTORE}")


def _resource(name: str) -> dict[str, Any]:
    catalogue = _catalogue(DATA)
    if isinstance(name, str) and name in catalogue:
        return catalogue[name]
    near = difflib.get_close_matches(str(name), catalogue, n=3, cutoff=0.4)
    advice = f"Nearest names: {', '.join(near)}." if near else "tables() lists all names."
    raise DataError(f"There is no table named {name!r}. {advice}")


def _rows(name: str, resource: dict[str, Any], raw: bytes) -> list[list[str]]:
    """The cells of the file as text, checked for encoding, header and number of cells per line."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"Table {name}, line {line}: UTF-8 was promised, byte {raw[error.start]:#04x} is not UTF-8. {_RESTORE}"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header, *rows = list(reader)
    except csv.Error as error:
        raise DataError(
            f"Table {name}, line {reader.line_num}: not readable as CSV ({error}). {_RESTORE}"
        ) from None
    except ValueError:
        raise DataError(f"Table {name}: the file is empty. {_RESTORE}") from None
    promised = [field["name"] for field in resource["schema"]["fields"]]
    if header != promised:
        extra = [column for column in header if column not in promised]
        absent = [column for column in promised if column not in header]
        what = (
            f"column {extra[0]!r} is not declared"
            if extra
            else f"column {absent[0]!r} is absent"
            if absent
            else "the columns stand in another order"
        )
        raise DataError(
            f"Table {name}, line 1: {what}; promised were {', '.join(promised)}. {_RESTORE}"
        )
    for line, row in enumerate(rows, start=2):
        if len(row) != len(promised):
            raise DataError(
                f"Table {name}, line {line}: {len(promised)} cells were promised, {len(row)} are there (first cell {_first(row)}). {_RESTORE}"
            )
    return rows


def _first(row: list[str]) -> str:
    return repr(row[0]) if row else "none"


def _columns(name: str, resource: dict[str, Any], rows: list[list[str]]) -> dict[str, pd.Series]:
    """Every column converted to its type, after its values were checked."""
    result = {}
    for position, field in enumerate(resource["schema"]["fields"]):
        cells = [row[position] for row in rows]
        _check_cells(name, field, cells)
        result[field["name"]] = _convert(field, cells)
    return result


def _check_cells(name: str, field: dict[str, Any], cells: list[str]) -> None:
    rules = field.get("constraints", {})
    parse = _PARSERS[field["type"]]
    allowed = set(map(str, rules.get("enum", ())))
    pattern = re.compile(rules["pattern"]) if "pattern" in rules else None
    low, high = (_bound(parse, rules.get(key)) for key in ("minimum", "maximum"))
    missing = 0
    for line, cell in enumerate(cells, start=2):
        if cell == "":
            missing += 1
            if rules.get("required"):
                _refuse(name, field, line, "a value", "an empty cell")
            continue
        value = parse(cell)
        if value is None:
            _refuse(name, field, line, f"type {field['type']}", repr(cell))
        if allowed and cell not in allowed:
            _refuse(name, field, line, f"one of {', '.join(sorted(allowed))}", repr(cell))
        if pattern and not pattern.fullmatch(cell):
            _refuse(name, field, line, f"the form {rules['pattern']}", repr(cell))
        if low is not None and value < low:
            _refuse(name, field, line, f"at least {rules['minimum']}", cell)
        if high is not None and value > high:
            _refuse(name, field, line, f"at most {rules['maximum']}", cell)
    if missing != field["missing"]:
        raise DataError(
            f"Table {name}, column {field['name']}: {field['missing']} missing values were promised, {missing} are there. {_RESTORE}"
        )
    if rules.get("unique"):
        _check_unique(name, field["name"], cells)


def _refuse(name: str, field: dict[str, Any], line: int, promised: str, there: str) -> None:
    raise DataError(
        f"Table {name}, column {field['name']}, line {line}: {promised} was promised, {there} is there. {_RESTORE}"
    )


def _check_key(name: str, resource: dict[str, Any], rows: list[list[str]]) -> None:
    key = resource["schema"]["primaryKey"]
    names = [field["name"] for field in resource["schema"]["fields"]]
    positions = [names.index(column) for column in key]
    _check_unique(name, " + ".join(key), [", ".join(row[p] for p in positions) for row in rows])


def _check_unique(name: str, label: str, values: list[str]) -> None:
    seen: dict[str, int] = {}
    for line, value in enumerate(values, start=2):
        if value in seen:
            raise DataError(
                f"Table {name}, key {label}, line {line}: unique values were promised, {value!r} stands in line {seen[value]} already. {_RESTORE}"
            )
        seen[value] = line


def _integer(cell: str) -> int | None:
    return int(cell) if re.fullmatch(r"-?[0-9]{1,18}", cell) else None


def _number(cell: str) -> float | None:
    return (
        float(cell) if re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]+)?", cell) else None
    )  # with more digits it would be infinite


def _date(cell: str) -> dt.date | None:
    try:
        return (
            dt.date.fromisoformat(cell)
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell)
            else None
        )
    except ValueError:
        return None


_PARSERS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "date": _date,
    "string": str,
}


def _bound(parse: Callable[[str], Any], limit: Any) -> Any:
    return None if limit is None else parse(str(limit))


def _convert(field: dict[str, Any], cells: list[str]) -> pd.Series:
    values = [None if cell == "" else cell for cell in cells]
    if field["type"] == "integer":
        whole = [None if v is None else int(v) for v in values]
        return pd.Series(whole, dtype="Int64" if None in whole else "int64")
    if field["type"] == "number":
        return pd.Series(values, dtype="float64")
    if field["type"] == "date":
        return pd.to_datetime(pd.Series(values), format="%Y-%m-%d")
    return pd.Series(values, dtype="str")
