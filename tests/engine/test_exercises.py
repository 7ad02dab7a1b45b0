"""check() compares every kind of answer, and never raises, whatever is broken."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.adaptation import VARIABLE as AS_PUBLISHED
from helpers.collection import VARIABLE
from helpers.exercises import (
    CLOSE,
    Exercise,
    ExerciseError,
    Feedback,
    check,
    judge,
    lesson_exercises,
    premise,
)
from tests.toy import describe, write_toy

KEY = """
import pandas as pd
from helpers.exercises import Keys, premise

KEYS = Keys()
KEYS.add("01.series", "Look.", rtol=0.01)(lambda: pd.Series({"a": 1.0, "b": 2.0}))
KEYS.add("01.frame", "Look.")(lambda: pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}))
KEYS.add("01.list", "Look.")(lambda: [1, 2])
KEYS.add("01.set", "Look.")(lambda: {"novels", "maps"})
KEYS.add("01.text", "Look.")(lambda: "Novels")
KEYS.add("01.letter", "Look.")(lambda: "b")
KEYS.add("01.true", "Look.")(lambda: True)
KEYS.add("01.bytes", "Look.")(lambda: b"bytes")
KEYS.add("01.number", "Look.", rtol=0.01, atol=0.5)(lambda: 100)
KEYS.add("01.large", "Look.")(lambda: 1e6)
KEYS.add("01.small", "Look.")(lambda: 0.0)
KEYS.add("01.gap", "Look.")(lambda: float("nan"))
KEYS.add("01.tuple", "Look.")(lambda: (1, "two", None))
KEYS.add("01.html", "Look <again>.")(lambda: 1)
calls = []

def key():
    calls.append("key")
    return 7

def doubled():
    calls.append("trap")
    return 14

same = KEYS.add("01.trap", "Add them up.", traps={"Each is counted twice.": doubled})(key) is key
KEYS.add("01.once", "Look.")(lambda: (same, len(calls)))
KEYS.mark_later("01.late", "01.later")
KEYS.mark_later("01.b")

@KEYS.add("01.premise", "Look.")
def _():
    premise(False, "The last year must be unfinished.")
    return "b"

KEYS.add("01.2", "Look.")(lambda: 2)
KEYS.add("01.a", "Look.")(lambda: 2)
KEYS.add("01.fails", "Look.")(lambda: 1 / 0)
KEYS.add("01.exits", "Look.")(lambda: exit(3))
KEYS.add("01.failing_trap", "Look.", traps={"Never shown.": lambda: {}["x"]})(lambda: 1)
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy collection whose key has an answer of every kind."""
    folder = write_toy(tmp_path_factory.mktemp("kinds") / "library")
    (folder / "notebooks" / "01_library_loans" / "key.py").write_text(KEY, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _with_every_kind(kinds: Path, _on_the_toy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(kinds))


def right(kind: str, answer: Any) -> bool:
    return check(f"01.{kind}", answer).credit == 1


def said(kind: str, answer: Any) -> str:
    """What is said of a wrong answer."""
    feedback = check(f"01.{kind}", answer)
    assert feedback.credit == 0
    return feedback.message.removeprefix(f"Exercise 01.{kind}: not yet. ")


class Hostile:
    """An object that breaks whatever is done with it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    __hash__ = None


def test_right_answers_of_every_kind() -> None:
    assert right("series", pd.Series({"b": 2.001, "a": 1.0})), "neither order nor a trifle matters"
    assert not right("series", pd.Series({"a": 1.0, "b": 2.1}))
    assert right("frame", pd.DataFrame({"y": ["p", "q"], "x": [1, 2]}))
    assert right("frame", pd.DataFrame({"x": [1, 2 + 1e-9], "y": ["P", "q "]}))
    assert not right("frame", pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}, index=[5, 6]))
    assert right("text", " novels ") and not right("text", "maps")
    assert right("true", True) and right("true", np.True_)
    assert right("bytes", b"bytes") and not right("bytes", b"other")
    assert right("tuple", [1, " TWO ", None]) and not right("tuple", [1, "two", 3])
    for answer in ([1, 2], (1, 2.0), np.array([1, 2]), pd.Series([1, 2]), pd.Index([1, 2])):
        assert right("list", answer)
    assert not right("list", [2, 1])
    assert right("set", ["Maps", " novels"]) and right("set", {"NOVELS ", "maps"})
    assert not right("set", ["maps", "maps"]) and not right("set", ["maps", "poems"])


