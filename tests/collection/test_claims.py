"""Verdicts on the claims of this collection: equal to what lesson 02 computes by hand, changed when
a cell, a row of evidence or a code changes, and exported with properties that schema.org knows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import helpers.claims.evidence as evidence_module
import helpers.claims.model as model_module
import helpers.claims.verdict as verdict_module
from helpers import about, load
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_ENOUGH,
    NOT_JUDGED,
    REVISED,
    SAME,
    SCALE,
    WORDINGS,
    export,
    judge,
    ledger,
    show,
)
from helpers.claims.evidence import coded_evidence, evidence_value
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
            f"({row['collector']}; {row['publicity']}, {row['known_on']:%Y-%m-%d}; "
            f"{row['table']}, {row['column']}: {row['selection']})"
        )
    codes = load("judgments").query("claim == @claim").fillna({"direction": "none"})
    coded = [
        f"  {code.coder}, {code.reading}: {code.direction}, {code.wording}, "
        f"admitted {code.admitted}, {code.status}"
        for code in codes.itertuples()
    ]
    parts = [repr(show(claim)), repr(judge(claim)), "Rows of evidence", *rows, "Codes", *coded]
    return "\n".join(parts) + "\n"


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


def test_evidence_is_public_on_the_day_of_its_row() -> None:
    """Where a reading holds two years or events together, on the day of the later one; a month or a
    year stands for its last day. Of the FBI's old years, `known_on` is the day of our copy.
    """
    rows = load("evidence")
    rows = rows[[("known_on" in load(table)) for table in rows["table"]]]
    assert len(rows) > 60
    rows["day"] = [day_of_cell(row) for row in rows.itertuples()]
    late = rows[rows["day"] > rows["known_on"]]
    assert set(late["collector"]) == {"FBI"} and set(late["role"]) == {"reference"}
    rows = rows.drop(late.index)
    latest = rows.groupby(["claim", "reading", "part", "known_on"])["day"].transform("max")
    assert (latest == rows["known_on"]).all()


def day_of_cell(row: Any) -> pd.Timestamp:
    """The day on which the cell that a row of evidence points at was known."""
    table = load(row.table)
    for condition in row.selection.split("; "):
        column, _, value = condition.partition("=")
        table = table[table[column].astype(str) == value]
    (day,) = table["known_on"].astype(str).unique()
    return pd.Period(day).end_time.normalize()


def test_statements_and_claims_point_at_each_other() -> None:
    """The table `statements` holds one text; a claim of another text needs no row there."""
    stated = load("claims")
    stated = stated[stated["text"].isin(load("texts")["text"])]
    here = load("statements").dropna(subset="claim").set_index("claim")["statement"].to_dict()
    assert here == stated.dropna(subset="statement").set_index("claim")["statement"].to_dict()
    assert set(stated.loc[stated["statement"].isna(), "text"]) == {"t05", "t06"}
    assert set(stated["as_of"]) == {DIALOGUE}, "texts of one day"


@pytest.mark.parametrize("table", ["claims", "unsettled"])
def test_a_paraphrase_is_nearest_to_its_statement(table: str) -> None:
    """By the words that they share; the wording may differ a little."""
    said = load("statements").set_index("statement")["paraphrase"].map(words_of)
    for row in load(table).dropna(subset="statement").itertuples():
        words = words_of(row.paraphrase)
        assert said.map(lambda s, w=words: len(s & w) / len(s | w)).idxmax() == row.statement


def words_of(text: str) -> set[str]:
    return set(text.casefold().rstrip(".").split())


def test_the_claims_of_the_text_are_those_that_both_coders_call_checkable() -> None:
    """Without the stray, paragraph 8; in the order of the statements."""
    codes = load("statement_codings").query("checkable == 'yes'").groupby("statement").size()
    both = set(codes.index[codes == 2])
    text = load("statements").query("paragraph != 8")
    judged = text.dropna(subset="claim")
    assert (
        judged["statement"].tolist() == text.loc[text["statement"].isin(both), "statement"].tolist()
    ), "judged are the statements that both coders call checkable"
    placed = judged["claim"].tolist()
    assert [claim for claim in CLAIMS if claim in placed] == placed
    assert not set(load("unsettled")["statement"]) & both


def test_every_claim_is_in_the_block_of_one_lesson() -> None:
    listed = [claim for lesson in LESSONS for claim in lesson.claims]
    assert sorted(listed) == sorted(CLAIMS), (
        "each claim of the table is in exactly one lesson's block `lesson`, and no other is"
    )


def test_every_claim_is_judged() -> None:
    for claim, row in ledger().iterrows():
        assert row["on_the_day"] != NOT_JUDGED, f"{claim} has no evidence"
        by_coder = judge(claim).by_coder
        assert set(by_coder.index) == {"A", "B"}, "every claim is coded twice"
        assert set(by_coder["on_the_day"]) | set(by_coder["now"]) <= set(SCALE)
        assert set(by_coder["wording"]) <= set(WORDINGS)


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
    assert occurred <= 64_000 and residents <= 64_000 and verdict.now == REVISED
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
    together = by_hand(verdict.readings, "now", "the two together, without the published share")
    assert [together["reference_low"], together["reference_high"]] == (
        load("heroin_or_prescription_2016")
        .query("way == 'without the share'")
        .set_index("bound")
        .loc[["low", "high"], "deaths"]
        .tolist()
    )
    assert sum(halves) <= together["reference_low"] and together["status"] == "near"
    assert together["reference_high"] == heroin + prescription and together["result"] == FAILS
    assert verdict.on_the_day == verdict.now == HOLDS


def test_cards_show_what_they_should() -> None:
    text = repr(show("overdose-64k")) + show("overdose-64k")._repr_html_()
    assert text.count("more than 64,000 deaths") == 2 and "14 December 2017" in text
    assert text.count("preliminary") >= 2, "the hedge stays with the claim"
    text = repr(judge("labs-136"))
    assert "does not hold (A); not enough evidence (B)" in text and "[A]" in text
    assert "The coders differ, so both verdicts are shown." in text


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


# --- what a changed cell, row or code does
# ----------------------------------------------------------------------------------------


def outcome(claim: str) -> tuple[str, str, str]:
    """What the claim's evidence gives now, with whatever a test put in its place."""
    verdict = judge(claim, evidence_module.load("evidence"))
    return verdict.on_the_day, verdict.now, verdict.confidence


