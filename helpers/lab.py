"""Copy the lessons into my_work/ and open JupyterLab on the first one: `python3 course.py lab`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from helpers.adaptation import adapt
from helpers.collection import Collection, CollectionError, current
from helpers.lessons import lesson_files
from helpers.messages import say

#: Defaults of JupyterLab in .venv, which a reader may change: long lines of code are wrapped, and
#: no news is fetched or asked about.
LAB_DEFAULTS = {
    "@jupyterlab/notebook-extension:tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True}
    },
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
}


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """A copy of a notebook whose code cells have no results and no counts; all else is kept."""
    copy: dict[str, Any] = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return copy


def copy_of(lesson: Path, collection: Collection) -> str:
    """The text of a lesson as this class gets it: without results, with the minutes and exercises
    of data/adaptation.toml and data/own_exercises.csv.
    """
    notebook = without_outputs(json.loads(lesson.read_text(encoding="utf-8")))
    whole = adapt(notebook, lesson.name[:2], collection)
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def copy_lessons(collection: Collection, target: Path) -> tuple[list[str], list[str]]:
    """Copy lessons without results into a folder, and the pages they link.

    Returns
    -------
    made, kept : list of str
        Names of the lessons copied, and of those that were there and are left as they are.
    """
    target.mkdir(parents=True, exist_ok=True)
    for page in collection.notebooks.glob("*.md"):  # ours, not a reader's work
        shutil.copyfile(page, target / page.name)
    made, kept = [], []
    for lesson in lesson_files(collection):
        copy = target / lesson.name
        if copy.exists():
            kept.append(copy.name)
        else:
            copy.write_text(copy_of(lesson, collection), encoding="utf-8", newline="\n")
            made.append(copy.name)
    return made, kept


def set_lab_defaults(folder: Path) -> None:
    """Write LAB_DEFAULTS where the JupyterLab of the environment in `folder` looks for defaults."""
    settings = folder / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    text = json.dumps(LAB_DEFAULTS, indent=1)
    (settings / "overrides.json").write_text(text, encoding="utf-8")


def start_jupyterlab(arguments: list[str]) -> int:
    """Run JupyterLab in this process until it is stopped; returns the exit code."""
    from jupyterlab.labapp import main as jupyterlab

    return int(jupyterlab(arguments) or 0)


def main(arguments: list[str]) -> int:
    """Run the command; what is named is handed to JupyterLab. Returns the exit code."""
    collection = current()
    set_lab_defaults(Path(sys.prefix))
    try:
        made, kept = copy_lessons(collection, collection.root / "my_work")
    except CollectionError as error:
        print(error)
        return 2
    if made:
        print(say("copied", count=len(made)))
    if kept:
        print(say("kept", count=len(kept)))
    root = f"--ServerApp.root_dir={collection.root}"
    first = "--LabApp.default_url=/lab/tree/my_work/00_start_here.ipynb"
    return start_jupyterlab([root, first, *arguments])
