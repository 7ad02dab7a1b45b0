"""Numbers in prose: each is in a cell of its lesson or declared in the lesson's numbers.toml.

A number about the data that is typed into a text goes stale when the data change. So every number
word from two to a hundred and every number below 100 with at most one decimal, in a lesson's text
and on its guide page, is either *computed*, by an expression that must give it, or *stated*, with
the reason why no table decides it. (Such numbers are so frequent that some cell prints most of
them.) A longer number, or a year, is one that a cell of the lesson names or prints or that a claim
of the lesson states, or it is declared too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import claims
from helpers.catalogue import load
from helpers.exercises import lesson_exercises
from helpers.files import read_toml
from helpers.lessons import Lesson, LessonError
from helpers.values import is_finite_number

FILE = "numbers.toml"
_UNITS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
_UNITS += ["seventeen", "eighteen", "nineteen", "twenty"]
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"]
#: The words that count as numbers, with their values. "One" is left out: it is mostly a pronoun.
WORDS = {word: value for value, word in enumerate(_UNITS, start=2)}
WORDS |= {word: value for value, word in zip(range(30, 101, 10), _TENS, strict=True)}
WORDS["dozen"] = 12
_TENS_AND_UNITS = rf"(?:twenty|{'|'.join(_TENS[:-1])})-(?:one|{'|'.join(_UNITS[:8])})"
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:{_TENS_AND_UNITS}|{'|'.join(WORDS)}|\d{{1,2}}(?:\.\d)?)"
    r"(?![\w/]|[.,]\d|-\d)",
    re.I,
)
#: Three digits, two decimals or more; years among them.
_LONG = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{3,}(?:\.\d+)?|\d+\.\d{2,})(?!\w|[.,]\d)"
)
_PICTURE = re.compile(r"base64,[A-Za-z0-9+/=]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_A_CELL = re.compile(r"(?<![\d.,])\d+(?:[,_]\d{3})*(?:\.\d+)?(?!\d)")
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_PART = "(?:lesson|section|exercise|paragraph|phase|cell|week|figure)s?"
_LIST = r"\[?\d+\]?(?:(?:,| and| to|, and) \[?\d+\]?)*"
#: What is not a statement: code, links, headings' numbers, numbers of lessons, sections, exercises,
#: cells, and days of a month.
_NOT_PROSE = re.compile(
    rf"`[^`]*`|\]\([^)]*\)|https?://\S+|^#+ (?:\d\d · |\d\. )?|\b[01]\d\.(?:[1-9]|[a-z]\d?)\b"
    rf"|\b(?i:{_PART}) {_LIST}"
    r"|\b(?:from|in|of|to|by|and|see|with) \[?0\d\b\]?"
    rf"|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b",
    re.M,
)


class Place(NamedTuple):
    """One number in a text: which page, the number as it is written, and the words around it."""

    page: str
    number: str
    context: str
    start: int


def undeclared(lesson: Lesson) -> list[str]:
    """One sentence for each number in the lesson's prose that numbers.toml does not cover, or
    covers wrongly.
    """
    path = lesson.folder / FILE
    try:
        entries = read_toml(path) if path.is_file() else {}
    except ValueError as error:
        return [f"{lesson.name}/{FILE} cannot be read as TOML: {error}. Correct it."]
    computed, stated = entries.get("computed", []), entries.get("stated", [])
    if not all(isinstance(them, list) and all(map(_is_entry, them)) for them in (computed, stated)):
        return [
            f"{lesson.name}/{FILE}: every entry is under [[computed]] or [[stated]], and its text, "
            "expression and reason are texts between quotation marks. Correct it."
        ]
    problems = [_problem_with(entry, lesson) for entry in computed]
    problems += [
        f"{lesson.name}/{FILE}: the entry {entry!r} needs texts and a reason."
        for entry in stated
        if not entry.get("texts") or len(entry.get("reason", "")) < 10
    ]
    texts = [entry.get("text", "") for entry in computed]
    texts += [text for entry in stated for text in entry.get("texts", [])]
    problems += [
        f"{lesson.name}/{FILE}: {text!r} is a number alone; declare it with the words around it."
        for text in texts
        if any(match[0] == text for match in _written(text))
    ]
    unused, in_cells = set(texts), _in_cells(lesson)
    for page, prose in pages(lesson).items():
        spans = []
        for text in texts:
            for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", prose):
                spans.append(match.span())
                unused.discard(text)
        for place in numbers_in(page, prose):
            if any(start <= place.start < end for start, end in spans):
                continue
            if not _LONG.fullmatch(place.number):
                problems.append(
                    f"{lesson.name}, {page}: {place.number!r} is not declared in {FILE} (… "
                    f"{place.context} …)."
                )
            elif value_of(place.number) not in in_cells:
                problems.append(
                    f"{lesson.name}, {page}: no cell names or prints {place.number}. Correct it, "
                    f"or declare it in {FILE} (… {place.context} …)."
                )
    problems += [
        f"{lesson.name}/{FILE}: no text says {text!r} any more; remove it."
        for text in sorted(unused)
    ]
    return [problem for problem in problems if problem]


def _is_entry(entry: Any) -> bool:
    """Whether an entry of the file holds texts, or lists of texts."""
    return isinstance(entry, dict) and all(
        isinstance(value, str)
        or (isinstance(value, list) and name == "texts" and all(isinstance(x, str) for x in value))
        for name, value in entry.items()
    )


def pages(lesson: Lesson) -> dict[str, str]:
    """The prose of a lesson and of its guide page, with what is not a statement blanked out."""
    cells = json.loads(lesson.path.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    texts = {"lesson": text.split("## Sources")[0]}
    guide = lesson.folder / "guide.md"
    if guide.is_file():
        try:
            texts["guide page"] = guide.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise LessonError(
                f"{lesson.name}/guide.md is not text in UTF-8: save it in UTF-8, or restore it."
            ) from None
    return {page: _NOT_PROSE.sub(lambda m: " " * len(m[0]), text) for page, text in texts.items()}


def numbers_in(page: str, prose: str) -> Iterator[Place]:
    """The numbers of a text; minutes at the start of a plan's row are left out.

    Examples
    --------
    >>> [place.number for place in numbers_in("lesson", "Three loans in 2019, two of 1,400.")]
    ['Three', '2019', 'two', '1,400']
    """
    for match in _written(prose):
        if match[0].isdigit() and _is_label(prose, match.start(), match.end()):
            continue
        if _is_length_of_lesson(prose, match.start(), match.end()):
            continue
        yield Place(page, match[0], _words_around(prose, match), match.start())


def _written(text: str) -> list[re.Match[str]]:
    """The numbers of a text, in order."""
    return sorted((*_NUMBER.finditer(text), *_LONG.finditer(text)), key=re.Match.start)


def _words_around(prose: str, match: re.Match[str]) -> str:
    return " ".join(prose[max(0, match.start() - 30) : match.end() + 30].split())


def _in_cells(lesson: Lesson) -> set[Decimal]:
    """The numbers in the code of a lesson and in what its cells print, the years there and in its
    figures, and what its claims state.
    """
    code = _code_cells(lesson)
    shown = "\n".join("".join(cell["source"]) for cell in code) + _outputs(lesson)
    plotted = _PICTURE.sub("", json.dumps([cell.get("outputs", []) for cell in code]))
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", plotted)
    return set(map(value_of, (*_IN_A_CELL.findall(shown), *years))) | set(_claimed(lesson))


def _claimed(lesson: Lesson) -> Iterator[Decimal]:
    if lesson.claims:
        rows = load("claims")
        for value in rows[rows["claim"].isin(lesson.claims)]["stated_value"].dropna():
            yield Decimal(str(value))


def _code_cells(lesson: Lesson) -> list[dict[str, Any]]:
    cells = json.loads(lesson.path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _outputs(lesson: Lesson) -> str:
    """What the cells of a lesson print, as text."""
    outputs = [output for cell in _code_cells(lesson) for output in cell.get("outputs", [])]
    texts = [output.get("text", output.get("data", {}).get("text/plain", "")) for output in outputs]
    return "\n".join(["", *map("".join, texts)])


def _is_label(prose: str, start: int, end: int) -> bool:
    """Whether digits are alone in a cell of a table (minutes, sections), or number a list."""
    before, after = _around(prose, start, end)
    alone = re.search(r"\|[\d\s,–-]*$", before) and re.match(r"[\d\s,–-]*(?:\||$)", after)
    return bool(alone) or (not before.strip() and after.startswith(". "))


def _is_length_of_lesson(prose: str, start: int, end: int) -> bool:
    """Whether a heading is only a length of time ("Fifty minutes"), or the line gives the minutes
    of the lesson, which its block has too.
    """
    before, after = _around(prose, start, end)
    alone = not before.strip() and re.fullmatch(r" (?:minutes|hours)\s*", after)
    line = before + prose[start:end] + after
    return bool(alone or re.match(r"Reading \d+ minutes", line))


def _around(prose: str, start: int, end: int) -> tuple[str, str]:
    """What is before and after a place in its line."""
    return prose[prose.rfind("\n", 0, start) + 1 : start], prose[end:].split("\n", 1)[0]


def value_of(number: str) -> Decimal:
    """What a number word or a number in digits is.

    Examples
    --------
    >>> [str(value_of(number)) for number in ("Twenty-three", "dozen", "1,234.5")]
    ['23', '12', '1234.5']
    """
    text = number.lower()
    if text[0].isdigit():
        return Decimal(re.sub("[,_]", "", text))
    tens, _, unit = text.partition("-")
    return Decimal(WORDS[tens] + ({"one": 1, **WORDS}[unit] if unit else 0))


def _problem_with(entry: dict[str, Any], lesson: Lesson) -> str:
    """What is wrong with a computed number; empty if its expression gives it."""
    where = f"{lesson.name}/{FILE}, {entry.get('text', '')!r}"
    if not isinstance(entry.get("text"), str) or not isinstance(entry.get("value"), str):
        return f"{where}: a computed number needs a text and a value (an expression)."
    numbers = [match[0] for match in _written(entry["text"]) if not _YEAR.fullmatch(match[0])]
    if not numbers:
        return f"{where}: the text has no number."
    try:
        value = _evaluate(entry["value"], lesson)
    except (Exception, SystemExit) as error:  # any fault there has the same remedy
        return f"{where}: the expression fails ({type(error).__name__}: {error})."
    values = value if isinstance(value, list) else [value]
    if len(values) != len(numbers) or not all(map(_gives, values, numbers)):
        return f"{where}: the data give {value}. Correct the text."
    return ""


def _gives(value: Any, number: str) -> bool:
    """Whether a value is the number: to the decimals that it has, and exactly if it has none."""
    if not is_finite_number(value):
        return False
    _, _, decimals = number.partition(".")
    return bool(value == value_of(number)) or (
        decimals != "" and f"{value:.{len(decimals)}f}" == str(value_of(number))
    )


def _evaluate(expression: str, lesson: Lesson) -> Any:
    """The value of an expression, which may also ask for the key of an exercise, `key("02.b")`, or
    for a number that the cells print, by the words around it: `printed("The answer: # percent")`.
    """

    def key(number: str) -> Any:
        return lesson_exercises(lesson.number)[number].key()

    def printed(words: str) -> float:
        pattern = re.escape(words).replace(re.escape("#"), r"(\d[\d,]*(?:\.\d+)?)")
        found = set(re.findall(pattern, _outputs(lesson)))
        if len(found) != 1:
            raise ValueError(f"the cells print {len(found)} such numbers")
        return float(value_of(found.pop()))

    names = {"load": load, "claims": claims, "ledger": claims.ledger, "pd": pd, "np": np}
    names |= {"key": key, "printed": printed}
    return eval(
        compile(expression, str(lesson.path), "eval"), names
    )  # written by the lesson's author, as its cells are
