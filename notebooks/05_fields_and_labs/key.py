"""Keys of lesson 05: estimating fields and counting laboratories."""

import numpy as np

from helpers.catalogue import load
from helpers.exercises import Keys, premise
from helpers.statistics.uncertainty import draw_between

KEYS = Keys()


def _us(year: int) -> float:
    rows = load("poppy_cultivation").query("estimator == 'United States'")
    return float(rows[rows["period_start"].dt.year == year]["hectares"].item())


@KEYS.add(
    "05.1",
    "Divide the difference by the earlier estimate; a fall has a minus sign. Use one estimator.",
    traps={
        "It fell, so the sign is missing.": lambda: 100 * (1 - _us(2020) / _us(2017)),
        "You divided by the later estimate.": lambda: 100 * (_us(2020) - _us(2017)) / _us(2020),
    },
    rtol=0,
    atol=0.051,
)
def fall_to_2020() -> float:
    """Percent change of the U.S. estimate, 2017 to 2020."""
    return 100 * (_us(2020) / _us(2017) - 1)


@KEYS.add(
    "05.2",
    "Count twice in the same table: where the column withdrawn says yes, and where low and high "
    "are not missing.",
    traps={
        "The United States withdrew its estimates for four years, but the table has no figure "
        "for one of them: count its rows.": lambda: [
            4,
            _withdrawn_and_ranged()[1],
        ],
        "You swapped the two: first give the withdrawn ones, then those with a range.": lambda: (
            _withdrawn_and_ranged()[::-1]
        ),
    },
)
def withdrawn_and_bounded() -> list[int]:
    """Number of withdrawn estimates and number with a printed range."""
    return _withdrawn_and_ranged()


def _withdrawn_and_ranged() -> list[int]:
    table = load("poppy_cultivation")
    return [int((table["withdrawn"] == "yes").sum()), int(table["low"].notna().sum())]


@KEYS.add(
    "05.3",
    "Divide the largest count by the smallest.",
    traps={
        "That is a difference; give the factor.": lambda: int(
            load("us_labs_2004")["count"].max() - load("us_labs_2004")["count"].min()
        )
    },
    rtol=0,
    atol=0.051,
)
def range_of_2004() -> float:
    """Largest count of 2004 divided by the smallest."""
    return float(load("us_labs_2004")["count"].max() / load("us_labs_2004")["count"].min())


@KEYS.add(
    "05.4",
    "For each sentence: who counted, which word the source uses, and is it a year or a total?",
    traps={
        "Which agency counted in both years? One agency is not all forces.": lambda: "a",
        "Look at the first day of each of the two periods: they are totals, not years.": lambda: (
            "c"
        ),
    },
)
def which_sentence() -> str:
    """The sentence that the tables support."""
    rows = load("mexico_labs").query("agency == 'PGR/CENAPI' and full_calendar_year == 'yes'")
    counts = rows.set_index(rows["period_start"].dt.year)["laboratories"]
    premise(counts[2017] < counts[2016], "CENAPI's count of 2017 must be below that of 2016.")
    totals = load("mexico_labs").query("laboratories == 113 or laboratories == 2592")
    premise(
        len(totals) == 2 and totals["period_start"].nunique() == 1,
        "113 and 2,592 must be totals from one day.",
    )
    return "b"


def _printed() -> tuple[float, float, float]:
    row = load("poppy_cultivation").query("low > 0").iloc[0]
    return float(row["hectares"]), float(row["low"]), float(row["high"])


@KEYS.add(
    "05.a",
    "Half of the distance from low to high, divided by the estimate, times 100.",
    traps={
        "That is the whole width; plus or minus is half of it.": lambda: (
            100 * (_printed()[2] - _printed()[1]) / _printed()[0]
        ),
        "That is the half width in hectares; divide it by the estimate.": lambda: (
            (_printed()[2] - _printed()[1]) / 2
        ),
        "Divide by the estimate, which is between low and high.": lambda: (
            100 * (_printed()[2] - _printed()[1]) / 2 / _printed()[1]
        ),
    },
    rtol=0,
    atol=0.51,
)
def half_width() -> float:
    """Half the printed range in percent of its estimate."""
    estimate, low, high = _printed()
    return 100 * (high - low) / 2 / estimate


