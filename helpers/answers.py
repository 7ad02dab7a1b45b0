"""How an answer compares with a key: right, right in another form, of another kind, or not right.

A form that a fair teacher would accept counts as right: a list of one value for the value, 5.0 for
5, capitals, accents and spaces, "b, d" for "bd", the first day of a month for the month. Any other
form of the right value gets a sentence about the form, and no credit. Months, units and "and" are
understood in every language that there are messages in, whichever the lesson is in.
"""

from __future__ import annotations

import datetime
import math
import numbers
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.language import MONTHS, everywhere, languages, say, say_number, shown, translatable
from helpers.values import bare, is_finite_number, is_missing

_LETTERS = "abcdefgh"
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2})(?:[ T]00:00(?::00)?)?)?")
_MONTH_AND_YEAR = re.compile(r"([^\W\d_]+)[ .,/-]+(\d{4})|(\d{1,2})[/-](\d{4})")
#: Three digits follow each comma or space that parts thousands, and no 0 comes first.
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:,\d{3})+(?=\.|$)|(?: \d{3})+(?=[.,]|$))")
#: Words in answers. Where a language has several for one, its translation has commas between them.
_AND, _OF = translatable("and"), translatable("of")
_UNITS = (translatable("percent"), translatable("dollars"), translatable("kilograms"))
_TRUE, _FALSE = translatable("true, yes"), translatable("false, no")
_ARRAYS = (np.ndarray, pd.api.extensions.ExtensionArray)
_SETS = (set, frozenset)
_IN_LISTS = (pd.Series, pd.Index, *_ARRAYS, list, tuple, *_SETS)
_TRUTHS, _DATES = (bool, np.bool_), (datetime.date, np.datetime64, pd.Period)


class Match(NamedTuple):
    """The outcome of a comparison.

    Attributes
    ----------
    right : bool
        Whether the answer counts.
    form : str
        If the value is right and its form is not: what to change.
    kind : str
        If the answer is of another kind than asked: what is asked for.
    length : str
        If it has more or fewer entries than asked: how many it has.
    """

    right: bool = False
    form: str = ""
    kind: str = ""
    length: str = ""


class Tolerance(NamedTuple):
    """How near a number must be: within `rtol` of the key, or within `atol`."""

    rtol: float
    atol: float

    def near(self, answer: float, key: float) -> bool:
        """Whether a number is near enough."""
        return abs(answer - key) <= max(self.atol, self.rtol * abs(key))

    def decimals(self, key: float) -> int | None:
        """The decimals asked for: those of the tolerance, or else of the key; None if it is all."""
        if 1e-5 < self.atol < 5:
            return max(0, round(-math.log10(2 * self.atol)))
        return next((d for d in range(5) if round(key, d) == key), None)


def compare(answer: Any, key: Any, tolerance: Tolerance) -> Match:
    """Compare an answer with a key; never raises, whatever the answer is.

    Examples
    --------
    >>> compare([5.0], 5, Tolerance(1e-6, 1e-9))
    Match(right=True, form='', kind='', length='')
    >>> compare("5", 5, Tolerance(1e-6, 1e-9)).form
    'The value is right, but it is text: leave out the quotation marks.'
    """
    kinds: list[tuple[Any, Callable[[Any, Any, Tolerance], Match]]] = [
        (pd.DataFrame, _compare_frames),
        (pd.Series, _compare_series),
        ((list, tuple), _compare_lists),
        ((set, frozenset), _compare_sets),
        (object, _compare_values),
    ]
    try:
        how = next(how for kind, how in kinds if isinstance(key, kind))
        match = how(answer, key, tolerance)
        return match._replace(kind=f"{match.kind} {_nothing()}") if answer is None else match
    except Exception as error:  # whatever a learner hands over, it is "not yet", not a traceback
        name = type(error).__name__
        return Match(
            kind=say("The answer could not be compared ({name}): look at its type.", name=name)
        )


