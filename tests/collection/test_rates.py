"""Rates of this collection: published rates follow from published counts and populations."""

from __future__ import annotations

from helpers import load
from helpers.statistics.rates import rate_per_100k, weighted_mean


def test_published_crude_rates_are_reproduced() -> None:
    """883 of the 884 crude rates that NCHS printed follow from its counts and populations; New York
    2013 does not.
    """
    table = load("state_overdose_deaths").dropna(subset="crude_rate_per_100k")
    table = table.set_index(table["state"] + " " + table["year"].astype(str))
    rate = rate_per_100k(table["deaths"], table["population"])["rate"]
    differs = (rate.round(1) - table["crude_rate_per_100k"]).abs() > 0.04
    assert len(table) == 884
    assert list(table.index[differs]) == ["New York 2013"]
    assert (
        round(rate["New York 2013"], 5) == 11.74996
        and table.loc["New York 2013", "crude_rate_per_100k"] == 11.8
    )


def test_state_dispensing_rates_add_up_to_the_national_one() -> None:
    states = load("opioid_dispensing_state").merge(
        load("us_state_population"), on=["state", "year"]
    )
    for year, group in states.groupby("year"):
        group = group.set_index("state")
        national = load("opioid_dispensing_us").set_index("year").loc[year, "per_100_from_states"]
        assert (
            round(
                weighted_mean(group["opioid_prescriptions_per_100_persons"], group["population"]), 1
            )
            == national
        )
