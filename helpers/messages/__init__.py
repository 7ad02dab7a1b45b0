"""What the programs say to a person, by key; one file for each language.

course.py, which any Python must be able to read, reads the same file.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path


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
    return _sentences()[key].format(**{"caller": caller(), **values})


@cache
def _sentences(language: str = "en") -> dict[str, str]:
    path = Path(__file__).with_name(f"{language}.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    return {k: "\n".join(v) if isinstance(v, list) else str(v) for k, v in content.items()}
