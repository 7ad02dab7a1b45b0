"""Nothing is used that was not taught: names in the code of lessons, and terms in their prose."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers.authoring import moves
from helpers.lessons import LessonError
from tests.lessons import Lesson, each_lesson

#: Technical terms that a lesson explains (in bold) or links to the glossary where it first uses
#: them, unless lesson 00 or a lesson that it builds on has done so.
TERMS = (
    "95 percent",
    "age-adjusted",
    "base rate",
    "betweenness",
    "bootstrap",
    "dispersion",
    "false alarm",
    "funnel",
    "in-degree",
    "kappa",
    "logarithmic",
    "mark-up",
    "Monte Carlo",
    "out-degree",
    "percentile",
    "Poisson",
    "provisional",
    "proxy",
    "purity",
    "seed",
    "standard error",
    "vintage",
)
NEAR = re.compile(r"\bcoders?\b[^.]*\bnear\b|\bnear\b[^.]*\bcoders?\b", re.S)


@each_lesson
def test_everything_that_is_used_was_introduced(lesson: Lesson) -> None:
    left = [f"{use.name} (cell {use.cell_id})" for use in moves.names(lesson.path).unexplained]
    assert not left, (
        f"{lesson.name}: name each in `backticks` in the text above, or in a comment, or do "
        f"without it (python3 course.py moves {lesson.number})"
    )


@each_lesson
def test_a_lesson_introduces_few_names(lesson: Lesson) -> None:
    new = [use.name for use in moves.names(lesson.path).introduced]
    assert lesson.number == "00" or len(new) <= moves.MOST, (
        f"{lesson.name} introduces {len(new)} names: do with at most {moves.MOST}, by moves of "
        "lesson 00 or a helper"
    )


def prose(cells: list[str]) -> str:
    """The text cells after the aims, without exercises, sources and headings."""
    starts = [i for i, text in enumerate(cells) if text.startswith("## About this lesson")]
    below = cells[starts[0] + 1 :] if starts else cells
    ends = [i for i, text in enumerate(below) if text.startswith("## Exercises")]
    text = "\n\n".join(below[: ends[0]] if ends else below)
    return re.sub(r"^#.*$|`[^`\n]*`", "", text, flags=re.M)


def where(text: str, term: str) -> str | None:
    """The paragraph in which a text first uses a term; the target of a link is no use."""
    word = re.compile(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", re.I)
    parts = text.split("\n\n")
    return next((p for p in parts if word.search(re.sub(r"\]\([^)]*\)", "]", p))), None)


def explained(text: str, term: str) -> bool:
    """Whether the paragraph that first uses a term has it in bold or links it to the glossary."""
    part = where(text, term)
    words = rf"[^*\]]*{re.escape(term)}[^*\]]*"
    mark = rf"\*\*\[?{words}\]?(\(glossary\.md#[^)]*\))?\*\*|\[{words}\*?\]\(glossary\.md#"
    return part is not None and re.search(mark, part, re.I) is not None


def before(lesson: Lesson) -> list[str]:
    """The prose of lesson 00 and of the lessons that this one builds on."""
    paths = [*lesson.path.parent.glob("00_*.ipynb"), *moves.linked_lessons(lesson.path)]
    return [prose(Lesson.read(path).text) for path in paths if path != lesson.path]


def missing_terms(text: str, earlier: list[str]) -> list[str]:
    """Terms that a text uses and neither it nor an earlier one explains at first use."""
    return [
        term
        for term in TERMS
        if where(text, term) and not any(explained(part, term) for part in (text, *earlier))
    ]


@each_lesson
def test_terms_are_explained_where_they_are_first_used(lesson: Lesson) -> None:
    left = missing_terms(prose(lesson.text), before(lesson))
    assert not left, (
        f"{lesson.name}: where each of these is first used, explain it in bold or link it to the "
        "glossary"
    )


@each_lesson
def test_near_is_explained(lesson: Lesson) -> None:
    """The status "near" that coders give a figure, in the lesson's own prose."""
    text = prose(lesson.text)
    used = NEAR.search(text)
    until = [text[: used.end() + 60], *before(lesson)] if used else []
    assert not used or any("glossary.md#proxy" in part for part in until), (
        f"{lesson.name}: link [near](glossary.md#proxy) where coders first call a figure near"
    )


