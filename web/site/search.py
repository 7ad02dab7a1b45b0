"""The site's search, which finds what Sphinx's leaves out: numbers, with and without commas, and
words with and without their accents.
"""

from __future__ import annotations

import re
import unicodedata
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.search import SearchLanguage

_WORD = re.compile(r"[0-9]{1,3}(?:[,_][0-9]{3})+(?:\.[0-9]+)?\b|[0-9]+\.[0-9]+|\w+")
_NUMBER = re.compile(r"[1-9][0-9]{3,}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def words(text: str) -> list[str]:
    """The words of a text, and its numbers from 1,000 on with commas, but for years.

    A word with accents is there a second time without: the ending that the index takes off can
    depend on them.

    Examples
    --------
    >>> words("In 2016, 64_000 or 63,632 died: 64000, or 1.5 percent.")
    ['In', '2016', '64,000', 'or', '63,632', 'died', '64,000', 'or', '1.5', 'percent']
    >>> words("12970.19, 1,351.6")
    ['12,970.19', '1,351.6']
    >>> words("Nuevo León")
    ['Nuevo', 'León', 'Leon']
    """
    found = [_with_commas(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]
    return [form for word in found for form in dict.fromkeys([word, without_accents(word)])]


def without_accents(word: str) -> str:
    """A word in plain letters.

    Examples
    --------
    >>> without_accents("año")
    'ano'
    """
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _with_commas(word: str) -> str:
    whole, point, decimals = word.partition(".")
    digits = re.sub("[,_]", "", whole)
    if not _NUMBER.fullmatch(digits) or _YEAR.fullmatch(word):
        return word
    return re.sub(r"\B(?=([0-9]{3})+$)", ",", digits) + point + decimals


def search_language(code: str) -> type[SearchLanguage]:
    """How pages in a language are indexed and searched: as Sphinx does, with what it leaves out."""
    from sphinx.search import languages
    from sphinx.search.en import SearchEnglish

    known: Any = languages.get(code, SearchEnglish)
    if isinstance(known, str):
        module, _, name = known.rpartition(".")
        known = getattr(import_module(module), name)

    stems: dict[str, str] = {}  # each word is asked for once a page

    class Language(known):  # type: ignore[misc]
        lang = code
        js_splitter_code = Path(__file__).with_name("search.js").read_text(encoding="utf-8")

        def split(self, text: str) -> list[str]:
            return words(text)

        def stem(self, word: str) -> str:
            if word not in stems:
                stems[word] = without_accents(super().stem(word))
            return stems[word]

        def word_filter(self, word: str) -> bool:
            return word not in self.stopwords

    return Language