def _nothing() -> str:
    return say(
        "If it comes from print(): that only displays a value and gives nothing back. Write the "
        "value itself, or its name."
    )


def what(value: Any) -> str:
    """The everyday name of what a value is, with its article.

    Examples
    --------
    >>> what(5), what("5"), what([1, 2]), what(None)
    ('a whole number', 'text', 'a list of 2', 'nothing (None)')
    """
    if value is None:
        return say("nothing (None)")
    if value is ...:
        return say("three dots (...)")
    if isinstance(value, pd.DataFrame):
        return say_number("a table of {number} row", "a table of {number} rows", len(value))
    if isinstance(value, pd.Series):
        return say_number(
            "a column (Series) of {number} value",
            "a column (Series) of {number} values",
            len(value),
        )
    if isinstance(value, _ARRAYS):
        return say("a list (array) of {count}", count=value.size)
    if isinstance(value, _SETS):
        return say("a set of {count}", count=len(value))
    if isinstance(value, _IN_LISTS):
        return say("a list of {count}", count=len(value))
    for kinds, name in (
        (_TRUTHS, translatable("True or False")),
        (str, translatable("text")),
        (dict, translatable("a dictionary")),
        (numbers.Integral, translatable("a whole number")),
        ((numbers.Real, Decimal), translatable("a decimal number")),
        (_DATES, translatable("a date")),
        (type, translatable("a type")),
    ):
        if isinstance(value, kinds):
            return str(shown(name))
    if type(value).__name__ in ("function", "method", "builtin_function_or_method"):
        return say("a function: call it, with parentheses")
    return say("an object of type {name}", name=type(value).__name__)


def _compare_values(answer: Any, key: Any, tolerance: Tolerance) -> Match:
    if isinstance(answer, (*_IN_LISTS, pd.DataFrame)):
        values = _flat(answer)
        if len(values) != 1:
            one_row = isinstance(answer, pd.DataFrame) and len(answer) == 1
            if one_row and any(_equal(value, key, tolerance) for value in values):
                return Match(form=say("That is the right row: take the one value from it."))
            if isinstance(answer, tuple) and all(map(is_finite_number, (*values, key))):
                return Match(
                    kind=say(
                        "One value is asked for; with a comma, Python reads more than one: write "
                        "100000 or 12.5."
                    )
                )
            return Match(kind=say("One value is asked for; this is {what}.", what=what(answer)))
        answer = values[0]
    if _equal(answer, key, tolerance):
        return Match(right=True)
    form = _form(answer, key, tolerance)
    return Match(form=form) if form else Match(kind=_asked(answer, key))


def _asked(answer: Any, key: Any) -> str:
    """What is asked for, if an answer is of a kind that cannot be meant; else empty. Words for a
    number, a number for words and a gap may be meant.
    """
    kinds: tuple[type, ...]
    if isinstance(key, _TRUTHS):
        asked, kinds = translatable("True or False is asked for; this is {what}."), _TRUTHS
    elif isinstance(key, numbers.Real):
        asked = translatable("A number is asked for; this is {what}.")
        kinds = (numbers.Real, Decimal, str)
    elif isinstance(key, str):
        asked = translatable("Text in quotation marks is asked for; this is {what}.")
        kinds = (numbers.Real, str, *_DATES)
    elif isinstance(key, _DATES):
        asked = translatable("A date such as 2017-12-14 is asked for; this is {what}.")
        kinds = (str, *_DATES)
    else:
        return ""
    truth = isinstance(answer, _TRUTHS) == isinstance(key, _TRUTHS)
    if (isinstance(answer, kinds) and truth) or (is_missing(answer) and answer is not None):
        return ""
    return str(shown(asked)).format(what=what(answer))


