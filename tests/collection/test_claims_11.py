"""The verdicts of lesson 11 equal what the lesson computes by hand."""

from __future__ import annotations

import pandas as pd

from helpers.catalogue import load
from helpers.claims import HOLDS, NOT_ENOUGH, NOT_ESTABLISHED, NOT_PUBLIC, OPEN, judge


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


def attributed(attributor: str, year: int) -> int:
    return int(
        load("mexico_attributed_killings")
        .query("attributor == @attributor and year == @year and bound == 'count'")["killings"]
        .item()
    )


def test_both_governments_sentences_rest_on_named_attributors() -> None:
    fights = (
        load("ucdp_mexico_deaths_by_type")
        .query("year == 2016 and violence_type == 'non-state'")["deaths_best"]
        .item()
    )
    for claim in ("mexico-victims", "mx-violence"):
        verdict = judge(claim)
        for name in ("Reforma", "Milenio", "Lantia"):
            for figures in ("of the day", "now"):
                rows = of(verdict.readings, figures, f"({name})")
                assert set(rows["value_low"]) == {attributed(name, 2016)}
                assert set(rows["result"]) == {HOLDS} and set(rows["status"]) == {"near"}
        for figures, status in {"of the day": "preliminary", "now": "definitive"}.items():
            everybody = of(verdict.readings, figures, "for whatever reason")
            assert set(everybody["value_low"]) == {registered(2016, status)}
            assert set(everybody["status"]) == {"proxy"}
        groups = of(verdict.readings, "of the day", "named groups")
        assert set(groups["result"]) == {NOT_ESTABLISHED}
        assert set(of(verdict.readings, "now", "named groups")["value_low"]) == {fights}
        assert set(verdict.readings["status"]) == {"near", "proxy"}, "none is the sentence's rule"
        assert verdict.on_the_day == verdict.now == NOT_ENOUGH


def test_the_smallest_reading_of_each_word() -> None:
    stated = load("claims").set_index("claim")["stated_value"]
    assert (stated["mexico-victims"], stated["mx-violence"]) == (2, 2000)


def test_safer_equals_the_lesson() -> None:
    verdict = judge("safer")
    official = load("mexico_homicides_official_sources").set_index("year")
    police = official["sesnsp_new_method_victims"] + official["sesnsp_feminicide_victims"]
    certificates = of(verdict.readings, "now", "registered as homicide").iloc[0]
    assert (certificates["value_low"], certificates["reference_low"]) == (
        registered(2017, "definitive"),
        registered(2016, "definitive"),
    )
    files = of(verdict.readings, "now", "prosecutors' files").drop_duplicates("part")
    assert (files["value_low"].sum(), files["reference_low"].sum()) == (police[2017], police[2016])
    assert registered(2017, "preliminary") > registered(2016, "preliminary"), (
        "and so did the early figures"
    )
    assert set(verdict.readings["result"]) == {OPEN, NOT_PUBLIC}, "no direction: nothing decides"
    assert set(verdict.readings["status"]) == {"proxy"}
    assert verdict.on_the_day == verdict.now == NOT_ENOUGH


def test_no_series_points_to_safer() -> None:
    readings = judge("safer").readings.query("figures == 'now'")
    assert (readings["value_low"] > readings["reference_low"]).all()
    measures = load("safety_measures").sort_values("period")
    values = ["percent", "per_100000_adults", "violent_crimes", "killings"]
    assert (measures[values].notna().sum(axis="columns") == 1).all()
    for measure in measures["measure"].unique():
        series = measures.query("measure == @measure")[values].sum(axis="columns")
        assert len(series) > 1 and series.is_monotonic_increasing, measure


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
