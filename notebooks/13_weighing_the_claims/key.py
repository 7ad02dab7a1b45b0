"""Keys of lesson 13: weighing the claims."""

import pandas as pd

from helpers.catalogue import load
from helpers.claims import NOT_ENOUGH, judge, ledger
from helpers.exercises import Keys, premise

KEYS = Keys()


def coded_by(coder: str) -> pd.DataFrame:
    """The evidence with the codes of one coder."""
    codes = load("judgments").query("coder == @coder")
    return load("evidence").merge(
        codes[["claim", "reading", "admitted", "status"]], on=["claim", "reading"]
    )


@KEYS.add(
    "13.a",
    "Compare the two columns of the ledger, row by row.",
    traps={
        "Those are the claims whose verdicts differ.": lambda: int(
            (ledger()["on_the_day"] != ledger()["now"]).sum()
        ),
        "Those hold on both days. Other verdicts can stay the same, too.": lambda: int(
            (ledger()["on_the_day"].eq("holds") & ledger()["now"].eq("holds")).sum()
        ),
    },
)
def same_on_both_days() -> int:
    """Claims whose verdict is the same on both days."""
    return int((ledger()["on_the_day"] == ledger()["now"]).sum())


def deaths(reading: str, figures: str = "now") -> int:
    """The figure in one line of the card on overdose deaths."""
    lines = judge("overdose-64k").readings.query("reading == @reading and figures == @figures")
    return int(lines["value_low"].max())


@KEYS.add(
    "13.b",
    "Look among the lines that begin with 'Figures now' for the one named reported count.",
    traps={
        "That is the count in the first copy.": lambda: deaths(
            "deaths in the country, reported count", "of the day"
        ),
        "Those are deaths of residents, which is another count.": lambda: deaths(
            "deaths of residents, final count"
        ),
        "That is the predicted count, which is only near.": lambda: deaths(
            "deaths in the country, predicted count"
        ),
    },
)
def same_count_now() -> int:
    """The reported count of deaths in the country, on the figures now."""
    return deaths("deaths in the country, reported count")


@KEYS.add(
    "13.c",
    'Call as_coded_by with the letter "B".',
    traps={
        "That is the verdict as A codes the evidence.": lambda: judge("labs-136", coded_by("A")).now
    },
)
def laboratories_for_b() -> str:
    """Verdict on the laboratories with B's codes."""
    return judge("labs-136", coded_by("B")).now


@KEYS.add(
    "13.d",
    "The gap takes the number of claims that a figure decides.",
    traps={
        "That is a share of all claims.": lambda: (
            100 * ledger()["now"].str.contains("does not hold").mean()
        ),
        "That is the share that holds.": lambda: (
            100 * ledger()["now"].eq("holds").sum() / ledger()["confidence"].ne("none").sum()
        ),
    },
    rtol=0,
    atol=0.6,
)
def share_that_fails() -> float:
    """Percentage of the decided claims that do not hold for a coder at least."""
    frame = ledger()
    fails, decided = frame["now"].str.contains("does not hold"), frame["confidence"] != "none"
    premise(not (fails & ~decided).any(), "every claim that does not hold must be decided.")
    return float(100 * fails.sum() / decided.sum())


@KEYS.add(
    "13.e",
    "Count the names in the lines of the figures now with the label same quantity.",
    traps={
        "Count only the lines that decide: those with the label same quantity.": lambda: (
            judge("meth-26t").readings.query("figures == 'now'")["collectors"].nunique()
        ),
    },
)
def collectors_of_meth() -> int:
    """Collectors behind the deciding lines on methamphetamine."""
    decide = judge("meth-26t").readings.query(
        "figures == 'now' and status == 'same quantity' and admitted == 'yes'"
    )
    return int(decide["collectors"].nunique())


@KEYS.add("13.f", "Judge `mine` with `rows`, and read the verdict on the figures of the day.")
def extradited() -> str:
    """Verdict of the day on a claim of our own."""
    table = load("extraditions")
    persons = table.query("year == 2009 and direction == 'Mexico to US' and use == 'best'")
    premise(len(persons) == 1, "one row must count the extraditions of 2009.")
    return "holds" if persons["persons"].max() > 100 else "does not hold"


@KEYS.add(
    "13.1",
    "Both columns must be equal to the verdict. Combine the two conditions with and.",
    traps={
        "That counts the figures of the day alone.": lambda: int(
            (ledger()["on_the_day"] == NOT_ENOUGH).sum()
        ),
        "You included claims with another verdict from one coder.": lambda: int(
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
    "Set the three entries of the row first; then take claims.judge(row, coded).now.",
    traps={
        "That is the verdict on the original claim.": lambda: judge("cocaine-13t").now,
    },
)
def if_more_than_12_tons() -> str:
    """Verdict on a weaker claim about the cocaine seized."""
    row = load("claims").set_index("claim", drop=False).loc["cocaine-13t"].copy()
    row["stated_value"], row["direction"], row["wording"] = 12_000, "more than", "same"
    verdict = judge(row, coded_by("A")).now
    premise(verdict != judge("cocaine-13t").now, "the weaker claim must have another verdict.")
    return verdict


@KEYS.add(
    "13.3",
    'Join the kinds to the ledger by claim, drop those with the confidence "none", and count.',
    traps={
        "A figure decides fewer of that kind than of another.": lambda: "existence",
        "That kind has the highest share, but the question asks for the largest number.": lambda: (
            "comparison"
        ),
    },
)
def most_decided_kind() -> str:
    """Kind with most claims that a figure decides for one coder at least."""
    kinds: pd.Series = load("claims").set_index("claim")["kind"]
    counts = kinds[ledger()["confidence"] != "none"].value_counts()
    premise((counts == counts.max()).sum() == 1, "one kind must have the most decided claims.")
    return str(counts.idxmax())


@KEYS.add(
    "13.4",
    "Ask where each newspaper got its figure.",
    traps={
        "Do five newspapers that copy one report know more than the report?": lambda: "a",
        "A newspaper that does its own count is a collector too.": lambda: "c",
        "Where did the papers in the second country get the figure?": lambda: "d",
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
