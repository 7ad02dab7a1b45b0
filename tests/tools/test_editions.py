"""Editions and marking: one source, nothing edited by hand; blank, solved and wrong answers count
as they should; a bad submission stops no other.
"""

from __future__ import annotations

import ast
import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.collection import VARIABLE
from helpers.exercises import check
from tests.collection.test_exercises import NUMBERS, lesson_with, solve
from tests.lessons import COLLECTION, LESSONS, Lesson, each_lesson, source
from tools import editions, grade


def run(code: str, names: dict[str, Any]) -> Any:
    """Run a cell's code; returns the value of its last line, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


def imports(lesson: Lesson) -> dict[str, Any]:
    """The names that the lesson's first code cell imports."""
    names: dict[str, Any] = {}
    run(source(lesson.code[0]), names)
    return names


def pairs(notebook: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Exercise, answer cell and check cell of an nbgrader edition."""
    cells = {
        cell["metadata"]["nbgrader"]["grade_id"]: source(cell)
        for cell in notebook["cells"]
        if "nbgrader" in cell["metadata"]
    }
    names = [name.removeprefix("check-") for name in cells if name.startswith("check-")]
    return [
        (name.replace("-", "."), cells[f"answer-{name}"], cells[f"check-{name}"]) for name in names
    ]


@each_lesson
def test_blank_counts_nothing_and_raises_nothing(lesson: Lesson) -> None:
    names = imports(lesson)
    for number, _, checking in pairs(editions.nbgrader_source(lesson.path)):
        run(editions.STUB, names)
        feedback = run(checking, names)
        assert repr(feedback) == "0" and "not tried yet" in feedback.message, number


@each_lesson
def test_solved_is_all_right(lesson: Lesson) -> None:
    names = imports(lesson)
    exercises = pairs(editions.nbgrader_source(lesson.path))
    assert [number for number, _, _ in exercises] == lesson.exercise_numbers
    for number, answer, checking in exercises:
        run(answer, names)
        assert repr(run(checking, names)) == "1", f"{number}: the solution as a cell is not right"


@each_lesson
def test_wrong_answers_get_the_hint(lesson: Lesson) -> None:
    names = imports(lesson)
    for number, _, checking in pairs(editions.nbgrader_source(lesson.path)):
        for wrong in lesson.solutions.WRONG[number]:
            names["answer"] = wrong
            feedback = run(checking, names)
            hint = feedback.message.partition("not yet. ")[2]
            assert repr(feedback) == "0" and len(hint) > 10, f"{number}: {wrong!r} gets no hint"


@pytest.mark.parametrize("number", NUMBERS)
def test_no_answer_left_over_from_before_is_right(number: str) -> None:
    """A cell that ends in an error leaves the answer of the exercise before; it must not earn
    credit.
    """
    before = NUMBERS[: NUMBERS.index(number)]
    earlier = [other for other in before if other.startswith(number[:3])]
    assert not [other for other in earlier if check(number, solve(other)).credit], (
        "another exercise of the lesson has the same answer: change one"
    )


@each_lesson
def test_the_edition_is_the_lesson(lesson: Lesson) -> None:
    """Put together again, the edition's cells are those of the lesson: the learner's edition is
    notebooks/ itself.
    """
    edition = editions.nbgrader_source(lesson.path)
    nbformat.validate(edition)
    together: dict[str, str] = {}
    for cell in edition["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.startswith("answer-"):
            together[cell["id"]] = editions.STUB
        elif name.startswith("check-"):
            together[cell["id"].removesuffix("-check")] += "\n" + source(cell).splitlines()[-1]
        elif name.startswith("open-"):
            together[cell["id"].removesuffix("-text")] += "\n\n" + editions.TEXT_STUB
        else:
            together[cell["id"]] = source(cell)
    assert together == {
        cell["id"]: source(cell).rstrip() if editions.TEXT_STUB in source(cell) else source(cell)
        for cell in lesson.notebook["cells"]
    }


@each_lesson
def test_making_it_again_changes_nothing(lesson: Lesson, tmp_path: Path) -> None:
    before = lesson.path.read_bytes()
    first = editions.write_source(lesson.path, tmp_path).read_bytes()
    assert editions.write_source(lesson.path, tmp_path).read_bytes() == first
    assert editions.solved(lesson.path) == editions.solved(lesson.path)
    assert lesson.path.read_bytes() == before


@each_lesson
def test_the_solved_edition_shows_the_rubric(lesson: Lesson) -> None:
    cells = editions.solved(lesson.path)["cells"]
    text = "\n".join(source(cell) for cell in cells)
    assert (
        editions.STUB
        not in "\n".join(source(cell) for cell in cells if cell["cell_type"] == "code")
        and editions.TEXT_STUB not in text
    )
    assert "(open)" in text and "| full | half | none |" in text, (
        "the guide page has no rubric with the columns full, half and none"
    )
    marks = [
        cell["metadata"]["nbgrader"]
        for cell in editions.nbgrader_source(lesson.path)["cells"]
        if "nbgrader" in cell["metadata"]
    ]
    assert next(mark["points"] for mark in marks if mark["grade_id"].startswith("open-")) >= 2, (
        "an open exercise has a point for each row of its rubric"
    )


def test_a_solution_that_cannot_be_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="must end in its only return"):
        editions.solution(
            "def exercise_1():\n    if True:\n        return 1\n    return 2\n", "1", set()
        )


def test_a_solution_brings_what_it_needs() -> None:
    module = (
        "import math\nimport json\nfrom helpers import load, check\nA = 1\nB = A + 1\nC = "
        "3\n\n\ndef exercise_1():\n    x = load('t').query('v > @B')\n    return "
        "math.floor(x)\n"
    )
    assert editions.solution(module, "1", {"check"}) == (
        "import math\nfrom helpers import load\nA = 1\nB = A + 1\nx = load('t').query('v > "
        "@B')\nanswer = math.floor(x)"
    )
    assert editions.solution(module, "1", {"load", "math"}).startswith("A = 1\n")


def test_a_value_over_several_lines_keeps_its_parentheses() -> None:
    module = "def exercise_1():\n    return (\n        1\n        + 1\n    )\n"
    assert editions.solution(module, "1", set()) == "answer = (\n    1\n    + 1\n)"


# Marking: a shortened lesson 02 (its imports and its exercises), marked by nbgrader as `course.py
# grade` does it.


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The lessons folder with a shortened lesson 02 alone, in the place of notebooks/."""
    root = tmp_path_factory.mktemp("short")
    folder = root / "notebooks"
    folder.mkdir()
    shutil.copytree(COLLECTION.data, root / "data")
    lesson = next(lesson for lesson in LESSONS if lesson.number == "02")
    cells = lesson.notebook["cells"]
    start = next(
        index for index, cell in enumerate(cells) if source(cell).startswith("## Exercises")
    )
    end = next(
        index for index, cell in enumerate(cells) if source(cell).startswith("## Key points")
    )
    kept = [
        cells[0],
        next(cell for cell in cells if cell["cell_type"] == "code"),
        *cells[start:end],
    ]
    (folder / lesson.path.name).write_text(
        json.dumps(lesson.notebook | {"cells": kept}), encoding="utf-8"
    )
    shutil.copytree(lesson.folder, folder / lesson.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(root))
        # Put back afterwards: the editions add to it where nbgrader needs it.
        patch.setenv("PATH", os.environ.get("PATH", ""))
        yield folder / lesson.path.name


def answers(short: Path, texts: dict[str, str] | None = None, opening: str = "") -> dict[str, Any]:
    """The shortened lesson with these answers, by exercise; where none is given, the solution's."""
    notebook = editions.nbgrader_source(short)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        number = ".".join(name.split("-")[1:])
        if name.startswith("answer-") and texts is not None and number in texts:
            cell["source"] = texts[number]
        if name.startswith("open-"):
            cell["source"] = opening or editions.TEXT_STUB
    return notebook


LEAVES_A_PROCESS = (
    "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; "
    "time.sleep(60)'])\nanswer = 0"
)


@pytest.fixture(scope="module")
def marked(
    short: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, grade.Outcome]]:
    """Submissions of all kinds, marked in one run."""
    inbox = tmp_path_factory.mktemp("inbox") / "week 1"
    ids = [number for number in NUMBERS if number.startswith("02.")]
    wrong = {
        number: f"answer = {lesson_with('02.1').solutions.WRONG[number][0]!r}" for number in ids
    }
    from_lab = editions.solved(short)
    for cell in from_lab["cells"]:
        if cell["cell_type"] == "markdown" and "(open)" in source(cell):
            cell["source"] = (
                source(cell).split("**Exercise")[0] + "*Your answer:* By the figures of this week."
            )
    submissions = {
        "blank": answers(short, dict.fromkeys(ids, editions.STUB)),
        "solved": answers(short, opening="About 64,000."),
        "wrong": answers(
            short,
            wrong
            | {
                "02.2": "raise ValueError('no')",
                "02.3": "answer = 0\ncheck = lambda *given: 1",
                "02.4": LEAVES_A_PROCESS,
            },
        ),
        "from lab": from_lab,
        "kills": answers(short, {"02.1": "import os\nos._exit(1)"}),
        "hangs": answers(
            short,
            {
                "02.1": (
                    "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except "
                    "BaseException:\n        pass"
                )
            },
        ),
        "prints": answers(short, {"02.1": "while True:\n    print('x' * 1000)"}),
    }
    for name, notebook in submissions.items():
        (inbox / name).mkdir(parents=True)
        (inbox / name / short.name).write_text(json.dumps(notebook), encoding="utf-8")
    (inbox / "essay.ipynb").write_text("Dear teacher,", encoding="utf-8")
    limits = {"submission": 60.0, "cell": 5.0, "memory": 4.0}
    outcomes = grade.grade(inbox, inbox.with_name("marks"), limits, os.cpu_count() or 1)
    return inbox, {outcome.learner: outcome for outcome in outcomes}


