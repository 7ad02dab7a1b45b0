"""Verdicts: one claim weighed by its evidence (`judge`), and all claims (`ledger`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.cards import Card
from helpers.catalogue import load
from helpers.claims.evidence import SAME, own_evidence, role_bounds
from helpers.claims.model import DIRECTIONS, ClaimError, find_claim, lesson_of, own_claim
from helpers.collection import current
from helpers.values import full_number

HOLDS = "holds"
ONE_READING = "holds in one reading"
FAILS = "does not hold"
UNCHECKED = "cannot be checked with these data"
SCALE = (HOLDS, ONE_READING, FAILS, UNCHECKED)
NOT_JUDGED = "not judged yet"
OPEN = "open"
NOT_PUBLIC = "not public yet"

_READING_COLUMNS = [
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
Bounds = tuple[float, float]


@dataclass(frozen=True, repr=False)
class Verdict(Card):
    """The outcome of `judge`, with the figures it rests on."""

    claim: str
    on_the_day: str
    now: str
    wording: str
    readings: pd.DataFrame

    @property
    def heading(self) -> str:
        """The id of the claim."""
        return f"Verdict on {self.claim}"

    @property
    def confidence(self) -> str:
        """How much the verdict on the figures now rests on, by a rule of ours.

        "high" if two or more readings of the same quantity agree, "medium" if there is one, "low"
        if they disagree or one stays open, "none" if no figure decides. Only different readings
        count; the same figure repeated adds nothing.
        """
        if self.now in (UNCHECKED, NOT_JUDGED):
            return "none"
        if self.now == ONE_READING:
            return "low"
        decisive = self.readings.query("figures == 'now' and status == @SAME")
        return "high" if decisive["reading"].nunique() > 1 else "medium"

    def entries(self) -> list[tuple[str, str]]:
        """The two verdicts, the wording, and a line for each reading and part."""
        entries = [("On the figures of the day", self.on_the_day), ("On the figures now", self.now)]
        if self.wording:
            entries.append(("Wording against its source", self.wording))
        for _, r in self.readings.iterrows():
            part = f", {r['part']}" if r["part"] != "all" else ""
            entries.append((f"Figures {r['figures']}, {r['reading']}{part}", _reading_line(r)))
        return entries


def judge(claim: str | pd.Series[Any], evidence: pd.DataFrame | None = None) -> Verdict:
    """Weigh one claim by its rows of evidence, on the figures of the day and on the figures now.

    Parameters
    ----------
    claim : str or pandas.Series
        Id of the claim, as in ``load("claims")``; or a claim of one's own, with the same entries as
        a row of that table.
    evidence : pandas.DataFrame, optional
        Rows to weigh instead of the stored ones, with the columns of ``load("evidence")``. Those of
        other claims are left aside.

    Returns
    -------
    Verdict
        With `on_the_day` and `now` from the fixed `SCALE`, the `wording` against its source, and
        `readings`: one row per reading, part and day with the figures compared. A claim without
        evidence has the verdict "not judged yet".

    Raises
    ------
    ClaimError
        Unknown claim; a claim or evidence of one's own that lacks an entry or has one of another
        kind; evidence that selects no row or several rows, names an unknown column or another unit,
        or points at a cell that is no number.
    DataError
        Evidence that names an unknown table.

    Examples
    --------
    >>> verdict = judge("more-loans")
    >>> verdict.on_the_day, verdict.now
    ('holds', 'holds')
    """
    row = own_claim(claim) if isinstance(claim, pd.Series) else find_claim(claim)
    name = row["claim"]
    rows = load("evidence") if evidence is None else own_evidence(evidence)
    rows = rows[rows["claim"] == name]
    if rows.empty:
        return Verdict(name, NOT_JUDGED, NOT_JUDGED, "", pd.DataFrame(columns=_READING_COLUMNS))
    days = {
        "of the day": row["as_of"] + pd.Timedelta(days=current().snapshot_days),
        "now": pd.Timestamp.max,
    }
    weighed = [
        {"figures": figures, **entry}
        for figures, day in days.items()
        for entry in _weigh(row, rows, day)
    ]
    readings = pd.DataFrame(weighed, columns=_READING_COLUMNS)
    verdicts = {figures: _verdict(readings.query("figures == @figures")) for figures in days}
    return Verdict(name, verdicts["of the day"], verdicts["now"], row["wording"], readings)


def ledger() -> pd.DataFrame:
    """Every claim in the text's order with its two verdicts and its wording against the source.

    Returns a DataFrame indexed by claim with the columns said, on_the_day, now, wording, confidence
    (in the verdict now, see `Verdict.confidence`), would_change (what would change our mind) and
    lesson.

    Examples
    --------
    >>> ledger().loc["more-loans", "now"]
    'holds'
    """
    rows = []
    for _, claim in load("claims").sort_values("order").iterrows():
        verdict = judge(claim["claim"])
        rows.append(
            {
                "claim": claim["claim"],
                "said": claim["paraphrase"],
                "on_the_day": verdict.on_the_day,
                "now": verdict.now,
                "wording": verdict.wording,
                "confidence": verdict.confidence,
                "would_change": claim["would_change"],
                "lesson": lesson_of(claim["claim"]),
            }
        )
    return pd.DataFrame(rows).set_index("claim")


def _weigh(
    claim: pd.Series[Any], evidence: pd.DataFrame, day: pd.Timestamp
) -> list[dict[str, Any]]:
    """One dict per reading and part: the latest vintage public by `day`, and whether it supports
    the claim.
    """
    weighed = []
    for (reading, part), rows in evidence.groupby(["reading", "part"], sort=False):
        public = rows[rows["known_on"] <= day]
        entry: dict[str, Any] = {"reading": reading, "part": part}
        if public.empty:
            weighed.append({**entry, "status": rows["status"].iloc[0], "result": NOT_PUBLIC})
            continue
        vintage = public[public["known_on"] == public["known_on"].max()]
        value, reference = _compared(claim, str(reading), vintage)
        weighed.append(
            {
                **entry,
                "known_on": vintage["known_on"].iloc[0],
                "status": vintage["status"].iloc[0],
                "value_low": value[0],
                "value_high": value[1],
                "reference_low": reference[0],
                "reference_high": reference[1],
                "result": _compare(claim["direction"], value, reference),
            }
        )
    return weighed


def _compared(claim: pd.Series[Any], reading: str, vintage: pd.DataFrame) -> tuple[Bounds, Bounds]:
    """The value and what it is compared with."""
    value = role_bounds(claim, vintage, "value")
    stated = float(claim["stated_value"])
    reference = role_bounds(claim, vintage, "reference") or (stated, stated)
    if value is None or (pd.notna(claim["direction"]) and pd.isna(reference[0])):
        raise ClaimError(
            f"Evidence for {claim['claim']}, reading {reading!r}: it needs a row with the role "
            "value, and a reference "
            "or a stated value."
        )
    return value, reference


def _compare(direction: Any, value: Bounds, reference: Bounds) -> str:
    (low, high), (ref_low, ref_high) = value, reference
    if pd.isna(direction):
        return OPEN
    if direction == "more than":
        holds, fails = low > ref_high, high <= ref_low
    elif direction == "at least":
        holds, fails = low >= ref_high, high < ref_low
    elif direction == "exactly":
        holds, fails = low == high == ref_low == ref_high, low > ref_high or high < ref_low
    else:
        raise ClaimError(f"The direction {direction!r} is not one of: {', '.join(DIRECTIONS)}.")
    return HOLDS if holds else FAILS if fails else OPEN


def _verdict(readings: pd.DataFrame) -> str:
    """From the results of the readings to one word of the scale."""
    decisive = readings[(readings["status"] == SAME) & (readings["result"] != NOT_PUBLIC)]
    results = set()
    for _, parts in decisive.groupby("reading"):
        seen = set(parts["result"])
        results.add(FAILS if FAILS in seen else OPEN if OPEN in seen else HOLDS)
    if not results or (OPEN in results and HOLDS not in results):
        return UNCHECKED
    if results == {HOLDS}:
        return HOLDS
    return ONE_READING if HOLDS in results else FAILS


def _reading_line(reading: pd.Series[Any]) -> str:
    if reading["result"] == NOT_PUBLIC:
        return NOT_PUBLIC
    against = ""
    if pd.notna(reading["reference_low"]):
        against = f" against {_range(reading['reference_low'], reading['reference_high'])}"
    value = _range(reading["value_low"], reading["value_high"])
    return (
        f"{reading['result']}: {value}{against} ({reading['status']}; "
        f"public by {reading['known_on']:%d %B %Y})"
    )


def _range(low: float, high: float) -> str:
    return full_number(low) if low == high else f"{full_number(low)} to {full_number(high)}"
