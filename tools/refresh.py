"""Re-execute lessons, store their outputs, and print what changed in them as text.

    python3 course.py refresh           every lesson
    python3 course.py refresh 02 04     these lessons
    python3 course.py refresh --check   store nothing; exit 1 if an output would change

Outputs come from this command alone, so that every stored number has been computed by the code above it.
"""

from __future__ import annotations

import argparse
import base64
import difflib
import platform
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tools.lessons import NOTEBOOKS, lessons

README_PICTURE = NOTEBOOKS / "guide" / "vintages_of_2016.png"


def environment() -> dict[str, str]:
    """Where pictures come out byte for byte alike: system, machine and matplotlib."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "matplotlib": matplotlib.__version__,
    }


def execute(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path` with fresh outputs, counts 1..n, plain metadata and no trace of when or where it ran."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(
        stderr=subprocess.DEVNULL
    )  # ipykernel's own log lines; what cells write to stderr comes as output
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _merge_streams(cell.outputs)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "pictures_from": environment(),
        }
    )
    nbformat.validate(notebook)
    return notebook


def _merge_streams(outputs: list[Any]) -> list[Any]:
    """Neighbouring prints as one output: how they were cut depends on timing."""
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


def _refresh(path: Path, check: bool) -> tuple[bool, list[str]]:
    old = nbformat.read(path, as_version=4)
    try:
        new = execute(path)
    except CellExecutionError as error:
        sys.exit(f"{path.name}: nothing was stored, for a cell ends in an error.\n{error}")
    before, after = nbformat.writes(old), nbformat.writes(new)
    if before != after and not check:
        path.write_text(after + "\n", encoding="utf-8", newline="\n")
    changes = difflib.unified_diff(
        as_text(old), as_text(new), f"{path.name} (stored)", f"{path.name} (now)", lineterm="", n=0
    )
    return before != after, list(changes)


def readme_picture() -> bytes:
    """The figure of README.md: lesson 02's vintages of 2016, as its stored output has it."""
    lesson = nbformat.read(NOTEBOOKS / "02_overdose_deaths.ipynb", as_version=4)
    cell = next(cell for cell in lesson.cells if "2016: above 64,000" in cell.source)
    html = "".join(cell.outputs[0].data["text/html"])
    return base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py refresh", description=__doc__.splitlines()[0]
    )
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all")
    parser.add_argument(
        "--check", action="store_true", help="store nothing; exit 1 if an output would change"
    )
    options = parser.parse_args(arguments)
    paths = lessons(options.lessons)
    changed = 0
    with ThreadPoolExecutor(cpu_count()) as pool:
        for path, (differs, changes) in zip(
            paths, pool.map(lambda p: _refresh(p, options.check), paths), strict=True
        ):
            changed += differs
            print(
                f"{path.name}: {'would change' if differs and options.check else 'stored' if differs else 'unchanged'}"
            )
            print("\n".join(changes), end="\n" if changes else "")
    if not options.check:
        README_PICTURE.write_bytes(readme_picture())
    return int(options.check and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
