"""Verdicts: one claim weighed by its evidence (`judge`), all claims (`ledger`), coders compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.cards import Card
from helpers.catalogue import data_state, load
from helpers.claims.evidence import (
    LATER,
    SAME,
    Row,
    coded_evidence,
    for_each_coder,
    grouped,
    own_evidence,
    public_on,
    role_bounds,
)
from helpers.claims.model import (
    ClaimError,
    Coding,
    claim_codings,
    find_claim,
    lesson_of,
    own_claim,
)
from helpers.collection import current
from helpers.language import current_language, say, shown, translatable, written_day
from helpers.statistics.agreement import kappa
from helpers.values import full_number

HOLDS = translatable("holds")
ONE_READING = translatable("holds in one reading")
FAILS = translatable("does not hold")
REVISED = translatable("true then, since revised")
NOT_ENOUGH = translatable("not enough evidence")
SCALE = (HOLDS, ONE_READING, REVISED, FAILS, NOT_ENOUGH)
NOT_JUDGED = translatable("not judged yet")
OPEN = translatable("open")
NOT_PUBLIC = translatable("not public yet")
NOT_ESTABLISHED = translatable("first publication not established")
DAYS = ("of the day", "now")

_READING_COLUMNS = [
    "coder",
    "figures",
    "reading",
    "part",
    "admitted",
    "status",
    "known_on",
    "collectors",
    "value_low",
    "value_high",
    "reference_low",
    "reference_high",
    "result",
]
_LEDGER_COLUMNS = [
    "claim",
    "speaker",
    "said",
    "on_the_day",
    "now",
    "wording",
    "confidence",
    "would_change",
    "lesson",
]
_CELL_COLUMNS = ["reading", "role", "table", "selection", "column", "unit"]
Bounds = tuple[float, float]
#: The value and the reference of the cells that rows of evidence point at.
Sums = dict[tuple[Any, ...], tuple[Bounds | None, Bounds | None]]


@dataclass(frozen=True, repr=False)
class Verdict(Card):
    """The outcome of `judge`, with the figures it rests on.

    Attributes
    ----------
    claim : str
        Id of the claim.
    by_coder : pandas.DataFrame
        One row per coder: on_the_day, now, direction and wording.
    readings : pandas.DataFrame
        One row per coder, day, reading and part with the figures compared.
    left_out : tuple of str
        What the verdict does not take into account, a sentence each.
    """

    claim: str
    by_coder: pd.DataFrame
    readings: pd.DataFrame
    left_out: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The id of the claim."""
        return say("Verdict on {claim}", claim=self.claim)

    @property
    def on_the_day(self) -> str:
        """The verdict on the figures of the day; both verdicts where the coders differ."""
        return self._of_all("on_the_day")

    @property
    def now(self) -> str:
        """The verdict on the figures now; both verdicts where the coders differ."""
        return self._of_all("now")

    @property
    def wording(self) -> str:
        """The words compared with their source; both codes where the coders differ."""
        return self._of_all("wording")

    @property
    def confidence(self) -> str:
        """How much the verdict on the figures now rests on, by a rule of ours.

        It counts independent sources behind the readings that decide: "high" if there are two or
        more, "medium" if there is one, "low" if readings or coders disagree, "none" if no figure
        decides. Readings that share a collector are one source, and so is a reading that puts
        together what several collected. Where the coders count differently, the lower count is
        taken.
        """
        verdicts = set(self.by_coder["now"])
        if verdicts <= {NOT_ENOUGH, NOT_JUDGED}:
            return "none"
        if len(verdicts) > 1 or verdicts == {ONE_READING}:
            return "low"
        decisive = [
            row
            for row in self.readings.to_dict("records")
            if row["figures"] == "now" and _decides(row) and row["result"] in (HOLDS, FAILS)
        ]
        counts = [_independent_sources(rows) for rows in grouped(decisive, "coder").values()]
        return "high" if min(counts) > 1 else "medium"

    def entries(self) -> list[tuple[str, str]]:
        """The two verdicts, the wording, a line for each reading and part, and what is left out."""
        entries = [
            (translatable("On the figures of the day"), self._shown("on_the_day")),
            (translatable("On the figures now"), self._shown("now")),
        ]
        if self.wording:
            entries.append(
                (translatable("Wording compared with its source"), self._shown("wording"))
            )
        groups = self.readings.groupby(["figures", "reading", "part"], sort=False)
        for (figures, reading, part), rows in groups:
            suffix = f", {shown(part)}" if part != "all" else ""
            of_which = {
                "now": translatable("Figures now"),
                "of the day": translatable("Figures of the day"),
            }
            lines: dict[str, list[str]] = {}
            for _, row in rows.iterrows():
                lines.setdefault(_reading_line(row), []).append(row["coder"])
            for line, coders in lines.items():
                who = f" [{', '.join(coders)}]" if len(lines) > 1 else ""
                entries.append(
                    (f"{shown(of_which[str(figures)])}, {shown(reading)}{suffix}{who}", line)
                )
        return [*entries, *((translatable("Left out"), sentence) for sentence in self.left_out)]

    def _shown(self, column: str) -> str:
        """The words of a column as they are displayed."""
        codes = self.by_coder[column].map(shown)
        return self._joined(codes)

    def _of_all(self, column: str) -> str:
        return self._joined(self.by_coder[column])

    @staticmethod
    def _joined(codes: pd.Series[Any]) -> str:
        if codes.nunique() <= 1:
            return str(codes.iloc[0]) if len(codes) else ""
        return "; ".join(f"{code} ({coder})" for coder, code in codes.items())


