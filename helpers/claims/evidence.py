"""Evidence: rows that point at cells of tables, and the numbers they point at."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from helpers.catalogue import catalogue, load
from helpers.claims.model import ClaimError, read_days
from helpers.collection import current
from helpers.contract import DataError
from helpers.language import say
from helpers.values import is_finite_number

ROLES = ("value", "value_low", "value_high", "reference", "reference_low", "reference_high")
SAME = "same quantity"
STATUSES = (SAME, "near", "proxy")
PUBLIC, NOT_ESTABLISHED, LATER = "public by", "not established", "published later"
PUBLICITY = (PUBLIC, NOT_ESTABLISHED, LATER)

_CLOSED = {
    "role": ROLES,
    "publicity": PUBLICITY,
    "status": STATUSES,
    "admitted": ("yes", "no"),
}

#: A row of evidence: a dict where many are weighed, for a Series takes ten times as long to read.
Row: TypeAlias = "Mapping[Any, Any] | pd.Series[Any]"

#: Written in the column `column` of a row of evidence: count the selected rows instead of reading a
#: cell.
ROW_COUNT = "(rows)"


def coded_evidence(claim: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Evidence for a stored claim, once for each coder of its readings (columns coder, admitted,
    status).

    Raises `ClaimError` when a reading has evidence and no coding, a coding and no evidence, or is
    not coded by every coder of the claim.
    """
    judgments = load("judgments")
    codings = judgments[judgments["claim"] == claim]
    lacking = set(rows["reading"]) ^ set(codings["reading"])
    if lacking:
        reading = sorted(lacking)[0]
        what = "no row of evidence" if reading in set(codings["reading"]) else "no coding"
        raise ClaimError(
            say(
                "Claim {claim}: the reading {reading!r} has {what}. Complete the tables evidence "
                "and "
                "judgments.",
                claim=claim,
                reading=reading,
                what=what,
            )
        )
    coders = set(codings["coder"])
    readings = codings[["reading", "coder"]].to_dict("records")
    for (reading,), group in sorted(grouped(readings, "reading").items()):
        found = {row["coder"] for row in group}
        if found != coders:
            missing = ", ".join(sorted(coders - found))
            raise ClaimError(
                say(
                    "Claim {claim}: the reading {reading!r} has no codes by {missing}. Complete "
                    "the "
                    "table judgments.",
                    claim=claim,
                    reading=reading,
                    missing=missing,
                )
            )
    return rows.merge(codings[["reading", "coder", "admitted", "status"]], on="reading")


