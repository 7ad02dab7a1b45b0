"""What readers start, and those who make a collection: `python3 -m helpers lab | describe | refresh
| review | moves | new | update FOLDER | translate LANGUAGE`.
"""

from __future__ import annotations

import importlib
import os
import sys

from helpers.adaptation import VARIABLE
from helpers.collection import CollectionError

AUTHORING = ("describe", "refresh", "review", "moves", "new", "update", "translate")


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    name, rest = (arguments or [""])[0], arguments[1:]
    if name not in ("lab", *AUTHORING):
        print(__doc__)
        return 0 if name in ("", "-h", "--help") else 2
    try:
        if name == "lab":
            return int(importlib.import_module("helpers.lab").main(rest))
        os.environ[VARIABLE] = "1"  # what is written here is not for one class alone
        return int(importlib.import_module(f"helpers.authoring.{name}").main(rest))
    except CollectionError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
