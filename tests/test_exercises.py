"""check(): right, wrong, odd and absent answers of every exercise; guide, lesson, keys and solutions name the same ones."""

from __future__ import annotations

import ast
import re
import runpy
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import exercises
from helpers.exercises import Exercise, Keys, check
from tests.lessons import GUIDE, LESSONS, ROOT, Lesson

IDS = exercises.ids()


@cache
def solutions(lesson: str) -> dict[str, Any]:
    """The functions and wrong answers of tests/solutions/NN.py."""
    return runpy.run_path(str(ROOT / "tests" / "solutions" / f"{lesson}.py"))


@cache
def solve(id: str) -> Any:
    """A learner's answer to one exercise."""
    lesson, number = id.split(".")
    return solutions(lesson)[f"exercise_{number}"]()


def test_there_are_exercises() -> None:
    assert len(IDS) >= 3 * len(LESSONS)


@pytest.mark.parametrize("id", IDS)
def test_solution_is_right(id: str) -> None:
    feedback = check(id, solve(id))
    assert feedback.credit == 1, feedback.message
    assert repr(feedback) == "1"


@pytest.mark.parametrize("id", IDS)
def test_wrong_answers_are_not_right(id: str) -> None:
    wrong = solutions(id.split(".")[0])["WRONG"][id]
    assert len(wrong) >= 2, "give at least two wrong answers"
    for answer in wrong:
        feedback = check(id, answer)
        assert feedback.credit == 0, f"{answer!r} counts as right"
        assert "not yet" in feedback.message and repr(feedback) == "0"


@pytest.mark.parametrize("id", IDS)
def test_no_trap_is_the_answer(id: str) -> None:
    exercise = exercises._exercises(id.split(".")[0])[id]
    for hint, wrong in exercise.traps.items():
        assert not exercises._compare(wrong(), exercise.key(), exercise)[0], f"the trap {hint!r} of {id} equals the key"


@pytest.mark.parametrize("id", IDS)
def test_hints_do_not_show_the_answer(id: str) -> None:
    exercise = exercises._exercises(id.split(".")[0])[id]
    key = exercise.key()
    if isinstance(key, str) and len(key) < 3:
        return  # a letter stands in every sentence
    hints = " ".join([exercise.hint, *exercise.traps])
    values = key if isinstance(key, (list, set, tuple)) else [] if isinstance(key, (pd.Series, pd.DataFrame)) else [key]
    for value in values:
        shown = {str(value), f"{value:,}"} if isinstance(value, (int, float)) else {str(value)}
        if isinstance(value, (int, float)) and abs(value) < 10:
            continue
        assert not any(s in hints for s in shown), f"the hint of {id} shows {value}"


@pytest.mark.parametrize("id", IDS)
def test_untouched_is_not_tried(id: str) -> None:
    feedback = check(id, ...)
    assert feedback.credit == 0 and "not tried yet" in feedback.message


class Hostile:
    """An object that breaks whatever is done with it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    __hash__ = None


ODD = [None, "", "x", -1, 0.0, float("nan"), float("inf"), 1j, [], [1, "a"], {}, set(), pd.Series(dtype=float), pd.DataFrame(), np.zeros((2, 2)), Hostile(), len, [Hostile()], b"1", pd.NA, pd.NaT]


@pytest.mark.parametrize("id", IDS)
def test_odd_answers_do_not_raise(id: str) -> None:
    for answer in ODD:
        assert check(id, answer).credit == 0


def test_unknown_exercise_is_a_sentence() -> None:
    assert "There is no exercise '02.77'" in check("02.77", 1).message
    assert "no exercises" in check("77.1", 1).message


@pytest.mark.parametrize("lesson", LESSONS, ids=attrgetter("name"))
def test_lesson_keys_solutions_and_guide_name_the_same(lesson: Lesson) -> None:
    keys = [id for id in IDS if id.startswith(lesson.number + ".")]
    assert lesson.exercises == keys, "the lesson's check() calls and helpers/keys/ differ"
    solved = [name for name in solutions(lesson.number) if name.startswith("exercise_")]
    assert solved == [f"exercise_{id.split('.')[1]}" for id in keys], "tests/solutions/ and helpers/keys/ differ"
    answered = re.findall(r"\*\*Answer ([\d.]+):\*\*", (GUIDE / f"{lesson.name}.md").read_text(encoding="utf-8"))
    assert answered == keys, "the guide page answers other exercises, or in another order"


@pytest.mark.parametrize("lesson", LESSONS, ids=attrgetter("name"))
def test_answers_in_the_guide_are_right(lesson: Lesson) -> None:
    page = (GUIDE / f"{lesson.name}.md").read_text(encoding="utf-8")
    for id, literal in re.findall(r"\*\*Answer ([\d.]+):\*\* `([^`]+)`", page):
        feedback = check(id, ast.literal_eval(literal))
        assert feedback.credit == 1, f"guide page of {lesson.name}: {feedback.message}"


KEYS = Keys()
KEYS.add("t.series", "hint", rtol=0.01)(lambda: pd.Series({"a": 1.0, "b": 2.0}))
KEYS.add("t.frame", "hint")(lambda: pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}))
KEYS.add("t.list", "hint")(lambda: [1, 2])
KEYS.add("t.set", "hint")(lambda: {"heroin", "cocaine"})
KEYS.add("t.text", "hint")(lambda: "Fentanyl")
KEYS.add("t.true", "hint")(lambda: True)


def credit(id: str, answer: Any) -> tuple[bool, str]:
    exercise: Exercise = KEYS.exercises[id]
    return exercises._compare(answer, exercise.key(), exercise)


def test_kinds_of_answers() -> None:
    assert credit("t.series", pd.Series({"b": 2.001, "a": 1.0}))[0], "order of the index does not matter, nor a value within tolerance"
    assert not credit("t.series", pd.Series({"a": 1.0, "b": 2.1}))[0]
    assert "Series" in credit("t.series", [1, 2])[1]
    assert "index" in credit("t.series", pd.Series({"a": 1.0, "c": 2.0}))[1]
    assert credit("t.frame", pd.DataFrame({"y": ["p", "q"], "x": [1, 2]}))[0]
    assert not credit("t.frame", pd.DataFrame({"y": ["p", "z"], "x": [1, 2]}))[0]
    assert "columns" in credit("t.frame", pd.DataFrame({"z": [1, 2]}))[1]
    assert credit("t.list", (1, 2.0))[0] and not credit("t.list", [2, 1])[0]
    assert credit("t.set", ["Cocaine", " heroin"])[0] and not credit("t.set", ["cocaine", "cocaine"])[0]
    assert credit("t.text", " fentanyl ")[0] and not credit("t.text", "heroin")[0]
    assert credit("t.true", True)[0] and credit("t.true", np.True_)[0] and not credit("t.true", 1)[0]


@given(st.one_of(st.floats(), st.integers(), st.text(), st.lists(st.floats()), st.none(), st.booleans()))
@settings(max_examples=100, deadline=None)
def test_check_never_raises(answer: Any) -> None:
    assert check("02.1", answer).credit in (0, 1)