def own_evidence(evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence that a reader wrote or changed, checked, with its days read as dates.

    The columns are those of ``load("evidence")``; status, admitted and coder may be added.
    Raises `ClaimError` naming the column and the entry that is wrong.
    """
    if not isinstance(evidence, pd.DataFrame):
        raise ClaimError(
            say(
                "Evidence must be a table (DataFrame) like load('evidence'); this is a {name}.",
                name=type(evidence).__name__,
            )
        )
    needed = list(load("evidence").columns)
    absent = [column for column in needed if column not in evidence]
    if absent:
        raise ClaimError(
            say(
                "Evidence needs the columns {needed}; missing: {absent}.",
                needed=", ".join(needed),
                absent=", ".join(absent),
            )
        )
    if not evidence.columns.is_unique:
        twice = evidence.columns[evidence.columns.duplicated()][0]
        raise ClaimError(say("The column {twice!r} is in the evidence twice.", twice=twice))
    extra = [column for column in ("status", "admitted", "coder") if column in evidence]
    for column in [*needed, *extra]:
        wrong = [value for value in evidence[column] if not isinstance(value, str)]
        if wrong and column != "known_on":
            raise ClaimError(
                say(
                    "The column {column} of the evidence must hold text; one entry is {wrong!r}.",
                    column=column,
                    wrong=wrong[0],
                )
            )
    for column, known in _CLOSED.items():
        unknown = [value for value in evidence.get(column, []) if value not in known]
        if unknown:
            raise ClaimError(
                say(
                    "The {column} {unknown!r} of the evidence is not one of: {known}.",
                    column=column,
                    unknown=unknown[0],
                    known=", ".join(known),
                )
            )
    return evidence.assign(known_on=read_days(evidence["known_on"], "known_on"))


def for_each_coder(rows: pd.DataFrame, coders: list[str]) -> pd.DataFrame:
    """Evidence of one's own once for each coder; readings are admitted unless it says otherwise.

    Raises `ClaimError` when it has no column status, other coders than the claim, or two codes for
    one reading.
    """
    if "status" not in rows:
        raise ClaimError(
            say(
                "Evidence for a claim of your own needs the column status: same quantity, near or "
                "proxy."
            )
        )
    rows = rows if "admitted" in rows else rows.assign(admitted="yes")
    judged_by = ["coder", "reading"] if "coder" in rows else ["reading"]
    for column in ("admitted", "status"):
        codes = rows[[*judged_by, column]].drop_duplicates()
        twice = codes[codes.duplicated(judged_by)]
        if len(twice):
            raise ClaimError(
                say(
                    "The reading {iloc!r} has two codes in the column {column}: give all its rows "
                    "the "
                    "same.",
                    iloc=twice["reading"].iloc[0],
                    column=column,
                )
            )
    if "coder" in rows:
        found = sorted(set(rows["coder"]))
        if found and found != sorted(coders):
            raise ClaimError(
                say(
                    "The evidence has codes of {found} and the claim of {coders}: give both the "
                    "same "
                    "coders, or drop the column coder.",
                    found=", ".join(map(repr, found)),
                    coders=", ".join(map(repr, sorted(coders))),
                )
            )
        return rows
    return pd.concat([rows.assign(coder=coder) for coder in coders], ignore_index=True)


def grouped(rows: Sequence[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    """Rows by their entries in some columns, in the order in which these first appear."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups


def public_on(rows: Sequence[Row], day: pd.Timestamp) -> Sequence[Row]:
    """Rows whose figures were public on a day; at the end of time, all of them."""
    if day == pd.Timestamp.max:
        return rows
    return [row for row in rows if row["publicity"] != NOT_ESTABLISHED and row["known_on"] <= day]


def role_bounds(
    claim: pd.Series[Any], rows: Sequence[Row], role: str
) -> tuple[float, float] | None:
    """Low and high of a role: the sum of its exact rows, or the sums of its _low and _high rows;
    a bound that no row gives is infinite; None without rows.

    Raises `ClaimError` when a cell would be added up twice, or a role has an exact row and a bound.
    """
    asked = [row for row in rows if row["role"] in (role, f"{role}_low", f"{role}_high")]
    groups = sorted(grouped(asked, "role").items())
    sums = {name: _sum(group, claim["unit"]) for (name,), group in groups}
    if role in sums and {f"{role}_low", f"{role}_high"} & set(sums):
        first = rows[0]
        raise ClaimError(
            say(
                "Evidence for {first}, reading {first_2!r}: it has the role {role} and a bound of "
                "it. Keep the exact rows or the bounds.",
                first=first["claim"],
                first_2=first["reading"],
                role=role,
            )
        )
    if role in sums:
        return float(sums[role]), float(sums[role])
    if f"{role}_low" in sums or f"{role}_high" in sums:
        low, high = sums.get(f"{role}_low", -math.inf), sums.get(f"{role}_high", math.inf)
        return float(low), float(high)
    return None


def _sum(rows: Sequence[Row], unit: Any) -> float:
    """The sum of the cells that rows of evidence point at; `ClaimError` for a cell named twice."""
    places = set()
    for row in rows if len(rows) > 1 else ():
        place = (row["table"], row["column"], tuple(_selected(row)[1]))
        if place in places:
            raise ClaimError(
                say(
                    "{where}: two rows with the role {row} point at the same cell, {row_2!r}, "
                    "column "
                    "{row_3!r}. Remove one of them.",
                    where=_where(row),
                    row=row["role"],
                    row_2=row["selection"],
                    row_3=row["column"],
                )
            )
        places.add(place)
    return sum(evidence_value(row, unit) for row in rows)


def _where(row: Row) -> str:
    return f"Evidence for {row['claim']}, reading {row['reading']!r}, table {row['table']}"


def _selected(row: Row) -> tuple[pd.DataFrame, pd.Index[Any]]:
    """The table, and which of its rows meet every condition of the selection.

    Raises `ClaimError` when there is no such table, or a condition makes no sense.
    """
    try:
        table, where = load(row["table"]), _where(row)
    except DataError as error:
        if row["table"] in catalogue(current()):
            raise
        raise ClaimError(
            say(
                "Evidence for {claim}, reading {reading!r}: {problem}",
                claim=row["claim"],
                reading=row["reading"],
                problem=error,
            )
        ) from None
    meets = [_matches(table, condition, where) for condition in row["selection"].split("; ")]
    return table, table.index[np.logical_and.reduce(meets)]


def evidence_value(row: Row, unit: Any) -> float:
    """The number a row of evidence points at; with the column "(rows)", how many rows its selection
    has.

    Raises `ClaimError` when the unit is another than the claim's, the selection does not find one
    row, or the cell is empty or no number.
    """
    where = _where(row)
    if pd.notna(unit) and row["unit"] != unit:
        raise ClaimError(
            say(
                "{where}: the claim is in {unit}, the evidence in {row}. Give both the same "
                "unit in the tables claims and evidence.",
                where=where,
                unit=unit,
                row=row["unit"],
            )
        )
    table, chosen = _selected(row)
    column = row["column"]
    if column == ROW_COUNT:
        return float(len(chosen))
    if column not in table:
        raise ClaimError(say("{where}: there is no column {column!r}.", where=where, column=column))
    if len(chosen) != 1:
        raise ClaimError(
            say(
                "{where}: the selection {row!r} finds {count} rows; it must find one.",
                where=where,
                row=row["selection"],
                count=len(chosen),
            )
        )
    value: Any = table.loc[chosen, column].item()
    if pd.isna(value):
        raise ClaimError(
            say(
                "{where}: the selected cell of column {column!r} is empty.",
                where=where,
                column=column,
            )
        )
    if not is_finite_number(value):
        raise ClaimError(
            say(
                "{where}: the selected cell of column {column!r} is {value!r}, which is no number.",
                where=where,
                column=column,
                value=value,
            )
        )
    return float(value)


def _matches(table: pd.DataFrame, condition: str, where: str) -> np.ndarray[Any, np.dtype[np.bool]]:
    """Which rows meet one condition such as ``year=2016`` or ``year_appointed<2018``."""
    parts = re.fullmatch(r"(\w+)(<=|>=|!=|=|<|>)(.+)", condition)
    if not parts or parts[1] not in table:
        raise ClaimError(
            say(
                "{where}: {condition!r} is not a condition on one of the columns {table}.",
                where=where,
                condition=condition,
                table=", ".join(map(str, table)),
            )
        )
    column, sign, text = table[parts[1]], parts[2], parts[3]
    try:
        target = _as_type(text, column.dtype)
    except (TypeError, ValueError, OverflowError):
        raise ClaimError(
            say(
                "{where}: {text!r} in {condition!r} is not of the type of column {parts} "
                "({dtype}).",
                where=where,
                text=text,
                condition=condition,
                parts=parts[1],
                dtype=column.dtype,
            )
        ) from None
    comparisons = {
        "=": column.eq,
        "!=": column.ne,
        "<": column.lt,
        "<=": column.le,
        ">": column.gt,
        ">=": column.ge,
    }
    return comparisons[sign](target).to_numpy(dtype=bool, na_value=False)


@lru_cache(maxsize=1024)
def _as_type(text: str, dtype: Any) -> Any:
    """The text of a condition as a value of a column's type."""
    return pd.Series([text]).astype(dtype).iloc[0]
