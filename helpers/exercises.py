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
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.adaptation import OwnExercise, adaptation
from helpers.answers import Match, Tolerance, compare, form_without_key, is_close, other_kind
from helpers.catalogue import data_state
from helpers.collection import CollectionError, current
from helpers.language import ENGLISH, current_language, pattern, say, shown, translatable
from helpers.lessons import EXERCISE, OPEN, lesson_files, shared_folder
from helpers.values import is_finite_number

KEY_FILE = "key.py"
CLOSE = translatable(
    "That is close. Check what you put in, then compute with all digits and round only at the end."
)
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
            say(
                "The question no longer fits the data: {sentence} Change the exercise.",
                sentence=sentence,
            )
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
    """The outcome of a check: shown as a sentence, printed as credit (1 right, 0 otherwise).

    Right and not yet differ by a sign and a color; both colors of a pair are set, so that the
    contrast is the same in a light and in a dark theme.

    `trap` says which of the key's wrong turns the answer took ("trap 1" is the first), if any;
    `tried` is true of an answer that was compared and is not right.
    """

    credit: int
    message: str
    trap: str = ""
    tried: bool = False

    def __repr__(self) -> str:
        return str(self.credit)

    def _repr_html_(self) -> str:
        text = html.escape(self.message)
        outcome = "right" if self.credit else "not yet" if self.tried else ""
        if not outcome:
            return f"<p>{text}</p>"
        sign, ink, paper = _LOOKS[outcome]
        style = f"color:{ink};background:{paper};border-left:4px solid {ink};padding:4px 8px"
        return f'<p style="{style}"><b aria-hidden="true">{sign}</b> {text}</p>'


#: Sign, color of the text and color of the ground of an outcome.
_LOOKS = {"right": ("✓", "#0b5224", "#e3f4e8"), "not yet": ("✗", "#7a2e00", "#fdeedd")}


class Keys:
    """The exercises of one lesson, filled by the file key.py in its folder.

    `later` names exercises whose keys this copy does not have: only the teacher's does.
    """

    def __init__(self) -> None:
        self.exercises: dict[str, Exercise] = {}
        self.later: tuple[str, ...] = ()

    def mark_later(self, *numbers: str) -> None:
        """Name the exercises that are checked by the teacher's copy and not by this one."""
        self.later += numbers

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
    number = number.lower() if isinstance(number, str) else repr(number)
    lesson = number.split(".")[0]
    try:
        known = re.fullmatch("[0-9]{1,2}", lesson)
        keys = _lesson_keys(lesson.zfill(2)) if known else Keys()
        exercises = keys.exercises
        if number not in exercises and number not in keys.later:
            return Feedback(0, _unknown(number, lesson, [*exercises, *keys.later]))
        if answer is ...:
            return Feedback(
                0,
                say(
                    "{name}: not tried yet. Replace the three dots and run the cell again.",
                    name=_name(number),
                ),
            )
        if number in keys.later:
            noted = say(
                "{name}: noted. Your teacher has the key, and the marking will check it.",
                name=_name(number),
            )
            return Feedback(0, f"{noted} {form_without_key(answer)}".rstrip())
        return judge(exercises[number], answer)
    except (Exception, SystemExit) as error:  # a check never raises, no matter what is broken
        return Feedback(
            0,
            say(
                "{name} could not be checked, and that is not your answer's fault: {reason}",
                name=_name(number),
                reason=reason_of(error),
            ),
        )


def is_practice(number: str) -> bool:
    """Whether a number names a question to try while reading, which is never scored.

    Examples
    --------
    >>> is_practice("02.a"), is_practice("02.3")
    (True, False)
    """
    return bool(re.fullmatch(r"[0-9]{2}\.[a-z]", number))


def _name(number: str) -> str:
    return say("Try it {number}" if is_practice(number) else "Exercise {number}", number=number)


def lesson_exercises(lesson: str) -> dict[str, Exercise]:
    """The exercises of the lesson with this number; empty if it has no key.py. `ExerciseError` if
    it is broken.
    """
    return _lesson_keys(lesson).exercises


def _lesson_keys(lesson: str) -> Keys:
    collection = current()
    path = next((p for p in lesson_files(collection) if p.name[:2] == lesson), None)
    if path is None:
        return Keys()
    key = shared_folder(path) / KEY_FILE
    keys = Keys()
    if key.is_file():
        keys = _read_keys(key, key.stat().st_mtime_ns, collection.root, data_state(collection))
    own = adaptation(collection).exercises(lesson)
    return _with_own(keys, own) if own else keys


def _with_own(keys: Keys, own: list[OwnExercise]) -> Keys:
    """The keys of a lesson and those of a teacher's own exercises, which keep theirs in a file."""
    both = Keys()
    both.exercises, both.later = dict(keys.exercises), keys.later
    for one in own:
        if one.id in keys.exercises:
            raise ExerciseError(
                say("{id} is the lesson's: give your own exercise another id.", id=one.id)
            )
        key = partial(_given, one.answer)
        both.exercises[one.id] = Exercise(one.id, key, one.hint, rtol=0, atol=one.tolerance)
    return both


def _given(answer: Any) -> Any:
    return answer


