"""Keys of lesson 11: violence in Mexico."""

from helpers.catalogue import load
from helpers.exercises import Keys

KEYS = Keys()


def _figures(status: str) -> dict[int, int]:
    table = load("mexico_homicides_national").query("status == @status")
    return dict(zip(table["year_registered"], table["homicides"], strict=True))


def _change(later: int, earlier: int) -> float:
    return 100 * (later / earlier - 1)


def _changes_to_2024() -> list[float]:
    early, final = _figures("preliminary"), _figures("definitive")
    return [
        _change(early[2024], early[2023]),
        _change(early[2024], final[2023]),
        _change(final[2024], final[2023]),
    ]


def _rate_2017(homicides_of: str, people_of: str) -> float:
    deaths = (
        load("mexico_homicides_registered")
        .query("year == 2017")
        .set_index("inegi_code")["homicides"]
    )
    people = load("mexico_population").query("year == 2017").set_index("inegi_code")["population"]
    return float(100_000 * deaths[homicides_of] / people[people_of])


def _code(state: str) -> str:
    return load("tilegrid_mexico").set_index("state")["inegi_code"][state]


@KEYS.add(
    "11.1",
    "Which status does each of the two years have? A change in percent is measured from the "
    "earlier year.",
    traps={
        "The three are right, but in another order: first like with like, early; then the "
        "mixture; then like with like, late.": lambda: [_changes_to_2024()[i] for i in (0, 2, 1)],
        "You divided by the later year: a change is measured from where it began.": lambda: [
            100 * (1 - 1 / (1 + change / 100)) for change in _changes_to_2024()
        ],
    },
    rtol=0,
    atol=0.051,
)
def three_changes_to_2024() -> list[float]:
    """Percent change of registered homicides from 2023 to 2024: early, mixed, late."""
    return _changes_to_2024()


@KEYS.add(
    "11.2",
    "A rate is deaths divided by the people of the same place and year. Find both by INEGI's "
    "code of the state.",
    traps={
        "You divided by the population of the whole country: the row 'Mexico (national)' is not "
        "the state of México.": lambda: _rate_2017(_code("Estado de México"), "00"),
        "That is the rate of Mexico City (Ciudad de México), the capital; the state around it "
        "has a code of its own.": lambda: _rate_2017(
            _code("Ciudad de México"), _code("Ciudad de México")
        ),
        "That is the rate per 1,000 people.": lambda: (
            _rate_2017(_code("Estado de México"), _code("Estado de México")) / 100
        ),
    },
    rtol=0,
    atol=0.051,
)
def rate_of_the_state_of_mexico() -> float:
    """Homicide deaths registered per 100,000 people, State of Mexico, 2017."""
    return _rate_2017(_code("Estado de México"), _code("Estado de México"))


def _percent_by_state_and_year(full_years: bool = True):
    """Victims in prosecutors' files for each 100 deaths certified, on the index (state, year);
    unless `full_years` is off, only years of which a state reported all twelve months.
    """
    certified = (
        load("mexico_homicides_by_state_year")
        .query("basis == 'year_occurred'")
        .set_index(["inegi_code", "year"])["homicides"]
    )
    table = load("mexico_sesnsp_by_state_year").set_index(["inegi_code", "year"])
    if full_years:
        table = table[table["months_reported"] == 12]
    victims = table["victims_intentional_homicide"] + table["victims_feminicide"]
    percent = 100 * victims / certified
    return percent.rename(
        load("tilegrid_mexico").set_index("inegi_code")["state"].to_dict(), level="inegi_code"
    ).dropna()


@KEYS.add(
    "11.3",
    "A minimum over all states and years: sort the percentages, or find the index of the smallest.",
    traps={
        "That is the lowest of the named states. A grey point lies lower.": lambda: list(
            _percent_by_state_and_year().loc[["Guanajuato", "Oaxaca", "Veracruz"]].idxmin()
        ),
        "In that year the state reported only some of its months: a gap, not a low "
        "count.": lambda: list(
            _percent_by_state_and_year(full_years=False).loc[["Oaxaca"]].idxmin()
        ),
        "That is where the files are furthest above the certificates; the lowest point is asked "
        "for.": lambda: list(_percent_by_state_and_year().idxmax()),
    },
)
def lowest_point() -> list:
    """State and full year with the fewest victims in files for each 100 deaths certified."""
    state, year = _percent_by_state_and_year().idxmin()
    return [state, int(year)]


def _falls() -> dict[str, set[int]]:
    """By each clock of section 1, the years from 2018 to 2024 with fewer people killed than the
    year before.
    """
    official = load("mexico_homicides_official_sources").set_index("year")
    counts = {
        "certificates": official["inegi_registered_homicide_deaths"],
        "files": official["sesnsp_new_method_victims"] + official["sesnsp_feminicide_victims"],
    }
    return {
        name: {year for year in range(2018, 2025) if count[year] < count[year - 1]}
        for name, count in counts.items()
    }


@KEYS.add(
    "11.4",
    "A sign for each change and each clock: the years asked for are those in which the two signs "
    "differ.",
    traps={
        "In those years both clocks fell. The question is where one fell and the other "
        "did not.": lambda: _falls()["certificates"] & _falls()["files"],
        "Those are all falls of the certificates. Take away the years in which the files fell "
        "too, and look at those in which they alone fell.": lambda: _falls()["certificates"],
        "Those are all falls of the files. Take away the years in which the certificates fell "
        "too, and look at those in which they alone fell.": lambda: _falls()["files"],
    },
)
def years_in_which_the_clocks_disagree() -> set[int]:
    """Years from 2018 to 2024 in which one of the two counts fell and the other did not."""
    return _falls()["certificates"] ^ _falls()["files"]
