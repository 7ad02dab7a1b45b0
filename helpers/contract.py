"""The contract of a table: what its description must say, and whether a file keeps it.

A description is a resource of a Frictionless Data Package. Types are integer, number, date and
string; constraints are required, unique, enum, pattern, minimum and maximum; there are primary and
foreign keys. A constraint says what a value *may* be, not what today's file happens to contain.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, NoReturn

import pandas as pd


class DataError(ValueError):
    """A table is unknown, its description is incomplete, or its file is not what was promised."""


@dataclass(frozen=True)
class TableFile:
    """A file and what it must keep.

    Attributes
    ----------
    name : str
        Name of the table.
    path : pathlib.Path
        The CSV file.
    schema : mapping
        Fields and primary key as in the Frictionless Table Schema.
    references : mapping
        For each column with a foreign key: table, file and column it refers to.
    """

    name: str
    path: Path
    schema: Mapping[str, Any]
    references: Mapping[str, tuple[str, Path, str]]

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The columns with type, unit and constraints."""
        return list(self.schema["fields"])


@dataclass(frozen=True)
class Read:
    """A table that keeps its contract, and what was measured of its file."""

    frame: pd.DataFrame
    measured: dict[str, Any]


def read_table(file: TableFile) -> Read:
    """Read a file and check it against its contract.

    Returns
    -------
    Read
        The table, and rows, bytes, sha256 and empty cells per column for the snapshot.

    Raises
    ------
    DataError
        The file cannot be read or breaks the contract; the message names table, column and line,
        and says what to do.
    """
    try:
        raw = file.path.read_bytes()
    except OSError as error:
        raise DataError(
            f"Table {file.name}: its file {file.path.parent.name}/{file.path.name} cannot be read "
            f"({error.strerror}). Restore it (git checkout, or download the collection again)."
        ) from None
    rows, lines = _rows(file, raw)
    columns, missing = {}, {}
    for position, field in enumerate(file.fields):
        cells = [row[position] for row in rows]
        _check_cells(file, field, cells, lines)
        columns[field["name"]] = _convert(field, cells)
        missing[field["name"]] = sum(cell == "" for cell in cells)
    _check_key(file, rows, lines)
    _check_references(file, rows, lines)
    measured = {
        "rows": len(rows),
        "bytes": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "missing": {column: count for column, count in missing.items() if count},
    }
    return Read(pd.DataFrame(columns), measured)


def broken_rules(file: TableFile, table: pd.DataFrame) -> list[str]:
    """Rules that a table of text breaks: for each column its first broken cell, then the key.

    Parameters
    ----------
    file : TableFile
        Whose contract is asked.
    table : pandas.DataFrame
        Cells as text, an empty text where a value is missing.
    """
    names = [field["name"] for field in file.fields]
    absent = [name for name in names if name not in table]
    said = [f"Table {file.name}: the column {name!r} is absent." for name in absent]
    lines = range(2, len(table) + 2)
    for field in file.fields:
        if field["name"] in table:
            try:
                _check_cells(file, field, list(table[field["name"]]), lines)
            except DataError as error:
                said.append(str(error))
    if not absent:
        try:
            _check_key(file, table[names].to_numpy().tolist(), lines)
        except DataError as error:
            said.append(str(error))
    return said


#: What a description must say of a table and of a column, and on the card, with the type of each
#: entry.
_TABLE: dict[str, type] = {"name": str, "path": str, "title": str, "schema": dict}
_COLUMN: dict[str, type] = {"name": str, "type": str, "description": str}
_CARD: dict[str, type] = {
    "row": str,
    "coverage": str,
    "cautions": list,
    "sources": list,
    "licenses": list,
}
_SOURCE: dict[str, type] = {"publisher": str, "title": str, "path": str, "retrieved": str}
_LICENSE: dict[str, type] = {"title": str, "read": str}
#: The constraints that are checked.
_RULES = ("required", "unique", "enum", "pattern", "minimum", "maximum")


