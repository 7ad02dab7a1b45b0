"""Exercises: `check("02.3", answer)` says right, not yet (with a hint), or not tried yet.

Two kinds are told apart by their number: exercises ("02.3"), which count, and questions to try
while reading ("02.a"), which never do.

The keys are functions of the data, in the file `key.py` of the lesson's folder; nothing here types
an answer. A check never raises and never shows the answer. What it returns prints as a number, so
that nbgrader can read it as credit.
"""

from __future__ import annotations

import difflib
import html
import importlib.util
import numbers
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.catalogue import data_state
from helpers.collection import CollectionError, current
from helpers.lessons import lesson_files
from helpers.values import is_missing

KEY_FILE = "key.py"
Answer = Callable[[], Any]


class ExerciseError(ValueError):
    """A key cannot be read, or the data no longer are what its question supposes."""


def premise(holds: object, sentence: str) -> None:
    """Raise `ExerciseError` unless the data are what a question supposes; `sentence` says what they
    should be.

    Examples
    --------
    >>> premise(5 < 12, "The last year must be unfinished.")
    """
    if not bool(holds):
        raise ExerciseError(
            f"The question no longer fits the data: {sentence} Change the exercise."
        )


@dataclass(frozen=True)
class Exercise:
    """One exercise: its key, the hint that names the concept, and hints for the wrong turns that
    are often taken.
    """

    id: str
    key: Answer
    hint: str
    traps: dict[str, Answer] = field(default_factory=dict)
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
    """The exercises of one lesson, filled by the file key.py in its folder."""

    def __init__(self) -> None:
        self.exercises: dict[str, Exercise] = {}

    def add(
        self,
        number: str,
        hint: str,
        traps: dict[str, Answer] | None = None,
        rtol: float = 1e-6,
        atol: float = 1e-9,
    ) -> Callable[[Answer], Answer]:
        """Register the decorated function as the key of exercise `number` ("02.3").

        `hint` is shown for a wrong answer; `traps` maps a more fitting hint to the function that
        gives that wrong answer. Floats count as equal within `rtol` of the key or `atol`.
        """

        def register(key: Answer) -> Answer:
            cached: dict[str, Answer] = {
                said: cache(wrong) for said, wrong in (traps or {}).items()
            }
            self.exercises[number] = Exercise(number, cache(key), hint, cached, rtol, atol)
            return key

        return register


def check(number: str, answer: Any) -> Feedback:
    """Compare an answer with the key of an exercise.

    Parameters
    ----------
    number : str
        Number of the exercise: lesson, point, exercise ("02.3"); or of a question to try ("02.a").
    answer : scalar, text, list, Series, DataFrame or ...
        ``...`` (the untouched exercise) counts as not tried.

    Returns
    -------
    Feedback
        Never raises: an answer of the wrong kind, or one that breaks while it is compared, is "not
        yet". When the key itself cannot be computed, the sentence says so and does not blame the
        answer.

    Examples
    --------
    >>> check("01.1", ...)
    0
    """
    number = number if isinstance(number, str) else repr(number)
    lesson = number.split(".")[0]
    try:
        known = re.fullmatch("[0-9]{1,2}", lesson)
        exercises = lesson_exercises(lesson.zfill(2)) if known else {}
        if number not in exercises:
            return Feedback(0, _unknown(number, lesson, exercises))
        if answer is ...:
            return Feedback(
                0,
                f"{_name(number)}: not tried yet. Replace the three dots and run the cell again.",
            )
        return _judge(exercises[number], answer)
    except (Exception, SystemExit) as error:  # a check never raises, no matter what is broken
        return Feedback(
            0,
            f"{_name(number)} could not be checked, and that is not your answer's fault: "
            f"{_reason(error)}",
        )


def exercise_numbers() -> list[str]:
    """The numbers of all exercises of all lessons, in order, without the questions to try."""
    return [
        number
        for path in lesson_files(current())
        for number in lesson_exercises(path.name[:2])
        if not is_practice(number)
    ]


def is_practice(number: str) -> bool:
    """Whether a number names a question to try while reading, which is never scored.

    Examples
    --------
    >>> is_practice("02.a"), is_practice("02.3")
    (True, False)
    """
    return bool(re.fullmatch(r"[0-9]{2}\.[a-z]", number))


