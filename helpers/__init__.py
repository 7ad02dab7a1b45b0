"""Helpers of the lessons: load a table, show a claim, finish a figure, check an answer.

>>> from helpers import about, check, claims, finish, load
"""

from helpers import claims
from helpers.charts import finish
from helpers.data import about, load, tables
from helpers.exercises import check

__all__ = ["about", "check", "claims", "finish", "load", "tables"]
