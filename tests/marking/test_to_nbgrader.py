"""The gradebook of nbgrader gets the marks, and keeps what was entered there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from marking import exercises, intake, judge, tables, to_nbgrader
from tests.marking import inbox as made
from tools.editions import open_course


def marked(learner: str, notebook: dict[str, Any], right: int) -> tables.Marked:
    """A submission whose first `right` exercises count."""
    submission = intake.Submission(f"{learner}/02.ipynb", learner)
    submission.found = exercises.find(notebook)
    marks = {
        number: judge.Mark("right" if place < right else "wrong", int(place < right))
        for place, number in enumerate(made.numbers())
    }
    opened = submission.found.open_answers
    return tables.Marked(submission, learner, lesson="02", marks=marks, open_answers=opened)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course") / "nbgrader"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ.get("PATH", ""))  # put back: the editions add to it
        written = marked("Ana López", made.notebook(opened="Because."), 4)
        blank = marked("zoe", made.blank(), 0)
        assert to_nbgrader.export([written, blank], {}, {}, folder) == 2
    return folder


def grades(course: Path, student: str) -> dict[str, tuple[float | None, float | None, bool]]:
    with open_course(course).gradebook as book:
        submission = book.find_submission("02_overdose_deaths", student)
        return {
            grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
            for part in submission.notebooks
            for grade in part.grades
        }


def test_scores_are_in_the_gradebook(course: Path) -> None:
    written, blank = grades(course, "Ana_López"), grades(course, "zoe")
    assert [written[f"check-02-{n}"][0] for n in range(1, 5)] == [1, 1, 1, 1]
    assert [blank[f"check-02-{n}"][0] for n in range(1, 5)] == [0, 0, 0, 0]
    assert written["open-02-5"] == (None, None, True), "an answer that a person has to read"
    assert blank["open-02-5"] == (None, 0, False), "left blank"


def test_the_notebook_for_formgrader_has_answers_and_outcomes(course: Path) -> None:
    path = course / "autograded" / "Ana_López" / "02_overdose_deaths" / "02_overdose_deaths.ipynb"
    cells = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if "nbgrader" in cell["metadata"]
    }
    assert cells["answer-02-4"]["source"] == made.right("02.4") + "\n"
    assert cells["check-02-4"]["outputs"][0]["data"]["text/plain"].startswith("1 ")
    assert cells["open-02-5"]["source"] == "Because."


def test_points_are_handed_on_and_those_entered_there_stay(course: Path) -> None:
    written = marked("Ana López", made.notebook(opened="Because."), 3)
    who = ("Ana López", "02.5")
    to_nbgrader.export([written], {who: 2.5}, {who: "Name the source."}, course)
    assert grades(course, "Ana_López")["open-02-5"] == (None, 2.5, False)
    to_nbgrader.export([written], {}, {}, course)
    after = grades(course, "Ana_López")
    assert after["open-02-5"] == (None, 2.5, False) and after["check-02-4"][0] == 0
