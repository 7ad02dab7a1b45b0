"""Copies to be changed by a test: of the collection, whose lessons are then run against their
stored outputs, and of the whole project, whose own tests are then run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from helpers.authoring.describe import outdated
from helpers.collection import VARIABLE, open_collection
from tests.lessons import ROOT

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".hypothesis")
MADE = {"my_work", "handouts", "editions", "site", "dist"}  # written by commands, not part of it


class CollectionCopy:
    """A copy of the collection's tables and of some lessons, run with the project's own engine."""

    def __init__(self, root: Path, *numbers: str) -> None:
        self.root = root
        shutil.copytree(ROOT / "data", root / "data", ignore=LEFT_OUT)
        self.notebooks = root / "notebooks"
        self.notebooks.mkdir()
        for number in numbers:
            for path in (ROOT / "notebooks").glob(f"{number}_*"):
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, self.notebooks / path.name)

    def lesson(self, number: str) -> Path:
        """The notebook of a lesson."""
        (path,) = self.notebooks.glob(f"{number}_*.ipynb")
        return path

    def describe(self) -> None:
        """Describe the tables, so that only the lessons can see what changed in them."""
        for file, described in outdated(open_collection(self.root)).items():
            file.write_text(described, encoding="utf-8", newline="\n")

    def edit_notebook(self, number: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the notebook of a lesson, read as JSON."""
        path = self.lesson(number)
        notebook = json.loads(path.read_text(encoding="utf-8"))
        change(notebook)
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def edit_table(self, name: str, old: str, new: str) -> None:
        """Change a table in one place."""
        path = self.root / "data" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}, not once"
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Cell:
    """What the re-run said of one code cell: the difference (empty if there is none), and how long
    it took.
    """

    difference: str
    seconds: float


def strict_run(notebooks: Iterable[Path], report: Path) -> dict[Path, list[Cell]]:
    """Re-run notebooks in one process and compare every output with the stored one."""
    paths = list(notebooks)
    done = run_python(
        ROOT,
        *("-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *("-p", "nbval_strict", "--nbval-strict", "--nbval-strict-warm"),
        *(f"--rootdir={report.parent}", "-c", str(ROOT / "pyproject.toml")),
        f"--junitxml={report}",
        *map(str, paths),
    )
    assert done.returncode in (0, 1), done.stdout[-3000:] + done.stderr[-3000:]
    cells: dict[Path, list[Cell]] = {path: [] for path in paths}
    module = {re.sub(r"[/\\]", ".", str(path.relative_to(report.parent))): path for path in paths}
    for case in ElementTree.parse(report).iter("testcase"):
        said = "".join(bad.text or "" for kind in ("failure", "error") for bad in case.iter(kind))
        cells[module[case.attrib["classname"]]].append(Cell(said, float(case.attrib["time"])))
    assert all(cells.values()), "a notebook was not run"
    return cells


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder of the project, or of a copy, on the files there."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "",
        "PYTEST_XDIST_WORKER": "",
        VARIABLE: "",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=560,
        check=False,
    )


class ProjectCopy:
    """A copy of the whole project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        for path in ROOT.iterdir():
            if path.is_file() and not path.name.startswith("."):
                shutil.copy(path, root / path.name)
            elif path.is_dir() and path.name not in MADE and not path.name.startswith((".", "_")):
                shutil.copytree(path, root / path.name, ignore=LEFT_OUT)

    def state(self) -> dict[str, bytes]:
        """Every file of the copy with its content, but for what Python writes beside them."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in files
            if not {"__pycache__", ".hypothesis"} & set(path.parts)
        }

    def changed_since(self, before: dict[str, bytes]) -> set[str]:
        """The files that are new, gone or other than they were."""
        now = self.state()
        return {name for name in {**before, **now} if before.get(name) != now.get(name)}

    def helpers(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `python3 -m helpers`."""
        return run_python(self.root, "-m", "helpers", *arguments)

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run tests of the copy."""
        plain = ("-q", "--color=no", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist")
        return run_python(self.root, "-m", "pytest", *plain, *arguments)
