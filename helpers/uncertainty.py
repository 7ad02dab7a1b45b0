"""Estimates that are ranges: combine bounds, propagate by Monte Carlo, and say the result with its assumption."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


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
        value, low, high = (f"{v:,.0f}" if large else f"{v:.3g}" for v in (self.value, self.low, self.high))
        return f"{value} ({low} to {high}; {self.assumption})"


def bounds(function: Callable[..., float], *ranges: tuple[float, float]) -> tuple[float, float]:
    """Lowest and highest value of a function over the corners of given ranges.

    Exact where the function rises or falls steadily in each argument (sums, products and ratios of positive numbers);
    it makes no assumption on how likely the values inside the ranges are.

    Parameters
    ----------
    function : callable
        Takes one number per range and returns a number.
    *ranges : (low, high)
        In the units of the arguments.

    Raises
    ------
    UncertaintyError
        A range has low above high or a missing end, or there is none.

    Notes
    -----
    Interval arithmetic by corners: Moore, Kearfott and Cloud (2009), Introduction to Interval Analysis.

    Examples
    --------
    >>> bounds(lambda area, yield_: area * yield_, (20_000, 30_000), (10, 15))
    (200000, 450000)
    """
    if not ranges:
        raise UncertaintyError("Give at least one range as (low, high).")
    for number, (low, high) in enumerate(ranges, start=1):
        _check_range(low, high, f"Range {number}")
    corners = [function(*corner) for corner in itertools.product(*ranges)]
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
        `low` above `high`, a missing end, or `size` below 1.

    Examples
    --------
    >>> draw_between(10, 20, 3, np.random.default_rng(1)).round(1).tolist()
    [15.1, 19.5, 11.4]
    """
    _check_range(low, high, "The range")
    if size < 1:
        raise UncertaintyError(f"At least one value must be drawn; size is {size}.")
    return rng.uniform(low, high, size)


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
        No draws, a missing value among them, no assumption, or `confidence` out of range.

    Notes
    -----
    Percentiles of a propagated distribution: JCGM 101:2008, Propagation of distributions using a Monte Carlo method.

    Examples
    --------
    >>> print(interval(np.arange(101), "every whole number from 0 to 100 once", 0.9))
    50 (5 to 95; every whole number from 0 to 100 once)
    """
    values = np.asarray(draws, dtype=float).ravel()
    if values.size == 0 or np.isnan(values).any():
        raise UncertaintyError("There are no draws, or one of them is missing.")
    if not assumption.strip():
        raise UncertaintyError("Say the assumption: an interval without one means nothing.")
    if not 0 < confidence < 1:
        raise UncertaintyError(f"The confidence must lie between 0 and 1; it is {confidence}.")
    tail = (1 - confidence) / 2
    low, middle, high = np.quantile(values, [tail, 0.5, 1 - tail])
    return Interval(float(middle), float(low), float(high), assumption)


def _check_range(low: float, high: float, what: str) -> None:
    if np.isnan(low) or np.isnan(high):
        raise UncertaintyError(f"{what} has a missing end.")
    if low > high:
        raise UncertaintyError(f"{what} has its low end {low:g} above its high end {high:g}.")
