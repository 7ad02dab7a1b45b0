"""Verdicts on the claims of this collection: equal to what lesson 02 computes by hand, and changed
when a table or a row of evidence changes.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd
import pytest

from helpers import about, load
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_JUDGED,
    ONE_READING,
    OPEN,
    SCALE,
    judge,
    ledger,
    show,
)
from helpers.claims.evidence import evidence_value
from tests.lessons import LESSONS

#: The claims in the order of the table.
CLAIMS = list(load("claims").sort_values("order", kind="stable")["claim"])
#: The day of the text that the table `statements` takes apart; claims of other texts are not in it.
DIALOGUE = pd.Timestamp("2017-12-14")
VERDICTS = Path(__file__).with_name("verdicts.txt")


#: Units of columns that the claims say in other words.
UNIT = {
    "million U.S. dollars": "USD million",
    "deaths in 12 months": "deaths",
    "as in unit": "USD million",
}


def verdict_in_full(claim: str) -> str:
    """A claim's card and verdict with all its readings, and the number that each row of evidence
    points at, older vintages too: as text.
    """
    evidence = load("evidence")
    rows = []
    for _, row in evidence[evidence["claim"] == claim].iterrows():
        value = evidence_value(row, row["unit"])
        rows.append(
            f"  {row['reading']}, {row['part']}, {row['role']}: {value:,.10g} {row['unit']} "
            f"({row['status']}; public by {row['known_on']:%Y-%m-%d}; "
            f"{row['table']}, {row['column']}: {row['selection']})"
        )
    return "\n".join([repr(show(claim)), repr(judge(claim)), "Rows of evidence", *rows]) + "\n"


def stored_verdicts() -> dict[str, str]:
    """The text of each claim as it was stored when somebody last looked at it."""
    texts = VERDICTS.read_text(encoding="utf-8").split("\n\n")
    stored = [text.rstrip("\n") + "\n" for text in texts]
    return {text.split("\n", 1)[0].removeprefix("Claim "): text for text in stored}


@pytest.mark.parametrize("claim", stored_verdicts())
def test_a_verdict_is_the_one_that_was_looked_at(claim: str) -> None:
    """Lessons show only part of the figures behind a verdict; here a changed row of evidence is
    seen wherever it is. A claim that is new has nothing to be compared with.
    """
    before, now = stored_verdicts()[claim], verdict_in_full(claim) if claim in CLAIMS else ""
    changes = difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=0)
    assert before == now, (
        "if this change is meant, write it with `python -m tests.collection.test_claims`:\n"
        + "\n".join(changes)
    )


def test_evidence_is_in_the_unit_of_its_column() -> None:
    for row in load("evidence").itertuples():
        field = next(
            (f for f in about(row.table).resource["schema"]["fields"] if f["name"] == row.column),
            None,
        )
        assert field is None or UNIT.get(field["unit"], field["unit"]) == row.unit, (
            f"{row.claim}, {row.reading}: {row.table}.{row.column} is in {field['unit']}, "
            f"the evidence says {row.unit}"
        )


def test_evidence_selects_the_vintage_of_its_day() -> None:
    """Also where an older vintage is no longer shown because a later one has taken its place."""
    dated = [row for row in load("evidence").itertuples() if "known_on=" in row.selection]
    assert dated
    for row in dated:
        assert f"known_on={row.known_on:%Y-%m-%d}" in row.selection, (
            f"{row.claim}, {row.reading}: public on {row.known_on:%Y-%m-%d}, selects "
            f"{row.selection}"
        )


def test_rows_of_one_figure_have_one_status() -> None:
    """A verdict shows the status of the first row; the others of the same reading, part and day
    must not differ from it.
    """
    statuses = (
        load("evidence").groupby(["claim", "reading", "part", "known_on"])["status"].nunique()
    )
    assert (statuses == 1).all(), statuses[statuses > 1]


def test_statements_and_claims_point_at_each_other() -> None:
    """The table `statements` holds one text; a claim of another text needs no row there."""
    stated = load("claims")
    here = set(load("statements")["claim"].dropna())
    assert here <= set(CLAIMS)
    assert here >= set(stated.loc[stated["as_of"] == DIALOGUE, "claim"])


def test_claims_follow_the_order_of_the_statements() -> None:
    placed = load("statements").dropna(subset="claim").drop_duplicates("claim")["claim"].tolist()
    listed = [claim for claim in CLAIMS if claim in placed]
    assert sorted(listed, key=placed.index)[:8] == listed[:8]


def test_every_claim_is_in_the_block_of_one_lesson() -> None:
    listed = [claim for lesson in LESSONS for claim in lesson.claims]
    assert sorted(listed) == sorted(CLAIMS), (
        "each claim of the table is in exactly one lesson's block `lesson`, and no other is"
    )


def test_every_claim_is_judged() -> None:
    for claim, row in ledger().iterrows():
        assert row["on_the_day"] != NOT_JUDGED, f"{claim} has no evidence"
        assert {row["on_the_day"], row["now"]} <= set(SCALE)
        assert row["wording"] in ("stronger", "same", "weaker")


# --- by hand, as lesson 02 does
# ----------------------------------------------------------------------------------------


def revision(drug: str, known_on: str, count: str) -> int:
    frame = load("overdose_count_revisions")
    row = frame[
        (frame["period_end"] == "2016-12-31")
        & (frame["drug"] == drug)
        & (frame["known_on"] == known_on)
        & (frame["count"] == count)
    ]
    return int(row["deaths"].item())


def final(drug: str, co_involvement: str = "all") -> int:
    return int(
        load("us_overdose_deaths")
        .query("year == 2016 and drug == @drug and co_involvement == @co_involvement")["deaths"]
        .item()
    )


def by_hand(frame: pd.DataFrame, figures: str, reading: str, part: str = "all") -> pd.Series:
    return frame.query("figures == @figures and reading == @reading and part == @part").iloc[0]


def test_overdose_64k_equals_the_lesson() -> None:
    verdict = judge("overdose-64k")
    of_the_day = revision("all drugs", "2017-12-16", "reported")
    occurred = revision("all drugs", "2025-09-17", "reported")
    residents = final("all drugs")
    assert verdict.on_the_day == (HOLDS if of_the_day > 64_000 else FAILS) == HOLDS
    assert verdict.now == (HOLDS if occurred > 64_000 and residents > 64_000 else FAILS) == FAILS
    assert (
        by_hand(verdict.readings, "of the day", "deaths in the country, reported count")[
            "value_low"
        ]
        == of_the_day
    )
    assert (
        by_hand(verdict.readings, "now", "deaths in the country, reported count")["value_low"]
        == occurred
    )
    assert (
        by_hand(verdict.readings, "now", "deaths of residents, final count")["value_low"]
        == residents
        == revision("all drugs", "2017-12-21", "final")
    )


def test_synthetic_both_equals_the_lesson() -> None:
    verdict = judge("synthetic-both")
    synthetic, heroin, prescription = (
        final(d)
        for d in ("synthetic opioids other than methadone", "heroin", "prescription opioids")
    )
    halves = [
        max(
            final(d, f"{half} synthetic opioids other than methadone")
            for d in ("heroin", "prescription opioids")
        )
        for half in ("with", "without")
    ]
    each = [
        by_hand(verdict.readings, "now", "each of the two", f"against {drug}")
        for drug in ("heroin", "prescription opioids")
    ]
    assert [r["reference_high"] for r in each] == [heroin, prescription] and synthetic > max(
        heroin, prescription
    )
    assert [r["result"] for r in each] == [HOLDS, HOLDS]
    together = by_hand(verdict.readings, "now", "the two together")
    assert (
        (together["reference_low"], together["reference_high"])
        == (sum(halves), heroin + prescription)
        == (18_813, 32_556)
    )
    assert sum(halves) < synthetic < heroin + prescription and together["result"] == OPEN
    assert verdict.on_the_day == verdict.now == ONE_READING


def test_cards_show_what_they_should() -> None:
    text = repr(show("overdose-64k")) + show("overdose-64k")._repr_html_()
    assert text.count("more than 64,000 deaths") == 2 and "14 December 2017" in text
    text = repr(judge("synthetic-both"))
    assert "holds in one reading" in text and "18,813 to 32,556" in text and "stronger" in text


def test_the_ledger_has_a_row_a_claim_with_what_its_parts_say() -> None:
    frame = ledger()
    assert list(frame.index) == CLAIMS
    stored = load("claims").set_index("claim")
    assert (frame["said"] == stored.loc[CLAIMS, "paraphrase"]).all()
    assert (frame["would_change"] == stored.loc[CLAIMS, "would_change"]).all()
    assert {name: judge(name).confidence for name in CLAIMS} == frame["confidence"].to_dict()
    assert {claim: row["lesson"] for claim, row in frame.iterrows()} == {
        claim: lesson.name for lesson in LESSONS for claim in lesson.claims
    }


if __name__ == "__main__":
    texts = "\n".join(verdict_in_full(claim) for claim in CLAIMS)
    VERDICTS.write_text(texts, encoding="utf-8", newline="\n")
