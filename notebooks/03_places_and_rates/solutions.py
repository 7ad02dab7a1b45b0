"""Solutions of lesson 03, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.rates import rate_per_100k

WRONG = {
    "03.a": [11.9, 0.000285, 8.5, 29.9],
    "03.b": [26, 20, 24],
    "03.c": [82, 102, 20, 112],
    "03.d": [21, 12, 30, 42],
    "03.e": [18, 28.1, 107.6],
    "03.1": [29.4, 29.5, 28.3, 0.000285, 0.285, 30.3, 29.3, 2.85],
    "03.2": [
        {
            "Alabama",
            "Maine",
            "Maryland",
            "Massachusetts",
            "New Hampshire",
            "New Mexico",
            "North Dakota",
            "Ohio",
            "Virginia",
        },
        ["North Dakota", "District of Columbia"],
        ["North Dakota"],
        {"District of Columbia", "Iowa", "Montana", "Vermont"},
        [],
        "Alaska",
    ],
    "03.3": ["a", "c", "d", 2],
    "03.4": [
        ["New Jersey", "West Virginia"],
        {
            "Alaska",
            "California",
            "District of Columbia",
            "Hawaii",
            "New Hampshire",
            "New Jersey",
            "North Dakota",
            "Ohio",
            "West Virginia",
            "Wyoming",
        },
        ["New Jersey", "West Virginia", "Ohio"],
        4,
    ],
}


def _funnel():
    table = load("state_overdose_deaths").query("year == 2015 and state != 'United States'")
    table = table.set_index("state")
    common = 100_000 * table["deaths"].sum() / table["population"].sum()
    expected = table["population"] * common / 100_000
    reach = 100_000 * 1.96 * expected**0.5 / table["population"]
    rates = rate_per_100k(table["deaths"], table["population"])
    return rates.assign(
        low=common - reach,
        high=common + reach,
        expected=expected,
        population=table["population"],
    )


def practice_a():
    return round(_funnel()["rate"]["Ohio"], 1)


def practice_b():
    return round((30 * 40_000 + 10 * 60_000) / 100_000)


def practice_c():
    vermont = _funnel()["expected"]["Vermont"]
    return round(vermont + 1.96 * vermont**0.5)


def practice_d():
    return len(_funnel().query("rate > high and population > 3_000_000"))


def practice_e():
    return round(1.96 * (43 + 61) ** 0.5, 1)


def exercise_1():
    deaths = load("state_overdose_deaths").query("year == 2020").set_index("state")["deaths"]
    people = (
        load("us_state_population")
        .query("year == 2020 and state != 'United States'")
        .set_index("state")["population"]
    )
    return round(rate_per_100k(deaths, people).loc["New Hampshire", "rate"], 1)


def exercise_2():
    states = load("state_overdose_deaths").query("state != 'United States'")
    wide = states.pivot(index="state", columns="year", values="deaths")
    old, new = wide[2013], wide[2014]
    wide = wide.assign(percent=100 * (new / old - 1), change=new - old)
    wide = wide.assign(reach=1.96 * (old + new) ** 0.5)
    ten = wide.sort_values("percent").tail(10)
    return ten.query("change <= reach").reset_index()["state"].to_list()


def exercise_3():
    return "b"


def exercise_4():
    states = load("state_overdose_deaths").query("state != 'United States'")
    wide = states.pivot(index="state", columns="year", values="deaths")
    found = []
    for year in range(2000, 2023):
        around = (wide[year - 1] + wide[year + 1]) / 2
        table = wide.assign(around=around, percent=100 * wide[year] / around)
        for state in table.query("around >= 200 and percent < 70").reset_index()["state"]:
            if state not in found:
                found.append(state)
    return found
