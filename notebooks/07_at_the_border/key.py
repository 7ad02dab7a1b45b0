"""Keys of lesson 07: allotting the inspector's time."""

from functools import cache

import numpy as np

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _share_right(prior: float, detects: float, false_alarm: float) -> float:
    """Percent of rings that are right when `prior` is the share that carries."""
    right, wrong = prior * detects, (1 - prior) * false_alarm
    return 100 * right / (right + wrong)


def _growth_of_trucks(years_without_zeros: tuple[int, ...], measure: str = "trucks") -> float:
    """Growth 1996 to 1999 in percent over the ports that have no zero month in the given years."""
    rows = load("crossings").query("measure == @measure and year in [1996, 1999]")
    zeros = rows[rows["year"].isin(years_without_zeros) & (rows["zero_months"] > 0)]["port"]
    total = rows[~rows["port"].isin(zeros)].groupby("year")["crossings"].sum()
    return float(100 * (total[1999] / total[1996] - 1))


def _times_as_likely(flow: float, measure: str = "seized_kg") -> float:
    """How many times as likely a find is at a port, if this share of the flow crosses there."""
    border = load("border_seizures_monthly")
    months = border.groupby("fiscal_year")["month"].nunique()
    complete = border[border["fiscal_year"].isin(months[months == 12].index)]
    found = complete.groupby("component")[measure].sum()
    return float(found["ofo_ports_of_entry"] / found["usbp_between_ports"] * (1 - flow) / flow)


@KEYS.add(
    "07.1",
    "Count a million cars: how many rings are right, and how many are wrong?",
    traps={
        "That is how often it rings for cars that carry; start from the rings instead.": lambda: 80,
        "That is the number of wrong rings for each right one.": lambda: 999 * 0.02 / 0.8,
        "That is right rings for each hundred wrong ones; divide by all rings.": lambda: (
            100 * 0.8 / (999 * 0.02)
        ),
    },
    rtol=0,
    atol=0.05,
)
def rings_that_are_right() -> float:
    """Positive predictive value in percent at one in 1,000, 0.8 and 0.02."""
    return _share_right(1 / 1_000, 0.8, 0.02)


@KEYS.add(
    "07.2",
    "How rare are cars that carry among those that rang once? Start from there.",
    traps={
        "You rounded in between: keep all decimals until the end.": lambda: _share_right(
            round(_share_right(1 / 10_000, 0.9, 0.01), 1) / 100, 0.9, 0.01
        ),
        "That is the share after the first ring alone.": lambda: _share_right(
            1 / 10_000, 0.9, 0.01
        ),
        "That counts only cars that carry and ring twice. Which others ring twice?": lambda: (
            100 * 0.9**2
        ),
        "That squares only the false alarms; cars that carry must ring twice as well.": lambda: (
            _share_right(1 / 10_000, 0.9, 0.01**2)
        ),
    },
    rtol=0,
    atol=0.051,
)
def two_rings_that_are_right() -> float:
    """Percent right among cars that rang at two detectors with independent errors."""
    first = _share_right(1 / 10_000, 0.9, 0.01) / 100
    return _share_right(first, 0.9, 0.01)


@KEYS.add(
    "07.3",
    "Leave out a port with a zero month in either year; then add up each year and compare.",
    traps={
        "That is for every port, zeros included.": lambda: _growth_of_trucks(()),
        "You looked for zeros in 1996 only; look in 1999 as well.": lambda: _growth_of_trucks(
            (1996,)
        ),
        "Those are personal vehicles.": lambda: _growth_of_trucks(
            (1996, 1999), "personal_vehicles"
        ),
    },
    rtol=0,
    atol=0.051,
)
def growth_of_trucks() -> float:
    """Growth of trucks 1996 to 1999 over ports without a zero month in either year."""
    return _growth_of_trucks((1996, 1999))


@KEYS.add(
    "07.4",
    "Divide the share of seizures at ports by one half, and the share elsewhere by one half: how "
    "many times as large is the first?",
    traps={
        "That is by weight, as in the figure. Count seizures.": lambda: _times_as_likely(0.5),
        "That compares what is found at ports with what crosses there. Do the same for elsewhere, "
        "then divide the first by the second.": lambda: (
            _times_as_likely(0.5, "events") / (1 + _times_as_likely(0.5, "events")) / 0.5
        ),
        "That is the share found at ports. How likely is a find there, compared with elsewhere?": (
            lambda: 100 * _times_as_likely(0.5, "events") / (1 + _times_as_likely(0.5, "events"))
        ),
    },
    rtol=0,
    atol=0.06,  # the rounded numbers that the lesson prints give a little less or more
)
def times_as_likely_by_seizures() -> float:
    """The curve of section 6 at one half, with seizures counted instead of weighed."""
    return _times_as_likely(0.5, "events")


def _crossings(port: str, year: int, measure: str) -> float:
    rows = load("crossings").query("port == @port and year == @year and measure == @measure")
    return float(rows["crossings"].iloc[0])