# Does the tool see what it is for? Small lessons, each with one thing in it.

START = [("markdown", "Move 1: `query` keeps rows."), ("code", "table.query('x > 1')\ntable = {}")]
TABLE = ("code", "table = {}")


def write(folder: Path, number: str, *cells: tuple[str, str]) -> Path:
    """A lesson of these cells; lesson 00 of START is beside it."""
    for name, content in {"00": START, number: list(cells)}.items():
        rows = [{"cell_type": kind, "source": [text], "id": "c"} for kind, text in content]
        (folder / f"{name}_lesson.ipynb").write_text(json.dumps({"cells": rows}))
    return folder / f"{number}_lesson.ipynb"


def left(path: Path) -> list[str]:
    return [use.name for use in moves.names(path).unexplained]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("table.melt()", "melt"),
        ("table.index", "index"),
        ("enumerate(table)", "enumerate"),
        ("from helpers import load\nload('x')", "load"),
        ("table.query('name.isna()')", "isna"),
        ("table[table['x'] > 1]", "mask (a condition as an index)"),
        ("table[1:3]", "slice"),
        ("table[::-1]", "slice with a step"),
        ("~table", "~"),
        ("table & table", "&"),
        ("table | {'x': 1}", "|"),
        ("print(*table)", "star before an argument"),
        ("{**table}", "star before an argument"),
        ("[x for x in table]", "list comprehension"),
        ("{x: 1 for x in table}", "dict comprehension"),
        ("{x for x in table}", "set comprehension"),
        ("sum(x for x in table)", "generator expression"),
        ("f = lambda x: x", "lambda"),
        ("x = 1 if table else 2", "conditional expression"),
        ("1 < len(table) < 3", "chained comparison"),
        ("for a, b in table:\n    print(a)", "two names in a loop"),
        ("(x := 1)", ":="),
        ("assert table", "assert"),
        ("with table:\n    print(1)", "with"),
        ("try:\n    print(1)\nfinally:\n    print(2)", "try"),
        ("f'{len(table):>9}'", "format >9"),
        ("f'{len(table):.0%}'", "format .0%"),
        ("f'{table!r}'", "format !r"),
    ],
)
def test_what_was_not_taught_is_seen(tmp_path: Path, code: str, name: str) -> None:
    assert left(write(tmp_path, "05", TABLE, ("code", code))) == [name]


@pytest.mark.parametrize(
    "code",
    [
        "for x in range(3):\n    print(f'{x:,} {x:.1f} {x:,.0f}', table['x'], table[-1])",
        "table.query('x in @names and y > 1')",
        "def double(x):\n    return 2 * x\n\nprint(double(3))",
        "answer = ...  # table.melt()\nfoo(answer)",
        "rows = [1]\nrows.append(2)\nprint(max(rows) ** 2 % 3 // 1)",
        "plot(ax=1)\nplot = print",
    ],
)
def test_three_weeks_of_python_and_lesson_00_are_known(tmp_path: Path, code: str) -> None:
    assert left(write(tmp_path, "05", TABLE, ("code", code))) == []


MELT = ("code", "table.melt()")
TOLD = ("markdown", "`melt` makes rows of columns.")


def test_a_name_may_be_introduced_above_or_in_a_comment(tmp_path: Path) -> None:
    assert left(write(tmp_path, "05", TABLE, TOLD, MELT)) == []
    assert left(write(tmp_path, "05", TABLE, ("code", "table.melt()  # melt: long form"))) == []
    assert not left(write(tmp_path, "05", ("markdown", "Take a slice."), ("code", "[1][1:]")))


