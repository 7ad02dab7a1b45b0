"""Ranges: exact corners, intervals that hold what they promise, and sentences for bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.statistics.uncertainty import (
    Interval,
    UncertaintyError,
    bounds,
    draw_between,
    interval,
)

positive = st.floats(0.1, 1e6)


@given(positive, positive, positive, positive)
@settings(max_examples=60, deadline=None)
def test_corners_hold_every_ratio_inside(a: float, b: float, c: float, d: float) -> None:
    one, other = sorted((a, b)), sorted((c, d))
    low, high = bounds(lambda x, y: x / y, tuple(one), tuple(other))
    middle = (sum(one) / 2) / (sum(other) / 2)
    assert low <= middle * (1 + 1e-9) and middle <= high * (1 + 1e-9)
    assert np.isclose(low, one[0] / other[1]) and np.isclose(high, one[1] / other[0])


def test_interval_holds_its_share() -> None:
    rng = np.random.default_rng(4)
    draws = draw_between(0, 1, 20_000, rng) + draw_between(0, 1, 20_000, rng)
    result = interval(draws, "two uniform numbers added", 0.9)
    assert abs(result.value - 1) < 0.02
    assert abs(np.mean((draws >= result.low) & (draws <= result.high)) - 0.9) < 0.002
    # the 5th percentile of the sum of two uniforms is sqrt(2 * 0.05)
    assert abs(result.low - 0.1**0.5) < 0.01


def test_the_same_seed_gives_the_same_draws() -> None:
    one, other = (draw_between(5, 6, 10, np.random.default_rng(9)) for _ in range(2))
    assert (one == other).all() and ((one >= 5) & (one <= 6)).all()


def test_the_assumption_is_printed() -> None:
    assert str(Interval(0.5, 0.25, 1, "a coin")) == "0.5 (0.25 to 1; a coin)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bounds(max), "at least one range"),
        (lambda: bounds(max, (1, 2), (4, 3)), "Range 2 has its low end 4 above its high end 3"),
        (lambda: bounds(max, (1, float("nan"))), "Range 1 has a missing end"),
        (lambda: bounds(max, (1, None)), "Range 1 has a missing end"),
        (lambda: bounds(max, (1, pd.NA)), "Range 1 has a missing end"),
        (lambda: bounds(max, (1, float("inf"))), "must have finite numbers as ends; one is inf"),
        (lambda: bounds(max, ("a", "b")), "must have finite numbers as ends; one is 'a'"),
        (lambda: bounds(max, 5), r"Range 1 must be two numbers, \(low, high\); it is 5"),
        (lambda: bounds(max, (1, 2, 3)), "must be two numbers"),
        (lambda: bounds(lambda x: 1 / x, (0, 1)), "no value at the corner 0"),
        (lambda: draw_between(2, 1, 5, np.random.default_rng(1)), "low end 2 above its high end 1"),
        (lambda: draw_between(1, 2, 0, np.random.default_rng(1)), "size is 0"),
        (lambda: draw_between(1, 2, 2.5, np.random.default_rng(1)), "size is 2.5"),
        (lambda: draw_between(1, 2, 5, 7), "Pass a generator"),
        (
            lambda: draw_between(0, float("inf"), 5, np.random.default_rng(1)),
            "The range must have finite numbers",
        ),
        (lambda: interval(np.array([]), "x"), "no draws"),
        (lambda: interval(np.array([1.0, np.inf]), "x"), "missing or infinite"),
        (lambda: interval(np.array(["a"]), "x"), "must be numbers"),
        (lambda: interval(np.array([1.0]), None), "Say the assumption"),
        (lambda: interval(np.array([1.0, np.nan]), "x"), "one of them is missing"),
        (lambda: interval(np.array([1.0]), " "), "Say the assumption"),
        (lambda: interval(np.array([1.0]), "x", 95), "between 0 and 1; it is 95"),
    ],
)
def test_bad_input_is_a_sentence(call, message: str) -> None:
    with pytest.raises(UncertaintyError, match=message):
        call()


def test_edges_of_what_is_allowed() -> None:
    rng = np.random.default_rng(1)
    assert bounds(lambda x: x, (3, 3)) == (3, 3) and draw_between(3, 3, 1, rng).tolist() == [3.0]
    for confidence in (0, 1, 1.5):
        with pytest.raises(UncertaintyError, match="between 0 and 1"):
            interval(np.array([1.0, 2.0]), "x", confidence)
    assert interval(np.array([[1.0, 2.0], [3.0, 4.0]]), "x").value == 2.5, "draws may be a table"


def test_large_intervals_are_printed_as_whole_numbers() -> None:
    assert str(Interval(50.7, 1.25, 100, "x")) == "51 (1 to 100; x)"
    assert str(Interval(-40.2, -1234.4, 3.25, "x")) == "-40 (-1,234 to 3; x)", (
        "the larger end counts, whichever its sign"
    )
    assert str(Interval(50.74, 1.25, 99.94, "x")) == "50.7 (1.25 to 99.9; x)"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: bounds(max), "Give at least one range as (low, high)."),
        (
            lambda: bounds(5, (1, 2)),
            "The first argument must be a function of the ranges; it is 5.",
        ),
        (
            lambda: bounds(max, *[(1, 2)] * 21),
            (
                "There are 21 ranges, with two to that power of corners: 20 at most can be "
                "gone through."
            ),
        ),
        (
            lambda: bounds(lambda x, y: y / x, (0, 1), (2, 3)),
            "The function has no value at the corner 0, 2: is zero in a range that divides?",
        ),
        (
            lambda: bounds(lambda x: 10**400, (0, 1)),
            "The function has no value at the corner 0: is zero in a range that divides?",
        ),
        (
            lambda: bounds(lambda x: None, (0, 1)),
            "The function has no value at the corner 0: is zero in a range that divides?",
        ),
        (
            lambda: bounds(max, (0, 10**400)),
            "Range 1 must have finite numbers as ends; one is too large.",
        ),
        (
            lambda: draw_between(-1.7e308, 1.7e308, 2, np.random.default_rng(1)),
            "The range from -1.7e+308 to 1.7e+308 is too wide to draw from.",
        ),
        (
            lambda: draw_between(1, 2, 10_000_001, np.random.default_rng(1)),
            (
                "The size must be a whole number of at least one and at most 10,000,000; size "
                "is 10000001."
            ),
        ),
        (
            lambda: draw_between(1, 2, True, np.random.default_rng(1)),
            "The size must be a whole number of at least one and at most 10,000,000; size is True.",
        ),
        (
            lambda: draw_between(1, 2, 5, 7),
            "Pass a generator, np.random.default_rng(seed): a result must be had again.",
        ),
        (lambda: interval(np.array([1j]), "x"), "The draws must be numbers."),
        (lambda: interval(object(), "x"), "The draws must be numbers."),
        (lambda: interval([], "x"), "There are no draws, or one of them is missing or infinite."),
        (lambda: interval([1.0], 3), "Say the assumption: an interval without one means nothing."),
        (
            lambda: interval([1.0], "x", "0.9"),
            "The confidence must lie between 0 and 1; it is '0.9'.",
        ),
    ],
)
def test_the_whole_sentence(call, sentence: str) -> None:
    with pytest.raises(UncertaintyError) as refused:
        call()
    assert str(refused.value) == sentence


def test_the_largest_that_is_allowed() -> None:
    assert bounds(lambda *ends: sum(ends), *[(1, 2)] * 20) == (20, 40)
    assert len(draw_between(1, 2, 10_000_000, np.random.default_rng(1))) == 10_000_000
    assert draw_between(1.6e308, 1.7e308, 1, np.random.default_rng(1)) > 1.6e308, (
        "two large ends near each other are no wide range"
    )
