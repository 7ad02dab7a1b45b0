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


def _both_ends_within_chance(year: int) -> set[str]:
    """Among the five largest falls and the five largest rises: the states that chance explains."""
    deaths = _deaths()
    before, after = deaths[year - 1], deaths[year]
    order = (after / before).sort_values(kind="stable").index
    within = (after - before).abs() <= 1.96 * (after + before) ** 0.5
    return {state for state in [*order[:5], *order[-5:]] if within[state]}


def _dips(least: int, years: list[int] | None = None) -> set[str]:
    """States with a year (of all, or of `years`) below seven tenths of the mean of its neighbors,
    where that mean is at least `least` deaths.
    """
    deaths = _deaths()
    neighbors = (deaths.shift(1, axis="columns") + deaths.shift(-1, axis="columns")) / 2
    dip = (deaths < 0.7 * neighbors) & (neighbors >= least)
    return set(deaths.index[dip[years or list(dip)].any(axis="columns")])


def _in_2015() -> pd.DataFrame:
    table = load("state_overdose_deaths").query("year == 2015 and state != @NATION")
    return table.set_index("state").astype({"deaths": float, "population": float})


def _crude(state: str, per: int = 100_000) -> float:
    table = _in_2015()
    return float(per * table["deaths"][state] / table["population"][state])


def _town(residents: list[int]) -> float:
    """Crude rate of an invented town of section 2."""
    return (30 * residents[0] + 10 * residents[1]) / sum(residents)


def _expected(state: str) -> float:
    table = _in_2015()
    return float(table["population"][state] * table["deaths"].sum() / table["population"].sum())


def _outside() -> pd.DataFrame:
    """Whether each place is above or below the funnel of 2015, and its residents."""
    table = _in_2015()
    common = 100_000 * table["deaths"].sum() / table["population"].sum()
    reach = 1.96 * (100_000 * common / table["population"]) ** 0.5
    rate = 100_000 * table["deaths"] / table["population"]
    above, below = rate > common + reach, rate < common - reach
    return pd.DataFrame({"above": above, "below": below, "population": table["population"]})


def _reach(state: str, year: int) -> float:
    deaths = _deaths().loc[state]
    return float(1.96 * (deaths[year - 1] + deaths[year]) ** 0.5)


@KEYS.add(
    "03.a",
    "Deaths of Ohio, divided by the residents of Ohio, times one hundred thousand.",
    traps={
        "That is the rate of California; put the other state in both places.": lambda: _crude(
            "California"
        ),
        "That is a share of the residents: multiply by 100,000.": lambda: _crude("Ohio", per=1),
        "You divided by the residents of California.": lambda: (
            100_000 * _in_2015()["deaths"]["Ohio"] / _in_2015()["population"]["California"]
        ),
        "That is the age-adjusted rate, which section 2 explains.": lambda: _in_2015()[
            "age_adjusted_rate_per_100k"
        ]["Ohio"],
    },
    rtol=0,
    atol=0.051,
)
def rate_of_ohio() -> float:
    """Crude rate of Ohio in 2015, per 100,000 residents."""
    return _crude("Ohio")


@KEYS.add(
    "03.b",
    "Weigh both risks by the residents of Oldton, and divide by all residents of Oldton.",
    traps={
        "That is Youngton: use oldton in all three places.": lambda: _town([80_000, 20_000]),
        "That is the mean of the two risks; more people are in one age group.": lambda: _town(
            [1, 1]
        ),
        "That uses the standard population; the crude rate uses the town's own.": lambda: _town(
            [70_000, 30_000]
        ),
    },
    rtol=0,
    atol=0.51,
)
def crude_rate_of_oldton() -> float:
    """Crude rate of the invented town of older people."""
    return _town([40_000, 60_000])


@KEYS.add(
    "03.c",
    "Take the cell of West Virginia with another name: expected count plus 1.96 times its root.",
    traps={
        "That is the lower limit.": lambda: (
            _expected("Vermont") - 1.96 * _expected("Vermont") ** 0.5
        ),
        "That is the expected count itself, the middle.": lambda: _expected("Vermont"),
        "That is the reach alone: add it to the expected count.": lambda: (
            1.96 * _expected("Vermont") ** 0.5
        ),
        "That is one standard deviation above; go up by 1.96 of them.": lambda: (
            _expected("Vermont") + _expected("Vermont") ** 0.5
        ),
    },
    rtol=0,
    atol=0.51,
)
def upper_end_of_vermont() -> float:
    """Deaths that chance could bring to Vermont at the common risk, at the upper end."""
    return _expected("Vermont") + 1.96 * _expected("Vermont") ** 0.5


