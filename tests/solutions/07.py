"""Solutions of lesson 07, as a learner might write them, and wrong answers that must not count."""

from helpers import load

WRONG = {"07.1": [80, 0.0385, 97], "07.2": [500, 1000], "07.3": [199_607, 6_440_255], "07.4": ["a", "c"]}


def exercise_1():
    cars = 1_000_000
    carry = cars / 1000
    right, wrong = carry * 0.8, (cars - carry) * 0.02
    return round(100 * right / (right + wrong), 1)


def exercise_2():
    n, none = 0, 1.0
    while none > 0.05:
        n, none = n + 1, none * (1 - 1 / 500)
    return n


def exercise_3():
    trucks = load("crossings").query("measure == 'trucks'").groupby("year")["crossings"].sum()
    return round(trucks[2019] / 365)


def exercise_4():
    return "b"
