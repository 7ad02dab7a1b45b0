"""Claims and verdicts: the rules of the scale, on a table made for it; claims and evidence of one's
own; sentences when either is bad.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import helpers.claims.evidence as evidence_module
import helpers.claims.verdict as verdict_module
from helpers import load
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_ENOUGH,
    NOT_ESTABLISHED,
    NOT_JUDGED,
    NOT_PUBLIC,
    ONE_READING,
    OPEN,
    REVISED,
    ClaimError,
    Verdict,
    agreement,
    judge,
    ledger,
    lesson_of,
    show,
    unsettled,
)
from helpers.collection import VARIABLE
from helpers.contract import DataError
from tests.toy import add_table, column, describe, write_toy

FIGURES = "year,n,m,k,s\n2015,5,8,1,x\n2016,10,12,,x\n2017,,1,3,y\n"
CLAIM = {
    "claim": "c",
    "stated_value": 9.0,
    "direction": "more than",
    "unit": "things",
    "as_of": pd.Timestamp("2017-12-14"),
    "wording": "same",
}
ROW = {
    "claim": "c",
    "reading": "r",
    "part": "all",
    "role": "value",
    "known_on": "2017-01-01",
    "publicity": "public by",
    "collector": "office",
    "table": "figures",
    "selection": "year=2016",
    "column": "n",
    "unit": "things",
    "status": "same quantity",
}


@pytest.fixture(scope="module")
def with_figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy collection with the table `figures`, in which two days count as one."""
    folder = write_toy(tmp_path_factory.mktemp("figures") / "library")
    numbers = [column(name, "number") for name in ("n", "m")]
    fields = [column("year", "integer"), *numbers, column("k", "integer"), column("s", "string")]
    add_table(folder, "figures", FIGURES, fields, ["year"])
    settings = folder / "data" / "collection.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + "snapshot_days = 2\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _on_figures(with_figures: Path, _on_the_toy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(with_figures))


@pytest.fixture
def weigh() -> Callable[..., Verdict]:
    """Judge one made-up claim by made-up rows of evidence."""

    def run(*rows: dict[str, str], **claim: Any) -> Verdict:
        evidence = pd.DataFrame([{**ROW, **row} for row in rows])
        return judge(pd.Series({**CLAIM, **claim}, dtype=object), evidence)

    return run


def test_a_quantity_holds_or_not(weigh: Callable) -> None:
    assert weigh({}).now == HOLDS
    assert weigh({"selection": "year=2015"}).now == FAILS
    assert weigh({}, stated_value=10.0).now == FAILS, "more than means more than"
    assert weigh({}, stated_value=10.0, direction="exactly").now == HOLDS
    assert weigh({}, stated_value=11.0, direction="exactly").now == FAILS
    assert weigh({}, stated_value=10.0, direction="at least").now == HOLDS
    assert weigh({}, stated_value=10.5, direction="at least").now == FAILS


@pytest.mark.parametrize(
    ("direction", "low", "high", "against", "result"),
    [
        ("more than", 2015, 2016, 5.0, OPEN),  # 5 to 10
        ("more than", 2015, 2016, 4.9, HOLDS),
        ("more than", 2015, 2016, 10.0, FAILS),
        ("at least", 2015, 2016, 5.0, HOLDS),
        ("at least", 2015, 2016, 10.0, OPEN),
        ("at least", 2015, 2016, 10.1, FAILS),
        ("exactly", 2015, 2016, 5.0, OPEN),
        ("exactly", 2015, 2016, 7.0, OPEN),
        ("exactly", 2015, 2016, 10.0, OPEN),
        ("exactly", 2015, 2016, 4.9, FAILS),
        ("exactly", 2015, 2016, 10.1, FAILS),
        ("exactly", 2015, 2015, 5.0, HOLDS),
    ],
)
def test_bounds_on_either_side_of_the_mark(
    weigh: Callable, direction: str, low: int, high: int, against: float, result: str
) -> None:
    ends = [
        {"role": "value_low", "selection": f"year={low}"},
        {"role": "value_high", "selection": f"year={high}"},
    ]
    assert weigh(*ends, direction=direction, stated_value=against).readings["result"].tolist() == [
        result,
        result,
    ]


