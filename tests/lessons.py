"""The lessons of this collection with what is stored in them, for the structure tests.

What a lesson *is* comes from `helpers.lessons`; here its cells and outputs are added.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import helpers.lessons
from helpers.authoring.review import read_solutions
from helpers.collection import open_collection

ROOT = Path(__file__).resolve().parent.parent
COLLECTION = open_collection(ROOT)
NOTEBOOKS = COLLECTION.notebooks
GUIDE = NOTEBOOKS / "guide"


class Lesson(helpers.lessons.Lesson):
    """A lesson, its notebook read as JSON, and the files beside it."""

    @classmethod
    def read(cls, path: Path) -> Lesson:
        """The lesson in the notebook at `path`; `LessonError` if it does not say what it is."""
        lesson = helpers.lessons.read_lesson(path)
        return cls(**{entry.name: getattr(lesson, entry.name) for entry in fields(lesson)})

    @cached_property
    def notebook(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content

    @property
    def cells(self) -> list[dict[str, Any]]:
        cells: list[dict[str, Any]] = self.notebook["cells"]
        return cells

    @property
    def code(self) -> list[dict[str, Any]]:
        return [cell for cell in self.cells if cell["cell_type"] == "code"]

    @property
    def text(self) -> list[str]:
        return [source(cell) for cell in self.cells if cell["cell_type"] == "markdown"]

    @property
    def headings(self) -> list[str]:
        lines = "\n".join(self.text).splitlines()
        return [line for line in lines if line.startswith(("# ", "## "))]

    @property
    def exercise_numbers(self) -> list[str]:
        """The numbers of the exercises that a cell checks."""
        asked = r"""\bcheck\(\s*["']([\d.]+)["']"""
        return [number for cell in self.code for number in re.findall(asked, source(cell))]

    @property
    def try_its(self) -> list[str]:
        """The questions to try while reading ("02.a") that a cell checks."""
        asked = r"""\bcheck\(\s*["'](\d\d\.[a-z])["']"""
        return [number for cell in self.code for number in re.findall(asked, source(cell))]

    @property
    def outputs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        return [(cell, output) for cell in self.code for output in cell["outputs"]]

    @property
    def guide(self) -> Path:
        """The page for teachers."""
        return self.folder / "guide.md"

    @property
    def guide_text(self) -> str:
        """What that page says; a test that asks for it is skipped where it is missing, which
        tests/collection/test_lessons.py says.
        """
        if not self.guide.is_file():
            pytest.skip(f"notebooks/{self.name}/guide.md is missing")
        return self.guide.read_text(encoding="utf-8")

    @cached_property
    def solutions(self) -> ModuleType:
        """The module solutions.py: a function for each exercise, and wrong answers."""
        return read_solutions(self)


def source(cell: dict[str, Any]) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def waits_for_the_reader(cell: dict[str, Any]) -> bool:
    """Whether a code cell is one that a reader types in: a guess or an answer."""
    waits = re.search(r"^\w+ = \.\.\.", source(cell), re.M)
    return bool(waits) and cell["cell_type"] == "code"


def only_reveals(cell: dict[str, Any]) -> bool:
    """Whether a code cell does nothing but answer a guess."""
    return bool(
        re.fullmatch(r"\s*reveal\([^\n]*\)\s*|\s*reveal\(\n(?:    .*\n)+\)\s*", source(cell))
    )


def mime(output: dict[str, Any], kind: str) -> str:
    """One representation of an output as text; empty if it has none."""
    return "".join(output.get("data", {}).get(kind, ""))


LESSONS = [Lesson.read(path) for path in helpers.lessons.lesson_files(COLLECTION)]
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
