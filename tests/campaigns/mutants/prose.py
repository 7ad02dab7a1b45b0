"""Mutants of prose: one number changed in a lesson's text, on its guide page or in README.md."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from helpers.authoring.prose import WORDS, undeclared
from helpers.lessons import read_lesson
from tests.campaigns.mutants import stage
from tests.campaigns.mutants.files import A_YEAR, Change, around, fixed, other_digit, some
from tests.campaigns.mutants.lesson import LESSONS, ROOT, Lesson, source

MOST = 6  # of a page with one operator
#: Not a number about the data: code, links, and the numbers of lessons, exercises, sections, lists.
NOT_PROSE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|https?://\S+|\b[01]\d\.(?:[1-9]|[a-z]\d?)\b|^\s*\d+\. |^#.*$"
    r"|\|[\d\s,-]+(?=\|)|<!-- lessons:[\s\S]*?<!-- end of lessons -->"
    r"|\b(?i:lesson|section|exercise|paragraph|phase|cell|week)s? \d+(?:(?:, | and | to )\d+)*",
    re.M,
)
NUMBER = re.compile(rf"(?<![\w.,-])(?:\d+(?:,\d{3})*(?:\.\d+)?|{'|'.join(WORDS)})(?![\w-])", re.I)
YEAR = re.compile(r"(?:19|20)\d\d")


def changes(seed: int, numbers: Sequence[str]) -> Iterator[Change]:
    """At most six numbers, and as many years, of each lesson's text and each guide page, and five
    times as many of README.md.
    """
    chosen = [one for one in LESSONS if not numbers or one.number in numbers]
    for lesson in chosen:
        rng = random.Random(f"{seed} {lesson.number}")
        found = []
        for place, cell in enumerate(lesson.notebook["cells"]):
            text = source(cell)
            if cell["cell_type"] == "markdown" and "## Sources" not in text:
                for operator, said, new in of_text(text, rng):
                    make = partial(_in_notebook, lesson, place, said, new)
                    where = lesson.path.relative_to(ROOT).as_posix()
                    found.append(Change("prose", operator, where, make, lesson.number))
        yield from some(found, rng, MOST)
        guide = lesson.path.with_suffix("") / "guide.md"
        yield from some(_of_page(guide, rng, lesson.number), rng, MOST)
    if not numbers:
        rng = random.Random(seed)
        yield from some(_of_page(ROOT / "README.md", rng), rng, 5 * MOST)


def _of_page(path: Path, rng: random.Random, about: str = "") -> list[Change]:
    where = path.relative_to(ROOT).as_posix()
    found = of_text(path.read_text(encoding="utf-8"), rng)
    return [Change("prose", o, where, fixed(said, text), about) for o, said, text in found]


def _in_notebook(lesson: Lesson, place: int, said: str, text: str) -> tuple[str, str]:
    notebook = copy.deepcopy(lesson.notebook)
    notebook["cells"][place]["source"] = text.splitlines(keepends=True)
    return said, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def of_text(text: str, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Operator, the words around it, and the text with one number changed: one time each."""
    bare = NOT_PROSE.sub(lambda m: " " * len(m[0]), text)
    for match in NUMBER.finditer(bare):
        number = match[0]
        if number.lower() in WORDS:
            others = [
                word for word, value in WORDS.items() if abs(value - WORDS[number.lower()]) == 1
            ]
            new = rng.choice(others or ["seven"])
            new = new.capitalize() if number[0].isupper() else new
            changed = text[: match.start()] + new + text[match.end() :]
        else:
            digits = [match.start() + i for i, sign in enumerate(number) if sign.isdigit()]
            changed = other_digit(text, rng.choice(digits), rng)
        operator = A_YEAR if YEAR.fullmatch(number) else "change a number"
        yield operator, f"{number} in {around(text, match.start())!r}", changed


def red(change: Change) -> str:
    """What `review` says of the numbers of a page, and the tests of lessons, exercises, guide pages
    and tables.
    """
    lesson = next((one for one in LESSONS if one.number == change.about), None)
    own = (
        f"({lesson.path.stem} and (prose or guide or plan or three or fifty or time or link))"
        if lesson
        else ""
    )
    said = undeclared(read_lesson(lesson.path)) if lesson else []
    files = ("lessons", "guide", "exercises", "data", "glossary", "readme")
    chosen = f"{own or 'readme'} or follow or entry_page or syllabus"
    return (
        f"review: {said[0]}"[:100]
        if said
        else stage.unit_tests_fail(tuple(f"collection/test_{name}.py" for name in files), chosen)
    )
