"""Lessons and pages in another language, made from the English ones and the catalogues.

A paragraph without a translation, or whose English has changed since, is the English one with a
mark: nothing that is shown is older than the lesson. Code is the same but for its texts, and one
cell begins by saying in which language the helpers speak.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import nbformat

from helpers.authoring.translate.printed import with_shown
from helpers.authoring.translate.texts import Piece, names_in, paragraphs, pieces, with_texts

#: What stands before a paragraph that is still English.
NOT_YET = {"es": "*[Aún en inglés]* "}
#: What a translated lesson begins with; `shown` comes with it where names are printed.
SPEAK = "from helpers.language import speak"
#: A part of a page that another command writes in every language, and what stands for it meanwhile.
WRITTEN = re.compile(r"<!-- doors: written by address -->.*?<!-- end of doors -->", re.S)
_PART = "<!-- -->"
_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]*)(#[^)\s]*)?\)")
_HEADING = re.compile(r"(?P<marks>#{1,6} |> |- |\* |[0-9]+\. |\|)")


class Mover:
    """Gives a relative link in one file the form it needs in another.

    Parameters
    ----------
    old : pathlib.Path
        The file that has the link.
    new : pathlib.Path
        The file that gets it.
    targets : mapping
        Files with a translation, and where that is: a link to one of them leads to its translation.
    headings : mapping
        Of such a file, the anchors of its headings and those of the translated headings.
    """

    def __init__(
        self,
        old: Path,
        new: Path,
        targets: Mapping[Path, Path],
        headings: Mapping[Path, Mapping[str, str]],
    ) -> None:
        self.old, self.new, self.targets, self.headings = old, new, targets, headings

    def __call__(self, link: str, anchor: str) -> str:
        """The link and its anchor (with its sign, or empty) as they are in the new file."""
        target = Path(os.path.normpath(self.old.parent / unquote(link))) if link else self.old
        if not target.exists():
            return link + anchor
        name = anchor.removeprefix("#")
        if target in self.targets and name in self.headings.get(target, {}):
            anchor = "#" + self.headings[target][name]
        if not link:
            return anchor
        if target == self.new:  # from "En español" back to the English page
            target = self.old
        else:
            target = self.targets.get(target) or self._in_language(target)
        return Path(os.path.relpath(target, self.new.parent)).as_posix() + anchor

    def _in_language(self, target: Path) -> Path:
        """A file that a translated lesson writes, such as a picture; else the file itself."""
        for lesson in self.targets.values():
            if lesson.suffix == ".ipynb" and target.is_relative_to(lesson.parent.parent):
                there = lesson.parent / target.relative_to(lesson.parent.parent)
                return there if there.is_file() else target
        return target


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and Sphinx make it.

    >>> slug("Números índice (2019 = 100)")
    'números-índice-2019--100'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


class Translated:
    """What one catalogue has, and what was asked for and is missing."""

    def __init__(self, texts: Mapping[tuple[str, str], str], language: str) -> None:
        self.texts, self.language = texts, language
        self.missing: list[str] = []

    def paragraph(self, english: str, place: str = "") -> str:
        """A paragraph in the language, or the English one with its mark."""
        text = self.texts.get((place, english)) or self.texts.get(("", english))
        if text is not None:
            return text
        self.missing.append(english)
        mark = NOT_YET.get(self.language, f"*[{self.language}: not translated]* ")
        start = _HEADING.match(english)
        if english.startswith(("```", "~~~", "<", "|", "![")):
            return english
        return english[: start.end()] + mark + english[start.end() :] if start else mark + english

    def text(self, english: str) -> str:
        """A text in code or in metadata; the English one where there is none."""
        found = self.texts.get(("", english))
        if found is None:
            self.missing.append(english)
            return english
        return found


def page(
    english: str,
    texts: Translated,
    moved: Callable[[str, str], str],
    word: Callable[[str], bool],
    before: str = "",
) -> str:
    """A page in Markdown with its paragraphs translated and its links moved.

    Parameters
    ----------
    english : str
        The page.
    texts : Translated
        Its catalogue.
    moved : callable
        From a relative link to the one that is right in the new folder.
    word : callable
        Whether a paragraph has words to translate.
    before : str
        The translated page as it was: what another command writes stays as it is there.
    """
    parts = paragraphs(WRITTEN.sub(_PART, english))
    for number in range(0, len(parts), 2):
        if word(parts[number]):
            parts[number] = with_links(texts.paragraph(parts[number]), moved)
    written = WRITTEN.search(before) or WRITTEN.search(english)
    return "".join(parts).replace(_PART, written[0]) if written else "".join(parts)


def with_links(text: str, moved: Callable[[str, str], str]) -> str:
    """Markdown whose relative links are others."""
    return _LINK.sub(lambda match: f"]({moved(match[1], match[2] or '')})", text)


def lesson(
    path: Path,
    texts: Translated,
    identifiers: frozenset[str],
    moved: Callable[[str, str], str],
    word: Callable[[str], bool],
    printed: Mapping[str, list[str]],
) -> nbformat.NotebookNode:
    """A lesson in another language, not executed; see `page` for the parameters. `printed` has the
    printed expressions that give names in the data, by cell.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    names = identifiers | names_in(cell.source for cell in code)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts = paragraphs(cell.source)
            for number in range(0, len(parts), 2):
                if word(parts[number]):
                    place = f"{cell.id} {number // 2 + 1}"
                    parts[number] = with_links(texts.paragraph(parts[number], place), moved)
            cell.source = "".join(parts)
        elif cell.cell_type == "code":
            cell.source = with_shown(code_cell(cell.source, names, texts), printed.get(cell.id, []))
    if code:
        names_printed = any("shown(" in cell.source for cell in code)
        first = SPEAK.replace("import ", "import shown, ") if names_printed else SPEAK
        code[0].source = f'{first}\n\nspeak("{texts.language}")\n\n{code[0].source}'
    formatted(code)
    about = notebook.metadata.get("lesson", {})
    for name in ("question", "idea", "trap", "theme", "assumes"):
        if about.get(name):
            about[name] = texts.text(about[name])
    if about:
        about["language"] = texts.language
    return notebook


def code_cell(source: str, names: frozenset[str], texts: Translated) -> str:
    """A code cell with its texts translated."""

    def translate(piece: Piece) -> str:
        return texts.text(piece.text)

    return with_texts(source, pieces(source, names), translate)


def formatted(cells: list[Any]) -> None:
    """Bring the sources of code cells into the format of the linter, all in one call. What is not
    Python alone, such as a cell with a magic command, stays as it is.
    """
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.py" for number in range(len(cells))]
        for file, cell in zip(files, cells, strict=True):
            file.write_text(cell.source, encoding="utf-8", newline="\n")
        command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache"]
        subprocess.run([*command, "--line-length", "100", folder], capture_output=True)
        for file, cell in zip(files, cells, strict=True):
            cell.source = file.read_text(encoding="utf-8").rstrip("\n")
