"""The dialogue's claims: what was said (`show`), what the tables say of it (`judge`), all of them (`ledger`).

A verdict is computed from the table `evidence`, whose rows point at cells of other tables. Nothing is typed twice.

How a verdict comes about
-------------------------
1. A *reading* is one way to understand a claim ("each of the two", "the two together"). Its evidence may exist in
   several vintages, told apart by `known_on`. For a given day the latest vintage public by then counts.
2. A reading may have *parts*, each a comparison that must hold. A part sets a value against a reference: the evidence
   rows with the role `reference`, or else the value the claim states. Rows of one role are added up. Where only bounds are known,
   `_low` and `_high` rows give them.
3. A reading *holds* if every part does, *does not hold* if one part fails, and is *open* if a bound straddles the mark.
4. Only evidence on the same quantity decides; near and proxy figures are shown beside it.
5. A claim that states no direction (a cause, an intention, a promise) has nothing to compare: its figures are shown, every reading
   stays open, and the verdict is that it cannot be checked with these data.
"""

from __future__ import annotations

import difflib
import math
import numbers
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.cards import Card
from helpers.data import load

HOLDS = "holds"
ONE_READING = "holds in one reading"
FAILS = "does not hold"
UNCHECKED = "cannot be checked with these data"
SCALE = (HOLDS, ONE_READING, FAILS, UNCHECKED)
NOT_JUDGED = "not judged yet"

DIRECTIONS = ("more than", "at least", "exactly")
ROLES = ("value", "value_low", "value_high", "reference", "reference_low", "reference_high")
SAME = "same quantity"
STATUSES = (SAME, "near", "proxy")
OPEN = "open"
NOT_PUBLIC = "not public yet"

#: A saved page shows what was public when it was saved. The first one after the speech was saved two days later, so a
#: figure seen within this many days counts as a figure of the day.
SNAPSHOT_DAYS = 2


class ClaimError(ValueError):
    """A claim is unknown, or its evidence does not point at what it should."""


def show(claim: str) -> Claim:
    """One claim: our paraphrase, the few quoted words, its kind, stated value and the lesson that settles it.

    Raises `ClaimError` for an unknown id, naming the nearest ones.

    Examples
    --------
    >>> show("overdose-64k").stated
    'more than 64,000 deaths'
    """
    return Claim(_claim(claim))


def judge(claim: str | pd.Series, evidence: pd.DataFrame | None = None) -> Verdict:
    """Weigh one claim by its rows of evidence, on the figures of the day and on the figures now.

    Parameters
    ----------
    claim : str or pandas.Series
        Id of the claim, as in ``load("claims")``; or a claim of one's own, with the same entries as a row of that table.
    evidence : pandas.DataFrame, optional
        Rows to weigh instead of the stored ones, with the columns of ``load("evidence")``. Those of other claims are left aside.

    Returns
    -------
    Verdict
        With `on_the_day` and `now` from the fixed `SCALE`, the `wording` against its source, and `readings`: one
        row per reading, part and day with the figures compared. A claim without evidence has the verdict "not judged yet".

    Raises
    ------
    ClaimError
        Unknown claim; a claim or evidence of one's own that lacks an entry or has one of another kind; evidence that selects no row or
        several rows, names an unknown column or another unit, or points at a cell that is no number.
    DataError
        Evidence that names an unknown table.

    Examples
    --------
    >>> verdict = judge("overdose-64k")
    >>> verdict.on_the_day, verdict.now
    ('holds', 'does not hold')
    """
    row = _own(claim) if isinstance(claim, pd.Series) else _claim(claim)
    name = row["claim"]
    evidence = load("evidence") if evidence is None else _own_evidence(evidence)
    evidence = evidence[evidence["claim"] == name]
    if evidence.empty:
        return Verdict(name, NOT_JUDGED, NOT_JUDGED, "", pd.DataFrame(columns=_READING_COLUMNS))
    days = {"of the day": row["as_of"] + pd.Timedelta(days=SNAPSHOT_DAYS), "now": pd.Timestamp.max}
    readings = pd.DataFrame(
        [
            {"figures": figures, **weighed}
            for figures, day in days.items()
            for weighed in _weigh(row, evidence, day)
        ],
        columns=_READING_COLUMNS,
    )
    verdicts = {figures: _verdict(readings.query("figures == @figures")) for figures in days}
    return Verdict(name, verdicts["of the day"], verdicts["now"], row["wording"], readings)


