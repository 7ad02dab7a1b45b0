"""The ledger as lesson 13 reads it: verdicts move with the evidence, confidence follows its rule,
own claims are weighed alike.
"""

import pandas as pd
import pytest

from helpers import load
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_JUDGED,
    ONE_READING,
    UNCHECKED,
    ClaimError,
    judge,
    ledger,
)


def test_one_changed_evidence_value_flips_a_verdict() -> None:
    evidence = load("evidence")
    cell = (evidence["claim"] == "labs-136") & (evidence["status"] == "same quantity")
    assert cell.sum() == 1 and judge("labs-136", evidence).now == judge("labs-136").now == HOLDS
    evidence.loc[cell, "selection"] = (
        "agency=PGR/CENAPI; period_start=2017-01-01; period_end=2017-12-31"
    )
    assert judge("labs-136", evidence).now == FAILS
    evidence.loc[cell, "status"] = "near"
    assert judge("labs-136", evidence).now == UNCHECKED


def test_confidence_follows_its_rule() -> None:
    frame = ledger()
    for claim, row in frame.iterrows():
        readings = judge(claim).readings.query("figures == 'now' and status == 'same quantity'")
        expected = {UNCHECKED: "none", ONE_READING: "low"}.get(
            row["now"], "high" if readings["reading"].nunique() > 1 else "medium"
        )
        assert row["confidence"] == expected, claim
    assert set(frame["confidence"]) == {"none", "low", "medium", "high"}
    assert frame["would_change"].str.len().min() > 20 and frame["would_change"].is_unique


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
    assert judge(own, pd.DataFrame([row])).now == FAILS
    assert judge(own).now == NOT_JUDGED, "the stored evidence has no rows for it"
    with pytest.raises(ClaimError, match="missing: unit"):
        judge(own.drop("unit"))
    with pytest.raises(ClaimError, match="missing: status"):
        judge(own, pd.DataFrame([row]).drop(columns="status"))
    as_text = own.replace({own["as_of"]: "2017-12-14"})
    assert judge(as_text, pd.DataFrame([{**row, "known_on": "2010-12-31"}])).on_the_day == FAILS, (
        "days may be written as text"
    )
    with pytest.raises(ClaimError, match="as_of must be a date such as"):
        judge(own.replace({own["as_of"]: "last winter"}), pd.DataFrame([row]))
    with pytest.raises(
        ClaimError, match="status 'same' of the evidence is not one of: same quantity, near, proxy"
    ):
        judge(own, pd.DataFrame([{**row, "status": "same"}]))


def test_what_the_lesson_says_of_the_pattern() -> None:
    frame, kinds = ledger(), load("claims").set_index("claim")["kind"]
    assert set(frame["now"][kinds.isin(["causal", "commitment"])]) == {UNCHECKED}, (
        "no cause and no promise was checked"
    )
    unchecked, open_ended = frame["now"] == UNCHECKED, load("claims")["direction"].isna()
    assert (unchecked & open_ended.to_numpy()).sum() == unchecked.sum() - 1, (
        "but for the agencies, what is open has no direction"
    )
    strict = load("claims").set_index("claim", drop=False).loc["labs-136"].copy()
    strict["direction"] = "more than"
    assert judge(strict).now == FAILS, "'over' read strictly"
    quantities = frame["now"][kinds == "quantity"]
    assert quantities.isin([HOLDS, ONE_READING]).mean() > 0.5, (
        "quantities mostly hold at least in one reading"
    )
    assert "weaker" not in set(frame["wording"])
    assert (
        frame.index[frame["confidence"] == "high"].tolist() == ["overdose-64k"]
        and frame.loc["overdose-64k", "now"] == FAILS
    )
    changed = frame[frame["on_the_day"] != frame["now"]]
    assert (changed["on_the_day"] == UNCHECKED).mean() > 0.5, (
        "most of those that changed were not public on the day"
    )
