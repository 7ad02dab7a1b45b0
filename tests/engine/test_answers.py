"""An answer in another form: what counts as right, what gets a sentence about the form, and that no
form gives credit to another value.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.answers import Match, Tolerance, compare, form_without_key, is_close, other_kind, what
from helpers.language import speaking
from helpers.values import is_finite_number, is_missing

EXACT = Tolerance(1e-6, 1e-9)
ONE_DECIMAL = Tolerance(0, 0.051)
TWO_DECIMALS = Tolerance(0, 0.0051)
WHOLE = Tolerance(0, 0.6)


def outcome(answer: Any, key: Any, tolerance: Tolerance = EXACT) -> Match:
    return compare(answer, key, tolerance)


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (21.0, 21),
        (np.float64(21), 21),
        (np.int32(21), 21.0),
        (Decimal("21.5"), 21.5),
        (pd.Series([21]), 21),
        (pd.DataFrame({"x": [21]}), 21),
        ({21}, 21),
        (pd.Series(["Ohio"]), "ohio"),
        (" OHIO ", "Ohio"),
        ("health prevention", "health_prevention"),
        ("b, d, e", "bde"),
        ("e, d, b", "bde"),
        ("B and D and E", "bde"),
        (["b", "d", "e"], ["b", "d", "e"]),
        ("(b)", "b"),
        ("b.", "b"),
        ("June 2023", "2023-06"),
        ("Jun 2023", "2023-06"),
        ("Sept. 2023", "2023-09"),
        ("June of 2023", "2023-06"),
        ("junio de 2023", "2023-06"),
        ("Junio del 2023", "2023-06"),
        ("junio-2023", "2023-06"),
        ("06-2023", "2023-06"),
        ("cocaina", "cocaína"),
        ("COCAÍNA", "cocaína"),
        ("Mexico", "México"),
        ("b, d y e", "bde"),
        ("2023-06-01", "2023-06"),
        ("2023-6", "2023-06"),
        ("6/2023", "2023-06"),
        (pd.Timestamp("2023-06-01"), "2023-06"),
        (np.datetime64("2023-06"), "2023-06"),
        (pd.Series(pd.to_datetime(["2023-06-01"])), "2023-06"),
        (pd.Period("2023-06", "M"), "2023-06"),
        (datetime.date(2023, 6, 1), "2023-06"),
        ("2017-12-14", pd.Timestamp("2017-12-14")),
        (pd.Index([1.0, 2.0]), [1, 2]),
        ([[2009, 2021]], [(2009, 2021)]),
        (True, True),
        (np.False_, False),
        ([2019.0, np.int64(2020)], {2020, 2019}),
        ({"a": 1.0, "b": 2}, pd.Series({"b": 2, "a": 1})),
        (pd.DataFrame({"x": [1, 2]}, index=["A", "b"]), pd.Series({"b": 2, "a": 1})),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_forms_that_a_fair_teacher_accepts(answer: Any, key: Any, language: str) -> None:
    with speaking(language):
        assert outcome(answer, key) == Match(right=True)


SHARE = "Right as a share of 1; it is asked for in percent."
ROWS = "Right, but a list of such rows is asked for: write"
TEXT = "The value is right, but it is text: leave out the quotation marks"
COMMA = "Write a decimal point, not a comma."
ONE_TEXT = "The right entries, but as one text: give a list of them."
FORMS = [
    ("0,93", 0.932, TWO_DECIMALS, f"{TEXT}. {COMMA}"),
    ("0,932", 0.932, EXACT, f"{TEXT}. {COMMA}"),
    (",5", 0.5, EXACT, f"{TEXT}. {COMMA}"),
    ("1234,567", 1234.567, EXACT, f"{TEXT}. {COMMA}"),
    ("13 781,5", 13781.5, EXACT, f"{TEXT}. {COMMA}"),
    ("21,4 %", 21.43, ONE_DECIMAL, f"{TEXT} and the unit. {COMMA}"),
    ("0,214", 21.43, ONE_DECIMAL, f"{SHARE} Leave out the quotation marks, too. {COMMA}"),
    ("-1,234,567.5", -1234567.5, EXACT, f"{TEXT}."),
    (["0,92", "0.93"], [0.92, 0.93], EXACT, f"{TEXT}. {COMMA}"),
    ("0,92 y 0,93", [0.921, 0.931], TWO_DECIMALS, f"{ONE_TEXT} {COMMA}"),
    ("0,92, 0,93", [0.921, 0.931], TWO_DECIMALS, f"{ONE_TEXT} {COMMA}"),
    ("[20742, 32050]", [20742, 32050], EXACT, f"{ONE_TEXT} Leave out the quotation marks, too."),
    ("[2, 1]", [1, 2], EXACT, f"{ONE_TEXT} Leave out the quotation marks, too."),
    ("No.", "no", EXACT, "That is right; leave out the punctuation."),
    ("21.4", 21.43, ONE_DECIMAL, f"{TEXT}."),
    ("21.4 %", 21.43, ONE_DECIMAL, f"{TEXT} and the unit."),
    ("21.4 por ciento", 21.43, ONE_DECIMAL, f"{TEXT} and the unit."),
    ("21.4 porciento", 21.43, ONE_DECIMAL, f"{TEXT} and the unit."),
    ("21.4 per cent", 21.43, ONE_DECIMAL, f"{TEXT} and the unit."),
    ("$1,970", 1970.0, EXACT, f"{TEXT} and the unit."),
    ("1 970 dólares", 1970.0, EXACT, f"{TEXT} and the unit."),
    ("13781 kilos", 13781.48, Tolerance(0, 1), f"{TEXT} and the unit."),
    ("13,781 kilogramos", 13781.48, Tolerance(0, 1), f"{TEXT} and the unit."),
    ("0.214", 21.43, ONE_DECIMAL, "Right as a share of 1; it is asked for in percent. Leave out"),
    (0.2143, 21.43, ONE_DECIMAL, "Right as a share of 1; it is asked for in percent."),
    (0.21, 21, EXACT, "Right as a share of 1; it is asked for in percent."),
    (2.058, 205.78, ONE_DECIMAL, "Right as a share of 1; it is asked for in percent."),
    (20.3, 0.2029, TWO_DECIMALS, "Right in percent; it is asked for as a share of 1."),
    (20, 0.2029, TWO_DECIMALS, "Right in percent; it is asked for as a share of 1."),
    (21, 21.43, ONE_DECIMAL, "Right, but rounded: give it to one decimal."),
    (21.4, 21.4259, TWO_DECIMALS, "Right, but rounded: give it to two decimals."),
    (21.4, 21.42584531, EXACT, "Right, but rounded: give it in full."),
    (13800, 13781.48, Tolerance(0, 1), "Right, but rounded: give it with every digit."),
    (15500, 15469, EXACT, "Right, but rounded: give it with every digit."),
    (4.93, 4.9, EXACT, "Right, but give it to one decimal."),
    (21.43, 21, EXACT, "Right, but give it as a whole number."),
    ("June", 6, EXACT, "That is the right month; give its number."),
    ("jun.", 6, EXACT, "That is the right month; give its number."),
    ("enero", 1, EXACT, "That is the right month; give its number."),
    (pd.Timestamp("2023-06-01"), 6, EXACT, "That is the right month; give its number."),
    (pd.Timestamp("2023-01-31"), 1, EXACT, "That is the right month; give its number."),
    (pd.Timestamp("2016-01-01"), 2016, EXACT, "That is the right year; give it as a number."),
    (6, "June", EXACT, "That is the right month; give its name."),
    ("2023-06", "June", EXACT, "That is the right month; give its name."),
    ("2023-06-30", "2023-06", EXACT, "That is the right month; give year and month only"),
    (pd.Timestamp("2023-06-30"), "2023-06", EXACT, "That is the right month; give year and month"),
    ("True", True, EXACT, "Right, but this is text: write True or False without"),
    ("no", False, EXACT, "Right, but this is text: write True or False without"),
    ("Sí", True, EXACT, "Right, but this is text: write True or False without"),
    ("falso", False, EXACT, "Right, but this is text: write True or False without"),
    ("yes", True, EXACT, "Right, but this is text: write True or False without"),
    (pd.DataFrame({"y": [2016], "n": [5]}), 2016, EXACT, "That is the right row: take the one"),
    ([2, 1], [1, 2], EXACT, "The right entries, in another order."),
    (["b", "a"], ["a", "b"], EXACT, "The right entries, in another order."),
    ({"a", "b"}, ["a", "b"], EXACT, "The right entries, but a set has no order: give a list."),
    ("Ohio, Utah", ["Ohio", "Utah"], EXACT, "The right entries, but as one text: give a list"),
    ("Ohio AND Utah", {"Utah", "Ohio"}, EXACT, "The right entries, but as one text: give a list"),
    ("Ohio y Utah", ["Ohio", "Utah"], EXACT, "The right entries, but as one text: give a list"),
    ("20,742 and 32,050", [20742, 32050], EXACT, "The right entries, but as one text: give a list"),
    (
        "supply, health and prevention, arms",
        {"supply", "health and prevention", "arms"},
        EXACT,
        "The right entries, but as one text: give a list",
    ),
    ("20742 y 32050", [20742, 32050], EXACT, "The right entries, but as one text: give a list"),
    ("1, 0", [1, 0], EXACT, "The right entries, but as one text: give a list of them."),
    ("Alaska", {"Alaska"}, EXACT, "Right, but a list is asked for: put square brackets"),
    ((2009, 2021), [(2009, 2021)], EXACT, f"{ROWS} [(2009, 2021)]."),
    ([2009, 2021], [(2009, 2021)], EXACT, f"{ROWS} [(2009, 2021)]."),
    (["a", np.int64(1)], [("a", 1)], EXACT, f"{ROWS} [('a', 1)]."),
    (pd.DataFrame({"x": [1, 2]}), [1, 2], EXACT, "The right entries, but in a table"),
    (["1", "2"], [1, 2], EXACT, f"{TEXT}."),
    ([0.0702, 0.0307], [7.015, 3.066], ONE_DECIMAL, "Right as a share of 1; it is asked for"),
    (["2019", "2020"], {2019, 2020}, EXACT, f"{TEXT}."),
    (["a", "b", "a"], {"a", "b"}, EXACT, "The right entries; give each only once."),
    (
        pd.DataFrame({"drug": ["a", "b"], "n": [1, 2]}),
        pd.Series({"a": 1, "b": 2}),
        EXACT,
        "The right values: make their labels the index (set_index), and take the column.",
    ),
    (pd.Series({"a": "1", "b": 2}), pd.Series({"a": 1, "b": 2}), EXACT, f"{TEXT}."),
    (
        pd.DataFrame({"x": [1, 2]}, index=[5, 6]),
        pd.DataFrame({"x": [1, 2]}),
        EXACT,
        "The right table, with another index: add .reset_index(drop=True).",
    ),
]


@pytest.mark.parametrize(("answer", "key", "tolerance", "sentence"), FORMS)
def test_other_forms_get_a_sentence_about_the_form(
    answer: Any, key: Any, tolerance: Tolerance, sentence: str
) -> None:
    match = outcome(answer, key, tolerance)
    assert not match.right and not match.kind and not match.length
    assert match.form.startswith(sentence) and match.form
    with speaking("es"):
        spanish = outcome(answer, key, tolerance)
    assert spanish == match._replace(form=spanish.form) and spanish.form not in ("", match.form)


@pytest.mark.parametrize(
    ("answer", "key", "tolerance"),
    [
        (3, 300, EXACT),
        (1, 100, EXACT),
        (1, 1.4, ONE_DECIMAL),
        (0, 0.4, ONE_DECIMAL),
        (2.6, 3, EXACT),
        (2140, 21.4, ONE_DECIMAL),
        ("1,8", 18, EXACT),
        ("10,0", 100, EXACT),
        ("0,932", 932, EXACT),
        ("1,234", 1.234, EXACT),
        ("1,234,5", 1234.5, EXACT),
        ("1, 8", 18, EXACT),
        ("1 8", 18, EXACT),
        ("1,8 y 1,9", [18, 19], EXACT),
        (0.00203, 0.2029, TWO_DECIMALS),
        (460, 456, EXACT),
        (15600, 15469, EXACT),
        (6.2, 6.4, EXACT),
        ("5 apples", 5, EXACT),
        ("July", 6, EXACT),
        ("julio", 6, EXACT),
        ("julio de 2023", "2023-06", EXACT),
        ("5 por cientos", 5, EXACT),
        ("pena", "peña nieto", EXACT),
        ("sí", False, EXACT),
        (7, "June", EXACT),
        ("2023-07", "2023-06", EXACT),
        ("June", "2023-06", EXACT),
        ("2023-13", "2023-12", EXACT),
        ("December 2017", "2017-12-01", EXACT),
        ("bd", "bde", EXACT),
        ("bdee", "bde", EXACT),
        ("dba", "bde", EXACT),
        ("cba", "cab", EXACT),
        ("True", False, EXACT),
        (["a", "c"], ["a", "b"], EXACT),
        ([1, 1], [1, 2], EXACT),
        (["a", "a"], {"a", "b"}, EXACT),
        (True, 1, EXACT),
        (True, False, EXACT),
        ("2023-13", "2023-01", EXACT),
        (None, 5, EXACT),
        (float("inf"), 5, EXACT),
    ],
)
def test_another_value_is_not_right_in_any_form(
    answer: Any, key: Any, tolerance: Tolerance
) -> None:
    assert outcome(answer, key, tolerance)._replace(kind="") == Match()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (5, "a whole number"),
        (np.int64(5), "a whole number"),
        (5.5, "a decimal number"),
        ("x", "text"),
        (True, "True or False"),
        (None, "nothing (None)"),
        ([1], "a list of 1"),
        (np.zeros((2, 2)), "a list (array) of 4"),
        (pd.Series(["a", "b", "a"], dtype="string").unique(), "a list (array) of 2"),
        ({1, 2}, "a set of 2"),
        (frozenset({1}), "a set of 1"),
        (pd.DataFrame({"x": [1]}), "a table of 1 row"),
        (pd.Series([1, 2]), "a column (Series) of 2 values"),
        ({}, "a dictionary"),
        (pd.Timestamp("2017-12-14"), "a date"),
        (len, "a function: call it, with parentheses"),
        (lambda: 1, "a function: call it, with parentheses"),
        ([].append, "a function: call it, with parentheses"),
        (..., "three dots (...)"),
        (1j, "an object of type complex"),
    ],
)
def test_everyday_names(value: Any, name: str) -> None:
    assert what(value) == name


@pytest.mark.parametrize("kind", ["object", "string", "category"])
def test_what_unique_gives_is_a_list(kind: str) -> None:
    """Of a column of text, it is an array of pandas' own."""
    answer = pd.Series(["a", "b", "a"], dtype=kind).unique()
    for key in (["a", "b"], {"a", "b"}):
        assert outcome(answer, key) == Match(right=True)
    assert outcome(answer, ["b", "a"]).form == "The right entries, in another order."
    assert outcome(answer[:1], "a") == Match(right=True)
    said = "One value is asked for; this is a list (array) of 2."
    assert outcome(answer, "a").kind == outcome(answer, 5).kind == said


