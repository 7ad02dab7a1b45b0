"""A teacher's two files, on the toy collection: what is read, how a lesson is changed, and one
sentence for what cannot be used.
"""

from __future__ import annotations

import copy
import csv
from pathlib import Path
from typing import Any

import pytest

from helpers.adaptation import (
    EXERCISES,
    OWN,
    SETTINGS,
    VARIABLE,
    Adaptation,
    AdaptationError,
    OwnExercise,
    adapt,
    adaptation,
    page,
)
from helpers.collection import current
from helpers.exercises import check

COLUMNS = ["id", "question", "answer", "tolerance", "hint"]


@pytest.fixture(autouse=True)
def data(own_toy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for both files, of a collection with one lesson, 01."""
    monkeypatch.delenv(VARIABLE)
    return own_toy / "data"


def row(**changes: str) -> list[str]:
    cells = {"id": "01.11", "question": "Why?", "answer": "3", "tolerance": "", "hint": ""}
    return list((cells | changes).values())


def write(data: Path, *rows: list[str], columns: list[str] = COLUMNS) -> None:
    with (data / EXERCISES).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([columns, *rows])


def refusal() -> str:
    with pytest.raises(AdaptationError) as refused:
        adaptation(current())
    assert check("01.1", 1).message.endswith(str(refused.value)), "check says so, raises nothing"
    return str(refused.value)


def test_what_is_read(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert adaptation(current()) == Adaptation()
    write(
        data,
        row(id="01.100", answer="1e3", tolerance=".5"),
        ["", " ", "", "", ""],
        row(id=" 01.12 ", question=" Who? ", answer=" two, or 3 ", hint=" Look. "),
        row(answer="-7"),
        row(id="01.13", answer="+.5", tolerance=".49"),
        row(id="01.14", answer="0", tolerance="2"),
    )
    again = "Read the question once more."
    read = adaptation(current())
    assert read.own == (
        OwnExercise("01.11", "Why?", -7, 0.0, again),
        OwnExercise("01.12", "Who?", "two, or 3", 0.0, "Look."),
        OwnExercise("01.13", "Why?", 0.5, 0.49, again),
        OwnExercise("01.14", "Why?", 0, 2.0, again),
        OwnExercise("01.100", "Why?", 1000.0, 0.5, again),
    )
    assert [type(one.answer) for one in read.own] == [int, str, float, int, float]
    assert read.exercises("01") == list(read.own) and read.exercises("02") == []
    settings = data / SETTINGS
    settings.write_text('leave_out = ["01"]\n[minutes.01]\nreading = 0\nexercises = 5\n', "utf-8")
    both = adaptation(current())
    assert (both.leave_out, both.minutes, both.own) == ({"01"}, {"01": (0, 5)}, read.own)
    (data / EXERCISES).unlink()
    assert adaptation(current()).own == ()
    monkeypatch.setenv(VARIABLE, "1")
    assert adaptation(current()) == Adaptation(), "the collection as published"


NO_ID = "is no id. Write the lesson, a point and a number from 11 on, as in 02.11."
COMMA = "01.11 has a comma in a number. Write a decimal point and no other sign."
LARGE = "01.11 has a number that is too large. Write a smaller one."
TOLERANCE = "is no number. Write one from 0 on, or nothing."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        *(({"id": one}, f"{one!r} {NO_ID}") for one in ("1.11", "01.10", "01.a", "01.1111")),
        ({"id": "77.11"}, "77.11 belongs to no lesson: there is no lesson 77."),
        ({"question": ""}, "01.11 has no question. Write one."),
        ({"answer": " "}, "01.11 has no answer. Write one."),
        *(({"answer": one}, COMMA) for one in ("21,4", "-21,4")),
        ({"tolerance": "0,5"}, COMMA),
        *(({"tolerance": one}, f"the tolerance {one!r} {TOLERANCE}") for one in ("-1", "nan")),
        *(({one: "1e999"}, LARGE) for one in ("answer", "tolerance")),
        (
            {"answer": "yes", "tolerance": "1"},
            "01.11 has a text as answer, and a text has no tolerance. Leave it empty.",
        ),
        *(
            (
                {"answer": answer, "tolerance": tolerance},
                f"with the tolerance {tolerance}, 0 would count as right for the answer {answer}. "
                "Write a smaller one.",
            )
            for answer, tolerance in (("1", "4"), ("-0.5", ".5"), ("1e3", "1000"))
        ),
    ],
)
def test_a_bad_row_is_one_sentence(changes: dict[str, str], said: str, data: Path) -> None:
    write(data, row(id="01.12"), row(**changes))
    assert refusal() == f"{EXERCISES}, line 3: {said}"


def test_a_bad_table_is_one_sentence(data: Path) -> None:
    write(data, row(), row())
    assert refusal() == f"{EXERCISES}, line 3: 01.11 is there twice. Give one of them another id."
    write(data, [*row(), "and more"])
    assert refusal().startswith(f"{EXERCISES}, line 2: it has more cells than columns. ")
    write(data, row(), columns=[*COLUMNS[:3], "hint", "more"])
    assert refusal() == f"{EXERCISES}, line 1: there is no column 'tolerance'. Add it."


MINUTES = f"{SETTINGS}: [minutes.01] needs reading and exercises, both whole minutes."
NO_LESSON = 'Write two digits between quotation marks, as in "09".'
FORM = 'write leave_out = ["09"] for lessons, and [minutes.02] above the minutes of one.'
BOTH = "[minutes.01]\nreading = 30\nexercises = "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, f"{SETTINGS}: {FORM}") for text in ('leave_out = "01"', "minutes = 5")),
        ("leave_out = [1]", f"{SETTINGS}: there is no lesson 1. {NO_LESSON}"),
        ('leave_out = ["01", "77"]', f"{SETTINGS}: there is no lesson '77'. {NO_LESSON}"),
        ("[minutes.88]", f"{SETTINGS}: there is no lesson '88'. {NO_LESSON}"),
        (
            "left_out = []",
            f"{SETTINGS}: there is no setting 'left_out'; known are leave_out and minutes.",
        ),
        *((f"{BOTH}{number}", MINUTES) for number in ("true", "-1", "2.5", "5\nmore = 1")),
        ("[minutes.01]\nreading = 30", MINUTES),
        ("[minutes]\n01 = 5", MINUTES),
    ],
)
def test_bad_settings_are_one_sentence(text: str, said: str, data: Path) -> None:
    (data / SETTINGS).write_text(text, encoding="utf-8")
    assert refusal() == said


def test_settings_that_are_no_toml(data: Path) -> None:
    (data / SETTINGS).write_text("leave_out = [01]", encoding="utf-8")
    said = refusal()
    assert said.startswith(f"{SETTINGS} cannot be read as TOML: ")
    assert said.endswith(". Correct that line, or remove it.")


def cell(source: str | list[str], kind: str = "markdown", **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def own(name: str, kind: str, source: str) -> dict[str, Any]:
    skip = {"slideshow": {"slide_type": "skip"}}
    return cell(source, kind, id=f"own-01-11-{name}") | {"metadata": skip}


def test_a_lesson_is_changed(data: Path, tmp_path: Path) -> None:
    link = "See [more](02_more.ipynb#x) and [here](01_library_loans.ipynb#loans)."
    code = cell("'[x](01_library_loans.ipynb)'", "code")
    notebook: dict[str, Any] = {
        "nbformat_minor": 5,
        "metadata": {"lesson": {"minutes": {"reading": 20, "exercises": 10}}},
        "cells": [
            cell(["Reading 20 minutes, ", f"exercises 10 minutes. {link}"]),
            cell("## Start"),
            cell("### Exercise 01.1\n"),
            code,
            cell(["## End"]),
        ],
    }
    assert adapt(copy.deepcopy(notebook), "01", current()) == notebook
    write(data, row(question="How many?"))
    (data / SETTINGS).write_text(f'leave_out = ["01"]\n{BOTH}15\n', encoding="utf-8")
    plain = "See [more](02_more.ipynb#x) and here."
    asked = own("question", "markdown", "### Exercise 01.11\n\nHow many?")
    answer = own("answer", "code", 'answer = ...\ncheck("01.11", answer)')
    answer |= {"outputs": [], "execution_count": None}
    assert adapt(copy.deepcopy(notebook), "01", current()) == {
        "nbformat_minor": 5,
        "metadata": {"lesson": {"minutes": {"reading": 30, "exercises": 15}}, OWN: ["01.11"]},
        "cells": [
            cell(f"Reading 30 minutes, exercises 15 minutes. {plain}"),
            cell("## Start"),
            cell("### Exercise 01.1\n"),
            code,
            asked,
            answer,
            cell("## End"),
        ],
    }
    other = adapt(copy.deepcopy(notebook), "02", current())
    assert other["metadata"] == notebook["metadata"] and len(other["cells"]) == 5
    bare = {"nbformat_minor": 4, "metadata": {}, "cells": [cell("## Start")]}
    last = adapt(bare, "01", current())["cells"][1:]
    assert [one["source"] for one in last] == [asked["source"], answer["source"]]
    assert all("id" not in one for one in last)
    path = tmp_path / "page.md"
    path.write_text(link, encoding="utf-8")
    assert page(path, current()) == plain
