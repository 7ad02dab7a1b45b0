"""How every command reads what is typed after it, and answers `--help`."""

from __future__ import annotations

import argparse

from helpers.messages import caller


def command_parser(name: str, text: str | None) -> argparse.ArgumentParser:
    """The parser of the command `name`; `text`, of its module, is its help."""
    return argparse.ArgumentParser(
        prog=f"{caller()} {name}",
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
