"""Keys of lesson 06: auditing seizures."""

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _kg(drug: str, fiscal_year: int, component: str = "") -> float:
    """Sum the kilograms of one drug and fiscal year; with a component, of that one alone."""
    rows = load("border_seizures_monthly").query("drug == @drug and fiscal_year == @fiscal_year")
    return float((rows[rows["component"] == component] if component else rows)["seized_kg"].sum())


def _mexico(drug: str, agency: str, year: int, start_month: int | None = None) -> float:
    """Kilograms of one figure: of a whole year, or of the period that begins in one month."""
    rows = load("mexico_seizures").query("drug == @drug and agency == @agency")
    start = rows["period_start"]
    if start_month is None:
        rows = rows[(start.dt.year == year) & (rows["full_calendar_year"] == "yes")]
    else:
        rows = rows[(start.dt.year == year) & (start.dt.month == start_month)]
    return float(rows["seized_kg"].item())


def _unodc_rows(drug: str) -> list[float]:
    """Return the rows of UNODC's table for 2016."""
    rows = load("mexico_seizures_unodc_rows").query("drug == @drug and year == 2016")
    return [float(kg) for kg in rows["seized_kg"]]


def _months(years_ago: int) -> list[str]:
    """Return the months of the rows on fentanyl, in the last fiscal year or one before it."""
    rows = load("border_seizures_monthly").query("drug == 'fentanyl'")
    rows = rows[rows["fiscal_year"] == rows["fiscal_year"].max() - years_ago]
    return [f"{month:%Y-%m}" for month in rows["month"]]


def _found_at_ports(drug: str) -> float:
    """Percent of the weight found at ports of entry, in the finished fiscal years."""
    rows = load("border_seizures_monthly").query("drug == @drug")
    rows = rows[rows["fiscal_year"] < rows["fiscal_year"].max()]
    ports = rows[rows["component"] == "ofo_ports_of_entry"]
    return round(float(100 * ports["seized_kg"].sum() / rows["seized_kg"].sum()), 1)


def _crossed_at_ports(drug: str) -> float:
    """Percent of what crossed at ports, if one kilogram in ten is found between them."""
    found = _found_at_ports(drug)
    return 100 * found / (found + 10 * (100 - found))


@KEYS.add(
    "06.a",
    "Take the UNODC figure and subtract the 13,000 of the claim, in this order.",
    traps={
        "The figure lies below the mark, so the distance has a minus sign.": lambda: (
            13_000 - sum(_unodc_rows("cocaine"))
        ),
        "That is the distance of CENAPI's figure.": lambda: (
            _mexico("cocaine", "PGR/CENAPI", 2016) - 13_000
        ),
        "That is the gap between the two figures; subtract the mark, 13,000.": lambda: (
            _mexico("cocaine", "PGR/CENAPI", 2016) - sum(_unodc_rows("cocaine"))
        ),
    },
    rtol=0,
    atol=0.6,
)
def unodc_from_the_mark() -> float:
    """Kilograms from the mark of the claim to the UNODC figure."""
    return sum(_unodc_rows("cocaine")) - 13_000


@KEYS.add(
    "06.b",
    "Divide the Navy's figure for August by UNODC's figure for the whole year.",
    traps={
        "You divided the other way round: divide the month by the year.": lambda: (
            _mexico("methamphetamine", "UNODC (as reported by Mexico)", 2018)
            / _mexico("methamphetamine", "SEMAR", 2018, 8)
        ),
        "You divided by CENAPI's half year; the question asks for UNODC's year.": lambda: (
            _mexico("methamphetamine", "SEMAR", 2018, 8)
            / _mexico("methamphetamine", "PGR/CENAPI", 2018, 1)
        ),
    },
    rtol=0,
    atol=0.051,
)
def a_month_by_a_year() -> float:
    """How many times UNODC's year the Navy's month is, 2018."""
    return _mexico("methamphetamine", "SEMAR", 2018, 8) / _mexico(
        "methamphetamine", "UNODC (as reported by Mexico)", 2018
    )


@KEYS.add(
    "06.c",
    "Two figures decide: CENAPI's and UNODC's first row. On which side of 26,000 is each?",
    traps={
        "CENAPI's figure is above the mark, but the first row alone is below it.": lambda: "a",
        "The first row is below the mark, but CENAPI's figure still counts and is above it.": (
            lambda: "c"
        ),
    },
)
def first_row_as_same_quantity() -> str:
    """Letter of the verdict when the first row is the same quantity."""
    premise(
        _unodc_rows("methamphetamine")[0] < 26_000 < _mexico("methamphetamine", "PGR/CENAPI", 2016),
        "The first row must lie below the mark and CENAPI's figure above it.",
    )
    return "b"


