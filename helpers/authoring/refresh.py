"""Re-execute lessons, store their outputs, and print what changed in them as text.

    python3 -m helpers refresh          every lesson
    python3 -m helpers refresh 02 04     these lessons
    python3 -m helpers refresh --check   store nothing; exit 1 if an output would change
    python3 -m helpers refresh --check --numbers    as it is with other packages than the locked
                                         ones: how a table is laid out does not count

Outputs come from this command alone, so that every stored number has been computed by the code
above it.
"""

from __future__ import annotations

import base64
import difflib
import os
import platform
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from helpers.collection import Collection, CollectionError, current
from helpers.command import command_parser
from helpers.controls import WIDGET_VIEW
from helpers.isolation import isolated
from helpers.lessons import LessonError, choose_lessons, lesson_files, why_unreadable

#: How long a cell may take.
SECONDS_PER_CELL = 60


def environment() -> dict[str, str]:
    """Where pictures come out byte for byte alike: system, machine and matplotlib."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "matplotlib": matplotlib.__version__,
    }


def execute(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path` with fresh outputs, counts 1..n, plain metadata and no trace of when
    or where it ran.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    variables = isolated(os.environ, sys.prefix)
    if "PYTHONPATH" in os.environ:  # course.py has taken it out; others set it on purpose
        variables["PYTHONPATH"] = os.environ["PYTHONPATH"]
    # stderr has ipykernel's own log lines; what cells write to stderr comes as output
    client.execute(env=variables, stderr=subprocess.DEVNULL)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _merge_streams(cell.outputs)
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET_VIEW, None)  # its id differs in every run
    plain = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "pictures_from": environment(),
    }
    if "lesson" in notebook.metadata:
        plain["lesson"] = notebook.metadata["lesson"]
    notebook.metadata = nbformat.from_dict(dict(sorted(plain.items())))
    nbformat.validate(notebook)
    return notebook


def _merge_streams(outputs: list[Any]) -> list[Any]:
    """Neighboring prints as one output: how they were cut depends on timing."""
    merged: list[Any] = []
    for output in outputs:
        if (
            merged
            and output.output_type == "stream"
            and merged[-1].output_type == "stream"
            and merged[-1].name == output.name
        ):
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def as_text(notebook: nbformat.NotebookNode) -> list[str]:
    """Every output as lines of text (pictures by their description and hash), for the diff."""
    lines = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = (
                output.get("text")
                or output.get("data", {}).get("text/plain", "")
                or output.get("evalue", "")
            )
            lines += [f"{cell.id}: {line}" for line in "".join(text).splitlines()]
    return lines


def as_numbers(notebook: nbformat.NotebookNode) -> list[str]:
    """Every cell's numbers in order as one line of text, without separators of thousands, zeros at
    the end or dots of omission; hashes of plotted values too.
    """
    cells: dict[str, list[str]] = {}
    for line in as_text(notebook):
        cell, _, text = line.partition(": ")
        words = re.findall(r"\b[0-9a-f]{8,}\b|-?\d[\d,]*(?:\.\d+)?", text)
        plain = [re.sub(r"(\.\d*?)0+$", r"\1", word.replace(",", "")) for word in words]
        cells.setdefault(cell, []).extend(word.rstrip(".") for word in plain)
    return [f"{cell}: {' '.join(words)}" for cell, words in cells.items() if words]


@dataclass(frozen=True)
class Outcome:
    """What became of one lesson: whether its file differs, and the lines that changed."""

    said: str
    differs: bool = False
    failed: bool = False
    changes: tuple[str, ...] = ()


def _refresh(path: Path, check: bool, numbers: bool = False) -> Outcome:
    text = as_numbers if numbers else as_text
    if problem := why_unreadable(path):
        return Outcome(f"nothing was stored. {problem}", failed=True)
    try:
        old = nbformat.read(path, as_version=4)
        nbformat.validate(old)
    except Exception as error:  # nbformat raises many kinds, for one reason
        said = "".join(str(error).splitlines()[:1])
        return Outcome(
            f"nothing was stored. {path.name} is not a notebook of format 4 "
            f"({type(error).__name__}: {said}). Restore it.",
            failed=True,
        )
    try:
        new = execute(path)
    except CellExecutionError as error:
        return Outcome(
            f"nothing was stored, because a cell ends in an error.\n{error}", failed=True
        )
    except (CellTimeoutError, RuntimeError) as error:  # the kernel is too slow, died, or never came
        why = str(error).partition("\n")[0].rstrip(".")
        return Outcome(
            f"nothing was stored, because the run broke off ({why}). Run the command again when "
            "the computer does less; if it says the same, look for the cell that never ends or "
            "takes all the memory.",
            failed=True,
        )
    before, after = nbformat.writes(old), nbformat.writes(new)
    if before != after and not check:
        path.write_text(after + "\n", encoding="utf-8", newline="\n")
    if not check:
        for file, png in saved_pictures(new, path.parent).items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(png)
    lines = difflib.unified_diff(
        text(old),
        text(new),
        f"{path.name} (stored)",
        f"{path.name} (now)",
        lineterm="",
        n=0,
    )
    changes = tuple(lines)
    differs = bool(changes) if numbers else before != after
    said = "would change" if differs and check else "stored" if differs else "unchanged"
    return Outcome(said, differs, changes=changes)


def store(path: Path) -> Outcome:
    """Execute the notebook at `path` and store its outputs in it."""
    return _refresh(path, check=False)


def saved_pictures(notebook: nbformat.NotebookNode, folder: Path) -> dict[Path, bytes]:
    """Pictures that pages show: of each cell whose metadata name a file (`save_picture`), the PNG
    of its figure.
    """
    pictures = {}
    for cell in notebook.cells:
        name = cell.metadata.get("save_picture")
        if name:
            page = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
            match = re.search(r"base64,([^\"]+)", page)
            if match is None:
                raise ValueError(
                    f"Cell {cell.id} names the file {name} for its picture and shows none."
                )
            pictures[folder / name] = base64.b64decode(match[1])
    return pictures


def not_stored(collection: Collection) -> list[str]:
    """Names of lessons whose cells were cleared or run out of order: nbval passes over them."""
    names = []
    for path in lesson_files(collection):
        cells = [
            cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
        ]
        if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
            names.append(path.name)
    return names


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("refresh", __doc__)
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all")
    parser.add_argument(
        "--check", action="store_true", help="store nothing; exit 1 if an output would change"
    )
    parser.add_argument(
        "--numbers", action="store_true", help="with --check: only numbers count, not their layout"
    )
    options = parser.parse_args(arguments)
    if options.numbers and not options.check:
        parser.error("--numbers only compares: use it with --check.")
    try:
        collection = current(written=True)
        paths = choose_lessons(collection, options.lessons)
        if not paths:
            raise LessonError(f"There is no lesson in {collection.notebooks}: restore it.")
    except (CollectionError, LessonError) as error:
        print(error, file=sys.stderr)
        return 2
    failed = changed = 0
    with ThreadPoolExecutor(cpu_count()) as pool:
        for path, outcome in zip(
            paths,
            pool.map(lambda p: _refresh(p, options.check, options.numbers), paths),
            strict=True,
        ):
            failed += outcome.failed
            changed += outcome.differs
            print(f"{path.name}: {outcome.said}")
            print("\n".join(outcome.changes), end="\n" if outcome.changes else "")
    return 2 if failed else int(options.check and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
