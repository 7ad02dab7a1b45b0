"""Keys of lesson 12: checking the books of cooperation."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _share(word: str) -> float:
    table = load("merida_cumulative")
    return float(
        table[table["measure"].str.endswith(word) & table["measure"].str.startswith("share of FY")][
            "value"
        ].item()
    )


def _best() -> pd.Series:
    return (
        load("extraditions")
        .query("direction == 'Mexico to US' and use == 'best'")
        .set_index("year")["persons"]
    )


@KEYS.add(
    "12.1",
    "What is spent had been signed for before: the second share is part of the first.",
    traps={
        "Expended money was obligated first: it is contained, not added.": lambda: (
            _share("obligated") + _share("expended")
        ),
        "That is all that was obligated, spent or not.": lambda: _share("obligated"),
    },
)
def signed_and_not_spent() -> float:
    """Percent obligated but not expended in March 2010."""
    return _share("obligated") - _share("expended")


PAIRS = [(2006, 2007), (2014, 2017), (2009, 2021)]


def _beyond_chance() -> list[tuple[int, int]]:
    best = _best()
    return [(a, b) for a, b in PAIRS if abs(best[a] - best[b]) > 1.96 * (best[a] + best[b]) ** 0.5]


@KEYS.add(
    "12.2",
    "Compare the difference with 1.96 times the root of the sum of the two counts.",
    traps={
        "2006 to 2007 is a rise, but less than 1.96 times the root of the sum.": lambda: [
            (2006, 2007),
            *_beyond_chance(),
        ],
        "Those differ by less than chance allows; the others are asked for.": lambda: [
            pair for pair in PAIRS if pair not in _beyond_chance()
        ],
        "The right pairs: write the earlier year first, as in the question.": lambda: [
            (b, a) for a, b in _beyond_chance()
        ],
    },
)
def pairs_beyond_chance() -> list[tuple[int, int]]:
    """Pairs of years that one constant rate does not explain."""
    return _beyond_chance()


@KEYS.add(
    "12.3",
    "A condition on the year, then count the rows.",
    traps={
        "That counts those of 2000 and later.": lambda: int(
            (load("career_ambassadors")["year_appointed"] >= 2000).sum()
        )
    },
)
def before_2000() -> int:
    """Career Ambassadors appointed before 2000."""
    return int((load("career_ambassadors")["year_appointed"] < 2000).sum())


@KEYS.add(
    "12.4",
    "Read the columns status and scope of the two rows.",
    traps={
        "The column is called fiscal_year: all of them are.": lambda: "b",
        "Sort the two rows by usd_million.": lambda: "c",
    },
)
def what_is_wrong() -> str:
    """Two requests under two scopes."""
    rows = load("drug_control_budget").query("fiscal_year in [2004, 2023]").set_index("fiscal_year")
    premise(
        set(rows["status"]) == {"request"} and rows["scope"].nunique() == len(rows),
        "the totals of 2004 and 2023 must be requests with different scopes.",
    )
    premise(
        rows.loc[2023, "usd_million"] > rows.loc[2004, "usd_million"],
        "the total of 2023 must be the larger one.",
    )
    return "a"