def judge(claim: str | pd.Series[Any], evidence: pd.DataFrame | None = None) -> Verdict:
    """Weigh one claim by its rows of evidence, on the figures of the day and on the figures now.

    Parameters
    ----------
    claim : str or pandas.Series
        Id of the claim, as in ``load("claims")``; or a claim of one's own with the entries claim,
        stated_value, direction, unit, as_of and wording. Direction and wording may be mappings from
        coders to their codes.
    evidence : pandas.DataFrame, optional
        Rows to weigh instead of the stored ones, with the columns of ``load("evidence")``, and for
        a claim of one's own with status. Those of other claims are left aside.

    Returns
    -------
    Verdict
        With `on_the_day` and `now` from the fixed `SCALE`, the `wording`, the `confidence`, what
        was `left_out`, and `readings` with the figures compared. A claim without evidence has the
        verdict "not judged yet".

    Raises
    ------
    ClaimError
        Unknown claim; a claim or evidence of one's own that lacks an entry or has one of another
        kind; evidence that selects no row or several rows, names an unknown column or another unit,
        or points at a cell that is not a number.
    DataError
        Evidence that names an unknown table.

    Examples
    --------
    >>> verdict = judge("more-loans")
    >>> verdict.on_the_day, verdict.now
    ('holds', 'holds')
    """
    if isinstance(claim, str) and evidence is None:
        collection = current()
        kept = _stored_verdict(collection.root, data_state(collection), claim, current_language())
        return replace(kept, by_coder=kept.by_coder.copy(), readings=kept.readings.copy())
    return _judge(claim, evidence)


@lru_cache(maxsize=256)
def _stored_verdict(
    root: Path, data: tuple[tuple[str, int, int], ...], claim: str, language: str
) -> Verdict:
    """The verdict on a stored claim, weighed once for each state of the data and each language, in
    which it says what is left out: keys, cards and the ledger ask for it many times.
    """
    return _judge(claim, None)


