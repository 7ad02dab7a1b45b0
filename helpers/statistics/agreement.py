"""How far two readers agree beyond chance: Cohen's kappa, and how it moves with the statements.

After the lesson that builds them by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.language import say


class AgreementError(ValueError):
    """Codes that cannot be compared."""


def kappa(one: Sequence[Any] | pd.Series[Any], other: Sequence[Any] | pd.Series[Any]) -> float:
    """Cohen's kappa: the share of the possible agreement beyond chance that two readers reach.

    Parameters
    ----------
    one, other : list or Series
        The codes that two readers gave to the same statements, in the same order.

    Returns
    -------
    float
        1 for full agreement, 0 for what dealing the codes out blindly would give, below 0 for less;
        not a number if there are no codes or both readers use one and the same code throughout.

    Raises
    ------
    AgreementError
        The readers coded different numbers of statements, or a code is missing.

    Notes
    -----
    Cohen, A Coefficient of Agreement for Nominal Scales, Educational and Psychological Measurement
    20 (1960), 37-46.

    Examples
    --------
    >>> kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    0.5
    """
    codes = _pairs(one, other)
    return float(_kappas(codes, np.arange(len(codes))[np.newaxis])[0])


def redraw_kappa(
    one: Sequence[Any] | pd.Series[Any],
    other: Sequence[Any] | pd.Series[Any],
    draws: int = 500,
    seed: int = 1960,
) -> pd.Series[Any]:
    """Kappa for texts of the same length drawn from these statements, with replacement (bootstrap).

    Parameters
    ----------
    one, other : list or Series
        As for `kappa`.
    draws : int, optional
        How many texts are drawn.
    seed : int, optional
        With the same seed the same texts are drawn.

    Returns
    -------
    pandas.Series
        One kappa for each text; missing where it is not defined.

    Raises
    ------
    AgreementError
        As for `kappa`; or there are no statements to draw from.

    Examples
    --------
    >>> redraw_kappa(["yes", "no"] * 9, ["yes", "no"] * 9, draws=3).tolist()
    [1.0, 1.0, 1.0]
    """
    codes = _pairs(one, other)
    if codes.empty:
        raise AgreementError(say("There are no statements to draw from."))
    texts = np.random.default_rng(seed).choice(len(codes), size=(draws, len(codes)))
    return pd.Series(_kappas(codes, texts), name="kappa")


def _kappas(codes: pd.DataFrame, texts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Kappa of each text: its row has the places of its statements in the table of codes.

    It is worked out with whole numbers (shares times the number of statements, squared), so that
    only the last division is rounded.
    """
    statements = texts.shape[1]
    number, names = pd.factorize(codes.to_numpy().ravel())
    one, other = number.reshape(-1, 2).T[:, texts]
    chance = sum(
        (one == code).sum(axis=1) * (other == code).sum(axis=1) for code in range(len(names))
    )
    possible = statements**2 - chance
    reached = statements * (one == other).sum(axis=1) - chance
    kappas = np.full(len(texts), np.nan)
    np.divide(reached, possible, out=kappas, where=possible > 0)
    return kappas


def _pairs(one: Sequence[Any] | pd.Series[Any], other: Sequence[Any] | pd.Series[Any]) -> Any:
    codes = [pd.Series(reader, dtype=object).reset_index(drop=True) for reader in (one, other)]
    if len(codes[0]) != len(codes[1]):
        raise AgreementError(
            say(
                "One reader has {count} codes, the other {count_2}: compare them on the same "
                "statements.",
                count=len(codes[0]),
                count_2=len(codes[1]),
            )
        )
    pairs = pd.DataFrame({"one": codes[0], "other": codes[1]})
    if pairs.isna().any(axis=None):
        raise AgreementError(say("A code is missing: leave that statement out for both readers."))
    return pairs
