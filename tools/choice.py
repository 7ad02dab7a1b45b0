"""The lessons that a command is to work on."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers.collection import CollectionError, current
from helpers.lessons import LessonError, choose_lessons


def chosen_lessons(parser: argparse.ArgumentParser, numbers: list[str]) -> list[Path]:
    """The notebooks with these numbers ("02"), or all, in order.

    A number that no lesson has ends the program with a sentence and the exit code 2.
    """
    try:
        return choose_lessons(current(), numbers)
    except (CollectionError, LessonError) as error:
        parser.exit(2, f"{error}\n")
