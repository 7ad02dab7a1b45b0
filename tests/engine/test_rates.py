"""Rates and limits: against exact Poisson tails, against published rates, and sentences for bad
input.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.statistics.ranks import redraw_ranks
from helpers.statistics.rates import (
    RateError,
    dispersion,
    funnel_limits,
    poisson_limits,
    rate_per_100k,
    weighted_mean,
)


def poisson_below(k: int, mean: float) -> float:
    """P(X <= k) for a Poisson variable: its terms summed, those beyond 12 standard deviations left
    out.
    """
    reach = 12 * math.sqrt(mean) + 40
    first, last = max(0, int(mean - reach)), min(k, int(mean + reach))
    return math.fsum(
        math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(first, last + 1)
    )


def exact_limits(count: int) -> tuple[float, float]:
    """The means for which `count` or more, and `count` or fewer, have a probability of 2.5 percent:
    by bisection.
    """

    def solve(above, low, high):
        for _ in range(45):
            middle = (low + high) / 2
            low, high = (low, middle) if above(middle) else (middle, high)
        return (low + high) / 2

    reach = 6 * math.sqrt(count) + 10
    low = solve(lambda mean: 1 - poisson_below(count - 1, mean) > 0.025, 1e-9, count)
    high = solve(lambda mean: poisson_below(count, mean) < 0.025, count, count + reach)
    return low, high


COUNTS = [*range(1, 101), *(int(1.12**n) for n in range(41, 82)), 725, 10_000]


def test_byar_against_exact_tails() -> None:
    """Counts 1 to 10,000: the largest error is 0.018 events, in the lower limit of a count of 2."""
    byar = poisson_limits(pd.Series(COUNTS, index=COUNTS))
    exact = pd.DataFrame([exact_limits(n) for n in COUNTS], index=COUNTS, columns=["low", "high"])
    events = (byar - exact).abs()
    share = (byar / exact - 1).abs()
    assert events.max().max() == events.loc[2, "low"] and round(events.loc[2, "low"], 3) == 0.018
    assert round(share.loc[1, "low"], 2) == 0.48 and share["high"].max() < 0.002
    assert share.loc[5:, "low"].max() < 0.01 and share.loc[20:].max().max() < 0.0005
    assert max(COUNTS) == 10_000 and share.loc[10_000].max() < 1e-6


def test_zero_events_have_an_upper_limit() -> None:
    limits = poisson_limits(pd.Series([0]))
    assert limits["low"].item() == 0 and 3 < limits["high"].item() < 4


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_limits_hold_the_count_between_them(counts: list[int]) -> None:
    limits = poisson_limits(pd.Series(counts))
    assert (limits["low"] <= counts).all() and (limits["high"] >= counts).all()
    assert (poisson_limits(pd.Series(counts), 0.998)["high"] >= limits["high"]).all(), (
        "more confidence, wider limits"
    )


def test_order_of_the_index_does_not_matter() -> None:
    events, people = pd.Series({"a": 1, "b": 50}), pd.Series({"b": 1000, "a": 100})
    assert rate_per_100k(events, people)["rate"].to_dict() == {"a": 1000.0, "b": 5000.0}
    assert weighted_mean(pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"b": 3, "a": 1})) == 1.75


def test_funnel_narrows_and_holds_what_it_promises() -> None:
    people = pd.Series(np.linspace(500_000, 40_000_000, 400))
    limits = funnel_limits(people, 16)
    assert (limits["high"] - limits["low"]).is_monotonic_decreasing
    drawn = np.random.default_rng(3).poisson(people * 16 / 100_000) / people * 100_000
    assert 0.92 < drawn.between(limits["low"], limits["high"]).mean() < 0.98


def test_dispersion_is_one_by_chance_and_more_in_earnest() -> None:
    people = pd.Series(np.full(2000, 1_000_000))
    rng = np.random.default_rng(5)
    assert 0.9 < dispersion(pd.Series(rng.poisson(160, 2000)), people) < 1.1
    assert dispersion(pd.Series(rng.poisson(rng.normal(160, 40, 2000).clip(1))), people) > 5


ONE = pd.Series({"a": 5, "b": 7})
PEOPLE = pd.Series({"a": 1000, "b": 2000})


@pytest.mark.parametrize(
    ("events", "population", "message"),
    [
        (ONE, PEOPLE.rename({"b": "c"}), "entry 'b' is absent from the population series"),
        (ONE.head(1), PEOPLE, "entry 'b' is absent from the first series"),
        (
            pd.Series([5, 7], index=["a", "a"]),
            PEOPLE,
            "entry 'a' is there twice in the first series",
        ),
        (ONE, pd.Series({"a": 1000, "b": 0}), "population of 'b' is not positive"),
        (ONE, pd.Series({"a": 1000, "b": None}), "population of 'b' is missing"),
        (pd.Series({"a": -5, "b": 7}), PEOPLE, r"count of 'a' is negative \(-5\)"),
        (pd.Series({"a": 5, "b": 7.5}), PEOPLE, r"count of 'b' is not a whole number \(7.5\)"),
        (pd.Series({"a": None, "b": 7}), PEOPLE, "count of 'a' is missing"),
    ],
)
def test_bad_input_is_a_sentence(events: pd.Series, population: pd.Series, message: str) -> None:
    with pytest.raises(RateError, match=message):
        rate_per_100k(events, population)


def test_other_bad_input_is_a_sentence() -> None:
    with pytest.raises(RateError, match="confidence must lie between 0 and 1; it is 95"):
        rate_per_100k(ONE, PEOPLE, 95)
    with pytest.raises(RateError, match="overall rate must be positive"):
        funnel_limits(PEOPLE, 0)
    with pytest.raises(RateError, match="at least two"):
        dispersion(ONE.head(1), PEOPLE.head(1))
    with pytest.raises(RateError, match="value of 'b' is missing"):
        weighted_mean(pd.Series({"a": 1.0, "b": None}), PEOPLE)
    with pytest.raises(RateError, match="weight of 'a' is not positive"):
        weighted_mean(ONE, -PEOPLE)


def test_edges_of_what_is_allowed() -> None:
    for confidence in (0, 1, 1.5):
        with pytest.raises(RateError, match="confidence must lie between 0 and 1"):
            poisson_limits(ONE, confidence)
    rare = funnel_limits(PEOPLE, 0.5)
    assert (rare["low"] == 0).all() and (rare["high"] > 0.5).all(), (
        "less than one in 100,000 is a rate too, and no limit is below 0"
    )
    with pytest.raises(RateError, match="population of 'a' is not positive"):
        funnel_limits(-PEOPLE, 5)


def test_the_result_and_the_message_follow_the_order_given() -> None:
    turned = ONE[["b", "a"]]
    assert list(rate_per_100k(turned, PEOPLE).index) == ["b", "a"]
    with pytest.raises(RateError, match="entry 'b' is absent"):
        rate_per_100k(turned, PEOPLE.rename({"a": "c", "b": "d"}))


def test_limits_of_no_events_warn_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert poisson_limits(pd.Series([0, 1]))["low"].tolist()[0] == 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: poisson_limits([5, 7]),
            "The counts must be a Series (one column with its index); this is a list.",
        ),
        (
            lambda: poisson_limits(pd.Series([True, False])),
            "The counts are not real numbers: the Series has the type bool.",
        ),
        (
            lambda: poisson_limits(pd.Series([1j, 2j])),
            "The counts are not real numbers: the Series has the type complex128.",
        ),
        (
            lambda: poisson_limits(pd.Series([5, 2j], dtype=object)),
            "The counts are not real numbers: the Series has the type object.",
        ),
        (lambda: poisson_limits(pd.Series(["many"])), "A count is not a number: Unable to parse"),
        (
            lambda: poisson_limits(pd.Series({"a": 1.0, "b": 1e15})),
            "The count of 'b' is infinite, or too large for a count of anything.",
        ),
        (
            lambda: poisson_limits(pd.Series({"a": 1.0, "b": np.inf})),
            "The count of 'b' is infinite, or too large for a count of anything.",
        ),
        (lambda: poisson_limits(pd.Series({"a": None, "b": 7})), "The count of 'a' is missing."),
        (
            lambda: poisson_limits(pd.Series({"a": 1, "b": -2})),
            "The count of 'b' is negative (-2).",
        ),
        (
            lambda: funnel_limits(pd.Series(["x"]), 5),
            "A population is not a number: Unable to parse",
        ),
        (
            lambda: funnel_limits(PEOPLE, 1e15),
            "The overall rate must be positive and finite; it is 1000000000000000.0.",
        ),
        (
            lambda: funnel_limits(PEOPLE, True),
            "The overall rate must be positive and finite; it is True.",
        ),
        (
            lambda: funnel_limits(pd.Series({"a": 5e-324}), 16),
            "The population of 'a' is too small to divide by.",
        ),
        (
            lambda: funnel_limits(PEOPLE, 5e-324),
            "The overall rate must be positive and finite; it is 5e-324.",
        ),
        (
            lambda: weighted_mean([1], PEOPLE),
            "The values must be a Series (one column with its index); this is a list.",
        ),
        (
            lambda: weighted_mean(ONE, [1]),
            "The weights must be a Series (one column with its index); this is a list.",
        ),
        (
            lambda: weighted_mean(pd.Series(dtype=float), pd.Series(dtype=float)),
            "There are no values: the mean of nothing is not a number.",
        ),
        (
            lambda: dispersion(ONE.head(1), PEOPLE.head(1)),
            "Dispersion compares places: at least two are needed.",
        ),
        (
            lambda: poisson_limits(ONE, "0.9"),
            "The confidence must lie between 0 and 1; it is '0.9'.",
        ),
        (lambda: poisson_limits(ONE, True), "The confidence must lie between 0 and 1; it is True."),
        (
            lambda: poisson_limits(ONE, 1e-300),
            "The confidence must lie between 0 and 1; it is 1e-300.",
        ),
        (
            lambda: poisson_limits(ONE, 1 - 2**-53),
            "The confidence must lie between 0 and 1; it is 0.9999999999999999.",
        ),
        (
            lambda: poisson_limits(ONE, 10**400),
            f"The confidence must lie between 0 and 1; it is {10**400}.",
        ),
    ],
)
def test_the_whole_sentence(call, sentence: str) -> None:
    with pytest.raises(RateError) as refused:
        call()
    assert str(refused.value) == sentence or (
        sentence.endswith("parse") and str(refused.value).startswith(sentence)
    ), "pandas' own words follow"


def test_the_smallest_that_is_allowed() -> None:
    limits = funnel_limits(pd.Series({"a": 1e-100}), 1e-100)
    assert limits["low"].item() == 0 < limits["high"].item() < np.inf


def test_few_events_and_a_confidence_near_one_give_no_less_than_none() -> None:
    assert poisson_limits(pd.Series([1]), 0.999999)["low"].item() == 0


def test_redrawn_ranks_keep_a_clear_first_place_and_mix_equals() -> None:
    counts = pd.Series({"a": 900, "b": 100, "c": 100})
    people = pd.Series({"c": 1_000, "b": 1_000, "a": 1_000})
    ranks = redraw_ranks(counts, people, draws=500, seed=1)
    assert list(ranks.columns) == ["a", "b", "c"] and len(ranks) == 500
    assert (ranks["a"] == 1).all() and 0.35 < (ranks["b"] == 2).mean() < 0.65
    assert (ranks.sum(axis="columns") == 6).all(), "each rank is given once"
    assert ranks.equals(redraw_ranks(counts, people, draws=500, seed=1))


def test_redraws_follow_the_counts_by_place_and_not_by_line() -> None:
    counts, people = pd.Series({"a": 400, "b": 400}), pd.Series({"b": 4_000, "a": 1_000})
    assert redraw_ranks(counts, people, draws=1, seed=2).iloc[0].to_dict() == {"a": 1, "b": 2}
    assert len(redraw_ranks(counts, people, seed=2)) == 1_000
    none = redraw_ranks(counts * 0, people, draws=1, seed=2)
    assert none.iloc[0].to_dict() == {"a": 1, "b": 2}, "equal rates keep the order given"


def test_ranks_refuse_what_has_no_rate() -> None:
    with pytest.raises(RateError, match="absent"):
        redraw_ranks(pd.Series({"a": 1}), pd.Series({"b": 10}), seed=1)
    with pytest.raises(RateError, match="At least one"):
        redraw_ranks(pd.Series({"a": 1}), pd.Series({"a": 10}), draws=0, seed=1)
