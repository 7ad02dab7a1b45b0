"""Tables of the collection: `load` one, list all `tables`.

Every table is a CSV file described in the `datapackage.json` of its folder (Frictionless Data
Package). Two things are kept apart:

- the *contract* in datapackage.json says what a value may be: type, domain, key, foreign key;
- the *snapshot* in data/snapshot.json says what the files hold now: rows, hash, empty cells per
  column.

`load` checks both and refuses a file that breaks one of them: nothing is repaired silently. A
changed file is read again, so a running notebook sees it without a restart.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.collection import Collection, current
from helpers.contract import (
    DataError,
    Read,
    TableFile,
    check_description,
    read_table,
)
from helpers.entries import read_entries, uses_entry
from helpers.files import as_json, read_json
from helpers.language import say

SNAPSHOT = "snapshot.json"
_ADVICE_SNAPSHOT = (
    "If the change is meant, run `{describe}` and look at what it says; if not, restore the file "
    "(git checkout, or download the collection again)."
)


def load(name: str) -> pd.DataFrame:
    """Read one table, after checking that the file is what its description promises.

    Parameters
    ----------
    name : str
        Name of the table, as `tables()` lists it.

    Returns
    -------
    pandas.DataFrame
        One row per row of the file, columns in the file's order. Integers are ``int64``, or
        ``Int64`` where a value is missing; numbers ``float64``; dates ``datetime64``; everything
        else text. An empty cell is missing, never zero.

    Raises
    ------
    DataError
        Unknown table; missing, wrongly encoded or truncated file; undeclared column; wrong type;
        value outside its domain; duplicate key; a value that the table it refers to does not have;
        a file that is not the one in the snapshot. The message names table, column and line, and
        says what to do.

    Examples
    --------
    >>> load("library_loans").query("year == 2023")["loans"].item()
    8582
    """
    collection = current()
    resource = find_table(collection, name)
    file = _file(collection, resource)
    table = _checked(file, _state(file))
    _check_snapshot(collection, file, promised(collection, name))
    return table.copy()


def load_unchecked(collection: Collection, name: str) -> pd.DataFrame:
    """A table that keeps its contract, no matter what the snapshot says: for `describe`, which
    writes the snapshot.
    """
    file = table_file(collection, name)
    return _checked(file, _state(file))


def tables() -> pd.DataFrame:
    """The catalogue: one row per table, with topic (folder), title, number of rows and column
    names.

    Examples
    --------
    >>> int(tables().loc["library_loans", "rows"])
    6
    """
    collection = current()
    return pd.DataFrame(
        [
            {
                "table": name,
                "topic": resource["topic"],
                "title": resource["title"],
                "rows": (promised(collection, name) or {}).get("rows", pd.NA),
                "columns": ", ".join(field["name"] for field in resource["schema"]["fields"]),
            }
            for name, resource in catalogue(collection).items()
        ],
        columns=["table", "topic", "title", "rows", "columns"],
    ).set_index("table")


def find_table(collection: Collection, name: str) -> Mapping[str, Any]:
    """The description of one table; `DataError` with the nearest names if there is none."""
    known = catalogue(collection)
    if isinstance(name, str) and name in known:
        return known[name]
    near = difflib.get_close_matches(str(name), known, cutoff=0.4)
    advice = (
        say("Nearest names: {names}.", names=", ".join(near))
        if near
        else say("tables() lists all names.")
    )
    raise DataError(say("There is no table named {name!r}. {advice}", name=name, advice=advice))


def catalogue(collection: Collection) -> Mapping[str, Mapping[str, Any]]:
    """All descriptions by name, each with its folder (`topic`), from every datapackage.json in
    data/.
    """
    manifests = []
    try:  # `load` asks for it each time, and glob is slower
        with os.scandir(collection.data) as entries:
            folders = sorted(entry.path for entry in entries if entry.is_dir())
        for folder in folders:
            manifest = os.path.join(folder, "datapackage.json")  # noqa: PTH118
            with suppress(FileNotFoundError):
                manifests.append((manifest, os.stat(manifest).st_mtime_ns))  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise DataError(
            say(
                "{place} cannot be read ({reason}). Give yourself the right to read it.",
                place=Path(str(error.filename)),
                reason=error.strerror,
            )
        ) from None
    if not manifests:
        raise DataError(
            say(
                "There is no table in {data}: no folder there has a datapackage.json. Restore "
                "data/, or describe a table there.",
                data=collection.data,
            )
        )
    return _catalogue(tuple(manifests))


def measure(collection: Collection, name: str) -> dict[str, Any]:
    """The entry of a table in the snapshot, computed from its file: rows, bytes, sha256, empty
    cells per column.
    """
    return read_table(table_file(collection, name)).measured


def data_state(collection: Collection) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file in data/: a key for what is computed from the tables."""
    files = sorted(path for path in collection.data.rglob("*") if path.is_file())
    states = [(path, path.stat()) for path in files]
    return tuple((str(path), state.st_mtime_ns, state.st_size) for path, state in states)


