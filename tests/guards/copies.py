"""Copies of the whole project, to be changed by a test and looked at with the project's own
commands and tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.collection import VARIABLE
from tests.lessons import ROOT

PARTS = ("helpers", "marking", "data", "notebooks", "tests", "tools")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".hypothesis")


class Copy:
    """A copy of the project in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in PARTS:
            shutil.copytree(ROOT / name, root / name, ignore=LEFT_OUT)
        for path in ROOT.iterdir():
            if path.is_file() and not path.name.startswith("."):
                shutil.copy(path, root / path.name)

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

    def python(self, *arguments: str, timeout: float = 560) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, on the copy's own files."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_ADDOPTS": "",
            "PYTEST_XDIST_WORKER": "",
            VARIABLE: "",
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def helpers(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `python3 -m helpers`."""
        return self.python("-m", "helpers", *arguments)

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run tests of the copy."""
        plain = ("-q", "--color=no", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist")
        return self.python("-m", "pytest", *plain, *arguments)

    def strict_run(self, *numbers: str) -> subprocess.CompletedProcess[str]:
        """Re-run lessons and compare every output with the stored one."""
        lessons = [
            path.relative_to(self.root).as_posix()
            for number in numbers
            for path in (self.root / "notebooks").glob(f"{number}_*.ipynb")
        ]
        return self.pytest("-p", "tests.plugins.fast_start", "--nbval", *lessons)
