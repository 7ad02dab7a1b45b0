"""Verdicts of lesson 05 equal what the lesson computes by hand."""

from helpers import load
from helpers.claims import HOLDS, UNCHECKED, judge


def test_laboratories() -> None:
    labs = load("mexico_labs")
    source = labs[(labs["agency"] == "PGR/CENAPI") & (labs["period_start"] == "2016-01-01")][
        "laboratories"
    ].item()
    assert source == 136 and not source > 136, "in the reading of 2016 'over' does not hold"
    verdict = judge("labs-136")
    assert (verdict.on_the_day, verdict.now, verdict.wording) == (UNCHECKED, HOLDS, "stronger")
    assert (
        verdict.readings.query("figures == 'now' and status == 'same quantity'")["value_low"].item()
        == source
    )


def test_progress_is_shown_and_not_decided() -> None:
    verdict = judge("poppy-progress")
    assert verdict.on_the_day == verdict.now == UNCHECKED
    now = verdict.readings.query("figures == 'now'").set_index("reading")
    poppy = (
        load("poppy_cultivation")
        .query("estimator == 'United States'")
        .set_index("period_start")["hectares"]
    )
    growing = now.loc[
        "area growing, U.S. estimate, 2017 against 2016", ["value_low", "reference_low"]
    ].tolist()
    assert growing == [poppy["2017-01-01"], poppy["2016-01-01"]] and growing[0] > growing[1]
    assert set(verdict.readings.query("figures == 'of the day'")["result"]) == {"not public yet"}, (
        "44,100 hectares were not public"
    )


def test_a_third_source_leans_to_one_of_the_two_counts_of_2017() -> None:
    table = load("poppy_eradication")
    whole = table[
        (table["period_start"] == "2017-01-01") & (table["period_end"] == "2017-12-31")
    ].set_index("agency")
    fields, hectares = whole["fields"], whole["hectares"]
    cenapi, glac = "PGR/CENAPI", "GLAC from official data"
    assert (
        abs(fields[glac] / fields[cenapi] - 1) < 0.01 and hectares[glac] / hectares[cenapi] < 0.7
    ), "the same fields, another size of field"
    official = table[table["agency"] == "Government of Mexico"].iloc[0]
    assert official["note"] == "stated as 20 per cent less than 2017"
    assert (
        round(official["hectares"] / hectares[cenapi] - 1, 1) == -0.2
        and official["hectares"] > hectares[glac]
    )
    assert table[(table["agency"] == glac) & (table["period_start"] == "2016-01-01")].empty, (
        "GLAC alone shows no change from 2016"
    )


def test_more_than_would_fail_by_nothing() -> None:
    """Why the claim states "at least": the preposition is judged as wording."""
    claim = load("claims").set_index("claim").loc["labs-136"]
    assert (claim["direction"], claim["stated_value"], claim["wording"]) == (
        "at least",
        136,
        "stronger",
    )


def test_over_136_holds_in_every_longer_time() -> None:
    """The sentence names no year: section 4 shows both readings."""
    labs = load("mexico_labs")
    cenapi = labs.query("agency == 'PGR/CENAPI' and source_id == 'INCSR_2018'")["laboratories"]
    army = labs.query("source_id == 'SEDENA_SINEMBARGO2016'")["laboratories"]
    trained = labs.query("agency == 'Units trained by the United States'")["laboratories"]
    assert cenapi.tolist() == [136, 70]
    assert min(cenapi.sum(), army.sum(), trained.item()) > 136


def test_the_same_years_were_counted_twice_by_the_army() -> None:
    """The break between 113 and 805."""
    rows = load("mexico_labs").set_index("source_id")
    before, after = rows.loc["REUTERS2023_BEFORE_REVISION"], rows.loc["REUTERS2023_AFTER_REVISION"]
    assert before["period_start"] == after["period_start"]
    assert before["period_end"] == after["period_end"]
    assert after["laboratories"] > 6 * before["laboratories"]


def test_the_counts_since_october_2024_are_totals_in_a_table_of_their_own() -> None:
    newest = load("mexico_labs_since_2024").sort_values("period_end")
    assert newest["period_start"].nunique() == 1 and newest["sites"].is_monotonic_increasing
    older = load("mexico_labs").query("agency == 'Gabinete de Seguridad'")
    assert older["period_end"].max() < newest["period_start"].min()


def test_the_larger_rise_was_not_withdrawn() -> None:
    """Section 2: 2005 to 2009 was withdrawn, 2013 to 2017 was not and is larger."""
    us = load("poppy_cultivation").query("estimator == 'United States'")
    us = us.set_index(us["period_start"].dt.year)
    rise = us["hectares"]
    assert rise[2017] - rise[2013] > rise[2009] - rise[2005]
    assert us.loc[2009, "withdrawn"] == "yes" and us.loc[2017, "withdrawn"] == "no"


def test_the_area_of_poppy_by_the_second_estimator_rose_and_fell() -> None:
    """Section 3: the answer to "did it grow?" depends on the estimator."""
    joint = load("poppy_cultivation").query("estimator == 'UNODC and Mexico'")
    season = joint[joint["period_start"] >= "2015-07-01"].set_index("period_start")["hectares"]
    first, second, third = season["2015-07-01"], season["2016-07-01"], season["2017-07-01"]
    assert round(100 * (second / first - 1)) == 21 and round(100 * (third / second - 1)) == -8


def test_the_army_alone_and_with_cenapi() -> None:
    """Section 4: whether 136 holds the Army's laboratories is not known; if not, there are more."""
    army = load("mexico_labs").query("source_id == 'SEDENA_SINEMBARGO2016'")
    army = army.set_index("period_start")["laboratories"]
    assert army["2015-01-01"] > 136 > army["2016-01-01"]
    assert 136 + army["2016-01-01"] == 228
