"""A figure that a lesson has stored: its picture and its values as files, its description for
everyone.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.figures import plotted
from web.site.errors import SiteError

_IMAGE = re.compile(r'<img (?:alt="([^"]*)" )?src="data:image/png;base64,([A-Za-z0-9+/=\s]+)">')
_HASH = re.compile(r"\[plotted values ([0-9a-f]{10})\]")


@dataclass(frozen=True)
class Figure:
    """One figure of a lesson.

    Attributes
    ----------
    name : str
        The id of its cell, and a number where a cell shows several.
    png : bytes
        The picture.
    words : str
        The description.
    table : list
        The plotted values, a row each; empty for a figure without any.
    """

    name: str
    png: bytes
    words: str
    table: list[tuple[Any, ...]]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = struct.unpack(">II", self.png[16:24])
        return width, height

    def write(self, folder: Path) -> None:
        """Write the picture and the table of values."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.png").write_bytes(self.png)
        if self.table:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerows([plotted.COLUMNS, *self.table])
            (folder / f"{self.name}.csv").write_text(text.getvalue(), encoding="utf-8")


def replace_pictures(
    output: dict[str, Any], name: str, where: str, show: Callable[[Figure], str]
) -> list[Figure]:
    """Put what `show` returns in the place of each picture of an output; return the figures.

    Raises `SiteError` when a picture has no description, or its stored values do not give the hash
    beside it.
    """
    data = output.get("data", {})
    page = "".join(data.get("text/html", ""))
    if "image/png" in data or ("<img" in page and not _IMAGE.search(page)):
        raise _undescribed(where)
    figures: list[Figure] = []

    def replace(match: re.Match[str]) -> str:
        words = html.unescape(match[1] or "")
        if not words.strip():
            raise _undescribed(where)
        number = f"-{len(figures) + 1}" if figures else ""
        png = base64.b64decode(match[2])
        figures.append(Figure(name + number, png, words, _table(output, where)))
        return show(figures[-1])

    if _IMAGE.search(page):
        data["text/html"] = _IMAGE.sub(replace, page)
    return figures


def _undescribed(where: str) -> SiteError:
    return SiteError(
        f"{where}: a figure has no description: end it with finish(...), and run "
        "`python3 course.py refresh`."
    )


def _table(output: dict[str, Any], where: str) -> list[tuple[Any, ...]]:
    """The stored values; they must give the hash that every re-run compares. A picture that plots
    none, such as the boxes of a chain, has a hash of its words.
    """
    said = _HASH.search("".join(output["data"].get("text/plain", "")))
    try:
        panels = plotted.from_text(output.get("metadata", {}).get(plotted.ENTRY, "[]"))
    except ValueError:
        panels = []
    if said is None or (panels and said[1] != plotted.digest(panels)):
        raise SiteError(
            f"{where}: the stored values of a figure do not give its stored hash: run "
            "`python3 course.py refresh`."
        )
    return plotted.rows(panels)
