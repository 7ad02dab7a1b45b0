"""Verdicts of lesson 05 equal what the lesson computes by hand."""

from helpers.claims import HOLDS, UNCHECKED, judge
from helpers.data import load


def test_laboratories() -> None:
    labs = load("mexico_labs")
    source = labs[(labs["agency"] == "PGR/CENAPI") & (labs["period_start"] == "2016-01-01")]["laboratories"].item()
    assert source == 136 and not source > 136, "the number stands, 'over' does not"
    verdict = judge("labs-136")
    assert (verdict.on_the_day, verdict.now, verdict.wording) == (UNCHECKED, HOLDS, "stronger")
    assert verdict.readings.query("figures == 'now' and status == 'same quantity'")["value_low"].item() == source


def test_progress_is_shown_and_not_decided() -> None:
    verdict = judge("poppy-progress")
    assert verdict.on_the_day == verdict.now == UNCHECKED
    now = verdict.readings.query("figures == 'now'").set_index("reading")
    poppy = load("poppy_cultivation").query("estimator == 'United States'").set_index("period_start")["hectares"]
    growing = now.loc["area growing, U.S. estimate, 2017 against 2016", ["value_low", "reference_low"]].tolist()
    assert growing == [poppy["2017-01-01"], poppy["2016-01-01"]] and growing[0] > growing[1]
    assert set(verdict.readings.query("figures == 'of the day'")["result"]) == {"not public yet"}, "44,100 hectares were not public"
