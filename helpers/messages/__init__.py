"""What the programs say to a person, by key. Translations are with those of the helpers.

course.py, which any Python must be able to read, reads the same files.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path

from helpers.language import shown


def caller() -> str:
    """The command as this user types it: what course.py was started with, or `python3 -m helpers`
    in a collection that `new` wrote, which has no course.py.
    """
    python = "py" if os.name == "nt" else "python3"
    alone = Path(sys.argv[0]).parent.name == "helpers"
    here = f"{python} -m helpers" if alone else f"{python} course.py"
    return os.environ.get("COURSE_CALLER") or here


def say(key: str, **values: object) -> str:
    """The sentence with this key, its gaps filled.

    Examples
    --------
    >>> say("copied", work="my_work/", count=14)
    'my_work/: 14 lessons copied without their results.'
    """
    always = {"caller": caller(), "lang": os.environ.get("COURSE_LANG", "")}
    return str(shown(_sentences()[key])).format(**always, **values)


@cache
def _sentences() -> dict[str, str]:
    path = Path(__file__).with_name("en.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    return {k: "\n".join(v) if isinstance(v, list) else str(v) for k, v in content.items()}
