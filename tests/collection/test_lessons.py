"""What every lesson must be, beyond giving the same results again."""

from __future__ import annotations

import calendar
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers import load
from helpers.authoring.refresh import saved_pictures
from tests import anatomy
from tests.lessons import (
    COLLECTION,
    GUIDE,
    LESSONS,
    NOTEBOOKS,
    ROOT,
    Lesson,
    each_lesson,
    mime,
    only_reveals,
    source,
    waits_for_the_reader,
)

HEADINGS = (
    r"# \d\d · \S.*",
    "## About this lesson",
    r"(## \d\. .+ \((core|extension)\)\n){4,6}",
    "## What the data cannot tell us",
    "## Exercises",
    "## Key points",
    "## Sources",
)
DRAWS = re.compile(
    r"\b(sns\.\w*(plot|map)|ax\.(plot|bar|barh|scatter|hist|fill_between)|plt\.\w+)\("
)


def test_there_are_lessons() -> None:
    assert LESSONS, "notebooks/ has no lesson: the tests below would pass without testing anything"


@each_lesson
def test_valid(lesson: Lesson) -> None:
    nbformat.validate(lesson.notebook)
    ids = [cell["id"] for cell in lesson.notebook["cells"]]
    assert len(ids) == len(set(ids)), "two cells share an id"


@each_lesson
def test_headings(lesson: Lesson) -> None:
    anatomy = "".join(part if part.endswith("}") else f"{part}\n" for part in HEADINGS)
    assert re.fullmatch(anatomy, "\n".join(lesson.headings) + "\n"), (
        f"headings differ from the anatomy every lesson shares: {lesson.headings}"
    )


