"""One worker of the campaign: in its copy, it takes every n-th unit of work and reports results as
lines of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from helpers.catalogue import SNAPSHOT, load
from helpers.contract import DataError
from helpers.lessons import lessons
from tests.campaigns.mutants import figures, outputs, stage, tables
from tests.campaigns.mutants.lesson import COLLECTION, LESSONS, ROOT, Lesson, source
from tests.campaigns.mutants.tables import Mutant


@cache
def code() -> dict[str, str]:
    """The code of every lesson by its number."""
    return {one.number: "\n".join(source(cell) for cell in one.code) for one in LESSONS}


@cache
def evidence() -> list[tuple[str, str, str]]:
    """Claim, lesson that settles it, table: for every row of evidence."""
    settled = {claim: one.number for one in lessons(COLLECTION) for claim in one.claims}
    rows = load("evidence")
    return [
        (claim, settled[claim], table)
        for claim, table in zip(rows["claim"], rows["table"], strict=True)
    ]


def lessons_of(mutant: Mutant) -> list[str]:
    """The lessons that may look at a table, the likeliest first; lesson 13 weighs all evidence."""
    numbers = [number for number, text in code().items() if f'"{mutant.table}"' in text]
    numbers += [number for _, number, table in evidence() if table == mutant.table]
    if mutant.table.startswith("tilegrid"):
        numbers += [number for number, text in code().items() if "tile_map(" in text]
    if mutant.extra.get(
        "claim"
    ):  # a claim is shown where it is settled; lesson 13 weighs all, 01 and 00 list some
        numbers = [
            *dict.fromkeys(
                number for claim, number, _ in evidence() if claim == mutant.extra["claim"]
            ),
            "13",
            *(("01", "00") if mutant.table == "claims" else ()),
        ]
    elif mutant.table in tables.CLAIM_COLUMNS:
        numbers = [
            "13",
            *numbers,
            *(number for number, text in code().items() if "claims." in text),
        ]
    elif any(table == mutant.table for _, _, table in evidence()):
        numbers.append("13")
    return list(dict.fromkeys(numbers))


def contract(table: str) -> str:
    """What load() says to a table; empty if it takes it."""
    try:
        load(table)
    except DataError as error:
        return f"load(): {error}"[:160]
    return ""


def tests_of(mutant: Mutant) -> str:
    """The fast unit tests that name a table."""
    files = [
        path.name
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if f'"{mutant.table}"' in path.read_text(encoding="utf-8")
        or (mutant.table in tables.CLAIM_COLUMNS and "claims" in path.name)
    ]
    fast = tuple(
        name
        for name in files
        if re.match(r"test_(data|claims\w*|networks|rates|tables_agree|uncertainty)\.py", name)
    )
    return stage.unit_tests_fail(fast) if fast else ""


def keys_of(mutant: Mutant) -> str:
    """The tests of the keys of a table's lessons: the solutions are right, the guide's answers are,
    and no trap is.
    """
    keyed = [number for number in lessons_of(mutant) if number != "13" or mutant.kind == "claims"]
    return (
        stage.unit_tests_fail(
            ("test_exercises.py",),
            f"(guide_are_right or solution_is_right or trap_is) and ({' or '.join(keyed)})",
        )
        if keyed
        else ""
    )


def red(mutant: Mutant) -> str:
    """The first check that goes red, in this process."""
    if not mutant.rehash:
        return contract(mutant.table)  # nothing else may be needed
    return stage.first_red(
        lambda: contract(mutant.table),
        *(lambda n=n: stage.lesson_differs(stage.lesson(n)) for n in lessons_of(mutant)),
        lambda: keys_of(mutant),
        lambda: tests_of(mutant),
    )


def red_without_contract(mutant: Mutant) -> str:
    """Whether any lesson looks at what was changed: the same, with a contract that
    allows everything and without unit tests.
    """
    return stage.first_red(
        *(lambda n=n: stage.lesson_differs(stage.lesson(n)) for n in lessons_of(mutant))
    )


def with_table_changed(mutant: Mutant, check: Callable[[], str], loose: bool = False) -> str:
    """What a child says of the copy with the mutant in it; afterwards the copy is as before. With
    `loose` the contract allows everything.
    """
    manifest, resource = tables.resources(ROOT)[mutant.table]
    path, snapshot = manifest.parent / resource["path"], ROOT / "data" / SNAPSHOT
    before = {p: (p.read_bytes(), p.stat()) for p in (path, manifest, snapshot)}
    raw = tables.damaged(before[path][0], mutant)
    if raw == before[path][0]:
        return "SAME"
    try:
        path.write_bytes(raw)
        if loose:
            manifest.write_text(tables.without_contract(manifest), encoding="utf-8", newline="\n")
        if mutant.rehash:
            text = tables.rehashed(ROOT, mutant.table)
            snapshot.write_text(text, encoding="utf-8", newline="\n")
        return str(stage.in_child(check))
    finally:
        for p, (content, state) in before.items():
            p.write_bytes(content)
            os.utime(p, ns=(state.st_atime_ns, state.st_mtime_ns))


def of_table(mutant: Mutant) -> list[dict[str, Any]]:
    """The result of one mutant of a table; of a surviving change of a cell or loss of a row also
    whether anything looks there.
    """
    killed_by = with_table_changed(mutant, lambda: red(mutant))
    if killed_by == "SAME":
        return []
    result: dict[str, Any] = {
        "kind": mutant.kind,
        "operator": mutant.operator + ("" if mutant.rehash else ", hash left alone"),
        "name": mutant.name,
        "killed_by": killed_by,
    }
    if not killed_by and mutant.operator in ("change one value", "drop a row"):
        _, resource = tables.resources(ROOT)[mutant.table]
        kinds = {
            field["name"]: field["type"]
            for field in resource["schema"]["fields"]
            if mutant.column in ("", field["name"])
        }
        far = Mutant(
            **{
                **vars(mutant),
                "operator": "strange cells",
                "extra": {**mutant.extra, "kinds": kinds},
            }
        )
        result["seen_by"] = with_table_changed(far, lambda: red_without_contract(far), loose=True)
        result["looked_at"] = bool(result["seen_by"])
    return [result]


def units(options: argparse.Namespace) -> list[Callable[[], list[dict[str, Any]]]]:
    """The work, in pieces: a mutant of a table, or all mutants of a lesson's outputs or figures."""
    lessons = [one for one in LESSONS if not options.lessons or one.number in options.lessons]
    work: list[Callable[[], list[dict[str, Any]]]] = []
    if "figures" in options.classes:
        work += [partial(stage.in_child, partial(figures.of_lesson, one)) for one in lessons]
    if "outputs" in options.classes:
        seed = options.seed
        work += [partial(stage.in_child, partial(of_outputs, one, seed)) for one in lessons]
    mutants: list[Mutant] = []
    if "data" in options.classes:
        mutants += tables.of_data(ROOT, options.seed, options.tables)
    if "claims" in options.classes:
        mutants += tables.of_claims(ROOT, options.seed)
    if options.sample:
        mutants = mutants[:: options.sample]
    return work + [partial(of_table, mutant) for mutant in mutants]


