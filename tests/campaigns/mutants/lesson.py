"""A lesson as the campaign sees it: the notebook with its stored outputs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.collection import open_collection
from helpers.lessons import lesson_files

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = open_collection(ROOT)


@dataclass(frozen=True)
class Lesson:
    """One notebook, read as JSON."""

    path: Path

    @property
    def number(self) -> str:
        """The two digits at the start of the file's name."""
        return self.path.name[:2]

    @cached_property
    def notebook(self) -> dict[str, Any]:
        """The content of the file."""
        return dict(json.loads(self.path.read_text(encoding="utf-8")))

    @property
    def code(self) -> list[dict[str, Any]]:
        """The code cells."""
        return [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]


def source(cell: dict[str, Any]) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


LESSONS = [Lesson(path) for path in lesson_files(COLLECTION)]