@KEYS.add(
    "03.d",
    "Two conditions in one query, joined by and: rate > high, and population > 3_000_000.",
    traps={
        "Those are all places above the funnel, of any size. The column population counts people, "
        "not millions.": lambda: int(_outside()["above"].sum()),
        "Those are places below the funnel.": lambda: int(
            _outside().query("below and population > 3_000_000").shape[0]
        ),
        "Those are all places of that size.": lambda: int(
            _outside().query("population > 3_000_000").shape[0]
        ),
    },
)
def large_and_above() -> int:
    """Places of 2015 above the upper limit, with more than three million residents."""
    return int(_outside().query("above and population > 3_000_000").shape[0])


@KEYS.add(
    "03.e",
    "The table is sorted by percent: the largest rise is in its last row.",
    traps={
        "That is the change itself; its reach is in another column.": lambda: (
            _deaths().loc["North Dakota", 2015] - _deaths().loc["North Dakota", 2014]
        ),
        "That is the reach of the state with the largest fall.": lambda: _reach("Wyoming", 2015),
        "That is the reach of the largest rise in deaths, not in percent.": lambda: _reach(
            "Massachusetts", 2015
        ),
    },
    rtol=0,
    atol=0.051,
)
def reach_of_the_largest_rise() -> float:
    """How far chance reaches for the largest rise in percent from 2014 to 2015."""
    deaths = _deaths()
    return _reach((deaths[2015] / deaths[2014]).idxmax(), 2015)


@KEYS.add(
    "03.1",
    "A rate needs the deaths and the residents of the same state and the same year, per hundred "
    "thousand.",
    traps={
        "You divided by the residents of 2015: the population table has the year you "
        "need.": lambda: _rate("New Hampshire", 2020, 2015),
        "You divided by `people`, the residents of 2015: take those of 2020 from "
        "us_state_population.": lambda: (
            100_000
            * _deaths().loc["New Hampshire", 2020]
            / _in_2015()["population"]["New Hampshire"]
        ),
        "You divided by the residents of 2021: take those of 2020.": lambda: _rate(
            "New Hampshire", 2020, 2021
        ),
        "That is a share of the residents, not a rate per hundred thousand.": lambda: _rate(
            "New Hampshire", 2020, per=1
        ),
        "That is per thousand; the question asks for hundred thousand.": lambda: _rate(
            "New Hampshire", 2020, per=1_000
        ),
        "That is the age-adjusted rate, which compares rates at the same mix of ages. The question "
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
        "A small count alone is no proof of chance: compare the change with its reach.": lambda: {
            "North Dakota"
        },
        "You took the five largest falls and the five largest rises, as in the lesson. The "
        "exercise asks for the ten largest rises: .tail(10).": lambda: _both_ends_within_chance(
            2014
        ),
    },
)
def rises_within_chance() -> set[str]:
    """States among the ten largest rises from 2013 to 2014 that chance explains."""
    return _largest_rises(2014, True)


@KEYS.add(
    "03.3",
    "A sentence about the order of two places needs limits that do not overlap. A sentence about "
    "causes needs more than a chart of rates.",
    traps={
        "Those two have limits that overlap, and in the redraws they change places.": lambda: "a",
        "Outside the funnel means more than chance. It does not say why.": lambda: "c",
        "Inside the funnel, being above or below the dashed line can be chance alone.": lambda: "d",
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
        "The limits of West Virginia must be above those of every other state.",
    )
    premise(
        rates.loc["Kentucky", "low"] < rates.loc["Ohio", "high"],
        "The limits of Kentucky and Ohio must overlap.",
    )
    premise(
        funnel.loc["Vermont", "low"] < rates.loc["Vermont", "rate"] < common,
        "Vermont must be inside the funnel and below the common rate.",
    )
    return "b"


@KEYS.add(
    "03.4",
    "For each year from 2000 to 2022, compare wide[year] with the mean of wide[year - 1] and "
    "wide[year + 1], and look only where that mean is at least 200.",
    traps={
        "Those are the ones the card names. The rule finds more.": lambda: {
            "New Jersey",
            "West Virginia",
        },
        "The rule asks for a mean of at least two hundred deaths: in smaller counts, chance can "
        "make many dips.": lambda: _dips(0),
        "That is the year 2009 alone; look at all years.": lambda: _dips(200, years=[2009]),
    },
)
def states_with_a_dip() -> set[str]:
    """States with a one-year dip to less than seven tenths of the years around it."""
    return _dips(200)