@lru_cache(maxsize=64)
def _read_keys(
    path: Path, modified: int, root: Path, data: tuple[tuple[str, int, int], ...]
) -> Keys:
    """The keys in one key.py, read once for each state of the file and of the data: an answer
    that was computed from older tables is never compared with.
    """
    name = f"key_of_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ExerciseError(say("{path} cannot be read as Python.", path=path))
    module = importlib.util.module_from_spec(spec)
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ExerciseError(
            say(
                "{path} cannot be run: {reason}",
                path=f"{path.parent.name}/{path.name}",
                reason=reason_of(error),
            )
        ) from error
    finally:
        sys.dont_write_bytecode = writes_bytecode
    keys = getattr(module, "KEYS", None)
    if not isinstance(keys, Keys):
        raise ExerciseError(
            say(
                "{path} must define KEYS = Keys() from helpers.exercises.",
                path=f"{path.parent.name}/{path.name}",
            )
        )
    return keys


def _unknown(number: str, lesson: str, known: list[str]) -> str:
    if _is_open(number, lesson.zfill(2)):
        return say(
            "Exercise {number} is open: a person reads the answer, and check() has no key for it. "
            "Write your answer in the text cell of the exercise.",
            number=number,
        )
    near = difflib.get_close_matches(number, known, n=1, cutoff=0)
    if near:
        return say(
            "There is no exercise {number!r}; did you mean {near}?", number=number, near=near[0]
        )
    return say(
        "There is no exercise {number!r}: lesson {lesson!r} has no exercises.",
        number=number,
        lesson=lesson,
    )


def _is_open(number: str, lesson: str) -> bool:
    """Whether the lesson with this number asks for an answer in words under this number."""
    place = number.partition(".")[2]
    heading = rf"### {pattern(EXERCISE)} {lesson}\.{re.escape(place)} \({pattern(OPEN)}\)"
    paths = [path for path in lesson_files(current()) if path.name[:2] == lesson]
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in paths)
    return any(re.search(heading, text) for text in texts)


def reason_of(error: BaseException) -> str:
    """Why something of a key failed, in words; with the type of an error that is not the
    helpers' own.
    """
    text = " ".join(str(error).split())
    own = isinstance(error, (ExerciseError, CollectionError)) or type(error).__module__.startswith(
        "helpers."
    )
    return text if own else f"{type(error).__name__}: {text}".removesuffix(": ")


def _match(answer: Any, key: Any, tolerance: Tolerance) -> Match:
    """How an answer compares with a key, or its displayed words with those of the key, whichever is
    nearer.
    """
    match = compare(answer, key, tolerance)
    if match.right or current_language() == ENGLISH:
        return match
    in_words = compare(_in_words(answer), _in_words(key), tolerance)
    return max(match, in_words, key=lambda one: (one.right, bool(one.form), not one.kind))


def _is_zero(value: Any) -> bool:
    """Whether a value is 0, also as text or as the one entry of a list."""
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)) and value.size == 1:
        value = value.tolist()
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        with suppress(ValueError):
            value = float(value)
    return is_finite_number(value) and abs(value) < 1e-9


def _in_words(value: Any) -> Any:
    """An answer with the names in it as they are displayed."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    for kind in (list, tuple, set, frozenset):  # named tuples, too, which are made in another way
        if isinstance(value, kind):
            return kind(map(_in_words, value))
    if isinstance(value, pd.Index) and not isinstance(value, pd.RangeIndex):
        return value.map(shown)
    return shown(value)


def judge(exercise: Exercise, answer: Any) -> Feedback:
    """Right before everything; then a trap that is met exactly, the right value in another form, a
    trap in another form, another kind, and the hint. Text for a number, a number for a letter or
    another length is said before the hint. An answer may also be in the words that are displayed
    for names in the data, in the language in use.
    """
    tolerance = Tolerance(exercise.rtol, exercise.atol)
    match = _match(answer, exercise.key(), tolerance)
    if match.right:
        return Feedback(1, say("{name}: right.", name=_name(exercise.id)))
    wrong_turns = {hint: wrong() for hint, wrong in exercise.traps.items()}
    if _is_zero(answer):  # near many small numbers, and the result of none
        wrong_turns = {hint: wrong for hint, wrong in wrong_turns.items() if _is_zero(wrong)}
    traps = {hint: _match(answer, wrong, tolerance) for hint, wrong in wrong_turns.items()}
    met = next((hint for hint, trap in traps.items() if trap.right), "")
    nearly = next((hint for hint, trap in traps.items() if trap.form), "")
    kind = other_kind(answer, exercise.key())
    hint = f"{match.length or kind} {shown(exercise.hint)}".lstrip()
    close = is_close(answer, exercise.key()) and CLOSE
    said = next(filter(None, [met, match.form, close, nearly, match.kind, hint]))
    place = list(exercise.traps).index(said) + 1 if said in traps else 0
    trap = f"trap {place}" if place else ""
    words = f"{kind} {shown(said)}" if kind and said == nearly else shown(said)
    message = say("{name}: not yet. {said}", name=_name(exercise.id), said=words)
    return Feedback(0, message, trap, tried=True)
