"""Helpers of the lessons: load a table, show a claim, note a guess, finish a figure, check
an answer.

>>> from helpers import about, check, claims, finish, guess, load, reveal

Importing this package sets seaborn's theme and lays out one text (helpers.figures.style). Inside
IPython it also makes every DataFrame appear with headers for screen readers (helpers.frames).
"""

import sys

import pandas as pd

from helpers import claims
from helpers.cards import about
from helpers.catalogue import load, tables
from helpers.exercises import check
from helpers.figures import finish
from helpers.guesses import guess, reveal

__all__ = ["about", "check", "claims", "finish", "guess", "load", "reveal", "tables"]


def _frame_html(frame: pd.DataFrame) -> str | None:
    from helpers.frames import to_html  # with the first table that is shown, not before

    return to_html(frame)


def _show_frames_with_headers() -> None:
    """Inside IPython, DataFrames are shown by helpers.frames; elsewhere nothing happens."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, _frame_html)


_show_frames_with_headers()