def test_marks_are_as_expected(marked: tuple[Path, dict[str, grade.Outcome]]) -> None:
    _, outcomes = marked
    expected = {
        "blank": [0, 0, 0, 0],
        "solved": [1, 1, 1, 1],
        "wrong": [0, 0, 0, 0],
        "from lab": [1, 1, 1, 1],
    }
    for name, credit in expected.items():
        assert outcomes[name].status == grade.MARKED, f"{name}: {outcomes[name].status}"
        assert list(outcomes[name].credit.values()) == credit, name
    assert outcomes["solved"].open_answers == {"02.5": "About 64,000."} and outcomes[
        "blank"
    ].open_answers == {"02.5": ""}
    assert outcomes["from lab"].open_answers == {"02.5": "By the figures of this week."}
    assert "02.2: ValueError" in outcomes["wrong"].remark and outcomes["solved"].remark == ""


def test_bad_submissions_are_reported_and_stop_no_other(
    marked: tuple[Path, dict[str, grade.Outcome]],
) -> None:
    _, outcomes = marked
    assert outcomes["kills"].status == "not marked: its kernel died"
    assert (
        outcomes["hangs"].status == "not marked: a cell took too long and could not be interrupted"
    )
    assert "CellTimeoutError" in outcomes["prints"].remark or outcomes["prints"].status.startswith(
        "not marked"
    ), outcomes["prints"]
    assert outcomes["prints"].credit.get("02.1", 0) == 0
    assert outcomes["essay"].status.startswith("not marked: the file is not a notebook")


