"""Files that people edit, in JSON and TOML: whatever is wrong with one is a `ValueError`."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises
    ------
    OSError, ValueError
        It cannot be opened, is not in UTF-8, or `as_json` cannot read it.
    """
    return as_json(path.read_text(encoding="utf-8"))


def as_json(text: str) -> Any:
    """What a text in JSON holds; `ValueError` if it is none, is nested too deeply, or has halves of
    characters, which could not be written again.
    """
    try:
        content = json.loads(text)
        if re.search(r"\\ud[89a-f]", text, re.I):
            json.dumps(content, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return content


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file holds, also with the mark that Windows puts at its beginning.

    Raises
    ------
    OSError, ValueError
        It cannot be opened, is not TOML in UTF-8, or is nested too deeply.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