NOTHING = (
    "If it comes from print(): that only displays a value and gives nothing back. Write the value "
    "itself, or its name."
)
DAY = pd.Timestamp("2017-12-14")


@pytest.mark.parametrize(
    ("key", "asked", "meant"),
    [
        (11228, "A number is asked for", ("x", 5, float("nan"), pd.NA, 10**400)),
        (0.5, "A number is asked for", ("x", 5, float("inf"))),
        ("Ohio", "Text in quotation marks is asked for", ("x", 5, DAY)),
        ("2017-12", "Text in quotation marks is asked for", ("x", 5, DAY + pd.Timedelta("40D"))),
        ("bd", "Text in quotation marks is asked for", ("x", 5)),
        (DAY, "A date such as 2017-12-14 is asked for", ("x", pd.NaT, DAY + pd.Timedelta("1D"))),
        (True, "True or False is asked for", (False,)),
    ],
)
def test_what_cannot_be_the_answer_is_named(key: Any, asked: str, meant: tuple[Any, ...]) -> None:
    odd = [{}, {"2015": key}, len, int, 1j, object()]
    odd += [] if isinstance(key, bool) else [True, np.False_]
    odd += [DAY, pd.Period("2017")] if is_finite_number(key) else []
    odd += [5, "x", DAY] if isinstance(key, bool) else []
    odd += [5, 2.5] if key is DAY else []
    for answer in [..., [...], *odd]:
        one = answer[0] if isinstance(answer, list) else answer
        assert outcome(answer, key) == Match(kind=f"{asked}; this is {what(one)}.")
    assert outcome(None, key) == Match(kind=f"{asked}; this is nothing (None). {NOTHING}")
    for answer in meant:
        assert outcome(answer, key) == Match(), "this may be meant: the hint is for it"