def of_outputs(one: Lesson, seed: int) -> list[dict[str, str]]:
    """Mutants of a lesson's stored outputs; the copy is as before afterwards."""
    before = one.path.read_bytes()
    try:
        return outputs.of_lesson(one, seed)
    finally:
        one.path.write_bytes(before)


def controls(options: argparse.Namespace) -> list[Callable[[], list[dict[str, Any]]]]:
    """The unbroken copy: the lessons that will be looked at give what they store, and their
    structure tests pass.
    """
    numbers = set(options.lessons)
    if options.tables and set(options.classes) == {"data"}:
        numbers |= {
            number
            for name in options.tables
            for number in lessons_of(Mutant("data", name, "none", False))
        }

    def control(one: Lesson) -> list[dict[str, Any]]:
        red = stage.in_child(lambda: stage.structure_fails(one) or stage.lesson_differs(one))
        return [
            {
                "kind": "control",
                "operator": "none",
                "name": f"lesson {one.number}",
                "killed_by": red,
            }
        ]

    return [partial(control, one) for one in LESSONS if not numbers or one.number in numbers]


def work(options: argparse.Namespace) -> int:
    """Take every n-th unit, report each result and how far we are."""
    part, parts = map(int, options.part.split("/"))
    assert ROOT.resolve() == Path.cwd().resolve(), "mutants are made in a copy, this is not one"
    stage.warm()
    code(), evidence()  # read before anything is broken
    pieces = units(options)
    random.Random(options.seed).shuffle(
        pieces
    )  # so that the first hundreds are a fair sample of all
    pieces = [*controls(options)[part::parts], *pieces[part::parts]]
    for number, piece in enumerate(pieces, 1):
        for result in piece():
            print(json.dumps(result), flush=True)
        print(json.dumps({"done": number, "of": len(pieces)}), flush=True)
    return 0
