"""Keys of lesson 00: twelve moves, most of them on one small table."""

import numpy as np
import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys

KEYS = Keys()
SYNTHETIC = "synthetic opioids other than methadone"
DRUGS = [SYNTHETIC, "heroin", "cocaine"]


def six() -> pd.DataFrame:
    """The six rows of the lesson: three drug classes in 2010 and 2016."""
    return load("us_overdose_deaths").query(
        "drug in ['heroin', 'cocaine', @SYNTHETIC] and year in [2010, 2016] and co_involvement == "
        "'all'",
        local_dict={"SYNTHETIC": SYNTHETIC},
    )[["year", "drug", "deaths"]]


def value(drug: str, year: int) -> int:
    """Deaths in one of the six rows."""
    return int(six().set_index(["drug", "year"])["deaths"][drug, year])


def in_2016() -> pd.Series:
    """Deaths of 2016 by drug."""
    return six().query("year == 2016").set_index("drug")["deaths"]


def growth() -> pd.Series:
    """Deaths of 2016 less those of 2010, by drug."""
    wide = six().pivot(index="drug", columns="year", values="deaths")
    return wide[2016] - wide[2010]


def stated(claim: str) -> float:
    """The value that a claim states."""
    return float(load("claims").set_index("claim")["stated_value"][claim])


@KEYS.add(
    "00.1",
    "len() of a table is its number of rows.",
    traps={
        "You counted the rows of the small table; count those of the large one.": lambda: len(six())
    },
)
def rows() -> int:
    """Rows of the whole table."""
    return len(load("us_overdose_deaths"))


@KEYS.add(
    "00.2",
    "Subtract the smallest value of the column deaths from the largest.",
    traps={
        "That is only the largest value; subtract the smallest.": lambda: int(six()["deaths"].max())
    },
)
def span() -> int:
    """Largest minus smallest number of deaths in the six rows."""
    return int(six()["deaths"].max() - six()["deaths"].min())


@KEYS.add(
    "00.3",
    "Filter with query, then count the rows that are left.",
    traps={
        "Those are the rows with 4,000 deaths or more.": lambda: int(
            (six()["deaths"] >= 4000).sum()
        )
    },
)
def below_four_thousand() -> int:
    """Rows with fewer than 4,000 deaths."""
    return int((six()["deaths"] < 4000).sum())


@KEYS.add(
    "00.4",
    "Sort by two columns, with their names in a list. Count the rows from the top and do not go "
    "by the index.",
    traps={
        "That row is fourth when the table is sorted by deaths alone.": lambda: int(
            six().sort_values("deaths")["deaths"].iloc[3]
        ),
        "That row is fourth in the unsorted table: sort it first, and do not go by the "
        "index.": lambda: int(six()["deaths"].iloc[3]),
    },
)
def fourth_when_sorted() -> int:
    """Deaths in the fourth row, sorted by drug and deaths."""
    return int(six().sort_values(["drug", "deaths"])["deaths"].iloc[3])


@KEYS.add(
    "00.5",
    "Divide the deaths of the year by the days of that year; a leap year has one day more.",
    traps={
        "That is the other year: take 2016.": lambda: value("heroin", 2010) / 365,
        "You divided by 365 days: 2016 had one day more.": lambda: value("heroin", 2016) / 365,
    },
    rtol=0,
    atol=0.051,
)
def heroin_a_day() -> float:
    """Deaths a day involving heroin in 2016."""
    return value("heroin", 2016) / 366


@KEYS.add(
    "00.6",
    "Group by drug, take the column deaths, and then its smallest value.",
    traps={"That is the larger of the two years.": lambda: six().groupby("drug")["deaths"].max()},
)
def smaller_year() -> pd.Series:
    """The smaller of the two years, by drug."""
    return six().groupby("drug")["deaths"].min()


@KEYS.add(
    "00.7",
    "The rate is in the column rate_per_100k; filter the joined table to one row.",
    traps={"That is a number of deaths; give the rate.": lambda: value("heroin", 2016)},
)
def heroin_rate() -> float:
    """Age-adjusted rate for heroin in 2016."""
    return float(
        load("us_overdose_rates").set_index(["drug", "year"])["rate_per_100k"]["heroin", 2016]
    )


@KEYS.add(
    "00.8",
    "Compare the heights of the two bars of each pair, not the height of one bar.",
    traps={
        "There the two bars differ most; the question is where they differ least.": lambda: (
            growth().idxmax().replace(" other than methadone", "")
        ),
    },
)
def narrowest_gap() -> str:
    """Drug class, named as in the figure, whose deaths differ least between the two years."""
    return growth().idxmin().replace(" other than methadone", "")


@KEYS.add(
    "00.9",
    "Divide the later value by the earlier one.",
    traps={
        "You divided the earlier value by the later one.": lambda: (
            value("heroin", 2010) / value("heroin", 2016)
        ),
        "That is the factor for synthetic opioids; take heroin.": lambda: (
            value(SYNTHETIC, 2016) / value(SYNTHETIC, 2010)
        ),
        "You subtracted 1, so that is only the growth; divide the two years.": lambda: (
            value("heroin", 2016) / value("heroin", 2010) - 1
        ),
        "That is the difference; divide instead of subtracting.": lambda: int(growth()["heroin"]),
    },
    rtol=0,
    atol=0.051,
)
def factor() -> float:
    """Deaths involving heroin in 2016, in deaths of 2010."""
    return value("heroin", 2016) / value("heroin", 2010)


@KEYS.add(
    "00.a",
    'Run claims.show("meth-26t") and read the line States.',
    traps={
        "That is in metric tons; the card has kilograms.": lambda: stated("meth-26t") / 1000,
        "That is the number for cocaine; take methamphetamine.": lambda: stated("cocaine-13t"),
    },
)
def kilograms_stated() -> float:
    """Kilograms that the text states for methamphetamine."""
    return stated("meth-26t")


@KEYS.add(
    "00.b",
    "idxmax() gives the label of the largest value; its counterpart gives that of the smallest.",
    traps={
        "That is the smallest value; give its label.": lambda: int(in_2016().min()),
        "That is the label of the largest value.": lambda: in_2016().idxmax(),
    },
)
def label_of_the_smallest() -> str:
    """The drug with the fewest deaths in 2016."""
    return str(in_2016().idxmin())


@KEYS.add(
    "00.c",
    'Take wide.loc["heroin", 2016] and subtract the same for 2010.',
    traps={
        "You subtracted the later year from the earlier one.": lambda: -int(growth()["heroin"]),
        "That is another drug: take the row of heroin.": lambda: int(growth()["cocaine"]),
    },
)
def more_with_heroin() -> int:
    """Deaths involving heroin in 2016 less those in 2010."""
    return int(growth()["heroin"])


@KEYS.add(
    "00.d",
    "Between the brackets: len(name), then the loop over drugs.",
    traps={"Those are the names; give their lengths.": lambda: list(DRUGS)},
)
def lengths() -> list[int]:
    """The lengths of the three names, in their order."""
    return [len(name) for name in DRUGS]


@KEYS.add(
    "00.e",
    "Compare 58 with the two values that the cell printed last.",
)
def outside_of_chance() -> str:
    """Whether 58 heads of 100 are outside of the middle 95 percent of the draws."""
    heads = pd.Series(np.random.default_rng(2017).binomial(100, 0.5, size=1000))
    return "no" if heads.quantile(0.025) <= 58 <= heads.quantile(0.975) else "yes"
