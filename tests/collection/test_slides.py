"""Every lesson is also a talk: its metadata say which cell is on which slide, and the page of
slides needs no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lessons import LESSONS, Lesson, each_lesson, mime, source, waits_for_the_reader
from tools import handout

FIX = (
    "set it in JupyterLab's right sidebar (gear, Common Tools, Slide Type); "
    "notebooks/guide/slides.md says which"
)


def slide_type(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("slideshow", {}).get("slide_type", "")


def sections(lesson: Lesson) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each heading of a lesson with the cells below it."""
    heading, cells = "", []
    for cell in lesson.notebook["cells"]:
        if cell["cell_type"] == "markdown" and source(cell).startswith(("# ", "## ")):
            if cells:
                yield heading, cells
            heading, cells = source(cell).splitlines()[0], []
        cells.append(cell)
    yield heading, cells


def on_slides(lesson: Lesson) -> list[list[dict[str, Any]]]:
    """The cells slide by slide."""
    slides: list[list[dict[str, Any]]] = []
    for cell in lesson.notebook["cells"]:
        if slide_type(cell) in ("slide", "subslide"):
            slides.append([])
        if slide_type(cell) != "skip":
            slides[-1].append(cell)
    return slides


@each_lesson
def test_every_cell_has_a_slide_type(lesson: Lesson) -> None:
    for cell in lesson.notebook["cells"]:
        assert slide_type(cell) in ("slide", "subslide", "fragment", "skip", "notes"), (
            f"cell {cell['id']} has no slide type: {FIX}"
        )
    assert slide_type(lesson.notebook["cells"][0]) == "slide", (
        f"the title begins the first slide: {FIX}"
    )


@each_lesson
def test_headings_begin_cells(lesson: Lesson) -> None:
    for text in lesson.text:
        assert not re.search(r"\n##? ", text), (
            "a heading inside a cell cannot begin a slide: split the cell there"
        )


@each_lesson
def test_sections_of_the_talk(lesson: Lesson) -> None:
    for heading, cells in sections(lesson):
        kinds = [slide_type(cell) for cell in cells]
        if heading.endswith("(core)") or heading in (
            "## What the data cannot tell us",
            "## Key points",
        ):
            assert kinds[0] == "slide" and "slide" not in kinds[1:], (
                f"{heading}: the section begins a slide, and what follows goes below it: {FIX}"
            )
        elif heading == "## About this lesson":
            assert kinds[0] == "skip", f"{heading}: not in the talk: {FIX}"
        elif heading.endswith("(extension)") or heading in ("## Exercises", "## Sources"):
            assert set(kinds) == {"skip"}, f"{heading}: not in the talk of fifty minutes: {FIX}"
        for cell in cells:
            assert not waits_for_the_reader(cell) or slide_type(cell) == "skip", (
                f"cell {cell['id']} waits for an answer: {FIX}"
            )


@each_lesson
def test_content_note_is_shown(lesson: Lesson) -> None:
    for cell in lesson.notebook["cells"]:
        assert "**Content note.**" not in source(cell) or slide_type(cell) != "skip", (
            "the class reads the content note together"
        )


@each_lesson
def test_one_figure_a_slide(lesson: Lesson) -> None:
    for number, cells in enumerate(on_slides(lesson), start=1):
        figures = [
            cell["id"]
            for cell in cells
            if any("<img" in mime(output, "text/html") for output in cell.get("outputs", []))
        ]
        assert len(figures) <= 1, f"slide {number} has {figures}: make the second one a sub-slide"


@each_lesson
def test_a_figure_leaves_no_room_for_long_code(lesson: Lesson) -> None:
    for cell in lesson.code:
        if slide_type(cell) != "skip" and any(
            "<img" in mime(output, "text/html") for output in cell["outputs"]
        ):
            shown = handout.CODE_NOT_SHOWN not in cell["metadata"].get("tags", [])
            assert not shown or len(source(cell).splitlines()) <= 5, (
                f"cell {cell['id']}: give it the tag {handout.CODE_NOT_SHOWN}, or the "
                f"figure leaves the slide"
            )


@pytest.mark.parametrize("number", ["02", "10"])
def test_page_of_slides(number: str) -> None:
    """As many slides as the metadata promise, figures and content note on them, no exercise, and
    nothing that is fetched.
    """
    lesson = next(lesson for lesson in LESSONS if lesson.number == number)
    page = handout.slides(lesson.path)
    assert page.count("<section") == len(on_slides(lesson)) + sum(
        slide_type(cell) == "slide" for cell in lesson.notebook["cells"]
    )
    shown = [cell for cells in on_slides(lesson) for cell in cells if cell["cell_type"] == "code"]
    assert (
        page.count("<img")
        == sum("<img" in mime(output, "text/html") for cell in shown for output in cell["outputs"])
        > 0
    )
    assert page.count('class="jp-CodeMirrorEditor') == sum(
        handout.CODE_NOT_SHOWN not in cell["metadata"].get("tags", []) for cell in shown
    )
    assert "Content note." in page and "answer = ..." not in page and " (core)" not in page
    fetched = re.findall(
        r"""(?:src=|<link[^>]*href=|url\(|import\s.*from\s)\s*["']?(?:https?:)?//[^"') ]*""", page
    )
    assert not fetched, f"without a network this page would lack {fetched}"
