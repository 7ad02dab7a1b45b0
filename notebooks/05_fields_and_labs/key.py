"""Keys of lesson 05: estimating fields and counting laboratories."""

from helpers.catalogue import load
from helpers.exercises import Keys

KEYS = Keys()


def _us(year: int) -> float:
    rows = load("poppy_cultivation").query("estimator == 'United States'")
    return float(rows[rows["period_start"].dt.year == year]["hectares"].item())


@KEYS.add(
    "05.1",
    "Difference divided by the earlier estimate; a fall has a minus sign. Stay with one estimator.",
    traps={
        "It fell: the sign is missing.": lambda: 100 * (1 - _us(2020) / _us(2017)),
        "You divided by the later estimate.": lambda: 100 * (_us(2020) - _us(2017)) / _us(2020),
    },
    rtol=0,
    atol=0.051,
)
def fall_to_2020() -> float:
    """Percent change of the U.S. estimate, 2017 to 2020."""
    return 100 * (_us(2020) / _us(2017) - 1)


@KEYS.add(
    "05.2",
    "Two conditions on the same table: the column withdrawn, and bounds that are not missing.",
)
def withdrawn_and_bounded() -> list[int]:
    """Number of withdrawn estimates and number with bounds."""
    table = load("poppy_cultivation")
    return [int((table["withdrawn"] == "yes").sum()), int(table["low"].notna().sum())]


@KEYS.add(
    "05.3",
    "A factor: the largest count divided by the smallest.",
    traps={
        "That is a difference; a factor is asked for.": lambda: int(
            load("us_labs_2004")["count"].max() - load("us_labs_2004")["count"].min()
        )
    },
    rtol=0,
    atol=0.051,
)
def range_of_2004() -> float:
    """Largest count of 2004 divided by the smallest."""
    return float(load("us_labs_2004")["count"].max() / load("us_labs_2004")["count"].min())


@KEYS.add(
    "05.4",
    "Ask of each sentence: who counted, which word stands in the source, and is it a year or a total?",
)
def which_sentence() -> str:
    """The sentence that the tables bear."""
    rows = load("mexico_labs").query("agency == 'PGR/CENAPI' and full_calendar_year == 'yes'")
    counts = rows.set_index(rows["period_start"].dt.year)["laboratories"]
    return "b" if counts[2017] < counts[2016] else "none"
