"""Keys of lesson 13: weighing the claims."""

import pandas as pd

from helpers.catalogue import load
from helpers.claims import UNCHECKED, judge, ledger
from helpers.exercises import Keys, premise

KEYS = Keys()


@KEYS.add(
    "13.1",
    "Both columns must have the verdict: combine the two conditions with &.",
    traps={
        "That counts the figures of the day alone.": lambda: int(
            (ledger()["on_the_day"] == UNCHECKED).sum()
        )
    },
)
def unchecked_both() -> int:
    """Claims that could be checked on neither day."""
    frame = ledger()
    return int(((frame["on_the_day"] == UNCHECKED) & (frame["now"] == UNCHECKED)).sum())


@KEYS.add("13.2", "claims.judge(row).now, with the two entries of the row changed first.")
def if_at_least_58() -> str:
    """Verdict on a weaker claim about the Career Ambassadors."""
    row = load("claims").set_index("claim", drop=False).loc["ambassadors-59"].copy()
    row["stated_value"], row["direction"] = 58, "at least"
    return judge(row).now


@KEYS.add(
    "13.3",
    "Join the kinds to the ledger by claim, drop those that cannot be checked now, and count.",
    traps={"Fewer of that kind could be checked than of another.": lambda: "existence"},
)
def most_checked_kind() -> str:
    """Kind with most claims that could be checked now."""
    kinds: pd.Series = load("claims").set_index("claim")["kind"]
    counts = kinds[ledger()["now"] != UNCHECKED].value_counts()
    premise((counts == counts.max()).sum() == 1, "one kind must have the most checked claims.")
    return str(counts.idxmax())


@KEYS.add(
    "13.4",
    "Ask of each page where it has its figure from.",
    traps={
        "Do five pages that copy one report know more than the report?": lambda: "a",
        "A newspaper that has its own figure would be a source of its own.": lambda: "c",
    },
)
def one_report() -> str:
    """Quotations of one report are one figure."""
    rows = load("evidence").query("claim == 'labs-136' and status == 'same quantity'")
    premise(len(rows) == 1, "one figure must decide the claim on the laboratories.")
    return "b"
