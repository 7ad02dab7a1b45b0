"""check(): right, wrong, odd and absent answers of every exercise; guide, lesson, keys and
solutions name the same ones.
"""

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
        assert not exercises._compare(wrong(), exercise.key(), exercise)[0], (
            f"the trap {hint!r} of {id} equals the key"
        )


@pytest.mark.parametrize("id", IDS)
def test_hints_do_not_show_the_answer(id: str) -> None:
    exercise = exercises._exercises(id.split(".")[0])[id]
    key = exercise.key()
    if isinstance(key, str) and len(key) < 3:
        return  # a letter stands in every sentence
    hints = " ".join([exercise.hint, *exercise.traps])
    values = (
        key
        if isinstance(key, (list, set, tuple))
        else []
        if isinstance(key, (pd.Series, pd.DataFrame))
        else [key]
    )
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


ODD = [
    None,
    "",
    "x",
    -1,
    0.0,
    float("nan"),
    float("inf"),
    1j,
    [],
    [1, "a"],
    {},
    set(),
    pd.Series(dtype=float),
    pd.DataFrame(),
    np.zeros((2, 2)),
    Hostile(),
    len,
    [Hostile()],
    b"1",
    pd.NA,
    pd.NaT,
]


@pytest.mark.parametrize("id", IDS)
def test_odd_answers_do_not_raise(id: str) -> None:
    for answer in ODD:
        assert check(id, answer).credit == 0
    yes, no = check(id, True).credit, check(id, False).credit
    assert (yes, no) in (
        ((1, 0), (0, 1))
        if isinstance(exercises._exercises(id.split(".")[0])[id].key(), (bool, np.bool_))
        else ((0, 0),)
    ), "True is no number and no text"


def test_unknown_exercise_is_a_sentence() -> None:
    assert "There is no exercise '02.77'" in check("02.77", 1).message
    assert "no exercises" in check("77.1", 1).message


@pytest.mark.parametrize("lesson", LESSONS, ids=attrgetter("name"))
def test_lesson_keys_solutions_and_guide_name_the_same(lesson: Lesson) -> None:
    keys = [id for id in IDS if id.startswith(lesson.number + ".")]
    assert lesson.exercises == keys, "the lesson's check() calls and helpers/keys/ differ"
    solved = [name for name in solutions(lesson.number) if name.startswith("exercise_")]
    assert solved == [f"exercise_{id.split('.')[1]}" for id in keys], (
        "tests/solutions/ and helpers/keys/ differ"
    )
    answered = re.findall(
        r"\*\*Answer ([\d.]+):\*\*", (GUIDE / f"{lesson.name}.md").read_text(encoding="utf-8")
    )
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
    assert credit("t.series", pd.Series({"b": 2.001, "a": 1.0}))[0], (
        "order of the index does not matter, nor a value within tolerance"
    )
    assert not credit("t.series", pd.Series({"a": 1.0, "b": 2.1}))[0]
    assert "Series" in credit("t.series", [1, 2])[1]
    assert "index" in credit("t.series", pd.Series({"a": 1.0, "c": 2.0}))[1]
    assert credit("t.frame", pd.DataFrame({"y": ["p", "q"], "x": [1, 2]}))[0]
    assert not credit("t.frame", pd.DataFrame({"y": ["p", "z"], "x": [1, 2]}))[0]
    assert "columns" in credit("t.frame", pd.DataFrame({"z": [1, 2]}))[1]
    assert credit("t.list", (1, 2.0))[0] and not credit("t.list", [2, 1])[0]
    assert (
        credit("t.set", ["Cocaine", " heroin"])[0]
        and not credit("t.set", ["cocaine", "cocaine"])[0]
    )
    assert credit("t.text", " fentanyl ")[0] and not credit("t.text", "heroin")[0]
    assert (
        credit("t.true", True)[0] and credit("t.true", np.True_)[0] and not credit("t.true", 1)[0]
    )


