"""What the answers of a submission are worth: plain data beside the keys, nothing executed.

Keys are functions of the collection's own tables. The answers come from a run as JSON; they are
turned into numbers, texts, lists, Series and DataFrames by values.py and compared by the same rules
as `check`, in the language in use: hints are in that language, and an answer may be what is
displayed in it for a name in the data. States and traps are the same in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from helpers.exercises import (
    Exercise,
    ExerciseError,
    is_practice,
    judge,
    lesson_exercises,
)
from helpers.language import say, shown, translatable
from marking.exercises import clean
from marking.values import Unknown, ValueFormError, from_plain

RIGHT, WRONG, UNTOUCHED = "right", "wrong", "untouched"
NOT_FOUND, NOT_RUN = "not found", "not run"
STATES = (RIGHT, WRONG, UNTOUCHED, NOT_FOUND, NOT_RUN)
#: What place.py and inside.py say of a cell or a run that did not end well.
OF_RUNS = frozenset(
    {
        translatable("too long"),
        translatable("it took too long"),
        translatable("its process ended"),
        translatable("it reported more than a run reports"),
        translatable("it needs more memory than it may have"),
        translatable("too many cells ended the run"),
    }
)
#: Says its sentence in the language in use when it is called.
Reason = Callable[[], str]


@dataclass(frozen=True)
class Mark:
    """One exercise of one submission.

    Attributes
    ----------
    state : str
        right, wrong, untouched, not found (its cell is gone), not run (it was not run, or not to
        its end: the remark says why).
    credit : int
        1 if right, else 0.
    trap : str
        Which of the key's wrong turns it took ("trap 1"), if any.
    message : str
        What the learner is told of an answer that is wrong or could not be run, in the language of
        the submission.
    reasons : tuple of Reason
        What a teacher should know: the error of the cell, or that the exercise is there twice.
    """

    state: str
    credit: int = 0
    trap: str = ""
    message: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def remark(self) -> str:
        """The reasons in the language in use."""
        return "; ".join(reason() for reason in self.reasons)


def of_run(said: str) -> str:
    """What a run says of a cell, in the language in use; a submission may have invented it."""
    return str(shown(said)) if said in OF_RUNS else said


def not_yet(number: str, said: str) -> str:
    """What `check` says of a wrong answer, with what there is to look at."""
    name = say("Exercise {number}", number=number)
    return say("{name}: not yet. {said}", name=name, said=said)


def scored(lesson: str) -> list[Exercise]:
    """The exercises of a lesson ("02") that `check` marks, without questions to try."""
    exercises = lesson_exercises(lesson)
    return [one for number, one in exercises.items() if not is_practice(number)]


def judge_all(
    exercises: list[Exercise],
    answers: dict[str, Any],
    twice: Collection[str] = (),
    there: Collection[str] = (),
    ended: str = "",
) -> dict[str, Mark]:
    """A mark for every exercise of a lesson.

    Parameters
    ----------
    exercises : list of Exercise
        What `scored` gives: read once for all submissions.
    answers : dict
        What the run reported, by exercise: ``{"answer": plain data, "error": text}``.
    twice : collection of str
        Exercises that were answered in more than one cell.
    there : collection of str
        Exercises for which the notebook has a cell, whether or not the run came to it.
    ended : str
        Why the run ended early, as it reported; empty if it came to its end.
    """
    marks = {}
    for exercise in exercises:
        number = exercise.id
        reported = answers.get(number)
        if reported is None:
            marks[number] = _unreported(ended) if number in there else _without_cell()
            continue
        mark = judge_one(exercise, reported)
        if number in twice:
            again = partial(say, translatable("answered twice, the last counts"))
            mark = replace(mark, reasons=(*mark.reasons, again))
        marks[number] = mark
    return marks


def _without_cell() -> Mark:
    """The mark of an exercise whose cell is gone."""
    return Mark(NOT_FOUND, reasons=(partial(say, translatable("no cell answers it")),))


def _unreported(ended: str) -> Mark:
    """The mark of an exercise whose cell is there, and of which the run reported nothing."""
    if not ended:
        return Mark(NOT_RUN, reasons=(partial(say, translatable("its cell was not run")),))
    message = say(
        "The run ended before it came to this cell: restart the kernel, run all cells from the "
        "top, and repair the first one that fails or takes too long."
    )
    return Mark(NOT_RUN, message=message, reasons=(partial(_ended_before, ended),))


def _ended_before(ended: str) -> str:
    reason = of_run(clean(ended[:200]))
    return say("the run ended before its cell: {reason}", reason=reason)


def judge_one(exercise: Exercise, reported: Any) -> Mark:
    """The mark of one exercise from what a run reported of it. An answer counts only if its cell
    came to its end.
    """
    plain = reported.get("answer") if type(reported) is dict else None
    error = clean(str(reported.get("error", ""))[:200]) if type(reported) is dict else ""
    if error:  # whatever it had set by then: that may be a start value
        return Mark(NOT_RUN, message=_advice(error), reasons=(partial(of_run, error),))
    if type(plain) is dict and plain.get("kind") == "not run":
        unrun = (partial(say, translatable("its cell was not run")),)
        return Mark(NOT_RUN, reasons=unrun)
    try:
        answer = from_plain(plain)
    except (ValueFormError, RecursionError, KeyError, TypeError, ValueError) as problem:
        unread = translatable("the answer cannot be read: {problem}")
        return Mark(NOT_RUN, reasons=(partial(say, unread, problem=str(problem)),))
    if answer is ...:
        return Mark(UNTOUCHED)
    if isinstance(answer, Unknown):
        message = not_yet(exercise.id, say("The answer is of the type {name}.", name=answer.name))
        return Mark(WRONG, message=message)
    try:
        outcome = judge(exercise, answer)
    except ExerciseError:
        raise  # the key's fault, not the answer's
    except Exception as problem:
        uncompared = translatable("the answer cannot be compared: {kind}")
        return Mark(NOT_RUN, reasons=(partial(say, uncompared, kind=type(problem).__name__),))
    state = RIGHT if outcome.credit else WRONG
    return Mark(state, outcome.credit, outcome.trap, outcome.message)


def _advice(error: str) -> str:
    """What a learner does about a cell that failed in this way."""
    if error in ("too long", "it took too long"):
        return say("The cell did not come to an end: look for a loop that never stops.")
    if error == "EOFError":  # what input() raises where nobody can type
        return say("The cell waits for someone to type: write the value into the cell.")
    if error == "NameError":
        return say(
            "A name is used that no cell above sets: restart the kernel, run all cells from the "
            "top, and repair the first one that fails."
        )
    return say(
        "The cell fails: restart the kernel, run all cells from the top, and repair the first one "
        "that fails."
    )