@KEYS.add(
    "05.b",
    "The estimate for 2017 divided by the one for 2013.",
    traps={
        "That is the rise that was withdrawn, from 2005 to 2009.": lambda: _us(2009) / _us(2005),
        "That is a change in hectares; give the factor.": lambda: _us(2017) - _us(2013),
        "That is by how much it rose in percent; give the factor.": lambda: (
            100 * (_us(2017) / _us(2013) - 1)
        ),
        "You divided the other way round.": lambda: _us(2013) / _us(2017),
    },
    rtol=0,
    atol=0.051,
)
def factor_since_2013() -> float:
    """U.S. estimate of 2017 divided by that of 2013."""
    return _us(2017) / _us(2013)


def _field(agency: str) -> float:
    rows = load("poppy_eradication").query("fields > 0 and agency == @agency")
    row = rows[rows["period_start"].dt.year == 2017].iloc[0]
    return float(row["hectares"] / row["fields"])


@KEYS.add(
    "05.c",
    "Hectares divided by fields, as in the cell above, for the other agency.",
    traps={
        "That is the size of a field in CENAPI's count.": lambda: _field("PGR/CENAPI"),
        "That is the number of fields in a hectare: divide hectares by fields.": lambda: (
            1 / _field("GLAC from official data")
        ),
    },
    rtol=0,
    atol=0.00051,
)
def glac_field() -> float:
    """Hectares a field in GLAC's count of 2017."""
    return _field("GLAC from official data")


def _cenapi() -> list[int]:
    """CENAPI's counts in the report of March 2018: 2016, and the first half of 2017."""
    rows = load("mexico_labs").query("agency == 'PGR/CENAPI' and source_id == 'INCSR_2018'")
    return [int(count) for count in rows.sort_values("period_start")["laboratories"]]


def _whole_2017() -> int:
    rows = load("mexico_labs").query("agency == 'PGR/CENAPI' and source_id == 'INCSR_2019'")
    return int(rows.query("full_calendar_year == 'yes'")["laboratories"].item())


@KEYS.add(
    "05.d",
    "Two of CENAPI's rows together cover these eighteen months, and no month twice.",
    traps={
        "That adds the whole of 2017; add only its first half.": lambda: (
            _cenapi()[0] + _whole_2017()
        ),
        "That adds the first half of 2017 twice: the row for the whole year contains it.": lambda: (
            sum(_cenapi()) + _whole_2017()
        ),
        "That is only 2016.": lambda: _cenapi()[0],
        "That adds agencies, whose counts may overlap. Take only CENAPI.": lambda: int(
            load("mexico_labs")
            .query("period_start >= '2016-01-01' and period_end <= '2017-06-30'")["laboratories"]
            .sum()
        ),
    },
)
def eighteen_months() -> int:
    """Laboratories that CENAPI counted from January 2016 to June 2017."""
    return sum(_cenapi())


@KEYS.add(
    "05.e",
    "Read the two reasons above the card: which word, for B, is not what the source counts?",
    traps={
        "On that word both apply the same rule: it is strict.": lambda: "over",
        "Both see the same number.": lambda: "136",
        "Both take the laboratories as the source counts them.": lambda: "laboratories",
    },
)
def the_word() -> str:
    """The word on which the coders differ."""
    coded = load("judgments").query("claim == 'labs-136' and reading == '2016'")
    reasons = coded.set_index("coder")["reason"]
    premise("destroyed" in reasons["B"], "coder B must speak of the word destroyed")
    premise("destroyed" not in reasons["A"], "coder A must not")
    return "destroyed"


def _draws() -> float:
    """Percent of draws with growth from season 2014-15 to 2016-17, as in section 6."""
    rng = np.random.default_rng(2017)
    old, low, high = _printed()
    season = load("poppy_cultivation").query("estimator == 'UNODC and Mexico'")
    new = float(season[season["period_start"].dt.year == 2016]["hectares"].item())
    spread = (high - low) / 2 / old
    new_draws = draw_between(new * (1 - spread), new * (1 + spread), 10_000, rng)
    change = new_draws - draw_between(low, high, 10_000, rng)
    return 100 * float((change > 0).mean())


@KEYS.add(
    "05.f",
    "Growth is a change above zero. The mean of `change > 0` is a share; times 100 it is a "
    "percentage.",
    traps={
        "Those are the draws without growth.": lambda: 100 - _draws(),
    },
    rtol=0,
    atol=0.51,
)
def draws_with_growth() -> float:
    """Percent of the draws in which the area grew."""
    return _draws()