def _compare_lists(answer: Any, key: Any, tolerance: Tolerance) -> Match:
    entries, form, kind = _entries(answer, key, tolerance)
    if kind:
        return Match(kind=kind)
    if len(entries) != len(key):
        return Match(length=_length(entries))
    matches = [compare(a, k, tolerance) for a, k in zip(entries, key, strict=True)]
    if isinstance(answer, (set, frozenset)) and len(key) > 1:
        same = _same_entries(entries, list(key), tolerance)
        return Match(form=say("The right entries, but a set has no order: give a list.") * same)
    if all(match.right for match in matches):
        return Match(form=form) if form else Match(right=True)
    if all(match.right or match.form for match in matches):
        return Match(form=next(match.form for match in matches if match.form))
    if _same_entries(entries, list(key), tolerance):
        return Match(form=form or say("The right entries, in another order."))
    for number, match in enumerate(matches, start=1):
        if match.kind:
            return Match(
                kind=say("Entry {number} of the list: {kind}", number=number, kind=match.kind)
            )
    return Match()


def _compare_sets(answer: Any, key: Any, tolerance: Tolerance) -> Match:
    entries, form, kind = _entries(answer, key, tolerance)
    if kind:
        return Match(kind=kind)
    # Python's order of a set of texts is another in every session.
    keys = sorted(key, key=str)
    fits = [[compare(entry, k, tolerance) for k in keys] for entry in entries]
    covered = all(any(m.right for m in column) for column in zip(*fits, strict=True))
    if entries and covered and all(any(m.right for m in row) for row in fits):
        if len(entries) > len(keys):
            form = form or say("The right entries; give each only once.")
        return Match(form=form) if form else Match(right=True)
    if len(entries) != len(keys):
        return Match(length=_length(entries))
    loose = [next((i for i, m in enumerate(row) if m.right or m.form), -1) for row in fits]
    if sorted(loose) == list(range(len(keys))):
        said = [row[i].form for row, i in zip(fits, loose, strict=True)]
        return Match(form=next(filter(None, said)))
    kinds = (row[0].kind for row in fits if all(match.kind for match in row))
    return Match(kind=next(kinds, ""))


def _entries(answer: Any, key: Any, tolerance: Tolerance) -> tuple[list[Any], str, str]:
    """The entries of an answer where a list is asked for, a sentence on its form, and one if it is
    of another kind.
    """
    if isinstance(answer, pd.DataFrame) and 1 in answer.shape and answer.size == len(key):
        return _flat(answer), say("The right entries, but in a table: make a list of them."), ""
    is_list = isinstance(answer, _IN_LISTS)
    for only in key if len(key) == 1 and not (is_list and len(answer) == 1) else ():
        if compare(answer, only, tolerance).right:
            form = say("Right, but a list is asked for: put square brackets around it.")
            if isinstance(only, _IN_LISTS):
                cells = [v.item() if isinstance(v, np.generic) else v for v in _flat(only)]
                form = say(
                    "Right, but a list of such rows is asked for: write [({row})].",
                    row=", ".join(map(repr, cells)),
                )
            return [only], form, ""
    if is_list:
        return list(answer), "", ""
    if isinstance(answer, str):
        parts = _parts(answer, len(key))
        if len(parts) == len(key) > 1:
            form = say("The right entries, but as one text: give a list of them.")
            if all(isinstance(k, str) for k in key):
                return parts, form, ""
            if answer.strip()[0] in "[(":
                form = say("{form} Leave out the quotation marks, too.", form=form)
            plain = [_number_or_text(part) for part in parts]
            return plain, _advice_on_comma(form, *parts), ""
    return [], "", say("A list is asked for; this is {what}.", what=what(answer))


def _parts(text: str, wanted: int) -> list[str]:
    """The entries of a list that was written as one text. A comma may be in a number, and "and" in
    a name: "20,742 and 32,050" and "supply, health and prevention" are two entries each.
    """
    parts: list[str] = []
    joined = f" (?:{_any_of(_AND)}) "
    text = re.sub(r"^[\[(](.*)[\])]$", r"\1", text.strip(), flags=re.S)
    for parted in (f"[;/\n]|{joined}", r"[;/\n]|,\s", r"[,;/\n]", rf"[,;/\n]|{joined}"):
        found = re.split(parted, text, flags=re.I)
        parts = [part.strip() for part in found if part.strip()]
        if len(parts) == wanted:
            break
    return parts


