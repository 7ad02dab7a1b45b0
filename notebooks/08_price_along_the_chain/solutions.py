"""Solutions of lesson 08, as a learner might write them, and wrong answers that must not count."""

from helpers import load

prices = load("cocaine_prices")
mexico = prices.query("year == 2019 and country == 'MEX' and level == 'wholesale'").iloc[0]
wholesale = prices.query("year == 2019 and level == 'wholesale'").set_index("country")[
    "typical_usd"
]
dea = load("us_cocaine_prices").query("series == 'DEA purchases, all sizes'").set_index("year")

WRONG = {
    "08.a": [162, 90_227_670],
    "08.b": [0.12, 120],
    "08.c": [1.07, -902.93],
    "08.d": [84, 65, 12243, 44],
    "08.e": [0.0124, 10.4, 1242.2],
    "08.f": [400, 40, 110, 107.5],
    "08.1": [[4, 1], [1, 1], [4, 4], [2, 4], 1],
    "08.2": [0.93, 1.3, 0.7, "0.77"],
    "08.3": [[1.54, 1.19], [1.04]],
    "08.4": ["a", "c"],
}


def practice_a():
    return round(13_000 * mexico["min_usd"] / 1_000_000)


def practice_b():
    return 120 * 1000


def practice_c():
    return round(wholesale["MEX"] / wholesale["GTM"], 2)


def practice_d():
    return round(dea["usd_per_pure_gram"][2008] * dea["purity_pct"][2007] / 100)


def practice_e():
    return round(100 * wholesale["COL"] / 120_000, 1)


def practice_f():
    return round(10 / (1 - 0.75) + 90)


def exercise_1():
    road = [wholesale[country] for country in ["COL", "GTM", "MEX", "USA"]] + [120 * 1000]
    factors = [road[i + 1] / road[i] for i in range(4)]
    dollars = [road[i + 1] - road[i] for i in range(4)]
    return [factors.index(max(factors)) + 1, dollars.index(max(dollars)) + 1]


def exercise_2():
    year_2021 = prices.query("year == 2021 and level == 'wholesale'").set_index("country")
    return round(year_2021["typical_usd"]["MEX"] / year_2021["typical_usd"]["GTM"], 2)


def exercise_3():
    return [round(100 / price, 2) for price in dea["usd_per_pure_gram"]]


def exercise_4():
    return "b"
