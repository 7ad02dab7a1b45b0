"""The lessons that a command is to work on, and where it writes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.collection import current
from helpers.language import ENGLISH
from helpers.lessons import LessonError, choose_lessons, why_unreadable


def chosen_lessons(parser: argparse.ArgumentParser, numbers: list[str]) -> list[Path]:
    """The notebooks with these numbers ("02"), or all, in order.

    A number that no lesson has ends the program with a sentence and the exit code 2.
    """
    try:
        return choose_lessons(current(), numbers)
    except LessonError as error:
        parser.exit(2, f"{error}\n")


def folder_for(name: str) -> Path:
    """The folder of the collection for what a command writes: handouts, or handouts/es when the
    lessons are the Spanish ones.
    """
    collection = current()
    folder = collection.root / name
    return folder if collection.language == ENGLISH else folder / collection.language


def readable(lessons: Sequence[Path]) -> list[Path]:
    """Those of these lessons that can be opened; of the others it is said why not."""
    problems = {lesson: why_unreadable(lesson) for lesson in lessons}
    for problem in filter(None, problems.values()):
        print(problem, file=sys.stderr)
    return [lesson for lesson in lessons if not problems[lesson]]