def test_feedback_shows_the_hint(marked: tuple[Path, dict[str, grade.Outcome]]) -> None:
    inbox, _ = marked
    page = (inbox.with_name("marks") / "feedback" / "wrong" / "02_overdose_deaths.html").read_text(
        encoding="utf-8"
    )
    hint = check("02.1", lesson_with("02.1").solutions.WRONG["02.1"][0]).message.split("not yet. ")[
        1
    ]
    assert hint[:40] in page


def test_the_table_has_every_submission(marked: tuple[Path, dict[str, grade.Outcome]]) -> None:
    inbox, outcomes = marked
    table = inbox.with_name("marks") / "marks.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(outcomes) and len(rows) == 8
    assert [rows["wrong"][number] for number in ("right", "of", "02.2", "02.5")] == [
        "0.0",
        "4",
        "0.0",
        "left blank",
    ]
    assert rows["solved"]["02.5"] == "to read" and rows["hangs"]["right"] == ""
    answers = (inbox.with_name("marks") / "open_answers_02.md").read_text(encoding="utf-8")
    assert "About 64,000." in answers and "| full | half | none |" in answers


def test_nothing_is_marked_twice(
    short: Path, marked: tuple[Path, dict[str, grade.Outcome]], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, outcomes = marked
    calls = []

    def note(path: Path, folder: Path, *_: Any) -> grade.Outcome:
        calls.append(path.parent.name)
        return outcomes[path.parent.name if path.parent != inbox else path.stem]

    monkeypatch.setattr(grade, "mark", note)
    monkeypatch.setattr(grade, "make_course", lambda *_: None)
    limits = {"submission": 1.0, "cell": 1.0, "memory": 4.0}
    grade.grade(inbox, inbox.with_name("marks"), limits, 1)
    assert calls == ["week 1"], (
        "only the file that is no notebook, which has no lesson to compare, is looked at again"
    )
    calls.clear()
    grade.grade(inbox, inbox.with_name("marks"), limits, 1, again=True)
    assert sorted(calls) == ["hangs", "kills"] + (
        ["prints"] if outcomes["prints"].status != grade.MARKED else []
    ) + ["week 1"]
    calls.clear()
    path = inbox / "blank" / short.name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    grade.grade(inbox, inbox.with_name("marks"), limits, 1)
    assert sorted(calls) == ["blank", "week 1"], "a changed submission is marked again"


def test_no_process_of_a_submission_is_left(marked: tuple[Path, dict[str, grade.Outcome]]) -> None:
    import psutil

    below = [
        process.cmdline()
        for process in psutil.Process().children(recursive=True)
        if process.status() != psutil.STATUS_ZOMBIE
    ]
    assert not [words for words in below if "tools.grade" in words or "ipykernel_launcher" in words]
    orphans = [
        process.info
        for process in psutil.process_iter(["ppid", "cwd", "cmdline"])
        if process.info["ppid"] == 1
    ]
    assert not [info for info in orphans if "grade-" in (info["cwd"] or "")], (
        "a process that a submission started lives on"
    )


def test_a_submission_has_one_time_limit(short: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox" / "slow"
    inbox.mkdir(parents=True)
    (inbox / short.name).write_text(json.dumps(answers(short)), encoding="utf-8")
    outcomes = grade.grade(
        inbox.parent, tmp_path / "marks", {"submission": 0.5, "cell": 5.0, "memory": 4.0}, 1
    )
    assert [outcome.status for outcome in outcomes] == [
        "not marked: it took longer than 0.5 seconds"
    ]


def test_an_answer_given_to_check_directly_is_kept() -> None:
    assert grade._answer('total = 5\ncheck("02.1", total + 1)') == "total = 5\nanswer = total + 1\n"
    assert (
        grade._answer('answer = (\n    1 + 1\n)\ncheck("02.1", answer)')
        == "answer = (\n    1 + 1\n)\n"
    )
    assert grade._answer('answer = = 1\ncheck("02.1", answer)') == "answer = = 1"


def test_a_deleted_exercise_is_put_back(short: Path) -> None:
    released = answers(
        short,
        dict.fromkeys([number for number in NUMBERS if number.startswith("02.")], editions.STUB),
    )
    given = answers(short)
    given["cells"] = [
        cell
        for cell in given["cells"]
        if "02-2" not in cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    ]
    whole = grade.as_submission(given, released)
    assert [grade._grade_id(cell) for cell in whole["cells"]][-2:] == ["answer-02-2", "check-02-2"]
    assert source(whole["cells"][-2]) == editions.STUB


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    table = grade.write_marks(
        [
            grade.Outcome(
                '=HYPERLINK("x")', "", "f.ipynb", "not marked: no exercise of a lesson in it"
            )
        ],
        tmp_path,
    )
    assert "\n\"'=HYPERLINK" in table.read_text(encoding="utf-8-sig")


def test_an_empty_folder_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade.main([str(tmp_path)]) == 2 and "No notebook lies below" in capsys.readouterr().out
    assert (
        grade.main([str(tmp_path / "none")]) == 2
        and "There is no folder" in capsys.readouterr().out
    )
