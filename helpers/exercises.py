"""Exercises: `check("02.3", answer)` says right, not yet (with a hint), or not tried yet.

The keys are functions of the data, in helpers/keys/; nothing here types an answer. A check never raises and never shows
the answer. What it returns prints as a number, so that nbgrader can read it as credit.
"""

from __future__ import annotations

import difflib
import html
import importlib
import numbers
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Exercise:
    """One exercise: its key, the hint that names the concept, and hints for the wrong turns that are often taken."""

    id: str
    key: Callable[[], Any]
    hint: str
    traps: dict[str, Callable[[], Any]] = field(default_factory=dict)
    rtol: float = 1e-6
    atol: float = 1e-9


@dataclass(frozen=True)
class Feedback:
    """The outcome of a check: shown as a sentence, printed as credit (1 right, 0 otherwise)."""

    credit: int
    message: str

    def __repr__(self) -> str:
        return str(self.credit)

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.message)}</p>"


class Keys:
    """The exercises of one lesson, filled by a module in helpers/keys/."""

    def __init__(self) -> None:
        self.exercises: dict[str, Exercise] = {}

    def add(
        self,
        id: str,
        hint: str,
        traps: dict[str, Callable[[], Any]] | None = None,
        rtol: float = 1e-6,
        atol: float = 1e-9,
    ) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
        """Register the decorated function as the key of exercise `id` ("02.3").

        `hint` is shown for a wrong answer; `traps` maps a more fitting hint to the function that gives that wrong answer.
        Floats count as equal within `rtol` of the key or `atol`.
        """

        def register(key: Callable[[], Any]) -> Callable[[], Any]:
            self.exercises[id] = Exercise(
                id,
                cache(key),
                hint,
                {said: cache(wrong) for said, wrong in (traps or {}).items()},
                rtol,
                atol,
            )
            return key

        return register


def check(id: str, answer: Any) -> Feedback:
    """Compare an answer with the key of an exercise.

    Parameters
    ----------
    id : str
        Number of the exercise: lesson, point, exercise ("02.3").
    answer : scalar, text, list, Series, DataFrame or ...
        ``...`` (the untouched exercise) counts as not tried.

    Returns
    -------
    Feedback
        Never raises: an answer of the wrong kind, or one that breaks while it is compared, is "not yet".

    Examples
    --------
    >>> check("02.1", ...)
    0
    """
    id = id if isinstance(id, str) else repr(id)
    lesson = id.split(".")[0]
    exercises = _exercises(lesson) if re.fullmatch("[0-9][0-9]", lesson) else {}
    if id not in exercises:
        near = difflib.get_close_matches(id, exercises, n=1, cutoff=0)
        return Feedback(
            0,
            f"There is no exercise {id!r}"
            + (f"; did you mean {near[0]}?" if near else f": lesson {lesson!r} has no exercises."),
        )
    exercise = exercises[id]
    if answer is ...:
        return Feedback(
            0, f"Exercise {id}: not tried yet. Replace the three dots and run the cell again."
        )
    right, why = _compare(answer, exercise.key(), exercise)
    if right:
        return Feedback(1, f"Exercise {id}: right.")
    for hint, wrong in exercise.traps.items():
        if _compare(answer, wrong(), exercise)[0]:
            return Feedback(0, f"Exercise {id}: not yet. {hint}")
    return Feedback(0, f"Exercise {id}: not yet. {why or exercise.hint}")


def ids() -> list[str]:
    """The numbers of all exercises of all lessons, in order."""
    import pkgutil

    from helpers import keys

    lessons = sorted(module.name[1:] for module in pkgutil.iter_modules(keys.__path__))
    return [id for lesson in lessons for id in _exercises(lesson)]


@cache
def _exercises(lesson: str) -> dict[str, Exercise]:
    try:
        return importlib.import_module(f"helpers.keys.k{lesson}").KEYS.exercises
    except ModuleNotFoundError as error:
        if error.name == f"helpers.keys.k{lesson}":
            return {}
        raise


