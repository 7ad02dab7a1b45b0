"""Write the lessons as this class gets them into a folder: `course.py lab` copies from there.

Lessons without results, those left out missing, with the minutes and exercises of
data/adaptation.toml and data/own_exercises.csv; and the pages that lessons link.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from course import without_outputs
from helpers.adaptation import adapt
from helpers.collection import CollectionError, current
from helpers.lessons import lesson_files


def adapted(path: Path) -> str:
    """The text of a lesson's copy without results, adapted."""
    notebook = without_outputs(json.loads(path.read_text(encoding="utf-8")))
    whole = adapt(notebook, path.name[:2], current())
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write to the folder that is named; returns the exit code."""
    folder = Path(arguments[0])
    try:
        for path in lesson_files(current()):
            (folder / path.name).write_text(adapted(path), encoding="utf-8", newline="\n")
    except CollectionError as error:
        print(error)
        return 2
    for page in current().notebooks.glob("*.md"):
        shutil.copyfile(page, folder / page.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
