"""What a teacher changes without Python: lessons left out, minutes, exercises of one's own.

Two files in data/, both optional. `adaptation.toml`:

    leave_out = ["09"]

    [minutes.02]
    reading = 30
    exercises = 20

and `own_exercises.csv`, one exercise a row, with the columns id, question, answer, tolerance and
hint. Ids count from 11 on in their lesson ("02.11"); an answer is a number, or else a text.

Tests and what writes the collection itself (`describe`, `refresh`, `review`) work on the collection
as published: they set the environment variable `HELPERS_AS_PUBLISHED`.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.collection import Collection, CollectionError
from helpers.files import read_toml
from helpers.language import everywhere, pattern, say, translatable
from helpers.sheets import SheetError, read_sheet

VARIABLE = "HELPERS_AS_PUBLISHED"
SETTINGS, EXERCISES = "adaptation.toml", "own_exercises.csv"
COLUMNS = ("id", "question", "answer", "tolerance", "hint")
OWN = "own_exercises"  # in a copy's metadata: those with which it was made
FIRST = 11  # the number of the first exercise of one's own; a lesson's own are fewer
#: How a lesson says its minutes to readers, in a text.
MINUTES = translatable("Reading {reading} minutes, exercises {exercises} minutes")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", re.I)


class AdaptationError(CollectionError):
    """The adaptation cannot be used; the message says which line, what, and what to do."""


@dataclass(frozen=True)
class OwnExercise:
    """One row of own_exercises.csv, read."""

    id: str
    question: str
    answer: int | float | str
    tolerance: float
    hint: str


@dataclass(frozen=True)
class Adaptation:
    """What differs from the collection as published.

    Attributes
    ----------
    leave_out : frozenset of str
        Numbers of lessons.
    minutes : dict
        Reading and exercises by number of the lesson.
    own : tuple of OwnExercise
        In the order of their numbers.
    """

    leave_out: frozenset[str] = frozenset()
    minutes: dict[str, tuple[int, int]] = field(default_factory=dict)
    own: tuple[OwnExercise, ...] = ()

    def exercises(self, lesson: str) -> list[OwnExercise]:
        """The exercises of one's own in the lesson with this number."""
        return [one for one in self.own if one.id[:2] == lesson]


def adaptation(collection: Collection) -> Adaptation:
    """The adaptation of a collection: an empty one if it has no such files, or while
    `HELPERS_AS_PUBLISHED` is set. Raises `AdaptationError` when a file cannot be used.
    """
    if os.environ.get(VARIABLE):
        return Adaptation()
    paths = [collection.data / name for name in (SETTINGS, EXERCISES)]
    states = tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)
    return _read(collection, states) if any(states) else Adaptation()


@lru_cache(maxsize=8)
def _read(collection: Collection, states: tuple[int, ...]) -> Adaptation:
    numbers = {path.name[:2] for path in collection.notebooks.glob("[0-9][0-9]_*.ipynb")}
    settings = _settings(collection.data / SETTINGS) if states[0] else {}
    unknown = sorted(set(settings) - {"leave_out", "minutes"})
    if unknown:
        raise AdaptationError(
            f"{SETTINGS}: there is no setting {unknown[0]!r}; known are leave_out and minutes."
        )
    leave_out, minutes = settings.get("leave_out", []), settings.get("minutes", {})
    if not isinstance(leave_out, list) or not isinstance(minutes, dict):
        raise AdaptationError(
            f'{SETTINGS}: write leave_out = ["09"] for lessons, and [minutes.02] above the minutes '
            "of one."
        )
    for number in [*leave_out, *minutes]:
        if not isinstance(number, str) or number not in numbers:
            raise AdaptationError(
                f"{SETTINGS}: there is no lesson {number!r}. Write two digits between quotation "
                'marks, as in "09".'
            )
    changed = {number: _minutes(number, both) for number, both in minutes.items()}
    own = tuple(_exercises(collection.data / EXERCISES, numbers)) if states[1] else ()
    return Adaptation(frozenset(leave_out), changed, own)


