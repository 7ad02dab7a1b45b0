"""Mutants of prose: one number changed in a lesson's text, on its guide page or in README.md."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence

from helpers.authoring.prose import WORDS
from helpers.authoring.review import lesson_problems
from helpers.lessons import read_lesson
from tests.campaigns.mutants import stage
from tests.campaigns.mutants.files import Change, around, other_digit, some
from tests.campaigns.mutants.lesson import LESSONS, ROOT

MOST = 6  # of a page with one operator
#: Not a number about the data: code, links, and the numbers of lessons, exercises and lists.
NOT_PROSE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|https?://\S+|\b\d\d\.(?:\d+|[a-z])\b|^\s*\d+\. |^#.*$", re.M
)
NUMBER = re.compile(rf"(?<![\w.,-])(?:\d[\d,]*(?:\.\d+)?|{'|'.join(WORDS)})(?![\w-])", re.I)
YEAR = re.compile(r"(?:19|20)\d\d")


def changes(seed: int, numbers: Sequence[str]) -> Iterator[Change]:
    """At most six numbers, and as many years, of each lesson's text, each guide page and README.md;
    only numbers that a cell of the lesson prints.
    """
    chosen = [one for one in LESSONS if not numbers or one.number in numbers]
    printed = {one.number: set(NUMBER.findall(json.dumps(outputs(one.code)))) for one in LESSONS}
    for lesson in chosen:
        rng = random.Random(f"{seed} {lesson.number}")
        found = []
        for place, cell in enumerate(lesson.notebook["cells"]):
            if cell["cell_type"] == "markdown" and "## Sources" not in "".join(cell["source"]):
                for operator, said, text in of_text(
                    "".join(cell["source"]), rng, printed[lesson.number]
                ):
                    notebook = json.loads(json.dumps(lesson.notebook))
                    notebook["cells"][place]["source"] = text.splitlines(keepends=True)
                    whole = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
                    where = lesson.path.relative_to(ROOT).as_posix()
                    found.append(Change("prose", operator, where, said, whole, lesson.number))
        yield from some(found, rng, MOST)
        path = lesson.path.with_suffix("") / "guide.md"
        where = path.relative_to(ROOT).as_posix()
        page = of_text(path.read_text(encoding="utf-8"), rng, printed[lesson.number])
        yield from some(
            (Change("prose", o, where, s, t, lesson.number) for o, s, t in page), rng, MOST
        )
    if not numbers:
        rng = random.Random(seed)
        page = of_text(
            (ROOT / "README.md").read_text(encoding="utf-8"), rng, set.union(*printed.values())
        )
        yield from some((Change("prose", o, "README.md", s, t) for o, s, t in page), rng, 5 * MOST)


def outputs(code: list[dict[str, object]]) -> list[str]:
    """What the code cells of a lesson print or show as text."""
    texts = []
    for cell in code:
        for output in cell["outputs"]:  # type: ignore[attr-defined]
            texts.append(
                "".join(output.get("text") or output.get("data", {}).get("text/plain", ""))
            )
    return texts


def of_text(text: str, rng: random.Random, printed: set[str]) -> Iterator[tuple[str, str, str]]:
    """Operator, the words around it, and the text with one number changed: one time each number
    that is printed.
    """
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
        elif number in printed:
            digits = [match.start() + i for i, sign in enumerate(number) if sign.isdigit()]
            changed = other_digit(text, rng.choice(digits), rng)
        else:
            continue
        operator = "change a year" if YEAR.fullmatch(number) else "change a number"
        yield operator, around(text, match.start()), changed


def red(change: Change) -> str:
    """What `review` and the tests of lessons, exercises, guide pages and tables say to a page."""
    number = change.about
    lesson = next((one for one in LESSONS if one.number == number), None)
    own = (
        f"({lesson.path.stem} and (prose or guide or plan or three or fifty))"
        if lesson
        else "README"
    )
    return stage.first_red(
        lambda: (
            f"review: {lesson_problems(read_lesson(lesson.path))[:1]}"[:100].replace(
                "review: []", ""
            )
            if lesson
            else ""
        ),
        lambda: stage.unit_tests_fail(
            (
                "test_lessons.py",
                "test_guide.py",
                "test_exercises.py",
                "test_data.py",
                "test_glossary.py",
            ),
            f"{own} or follow or entry_page or syllabus",
        ),
    )