def test_one_value_may_come_in_a_container() -> None:
    alone = [[100], (100,), np.array([[100]]), pd.Series([100]), pd.DataFrame({"x": [100]})]
    for answer in [*alone, np.int64(100), 100.0]:
        assert right("number", answer)


def test_how_near_a_number_must_be() -> None:
    near = [right("number", 100 + off) for off in (0.999, -0.999, 1, 1.001, -1.001)]
    assert near == [True, True, True, False, False]
    assert [right("small", off) for off in (0, 1e-9, -1e-9, 1.1e-9)] == [True, True, True, False]
    assert right("large", 1e6 + 1) and not right("large", 1e6 + 1.1), "a millionth by default"
    assert right("series", pd.Series({"a": 1.009, "b": 2.0})), "tolerance holds inside tables too"
    assert not right("series", pd.Series({"a": 1.011, "b": 2.0}))


def test_what_is_no_number() -> None:
    for answer in (float("nan"), 100j, 100 + 0j, "100", True, None):
        assert not right("number", answer)
    assert right("gap", float("nan")) and not right("gap", pd.NA) and not right("gap", 0.0)
    assert not right("true", False) and not right("true", 1)
    assert not right("text", True) and not right("text", 5)


NOTHING = (
    "If it comes from print(): that only displays a value and gives nothing back. Write the value "
    "itself, or its name."
)
PLAIN = "A plain number is asked for, without quotation marks or a unit."
KINDS = [
    ("series", [1, 2], "A column with its labels (a Series) is asked for; this is a list of 2."),
    (
        "series",
        pd.Series({"a": 1.0}),
        "The column has 1 value; that is not the number asked for. Look.",
    ),
    (
        "series",
        pd.Series({"a": 1.0, "c": 2.0}),
        "The labels are not those asked for: look at what each value belongs to.",
    ),
    ("frame", [[1, "p"]], "A table (DataFrame) is asked for; this is a list of 1."),
    (
        "frame",
        pd.DataFrame({"x": [1, 2], 5: [1, 2]}),
        "The columns should be x, y; they are x, 5.",
    ),
    (
        "frame",
        pd.DataFrame({"x": [1], "y": ["p"]}),
        "The table has 1 row; that is not the number asked for. Look.",
    ),
    ("frame", pd.DataFrame({"x": [1, 3], "y": ["p", "q"]}), "Look."),
    ("list", 5, "A list is asked for; this is a whole number."),
    ("list", [1, 2, 3], "The list has 3 entries; that is not the number asked for. Look."),
    ("set", ["novels"], "The list has 1 entry; that is not the number asked for. Look."),
    ("text", ["novels", "x"], "One value is asked for; this is a list of 2."),
    (
        "text",
        pd.Series(dtype=float),
        "One value is asked for; this is a column (Series) of 0 values.",
    ),
    (
        "text",
        Hostile(),
        "Text in quotation marks is asked for; this is an object of type Hostile.",
    ),
    ("list", Hostile(), "A list is asked for; this is an object of type Hostile."),
    ("bytes", Hostile(), "The answer could not be compared (RuntimeError): look at its type."),
    ("trap", 8, "Add them up."),
    ("trap", 14, "Each is counted twice."),
    (
        "trap",
        (1, 200),
        "One value is asked for; with a comma, Python reads more than one: write 100000 or 12.5.",
    ),
    ("trap", (1, "200"), "One value is asked for; this is a list of 2."),
    ("trap", "7 loans", f"{PLAIN} Add them up."),
    ("trap", "1.6 %", f"{PLAIN} Add them up."),
    ("trap", "14 %", f"{PLAIN} Each is counted twice."),
    ("letter", 2, "The answer is a letter or letters, in quotation marks. Look."),
    ("letter", "the second", "The answer is a letter or letters, in quotation marks. Look."),
    ("letter", "c", "Look."),
    ("letter", "a, c", "Look."),
    ("letter", "z", "Look."),
    ("text", 5, "Look."),
    ("true", "maybe", "True or False is asked for; this is text."),
    ("trap", None, f"A number is asked for; this is nothing (None). {NOTHING}"),
    ("trap", {"total": 7}, "A number is asked for; this is a dictionary."),
    ("trap", 10**400, "The answer is far too large, or infinite. Add them up."),
    ("trap", float("-inf"), "The answer is far too large, or infinite. Add them up."),
    ("trap", float("nan"), "The answer is an empty value (NaN). Add them up."),
    ("trap", pd.Timestamp("2017-12-14"), "A number is asked for; this is a date."),
    ("letter", True, "Text in quotation marks is asked for; this is True or False."),
]


