"""The languages in which a collection has lessons."""

from __future__ import annotations

from babel import Locale

from helpers.collection import Collection
from helpers.language import languages


def editions(collection: Collection) -> list[Collection]:
    """The collection in each language in which it has lessons, English first."""
    return [
        edition
        for language in languages()
        if (edition := collection.in_language(language)).language == language
    ]


def name_of(language: str) -> str:
    """What a language calls itself.

    >>> name_of("es")
    'Español'
    """
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]
