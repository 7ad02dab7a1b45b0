"""Helpers of the lessons: load a table, show a claim, finish a figure, check an answer.

>>> from helpers import about, check, claims, finish, load
"""

import sys

import pandas as pd

from helpers import claims
from helpers.charts import finish
from helpers.data import about, load, tables
from helpers.exercises import check

__all__ = ["about", "check", "claims", "finish", "load", "tables"]


def _frame_html(frame):  # the parser is imported with the first table that is shown, not before
    from helpers.frames import to_html

    return to_html(frame)


def _show_frames_with_headers():
    """Inside IPython, DataFrames are shown by helpers.frames; elsewhere nothing happens."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, _frame_html)


_show_frames_with_headers()
