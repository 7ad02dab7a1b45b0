"""Guesses: what is said, what is kept and where, and what never happens."""

from __future__ import annotations

import importlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import guesses
from helpers.guesses import calibration, guess, reveal

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test starts as a new session in an empty folder."""
    monkeypatch.chdir(tmp_path)
    new_session()


def new_session() -> None:
    """Forget what a session knows, as a restarted kernel does."""
    importlib.reload(guesses)


def test_untouched_says_one_sentence_and_keeps_nothing(tmp_path: Path, capsys: Said) -> None:
    assert guess("02.g1", ..., sure=...) is None
    assert capsys.readouterr().out == (
        "No guess yet: replace the three dots and run the cell again.\n"
    )
    assert reveal("02.g1", np.int64(63632), "deaths") is None
    assert capsys.readouterr().out == "The answer: 63,632 deaths.\n"
    assert calibration().empty and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "truth", "unit", "sentence"),
    [
        (60000, 63632, "deaths", "You said 60,000; it is 63,632 deaths. That is near enough."),
        ("60,000", 63632.0, "deaths", "You said 60,000; it is 63,632 deaths. That is near enough."),
        (20, 0.9132, "percent", "You said 20; it is 0.913 percent."),
        (20, 21.37, "%", "You said 20; it is 21.4%. That is near enough."),
        (21.37, 21.37, "percent", "You said 21.4, and that is right: 21.4 percent."),
        (1, 12958.194, "kg", "You said 1; it is 12,958 kg."),
        (2014, np.int64(2016), "", "You said 2014; it is 2016."),
        (2014, 2016, "deaths", "You said 2,014; it is 2,016 deaths. That is near enough."),
        (" B", "b", "", "You said b, and that is right."),
        ("a", "b", "more in the East", "You said a; it is b (more in the East)."),
        (["Ohio", "Utah"], ["ohio", "utah"], "", "You said ohio, utah, and that is right."),
        (pd.Series([1, 2]), (2, 1), "", "You said 1, 2; it is 2, 1."),
        (True, False, "", "You said yes; it is no."),
        (0.1, pd.Series([0.2]), "", "You said 0.1; it is 0.2."),
        (5, None, "deaths", "The answer to 02.g1 is not known."),
    ],
)
def test_what_is_revealed(value: Any, truth: Any, unit: str, sentence: str, capsys: Said) -> None:
    guess("02.g1", value)
    capsys.readouterr()
    reveal("02.g1", truth, unit)
    assert capsys.readouterr().out == sentence + "\n"


@pytest.mark.parametrize(
    ("name", "value", "sure", "sentence"),
    [
        ("02.g1", 5, 150, "How sure you are is a number from 0 to 100, or the three dots."),
        ("02.g1", 5, "very", "How sure you are is a number from 0 to 100, or the three dots."),
        ("02.1", 5, ..., "'02.1' is not the name of a guess: it looks like \"02.g1\"."),
        (2.1, 5, ..., '2.1 is not the name of a guess: it looks like "02.g1".'),
        ("02.g1", None, ..., "A guess is a number, a text, or a list of these."),
        ("02.g1", "  ", ..., "A guess is a number, a text, or a list of these."),
        ("02.g1", float("nan"), ..., "A guess is a number, a text, or a list of these."),
        *(
            ("02.g1", value, ..., "A guess is a number, a text, or a list of these.")
            for value in ([1, None], [[1], [2]], [], [3] * 101, np.arange(101), np.array(5), {1})
        ),
        ("02.g1", 5, -1, "How sure you are is a number from 0 to 100, or the three dots."),
    ],
)
def test_what_is_no_guess(
    name: Any, value: Any, sure: Any, sentence: str, capsys: Said, tmp_path: Path
) -> None:
    guess(name, value, sure)
    assert capsys.readouterr().out == sentence + "\n"
    assert calibration().empty and not list(tmp_path.iterdir())


COMMA = (
    "With a comma, Python reads more than one number: write one as 100000, 100_000 or 12.5, and "
    "several in square brackets."
)


@pytest.mark.parametrize("value", [(100, 0), (12, 5), (1, 300, 0), (1.5, 2)])
def test_a_number_with_a_comma_is_no_guess_and_the_earlier_one_stays(
    value: Any, capsys: Said
) -> None:
    guess("02.g1", 90000)
    capsys.readouterr()
    guess("02.g1", value)
    assert capsys.readouterr().out == COMMA + "\n"
    assert calibration()["guess"].to_list() == [90000]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([100, 0], "100, 0"),
        (("a", "b"), "a, b"),
        ((5,), "5"),
        ("b", "b"),
        ("130%", "130"),
        ("12.5 %", "12.5"),
        ("100,000", "100,000"),
        ("many", "many"),
        (".", "."),
        ("+1.50", "1.5"),
        ("-1e3", "-1,000"),
        (pd.Series([1, 2]), "1, 2"),
        (pd.Index(["a"]), "a"),
        (np.array([2017, 5]), "2017, 5"),
        (np.float64(2.5), "2.5"),
        (Fraction(1, 4), "0.25"),
        ([True, np.False_], "yes, no"),
        ([3] * 100, ", ".join(["3"] * 100)),
        ("x" * 501, "x" * 500),
        ("half \ud800 a sign", "half ? a sign"),
    ],
)
def test_lists_letters_and_numbers_in_quotation_marks_are_guesses(
    value: Any, said: str, capsys: Said
) -> None:
    guess("02.g1", value)
    assert capsys.readouterr().out == f"Your guess: {said}.\n"


@pytest.mark.parametrize("value", ["12,5", "0,935", "1300 deaths", "130 or 140"])
def test_a_text_with_digits_is_kept_and_said_to_be_text(value: str, capsys: Said) -> None:
    guess("02.g1", value)
    assert capsys.readouterr().out.splitlines() == [
        f"Your guess: {value}.",
        "It is text: for a number, write digits alone, such as 100000 or 12.5.",
    ]
    reveal("02.g1", 1300, "deaths")
    assert capsys.readouterr().out == (
        f"You said {value}, which is not one plain number; it is 1,300 deaths.\n"
    )


def test_a_quarter_off_is_still_right() -> None:
    for name, said, within in (("01.g1", 75, 0.25), ("01.g2", 74, 0.25), ("01.g3", 74, 0.5)):
        guess(name, said, sure="60")
        reveal(name, 100, within=within)
    guess("01.g4", 0.1)
    reveal("01.g4", 0)
    table = calibration().set_index("id")
    assert table["right"].to_list() == [True, False, True, False]
    assert table["sure"].to_list()[:3] == [60, 60, 60] and pd.isna(table.loc["01.g4", "sure"])


def test_guesses_of_other_sessions_are_there(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    guess("02.g1", 60000, sure=70)
    reveal("02.g1", 63632)
    guess("02.g2", 'a, "b"\nc', sure=10)
    new_session()
    capsys.readouterr()
    guess("03.g1", "x")
    table = calibration()
    assert table["id"].to_list() == ["02.g1", "02.g2", "03.g1"]
    assert table["guess"].to_list() == [60000, 'a, "b" c', "x"]
    assert table["right"].isna().to_list() == [False, True, True]
    reveal("02.g1", 63632)
    assert capsys.readouterr().out.endswith("The answer: 63,632.\n"), "not guessed in this session"
    guess("02.g1", 1)
    assert calibration()["guess"].to_list() == [1, 'a, "b" c', "x"], "the later guess replaces"


@pytest.mark.parametrize(
    "content",
    [
        b"name,score\nann,3\n",
        b"id,guess,truth,sure,right\n02.g1,5\n",
        b"id,guess,truth,sure,right\n02.g1,5,,900,\n",
        b"id,guess,truth,sure,right\nx,5,,,\n",
        b'id,guess,truth,sure,right\n"02.g1\n',
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(
    content: bytes, tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / guesses.FILE
    file.write_bytes(content)
    guess("02.g1", 5)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and "left as it is" in said[1]
    assert file.read_bytes() == content and calibration()["guess"].to_list() == [5]


def test_a_folder_that_cannot_be_written_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Said
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(guesses.tempfile, "mkstemp", refuse)
    guess("02.g1", 5)
    assert capsys.readouterr().out.splitlines()[1] == (
        "guesses.csv cannot be written here; your guess is kept until you close the lesson."
    )
    assert calibration()["guess"].to_list() == [5] and not list(tmp_path.iterdir())


def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    try:
        gone.rmdir()
    except OSError:
        pytest.skip("this system keeps the working folder")
    guess("02.g1", 5)
    assert calibration()["guess"].to_list() == [5]


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.parametrize("place", [".", "notebooks", "notebooks/01_library_loans", "data"])
def test_nothing_is_written_to_a_collection(
    place: str, own_toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(own_toy)
    monkeypatch.chdir(own_toy / place)
    guess("01.g1", 5, sure=50)
    reveal("01.g1", 5)
    assert calibration()["right"].to_list() == [True] and files(own_toy) == before


def test_my_work_keeps_them(own_toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_toy / "my_work" / "week_2").mkdir(parents=True)
    for name, place in (("01.g1", "my_work"), ("01.g2", "my_work/week_2")):
        monkeypatch.chdir(own_toy / place)
        guess(name, 5)
    kept = own_toy / "my_work" / "guesses.csv"
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 3
    assert not list((own_toy / "my_work" / "week_2").iterdir())
    new_session()
    monkeypatch.chdir(own_toy / "notebooks")
    assert calibration().empty, "a stored lesson does not depend on the reader's guesses"


@given(
    st.one_of(st.floats(), st.integers(), st.text(), st.lists(st.text()), st.none(), st.booleans()),
    st.one_of(st.floats(), st.integers(), st.text(), st.none()),
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_makes_it_raise(value: Any, sure: Any) -> None:
    guess("02.g1", value, sure)
    reveal("02.g1", value)
    reveal("02.g1", 5)
    assert len(calibration()) <= 1
