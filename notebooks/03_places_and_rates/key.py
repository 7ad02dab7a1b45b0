"""Keys of lesson 03: comparing places before ranking them."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys, premise
from helpers.statistics.rates import funnel_limits, rate_per_100k

KEYS = Keys()
NATION = "United States"


def _deaths() -> pd.DataFrame:
    """Deaths of residents, a row per state, a column per year."""
    table = load("state_overdose_deaths")
    return table[table["state"] != NATION].pivot(index="state", columns="year", values="deaths")


def _rate(state: str, year: int, population_year: int | None = None, per: int = 100_000) -> float:
    people = load("us_state_population").set_index(["state", "year"])["population"]
    return float(per * _deaths().loc[state, year] / people[state, population_year or year])


def _largest_rises(year: int, within_chance: bool) -> set[str]:
    """Among the ten largest rises in percent from the year before: the states that chance explains,
    or the others.
    """
    deaths = _deaths()
    before, after = deaths[year - 1], deaths[year]
    ten = (after / before).nlargest(10).index
    within = (after - before).abs() <= 1.96 * (after + before) ** 0.5
    return {state for state in ten if within[state] == within_chance}


def _dips(least: int) -> set[str]:
    """States with a year below seven tenths of the mean of its neighbors, where that mean is at
    least `least` deaths.
    """
    deaths = _deaths()
    neighbors = (deaths.shift(1, axis="columns") + deaths.shift(-1, axis="columns")) / 2
    dip = (deaths < 0.7 * neighbors) & (neighbors >= least)
    return set(deaths.index[dip.any(axis="columns")])


@KEYS.add(
    "03.1",
    "A rate needs the deaths and the residents of the same state and the same year, per hundred "
    "thousand.",
    traps={
        "You divided by the residents of 2015: the population table has the year you "
        "need.": lambda: _rate("New Hampshire", 2020, 2015),
        "That is a share of the residents, not a rate per hundred thousand.": lambda: _rate(
            "New Hampshire", 2020, per=1
        ),
        "That is per thousand; the question asks for hundred thousand.": lambda: _rate(
            "New Hampshire", 2020, per=1_000
        ),
        "That is the age-adjusted rate: it compares rates at the same mix of ages, the question "
        "asks for the crude one.": lambda: (
            load("state_overdose_deaths")
            .set_index(["state", "year"])
            .loc[("New Hampshire", 2020), "age_adjusted_rate_per_100k"]
        ),
    },
    rtol=0,
    atol=0.051,
)
def new_hampshire_2020() -> float:
    """Crude rate of New Hampshire in 2020, per 100,000 residents."""
    return _rate("New Hampshire", 2020)


@KEYS.add(
    "03.2",
    "Sort by percent, keep the ten largest rises, and compare each change with 1.96 times the "
    "root of the sum of its two counts.",
    traps={
        "Those are the rises that go beyond chance; the question asks for the others.": lambda: (
            _largest_rises(2014, False)
        ),
        "These are the years of the lesson; the exercise goes one year back.": lambda: (
            _largest_rises(2015, True)
        ),
        "A small count is not yet chance: compare the change itself with its reach.": lambda: {
            "North Dakota"
        },
    },
)
def rises_within_chance() -> set[str]:
    """States among the ten largest rises from 2013 to 2014 that chance explains."""
    return _largest_rises(2014, True)


@KEYS.add(
    "03.3",
    "A sentence about the order of two places needs limits that keep apart; a sentence about "
    "causes needs more than a chart of rates.",
    traps={
        "Those two have limits that overlap, and in the redraws they change places.": lambda: "a",
        "Outside the funnel means more than chance. It does not say why.": lambda: "c",
        "Inside the funnel, above or below the dotted line can be chance alone.": lambda: "d",
    },
)
def what_the_charts_support() -> str:
    """The one sentence that the funnel and the intervals support."""
    table = load("state_overdose_deaths").query("year == 2015 and state != @NATION")
    table = table.set_index("state")
    rates = rate_per_100k(table["deaths"], table["population"])
    common = 100_000 * table["deaths"].sum() / table["population"].sum()
    funnel = funnel_limits(table["population"], common)
    others = rates.drop("West Virginia")
    premise(
        rates.loc["West Virginia", "low"] > others["high"].max(),
        "The limits of West Virginia must lie above those of every other state.",
    )
    premise(
        rates.loc["Kentucky", "low"] < rates.loc["Ohio", "high"],
        "The limits of Kentucky and Ohio must overlap.",
    )
    premise(
        funnel.loc["Vermont", "low"] < rates.loc["Vermont", "rate"] < common,
        "Vermont must lie inside the funnel and below the common rate.",
    )
    return "b"


@KEYS.add(
    "03.4",
    "Put the years side by side (pivot), move the table by one column each way (shift), and "
    "compare each year with the mean of its neighbors.",
    traps={
        "Those are the ones the card names. The rule finds more.": lambda: {
            "New Jersey",
            "West Virginia",
        },
        "The rule asks for a mean of at least two hundred deaths: in small counts chance can do "
        "much of this.": lambda: _dips(0),
    },
)
def states_with_a_dip() -> set[str]:
    """States with a one-year dip to less than seven tenths of the years around it."""
    return _dips(200)
