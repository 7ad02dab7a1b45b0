"""Solutions of lesson 09, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.uncertainty import bounds

estimates = load("illicit_finance_estimates").set_index("estimate")
counts = load("financial_intelligence").set_index("measure")["value"]
snapshots = load("sanctions_snapshots")

WRONG = {
    "09.1": [3.0, 34.8],
    "09.2": [[4.6, 1.5], [1.3, 2.0], [0.8, 2.8], [1535, 4605], 1.5],
    "09.3": [44, 777, 25.7, 33, 67.4, 0.4, 50],
    "09.4": ["b", "c"],
    "09.a": ["a", "c"],
    "09.b": ["a", "c"],
    "09.c": [4.4, 54.4, 36.2],
    "09.d": [1.1, 5764, 2.0, 5769, 0.058],
}


def exercise_1():
    row = estimates.loc["ndta2006_wholesale"]
    return round(row["high"] / row["low"], 1)


def exercise_2():
    row = estimates.loc["ndta2006_swb_outflow"]
    seized = counts["bulk cash seized"] / 1000
    shares = bounds(lambda flow: 100 * seized / flow, (row["low"], row["high"]))
    return [round(share, 1) for share in shares]


def exercise_3():
    by_link = (
        snapshots[snapshots["snapshot_date"] == "2024-05-03"]
        .groupby("mexico_link")["entries"]
        .sum()
    )
    return round(100 * by_link["yes"] / by_link.sum(), 1)


def exercise_4():
    return "a"


prices = load("cocaine_prices").query("year == 2019").set_index(["country", "level"])["typical_usd"]
at_retail = 1000 * prices["USA", "retail"]


def practice_a():
    return "b"


def practice_b():
    return "b"


def practice_c():
    high = estimates.loc["rand2019_users_spend", "central"] * prices["USA", "wholesale"] / at_retail
    return round(high * 2 / 3, 1)


def practice_d():
    low = estimates.loc["unodc_us_drug_sales", "central"] * prices["MEX", "wholesale"] / at_retail
    return round(100 * counts["bulk cash seized"] / 1000 / low, 1)
