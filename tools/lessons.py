"""The lessons' files, chosen by number as every command does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def lessons(numbers: Sequence[str] = ()) -> list[Path]:
    """The notebooks with these numbers ("02"), or all, in the order of the course.

    A number that no lesson has ends the program with a sentence and the exit code 2: nothing is
    left out silently.
    """
    paths = {path.name[:2]: path for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    if unknown := [number for number in numbers if number not in paths]:
        print(
            f"No lesson has the number {' or '.join(unknown)}: there are {min(paths)} to {max(paths)}.",
            file=sys.stderr,
        )
        raise SystemExit(2)
    return [path for number, path in paths.items() if not numbers or number in numbers]
