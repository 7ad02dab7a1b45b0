"""Keys of lesson 08: following one kilogram."""

from itertools import pairwise

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _wholesale(country: str) -> float:
    rows = load("cocaine_prices").query(
        "year == 2019 and level == 'wholesale' and country == @country"
    )
    return float(rows["typical_usd"].item())


def _dea():
    return load("us_cocaine_prices").query("series == 'DEA purchases, all sizes'").set_index("year")


def _steps() -> tuple[list[float], list[float]]:
    """The four steps of the journey of 2019: as factors, and in dollars a kilogram."""
    gram = (
        load("cocaine_prices")
        .query("year == 2019 and country == 'USA' and level == 'retail'")["typical_usd"]
        .item()
    )
    prices = [
        _wholesale("COL"),
        _wholesale("GTM"),
        _wholesale("MEX"),
        _wholesale("USA"),
        1000 * gram,
    ]
    pairs = list(pairwise(prices))
    return [end / start for start, end in pairs], [end - start for start, end in pairs]


def _largest(values: list[float]) -> int:
    return values.index(max(values)) + 1


@KEYS.add(
    "08.1",
    "On a logarithmic scale equal distances are equal factors, not equal sums: the widest gap to "
    "the eye answers one question; the other asks for a subtraction.",
    traps={
        "That is the order of the second question first.": lambda: [
            _largest(_steps()[1]),
            _largest(_steps()[0]),
        ],
        "The widest gap on a logarithmic scale is the largest factor; subtract to find the "
        "dollars.": lambda: [_largest(_steps()[0])] * 2,
        "Dollars say nothing about a factor: divide, or look for the widest gap.": lambda: (
            [_largest(_steps()[1])] * 2
        ),
    },
)
def largest_steps() -> list[int]:
    """The step that is largest as a factor, and the one that is largest in dollars."""
    factors, dollars = _steps()
    return [_largest(factors), _largest(dollars)]


def _guatemala_to_mexico(year: int) -> float:
    rows = (
        load("cocaine_prices")
        .query("year == @year and level == 'wholesale'")
        .set_index("country")["typical_usd"]
    )
    return float(rows["MEX"] / rows["GTM"])


@KEYS.add(
    "08.2",
    "A factor is the later price divided by the earlier one, both per kilogram; only the year is "
    "new.",
    traps={
        "That is the factor of 2019: change the year.": lambda: _guatemala_to_mexico(2019),
        "That is the way back: divide the later stop by the earlier one.": lambda: (
            1 / _guatemala_to_mexico(2021)
        ),
    },
    rtol=0,
    atol=0.0051,
)
def guatemala_to_mexico_2021() -> float:
    """Typical wholesale price in Mexico divided by that in Guatemala, 2021."""
    return _guatemala_to_mexico(2021)


@KEYS.add(
    "08.3",
    "Dollars divided by the price of a pure gram give pure grams; the purity is already in that "
    "price.",
    traps={
        "Those are grams as sold; pure grams are asked for.": lambda: (
            100 / (_dea()["usd_per_pure_gram"] * _dea()["purity_pct"] / 100)
        ).tolist()
    },
    rtol=0,
    atol=0.0051,
)
def pure_grams_for_a_hundred() -> list[float]:
    """Pure grams that 100 dollars bought in January 2007 and in September 2008."""
    return (100 / _dea()["usd_per_pure_gram"]).tolist()


@KEYS.add(
    "08.4",
    "The multiplication is section 1's. Ask what replacing the kilogram costs its owner, where "
    "it was lost.",
)
def which_word() -> str:
    """The wrong word of the headline."""
    retail = (
        load("cocaine_prices")
        .query("year == 2019 and country == 'USA' and level == 'retail'")["typical_usd"]
        .item()
        * 1000
    )
    premise(_wholesale("MEX") < retail, "A kilogram must cost less in Mexico than at U.S. retail.")
    return "b"
