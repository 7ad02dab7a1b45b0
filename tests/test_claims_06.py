"""Verdicts of lesson 06 equal what the lesson computes by hand."""

from helpers.claims import HOLDS, ONE_READING, UNCHECKED, judge
from helpers import load


def kilograms(drug: str, agency: str) -> float:
    """One figure for all of 2016."""
    frame = load("mexico_seizures")
    rows = frame[
        (frame["drug"] == drug)
        & (frame["agency"] == agency)
        & (frame["period_start"] == "2016-01-01")
        & (frame["full_calendar_year"] == "yes")
    ]
    return rows["seized_kg"].item()


def test_cocaine() -> None:
    verdict = judge("cocaine-13t")
    now = verdict.readings.query("figures == 'now'").set_index("reading")
    cenapi, unodc = (
        kilograms("cocaine", "PGR/CENAPI"),
        kilograms("cocaine", "UNODC (as reported by Mexico)"),
    )
    assert unodc < 13_000 < cenapi and round(cenapi - unodc) == 70
    assert (
        now.loc["PGR/CENAPI", "value_low"],
        now.loc["UNODC as reported by Mexico", "value_low"],
    ) == (cenapi, unodc)
    assert (verdict.on_the_day, verdict.now) == (UNCHECKED, ONE_READING)


def test_methamphetamine() -> None:
    verdict = judge("meth-26t")
    assert kilograms("methamphetamine", "PGR/CENAPI") > 26_000
    assert (verdict.on_the_day, verdict.now) == (UNCHECKED, HOLDS)
    army = verdict.readings.query("figures == 'of the day' and status == 'near'")
    assert army["value_low"].item() < 26_000, "one agency and nine months do not decide"


def test_destination_is_not_in_the_figures() -> None:
    verdict = judge("destined-for-us")
    assert verdict.on_the_day == verdict.now == UNCHECKED and set(verdict.readings["status"]) == {
        "proxy"
    }