def test_an_entry_that_cannot_be_meant_is_named() -> None:
    number = "A number is asked for; this is"
    assert outcome([1, ...], [1, 2]).kind == f"Entry 2 of the list: {number} three dots (...)."
    assert outcome([{}, 3], [1, 2]).kind == f"Entry 1 of the list: {number} a dictionary."
    assert outcome(["a", 3], [1, 2]) == Match()
    assert outcome({"a", len}, {"a", "b"}).kind.startswith("Text in quotation marks is asked for")
    assert outcome({"a", "c"}, {"a", "b"}) == Match()
    for key in ([1, 2], pd.Series([1]), pd.DataFrame({"x": [1]})):
        assert outcome(None, key).kind.endswith(f"; this is nothing (None). {NOTHING}")


@pytest.mark.parametrize("key", [5, 11228.5, "June", True, DAY, float("nan"), [1], {"a"}])
def test_a_number_that_no_float_can_hold_is_compared(key: Any) -> None:
    for answer in (10**400, -(10**400), Fraction(10**400)):
        match = outcome(answer, key)
        assert not match.right and "could not be compared" not in match.kind


def test_an_answer_that_no_exercise_asks_for() -> None:
    ends = [form_without_key(answer) for answer in (..., None, len, 5, "21.4 %", "21.4", "2,4")]
    assert ends.pop(0) == "But no exercise asks for this: it is three dots (...)."
    assert ends[:2] == [
        f"But no exercise asks for this: it is nothing (None). {NOTHING}",
        "But no exercise asks for this: it is a function: call it, with parentheses.",
    ]
    text = "It is text: if a number is asked for, leave out the quotation marks"
    assert ends[2:] == ["", f"{text} and the unit.", f"{text}.", f"{text}. {COMMA}"]


