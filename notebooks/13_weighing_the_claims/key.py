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
        "That is the claim's own number.": lambda: int(
            load("claims").set_index("claim")["stated_value"]["overdose-64k"]
        ),
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
    'Put as_coded_by("B") into claims.judge, and .now after it.',
    traps={
        "Those are the verdicts of both coders. Give judge the evidence as B codes it.": lambda: (
            judge("labs-136").now
        ),
        "That is the verdict as A codes the evidence.": lambda: (
            judge("labs-136", coded_by("A")).now
        ),
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


@KEYS.add(
    "13.f",
    "Judge `mine` with `rows`, and read the verdict on the figures of the day.",
    traps={
        "That is the verdict on the figures now. Which figures were public that day?": lambda: (
            "holds"
        )
    },
)
def extradited() -> str:
    """Verdict of the day on a claim of our own: its figure was published later."""
    table = load("extraditions")
    persons = table.query("year == 2017 and direction == 'Mexico to US' and use == 'best'")
    premise(len(persons) == 1, "one row must count the extraditions of 2017.")
    premise(persons["persons"].max() > 50, "the claim must hold on the figures now.")
    premise(persons["source"].str.contains("2020").all(), "the count must be published later.")
    return NOT_ENOUGH


def holding() -> pd.DataFrame:
    """For each claim, whether it holds on the day and now."""
    return ledger()[["on_the_day", "now"]].eq("holds")


@KEYS.add(
    "13.1",
    "Both columns must be equal to the verdict: combine the two conditions with and.",
    traps={
        "That counts one of the two days alone.": lambda: int(holding()["now"].sum()),
        "That counts claims that hold on one day or the other.": lambda: int(
            holding().any(axis=1).sum()
        ),
        "That counts every verdict that stayed the same.": same_on_both_days,
    },
)
def hold_on_both_days() -> int:
    """Claims that hold on the day and now."""
    return int(holding().all(axis=1).sum())


@KEYS.add(
    "13.2",
    "Set all three entries of the row first: stated_value (12000, without a comma), direction and "
    "wording. Then take claims.judge(row, coded).now.",
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
    "Keep the rows of table whose verdict now is holds, and count them by kind.",
    traps={
        "That is the most common kind of all claims. Keep those that hold first.": lambda: (
            "quantity"
        ),
        "That kind has the highest share. The question asks for the largest number.": lambda: (
            "comparison"
        ),
    },
)
def most_common_kind_that_holds() -> str:
    """Kind with most claims that hold now."""
    kinds: pd.Series = load("claims").set_index("claim")["kind"]
    counts = kinds[ledger()["now"] == "holds"].value_counts()
    premise((counts == counts.max()).sum() == 1, "one kind must have the most claims that hold.")
    premise(counts.idxmax() != kinds.value_counts().idxmax(), "the filter must matter.")
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
