"""Mutants of tables: a value changed, columns swapped, rows lost or doubled, a unit shifted, the
encoding broken; and of the claims' tables.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from helpers.catalogue import SNAPSHOT, measure
from helpers.collection import open_collection
from helpers.contract import DataError

Rows = list[list[str]]
DAMAGE = (
    "swap two columns",
    "drop a row",
    "repeat a row",
    "truncate",
    "shift a unit",
    "break the encoding",
)
FACTORS = (1000, 2.20462)  # of a unit that is shifted
CLAIM_COLUMNS = {
    "claims": ("stated_value", "unit", "as_of"),
    "evidence": ("known_on", "selection", "column", "unit", "table"),
    "judgments": ("direction", "wording", "status"),
}
#: What else the ledger and what lesson 13 says of it rest on.
LEDGER_COLUMNS = {
    "claims": ("hedge", "kind", "text", "statement"),
    "evidence": ("part", "role", "publicity", "collector"),
    "judgments": ("admitted", "coder", "reading"),
    "third_reading": ("direction", "on_the_day", "now"),
    "first_ledger": ("direction", "on_the_day", "now", "wording", "confidence"),
    "statement_codings": ("theme", "kind", "hedged", "checkable"),
    "unsettled": ("statement", "owed_by"),
}


@dataclass(frozen=True)
class Mutant:
    """One change to one table; `rehash` brings the snapshot up to date with it, so that only
    constraints and results can tell.
    """

    kind: str
    table: str
    operator: str
    rehash: bool
    row: int = 0
    column: str = ""
    value: str = ""
    other: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What was changed, for a reader of the table of survivors."""
        place = (
            f"{self.table}"
            + (f".{self.column}" if self.column else "")
            + (
                f", line {self.row + 2}"
                if self.value or self.operator in ("drop a row", "repeat a row")
                else ""
            )
            + (f" ({self.extra['claim']})" if "claim" in self.extra else "")
        )
        return place + (
            f": {self.value[:60]!r}" if self.value else f": {self.other}" if self.other else ""
        )