@KEYS.add(
    "06.d",
    "Count different months: unique() first, then len.",
    traps={
        "You counted rows: each month has one for each component.": lambda: len(_months(0)),
        "That is the year before.": lambda: len(set(_months(1))),
    },
)
def months_of_the_last_year() -> int:
    """How many months of its last fiscal year the table holds."""
    return len(set(_months(0)))


@KEYS.add(
    "06.e",
    "What is found between the ports is one kilogram in ten, so ten times as much crosses there.",
    traps={
        "That is the percentage of what is found.": lambda: _found_at_ports("heroin"),
        "That is the answer for cocaine.": lambda: _crossed_at_ports("cocaine"),
        "That is what crosses between the ports.": lambda: 100 - _crossed_at_ports("heroin"),
    },
    rtol=0,
    atol=0.51,
)
def heroin_that_crosses_at_ports() -> float:
    """Percent of crossing heroin that crosses at ports, under the assumption of section 4."""
    return _crossed_at_ports("heroin")


@KEYS.add(
    "06.1",
    "Filter drug and fiscal year, keep both components, and add up the kilograms.",
    traps={
        "Those are pounds.": lambda: float(
            load("border_seizures_monthly")
            .query("drug == 'cocaine' and fiscal_year == 2024")["seized_lb"]
            .sum()
        ),
        "That is only the ports of entry.": lambda: _kg("cocaine", 2024, "ofo_ports_of_entry"),
        "That is the calendar year 2024; the fiscal year began on 1 October 2023.": lambda: float(
            load("border_seizures_monthly")
            .query("drug == 'cocaine'")
            .set_index("month")
            .loc["2024", "seized_kg"]
            .sum()
        ),
    },
    rtol=0,
    atol=1,
)
def cocaine_of_2024() -> float:
    """Kilograms of cocaine, fiscal year 2024, both components."""
    return _kg("cocaine", 2024)


@KEYS.add(
    "06.2",
    "Divide the ports of entry by both components together, in one year.",
    traps={
        "That is a share between 0 and 1; give it in percent.": lambda: (
            _kg("cocaine", 2023, "ofo_ports_of_entry") / _kg("cocaine", 2023)
        ),
        "That is the share found between the ports.": lambda: (
            100 - 100 * _kg("cocaine", 2023, "ofo_ports_of_entry") / _kg("cocaine", 2023)
        ),
        "That is the share of all finished years; take only 2023.": lambda: _found_at_ports(
            "cocaine"
        ),
    },
    rtol=0,
    atol=0.051,
)
def cocaine_at_ports() -> float:
    """Percent of the cocaine of fiscal year 2023 found at ports of entry."""
    return 100 * _kg("cocaine", 2023, "ofo_ports_of_entry") / _kg("cocaine", 2023)


def _twelve(drug: str):
    """Return the sum of each month of a drug and of the last twelve months."""
    monthly = (
        load("border_seizures_monthly").query("drug == @drug").groupby("month")["seized_kg"].sum()
    )
    return monthly, monthly.rolling(12).sum()


@KEYS.add(
    "06.3",
    "Add up the components of each month, sum the last twelve months, then find the largest.",
    traps={
        "That is fentanyl: change the drug.": lambda: f"{_twelve('fentanyl')[1].idxmax():%Y-%m}",
        "That is the largest single month, not the largest sum of twelve.": lambda: (
            f"{_twelve('methamphetamine')[0].idxmax():%Y-%m}"
        ),
    },
)
def peak_of_methamphetamine() -> str:
    """Month at which the 12-month sum of methamphetamine was largest."""
    return f"{_twelve('methamphetamine')[1].idxmax():%Y-%m}"


@KEYS.add(
    "06.4",
    "Count the months behind each of the two figures.",
    traps={
        "Check it: the table's kilograms of both years, divided by 1,000, give the headline's "
        "metric tons.": lambda: "a",
        "New months are revised, but section 4 found most weights unchanged; find the larger "
        "fault.": (lambda: "b"),
    },
)
def what_is_wrong() -> str:
    """Return the letter of the flaw of the headline."""
    rows = load("border_seizures_monthly").query("drug == 'methamphetamine'")
    months = rows.groupby("fiscal_year")["month"].nunique()
    tonnes = (rows.groupby("fiscal_year")["seized_kg"].sum() / 1000).round()
    premise(months[2026] < months[2025] == 12, "Fiscal year 2026 must be unfinished in the table.")
    premise(
        (tonnes[2026], tonnes[2025]) == (41, 71),
        "The metric tons of the headline must be the table's.",
    )
    return "c"
