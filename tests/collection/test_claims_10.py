"""The verdict of lesson 10: shown, and not decided."""

from helpers.catalogue import load
from helpers.claims import UNCHECKED, judge


def test_networks_cannot_be_checked() -> None:
    verdict = judge("networks-disrupt")
    assert verdict.on_the_day == verdict.now == UNCHECKED
    people = load("caviar_phases").set_index("phase")["people"]
    now = verdict.readings.query("figures == 'now'").iloc[0]
    assert (now["value_low"], now["reference_low"]) == (people[11], people[1])
