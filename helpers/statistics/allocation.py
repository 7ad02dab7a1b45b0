"""What happens when the record of what was found decides where people look next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.language import say
from helpers.statistics.rates import RateError

#: By what the looks of the next round are divided.
RULES = ("finds", "finds per look")


def allot_by_record(
    rate: float,
    looks: int,
    *,
    rounds: int,
    runs: int,
    seed: int,
    start: int = 1,
    rule: str = "finds",
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Divide looks between two places that are exactly alike, round by round, by what was found.

    Parameters
    ----------
    rate : float
        The chance that one look finds something, the same in both places.
    looks : int
        How many looks a round has, in both places together.
    rounds, runs : int
        How many rounds follow each other, and how often all of it is repeated.
    seed : int
        Start of the random numbers, so that the runs can be had again.
    start : int, optional
        Finds that each place begins with, in as many looks as they take on average.
    rule : str, optional
        Looks are divided in proportion to all "finds" so far, or to "finds per look".

    Returns
    -------
    tuple of three pandas.DataFrame
        The percent of looks in place A, one row a round and one column a run; then the finds and
        the looks at the end, start included, one row a run and the columns A and B.

    Raises
    ------
    RateError
        The rate is not between 0 and 1, a number is less than one, or the rule is unknown.

    Examples
    --------
    >>> share, finds, looked = allot_by_record(1 / 1_000, 3_000, rounds=2, runs=3, seed=7)
    >>> share.iloc[0].to_list()
    [50.0, 50.0, 50.0]
    >>> int(looked.sum(axis="columns").iloc[0])
    8000
    """
    if not 0 < rate < 1:
        raise RateError(say("The rate is between 0 and 1; it is {rate!r}.", rate=rate))
    if min(looks, rounds, runs, start) < 1:
        raise RateError(say("Looks, rounds, runs and start are at least one."))
    if rule not in RULES:
        raise RateError(
            say("The rule is one of {rules}; it is {rule!r}.", rules=", ".join(RULES), rule=rule)
        )
    rng = np.random.default_rng(seed)
    finds = np.full((2, runs), start, dtype="int64")
    looked = np.full((2, runs), round(start / rate), dtype="int64")
    percent = []
    for _ in range(rounds):
        weight = finds / looked if rule == "finds per look" else finds
        percent.append(100 * weight[0] / weight.sum(axis=0))
        new = np.round(looks * weight / weight.sum(axis=0)).astype("int64")
        looked = looked + new
        finds = finds + rng.binomial(new, rate)
    return pd.DataFrame(percent), _by_place(finds), _by_place(looked)


def _by_place(counts: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"A": counts[0], "B": counts[1]})
