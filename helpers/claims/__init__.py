"""The claims of a text: what was said (`show`), what the tables say of it (`judge`), all of them
(`ledger`), and what no figure settles (`unsettled`).

A verdict is computed. It rests on the table `evidence`, whose rows point at cells of other tables,
and on the table `judgments`: how a claim relates to its value, whether a reading is fair, and how
near its figures are. Every judgment is coded by two coders. Where they differ, both verdicts are
shown.

How a verdict comes about
-------------------------
1. A *reading* is one way to understand a claim ("each of the two", "the two together"). Its
   evidence may exist in several vintages, told apart by `known_on`. For a given day the latest
   vintage public by then counts. A figure whose first publication is not established counts now,
   and neither for nor against the claim on the day.
2. A reading may have *parts*, each a comparison that must hold. A part compares a value with a
   reference: the evidence rows with the role `reference`, or else the value the claim states. Rows
   of one role are added up. Where only bounds are known, `_low` and `_high` rows give them.
3. A reading *holds* if every part does, *does not hold* if one part fails, and is *open* if the
   reference lies between the bounds.
4. Only admitted readings with figures on the same quantity decide; near and proxy figures are shown
   beside them.
5. A claim without a direction (a cause, an intention, a promise) has nothing to compare: its
   figures are shown and the verdict is "not enough evidence".
6. A claim that held on the figures of the day and does not hold now is "true then, since revised".
"""

from helpers.claims.evidence import PUBLICITY, ROLES, SAME, STATUSES
from helpers.claims.export import export, review
from helpers.claims.model import DIRECTIONS, WORDINGS, Claim, ClaimError, lesson_of, show
from helpers.claims.unsettled import Unsettled, unsettled
from helpers.claims.verdict import (
    FAILS,
    HOLDS,
    NOT_ENOUGH,
    NOT_ESTABLISHED,
    NOT_JUDGED,
    NOT_PUBLIC,
    ONE_READING,
    OPEN,
    REVISED,
    SCALE,
    Verdict,
    agreement,
    judge,
    ledger,
)

__all__ = [
    "DIRECTIONS",
    "FAILS",
    "HOLDS",
    "NOT_ENOUGH",
    "NOT_ESTABLISHED",
    "NOT_JUDGED",
    "NOT_PUBLIC",
    "ONE_READING",
    "OPEN",
    "PUBLICITY",
    "REVISED",
    "ROLES",
    "SAME",
    "SCALE",
    "STATUSES",
    "WORDINGS",
    "Claim",
    "ClaimError",
    "Unsettled",
    "Verdict",
    "agreement",
    "export",
    "judge",
    "ledger",
    "lesson_of",
    "review",
    "show",
    "unsettled",
]
