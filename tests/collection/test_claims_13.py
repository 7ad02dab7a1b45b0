"""The ledger as lesson 13 reads it: verdicts move with the evidence and with the codes, confidence
follows its rule, own claims are weighed alike, and what the text says of the pattern is so.
"""

import pandas as pd
import pytest

from helpers import load
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_ENOUGH,
    NOT_JUDGED,
    ONE_READING,
    REVISED,
    SAME,
    ClaimError,
    agreement,
    judge,
    ledger,
)


def as_coded_by(coder: str) -> pd.DataFrame:
    """The evidence with one coder's admitted and status."""
    codes = load("judgments").query("coder == @coder")
    return load("evidence").merge(
        codes[["claim", "reading", "admitted", "status"]], on=["claim", "reading"]
    )


def test_a_moved_cell_flips_the_verdict_on_methamphetamine() -> None:
    evidence = load("evidence")
    cell = (evidence["claim"] == "meth-26t") & (evidence["reading"] == "PGR/CENAPI")
    assert cell.sum() == 1 and judge("meth-26t", evidence).now == judge("meth-26t").now == HOLDS
    evidence.loc[cell, "selection"] = (
        "drug=methamphetamine; period_start=2017-01-01; period_end=2017-12-31; agency=PGR/CENAPI"
    )
    assert judge("meth-26t", evidence).now == FAILS


def test_a_changed_code_flips_the_verdict_on_the_laboratories() -> None:
    coded = as_coded_by("A")
    assert judge("labs-136", coded).now == FAILS
    near = coded.copy()
    near.loc[near["reading"] == "2016", "status"] = "near"
    assert judge("labs-136", near).now == NOT_ENOUGH
    at_least = load("claims").set_index("claim", drop=False).loc["labs-136"].copy()
    at_least["direction"], at_least["wording"] = "at least", "stronger"
    assert judge(at_least, coded).now == HOLDS


def test_confidence_follows_its_rule() -> None:
    frame = ledger()
    for claim, row in frame.iterrows():
        verdict = judge(claim)
        decides = verdict.readings.query(
            "figures == 'now' and status == @SAME and admitted == 'yes'"
        ).dropna(subset="collectors")
        if claim == "meetings":  # one reading, put together from what each side attests
            assert decides["reading"].nunique() == 1 and row["confidence"] == "medium"
            continue
        if claim == "commission":  # for B the second reading is near
            assert decides.groupby("coder")["collectors"].nunique().to_dict() == {"A": 2, "B": 1}
            assert row["confidence"] == "medium"
            continue
        collectors = set("; ".join(decides["collectors"]).split("; "))
        if row["now"] == NOT_ENOUGH:
            expected = "none"
        elif row["now"] == ONE_READING or verdict.by_coder["now"].nunique() > 1:
            expected = "low"
        else:
            expected = "high" if len(collectors) > 1 else "medium"
        assert row["confidence"] == expected, claim
    assert set(frame["confidence"]) == {"none", "low", "medium", "high"}
    assert frame["would_change"].str.len().min() > 20


def test_an_own_claim_is_weighed_by_the_same_rules() -> None:
    persons = (
        load("extraditions")
        .query("year == 2009 and direction == 'Mexico to US' and use == 'best'")["persons"]
        .item()
    )
    row = {
        "claim": "own",
        "reading": "r",
        "part": "all",
        "role": "value",
        "known_on": pd.Timestamp("2010-12-31"),
        "publicity": "public by",
        "collector": "an office",
        "table": "extraditions",
        "selection": "year=2009; direction=Mexico to US; use=best",
        "column": "persons",
        "unit": "persons",
        "status": "same quantity",
    }
    own = pd.Series(
        {
            "claim": "own",
            "stated_value": persons - 1,
            "direction": "more than",
            "unit": "persons",
            "as_of": pd.Timestamp("2017-12-14"),
            "wording": "same",
        }
    )
    assert judge(own, pd.DataFrame([row])).now == HOLDS
    own["stated_value"] = persons
    assert judge(own, pd.DataFrame([row])).now == FAILS, "the number itself is not more than it"
    with pytest.raises(ClaimError, match="missing: unit"):
        judge(own.drop("unit"))
    with pytest.raises(ClaimError, match="needs the column status"):
        judge(own, pd.DataFrame([row]).drop(columns="status"))
    late = pd.DataFrame([{**row, "publicity": "not established"}])
    assert (judge(own, late).on_the_day, judge(own, late).now) == (NOT_ENOUGH, FAILS)
    as_text = own.replace({own["as_of"]: "2017-12-14"})
    assert judge(as_text, pd.DataFrame([{**row, "known_on": "2010-12-31"}])).on_the_day == FAILS, (
        "days may be written as text"
    )
    with pytest.raises(ClaimError, match="as_of must be a date such as"):
        judge(own.replace({own["as_of"]: "last winter"}), pd.DataFrame([row]))
    assert NOT_JUDGED not in set(ledger()["now"])


