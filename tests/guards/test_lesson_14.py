"""The walk of CONTRIBUTING.md: a new lesson with a table, a claim and an exercise takes nine files
written by hand and no test, and everything is green afterwards.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.guards.copies import ProjectCopy, strict_run
from tests.lessons import LESSONS

NUMBER = f"{max(int(lesson.number) for lesson in LESSONS) + 1:02}"
NAME = f"{NUMBER}_parcels"
#: SYNTHETIC: parcels that no post office counted.
PARCELS = {
    2018 + i: int(count) for i, count in enumerate(np.random.default_rng(14).normal(400, 20, 6))
}
LAST = max(PARCELS)


def cell(kind: str, text: str, slide: str, number: int) -> dict[str, Any]:
    metadata = {"slideshow": {"slide_type": slide}}
    shared = {"cell_type": kind, "id": f"c{number:03}", "metadata": metadata}
    lines = text.strip().splitlines(keepends=True)
    if kind == "code":
        return {**shared, "execution_count": None, "outputs": [], "source": lines}
    return {**shared, "source": lines}


CELLS = [
    (
        "markdown",
        f"# {NUMBER} · Parcels\n\nDid the post carry more than was said? Begin with a guess.",
        "slide",
    ),
    (
        "code",
        "import seaborn as sns\n\n"
        "from helpers import about, check, claims, finish, guess, load, reveal",
        "skip",
    ),
    (
        "markdown",
        "Did this cell end in red? Then read [what to do](first_cell.md).",
        "skip",
    ),
    ("markdown", "How many parcels did the post carry in its best year?", "fragment"),
    ("code", f'my_guess = ...  # parcels\nguess("{NUMBER}.g1", my_guess, sure=...)', "skip"),
    (
        "markdown",
        "## About this lesson\n\nYou will be able to\n\n- check a count;\n- draw it;\n- judge it."
        "\n\nReading 15 minutes, exercises 10 minutes. In 50 minutes: sections 1 to 3, marked core."
        "\n\nYou need lesson [00](00_start_here.ipynb).",
        "skip",
    ),
    ("code", 'about("parcels", short=True)', "skip"),
    ("markdown", "## 1. Look (core)\n\nEvery row is a year.", "slide"),
    (
        "code",
        'parcels = load("parcels").set_index("year")["parcels"]\n'
        f'reveal("{NUMBER}.g1", parcels.max(), "parcels")\nparcels',
        "subslide",
    ),
    ("markdown", f"**Try it {NUMBER}.a** How many years are there?", "subslide"),
    ("code", f'answer = ...\ncheck("{NUMBER}.a", answer)', "skip"),
    ("markdown", "## 2. Draw (core)\n\nWhich year is highest?", "slide"),
    ("code", f'my_guess = ...  # a year\nguess("{NUMBER}.g2", my_guess)', "skip"),
    (
        "code",
        "ax = sns.lineplot(parcels)\n"
        'ax.set_xlabel("")\n'
        "finish(\n"
        "    ax,\n"
        '    title=f"Most parcels in {parcels.idxmax()}",\n'
        '    unit="parcels a year",\n'
        '    source="SIMULATED: parcels",\n'
        ")",
        "subslide",
    ),
    ("code", f'reveal("{NUMBER}.g2", parcels.idxmax())', "fragment"),
    ("markdown", f"**Try it {NUMBER}.b** Which year is lowest?", "subslide"),
    ("code", f'answer = ...\ncheck("{NUMBER}.b", answer)', "skip"),
    ("markdown", "## 3. Judge (core)\n\nThe claim, and its verdict.", "slide"),
    ("code", 'claims.judge("parcels-rose")', "subslide"),
    ("markdown", f"**Try it {NUMBER}.c** What is the verdict?", "subslide"),
    ("code", f'answer = ...\ncheck("{NUMBER}.c", answer)', "skip"),
    ("markdown", "## 4. Compare (extension)\n\nThe last year beside the mean.", "skip"),
    ("code", "print(parcels.iloc[-1] > parcels.mean())", "skip"),
    (
        "markdown",
        "## What the data cannot tell us\n\nWhat was in a parcel, and who sent it.",
        "slide",
    ),
    (
        "markdown",
        f"## Exercises\n\n### Exercise {NUMBER}.1\n\nIn which year were the fewest parcels "
        "carried?",
        "skip",
    ),
    ("code", f'answer = ...\ncheck("{NUMBER}.1", answer)', "skip"),
    ("markdown", "## Key points\n\n- A claim is checked against a table.", "slide"),
    ("markdown", "## Sources\n\n- SYNTHETIC: simulated for this lesson.", "skip"),
]
CODE_NOT_SHOWN = "slides-without-code"


def notebook() -> dict[str, Any]:
    """The lesson without outputs, as an author would save it."""
    cells = [cell(kind, text, slide, i) for i, (kind, text, slide) in enumerate(CELLS, start=1)]
    for made in cells:
        if "finish(\n" in made["source"]:
            made["metadata"]["tags"] = [CODE_NOT_SHOWN]
    block = {
        "theme": "parcels",
        "question": "Did the post carry more than was said?",
        "minutes": {"reading": 15, "exercises": 10},
        "content_note": False,
        "claims": ["parcels-rose"],
        "assumes": "the moves of 00",
        "idea": "a claim beside a table",
        "trap": "a table of one's own making",
    }
    return {"cells": cells, "metadata": {"lesson": block}, "nbformat": 4, "nbformat_minor": 5}


KEY = f'''"""Keys of lesson {NUMBER}: functions of the data, never typed answers."""

from helpers import load
from helpers.claims import judge
from helpers.exercises import Keys

KEYS = Keys()


@KEYS.add("{NUMBER}.a", "Every row is a year.")
def years() -> int:
    return len(load("parcels"))


@KEYS.add("{NUMBER}.b", "Look for the lowest point.")
def lowest() -> int:
    return int(load("parcels").set_index("year")["parcels"].idxmin())


@KEYS.add("{NUMBER}.c", "Read the card.")
def verdict() -> str:
    return str(judge("parcels-rose").now)


@KEYS.add("{NUMBER}.1", "Look for the smallest value, and give its year.")
def fewest() -> int:
    return int(load("parcels").set_index("year")["parcels"].idxmin())
'''
SOLUTIONS = f'''"""Solutions of lesson {NUMBER}, and wrong answers that must not count."""

from helpers import claims, load

parcels = load("parcels").set_index("year")["parcels"]
WRONG = {{"{NUMBER}.1": [parcels.idxmax(), parcels.min()]}}


def practice_a():
    return len(parcels)


def practice_b():
    return parcels.idxmin()


def practice_c():
    return claims.judge("parcels-rose").now


def exercise_1():
    return parcels.sort_values(kind="stable").index[0]
'''
FEWEST = min(PARCELS, key=lambda year: PARCELS[year])
GUIDE = f"""# Teaching parcels