def ledger() -> pd.DataFrame:
    """Every claim in the text's order with its two verdicts and its wording against the source.

    Returns a DataFrame indexed by claim with the columns said, on_the_day, now, wording, confidence (in the verdict now, see
    `Verdict.confidence`), would_change (what would change our mind) and lesson.

    Examples
    --------
    >>> ledger().loc["overdose-64k", "now"]
    'does not hold'
    """
    rows = []
    for claim in load("claims").sort_values("order").itertuples():
        verdict = judge(claim.claim)
        rows.append(
            {
                "claim": claim.claim,
                "said": claim.paraphrase,
                "on_the_day": verdict.on_the_day,
                "now": verdict.now,
                "wording": verdict.wording,
                "confidence": verdict.confidence,
                "would_change": claim.would_change,
                "lesson": claim.lesson,
            }
        )
    return pd.DataFrame(rows).set_index("claim")


@dataclass(frozen=True, repr=False)
class Claim(Card):
    """A claim as the table `claims` has it, shown as a card."""

    row: pd.Series

    @property
    def heading(self) -> str:
        return f"Claim {self.row['claim']}"

    @property
    def stated(self) -> str:
        """Direction, value and unit in words; empty when the claim states no value."""
        if pd.isna(self.row["stated_value"]):
            return ""
        return f"{self.row['direction']} {self.row['stated_value']:,.0f} {self.row['unit']}"

    def entries(self) -> list[tuple[str, str]]:
        r = self.row
        entries = [
            ("Said", r["paraphrase"]),
            ("Quoted words", f"“{r['quote']}”"),
            ("Kind", r["kind"]),
        ]
        if self.stated:
            entries.append(("States", self.stated))
        return [*entries, ("Said on", f"{r['as_of']:%d %B %Y}"), ("Settled in", r["lesson"])]


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
        return f"Verdict on {self.claim}"

    @property
    def confidence(self) -> str:
        """How much the verdict on the figures now rests on, by a rule of ours.

        "high" if two or more readings of the same quantity agree, "medium" if there is one, "low" if they disagree or one
        stays open, "none" if no figure decides. Only different readings count; the same figure repeated adds nothing.
        """
        if self.now in (UNCHECKED, NOT_JUDGED):
            return "none"
        if self.now == ONE_READING:
            return "low"
        decisive = self.readings.query("figures == 'now' and status == @SAME")
        return "high" if decisive["reading"].nunique() > 1 else "medium"

    def entries(self) -> list[tuple[str, str]]:
        entries = [("On the figures of the day", self.on_the_day), ("On the figures now", self.now)]
        if self.wording:
            entries.append(("Wording against its source", self.wording))
        for r in self.readings.itertuples():
            if r.result == NOT_PUBLIC:
                line = f"{r.result}"
            else:
                against = (
                    ""
                    if pd.isna(r.reference_low)
                    else f" against {_range(r.reference_low, r.reference_high)}"
                )
                line = f"{r.result}: {_range(r.value_low, r.value_high)}{against} ({r.status}; public by {r.known_on:%d %B %Y})"
            entries.append(
                (
                    f"Figures {r.figures}, {r.reading}"
                    + (f", {r.part}" if r.part != "all" else ""),
                    line,
                )
            )
        return entries


_OWN_ENTRIES = ("claim", "stated_value", "direction", "unit", "as_of", "wording")
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


def _claim(claim: str) -> pd.Series:
    claims = load("claims").set_index("claim", drop=False)
    if isinstance(claim, str) and claim in claims.index:
        return claims.loc[claim]
    near = difflib.get_close_matches(str(claim), claims.index, n=3, cutoff=0.3)
    advice = f"Nearest ids: {', '.join(near)}." if near else "load('claims') lists all ids."
    raise ClaimError(f"There is no claim with the id {claim!r}. {advice}")


