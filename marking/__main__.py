"""What a teacher who marks a class runs: `python -m marking grade INBOX`, `python -m marking report
MARKS`.
"""

from __future__ import annotations

import importlib
import os
import sys

COMMANDS = ("grade", "report")
STOPPED = 130  # by Ctrl-C: everything is kept and nothing runs any more


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if not arguments or arguments[0] in ("-h", "--help") else 2
    return int(importlib.import_module(f"marking.{arguments[0]}").main(arguments[1:]))


if __name__ == "__main__":
    code = main(sys.argv[1:])
    if code == STOPPED:  # at once: on a busy machine Python takes seconds to tidy itself up
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