def undecided(claim: str) -> bool:
    by_coder = judge(claim).by_coder
    return {*by_coder["on_the_day"], *by_coder["now"]} == {NOT_ENOUGH}


def with_other_numbers(
    claim: str, monkeypatch: pytest.MonkeyPatch, *, together: bool
) -> Iterator[tuple[str, str, str]]:
    """The outcome after each cell that the evidence points at was set to other numbers (none, far
    more, and what the claim states), each alone or all together.
    """
    stated = load("claims").set_index("claim").loc[claim, "stated_value"]
    rows = load("evidence").query("claim == @claim")
    places = ["table", "selection", "column"]
    cells = list(dict.fromkeys(rows[places].itertuples(index=False, name=None)))
    for chosen in [cells] if together else [[cell] for cell in cells]:
        for other in (0.0, 1e6, stated):

            def changed(row: Mapping, unit: object, chosen=chosen, other=other) -> float:
                cell = tuple(row[place] for place in places)
                return other if cell in chosen else evidence_value(row, unit)

            with monkeypatch.context() as patch:
                patch.setattr(evidence_module, "evidence_value", changed)
                yield outcome(claim)


@pytest.mark.parametrize("claim", CLAIMS)
def test_one_changed_cell_flips_a_verdict_that_a_figure_decides(
    claim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none decides, no cell can; then one code flips it, if there is a direction."""
    before = outcome(claim)
    open_ = undecided(claim)
    after = with_other_numbers(claim, monkeypatch, together=open_)
    flips = any(verdicts[:2] != before[:2] for verdicts in after)
    if not open_:
        assert flips, f"{claim}: no cell of its evidence makes a difference"
        return
    assert not flips, f"{claim}: no figure decides, so no cell may flip it"
    rows = coded_evidence(claim, load("evidence").query("claim == @claim"))
    directed = set(judge(claim).by_coder["direction"]) != {"none"}
    readings = [[reading] for reading in rows["reading"].unique()]
    flipped = False
    for recoded in readings if directed else [rows["reading"].unique()]:
        coded = rows.copy()
        coded.loc[coded["reading"].isin(recoded), ["status", "admitted"]] = [SAME, "yes"]
        flipped = flipped or judge(claim, coded).now != NOT_ENOUGH
    assert flipped == directed, f"{claim}: a code {'cannot' if directed else 'can'} flip it"


def test_a_direction_gives_the_cause_a_verdict() -> None:
    """The claim without a direction: by a reader's rule it can be judged."""
    rows = coded_evidence("safer", load("evidence").query("claim == 'safer'"))
    rows = rows.query("coder == 'A' and table == 'mexico_homicides_national'")
    row = load("claims").set_index("claim", drop=False).loc["safer"].copy()
    row["direction"], row["wording"] = "less than", "no source named"
    own = rows.drop(columns="coder").assign(status=SAME, unit=rows["unit"].iloc[0])
    assert judge(row, own).now == FAILS


CHANGES = [
    ("judgments", "direction", "labs-136", "2016", "at least"),
    ("judgments", "status", "labs-136", "2016", "near"),
    ("judgments", "admitted", "meth-26t", "PGR/CENAPI", "no"),
    ("evidence", "collector", "mx-dialogue", "the meeting took place, by a newspaper", None),
    (
        "evidence",
        "publicity",
        "overdose-64k",
        "deaths in the country, reported count",
        "not established",
    ),
]


@pytest.mark.parametrize(("table", "column", "claim", "reading", "new"), CHANGES)
def test_every_input_column_reaches_an_outcome(
    table: str, column: str, claim: str, reading: str, new: str | None, monkeypatch
) -> None:
    before = outcome(claim)
    changed = load(table)
    cell = (changed["claim"] == claim) & (changed["reading"] == reading)
    if column == "direction":  # belongs to the claim and is repeated on its readings
        cell = changed["claim"] == claim
    assert cell.any()
    others = changed.loc[
        (changed["claim"] == claim) & ~cell, "collector" if new is None else column
    ]
    changed.loc[cell, column] = others.iloc[0] if new is None else new

    def other_load(name: str) -> pd.DataFrame:
        return changed.copy() if name == table else load(name)

    for module in (evidence_module, model_module, verdict_module):
        monkeypatch.setattr(module, "load", other_load)
    assert outcome(claim) != before, f"a change of {column} in {table} makes no difference"


# --- the export
# ----------------------------------------------------------------------------------------

#: Properties of schema.org, of the type itself and of those it inherits from (Thing, CreativeWork,
#: Review); those a fact-check uses, as published for ClaimReview, Claim and Rating.
THING = {"@type", "additionalType", "alternateName", "description", "identifier", "image"}
THING |= {"name", "sameAs", "url", "mainEntityOfPage", "subjectOf", "disambiguatingDescription"}
WORK = THING | {"about", "abstract", "author", "citation", "creator", "dateCreated", "text"}
WORK |= {"dateModified", "datePublished", "headline", "inLanguage", "isBasedOn", "isPartOf"}
WORK |= {"keywords", "license", "publisher", "sdPublisher", "version", "position"}
REVIEW = WORK | {"itemReviewed", "reviewAspect", "reviewBody", "reviewRating"}
REVIEW |= {"associatedClaimReview", "associatedReview", "negativeNotes", "positiveNotes"}
RATING = THING | {"author", "bestRating", "ratingExplanation", "ratingValue", "reviewAspect"}
PROPERTIES = {
    "ClaimReview": REVIEW | {"claimReviewed", "@context"},
    "Claim": WORK | {"appearance", "firstAppearance", "claimInterpreter"},
    "Rating": RATING | {"worstRating"},
    "CreativeWork": WORK,
    "Organization": THING,
}


def unknown_properties(node: object) -> list[str]:
    """Properties, in a node and below it, that its type does not have."""
    if isinstance(node, list):
        return [found for part in node for found in unknown_properties(part)]
    if not isinstance(node, dict):
        return []
    known = PROPERTIES.get(node.get("@type", ""), set())
    here = [f"{node.get('@type')}.{name}" for name in node if name not in known]
    return here + [found for part in node.values() for found in unknown_properties(part)]


def test_the_export_has_only_properties_of_its_types() -> None:
    reviews = export()
    assert [review["identifier"] for review in reviews] == CLAIMS
    frame = ledger()
    for review in reviews:
        assert unknown_properties(review) == []
        assert review["@context"] == "https://schema.org" and review["@type"] == "ClaimReview"
        assert {"claimReviewed", "itemReviewed", "reviewRating", "author"} <= set(review)
        rating = review["reviewRating"]
        assert rating["alternateName"] == frame.loc[review["identifier"], "now"]
        assert "ratingValue" not in rating, "no number stands for a verdict"
        assert frame.loc[review["identifier"], "on_the_day"] in review["reviewBody"]
        assert review["itemReviewed"]["appearance"]["url"].startswith("https://")
        assert review["citation"]
        speaker = load("claims").set_index("claim").loc[review["identifier"], "speaker"]
        assert review["itemReviewed"]["author"] == speaker
    assert unknown_properties({"@type": "Rating", "verdict": "holds"}) == ["Rating.verdict"]


if __name__ == "__main__":
    texts = "\n".join(verdict_in_full(claim) for claim in CLAIMS)
    VERDICTS.write_text(texts, encoding="utf-8", newline="\n")
