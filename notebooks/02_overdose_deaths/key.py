"""Keys of lesson 02: counting overdose deaths."""

from helpers.catalogue import load
from helpers.exercises import Keys

KEYS = Keys()
SYNTHETIC = "synthetic opioids other than methadone"


def _deaths(year: int, drug: str, co_involvement: str = "all") -> int:
    table = load("us_overdose_deaths").set_index(["year", "drug", "co_involvement"])["deaths"]
    return int(table[year, drug, co_involvement])


def _published(count: str, known_on: str) -> int:
    """A figure for all drugs in 2016, by its kind and the day by which it was public."""
    table = load("overdose_count_revisions")
    row = table[
        (table["period_end"] == "2016-12-31")
        & (table["known_on"] == known_on)
        & (table["drug"] == "all drugs")
    ]
    return int(row.set_index("count")["deaths"][count])


def _snapshot(count: str) -> int:
    return _published(count, "2019-04-30")


def _definition() -> int:
    return _published("reported", "2025-09-17") - _published("final", "2017-12-21")


def _revision() -> int:
    return _published("reported", "2017-12-16") - _published("reported", "2025-09-17")


def _in_the_country(year: int) -> int:
    """Latest reported deaths in the country in one year."""
    table = load("us_overdose_provisional").query("drug == 'all drugs'")
    return int(table.set_index("period_end")["reported_deaths_12mo"][f"{year}-12-31"])


def _half(word: str) -> list[int]:
    """Deaths of 2016 with heroin and with prescription opioids, with or without a synthetic one."""
    drugs = ("heroin", "prescription opioids")
    return [_deaths(2016, drug, f"{word} {SYNTHETIC}") for drug in drugs]


def _union(year: int, one: str, other: str) -> list[int]:
    """Least and most deaths with one class or the other, from the split by synthetic opioids."""
    halves = [
        max(_deaths(year, one, half), _deaths(year, other, half))
        for half in (f"with {SYNTHETIC}", f"without {SYNTHETIC}")
    ]
    return [sum(halves), _deaths(year, one) + _deaths(year, other)]


def _four_splits(year: int, one: str, other: str) -> int:
    """What the lesson's query gives where a class is split by any opioid too."""
    rows = load("us_overdose_deaths").query(
        "year == @year and drug in [@one, @other] and co_involvement != 'all'"
    )
    wide = rows.pivot(index="co_involvement", columns="drug", values="deaths")
    return int(wide.max(axis="columns").sum())


@KEYS.add(
    "02.a",
    "Take the total of 2015 from the total of 2016: total[2016] - total[2015].",
    traps={
        "The size is right. More deaths in the later year is a positive number.": lambda: (
            _deaths(2015, "all drugs") - _deaths(2016, "all drugs")
        ),
        "That is the step from 2016 to 2017; the question asks for the one before.": lambda: (
            _deaths(2017, "all drugs") - _deaths(2016, "all drugs")
        ),
        "That is the rise in percent; the question asks for a number of deaths.": lambda: round(
            100 * (_deaths(2016, "all drugs") / _deaths(2015, "all drugs") - 1), 1
        ),
    },
)
def more_in_2016() -> int:
    """Deaths of residents in 2016 minus those in 2015."""
    return _deaths(2016, "all drugs") - _deaths(2015, "all drugs")


@KEYS.add(
    "02.b",
    "Only the definition may differ: compare two figures that are equally late, one of deaths in "
    "the country and one of residents.",
    traps={
        "That is both steps together: revision and definition.": lambda: (
            _revision() + _definition()
        ),
        "That is the revision: the definition did not change between these two.": _revision,
        "The size is right. The number of deaths removed is positive.": lambda: -_definition(),
    },
)
def definition_step() -> int:
    """Latest count of deaths in the country minus the final count of residents."""
    return _definition()


@KEYS.add(
    "02.c",
    "The second condition of the query names the drug: drug == 'cocaine'.",
    traps={
        "That is the year 2016; the question asks for 2019.": lambda: _deaths(2016, "cocaine"),
        "Those are deaths with psychostimulants, another class of the table.": lambda: _deaths(
            2019, "psychostimulants with abuse potential"
        ),
    },
)
def cocaine_2019() -> int:
    """Deaths of residents in 2019 that involved cocaine."""
    return _deaths(2019, "cocaine")


