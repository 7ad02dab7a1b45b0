"""Rebuild a table from its publisher's file, and compare the result with the table as it is.

    python3 -m helpers update TOPIC                        fetch the files of a topic
    python3 -m helpers update TOPIC TABLE --file FILE      take a file that you saved by hand

A topic whose publisher's form is known has a file data/TOPIC/build.py, which says for each table
where the file is and how it becomes the table. Nothing in data/ is replaced: the rebuilt table and
the list of changes are written to data/TOPIC/update/, which a person reads and takes over. This is
the only command that uses the network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.catalogue import table_file
from helpers.collection import Collection, CollectionError, current
from helpers.command import command_parser
from helpers.contract import DataError, broken_rules


class UpdateError(ValueError):
    """A table cannot be rebuilt from the file at hand."""


@dataclass(frozen=True)
class Build:
    """How a publisher's file becomes a table.

    Attributes
    ----------
    page : str
        The page where the publisher offers the file.
    edition : str
        Which edition or release the file is, and what changes between releases.
    columns : tuple of str
        Columns that the file must have.
    read : callable
        From the file, as a DataFrame of text, to the table with its columns in order.
    address : str
        Address of the file itself; empty if it has to be saved by hand from the page.
    separator : str
        What separates the cells: a comma or a tab.
    encoding : str
        Encoding of the file.
    """

    page: str
    edition: str
    columns: tuple[str, ...]
    read: Callable[[pd.DataFrame], pd.DataFrame]
    address: str = ""
    separator: str = ","
    encoding: str = "utf-8-sig"


@dataclass(frozen=True)
class Comparison:
    """A rebuilt table beside the present one.

    Attributes
    ----------
    changes : pandas.DataFrame
        One row per row added or absent and per cell revised: kind, key, column, before, now.
    broken : list of str
        Rules of the contract that the rebuilt table breaks, a sentence each.
    """

    changes: pd.DataFrame
    broken: list[str]

    def __str__(self) -> str:
        counts = self.changes["kind"].value_counts()
        said = ", ".join(
            f"{counts.get(kind, 0):,} {what}"
            for kind, what in (
                ("row added", "rows added"),
                ("cell revised", "cells revised"),
                ("row absent", "rows that the publisher's file does not have"),
            )
        )
        return "\n".join([said + ".", *self.broken])


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("update", __doc__)
    parser.add_argument("topic", help="a folder of data/")
    parser.add_argument("table", nargs="?", help="one table of the topic; none means all of them")
    parser.add_argument("--file", type=Path, help="the publisher's file, saved by hand")
    parser.add_argument("--sha256", default="", help="the hash that the file must have")
    options = parser.parse_args(arguments)
    try:
        collection = current(written=True)
        builds = topic_builds(collection, options.topic)
        names = [options.table] if options.table else list(builds)
        if options.file and len(names) > 1:
            raise UpdateError(f"Say which table --file is for: {', '.join(names)}.")
        for name in names:
            if name not in builds:
                raise UpdateError(
                    f"There is no build step for {name!r} in data/{options.topic}/build.py, only "
                    f"for {', '.join(builds)}. The other tables were compiled by hand: their cards "
                    "say from what."
                )
            file = options.file or fetch(collection, options.topic, builds[name], options.sha256)
            digest = check_hash(file, options.sha256)
            table = rebuild(builds[name], file, name)
            comparison = compare(collection, name, table)
            write(collection, options.topic, name, table, comparison)
            print(f"{name}, from {file.name} (sha256 {digest}): {comparison}")
    except (UpdateError, CollectionError, DataError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def topic_builds(collection: Collection, topic: str) -> dict[str, Build]:
    """The build steps of a topic, by table.

    Raises `UpdateError` if the topic has none: only a build.py that lies in a folder of data/ is
    run. Also if that file cannot be run, or does not say which tables it builds.
    """
    known = present_topics(collection)
    if topic not in known:
        others = f"these topics have one: {', '.join(known)}" if known else "no topic has one"
        raise UpdateError(f"There is no build step for the topic {topic!r}; {others}.")
    place = f"data/{topic}/build.py"
    spec = importlib.util.spec_from_file_location(
        f"build_{topic}", collection.data / topic / "build.py"
    )
    if spec is None or spec.loader is None:
        raise UpdateError(f"{place} cannot be run as Python.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # any fault in that file has the same remedy
        raise UpdateError(f"{place} cannot be run ({_reason(error)}). Correct it.") from None
    builds = getattr(module, "BUILDS", None)
    if not isinstance(builds, dict) or not builds or not all(map(_is_build, builds.values())):
        raise UpdateError(
            f"{place} does not say which tables it builds. Add BUILDS, a dict with one Build for "
            "each table."
        )
    return builds


def fetch(collection: Collection, topic: str, build: Build, sha256: str = "") -> Path:
    """The publisher's file, fetched into data/TOPIC/update/.

    Raises `UpdateError` when the file has to be saved by hand, pooch is not installed, or the file
    cannot be fetched or has another hash than `sha256`.
    """
    if not build.address:
        raise UpdateError(
            f"The file has no address of its own. Save it by hand from {build.page} and run the "
            "command again with --file."
        )
    folder = _update_folder(collection, topic)
    try:
        import pooch  # only this command needs it
    except ImportError:
        raise UpdateError("Fetching needs the package pooch: pip install pooch.") from None
    known = f"sha256:{sha256}" if sha256 else None
    try:
        return Path(pooch.retrieve(build.address, known_hash=known, path=folder))
    except PermissionError as error:
        raise UpdateError(_not_written(topic, error)) from None
    except (OSError, ValueError) as error:
        raise UpdateError(
            f"{build.address} could not be fetched ({error}). Check the network, or save the file "
            f"by hand from {build.page} and use --file."
        ) from None


def check_hash(file: Path, sha256: str = "") -> str:
    """The sha256 of a file; `UpdateError` when it cannot be read or another hash was asked for."""
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise UpdateError(f"{file} cannot be read ({error.strerror}).") from None
    if sha256 and digest != sha256.lower():
        raise UpdateError(
            f"{file.name} has the sha256 {digest}, not {sha256}: it is another edition."
        )
    return digest


def rebuild(build: Build, file: Path, name: str) -> pd.DataFrame:
    """The table `name` as the publisher's file gives it; `UpdateError` when the file has another
    form.
    """
    try:
        raw = pd.read_csv(
            file,
            sep=build.separator,
            encoding=build.encoding,
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
        )
    except (OSError, ValueError) as error:
        raise UpdateError(f"{file.name} cannot be read as a table: {error}.") from None
    raw.columns = [str(column).strip() for column in raw.columns]
    absent = [column for column in build.columns if column not in raw]
    if absent:
        raise UpdateError(
            f"{file.name} has no column {absent[0]!r}: the publisher's form has changed, or this "
            f"is another file. Expected were {', '.join(build.columns)}."
        )
    try:
        table = build.read(raw)
    except Exception as error:  # a step may fail on anything in the file
        raise UpdateError(
            f"{file.name} cannot be made into the table {name} ({_reason(error)}): the "
            "publisher's form has changed, this is another file, or the build step is wrong."
        ) from None
    if not isinstance(table, pd.DataFrame):
        raise UpdateError(
            f"The build step of the table {name} gives a {type(table).__name__}, not a DataFrame."
        )
    return table


def compare(collection: Collection, name: str, table: pd.DataFrame) -> Comparison:
    """A rebuilt table beside the present one, row by row of the primary key.

    Raises `UpdateError` when the present table cannot be read, or when the rows of one of the two
    cannot be told apart: a column of the key is absent, a column or a key is there twice.
    """
    file = table_file(collection, name)
    key = list(file.schema["primaryKey"])
    try:
        raw = pd.read_csv(file.path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UpdateError(f"{file.path.name} cannot be read as a table: {error}.") from None
    present = _by_key(raw, key, f"The present table {name}")
    rebuilt = _by_key(as_text(table), key, f"The rebuilt table {name}")
    columns = [column for column in present.columns if column in rebuilt]
    changes = [("row added", k, "", "", "") for k in rebuilt.index.difference(present.index)]
    changes += [("row absent", k, "", "", "") for k in present.index.difference(rebuilt.index)]
    common = present.index.intersection(rebuilt.index)
    for column in columns:
        before, now = present.loc[common, column], rebuilt.loc[common, column]
        for k in common[(before != now).to_numpy()]:
            changes.append(("cell revised", k, column, before[k], now[k]))
    rows = [(kind, _key_text(k), *rest) for kind, k, *rest in changes]
    frame = pd.DataFrame(rows, columns=["kind", "key", "column", "before", "now"])
    return Comparison(frame, broken_rules(file, as_text(table)))


def write(
    collection: Collection, topic: str, name: str, table: pd.DataFrame, comparison: Comparison
) -> None:
    """Write the rebuilt table and the list of changes to data/TOPIC/update/; `UpdateError` when
    nothing can be written there.
    """
    folder = _update_folder(collection, topic)
    try:
        for stem, content in ((name, as_text(table)), (f"{name}_changes", comparison.changes)):
            content.to_csv(folder / f"{stem}.csv", index=False, lineterminator="\n")
    except OSError as error:
        raise UpdateError(_not_written(topic, error)) from None


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """A table as its CSV file has it: text, empty where a value is missing, whole numbers without a
    point.
    """
    text: pd.DataFrame = table.apply(lambda column: column.map(_cell_text))
    return text


def _update_folder(collection: Collection, topic: str) -> Path:
    """The folder data/TOPIC/update/, made if it is not there."""
    folder = collection.data / topic / "update"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UpdateError(_not_written(topic, error)) from None
    return folder


def _not_written(topic: str, error: OSError) -> str:
    return (
        f"Nothing can be written to data/{topic}/update/ ({error.strerror}). Look at the rights "
        "of that folder, or move away what has its name."
    )


def _by_key(table: pd.DataFrame, key: list[str], which: str) -> pd.DataFrame:
    """A table by its primary key; `which` begins the sentence when that cannot be done."""
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise UpdateError(f"{which} has the column {twice[0]!r} twice.")
    absent = [column for column in key if column not in table]
    if absent:
        raise UpdateError(f"{which} has no column {absent[0]!r}, which belongs to its key.")
    indexed = table.set_index(key)
    again = indexed.index[indexed.index.duplicated()]
    if len(again):
        raise UpdateError(
            f"{which} has the key {_key_text(again[0])} in more than one row ({', '.join(key)}), "
            "so its rows cannot be compared."
        )
    return indexed


def _is_build(step: Any) -> bool:
    """Also true of a Build of this file run as a script, which is another class."""
    return type(step).__name__ == Build.__name__


def _reason(error: Exception) -> str:
    """An error in half a line: its kind, and the beginning of what it says."""
    said = " ".join(str(error).split()).rstrip(".")
    return f"{type(error).__name__}: {said[:200]}" if said else type(error).__name__


def _cell_text(value: Any) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _key_text(key: Any) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def present_topics(collection: Collection) -> list[str]:
    """Topics with a build step."""
    return sorted(path.parent.name for path in collection.data.glob("*/build.py"))


if __name__ == "__main__":
    sys.exit(main())