def check_description(package: Any, place: str) -> list[dict[str, Any]]:
    """The resources of a datapackage.json, after a check that they say what a contract needs.

    Raises `DataError` naming the file, the table and the entry.
    """
    _check_entries(package, {"resources": list}, place)
    for resource in package["resources"]:
        _check_entries(resource, _TABLE, f"{place}, a resource")
        where = f"{place}, table {resource['name']}"
        _check_name_and_path(resource, where)
        schema = resource["schema"]
        _check_entries(schema, {"fields": list, "primaryKey": list}, f"{where}, schema")
        for field in schema["fields"]:
            _check_entries(field, _COLUMN, f"{where}, a field")
            _check_rules(field, f"{where}, field {field['name']}")
        names = [field["name"] for field in schema["fields"]]
        unique = bool(names) and len(set(names)) == len(names)
        key = schema["primaryKey"]
        if not unique or not key or not all(column in names for column in key):
            raise DataError(
                f"{where}: fields must have names of their own, and primaryKey must name some of "
                f"them. {_correct(where)}"
            )
        foreign = schema.get("foreignKeys", [])
        _check_entries({"foreignKeys": foreign}, {"foreignKeys": list}, f"{where}, schema")
        for entry in foreign:
            _check_foreign_key(entry, names, where)
    resources: list[dict[str, Any]] = package["resources"]
    return resources


def check_card(resource: Mapping[str, Any]) -> None:
    """Raise `DataError` unless a description says what its card shows."""
    where = f"{resource['topic']}/datapackage.json, table {resource['name']}"
    _check_entries(resource, _CARD, where)
    if not resource["sources"]:
        raise DataError(f"{where}: the list 'sources' names no source. {_correct(where)}")
    for caution in resource["cautions"]:
        if not isinstance(caution, str):
            raise DataError(f"{where}: the caution {caution!r} is not text. {_correct(where)}")
    for source in resource["sources"]:
        _check_entries(source, _SOURCE, f"{where}, a source")
    for entry in resource["licenses"]:
        _check_entries(entry, _LICENSE, f"{where}, a license")


def _correct(where: str) -> str:
    return f"Correct the description in data/{where.split(',')[0]}."


def _check_entries(described: Any, entries: Mapping[str, type], where: str) -> None:
    for entry, kind in entries.items():
        value = described.get(entry) if isinstance(described, dict) else None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise DataError(
                f"{where}: the entry {entry!r} is absent or of another type than {kind.__name__}. "
                f"{_correct(where)}"
            )


def _check_name_and_path(resource: Mapping[str, Any], where: str) -> None:
    """A name that can be typed and shown anywhere, and a file in the folder of the description."""
    problem, path = "", PureWindowsPath(resource["path"])  # knows /, \ and drives
    if not re.fullmatch("[a-z0-9_]+", resource["name"]):
        problem = "a name has only lower-case letters, digits and underscores"
    elif path.anchor or ".." in path.parts:
        problem = f"the path {resource['path']!r} leaves the folder of the description"
    if problem:
        raise DataError(f"{where}: {problem}. {_correct(where)}")


def _check_rules(field: dict[str, Any], where: str) -> None:
    """A known type, and constraints that can be applied to it."""
    problem = _problem_with_rules(field)
    if problem:
        raise DataError(f"{where}: {problem}. {_correct(where)}")


def _problem_with_rules(field: dict[str, Any]) -> str:
    rules = field.get("constraints", {})
    if field["type"] not in PARSERS:
        return f"the type {field['type']!r} is not one of {', '.join(PARSERS)}"
    if not field["description"].strip():
        return "the description is empty: say what the column means"
    if (
        not isinstance(rules, dict)
        or not isinstance(rules.get("enum", []), list)
        or not isinstance(rules.get("pattern", ""), str)
    ):
        return "the constraints are not a table of rules with a list as enum and a text as pattern"
    unknown = [name for name in rules if name not in _RULES]
    if unknown:
        near = difflib.get_close_matches(unknown[0], _RULES, n=1)
        advice = f"the nearest is {near[0]!r}" if near else f"there are {', '.join(_RULES)}"
        return f"there is no constraint {unknown[0]!r}; {advice}"
    for name in ("required", "unique"):
        if not isinstance(rules.get(name, False), bool):
            return f"{name} must be true or false, without quotes; it is {rules[name]!r}"
    for limit in ("minimum", "maximum"):
        if limit in rules and PARSERS[field["type"]](str(rules[limit])) is None:
            return f"minimum or maximum is not of the type {field['type']}"
        if isinstance(rules.get(limit), str) and field["type"] in ("integer", "number"):
            return f"{limit} must be a number, without quotes; it is {rules[limit]!r}"
    try:
        re.compile(rules.get("pattern", ""))
    except re.error as error:
        return f"the pattern {rules['pattern']!r} is not a regular expression ({error})"
    return ""


