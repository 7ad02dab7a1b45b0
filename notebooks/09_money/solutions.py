"""Solutions of lesson 09, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.uncertainty import bounds

estimates = load("illicit_finance_estimates").set_index("estimate")
counts = load("financial_intelligence").set_index("measure")["value"]
snapshots = load("sanctions_snapshots")

WRONG = {
    "09.1": [3.0, 34.8],
    "09.2": [[4.6, 1.5], 1.5, [1535, 4605]],
    "09.3": [777, 0.4],
    "09.4": ["b", "c"],
}


def exercise_1():
    row = estimates.loc["ndta2006_wholesale"]
    return round(row["high"] / row["low"], 1)


def exercise_2():
    row = estimates.loc["ndta2006_swb_outflow"]
    return list(
        bounds(
            lambda flow: 100 * counts["bulk cash seized"] / 1000 / flow, (row["low"], row["high"])
        )
    )


def exercise_3():
    by_link = (
        snapshots[snapshots["snapshot_date"] == "2024-05-03"]
        .groupby("mexico_link")["entries"]
        .sum()
    )
    return round(100 * by_link["yes"] / by_link.sum(), 1)


def exercise_4():
    return "a"