def test_readings_make_the_verdict(weigh: Callable) -> None:
    assert weigh({}, {"reading": "s", "selection": "year=2015"}).now == ONE_READING
    assert (
        weigh({"selection": "year=2015"}, {"reading": "s", "selection": "year=2015"}).now == FAILS
    )
    open_reading = [
        {"reading": "o", "role": "value_low", "selection": "year=2015"},
        {"reading": "o", "role": "value_high", "selection": "year=2016"},
    ]
    assert weigh(*open_reading).now == NOT_ENOUGH
    assert weigh({}, *open_reading).now == ONE_READING
    assert weigh({"selection": "year=2015"}, *open_reading).now == NOT_ENOUGH


def test_every_part_must_hold(weigh: Callable) -> None:
    parts = [
        {"part": "a"},
        {"part": "b"},
        {"part": "b", "role": "reference", "selection": "year=2016", "column": "m"},
    ]
    assert weigh(*parts).now == FAILS


def test_only_the_same_quantity_decides(weigh: Callable) -> None:
    assert weigh({"status": "proxy"}).now == NOT_ENOUGH
    assert weigh({"selection": "year=2015"}, {"reading": "s", "status": "near"}).now == FAILS


def test_a_claim_without_direction_is_shown_and_not_decided(weigh: Callable) -> None:
    nothing = float("nan")
    verdict = weigh({"unit": "kg"}, direction=nothing, stated_value=nothing, unit=nothing)
    assert verdict.now == verdict.on_the_day == NOT_ENOUGH
    assert "open: 10 (same quantity" in repr(verdict)
    beside = weigh(
        {"status": "proxy"},
        {"status": "proxy", "role": "reference", "selection": "year=2015"},
        direction=nothing,
        stated_value=nothing,
    )
    assert beside.now == NOT_ENOUGH and "open: 10 compared with 5 (proxy" in repr(beside)


def test_rows_of_one_role_are_added_up(weigh: Callable) -> None:
    assert weigh({}, {"selection": "year=2015"}).readings["value_low"].iloc[-1] == 15


def test_the_day_decides_which_vintage_counts(weigh: Callable) -> None:
    verdict = weigh(
        {"selection": "year=2015", "known_on": "2017-12-16"}, {"known_on": "2017-12-17"}
    )
    assert (verdict.on_the_day, verdict.now) == (FAILS, HOLDS), (
        "two days after the speech count as the day, three do not"
    )
    verdict = weigh({"known_on": "2018-01-01", "publicity": "published later"})
    assert (verdict.on_the_day, verdict.now) == (NOT_ENOUGH, HOLDS)
    assert verdict.readings[
        ["figures", "reading", "part", "status", "result"]
    ].to_numpy().tolist() == [
        ["of the day", "r", "all", "same quantity", NOT_PUBLIC],
        ["now", "r", "all", "same quantity", HOLDS],
    ]
    assert verdict.left_out == ("On the day, because the figure was published later: r.",)


def test_a_figure_of_unknown_first_publication_counts_only_now(weigh: Callable) -> None:
    """It may have been public: it cannot count against the speaker, nor for."""
    verdict = weigh({"selection": "year=2015", "publicity": "not established"})
    assert (verdict.on_the_day, verdict.now) == (NOT_ENOUGH, FAILS)
    assert verdict.readings["result"].tolist() == [NOT_ESTABLISHED, FAILS]
    assert "its first publication is not established" in verdict.left_out[0]


def test_true_then_since_revised(weigh: Callable) -> None:
    later = {"selection": "year=2015", "known_on": "2018-01-01", "publicity": "published later"}
    verdict = weigh({}, later)
    assert (verdict.on_the_day, verdict.now) == (HOLDS, REVISED)


def test_less_than_and_at_most(weigh: Callable) -> None:
    assert weigh({}, direction="less than", stated_value=10.0).now == FAILS
    assert weigh({}, direction="at most", stated_value=10.0).now == HOLDS
    assert weigh({}, direction="less than", stated_value=10.5).now == HOLDS
    assert weigh({}, direction="at most", stated_value=9.5).now == FAILS


