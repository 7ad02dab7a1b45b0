"""Mutants of what tables promise: rules, types, names and cards in `datapackage.json`, and numbers
and hashes in `data/snapshot.json`.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from helpers.catalogue import SNAPSHOT
from tests.campaigns.mutants import stage, tables
from tests.campaigns.mutants.files import Change, fixed, other_digit
from tests.campaigns.mutants.lesson import ROOT

RULES = ("required", "unique", "enum", "pattern", "minimum", "maximum")
TYPES = {"integer": "number", "number": "string", "date": "string", "string": "integer"}
CARD = ("title", "row", "coverage", "sources", "licenses", "cautions")


def changes(seed: int, names: Sequence[str]) -> Iterator[Change]:
    """For each table: a rule of each kind dropped; a type, a name, an entry of the card and an
    entry of the snapshot changed.
    """
    for name, (manifest, resource) in tables.resources(ROOT).items():
        if names and name not in names:
            continue
        rng = random.Random(f"{seed} {name}")
        for operator, said, changed in of_table(resource, rng):
            package = json.loads(manifest.read_text(encoding="utf-8"))
            place = next(i for i, r in enumerate(package["resources"]) if r["name"] == name)
            package["resources"][place] = changed
            yield _change(operator, manifest, f"{name}, {said}", package, name)
        yield from _of_snapshot(name, rng)


def of_table(
    resource: dict[str, Any], rng: random.Random
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Operator, what was changed, and the changed description of a table."""
    for rule in RULES:
        ruled = [
            f["name"] for f in resource["schema"]["fields"] if rule in f.get("constraints", {})
        ]
        if ruled:
            changed, field = _field(resource, rng.choice(ruled))
            said = field["constraints"].pop(rule)
            yield f"drop a rule: {rule}", f"{field['name']}: {str(said)[:40]}", changed
    names = [field["name"] for field in resource["schema"]["fields"]]
    changed, field = _field(resource, rng.choice(names))
    before, field["type"] = field["type"], TYPES[field["type"]]
    yield "change a type", f"{field['name']}: {before} becomes {field['type']}", changed
    changed, field = _field(resource, rng.choice(names))
    field["name"] += "_x"
    yield "rename a column", field["name"], changed
    changed = copy.deepcopy(resource)
    key: list[str] = changed["schema"]["primaryKey"]
    if len(key) > 1:
        yield "shorten the key", key.pop(rng.randrange(len(key))), changed
    if resource["schema"].get("foreignKeys"):
        changed = copy.deepcopy(resource)
        gone = changed["schema"].pop("foreignKeys")
        yield "drop a foreign key", gone[0]["fields"], changed
    changed, entry = copy.deepcopy(resource), rng.choice(CARD)
    del changed[entry]
    yield "drop an entry of the card", entry, changed


def _field(resource: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = copy.deepcopy(resource)
    return changed, next(f for f in changed["schema"]["fields"] if f["name"] == name)


def _of_snapshot(name: str, rng: random.Random) -> Iterator[Change]:
    path = ROOT / "data" / SNAPSHOT
    whole = json.loads(path.read_text(encoding="utf-8"))
    for entry in ("rows", "sha256"):
        snapshot = copy.deepcopy(whole)
        old = str(snapshot[name][entry])
        place = rng.choice([i for i, sign in enumerate(old) if sign.isdigit()])
        new = other_digit(old, place, rng)
        snapshot[name][entry] = int(new) if entry == "rows" else new
        yield _change("change the snapshot", path, f"{name}, {entry}", snapshot, name)
    snapshot = {other: entry for other, entry in whole.items() if other != name}
    yield _change("drop from the snapshot", path, name, snapshot, name)


def _change(operator: str, path: Path, said: str, content: Any, table: str) -> Change:
    where = path.relative_to(ROOT).as_posix()
    text = json.dumps(content, indent=1 if path.name == SNAPSHOT else 2, ensure_ascii=False) + "\n"
    return Change("contract", operator, where, fixed(said, text), table)


def red(change: Change) -> str:
    """What `load` and the tests of tables say: those that look at this table, or at all."""
    chosen = f"[{change.about}] or follow or nothing_else or every_table or every_column"
    return stage.first_red(
        lambda: stage.refused(change.about),
        lambda: stage.unit_tests_fail(("test_data.py", "test_limits.py"), chosen),
    )
