"""Keys of lesson 04: witnesses on demand."""

from helpers.data import load
from helpers.exercises import Keys
from helpers.rates import weighted_mean

KEYS = Keys()


def _cocaine(first_year: int) -> int:
    return int(load("nsduh_pairs").set_index("first_year")["cocaine_past_year_thousands"][first_year])


def _opioid_deaths(year: int) -> int:
    table = load("us_overdose_deaths").query("drug == 'any opioid'").set_index("year")["deaths"]
    return int(table[year])


def _prescribing(year: int):
    merged = load("opioid_dispensing_state").merge(load("us_state_population"), on=["state", "year"])
    return merged[merged["year"] == year].set_index("state")


@KEYS.add(
    "04.1",
    "A change in percent is the difference divided by the earlier number of people; a fall has a minus sign.",
    traps={
        "That is a change of the share in percentage points; the number of people is asked for.": lambda: (
            load("nsduh_pairs").set_index("first_year")["cocaine_past_year_pct"].loc[2010] - load("nsduh_pairs").set_index("first_year")["cocaine_past_year_pct"].loc[2002]
        ),
        "It fell: the sign is missing.": lambda: -100 * (_cocaine(2010) / _cocaine(2002) - 1),
        "You divided by the later number.": lambda: 100 * (_cocaine(2010) - _cocaine(2002)) / _cocaine(2010),
    },
    rtol=0,
    atol=0.051,
)
def change_of_cocaine_use() -> float:
    """Percent change of people who used cocaine, 2002-2003 to 2010-2011."""
    return 100 * (_cocaine(2010) / _cocaine(2002) - 1)


@KEYS.add(
    "04.2",
    "Weight each state's rate by its people of that year.",
    traps={"That is the plain mean over states: people have to count alike.": lambda: float(_prescribing(2006)["opioid_prescriptions_per_100_persons"].mean())},
    rtol=0,
    atol=0.051,
)
def national_rate_of_2006() -> float:
    """Population-weighted mean of the state rates of 2006."""
    rows = _prescribing(2006)
    return weighted_mean(rows["opioid_prescriptions_per_100_persons"], rows["population"])


@KEYS.add(
    "04.3",
    "An index divides by the base year's value and multiplies by 100; the base year is 2012 here.",
    traps={"That is the index with base 2006.": lambda: 100 * _opioid_deaths(2019) / _opioid_deaths(2006)},
    rtol=0,
    atol=0.051,
)
def opioid_deaths_indexed() -> float:
    """Opioid deaths of 2019 with 2012 = 100."""
    return 100 * _opioid_deaths(2019) / _opioid_deaths(2012)


@KEYS.add(
    "04.4",
    "Two conditions: the kind of statement, and a date not after the speech. An announcement or a request is not an award.",
    traps={
        "That is both years; the second was awarded after the speech.": lambda: float(
            load("opioid_funding_statements").query("item in ['STR first year awarded', 'STR second year awarded']")["amount_usd_million"].sum()
        ),
    },
)
def awarded_by_the_day() -> float:
    """Million dollars awarded by 14 December 2017, as far as the table goes."""
    table = load("opioid_funding_statements")
    return float(table[(table["kind"] == "grant award") & (table["date"] <= "2017-12-14")]["amount_usd_million"].sum())