def test_two_coders_who_differ_are_both_shown(weigh: Callable) -> None:
    verdict = weigh({}, direction={"A": "more than", "B": "at least"}, stated_value=10.0)
    assert verdict.now == "does not hold (A); holds (B)" and verdict.confidence == "low"
    assert "The coders differ, so both verdicts are shown." in verdict.left_out
    same = weigh({}, direction={"A": "at least", "B": "at least"}, stated_value=10.0)
    assert same.now == HOLDS and same.readings["coder"].nunique() == 2
    assert "[A]" not in repr(same) and "[A]" in repr(verdict)


def test_evidence_with_codes_of_other_coders_is_refused(weigh: Callable) -> None:
    with pytest.raises(ClaimError, match=r"codes of 'A' and the claim of '': give both the same"):
        weigh({"coder": "A"})
    with pytest.raises(ClaimError, match=r"codes of 'A' and the claim of 'A', 'B'"):
        weigh({"coder": "A"}, direction={"A": "more than", "B": "at least"})


def test_a_reading_that_is_not_admitted_decides_nothing(weigh: Callable) -> None:
    verdict = weigh(
        {"admitted": "yes"}, {"reading": "s", "selection": "year=2015", "admitted": "no"}
    )
    assert verdict.now == HOLDS and "The reading 's', not admitted." in verdict.left_out


def test_confidence_counts_independent_collectors(weigh: Callable) -> None:
    second = {"reading": "s", "known_on": "2017-02-01"}
    assert weigh({}, second).confidence == "medium", "two readings of one register are one source"
    assert weigh({}, {**second, "collector": "another"}).confidence == "high"
    assert weigh({}, {**second, "selection": "year=2015"}).confidence == "low"
    assert weigh({"status": "proxy"}).confidence == "none"
    pieces = {"part": "t", "collector": "another"}
    assert weigh({}, pieces).confidence == "medium", "two parts of one reading confirm nothing"
    third = {"reading": "u", "collector": "a third"}
    assert weigh({}, pieces, third).confidence == "high"
    assert (
        weigh(
            {},
            {**second, "collector": "another"},
            {**third, "part": "all"},
            {**third, "part": "t", "collector": "another"},
        ).confidence
        == "high"
    )
    coded = [{"coder": "A"}, {"coder": "B"}, {**second, "coder": "A", "collector": "another"}]
    both = {"A": "at least", "B": "at least"}
    assert weigh(*coded, direction=both).confidence == "medium", "the lower count of two coders"


def test_a_bound_alone_is_open_on_the_other_side(weigh: Callable) -> None:
    low = {"role": "value_low"}
    assert weigh(low, stated_value=9.0).now == HOLDS
    verdict = weigh(low, stated_value=11.0)
    assert verdict.now == NOT_ENOUGH and "at least 10 compared with 11" in repr(verdict)
    assert weigh({"role": "value_high"}, stated_value=11.0).now == FAILS


def test_rows_can_be_counted(weigh: Callable) -> None:
    assert weigh({"column": "(rows)", "selection": "year>=2015"}).readings["value_low"].iloc[0] == 3
    assert (
        weigh({"column": "(rows)", "selection": "year>2015; n<=10"}).readings["value_low"].iloc[0]
        == 1
    )
    assert [
        weigh({"column": "(rows)", "selection": f"k{condition}"}).readings["value_low"].iloc[0]
        for condition in (">0", "=1", "!=1", "<3", "<=3", ">=3", "<1")
    ] == [2, 1, 1, 1, 2, 1, 0], "a gap meets no condition"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"unit": "kg"}, "is in things, the evidence in kg. Give both the same unit in the tables"),
        ({"selection": "year=2050"}, "finds 0 rows; it must find one"),
        ({"selection": "year>2015"}, "finds 2 rows; it must find one"),
        (
            {"selection": "yaer=2016"},
            "'yaer=2016' is not a condition on one of the columns year, n, m, k, s",
        ),
        ({"selection": "year=soon"}, "'soon' in 'year=soon' is not of the type of column year"),
        ({"column": "z"}, "there is no column 'z'"),
        ({"selection": "year=2017"}, "the selected cell of column 'n' is empty"),
        ({"role": "reference"}, "it needs a row with the role value"),
        ({"column": "s"}, "the selected cell of column 's' is 'x', which is no number."),
    ],
)
def test_bad_evidence_is_a_sentence(weigh: Callable, row: dict[str, str], message: str) -> None:
    with pytest.raises(ClaimError, match=f"Evidence for c, reading 'r'.*{message}"):
        weigh(row)


