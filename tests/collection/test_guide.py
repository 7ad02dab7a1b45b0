"""The teacher's guide: every page has its parts, its two plans fill their time with what the lesson
has, and the syllabuses leave no lesson out.
"""

from __future__ import annotations

import re

import pytest

from tests.lessons import GUIDE, LESSONS, Lesson, each_lesson

each_plan = pytest.mark.parametrize(
    ("heading", "minutes"),
    [("Fifty minutes", 50), ("Three hours", 180)],
    ids=["fifty", "three_hours"],
)

PARTS = [
    "**In one sentence:**",
    "## Fifty minutes",
    "## Three hours",
    "## The question to argue over",
    "## Discussion questions",
    "## Answers",
    "## What students get wrong",
    "## How to speak about it",
]
ENTRY = GUIDE / "README.md"


def page(lesson: Lesson) -> str:
    """The guide page of a lesson."""
    return lesson.guide_text


def part(text: str, heading: str) -> str:
    """The text under a heading of the second level, up to the next one; empty if there is no
    such heading.
    """
    match = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL
    )
    return match[1] if match else ""


def rows(text: str) -> list[list[str]]:
    """The cells of each table row, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = [i for i, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]


def plan(lesson: Lesson, heading: str) -> list[tuple[int, int, str, str]]:
    """The rows of a plan: first minute, last minute, what the class does, section."""
    table = rows(part(page(lesson), heading))
    assert table, f"the guide page of {lesson.name} has no plan under '{heading}'"
    return [
        (*(int(minute) for minute in minutes.split("-")), what, section)
        for minutes, what, section in table
    ]


def exercises_in(text: str, lesson: Lesson) -> set[str]:
    """The exercises of the lesson that a text names; "24.4" in a page on lesson 02 is a figure."""
    return set(re.findall(rf"\b{lesson.number}\.\d+\b", text))


def sections_in(cell: str) -> set[int]:
    """The sections named in the last cell of a row: "1, 3", "1-3", or "4, exercise 02.5"."""
    cell = re.sub(r"\b\d\d\.\d+\b", "", cell)
    cell = re.sub(
        r"(\d+)-(\d+)", lambda m: " ".join(str(n) for n in range(int(m[1]), int(m[2]) + 1)), cell
    )
    return {int(number) for number in re.findall(r"\b\d+\b", cell)}


def sections_of(lesson: Lesson) -> set[int]:
    return {
        int(number)
        for number in re.findall(r"^## (\d+)\. ", "\n".join(lesson.text), flags=re.MULTILINE)
    }


def exercises_of(lesson: Lesson) -> set[str]:
    """All exercises, the open ones too."""
    return set(lesson.exercise_numbers) | set(
        re.findall(r"^### Exercise (\d\d\.\d+)", "\n".join(lesson.text), flags=re.MULTILINE)
    )


def builds_on(lesson: Lesson) -> set[str]:
    """The lessons that a lesson links under "About this lesson"."""
    cell = next((text for text in lesson.text if text.startswith("## About this lesson")), "")
    return set(re.findall(r"\]\((\d\d)_\w+\.ipynb\)", cell))


@each_lesson
def test_page_has_its_parts_in_order(lesson: Lesson) -> None:
    lines = [PARTS[0] if line.startswith(PARTS[0]) else line for line in page(lesson).splitlines()]
    assert [line for line in lines if line in PARTS] == PARTS, (
        "give the page these parts, each once and in this order"
    )
    headings = [line for line in lines if line.startswith("## ")]
    assert headings.index("## Three hours") == headings.index("## Fifty minutes") + 1, (
        "the plan of three hours follows directly on that of fifty minutes"
    )


@each_plan
@each_lesson
def test_plan_fills_its_time(lesson: Lesson, heading: str, minutes: int) -> None:
    table = plan(lesson, heading)
    starts, ends = [row[0] for row in table], [row[1] for row in table]
    assert starts == [0, *ends[:-1]], "a row begins where the row before it ends, the first at 0"
    assert all(start < end for start, end in zip(starts, ends, strict=True)), "every row takes time"
    assert ends[-1] == minutes, f"the last row ends at {minutes}"


@each_lesson
def test_fifty_minutes_say_what_to_leave_out(lesson: Lesson) -> None:
    assert "If you are behind: leave out" in part(page(lesson), "Fifty minutes"), (
        "give the plan of fifty minutes a line 'If you are behind: leave out ...'"
    )


@each_lesson
def test_three_hours_have_one_break(lesson: Lesson) -> None:
    lengths = [
        end - start for start, end, what, _ in plan(lesson, "Three hours") if what == "Break"
    ]
    assert len(lengths) == 1 and 10 <= lengths[0] <= 15, (
        "one row says Break and nothing else, and lasts 10 to 15 minutes"
    )


@each_plan
@each_lesson
def test_plan_names_what_the_lesson_has(lesson: Lesson, heading: str, minutes: int) -> None:
    for _, _, what, section in plan(lesson, heading):
        assert sections_in(section) <= sections_of(lesson), (
            f"no such section in the lesson: {section}"
        )
        assert exercises_in(f"{what} {section}", lesson) <= exercises_of(lesson), (
            f"no such exercise in the lesson: {what} {section}"
        )


@each_lesson
def test_three_hours_use_the_whole_lesson(lesson: Lesson) -> None:
    table = plan(lesson, "Three hours")
    planned = set().union(*(sections_in(section) for *_, section in table))
    assert planned == sections_of(lesson), (
        f"sections without a place in the plan: {sorted(sections_of(lesson) - planned)}"
    )
    named = set().union(
        *(exercises_in(f"{what} {section}", lesson) for _, _, what, section in table)
    )
    assert named == exercises_of(lesson), (
        f"exercises without a place in the plan: {sorted(exercises_of(lesson) - named)}"
    )


@each_lesson
def test_entry_page_has_the_lesson_with_its_time(lesson: Lesson) -> None:
    linking = [
        row
        for row in rows(part(ENTRY.read_text(encoding="utf-8"), "The lessons"))
        if f"(../{lesson.name}/guide.md)" in row[0]
    ]
    assert len(linking) == 1, (
        f"the table of lessons in {ENTRY.name} has one row that links {lesson.name}/guide.md: run "
        "`python3 course.py describe`"
    )
    assert linking[0][2] == f"{lesson.reading} + {lesson.exercises}", "the lesson says another time"


@pytest.mark.parametrize(("heading", "weeks"), [("Six weeks", 6), ("Twelve weeks", 12)])
def test_syllabus_has_a_lesson_after_those_it_builds_on(heading: str, weeks: int) -> None:
    table = [
        row
        for row in rows(part(ENTRY.read_text(encoding="utf-8"), heading))
        if row[0] == "before" or row[0].isdigit()
    ]
    assert [row[0] for row in table] == ["before", *map(str, range(1, weeks + 1))], (
        "a row for the time before and for every week"
    )
    named = set(re.findall(r"\b\d\d\.\d+\b", str(table)))
    assert named <= set().union(*map(exercises_of, LESSONS)), "an exercise that no lesson has"
    linked = re.findall(r"\]\(\.\./(\d\d)_\w+\.ipynb\)", str(table))
    assert len(linked) == len(set(linked)), "a lesson is linked once, in the week that takes it"
    place = {number: position for position, number in enumerate(linked)}
    assert set(place) <= {lesson.number for lesson in LESSONS}, "a lesson that does not exist"
    for lesson in LESSONS:
        if lesson.number in place:
            before = [number for number in builds_on(lesson) if number in place]
            late = [number for number in before if place[number] > place[lesson.number]]
            assert not late, (
                f"lesson {lesson.number} comes before lessons that it builds on: {late}"
            )
