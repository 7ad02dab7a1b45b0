"""Solutions of lesson 11, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.rates import poisson_limits

WRONG = {
    "11.a": [25801, 28868, 60947],
    "11.b": [3.7, -3.8, 1.04],
    "11.c": [25145, 4, 32079],
    "11.d": [63, 117, 70, 69, 146],
    "11.e": ["a", "b"],
    "11.f": ["a", "c"],
    "11.g": [122, 97, 107],
    "11.1": [[7.0, 4.0, 3.1], [6.6, 3.0, 3.9], [0.07, 0.031, 0.04], 7.0],
    "11.2": [2.5, 14.3, 26, 0.18, "18.2"],
    "11.3": [
        ["Guanajuato", 2017],
        ["Oaxaca", 2015],
        ["Quintana Roo", 2015],
        ["Nayarit", 2017],
        "Nayarit",
    ],
    "11.4": [{2021, 2022, 2023}, {2019, 2021, 2022, 2023}, {2020, 2021, 2022, 2023}, {2019}, 2],
}


def practice_a():
    year = load("mexico_homicides_official_sources").set_index("year").loc[2017]
    return year["sesnsp_new_method_victims"] + year["sesnsp_feminicide_victims"]


def practice_b():
    figures = load("mexico_homicides_national").query("year_registered == 2023")
    early, late = figures.set_index("status")["homicides"][["preliminary", "definitive"]]
    return round(100 * (late - early) / early, 1)


def practice_c():
    registered = load("mexico_homicides_registered").query("year == 2017")
    names = load("tilegrid_mexico")["state"].to_list()
    return registered[~registered["state"].isin(names)]["homicides"].sum()


def practice_d():
    death = load("mexico_homicides_by_state_year").query(
        "inegi_code == '30' and year == 2021 and basis == 'year_occurred'"
    )
    files = load("mexico_sesnsp_by_state_year").query("inegi_code == '30' and year == 2021")
    victims = files["victims_intentional_homicide"].item() + files["victims_feminicide"].item()
    return round(100 * victims / death["homicides"].item())


def practice_e():
    return "c"


def practice_f():
    return "b"


def practice_g():
    months = load("mexico_sesnsp_by_state_month").query("inegi_code == '11'").dropna()
    victims = months["victims_intentional_homicide"] + months["victims_feminicide"]
    limits, average = poisson_limits(victims), victims.mean()
    return (limits["low"].le(average) & limits["high"].ge(average)).sum()


def exercise_1():
    national = load("mexico_homicides_national").set_index(["status", "year_registered"])[
        "homicides"
    ]
    early, late = national["preliminary"], national["definitive"]
    pairs = [(early[2024], early[2023]), (early[2024], late[2023]), (late[2024], late[2023])]
    return [round(100 * (new - old) / old, 1) for new, old in pairs]


def exercise_2():
    deaths = load("mexico_homicides_registered").query("year == 2017").drop(columns="state")
    joined = (
        load("tilegrid_mexico")
        .merge(deaths, on="inegi_code")
        .merge(load("mexico_population").drop(columns="state"), on=["inegi_code", "year"])
    )
    state = joined.query("state == 'Estado de México'").iloc[0]
    return round(100_000 * state["homicides"] / state["population"], 1)


def exercise_3():
    certificates = (
        load("mexico_homicides_by_state_year")
        .query("basis == 'year_occurred'")
        .drop(columns="state")
    )
    both = certificates.merge(load("mexico_sesnsp_by_state_year"), on=["inegi_code", "year"])
    both = both[both["months_reported"] == 12].copy()
    both["percent"] = (
        100
        * (both["victims_intentional_homicide"] + both["victims_feminicide"])
        / both["homicides"]
    )
    lowest = both.sort_values("percent").iloc[0]
    return [lowest["state"], lowest["year"]]


def exercise_4():
    official = load("mexico_homicides_official_sources").set_index("year").loc[2017:]
    one = official["inegi_registered_homicide_deaths"].diff() < 0
    other = (
        official["sesnsp_new_method_victims"] + official["sesnsp_feminicide_victims"]
    ).diff() < 0
    return set(official.index[one != other])
