"""Keys of lesson 09: computing with unmeasured money."""

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _estimate(name: str):
    return load("illicit_finance_estimates").set_index("estimate").loc[name]


def _seized_billion() -> float:
    counts = load("financial_intelligence")
    return float(counts[counts["measure"] == "bulk cash seized"]["value"].item()) / 1000


def _linked(days: str, link: str = "yes") -> float:
    """Entries of these days, with or without a link to Mexico."""
    rows = load("sanctions_snapshots").query(days)
    return float(rows.query("mexico_link == @link")["entries"].sum())


def _percent_linked(days: str) -> float:
    """Percent of the entries of these days with a link to Mexico."""
    return 100 * _linked(days) / (_linked(days) + _linked(days, "no"))


def _corners() -> tuple[float, float]:
    """Lowest and highest corner of section 3, without dilution, in billion dollars."""
    spending = load("illicit_finance_estimates").query(
        "unit == 'USD billion per year' and concept == 'retail' and geography != 'world'"
    )["central"]
    prices = load("cocaine_prices").query("year == 2019")
    prices = prices.set_index(["country", "level"])["typical_usd"]
    share = [prices[c, "wholesale"] / (1_000 * prices["USA", "retail"]) for c in ("MEX", "USA")]
    return float(spending.min() * share[0]), float(spending.max() * share[1])


@KEYS.add(
    "09.1",
    "Divide the higher bound by the lower.",
    traps={
        "That is for cash across the border. Use the wholesale estimate.": lambda: (
            _estimate("ndta2006_swb_outflow")["high"] / _estimate("ndta2006_swb_outflow")["low"]
        ),
        "That is the difference. Divide instead of subtracting.": lambda: (
            _estimate("ndta2006_wholesale")["high"] - _estimate("ndta2006_wholesale")["low"]
        ),
    },
    rtol=0,
    atol=0.051,
)
def width_of_the_wholesale_range() -> float:
    """Upper divided by lower bound of NDIC's wholesale estimate."""
    return float(_estimate("ndta2006_wholesale")["high"] / _estimate("ndta2006_wholesale")["low"])


@KEYS.add(
    "09.2",
    "The lowest percentage comes from the highest denominator. First bring millions and billions "
    "to one unit.",
    traps={
        "The order is reversed: the larger the flow, the smaller the share.": lambda: [
            100 * _seized_billion() / _estimate("ndta2006_swb_outflow")[b] for b in ("low", "high")
        ],
        "That is for ICE's estimate, as in section 4. Use NDIC's.": lambda: [
            100 * _seized_billion() / _estimate("ice2010_bulk_cash")[b] for b in ("high", "low")
        ],
        "That is for NDIC's wholesale estimate. Use the cash smuggled out.": lambda: [
            100 * _seized_billion() / _estimate("ndta2006_wholesale")[b] for b in ("high", "low")
        ],
        "You divided millions by billions: bring both to one unit first.": lambda: [
            100_000 * _seized_billion() / _estimate("ndta2006_swb_outflow")[b]
            for b in ("high", "low")
        ],
    },
    rtol=0,
    atol=0.051,
)
def seized_of_the_smuggled() -> list[float]:
    """Percent of NDIC's cash estimate that the seized cash of 2014 would be, lowest and highest."""
    return [
        100 * _seized_billion() / float(_estimate("ndta2006_swb_outflow")[b])
        for b in ("high", "low")
    ]


@KEYS.add(
    "09.3",
    "Keep only the last day; then divide the entries with a link by all entries of that day.",
    traps={
        "Those are the rows, not the entries: add up the column entries.": lambda: (
            100
            * (
                load("sanctions_snapshots").query("snapshot_date == snapshot_date.max()")[
                    "mexico_link"
                ]
                == "yes"
            ).mean()
        ),
        "That is how many entries have a link. What percentage of all is that?": lambda: _linked(
            "snapshot_date == snapshot_date.max()"
        ),
        "That is the first day. Use the last one.": lambda: _percent_linked(
            "snapshot_date == snapshot_date.min()"
        ),
        "That is for all days together. Use the last one.": lambda: _percent_linked("entries >= 0"),
        "Those are linked entries for each hundred others; divide by all entries.": lambda: (
            100
            * _linked("snapshot_date == snapshot_date.max()")
            / _linked("snapshot_date == snapshot_date.max()", "no")
        ),
    },
    rtol=0,
    atol=0.051,
)
def linked_to_mexico() -> float:
    """Percent of the entries of the last snapshot with a link to Mexico."""
    return _percent_linked("snapshot_date == snapshot_date.max()")


