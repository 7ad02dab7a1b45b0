"""Lessons: what each says of itself in its metadata, and the map of them all.

A lesson is a notebook `notebooks/NN_name.ipynb`. Its identity is the block `lesson` in the
notebook's metadata and nothing else repeats it:

>>> example = {
...     "theme": "library loans",
...     "question": "Did loans rise?",
...     "minutes": {"reading": 20, "exercises": 10},
...     "content_note": False,
...     "claims": ["more-loans"],
... }

Whatever else belongs to the lesson (key, solutions, guide page) is in the folder of the same name.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from helpers.adaptation import adaptation
from helpers.collection import Collection, current
from helpers.entries import read_entries, uses_entry
from helpers.files import as_json
from helpers.language import say, shown, translatable

#: How the files of lessons are named.
LESSONS = "[0-9][0-9]_*.ipynb"
#: What the heading of an exercise begins with, what one that a person marks has in parentheses, and
#: where a reader writes an answer in words.
EXERCISE, OPEN = translatable("Exercise"), translatable("open")
STUB = translatable("*Your answer:*")


class LessonError(ValueError):
    """A lesson cannot be read, or does not say what it is."""


@dataclass(frozen=True)
class Lesson:
    """One lesson: its file and what its block says.

    Attributes
    ----------
    path : pathlib.Path
        The notebook.
    theme, question : str
        What the lesson is about, in a few words and as a question.
    reading, exercises : int
        Minutes.
    content_note : bool
        Whether the lesson warns of its subject at the start.
    claims : tuple of str
        Ids of the claims it settles.
    more : dict
        Entries that only this collection uses.
    """

    path: Path
    theme: str
    question: str
    reading: int
    exercises: int
    content_note: bool
    claims: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The file's name without its ending: "06_seizures"."""
        return self.path.stem

    @property
    def number(self) -> str:
        """The two digits at the start of the name."""
        return self.path.name[:2]

    @property
    def title(self) -> str:
        """The theme with a capital letter."""
        return self.theme[:1].upper() + self.theme[1:]

    @property
    def time(self) -> str:
        """Minutes of reading and of exercises: "40 + 30 minutes"."""
        return say(
            "{reading} + {exercises} minutes", reading=self.reading, exercises=self.exercises
        )

    @property
    def folder(self) -> Path:
        """The folder with what the lesson has besides the notebook."""
        return self.path.with_suffix("")


#: Heads of the columns of the map.
_HEADS = (translatable("lesson"), translatable("question"), translatable("time"))