def _check_foreign_key(key: Any, names: list[str], where: str) -> None:
    _check_entries(key, {"fields": str, "reference": dict}, f"{where}, a foreign key")
    _check_entries(key["reference"], {"resource": str, "fields": str}, f"{where}, a foreign key")
    if key["fields"] not in names:
        raise DataError(
            f"{where}: the foreign key is on the column {key['fields']!r}, which the table does "
            f"not have. {_correct(where)}"
        )


def _restore(file: TableFile) -> str:
    return f"Correct data/{file.path.parent.name}/{file.path.name}, or restore it (git checkout)."


def _rows(file: TableFile, raw: bytes) -> tuple[list[list[str]], list[int]]:
    """The cells of the file as text, checked for encoding, header and number of cells per row, and
    the line of the file in which each row begins.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"Table {file.name}, line {line}: UTF-8 was promised, byte {raw[error.start]:#04x} is "
            f"not UTF-8. {_restore(file)}"
        ) from None
    separator = other_separator(text.partition("\n")[0])
    if separator:
        raise DataError(
            f"Table {file.name}, line 1: the cells are separated by {separator}; commas were "
            "promised. Save the table once more as CSV with commas, or restore it (git checkout)."
        )
    if text.startswith("\ufeff"):
        raise DataError(
            f"Table {file.name}, line 1: the file begins with a byte order mark, as Excel saves "
            "it. If you changed the table on purpose, run `describe`, which takes the mark out; if "
            "not, restore the file (git checkout, or download the collection again)."
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, before = [], [], 0
    try:
        for row in reader:
            rows.append(row)
            lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        raise DataError(
            f"Table {file.name}, line {reader.line_num}: not readable as CSV ({error}). "
            f"{_restore(file)}"
        ) from None
    if not rows:
        raise DataError(f"Table {file.name}: the file is empty. {_restore(file)}")
    header, rows, lines = rows[0], rows[1:], lines[1:]
    promised = [field["name"] for field in file.fields]
    _check_header(file, header, promised)
    for line, row in zip(lines, rows, strict=True):
        if not row:
            raise DataError(
                f"Table {file.name}, line {line}: the line is empty: delete it. {_restore(file)}"
            )
        if len(row) != len(promised):
            raise DataError(
                f"Table {file.name}, line {line}: {len(promised)} cells were promised, {len(row)} "
                f"are there (first cell {row[0]!r}). {_restore(file)}"
            )
    return rows, lines


def other_separator(line: str) -> str:
    """What separates the columns in the first line of a file, if it is not a comma; else empty.

    Examples
    --------
    >>> other_separator("year;loans"), other_separator("year,loans"), other_separator("year")
    ('semicolons', '', '')
    """
    signs = {";": "semicolons", "\t": "tabs"}
    return next((name for sign, name in signs.items() if sign in line and "," not in line), "")


def _check_header(file: TableFile, header: list[str], promised: list[str]) -> None:
    if header == promised:
        return
    extra = [column for column in header if column not in promised]
    absent = [column for column in promised if column not in header]
    if extra:
        what = f"column {extra[0]!r} is not declared"
    elif absent:
        what = f"column {absent[0]!r} is absent"
    else:
        what = "the columns are in another order"
    raise DataError(
        f"Table {file.name}, line 1: {what}; promised were {', '.join(promised)}. Correct the "
        f"file, or describe the column in data/{file.path.parent.name}/datapackage.json."
    )


def _check_cells(
    file: TableFile, field: dict[str, Any], cells: list[str], lines: Sequence[int]
) -> None:
    rules = field.get("constraints", {})
    parse = PARSERS[field["type"]]
    allowed = set(map(str, rules.get("enum", ())))
    pattern = re.compile(rules["pattern"]) if "pattern" in rules else None
    low, high = (_limit(parse, rules.get(key)) for key in ("minimum", "maximum"))
    for line, cell in zip(lines, cells, strict=True):
        if cell == "":
            if rules.get("required"):
                _refuse(file, field, line, "a value", "an empty cell")
            continue
        value = parse(cell)
        if value is None:
            _refuse(file, field, line, f"type {field['type']}", repr(cell))
        if allowed and cell not in allowed:
            _refuse(file, field, line, f"one of {', '.join(sorted(allowed))}", repr(cell))
        if pattern and not pattern.fullmatch(cell):
            _refuse(file, field, line, f"the form {rules['pattern']}", repr(cell))
        if low is not None and value < low:
            _refuse(file, field, line, f"at least {rules['minimum']}", cell)
        if high is not None and value > high:
            _refuse(file, field, line, f"at most {rules['maximum']}", cell)
    if rules.get("unique"):
        _check_unique(file, field["name"], cells, lines)


def _refuse(
    file: TableFile, field: dict[str, Any], line: int, promised: str, there: str
) -> NoReturn:
    raise DataError(
        f"Table {file.name}, column {field['name']}, line {line}: {promised} was promised, {there} "
        "is there. Correct the cell; if the value is right, change the rule in "
        f"data/{file.path.parent.name}/datapackage.json."
    )


def _check_key(file: TableFile, rows: list[list[str]], lines: Sequence[int]) -> None:
    key = file.schema["primaryKey"]
    names = [field["name"] for field in file.fields]
    positions = [names.index(column) for column in key]
    values = [", ".join(row[p] for p in positions) for row in rows]
    _check_unique(file, " + ".join(key), values, lines)


def _check_unique(file: TableFile, label: str, values: list[str], lines: Sequence[int]) -> None:
    seen: dict[str, int] = {}
    for line, value in zip(lines, values, strict=True):
        if value in seen:
            raise DataError(
                f"Table {file.name}, key {label}, line {line}: unique values were promised, "
                f"{value!r} is in line {seen[value]} already. Remove one of the two rows, or make "
                f"the key in data/{file.path.parent.name}/datapackage.json longer."
            )
        seen[value] = line


def _check_references(file: TableFile, rows: list[list[str]], lines: Sequence[int]) -> None:
    """Values of a column with a foreign key are in the other table; both are read as this type."""
    columns = {field["name"]: (i, field["type"]) for i, field in enumerate(file.fields)}
    for column, (target, path, target_column) in file.references.items():
        position, kind = columns[column]
        parse = PARSERS[kind]
        try:
            # A byte order mark is passed over here: it is named when that table is read.
            with path.open(encoding="utf-8-sig", newline="") as stream:
                known = {parse(row.get(target_column) or "") for row in csv.DictReader(stream)}
        except (OSError, ValueError, csv.Error) as error:
            raise DataError(
                f"Table {file.name}: the table {target}, which its column {column} refers to, "
                f"cannot be read ({error}). Restore {path.name}."
            ) from None
        for line, row in zip(lines, rows, strict=True):
            cell = row[position]
            if cell and parse(cell) not in known:
                raise DataError(
                    f"Table {file.name}, column {column}, line {line}: {cell!r} is not in the "
                    f"column {target_column} of the table {target}. Correct the cell, or add the "
                    f"row to {target}."
                )


def _integer(cell: str) -> int | None:
    return int(cell) if re.fullmatch(r"-?[0-9]{1,18}", cell) else None


def _decimal(cell: str) -> float | None:
    # With more than 300 digits it would be infinite.
    return float(cell) if re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]+)?", cell) else None


def _date(cell: str) -> dt.date | None:
    try:
        matches = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell)
        return dt.date.fromisoformat(cell) if matches else None
    except ValueError:
        return None


#: The types of columns, each with the function that reads a cell; it returns None for a cell of
#: another type.
PARSERS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _decimal,
    "date": _date,
    "string": str,
}


#: The type of a column of text: str from pandas 3 on, object before.
_TEXT = pd.Series(["text"]).dtype


def _limit(parse: Callable[[str], Any], limit: Any) -> Any:
    return None if limit is None else parse(str(limit))


def _convert(field: dict[str, Any], cells: list[str]) -> pd.Series[Any]:
    values = [None if cell == "" else cell for cell in cells]
    if field["type"] == "integer":
        whole = [None if v is None else int(v) for v in values]
        return pd.Series(whole, dtype="Int64" if None in whole else "int64")
    if field["type"] == "number":
        return pd.Series(values, dtype="float64")
    if field["type"] == "date":
        return pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d")
    return pd.Series(values, dtype=_TEXT)
