"""What the answers of a submission are worth: plain data beside the keys, nothing executed.

Keys are functions of the collection's own tables. The answers come from a run as JSON; they are
turned into numbers, texts, lists, Series and DataFrames by values.py and compared by the same rules
as `check`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.exercises import Exercise, ExerciseError, is_practice, judge, lesson_exercises
from marking.exercises import clean
from marking.values import Unknown, ValueFormError, from_plain

RIGHT, WRONG, UNTOUCHED = "right", "wrong", "untouched"
NOT_FOUND, NOT_RUN = "not found", "not run"
STATES = (RIGHT, WRONG, UNTOUCHED, NOT_FOUND, NOT_RUN)


@dataclass(frozen=True)
class Mark:
    """One exercise of one submission.

    Attributes
    ----------
    state : str
        right, wrong, untouched, not found (its cell is gone), not run (the remark says why).
    credit : int
        1 if right, else 0.
    trap : str
        Which of the key's wrong turns it took ("trap 1"), if any.
    message : str
        What the learner is told.
    remark : str
        What a teacher should know: the error of the cell, or that the exercise is there twice.
    """

    state: str
    credit: int = 0
    trap: str = ""
    message: str = ""
    remark: str = ""


def scored(lesson: str) -> list[Exercise]:
    """The exercises of a lesson ("02") that `check` marks, without questions to try."""
    exercises = lesson_exercises(lesson)
    return [one for number, one in exercises.items() if not is_practice(number)]


def judge_all(
    exercises: list[Exercise], answers: dict[str, Any], twice: list[str]
) -> dict[str, Mark]:
    """A mark for every exercise of a lesson.

    Parameters
    ----------
    exercises : list of Exercise
        What `scored` gives: read once for all submissions.
    answers : dict
        What the run reported, by exercise: ``{"answer": plain data, "error": text}``.
    twice : list of str
        Exercises that were answered in more than one cell.
    """
    marks = {}
    for exercise in exercises:
        number = exercise.id
        reported = answers.get(number)
        if reported is None:
            marks[number] = Mark(NOT_FOUND, remark="no cell answers it")
            continue
        mark = judge_one(exercise, reported)
        if number in twice:
            said = "; ".join(filter(None, [mark.remark, "answered twice, the last counts"]))
            mark = Mark(mark.state, mark.credit, mark.trap, mark.message, said)
        marks[number] = mark
    return marks


def judge_one(exercise: Exercise, reported: Any) -> Mark:
    """The mark of one exercise from what a run reported of it."""
    plain = reported.get("answer") if type(reported) is dict else None
    error = clean(str(reported.get("error", ""))[:200]) if type(reported) is dict else ""
    if type(plain) is dict and plain.get("kind") == "not run":
        return Mark(NOT_RUN, remark=error or "its cell was not run")
    try:
        answer = from_plain(plain)
    except (ValueFormError, RecursionError, KeyError, TypeError, ValueError) as problem:
        return Mark(NOT_RUN, remark=f"the answer cannot be read: {problem}")
    if answer is ...:
        return Mark(NOT_RUN if error else UNTOUCHED, remark=error)
    if isinstance(answer, Unknown):
        message = f"Exercise {exercise.id}: not yet. The answer is of the type {answer.name}."
        return Mark(WRONG, message=message, remark=error)
    try:
        outcome = judge(exercise, answer)
    except ExerciseError:
        raise  # the key's fault, not the answer's
    except Exception as problem:
        said = f"the answer cannot be compared: {type(problem).__name__}"
        return Mark(NOT_RUN, remark=said)
    state = RIGHT if outcome.credit else WRONG
    return Mark(state, outcome.credit, outcome.trap, outcome.message, error)
