"""What must be the same in a text and in its translation, whatever the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import polib

from helpers.language import placeholders

#: Parts of Markdown that a translation has as often as its original. Links may be reordered; the
#: words in bold may move, but not disappear.
MARKDOWN = {
    "links": re.compile(r"\]\(([^)\s]+)\)"),
    "code": re.compile(r"`([^`]+)`"),
    "bold texts": re.compile(r"(?<!\*)\*\*(?!\*)(?=\S)[^*]+\*\*"),
    "list items": re.compile(r"^\s*(?:[-*]|\d+\.) ", re.MULTILINE),
    "headings": re.compile(r"^#{1,6} ", re.MULTILINE),
    "table cells": re.compile(r"(?<!\\)\|"),
}
_BILLIONS = re.compile(r"\d[\d,.]* (?:billion|million|mil millones|millones)")
#: Code, links, placeholders and quoted words.
_NO_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|\{[^{}]*\}|\"[^\"]*\"|\*[^*]*\*")
#: Blocks of code, whose comments are translated.
_FENCED = re.compile(r"^```.*?^```", re.M | re.S)
#: What only a translation has in a command or a path: its language.
_LANGUAGE = re.compile(r" --lang [a-z]{2}\b|(?<=/)[a-z]{2}/")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")


def problems(
    catalogue: polib.POFile, terms: Mapping[str, str], page: bool = False
) -> Iterator[str]:
    """A sentence for each translation that lost something of its original, or has another word for
    a term than the one that was decided.

    Parameters
    ----------
    catalogue : polib.POFile
        The translations.
    terms : mapping of str to str
        Regular expressions: what a translation must have where the English has something.
    page : bool
        Whether all texts are Markdown, as those of a page are; else those with a place are.
    """
    for entry in catalogue:
        if entry.msgstr and not entry.fuzzy and not entry.obsolete:
            found = [*compare(entry.msgid, entry.msgstr, page or bool(entry.msgctxt))]
            found += other_words(entry.msgid, entry.msgstr, terms)
            for problem in found:
                yield f"{problem} in {entry.msgstr[:60]!r} (for {entry.msgid[:60]!r})"


def other_words(english: str, text: str, terms: Mapping[str, str]) -> Iterator[str]:
    """The terms of an English text that its translation has in other words.

    >>> list(other_words("A verdict on rates", "Un fallo sobre tasas", {"verdict": "veredicto"}))
    ["another word for 'verdict' than 'veredicto'"]
    """
    bare = _NO_PROSE.sub(" ", english)
    if bare == text or english == text:
        return
    for term, word in terms.items():
        if re.search(term, bare, re.IGNORECASE) and not re.search(word, text, re.IGNORECASE):
            yield f"another word for {term!r} than {word!r}"


def compare(english: str, text: str, markdown: bool) -> Iterator[str]:
    """What a translation lost or added: placeholders, numbers, and parts of Markdown.

    >>> list(compare("{n} of 5 towns", "{m} de 5 pueblos", False))
    ['placeholders differ']
    >>> list(compare("2 of 5 towns", "2 de 6 pueblos", False))
    ['numbers differ (5; 6)']
    """
    if placeholders(english) != placeholders(text):
        yield "placeholders differ"
    lost, _ = _difference(_numbers(english), _numbers(text))
    added = sorted(set(_numbers(text)) - set(_numbers(english)))  # a gloss may repeat a number
    if lost or added:
        yield f"numbers differ ({', '.join(lost)}; {', '.join(added)})"
    if english[:1].isspace() != text[:1].isspace() or english[-1:].isspace() != text[-1:].isspace():
        yield "spaces at an end differ"
    if english.count("\n") != text.count("\n") and not markdown:
        yield "line breaks differ"
    if markdown:
        english, text = (_FENCED.sub("", one) for one in (english, text))
        for what, pattern in MARKDOWN.items():
            if what in ("links", "code"):
                parts = [pattern.findall(one) for one in (english, text)]
                if what == "code":
                    parts = [[_LANGUAGE.sub("", one) for one in found] for found in parts]
                lost, added = _difference(*parts)
                if lost or added:
                    yield f"{what} differ ({', '.join(lost)}; {', '.join(added)})"
            elif len(pattern.findall(english)) != len(pattern.findall(text)):
                yield f"{what} differ in number"


def _numbers(text: str) -> list[str]:
    """The numbers in a text, without those in links, code and placeholders, and without billions,
    which other languages count in thousands of millions.
    """
    bare = re.sub(r"\]\([^)]*\)|`[^`]*`|\{[^{}]*\}", " ", text)
    return _NUMBER.findall(_BILLIONS.sub(" ", bare))


def _difference(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    first, second = Counter(one), Counter(other)
    return sorted((first - second).elements()), sorted((second - first).elements())