def _judge(claim: str | pd.Series[Any], evidence: pd.DataFrame | None) -> Verdict:
    if isinstance(claim, pd.Series):
        row, codings = own_claim(claim)
        if evidence is None:
            raise ClaimError(
                say(
                    "A claim of your own needs evidence: judge(claim, evidence), with a table like "
                    "load('evidence') and the column status."
                )
            )
    elif not isinstance(claim, str):
        raise ClaimError(
            say(
                "A claim is an id such as those of load('claims'), or a Series with one claim; "
                "this "
                "is of the type {name}.",
                name=type(claim).__name__,
            )
        )
    else:
        row, codings = find_claim(claim), claim_codings(claim)
    name = row["claim"]
    if not codings:
        raise ClaimError(
            say("Claim {name} has no coding: add it to the table judgments.", name=name)
        )
    every = load("evidence") if evidence is None else own_evidence(evidence)
    rows = every[every["claim"] == name]
    if isinstance(claim, str) and "status" not in rows:
        rows = coded_evidence(name, rows)
    else:
        rows = for_each_coder(rows, [coding.coder for coding in codings])
    if rows.empty:
        nothing = pd.DataFrame(columns=_READING_COLUMNS)
        others = ", ".join(sorted(set(every["claim"]))[:3])
        sentence = f"All {len(every)} rows of evidence: they are of other claims ({others})."
        left_aside = (sentence,) if evidence is not None and len(every) else ()
        return Verdict(name, _verdict_table(codings, {}), nothing, left_aside)
    sums: Sums = {}
    found = rows.to_dict("records")
    readings = [entry for coding in codings for entry in _weigh_for(row, found, coding, sums)]
    verdicts = {coding.coder: _verdicts(readings, coding.coder) for coding in codings}
    left_out = _left_out(codings, readings, verdicts)
    table = pd.DataFrame(readings, columns=_READING_COLUMNS)
    return Verdict(name, _verdict_table(codings, verdicts), table, left_out)


def ledger() -> pd.DataFrame:
    """Every claim in the text's order with its two verdicts and its wording.

    Returns a DataFrame indexed by claim with the columns speaker, said, on_the_day, now, wording,
    confidence (in the verdict now, see `Verdict.confidence`), would_change (what would change our
    mind) and lesson.

    Examples
    --------
    >>> ledger().loc["more-loans", "now"]
    'holds'
    """
    collection = current()
    table = _verdicts_of_all(collection.root, data_state(collection)).copy()
    lessons = [lesson_of(claim) for claim in table.index]
    return table.assign(lesson=lessons)[[c for c in _LEDGER_COLUMNS if c != "claim"]]


@lru_cache(maxsize=2)
def _verdicts_of_all(root: Path, data: tuple[tuple[str, int, int], ...]) -> pd.DataFrame:
    """The ledger without lessons, computed once for each state of the data: keys and numbers in
    prose ask for it many times.
    """
    rows = []
    for _, claim in load("claims").sort_values("order").iterrows():
        verdict = _stored_verdict(root, data, claim["claim"], current_language())
        rows.append(
            {
                "claim": claim["claim"],
                "speaker": claim["speaker"],
                "said": claim["paraphrase"],
                "on_the_day": verdict.on_the_day,
                "now": verdict.now,
                "wording": verdict.wording,
                "confidence": verdict.confidence,
                "would_change": claim["would_change"],
            }
        )
    columns = [column for column in _LEDGER_COLUMNS if column != "lesson"]
    return pd.DataFrame(rows, columns=columns).set_index("claim")


def agreement() -> pd.DataFrame:
    """How far the coders agree: for each judgment the number coded by all, and how many agree.

    Returns a DataFrame indexed by judgment (direction, wording, admitted, status) with the columns
    n, agreed and kappa (Cohen 1960; empty where one code only was used, or there are not two
    coders).
    """
    table = load("judgments")
    keys = {
        "direction": ["claim"],
        "wording": ["claim"],
        "admitted": ["claim", "reading"],
        "status": ["claim", "reading"],
    }
    rows = {}
    for judgment, key in keys.items():
        codes = table.fillna({judgment: "none"}).drop_duplicates([*key, "coder"])
        codes = codes.pivot(index=key, columns="coder", values=judgment).dropna()
        same = codes.nunique(axis="columns") == 1
        rows[judgment] = {"n": len(codes), "agreed": int(same.sum()), "kappa": _kappa(codes)}
    return pd.DataFrame(rows).T.astype({"n": "int64", "agreed": "int64"})


def _kappa(codes: pd.DataFrame) -> float:
    """Cohen's kappa of two columns of codes."""
    if codes.shape[1] != 2:
        return float("nan")
    return kappa(codes.iloc[:, 0], codes.iloc[:, 1])