@pytest.mark.parametrize(
    ("kind", "answer", "sentence"), KINDS, ids=[kind for kind, *_ in KINDS]
)  # the names are given because pytest may not ask a hostile object for one
def test_what_is_said_of_a_wrong_answer(kind: str, answer: Any, sentence: str) -> None:
    assert said(kind, answer) == sentence


def test_what_check_shows() -> None:
    assert check("01.trap", 7).message == "Exercise 01.trap: right."
    untouched = "not tried yet. Replace the three dots and run the cell again."
    assert check("01.trap", ...).message == f"Exercise 01.trap: {untouched}"
    feedback = check("01.html", 2)
    assert feedback._repr_html_().endswith("Exercise 01.html: not yet. Look &lt;again&gt;.</p>")
    assert repr(feedback) == "0" and repr(check("01.html", 1)) == "1"
    check("01.trap", 8)
    assert right("once", (True, 2)), "key and trap are computed once, and stay plain functions"


def luminance(color: str) -> float:
    """Relative luminance as the accessibility guidelines (WCAG) define it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_right_and_not_yet_differ_by_sign_and_color() -> None:
    looks = {}
    for answer in (7, 8):
        shown = check("01.trap", answer)._repr_html_()
        ink, ground = re.findall(r"color:(#\w{6});background:(#\w{6})", shown)[0]
        contrast = (luminance(ground) + 0.05) / (luminance(ink) + 0.05)
        assert contrast > 7, "legible in every theme: both colors are set"
        sign = re.search(r'<b aria-hidden="true">(.)</b>', shown)
        assert sign, "color is never the only difference"
        looks[answer] = (sign[1], ink)
    assert looks[7][0] != looks[8][0] and looks[7][1] != looks[8][1]
    assert check("01.trap", ...)._repr_html_().startswith("<p>"), "not tried: no verdict"


def test_a_trap_is_met_in_another_form_too() -> None:
    assert said("trap", "14") == f"{PLAIN} Each is counted twice."
    assert said("trap", "7").startswith("The value is right, but it is text")


def test_a_question_to_try_is_checked_and_never_counted() -> None:
    assert check("01.a", 2).message == "Try it 01.a: right."
    assert check("01.a", 3).message == "Try it 01.a: not yet. Look."
    assert check("01.a", ...).message.startswith("Try it 01.a: not tried yet. ")


def test_an_exercise_whose_key_only_the_teacher_has_is_noted() -> None:
    noted = "Exercise 01.later: noted. Your teacher has the key, and the marking will check it."
    assert check("01.later", 3) == Feedback(0, noted)
    assert check("01.late", "3").message == noted.replace("later", "late") + (
        " It is text: if a number is asked for, leave out the quotation marks."
    )
    assert check("01.b", 3) == check("01.B", 3)
    assert check("01.b", 3).message.startswith("Try it 01.b: noted. ")
    assert check("01.later", ...).message.startswith("Exercise 01.later: not tried yet. ")
    assert check("01.laterr", 3).message.endswith("did you mean 01.later?")


@pytest.mark.parametrize(
    ("number", "named", "said"),
    [
        *((one, one, "; did you mean 01.tuple?") for one in ("01.tupel", "1.tuple", "1.tupel")),
        ("98.3", "98.3", ": lesson '98' has no exercises."),
        ("x", "x", ": lesson 'x' has no exercises."),
        (98.3, "98.3", ": lesson '98' has no exercises."),  # read as its text
        (None, "None", ": lesson 'None' has no exercises."),
    ],
)
def test_an_unknown_exercise_is_a_sentence(number: Any, named: str, said: str) -> None:
    assert check(number, 7) == Feedback(0, f"There is no exercise {named!r}{said}")


def test_an_open_exercise_is_said_to_be_open(
    own_toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(own_toy))
    lesson = own_toy / "notebooks" / "01_library_loans.ipynb"
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    headings = ("### Exercise 01.7 (open)", "### Ejercicio 01.8 (abierto)", "### Exercise 01.6")
    for heading in headings:
        cell = {"cell_type": "markdown", "metadata": {}, "source": f"{heading}\n\nWhy?"}
        notebook["cells"].append(cell)
    lesson.write_text(json.dumps(notebook), encoding="utf-8")
    for number in ("01.7", "01.8", "1.7"):
        assert check(number, "Because.") == Feedback(
            0,
            f"Exercise {number} is open: a person reads the answer, and check() has no key for it. "
            "Write your answer in the text cell of the exercise.",
        )
    for number in ("01.6", "01.77", "01.", "01x7", "02.7"):
        assert check(number, "Because.").message.startswith("There is no exercise ")


ODD = [
    *(None, "", "x", -1, 0.5, float("inf"), 1j, [], [1, "a"], {}, set(), len, b"1", pd.NA, pd.NaT),
    *(pd.DataFrame(), np.zeros((2, 2)), Hostile(), [Hostile()], 10**400, range(3)),
]


def test_odd_answers_are_not_right() -> None:
    for number in lesson_exercises("01"):
        for answer in ODD:
            assert check(number, answer).credit == 0


@given(
    st.one_of(
        st.floats(), st.integers(), st.text(), st.lists(st.floats()), st.none(), st.booleans()
    )
)
@settings(max_examples=100, deadline=None)
def test_no_answer_makes_it_raise(answer: Any) -> None:
    for kind in ("series", "frame", "list", "set", "text", "number"):
        assert check(f"01.{kind}", answer).credit in (0, 1)


def test_a_described_table_changes_the_key(own_toy: Path) -> None:
    """What a learner sees in a running notebook: the key follows the table that load gives."""
    assert check("01.1", 2020).credit == 1
    table = own_toy / "data" / "library" / "library_loans.csv"
    table.write_text(table.read_text(encoding="utf-8") + "2025,99999\n", encoding="utf-8")
    describe(own_toy)
    assert check("01.1", 2025).credit == 1 and check("01.1", 2020).credit == 0
    assert "number of loans" in check("01.1", 99999).message, "the traps follow too"


BLAMELESS = "could not be checked, and that is not your answer's fault: "


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (
            "premise",
            "The question no longer fits the data: The last year must be unfinished. "
            "Change the exercise.",
        ),
        ("fails", "ZeroDivisionError: division by zero"),
        ("exits", "SystemExit: 3"),
        ("failing_trap", "KeyError: 'x'"),
    ],
)
def test_a_key_that_fails_is_not_the_answers_fault(kind: str, reason: str) -> None:
    assert check(f"01.{kind}", 5).message == f"Exercise 01.{kind} {BLAMELESS}{reason}"


def test_a_premise_that_holds_says_nothing() -> None:
    premise(True, "Never said.")
    with pytest.raises(ExerciseError, match="no longer fits the data: This must hold"):
        premise([], "This must hold.")


def test_a_changed_key_is_read_again(own_toy: Path) -> None:
    """What an author does beside a running notebook."""
    key = own_toy / "notebooks" / "01_library_loans" / "key.py"
    assert check("01.1", 2020).credit == 1
    key.write_text(
        "from helpers.exercises import Keys\nKEYS = Keys()\nKEYS.add('01.1', 'Look.')(lambda: 7)\n",
        encoding="utf-8",
    )
    assert check("01.1", 7).credit == 1


def test_an_exercise_of_the_teachers_own(own_toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(AS_PUBLISHED)
    own = own_toy / "data" / "own_exercises.csv"
    head = "id,question,answer,tolerance,hint\n"
    rows = "01.11,How many?,100,0.5,Count.\n01.13,How much?,1000000,,\n"
    own.write_text(head + rows, encoding="utf-8")
    assert [check("01.11", answer).credit for answer in (100.5, 99.4)] == [1, 0]
    assert [check("01.13", answer).credit for answer in (1e6, 1e6 + 0.5)] == [1, 0], "exactly"
    assert check("01.11", 0).message == "Exercise 01.11: not yet. Count."
    assert check("01.1", 2020).credit == 1, "the lesson's are there too"
    key = own_toy / "notebooks" / "01_library_loans" / "key.py"
    text = key.read_text(encoding="utf-8") + "KEYS.mark_later('01.12')\n"
    key.write_text(text, encoding="utf-8")
    assert ": noted. " in check("01.12", 1).message
    key.write_text(f"{text}KEYS.add('01.11', 'Look.')(lambda: 7)\n", encoding="utf-8")
    assert check("01.11", 100).message == f"Exercise 01.11 {BLAMELESS}" + (
        "01.11 is the lesson's: give your own exercise another id."
    )


class TestBrokenCollection:
    """check() answers with a sentence, and credits nothing."""

    @pytest.fixture
    def key(self, own_toy: Path) -> Path:
        return own_toy / "notebooks" / "01_library_loans" / "key.py"

    def test_a_damaged_table(self, own_toy: Path) -> None:
        table = own_toy / "data" / "library" / "library_loans.csv"
        table.write_text(table.read_text().replace("8582", "many"), encoding="utf-8")
        message = check("01.1", 5).message
        assert message.startswith(f"Exercise 01.1 {BLAMELESS}Table library_loans, column loans")
        assert "'many' is there" in message

    def test_a_missing_table(self, own_toy: Path) -> None:
        (own_toy / "data" / "library" / "library_loans.csv").unlink()
        assert "its file library/library_loans.csv is missing" in check("01.1", 5).message

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("1 / 0", "01_library_loans/key.py cannot be run: ZeroDivisionError: division by zero"),
            ("raise SystemExit", "01_library_loans/key.py cannot be run: SystemExit"),
            ("def", "01_library_loans/key.py cannot be run: SyntaxError: "),
            ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
            ("KEYS = {}", "01_library_loans/key.py must define KEYS = Keys()"),
        ],
    )
    def test_a_broken_key(self, key: Path, text: str, reason: str) -> None:
        key.write_text(text, encoding="utf-8")
        message = check("01.1", 5).message
        assert message.startswith(f"Exercise 01.1 {BLAMELESS}") and reason in message
        with pytest.raises(ExerciseError):
            lesson_exercises("01")

    def test_a_missing_key(self, key: Path) -> None:
        key.unlink()
        assert check("01.1", 5).message == (
            "There is no exercise '01.1': lesson '01' has no exercises."
        )

    def test_a_key_that_is_not_text(self, key: Path) -> None:
        key.write_bytes(b"\xff\xfe\x00")
        assert BLAMELESS in check("01.1", 5).message

    def test_a_lesson_that_is_no_notebook(self, own_toy: Path) -> None:
        (own_toy / "notebooks" / "01_library_loans.ipynb").write_text("{", encoding="utf-8")
        assert check("01.1", 5).credit == 0

    def test_settings_that_cannot_be_read(self, own_toy: Path) -> None:
        (own_toy / "data" / "collection.toml").write_text("title = ", encoding="utf-8")
        assert "collection.toml cannot be read as TOML" in check("01.1", 5).message

    def test_no_collection(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, str(tmp_path))
        assert "is not a collection" in check("01.1", 5).message

    def test_a_snapshot_that_is_no_json(self, own_toy: Path) -> None:
        (own_toy / "data" / "snapshot.json").write_text(json.dumps([1]), encoding="utf-8")
        assert "does not hold one entry per table" in check("01.1", 5).message


def test_a_zero_is_the_wrong_turn_only_of_zero() -> None:
    """It is near each small number, and what a cell gives that has computed nothing."""
    traps = {"In billions.": lambda: 0.1, "Nothing was added.": lambda: 0}
    one = Exercise("00.1", lambda: 100, "The concept.", traps, rtol=0, atol=0.51)
    assert judge(one, 0).message.endswith("Nothing was added.") and judge(one, 0).trap == "trap 2"
    assert judge(one, 0.1).trap == "trap 1"
    del traps["Nothing was added."]
    said = Feedback(0, "Exercise 00.1: not yet. The concept.", tried=True)
    for zero in (0.0, 1e-12, [0], np.array(0), pd.Series([0])):
        assert judge(one, zero).trap == "" and "In billions" not in judge(one, zero).message
    assert judge(one, 0.0) == said and "In billions" not in judge(one, "0").message


def test_a_loose_tolerance_does_not_turn_a_near_miss_into_a_trap() -> None:
    """21.5 for 21.43 is no share given as percent, although a tolerance of 0.05 is wide beside a
    trap of 0.2143.
    """
    trap = {"That is the share.": lambda: 0.2143}
    one = Exercise("00.1", lambda: 21.43, "The concept.", trap, rtol=0, atol=0.051)
    assert judge(one, 21.55).message.endswith(CLOSE)
    assert judge(one, 0.2143).trap == "trap 1"
    assert judge(one, 25) == Feedback(0, "Exercise 00.1: not yet. The concept.", tried=True)
    year = Exercise("00.1", lambda: 2018, "The concept.")
    assert judge(year, 2017).message.endswith("The concept."), "the year before is not close"


def test_a_table_of_one_row_is_no_list_of_its_columns() -> None:
    one = Exercise("00.1", lambda: ["Ohio"], "The concept.")
    row = pd.DataFrame([["Ohio", 5, 6.0]], columns=["state", "deaths", "rate"])
    assert "a table of 1 row" in judge(one, row).message
