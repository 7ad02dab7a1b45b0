"""Lessons as the site shows them: the notebooks with their stored outputs, figures as files, links
between pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.lessons import Lesson
from web.site.errors import SiteError
from web.site.figures import Figure, replace_pictures

#: Paths of a computer's own folders, which say nothing to a reader and something of the author.
_LOCAL = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|var|mnt|opt|private|usr)/[\w.-]+[\w./-]*"
    r"|\b[A-Za-z]:\\\\?\w[\w.\\-]*"
)
#: Where a cell, row or paragraph begins: without space before it, search takes the words on both
#: sides for one.
_BEGINNING = re.compile(r"(?=<(?:caption|td|th|tr|p|li|br)\b)")
_LESSON_LINK = re.compile(r'href="([0-9][0-9]_\w+)\.ipynb(#[^"]*)?"')


def read_notebook(path: Path) -> dict[str, Any]:
    """The notebook at `path`; `SiteError` if it is none."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook["cells"], list):
            raise TypeError("cells are not a list")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SiteError(
            f"{path.name} cannot be read as a notebook ({type(error).__name__}: {error}): restore "
            "it."
        ) from None
    return notebook


def shown_lesson(
    lesson: Lesson, notebook: dict[str, Any], show: Callable[[Figure], str]
) -> list[Figure]:
    """Change a notebook to what the site shows, and return its figures.

    Raises `SiteError` when an output names a path of a computer, or a figure cannot be shown.
    """
    figures: list[Figure] = []
    for number, cell in enumerate(notebook["cells"]):
        name = cell.get("id", f"cell-{number}")
        where = f"{lesson.path.name}, cell {name}"
        for output in cell.get("outputs", []):
            figures += replace_pictures(output, name, where, show)
            _refuse_local_paths(output, where)
            data = output.get("data", {})
            if "text/html" in data:
                page = _BEGINNING.sub("\n", "".join(data["text/html"]))
                data["text/html"] = _LESSON_LINK.sub(r'href="\1.html\2"', page)
    return figures


def _refuse_local_paths(output: dict[str, Any], where: str) -> None:
    texts = [output.get("text", ""), *output.get("data", {}).values(), output.get("traceback", "")]
    for text in texts:
        found = _LOCAL.search("".join(text)) if isinstance(text, (str, list)) else None
        if found:
            raise SiteError(
                f"{where}: the output names a path of the computer it was made on "
                f"({found[0]}): change the cell so that it does not print it, and run "
                "`python3 course.py refresh`."
            )
