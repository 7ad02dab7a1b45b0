"""Names in a figure: how a line's name is cut into lines, and the English behind a name."""

from __future__ import annotations

import textwrap

from helpers.language import original


def wrap_name(name: str) -> str:
    """The name of a line, in lines short enough to be beside its end."""
    return textwrap.fill(name, 22, initial_indent=" ", subsequent_indent=" ")


def english(text: str) -> str:
    """A text of a figure in English, cut into lines as `label_lines` does it: what is hashed."""
    flat = " ".join(text.split())
    if original(flat) == flat:
        return text
    return wrap_name(original(flat)) if text.startswith(" ") else original(flat)
