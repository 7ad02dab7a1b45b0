"""Estimates that are ranges: combine bounds, propagate by Monte Carlo, and say the result with its
assumption.
"""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers.language import say, shown
from helpers.values import is_finite_number, is_missing

MOST_RANGES = 20  # a million corners, a second
MOST_DRAWS = 10_000_000  # 80 MB


class UncertaintyError(ValueError):
    """Bounds or draws that no interval can be made from."""


@dataclass(frozen=True)
class Interval:
    """A value with its interval, and the assumption without which the interval means nothing."""

    value: float
    low: float
    high: float
    assumption: str

    def __str__(self) -> str:
        large = max(abs(self.low), abs(self.high)) >= 100
        value, low, high = (
            f"{v:,.0f}" if large else f"{v:.3g}" for v in (self.value, self.low, self.high)
        )
        return say(
            "{value} ({low} to {high}; {assumption})",
            value=value,
            low=low,
            high=high,
            assumption=shown(self.assumption),
        )


def bounds(function: Callable[..., float], *ranges: tuple[float, float]) -> tuple[float, float]:
    """Lowest and highest value of a function over the corners of given ranges.

    Exact where the function rises or falls steadily in each argument (sums, products and ratios of
    positive numbers); it makes no assumption on how likely the values inside the ranges are.

    Parameters
    ----------
    function : callable
        Takes one number per range and returns a number.
    *ranges : (low, high)
        In the units of the arguments.

    Raises
    ------
    UncertaintyError
        A range is not two finite numbers, has low above high, or there is none or more than twenty;
        or the function has no value at a corner.

    Notes
    -----
    Interval arithmetic by corners: Moore, Kearfott and Cloud (2009), Introduction to Interval
    Analysis.

    Examples
    --------
    >>> bounds(lambda area, yield_: area * yield_, (20_000, 30_000), (10, 15))
    (200000, 450000)
    """
    if not ranges:
        raise UncertaintyError(say("Give at least one range as (low, high)."))
    if len(ranges) > MOST_RANGES:
        raise UncertaintyError(
            say(
                "There are {count} ranges, with two to that power of corners: {most_ranges} at "
                "most can be gone through.",
                count=len(ranges),
                most_ranges=MOST_RANGES,
            )
        )
    if not callable(function):
        raise UncertaintyError(
            say(
                "The first argument must be a function of the ranges; it is {function!r}.",
                function=function,
            )
        )
    for number, limits in enumerate(ranges, start=1):
        if not isinstance(limits, (tuple, list)) or len(limits) != 2:
            raise UncertaintyError(
                say(
                    "Range {number} must be two numbers, (low, high); it is {limits!r}.",
                    number=number,
                    limits=limits,
                )
            )
        _check_range(*limits, f"Range {number}")
    corners = []
    for corner in itertools.product(*ranges):
        try:
            value = function(*corner)
        except ArithmeticError:  # division by zero, or a number too large
            value = math.nan
        if not is_finite_number(value):
            raise UncertaintyError(
                say(
                    "The function has no value at the corner {end}: is zero in a range that "
                    "divides?",
                    end=", ".join(f"{float(end):g}" for end in corner),
                )
            )
        corners.append(value)
    return min(corners), max(corners)


def draw_between(low: float, high: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """Random values between two bounds, every one as likely as any other (uniform).

    Parameters
    ----------
    low, high : float
        The bounds, in the unit of the estimate.
    size : int
        How many values.
    rng : numpy.random.Generator
        A generator with a fixed seed, so that a result can be had again.

    Raises
    ------
    UncertaintyError
        `low` above `high`, an end that is not a finite number, `size` not a whole number from 1 to
        ten million, or `rng` not a generator.

    Examples
    --------
    >>> draw_between(10, 20, 3, np.random.default_rng(1)).round(1).tolist()
    [15.1, 19.5, 11.4]
    """
    _check_range(low, high, "The range")
    if (
        not isinstance(size, numbers.Integral)
        or isinstance(size, bool)
        or not 1 <= size <= MOST_DRAWS
    ):
        raise UncertaintyError(
            say(
                "The size must be a whole number of at least one and at most {most_draws:,}; size "
                "is {size!r}.",
                most_draws=MOST_DRAWS,
                size=size,
            )
        )
    if not isinstance(rng, np.random.Generator):
        raise UncertaintyError(
            say("Pass a generator, np.random.default_rng(seed): a result must be had again.")
        )
    if not is_finite_number(float(high) - float(low)):
        raise UncertaintyError(
            say(
                "The range from {low:g} to {high:g} is too wide to draw from.",
                low=float(low),
                high=float(high),
            )
        )
    # numpy takes the range from 0 to -0 for a negative one; adding 0 makes it 0 to 0.
    return rng.uniform(float(low) + 0.0, float(high) + 0.0, size)


def interval(draws: np.ndarray, assumption: str, confidence: float = 0.95) -> Interval:
    """Median and central interval of Monte Carlo draws, with the assumption they rest on.

    Parameters
    ----------
    draws : array of float
        Values of the quantity of interest, one per trial.
    assumption : str
        What was assumed to draw them, in a few words; it is printed with the result.
    confidence : float, optional
        Share of the draws inside, between 0 and 1.

    Raises
    ------
    UncertaintyError
        No draws, one among them that is not a finite number, no assumption, or `confidence` out of
        range.

    Notes
    -----
    Percentiles of a propagated distribution: JCGM 101:2008, Propagation of distributions
    using a Monte Carlo method.

    Examples
    --------
    >>> print(interval(np.arange(101), "every whole number from 0 to 100 once", 0.9))
    50 (5 to 95; every whole number from 0 to 100 once)
    """
    try:
        values = np.asarray(draws)
        if np.iscomplexobj(values):
            raise TypeError
        values = values.astype(float).ravel()
    except Exception:  # numpy makes no real numbers of what was handed over
        raise UncertaintyError(say("The draws must be numbers.")) from None
    if values.size == 0 or not np.isfinite(values).all():
        raise UncertaintyError(say("There are no draws, or one of them is missing or infinite."))
    if not isinstance(assumption, str) or not assumption.strip():
        raise UncertaintyError(say("Say the assumption: an interval without one means nothing."))
    if not isinstance(confidence, numbers.Real) or not 0 < confidence < 1:
        raise UncertaintyError(
            say(
                "The confidence must lie between 0 and 1; it is {confidence!r}.",
                confidence=confidence,
            )
        )
    tail = (1 - float(confidence)) / 2
    low, middle, high = np.quantile(values, [tail, 0.5, 1 - tail])
    return Interval(float(middle), float(low), float(high), assumption)


def _check_range(low: float, high: float, what: str) -> None:
    for end in (low, high):
        if is_missing(end):
            raise UncertaintyError(say("{what} has a missing end.", what=what))
        if not is_finite_number(end):
            raise UncertaintyError(
                say(
                    "{what} must have finite numbers as ends; one is {short}.",
                    what=what,
                    short=_short(end),
                )
            )
    if float(low) > float(high):
        raise UncertaintyError(
            say(
                "{what} has its low end {low:g} above its high end {high:g}.",
                what=what,
                low=float(low),
                high=float(high),
            )
        )


def _short(value: object) -> str:
    """A value for a message; a whole number of hundreds of digits by its size."""
    return "too large" if isinstance(value, int) and abs(value) > 10**300 else repr(value)
