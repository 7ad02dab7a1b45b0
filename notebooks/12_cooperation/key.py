"""Keys of lesson 12: checking the books of cooperation."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys

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


@KEYS.add("12.2", "Compare the difference with 1.96 times the root of the sum of the two counts.")
def pairs_beyond_chance() -> list[tuple[int, int]]:
    """Pairs of years that one constant rate does not explain."""
    best = _best()
    pairs = [(2006, 2007), (2014, 2017), (2009, 2021)]
    return [(a, b) for a, b in pairs if abs(best[a] - best[b]) > 1.96 * (best[a] + best[b]) ** 0.5]


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


@KEYS.add("12.4", "Read the columns status and scope of the two rows.")
def what_is_wrong() -> str:
    """Two requests under two scopes."""
    rows = load("drug_control_budget").query("fiscal_year in [2004, 2023]")
    return "a" if set(rows["status"]) == {"request"} and rows["scope"].nunique() == 2 else "b"