def _same_entries(entries: list[Any], keys: list[Any], tolerance: Tolerance) -> bool:
    for entry in entries:
        match = next((k for k in keys if _right(entry, k, tolerance)), None)
        if match is None:
            return False
        keys.remove(match)
    return not keys


def _right(answer: Any, key: Any, tolerance: Tolerance) -> bool:
    return compare(answer, key, tolerance).right


def _length(entries: list[Any]) -> str:
    return say_number(
        "The list has {number} entry; that is not the number asked for.",
        "The list has {number} entries; that is not the number asked for.",
        len(entries),
    )


def _compare_series(answer: Any, key: pd.Series, tolerance: Tolerance) -> Match:
    form = ""
    if isinstance(answer, dict):
        answer = pd.Series(answer)
    elif isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    elif isinstance(answer, pd.DataFrame) and answer.shape[1] == 2:
        labels, values = (answer.iloc[:, place] for place in (0, 1))
        answer = pd.Series(values.to_list(), index=labels.to_list())
        form = say(
            "The right values: make their labels the index (set_index), and take the column."
        )
    if not isinstance(answer, pd.Series):
        return Match(
            kind=say(
                "A column with its labels (a Series) is asked for; this is {what}.",
                what=what(answer),
            )
        )
    if len(answer) != len(key):
        return Match(
            length=say_number(
                "The column has {number} value; that is not the number asked for.",
                "The column has {number} values; that is not the number asked for.",
                len(answer),
            )
        )
    answer, wanted = answer.set_axis(_labels(answer)), key.set_axis(_labels(key))
    if set(answer.index) != set(wanted.index):
        return Match(
            kind=say("The labels are not those asked for: look at what each value belongs to.")
        )
    match = _compare_each(answer.reindex(wanted.index), wanted, tolerance)
    return Match(form=form) if match.right and form else match


def _labels(values: pd.Series) -> list[Any]:
    return [_text(label) if isinstance(label, str) else label for label in values.index]


def _compare_frames(answer: Any, key: pd.DataFrame, tolerance: Tolerance) -> Match:
    if not isinstance(answer, pd.DataFrame):
        return Match(
            kind=say("A table (DataFrame) is asked for; this is {what}.", what=what(answer))
        )
    if set(answer.columns) != set(key.columns):
        wanted, there = (", ".join(map(str, frame.columns)) for frame in (key, answer))
        return Match(
            kind=say(
                "The columns should be {wanted}; they are {there}.", wanted=wanted, there=there
            )
        )
    if len(answer) != len(key):
        return Match(
            length=say_number(
                "The table has {number} row; that is not the number asked for.",
                "The table has {number} rows; that is not the number asked for.",
                len(answer),
            )
        )
    columns = [_compare_series(answer[name], key[name], tolerance) for name in key]
    if all(column.right or column.form for column in columns):
        form = next((column.form for column in columns if column.form), "")
        return Match(form=form) if form else Match(right=True)
    if all(_compare_each(answer[name], key[name], tolerance).right for name in key):
        return Match(form=say("The right table, with another index: add .reset_index(drop=True)."))
    return Match()


def _compare_each(answers: Iterable[Any], keys: Iterable[Any], tolerance: Tolerance) -> Match:
    """Right if every pair is; right in another form if every pair is at least that."""
    matches = [
        _compare_values(answer, key, tolerance) for answer, key in zip(answers, keys, strict=True)
    ]
    if all(match.right for match in matches):
        return Match(right=True)
    if all(match.right or match.form for match in matches):
        return Match(form=next(match.form for match in matches if match.form))
    return Match()


def _flat(answer: Any) -> list[Any]:
    if isinstance(answer, (set, frozenset)):
        return list(answer)
    if isinstance(answer, pd.DataFrame):
        return [value for name in range(answer.shape[1]) for value in answer.iloc[:, name]]
    return list(np.asarray(answer, dtype=object).ravel())


