"""What no figure settles: statements that no count decides, and who owes the evidence."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.cards import Card
from helpers.catalogue import load
from helpers.claims.model import ClaimError
from helpers.language import say, translatable


@dataclass(frozen=True, repr=False)
class Unsettled(Card):
    """A statement that no figure settles, shown as a card."""

    row: pd.Series[Any]

    @property
    def heading(self) -> str:
        """The id of the statement."""
        return say("What no figure settles: {statement}", statement=self.row["id"])

    def entries(self) -> list[tuple[str, str]]:
        """What was said and asserted, what would have to be shown, and what is known."""
        r = self.row
        return [
            (translatable("Said"), r["paraphrase"]),
            (translatable("It asserts"), r["asserted"]),
            (translatable("It would have to be shown"), r["to_be_shown"]),
            (translatable("Research"), r["research"]),
            (translatable("Who should provide the evidence"), r["owed_by"]),
        ]


def unsettled(statement: str) -> Unsettled:
    """One statement of the second list, by its id.

    Raises `ClaimError` for an unknown id, naming the nearest ones, and `DataError` in a collection
    without the table `unsettled`.
    """
    rows = load("unsettled").set_index("id", drop=False)
    ids = list(rows.index)
    if statement in ids:
        return Unsettled(rows.iloc[ids.index(statement)])
    near = difflib.get_close_matches(str(statement), ids, cutoff=0.3)
    advice = (
        say("Nearest ids: {names}.", names=", ".join(near))
        if near
        else say("load({table!r}) lists all ids.", table="unsettled")
    )
    raise ClaimError(
        say(
            "There is no unsettled statement with the id {statement!r}. {advice}",
            statement=statement,
            advice=advice,
        )
    )
