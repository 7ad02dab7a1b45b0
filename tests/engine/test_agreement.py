"""helpers.statistics.agreement: Cohen's kappa against its formula, and its redraws."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from helpers.statistics.agreement import AgreementError, kappa, redraw_kappa


def test_kappa_is_that_of_the_formula() -> None:
    one, other = list("aaabbbbccc"), list("aabbbbcccc")
    by_hand = 3 / 10 * 2 / 10 + 4 / 10 * 4 / 10 + 3 / 10 * 4 / 10
    assert kappa(one, other) == pytest.approx((0.8 - by_hand) / (1 - by_hand))
    assert kappa(other, one) == pytest.approx(kappa(one, other))


def test_full_agreement_chance_and_less() -> None:
    assert kappa(["yes", "no"], ["yes", "no"]) == 1
    assert kappa(["yes", "yes", "no", "no"], ["yes", "no", "yes", "no"]) == 0
    assert kappa(["yes", "no"], ["no", "yes"]) == -1


def test_not_defined() -> None:
    assert math.isnan(kappa([], []))
    assert math.isnan(kappa(["no", "no"], ["no", "no"]))
    assert kappa(["no", "no"], ["no", "yes"]) == kappa(["no"], ["yes"]) == 0


def test_the_order_of_rows_counts_and_not_the_index() -> None:
    one = pd.Series(["yes", "no", "no"], index=["s1", "s2", "s3"])
    assert kappa(one, pd.Series(["yes", "no", "no"], index=[7, 8, 9])) == 1


def test_what_cannot_be_compared_is_said() -> None:
    for call, said in {
        lambda: kappa(list("abc"), list("ab")): (
            "One reader has 3 codes, the other 2: compare them on the same statements."
        ),
        lambda: kappa(["a", None], ["a", "b"]): (
            "A code is missing: leave that statement out for both readers."
        ),
        lambda: redraw_kappa([], []): "There are no statements to draw from.",
    }.items():
        with pytest.raises(AgreementError) as refused:
            call()
        assert str(refused.value) == said


def test_redraws_repeat_and_lie_around_kappa() -> None:
    one, other = ["yes", "no", "no", "yes"] * 9, ["yes", "no", "yes", "yes"] * 9
    drawn = redraw_kappa(one, other, draws=200)
    assert drawn.equals(redraw_kappa(one, other, draws=200, seed=1960))
    assert not drawn.equals(redraw_kappa(one, other, draws=200, seed=2))
    assert len(redraw_kappa(one, other)) == 500 and drawn.name == "kappa"
    assert drawn.quantile(0.025) < kappa(one, other) < drawn.quantile(0.975)
    assert redraw_kappa(["no"] * 5 + ["yes"], ["no"] * 5 + ["yes"]).isna().any()
