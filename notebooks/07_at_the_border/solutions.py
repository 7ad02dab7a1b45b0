"""Solutions of lesson 07, as a learner might write them, and wrong answers that must not count."""

from helpers import load

WRONG = {
    "07.1": [80, 0.0385, 25.0, 97],
    "07.2": [0.9, 81, 47.4, 0.448],
    "07.3": [33.9, 25.9, 15.8, 132.9],
    "07.4": [1.8, 12.1, 5.4, 50],
}


def exercise_1() -> float:
    cars = 1_000_000
    carry = cars / 1000
    right, wrong = carry * 0.8, (cars - carry) * 0.02
    return round(100 * right / (right + wrong), 1)


def exercise_2() -> float:
    cars = 100_000_000
    carry = cars / 10_000
    twice_right, twice_wrong = carry * 0.9 * 0.9, (cars - carry) * 0.01 * 0.01
    return round(100 * twice_right / (twice_right + twice_wrong), 1)


def exercise_3() -> float:
    trucks = load("crossings").query("measure == 'trucks'")
    wide = trucks[trucks["year"].isin([1996, 1999])].pivot(
        index="port", columns="year", values=["crossings", "zero_months"]
    )
    counted = wide[(wide["zero_months"] == 0).all(axis="columns")]["crossings"].sum()
    return round(100 * (counted[1999] / counted[1996] - 1), 1)


def exercise_4() -> int:
    return 8
