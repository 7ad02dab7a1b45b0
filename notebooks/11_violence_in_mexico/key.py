"""Keys of lesson 11: violence in Mexico."""

from helpers.catalogue import load
from helpers.claims import NOT_ENOUGH, judge
from helpers.exercises import Keys, premise
from helpers.statistics.rates import poisson_limits

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


def _national_rate_2017() -> float:
    deaths = load("mexico_homicides_registered").query("year == 2017")["homicides"].sum()
    people = load("mexico_population").query("year == 2017").set_index("inegi_code")["population"]
    return float(100_000 * deaths / people["00"])


def _code(state: str) -> str:
    return load("tilegrid_mexico").set_index("state")["inegi_code"][state]


def _files(year: int) -> dict[str, int]:
    """What prosecutors' files hold of one year, by kind."""
    row = load("mexico_homicides_official_sources").set_index("year").loc[year]
    return {
        "intentional homicide": int(row["sesnsp_new_method_victims"]),
        "feminicide": int(row["sesnsp_feminicide_victims"]),
        "investigations": int(row["sesnsp_new_method_investigations"]),
        "certificates": int(row["inegi_registered_homicide_deaths"]),
    }


@KEYS.add(
    "11.a",
    "Two of the printed lines count victims in prosecutors' files. Add them.",
    traps={
        "Those are files. One file can hold several victims.": lambda: (
            _files(2017)["investigations"] + _files(2017)["feminicide"]
        ),
        "Those are the victims of intentional homicide alone: feminicide is a separate "
        "crime.": lambda: _files(2017)["intentional homicide"],
        "INEGI's deaths and SESNSP's victims are two counts of nearly the same people: adding "
        "them counts most people twice.": lambda: (
            _files(2017)["certificates"] + _files(2017)["intentional homicide"]
        ),
    },
)
def victims_in_files_2017() -> int:
    """Victims of intentional homicide and of feminicide in prosecutors' files of 2017."""
    return _files(2017)["intentional homicide"] + _files(2017)["feminicide"]


@KEYS.add(
    "11.b",
    "A change in percent is measured from the earlier figure, here the preliminary one.",
    traps={
        "You divided by the definitive figure: a change is measured from where it began.": lambda: (
            100 * (1 - _figures("preliminary")[2023] / _figures("definitive")[2023])
        ),
        "The sign is wrong: the definitive figure is the larger one.": lambda: (
            -_change(_figures("definitive")[2023], _figures("preliminary")[2023])
        ),
        "That is the ratio. Subtract 1, then multiply by 100.": lambda: (
            _figures("definitive")[2023] / _figures("preliminary")[2023]
        ),
    },
    rtol=0,
    atol=0.051,
)
def revision_of_2023() -> float:
    """Percent by which the definitive figure of 2023 is above the preliminary one."""
    return _change(_figures("definitive")[2023], _figures("preliminary")[2023])


def _kept_by_name() -> int:
    table = load("mexico_homicides_registered").query("year == 2017")
    return int(table[table["state"].isin(load("tilegrid_mexico")["state"])]["homicides"].sum())


@KEYS.add(
    "11.c",
    "All deaths of 2017 by code, minus those in the table joined by name.",
    traps={
        "Those are the deaths that the join kept.": _kept_by_name,
        "That is the number of states. How many deaths were registered in them?": lambda: int(
            (
                ~load("mexico_homicides_registered")
                .query("year == 2017")["state"]
                .isin(load("tilegrid_mexico")["state"])
            ).sum()
        ),
    },
)
def deaths_lost_by_name() -> int:
    """Deaths of 2017 in the states that the join by name loses."""
    return int(
        load("mexico_homicides_registered").query("year == 2017")["homicides"].sum()
        - _kept_by_name()
    )


@KEYS.add(
    "11.d",
    "Change both names in the second line, run the cell, and read the last printed line.",
    traps={
        "That is Guanajuato in 2017: change the second line and run the cell again.": lambda: (
            _percent_by_state_and_year()["Guanajuato", 2017]
        ),
        "That is 2017: change the year too.": lambda: _percent_by_state_and_year()[
            "Veracruz", 2017
        ],
        "You divided the deaths by the victims; do it the other way around.": lambda: (
            10_000 / _percent_by_state_and_year()["Veracruz", 2021]
        ),
    },
    rtol=0,
    atol=0.51,
)
def veracruz_2021() -> float:
    """Victims in files for each 100 deaths certified, Veracruz 2021."""
    return float(_percent_by_state_and_year()["Veracruz", 2021])