def test_what_the_lesson_says_of_the_pattern() -> None:
    frame, claims = ledger(), load("claims").set_index("claim")
    decided = frame["confidence"] != "none"
    assert not decided[claims["kind"] == "causal"].any(), "no figure decides a cause"
    assert set(judge("safer").by_coder["direction"]) == {"none"}
    assert frame.loc["overdose-64k", "now"] == REVISED
    assert claims.loc["overdose-64k", "hedge"] == "preliminary"
    assert agreement().eval("n == agreed")["direction"], "on direction the coders never differ"
    evidence = load("evidence")
    unknown = set(evidence.query("publicity == 'not established'")["claim"])
    changed = frame.index[frame["on_the_day"] != frame["now"]]
    assert set(changed) - unknown == {"overdose-64k"}, "what is left changed with its figure"
    two_sides = claims["text"].isin(["t05", "t06"])
    for of_one_side in (two_sides, ~two_sides):
        assert frame.loc[of_one_side, "wording"].str.contains("stronger").any()
    assert "weaker" in set(frame["wording"])
    deaths = ["overdose-64k", "synthetic-both", "mx-overdoses", "mexico-victims", "mx-violence"]
    assert "high" not in set(frame.loc[deaths, "confidence"]), "no verdict on deaths is high"
    assert frame.loc["mexico-victims", "now"] == frame.loc["mx-violence", "now"] == NOT_ENOUGH


def test_what_the_lesson_says_of_the_third_reader() -> None:
    third, frame = load("third_reading").set_index("claim"), ledger()
    for coder, codes in load("judgments").groupby("coder"):
        direction = codes.groupby("claim")["direction"].first().loc[third.index]
        assert direction.equals(third["direction"]), f"the three agree on it; {coder}"
    assert list(third.index) == [claim for claim in frame.index if claim in third.index]
    frame, columns = frame.loc[third.index], ["on_the_day", "now"]
    other = set(frame.index[(third[columns] != frame[columns]).any(axis=1)])
    killings = {"mexico-victims", "mx-violence"}
    assert other == killings | {"synthetic-both", "agencies-11", "labs-136", "mx-may"}
    agencies = judge("agencies-11").by_coder.loc["A", columns]
    assert agencies.tolist() == third.loc["agencies-11", columns].tolist(), "it agrees with A"
    codes = load("judgments").query("claim in @killings and admitted == 'yes'")
    assert SAME not in set(codes["status"])


def test_without_the_two_days_the_lesson_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    import helpers.claims.verdict as verdict_module

    strict = dataclasses.replace(verdict_module.current(), snapshot_days=0)
    assert verdict_module.current().snapshot_days == 2
    monkeypatch.setattr(verdict_module, "current", lambda: strict)
    for claim in ("overdose-64k", "synthetic-both"):
        assert judge(claim, load("evidence")).on_the_day == NOT_ENOUGH


def test_what_the_lesson_says_of_the_first_ledger() -> None:
    first, frame = load("first_ledger").set_index("claim"), ledger()
    gone = set(first.index) - set(frame.index)
    assert gone == set(load("unsettled")["id"]) | {"ambassadors-59"}
    undirected = first[first["direction"].isna()]
    assert set(undirected["now"]) == {"cannot be checked with these data"}
    assert first.loc["labs-136", "direction"] == "at least"
    assert (first["direction"] == "more than").any(), "one phrase had two rules"
    assert first.loc["one-billion", "on_the_day"] == FAILS
    assert frame.loc["one-billion", "on_the_day"] == NOT_ENOUGH
    by_verdict = {"cannot be checked with these data": "none", "holds in one reading": "low"}
    expected = first["now"].map(by_verdict).fillna("medium")
    expected["overdose-64k"] = "high"
    assert first["confidence"].to_dict() == expected.to_dict()
    assert first["wording"].value_counts().to_dict() == {"same": 9, "stronger": 9}
    today = frame["wording"].reindex(first.index)
    kept = first.index[first["wording"] == today]
    assert set(kept) == {"meetings", "synthetic-both", "labs-136", "commission"}
    other = first[first["on_the_day"] != first["now"]]
    unknown = load("evidence").query("publicity == 'not established'")["claim"]
    assert set(other.index) - set(unknown) == {"overdose-64k"}, "a revision, or our own dates"
    revised = "overdose-64k"
    assert first.loc[revised, "on_the_day"] == frame.loc[revised, "on_the_day"]
    by_dates = other["on_the_day"].drop(["overdose-64k", "one-billion"])
    assert set(by_dates) == {"cannot be checked with these data"}, "not public yet, by our dates"
    codes = load("judgments").query("claim in ['merida', 'one-billion']")
    delivered = codes[codes["reading"].str.contains("aid of some kind|grants to the states|list")]
    assert len(delivered) == 8 and SAME not in set(delivered["status"])


def test_a_promoted_statement_has_the_verdict_of_its_rule() -> None:
    row = {
        "claim": "p",
        "reading": "r",
        "part": "all",
        "table": "mexico_seizures",
        "column": "seized_kg",
        "unit": "kg",
        "known_on": "2026-11-24",
        "publicity": "not established",
        "collector": "UNODC as reported by Mexico",
    }
    where = "drug=cocaine; period_start={}-01-01; agency=UNODC (as reported by Mexico)"
    years = {"value": 2016, "reference": 2015}
    rows = pd.DataFrame(
        [{**row, "role": role, "selection": where.format(year)} for role, year in years.items()]
    )
    claim = {"claim": "p", "stated_value": None, "unit": "kg", "as_of": "2017-12-14"}
    verdicts = {
        (direction, status): judge(
            pd.Series({**claim, "direction": direction, "wording": "no source named"}),
            rows.assign(status=status),
        ).now
        for direction in ("more than", "less than")
        for status in (SAME, "proxy")
    }
    assert verdicts == {
        ("more than", SAME): HOLDS,
        ("more than", "proxy"): NOT_ENOUGH,
        ("less than", SAME): FAILS,
        ("less than", "proxy"): NOT_ENOUGH,
    }