def _verdict_table(codings: list[Coding], verdicts: dict[str, dict[str, str]]) -> pd.DataFrame:
    rows = {
        coding.coder: {
            **verdicts.get(coding.coder, {"on_the_day": NOT_JUDGED, "now": NOT_JUDGED}),
            "direction": coding.direction or "none",
            "wording": coding.wording,
        }
        for coding in codings
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _weigh_for(
    claim: pd.Series[Any], evidence: Sequence[Row], coding: Coding, sums: Sums
) -> list[dict[str, Any]]:
    """The readings as one coder sees them, on both days."""
    rows = [row for row in evidence if row["coder"] == coding.coder]
    days = {
        "of the day": claim["as_of"] + pd.Timedelta(days=current().snapshot_days),
        "now": pd.Timestamp.max,
    }
    return [
        {"coder": coding.coder, "figures": figures, **entry}
        for figures, day in days.items()
        for entry in _weigh(claim, rows, coding, day, sums)
    ]


def _weigh(
    claim: pd.Series[Any],
    evidence: Sequence[Row],
    coding: Coding,
    day: pd.Timestamp,
    sums: Sums,
) -> list[dict[str, Any]]:
    """One dict per reading and part: the latest vintage public by `day`, and what it says."""
    weighed = []
    for rows in grouped(evidence, "reading", "part").values():
        entry = {column: rows[0][column] for column in ("reading", "part", "admitted", "status")}
        public = public_on(rows, day)
        if not public:
            later = all(row["publicity"] == LATER for row in rows)
            weighed.append(
                {
                    **entry,
                    "known_on": max(row["known_on"] for row in rows),
                    "result": NOT_PUBLIC if later else NOT_ESTABLISHED,
                }
            )
            continue
        vintage = _latest(public)
        value, reference = _compared(claim, vintage, coding.direction, sums)
        weighed.append(
            {
                **entry,
                "known_on": vintage[0]["known_on"],
                "collectors": "; ".join(dict.fromkeys(row["collector"] for row in vintage)),
                "value_low": value[0],
                "value_high": value[1],
                "reference_low": reference[0],
                "reference_high": reference[1],
                "result": _compare(coding.direction, value, reference),
            }
        )
    return weighed


def _latest(rows: Sequence[Row]) -> list[Row]:
    """The latest vintage of a reading's part; `ClaimError` if it lacks a side that an earlier one
    has.
    """
    last = max(row["known_on"] for row in rows)
    vintage = [row for row in rows if row["known_on"] == last]
    sides, latest = ({row["role"].split("_")[0] for row in found} for found in (rows, vintage))
    if sides - latest:
        first = vintage[0]
        raise ClaimError(
            say(
                "Evidence for {first}, reading {first_2!r}: the figures known on "
                "{first_3:%Y-%m-%d} "
                "lack the {pop} that earlier ones have. Give it a row with that day too.",
                first=first["claim"],
                first_2=first["reading"],
                first_3=first["known_on"],
                pop=(sides - latest).pop(),
            )
        )
    return vintage


def _compared(
    claim: pd.Series[Any],
    vintage: Sequence[Row],
    direction: str | None,
    sums: Sums,
) -> tuple[Bounds, Bounds]:
    """The value and what it is compared with; `sums` keeps what other coders and the other day
    need too.
    """
    cells = tuple(tuple(row[column] for column in _CELL_COLUMNS) for row in vintage)
    if cells not in sums:
        value, other = (role_bounds(claim, vintage, role) for role in ("value", "reference"))
        sums[cells] = value, other
    value, other = sums[cells]
    stated = float(claim["stated_value"])
    reference = other or (stated, stated)
    where = f"Evidence for {claim['claim']}, reading {vintage[0]['reading']!r}"
    if value is None:
        raise ClaimError(say("{where}: it needs a row with the role value.", where=where))
    if direction is not None and pd.isna(reference[0]):
        raise ClaimError(
            say(
                "{where}: it needs a row with the role reference, for the claim states no value.",
                where=where,
            )
        )
    return value, reference


def _compare(direction: str | None, value: Bounds, reference: Bounds) -> str:
    (low, high), (ref_low, ref_high) = value, reference
    outcomes = {
        "more than": (low > ref_high, high <= ref_low),
        "at least": (low >= ref_high, high < ref_low),
        "less than": (high < ref_low, low >= ref_high),
        "at most": (high <= ref_low, low > ref_high),
        "exactly": (low == high == ref_low == ref_high, low > ref_high or high < ref_low),
    }
    if direction is None:
        return OPEN
    holds, fails = outcomes[direction]
    return HOLDS if holds else FAILS if fails else OPEN


def _independent_sources(readings: Sequence[Row]) -> int:
    """How many groups of readings have no collector in common."""
    sources: list[set[str]] = []
    for rows in grouped(readings, "reading").values():
        merged = {name for row in rows for name in row["collectors"].split("; ")}
        for shared in [source for source in sources if source & merged]:
            sources.remove(shared)
            merged |= shared
        sources.append(merged)
    return len(sources)


def _verdicts(readings: Sequence[Row], coder: str) -> dict[str, str]:
    """The verdicts of one coder on the day and now."""
    mine = [row for row in readings if row["coder"] == coder]
    day, now = (_verdict([row for row in mine if row["figures"] == figures]) for figures in DAYS)
    if day in (HOLDS, ONE_READING) and now == FAILS:
        now = REVISED
    return {"on_the_day": day, "now": now}


def _decides(reading: Row) -> bool:
    """Whether a reading counts: admitted, with figures on the same quantity."""
    return bool(reading["status"] == SAME and reading["admitted"] == "yes")


def _verdict(readings: Sequence[Row]) -> str:
    """From the results of the readings to one word of the scale."""
    known = [
        row
        for row in readings
        if _decides(row) and row["result"] not in (NOT_PUBLIC, NOT_ESTABLISHED)
    ]
    results = set()
    for parts in grouped(known, "reading").values():
        seen = {row["result"] for row in parts}
        results.add(FAILS if FAILS in seen else OPEN if OPEN in seen else HOLDS)
    if not results or (OPEN in results and HOLDS not in results):
        return NOT_ENOUGH
    if results == {HOLDS}:
        return HOLDS
    return ONE_READING if HOLDS in results else FAILS


def _left_out(
    codings: list[Coding], readings: Sequence[Row], verdicts: dict[str, dict[str, str]]
) -> tuple[str, ...]:
    """What the verdict does not take into account, a sentence each."""
    said = []
    if all(coding.direction is None for coding in codings):
        said.append(say("The claim states no direction, so no figure can be compared with it."))
    on_the_day = [row for row in readings if row["figures"] == "of the day"]
    for result in (NOT_PUBLIC, NOT_ESTABLISHED):
        names = dict.fromkeys(row["reading"] for row in on_the_day if row["result"] == result)
        if names:
            said.append(say(_WHY[result], readings="; ".join(map(shown, names))))
    refused = [row for row in readings if row["admitted"] == "no"]
    for (reading,), rows in grouped(refused, "reading").items():
        coders = ", ".join(filter(None, dict.fromkeys(row["coder"] for row in rows)))
        if coders:
            said.append(
                say(
                    "The reading {reading!r}, not admitted by {coders}.",
                    reading=shown(reading),
                    coders=coders,
                )
            )
        else:
            said.append(say("The reading {reading!r}, not admitted.", reading=shown(reading)))
    if len({(v["on_the_day"], v["now"]) for v in verdicts.values()}) > 1:
        said.append(say("The coders differ, so both verdicts are shown."))
    return tuple(said)


_WHY = {
    NOT_PUBLIC: translatable("On the day, because the figure was published later: {readings}."),
    NOT_ESTABLISHED: translatable(
        "On the day, because its first publication is not established: {readings}."
    ),
}


def _reading_line(reading: pd.Series[Any]) -> str:
    if reading["result"] in (NOT_PUBLIC, NOT_ESTABLISHED):
        return f"{shown(reading['result'])} ({shown(reading['status'])})"
    value = _range(reading["value_low"], reading["value_high"])
    if pd.notna(reading["reference_low"]):
        limits = _range(reading["reference_low"], reading["reference_high"])
        value = say("{value} compared with {limits}", value=value, limits=limits)
    status = shown(reading["status"])
    if reading["admitted"] != "yes":
        status = say("{status}, reading not admitted", status=status)
    return say(
        "{result}: {value} ({status}; {collectors}; known by {day})",
        result=shown(reading["result"]),
        value=value,
        status=status,
        collectors=shown(reading["collectors"]),
        day=written_day(reading["known_on"]),
    )


def _range(low: float, high: float) -> str:
    if low == high:
        return full_number(low)
    if high == math.inf:
        return say("at least {number}", number=full_number(low))
    if low == -math.inf:
        return say("at most {number}", number=full_number(high))
    return say("{low} to {high}", low=full_number(low), high=full_number(high))
