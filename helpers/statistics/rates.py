"""Rates of counted events, with confidence limits and funnel limits.

A complete count has no sampling error, so the limits do not describe sampling. Confidence limits
are the expected counts that the observed count is compatible with; they are not a range for the
next count. Funnel limits say where counts fall if the risk is known.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from helpers.language import say
from helpers.values import is_finite_number

PER = 100_000
MOST = 1e15  # the largest number taken for a count: beyond it floats skip whole numbers
# The smallest population or rate: products and quotients of smaller ones are rounded to zero.
LEAST = 1e-100


class RateError(ValueError):
    """Counts or populations that no rate can be computed from."""


def poisson_limits(events: pd.Series[Any], confidence: float = 0.95) -> pd.DataFrame:
    """Confidence limits for the expected count behind a Poisson count, by Byar's approximation.

    Parameters
    ----------
    events : pandas.Series
        Counts, whole numbers of 0 or more.
    confidence : float, optional
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns low and high, in events, on the index of `events`. The lower limit of 0 events is 0.

    Raises
    ------
    RateError
        A count is missing, negative or not whole (the message names its index entry), or
        `confidence` is out of range.

    Notes
    -----
    Breslow and Day (1987), Statistical Methods in Cancer Research, volume II. Over the counts
    1 to 10,000 the limits differ from the exact ones by at most 0.018 events (the lower limit of a
    count of 2), and by less than 1 % from a count of 5 on (measured in the tests).

    Examples
    --------
    >>> poisson_limits(pd.Series([725], index=["Sample Town"])).round(1)
                   low   high
    Sample Town  673.2  779.8
    """
    counts = _counts(events)
    z = _z(confidence)
    low = (
        counts * (1 - 1 / (9 * counts) - z / (3 * np.sqrt(counts))) ** 3
    )  # not a number for no events, see below
    above = counts + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return pd.DataFrame(
        {"low": low.where(counts > 0, 0.0).clip(lower=0), "high": high}
    )  # few events and a confidence near 1 would give less than none


def rate_per_100k(
    events: pd.Series[Any], population: pd.Series[Any], confidence: float = 0.95
) -> pd.DataFrame:
    """Crude rate per 100,000 people with Poisson limits by Byar's approximation (Breslow and Day
    1987).

    Parameters
    ----------
    events, population : pandas.Series
        Counts of events and of people on the same index, in any order.
    confidence : float, optional
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns rate, low and high per 100,000 people, on the index of `events`.

    Raises
    ------
    RateError
        The indexes differ or repeat an entry; a population is missing or not positive; a count is
        missing, negative or not whole. The message names the first entry concerned.

    Examples
    --------
    >>> rate_per_100k(pd.Series({"a": 10}), pd.Series({"a": 100_000})).round(1)
       rate  low  high
    a  10.0  4.8  18.4
    """
    people = _people(events, population)
    limits = poisson_limits(events, confidence)
    return (
        pd.DataFrame(
            {
                "rate": _counts(events) / people,
                "low": limits["low"] / people,
                "high": limits["high"] / people,
            }
        )
        * PER
    )


def funnel_limits(
    population: pd.Series[Any], overall_rate: float, confidence: float = 0.95
) -> pd.DataFrame:
    """Where the rates of places of these sizes would lie if all had the same risk and only chance
    told them apart.

    Parameters
    ----------
    population : pandas.Series
        People in each place.
    overall_rate : float
        The common rate per 100,000 people.
    confidence : float, optional
        Share of places expected inside, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns low and high per 100,000 people, on the index of `population`; low is never below 0.

    Raises
    ------
    RateError
        A population is missing, not positive or below 1e-100, so is `overall_rate`, or `confidence`
        is out of range.

    Notes
    -----
    Normal approximation to the Poisson distribution: expected count plus and minus z times
    its square root; good from some twenty expected events on. Spiegelhalter (2005), Funnel plots
    for comparing institutional performance.

    Examples
    --------
    >>> funnel_limits(pd.Series({"small": 100_000, "large": 10_000_000}), 16).round(1)
            low  high
    small   8.2  23.8
    large  15.2  16.8
    """
    if not is_finite_number(overall_rate) or not LEAST <= overall_rate < MOST:
        raise RateError(
            say(
                "The overall rate must be positive and finite; it is {overall_rate!r}.",
                overall_rate=overall_rate,
            )
        )
    overall_rate = float(overall_rate)
    expected = _positive(population, "population") * overall_rate / PER
    reach = _z(confidence) * np.sqrt(expected)
    scale = overall_rate / expected
    return pd.DataFrame(
        {"low": ((expected - reach) * scale).clip(lower=0), "high": (expected + reach) * scale}
    )


def dispersion(events: pd.Series[Any], population: pd.Series[Any]) -> float:
    """How many times more the counts vary between places than chance alone would make them.

    Pearson's chi-square of the counts against those expected from the overall rate, divided by its
    degrees of freedom; about 1 if only chance is at work, above it where places differ in earnest
    (overdispersion). Raises `RateError` as `rate_per_100k` does, and when fewer than two places are
    given.

    Examples
    --------
    >>> dispersion(pd.Series({"a": 10, "b": 30}), pd.Series({"a": 1000, "b": 1000}))
    10.0
    """
    people = _people(events, population)
    if len(people) < 2:
        raise RateError(say("Dispersion compares places: at least two are needed."))
    counts = _counts(events)
    expected = people * counts.sum() / people.sum()
    return float((((counts - expected) ** 2) / expected).sum() / (len(people) - 1))


def weighted_mean(values: pd.Series[Any], weights: pd.Series[Any]) -> float:
    """Mean of `values` weighted by `weights` (a population, say), both on the same index, in any
    order.

    Raises `RateError` when there are no values, the indexes differ, a value is missing, or a weight
    is missing or not positive.

    Examples
    --------
    >>> weighted_mean(pd.Series({"a": 10.0, "b": 20.0}), pd.Series({"a": 3, "b": 1}))
    12.5
    """
    people = _people(values, weights, "weight")
    numbers = _numbers(values, "value")
    if numbers.empty:
        raise RateError(say("There are no values: the mean of nothing is not a number."))
    if numbers.isna().any():
        raise RateError(
            say(
                "The value of {first} is missing: drop it or find it, a mean cannot guess it.",
                first=_first(numbers.isna()),
            )
        )
    return float((numbers * people).sum() / people.sum())


def _z(confidence: float) -> float:
    if is_finite_number(confidence) and 0 < confidence < 1:
        share = 0.5 + float(confidence) / 2
        if 0.5 < share < 1:  # not so near to 0 or 1 that it is rounded to it
            return NormalDist().inv_cdf(share)
    raise RateError(
        say("The confidence must lie between 0 and 1; it is {confidence!r}.", confidence=confidence)
    )


def _numbers(given: pd.Series[Any], what: str) -> pd.Series[Any]:
    """A Series as floats, where each entry is a number or missing."""
    if not isinstance(given, pd.Series):
        raise RateError(
            say(
                "The {what}s must be a Series (one column with its index); this is a {name}.",
                what=what,
                name=type(given).__name__,
            )
        )
    if (
        pd.api.types.is_bool_dtype(given)
        or given.map(lambda value: isinstance(value, complex)).any()
    ):
        raise RateError(
            say(
                "The {what}s are not real numbers: the Series has the type {dtype}.",
                what=what,
                dtype=given.dtype,
            )
        )
    try:
        converted = pd.to_numeric(given).astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise RateError(say("A {what} is not a number: {error}.", what=what, error=error)) from None
    too_large = converted.abs() >= MOST
    if too_large.any():
        raise RateError(
            say(
                "The {what} of {first} is infinite, or too large for a count of anything.",
                what=what,
                first=_first(too_large),
            )
        )
    return converted


def _counts(events: pd.Series[Any]) -> pd.Series[Any]:
    counts = _numbers(events, "count")
    for problem, bad in {
        "missing": counts.isna(),
        "negative": counts < 0,
        "not a whole number": counts % 1 != 0,
    }.items():
        if bad.any():
            raise RateError(
                say(
                    "The count of {first} is {problem}{problem_2}.",
                    first=_first(bad),
                    problem=problem,
                    problem_2="" if problem == "missing" else f" ({counts[bad].iloc[0]:g})",
                )
            )
    return counts


def _people(
    events: pd.Series[Any], population: pd.Series[Any], what: str = "population"
) -> pd.Series[Any]:
    """The population in the order of `events`; both must name the same entries once."""
    for series, name in ((events, "value"), (population, what)):
        _numbers(series, name)
    for name, index in {"the first": events.index, f"the {what}": population.index}.items():
        if index.has_duplicates:
            raise RateError(
                say(
                    "The entry {index!r} is there twice in {name} series.",
                    index=index[index.duplicated()][0],
                    name=name,
                )
            )
    for one, other, where in ((events, population, what), (population, events, "first")):
        only = one.index.difference(other.index, sort=False)
        if len(only):
            raise RateError(
                say(
                    "The entry {only!r} is absent from the {where} series: both need the same "
                    "index.",
                    only=only[0],
                    where=where,
                )
            )
    return _positive(population, what).reindex(events.index)


def _positive(population: pd.Series[Any], what: str) -> pd.Series[Any]:
    people = _numbers(population, what)
    for problem, bad in {
        "missing": people.isna(),
        "not positive": people <= 0,
        "too small to divide by": people < LEAST,
    }.items():
        if bad.any():
            raise RateError(
                say(
                    "The {what} of {first} is {problem}.",
                    what=what,
                    first=_first(bad),
                    problem=problem,
                )
            )
    return people


def _first(bad: pd.Series[Any]) -> str:
    return repr(bad[bad].index[0])