def test_a_name_introduced_only_below_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path, "05", TABLE, MELT, TOLD, MELT)
    assert left(path) == ["melt"]
    assert moves.names(path).introduced == ()


def test_prose_without_backticks_part_of_a_word_and_blocks_of_code_do_not_count(
    tmp_path: Path,
) -> None:
    for text in ("We melt it.", "`melted`", "```python\nx.melt()\n```"):
        assert left(write(tmp_path, "05", TABLE, ("markdown", text), MELT)) == ["melt"], text


def test_what_lesson_00_introduces_in_a_comment_is_known_too(tmp_path: Path) -> None:
    path = write(tmp_path, "05", TABLE, MELT)
    cells = [{"cell_type": "code", "source": ["table = {}\ntable.melt()  # melt"], "id": "c"}]
    (tmp_path / "00_lesson.ipynb").write_text(json.dumps({"cells": cells}))
    assert left(path) == []


def test_only_linked_lessons_count(tmp_path: Path) -> None:
    write(tmp_path, "03", TABLE, TOLD, MELT)
    about = ("markdown", "## About this lesson\n\nYou need lesson [03](03_lesson.ipynb).")
    elsewhere = ("markdown", "Lesson [03](03_lesson.ipynb) told the rest.\n\n## The data")
    assert left(write(tmp_path, "05", elsewhere, TABLE, MELT)) == ["melt"]
    assert left(write(tmp_path, "05", about, elsewhere, TABLE, MELT)) == []
    write(tmp_path, "04", about, TABLE)
    by_way_of_04 = ("markdown", "## About this lesson\n\nAfter [04](04_lesson.ipynb).")
    assert left(write(tmp_path, "05", by_way_of_04, TABLE, MELT)) == []


def test_a_lesson_that_only_mentions_a_name_does_not_introduce_it(tmp_path: Path) -> None:
    write(tmp_path, "03", TOLD)
    about = ("markdown", "## About this lesson\n\nYou need lesson [03](03_lesson.ipynb).")
    assert left(write(tmp_path, "05", about, TABLE, MELT)) == ["melt"]


def test_what_a_lesson_introduces_is_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "05", TABLE, TOLD, MELT, ("code", "table.query('x')"))
    assert [use.name for use in moves.names(path).introduced] == ["melt"]


def test_the_command_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert moves.main(["99"]) == 1
    assert "No lesson has the number 99" in capsys.readouterr().err


def test_a_file_that_is_no_notebook_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "05_lesson.ipynb"
    broken.write_text("{")
    with pytest.raises(LessonError, match="cannot be read"):
        moves.names(broken)
    monkeypatch.setattr(moves, "choose_lessons", lambda *_: [broken])
    assert moves.main(["05"]) == 1
    assert "05_lesson.ipynb cannot be read" in capsys.readouterr().err


def test_a_cell_that_is_not_python_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, "05", ("markdown", "Text."), ("code", "x = 1\ny = ("))
    with pytest.raises(
        LessonError, match=r"^05_\w+.ipynb, cell 1 \(.*\), line 2: this is not Pyth"
    ):
        moves.names(path)


def test_terms_not_explained_are_seen() -> None:
    linked, bold = "A [proxy](glossary.md#proxy) is near.", "The **seed** sets the draws."
    assert missing_terms(linked + "\n\n" + bold, []) == []
    assert missing_terms("A proxy.\n\n" + linked, []) == ["proxy"], "only the first use counts"
    assert missing_terms("The seed is 5; **draws** differ.", []) == ["seed"]
    assert missing_terms("The seed is 5.", [bold]) == []
    assert missing_terms("It seeded a reseeded proxyless seed-bed.", []) == []


def test_prose_begins_below_the_aims() -> None:
    cells = ["# 01", "## About this lesson\n\nThe seed.", "## 1. Seed\n\n`seed` a", "## Exercises"]
    assert "seed" not in prose(cells).lower()
    assert NEAR.search("For coder A it is only near to it.") and not NEAR.search("Near. A coder.")
