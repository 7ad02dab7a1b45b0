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


def _mexico_lowest() -> float:
    rows = load("cocaine_prices").query(
        "year == 2019 and level == 'wholesale' and country == 'MEX'"
    )
    return float(rows["min_usd"].item())


def _stated_kg() -> float:
    return float(load("claims").query("claim == 'cocaine-13t'")["stated_value"].item())


def _gram() -> float:
    rows = load("cocaine_prices").query("year == 2019 and country == 'USA' and level == 'retail'")
    return float(rows["typical_usd"].item())


@KEYS.add(
    "08.a",
    "The kilograms of the claim, times the lowest price of a kilogram, in millions.",
    traps={
        "That is at the typical price; the question asks for the lowest.": lambda: (
            _stated_kg() * _wholesale("MEX") / 1e6
        ),
        "Those are dollars; the question asks for millions of dollars.": lambda: (
            _stated_kg() * _mexico_lowest()
        ),
    },
    rtol=0,
    atol=0.51,
)
def at_the_lowest_price() -> float:
    """Million dollars for the kilograms of the claim at Mexico's lowest price."""
    return _stated_kg() * _mexico_lowest() / 1e6


@KEYS.add(
    "08.b",
    "A kilogram has a thousand grams, and each gram costs the price in the table.",
    traps={
        "A kilogram costs more than a gram: multiply.": lambda: _gram() / 1000,
        "That is still the price of a gram.": lambda: _gram(),
    },
)
def retail_kilogram() -> float:
    """Dollars a kilogram at retail in the United States, 2019."""
    return 1000 * _gram()


@KEYS.add(
    "08.c",
    "The price in Mexico divided by the price in Guatemala.",
    traps={
        "That is the way back: divide the later stop by the earlier one.": lambda: (
            _wholesale("GTM") / _wholesale("MEX")
        ),
        "That is a change in dollars; for a factor, divide.": lambda: (
            _wholesale("MEX") - _wholesale("GTM")
        ),
    },
    rtol=0,
    atol=0.0051,
)
def guatemala_to_mexico_2019() -> float:
    """Typical wholesale price in Mexico divided by that in Guatemala, 2019."""
    return _wholesale("MEX") / _wholesale("GTM")


@KEYS.add(
    "08.d",
    "The price of a pure gram in 2008, times the share that was pure in 2007.",
    traps={
        "That is the real bag of 2008, with the purity of 2008.": lambda: _bag(2008, 2008),
        "That is the bag of 2007.": lambda: _bag(2007, 2007),
        "The purity is in percent: divide by 100.": lambda: 100 * _bag(2008, 2007),
        "That is the price of 2007 with the purity of 2008.": lambda: _bag(2007, 2008),
    },
    rtol=0,
    atol=0.51,
)
def bag_at_the_old_purity() -> float:
    """Dollars of a bag in 2008 if the purity were that of 2007."""
    return _bag(2008, 2007)


def _bag(price_of: int, purity_of: int) -> float:
    """Return the price of a gram as bought, from a price and a purity that may differ in year."""
    dea = _dea()
    return float(dea["usd_per_pure_gram"][price_of] * dea["purity_pct"][purity_of] / 100)


@KEYS.add(
    "08.e",
    "Divide the price in Colombia by the retail price, both for a kilogram, and multiply by 100.",
    traps={
        "That is a share between 0 and 1; the question asks for a percentage.": lambda: (
            _wholesale("COL") / (1000 * _gram())
        ),
        "That is the percentage for Mexico.": lambda: 100 * _wholesale("MEX") / (1000 * _gram()),
        "One of the prices is per gram.": lambda: 100 * _wholesale("COL") / _gram(),
    },
    rtol=0,
    atol=0.051,
)
def lost_in_colombia() -> float:
    """Percent of the retail price that a kilogram lost in Colombia costs to replace."""
    return 100 * _wholesale("COL") / (1000 * _gram())


def _last_price(lost: float, rule: str) -> float:
    """Return the last price of section 4's invented kilogram: bought for 10, sold for 100."""
    paid = 10 / (1 - lost)
    return round(paid + 90 if rule == "dollars" else 10 * paid, 6)


@KEYS.add(
    "08.f",
    "Three quarters lost: how many kilograms to buy for one that arrives? Then add the same 90 "
    "dollars.",
    traps={
        "That is by the rule of shares; here everybody adds dollars.": lambda: _last_price(
            0.75, "shares"
        ),
        "That is what the owner pays; the others still add their dollars.": lambda: (
            _last_price(0.75, "dollars") - 90
        ),
        "That is for half lost.": lambda: _last_price(0.5, "dollars"),
        "If one in four arrives, the owner buys four, not one and three quarters.": lambda: (
            90 + 10 * 1.75
        ),
    },
)
def last_price_by_dollars() -> float:
    """Last price when three quarters are lost and the same dollars are added."""
    return _last_price(0.75, "dollars")


@KEYS.add(
    "08.1",
    "On a logarithmic scale equal distances are equal factors, not equal sums. The widest gap you "
    "see answers one question; for the other, subtract.",
    traps={
        "Those are the right steps in the wrong order: give the factor first.": lambda: [
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
        "Those are grams as sold; the question asks for pure grams.": lambda: (
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
    "The multiplication is the one in section 1. Ask what it costs the owner to replace the "
    "kilogram where it was lost.",
    traps={
        "The headline says where the seizure was, and that was Mexico.": lambda: "a",
        "The price is for a gram, and a kilogram has a thousand grams.": lambda: "c",
    },
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
