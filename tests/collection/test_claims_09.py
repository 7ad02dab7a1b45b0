"""The verdict of lesson 09: shown, and not decided."""

from helpers import load
from helpers.claims import UNCHECKED, judge


def test_revenue_cannot_be_checked() -> None:
    verdict = judge("revenue-dismantled")
    assert verdict.on_the_day == verdict.now == UNCHECKED and verdict.wording == "stronger"
    counts = load("financial_intelligence")
    assert (
        verdict.readings.query("figures == 'now'")["value_low"].item()
        == counts[counts["measure"] == "bulk cash seized"]["value"].item()
        == 382.2
    )