def _name(number: str) -> str:
    return f"Try it {number}" if is_practice(number) else f"Exercise {number}"


def lesson_exercises(lesson: str) -> dict[str, Exercise]:
    """The exercises of the lesson with this number; empty if it has no key.py. `ExerciseError` if
    it is broken.
    """
    collection = current()
    path = next((p for p in lesson_files(collection) if p.name[:2] == lesson), None)
    key = path.with_suffix("") / KEY_FILE if path else None
    if key is None or not key.is_file():
        return {}
    return _read_keys(key, key.stat().st_mtime_ns, collection.root, data_state(collection))


@lru_cache(maxsize=64)
def _read_keys(
    path: Path, modified: int, root: Path, data: tuple[tuple[str, int, int], ...]
) -> dict[str, Exercise]:
    """The exercises in one key.py, read once for each state of the file and of the data: an answer
    that was computed from older tables is never compared with.
    """
    name = f"key_of_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ExerciseError(f"{path} cannot be read as Python.")
    module = importlib.util.module_from_spec(spec)
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ExerciseError(
            f"{path.parent.name}/{path.name} cannot be run: {_reason(error)}"
        ) from error
    finally:
        sys.dont_write_bytecode = writes_bytecode
    keys = getattr(module, "KEYS", None)
    if not isinstance(keys, Keys):
        raise ExerciseError(
            f"{path.parent.name}/{path.name} must define KEYS = Keys() from helpers.exercises."
        )
    return keys.exercises


def _unknown(number: str, lesson: str, exercises: dict[str, Exercise]) -> str:
    near = difflib.get_close_matches(number, exercises, n=1, cutoff=0)
    advice = f"; did you mean {near[0]}?" if near else f": lesson {lesson!r} has no exercises."
    return f"There is no exercise {number!r}{advice}"


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())
    own = isinstance(error, (ExerciseError, CollectionError)) or type(error).__module__.startswith(
        "helpers."
    )
    return text if own else f"{type(error).__name__}: {text}".removesuffix(": ")


def _judge(exercise: Exercise, answer: Any) -> Feedback:
    right, why = _compare(answer, exercise.key(), exercise)
    if right:
        return Feedback(1, f"{_name(exercise.id)}: right.")
    for hint, wrong in exercise.traps.items():
        if _compare(answer, wrong(), exercise)[0]:
            return Feedback(0, f"{_name(exercise.id)}: not yet. {hint}")
    return Feedback(0, f"{_name(exercise.id)}: not yet. {why or exercise.hint}")


def _compare(answer: Any, key: Any, exercise: Exercise) -> tuple[bool, str]:
    """Whether the answer equals the key, and a sentence if it is of the wrong kind."""
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
                    f"One value is asked for; this is a {type(answer).__name__} of "
                    f"{np.size(answer)}.",
                )
            answer = np.asarray(answer, dtype=object).ravel()[0]
        return _equal(answer, key, exercise), ""
    except (
        Exception
    ) as error:  # no matter what a learner hands over, the answer is "not yet", not a traceback
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
            f"The columns should be {', '.join(map(str, key.columns))}; they are "
            f"{', '.join(map(str, answer.columns))}.",
        )
    if len(answer) != len(key):
        return False, f"The table has {len(answer)} rows; that is not the number asked for."
    same = all(_compare_series(answer[column], key[column], exercise)[0] for column in key)
    return same, ""


def _compare_series(answer: Any, key: pd.Series, exercise: Exercise) -> tuple[bool, str]:
    if not isinstance(answer, pd.Series):
        return (
            False,
            "A Series (one column with its index) is asked for; this is a "
            f"{type(answer).__name__}.",
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
    if isinstance(key, numbers.Real):
        if not isinstance(answer, numbers.Real):
            return False
        if is_missing(key) or is_missing(answer):
            return is_missing(key) and is_missing(answer)
        return abs(float(answer) - float(key)) <= max(
            exercise.atol, exercise.rtol * abs(float(key))
        )
    if isinstance(key, str):
        return isinstance(answer, str) and answer.strip().lower() == key.strip().lower()
    return bool(answer == key)
