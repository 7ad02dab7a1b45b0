"""Verdicts of lesson 12 equal what the lesson counts by hand."""

from helpers import load
from helpers.claims import FAILS, HOLDS, UNCHECKED, judge


def test_career_ambassadors() -> None:
    listed = load("career_ambassadors")
    before = int((listed["year_appointed"] < 2018).sum())
    assert (before, len(listed)) == (58, 62)
    verdict = judge("ambassadors-59")
    assert verdict.readings["value_low"].tolist() == [before, before]
    assert verdict.on_the_day == verdict.now == FAILS


def test_meetings() -> None:
    dates = set(load("dialogue_timeline")["date"])
    assert {"2017-02-22", "2017-05-18"} <= dates
    chosen = load("evidence").query("claim == 'meetings'")["selection"].tolist()
    assert chosen == ["date=2017-02-22", "date=2017-05-18"], (
        "in February in Mexico and in May in Washington, as the text says"
    )
    verdict = judge("meetings")
    assert verdict.on_the_day == verdict.now == HOLDS


def test_agencies_stay_open() -> None:
    police = load("agencies_in_mexico").query("police_agency == 'yes'")["abbreviation"]
    mexican = load("agencies_named_by_mexico")
    both = set(police) | set(mexican["abbreviation"])
    counts = [(mexican["police_agency"] == "yes").sum(), len(police), len(mexican), len(both)]
    assert counts == [8, 10, 13, 15], "no list has eleven: it lies between them"
    verdict = judge("agencies-11")
    assert verdict.on_the_day == verdict.now == UNCHECKED


def test_transfers_are_no_extraditions() -> None:
    transfers = load("prisoner_transfers")
    assert transfers["persons"].sum() == 92, "as Mexico's security minister added them up"
    assert set(transfers["act"]) == {"transfer under the National Security Law"}
    assert not load("extraditions")["use"].str.contains("transfer").any()


def test_merida_delivered_something() -> None:
    table = load("merida_cumulative")
    delivered = table[
        (table["measure"] == "cumulative delivered since 2008")
        & (table["as_of_date"] <= "2017-06-29")
    ]
    verdict = judge("merida")
    assert (
        verdict.readings.query("figures == 'of the day'")["value_low"].item() == len(delivered) == 3
    )
    assert verdict.on_the_day == verdict.now == HOLDS
