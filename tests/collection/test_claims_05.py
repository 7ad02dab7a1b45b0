"""Verdicts of lesson 05 equal what the lesson computes by hand."""

from helpers import load
from helpers.claims import FAILS, HOLDS, NOT_ENOUGH, NOT_ESTABLISHED, judge, show, unsettled


def test_laboratories() -> None:
    labs = load("mexico_labs")
    source = labs[(labs["agency"] == "PGR/CENAPI") & (labs["period_start"] == "2016-01-01")][
        "laboratories"
    ].item()
    assert source == 136 and not source > 136, "in the reading of 2016 'over' does not hold"
    verdict = judge("labs-136")
    assert verdict.on_the_day == NOT_ENOUGH
    assert verdict.by_coder["now"].to_dict() == {"A": FAILS, "B": NOT_ENOUGH}
    assert verdict.now == f"{FAILS} (A); {NOT_ENOUGH} (B)" and verdict.confidence == "low"
    now = verdict.readings.query("figures == 'now'").set_index(["reading", "coder"])
    assert now.loc[("2016", "A"), "value_low"] == source
    assert now.loc["2016"]["status"].to_dict() == {"A": "same quantity", "B": "near"}
    longer = now[now.index.get_level_values("reading").str.startswith("up to the day")]
    assert set(longer["result"]) == {HOLDS} and set(longer["status"]) == {"near"}
    day = verdict.readings.query("figures == 'of the day' and reading == '2016'")
    assert set(day["result"]) == {NOT_ESTABLISHED}


def test_one_laboratory_more_would_have_been_enough_for_one_coder() -> None:
    """The preposition "over" is strict: 136 is not over 136, and the card says so."""
    assert show("labs-136").stated == "more than 136 laboratories"
    codings = load("judgments").query("claim == 'labs-136'")
    assert set(codings["direction"]) == {"more than"} and set(codings["wording"]) == {"stronger"}


def test_progress_is_on_the_second_list_with_the_speakers_own_yardstick() -> None:
    assert "poppy-progress" not in set(load("claims")["claim"])
    codings = load("statement_codings").query("statement == 's17'")
    assert set(codings["checkable"]) == {"no"}
    card = unsettled("poppy-progress")
    assert card.row["statement"] == "s17" and "own yardstick" in card.row["to_be_shown"]
    reported = load("mexico_seizures").query("agency == 'UNODC (as reported by Mexico)'")
    cocaine = reported.query("drug == 'cocaine'").set_index("period_start")["seized_kg"]
    assert cocaine["2016-01-01"] > cocaine["2015-01-01"], "the one comparison there is"


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
