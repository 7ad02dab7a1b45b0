"""Verdicts of lesson 02 equal what the lesson computes by hand."""

import math

import pandas as pd

from helpers import load
from helpers.claims import FAILS, HOLDS, NOT_ESTABLISHED, NOT_PUBLIC, OPEN, REVISED, judge, show

DEATHS = load("us_overdose_deaths").query("year == 2016")
DEATHS = DEATHS.set_index(["drug", "co_involvement"])["deaths"]
SYNTHETIC = "synthetic opioids other than methadone"
TOGETHER, WITHOUT_SHARE = "the two together", "the two together, without the published share"


def test_overdose_64k_held_on_the_day_and_does_not_now() -> None:
    verdict = judge("overdose-64k")
    assert (verdict.on_the_day, verdict.now) == (HOLDS, REVISED)
    readings = verdict.readings.query("coder == 'A'").set_index(["figures", "reading"])
    reported = "deaths in the country, reported count"
    assert readings.loc[("of the day", reported), "value_low"] > 64_000
    assert readings.loc[("now", reported), "value_low"] < 64_000
    final = readings.loc[("now", "deaths of residents, final count")]
    assert final["value_low"] == DEATHS["all drugs", "all"] < 64_000
    predicted = readings.loc[("of the day", "deaths in the country, predicted count")]
    assert predicted["result"] == NOT_PUBLIC and predicted["status"] == "near"


def test_the_hedge_stays_on_the_card() -> None:
    assert ("Hedge", "preliminary") in show("overdose-64k").entries()


def test_the_number_was_in_use_before_the_speech() -> None:
    """Section 2 prints what had been said of 2016 in 2017."""
    said = load("overdose_figures_2017")
    assert (said["known_on"] < pd.Timestamp("2017-12-14")).all()
    assert (said["least"] >= 64_000).any()
    rounded = judge("overdose-64k").readings.query("reading.str.contains('newspaper')")
    assert set(rounded["result"]) == {OPEN} and set(rounded["status"]) == {"near"}


def test_each_holds_and_the_two_together_do_not() -> None:
    verdict = judge("synthetic-both")
    assert verdict.on_the_day == verdict.now == HOLDS
    readings = verdict.readings.set_index(["figures", "reading"])
    day, now = readings.loc[("of the day", TOGETHER)], readings.loc[("now", TOGETHER)]
    assert set(day["result"]) == {OPEN} and set(now["result"]) == {FAILS}
    assert set(now["status"]) == {"near"}, "bounds in place of a count"
    assert set(readings.loc[("of the day", WITHOUT_SHARE), "result"]) == {NOT_ESTABLISHED}
    assert set(readings.loc[("now", WITHOUT_SHARE), "result"]) == {FAILS}


def test_a_bound_that_counts_as_a_count_splits_the_verdict() -> None:
    """What section 4 says beside the card."""
    evidence = load("evidence").query("claim == 'synthetic-both'")
    verdict = judge("synthetic-both", evidence=evidence.assign(status="same quantity"))
    assert verdict.now == "holds in one reading"


def test_the_bounds_are_those_of_section_4() -> None:
    overlap = load("opioid_overlap_2016").set_index("item")["value"]
    both = [
        max(DEATHS["heroin", half], DEATHS["prescription opioids", half])
        for half in (f"with {SYNTHETIC}", f"without {SYNTHETIC}")
    ]
    synthetic = DEATHS[SYNTHETIC, "all"]
    others = DEATHS["any opioid", "all"] - synthetic
    unnamed = overlap["unspecified_most"] + overlap["opium_most"]
    most = DEATHS["heroin", "all"] + DEATHS["prescription opioids", "all"]
    with_synthetic = sum(
        DEATHS[drug, f"with {SYNTHETIC}"] for drug in ("heroin", "prescription opioids")
    )
    share = overlap["share_another_opioid"]
    fewest = math.ceil(synthetic * (share - 0.05) / 100)
    largest = math.floor(synthetic * (share + 0.05) / 100)
    bounds = load("heroin_or_prescription_2016").set_index(["way", "bound"])["deaths"]
    assert bounds["without the share", "low"] == others - unnamed + both[0]
    assert bounds["without the share", "high"] == most
    assert bounds["published share", "low"] == others - unnamed + fewest
    assert bounds["published share", "high"] == most - (with_synthetic - largest)
    assert bounds.xs("low", level="bound").min() > synthetic


def test_mexico_s_sentence_by_the_same_rule() -> None:
    verdict = judge("mx-overdoses")
    assert verdict.on_the_day == verdict.now == HOLDS and verdict.wording == "weaker"
    assert show("mx-overdoses").stated == "at least 2,000 deaths"
    day = verdict.readings.query("figures == 'of the day' and coder == 'A'").set_index("reading")
    ours = judge("overdose-64k").readings.query("figures == 'of the day' and coder == 'A'")
    ours = ours.set_index("reading")["value_low"]["deaths in the country, reported count"]
    assert day.loc["deaths of 2016 in the country", "value_low"] == ours
