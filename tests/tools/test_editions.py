"""Editions and marking: one source, nothing edited by hand; blank, solved and wrong answers count
as they should; a bad submission stops no other.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.collection import VARIABLE as COLLECTION
from helpers.exercises import check
from helpers.language import speaking
from helpers.lessons import STUB
from tests.collection.test_exercises import NUMBERS, solve
from tests.lessons import LESSONS, ROOT, Lesson, each_lesson, source
from tools import editions


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
            together[cell["id"].removesuffix("-text")] += "\n\n" + STUB
        else:
            together[cell["id"]] = source(cell)
    assert together == {
        cell["id"]: source(cell).rstrip() if STUB in source(cell) else source(cell)
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
        and STUB not in text
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


def test_a_solution_leaves_the_names_of_the_lesson_alone() -> None:
    """In lesson 06, `mexico` of the solutions had fewer rows than `mexico` of the next cells."""
    module = (
        "import math\nimport json\nfrom helpers import load, check\nA = 1\nB = A + 1\nC = "
        "3\n\n\ndef exercise_1():\n    x = load('t').query('v > @B')\n    return "
        "math.floor(x)\n"
    )
    inside = "    A = 1\n    B = A + 1\n    x = load('t').query('v > @B')\n    return math.floor(x)"
    assert editions.solution(module, "exercise_1", {"check", "load", "math"}) == (
        f"def exercise_1():\n{inside}\n\n\nanswer = exercise_1()"
    )
    assert editions.solution(module, "exercise_1", set()).startswith(
        "def exercise_1():\n    import math\n    from helpers import load\n    A = 1\n"
    )
    names = {"x": "the lesson's", "A": "too"}
    run(
        "A = 1\n"
        + editions.solution(
            "A = 2\ndef exercise_1():\n    x = A\n    return x\n", "exercise_1", set()
        ),
        names,
    )
    assert (names["A"], names["x"], names["answer"]) == (1, "the lesson's", 2)


def assigned(code: str) -> set[str]:
    """The names that a cell gives a value, outside functions."""
    return {
        node.id
        for statement in ast.parse(code).body
        if not isinstance(statement, ast.FunctionDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


@each_lesson
def test_no_solution_changes_what_the_lesson_uses(lesson: Lesson) -> None:
    pairs = zip(lesson.notebook["cells"], editions.solved(lesson.path)["cells"], strict=True)
    for cell, solved in pairs:
        if cell["cell_type"] == "code" and editions.EITHER.search(source(cell)):
            assert assigned(source(solved)) == assigned(source(cell)), source(solved)


def test_a_value_over_several_lines_keeps_its_parentheses() -> None:
    module = "def exercise_1():\n    return (\n        1\n        + 1\n    )\n"
    assert editions.solution(module, "exercise_1", set()) == "answer = (\n    1\n    + 1\n)"


def test_a_lesson_without_a_solution_is_named() -> None:
    with pytest.raises(ValueError, match=r"solutions.py has no function practice_a\(\)"):
        editions.solution("", "practice_a", set())


def collection(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the lessons and tables, in use."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv(COLLECTION, str(root))
    monkeypatch.setenv("PATH", os.environ["PATH"])  # put back: the editions add to it
    return root


def test_a_lesson_that_fails_is_named_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = collection(tmp_path, monkeypatch)
    for lesson, name, text in (
        ("00_start_here", "practice_a", "    return nothing"),
        ("01_reading_the_dialogue", "exercise_1", "    return 0"),
    ):
        path = root / "notebooks" / lesson / "solutions.py"
        before = path.read_text(encoding="utf-8").replace(f"def {name}(", "def before(")
        path.write_text(f"{before}\n\ndef {name}():\n{text}\n", encoding="utf-8")
    assert editions.main(["00", "01", "09"]) == 1
    shown = capsys.readouterr()
    assert re.search(r"00_start_here.ipynb: .* after 00.a ends in an error \(NameError", shown.err)
    assert "The solutions of 01.1 are not right" in shown.err and "Traceback" not in shown.err
    assert "One lesson: solved" in shown.out
    for folder in ("solutions", "nbgrader/source", "nbgrader/release"):
        names = [path.name for path in (root / "editions" / folder).iterdir()]
        assert [name[:2] for name in names if name[0] in "0."] == ["09"], folder


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_lesson_has_its_editions(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Solved they run from top to bottom, and nbgrader makes what is handed out."""
    root = collection(tmp_path, monkeypatch)
    with speaking(language):
        assert editions.main([]) == 0
    folder = root / "editions" / ("" if language == "en" else language)
    for made in ("solutions/*.ipynb", "nbgrader/source/*/*.ipynb", "nbgrader/release/*/*.ipynb"):
        assert len(list(folder.glob(made))) == len(LESSONS), made
