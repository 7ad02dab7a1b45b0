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
CLAIM_COLUMNS = {
    "claims": ("stated_value", "direction", "unit", "as_of", "wording"),
    "evidence": ("known_on", "selection", "column", "unit", "status", "table"),
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
        alike = [
            (a, b)
            for a in header
            for b in header
            if a < b and fields[a]["type"] == fields[b]["type"]
        ] or [(header[0], header[-1])]
        one, other = rng.choice(alike)
        key = resource["schema"]["primaryKey"]
        numeric = [
            c for c in header if fields[c]["type"] in ("integer", "number") and c not in key
        ] or [c for c in header if fields[c]["type"] in ("integer", "number")]
        damage = [
            Mutant(
                "data",
                name,
                DAMAGE[0],
                True,
                column=one,
                other=f"with {other}",
                extra={"with": other},
            ),
            Mutant("data", name, DAMAGE[1], True, rng.randrange(len(rows))),
            Mutant("data", name, DAMAGE[2], True, rng.randrange(len(rows))),
            Mutant("data", name, DAMAGE[3], True, extra={"share": rng.uniform(0.5, 0.99)}),
            Mutant("data", name, DAMAGE[5], True, rng.randrange(len(rows))),
        ]
        if numeric:
            damage.insert(
                4,
                Mutant(
                    "data",
                    name,
                    DAMAGE[4],
                    True,
                    column=rng.choice(numeric),
                    extra={"factor": rng.choice([1000, 2.20462])},
                ),
            )
        yield from damage
        for mutant in [rng.choice(changes), *damage]:
            yield Mutant(**{**vars(mutant), "rehash": False})


def of_claims(root: Path, seed: int) -> Iterator[Mutant]:
    """Every stated value, direction, unit, day and wording of a claim; every day, selection,
    column, unit, status and table of an evidence row.
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
    for name, columns in CLAIM_COLUMNS.items():
        header, rows = tables[name]
        for number, row in enumerate(rows):
            entry = dict(zip(header, row, strict=True))
            rng = random.Random(f"{seed} {name} {number}")
            for column in columns:
                values = [r[header.index(column)] for r in rows]
                if column in ("selection", "column", "table"):
                    value = _elsewhere(column, entry, tables, kinds, rng)
                else:
                    value = (
                        wrong(entry[column], values, kinds[name][column], rng)
                        if entry[column]
                        else ""
                    )
                if value:
                    yield Mutant(
                        "claims",
                        name,
                        f"{name}: {column}",
                        True,
                        number,
                        column,
                        value,
                        extra={"claim": entry["claim"]},
                    )


def _elsewhere(
    column: str,
    entry: dict[str, str],
    tables: dict[str, tuple[list[str], Rows]],
    kinds: dict[str, dict[str, str]],
    rng: random.Random,
) -> str:
    """Another selection, column or table that an evidence row could point at without an error;
    empty if there is none.
    """
    header, rows = tables[entry["table"]]
    conditions = re.findall(r"(?:^|; )(\w+)(<=|>=|!=|=|<|>)(.+?)(?=; |$)", entry["selection"])
    if column == "column":
        chosen = [
            row
            for row in rows
            if all(sign != "=" or row[header.index(c)] == v for c, sign, v in conditions)
        ]
        numeric = [
            c
            for i, c in enumerate(header)
            if kinds[entry["table"]][c] in ("integer", "number")
            and c != entry["column"]
            and chosen
            and chosen[0][i]
        ]
        return rng.choice(numeric) if numeric else ""
    if column == "table":
        fitting = [
            t
            for t, (h, _) in tables.items()
            if t != entry["table"]
            and {c for c, _, _ in conditions} <= set(h)
            and entry["column"] in {*h, "(rows)"}
        ]
        return rng.choice(fitting) if fitting else ""
    options = []
    for place, (name, sign, value) in enumerate(conditions):
        for new in sorted({row[header.index(name)] for row in rows} - {value, ""}):
            if sign != "=":
                options.append((place, new))
                continue
            fixed = [
                (c, new if i == place else v) for i, (c, s, v) in enumerate(conditions) if s == "="
            ]
            hits = [row for row in rows if all(row[header.index(c)] == v for c, v in fixed)]
            if entry["column"] == "(rows)" or (
                len(hits) == 1 and hits[0][header.index(entry["column"])]
            ):
                options.append((place, new))
    if not options:
        return "; ".join(f"{c}{s}{v}" for c, s, v in conditions[:-1])
    place, new = rng.choice(options)
    return "; ".join(f"{c}{s}{new if i == place else v}" for i, (c, s, v) in enumerate(conditions))


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