@pytest.mark.parametrize(
    ("answer", "key", "told"),
    [
        ("z", "b", False),
        ("bz", "b", True),
        ("b, d", "e", False),
        (2, "b", True),
        ("x", "Ohio", False),
    ],
)
def test_letters_are_asked_for(answer: Any, key: str, told: bool) -> None:
    said = "The answer is a letter or letters, in quotation marks."
    assert other_kind(answer, key) == said * told


@pytest.mark.parametrize("answer", ["01/07/2021", "1 de julio de 2021", "July", "2021-07-02"])
def test_a_month_is_asked_for(answer: str) -> None:
    assert other_kind(answer, "2021-06") == "Year and month are asked for, such as 2017-12."
    assert not other_kind("July 2021", "2021-06") and not other_kind(answer, "Ohio")


def test_a_list_of_another_length_says_so() -> None:
    assert outcome([1], [1, 2]).length == (
        "The list has 1 entry; that is not the number asked for."
    )
    assert outcome([1, 2, 3], [1, 2]).length == (
        "The list has 3 entries; that is not the number asked for."
    )
    for answer in ([1, 2], [1, 5]):
        assert outcome(answer, 5).kind == "One value is asked for; this is a list of 2."
    assert outcome([], []).right, "no entry may be the answer"


TOWNS = pd.DataFrame({"town": ["A", "B"], "n": [1, 2]})