def resources(root: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Every table's manifest and its entry in it."""
    return {
        r["name"]: (m, r)
        for m in sorted((root / "data").glob("*/datapackage.json"))
        for r in json.loads(m.read_text(encoding="utf-8"))["resources"]
    }


def read(path: Path) -> tuple[list[str], Rows]:
    """Header and rows of a table."""
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return header, rows


def wrong(value: str, column: list[str], kind: str, rng: random.Random) -> str:
    """Another value that could be there: one digit changed, a day later, or another entry of the
    column.
    """
    if kind in ("integer", "number"):
        digits = [i for i, sign in enumerate(value) if sign.isdigit()]
        place = rng.choice(digits)
        choices = [
            d
            for d in "123456789" + "0" * (place != digits[0] or len(digits) == 1)
            if d != value[place]
        ]
        return value[:place] + rng.choice(choices) + value[place + 1 :]
    if kind == "date":
        return (dt.date.fromisoformat(value) + dt.timedelta(days=1)).isoformat()
    others = sorted(set(column) - {value, ""})
    return rng.choice(others) if others else value + "x"


def of_data(root: Path, seed: int, names: list[str]) -> Iterator[Mutant]:
    """For each table: one value of every column; each kind of damage; and one of each with the
    manifest's hash left alone.
    """
    for name, (manifest, resource) in resources(root).items():
        if names and name not in names:
            continue
        rng = random.Random(f"{seed} {name}")
        header, rows = read(manifest.parent / resource["path"])
        fields = {f["name"]: f for f in resource["schema"]["fields"]}
        changes = []
        for place, column in enumerate(header):
            filled = [i for i, row in enumerate(rows) if row[place]]
            if filled:
                row = rng.choice(filled)
                value = wrong(
                    rows[row][place], [r[place] for r in rows], fields[column]["type"], rng
                )
                changes.append(Mutant("data", name, "change one value", True, row, column, value))
        yield from changes
        damage = damages(name, resource, header, len(rows), rng)
        yield from damage
        for mutant in [rng.choice(changes), *damage]:
            yield Mutant(**{**vars(mutant), "rehash": False})


def damages(
    name: str, resource: dict[str, Any], header: list[str], rows: int, rng: random.Random
) -> list[Mutant]:
    """One mutant of a table for each kind of damage."""
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    pairs = [(a, b) for a in header for b in header if a < b and kinds[a] == kinds[b]]
    one, other = rng.choice(pairs or [(header[0], header[-1])])
    numeric = [c for c in header if kinds[c] in ("integer", "number")]
    key = resource["schema"]["primaryKey"]
    measured = [c for c in numeric if c not in key] or numeric
    made = partial(Mutant, "data", name)
    swap = made(DAMAGE[0], True, column=one, other=f"with {other}", extra={"with": other})
    drop, repeat = (made(DAMAGE[place], True, rng.randrange(rows)) for place in (1, 2))
    truncate = made(DAMAGE[3], True, extra={"share": rng.uniform(0.5, 0.99)})
    broken = made(DAMAGE[5], True, rng.randrange(rows))
    scaled = [
        made(DAMAGE[4], True, column=rng.choice(measured), extra={"factor": rng.choice(FACTORS)})
        for _ in measured[:1]
    ]
    return [swap, drop, repeat, truncate, *scaled, broken]


def of_claims(root: Path, seed: int, kind: str) -> Iterator[Mutant]:
    """Every stated value, unit and day of a claim; every day, selection, column, unit and table of
    an evidence row; every direction, wording and status that a coder gave. Of the kind "ledger":
    the other entries of the ledger's tables.
    """
    known = resources(root)
    tables = {
        name: read(manifest.parent / resource["path"])
        for name, (manifest, resource) in known.items()
    }
    kinds = {
        name: {f["name"]: f["type"] for f in resource["schema"]["fields"]}
        for name, (_, resource) in known.items()
    }
    for name, columns in (CLAIM_COLUMNS if kind == "claims" else LEDGER_COLUMNS).items():
        header, rows = tables[name]
        for number, row in enumerate(rows):
            entry = dict(zip(header, row, strict=True))
            rng = random.Random(f"{seed} {name} {number}")
            others: dict[str, Any] = {}
            if name == "evidence":
                pointer = Pointer(tables, kinds, entry)
                others = {
                    "selection": pointer.other_selections,
                    "column": pointer.other_columns,
                    "table": pointer.other_tables,
                }
            for column in columns:
                values = [r[header.index(column)] for r in rows]
                if column in others:
                    choices = others[column]()
                    value = rng.choice(choices) if choices else ""
                elif entry[column]:
                    value = wrong(entry[column], values, kinds[name][column], rng)
                else:
                    value = ""
                if value:
                    yield Mutant(
                        kind,
                        name,
                        f"{name}: {column}",
                        True,
                        number,
                        column,
                        value,
                        extra={"claim": entry["claim"]} if "claim" in entry else {},
                    )


@dataclass(frozen=True)
class Pointer:
    """Where an evidence row points: a table, the rows of a selection, and a column."""

    tables: dict[str, tuple[list[str], Rows]]
    kinds: dict[str, dict[str, str]]
    entry: dict[str, str]

    @property
    def conditions(self) -> list[tuple[str, str, str]]:
        """The selection's columns, signs and values."""
        found = re.findall(r"(?:^|; )(\w+)(<=|>=|!=|=|<|>)(.+?)(?=; |$)", self.entry["selection"])
        return [(name, sign, value) for name, sign, value in found]

    def rows(self, conditions: list[tuple[str, str, str]]) -> Rows:
        """The table's rows that meet every condition with the sign "="."""
        header, rows = self.tables[self.entry["table"]]
        wanted = [(header.index(name), value) for name, sign, value in conditions if sign == "="]
        return [row for row in rows if all(row[place] == value for place, value in wanted)]

    def other_columns(self) -> list[str]:
        """Columns of numbers that the first chosen row fills."""
        header, kinds = self.tables[self.entry["table"]][0], self.kinds[self.entry["table"]]
        first = next(iter(self.rows(self.conditions)), [])
        numeric = [name for name in header if kinds[name] in ("integer", "number")]
        filled = dict(zip(header, first, strict=False))
        return [name for name in numeric if name != self.entry["column"] and filled.get(name)]

    def other_tables(self) -> list[str]:
        """Tables with all the columns that the row names."""
        needed = {name for name, _, _ in self.conditions}
        needed |= {self.entry["column"]} - {"(rows)"}
        others = [name for name in self.tables if name != self.entry["table"]]
        return [name for name in others if needed <= set(self.tables[name][0])]

    def other_selections(self) -> list[str]:
        """Selections with another value in one condition; if there is none, with one less."""
        header, rows = self.tables[self.entry["table"]]
        selections = []
        for number, (name, sign, value) in enumerate(self.conditions):
            place = header.index(name)
            for new in sorted({row[place] for row in rows} - {value, ""}):
                changed = self.conditions
                changed[number] = (name, sign, new)
                if sign != "=" or self._is_one_value(self.rows(changed)):
                    selections.append(_as_text(changed))
        return selections or [_as_text(self.conditions[:-1])]

    def _is_one_value(self, rows: Rows) -> bool:
        header, column = self.tables[self.entry["table"]][0], self.entry["column"]
        return column == "(rows)" or (len(rows) == 1 and bool(rows[0][header.index(column)]))


def _as_text(conditions: list[tuple[str, str, str]]) -> str:
    return "; ".join("".join(condition) for condition in conditions)


def damaged(raw: bytes, mutant: Mutant) -> bytes:
    """The file's bytes with the mutant's change."""
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""))
    place = header.index(mutant.column) if mutant.column else 0
    if mutant.operator == "swap two columns":
        other = header.index(mutant.extra["with"])
        for row in rows:
            row[place], row[other] = row[other], row[place]
    elif mutant.operator == "drop a row":
        del rows[mutant.row]
    elif mutant.operator == "repeat a row":
        rows.insert(mutant.row, rows[mutant.row])
    elif mutant.operator == "truncate":
        return raw[: int(len(raw) * mutant.extra["share"])]
    elif mutant.operator == "shift a unit":
        for row in rows:
            row[place] = row[place] and _scaled(row[place], mutant.extra["factor"])
    elif mutant.operator == "break the encoding":
        lines = raw.split(b"\n")
        lines[mutant.row + 1] = (
            lines[mutant.row + 1][:1] + "é".encode("latin-1") + lines[mutant.row + 1][1:]
        )
        return b"\n".join(lines)
    elif mutant.operator == "strange cells":  # of one row: one cell, or all of them
        for column, kind in mutant.extra["kinds"].items():
            place = header.index(column)
            rows[mutant.row][place] = rows[mutant.row][place] and strange(
                rows[mutant.row][place], kind
            )
    else:
        rows[mutant.row][place] = mutant.value
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode("utf-8")


def _scaled(value: str, factor: float) -> str:
    scaled = float(value) * factor
    return f"{scaled:.0f}" if "." not in value else f"{scaled:.6f}".rstrip("0").rstrip(".")


def strange(value: str, kind: str) -> str:
    """A value far from anything in the table, of the right type: to see whether anything looks at
    the cell at all.
    """
    if kind in ("integer", "number"):
        return value.replace("-", "-9") if "-" in value else f"9{value}"
    return "1970-01-02" if kind == "date" else f"{value} zzz"


def rehashed(root: Path, name: str) -> str:
    """The snapshot's text with the table measured anew; unchanged where the table breaks its
    contract, for which `load` refuses it anyway.
    """
    snapshot = json.loads((root / "data" / SNAPSHOT).read_text(encoding="utf-8"))
    with suppress(DataError):
        snapshot[name] = measure(open_collection(root), name)
    return json.dumps(snapshot, indent=1, ensure_ascii=False) + "\n"


def without_contract(manifest: Path) -> str:
    """The manifest's text with every column free to hold anything of its type."""
    package = json.loads(manifest.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource["schema"].pop("foreignKeys", None)
        for column in resource["schema"]["fields"]:
            column.pop("constraints", None)
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"
