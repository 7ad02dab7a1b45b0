"""One submission in, one JSON out: results named by their content, and merged without loss.

A unit is what one notebook asks to be run: its cells, for one engine, one state of the tables and
one set of limits. Its result is a file named by the hash of all of these. So a unit is never run
twice, two machines can share a folder, and results of another version are refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers.collection import Collection
from helpers.language import say
from marking.exercises import Found
from marking.place import ADAPTATION, INSIDE, Limits, Run

UNITS = "units"
MANIFEST = "manifest.json"
PACKAGES = ("pandas", "numpy", "matplotlib", "seaborn", "networkx", "ipython")


class StoreError(ValueError):
    """Results do not belong together; the message says why and what to do."""


def digest(*parts: bytes) -> str:
    """sha256 over parts, each with its length, so that no two lists of parts collide."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def manifest(collection: Collection, limits: Limits) -> dict[str, Any]:
    """What a run depends on besides the submission: engine, tables, packages, limits."""
    engine = Path(sys.modules["helpers"].__file__ or "").parent
    files = [p for p in sorted(engine.rglob("*.py")) if "_collection" not in p.parts]
    files += [Path(__file__).with_name(name) for name in INSIDE]
    tables = [
        p for p in sorted(collection.data.rglob("*")) if p.suffix in (".csv", ".json", ".toml")
    ]
    return {
        "engine": digest(*(p.read_bytes() for p in files)),
        "tables": digest(
            *(
                p.read_bytes()
                for p in tables
                if "update" not in p.parts and p.name not in ADAPTATION
            )
        ),
        "packages": {name: version(name) for name in PACKAGES},
        "python": ".".join(map(str, sys.version_info[:2])),
        "limits": {name: float(value) for name, value in asdict(limits).items()},  # 4 is 4.0
    }


def unit_id(found: Found, made_with: dict[str, Any]) -> str:
    """The name of a unit: sha256 over its cells and the manifest."""
    return digest(_json(found.cells), _json(made_with))


def _json(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=True).encode()


def path_of(marks: Path, unit: str) -> Path:
    """Where a unit's result is kept."""
    return marks / UNITS / f"{unit}.json"


def save(marks: Path, unit: str, run: Run) -> None:
    """Keep a result; a file appears complete or not at all."""
    path = path_of(marks, unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    failed = {str(position): error for position, error in run.failed.items()}
    record = {**asdict(run), "failed": failed}
    write_atomically(path, json.dumps(record, indent=1, sort_keys=True) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that it is there complete or not at all."""
    partial = path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}")
    try:
        partial.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(marks: Path, unit: str) -> dict[str, Any] | None:
    """A kept result, or None if there is none that can be read."""
    try:
        record = json.loads(path_of(marks, unit).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    kinds = {"answers": dict, "failed": dict, "remark": str}
    complete = isinstance(record, dict) and all(
        isinstance(record.get(name), kind) for name, kind in kinds.items()
    )
    return record if complete else None


class Kept:
    """Which of some units' results were kept since this was made, as the folder itself tells.

    A run that counts for itself is wrong by one if Ctrl-C comes after a result is written and
    before it is counted.
    """

    def __init__(self, marks: Path, units: Iterable[str]) -> None:
        self._paths = [path_of(marks, unit) for unit in units]
        self._before = self._written()

    def _written(self) -> set[tuple[Path, int]]:
        found = set()
        for path in self._paths:
            with suppress(FileNotFoundError):
                found.add((path, path.stat().st_mtime_ns))
        return found

    def said(self, reason: str) -> str:
        """A sentence for a run that stopped early: why, how many are kept, how many remain."""
        done = len(self._written() - self._before)
        return say(
            "{reason}: {done} finished and kept, {left} remain. The same command continues.",
            reason=reason,
            done=done,
            left=len(self._paths) - done,
        )


def open_marks(marks: Path, made_with: dict[str, Any]) -> None:
    """Prepare the folder of marks, or see that its results were made with the same manifest.

    Raises
    ------
    StoreError
        The folder holds results of another engine, other tables, packages or limits.
    """
    marks.mkdir(parents=True, exist_ok=True)
    path = marks / MANIFEST
    if not path.exists():
        write_atomically(path, json.dumps(made_with, indent=1, sort_keys=True) + "\n")
        return
    try:
        there = read_manifest(marks)
    except StoreError:
        there = {}
    different = sorted(name for name in made_with if there.get(name) != made_with[name])
    if different:
        raise StoreError(
            say(
                "{name}/ holds results made with other {different}. Use the same version, or "
                "--fresh to run everything again.",
                name=marks.name,
                different=say(" and ").join(different),
            )
        )


def read_manifest(marks: Path) -> dict[str, Any]:
    """What the results in a folder of marks were made with.

    Raises
    ------
    StoreError
        It has no manifest that can be read.
    """
    try:
        read = json.loads((marks / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise StoreError(
            say(
                "{source} has no {name}: it is not a folder of marks.",
                source=marks,
                name=MANIFEST,
            )
        )
    return read


def answers(record: dict[str, Any]) -> dict[str, Any]:
    """What a result says of each exercise, without the seconds, which differ from run to run."""
    said: dict[str, Any] = record["answers"]
    return {
        number: {key: value for key, value in one.items() if key != "seconds"}
        if isinstance(one, dict)
        else one
        for number, one in said.items()
    }


def merge(sources: Sequence[Path], marks: Path) -> tuple[int, int]:
    """Copy the results of several folders into one.

    A result that is there stays, unless its run ended early and the other one's did not.

    Returns
    -------
    tuple of int
        How many results are new there, and how many differ in their answers from the one kept.

    Raises
    ------
    StoreError
        A folder has no manifest, its manifest is another one, or a result cannot be read.
    """
    new = different = 0
    for source in sources:
        open_marks(marks, read_manifest(source))
        for path in sorted((source / UNITS).glob("[!.]*.json")):
            unit = path.stem
            here, there = load(marks, unit), load(source, unit)
            if there is None:
                raise StoreError(say("{path} cannot be read: run that shard again.", path=path))
            if here is None or (here["remark"] and not there["remark"]):
                (marks / UNITS).mkdir(exist_ok=True)
                write_atomically(path_of(marks, unit), path.read_text(encoding="utf-8"))
                new += 1
            elif not there["remark"] and answers(here) != answers(there):
                different += 1
    return new, different
