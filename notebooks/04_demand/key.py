"""Keys of lesson 04: witnesses on demand."""

from helpers.catalogue import load
from helpers.exercises import Keys
from helpers.statistics.rates import weighted_mean

KEYS = Keys()


def _change(table, year: str, value: str, first: int, last: int, rows: str = "") -> float | None:
    """Change of a value within one survey and one questionnaire; None where the two years stand on
    both sides of a break.
    """
    frame = load(table).query(rows) if rows else load(table)
    found = frame[frame[year].isin([first, last])].sort_values(year)
    series = {"nsduh_points": ["series", "drug"], "nhsda_use": ["interview_mode"]}.get(table, [])
    if len(found) < 2 or (series and len(found[series].drop_duplicates()) > 1):
        return None
    return float(found[value].iloc[1] - found[value].iloc[0])


def _opioid_deaths(year: int) -> int:
    table = load("us_overdose_deaths").query("drug == 'any opioid'").set_index("year")["deaths"]
    return int(table[year])


def _per_person(year: int) -> float:
    people = load("us_state_population").query("state == 'United States' and year == @year")
    return _opioid_deaths(year) / float(people["population"].item())


def _prescribing(year: int):
    merged = load("opioid_dispensing_state").merge(
        load("us_state_population"), on=["state", "year"]
    )
    return merged[merged["year"] == year].set_index("state")


@KEYS.add(
    "04.1",
    "A sentence may be read if both its years are in one piece: one survey, one name, and "
    "questions that stayed comparable for that drug. Give the letters in order as one text, "
    "without commas.",
    traps={
        "The direction is right in each, but two of them cross a break of 2002 or of "
        "2015.": lambda: "".join(_SENTENCES),
        "The questionnaire of 2015 is a break for misuse of pain relievers, not for marijuana "
        "and cocaine.": lambda: "de",
        "Marijuana and cocaine can be read, too: their questions stayed comparable.": lambda: "d",
        "The new name of 2015 is a break, but both years of one sentence on pain relievers lie "
        "after it.": lambda: "be",
    },
)
def sentences_within_a_piece() -> str:
    """Letters of the sentences that are true and cross no break."""
    return "".join(
        letter
        for letter, (change, rises) in _SENTENCES.items()
        if change() is not None and (change() > 0) == rises
    )


_SENTENCES = {
    "a": (
        lambda: _change("nhsda_use", "year", "marijuana_past_month_pct_12plus", 2001, 2002),
        True,
    ),
    "b": (
        lambda: _change("nsduh_pairs", "first_year", "marijuana_past_month_pct", 2008, 2018),
        True,
    ),
    "c": (
        lambda: _change(
            "nsduh_points",
            "year",
            "users_millions",
            2013,
            2016,
            "drug.str.contains('pain reliever') and recency == 'past month'",
        ),
        False,
    ),
    "d": (
        lambda: _change(
            "nsduh_points",
            "year",
            "users_millions",
            2015,
            2019,
            "drug == 'prescription pain reliever misuse' and recency == 'past year'",
        ),
        False,
    ),
    "e": (lambda: _change("nsduh_pairs", "first_year", "cocaine_past_year_pct", 2002, 2010), False),
}


@KEYS.add(
    "04.2",
    "Weight each state's rate by its people of that year.",
    traps={
        "That is the plain mean over states: people have to count alike.": lambda: float(
            _prescribing(2006)["opioid_prescriptions_per_100_persons"].mean()
        )
    },
    rtol=0,
    atol=0.051,
)
def national_rate_of_2006() -> float:
    """Population-weighted mean of the state rates of 2006."""
    rows = _prescribing(2006)
    return weighted_mean(rows["opioid_prescriptions_per_100_persons"], rows["population"])


@KEYS.add(
    "04.3",
    "An index divides by the base year's value and multiplies by 100; the base year is 2012 "
    "here, and the values are deaths per person.",
    traps={
        "That is the index with base 2006.": lambda: 100 * _per_person(2019) / _per_person(2006),
        "That is the index of the number of deaths: divide by the people of each year "
        "first.": lambda: 100 * _opioid_deaths(2019) / _opioid_deaths(2012),
    },
    rtol=0,
    atol=0.051,
)
def opioid_deaths_indexed() -> float:
    """Opioid deaths per person of 2019 with 2012 = 100."""
    return 100 * _per_person(2019) / _per_person(2012)


def _awards(until: str):
    table = load("opioid_funding_statements")
    return table[(table["kind"] == "grant award") & (table["date"] <= until)]


@KEYS.add(
    "04.4",
    "Two conditions, the kind and the date, and then a caution of the card: not every row may be "
    "added to every other.",
    traps={
        "A row that is part of the row above is counted twice there.": lambda: float(
            _awards("2018-12-31")["amount_usd_million"].sum()
        ),
        "That is what had been awarded by the day itself; a year later is asked for.": lambda: (
            float(_awards("2017-12-14")["amount_usd_million"].sum())
        ),
        "Awards went on after April 2018.": lambda: float(
            _awards("2018-04-30")["amount_usd_million"].sum()
        ),
    },
)
def awarded_by_the_end_of_2018() -> float:
    """Million dollars awarded by the end of 2018, parts not added to their wholes."""
    return float(
        _awards("2018-12-31").query("part_of_row_above == 'no'")["amount_usd_million"].sum()
    )
