"""Keys of lesson 07: allotting the inspector's time."""

import math

from helpers.data import load
from helpers.exercises import Keys

KEYS = Keys()


def _a_day(measure: str) -> float:
    rows = load("crossings").query("measure == @measure and year == 2019")
    return float(rows["crossings"].sum()) / 365


@KEYS.add(
    "07.1",
    "Count a million cars: how many ring rightly, how many wrongly?",
    traps={
        "That is how often it rings for those who carry; the question starts from the rings.": lambda: 80,
        "That is a share between 0 and 1; percent is asked for.": lambda: 0.8 / (0.8 + 999 * 0.02),
    },
    rtol=0,
    atol=0.051,
)
def rings_that_are_right() -> float:
    """Positive predictive value in percent at one in 1,000, 0.8 and 0.02."""
    right, wrong = 0.8 / 1000, (1 - 1 / 1000) * 0.02
    return 100 * right / (right + wrong)


@KEYS.add(
    "07.2",
    "The chance to find none in n is (1 - 1/N) to the power n; it must fall to 5 in 100.",
    traps={"That is the number at which one is expected; in more than a third of all trials there is none by then.": lambda: 500},
    atol=2,
    rtol=0,
)
def cars_to_open() -> int:
    """Smallest n with a chance of at least 0.95 at one in 500."""
    return math.ceil(math.log(0.05) / math.log(1 - 1 / 500))


@KEYS.add(
    "07.3",
    "Add up the trucks of all ports in 2019 and divide by the days of the year.",
    traps={"Those are personal vehicles.": lambda: _a_day("personal_vehicles"), "That is a year; a day is asked for.": lambda: _a_day("trucks") * 365},
    rtol=0,
    atol=1,
)
def trucks_a_day() -> float:
    """Trucks a day in 2019."""
    return _a_day("trucks")


@KEYS.add("07.4", "Section 5: one number cannot settle two unknowns. Which of the two is missing here?")
def what_is_needed() -> str:
    """The missing quantity is the chance of finding, at a port and between."""
    return "b"
