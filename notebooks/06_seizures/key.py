"""Keys of lesson 06: auditing seizures."""

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _kg(drug: str, fiscal_year: int, component: str = "") -> float:
    """Sum the kilograms of one drug and fiscal year; with a component, of that one alone."""
    rows = load("border_seizures_monthly").query("drug == @drug and fiscal_year == @fiscal_year")
    return float((rows[rows["component"] == component] if component else rows)["seized_kg"].sum())


@KEYS.add(
    "06.1",
    "Filter drug and fiscal year, keep both components, and add up the kilograms.",
    traps={
        "Those are pounds.": lambda: float(
            load("border_seizures_monthly")
            .query("drug == 'cocaine' and fiscal_year == 2024")["seized_lb"]
            .sum()
        ),
        "Those are the ports of entry alone.": lambda: _kg("cocaine", 2024, "ofo_ports_of_entry"),
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
    "A share is a part divided by its whole: ports of entry over both components, in one year.",
    traps={
        "That is a share between 0 and 1; percent is asked for.": lambda: (
            _kg("cocaine", 2023, "ofo_ports_of_entry") / _kg("cocaine", 2023)
        )
    },
    rtol=0,
    atol=0.051,
)
def cocaine_at_ports() -> float:
    """Percent of the cocaine of fiscal year 2023 found at ports of entry."""
    return 100 * _kg("cocaine", 2023, "ofo_ports_of_entry") / _kg("cocaine", 2023)


@KEYS.add(
    "06.3",
    "Sum the components of each month, then roll over twelve months, then look for the largest.",
)
def peak_of_fentanyl() -> str:
    """Month at which the 12-month sum of fentanyl was largest."""
    monthly = (
        load("border_seizures_monthly")
        .query("drug == 'fentanyl'")
        .groupby("month")["seized_kg"]
        .sum()
    )
    return f"{monthly.rolling(12).sum().idxmax():%Y-%m}"


@KEYS.add("06.4", "Count the months behind each of the two figures.")
def what_is_wrong() -> str:
    """Return the letter of the flaw of the headline."""
    rows = load("border_seizures_monthly").query("drug == 'methamphetamine'")
    months = rows.groupby("fiscal_year")["month"].nunique()
    tonnes = (rows.groupby("fiscal_year")["seized_kg"].sum() / 1000).round()
    premise(months[2026] < months[2025] == 12, "Fiscal year 2026 must be unfinished in the table.")
    premise(
        (tonnes[2026], tonnes[2025]) == (41, 71), "The tonnes of the headline must be the table's."
    )
    return "c"
