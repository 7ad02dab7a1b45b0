"""Solutions of lesson 06, as a learner might write them, and wrong answers that must not count."""

from helpers import load

border = load("border_seizures_monthly")
ports = border[border["component"] == "ofo_ports_of_entry"]

WRONG = {
    "06.1": [
        border.query("drug == 'cocaine' and fiscal_year == 2024")["seized_lb"].sum(),
        ports.query("drug == 'cocaine' and fiscal_year == 2024")["seized_kg"].sum(),
    ],
    "06.2": [0.82, 89.0],
    "06.3": ["2023-04", "2023"],
    "06.4": ["a", "b"],
}


def exercise_1() -> int:
    return round(border.query("drug == 'cocaine' and fiscal_year == 2024")["seized_kg"].sum())


def exercise_2() -> float:
    year = border.query("drug == 'cocaine' and fiscal_year == 2023").pivot_table(
        index="drug", columns="component", values="seized_kg", aggfunc="sum"
    )
    return round((100 * year["ofo_ports_of_entry"] / year.sum(axis="columns")).item(), 1)


def exercise_3() -> str:
    sums = (
        border.pivot_table(index="month", columns="drug", values="seized_kg", aggfunc="sum")
        .rolling(12)
        .sum()
    )
    return sums["fentanyl"].idxmax().strftime("%Y-%m")


def exercise_4() -> str:
    return "C"