@dataclass(frozen=True)
class LessonMap:
    """One row a lesson: number, theme, question, time and file; shown with links."""

    lessons: tuple[Lesson, ...]

    def __repr__(self) -> str:
        return "\n".join(f"{x.number}  {shown(x.theme):24} {x.time}" for x in self.lessons)

    def _repr_html_(self) -> str:
        left = 'style="text-align:left"'
        head = "".join(f'<th scope="col" {left}>{name}</th>' for name in map(say, _HEADS))
        body = "".join(
            f'<tr><th scope="row" {left}><a href="{html.escape(x.path.name)}">{x.number} '
            f"{html.escape(shown(x.theme))}</a></th><td "
            f"{left}>{html.escape(shown(x.question))}</td>"
            f"<td {left}>{x.time}</td></tr>"
            for x in self.lessons
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def lesson_map() -> LessonMap:
    """The lessons of the current collection in order, to be shown with links.

    Raises `LessonError` when a lesson does not say what it is.

    Examples
    --------
    >>> print(lesson_map())
    01  library loans            20 + 10 minutes
    """
    return LessonMap(tuple(lessons()))


def lessons(collection: Collection | None = None) -> list[Lesson]:
    """All lessons of a collection (the current one by default) in order of their numbers.

    Raises `LessonError` when one cannot be read, lacks its block, or shares its number with
    another.
    """
    collection = collection or current()
    rows = [_adapted(read_lesson(path), collection) for path in lesson_files(collection)]
    for one, other in pairwise(rows):
        if one.number == other.number:
            raise LessonError(
                say(
                    "{name} and {other} have the same number: give one of them another.",
                    name=one.path.name,
                    other=other.path.name,
                )
            )
    return rows


def lesson(number: str) -> Lesson:
    """The lesson with this number ("06") in the current collection, or `LessonError`."""
    collection = current()
    path = next((p for p in lesson_files(collection) if p.name[:2] == number), None)
    if path is None:
        raise LessonError(
            say(
                "There is no lesson {number} in {notebooks}: restore it, or ask for another.",
                number=number,
                notebooks=collection.notebooks,
            )
        )
    return _adapted(read_lesson(path), collection)


def _adapted(one: Lesson, collection: Collection) -> Lesson:
    """The lesson with the minutes that a teacher gives it."""
    reading, exercises = adaptation(collection).minutes.get(
        one.number, (one.reading, one.exercises)
    )
    return replace(one, reading=reading, exercises=exercises)


def lesson_files(collection: Collection) -> Iterator[Path]:
    """The notebooks that are lessons, in order: two digits, an underscore, a name; without those
    that a teacher leaves out.
    """
    left_out = adaptation(collection).leave_out
    for path in sorted(collection.notebooks.glob(LESSONS)):
        if path.name[:2] not in left_out:
            yield path


def shared_folder(lesson: Path) -> Path:
    """The folder with a lesson's key and solutions, which its translations share.

    Examples
    --------
    >>> shared_folder(Path("notebooks/02_deaths.ipynb")).as_posix()
    'notebooks/02_deaths'
    """
    first = lesson.parent.parent / lesson.stem  # beside the English lesson
    return first if first.is_dir() else lesson.with_suffix("")


def choose_lessons(collection: Collection, numbers: Sequence[str] = ()) -> list[Path]:
    """The notebooks with these numbers ("02"), or all, in order.

    Raises `LessonError` when a number is not a lesson's: nothing is left out silently.
    """
    paths = {path.name[:2]: path for path in lesson_files(collection)}
    unknown = [number for number in numbers if number not in paths]
    if left_out := sorted(adaptation(collection).leave_out.intersection(unknown)):
        raise LessonError(
            say(
                "You left out {numbers} in data/adaptation.toml: take the number out of leave_out "
                "there, or ask for another lesson.",
                numbers=", ".join(left_out),
            )
        )
    if unknown:
        there = say("there are none")
        if len(paths) == 1:
            there = say("the only lesson is {number}", number=min(paths))
        elif paths:
            there = say("there are {first} to {last}", first=min(paths), last=max(paths))
        near = [number.zfill(2) for number in unknown if number.zfill(2) in paths]
        names = say(" and ").join(near)
        advice = " " + say("Did you mean {names}?", names=names) if near else ""
        raise LessonError(
            say(
                "No lesson has the number {unknown}: {there}.{advice}",
                unknown=" or ".join(unknown),
                there=there,
                advice=advice,
            )
        )
    return [path for number, path in paths.items() if not numbers or number in numbers]


def read_lesson(path: Path) -> Lesson:
    """The identity of the lesson in the notebook at `path`.

    Raises `LessonError` when the file is not a notebook, or its block is missing or incomplete.
    """
    try:
        modified = path.stat().st_mtime_ns
    except OSError:
        raise LessonError(
            say(
                "The lesson {name} is missing from {parent}: restore it.",
                name=path.name,
                parent=path.parent,
            )
        ) from None
    return _read(path, modified)


def why_unreadable(path: Path) -> str:
    """Why the file of a lesson cannot be opened as a notebook, and what to do; empty if it can."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        if isinstance(cells, list) and all(map(_is_cell, cells)):
            return ""
        problem = "it has no list of cells with a kind and a text"
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        problem = f"{type(error).__name__}: {error}"
    restore = f"git checkout {path.parent.name}/{path.name}, or download the collection again"
    if path.is_file() and _CONFLICT.search(path.read_text(encoding="utf-8", errors="replace")):
        return (
            f"{path.name} holds the marks of a merge that git could not finish (<<<<<<<). Choose a "
            f"side and finish the merge (git checkout --ours or --theirs {path.parent.name}/"
            f"{path.name}), or download the collection again."
        )
    return f"{path.name} cannot be read as a notebook ({problem}). Restore it ({restore})."


def _is_cell(cell: Any) -> bool:
    """Whether an entry of a notebook has what every cell has."""
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return False
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return all(isinstance(line, str) for line in lines)


_ENTRIES: dict[str, type] = {
    "theme": str,
    "question": str,
    "minutes": dict,
    "content_note": bool,
    "claims": list,
}


_CONFLICT = re.compile(r"^<{7}[^\n]*\n(.*?)^(?:\|{7}|={7}).*?^>{7}[^\n]*\n", re.M | re.S)


@lru_cache(maxsize=256)
def _read(path: Path, modified: int) -> Lesson:
    try:
        # In a file with the marks of a merge conflict, our side says what the lesson is: the others
        # that name it go on working, and opening or copying it says what is wrong.
        text = _CONFLICT.sub(r"\1", read_entries(path))
        metadata = as_json(text)["metadata"]
        uses_entry(path, "metadata")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise LessonError(
            say(
                "{name} cannot be read as a notebook ({kind}: {error}). Restore it.",
                name=path.name,
                kind=type(error).__name__,
                error=error,
            )
        ) from None
    block = metadata.get("lesson") if isinstance(metadata, dict) else None
    remedy = (
        "Add it to the notebook's metadata (in JupyterLab: Property Inspector, Advanced Tools)."
    )
    if not isinstance(block, dict):
        raise LessonError(
            say(
                "{name} has no block `lesson`, which says what the lesson is. {remedy}",
                name=path.name,
                remedy=remedy,
            )
        )
    for entry, kind in _ENTRIES.items():
        if not isinstance(block.get(entry), kind) or block[entry] == "":
            raise LessonError(
                say(
                    "{name}: the entry {entry!r} of the block `lesson` is missing or not of the "
                    "type {name_2}. {remedy}",
                    name=path.name,
                    entry=entry,
                    name_2=kind.__name__,
                    remedy=remedy,
                )
            )
    minutes = block["minutes"]
    for entry in ("reading", "exercises"):
        if not isinstance(minutes.get(entry), int) or isinstance(minutes[entry], bool):
            raise LessonError(
                say(
                    "{name}: `minutes` in the block `lesson` must give whole minutes for "
                    "{entry!r}. {remedy}",
                    name=path.name,
                    entry=entry,
                    remedy=remedy,
                )
            )
    if not all(isinstance(claim, str) for claim in block["claims"]):
        raise LessonError(
            say(
                "{name}: `claims` in the block `lesson` must list ids of claims. {remedy}",
                name=path.name,
                remedy=remedy,
            )
        )
    return Lesson(
        path,
        block["theme"],
        block["question"],
        minutes["reading"],
        minutes["exercises"],
        block["content_note"],
        tuple(block["claims"]),
        {entry: value for entry, value in block.items() if entry not in _ENTRIES},
    )
