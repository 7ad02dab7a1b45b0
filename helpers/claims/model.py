"""A claim: what was said, as the table `claims` has it or as a reader wrote it."""

from __future__ import annotations

import difflib
import numbers
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.cards import Card
from helpers.catalogue import load
from helpers.lessons import lessons
from helpers.values import is_finite_number, is_missing

DIRECTIONS = ("more than", "at least", "exactly")
_OWN_ENTRIES = ("claim", "stated_value", "direction", "unit", "as_of", "wording")


class ClaimError(ValueError):
    """A claim is unknown, or its evidence does not point at what it should."""


@dataclass(frozen=True, repr=False)
class Claim(Card):
    """A claim as the table `claims` has it, shown as a card."""

    row: pd.Series[Any]

    @property
    def heading(self) -> str:
        """The id of the claim."""
        return f"Claim {self.row['claim']}"

    @property
    def stated(self) -> str:
        """Direction, value and unit in words; empty when the claim states no value."""
        if pd.isna(self.row["stated_value"]):
            return ""
        return f"{self.row['direction']} {self.row['stated_value']:,.0f} {self.row['unit']}"

    def entries(self) -> list[tuple[str, str]]:
        """What was said, the quoted words, the kind, the stated value, the day and the lesson."""
        r = self.row
        entries = [
            ("Said", r["paraphrase"]),
            ("Quoted words", f"“{r['quote']}”"),
            ("Kind", r["kind"]),
        ]
        if self.stated:
            entries.append(("States", self.stated))
        return [
            *entries,
            ("Said on", f"{r['as_of']:%d %B %Y}"),
            ("Settled in", lesson_of(r["claim"])),
        ]


def show(claim: str) -> Claim:
    """One claim: our paraphrase, the few quoted words, its kind, stated value and the lesson that
    settles it.

    Raises `ClaimError` for an unknown id, naming the nearest ones.

    Examples
    --------
    >>> show("more-loans").stated
    'more than 9,000 loans'
    """
    return Claim(find_claim(claim))


def lesson_of(claim: str) -> str:
    """Name of the lesson whose block lists the claim; empty if none does."""
    return next((lesson.name for lesson in lessons() if claim in lesson.claims), "")


def find_claim(claim: str) -> pd.Series[Any]:
    """The row of a claim; `ClaimError` with the nearest ids if there is none."""
    claims = load("claims").set_index("claim", drop=False)
    if isinstance(claim, str) and claim in claims.index:
        return claims.iloc[list(claims.index).index(claim)]
    near = difflib.get_close_matches(str(claim), list(claims.index), n=3, cutoff=0.3)
    advice = f"Nearest ids: {', '.join(near)}." if near else "load('claims') lists all ids."
    raise ClaimError(f"There is no claim with the id {claim!r}. {advice}")


def own_claim(claim: pd.Series[Any]) -> pd.Series[Any]:
    """A claim that a reader wrote, checked, with its day read as a date; `ClaimError` says what is
    wrong.
    """
    absent = [entry for entry in _OWN_ENTRIES if entry not in claim.index]
    if absent:
        raise ClaimError(
            f"A claim of your own needs the entries {', '.join(_OWN_ENTRIES)}; missing: "
            f"{', '.join(absent)}."
        )
    direction, stated, wording = claim["direction"], claim["stated_value"], claim["wording"]
    if not is_missing(direction) and not (isinstance(direction, str) and direction in DIRECTIONS):
        raise ClaimError(
            f"The direction {direction!r} is not one of: {', '.join(DIRECTIONS)}; None if the "
            "claim states none."
        )
    if not is_missing(stated) and not is_finite_number(stated):
        raise ClaimError(
            f"The stated_value {stated!r} is not a finite number; None if the claim states none."
        )
    for entry in ("claim", "unit", "wording"):
        optional = entry != "claim" and is_missing(claim[entry])
        if not isinstance(claim[entry], str) and not optional:
            raise ClaimError(
                f"The entry {entry} of a claim of your own must be text; it is {claim[entry]!r}."
            )
    checked = {
        **claim,
        "direction": None if is_missing(direction) else direction,
        "stated_value": float("nan") if is_missing(stated) else float(stated),
        "as_of": read_days(pd.Series([claim["as_of"]]), "as_of").iloc[0],
        "wording": "" if is_missing(wording) else wording,
    }
    return pd.Series(checked, dtype=object)


def read_days(given: pd.Series[Any], entry: str) -> pd.Series[Any]:
    """Days between 1900 and 2200 without a time zone; `ClaimError` names the entry if not."""
    try:
        texts = (
            given.astype(str) if any(isinstance(day, numbers.Number) for day in given) else given
        )
        days = pd.to_datetime(texts, format="ISO8601")
        in_range = days.between(pd.Timestamp(1900, 1, 1), pd.Timestamp(2200, 1, 1))
        if days.dt.tz is None and in_range.all():
            return days
    except (TypeError, ValueError, AttributeError, OverflowError):
        pass
    raise ClaimError(
        f"{entry} must be a date such as 2017-12-14, between 1900 and 2200 and without a time zone."
    )
