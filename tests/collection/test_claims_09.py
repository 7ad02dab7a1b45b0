"""Lesson 09: the sentence on revenue gets no verdict; its card says who owes the evidence."""

import pytest

from helpers import load
from helpers.claims import ClaimError, judge, unsettled


def test_the_sentence_on_revenue_is_on_the_second_list_and_not_in_the_ledger() -> None:
    card = unsettled("revenue-dismantled")
    assert card.row["statement"] in set(load("statements")["statement"])
    assert all(text for _, text in card.entries())
    with pytest.raises(ClaimError):
        judge("revenue-dismantled")


def test_the_studies_behind_the_card_say_how_they_were_read() -> None:
    studies = load("research_findings").query("about == 'revenue-dismantled'")
    assert len(studies) and studies["read_as"].notna().all()