def snapshot(collection: Collection) -> Mapping[str, Any]:
    """What data/snapshot.json says of each table; empty if there is no such file."""
    return {name: promised(collection, name) for name in _snapshot(collection)}


def promised(collection: Collection, name: str) -> Mapping[str, Any] | None:
    """What data/snapshot.json says of one table; None if it does not name the table."""
    uses_entry(collection.data / SNAPSHOT, name)
    return _snapshot(collection).get(name)


@lru_cache(maxsize=16)
def _catalogue(manifests: tuple[tuple[str, int], ...]) -> Mapping[str, Mapping[str, Any]]:
    """The catalogue, read and checked once for each state of the descriptions."""
    known: dict[str, dict[str, Any]] = {}
    for path in (Path(manifest) for manifest, _ in manifests):
        place = f"{path.parent.name}/datapackage.json"
        try:
            package = read_json(path)
        except (OSError, ValueError) as error:
            raise DataError(
                say(
                    "{place} cannot be read as JSON: {error}. Correct or restore it.",
                    place=place,
                    error=error,
                )
            ) from None
        for resource in check_description(package, place):
            name = resource["name"]
            if name in known:
                raise DataError(
                    say(
                        "Two tables are named {name}: rename one in {place}.",
                        name=name,
                        place=place,
                    )
                )
            known[name] = {**resource, "topic": path.parent.name, "folder": path.parent}
    for name, resource in known.items():
        for key in resource["schema"].get("foreignKeys", []):
            _check_reference(name, key, known)
    return known