@KEYS.add(
    "02.d",
    "Within one half, the two classes together have at least as many deaths as the larger of them.",
    traps={
        "That is the sum of the two classes: the most this half can have, not the least.": lambda: (
            sum(_half("without"))
        ),
        "That is the smaller class. The larger one alone is already more.": lambda: min(
            _half("without")
        ),
        "That is the other half, with a synthetic opioid.": lambda: max(_half("with")),
        "That is the least for both halves together; the question asks for one half.": lambda: (
            max(_half("with")) + max(_half("without"))
        ),
    },
)
def least_without_synthetic() -> int:
    """Least deaths with heroin or a prescription opioid and no synthetic opioid, 2016."""
    return max(_half("without"))


@KEYS.add(
    "02.1",
    "A rise in percent is the difference divided by the earlier value.",
    traps={
        "You divided by the later value: a rise is measured from where it began.": lambda: (
            100
            * (_deaths(2016, "all drugs") - _deaths(2015, "all drugs"))
            / _deaths(2016, "all drugs")
        ),
        "That is the rise as a share; the question asks for percent.": lambda: (
            _deaths(2016, "all drugs") / _deaths(2015, "all drugs") - 1
        ),
        "You took deaths in the country; the question asks for the final counts of residents, in "
        "`total`.": lambda: 100 * (_in_the_country(2016) / _in_the_country(2015) - 1),
    },
    rtol=0,
    atol=0.051,
)
def rise_2015_to_2016() -> float:
    """Percent rise of all overdose deaths of residents, 2015 to 2016."""
    return 100 * (_deaths(2016, "all drugs") / _deaths(2015, "all drugs") - 1)


@KEYS.add(
    "02.2",
    "Take both figures from the same snapshot: compare only figures of the same date.",
    traps={
        "You compared the prediction with the final count of residents: that mixes two "
        "definitions.": lambda: 100 * (_snapshot("predicted") / _deaths(2016, "all drugs") - 1),
        "You divided by the predicted figure: the question asks how far it is above the reported "
        "one.": lambda: 100 * (1 - _snapshot("reported") / _snapshot("predicted")),
        "That is a number of deaths; the question asks for percent.": lambda: (
            _snapshot("predicted") - _snapshot("reported")
        ),
        "That is the predicted figure in percent of the reported one. The question asks only for "
        "the part above 100.": lambda: 100 * _snapshot("predicted") / _snapshot("reported"),
    },
    rtol=0,
    atol=0.051,
)
def prediction_above_report() -> float:
    """Percent by which the predicted figure of April 2019 lies above the reported one."""
    return 100 * (_snapshot("predicted") / _snapshot("reported") - 1)


@KEYS.add(
    "02.3",
    "The most is the sum, if the groups do not overlap. For the least, split both groups by "
    "synthetic opioids, take the larger group in each half, and add.",
    traps={
        "For 2019 the table has four splits. Keep two rows: with and without synthetic "
        "opioids.": lambda: [
            _four_splits(2019, "cocaine", "psychostimulants with abuse potential"),
            _union(2019, "cocaine", "psychostimulants with abuse potential")[1],
        ],
        "You used four rows, which count each death twice. Take only the two with and without "
        "synthetic opioids.": lambda: [
            _four_splits(2019, "cocaine", "psychostimulants with abuse potential"),
            2 * _union(2019, "cocaine", "psychostimulants with abuse potential")[1],
        ],
        "The most is right. The least can be raised: split both classes by synthetic opioids "
        "first.": lambda: [
            max(_deaths(2019, "cocaine"), _deaths(2019, "psychostimulants with abuse potential")),
            _deaths(2019, "cocaine") + _deaths(2019, "psychostimulants with abuse potential"),
        ],
    },
)
def cocaine_or_psychostimulants() -> list[int]:
    """Least and most deaths of 2019 with cocaine or psychostimulants."""
    return _union(2019, "cocaine", "psychostimulants with abuse potential")


@KEYS.add(
    "02.4",
    "To hold for every possible overlap, the figure must be above the most that the two can "
    "have together.",
    traps={
        "In that year it holds for each, but the two together may be more.": lambda: 2016,
        "Being above the least is not enough: in that year the two together can be more.": (
            lambda: next(
                year
                for year in range(2017, 2020)
                if _deaths(year, SYNTHETIC) > _union(year, "heroin", "prescription opioids")[0]
            )
        ),
    },
)
def first_year_in_both_readings() -> int:
    """First year in which synthetic opioids exceed heroin and prescription opioids in both
    readings.
    """
    return next(
        year
        for year in range(1999, 2020)
        if _deaths(year, SYNTHETIC) > _union(year, "heroin", "prescription opioids")[1]
    )