def test_bad_direction_is_a_sentence(weigh: Callable) -> None:
    with pytest.raises(ClaimError, match="direction 'below' is not one of"):
        weigh({}, direction="below")


def test_a_claim_without_value_or_reference_is_a_sentence(weigh: Callable) -> None:
    with pytest.raises(ClaimError, match="a row with the role reference, for the claim states no"):
        weigh({}, stated_value=float("nan"))


def test_a_claim_that_is_not_judged_has_a_card(weigh: Callable) -> None:
    card = repr(weigh({"claim": "another"}, {"claim": "a third"}))
    assert "not judged yet" in card
    assert "All 2 rows of evidence: they are of other claims (a third, another)." in card


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (  # the earlier reference would be dropped, and the stated value take its place
            [{"known_on": "2017-02-01"}, {"role": "reference", "selection": "year=2015"}],
            "^Evidence for c, reading 'r': the figures known on 2017-02-01 lack the reference that",
        ),
        (
            [{}, {"known_on": "2017-02-01", "role": "reference", "selection": "year=2015"}],
            "^Evidence for c, reading 'r': the figures known on 2017-02-01 lack the value that",
        ),
        ([{}, {}], "two rows with the role value point at the same cell"),
        ([{}, {"selection": "year=2016; year=2016"}], "point at the same cell"),
        ([{}, {"role": "value_low", "selection": "year=2015"}], "the role value and a bound of it"),
        ([{}, {"part": "t", "status": "proxy"}], "'r' has two codes in the column status"),
        ([{"admitted": "no"}, {"part": "t", "admitted": "yes"}], "in the column admitted"),
    ],
)
def test_evidence_that_would_be_dropped_or_counted_twice_is_refused(
    weigh: Callable, rows: list[dict[str, str]], sentence: str
) -> None:
    with pytest.raises(ClaimError, match=sentence):
        weigh(*rows)


def test_a_ledger_without_claims_is_empty(own_toy: Path) -> None:
    for name in ("claims", "evidence", "judgments"):
        path = own_toy / "data" / "text" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    describe(own_toy)
    assert ledger().empty and "now" in ledger()


def test_a_verdict_follows_its_table_and_not_what_a_reader_did_to_the_last_one(
    own_toy: Path,
) -> None:
    readings = judge("more-loans").readings
    readings["result"] = "changed by a reader"
    assert set(judge("more-loans").readings["result"]) == {HOLDS}
    loans = own_toy / "data" / "library" / "library_loans.csv"
    loans.write_text(re.sub(r"(?m)^(2024),\d+", r"\1,1", loans.read_text("utf-8")), "utf-8")
    describe(own_toy)
    assert judge("more-loans").now == ledger().loc["more-loans", "now"] != HOLDS


def test_every_coder_codes_every_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = load("judgments")
    second = codes.assign(coder="second", reading="another")
    rows = load("evidence")
    more = pd.concat([rows, rows.assign(reading="another")])
    monkeypatch.setattr(
        evidence_module,
        "load",
        lambda name: pd.concat([codes, second]) if name == "judgments" else load(name),
    )
    with pytest.raises(ClaimError, match="the reading 'another' has no codes by author"):
        judge("more-loans", more)


def test_the_stored_claim() -> None:
    text = repr(show("more-loans")) + show("more-loans")._repr_html_()
    assert text.count("more than 9,000 loans") == 4 and "15 January 2025" in text
    assert lesson_of("more-loans") == "01_library_loans" and lesson_of("no claim") == ""
    assert list(ledger()) == [
        *("speaker", "said", "on_the_day", "now", "wording", "confidence", "would_change", "lesson")
    ]
    assert ledger().loc["more-loans", "lesson"] == "01_library_loans"