@pytest.mark.parametrize(
    ("answer", "key", "match"),
    [
        (
            TOWNS[["town"]],
            TOWNS,
            Match(kind="The columns should be town, n; they are town."),
        ),
        (5, TOWNS, Match(kind="A table (DataFrame) is asked for; this is a whole number.")),
        (
            TOWNS.head(1),
            TOWNS,
            Match(length="The table has 1 row; that is not the number asked for."),
        ),
        (
            pd.concat([TOWNS, TOWNS]),
            TOWNS,
            Match(length="The table has 4 rows; that is not the number asked for."),
        ),
        (TOWNS.assign(n=[1, 3]), TOWNS, Match()),
        (TOWNS.assign(n=["1", "2"]), TOWNS, Match(form=f"{TEXT}.")),
        (TOWNS.copy(), TOWNS, Match(right=True)),
        (
            [1, 2],
            TOWNS["n"],
            Match(kind="A column with its labels (a Series) is asked for; this is a list of 2."),
        ),
        (
            TOWNS["n"].head(1),
            TOWNS["n"],
            Match(length="The column has 1 value; that is not the number asked for."),
        ),
        (
            pd.Series([1, 2, 3]),
            TOWNS["n"],
            Match(length="The column has 3 values; that is not the number asked for."),
        ),
        (5, [1, 2], Match(kind="A list is asked for; this is a whole number.")),
        (
            ["a"],
            {"a", "b"},
            Match(length="The list has 1 entry; that is not the number asked for."),
        ),
    ],
)
def test_what_is_said_of_another_kind_or_size(answer: Any, key: Any, match: Match) -> None:
    assert outcome(answer, key) == match


