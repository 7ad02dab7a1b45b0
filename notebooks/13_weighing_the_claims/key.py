"""Keys of lesson 13: weighing the claims."""

import pandas as pd

from helpers.catalogue import load
from helpers.claims import NOT_ENOUGH, judge, ledger
from helpers.exercises import Keys, premise

KEYS = Keys()


@KEYS.add(
    "13.1",
    "Both columns must be equal to the verdict: combine the two conditions with &.",
    traps={
        "That counts the figures of the day alone.": lambda: int(
            (ledger()["on_the_day"] == NOT_ENOUGH).sum()
        ),
        "You took in claims for which one coder has another verdict.": lambda: int(
            (
                ledger()["on_the_day"].str.contains(NOT_ENOUGH)
                & ledger()["now"].str.contains(NOT_ENOUGH)
            ).sum()
        ),
    },
)
def not_enough_on_both_days() -> int:
    """Claims without enough evidence on either day, for both coders."""
    frame = ledger()
    return int(((frame["on_the_day"] == NOT_ENOUGH) & (frame["now"] == NOT_ENOUGH)).sum())


@KEYS.add(
    "13.2",
    "claims.judge(row, coded).now, with the three entries of the row set first.",
    traps={
        "That is the verdict on the claim as it was made.": lambda: judge("cocaine-13t").now,
    },
)
def if_more_than_12_tons() -> str:
    """Verdict on a weaker claim about the cocaine seized."""
    codes = load("judgments").query("coder == 'A'")[["claim", "reading", "admitted", "status"]]
    row = load("claims").set_index("claim", drop=False).loc["cocaine-13t"].copy()
    row["stated_value"], row["direction"], row["wording"] = 12_000, "more than", "same"
    verdict = judge(row, load("evidence").merge(codes, on=["claim", "reading"])).now
    premise(verdict != judge("cocaine-13t").now, "the weaker claim must have another verdict.")
    return verdict


@KEYS.add(
    "13.3",
    'Join the kinds to the ledger by claim, drop those with the confidence "none", and count.',
    traps={"A figure decides fewer of that kind than of another.": lambda: "existence"},
)
def most_decided_kind() -> str:
    """Kind with most claims that a figure decides for one coder at least."""
    kinds: pd.Series = load("claims").set_index("claim")["kind"]
    counts = kinds[ledger()["confidence"] != "none"].value_counts()
    premise((counts == counts.max()).sum() == 1, "one kind must have the most decided claims.")
    return str(counts.idxmax())


@KEYS.add(
    "13.4",
    "Ask of each newspaper where it has its figure from.",
    traps={
        "Do five newspapers that copy one report know more than the report?": lambda: "a",
        "A newspaper that has its own figure would be a source of its own.": lambda: "c",
    },
)
def one_collector() -> str:
    """Quotations of one office are one collector."""
    decisive = judge("meth-26t").readings.query(
        "figures == 'now' and status == 'same quantity' and admitted == 'yes'"
    )
    premise(
        set(decisive["collectors"]) == {"CENAPI"},
        "one collector must decide the claim on methamphetamine.",
    )
    return "b"
