"""Solutions of lesson 08, as a learner might write them, and wrong answers that must not count."""

from helpers import claims, load

prices = load("cocaine_prices")
wholesale = prices.query("year == 2019 and level == 'wholesale'").set_index("country")
pure = load("us_cocaine_prices").query("series == 'DEA purchases, all sizes'").sort_values("year")["usd_per_pure_gram"]
kilograms = claims.show("cocaine-13t").row["stated_value"]

WRONG = {
    "08.1": [wholesale["typical_usd"]["COL"] / wholesale["typical_usd"]["USA"], 80.5],
    "08.2": [[kilograms * p for p in wholesale.loc["MEX", ["min_usd", "max_usd"]]], 161.6],
    "08.3": [[1.54, 1.19], [1.04]],
    "08.4": ["a", "c"],
}


def exercise_1():
    return round(wholesale["typical_usd"]["USA"] / wholesale["typical_usd"]["COL"], 1)


def exercise_2():
    return [round(kilograms * wholesale.loc["MEX", column] / 1e6, 1) for column in ("min_usd", "max_usd")]


def exercise_3():
    return [round(100 / price, 2) for price in pure]


def exercise_4():
    return "b"