def test_the_card_of_a_claim(own_toy: Path) -> None:
    assert repr(show("more-loans")).splitlines() == [
        "Claim more-loans",
        "  Said by: Library of Sample Town, 15 January 2025",
        "  Said: The library lent more than 9,000 books in 2024.",
        "  Quoted words: “more than 9,000 loans”",
        "  Kind: quantity",
        "  States: more than 9,000 loans",
        "  Text: https://example.org/notice",
        "  Settled in: 01_library_loans",
    ]
    text = own_toy / "data" / "text"
    claims, codes = text / "claims.csv", text / "judgments.csv"
    changed = claims.read_text(encoding="utf-8").replace(
        'loans,,"A count', 'loans,some say,"A count'
    )
    claims.write_text(changed, encoding="utf-8")
    more = codes.read_text(encoding="utf-8").splitlines()
    more += [more[1].replace(",author,more than,", ",second,at least,")]
    codes.write_text("\n".join([*more, ""]), encoding="utf-8")
    describe(own_toy)
    assert show("more-loans").stated == "more than or at least 9,000 loans"
    assert "  Hedge: some say" in repr(show("more-loans")).splitlines()
    claims.write_text(changed.replace(",9000,loans,", ",,,"), encoding="utf-8")
    describe(own_toy)
    assert show("more-loans").stated == "" and "States" not in repr(show("more-loans"))
    codes.write_text(more[0] + "\n", encoding="utf-8")
    describe(own_toy)
    with pytest.raises(ClaimError) as refused:
        judge("more-loans")
    assert str(refused.value) == ("Claim more-loans has no coding: add it to the table judgments.")
    twice = more[-1].replace(",second,at least,", ",second,exactly,")
    codes.write_text("\n".join([*more, twice.replace("with", "without"), ""]), encoding="utf-8")
    describe(own_toy)
    with pytest.raises(ClaimError, match="coder second gives it more than one direction or word"):
        judge("more-loans")


def test_what_no_figure_settles(own_toy: Path) -> None:
    """The card of a statement that gets no verdict, and an id that no statement has."""
    with pytest.raises(DataError, match="no table named 'unsettled'"):
        unsettled("rain")
    names = ["id", "statement", "paraphrase", "asserted", "to_be_shown", "research", "owed_by"]
    rows = [f"rain-{n},s{n},Said {n}.,Books,Readers,Two studies,The town" for n in range(1, 5)]
    text = "\n".join([",".join(names), *rows, ""])
    add_table(own_toy, "unsettled", text, [column(name, "string") for name in names], ["id"])
    assert repr(unsettled("rain-2")).splitlines() == [
        "What no figure settles: rain-2",
        "  Said: Said 2.",
        "  It asserts: Books",
        "  It would have to be shown: Readers",
        "  Research: Two studies",
        "  Who should provide the evidence: The town",
    ]
    unknown = {
        "rain-22": "'rain-22'. Nearest ids: rain-2, rain-4, rain-3.",
        "zzz": "'zzz'. load('unsettled') lists all ids.",
        7: "7. load('unsettled') lists all ids.",
    }
    for statement, said in unknown.items():
        with pytest.raises(ClaimError) as refused:
            unsettled(statement)
        assert str(refused.value) == f"There is no unsettled statement with the id {said}"


def test_figures_in_words(weigh: Callable) -> None:
    shown = repr(weigh({}, stated_value=1234.567))
    assert "does not hold: 10 compared with 1,234.57 (same quantity" in shown
    bounds = [{"role": "value_low", "selection": "year=2015"}, {"role": "value_high"}]
    assert "holds: 5 to 10 compared with 4.25 (" in repr(weigh(*bounds, stated_value=4.25))


