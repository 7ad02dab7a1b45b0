"""Verdicts of lesson 04 equal what the lesson computes by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import claims
from helpers.claims import FAILS, HOLDS, ONE_READING, UNCHECKED, judge, show
from helpers.data import load

MONEY = load("opioid_funding_statements")
GRANTS = "grants to the states under the law of December 2016"
LIST = "the list given out a year later"
REQUEST = "the request for fiscal year 2018"


def amount(**conditions: str) -> float:
    """The one amount that meets all conditions."""
    rows = MONEY
    for column, value in conditions.items():
        rows = rows[rows[column] == value]
    return rows["amount_usd_million"].item()


FIRST, SECOND = amount(item="STR first year awarded"), amount(item="STR second year awarded")
LISTED = MONEY[(MONEY["date"] == "2018") & (MONEY["part_of_row_above"] == "yes")][
    "amount_usd_million"
].sum()
MARK = float(load("claims").set_index("claim")["stated_value"]["one-billion"])


def test_one_billion() -> None:
    verdict = judge("one-billion")
    readings = verdict.readings.set_index(["figures", "reading"])
    day, now = readings.loc[("of the day", GRANTS)], readings.loc[("now", GRANTS)]
    assert day["value_low"] == FIRST and day["value_high"] <= MARK and day["result"] == FAILS
    assert now["value_low"] == now["value_high"] == FIRST + SECOND == 970 and now["result"] == FAILS
    assert readings.loc[("now", LIST), "value_low"] == LISTED > MARK
    assert readings.loc[("of the day", LIST), "result"] == claims.NOT_PUBLIC
    request = readings.loc[("of the day", REQUEST)]
    assert request["value_low"] == amount(kind="request") > MARK and request["status"] == "near"
    assert (verdict.on_the_day, verdict.now, verdict.wording) == (FAILS, ONE_READING, "stronger")


@pytest.mark.parametrize(
    ("same_quantity", "on_the_day", "now"),
    [
        ([GRANTS], FAILS, FAILS),
        ([GRANTS, LIST], FAILS, ONE_READING),
        ([GRANTS, LIST, REQUEST], ONE_READING, ONE_READING),
    ],
    ids=["only what was given", "given, or listed later", "asked for counts too"],
)
def test_one_billion_under_the_three_rules_of_the_lesson(
    monkeypatch: pytest.MonkeyPatch, same_quantity: list[str], on_the_day: str, now: str
) -> None:
    """The lesson's small table of rules and verdicts is what judge() says when the status of the
    rows follows the rule.
    """
    evidence = load("evidence")
    evidence["status"] = evidence["status"].where(
        evidence["claim"] != "one-billion",
        evidence["reading"].isin(same_quantity).map({True: "same quantity", False: "near"}),
    )
    monkeypatch.setattr(claims, "load", lambda name: evidence if name == "evidence" else load(name))
    verdict = judge("one-billion")
    assert (verdict.on_the_day, verdict.now) == (on_the_day, now)


def test_a_headline_is_not_what_decides() -> None:
    """The awards of the day lie below the mark, and so does whatever bound is set on them."""
    assert FIRST < MARK and FIRST + SECOND < MARK
    assert show("one-billion").stated == "more than 1,000 USD million"


def test_commission() -> None:
    assert len(load("opioid_commission_facts").query("fact == 'established'")) == 1
    verdict = judge("commission")
    assert verdict.on_the_day == verdict.now == HOLDS


def test_demand_is_shown_and_not_decided() -> None:
    verdict = judge("demand")
    assert verdict.on_the_day == verdict.now == UNCHECKED
    shown = verdict.readings.query("figures == 'now'").set_index("reading")
    users = load("nsduh_pairs").set_index("first_year")["cocaine_past_year_thousands"]
    assert shown.loc[
        "people who used cocaine in the past year", ["value_low", "reference_low"]
    ].tolist() == [users[2018], users[2002]]
    rate = load("opioid_dispensing_us").set_index("year")["per_100_published"]
    assert shown.loc[
        "opioid prescriptions per 100 people", ["value_low", "reference_low"]
    ].tolist() == [rate[2016], rate[2012]]
    assert set(shown["status"]) == {"proxy"}


def test_the_turn_of_the_lesson_is_in_the_data() -> None:
    """Per person who used, deaths without synthetic opioids stayed near one per 1,000; those with
    them are most of the rise after 2012.
    """
    split = (
        load("us_overdose_deaths")
        .query("drug == 'cocaine'")
        .pivot(index="year", columns="co_involvement", values="deaths")
    )
    users = load("nsduh_pairs").set_index("first_year")["cocaine_past_year_thousands"]
    both_years = (
        split + split.shift(-1)
    ) / 2  # a pair of survey years over the mean of its two years of deaths
    for deaths in (split, both_years):
        ratio = deaths.div(users, axis="index").loc[2006:2018]
        without = ratio["without synthetic opioids other than methadone"]
        with_them = ratio["with synthetic opioids other than methadone"]
        assert without.between(0.85, 1.2).all()
        assert with_them[2018] - with_them[2012] > 0.8 * (ratio["all"][2018] - ratio["all"][2012])
    counts = split.loc[2018] - split.loc[2012]
    assert counts["with synthetic opioids other than methadone"] > 0.8 * counts["all"]


def test_every_grant_finds_its_state() -> None:
    """The merge of section 6 loses no jurisdiction, and no rank is given to the rest."""
    grants = load("opioid_str_grants")
    states = set(load("us_state_population").query("year == 2017")["state"])
    assert set(grants["jurisdiction"]) <= states
    assert (
        pd.Series(["Ohio", "New York", "Pennsylvania", "Texas"]).isin(grants["jurisdiction"]).sum()
        == 0
    )
