"""Solutions of lesson 05, as a learner might write them, and wrong answers that must not count."""

from helpers import load

poppy = load("poppy_cultivation")
us = poppy[poppy["estimator"] == "United States"]
by_year = us.set_index(us["period_start"].dt.year)["hectares"]
labs = load("us_labs_2004")["count"]

WRONG = {
    "05.1": [100 * (1 - by_year[2020] / by_year[2017]), -0.474],
    "05.2": [[4, 1], [1, 3], [3, 27], 3],
    "05.3": [labs.max() - labs.min(), 1.8],
    "05.4": ["a", "c"],
}


def exercise_1():
    return round(100 * (by_year[2020] - by_year[2017]) / by_year[2017], 1)


def exercise_2():
    return [len(poppy.query("withdrawn == 'yes'")), len(poppy.dropna(subset=["low", "high"]))]


def exercise_3():
    ordered = labs.sort_values()
    return round(ordered.iloc[-1] / ordered.iloc[0], 1)


def exercise_4():
    return "b"