def _own(claim: pd.Series) -> pd.Series:
    """A claim that a reader wrote, with its day read as a date."""
    absent = [entry for entry in _OWN_ENTRIES if entry not in claim.index]
    if absent:
        raise ClaimError(
            f"A claim of your own needs the entries {', '.join(_OWN_ENTRIES)}; missing: {', '.join(absent)}."
        )
    direction, stated = claim["direction"], claim["stated_value"]
    if not _missing(direction) and not (isinstance(direction, str) and direction in DIRECTIONS):
        raise ClaimError(
            f"The direction {direction!r} is not one of: {', '.join(DIRECTIONS)}; None if the claim states none."
        )
    if not _missing(stated) and not _number(stated):
        raise ClaimError(
            f"The stated_value {stated!r} is not a finite number; None if the claim states none."
        )
    for entry in ("claim", "unit", "wording"):
        if not isinstance(claim[entry], str) and not (entry != "claim" and _missing(claim[entry])):
            raise ClaimError(
                f"The entry {entry} of a claim of your own must be text; it is {claim[entry]!r}."
            )
    as_of = _dates(pd.Series([claim["as_of"]]), "as_of").iloc[0]
    return pd.Series(
        {
            **claim,
            "direction": None if _missing(direction) else direction,
            "stated_value": float("nan") if _missing(stated) else float(stated),
            "as_of": as_of,
            "wording": "" if _missing(claim["wording"]) else claim["wording"],
        },
        dtype=object,
    )


