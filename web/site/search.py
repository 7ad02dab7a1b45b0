"""Numbers in the site's search, from which Sphinx leaves them out: with and without commas."""

from __future__ import annotations

import re

_WORD = re.compile(r"[0-9]{1,3}(?:[,_][0-9]{3})+\b|[0-9]{1,3}\.[0-9]+|\w+")
_NUMBER = re.compile(r"[1-9][0-9]{3,}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

#: `words` for what a reader types; the name is the one that Sphinx's script calls.
_SPLITTER = r"""
function splitQuery(query) {
  const number = "[0-9]{1,3}(?:[,_][0-9]{3})+\\b|[0-9]{1,3}\\.[0-9]+";
  const letters = "[\\p{Letter}\\p{Number}_\\p{Emoji_Presentation}]+";
  const found = query.match(new RegExp(`${number}|${letters}`, "gu")) ?? [];
  return found.map((one) => {
    const digits = one.replace(/[,_]/g, "");
    return /^[1-9][0-9]{3,}$/.test(digits) && !/^(19|20)[0-9]{2}$/.test(one)
      ? digits.replace(/\B(?=([0-9]{3})+$)/g, ",") : one;
  });
}
"""


def words(text: str) -> list[str]:
    """The words of a text, and its numbers from 1,000 on with commas, but for years.

    Examples
    --------
    >>> words("In 2016, 64_000 or 63,632 died: 64000, or 1.5 percent.")
    ['In', '2016', '64,000', 'or', '63,632', 'died', '64,000', 'or', '1.5', 'percent']
    """
    return [_with_commas(word) for word in _WORD.findall(text)]


def _with_commas(word: str) -> str:
    digits = re.sub("[,_]", "", word)
    if not _NUMBER.fullmatch(digits) or _YEAR.fullmatch(word):
        return word
    return re.sub(r"\B(?=([0-9]{3})+$)", ",", digits)


def index_numbers() -> None:
    """Let Sphinx use `words` for pages and queries. It drops what is digits alone: years, and
    whole numbers below 1,000.
    """
    from sphinx.search import SearchLanguage

    SearchLanguage.split = lambda _, text: words(text)  # type: ignore[assignment, method-assign]
    SearchLanguage.js_splitter_code = _SPLITTER
