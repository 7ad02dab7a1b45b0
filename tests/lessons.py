"""Lessons as the structure tests see them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
GUIDE = NOTEBOOKS / "guide"


@dataclass(frozen=True)
class Lesson:
    """One notebook, read as JSON."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def number(self) -> str:
        return self.path.name[:2]

    @cached_property
    def notebook(self) -> dict[str, Any]:
        return json.loads(self.path.read_text(encoding="utf-8"))

    @property
    def code(self) -> list[dict[str, Any]]:
        return [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]

    @property
    def text(self) -> list[str]:
        return [source(cell) for cell in self.notebook["cells"] if cell["cell_type"] == "markdown"]

    @property
    def headings(self) -> list[str]:
        lines = "\n".join(self.text).splitlines()
        return [line for line in lines if line.startswith(("# ", "## "))]

    @property
    def exercises(self) -> list[str]:
        return [
            id
            for cell in self.code
            for id in re.findall(r"""\bcheck\(\s*["']([\d.]+)["']""", source(cell))
        ]

    @property
    def outputs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        return [(cell, output) for cell in self.code for output in cell["outputs"]]


def source(cell: dict[str, Any]) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def mime(output: dict[str, Any], kind: str) -> str:
    """One representation of an output as text; empty if it has none."""
    return "".join(output.get("data", {}).get(kind, ""))


LESSONS = [Lesson(path) for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))]