def test_what_cannot_be_compared_says_why() -> None:
    class Odd(pd.Series):
        def __len__(self) -> int:
            raise ZeroDivisionError

    match = outcome(Odd([1, 2]), pd.Series([1, 2]))
    assert match.kind == "The answer could not be compared (ZeroDivisionError): look at its type."


@pytest.mark.parametrize(
    ("answer", "key", "close"),
    [(21.6, 21.43, True), (21.7, 21.43, False), (2016, 2017, False), ("21.4", 21.43, False)],
)
def test_close_is_less_than_one_percent_off(answer: Any, key: Any, close: bool) -> None:
    assert is_close(answer, key) == close


NUMBERS = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@given(NUMBERS, NUMBERS, st.sampled_from([EXACT, ONE_DECIMAL, TWO_DECIMALS, WHOLE]))
@settings(max_examples=300, deadline=None)
def test_no_form_gives_credit_to_another_number(
    key: float, other: float, tolerance: Tolerance
) -> None:
    variants = [other, key / 100, key * 100, round(key), round(key, 1), -key, str(key), str(other)]
    for answer in variants:
        for shown in (answer, [answer], pd.Series([answer])):
            match = outcome(shown, key, tolerance)
            near = not isinstance(answer, str) and abs(answer - key) <= max(
                tolerance.atol, tolerance.rtol * abs(key)
            )
            assert match.right == near
            assert not (match.right and match.form)


@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4),
    st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4),
    st.sampled_from([", ", "", " ", "; ", " and "]),
)
@settings(max_examples=300, deadline=None)
def test_no_separator_gives_credit_to_other_letters(
    key: list[str], said: list[str], separator: str
) -> None:
    if outcome(separator.join(said), "".join(key)).right:
        assert sorted(said) == sorted(key)
    if outcome(said, key).right:
        assert said == key
    if outcome(said, set(key)).right:
        assert set(said) == set(key)


VALUES = st.one_of(
    st.floats(),
    st.integers(),
    st.text(max_size=9),
    st.none(),
    st.booleans(),
    st.dates(),
    st.decimals(),
    st.complex_numbers(),
    st.binary(max_size=3),
)
ANSWERS = st.one_of(
    VALUES,
    st.lists(VALUES, max_size=3),
    st.lists(VALUES, max_size=3).map(lambda v: pd.Series(v, dtype=object)),
    st.lists(VALUES, max_size=3).map(lambda v: pd.DataFrame({"x": pd.Series(v, dtype=object)})),
    st.dictionaries(st.text(max_size=2), VALUES, max_size=3),
)
KEYS = [
    *(5, 21.4, 0.3, "June", "2023-06", "bde", "Ohio", True, [1, 2], ["a"], [], {"a", "b"}, {1}),
    *(pd.Series({"a": 1, "b": 2}), pd.DataFrame({"x": [1, 2]}), [(1, 2)], float("nan")),
    *(pd.Timestamp("2017-12-14"), b"x", 2016),
]


def test_what_is_missing_and_what_is_a_number() -> None:
    assert all(map(is_missing, [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT]))
    assert not any(map(is_missing, [0, 0.0, "", "nan", False, [], pd.Timestamp(0)]))
    assert all(map(is_finite_number, [0, -2.5, np.int8(1), 10**300]))
    no_numbers = [10**400, float("inf"), float("nan"), 1j, "1", None, True, np.True_, [1]]
    assert not any(map(is_finite_number, no_numbers))


@given(ANSWERS)
@settings(max_examples=200, deadline=None)
def test_comparing_never_raises_and_says_one_thing(answer: Any) -> None:
    for key in KEYS:
        match = compare(answer, key, ONE_DECIMAL)
        assert isinstance(match.right, bool)
        assert sum(map(bool, (match.form, match.kind, match.length))) <= 1 - match.right
        assert isinstance(what(answer), str)
