"""Looks that are divided by the record of finds."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.statistics.allocation import allot_by_record
from helpers.statistics.rates import RateError


def _runs(**changed: Any) -> Any:
    given: dict[str, Any] = {"rate": 1 / 100, "looks": 300, "rounds": 24, "runs": 50, "seed": 3}
    return allot_by_record(**{**given, **changed})


def test_the_looks_add_up_and_the_first_round_is_even() -> None:
    percent, finds, looked = _runs()
    assert percent.shape == (24, 50)
    assert (percent.iloc[0] == 50).all()
    assert (looked.sum(axis="columns") - (200 + 24 * 300)).abs().max() <= 24  # rounding
    assert (finds >= 1).all(axis=None)


def test_the_same_seed_gives_the_same_runs() -> None:
    assert _runs()[0].equals(_runs()[0])
    assert not _runs()[0].equals(_runs(seed=4)[0])


def test_finds_per_look_end_closer_to_half_than_finds() -> None:
    def lead(rule: str) -> float:
        return float((_runs(rule=rule, runs=500)[0].iloc[-1] - 50).abs().mean())

    assert lead("finds per look") < lead("finds")


@pytest.mark.parametrize(
    "wrong", [{"rate": 0}, {"rate": 1}, {"looks": 0}, {"start": 0}, {"rule": "luck"}]
)
def test_what_cannot_be_computed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RateError):
        _runs(**wrong)
