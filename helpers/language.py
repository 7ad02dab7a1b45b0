"""The language in which the helpers speak, and the English behind a translated text.

English is written in the code. Another language is a folder of gettext catalogues: the engine's own
in `helpers/translations/<language>/`, a collection's in `translations/<language>/`. What is needed
while lessons run is beside them in one file, messages.json, which `python3 -m helpers translate`
writes. A text without a translation, or whose English has changed since, is shown in English.

>>> say("{count} figures", count=3)
'3 figures'
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.collection import CollectionError, found
from helpers.files import read_json


def translatable(text: str) -> str:
    """The English text itself, marked for the catalogues: it is translated when it is shown."""
    return text


ENGLISH = "en"
#: Names the language of commands and of kernels; a translated lesson sets its own with `speak`.
VARIABLE = "HELPERS_LANGUAGE"
MESSAGES = "messages.json"
#: The months as Python's calendar names them in English, whatever the locale.
MONTHS = (
    translatable("January"),
    translatable("February"),
    translatable("March"),
    translatable("April"),
    translatable("May"),
    translatable("June"),
    translatable("July"),
    translatable("August"),
    translatable("September"),
    translatable("October"),
    translatable("November"),
    translatable("December"),
)
_ENGINE = Path(__file__).resolve().parent / "translations"

#: What stands between the parts of a name that is put together, and a placeholder of a text.
_JOINTS = re.compile(r": |, |; | \(|\)[:;,] |\)$")
_GAP = re.compile(r"\{[^{}]*\}")
_PLACEHOLDER = re.compile(r"\{[^{}]+(?:\{[^{}]*\}[^{}]*)*\}|[{}]")
_NO_LETTERS = re.compile(r"[\W\d_]")
#: The most signs of a name, and the fewest letters around the gaps of one that can be recognized.
_LONGEST_NAME, _TELLING = 60, 6
#: The most joints within one part of a name that is put together.
_MOST_JOINTS = 12

_language: str | None = None


class LanguageError(ValueError):
    """There is no catalogue for the language that was asked for."""


def translations() -> list[Path]:
    """The folders that hold a folder for each language: the engine's, then the collection's."""
    places = [_ENGINE]
    with suppress(CollectionError):  # no collection here: the engine's messages are enough
        places.append(found().root / "translations")
    return places


def folders(language: str) -> list[Path]:
    """The folders of one language that have messages for running lessons."""
    return [place / language for place in translations() if (place / language / MESSAGES).is_file()]


def languages() -> list[str]:
    """The languages that can be chosen, English first."""
    names = {path.parent.name for place in translations() for path in place.glob(f"*/{MESSAGES}")}
    return [ENGLISH, *sorted(names)]


def speak(language: str) -> None:
    """Set the language of everything that helpers print, draw and show from now on.

    Parameters
    ----------
    language : str
        "en", or the name of a folder of catalogues, such as "es".

    Raises
    ------
    LanguageError
        There is no such folder.
    """
    if language not in languages():
        raise LanguageError(
            f"There is no translation into {language!r}: use one of {', '.join(languages())}."
        )
    global _language
    _language = language


def current_language() -> str:
    """The language in use: what `speak` was given, else the variable HELPERS_LANGUAGE, else
    English.
    """
    if _language is not None:
        return _language
    asked = os.environ.get(VARIABLE, ENGLISH)
    return asked if asked != ENGLISH and asked in languages() else ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """The language inside a `with` block; afterwards it is as it was."""
    global _language
    before = _language
    speak(language)
    try:
        yield
    finally:
        _language = before


def shown(text: Any) -> Any:
    """A text as it is displayed: its translation where the catalogues have one, or those of the
    parts that it is put together from; of a table or a column its names and words; anything else as
    it is. Identifiers of tables (names of columns,
    values such as "heroin") keep their English in the data and are displayed in this way.
    """
    if current_language() == ENGLISH:
        return text
    pandas = sys.modules.get("pandas")  # without it there is no table, and no need to import it
    if pandas is not None and isinstance(text, (pandas.DataFrame, pandas.Series)):
        from helpers.frames import displayed  # which needs this module

        return displayed(text)
    if not isinstance(text, str):
        return text
    known = _texts(current_language(), _state(current_language()))
    return known.get(text) or _filled(text, False) or _translated(text, known)


def _filled(text: str, backwards: bool) -> str:
    """A short text that was made by filling in the gaps of a formatted one, in the other language;
    empty if it was not.
    """
    if len(text) > _LONGEST_NAME:
        return ""
    language = current_language()
    for filled, other in _patterns(language, _state(language), backwards):
        if found := filled.fullmatch(text):
            gaps = found.groups()
            words = list(map(original if backwards else shown, gaps))
            if all(" " not in gap or gap != word for gap, word in zip(gaps, words, strict=True)):
                return other.format(*words)
    return ""


def parts(text: str) -> list[str]:
    """A text, and the parts from which it may have been put together, as `shown` looks for them."""
    return [text, *_JOINTS.split(text)]


def _translated(text: str, known: Mapping[str, str]) -> str:
    """A text by a dictionary; one that is put together from several ("cocaine, lifetime") part by
    part, from the left, the longest part that is known before a shorter one.
    """
    said: list[str] = []
    joints, start, used = [*_JOINTS.finditer(text)], 0, 0
    while near := joints[used : used + _MOST_JOINTS]:
        if len(near) < _MOST_JOINTS and text[start:] in known:
            break
        sizes = range(len(near), 0, -1)
        size = next((n for n in sizes if text[start : near[n - 1].start()] in known), 1)
        joint = near[size - 1]
        head = text[start : joint.start()]
        said += known.get(head, head), joint[0]
        start, used = joint.end(), used + size
    return "".join(said) + known.get(text[start:], text[start:])


def everywhere(text: str) -> list[str]:
    """An English text and its translations: what is looked for in lessons of any language."""
    found_in = [_texts(language, _state(language)).get(text, text) for language in languages()[1:]]
    return list(dict.fromkeys([text, *found_in]))


def pattern(text: str) -> str:
    """A regular expression for an English text in whatever language it is.

    Examples
    --------
    >>> re.search(pattern("Exercise") + " 02.1", "### Exercise 02.1") is not None
    True
    """
    return f"(?:{'|'.join(map(re.escape, everywhere(text)))})"


def original(text: str) -> str:
    """The English behind a displayed text or name; a text that is no translation as it is."""
    if current_language() == ENGLISH:
        return text
    known = _originals(current_language(), _state(current_language()))
    if text in known:
        return known[text]
    return _filled(text, True) or _translated(text, known)


def say(sentence: str, /, **values: Any) -> str:
    """A sentence of the helpers with its values, in the language in use.

    Parameters
    ----------
    sentence : str
        The English sentence with named placeholders, as for `str.format`: "{count} figures".
    **values
        What goes into the placeholders.
    """
    text: str = shown(sentence).format(**values)
    return text


def say_number(one: str, many: str, number: int, /, **values: Any) -> str:
    """As `say`, with the form that belongs to a number: `one` for 1, else `many`."""
    return say(one if number == 1 else many, number=number, **values)


def written_day(day: date) -> str:
    """A day in words: "14 December 2017"."""
    return say(
        "{day} {month} {year}", day=day.day, month=shown(MONTHS[day.month - 1]), year=day.year
    )


def written_month(day: date) -> str:
    """A month in words: "December 2017"."""
    return say("{month} {year}", month=shown(MONTHS[day.month - 1]), year=day.year)


def _state(language: str) -> tuple[tuple[str, int], ...]:
    """The message files of a language and when each was written: the key of what is cached."""
    files = [folder / MESSAGES for folder in folders(language)]
    return tuple((str(path), path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=4)
def _texts(language: str, state: tuple[tuple[str, int], ...]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path, _ in state:
        with suppress(OSError, ValueError):  # a damaged file: its texts stay in English
            content = read_json(Path(path))
            texts |= content if isinstance(content, dict) else {}
    texts = {english: text for english, text in texts.items() if _can_stand_for(text, english)}
    # A lesson may show a name of the data with spaces: "money finance" for "money_finance".
    names = [name for name in texts if "_" in name and name.isidentifier()]
    return {name.replace("_", " "): texts[name] for name in names} | texts


def placeholders(text: str) -> list[str]:
    """The placeholders of a formatted text and braces that are none, in order of the alphabet.

    >>> placeholders("{year}: {total[2016]:,} deaths, {{no}}")
    ['{total[2016]:,}', '{year}']
    """
    return sorted(_PLACEHOLDER.findall(text.replace("{{", "").replace("}}", "")))


def _can_stand_for(text: Any, english: str) -> bool:
    """Whether a text can be shown for the English: both are there and have the same gaps."""
    there = isinstance(text, str) and text != "" != english
    return there and placeholders(text) == placeholders(english)


@lru_cache(maxsize=4)
def _originals(language: str, state: tuple[tuple[str, int], ...]) -> dict[str, str]:
    """The English of each displayed text; where it has several, the one in words: "on the day", not
    "on_the_day".
    """
    pairs = sorted(_texts(language, state).items(), key=lambda pair: "_" not in pair[0])
    return {translated: english for english, translated in pairs}


@lru_cache(maxsize=8)
def _patterns(
    language: str, state: tuple[tuple[str, int], ...], backwards: bool
) -> list[tuple[re.Pattern[str], str]]:
    """Short formatted texts as expressions that find them filled in, and the same texts in the
    other language, to be filled in; backwards: from the language to English.
    """
    found = []
    for english, translated in _texts(language, state).items():
        pair = (translated, english) if backwards else (english, translated)
        gaps, words = _GAP.findall(english), [_GAP.sub("", text) for text in pair]
        telling = all(len(_NO_LETTERS.sub("", text)) >= _TELLING for text in words)
        simple = not {"{", "}"} & {*"".join(words)}  # no gap within a gap, no brace that is shown
        if gaps and gaps == _GAP.findall(translated) and telling and simple:
            parts = map(re.escape, _GAP.split(pair[0]))
            found.append((re.compile("(.+)".join(parts)), _GAP.sub("{}", pair[1])))
    return found
