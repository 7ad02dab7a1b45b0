"""The ledger as ClaimReview: the form in which fact-checkers publish verdicts (schema.org,
JSON-LD).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.catalogue import find_table, load
from helpers.claims.model import find_claim
from helpers.claims.verdict import Verdict, judge
from helpers.collection import current
from helpers.contract import check_card
from helpers.language import say, shown


def export() -> list[dict[str, Any]]:
    """One ClaimReview for each claim of the ledger, ready for ``json.dumps``.

    The rating is the verdict in words (`alternateName`); no number stands for it, because the scale
    is not a line from false to true. Both days are in the `reviewBody`. The author of a claim is
    text, without a type: a speaker may be a person or an office.

    Examples
    --------
    >>> review = export()[0]
    >>> review["@type"], review["reviewRating"]["alternateName"]
    ('ClaimReview', 'holds')
    """
    return [review(name) for name in load("claims").sort_values("order")["claim"]]


def review(claim: str, verdict: Verdict | None = None) -> dict[str, Any]:
    """The ClaimReview of one claim; `verdict` if it has been computed already."""
    row = find_claim(claim)
    return _review(row, verdict or judge(claim))


def _review(claim: pd.Series[Any], verdict: Verdict) -> dict[str, Any]:
    said = dict(verdict.entries())
    now = said["On the figures now"]
    days = say(
        "On the figures of the day: {day}. On the figures now: {now}.",
        day=said["On the figures of the day"],
        now=now,
    )
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": claim["claim"],
        "author": {"@type": "Organization", "name": shown(current().title)},
        "claimReviewed": shown(claim["paraphrase"]),
        "itemReviewed": {
            "@type": "Claim",
            "author": shown(claim["speaker"]),
            "datePublished": f"{claim['as_of']:%Y-%m-%d}",
            "appearance": {"@type": "CreativeWork", "url": claim["url"]},
        },
        "reviewRating": {"@type": "Rating", "alternateName": now},
        "reviewBody": " ".join([days, *verdict.left_out]),
        "citation": _sources(claim["claim"]),
    }


def _sources(claim: str) -> list[str]:
    """Publishers and addresses of the tables that the evidence points at."""
    addresses = []
    for table in load("evidence").query("claim == @claim")["table"].drop_duplicates():
        resource = find_table(current(), table)
        check_card(resource)
        addresses += [f"{source['publisher']}: {source['path']}" for source in resource["sources"]]
    return list(dict.fromkeys(addresses))
