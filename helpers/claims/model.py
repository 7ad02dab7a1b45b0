"""A claim: what was said, as the table `claims` has it or as a reader wrote it, and how it is
coded.
"""

from __future__ import annotations

import difflib
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.cards import Card
from helpers.catalogue import load
from helpers.language import say, shown, translatable, written_day
from helpers.lessons import lessons
from helpers.values import full_number, is_finite_number, is_missing

DIRECTIONS = ("more than", "at least", "exactly", "at most", "less than")
WORDINGS = ("same", "stronger", "weaker", "no source named")
_OWN_ENTRIES = ("claim", "stated_value", "direction", "unit", "as_of", "wording")


class ClaimError(ValueError):
    """A claim is unknown, or its evidence does not point at what it should."""


@dataclass(frozen=True)
class Coding:
    """How one coder reads a claim: its direction (None for none) and its wording."""

    coder: str
    direction: str | None
    wording: str


@dataclass(frozen=True, repr=False)
class Claim(Card):
    """A claim as the table `claims` has it, shown as a card."""

    row: pd.Series[Any]

    @property
    def heading(self) -> str:
        """The id of the claim."""
        return say("Claim {claim}", claim=self.row["claim"])

    @property
    def stated(self) -> str:
        """Direction, value and unit in words; empty when the claim states no value."""
        if pd.isna(self.row["stated_value"]):
            return ""
        codings = claim_codings(self.row["claim"])
        directions = dict.fromkeys(coding.direction or "" for coding in codings)
        value = f"{full_number(self.row['stated_value'])} {shown(self.row['unit'])}"
        said = say(" or ").join(shown(direction) for direction in directions if direction)
        return f"{said} {value}".strip()

    def entries(self) -> list[tuple[str, str]]:
        """Who said it, what was said, what it states, where it can be read, and the lesson."""
        r = self.row
        entries = [
            (translatable("Said by"), f"{shown(r['speaker'])}, {written_day(r['as_of'])}"),
            (translatable("Said"), r["paraphrase"]),
            (translatable("Quoted words"), f"“{r['quote']}”"),
        ]
        if not is_missing(r["hedge"]):
            entries.append((translatable("Hedge"), r["hedge"]))
        entries.append((translatable("Kind"), r["kind"]))
        if self.stated:
            entries.append((translatable("States"), self.stated))
        return [
            *entries,
            (translatable("Text"), r["url"]),
            (translatable("Settled in"), lesson_of(r["claim"])),
        ]


def show(claim: str) -> Claim:
    """One claim: who said it and when, our paraphrase, the few quoted words, stated value and
    lesson.

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
    near = difflib.get_close_matches(str(claim), list(claims.index), cutoff=0.3)
    advice = (
        say("Nearest ids: {names}.", names=", ".join(near))
        if near
        else say("load({table!r}) lists all ids.", table="claims")
    )
    raise ClaimError(
        say("There is no claim with the id {claim!r}. {advice}", claim=claim, advice=advice)
    )


def claim_codings(claim: str) -> list[Coding]:
    """How each coder reads a stored claim, from the table `judgments`.

    Raises `ClaimError` when a coder gives one claim two directions or two wordings.
    """
    judgments = load("judgments")
    codes = judgments.loc[judgments["claim"] == claim, ["coder", "direction", "wording"]]
    rows = codes.drop_duplicates()
    twice = rows["coder"][rows["coder"].duplicated()]
    if len(twice):
        raise ClaimError(
            say(
                "Claim {claim}: coder {iloc} gives it more than one direction or wording. Correct "
                "the table judgments.",
                claim=claim,
                iloc=twice.iloc[0],
            )
        )
    return [
        Coding(row["coder"], _or_none(row["direction"]), _or_none(row["wording"]) or "")
        for _, row in rows.iterrows()
    ]


def own_claim(claim: pd.Series[Any]) -> tuple[pd.Series[Any], list[Coding]]:
    """A claim that a reader wrote, checked, and its codings; `ClaimError` says what is wrong.

    The entries direction and wording may be one value, or a mapping from coders to values.
    """
    twice = claim.index[claim.index.duplicated()]
    if len(twice):
        raise ClaimError(
            say("A claim of your own has the entry {twice!r} twice: keep one.", twice=twice[0])
        )
    absent = [entry for entry in _OWN_ENTRIES if entry not in claim.index]
    if absent:
        raise ClaimError(
            say(
                "A claim of your own needs the entries {own_entries}; missing: {absent}.",
                own_entries=", ".join(_OWN_ENTRIES),
                absent=", ".join(absent),
            )
        )
    for entry in ("claim", "unit"):
        optional = entry != "claim" and is_missing(claim[entry])
        if not isinstance(claim[entry], str) and not optional:
            raise ClaimError(
                say(
                    "The entry {entry} of a claim of your own must be text; it is {claim!r}.",
                    entry=entry,
                    claim=claim[entry],
                )
            )
    stated = claim["stated_value"]
    if not is_missing(stated) and not is_finite_number(stated):
        raise ClaimError(
            say(
                "The stated_value {stated!r} is not a finite number; None if the claim states "
                "none.",
                stated=stated,
            )
        )
    coders = _coders(claim)
    directions, wordings = (_by_coder(claim[code], coders) for code in ("direction", "wording"))
    codings = [
        Coding(coder, _direction(directions[coder]), _wording(wordings[coder])) for coder in coders
    ]
    checked = {
        **claim,
        "stated_value": float("nan") if is_missing(stated) else float(stated),
        "as_of": read_days(pd.Series([claim["as_of"]]), "as_of").iloc[0],
    }
    return pd.Series(checked, dtype=object), codings


def _coders(claim: pd.Series[Any]) -> list[str]:
    """The coders that the entries direction and wording name; one without a name if none does."""
    named = [
        [str(coder) for coder in claim[code]]
        for code in ("direction", "wording")
        if isinstance(claim[code], Mapping)
    ]
    if [] in named:
        raise ClaimError(say("A mapping from coders to their codes must name at least one coder."))
    if len(named) == 2 and set(named[0]) != set(named[1]):
        raise ClaimError(
            say(
                "The direction is coded by {named} and the wording by {named_2}: name the same "
                "coders in both.",
                named=", ".join(named[0]),
                named_2=", ".join(named[1]),
            )
        )
    return named[0] if named else [""]


def _by_coder(value: Any, coders: list[str]) -> dict[str, Any]:
    """The code of each coder; a single value is the code of all."""
    if isinstance(value, Mapping):
        return {str(coder): code for coder, code in value.items()}
    return dict.fromkeys(coders, value)


def _direction(value: Any) -> str | None:
    if is_missing(value):
        return None
    if not isinstance(value, str) or value not in DIRECTIONS:
        raise ClaimError(
            say(
                "The direction {value!r} is not one of: {directions}; None if the claim states "
                "none.",
                value=value,
                directions=", ".join(DIRECTIONS),
            )
        )
    return value


def _wording(value: Any) -> str:
    if is_missing(value):
        return ""
    if not isinstance(value, str):
        raise ClaimError(
            say(
                "The entry wording of a claim of your own must be text; it is {value!r}.",
                value=value,
            )
        )
    return value


def _or_none(value: Any) -> str | None:
    return None if is_missing(value) else str(value)


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
        say(
            "{entry} must be a date such as 2017-12-14, between 1900 and 2200 and without a time "
            "zone.",
            entry=entry,
        )
    )
