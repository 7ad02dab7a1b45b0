"""Solutions of lesson 03, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.rates import rate_per_100k

WRONG = {
    "03.1": [29.3, 0.285, 30.3, "28.5"],
    "03.2": [["North Dakota"], [], ["North Dakota", "District of Columbia"], "Alaska"],
    "03.3": ["a", "c", "d", 2],
    "03.4": [["New Jersey", "West Virginia"], ["New Jersey", "West Virginia", "Ohio"], 4],
}


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
    change = states[states["year"].isin([2013, 2014])].pivot(
        index="state", columns="year", values="deaths"
    )
    change["percent"] = 100 * (change[2014] / change[2013] - 1)
    change["beyond"] = (change[2014] - change[2013]).abs() > 1.96 * (
        change[2013] + change[2014]
    ) ** 0.5
    largest = change.sort_values("percent").tail(10)
    return list(largest.index[~largest["beyond"]])


def exercise_3():
    return "b"


def exercise_4():
    states = load("state_overdose_deaths").query("state != 'United States'")
    found = []
    for state, table in states.sort_values("year").groupby("state"):
        deaths = table["deaths"].tolist()
        for before, now, after in zip(deaths, deaths[1:], deaths[2:], strict=False):
            around = (before + after) / 2
            if around >= 200 and now < 0.7 * around and state not in found:
                found.append(state)
    return found
