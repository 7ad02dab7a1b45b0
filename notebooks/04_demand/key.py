"""Keys of lesson 04: demand."""

from helpers.catalogue import load
from helpers.exercises import Keys, premise
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
    "questions that stayed comparable for that drug.",
    traps={
        "The direction is right in each, but two of them cross a break of 2002 or of "
        "2015.": lambda: list(_SENTENCES),
        "The questionnaire of 2015 is a break for misuse of pain relievers, not for marijuana "
        "and cocaine.": lambda: ["d", "e"],
        "Marijuana and cocaine can be read, too: their questions stayed comparable.": lambda: ["d"],
        "The new name of 2015 is a break, but both years of one sentence on pain relievers are "
        "after it.": lambda: ["b", "e"],
        "One sentence compares two different questions on pain relievers: look at the two names in "
        "the table.": lambda: ["b", "c", "d", "e"],
        "One sentence crosses 2002, when a new survey began.": lambda: ["a", "b", "d", "e"],
    },
)
def sentences_within_a_piece() -> list[str]:
    """Letters of the sentences that are true and cross no break."""
    return [
        letter
        for letter, (change, rises) in _SENTENCES.items()
        if change() is not None and (change() > 0) == rises
    ]


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
    "Weight each state's rate by its population of that year.",
    traps={
        "That is the plain mean of the states: every person has to count the same.": lambda: float(
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
    """Deaths involving opioids per person of 2019 with 2012 = 100."""
    return 100 * _per_person(2019) / _per_person(2012)


def _awards(until: str):
    table = load("opioid_funding_statements")
    return table[(table["kind"] == "grant award") & (table["date"] <= until)]


@KEYS.add(
    "04.4",
    "Filter by kind and by date, then follow a caution on the card: some rows are parts of others.",
    traps={
        "That counts money twice: a row is part of the row above.": lambda: float(
            _awards("2018-12-31")["amount_usd_million"].sum()
        ),
        "Those are the awards up to the day of the speech; go on to the end of 2018.": lambda: (
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


@KEYS.add(
    "04.a",
    "The card names two changes of method: one inside the earlier table, and one between the two "
    "tables.",
    traps={
        "That counts tables. The card names a change inside the earlier one, too.": lambda: 2,
        "Those are the years of the cuts; count the pieces between them.": lambda: [1999, 2002],
    },
)
def pieces() -> int:
    """Pieces of the marijuana series: interview modes of the earlier table and the pairs."""
    return int(load("nhsda_use")["interview_mode"].nunique()) + 1


def _past_month() -> set[int]:
    rows = load("nsduh_points").query(
        "drug == 'prescription pain reliever misuse' and recency == 'past month'"
    )
    premise(rows["series"].nunique() == 1, "both rows must be of one questionnaire")
    return {int(year) for year in rows["year"]}


@KEYS.add(
    "04.b",
    "Look for two rows with the same name, the same recency and the same questionnaire.",
    traps={
        "The name and the questionnaire changed between these two.": lambda: {2013, 2016},
        "The row of 2019 has another name: it counts heroin, too.": lambda: {2017, 2019},
        "The row of 2019 has another name: it counts heroin, too. Two years are left.": lambda: {
            2016,
            2017,
            2019,
        },
        "Those rows are about the past year; take the past month.": lambda: {2015, 2019},
    },
)
def comparable_years() -> set[int]:
    """Years with past-month misuse of pain relievers under one name and one questionnaire."""
    return _past_month()


def _misuse(recency: str) -> tuple[float, float]:
    """Change of misuse between its first and last year, and the error of 2019, in millions."""
    drug = "drug == 'prescription pain reliever misuse' and recency == @recency"
    users = load("nsduh_points").query(drug).set_index("year")["users_millions"].sort_index()
    error = load("nsduh_standard_errors").query(drug + " and year == 2019")
    return (
        float(users.iloc[-1] - users.iloc[0]),
        float(error["standard_error_thousands"].item()) / 1_000,
    )


def _in_errors(recency: str) -> float:
    change, error = _misuse(recency)
    return change / (error * 2**0.5)


@KEYS.add(
    "04.c",
    "The same steps as for the past month: the value of 2019 minus the value of 2015, divided by "
    "the error of the difference.",
    traps={
        "You divided by the error of one year; a difference has a larger one.": lambda: (
            _misuse("past year")[0] / _misuse("past year")[1]
        ),
        "The size is right. Misuse fell, so the change has a minus sign.": lambda: (
            -_in_errors("past year")
        ),
        "That is the past month; change both the values and the error.": lambda: _in_errors(
            "past month"
        ),
        "The values are those of the past year, the error is still that of the past "
        "month.": lambda: _misuse("past year")[0] / (_misuse("past month")[1] * 2**0.5),
    },
    rtol=0,
    atol=0.06,
)
def past_year_in_errors() -> float:
    """Past-year change from 2015 to 2019 in its own errors."""
    return _in_errors("past year")


@KEYS.add(
    "04.d",
    "Multiply each rate by its state's population, add up, and divide by the total population.",
    traps={
        "That is the plain mean of the states: every person has to count the same.": lambda: float(
            _prescribing(2012)["opioid_prescriptions_per_100_persons"].mean()
        ),
        "That divides by the number of states; divide by the number of people.": lambda: float(
            (
                _prescribing(2012)["opioid_prescriptions_per_100_persons"]
                * _prescribing(2012)["population"]
            ).mean()
        ),
    },
    rtol=0,
    atol=0.051,
)
def national_rate_of_2012() -> float:
    """Population-weighted mean of the state rates of 2012."""
    rows = _prescribing(2012)
    return weighted_mean(rows["opioid_prescriptions_per_100_persons"], rows["population"])


def _dispensed(year: int, base: int) -> float:
    rates = load("opioid_dispensing_us").set_index("year")["per_100_from_states"]
    return float(100 * rates[year] / rates[base])


@KEYS.add(
    "04.e",
    "The value of 2016 divided by the value of the base year 2012, times 100.",
    traps={
        "That has 2006 as its base.": lambda: _dispensed(2016, 2006),
        "That has 2010 as its base; take 2012.": lambda: _dispensed(2016, 2010),
        "That has 2011 as its base; take 2012.": lambda: _dispensed(2016, 2011),
        "You swapped the two years: divide by the base year.": lambda: _dispensed(2012, 2016),
    },
    rtol=0,
    atol=0.051,
)
def prescriptions_indexed() -> float:
    """Prescriptions per person of 2016 with 2012 = 100."""
    return _dispensed(2016, 2012)


def _with_synthetic(year: int, of: str = "any opioid") -> float:
    deaths = load("us_overdose_deaths").query("co_involvement == 'all' and year == @year")
    counts = deaths.set_index("drug")["deaths"]
    return float(100 * counts["synthetic opioids other than methadone"] / counts[of])


@KEYS.add(
    "04.f",
    "Take another year from the series `share`.",
    traps={
        "That is the percentage of 2012.": lambda: _with_synthetic(2012),
        "You divided by all overdose deaths; divide by those involving any opioid.": lambda: (
            _with_synthetic(2018, "all drugs")
        ),
    },
    rtol=0,
    atol=0.51,
)
def share_with_synthetic_opioids() -> float:
    """Percent of deaths involving opioids in 2018 that involve synthetic opioids."""
    return _with_synthetic(2018)


def _law() -> float:
    money = load("opioid_funding_statements")
    one_year = money.query("date == '2017-03-29'")
    note = str(one_year["note"].item())
    premise(note.count("500 million") + note.count("and 500 million") >= 2, "the note names years")
    return 2 * float(one_year["amount_usd_million"].item())


@KEYS.add(
    "04.g",
    "The note names one sum for each of two fiscal years.",
    traps={
        "That is one of the two years.": lambda: _law() / 2,
        "Those are the awards of the first year; the law provides a little more.": lambda: _sum(
            "item == 'STR first year awarded'"
        ),
    },
)
def law_of_december_2016() -> float:
    """Million dollars that the law of December 2016 provides in its two years."""
    return _law()


def _sum(rows: str) -> float:
    return float(load("opioid_funding_statements").query(rows)["amount_usd_million"].sum())


@KEYS.add(
    "04.h",
    "Look up the sums of each rule, on the day and now. A billion is not more than a billion.",
    traps={
        "The law alone is exactly a billion, which is not more. But this rule has a second sum: "
        "the law and the budget.": lambda: "b",
        "The awards are below a billion. But officials said more than a billion, and the list "
        "comes to more.": lambda: "c",
        "What was asked for counts in that rule, and the request is above a billion.": lambda: "d",
    },
)
def rule_without_a_billion() -> str:
    """The rule under which no sum is above a billion."""
    money = load("opioid_funding_statements")
    awards = _sum("item == 'STR first year awarded' or item == 'STR second year awarded'")
    budget = _sum("kind == 'appropriation as counted by HHS'")
    stated = money.query("date == '2017-10-26' and kind == 'statement of officials'")
    premise(awards <= 1_000, "the two yearly grants must not be above a billion")
    premise(_law() <= 1_000 < _law() + budget, "law and budget must be above, the law alone not")
    premise(stated["amount_qualifier"].item() == "more than", "officials said more than a billion")
    premise(_sum("kind == 'request'") > 1_000, "the request must be above a billion")
    return "a"