def _compare(answer: Any, key: Any, exercise: Exercise) -> tuple[bool, str]:
    """Whether the answer equals the key, and where it is of the wrong kind a sentence that says so."""
    try:
        if isinstance(key, pd.DataFrame):
            return _compare_frames(answer, key, exercise)
        if isinstance(key, pd.Series):
            return _compare_series(answer, key, exercise)
        if isinstance(key, (list, tuple, set)):
            return _compare_lists(answer, key, exercise)
        if isinstance(answer, (pd.Series, pd.DataFrame, np.ndarray, list, tuple)):
            if np.size(answer) != 1:
                return (
                    False,
                    f"One value is asked for; this is a {type(answer).__name__} of {np.size(answer)}.",
                )
            answer = np.asarray(answer, dtype=object).ravel()[0]
        return _equal(answer, key, exercise), ""
    except (
        Exception
    ) as error:  # whatever a learner hands over, the answer is "not yet", not a traceback
        return (
            False,
            f"The answer could not be compared ({type(error).__name__}): look at its type.",
        )


def _compare_frames(answer: Any, key: pd.DataFrame, exercise: Exercise) -> tuple[bool, str]:
    if not isinstance(answer, pd.DataFrame):
        return False, f"A table (DataFrame) is asked for; this is a {type(answer).__name__}."
    if set(answer.columns) != set(key.columns):
        return (
            False,
            f"The columns should be {', '.join(map(str, key.columns))}; they are {', '.join(map(str, answer.columns))}.",
        )
    if len(answer) != len(key):
        return False, f"The table has {len(answer)} rows; that is not the number asked for."
    same = all(_compare_series(answer[column], key[column], exercise)[0] for column in key)
    return same, ""


def _compare_series(answer: Any, key: pd.Series, exercise: Exercise) -> tuple[bool, str]:
    if not isinstance(answer, pd.Series):
        return (
            False,
            f"A Series (one column with its index) is asked for; this is a {type(answer).__name__}.",
        )
    if len(answer) != len(key):
        return False, f"The Series has {len(answer)} entries; that is not the number asked for."
    if set(answer.index) != set(key.index):
        return False, "The index is not the one asked for: look at what each entry stands for."
    answer = answer.reindex(key.index)
    return all(_equal(a, k, exercise) for a, k in zip(answer, key, strict=True)), ""


def _compare_lists(answer: Any, key: Any, exercise: Exercise) -> tuple[bool, str]:
    if not isinstance(answer, (list, tuple, set, pd.Series, pd.Index, np.ndarray)):
        return False, f"A list is asked for; this is a {type(answer).__name__}."
    if len(answer) != len(key):
        return False, f"The list has {len(answer)} entries; that is not the number asked for."
    if isinstance(key, set):
        return {str(a).strip().lower() for a in answer} == {str(k).strip().lower() for k in key}, ""
    return all(_equal(a, k, exercise) for a, k in zip(answer, key, strict=True)), ""


def _equal(answer: Any, key: Any, exercise: Exercise) -> bool:
    if isinstance(key, (bool, np.bool_)) or isinstance(answer, (bool, np.bool_)):
        return (
            isinstance(answer, (bool, np.bool_))
            and isinstance(key, (bool, np.bool_))
            and bool(answer) == bool(key)
        )
    if isinstance(key, numbers.Number):
        if not isinstance(answer, numbers.Number) or isinstance(answer, complex):
            return False
        if pd.isna(key) or pd.isna(answer):
            return bool(pd.isna(key) and pd.isna(answer))
        return abs(float(answer) - float(key)) <= max(
            exercise.atol, exercise.rtol * abs(float(key))
        )
    if isinstance(key, str):
        return isinstance(answer, str) and answer.strip().lower() == key.strip().lower()
    return bool(answer == key)
