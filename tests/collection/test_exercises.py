"""The exercises of the lessons: right, wrong, odd and absent answers; lesson, key, solutions and
guide page name the same ones.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.authoring.review import (
    claim_problems,
    lesson_problems,
    solution_name,
    stray_folders,
)
from helpers.exercises import Exercise, check, is_practice, lesson_exercises
from tests.lessons import COLLECTION, LESSONS, Lesson, each_lesson

KEYS = [number for lesson in LESSONS for number in lesson_exercises(lesson.number)]
NUMBERS = [number for number in KEYS if not is_practice(number)]
#: The questions to try while reading ("02.a"): checked like exercises, and never scored.
TRY_ITS = [number for number in KEYS if is_practice(number)]
each_exercise = pytest.mark.parametrize("number", NUMBERS + TRY_ITS)


def lesson_with(number: str) -> Lesson:
    """The lesson of an exercise."""
    return next(lesson for lesson in LESSONS if lesson.number == number.split(".")[0])


@cache
def solve(number: str) -> Any:
    """A learner's answer to one exercise."""
    return getattr(lesson_with(number).solutions, solution_name(number))()


def exercise(number: str) -> Exercise:
    return lesson_exercises(number.split(".")[0])[number]


def test_every_lesson_has_exercises() -> None:
    assert {number.split(".")[0] for number in NUMBERS} == {lesson.number for lesson in LESSONS}
    assert sorted(NUMBERS) == NUMBERS


@each_exercise
def test_solution_is_right(number: str) -> None:
    feedback = check(number, solve(number))
    assert feedback.credit == 1, feedback.message
    assert repr(feedback) == "1"


@each_exercise
def test_wrong_answers_are_not_right(number: str) -> None:
    wrong = lesson_with(number).solutions.WRONG.get(number, [])
    assert len(wrong) >= 2 or is_practice(number), "give at least two wrong answers"
    for answer in wrong:
        feedback = check(number, answer)
        assert feedback.credit == 0, f"{answer!r} counts as right"
        assert "not yet" in feedback.message and repr(feedback) == "0"


@each_exercise
def test_no_trap_is_the_answer(number: str) -> None:
    for hint, wrong in exercise(number).traps.items():
        feedback = check(number, wrong())
        assert feedback.credit == 0, f"the trap {hint!r} of {number} equals the key"


@each_exercise
def test_the_first_wrong_answers_take_the_traps_in_their_order(number: str) -> None:
    """So that each hint comes for the wrong turn that it names."""
    wrong = lesson_with(number).solutions.WRONG.get(number, [])
    traps = [f"trap {place}" for place, _ in enumerate(exercise(number).traps, 1)]
    assert [check(number, answer).trap for answer in wrong[: len(traps)]] == traps, (
        "begin the wrong answers with one for each trap of the key, in its order"
    )


@each_exercise
def test_two_units_of_the_last_digit_are_too_many(number: str) -> None:
    """A tolerance lets rounded answers pass, and no others. A solution that is not exact is rounded
    as the question asks.
    """
    answer = solve(number)
    first, *rest = answer if isinstance(answer, list) and answer else [answer]
    if exercise(number).rtol != 0 or isinstance(first, str):
        return  # an exact answer
    decimals = len(repr(float(first)).partition(".")[2]) if isinstance(first, float) else 0
    for off in (-2, 2):
        other = first + off * 10.0**-decimals
        feedback = check(number, [other, *rest] if rest else other)
        assert feedback.credit == 0, f"{other!r} counts as right, though {first!r} is the answer"


@each_exercise
def test_hints_do_not_show_the_answer(number: str) -> None:
    key = exercise(number).key()
    if isinstance(key, (pd.Series, pd.DataFrame)) or (isinstance(key, str) and len(key) < 3):
        return  # a letter is in every sentence
    hints = " ".join([exercise(number).hint, *exercise(number).traps])
    for value in key if isinstance(key, (list, set, tuple)) else [key]:
        is_number = isinstance(value, (int, float))
        if (is_number and abs(value) < 10) or (isinstance(value, str) and len(value) < 2):
            continue
        shown = {str(value), f"{value:,}"} if is_number else {str(value)}
        assert not any(text in hints for text in shown), f"the hint of {number} shows {value}"


@each_exercise
def test_untouched_is_not_tried(number: str) -> None:
    feedback = check(number, ...)
    assert feedback.credit == 0 and "not tried yet" in feedback.message


@each_exercise
def test_yes_and_no_answer_only_what_asks_for_them(number: str) -> None:
    credit = sorted([check(number, True).credit, check(number, False).credit])
    asks = isinstance(exercise(number).key(), (bool, np.bool_))
    assert credit == ([0, 1] if asks else [0, 0]), "True is no number and no text"


@each_lesson
def test_lesson_key_solutions_and_guide_name_the_same(lesson: Lesson) -> None:
    keys = list(lesson_exercises(lesson.number))
    scored = [number for number in keys if not is_practice(number)]
    tried = [number for number in keys if is_practice(number)]
    assert lesson.exercise_numbers == scored, "the lesson's check() calls and key.py differ"
    assert lesson.try_its == tried, "the lesson's check() calls and key.py differ (Try it)"
    for kind, numbers in (("exercise_", scored), ("practice_", tried)):
        solved = [name for name in vars(lesson.solutions) if name.startswith(kind)]
        assert solved == [solution_name(number) for number in numbers], (
            "solutions.py and key.py differ"
        )
    page = lesson.guide_text
    answered = re.findall(r"\*\*Answer ([\d.]+[a-z]?):\*\*", page)
    assert [number for number in answered if not is_practice(number)] == scored, (
        "the guide page answers other exercises, or in another order"
    )
    assert [number for number in answered if is_practice(number)] == tried, (
        "the guide page answers each question to try with **Answer 02.a:**, in their order"
    )


@each_lesson
def test_answers_in_the_guide_are_right(lesson: Lesson) -> None:
    page = lesson.guide_text
    for number, literal in re.findall(r"\*\*Answer ([\d.]+[a-z]?):\*\* `([^`]+)`", page):
        feedback = check(number, ast.literal_eval(literal))
        assert feedback.credit == 1, f"guide page of {lesson.name}: {feedback.message}"


# --- what `python3 -m helpers review` says: here, because it asks every key again


@each_lesson
def test_a_lesson_fits_together(lesson: Lesson) -> None:
    assert not lesson_problems(lesson)


def test_claims_and_folders_belong_to_lessons() -> None:
    assert not [*claim_problems(LESSONS), *stray_folders(COLLECTION, LESSONS)]
