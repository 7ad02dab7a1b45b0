"""Verdicts: equal to what the lessons compute by hand, sensitive to the evidence, and sentences
when evidence is bad.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers import claims, data
from helpers.claims import (
    FAILS,
    HOLDS,
    NOT_JUDGED,
    ONE_READING,
    SCALE,
    UNCHECKED,
    ClaimError,
    judge,
    ledger,
    show,
)
from helpers.data import load
from tests.lessons import LESSONS

# The claims that the collection has promised to weigh, in the text's order.
PROMISED = [
    "meetings", "networks-disrupt", "overdose-64k", "synthetic-both", "mexico-victims", "agencies-11", "merida", "poppy-progress", "cocaine-13t",
    "meth-26t", "destined-for-us", "labs-136", "safer", "revenue-dismantled", "demand", "commission", "one-billion", "ambassadors-59",
]  # fmt: skip


def test_all_promised_claims_are_there() -> None:
    assert list(load("claims").sort_values("order")["claim"]) == PROMISED


VERDICTS = Path(__file__).with_name("verdicts.txt")


#: Units of columns that the claims say in other words.
UNIT = {
    "million U.S. dollars": "USD million",
    "deaths in 12 months": "deaths",
    "as in unit": "USD million",
}


def all_verdicts() -> str:
    """Every claim's card and verdict with all its readings, and what each row of evidence selects,
    older vintages too: as text.
    """
    verdicts = [f"{show(claim)!r}\n{judge(claim)!r}" for claim in PROMISED]
    rows = [
        f"{row['claim']}, {row['reading']}, {row['part']}, {row['role']}: {claims._cell(row, row['unit']):,.10g} {row['unit']} "
        f"({row['status']}; public by {row['known_on']:%Y-%m-%d}; {row['table']}, {row['column']}: {row['selection']})"
        for _, row in load("evidence").iterrows()
    ]
    return "\n\n".join([*verdicts, "\n".join(["Rows of evidence", *rows])]) + "\n"


def test_verdicts_are_those_that_were_looked_at() -> None:
    """Lessons show only part of the figures behind a verdict; here a changed row of evidence is
    seen wherever it lies.
    """
    changes = list(
        difflib.unified_diff(
            VERDICTS.read_text(encoding="utf-8").splitlines(),
            all_verdicts().splitlines(),
            "verdicts.txt",
            "now",
            lineterm="",
            n=0,
        )
    )
    assert not changes, (
        "if this change is meant, write it with `python -m tests.test_claims`:\n"
        + "\n".join(changes)
    )


def test_evidence_is_in_the_unit_of_its_column() -> None:
    for row in load("evidence").itertuples():
        field = next(
            (
                f
                for f in data.about(row.table).resource["schema"]["fields"]
                if f["name"] == row.column
            ),
            None,
        )
        assert field is None or UNIT.get(field["unit"], field["unit"]) == row.unit, (
            f"{row.claim}, {row.reading}: {row.table}.{row.column} is in {field['unit']}, the evidence says {row.unit}"
        )


def test_evidence_selects_the_vintage_of_its_day() -> None:
    """Also where an older vintage is no longer shown because a later one has taken its place."""
    dated = [row for row in load("evidence").itertuples() if "known_on=" in row.selection]
    assert dated
    for row in dated:
        assert f"known_on={row.known_on:%Y-%m-%d}" in row.selection, (
            f"{row.claim}, {row.reading}: public on {row.known_on:%Y-%m-%d}, selects {row.selection}"
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
    assert set(load("statements")["claim"].dropna()) == set(PROMISED)


def test_claims_follow_the_order_of_the_statements() -> None:
    placed = load("statements").dropna(subset="claim").drop_duplicates("claim")["claim"].tolist()
    assert sorted(PROMISED, key=placed.index)[:8] == PROMISED[:8]


def test_exactly_the_claims_of_existing_lessons_are_judged() -> None:
    existing = {lesson.name for lesson in LESSONS}
    frame = ledger()
    for claim, row in frame.iterrows():
        judged = row["on_the_day"] != NOT_JUDGED
        assert judged == (row["lesson"] in existing), f"{claim}: evidence and lesson go together"
        assert not judged or {row["on_the_day"], row["now"]} <= set(SCALE)
        assert not judged or row["wording"] in ("stronger", "same", "weaker")


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
    assert sum(halves) < synthetic < heroin + prescription and together["result"] == claims.OPEN
    assert verdict.on_the_day == verdict.now == ONE_READING


# --- the rules of the scale
# ---------------------------------------------------------------------------------------------

FIGURES = pd.DataFrame(
    {
        "year": [2015, 2016, 2017],
        "n": [5.0, 10.0, None],
        "m": [8.0, 12.0, 1.0],
        "k": pd.array([1, None, 3], dtype="Int64"),
        "s": ["x", "x", "y"],
    }
)
CLAIM = {"claim": "c", "order": 1, "paraphrase": "p", "quote": "q", "kind": "quantity", "stated_value": 9.0, "direction": "more than", "unit": "things",
         "as_of": pd.Timestamp("2017-12-14"), "lesson": "02_x", "wording": "same", "wording_note": ""}  # fmt: skip
ROW = {
    "claim": "c",
    "reading": "r",
    "part": "all",
    "role": "value",
    "known_on": "2017-01-01",
    "table": "figures",
    "selection": "year=2016",
    "column": "n",
    "unit": "things",
    "status": "same quantity",
}


@pytest.fixture
def weigh(monkeypatch: pytest.MonkeyPatch) -> Callable[..., claims.Verdict]:
    """Judge one made-up claim by made-up evidence rows."""

    def run(*rows: dict[str, str], **claim: object) -> claims.Verdict:
        evidence = pd.DataFrame([{**ROW, **row} for row in rows])
        evidence["known_on"] = pd.to_datetime(evidence["known_on"])
        found = {
            "figures": FIGURES,
            "evidence": evidence,
            "claims": pd.DataFrame([{**CLAIM, **claim}]),
        }
        monkeypatch.setattr(claims, "load", found.__getitem__)
        return judge("c")

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
        ("more than", 2015, 2016, 5.0, claims.OPEN),  # 5 to 10
        ("more than", 2015, 2016, 4.9, HOLDS),
        ("more than", 2015, 2016, 10.0, FAILS),
        ("at least", 2015, 2016, 5.0, HOLDS),
        ("at least", 2015, 2016, 10.0, claims.OPEN),
        ("at least", 2015, 2016, 10.1, FAILS),
        ("exactly", 2015, 2016, 5.0, claims.OPEN),
        ("exactly", 2015, 2016, 7.0, claims.OPEN),
        ("exactly", 2015, 2016, 10.0, claims.OPEN),
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
    assert weigh(*open_reading).now == UNCHECKED
    assert weigh({}, *open_reading).now == ONE_READING
    assert weigh({"selection": "year=2015"}, *open_reading).now == UNCHECKED


def test_every_part_must_hold(weigh: Callable) -> None:
    parts = [
        {"part": "a"},
        {"part": "b"},
        {"part": "b", "role": "reference", "selection": "year=2016", "column": "m"},
    ]
    assert weigh(*parts).now == FAILS


def test_only_the_same_quantity_decides(weigh: Callable) -> None:
    assert weigh({"status": "proxy"}).now == UNCHECKED
    assert weigh({"selection": "year=2015"}, {"reading": "s", "status": "near"}).now == FAILS


def test_a_claim_without_direction_is_shown_and_not_decided(weigh: Callable) -> None:
    nothing = float("nan")
    verdict = weigh({"unit": "kg"}, direction=nothing, stated_value=nothing, unit=nothing)
    assert verdict.now == verdict.on_the_day == UNCHECKED
    assert "open: 10 (same quantity" in repr(verdict)
    beside = weigh(
        {"status": "proxy"},
        {"status": "proxy", "role": "reference", "selection": "year=2015"},
        direction=nothing,
        stated_value=nothing,
    )
    assert beside.now == UNCHECKED and "open: 10 against 5 (proxy" in repr(beside)


def test_rows_of_one_role_are_added_up(weigh: Callable) -> None:
    assert weigh({}, {"selection": "year=2015"}).readings["value_low"].iloc[-1] == 15


def test_the_day_decides_which_vintage_counts(weigh: Callable) -> None:
    verdict = weigh(
        {"selection": "year=2015", "known_on": "2017-12-16"}, {"known_on": "2017-12-17"}
    )
    assert (verdict.on_the_day, verdict.now) == (FAILS, HOLDS), (
        "two days after the speech count as the day, three do not"
    )
    verdict = weigh({"known_on": "2018-01-01"})
    assert (verdict.on_the_day, verdict.now) == (UNCHECKED, HOLDS)
    assert verdict.readings[
        ["figures", "reading", "part", "status", "result"]
    ].to_numpy().tolist() == [
        ["of the day", "r", "all", "same quantity", claims.NOT_PUBLIC],
        ["now", "r", "all", "same quantity", HOLDS],
    ]
    assert list(verdict.readings) == [
        "figures",
        "reading",
        "part",
        "known_on",
        "status",
        "value_low",
        "value_high",
        "reference_low",
        "reference_high",
        "result",
    ]


def test_rows_can_be_counted(weigh: Callable) -> None:
    assert weigh({"column": "(rows)", "selection": "year>=2015"}).readings["value_low"].iloc[0] == 3
    assert (
        weigh({"column": "(rows)", "selection": "year>2015; n<=10"}).readings["value_low"].iloc[0]
        == 1
    )
    assert [
        weigh({"column": "(rows)", "selection": f"k{condition}"}).readings["value_low"].iloc[0]
        for condition in (">0", "=1", "!=1")
    ] == [2, 1, 1], "a gap meets no condition"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"unit": "kg"}, "the claim is in things, the evidence in kg"),
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
        ({"role": "value_low"}, "it needs a row with the role value"),
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
    with pytest.raises(ClaimError, match="a reference or a stated value"):
        weigh({}, stated_value=float("nan"))


def test_unknown_claim_names_the_nearest() -> None:
    with pytest.raises(ClaimError, match="no claim with the id 'overdose64'.*overdose-64k"):
        show("overdose64")


def test_cards_show_what_they_should() -> None:
    text = repr(show("overdose-64k")) + show("overdose-64k")._repr_html_()
    assert text.count("more than 64,000 deaths") == 2 and "14 December 2017" in text
    text = repr(judge("synthetic-both"))
    assert "holds in one reading" in text and "18,813 to 32,556" in text and "stronger" in text
    assert "not judged yet" in repr(
        claims.Verdict("x", NOT_JUDGED, NOT_JUDGED, "", judge("overdose-64k").readings.head(0))
    )


def test_the_ledger_has_a_row_a_claim_with_what_its_parts_say() -> None:
    frame = ledger()
    assert list(frame.index) == PROMISED and list(frame) == [
        "said",
        "on_the_day",
        "now",
        "wording",
        "confidence",
        "would_change",
        "lesson",
    ]
    stored = load("claims").set_index("claim")
    assert (frame["said"] == stored.loc[PROMISED, "paraphrase"]).all() and (
        frame["would_change"] == stored.loc[PROMISED, "would_change"]
    ).all()
    assert {name: judge(name).confidence for name in PROMISED} == frame["confidence"].to_dict()


def test_figures_in_words() -> None:
    assert [claims._plain(value) for value in (1234.0, 12.5, 12.25, 1234.567, 0.0)] == [
        "1,234",
        "12.5",
        "12.25",
        "1,234.57",
        "0",
    ]
    assert claims._range(1.0, 1.0) == "1" and claims._range(1.0, 2.5) == "1 to 2.5"


def test_a_changed_table_changes_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = load("overdose_count_revisions")
    frame.loc[frame["deaths"] == 63_938, "deaths"] = 64_938
    frame.loc[frame["deaths"] == 63_632, "deaths"] = 64_632
    monkeypatch.setattr(
        claims,
        "load",
        lambda name: frame if name == "overdose_count_revisions" else data.load(name),
    )
    assert judge("overdose-64k").now == HOLDS


# --- claims and evidence of one's own
# -------------------------------------------------------------------------------------

OWN = {
    "claim": "labs-136",
    "stated_value": 136,
    "direction": "at least",
    "unit": "laboratories",
    "as_of": "2017-12-14",
    "wording": "same",
}


def own(**entries: object) -> pd.Series:
    return pd.Series({**OWN, **entries}, dtype=object)


def changed(**columns: object) -> pd.DataFrame:
    return load("evidence").assign(**columns)


def test_a_claim_of_ones_own_is_weighed_like_a_stored_one() -> None:
    stored, mine = judge("labs-136"), judge(own())
    assert (mine.claim, mine.on_the_day, mine.now, mine.wording) == (
        stored.claim,
        stored.on_the_day,
        stored.now,
        "same",
    )
    pd.testing.assert_frame_equal(mine.readings, stored.readings)
    assert judge(own(stated_value=137)).now == FAILS and judge(own(stated_value=135.5)).now == HOLDS
    assert (
        judge(own(direction="exactly")).now == HOLDS
        and judge(own(direction="more than")).now == FAILS
    )
    another = judge(own(claim="another"))
    assert (
        another.claim,
        another.on_the_day,
        another.now,
        another.wording,
        len(another.readings),
    ) == ("another", NOT_JUDGED, NOT_JUDGED, "", 0) and list(another.readings) == list(
        mine.readings
    )
    day = judge(own(as_of=pd.Timestamp("2017-12-14"))).readings
    pd.testing.assert_frame_equal(day, mine.readings)
    assert judge(own(as_of="2010-01-01")).on_the_day == UNCHECKED, "nothing was public by then"


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_claim_of_ones_own_may_leave_entries_empty(nothing: object) -> None:
    verdict = judge(own(direction=nothing, stated_value=nothing, unit=nothing))
    assert (
        verdict.now == UNCHECKED
        and verdict.readings["value_low"].notna().any()
        and verdict.readings["reference_low"].isna().all()
    )
    assert judge(own(unit=nothing, wording="")).now == HOLDS
    unworded = judge(own(wording=nothing))
    assert unworded.wording == "" and "Wording" not in repr(unworded) + unworded._repr_html_()


def test_evidence_of_ones_own_is_weighed_like_the_stored() -> None:
    stored = load("evidence")
    for known_on in (stored["known_on"], stored["known_on"].dt.strftime("%Y-%m-%d")):
        pd.testing.assert_frame_equal(
            judge("labs-136", stored.assign(known_on=known_on)).readings, judge("labs-136").readings
        )
    assert judge("labs-136", stored[stored["claim"] != "labs-136"]).now == NOT_JUDGED
    assert judge("labs-136", changed(known_on="2200-01-01")).on_the_day == UNCHECKED
    assert judge("labs-136", changed(known_on="1900-01-01")).on_the_day == judge("labs-136").now, (
        "the first and the last day that count as days"
    )


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: judge(own().drop(["unit", "wording"])),
            "A claim of your own needs the entries claim, stated_value, direction, unit, as_of, wording; missing: unit, wording.",
        ),
        (
            lambda: judge(own(direction="below")),
            "The direction 'below' is not one of: more than, at least, exactly; None if the claim states none.",
        ),
        (
            lambda: judge(own(direction=3)),
            "The direction 3 is not one of: more than, at least, exactly; None if the claim states none.",
        ),
        (
            lambda: judge(own(stated_value="136")),
            "The stated_value '136' is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge(own(stated_value=True)),
            "The stated_value True is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge(own(stated_value=float("inf"))),
            "The stated_value inf is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge(own(stated_value=10**400)),
            f"The stated_value {10**400} is not a finite number; None if the claim states none.",
        ),
        (
            lambda: judge(own(claim=None)),
            "The entry claim of a claim of your own must be text; it is None.",
        ),
        (
            lambda: judge(own(unit=5)),
            "The entry unit of a claim of your own must be text; it is 5.",
        ),
        (
            lambda: judge(own(wording=[])),
            "The entry wording of a claim of your own must be text; it is [].",
        ),
        (
            lambda: judge(own(as_of="soon")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge(own(as_of="14 December 2017")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge(own(as_of=None)),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge(own(as_of=20171214.5)),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge(own(as_of="1899-12-31")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge(own(as_of="2200-01-02")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge(own(as_of="2017-12-14T00:00:00Z")),
            "as_of must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (
            lambda: judge("labs-136", "evidence"),
            "Evidence must be a table (DataFrame) like load('evidence'); this is a str.",
        ),
        (
            lambda: judge("labs-136", changed().drop(columns=["role", "unit"])),
            f"Evidence needs the columns {', '.join(load('evidence').columns)}; missing: role, unit.",
        ),
        (
            lambda: judge(
                "labs-136", changed().pipe(lambda e: pd.concat([e, e[["unit"]]], axis=1))
            ),
            "The column 'unit' stands twice in the evidence.",
        ),
        (
            lambda: judge("labs-136", changed(reading=7)),
            "The column reading of the evidence must hold text; one entry is 7.",
        ),
        (
            lambda: judge("labs-136", changed(status="vague")),
            "The status 'vague' of the evidence is not one of: same quantity, near, proxy.",
        ),
        (
            lambda: judge("labs-136", changed(role="vlaue")),
            "The role 'vlaue' of the evidence is not one of: value, value_low, value_high, reference, reference_low, reference_high.",
        ),
        (
            lambda: judge("labs-136", changed(known_on="soon")),
            "known_on must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone.",
        ),
        (lambda: judge(5), "There is no claim with the id 5. load('claims') lists all ids."),
        (
            lambda: show("overdose64"),
            "There is no claim with the id 'overdose64'. Nearest ids: overdose-64k, merida, poppy-progress.",
        ),
    ],
)
def test_the_whole_sentence(call: Callable, sentence: str) -> None:
    with pytest.raises(ClaimError) as refused:
        call()
    assert str(refused.value) == sentence


if __name__ == "__main__":
    VERDICTS.write_text(all_verdicts(), encoding="utf-8", newline="\n")
