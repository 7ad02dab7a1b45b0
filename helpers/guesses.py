"""Guesses: `guess("02.g1", my_guess)` notes what the reader expects, `reveal("02.g1", truth)`
answers it, and `calibration()` puts all of the reader's guesses beside what was true.

Guesses are never scored. They are kept in memory, and in the file guesses.csv of the reader's own
folder: my_work/ of a checkout, or the working folder outside of any collection. Nothing is written
anywhere else in a collection, so a lesson that is run where its results are stored leaves no trace.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.collection import MARK, WORK
from helpers.language import say, shown, translatable
from helpers.values import bare, is_finite_number, short_number

FILE = "guesses.csv"
COLUMNS = ["id", "guess", "truth", "sure", "right"]
NO_GUESS = translatable("No guess yet: replace the three dots and run the cell again.")
_ID = re.compile(r"\d\d\.g\d+")
_NUMBER = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d+)?", re.I)

_YEARS = range(1900, 2101)
#: The most entries of a guess, and the most characters of one.
_MOST, _LONGEST = 100, 500

Value = float | int | str


@dataclass(frozen=True)
class _Noted:
    """One guess: what was said and how sure; after `reveal` also the truth, and whether it is
    right.
    """

    guess: Value
    sure: float | None = None
    truth: Value | None = None
    right: bool | None = None


#: The guesses of this session, by name.
_noted: dict[str, _Noted] = {}


def guess(name: str, value: Any, sure: Any = ...) -> None:
    """Note a guess before the result is shown.

    Parameters
    ----------
    name : str
        Lesson and number of the guess: "02.g1".
    value : number, text, list of these or ...
        ``...`` (the untouched cell) is no guess: nothing is kept.
    sure : number or ...
        How sure the reader is, from 0 to 100 percent; may be left out.

    Examples
    --------
    >>> guess("01.g1", ...)
    No guess yet: replace the three dots and run the cell again.
    >>> guess("01.g1", 9000, sure=60)
    Your guess: 9,000 (60 percent sure).
    """
    if value is ...:
        _noted.pop(str(name), None)
        print(shown(NO_GUESS))
        return
    said, confidence = _plain(value), _plain(sure)
    wrong = _id_problem(name)
    if said is None:
        wrong = wrong or say("A guess is a number, a text, or a list of these.")
    if isinstance(value, tuple) and len(value) > 1 and all(map(is_finite_number, value)):
        wrong = wrong or say(
            "With a comma, Python reads more than one number: write one as 100000, 100_000 or "
            "12.5, and several in square brackets."
        )
    if sure is not ... and not (is_finite_number(confidence) and 0 <= confidence <= 100):
        wrong = wrong or say("How sure you are is a number from 0 to 100, or the three dots.")
    if wrong or said is None:
        print(wrong)
        return
    sure_of = float(confidence) if is_finite_number(confidence) else None
    _noted[name] = _Noted(said, sure_of)
    words = _words(said)
    if sure_of is None:
        print(say("Your guess: {words}.", words=words))
    else:
        sure_words = short_number(sure_of)
        print(say("Your guess: {words} ({sure} percent sure).", words=words, sure=sure_words))
    if isinstance(value, str) and isinstance(said, str) and any(map(str.isdigit, said)):
        print(say("It is text: for a number, write digits alone, such as 100000 or 12.5."))
    _write(name)


def reveal(name: str, truth: Any, unit: str = "", within: float = 0.25) -> None:
    """Say what is true, beside the guess if there is one.

    Parameters
    ----------
    name : str
        The one given to `guess`.
    truth : number, text or list of these
        The answer, as the data give it.
    unit : str
        What a number counts ("deaths"), or what a letter stands for.
    within : float
        How far off a number may be and still count as right in `calibration`, as a part of the
        truth: 0.25 is a quarter of it.

    Examples
    --------
    >>> guess("01.g1", ...)
    No guess yet: replace the three dots and run the cell again.
    >>> reveal("01.g1", 8582, "loans")
    The answer: 8,582 loans.
    """
    answer = _plain(truth)
    wrong = _id_problem(name)
    if wrong or answer is None:
        print(wrong or say("The answer to {name} is not known.", name=name))
        return
    is_number = is_finite_number(answer)
    unit = shown(unit)
    ending = "" if not unit else "%" if unit == "%" else f" {unit}" if is_number else f" ({unit})"
    truth_words = f"{_words(answer, unit)}{ending}"
    noted = _noted.get(name)
    if noted is None:
        print(say("The answer: {truth}.", truth=truth_words))
        return
    is_year = not unit and is_number and answer in _YEARS
    near = 0.0 if is_year else within  # a year is right or not
    _noted[name] = replace(noted, truth=answer, right=_is_right(noted.guess, answer, near))
    said = _words(noted.guess, unit)
    if is_number and isinstance(noted.guess, str):
        print(
            say(
                "You said {said}, which is not one plain number; it is {truth}.",
                said=said,
                truth=truth_words,
            )
        )
    elif not _is_right(noted.guess, answer, 0.0):
        near_enough = _noted[name].right
        sentence = say(
            "You said {said}; it is {truth}. That is near enough."
            if near_enough
            else "You said {said}; it is {truth}.",
            said=said,
            truth=truth_words,
        )
        print(sentence)
    elif is_number:
        print(say("You said {said}, and that is right: {truth}.", said=said, truth=truth_words))
    else:
        print(say("You said {truth}, and that is right.", truth=truth_words))
    _write(name)


def calibration() -> pd.DataFrame:
    """The reader's guesses so far, of all lessons that were run from the reader's own folder.

    Returns
    -------
    pandas.DataFrame
        One row a guess, with the columns id, guess, truth, sure (percent) and right; the last two
        are missing where the reader did not say or the answer was not shown. Empty if there are
        none.

    Examples
    --------
    >>> list(calibration().columns)
    ['id', 'guess', 'truth', 'sure', 'right']
    """
    path = _file()
    kept, _ = _read(path) if path else ({}, "")
    rows = [
        (name, noted.guess, noted.truth, noted.sure, noted.right)
        for name, noted in sorted({**kept, **_noted}.items())
    ]
    table = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    return table.astype({"id": str, "sure": float}).astype({"right": "boolean"})


def _id_problem(name: Any) -> str:
    if isinstance(name, str) and _ID.fullmatch(name):
        return ""
    return say('{name!r} is not the name of a guess: it looks like "02.g1".', name=name)


def _plain(value: Any) -> Value | None:
    """A number or text as Python's own; lists as one text; None for anything else."""
    if isinstance(value, (pd.Series, pd.Index, np.ndarray)):
        value = value.tolist() if value.size <= _MOST and value.ndim else None
    if isinstance(value, (list, tuple)) and 0 < len(value) <= _MOST:
        parts = [None if isinstance(part, (list, tuple)) else _plain(part) for part in value]
        texts = [_words(part) for part in parts if part is not None]
        if len(texts) < len(parts):
            return None
        return parts[0] if len(parts) == 1 else ", ".join(texts)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        # halves of characters cannot be written, and a longer cell could not be read again
        text = " ".join(value[:_LONGEST].encode(errors="replace").decode().split())
        return _as_number(text) if text else None
    if not is_finite_number(value):
        return None
    return value if isinstance(value, int) else float(value)  # an exact fraction, too


