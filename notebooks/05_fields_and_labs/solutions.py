"""Solutions of lesson 05, as a learner might write them, and wrong answers that must not count."""

import numpy as np

from helpers import load
from helpers.statistics.uncertainty import draw_between

poppy = load("poppy_cultivation")
us = poppy[poppy["estimator"] == "United States"]
by_year = us.set_index(us["period_start"].dt.year)["hectares"]
labs = load("us_labs_2004")["count"]

WRONG = {
    "05.a": [26.6, 3300, 15.3, 0.27],
    "05.b": [5.9, 33100, 300.9, 0.2],
    "05.c": [0.144, 10.7],
    "05.d": [239, 309, 136, 298],
    "05.e": ["over", "136", "laboratories"],
    "05.f": [2, 92],
    "05.1": [100 * (1 - by_year[2020] / by_year[2017]), -90, -0.474],
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


def practice_a():
    row = poppy.query("low > 0").iloc[0]
    return round(100 * (row["high"] - row["low"]) / 2 / row["hectares"])


def practice_b():
    return round(by_year[2017] / by_year[2013], 1)


def practice_c():
    row = load("poppy_eradication").query("agency == 'GLAC from official data'").iloc[0]
    return round(row["hectares"] / row["fields"], 3)


def practice_d():
    counts = load("mexico_labs").query("agency == 'PGR/CENAPI' and source_id == 'INCSR_2018'")
    return counts["laboratories"].sum()


def practice_e():
    return "destroyed"


def practice_f():
    rng = np.random.default_rng(2017)
    spread = (28_100 - 21_500) / 2 / 24_800
    new = draw_between(30_600 * (1 - spread), 30_600 * (1 + spread), 10_000, rng)
    change = new - draw_between(21_500, 28_100, 10_000, rng)
    return round(100 * (change > 0).mean())