def test_the_whole_card_of_two_coders(weigh: Callable) -> None:
    """Who reads what in which way, each figure with its collectors and its day."""
    by_both = [{"coder": coder, "part": part} for coder in "AB" for part in ("all", "cases")]
    of_one = {"reading": "s", "selection": "year=2015", "column": "m", "known_on": "2017-03-02"}
    kept = {"coder": "A", "admitted": "yes", "collector": "bureau"}
    refused = {"coder": "B", "admitted": "no", "collector": "bureau"}
    later = {"reading": "t", "known_on": "2018-01-01", "publicity": "published later"}
    verdict = weigh(
        *({**row, "admitted": "yes"} for row in by_both),
        {**of_one, **kept},
        {**of_one, **refused},
        *({**later, "coder": coder, "admitted": "yes"} for coder in "AB"),
        direction={"A": "at most", "B": "at most"},
        wording={"A": "same", "B": "weaker"},
        stated_value=8.5,
    )
    day = "same quantity; office; known by 1 January 2017"
    assert repr(verdict).splitlines() == [
        "Verdict on c",
        "  On the figures of the day: holds in one reading (A); does not hold (B)",
        "  On the figures now: holds in one reading (A); does not hold (B)",
        "  Wording compared with its source: same (A); weaker (B)",
        f"  Figures of the day, r: does not hold: 10 compared with 8.5 ({day})",
        f"  Figures of the day, r, cases: does not hold: 10 compared with 8.5 ({day})",
        "  Figures of the day, s [A]: holds: 8 compared with 8.5 (same quantity; bureau; known by "
        "2 March 2017)",
        "  Figures of the day, s [B]: holds: 8 compared with 8.5 (same quantity, reading not "
        "admitted; bureau; known by 2 March 2017)",
        "  Figures of the day, t: not public yet (same quantity)",
        f"  Figures now, r: does not hold: 10 compared with 8.5 ({day})",
        f"  Figures now, r, cases: does not hold: 10 compared with 8.5 ({day})",
        "  Figures now, s [A]: holds: 8 compared with 8.5 (same quantity; bureau; known by 2 March "
        "2017)",
        "  Figures now, s [B]: holds: 8 compared with 8.5 (same quantity, reading not admitted; "
        "bureau; known by 2 March 2017)",
        "  Figures now, t: does not hold: 10 compared with 8.5 (same quantity; office; known by 1 "
        "January 2018)",
        "  Left out: On the day, because the figure was published later: t.",
        "  Left out: The reading 's', not admitted by B.",
        "  Left out: The coders differ, so both verdicts are shown.",
    ]
    assert verdict.by_coder.to_dict("index") == {
        "A": {"on_the_day": ONE_READING, "now": ONE_READING}
        | {"direction": "at most", "wording": "same"},
        "B": {"on_the_day": FAILS, "now": FAILS} | {"direction": "at most", "wording": "weaker"},
    }


def test_agreement_of_two_coders_is_that_counted_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    one = pd.DataFrame(
        {
            "claim": list("abcc"),
            "reading": list("rrrs"),
            "coder": "A",
            "direction": ["at least", None, "exactly", "exactly"],
            "wording": ["same", "same", "stronger", "stronger"],
            "admitted": ["yes", "yes", "yes", "no"],
            "status": "near",
        }
    )
    other = one.assign(coder="B", wording=["same", "weaker", "stronger", "stronger"])
    other["admitted"] = ["yes", "no", "yes", "no"]
    alone = one.head(1).assign(claim="d", direction="at most", wording="weaker")
    codes = pd.concat([one, other, alone], ignore_index=True)
    monkeypatch.setattr(verdict_module, "load", lambda name: codes)
    counted = agreement()
    assert counted["n"].to_dict() == {"direction": 3, "wording": 3, "admitted": 4, "status": 4}
    assert counted["agreed"].to_dict() == {"direction": 3, "wording": 2, "admitted": 3, "status": 4}
    by_hand = (3 / 4 - 1 / 2) / (1 - 1 / 2)
    assert counted["kappa"].to_dict() == {
        "direction": 1,
        "wording": pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3)),
        "admitted": pytest.approx(by_hand),
        "status": pytest.approx(float("nan"), nan_ok=True),
    }
    third = pd.concat([codes, one.assign(coder="C")])
    monkeypatch.setattr(verdict_module, "load", lambda name: third)
    assert agreement()["n"]["wording"] == 3 and agreement()["kappa"].isna().all(), (
        "kappa compares two"
    )


def test_the_ledger_is_in_the_order_of_the_text(own_toy: Path) -> None:
    text = own_toy / "data" / "text"
    for name in ("claims", "evidence", "judgments"):
        path = text / f"{name}.csv"
        head, row = path.read_text(encoding="utf-8").splitlines()
        earlier = row.replace("more-loans,", "earlier,")
        later = row.replace("more-loans,1,", "more-loans,2,")
        path.write_text("\n".join([head, later, earlier, ""]), encoding="utf-8")
    describe(own_toy)
    table = ledger()
    assert list(table.index) == ["earlier", "more-loans"] and table.index.name == "claim"
    assert table.drop(columns="lesson").loc["more-loans"].to_dict() == {
        "speaker": "Library of Sample Town",
        "said": "The library lent more than 9,000 books in 2024.",
        "on_the_day": HOLDS,
        "now": HOLDS,
        "wording": "same",
        "confidence": "medium",
        "would_change": "A count that leaves renewals out and is 9,000 or less.",
    }
    assert table["lesson"].to_dict() == {"earlier": "", "more-loans": "01_library_loans"}


