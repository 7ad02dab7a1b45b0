"""Keys of lesson 08: following one kilogram."""

from helpers.data import load
from helpers.exercises import Keys

KEYS = Keys()


def _wholesale(country: str, column: str = "typical_usd") -> float:
    rows = load("cocaine_prices").query("year == 2019 and level == 'wholesale' and country == @country")
    return float(rows[column].item())


def _stated_kg() -> float:
    return float(load("claims").set_index("claim")["stated_value"]["cocaine-13t"])


def _dea():
    return load("us_cocaine_prices").query("series == 'DEA purchases, all sizes'").set_index("year")


@KEYS.add(
    "08.1",
    "A factor is one price divided by the other, both per kilogram.",
    traps={"That is the retail price: wholesale is asked for.": lambda: 1000 * load("cocaine_prices").query("year == 2019 and country == 'USA' and level == 'retail'")["typical_usd"].item() / _wholesale("COL")},
    rtol=0,
    atol=0.051,
)
def united_states_to_colombia() -> float:
    """Wholesale price in the United States divided by that in Colombia, 2019."""
    return _wholesale("USA") / _wholesale("COL")


@KEYS.add(
    "08.2",
    "Kilograms times dollars a kilogram, then to millions; the claim states the kilograms.",
    traps={"Those are dollars; millions are asked for.": lambda: [_stated_kg() * _wholesale("MEX", c) for c in ("min_usd", "max_usd")]},
    rtol=0,
    atol=0.051,
)
def worth_in_mexico() -> list[float]:
    """Value of the stated kilograms at Mexico's lowest and highest wholesale price, million dollars."""
    return [_stated_kg() * _wholesale("MEX", c) / 1e6 for c in ("min_usd", "max_usd")]


@KEYS.add(
    "08.3",
    "Dollars divided by the price of a pure gram give pure grams; the purity is already in that price.",
    traps={"Those are grams as sold; pure grams are asked for.": lambda: (100 / (_dea()["usd_per_pure_gram"] * _dea()["purity_pct"] / 100)).tolist()},
    rtol=0,
    atol=0.0051,
)
def pure_grams_for_a_hundred() -> list[float]:
    """Pure grams that 100 dollars bought in January 2007 and in September 2008."""
    return (100 / _dea()["usd_per_pure_gram"]).tolist()


@KEYS.add("08.4", "The multiplication is section 1's. Ask what the owner needs to have the kilogram again.")
def which_word() -> str:
    """The wrong word of the headline."""
    retail = load("cocaine_prices").query("year == 2019 and country == 'USA' and level == 'retail'")["typical_usd"].item() * 1000
    return "b" if _wholesale("MEX") < retail else "c"
