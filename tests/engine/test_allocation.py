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


@pytest.mark.parametrize("rule", ["finds", "finds per look"])
def test_each_round_is_divided_by_what_was_found_before_it(rule: str) -> None:
    _, finds, looked = _runs(rounds=1, rule=rule, start=2)
    share, finds_later, looked_later = _runs(rounds=2, rule=rule, start=2)
    weight = finds / looked if rule == "finds per look" else finds
    part = weight["A"] / weight.sum(axis="columns")
    assert share.iloc[1].to_numpy() == pytest.approx(100 * part)
    assert share.iloc[1].nunique() > 1
    more = (looked_later - looked)["A"].to_numpy()
    assert more == pytest.approx(300 * part, abs=0.5)
    assert (looked["A"] == 200 + 150).all(), "as many looks as two finds take on average, and half"
    assert (finds_later - finds).mean().to_numpy() == pytest.approx([1.5, 1.5], abs=0.7)


def test_one_of_each_is_enough() -> None:
    share, finds, looked = allot_by_record(0.5, 1, rounds=1, runs=1, seed=1)
    assert share.shape == (1, 1) and list(finds) == list(looked) == ["A", "B"]
    assert looked.to_numpy().sum() in (4, 5), "two places with two looks for one find, and one more"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rate": 0}, "The rate is between 0 and 1; it is 0."),
        ({"rate": 1}, "The rate is between 0 and 1; it is 1."),
        *(
            ({name: 0}, "Looks, rounds, runs and start are at least one.")
            for name in ("looks", "rounds", "runs", "start")
        ),
        ({"rule": "luck"}, "The rule is one of finds, finds per look; it is 'luck'."),
    ],
)
def test_what_cannot_be_computed_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(RateError) as refused:
        _runs(**wrong)
    assert str(refused.value) == said
