"""Lesson 10: the promise of new ways gets no verdict; its card says who owes the evidence."""

import pytest

from helpers import load
from helpers.claims import ClaimError, judge, unsettled


def test_the_promise_of_new_ways_is_on_the_second_list_and_not_in_the_ledger() -> None:
    card = unsettled("networks-disrupt")
    assert card.row["statement"] in set(load("statements")["statement"])
    assert all(text for _, text in card.entries())
    with pytest.raises(ClaimError):
        judge("networks-disrupt")


def test_the_studies_behind_the_card_say_how_they_were_read() -> None:
    studies = load("research_findings").query("about == 'networks-disrupt'")
    assert len(studies) and studies["read_as"].notna().all()