def test_a_changed_table_changes_the_verdict(own_toy: Path) -> None:
    assert judge("more-loans").now == HOLDS
    table = own_toy / "data" / "library" / "library_loans.csv"
    table.write_text(table.read_text().replace("2024,9020", "2024,8999"), encoding="utf-8")
    describe(own_toy)
    assert judge("more-loans").now == FAILS


# --- claims and evidence of one's own
# -------------------------------------------------------------------------------------

OWN = {
    "claim": "more-loans",
    "stated_value": 9000,
    "direction": "more than",
    "unit": "loans",
    "as_of": "2025-01-15",
    "wording": "same",
}


def own(**entries: object) -> pd.Series:
    return pd.Series({**OWN, **entries}, dtype=object)


def changed(**columns: object) -> pd.DataFrame:
    return load("evidence").assign(**{"status": "same quantity", **columns})


def judge_own(claim: pd.Series) -> Verdict:
    return judge(claim, changed())


def test_a_claim_of_ones_own_is_weighed_like_a_stored_one() -> None:
    stored, mine = judge("more-loans"), judge_own(own())
    outcome = (mine.claim, mine.on_the_day, mine.now, mine.wording)
    assert outcome == (stored.claim, stored.on_the_day, stored.now, "same")
    columns = ["coder"]
    pd.testing.assert_frame_equal(
        mine.readings.drop(columns=columns), stored.readings.drop(columns=columns)
    )
    assert judge_own(own(stated_value=9020)).now == FAILS
    assert judge_own(own(stated_value=9019.5)).now == HOLDS
    assert judge_own(own(direction="exactly", stated_value=9020)).now == HOLDS
    assert judge_own(own(direction="at least", stated_value=9020)).now == HOLDS
    another = judge_own(own(claim="another"))
    assert (another.claim, another.on_the_day, another.now) == ("another", NOT_JUDGED, NOT_JUDGED)
    assert len(another.readings) == 0
    assert list(another.readings) == list(mine.readings)
    day = judge_own(own(as_of=pd.Timestamp("2025-01-15"))).readings
    pd.testing.assert_frame_equal(day, mine.readings)
    assert judge_own(own(as_of="2010-01-01")).on_the_day == NOT_ENOUGH, "nothing was public by then"


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_claim_of_ones_own_may_leave_entries_empty(nothing: object) -> None:
    verdict = judge_own(own(direction=nothing, stated_value=nothing, unit=nothing))
    assert (
        verdict.now == NOT_ENOUGH
        and verdict.readings["value_low"].notna().any()
        and verdict.readings["reference_low"].isna().all()
    )
    assert judge_own(own(unit=nothing, wording="")).now == HOLDS
    unworded = judge_own(own(wording=nothing))
    assert unworded.wording == "" and "Wording" not in repr(unworded) + unworded._repr_html_()