@each_lesson
def test_sections_are_numbered(lesson: Lesson) -> None:
    numbers = [int(heading[3]) for heading in lesson.headings if re.match(r"## \d\.", heading)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert lesson.headings[0].startswith(f"# {lesson.number} ·"), (
        "the title begins with the lesson's number"
    )


@each_lesson
def test_content_note(lesson: Lesson) -> None:
    has_note = "**Content note.**" in "\n".join(lesson.text)
    assert has_note == lesson.content_note, (
        "the text and `content_note` in the block `lesson` must agree on whether there is a note"
    )


@each_lesson
def test_time_is_that_of_the_block(lesson: Lesson) -> None:
    section = "\n".join(lesson.text).split("## About this lesson")[1].split("\n## ")[0]
    times = re.search(r"Reading (\d+) minutes, exercises (\d+) minutes", section)
    assert times, "say 'Reading N minutes, exercises N minutes'"
    assert (int(times[1]), int(times[2])) == (lesson.reading, lesson.exercises), (
        "About this lesson and the block `lesson` give different minutes"
    )


@each_lesson
def test_first_screen_asks_before_it_explains(lesson: Lesson) -> None:
    assert not list(anatomy.opening(lesson.cells, lesson.question, lesson.content_note))


@each_lesson
def test_aims_time_and_prerequisites_take_a_few_lines(lesson: Lesson) -> None:
    assert not list(anatomy.about_the_lesson(lesson.cells, lesson.number))


@each_lesson
def test_cards_are_few_and_short(lesson: Lesson) -> None:
    assert not list(anatomy.cards(lesson.cells))


@each_lesson
def test_something_to_do_in_every_core_section(lesson: Lesson) -> None:
    assert not list(anatomy.try_its(lesson.cells, lesson.number))


@each_lesson
def test_guesses_are_answered(lesson: Lesson) -> None:
    assert not list(anatomy.guesses_are_answered(lesson.cells, lesson.number))


@each_lesson
def test_nothing_gives_a_guess_away(lesson: Lesson) -> None:
    assert not list(anatomy.spoiled(lesson.cells))


@each_lesson
def test_minutes_of_reading_are_true(lesson: Lesson) -> None:
    assert not list(anatomy.time(lesson.cells, lesson.reading))


@each_lesson
def test_outputs_are_clean(lesson: Lesson) -> None:
    for cell, output in lesson.outputs:
        where = f"cell {cell['id']}"
        assert output["output_type"] != "error", f"{where} ends in an error"
        assert output.get("name") != "stderr", f"{where} writes to stderr: {output.get('text')}"
        assert not mime(output, "image/png"), (
            f"{where} shows a bare picture: end the figure with finish()"
        )
        assert not re.search(r"\bat 0x[0-9a-f]{6,}", mime(output, "text/plain")), (
            f"{where} shows a memory address"
        )


@each_lesson
def test_outputs_are_short(lesson: Lesson) -> None:
    for cell, output in lesson.outputs:
        html = mime(output, "text/html")
        lines = (mime(output, "text/plain") or "".join(output.get("text", ""))).splitlines()
        rows = html.count("<tr") if "<table" in html else len(lines)
        assert rows <= 32, f"cell {cell['id']} shows more than 30 rows: show the head or a summary"


@each_lesson
def test_file_is_small(lesson: Lesson) -> None:
    assert lesson.path.stat().st_size < 600_000, "over 600 kB: fewer or smaller figures"


@each_lesson
def test_figures_are_finished(lesson: Lesson) -> None:
    for cell in lesson.code:
        if DRAWS.search(source(cell)):
            assert "finish(" in source(cell), (
                f"cell {cell['id']} draws and does not call finish() in the same cell"
            )


def shows_a_figure(cell: dict[str, Any]) -> bool:
    """Whether the code ends a figure or shows one with controls, outside of a function that does
    so later.
    """
    code = re.sub(r"^def .*\n((    .*)?\n)*", "", source(cell), flags=re.M)
    return re.search(r"^\s*(finish|control)\(", code, re.M) is not None


@each_lesson
def test_figures_have_words_and_hash(lesson: Lesson) -> None:
    for cell in filter(shows_a_figure, lesson.code):
        pictures = [output for output in cell["outputs"] if "<img" in mime(output, "text/html")]
        assert len(pictures) == 1, (
            f"cell {cell['id']} shows a figure and stores no picture: run `python3 "
            f"course.py refresh`"
        )
        assert re.search(r'<img alt="[^"]{40,}"', mime(pictures[0], "text/html")), (
            f"cell {cell['id']}: the picture has no alternative text"
        )
        assert re.search(r"\[plotted values [0-9a-f]{10}\]", mime(pictures[0], "text/plain")), (
            f"cell {cell['id']}: no hash of the plotted values"
        )


@each_lesson
def test_cells_are_small(lesson: Lesson) -> None:
    shown = [c for c in lesson.code if not waits_for_the_reader(c) and not only_reveals(c)]
    assert len(shown) <= 30, (
        f"{len(shown)} code cells besides guesses and answers: a lesson has about 30"
    )
    for cell in lesson.code:
        lines = [line for line in source(cell).splitlines() if line.strip()]
        assert len(lines) <= 15, (
            f"cell {cell['id']} has {len(lines)} lines: longer code goes to helpers/"
        )
        assert not source(cell).rstrip().endswith(";"), (
            f"cell {cell['id']} ends in ';': nbval cannot compare it; assign instead"
        )


@each_lesson
def test_nothing_is_exempt_from_comparison(lesson: Lesson) -> None:
    for cell in lesson.code:
        marks = re.findall(r"NBVAL_\w+|PYTEST_VALIDATE\w+", source(cell)) + [
            t for t in cell["metadata"].get("tags", []) if "nbval" in t or t == "raises-exception"
        ]
        reason = cell["metadata"].get("exempt_because", "")
        assert not marks or len(reason) > 20, (
            f"cell {cell['id']} is exempt ({marks}) without a written reason (metadata "
            f"exempt_because)"
        )


@each_lesson
def test_needs_only_data_and_helpers(lesson: Lesson) -> None:
    code = "\n".join(source(cell) for cell in lesson.code)
    foreign = re.findall(
        r"sys\.path|\bpip\b|\brequests\b|urllib|read_csv\(|https?://|%%?\w+ |!\w+",
        re.sub(r'"[^"\n]*"', "", code),
    )
    assert not foreign, f"a lesson needs only data/ and helpers/: {foreign}"


@each_lesson
def test_numbers_in_prose_are_computed(lesson: Lesson) -> None:
    """Text may name years, round units and the figures a claim states; every other figure is
    printed by a cell. Tasks may set a mark.
    """
    stated = {f"{value:,.0f}" for value in load("claims")["stated_value"].dropna()} | {
        "100",
        "1,000",
        "10,000",
        "100,000",
        "366",
        "95 percent",
    }
    text = "\n".join(lesson.text).split("## Sources")[0]
    text = text.split("## Exercises")[0] + text.split("## Key points")[1]
    text = "\n".join(
        line for line in text.splitlines() if not line.startswith(("**Exercise", "**Try it"))
    )
    text = re.sub(r"\]\([^)]*\)|`[^`]*`|\b\d\d\.\d+\b", "", text)
    typed = re.findall(
        (
            r"\b\d{1,3}(?:,\d{3})+\b|\b\d+(?:\.\d+)? "
            r"?(?:%|percent)|\b\d+\.\d+\b|\b(?!(?:19|20)\d\d\b)\d{3,}\b"
        ),
        text,
    )
    assert not set(typed) - stated, (
        f"typed numbers {sorted(set(typed) - stated)}: print them from the data, so that "
        f"they cannot drift"
    )


@pytest.fixture(scope="module")
def days() -> set[str]:
    """The days of all tables, and their month and day alone."""
    tables = (path.read_text(encoding="utf-8") for path in COLLECTION.data.glob("*/*.csv"))
    found = {day for table in tables for day in re.findall(r"\d{4}-\d\d-\d\d", table)}
    return found | {day[5:] for day in found}


@each_lesson
def test_days_in_prose_are_those_of_tables_or_cells(lesson: Lesson, days: set[str]) -> None:
    text = "\n".join(lesson.text).split("## Sources")[0] + lesson.guide_text
    code = "\n".join(map(source, lesson.code))
    months = "|".join(calendar.month_name[1:])
    for day, month, year in re.findall(rf"\b(\d\d?) ({months})(?: ((?:19|20)\d\d))?\b", text):
        written = f"{[*calendar.month_name].index(month):02}-{int(day):02}"
        written = f"{year}-{written}" if year else written
        assert written in days or written in code, f"no table or cell has {day} {month} {year}"


@each_lesson
def test_pictures_say_where_they_come_from(lesson: Lesson) -> None:
    assert set(lesson.notebook["metadata"]["pictures_from"]) == {
        "system",
        "machine",
        "matplotlib",
    }, "run `python3 course.py refresh`"
    assert "execution" not in str([cell["metadata"] for cell in lesson.code]), (
        "timings are stored: run `python3 course.py refresh`"
    )


@each_lesson
def test_has_a_guide_page(lesson: Lesson) -> None:
    assert lesson.guide.is_file(), (
        f"every lesson has a page for teachers: write notebooks/{lesson.name}/guide.md"
    )
    assert f"{lesson.path.name}" in lesson.guide_text, "the guide page links its lesson"


PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "data" / "README.md",
        *NOTEBOOKS.glob("*.md"),
        *GUIDE.glob("*.md"),
        *(lesson.guide for lesson in LESSONS if lesson.guide.is_file()),
    ]
)


