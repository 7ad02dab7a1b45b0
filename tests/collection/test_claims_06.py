"""Verdicts of lesson 06 equal what the lesson computes by hand."""

from helpers import load
from helpers.claims import FAILS, HOLDS, NOT_ENOUGH, NOT_ESTABLISHED, ONE_READING, judge, unsettled


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
    now = verdict.readings.query("figures == 'now' and coder == 'A'").set_index("reading")
    cenapi, unodc = (
        kilograms("cocaine", "PGR/CENAPI"),
        kilograms("cocaine", "UNODC (as reported by Mexico)"),
    )
    assert unodc < 13_000 < cenapi and round(cenapi - unodc) == 70
    assert (
        now.loc["PGR/CENAPI", "value_low"],
        now.loc["UNODC as reported by Mexico", "value_low"],
    ) == (cenapi, unodc)
    assert (verdict.on_the_day, verdict.now) == (NOT_ENOUGH, ONE_READING)
    day = verdict.readings.query("figures == 'of the day'")
    assert set(day["result"]) == {NOT_ESTABLISHED}, "no first publication, and nothing against him"


def test_methamphetamine() -> None:
    verdict = judge("meth-26t")
    assert kilograms("methamphetamine", "PGR/CENAPI") > 26_000
    assert (verdict.on_the_day, verdict.now) == (NOT_ENOUGH, HOLDS)
    readings = verdict.readings.query("coder == 'A'").set_index(["figures", "reading"])
    army = readings.loc[("of the day", "the Army alone, nine months")]
    assert army["value_low"] < 26_000 and army["admitted"] == "no"
    rows = load("mexico_seizures_unodc_rows").query("drug == 'methamphetamine' and year == 2016")
    first = readings.loc[("now", "UNODC as reported by Mexico, first row")]
    both = readings.loc[("now", "UNODC as reported by Mexico, both rows")]
    assert first["value_low"] == rows["seized_kg"].iloc[0] and first["result"] == FAILS
    assert both["value_low"] == rows["seized_kg"].sum() and both["result"] == HOLDS
    assert first["status"] == both["status"] == "near"


def test_the_first_row_counted_as_the_same_quantity_would_split_the_verdict() -> None:
    evidence = load("evidence").query("claim == 'meth-26t'")
    near = evidence["reading"].str.contains("Army|both rows")
    status = near.map({True: "near", False: "same quantity"})
    assert judge("meth-26t", evidence=evidence.assign(status=status)).now == ONE_READING


def test_destination_is_on_the_second_list() -> None:
    assert "destined-for-us" not in set(load("claims")["claim"])
    codings = load("statement_codings").query("statement == 's20'")
    assert set(codings["checkable"]) == {"no"}
    assert unsettled("destined-for-us").row["statement"] == "s20"
    said = load("research_findings").query("about == 'destined-for-us'")
    report = said[said["source"].str.startswith("INCSR 2018")]["finding"].item()
    assert "for cocaine main transit country, with no destination named" in report


def test_cocaine_of_unodc_is_the_sum_of_its_rows() -> None:
    rows = load("mexico_seizures_unodc_rows").query("drug == 'cocaine' and year == 2016")
    total = rows["seized_kg"].sum()
    assert len(rows) == 2
    assert abs(total - kilograms("cocaine", "UNODC (as reported by Mexico)")) < 0.01


def test_rows_of_methamphetamine_lie_on_both_sides_of_the_mark() -> None:
    rows = load("mexico_seizures_unodc_rows").query("drug == 'methamphetamine'")
    in_2016 = rows.query("year == 2016")["seized_kg"]
    assert in_2016.iloc[0] < 26_000 < in_2016.sum(), "section 3: one row fails, the sum holds"
    unodc = load("mexico_seizures").query("source_id == 'UNODC_SEIZ_2018_2022'")
    unodc = unodc[(unodc["drug"] == "methamphetamine") & (unodc["period_start"] == "2018-01-01")]
    assert abs(rows.query("year == 2018")["seized_kg"].sum() - unodc["seized_kg"].item()) < 1


def test_later_values_are_those_of_the_monthly_table() -> None:
    keys = ["month", "component", "drug"]
    both = load("border_seizures_revised").merge(load("border_seizures_monthly"), on=keys)
    assert len(both) == len(load("border_seizures_revised"))
    assert both["events_later"].equals(both["events"])
    assert both["seized_lb_later"].equals(both["seized_lb"])
