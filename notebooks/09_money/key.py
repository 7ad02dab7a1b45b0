"""Keys of lesson 09: computing with unmeasured money."""

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _estimate(name: str):
    return load("illicit_finance_estimates").set_index("estimate").loc[name]


def _seized_billion() -> float:
    counts = load("financial_intelligence")
    return float(counts[counts["measure"] == "bulk cash seized"]["value"].item()) / 1000


@KEYS.add(
    "09.1",
    "A factor is the higher bound divided by the lower.",
    traps={
        "That is the estimate of cash across the border; wholesale is asked for.": lambda: (
            _estimate("ndta2006_swb_outflow")["high"] / _estimate("ndta2006_swb_outflow")["low"]
        )
    },
    rtol=0,
    atol=0.051,
)
def width_of_the_wholesale_range() -> float:
    """Upper divided by lower bound of NDIC's wholesale estimate."""
    return float(_estimate("ndta2006_wholesale")["high"] / _estimate("ndta2006_wholesale")["low"])


@KEYS.add(
    "09.2",
    "The lowest percentage comes from the highest denominator. Millions and billions: one unit "
    "first.",
    traps={
        "The order is reversed: the larger the flow, the smaller the share.": lambda: [
            100 * _seized_billion() / _estimate("ndta2006_swb_outflow")[b] for b in ("low", "high")
        ]
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
    "Keep the last day only; then the entries with a link, over all entries of that day.",
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
    },
    rtol=0,
    atol=0.051,
)
def linked_to_mexico() -> float:
    """Percent of the entries of the last snapshot with a link to Mexico."""
    table = load("sanctions_snapshots")
    last = table[table["snapshot_date"] == table["snapshot_date"].max()]
    return float(100 * last[last["mexico_link"] == "yes"]["entries"].sum() / last["entries"].sum())


@KEYS.add(
    "09.4",
    "Parts of one whole may be added; stages of one flow may not. Which pair is of one stage, "
    "one place and one year?",
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