def broken_links(base: Path, text: str) -> list[str]:
    """Relative links of a text that lead nowhere, seen from the folder `base`."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    return [t for t in targets if not re.match(r"[a-z]+:", t) and not (base / t).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_in_pages(page: Path) -> None:
    assert not broken_links(page.parent, page.read_text(encoding="utf-8"))


@each_lesson
def test_links_in_lessons(lesson: Lesson) -> None:
    assert not broken_links(lesson.path.parent, "\n".join(lesson.text))


@each_lesson
def test_a_link_to_a_lesson_has_its_number(lesson: Lesson) -> None:
    text = "\n".join([*lesson.text, lesson.guide_text])
    for said, meant in re.findall(r"\[(\d\d)\]\((?:\.\./)*(\d\d)_\w+", text):
        assert said == meant, f"[{said}] leads to lesson {meant}"


def test_lessons_come_from_one_environment() -> None:
    places = {str(lesson.notebook["metadata"]["pictures_from"]) for lesson in LESSONS}
    assert len(places) == 1, "refresh all lessons on one machine"


@each_lesson
def test_pictures_of_pages_are_those_of_the_lesson(lesson: Lesson) -> None:
    stored = nbformat.read(lesson.path, as_version=4)
    for path, picture in saved_pictures(stored, lesson.path.parent).items():
        assert path.read_bytes() == picture, f"run `python3 course.py refresh {lesson.number}`"
