"""The verdicts of lesson 11 equal what the lesson computes by hand."""

from __future__ import annotations

import pandas as pd

from helpers.catalogue import load
from helpers.claims import NOT_PUBLIC, OPEN, UNCHECKED, judge


def registered(year: int, status: str) -> int:
    return int(
        load("mexico_homicides_national")
        .query("year_registered == @year and status == @status")["homicides"]
        .item()
    )


def of(frame: pd.DataFrame, figures: str, reading: str) -> pd.DataFrame:
    """The rows of one reading, found by a few of its words."""
    found = frame[
        (frame["figures"] == figures) & frame["reading"].str.contains(reading, regex=False)
    ]
    assert len(found), f"no reading names {reading!r}"
    return found


def test_mexico_victims_equals_the_lesson() -> None:
    verdict = judge("mexico-victims")
    attributed = load("mexico_criminal_rivalry_killings").set_index("period")["killings"]["2010"]
    fights = (
        load("ucdp_mexico_deaths_by_type")
        .query("year == 2016 and violence_type == 'non-state'")["deaths_best"]
        .item()
    )
    for figures, killed in {
        "of the day": registered(2016, "preliminary"),
        "now": registered(2016, "definitive"),
    }.items():
        assert of(verdict.readings, figures, "for whatever reason")["value_low"].item() == killed
        assert of(verdict.readings, figures, "criminal rivalry")["value_low"].item() == attributed
    assert of(verdict.readings, "of the day", "named groups")["result"].item() == NOT_PUBLIC
    assert of(verdict.readings, "now", "named groups")["value_low"].item() == fights
    assert verdict.on_the_day == verdict.now == UNCHECKED
    assert fights < attributed and fights < registered(2016, "preliminary"), (
        "three measures of three things, none of them drug-related deaths"
    )


def test_safer_equals_the_lesson() -> None:
    verdict = judge("safer")
    official = load("mexico_homicides_official_sources").set_index("year")
    police = official["sesnsp_new_method_victims"] + official["sesnsp_feminicide_victims"]
    certificates = of(verdict.readings, "now", "registered as homicide")
    assert (certificates["value_low"].item(), certificates["reference_low"].item()) == (
        registered(2017, "definitive"),
        registered(2016, "definitive"),
    )
    files = of(verdict.readings, "now", "prosecutors' files")
    assert (files["value_low"].sum(), files["reference_low"].sum()) == (police[2017], police[2016])
    for rows in (certificates, files):
        assert (rows["value_low"] > rows["reference_low"]).all(), "both clocks moved up"
    assert registered(2017, "preliminary") > registered(2016, "preliminary"), (
        "and so did the early figures"
    )
    assert set(verdict.readings.query("figures == 'of the day'")["result"]) == {NOT_PUBLIC}, (
        "on the day the year was not over"
    )
    assert verdict.on_the_day == verdict.now == UNCHECKED


def test_every_figure_is_a_proxy_and_stays_open() -> None:
    readings = pd.concat([judge(claim).readings for claim in ("mexico-victims", "safer")])
    assert set(readings["status"]) == {"proxy"}
    assert set(readings["result"]) <= {OPEN, NOT_PUBLIC}


def test_like_is_compared_with_like() -> None:
    evidence = load("evidence").query("claim == 'safer' and table == 'mexico_homicides_national'")
    assert (
        evidence.groupby("known_on")["selection"].agg(
            lambda texts: len({text.split("status=")[1] for text in texts})
        )
        == 1
    ).all()


def test_police_files_of_the_states_add_up_to_those_of_the_nation() -> None:
    """The lesson adds the two columns of the state table, so it would not see them exchanged."""
    states = (
        load("mexico_sesnsp_by_state_year")
        .groupby("year")[["victims_intentional_homicide", "victims_feminicide"]]
        .sum()
    )
    nation = (
        load("mexico_homicides_official_sources")
        .set_index("year")[["sesnsp_new_method_victims", "sesnsp_feminicide_victims"]]
        .loc[states.index]
    )
    assert (states.to_numpy() == nation.to_numpy()).all()