def _own_evidence(evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence that a reader wrote or changed, with its days read as dates."""
    wanted = load("evidence").columns
    if not isinstance(evidence, pd.DataFrame):
        raise ClaimError(
            f"Evidence must be a table (DataFrame) like load('evidence'); this is a {type(evidence).__name__}."
        )
    absent = [column for column in wanted if column not in evidence]
    if absent:
        raise ClaimError(
            f"Evidence needs the columns {', '.join(wanted)}; missing: {', '.join(absent)}."
        )
    if not evidence.columns.is_unique:
        raise ClaimError(
            f"The column {evidence.columns[evidence.columns.duplicated()][0]!r} stands twice in the evidence."
        )
    for column in wanted.drop("known_on"):
        wrong = [value for value in evidence[column] if not isinstance(value, str)]
        if wrong:
            raise ClaimError(
                f"The column {column} of the evidence must hold text; one entry is {wrong[0]!r}."
            )
    for column, known in (("status", STATUSES), ("role", ROLES)):
        unknown = [value for value in evidence[column] if value not in known]
        if unknown:
            raise ClaimError(
                f"The {column} {unknown[0]!r} of the evidence is not one of: {', '.join(known)}."
            )
    return evidence.assign(known_on=_dates(evidence["known_on"], "known_on"))


def _dates(given: pd.Series, entry: str) -> pd.Series:
    """Days of our time, without a time zone."""
    try:
        days = pd.to_datetime(
            given.astype(str) if any(isinstance(day, numbers.Number) for day in given) else given,
            format="ISO8601",
        )
        if (
            days.dt.tz is None
            and days.between(pd.Timestamp(1900, 1, 1), pd.Timestamp(2200, 1, 1)).all()
        ):
            return days
    except (TypeError, ValueError, AttributeError, OverflowError):
        pass
    raise ClaimError(
        f"{entry} must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone."
    ) from None


def _missing(value: Any) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float) and value != value)
    )


def _number(value: Any) -> bool:
    """Whether a value is one finite number, not a bool."""
    try:
        return (
            isinstance(value, numbers.Real)
            and not isinstance(value, (bool, np.bool_))
            and math.isfinite(value)
        )
    except OverflowError:
        return False


def _weigh(claim: pd.Series, evidence: pd.DataFrame, day: pd.Timestamp) -> list[dict[str, Any]]:
    """One dict per reading and part: the latest vintage public by `day`, and whether it bears the claim out."""
    weighed = []
    for (reading, part), rows in evidence.groupby(["reading", "part"], sort=False):
        public = rows[rows["known_on"] <= day]
        entry: dict[str, Any] = {"reading": reading, "part": part}
        if public.empty:
            weighed.append({**entry, "status": rows["status"].iloc[0], "result": NOT_PUBLIC})
            continue
        vintage = public[public["known_on"] == public["known_on"].max()]
        value = _bounds(claim, vintage, "value")
        reference = _bounds(claim, vintage, "reference") or (float(claim["stated_value"]),) * 2
        if value is None or (pd.notna(claim["direction"]) and pd.isna(reference[0])):
            raise ClaimError(
                f"Evidence for {claim['claim']}, reading {reading!r}: it needs a row with the role value, and a reference or a stated value."
            )
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


def _bounds(claim: pd.Series, rows: pd.DataFrame, role: str) -> tuple[float, float] | None:
    """Low and high of a role: the sum of its exact rows, or the sums of its _low and _high rows; None without rows."""
    sums = {
        name: group.apply(_cell, axis=1, unit=claim["unit"]).sum()
        for name, group in rows.groupby("role")
    }
    if role in sums:
        return float(sums[role]), float(sums[role])
    if f"{role}_low" in sums and f"{role}_high" in sums:
        return float(sums[f"{role}_low"]), float(sums[f"{role}_high"])
    return None


def _compare(direction: str, value: tuple[float, float], reference: tuple[float, float]) -> str:
    (low, high), (ref_low, ref_high) = value, reference
    if pd.isna(direction):
        return OPEN
    if direction == "more than":
        return HOLDS if low > ref_high else FAILS if high <= ref_low else OPEN
    if direction == "at least":
        return HOLDS if low >= ref_high else FAILS if high < ref_low else OPEN
    if direction == "exactly":
        return (
            HOLDS
            if low == high == ref_low == ref_high
            else FAILS
            if low > ref_high or high < ref_low
            else OPEN
        )
    raise ClaimError(f"The direction {direction!r} is not one of: {', '.join(DIRECTIONS)}.")


def _verdict(readings: pd.DataFrame) -> str:
    """From the results of the readings to one word of the scale."""
    decisive = readings[(readings["status"] == SAME) & (readings["result"] != NOT_PUBLIC)]
    results = set()
    for _, parts in decisive.groupby("reading"):
        found = set(parts["result"])
        results.add(FAILS if FAILS in found else OPEN if OPEN in found else HOLDS)
    if not results or (OPEN in results and HOLDS not in results):
        return UNCHECKED
    if results == {HOLDS}:
        return HOLDS
    return ONE_READING if HOLDS in results else FAILS


def _cell(row: pd.Series, unit: str) -> float:
    """The number an evidence row points at; with the column "(rows)", how many rows its selection has."""
    where = f"Evidence for {row['claim']}, reading {row['reading']!r}, table {row['table']}"
    if pd.notna(unit) and row["unit"] != unit:
        raise ClaimError(f"{where}: the claim is in {unit}, the evidence in {row['unit']}.")
    table = load(row["table"])
    chosen = table
    for condition in row["selection"].split("; "):
        chosen = chosen[_matches(table, condition, where).loc[chosen.index]]
    if row["column"] == "(rows)":
        return len(chosen)
    if row["column"] not in table:
        raise ClaimError(f"{where}: there is no column {row['column']!r}.")
    if len(chosen) != 1:
        raise ClaimError(
            f"{where}: the selection {row['selection']!r} finds {len(chosen)} rows; it must find one."
        )
    value = chosen[row["column"]].item()
    if pd.isna(value):
        raise ClaimError(f"{where}: the selected cell of column {row['column']!r} is empty.")
    if not _number(value):
        raise ClaimError(
            f"{where}: the selected cell of column {row['column']!r} is {value!r}, which is no number."
        )
    return float(value)


def _matches(table: pd.DataFrame, condition: str, where: str) -> pd.Series:
    """Which rows meet one condition such as ``year=2016`` or ``year_appointed<2018``."""
    found = re.fullmatch(r"(\w+)(<=|>=|!=|=|<|>)(.+)", condition)
    if not found or found[1] not in table:
        raise ClaimError(
            f"{where}: {condition!r} is not a condition on one of the columns {', '.join(table)}."
        )
    column, sign, text = table[found[1]], found[2], found[3]
    try:
        target = pd.Series([text]).astype(column.dtype).iloc[0]
    except (TypeError, ValueError, OverflowError):
        raise ClaimError(
            f"{where}: {text!r} in {condition!r} is not of the type of column {found[1]} ({column.dtype})."
        ) from None
    comparisons = {
        "=": column.eq,
        "!=": column.ne,
        "<": column.lt,
        "<=": column.le,
        ">": column.gt,
        ">=": column.ge,
    }
    return comparisons[sign](target).fillna(False).astype(bool)


def _range(low: float, high: float) -> str:
    return _plain(low) if low == high else f"{_plain(low)} to {_plain(high)}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")
