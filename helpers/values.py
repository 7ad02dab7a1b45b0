"""What a single value is: a number, a gap; how a number is written, and how texts are compared."""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from typing import Any, TypeGuard

import numpy as np
import pandas as pd


def is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, NA or NaT.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing(0)
    (True, True, False)
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and value != value


def is_finite_number(value: Any) -> TypeGuard[float]:
    """Whether a value is one finite real number and no truth value.

    Examples
    --------
    >>> is_finite_number(2), is_finite_number(True), is_finite_number(float("inf"))
    (True, False, False)
    """
    try:
        return (
            isinstance(value, numbers.Real)
            and not isinstance(value, (bool, np.bool_))
            and math.isfinite(value)
        )
    except OverflowError:
        return False


def short_number(value: float) -> str:
    """A number for a sentence: whole numbers in full, others to three significant digits.

    Examples
    --------
    >>> short_number(63632), short_number(0.18349), short_number(999.6)
    ('63,632', '0.183', '1,000')
    """
    if float(value).is_integer():
        return f"{value:,.0f}"
    # From 999.5 on .3g would write 1e+03.
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def full_number(value: float) -> str:
    """A number for a card: whole numbers in full, others to two decimals without final zeros.

    Examples
    --------
    >>> full_number(63632), full_number(12958.19), full_number(2.50), full_number(2.998)
    ('63,632', '12,958.19', '2.5', '3')
    >>> full_number(-0.001)
    '0'
    """
    return f"{value:z,.2f}".rstrip("0").rstrip(".")


def bare(text: str) -> str:
    """A text without capitals and accents: what is compared of an answer that a person typed.

    Examples
    --------
    >>> bare("Cocaína")
    'cocaina'
    """
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.lower()))
