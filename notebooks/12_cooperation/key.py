"""Keys of lesson 12: checking the books of cooperation."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _totals(measure: str) -> pd.Series:
    """Totals for Mexico since 2008, in billion dollars, by their day."""
    return (
        load("merida_cumulative")
        .query("scope == 'Mexico' and unit == 'USD billion' and measure == @measure")
        .set_index("as_of_date")["value"]
    )


VOTED, DELIVERED = "cumulative appropriated since FY2008", "cumulative delivered since 2008"


@KEYS.add(
    "12.a",
    "Divide what was delivered by what was voted, and multiply by 100.",
    traps={
        "That is the share of the worked example: take the days of 2017.": lambda: (
            100 * _totals(DELIVERED)["2016-11-30"] / _totals(VOTED)["2016-09-30"]
        ),
        "You divided what was voted by what was delivered.": lambda: (
            100 * _totals(VOTED)["2017-06-29"] / _totals(DELIVERED)["2017-03-31"]
        ),
        "That is the share not yet delivered.": lambda: (
            100 - 100 * _totals(DELIVERED)["2017-03-31"] / _totals(VOTED)["2017-06-29"]
        ),
    },
    rtol=0,
    atol=0.51,
)
def share_delivered_2017() -> float:
    """Percent of the money voted by June 2017 that had been delivered by March 2017."""
    return float(100 * _totals(DELIVERED)["2017-03-31"] / _totals(VOTED)["2017-06-29"])


def _printed_rise() -> float:
    return float(1000 * (_totals(VOTED)["2019-03-06"] - _totals(VOTED)["2017-06-29"]))


@KEYS.add(
    "12.b",
    "For the least, take the later total as low and the earlier one as high as rounding allows.",
    traps={
        "That is the printed difference, before the rounding.": _printed_rise,
        "That is the most.": lambda: _printed_rise() + 100,
        "You moved only one of the two totals.": lambda: _printed_rise() - 50,
        "That is in billions: multiply by 1,000.": lambda: (_printed_rise() - 100) / 1000,
    },
    rtol=0,
    atol=0.51,
)
def least_added() -> float:
    """Million dollars surely added from June 2017 to March 2019, each total rounded to 0.1."""
    return _printed_rise() - 100


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
        "Expended money was obligated first, so it is included already: subtract it.": lambda: (
            _share("obligated") + _share("expended")
        ),
        "That is all that was obligated, spent or not.": lambda: _share("obligated"),
    },
)
def signed_and_not_spent() -> float:
    """Percent obligated but not expended in March 2010."""
    return _share("obligated") - _share("expended")


@KEYS.add(
    "12.c",
    "Put the two years into the function `allowed`.",
    traps={
        "That is how far apart they are, or the square root of their sum; how far apart they may "
        "be is 1.96 times that root.": lambda: float((_best()[2018] + _best()[2019]) ** 0.5),
    },
    rtol=0,
    atol=0.51,
)
def allowed_2018_2019() -> float:
    """The most that chance at one rate puts the counts of 2018 and 2019 apart, 95 times in 100."""
    return float(1.96 * (_best()[2018] + _best()[2019]) ** 0.5)


def _abbreviations() -> tuple[set[str], set[str]]:
    """The ministry's list and the news agency's."""
    press = load("agencies_in_mexico").query("police_agency == 'yes'")["abbreviation"]
    return set(load("agencies_named_by_mexico")["abbreviation"]), set(press)


@KEYS.add(
    "12.d",
    "Take all abbreviations in the ministry's list, minus those that only the ministry names.",
    traps={
        "That is both lists together, with the shared ones twice.": lambda: (
            len(_abbreviations()[0]) + len(_abbreviations()[1])
        ),
        "Those are in one list or in the other.": lambda: len(
            _abbreviations()[0] | _abbreviations()[1]
        ),
        "Those are named by the ministry alone.": lambda: len(
            _abbreviations()[0] - _abbreviations()[1]
        ),
        "Those are named by the news agency alone.": lambda: len(
            _abbreviations()[1] - _abbreviations()[0]
        ),
    },
)
def in_both_lists() -> int:
    """Abbreviations that both lists have."""
    return len(_abbreviations()[0] & _abbreviations()[1])


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
        "Those differ by less than chance allows; the question asks for the others.": lambda: [
            pair for pair in PAIRS if pair not in _beyond_chance()
        ],
        "The pairs are right, but write the earlier year first, as in the question.": lambda: [
            (b, a) for a, b in _beyond_chance()
        ],
    },
)
def pairs_beyond_chance() -> list[tuple[int, int]]:
    """Pairs of years that one constant rate does not explain."""
    return _beyond_chance()


@KEYS.add(
    "12.3",
    "Put a condition on the year, then count the rows.",
    traps={
        "That counts those of 2000 and later.": lambda: int(
            (load("career_ambassadors")["year_appointed"] >= 2000).sum()
        ),
        "Those were appointed before 2018.": lambda: int(
            (load("career_ambassadors")["year_appointed"] < 2018).sum()
        ),
    },
)
def before_2000() -> int:
    """Career Ambassadors appointed before 2000."""
    return int((load("career_ambassadors")["year_appointed"] < 2000).sum())


@KEYS.add(
    "12.4",
    "Read the columns status and scope of the two rows.",
    traps={
        "Inflation matters too, but would it make both totals count the same things? Look at "
        "the column scope.": lambda: "a",
        "Look at the column status: are they of different kinds?": lambda: "b",
        "2003 has yet another scope: look at the column of that name.": lambda: "d",
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
    return "c"