def _settings(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except (OSError, ValueError) as error:
        raise AdaptationError(
            f"{SETTINGS} cannot be read as TOML: {error}. Correct that line, or remove it."
        ) from None


def _minutes(number: str, both: Any) -> tuple[int, int]:
    if isinstance(both, dict) and set(both) == {"reading", "exercises"}:
        reading, exercises = both["reading"], both["exercises"]
        if type(reading) is int and type(exercises) is int and min(reading, exercises) >= 0:
            return reading, exercises
    raise AdaptationError(
        f"{SETTINGS}: [minutes.{number}] needs reading and exercises, both whole minutes."
    )


def _exercises(path: Path, lessons: set[str]) -> Iterator[OwnExercise]:
    try:
        columns, rows = read_sheet(path)
    except SheetError as error:
        raise AdaptationError(str(error)) from None
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise AdaptationError(f"{EXERCISES}, line 1: there is no column {missing[0]!r}. Add it.")
    seen: dict[str, OwnExercise] = {}
    for number, row in rows:
        cells = {name: row[name].strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        problem = _problem(cells, lessons, seen)
        if problem:
            raise AdaptationError(f"{EXERCISES}, line {number}: {problem}")
        seen[cells["id"]] = OwnExercise(
            cells["id"],
            cells["question"],
            _value(cells["answer"]),
            float(cells["tolerance"] or 0),
            cells["hint"] or "Read the question once more.",
        )
    yield from sorted(seen.values(), key=lambda one: (one.id[:2], int(one.id[3:])))


def _problem(cells: dict[str, str], lessons: set[str], seen: dict[str, OwnExercise]) -> str:
    """What is wrong with a row and what to do, or an empty text."""
    number, answer, tolerance = cells["id"], cells["answer"], cells["tolerance"]
    if not re.fullmatch(r"[0-9]{2}\.[1-9][0-9]{1,2}", number) or int(number[3:]) < FIRST:
        return (
            f"{number!r} is no id. Write the lesson, a point and a number from {FIRST} on, as in "
            f"02.{FIRST}."
        )
    if number[:2] not in lessons:
        return f"{number} belongs to no lesson: there is no lesson {number[:2]}."
    if number in seen:
        return f"{number} is there twice. Give one of them another id."
    if not cells["question"] or not answer:
        return f"{number} has no {'answer' if cells['question'] else 'question'}. Write one."
    if re.fullmatch(r"[-+]?\d+,\d+", answer) or re.fullmatch(r"\d+,\d+", tolerance):
        return f"{number} has a comma in a number. Write a decimal point and no other sign."
    if tolerance and not re.fullmatch(r"(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", tolerance, re.I):
        return f"the tolerance {tolerance!r} is no number. Write one from 0 on, or nothing."
    for text in (answer, tolerance):
        if _NUMBER.fullmatch(text) and not math.isfinite(float(text)):
            return f"{number} has a number that is too large. Write a smaller one."
    if tolerance and isinstance(_value(answer), str):
        return f"{number} has a text as answer, and a text has no tolerance. Leave it empty."
    if tolerance and float(answer) and float(tolerance) >= abs(float(answer)):
        return (
            f"with the tolerance {tolerance}, 0 would count as right for the answer {answer}. "
            "Write a smaller one."
        )
    return ""


def _value(text: str) -> int | float | str:
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


def unlinked(text: str, collection: Collection) -> str:
    """A text in which links to lessons left out are only their words."""
    left_out = adaptation(collection).leave_out
    links = rf"\[([^\]]+)\]\((?:{'|'.join(left_out)})_\w+\.ipynb(?:#[^)]*)?\)"
    return re.sub(links, r"\1", text) if left_out else text


def page(path: Path, collection: Collection) -> str:
    """The text of a page that lessons link (glossary, help lines), as this class gets it."""
    return unlinked(path.read_text(encoding="utf-8"), collection)


def adapt(notebook: dict[str, Any], number: str, collection: Collection) -> dict[str, Any]:
    """A lesson's notebook with the minutes and exercises of the adaptation, and without links to
    lessons left out; changed in place.

    Exercises of one's own follow the lesson's: a text with the question, and a cell for the answer.
    The copy's metadata name them, so that marking can tell an exercise that was added later.
    """
    changes = adaptation(collection)
    cells = notebook["cells"]
    if changes != Adaptation():
        for cell in cells:
            if cell["cell_type"] == "markdown":
                cell["source"] = unlinked("".join(cell["source"]), collection)
    if number in changes.minutes and "lesson" in notebook["metadata"]:
        minutes = dict(zip(("reading", "exercises"), changes.minutes[number], strict=True))
        notebook["metadata"]["lesson"]["minutes"] = minutes
        for text in everywhere(MINUTES):
            said = re.sub(r"\\{\w+\\}", r"\\d+", re.escape(text))
            for cell in cells:
                if cell["cell_type"] == "markdown":
                    cell["source"] = re.sub(said, text.format(**minutes), cell["source"])
    texts = ["".join(c["source"]) if c["cell_type"] == "markdown" else "" for c in cells]
    heading = re.compile(f"### {pattern('Exercise')} ")
    last = max((n for n, text in enumerate(texts) if heading.match(text)), default=-1)
    place = next(
        (n for n, text in enumerate(texts) if n > last >= 0 and text.startswith("## ")), len(cells)
    )
    own = changes.exercises(number)
    cells[place:place] = [cell for one in own for cell in _cells(one, notebook)]
    if own:
        notebook["metadata"][OWN] = [one.id for one in own]
    return notebook


def _cells(one: OwnExercise, notebook: dict[str, Any]) -> list[dict[str, Any]]:
    def cell(kind: str, name: str, source: str) -> dict[str, Any]:
        with_id = notebook.get("nbformat_minor", 0) >= 5
        return {
            "cell_type": kind,
            **({"id": f"own-{one.id.replace('.', '-')}-{name}"} if with_id else {}),
            "metadata": {"slideshow": {"slide_type": "skip"}},
            "source": source,
        }

    heading = say("Exercise {number}", number=one.id)
    asked = cell("markdown", "question", f"### {heading}\n\n{one.question}")
    code = cell("code", "answer", f'answer = ...\ncheck("{one.id}", answer)')
    return [asked, code | {"outputs": [], "execution_count": None}]
