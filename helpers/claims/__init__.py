"""The claims of a text: what was said (`show`), what the tables say of it (`judge`), all of them
(`ledger`).

A verdict is computed from the table `evidence`, whose rows point at cells of other tables. Nothing
is typed twice.

How a verdict comes about
-------------------------
1. A *reading* is one way to understand a claim ("each of the two", "the two together"). Its
   evidence may exist in several vintages, told apart by `known_on`. For a given day the latest
   vintage public by then counts.
2. A reading may have *parts*, each a comparison that must hold. A part compares a value with a
   reference: the evidence rows with the role `reference`, or else the value the claim states. Rows
   of one role are added up. Where only bounds are known, `_low` and `_high` rows give them.
3. A reading *holds* if every part does, *does not hold* if one part fails, and is *open* if the
   reference lies between the bounds.
4. Only evidence on the same quantity decides; near and proxy figures are shown beside it.
5. A claim that states no direction (a cause, an intention, a promise) has nothing to compare: its
   figures are shown, every reading stays open, and the verdict is that it cannot be checked with
   these data.
"""

from helpers.claims.evidence import ROLES, SAME, STATUSES
from helpers.claims.model import DIRECTIONS, Claim, ClaimError, lesson_of, show
from helpers.claims.verdict import (
    FAILS,
    HOLDS,
    NOT_JUDGED,
    NOT_PUBLIC,
    ONE_READING,
    OPEN,
    SCALE,
    UNCHECKED,
    Verdict,
    judge,
    ledger,
)

__all__ = [
    "DIRECTIONS",
    "FAILS",
    "HOLDS",
    "NOT_JUDGED",
    "NOT_PUBLIC",
    "ONE_READING",
    "OPEN",
    "ROLES",
    "SAME",
    "SCALE",
    "STATUSES",
    "UNCHECKED",
    "Claim",
    "ClaimError",
    "Verdict",
    "judge",
    "ledger",
    "lesson_of",
    "show",
]