def test_evidence_of_ones_own_is_weighed_like_the_stored() -> None:
    stored = load("evidence")
    for known_on in (stored["known_on"], stored["known_on"].dt.strftime("%Y-%m-%d")):
        pd.testing.assert_frame_equal(
            judge("more-loans", stored.assign(known_on=known_on)).readings,
            judge("more-loans").readings,
        )
    assert judge("more-loans", changed(known_on="2200-01-01")).on_the_day == NOT_ENOUGH
    assert (
        judge("more-loans", changed(known_on="1900-01-01")).on_the_day == judge("more-loans").now
    ), "the first and the last day that count as days"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: judge_own(own().drop(["unit", "wording"])),
            "A claim of your own needs the entries claim, stated_value, direction, unit, as_of, "
            "wording; missing: unit, wording.",
        ),
        (
            lambda: judge_own(own(direction="below")),
            "The direction 'below' is not one of: more than, at least, exactly, at most, less "
            "than; None if the claim states none.",
        ),
        (
            lambda: judge_own(own(direction=3)),
            "The direction 3 is not one of: more than, at least, exactly, at most, less than; "
            "None if the claim states none.",
        ),
        (
            lambda: judge_own(own(stated_value="9000")),
            "The stated_value '9000' is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge_own(own(stated_value=True)),
            "The stated_value True is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge_own(own(stated_value=float("inf"))),
            "The stated_value inf is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge_own(own(stated_value=10**400)),
            f"The stated_value {10**400} is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge_own(own(claim=None)),
            "The entry claim of a claim of your own must be text; it is None.",
        ),
        (
            lambda: judge_own(own(unit=5)),
            "The entry unit of a claim of your own must be text; it is 5.",
        ),
        (
            lambda: judge_own(own(wording=[])),
            "The entry wording of a claim of your own must be text; it is [].",
        ),
        (
            lambda: judge_own(own(as_of="soon")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge_own(own(as_of="14 December 2017")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge_own(own(as_of=None)),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge_own(own(as_of=20171214.5)),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge_own(own(as_of="1899-12-31")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge_own(own(as_of="2200-01-02")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge_own(own(as_of="2017-12-14T00:00:00Z")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge("more-loans", "evidence"),
            "Evidence must be a table (DataFrame) like load('evidence'); this is a str.",
        ),
        (
            lambda: judge("more-loans", changed().drop(columns=["role", "unit"])),
            "Evidence needs the columns claim, reading, part, role, known_on, publicity, "
            "collector, "
            "table, selection, column, unit; missing: role, unit.",
        ),
        (
            lambda: judge(
                "more-loans", changed().pipe(lambda e: pd.concat([e, e[["unit"]]], axis=1))
            ),
            "The column 'unit' is in the evidence twice.",
        ),
        (
            lambda: judge("more-loans", changed(reading=7)),
            "The column reading of the evidence must hold text; one entry is 7.",
        ),
        (
            lambda: judge("more-loans", changed(status="vague")),
            "The status 'vague' of the evidence is not one of: same quantity, near, proxy.",
        ),
        (
            lambda: judge("more-loans", changed(role="vlaue")),
            "The role 'vlaue' of the evidence is not one of: value, value_low, value_high, "
            "reference, reference_low, reference_high.",
        ),
        (
            lambda: judge("more-loans", changed(known_on="soon")),
            "known_on must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
        ),
        (
            lambda: judge("more-loans", changed(publicity="secret")),
            "The publicity 'secret' of the evidence is not one of: public by, not established, "
            "published later.",
        ),
        (
            lambda: judge(own(), load("evidence")),
            "Evidence for a claim of your own needs the column status: same quantity, near or "
            "proxy.",
        ),
        (
            lambda: judge("more-loans", load("evidence").assign(reading="another")),
            "Claim more-loans: the reading 'another' has no coding. Complete the tables evidence "
            "and judgments.",
        ),
        (
            lambda: judge("more-loans", load("evidence").head(0)),
            "Claim more-loans: the reading 'loans with renewals' has no row of evidence. Complete "
            "the tables evidence and judgments.",
        ),
        (
            lambda: judge(5),
            "A claim is an id such as those of load('claims'), or a Series with one claim; this is "
            "of the type int.",
        ),
        (
            lambda: judge(own()),
            "A claim of your own needs evidence: judge(claim, evidence), with a table like "
            "load('evidence') and the column status.",
        ),
        (
            lambda: judge_own(pd.concat([own(), own()[["unit"]]])),
            "A claim of your own has the entry 'unit' twice: keep one.",
        ),
        (
            lambda: judge_own(
                own(direction=dict.fromkeys("ac", "at least"), wording=dict.fromkeys("bd", "same"))
            ),
            "The direction is coded by a, c and the wording by b, d: name the same coders in both.",
        ),
        (
            lambda: show("zzz"),
            "There is no claim with the id 'zzz'. load('claims') lists all ids.",
        ),
        (
            lambda: judge_own(own(direction={})),
            "A mapping from coders to their codes must name at least one coder.",
        ),
        (
            lambda: show("moreloans"),
            "There is no claim with the id 'moreloans'. Nearest ids: more-loans.",
        ),
    ],
)
def test_the_whole_sentence(call: Callable, sentence: str) -> None:
    with pytest.raises(ClaimError) as refused:
        call()
    assert str(refused.value) == sentence
