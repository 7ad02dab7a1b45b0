"""What somebody who makes a collection runs: `python3 -m helpers describe | refresh | review |
moves | new | update FOLDER`.
"""

from __future__ import annotations

import importlib
import os
import sys

from helpers.adaptation import VARIABLE

COMMANDS = ("describe", "refresh", "review", "moves", "new", "update")


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if not arguments or arguments[0] in ("-h", "--help") else 2
    os.environ[VARIABLE] = "1"  # what is written here is not for one class alone
    command = importlib.import_module(f"helpers.authoring.{arguments[0]}")
    return int(command.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