@KEYS.add(
    "07.a",
    "Keep San Ysidro and the year after 1996, a number without quotation marks, and read the "
    "column crossings.",
    traps={
        "Those are trucks, or another port: keep the table of cars.": lambda: _crossings(
            "Otay Mesa", 1997, "trucks"
        ),
        "That is 1998. Give the first year after 1996.": lambda: _crossings(
            "San Ysidro", 1998, "personal_vehicles"
        ),
    },
)
def san_ysidro_next_year() -> float:
    """Crossings by car at San Ysidro in 1997."""
    return _crossings("San Ysidro", 1997, "personal_vehicles")


@KEYS.add(
    "07.b",
    "Of a million, 1,000 carry. How many of these ring, and how many of the others? What part of "
    "all rings are right?",
    traps={
        "That is for one in 10,000, as above.": lambda: _share_right(1 / 10_000, 0.9, 0.01),
        "That is right rings for each hundred wrong ones; divide by all rings.": lambda: (
            100 * 900 / 9_990
        ),
        "That is how often it rings for cars that carry; begin with the rings.": lambda: 90,
    },
    rtol=0,
    atol=0.051,
)
def rings_at_one_in_a_thousand() -> float:
    """Percent of rings that are right at one in 1,000."""
    return _share_right(1 / 1_000, 0.9, 0.01)


@KEYS.add(
    "07.c",
    "Compute the share for both, and compare each with what it is now.",
    traps={
        "Then ten more of each hundred that carry ring, but the wrong rings stay.": lambda: "a",
        "Compare the two numbers: is either close to the share now?": lambda: "c",
    },
)
def the_better_improvement() -> str:
    """Half the false alarms move the share of right rings more than missing none."""
    now = _share_right(1 / 10_000, 0.9, 0.01)
    sees_all, half = _share_right(1 / 10_000, 1.0, 0.01), _share_right(1 / 10_000, 0.9, 0.005)
    premise(half - now > 2 * (sees_all - now), "Fewer false alarms must change the share more.")
    return "b"


def _finds(hours: float, false_alarm: float) -> float:
    """Finds a day with these officer hours, as in section 4."""
    cars = load("crossings").query("measure == 'personal_vehicles' and year == 2019")
    per_day = float(cars["crossings"].sum()) / 365
    right = per_day / 10_000 * 0.9
    rung = right + (per_day - per_day / 10_000) * false_alarm
    return right * min(1.0, hours * 6 / rung)


@KEYS.add(
    "07.d",
    "Take the finds at 100 hours with the better detector, and divide by what you have now.",
    traps={
        "That is for twice the officers. Which of the two offers finds more?": lambda: (
            _finds(200, 0.01) / _finds(100, 0.01)
        ),
        "Those are the finds of the better choice. How many times as many is that?": lambda: _finds(
            100, 0.001
        ),
        "You divided one offer by the other; divide by what you have now.": lambda: (
            _finds(100, 0.001) / _finds(200, 0.01)
        ),
    },
    rtol=0,
    atol=0.06,  # the rounded numbers that the lesson prints give a little less or more
)
def times_the_finds() -> float:
    """Finds with the better detector over finds now, both with 100 hours."""
    better, now = _finds(100, 0.001), _finds(100, 0.01)
    premise(better > _finds(200, 0.01), "The better detector must find more than more officers.")
    return better / now


@KEYS.add(
    "07.e",
    "With f = 0.25: the share found at ports over the share elsewhere, times (1 - f) / f.",
    traps={
        "That is for one half.": lambda: _times_as_likely(0.5),
        "You divided f by 1 - f; it is the other way round.": lambda: _times_as_likely(0.75),
    },
    rtol=0,
    atol=1.0,
)
def times_as_likely_at_a_quarter() -> float:
    """Value of the curve of section 6 where a quarter of all crosses at ports."""
    return _times_as_likely(0.25)


@cache
def _lanes() -> list[tuple[int, int]]:
    """Finds and looks of lanes A and B in the run of section 6 that ended furthest from half."""
    rng = np.random.default_rng(7)
    finds, looks = np.ones((2, 8)), np.full((2, 8), 1_000.0)
    share = finds / finds.sum(axis=0)
    for _ in range(120):
        share = finds / finds.sum(axis=0)
        new = np.round(3_000 * share).astype("int64")
        looks, finds = looks + new, finds + rng.binomial(new, 1 / 1_000)
    run = int(np.abs(share[0] - 0.5).argmax())
    return [(int(finds[lane, run]), int(looks[lane, run])) for lane in (0, 1)]


@KEYS.add(
    "07.f",
    "Divide the finds of a lane by the cars opened in it, and multiply by 1,000.",
    traps={
        "The order is A, then B.": lambda: [1_000 * f / n for f, n in reversed(_lanes())],
        "That is for each car. Give it for each 1,000 cars.": lambda: [f / n for f, n in _lanes()],
        "You divided cars by finds.": lambda: [n / f for f, n in _lanes()],
    },
    rtol=0,
    atol=0.0051,
)
def finds_per_thousand_looks() -> list[float]:
    """Finds for each 1,000 cars opened, in lanes A and B."""
    return [1_000 * finds / looks for finds, looks in _lanes()]
