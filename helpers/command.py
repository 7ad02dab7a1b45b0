"""How every command reads what is typed after it, and answers `--help`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from helpers.messages import caller


def command_parser(name: str, text: str | None) -> argparse.ArgumentParser:
    """The parser of the command `name`; `text`, of its module, is its help.

    A collection that `new` wrote has no course.py: there a command is typed as it was started.
    """
    alone = "COURSE_CALLER" not in os.environ and Path(sys.argv[0]).parent.name == "helpers"
    return argparse.ArgumentParser(
        prog=f"{'python3 -m helpers' if alone else caller()} {name}",
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
