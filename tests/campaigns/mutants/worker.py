"""One worker of the campaign: in its copy, it takes every n-th unit of work and reports results as
lines of JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

from helpers.catalogue import SNAPSHOT, load
from helpers.lessons import lessons
from tests.campaigns.mutants import (
    catalogues,
    contracts,
    figures,
    keys,
    outputs,
    prose,
    site,
    stage,
    tables,
)
from tests.campaigns.mutants.files import Change, changed, of_file
from tests.campaigns.mutants.lesson import COLLECTION, LESSONS, ROOT, Lesson, source
from tests.campaigns.mutants.tables import Mutant

CONTROLS = 5  # at most, for each class of files


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
            *(numbers if mutant.kind == "ledger" else ()),
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


def tests_of(mutant: Mutant) -> str:
    """The fast unit tests that name a table, or go over all."""
    files = [
        path.name
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if re.search(rf'"{mutant.table}"|tables\(\)|each_table', path.read_text(encoding="utf-8"))
        or (mutant.table in tables.CLAIM_COLUMNS and "claims" in path.name)
    ]
    fast = tuple(
        name
        for name in files
        if re.match(
            r"test_(data|claims\w*|limits|networks|rates|tables_agree|uncertainty)\.py", name
        )
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
        return stage.refused(mutant.table)  # nothing else may be needed
    return stage.first_red(
        lambda: stage.refused(mutant.table),
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
    before = path.read_bytes()
    raw = tables.damaged(before, mutant)
    if raw == before:
        return "SAME"
    with changed({p: p.read_bytes() for p in (path, manifest, snapshot)}):
        path.write_bytes(raw)
        if loose:
            manifest.write_text(tables.without_contract(manifest), encoding="utf-8", newline="\n")
        if mutant.rehash:
            text = tables.rehashed(ROOT, mutant.table)
            snapshot.write_text(text, encoding="utf-8", newline="\n")
        return str(stage.in_child(check))


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


def units(options: argparse.Namespace) -> list[Callable[[], Iterable[dict[str, Any]]]]:
    """The work, in pieces: a mutant of a table, or all mutants of a lesson's outputs or figures."""
    lessons = [one for one in LESSONS if not options.lessons or one.number in options.lessons]
    work: list[Callable[[], Iterable[dict[str, Any]]]] = []
    if "figures" in options.classes:
        work += [partial(stage.in_child, partial(figures.of_lesson, one)) for one in lessons]
    if "outputs" in options.classes:
        seed = options.seed
        work += [partial(stage.in_child, partial(of_outputs, one, seed)) for one in lessons]
    if "site" in options.classes:
        work.append(partial(site.of_site, options.seed))
    mutants: list[Mutant] = []
    if "data" in options.classes:
        mutants += tables.of_data(ROOT, options.seed, options.tables)
    for kind in ("claims", "ledger"):
        if kind in options.classes:
            mutants += tables.of_claims(ROOT, options.seed, kind)
    every = options.sample or 1
    work += [partial(of_table, mutant) for mutant in mutants[::every]]
    for changes, red in of_files(*asked(options)):
        work += [partial(of_file, change, red) for change in changes[::every]]
    return work


def asked(options: argparse.Namespace) -> tuple[Any, ...]:
    """The options that choose mutants of other files than tables."""
    names = (options.classes, options.tables, options.lessons)
    classes, chosen, lessons = map(tuple, names)
    return classes, options.seed, chosen, lessons


@cache
def of_files(
    classes: tuple[str, ...], seed: int, tables: tuple[str, ...], lessons: tuple[str, ...]
) -> list[tuple[list[Change], Callable[[Change], str]]]:
    """The mutants of other files than tables, and what says whether they are noticed."""
    found: dict[str, tuple[Callable[[], Iterable[Change]], Callable[[Change], str]]] = {
        "contract": (lambda: contracts.changes(seed, tables), contracts.red),
        "catalogues": (lambda: catalogues.changes(seed, lessons), catalogues.red),
        "answers": (lambda: keys.changes(seed, lessons), keys.red),
        "prose": (lambda: prose.changes(seed, lessons), prose.red),
    }
    return [(list(made()), red) for kind, (made, red) in found.items() if kind in classes]


def of_outputs(one: Lesson, seed: int) -> list[dict[str, str]]:
    """Mutants of a lesson's stored outputs; the copy is as before afterwards."""
    with changed({one.path: one.path.read_bytes()}):
        return outputs.of_lesson(one, seed)


def controls(options: argparse.Namespace) -> list[Callable[[], list[dict[str, Any]]]]:
    """The unbroken copy: the lessons that will be looked at give what they store, and their
    structure tests pass; and so do the checks of other files.
    """
    numbers = set(options.lessons)
    if options.tables and set(options.classes) == {"data"}:
        numbers |= {
            number
            for name in options.tables
            for number in lessons_of(Mutant("data", name, "none", False))
        }

    def control(name: str, check: Callable[[], str]) -> list[dict[str, Any]]:
        red = stage.in_child(check)
        return [{"kind": "control", "operator": "none", "name": name, "killed_by": red}]

    def lesson(one: Lesson) -> str:
        return stage.structure_fails(one) or stage.lesson_differs(one)

    run = {"figures", "outputs", "data", "claims", "ledger"} & set(options.classes)
    chosen = [one for one in LESSONS if not numbers or one.number in numbers] if run else []
    found: list[Callable[[], list[dict[str, Any]]]] = [
        partial(control, f"lesson {one.number}", partial(lesson, one)) for one in chosen
    ]
    for changes, red in of_files(*asked(options)):
        first = {change.about: change for change in reversed(changes[:: options.sample or 1])}
        for about, change in list(first.items())[:CONTROLS]:
            found.append(partial(control, f"{change.kind} {about}", partial(red, change)))
    return found


def work(options: argparse.Namespace) -> int:
    """Take every n-th unit, report each result and how far we are."""
    part, parts = map(int, options.part.split("/"))
    assert ROOT.resolve() == Path.cwd().resolve(), "mutants are made in a copy, this is not one"
    stage.warm()
    code(), evidence()  # read before anything is broken
    if "catalogues" in options.classes:
        catalogues.edition()
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
