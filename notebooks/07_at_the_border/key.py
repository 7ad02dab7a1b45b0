"""Keys of lesson 07: allotting the inspector's time."""

from helpers.catalogue import load
from helpers.exercises import Keys

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


def _times_as_likely(flow: float) -> float:
    """How many times as likely a kilogram is to be found at a port, if this share crosses there."""
    border = load("border_seizures_monthly")
    months = border.groupby("fiscal_year")["month"].nunique()
    complete = border[border["fiscal_year"].isin(months[months == 12].index)]
    found = complete.groupby("component")["seized_kg"].sum()
    return float(found["ofo_ports_of_entry"] / found["usbp_between_ports"] * (1 - flow) / flow)


@KEYS.add(
    "07.1",
    "Count a million cars: how many ring rightly, how many wrongly?",
    traps={
        "That is how often it rings for those who carry; start from the rings instead.": lambda: 80,
        "That is a share between 0 and 1; percent is asked for.": lambda: (
            _share_right(1 / 1_000, 0.8, 0.02) / 100
        ),
        "That is how many wrong rings come with a right one.": lambda: 999 * 0.02 / 0.8,
    },
    rtol=0,
    atol=0.051,
)
def rings_that_are_right() -> float:
    """Positive predictive value in percent at one in 1,000, 0.8 and 0.02."""
    return _share_right(1 / 1_000, 0.8, 0.02)


@KEYS.add(
    "07.2",
    "How rare are carriers among the cars that rang once? Start from there.",
    traps={
        "That is the worth of the first ring alone.": lambda: _share_right(1 / 10_000, 0.9, 0.01),
        "That counts only those who carry and ring twice; who else rings twice?": lambda: (
            100 * 0.9**2
        ),
        "That squares only the false alarms; those who carry must ring twice as well.": lambda: (
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
    "Leave out a port if one of its two years has a zero month; then add up each year and compare.",
    traps={
        "That is every port, zeros included.": lambda: _growth_of_trucks(()),
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
    "Find the middle of the horizontal axis, go up to the curve, and read the value there.",
    traps={
        "You divided what is found at ports by its share; do the same elsewhere.": lambda: (
            _times_as_likely(0.5) / (1 + _times_as_likely(0.5)) / 0.5
        )
    },
    rtol=0,
    atol=1.2,
)
def times_as_likely_at_one_half() -> float:
    """Value of the curve of section 6 where half of all crosses at ports."""
    return _times_as_likely(0.5)