def _as_number(text: str) -> Value:
    """A text that is nothing but a number ("60,000", "60%") as that number."""
    digits = text.removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(digits) or not any(sign.isdigit() for sign in digits):
        return text
    try:
        number = float(digits.replace(",", ""))
    except ValueError:
        return text
    if not is_finite_number(number):
        return text
    return int(number) if number.is_integer() else number


def _words(value: Value, unit: str = "") -> str:
    """A value for a sentence; a whole number without a unit may be a year."""
    if not is_finite_number(value):
        return str(shown(value))
    return f"{value:.0f}" if not unit and value in _YEARS else short_number(value)


def _is_right(said: Value, truth: Value, within: float) -> bool:
    if is_finite_number(said) and is_finite_number(truth):
        return abs(said - truth) <= within * abs(truth) or _words(said) == _words(truth)
    return _letters(shown(said)) == _letters(shown(truth))


def _letters(value: Value) -> str:
    return "".join(bare(str(value)).split())


def _file() -> Path | None:
    """Where guesses are kept; None in a folder of a collection that is not the reader's own."""
    try:
        place = Path.cwd().resolve()
    except OSError:  # the working folder is gone
        return None
    for folder in (place, *place.parents):
        if (folder / MARK).is_file():
            own = folder / WORK
            return own / FILE if own in (place, *place.parents) else None
    return place / FILE


def _read(path: Path) -> tuple[dict[str, _Noted], str]:
    """The guesses in a file, and a sentence if it cannot be used."""
    left = say("{file} is left as it is; your guess is kept until you close the lesson.", file=FILE)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError):
        return {}, say("{file} cannot be read. {left}", file=FILE, left=left)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        if rows[:1] != [COLUMNS]:
            raise ValueError
        return dict(_noted_in(row) for row in rows[1:] if row), ""
    except (ValueError, csv.Error):
        return {}, say("{file} does not look like a list of guesses. {left}", file=FILE, left=left)


def _noted_in(row: list[str]) -> tuple[str, _Noted]:
    name, said, truth, sure, right = row
    if _id_problem(name) or right not in ("", "True", "False"):
        raise ValueError
    confidence = float(sure) if sure else None
    if confidence is not None and not 0 <= confidence <= 100:
        raise ValueError
    return name, _Noted(
        _as_number(said),
        confidence,
        _as_number(truth) if truth else None,
        right == "True" if right else None,
    )


def _write(name: str) -> None:
    """Put one guess into the reader's file; if that cannot be done, say so in a sentence."""
    path = _file()
    if path is None:
        return
    kept, problem = _read(path)
    if not problem:
        try:
            _replace(path, {**kept, name: _noted[name]})
            return
        except OSError:
            problem = say(
                "{file} cannot be written here; your guess is kept until you close the lesson.",
                file=FILE,
            )
    print(problem)


def _replace(path: Path, noted: dict[str, _Noted]) -> None:
    """Write the file beside the old one, then put it in its place: it is never half written."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".guesses-", suffix=".csv")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            for name, one in sorted(noted.items()):
                cells = [name, one.guess, one.truth, one.sure, one.right]
                writer.writerow(["" if cell is None else cell for cell in cells])
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