Lesson: [{NAME}.ipynb](../{NAME}.ipynb)

**In one sentence:** look the number up.

## Fifty minutes

| minutes | what the class does | section |
|---|---|---|
| 0-20 | Read the table and draw it | 1, 2 |
| 20-50 | Weigh the claim | 3 |

If you are behind: leave out the figure.

## Three hours

| minutes | what the class does | section |
|---|---|---|
| 0-80 | Read the table and draw it | 1, 2 |
| 80-90 | Break | |
| 90-180 | Weigh the claim, compare; exercise {NUMBER}.1 | 3, 4 |

## The question to argue over

*Who counts the parcels?*

## Discussion questions

- **What would change your mind?** Strong: names a table.

## Answers

**Answer {NUMBER}.a:** `{len(PARCELS)}`

**Answer {NUMBER}.b:** `{FEWEST}`

**Answer {NUMBER}.c:** `"holds"`

**Answer {NUMBER}.1:** `{FEWEST}`

## What students get wrong

They read the count as a share.

## How to speak about it

Say that the table is SYNTHETIC.
"""
TABLE = "year,parcels\n" + "".join(f"{year},{count}\n" for year, count in PARCELS.items())
PACKAGE = {
    "name": "parcels",
    "profile": "tabular-data-package",
    "title": "Parcels (SYNTHETIC)",
    "resources": [
        {
            "name": "parcels",
            "path": "parcels.csv",
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "title": "SYNTHETIC parcels of a post office that does not exist, by year",
            "row": "one year",
            "coverage": f"{min(PARCELS)} to {LAST}, calendar years.",
            "sources": [
                {
                    "publisher": "SYNTHETIC, simulated for this lesson",
                    "title": "numpy.random.default_rng(14).normal(400, 20, 6), rounded down",
                    "path": "https://numpy.org/doc/stable/reference/random/generator.html",
                    "retrieved": "computed, not retrieved",
                }
            ],
            "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0", "read": "computed"}],
            "cautions": ["SYNTHETIC: no post office carried these parcels."],
            "schema": {
                "fields": [
                    {
                        "name": "year",
                        "type": "integer",
                        "unit": "year",
                        "description": "calendar year",
                        "constraints": {"required": True, "minimum": 1900},
                    },
                    {
                        "name": "parcels",
                        "type": "integer",
                        "unit": "parcels",
                        "description": "parcels carried",
                        "constraints": {"required": True, "minimum": 0},
                    },
                ],
                "primaryKey": ["year"],
            },
        }
    ],
}


def append_row(path: Path, row: dict[str, Any]) -> None:
    """Add a row to a CSV file; a column that the row does not name stays empty."""
    with path.open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, columns, lineterminator="\n").writerow(row)


def write_by_hand(root: Path) -> None:
    """Everything an author writes."""
    folder = root / "notebooks" / NAME
    folder.mkdir()
    folder.with_suffix(".ipynb").write_text(json.dumps(notebook(), indent=1) + "\n", "utf-8")
    (folder / "key.py").write_text(KEY, encoding="utf-8")
    (folder / "solutions.py").write_text(SOLUTIONS, encoding="utf-8")
    (folder / "guide.md").write_text(GUIDE, encoding="utf-8")
    topic = root / "data" / "parcels"
    topic.mkdir()
    (topic / "parcels.csv").write_text(TABLE, encoding="utf-8", newline="\n")
    (topic / "datapackage.json").write_text(json.dumps(PACKAGE, indent=2) + "\n", "utf-8")
    add_claim(root)


def add_claim(root: Path) -> None:
    """A claim of a text that is not the dialogue, and its row of evidence."""
    claims = root / "data" / "dialogue" / "claims.csv"
    claim = {
        "claim": "parcels-rose",
        "order": len(claims.read_text(encoding="utf-8").splitlines()),
        "paraphrase": f"The post carried more than {PARCELS[LAST] - 1} parcels in {LAST}.",
        "quote": "more parcels",
        "kind": "quantity",
        "stated_value": PARCELS[LAST] - 1,
        "text": "notice",
        "url": "https://example.org/notice",
        "speaker": "the post (SYNTHETIC)",
        "unit": "parcels",
        "as_of": f"{LAST + 1}-01-15",
        "would_change": "Another count of the same parcels.",
    }
    append_row(claims, claim)
    evidence = {
        "claim": "parcels-rose",
        "reading": "parcels carried",
        "part": "all",
        "role": "value",
        "known_on": f"{LAST + 1}-01-10",
        "publicity": "public by",
        "collector": "the post (SYNTHETIC)",
        "table": "parcels",
        "selection": f"year={LAST}",
        "column": "parcels",
        "unit": "parcels",
    }
    append_row(root / "data" / "dialogue" / "evidence.csv", evidence)
    for coder in ("A", "B"):
        coding = {
            "claim": "parcels-rose",
            "reading": "parcels carried",
            "coder": coder,
            "direction": "more than",
            "wording": "same",
            "admitted": "yes",
            "status": "same quantity",
            "reason": "SYNTHETIC.",
        }
        append_row(root / "data" / "dialogue" / "judgments.csv", coding)


#: Lessons whose outputs list all lessons or all claims.
LISTING = ("00", "13")
#: What `describe` and `refresh` may write besides the new lesson's outputs.
GENERATED = {
    "data/snapshot.json",
    "data/README.md",
    "README.md",
    "notebooks/guide/README.md",
    *(f"notebooks/{lesson.path.name}" for lesson in LESSONS if lesson.number in LISTING),
}


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[ProjectCopy, set[str], set[str]]:
    """A copy with the new lesson, the files written by hand, and those written by commands."""
    copy = ProjectCopy(tmp_path_factory.mktemp("walk") / "project")
    before = copy.state()
    write_by_hand(copy.root)
    by_hand = copy.changed_since(before)
    between = copy.state()
    for command in (["describe"], ["refresh", NUMBER, *LISTING]):
        done = copy.helpers(*command)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return copy, by_hand, copy.changed_since(between)


Walked = tuple[ProjectCopy, set[str], set[str]]


def test_nine_files_by_hand_and_no_test(walked: Walked) -> None:
    _, by_hand, generated = walked
    assert len(by_hand) <= 9, sorted(by_hand)
    assert not [name for name in by_hand | generated if name.startswith(("tests/", "helpers/"))]
    assert generated <= GENERATED | {f"notebooks/{NAME}.ipynb"}, sorted(generated - GENERATED)


def test_review_is_content(walked: Walked) -> None:
    done = walked[0].helpers("review")
    assert done.returncode == 0, done.stdout


def test_structure_tests_are_green(walked: Walked) -> None:
    done = walked[0].pytest(
        "tests/collection",
        "--deselect",
        "tests/collection/test_accessibility.py",
        # A new lesson is translated last (CONTRIBUTING.md).
        "--deselect",
        "tests/collection/test_translations.py",
        # The answers of lesson 13 count the claims of the collection, and there is one more.
        "--deselect",
        "tests/collection/test_exercises.py::test_answers_in_the_guide_are_right"
        "[13_weighing_the_claims]",
        *(
            word
            for number in ("13.1", "13.a", "13.d")
            for word in (
                "--deselect",
                "tests/collection/test_exercises.py::"
                f"test_the_first_wrong_answers_take_the_traps_in_their_order[{number}]",
            )
        ),
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_strict_run_is_green(walked: Walked) -> None:
    root = walked[0].root
    (cells,) = strict_run([root / "notebooks" / f"{NAME}.ipynb"], root / "report.xml").values()
    assert not [cell.difference[-800:] for cell in cells if cell.difference]