@given(
    st.one_of(
        st.floats(), st.integers(), st.text(), st.lists(st.floats()), st.none(), st.booleans()
    )
)
@settings(max_examples=100, deadline=None)
def test_check_never_raises(answer: Any) -> None:
    assert check("02.1", answer).credit in (0, 1)


KINDS = [
    ("t.series", [1, 2], "A Series (one column with its index) is asked for; this is a list."),
    (
        "t.series",
        pd.Series({"a": 1.0}),
        "The Series has 1 entries; that is not the number asked for.",
    ),
    (
        "t.series",
        pd.Series({"a": 1.0, "c": 2.0}),
        "The index is not the one asked for: look at what each entry stands for.",
    ),
    ("t.frame", [[1, "p"]], "A table (DataFrame) is asked for; this is a list."),
    (
        "t.frame",
        pd.DataFrame({"x": [1, 2], 5: [1, 2]}),
        "The columns should be x, y; they are x, 5.",
    ),
    (
        "t.frame",
        pd.DataFrame({"x": [1], "y": ["p"]}),
        "The table has 1 rows; that is not the number asked for.",
    ),
    ("t.frame", pd.DataFrame({"x": [1, 3], "y": ["p", "q"]}), ""),
    ("t.list", 5, "A list is asked for; this is a int."),
    ("t.list", [1, 2, 3], "The list has 3 entries; that is not the number asked for."),
    ("t.set", ["heroin"], "The list has 1 entries; that is not the number asked for."),
    ("t.text", ["fentanyl", "x"], "One value is asked for; this is a list of 2."),
    ("t.text", pd.Series(dtype=float), "One value is asked for; this is a Series of 0."),
    ("t.text", Hostile(), ""),
    ("t.list", Hostile(), "A list is asked for; this is a Hostile."),
    ("t.odd", Hostile(), "The answer could not be compared (RuntimeError): look at its type."),
]


@pytest.mark.parametrize(
    ("id", "answer", "sentence"), KINDS, ids=[id for id, *_ in KINDS]
)  # pytest may not ask hostile things for their names
def test_what_is_said_of_a_wrong_kind_of_answer(id: str, answer: Any, sentence: str) -> None:
    assert credit(id, answer) == (False, sentence)


KEYS.add("t.odd", "hint")(lambda: b"bytes")
KEYS.add("t.number", "hint", rtol=0.01, atol=0.5)(lambda: 100)
KEYS.add("t.small", "hint")(lambda: 0.0)
KEYS.add("t.gap", "hint")(lambda: float("nan"))
KEYS.add("t.tuple", "hint")(lambda: (1, "two", None))


def test_one_value_may_come_in_a_container() -> None:
    for one in (
        [100],
        (100,),
        np.array([[100]]),
        pd.Series([100]),
        pd.DataFrame({"x": [100]}),
        np.int64(100),
        100.0,
    ):
        assert credit("t.number", one) == (True, "")
    assert credit("t.odd", b"bytes") == (True, "") and credit("t.odd", b"other") == (False, "")


