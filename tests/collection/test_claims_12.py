"""Verdicts of lesson 12 equal what the lesson counts by hand."""

from helpers import claims, load
from helpers.claims import FAILS, HOLDS, NOT_ENOUGH, NOT_ESTABLISHED, OPEN, judge


def attestors(event: str) -> set[str]:
    """Who, as a collector of its own, attests an event."""
    return set(load("attested_events").query("event == @event")["collector"])


def test_the_stray_on_ambassadors_is_an_exercise_and_no_claim() -> None:
    listed = load("career_ambassadors")
    assert (int((listed["year_appointed"] < 2018).sum()), len(listed)) == (58, 62)
    assert "ambassadors-59" not in set(load("claims")["claim"])
    assert "other entry" in load("statements").set_index("statement").loc["s36", "speaker"]


def test_each_government_attests_what_the_other_said_of_the_dialogue() -> None:
    governments = {"State Department", "SRE Mexico"}
    assert governments <= attestors("second-dialogue")
    assert governments <= attestors("meeting-washington")
    assert attestors("meeting-mexico-city") == {"State Department"}
    evidence = load("evidence").query("publicity == 'public by'")
    for claim, other in {
        "second-dialogue": "SRE Mexico",
        "mx-dialogue": "State Department",
    }.items():
        assert set(evidence.query("claim == @claim")["collector"]) == {other}
        verdict = judge(claim)
        assert verdict.on_the_day == verdict.now == HOLDS


def test_meetings_are_those_of_february_and_may() -> None:
    chosen = load("evidence").query("claim == 'meetings'")["selection"].str.split(";").str[0]
    assert chosen.tolist() == ["event=meeting-mexico-city", "event=meeting-washington"]
    verdict = judge("meetings")
    assert verdict.on_the_day == verdict.now == HOLDS


def test_a_meeting_in_may_is_no_agreement() -> None:
    verdict = judge("mx-may")
    assert verdict.on_the_day == verdict.now == NOT_ENOUGH
    assert set(verdict.readings["status"]) == {"near", "proxy"}
    assert attestors("may-priorities") == {"SRE Mexico"}, "the words of one side"


def test_agencies_are_as_the_tables_count_them_and_the_coders_differ() -> None:
    police = load("agencies_in_mexico").query("police_agency == 'yes'")["abbreviation"]
    mexican = load("agencies_named_by_mexico")
    both = set(police) | set(mexican["abbreviation"])
    counts = [(mexican["police_agency"] == "yes").sum(), len(police), len(mexican), len(both)]
    assert counts == [8, 10, 13, 15], "no list has eleven: it lies between them"
    assert counts == load("agency_counts")["count"].iloc[[1, 2, 0, 3]].tolist()
    verdict = judge("agencies-11")
    assert verdict.on_the_day == NOT_ENOUGH
    assert verdict.by_coder["now"].to_dict() == {"A": NOT_ENOUGH, "B": FAILS}


def test_transfers_are_no_extraditions() -> None:
    transfers = load("prisoner_transfers")
    assert transfers["persons"].sum() == 92, "as Mexico's security minister added them up"
    assert set(transfers["act"]) == {"transfer under the National Security Law"}
    assert not load("extraditions")["use"].str.contains("transfer").any()


def test_merida_delivered_something_and_poppy_tools_stay_open() -> None:
    verdict = judge("merida")
    assert verdict.on_the_day == verdict.now == NOT_ENOUGH
    day = verdict.readings.query("figures == 'of the day'")
    poppy = day[day["reading"].str.contains("eradicating poppy")]
    assert set(poppy["result"]) == {OPEN}
    assert set(poppy["value_low"]) == {0} and set(poppy["value_high"]) == {1}
    border = day[day["reading"].str.contains("border security")]
    assert set(border["result"]) == {NOT_ESTABLISHED}
    aid = day[day["reading"].str.startswith("aid of some kind")]
    assert set(aid["result"]) == {HOLDS} and set(aid["status"]) == {"proxy"}
    before = load("poppy_assistance").query("date < '2017-12-14'")
    assert before["said"].str.contains("offered and not agreed").all(), "an offer, no delivery"


def test_the_block_lists_the_claims_of_both_governments() -> None:
    ledger = claims.ledger()
    assert set(ledger.index[ledger["lesson"] == "12_cooperation"]) == {
        "second-dialogue",
        "meetings",
        "agencies-11",
        "merida",
        "mx-dialogue",
        "mx-may",
    }
