"""Keys of lesson 05: estimating fields and counting laboratories."""

from helpers.catalogue import load
from helpers.exercises import Keys, premise

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
    "Two conditions on the same table: the column withdrawn, and a low and a high that are not "
    "missing.",
    traps={
        "The United States withdrew its estimates for four years, but the table has no figure "
        "for one of them: count its rows.": lambda: [
            4,
            _withdrawn_and_ranged()[1],
        ],
        "The order is the other way round: first withdrawn, then with a range.": lambda: (
            _withdrawn_and_ranged()[::-1]
        ),
    },
)
def withdrawn_and_bounded() -> list[int]:
    """Number of withdrawn estimates and number with a printed range."""
    return _withdrawn_and_ranged()


def _withdrawn_and_ranged() -> list[int]:
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
    "Ask of each sentence: who counted, which word stands in the source, and is it a year or a "
    "total?",
    traps={
        "Which agency counted in both years? One agency is not all forces.": lambda: "a",
        "Look at the first day of each of the two periods: they are totals, not years.": lambda: (
            "c"
        ),
    },
)
def which_sentence() -> str:
    """The sentence that the tables support."""
    rows = load("mexico_labs").query("agency == 'PGR/CENAPI' and full_calendar_year == 'yes'")
    counts = rows.set_index(rows["period_start"].dt.year)["laboratories"]
    premise(counts[2017] < counts[2016], "CENAPI's count of 2017 must be below that of 2016.")
    totals = load("mexico_labs").query("laboratories == 113 or laboratories == 2592")
    premise(
        len(totals) == 2 and totals["period_start"].nunique() == 1,
        "113 and 2,592 must be totals from one day.",
    )
    return "b"