def test_how_near_a_number_must_be() -> None:
    assert [credit("t.number", 100 + off)[0] for off in (0.999, -0.999, 1, 1.001, -1.001)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [credit("t.small", off)[0] for off in (0, 1e-9, -1e-9, 1.1e-9)] == [
        True,
        True,
        True,
        False,
    ]
    big = Exercise("t", lambda: 1e6, "hint")
    assert [exercises._compare(1e6 + off, 1e6, big)[0] for off in (1, 1.1)] == [True, False], (
        "a millionth, unless the exercise says otherwise"
    )
    assert KEYS.exercises["t.small"].rtol == 1e-6 and KEYS.exercises["t.small"].atol == 1e-9


def test_what_is_no_number() -> None:
    for answer in (float("nan"), 100j, 100 + 0j, "100", True, None):
        assert credit("t.number", answer)[0] is False
    assert (
        credit("t.gap", float("nan"))[0]
        and not credit("t.gap", pd.NA)[0]
        and not credit("t.gap", 0.0)[0]
    )
    assert (
        not credit("t.true", False)[0]
        and not credit("t.text", True)[0]
        and not credit("t.text", 5)[0]
    )
    assert credit("t.tuple", [1, " TWO ", None])[0] and not credit("t.tuple", [1, "two", 3])[0]


def test_lists_come_as_any_sequence() -> None:
    for answer in (
        [1, 2],
        (1, 2),
        np.array([1, 2]),
        pd.Series([1, 2], index=[7, 8]),
        pd.Index([1, 2]),
    ):
        assert credit("t.list", answer) == (True, "")
    assert (
        credit("t.set", {"HEROIN ", "cocaine"}) == (True, "")
        and not credit("t.set", ["heroin", "fentanyl"])[0]
    )


def test_tolerance_holds_inside_tables_too() -> None:
    assert (
        credit("t.series", pd.Series({"a": 1.009, "b": 2.0}))[0]
        and not credit("t.series", pd.Series({"a": 1.011, "b": 2.0}))[0]
    )
    assert credit("t.frame", pd.DataFrame({"x": [1, 2 + 1e-9], "y": ["P", "q "]}))[0]
    assert not credit("t.frame", pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}, index=[5, 6]))[0], (
        "the index of a table counts"
    )


def test_check_says_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys()
    asked: list[str] = []

    def sums() -> int:
        asked.append("key")
        return 7

    def doubled() -> int:
        asked.append("trap")
        return 14

    assert (
        keys.add("99.1", "Add them up.", traps={"Each is counted twice.": doubled})(sums) is sums
    ), "the decorated function stays as it is"
    keys.add("99.2", "Look <again>.")(lambda: [1])
    monkeypatch.setattr(
        exercises, "_exercises", lambda lesson: keys.exercises if lesson == "99" else {}
    )
    assert check("99.1", 7).message == "Exercise 99.1: right." and check("99.1", 7).credit == 1
    assert (
        check("99.1", ...).message
        == "Exercise 99.1: not tried yet. Replace the three dots and run the cell again."
    )
    assert (
        check("99.1", 8).message == "Exercise 99.1: not yet. Add them up."
        and check("99.1", 8).credit == 0
    )
    assert (
        check("99.1", 14).message == "Exercise 99.1: not yet. Each is counted twice."
        and check("99.1", 14).credit == 0
    )
    assert check("99.2", 1).message == "Exercise 99.2: not yet. A list is asked for; this is a int."
    assert (
        check("99.2", [2])._repr_html_() == "<p>Exercise 99.2: not yet. Look &lt;again&gt;.</p>"
        and repr(check("99.2", [2])) == "0"
    )
    assert (
        check("99.3", 1).message == "There is no exercise '99.3'; did you mean 99.2?"
        or check("99.3", 1).message == "There is no exercise '99.3'; did you mean 99.1?"
    )
    assert (
        check("98.3", 1).message == "There is no exercise '98.3': lesson '98' has no exercises."
        and check("98.3", 1).credit == 0
    )
    assert check(99.1, 7).message == "Exercise 99.1: right.", (
        "a number is read as the text it prints"
    )
    assert check("x", 7).message == "There is no exercise 'x': lesson 'x' has no exercises."
    assert asked.count("key") == asked.count("trap") == 1, "each is computed once"


def test_a_module_of_keys_that_breaks_is_not_a_lesson_without_exercises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(name: str) -> None:
        raise ModuleNotFoundError("No module named 'seaborn'", name="seaborn")

    exercises._exercises.cache_clear()
    monkeypatch.setattr(exercises.importlib, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="seaborn"):
        check("02.1", 1)
    monkeypatch.undo()
    assert exercises._exercises("77") == {} and list(exercises._exercises("02"))[0] == "02.1"
    assert sorted(IDS) == IDS and IDS[0] == "00.1"