@KEYS.add(
    "09.4",
    "Parts of one whole may be added; stages of one flow may not. Which pair is of one stage, "
    "one place and one year?",
    traps={
        "What is spent contains what is smuggled out, and the years and places differ.": lambda: (
            "b"
        ),
        "Both may count some of the same money, and the second is for the whole world.": lambda: (
            "c"
        ),
    },
)
def which_may_be_added() -> str:
    """Two parts of retail spending in one year."""
    rows = load("illicit_finance_estimates").set_index("estimate")
    spending, cash = rows.loc["rand2019_users_spend"], rows.loc["ndta2006_swb_outflow"]
    wholesale, laundered = rows.loc["ndta2006_wholesale"], rows.loc["unodc2009_laundered"]
    premise(
        "marijuana" in spending["quantity"],
        "Spending of 2016 must be of several drugs, marijuana among them.",
    )
    premise(
        spending["concept"] != cash["concept"] and spending["period"] != cash["period"],
        "Spending and cash must be different stages and years.",
    )
    premise(
        wholesale["concept"] != laundered["concept"],
        "Wholesale revenue and laundered money must be different stages.",
    )
    return "a"


@KEYS.add(
    "09.a",
    "The sentence is about a cause: what would have to change, and compared with what?",
    traps={
        "Cash seized is not revenue, and both may have changed for another reason.": lambda: "a",
        "Blocked accounts say nothing about what the organizations do.": lambda: "c",
    },
)
def what_would_test_the_sentence() -> str:
    """Revenue that fell for a reason from outside, beside a place where it did not."""
    sentence = load("statements").set_index("statement").loc["s25", "paraphrase"]
    premise("less effective" in sentence, "The sentence must say that effect follows revenue.")
    return "b"


@KEYS.add(
    "09.b",
    "In the list of what each row counts, read the first row of cash.",
    traps={
        "The row names two countries' organizations.": lambda: "a",
        "It counts drug proceeds only, and only those of some organizations.": lambda: "c",
    },
)
def whose_money() -> str:
    """NDIC's cash estimate is of Mexican and Colombian organizations."""
    premise(
        "Mexican and Colombian" in _estimate("ndta2006_swb_outflow")["quantity"],
        "NDIC's cash estimate must be of Mexican and Colombian organizations.",
    )
    return "b"


@KEYS.add(
    "09.c",
    "Multiply the highest corner by d.",
    traps={
        "That is the lowest corner. Use the highest.": lambda: 2 / 3 * _corners()[0],
        "Dilution makes the wholesale share smaller: multiply by d, do not divide.": lambda: (
            1.5 * _corners()[1]
        ),
        "That is without dilution.": lambda: _corners()[1],
    },
    rtol=0,
    atol=0.07,  # the corner as the table prints it gives 24.1
)
def highest_corner_diluted() -> float:
    """The highest corner at two thirds of the purity."""
    return 2 / 3 * _corners()[1]


@KEYS.add(
    "09.d",
    "Bring both to one unit, divide the seized cash by the corner, and multiply by 100.",
    traps={
        "That is for the highest corner.": lambda: 100 * _seized_billion() / _corners()[1],
        "You divided millions by billions: bring both to one unit first.": lambda: (
            100_000 * _seized_billion() / _corners()[0]
        ),
        "That is for ICE's lower bound, as above.": lambda: (
            100 * _seized_billion() / _estimate("ice2010_bulk_cash")["low"]
        ),
    },
    rtol=0,
    atol=0.051,
)
def seized_beside_the_lowest_corner() -> float:
    """Percent of the lowest corner that the seized cash is."""
    return 100 * _seized_billion() / _corners()[0]
