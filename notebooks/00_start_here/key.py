"""Keys of lesson 00: the eight moves on one small table."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys

KEYS = Keys()
SYNTHETIC = "synthetic opioids other than methadone"


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


@KEYS.add(
    "00.1",
    "len() of a table is its number of rows.",
    traps={
        "Those are the rows of the small table; the rows of the large one are asked for.": lambda: (
            len(six())
        )
    },
)
def rows() -> int:
    """Rows of the whole table."""
    return len(load("us_overdose_deaths"))


@KEYS.add(
    "00.2",
    "Take the column deaths, its largest value and its smallest, and subtract.",
    traps={"That is the largest value alone.": lambda: int(six()["deaths"].max())},
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
    "Sort by two columns, give their names as a list, and count the rows from the top, not by the "
    "index.",
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
    "Deaths of the year divided by the days of that year; a leap year has one more.",
    traps={"That is the other year: take 2016.": lambda: value("heroin", 2010) / 365},
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
    "A rate is the column rate_per_100k; filter the joined table to one row.",
    traps={"That is a number of deaths; a rate is asked for.": lambda: value("heroin", 2016)},
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
        "That is how the table spells it; the figure has a shorter name below the bars.": lambda: (
            SYNTHETIC
        )
    },
)
def widest_gap() -> str:
    """Drug class, named as in the figure, whose deaths differ most between the two years."""
    wide = six().pivot(index="drug", columns="year", values="deaths")
    return (wide[2016] - wide[2010]).idxmax().replace(" other than methadone", "")


@KEYS.add(
    "00.9",
    "A factor is the later value divided by the earlier one.",
    traps={
        "You divided the earlier value by the later one.": lambda: (
            value(SYNTHETIC, 2010) / value(SYNTHETIC, 2016)
        )
    },
    rtol=0,
    atol=0.051,
)
def factor() -> float:
    """Growth factor of deaths involving synthetic opioids, 2010 to 2016."""
    return value(SYNTHETIC, 2016) / value(SYNTHETIC, 2010)
