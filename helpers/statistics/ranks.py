"""Ranks in a list of rates, and how far chance moves them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.language import say
from helpers.statistics.rates import RateError, rate_per_100k


def redraw_ranks(
    events: pd.Series[Any], population: pd.Series[Any], *, draws: int = 1_000, seed: int
) -> pd.DataFrame:
    """Ranks of places after their counts are drawn again by chance, many times.

    Each count is drawn from a Poisson distribution around the count it has (a parametric
    bootstrap), divided by the population, and the places are ranked: 1 is the highest rate.

    Parameters
    ----------
    events, population : pandas.Series
        Counts of events and of people on the same index, in any order.
    draws : int, optional
        How many times all counts are drawn.
    seed : int
        Start of the random numbers, so that the ranks can be had again.

    Returns
    -------
    pandas.DataFrame
        One row a redraw, one column a place, in the order of `events`. Places that tie are ranked
        in that order.

    Raises
    ------
    RateError
        As `rate_per_100k`, or `draws` is less than one.

    Notes
    -----
    The redraws add chance to counts that chance has already moved: ranges of ranks come out
    somewhat too wide in the middle, and the first and the last are pulled inward.

    Examples
    --------
    >>> counts = pd.Series({"a": 900, "b": 100, "c": 95})
    >>> people = pd.Series({"a": 1_000, "b": 1_000, "c": 1_000})
    >>> ranks = redraw_ranks(counts, people, draws=200, seed=1)
    >>> set(ranks["a"]), set(ranks["b"])
    ({1}, {2, 3})
    """
    rate_per_100k(events, population)  # refuses what no rate can be computed from
    if draws < 1:
        raise RateError(say("At least one redraw is needed; draws is {draws!r}.", draws=draws))
    people = population.reindex(events.index).to_numpy(float)
    size = (draws, len(events))
    rates = np.random.default_rng(seed).poisson(events.to_numpy(float), size=size) / people
    ranks = pd.DataFrame(rates, columns=events.index).rank(
        axis="columns", ascending=False, method="first"
    )
    return ranks.astype(int)
