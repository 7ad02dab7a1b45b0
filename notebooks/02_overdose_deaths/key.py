"""Keys of lesson 02: counting overdose deaths."""

from helpers.catalogue import load
from helpers.exercises import Keys

KEYS = Keys()
SYNTHETIC = "synthetic opioids other than methadone"


def _deaths(year: int, drug: str, co_involvement: str = "all") -> int:
    table = load("us_overdose_deaths").set_index(["year", "drug", "co_involvement"])["deaths"]
    return int(table[year, drug, co_involvement])


def _snapshot(count: str) -> int:
    table = load("overdose_count_revisions")
    row = table[
        (table["period_end"] == "2016-12-31")
        & (table["known_on"] == "2019-04-30")
        & (table["drug"] == "all drugs")
    ]
    return int(row.set_index("count")["deaths"][count])


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
    },
    rtol=0,
    atol=0.051,
)
def rise_2015_to_2016() -> float:
    """Percent rise of all overdose deaths of residents, 2015 to 2016."""
    return 100 * (_deaths(2016, "all drugs") / _deaths(2015, "all drugs") - 1)


@KEYS.add(
    "02.2",
    "Take both figures from the same snapshot: a vintage is compared with its own date.",
    traps={
        "You compared the prediction with the final count of residents: that mixes two "
        "definitions.": lambda: 100 * (_snapshot("predicted") / _deaths(2016, "all drugs") - 1),
    },
    rtol=0,
    atol=0.051,
)
def prediction_above_report() -> float:
    """Percent by which the predicted figure of April 2019 lies above the reported one."""
    return 100 * (_snapshot("predicted") / _snapshot("reported") - 1)


@KEYS.add(
    "02.3",
    "Bounds of a union: the most is reached when the groups do not overlap; for the least, take "
    "the larger group in each half that cannot overlap with the other half.",
    traps={
        "For 2019 the table has four splits. Keep two rows: with and without synthetic "
        "opioids.": lambda: [
            _four_splits(2019, "cocaine", "psychostimulants with abuse potential"),
            _union(2019, "cocaine", "psychostimulants with abuse potential")[1],
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
    "To hold whatever the overlap, the figure must be above the most that the two can hold "
    "together.",
    traps={"In that year it is true of each; the two together may still be more.": lambda: 2016},
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
