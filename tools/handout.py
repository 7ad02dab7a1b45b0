"""Hand out a lesson: a copy without results, and a web page with them.

    python3 course.py handout 02        writes handouts/02_overdose_deaths.ipynb and .html

The copy needs the collection around it to run; the page needs nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from course import without_outputs
from tools.page import export

ROOT = Path(__file__).resolve().parent.parent


def write(lesson: Path, folder: Path) -> list[Path]:
    """Write both forms of `lesson` into `folder`; returns their paths."""
    folder.mkdir(exist_ok=True)
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    cleared = folder / lesson.name
    cleared.write_text(json.dumps(without_outputs(notebook), indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    page = folder / f"{lesson.stem}.html"
    page.write_text(export(lesson), encoding="utf-8", newline="\n")
    return [cleared, page]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python3 course.py handout", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="+", help="numbers such as 02")
    for number in parser.parse_args(arguments).lessons:
        found = sorted((ROOT / "notebooks").glob(f"{number}_*.ipynb"))
        if len(found) != 1:
            print(f"No lesson has the number {number}.")
            return 2
        for path in write(found[0], ROOT / "handouts"):
            print(f"wrote {path.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
