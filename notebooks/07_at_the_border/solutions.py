"""Solutions of lesson 07, as a learner might write them, and wrong answers that must not count."""

from helpers import load

WRONG = {
    "07.1": [80, 25.0, 4.0, 0.0385, 97, 3.9],
    "07.2": [45.0, 0.9, 81, 47.4, 0.448],
    "07.3": [33.9, 25.9, 15.8, 132.9],
    "07.4": [8.1, 1.46, 73, 1, 2.75],
    "07.a": [567715, 14474686, 0, 94_808, 15_000_000],
    "07.b": [0.9, 9.0, 90, 0.083],
    "07.c": ["a", "c"],
    "07.d": [2, 18, 1.7, 3.25],
    "07.e": [8, 3, 0.25],
    "07.f": [[0.93, 0.92], [0.0009, 0.0009], [1085, 1074]],
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


def exercise_4() -> float:
    border = load("border_seizures_monthly").query("fiscal_year <= 2025")
    found = border.groupby("component")["events"].sum()
    return round(found["ofo_ports_of_entry"] / found["usbp_between_ports"], 1)


def practice_a() -> float:
    cars = load("crossings").query("measure == 'personal_vehicles'")
    return cars.query("port == 'San Ysidro' and year == 1997")["crossings"].iloc[0]


def practice_b() -> float:
    carry = 1_000_000 / 1_000
    right, wrong = carry * 0.9, (1_000_000 - carry) * 0.01
    return round(100 * right / (right + wrong), 1)


def practice_c() -> str:
    return "b"


def practice_d() -> float:
    # finds at 100 hours with the better detector, and with the present one
    return round(17.96 / 5.353, 1)


def practice_e() -> int:
    return 24


def practice_f() -> list[float]:
    return [round(1_000 * 101 / 109_632, 2), round(1_000 * 235 / 252_368, 2)]