def _check_reference(
    name: str, key: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> None:
    target = key["reference"]["resource"]
    columns = [
        field["name"] for field in known.get(target, {"schema": {"fields": []}})["schema"]["fields"]
    ]
    if key["reference"]["fields"] not in columns:
        raise DataError(
            say(
                "{known}/datapackage.json, table {name}: the foreign key refers to the column "
                "{key!r} of the table {target!r}, which does not exist. Correct the foreign key.",
                known=known[name]["topic"],
                name=name,
                key=key["reference"]["fields"],
                target=target,
            )
        )


def table_file(collection: Collection, name: str) -> TableFile:
    """The file of a table with what it must keep; `DataError` if there is no such table."""
    return _file(collection, find_table(collection, name))


def _file(collection: Collection, resource: Mapping[str, Any]) -> TableFile:
    """The file of a table with what is needed to check it."""
    references = {}
    for key in resource["schema"].get("foreignKeys", []):
        target = catalogue(collection)[key["reference"]["resource"]]
        references[key["fields"]] = (
            key["reference"]["resource"],
            target["folder"] / target["path"],
            key["reference"]["fields"],
        )
    return TableFile(
        resource["name"], resource["folder"] / resource["path"], resource["schema"], references
    )


def _state(file: TableFile) -> tuple[tuple[int, int], ...]:
    """Times and sizes of the file and of those it refers to; `DataError` when one is missing."""
    states = []
    for path in (file.path, *(path for _, path, _ in file.references.values())):
        try:
            state = path.stat()
        except (OSError, ValueError):  # ValueError: a name that no file can have
            raise DataError(
                say(
                    "Table {name}: its file {name_2}/{name_3} is missing from data/. Restore the "
                    "file (git checkout, or download the collection again), or correct `path` in "
                    "data/{name_2}/datapackage.json.",
                    name=file.name,
                    name_2=path.parent.name,
                    name_3=path.name,
                )
            ) from None
        states.append((state.st_mtime_ns, state.st_size))
    return tuple(states)


def _checked(file: TableFile, state: tuple[tuple[int, int], ...]) -> pd.DataFrame:
    return _cached(_Hashable(file), state).frame


class _Hashable:
    """A TableFile as a cache key: the same description is the same key."""

    def __init__(self, file: TableFile) -> None:
        self.file = file
        self.key = (
            file.path,
            json.dumps(file.schema, sort_keys=True, default=str),
            tuple(map(str, file.references.values())),
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and self.key == other.key


@lru_cache(maxsize=512)
def _cached(key: _Hashable, state: tuple[tuple[int, int], ...]) -> Read:
    """The table, read and checked once for each state of its file and description."""
    return read_table(key.file)


def _check_snapshot(
    collection: Collection, file: TableFile, promised: Mapping[str, Any] | None
) -> None:
    describe = f"{collection.run} describe"
    if promised is None:
        raise DataError(
            say(
                "Table {name} is not in data/{snapshot} yet: run `{describe}`.",
                name=file.name,
                snapshot=SNAPSHOT,
                describe=describe,
            )
        )
    measured = _cached(_Hashable(file), _state(file)).measured
    if measured == promised:
        return
    stored = promised.get("missing")
    gaps = stored if isinstance(stored, dict) else {}
    there = measured["missing"]
    column = next((c for c in {**there, **gaps} if there.get(c) != gaps.get(c)), "")
    if measured["rows"] != promised.get("rows"):
        what = f"{promised.get('rows')} rows were promised, the file has {measured['rows']}"
    elif column:
        what = (
            f"column {column}: {gaps.get(column, 0)} empty cells were promised, "
            f"{there.get(column, 0)} are there"
        )
    elif b"\r\n" in file.path.read_bytes():
        what = f"the file {file.path.name} was saved with the line ends of Windows, as Excel does"
    else:
        what = (
            f"the file {file.path.name} is not the one described: sha256 "
            f"{str(promised.get('sha256'))[:12]}... was "
            f"promised, {measured['sha256'][:12]}... is there"
        )
    raise DataError(
        say(
            "Table {name}: {what}. {advice_snapshot}",
            name=file.name,
            what=what,
            advice_snapshot=_ADVICE_SNAPSHOT.format(describe=describe),
        )
    )


def _snapshot(collection: Collection) -> Mapping[str, Any]:
    path = collection.data / SNAPSHOT
    try:
        return _read_snapshot(path, path.stat().st_mtime_ns, f"{collection.run} describe")
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=16)
def _read_snapshot(path: Path, modified: int, describe: str) -> Mapping[str, Any]:
    try:
        content = as_json(read_entries(path))
    except (OSError, ValueError) as error:
        raise DataError(
            say(
                "data/{snapshot} cannot be read as JSON: {error}. Run `{describe}`.",
                snapshot=SNAPSHOT,
                error=error,
                describe=describe,
            )
        ) from None
    if not isinstance(content, dict) or not all(
        isinstance(entry, dict) for entry in content.values()
    ):
        raise DataError(
            say(
                "data/{snapshot} does not hold one entry per table. Run `{describe}`.",
                snapshot=SNAPSHOT,
                describe=describe,
            )
        )
    return content