@KEYS.add(
    "11.e",
    "Read the last printed line: how many months of files are in the count?",
    traps={
        "The certificates are the larger count here.": lambda: "a",
        "The files hold fewer people, but look at the months: the state had reported only some of "
        "them. A gap is not a low count.": lambda: "b",
    },
)
def oaxaca_2015() -> str:
    """Months of files are missing, so the figures show too few killings in neither office."""
    months = load("mexico_sesnsp_by_state_year").set_index(["inegi_code", "year"])[
        "months_reported"
    ]
    premise(
        months[_code("Oaxaca"), 2015] < 12,
        "Oaxaca must have reported fewer than twelve months of 2015.",
    )
    return "c"


@KEYS.add(
    "11.f",
    "In each line of figures, look at the first word of the last parentheses: near, or proxy.",
    traps={
        "Look at 'known by' in the first lines: the tallies of 2016 were public before the "
        "speech.": lambda: "a",
        "They differ, but each of them is far above the number in the claim.": lambda: "c",
    },
)
def why_open() -> str:
    """Every comparison holds, and none of the figures is the sentence's own quantity."""
    card = judge("mexico-victims")
    compared = card.readings.query("figures == 'of the day' and result == 'holds'")
    premise(
        card.on_the_day == NOT_ENOUGH
        and len(compared) > 0
        and set(card.readings["status"]) <= {"near", "proxy"},
        "the verdict must be open although comparisons hold, all of them near or proxy.",
    )
    return "b"


def _months_that_fit(state: str) -> tuple[int, int]:
    """Months whose limits contain the average of all months, and the other months."""
    table = load("mexico_sesnsp_by_state_month").set_index("inegi_code")
    table = table.loc[_code(state)].dropna()
    victims = table["victims_intentional_homicide"] + table["victims_feminicide"]
    limits = poisson_limits(victims)
    fit = (limits["low"] <= victims.mean()) & (victims.mean() <= limits["high"])
    return int(fit.sum()), int((~fit).sum())


@KEYS.add(
    "11.g",
    "Change the name in the second line, run the cell, and read the first number it prints.",
    traps={
        "That is Yucatán: change the second line and run the cell again.": lambda: _months_that_fit(
            "Yucatán"
        )[0],
        "Those are the months that do not fit.": lambda: _months_that_fit("Guanajuato")[1],
    },
)
def months_of_guanajuato() -> int:
    """Months of Guanajuato whose limits contain the average of all its months."""
    return _months_that_fit("Guanajuato")[0]


@KEYS.add(
    "11.1",
    "Which status does each of the two years have? A change in percent is measured from the "
    "earlier year.",
    traps={
        "The three are right, but in the wrong order: first both preliminary, then the mixture, "
        "then both definitive.": lambda: [_changes_to_2024()[i] for i in (0, 2, 1)],
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
        "has its own code.": lambda: _rate_2017(
            _code("Ciudad de México"), _code("Ciudad de México")
        ),
        "That is the rate of the whole nation.": lambda: _national_rate_2017(),
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
    "Find the minimum over all states and years: sort the percentages, or use idxmin.",
    traps={
        "That is the lowest of the named states. A gray point is lower.": lambda: list(
            _percent_by_state_and_year().loc[["Guanajuato", "Oaxaca", "Veracruz"]].idxmin()
        ),
        "In that year the state reported only some of its months: a gap, not a low "
        "count.": lambda: list(
            _percent_by_state_and_year(full_years=False).loc[["Oaxaca"]].idxmin()
        ),
        "That is where the files are furthest above the certificates; the question asks for the "
        "lowest point.": lambda: list(_percent_by_state_and_year().idxmax()),
    },
)
def lowest_point() -> list:
    """State and full year with the fewest victims in files for each 100 deaths certified."""
    state, year = _percent_by_state_and_year().idxmin()
    return [state, int(year)]


def _falls() -> dict[str, set[int]]:
    """By each count of section 1, the years from 2018 to 2024 with fewer people killed than the
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
    "Find the sign of each change in each count. The answer is the years when the two signs "
    "differ.",
    traps={
        "In those years both counts fell. The question is where one fell and the other "
        "did not.": lambda: _falls()["certificates"] & _falls()["files"],
        "Those are all falls of the certificates. Remove the years when the files fell too, and "
        "add those when only the files fell.": lambda: _falls()["certificates"],
        "Those are all falls of the files. Remove the years when the certificates fell too, and "
        "add those when only the certificates fell.": lambda: _falls()["files"],
    },
)
def years_in_which_the_counts_disagree() -> set[int]:
    """Years from 2018 to 2024 in which one of the two counts fell and the other did not."""
    return _falls()["certificates"] ^ _falls()["files"]
