"""What the programs say to a person, by key. Translations are with those of the helpers.

course.py, which any Python must be able to read, reads the same files.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

from helpers.language import shown


def caller() -> str:
    """The command as this user types it: what course.py was started with."""
    return os.environ.get("COURSE_CALLER") or (
        "py course.py" if os.name == "nt" else "python3 course.py"
    )


def say(key: str, **values: object) -> str:
    """The sentence with this key, its gaps filled.

    Examples
    --------
    >>> say("copied", count=14)
    'my_work/: 14 lessons copied without their results.'
    """
    return str(shown(_sentences()[key])).format(**{"caller": caller(), **values})


@cache
def _sentences() -> dict[str, str]:
    path = Path(__file__).with_name("en.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    return {k: "\n".join(v) if isinstance(v, list) else str(v) for k, v in content.items()}
