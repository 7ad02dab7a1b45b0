"""Verdicts of lesson 04 equal what the lesson computes by hand."""

from helpers.claims import FAILS, HOLDS, ONE_READING, UNCHECKED, judge
from helpers.data import load

MONEY = load("opioid_funding_statements")


def amount(**conditions: str) -> float:
    """The one amount that meets all conditions."""
    rows = MONEY
    for column, value in conditions.items():
        rows = rows[rows[column] == value]
    return rows["amount_usd_million"].item()


def test_one_billion() -> None:
    verdict = judge("one-billion")
    readings = verdict.readings.set_index(["figures", "reading"])
    first, second = amount(item="STR first year awarded"), amount(item="STR second year awarded")
    grants = "grants to the states under the law of December 2016"
    assert (readings.loc[("of the day", grants), "value_low"], readings.loc[("of the day", grants), "value_high"]) == (first, amount(date="2017-10-30"))
    assert readings.loc[("now", grants), "value_low"] == first + second == 970 and readings.loc[("now", grants), "result"] == FAILS
    later = MONEY[(MONEY["date"] == "2018") & (MONEY["part_of_row_above"] == "yes")]["amount_usd_million"].sum()
    assert readings.loc[("now", "the list given out a year later"), "value_low"] == later > 1000
    request = readings.loc[("of the day", "the request for fiscal year 2018")]
    assert request["value_low"] == amount(kind="request") > 1000 and request["status"] == "near"
    assert (verdict.on_the_day, verdict.now, verdict.wording) == (FAILS, ONE_READING, "stronger")


def test_commission() -> None:
    assert len(load("opioid_commission_facts").query("fact == 'established'")) == 1
    verdict = judge("commission")
    assert verdict.on_the_day == verdict.now == HOLDS


def test_demand_is_shown_and_not_decided() -> None:
    verdict = judge("demand")
    assert verdict.on_the_day == verdict.now == UNCHECKED
    shown = verdict.readings.query("figures == 'now'").set_index("reading")
    users = load("nsduh_pairs").set_index("first_year")["cocaine_past_year_thousands"]
    assert shown.loc["people who used cocaine in the past year", ["value_low", "reference_low"]].tolist() == [users[2018], users[2002]]
    assert set(shown["status"]) == {"proxy"}
