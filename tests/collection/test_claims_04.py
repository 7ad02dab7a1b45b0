"""Verdicts of lesson 04 equal what the lesson computes by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import load
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_ENOUGH,
    NOT_ESTABLISHED,
    ONE_READING,
    OPEN,
    judge,
    show,
    unsettled,
)

MONEY = load("opioid_funding_statements")
GRANTS = "grants to the states under the law of December 2016"
LIST = "the parts on a list given out later"
OFFICIALS = "allocated, as officials said on 26 October 2017"
REQUEST = "the request for fiscal year 2018"


def amount(**conditions: str) -> float:
    """The one amount that meets all conditions."""
    rows = MONEY
    for column, value in conditions.items():
        rows = rows[rows[column] == value]
    return rows["amount_usd_million"].item()


FIRST, SECOND = amount(item="STR first year awarded"), amount(item="STR second year awarded")
NOT_ESTABLISHED_ROWS = "not established"
LISTED = MONEY[(MONEY["date"] == "2018") & (MONEY["part_of_row_above"] == "yes")][
    "amount_usd_million"
].sum()
MARK = float(load("claims").set_index("claim")["stated_value"]["one-billion"])


def test_one_billion() -> None:
    verdict = judge("one-billion")
    readings = verdict.readings.query("coder == 'A'").set_index(["figures", "reading"])
    day, now = readings.loc[("of the day", GRANTS)], readings.loc[("now", GRANTS)]
    assert day["value_low"] == day["value_high"] == FIRST < MARK and day["result"] == FAILS
    assert now["value_low"] == now["value_high"] == FIRST + SECOND == 970 and now["result"] == FAILS
    assert readings.loc[("now", LIST), "value_low"] == LISTED > MARK
    assert readings.loc[("of the day", LIST), "result"] == NOT_ESTABLISHED
    request = readings.loc[("of the day", REQUEST)]
    assert request["value_low"] == amount(kind="request") > MARK
    assert (request["status"], request["admitted"]) == ("proxy", "no")
    officials = readings.loc[("of the day", OFFICIALS)]
    assert officials["value_low"] == MARK and officials["result"] == OPEN
    assert verdict.on_the_day == verdict.now == NOT_ENOUGH
    assert verdict.confidence == "none"


def test_no_coder_takes_a_figure_for_the_sum_that_was_meant() -> None:
    """Section 5: every figure is a neighbor; the request is not admitted."""
    coded = load("judgments").query("claim == 'one-billion'")
    assert set(coded.query("reading != @REQUEST")["status"]) == {"near"}
    assert set(coded.query("reading == @REQUEST")["admitted"]) == {"no"}


@pytest.mark.parametrize(
    ("same_quantity", "on_the_day", "now"),
    [
        ([GRANTS], FAILS, FAILS),
        ([OFFICIALS], NOT_ENOUGH, NOT_ENOUGH),
        ([GRANTS, LIST], FAILS, ONE_READING),
        ([GRANTS, LIST, REQUEST], ONE_READING, ONE_READING),
    ],
    ids=["only what was given", "officials alone", "given, or listed later", "asked for, too"],
)
def test_one_billion_depends_on_the_rule(
    same_quantity: list[str], on_the_day: str, now: str
) -> None:
    """What judge() says when the status of its rows follows a rule."""
    evidence = load("evidence").query("claim == 'one-billion'")
    status = evidence["reading"].isin(same_quantity).map({True: "same quantity", False: "near"})
    verdict = judge("one-billion", evidence=evidence.assign(status=status))
    assert (verdict.on_the_day, verdict.now) == (on_the_day, now)


def test_the_total_was_stated_before_the_speech_and_its_parts_were_not_found() -> None:
    stated = MONEY.query("kind == 'statement of officials' and amount_usd_million == @MARK").iloc[0]
    assert stated["date"] < "2017-12-14" and stated["amount_qualifier"] == "more than"
    assert stated["grade"] == "C"
    evidence = load("evidence").query("claim == 'one-billion'").set_index("reading")
    assert evidence.loc[OFFICIALS, "known_on"] == pd.Timestamp("2017-10-26")
    assert evidence.loc[LIST, "publicity"].unique().tolist() == [NOT_ESTABLISHED_ROWS]


def test_a_headline_is_not_what_decides() -> None:
    """The awards of the day lie below the mark, and so does whatever bound is set on them."""
    assert FIRST < MARK and FIRST + SECOND < MARK
    assert show("one-billion").stated == "more than 1,000 USD million"


def test_commission() -> None:
    """The order alone is enough; the coders differ on the report, and the verdict does not."""
    assert len(load("opioid_commission_facts").query("fact == 'established'")) == 1
    verdict = judge("commission")
    assert verdict.on_the_day == verdict.now == HOLDS
    now = verdict.readings.query("figures == 'now'").groupby("reading")["status"].unique()
    assert set(now["an order that establishes it"]) == {"same quantity"}
    assert set(now["a commission that reported"]) == {"same quantity", "near"}


def test_demand_is_on_the_second_list_and_on_no_ledger() -> None:
    assert "demand" not in set(load("claims")["claim"])
    codings = load("statement_codings").query("statement == 's27'")
    assert set(codings["checkable"]) == {"no"} and set(codings["kind"]) == {"commitment"}
    card = unsettled("demand")
    assert card.row["statement"] == "s27" and "RAND" in card.row["research"]
    studies = load("research_findings").query("about == 'demand'")
    assert studies["source"].str.startswith("RAND").all() and len(studies) == 2
    assert studies["read_as"].str.contains("press|summary").all(), "the lesson says how"


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


def test_the_errors_of_2020_grew_for_every_drug_and_lifetime_errors_had_not() -> None:
    """Section 2: the error jumped in 2020, and had changed little before."""
    errors = load("nsduh_standard_errors")
    year = errors.query("recency == 'past year'").pivot(
        index="drug", columns="year", values="standard_error_thousands"
    )
    assert (year[2020] > year[2019]).all()
    ever = errors.query("recency == 'lifetime'").pivot(
        index="year", columns="drug", values="standard_error_thousands"
    )
    usual = ever.loc[2002:2019]
    assert (usual.max() < 1.3 * usual.min()).all() and (ever.loc[2020] > 1.3 * usual.max()).all()


def test_the_error_of_more_people_is_larger() -> None:
    """Of a whole than of a part, and of a year than of a month in it."""
    errors = load("nsduh_standard_errors").query("recency != 'lifetime'")
    drugs = errors.pivot(index=["recency", "year"], columns="drug")["standard_error_thousands"]
    opioids = "opioid misuse (heroin or pain relievers)"
    wholes = {"crack": "cocaine", "heroin": opioids, "prescription pain reliever misuse": opioids}
    for part in set(drugs) - {"any illicit drug"}:
        assert (drugs[part] < drugs[wholes.get(part, "any illicit drug")]).all(), part
    assert (drugs.loc["past month"] < drugs.loc["past year"]).all(axis=None)


def test_the_two_falls_of_section_2() -> None:
    """Past month: smaller than the error of a difference. Past year: many times that error."""
    drug = "drug == 'prescription pain reliever misuse' and year == 2019"
    error = load("nsduh_standard_errors").query(drug).set_index("recency")
    error = error["standard_error_thousands"] / 1_000 * 2**0.5
    points = load("nsduh_points").query("drug == 'prescription pain reliever misuse'")
    users = points.set_index(["recency", "year"])["users_millions"]
    assert abs(users["past month", 2017] - users["past month", 2016]) < error["past month"]
    assert users["past year", 2015] - users["past year", 2019] > 5 * error["past year"]


def test_series_with_a_break_are_tables_of_their_own() -> None:
    old, new = load("nsduh_points"), load("nsduh_points_from_2020")
    assert old["year"].max() < 2020 <= new["year"].min()
    assert not set(old["series"]) & set(new["series"])
    dispensed = load("opioid_dispensing_us").set_index("year")["per_100_published"]
    newer = load("opioid_dispensing_us_from_2019").set_index("year")["per_100_published"]
    assert newer[2019] != dispensed[2019]


def test_the_largest_states_are_low_and_small_states_are_not_high() -> None:
    """Section 3: why the plain mean of the states is too high."""
    people = load("us_state_population")
    states = load("opioid_dispensing_state").merge(people, on=["state", "year"])
    rates = states.query("year == 2012").sort_values("population", ascending=False)
    rates = rates["opioid_prescriptions_per_100_persons"]
    assert rates.head(5).max() < rates.mean()
    assert rates.tail(25).mean() < rates.head(26).mean()


def test_what_laws_provide() -> None:
    """Section 5: the law alone is a billion exactly; with the budget of May 2017 it is more."""
    note = MONEY.query("date == '2017-03-29'")["note"].item()
    law = pd.Series([note]).str.findall(r"(\d+) million")[0]
    assert [int(digits) for digits in law] == [500, 500]
    assert sum(int(digits) for digits in law) == MARK
    assert MARK + amount(kind="appropriation as counted by HHS") > MARK
    cures = MONEY[MONEY["item"].str.startswith("21st Century Cures")]
    assert cures["amount_usd_million"].isna().all()


def test_the_last_step_of_cocaine_use_is_less_than_two_of_its_errors() -> None:
    """Section 2: two pairs that share a year; the error of half a difference of two years."""
    rows = load("nsduh_standard_errors").query("drug == 'cocaine' and recency == 'past year'")
    one_year = rows.set_index("year")["standard_error_thousands"][2019]
    people = load("nsduh_pairs").set_index("first_year")["cocaine_past_year_thousands"]
    assert 1 < (people[2017] - people[2018]) / (one_year / 2**0.5) < 2
    assert (people[2006] - people[2010]) / one_year > 4


def test_before_2006_deaths_rose_and_use_hardly_changed() -> None:
    deaths = load("us_overdose_deaths").query("drug == 'cocaine' and co_involvement == 'all'")
    deaths = deaths.set_index("year")["deaths"]
    people = load("nsduh_pairs").set_index("first_year")["cocaine_past_year_thousands"]
    assert deaths[2006] / deaths[2002] > 1.55 and abs(people[2006] / people[2002] - 1) < 0.01