def _equal(answer: Any, key: Any, tolerance: Tolerance) -> bool:
    """Whether one value is the key, or a form of it that a fair teacher would accept."""
    if isinstance(key, _TRUTHS) or isinstance(answer, _TRUTHS):
        both = isinstance(answer, _TRUTHS) and isinstance(key, _TRUTHS)
        return both and bool(answer) == bool(key)
    if isinstance(key, numbers.Real):
        if not isinstance(answer, (numbers.Real, Decimal)):
            return False
        if is_missing(key) or is_missing(answer):
            return is_missing(key) and is_missing(answer)
        return tolerance.near(_float(answer), float(key))
    if isinstance(key, str):
        if _asks_for_month(key) and _month(key) == _month(answer):
            return True
        return isinstance(answer, str) and _same_text(answer, key)
    if isinstance(key, (datetime.date, np.datetime64)):
        day = _day(answer)
        return day is not None and day == pd.Timestamp(key)
    return bool(answer == key)


def _float(number: Any) -> float:
    """A number as a float; one that is too large for it is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _text(text: str) -> str:
    """A text without capitals and accents, and without a difference of spaces, hyphens and
    underscores.
    """
    return re.sub(r"(?<=[^\W_])[-_\s]+(?=[^\W_])", " ", bare(text.strip()))


def _same_text(answer: str, key: str) -> bool:
    if _text(answer) == _text(key):
        return True
    letters = key.strip().lower()
    if not _are_letters(letters):
        return False
    return "".join(sorted(_joined(answer))) == letters


def _joined(letters: str) -> str:
    """A choice of letters without what is between them."""
    return re.sub(rf"\b(?:{_any_of(_AND)})\b|[\s,;.()\[\]'\"+&/-]", "", letters.lower())


def _are_letters(key: str) -> bool:
    """Whether a key is a choice of letters, such as "bde": separators and order do not matter."""
    return bool(key) and set(key) <= set(_LETTERS) and list(key) == sorted(set(key))


def _form(answer: Any, key: Any, tolerance: Tolerance) -> str:
    """What to change in a value that is right in another form; empty if it is not."""
    if isinstance(key, _TRUTHS):
        words = _words(_TRUE if key else _FALSE)
        if isinstance(answer, str) and bare(answer.strip()) in words:
            return say("Right, but this is text: write True or False without quotation marks.")
        return ""
    if isinstance(answer, _TRUTHS) or is_missing(answer) or is_missing(key):
        return ""
    if isinstance(key, numbers.Real):
        return _form_of_number(answer, float(key), tolerance)
    if isinstance(key, str):
        return _form_of_text(answer, key)
    return ""


def _form_of_text(answer: Any, key: str) -> str:
    if isinstance(answer, str) and _text(answer.strip(" .,;:!?\"'()[]")) == _text(key):
        return say("That is right; leave out the punctuation.")
    named = _named_month(key)
    if named and named == _month_number(answer):
        return say("That is the right month; give its name.")
    day = _day(answer)
    if _asks_for_month(key) and day is not None and (day.year, day.month) == _month(key):
        return say("That is the right month; give year and month only, such as 2017-12.")
    return ""


def _form_of_number(answer: Any, key: float, tolerance: Tolerance) -> str:
    if isinstance(answer, str):
        number = _number(answer)
        if number is not None and tolerance.near(number, key):
            form = say("The value is right, but it is text: leave out the quotation marks.")
            if _unit().search(_tight(answer)):
                form = say(
                    "The value is right, but it is text: leave out the quotation marks and the "
                    "unit."
                )
            return _advice_on_comma(form, answer)
        if number is not None and (form := _form_of_number(number, key, tolerance)):
            form = say("{form} Leave out the quotation marks, too.", form=form)
            return _advice_on_comma(form, answer)
    if key in range(1, 13) and _month_number(answer) == key:
        return say("That is the right month; give its number.")
    day = None if isinstance(answer, (str, numbers.Real)) else _day(answer)
    if day is not None and key in range(1600, 2200) and day.year == key:
        return say("That is the right year; give it as a number.")
    if not is_finite_number(answer) or not answer:
        return ""
    return _form_of_digits(float(answer), key, tolerance)


def _form_of_digits(answer: float, key: float, tolerance: Tolerance) -> str:
    """What to change in a number that is the key rounded, not rounded, or as share or percent."""
    decimals = tolerance.decimals(key)
    words = [
        translatable("as a whole number"),
        translatable("to one decimal"),
        translatable("to two decimals"),
        translatable("to three decimals"),
    ]
    asked = translatable("in full")
    if decimals is not None and decimals < len(words):
        asked = words[decimals]
    if _is_rounded(answer, key):
        asked = translatable("with every digit") if decimals == 0 else asked
        return say("Right, but rounded: give it {asked}.", asked=shown(asked))
    if decimals is not None and round(answer, decimals) == key and _within(answer, key, 0.1):
        return say("Right, but give it {asked}.", asked=shown(asked))
    as_share = tolerance.near(answer * 100, key) or _is_rounded(answer, key / 100)
    if as_share and abs(key) > 1 and not answer.is_integer():
        return say("Right as a share of 1; it is asked for in percent.")
    in_percent = tolerance.near(answer, key * 100) or _is_rounded(answer, key * 100)
    if in_percent and abs(key) < 1 < abs(answer):
        return say("Right in percent; it is asked for as a share of 1.")
    return ""


def form_without_key(answer: Any) -> str:
    """What to look at in the form of an answer whose key is elsewhere; empty if nothing is odd.

    Examples
    --------
    >>> form_without_key("13,781 kg")
    'It is text: if a number is asked for, leave out the quotation marks and the unit.'
    >>> form_without_key(13781), form_without_key("CDC")
    ('', '')
    """
    if isinstance(answer, str) and _number(answer) is not None:
        form = say("It is text: if a number is asked for, leave out the quotation marks.")
        if _unit().search(_tight(answer)):
            form = say(
                "It is text: if a number is asked for, leave out the quotation marks and the unit."
            )
        return _advice_on_comma(form, answer)
    if answer is None or answer is ... or callable(answer):
        odd = say("But no exercise asks for this: it is {what}.", what=what(answer))
        return f"{odd} {_nothing()}" if answer is None else odd
    return ""


def other_kind(answer: Any, key: Any) -> str:
    """What is asked for, if an answer is text for a number, no finite number, no month for a month,
    or a number or words for letters; else empty.

    Examples
    --------
    >>> other_kind("7 loans", 14)
    'A plain number is asked for, without quotation marks or a unit.'
    >>> other_kind(2, "b")
    'The answer is a letter or letters, in quotation marks.'
    """
    if isinstance(answer, str) and is_finite_number(key):
        return say("A plain number is asked for, without quotation marks or a unit.")
    if isinstance(answer, numbers.Real) and is_finite_number(key):
        if is_missing(answer):
            return say("The answer is an empty value (NaN).")
        if math.isinf(_float(answer)):
            return say("The answer is far too large, or infinite.")
    if not isinstance(key, str):
        return ""
    if _asks_for_month(key) and isinstance(answer, str) and _month(answer) is None:
        return say("Year and month are asked for, such as 2017-12.")
    if _are_letters(key.strip().lower()):
        said = _joined(answer) if isinstance(answer, str) else ""
        if is_finite_number(answer) or (len(said) > 1 and set(said) - set(_LETTERS)):
            return say("The answer is a letter or letters, in quotation marks.")
    return ""


def is_close(answer: Any, key: Any) -> bool:
    """Whether a number misses the key by less than one percent, as one does that was computed from
    rounded numbers. Whole keys are left out: the year before is not close.
    """
    numbers_both = is_finite_number(answer) and is_finite_number(key)
    return numbers_both and not float(key).is_integer() and _within(answer, float(key), 0.01)


def _within(answer: float, key: float, part: float) -> bool:
    return abs(answer - key) <= part * abs(key)


def _is_rounded(answer: float, key: float) -> bool:
    """Whether an answer is the key with fewer digits, and still close to it."""
    if answer == key or not _within(answer, key, 0.05):
        return False
    if abs(key) >= 1000 and answer % 100 == 0:
        return any(round(key, -places) == answer for places in (2, 3, 4, 5, 6))
    return any(round(key, places) == answer for places in range(4)) and not key.is_integer()


def _number(text: str) -> float | None:
    """The number that a text consists of, with or without a unit."""
    digits = _digits(text).replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", digits):
        return None
    return float(digits)


def _digits(text: str) -> str:
    """A text without a unit and without what parts thousands; a comma that is left is decimal."""
    return _THOUSANDS.sub(lambda found: re.sub("[, ]", "", found[0]), _unit().sub("", _tight(text)))


def _tight(text: str) -> str:
    """A text without spaces but for those between digits and beside their commas."""
    return re.sub(r"(?<![\d,]) | (?![\d,])", "", " ".join(bare(text).split()))


def _number_or_text(text: str) -> float | str:
    number = _number(text)
    return text if number is None else number


def _advice_on_comma(form: str, *texts: str) -> str:
    """A sentence on the form of texts, and one more if there is a decimal comma in a number."""
    if any(_number(text) is not None and "," in _digits(text) for text in texts):
        return say("{form} Write a decimal point, not a comma.", form=form)
    return form


def _words(listed: str) -> list[str]:
    """The words of one of the lists above, in every language."""
    return [bare(word) for text in everywhere(listed) for word in text.split(", ")]


def _any_of(*lists: str) -> str:
    """A regular expression for the words of lists, as `_tight` writes them."""
    words = [_tight(word) for listed in lists for word in _words(listed)]
    return "|".join(map(re.escape, words))


def _unit() -> re.Pattern[str]:
    return re.compile(rf"%|\$|usd|kg|{_any_of(*_UNITS)}")


def _named_month(name: str) -> int | None:
    """The number of a month from its name in any language, or from the first letters of it."""
    return _months(tuple(languages())).get(bare(name.strip().rstrip(".")))


@lru_cache(maxsize=4)
def _months(spoken: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, month in enumerate(MONTHS, 1):
        for name in map(bare, everywhere(month)):
            for end in range(3, len(name) + 1):
                found.setdefault(name[:end], number)
    return found


def _month_number(value: Any) -> int | None:
    """The month that a name, a date or a number stands for."""
    if isinstance(value, str) and (named := _named_month(value)):
        return named
    if isinstance(value, numbers.Real):
        return next((month for month in range(1, 13) if month == value), None)
    day = _day(value)
    return day.month if day is not None else None


def _asks_for_month(key: str) -> bool:
    return len(key) <= 7 and _month(key) is not None


def _month(value: Any) -> tuple[int, int] | None:
    """Year and month, if a value is a month or the first day of one."""
    if isinstance(value, str) and re.search(r"\d{4}", value):
        text = re.sub(rf"\b(?:{_any_of(_OF)})\b", " ", bare(value.strip()))
        named = _MONTH_AND_YEAR.fullmatch(text)
        if named:
            month = _named_month(named[1]) or 0 if named[1] else int(named[3])
            return (int(named[2] or named[4]), month) if 1 <= month <= 12 else None
    day = _day(value)
    return (day.year, day.month) if day is not None and day.day == 1 else None


def _day(value: Any) -> pd.Timestamp | None:
    """The day that a date or a text such as 2017-12-14 stands for; of a month, its first."""
    if isinstance(value, pd.Period):
        return value.to_timestamp()
    if isinstance(value, (datetime.date, np.datetime64)):
        stamp = pd.Timestamp(value)
        return None if is_missing(stamp) else stamp.normalize()
    match = _YEAR_AND_MONTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    try:
        return pd.Timestamp(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
