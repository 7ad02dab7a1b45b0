"""Tables agree with themselves and with each other: no row of a grid is absent, parts add up, rates
follow from counts.

A hash says that a file is the one described; these tests say that its content can be true.
Where a publisher's own figures do not agree, the exception is named with its size, and a lesson or
a caution speaks of it.
"""

from __future__ import annotations

import re
from itertools import product

import pandas as pd
import pytest

from helpers import about, load, tables

SYNTHETIC = "synthetic opioids other than methadone"

# --- rows
# ------------------------------------------------------------------------------------------

#: Tables that have a row for every combination of their keys.
GRIDS = {
    "scanning_shares": ["year", "vehicle_class"],
    "opioid_dispensing_state": ["state", "year"],
    "statement_codings": ["statement", "reader"],
    "theme_counts": ["text", "theme"],
    "us_overdose_provisional": ["period_end", "drug"],
    "state_overdose_occurrence": ["state", "year"],
    "us_state_population": ["state", "year"],
    "mexico_population": ["inegi_code", "year"],
    "mexico_homicides_registered": ["inegi_code", "year"],
    "mexico_sesnsp_by_state_year": ["inegi_code", "year"],
    "mexico_sesnsp_by_state_month": ["inegi_code", "month"],
    "border_seizures_monthly": ["month", "component", "drug"],
}
#: Months in which the Border Patrol's table has no line for heroin between the ports.
HOLES = {
    "border_seizures_monthly": {
        (pd.Timestamp(day), "usbp_between_ports", "heroin") for day in ("2023-10-01", "2024-07-01")
    }
}
#: Tables with a row for every year, month, number or phase from their first to their last, within
#: each group.
WITHOUT_A_GAP = {
    "career_ambassadors": ("order", []),
    "chain": ("order", []),
    "cocaine_prices": ("row", []),
    "claims": ("order", []),
    "caviar_phases": ("phase", []),
    "opioid_dispensing_us": ("year", []),
    "nsduh_pairs": ("first_year", []),
    "mexico_homicides_official_sources": ("year", []),
    "mexico_missing_persons": ("year", []),
    "opioid_dispensing_state": ("year", ["state"]),
    "us_state_population": ("year", ["state"]),
    "state_overdose_deaths": ("year", ["state"]),
    "state_overdose_occurrence": ("year", ["state"]),
    "us_overdose_rates": ("year", ["drug"]),
    "us_overdose_deaths": ("year", ["drug", "co_involvement"]),
    "crossings": ("year", ["port", "measure"]),
    "mexico_population": ("year", ["inegi_code"]),
    "mexico_homicides_registered": ("year", ["inegi_code"]),
    "mexico_sesnsp_by_state_year": ("year", ["inegi_code"]),
}


@pytest.mark.parametrize("table", GRIDS)
def test_every_combination_has_its_row(table: str) -> None:
    frame = load(table)
    wanted = set(product(*(frame[key].unique() for key in GRIDS[table])))
    assert wanted - set(frame[GRIDS[table]].itertuples(index=False, name=None)) == HOLES.get(
        table, set()
    )


@pytest.mark.parametrize("table", WITHOUT_A_GAP)
def test_nothing_is_absent_between_the_first_and_the_last(table: str) -> None:
    counter, group = WITHOUT_A_GAP[table]
    frame = load(table)
    for name, rows in frame.groupby(group) if group else [("all rows", frame)]:
        absent = set(range(rows[counter].min(), rows[counter].max() + 1)) - set(rows[counter])
        assert not absent, f"{table}, {name}: {counter} {sorted(absent)} absent"


#: Columns that say of which year a row speaks.
OF_YEARS = "year period month date period_start period_end fiscal_year year_registered first_year"


def test_the_first_and_the_last_year_are_on_the_card() -> None:
    """A row that is lost at either end is seen, too. Two cards name years of publication."""
    others = set()
    for name in tables().index:
        frame, card = load(name), about(name).resource
        cells = frame[frame.columns.intersection(OF_YEARS.split())].to_numpy().ravel()
        found = re.findall(r"\b(?:19|20)\d\d\b", " ".join(map(str, cells)))
        said = f"{card['title']} {card['coverage']}"
        if found and not all(year in said for year in (min(found), max(found))):
            others.add(name)
    known = {"illicit_finance_estimates", "mexico_attributed_killings"}
    remedy = "name the first and the last year in the title or the coverage of"
    assert others == known, f"{remedy} {', '.join(sorted(others - known))}"


def test_months_follow_each_other() -> None:
    provisional = pd.DatetimeIndex(load("us_overdose_provisional")["period_end"].unique())
    assert provisional.equals(pd.date_range(provisional[0], provisional[-1], freq="ME"))
    border = pd.DatetimeIndex(load("border_seizures_monthly")["month"].unique())
    assert border.equals(pd.date_range(border[0], border[-1], freq="MS"))
    mexico = pd.PeriodIndex(load("mexico_sesnsp_by_state_month")["month"].unique(), freq="M")
    assert mexico.equals(pd.period_range(mexico[0], mexico[-1], freq="M"))


def test_homicides_by_state_cover_every_state_in_every_year_they_cover() -> None:
    """Registered: to 2015, and 2019, which was counted from microdata; occurred: from 2000 on."""
    frame = load("mexico_homicides_by_state_year")
    covered = {"year_registered": {*range(1990, 2016), 2019}, "year_occurred": {*range(2000, 2023)}}
    for basis, years in covered.items():
        size = frame[frame["basis"] == basis].groupby("year").size()
        assert set(size.index) == years and set(size) == {32}, basis


def test_tiles_fill_their_rows_and_columns() -> None:
    for table in ("tilegrid_us", "tilegrid_mexico"):
        grid = load(table)
        assert not grid.duplicated(["row", "col"]).any(), f"{table}: two states on one tile"
        for place in ("row", "col"):
            assert sorted(grid[place].unique()) == [*range(grid[place].max() + 1)], (
                f"{table}: an empty {place}"
            )


#: Columns that follow from others of their table: the same cause, the same entry.
FOLLOWS = {
    "us_state_population": [("year", "series")],
    "state_overdose_deaths": [("year", "origin")],
    "state_overdose_occurrence": [("year", "status")],
    "us_overdose_deaths": [("drug", "icd10_codes"), ("year, drug", "origin")],
    "us_overdose_provisional": [("period_end", "status")],
    "overdose_count_revisions": [("as_of", "source"), ("count", "counted_by")],
    "nsduh_points": [("year", "series")],
    "us_cocaine_prices": [("series", "dollars"), ("series", "grade")],
    "poppy_cultivation": [("source_id", "grade"), ("estimator, period_start", "method")],
    "poppy_eradication": [("source_id", "grade"), ("source_id", "agency")],
    "mexico_labs": [("source_id", "grade")],
    "mexico_seizures": [("source_id", "grade")],
    "mexico_homicides_by_state_year": [("basis, year", "status"), ("basis, year", "source_id")],
    "ucdp_mexico_dyad_year": [
        ("dyad_id", "side_a"),
        ("dyad_id", "side_b"),
        ("side_a, side_b", "dyad_id"),
    ],
    "texts": [("speaker", "side")],
    "attested_events": [("event", "what"), ("what", "event")],
    "event_bounds": [("event", "what"), ("what", "event")],
    "asset_forfeiture": [("measure", "unit")],
    "financial_intelligence": [("measure", "unit")],
    "illicit_finance_estimates": [("author, published", "url")],
    "extraditions": [("source", "direction")],
    "scanning_shares": [("said_by", "url")],
}


@pytest.mark.parametrize("table", FOLLOWS)
def test_what_follows_from_other_columns_is_the_same_throughout(table: str) -> None:
    frame = load(table)
    for determinants, column in FOLLOWS[table]:
        counts = frame.groupby(determinants.split(", "))[column].nunique(dropna=False)
        assert (counts == 1).all(), (
            f"{table}: more than one {column} for {counts[counts != 1].index[0]}"
        )


#: Pages that quote several sources, or stand for them as a publisher's front page: how many.
QUOTED = {
    "agencies_in_mexico": 1,
    "agency_counts": 1,
    "attested_events": 1,
    "drug_control_budget": 1,
    "extraditions": 2,
    "mexico_attributed_killings": 2,
    "opioid_commission_facts": 1,
    "poppy_assistance": 1,
    "research_findings": 1,
}


def test_a_source_has_one_address_and_an_address_one_source() -> None:
    quoted = {}
    for name in tables().index:
        frame = load(name)
        address = [c for c in ("url", "source_url", "address") if c in frame]
        if "source" not in frame or not address:
            continue
        if name != "mexico_labs_since_2024":  # a newspaper with two reports
            assert frame.groupby("source")[address].nunique().max().item() == 1, name
        quoted[name] = int((frame.groupby(address)["source"].nunique() > 1).sum())
    assert {name: several for name, several in quoted.items() if several} == QUOTED


def test_a_date_is_as_precise_as_it_is_said_to_be() -> None:
    for table, column in (
        ("dialogue_timeline", "precision"),
        ("opioid_funding_statements", "date_precision"),
    ):
        frame = load(table)
        assert (
            frame["date"]
            .str.len()
            .map({4: "year", 7: "month", 10: "day"})
            .equals(frame[column].rename("date"))
        ), table


# --- the overdose tables
# ------------------------------------------------------------------------------------------


def total(drug: str = "all drugs") -> pd.Series:
    """Final U.S. deaths of a drug by year."""
    return (
        load("us_overdose_deaths")
        .query("drug == @drug and co_involvement == 'all'")
        .set_index("year")["deaths"]
    )


def split(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The 51 jurisdictions, and the nation."""
    nation = frame["state"] == "United States"
    return frame[~nation], frame[nation].set_index("year")


def test_states_add_up_to_the_nation() -> None:
    states, nation = split(load("state_overdose_deaths"))
    added = states.groupby("year")["deaths"].sum()
    assert added.equals(total().loc[added.index].rename_axis(added.index.name)), (
        "final deaths, by residence"
    )
    assert (nation["deaths"] == added.loc[nation.index]).all()
    states, nation = split(load("us_state_population"))
    assert (states.groupby("year")["population"].sum() == nation["population"]).all()


def test_states_by_occurrence_add_up_to_the_provisional_counts() -> None:
    added = load("state_overdose_occurrence").groupby("year")["deaths_occurred"].sum()
    counts = load("us_overdose_provisional").query(
        "drug == 'all drugs' and period_end.dt.month == 12"
    )
    assert added.tolist() == counts["reported_deaths_12mo"].tolist()


def test_crude_rates_follow_from_deaths_and_population() -> None:
    states = load("state_overdose_deaths").dropna(subset="population")
    crude = 100_000 * states["deaths"] / states["population"]
    assert (crude - states["crude_rate_per_100k"]).abs().max() < 0.051, "printed with one decimal"
    both = states.merge(load("us_state_population"), on=["state", "year"])
    other = both[both["population_x"] != both["population_y"]]
    assert set(other["year"]) == {*range(2010, 2016)}, (
        "from 2010 on the two tables follow different series; see the caution"
    )


def test_age_adjusted_rates_are_near_the_crude_ones() -> None:
    """Within a fifth, or within what one decimal of a small rate can hide."""
    people = (
        load("us_state_population")
        .query("state == 'United States'")
        .set_index("year")["population"]
    )
    both = load("us_overdose_rates").merge(
        load("us_overdose_deaths").query("co_involvement == 'all'"), on=["year", "drug"]
    )
    crude = 100_000 * both["deaths"] / both["year"].map(people)
    assert ((both["rate_per_100k"] - crude).abs() <= 0.051 + 0.05 * crude).all()
    states, nation = split(load("state_overdose_deaths"))
    national = (
        load("us_overdose_rates").query("drug == 'all drugs'").set_index("year")["rate_per_100k"]
    )
    assert (nation["age_adjusted_rate_per_100k"] == national.loc[nation.index]).all()
    rates = states.dropna(subset="crude_rate_per_100k")
    assert (
        (rates["age_adjusted_rate_per_100k"] / rates["crude_rate_per_100k"])
        .between(0.75, 1.35)
        .all()
    )


@pytest.mark.parametrize("other", ["any opioid", "synthetic opioids other than methadone"])
def test_with_and_without_another_drug_are_all_deaths_of_a_drug(other: str) -> None:
    counts = (
        load("us_overdose_deaths")
        .pivot(index=["year", "drug"], columns="co_involvement", values="deaths")
        .dropna(subset=[f"with {other}", f"without {other}"])
    )
    assert (
        len(counts) > 40
        and (counts[f"with {other}"] + counts[f"without {other}"] == counts["all"]).all()
    )


def test_no_part_exceeds_the_whole() -> None:
    deaths = load("us_overdose_deaths")
    assert (deaths["deaths"] <= deaths["year"].map(total())).all()
    provisional = load("us_overdose_provisional")
    assert (
        (provisional["predicted_deaths_12mo"] >= provisional["reported_deaths_12mo"])
        .fillna(True)
        .all()
    ), "predicted adds what is still to come"
    whole = provisional.query("drug == 'all drugs'").set_index("period_end")["reported_deaths_12mo"]
    assert (provisional["reported_deaths_12mo"] <= provisional["period_end"].map(whole)).all()


def test_twelve_months_move_slowly() -> None:
    """Two windows of twelve months share eleven: no total moves by more than a sixth, and no drug
    by more than a quarter, from one month to the next.
    """
    counts = load("us_overdose_provisional").pivot(
        index="period_end", columns="drug", values="reported_deaths_12mo"
    )
    change = counts.pct_change(fill_method=None).abs()
    assert change["all drugs"].max() < 1 / 6 and change.max().max() < 1 / 4


def test_vintages_agree_with_the_tables_they_were_taken_from() -> None:
    vintages = load("overdose_count_revisions")
    assert (vintages["known_on"] > vintages["period_end"]).all()
    final = vintages[(vintages["count"] == "final") & (vintages["known_on"] < "2026-10-01")]
    assert [total(row.drug)[row.period_end.year] for row in final.itertuples()] == final[
        "deaths"
    ].tolist()
    last = vintages[vintages["known_on"] == "2025-09-17"].merge(
        load("us_overdose_provisional"), on=["period_end", "drug"], how="left"
    )
    stored = last["reported_deaths_12mo"].where(
        last["count"] == "reported", last["predicted_deaths_12mo"]
    )
    assert stored.tolist() == last["deaths"].tolist()
    dated = vintages[vintages["as_of"].str.fullmatch(r"\d{4}-\d{2}-\d{2}")]
    assert (dated["as_of"] == dated["known_on"].dt.strftime("%Y-%m-%d")).all()
    days = vintages.groupby("as_of")["known_on"].nunique()
    assert days[days > 1].index.tolist() == ["2017-12 (total); 2018-03-30 (by drug)"], (
        "one release, one day"
    )


def test_two_copies_of_the_final_total_of_2024_differ_by_one_death() -> None:
    vintages = load("overdose_count_revisions")
    of_2024 = vintages[(vintages["period_end"] == "2024-12-31") & (vintages["count"] == "final")]
    copies = of_2024.query("drug == 'all drugs'")["deaths"]
    assert len(copies) == 2 and copies.max() - copies.min() == 1
    assert total()[2024] in copies.tolist()


def test_the_newer_snapshots_revise_only_what_was_still_open() -> None:
    """109 of the 124 shared months are equal; the others are of 2024 and 2025."""
    newer = load("us_synthetic_opioids_provisional")
    newer = newer.drop_duplicates("period_end", keep="last")
    older = load("us_overdose_provisional").query(f"drug == '{SYNTHETIC}'")
    both = older.merge(newer, on="period_end", suffixes=("", "_now"))
    moved = both[both["reported_deaths_12mo"] != both["reported_deaths_12mo_now"]]
    assert (len(both), len(moved)) == (124, 15)
    assert moved["period_end"].min() == pd.Timestamp("2024-02-29")
    assert (newer["reported_deaths_12mo"] <= newer["predicted_deaths_12mo"]).dropna().all()


def test_bounds_of_the_opioids_together_follow_from_the_tables() -> None:
    """Of 2016: deaths with heroin or a prescription opioid, each death once."""
    known = load("opioid_overlap_2016").set_index("item")["value"]
    rows = load("us_overdose_deaths").query("year == 2016")
    count = rows.set_index(["drug", "co_involvement"])["deaths"]
    synthetic = count[SYNTHETIC, "all"]
    without = count["any opioid", "all"] - synthetic
    unnamed = known["unspecified_most"] + known["opium_most"]
    with_synthetic = [
        count[drug, f"with {SYNTHETIC}"] for drug in ("heroin", "prescription opioids")
    ]
    assert without - unnamed + max(with_synthetic) == 24_325 > synthetic
    for item, deaths in zip(("share_heroin", "share_prescription"), with_synthetic, strict=True):
        assert abs(100 * deaths / synthetic - known[item]) < 0.1, "the letter and the table agree"
    assert (
        known["unspecified_rate"] ** 2 / known["unspecified_variance"] < known["unspecified_most"]
    )


# --- demand, prices, seizures, the border
# ----------------------------------------------------------------------------


def test_survey_shares_follow_from_the_survey_counts() -> None:
    pairs = load("nsduh_pairs")
    share = 100 * 1000 * pairs["cocaine_past_year_thousands"] / pairs["population"]
    assert (share - pairs["cocaine_past_year_pct"]).abs().max() < 0.0051, (
        "printed with two decimals"
    )
    assert (pairs["years"] == pairs["first_year"].map(lambda year: f"{year}-{year + 1}")).all()
    assert (pairs["marijuana_past_month_pct"].diff().abs().dropna() < 1).all(), (
        "pairs overlap by a year"
    )


def test_the_national_dispensing_rate_follows_from_the_states() -> None:
    states = load("opioid_dispensing_state").merge(
        load("us_state_population"), on=["state", "year"]
    )
    written = (
        (states["opioid_prescriptions_per_100_persons"] * states["population"])
        .groupby(states["year"])
        .sum()
    )
    nation = load("opioid_dispensing_us").set_index("year")
    assert (written / states.groupby("year")["population"].sum()).round(1).tolist() == nation[
        "per_100_from_states"
    ].dropna().tolist()
    both = nation.dropna()
    assert len(both) == 5 and (both["per_100_published"] == both["per_100_from_states"]).all(), (
        "as published, wherever it was published"
    )


def test_a_typical_price_lies_between_lowest_and_highest() -> None:
    prices = load("cocaine_prices")
    outside = prices[
        (prices["typical_usd"] < prices["min_usd"]) | (prices["typical_usd"] > prices["max_usd"])
    ]
    assert outside["flag"].tolist() == ["typical value lies outside the reported minimum-maximum"]
    assert not (prices["min_usd"] > prices["max_usd"]).any()


@pytest.mark.parametrize("table", ["mexico_seizures", "mexico_labs"])
def test_a_full_calendar_year_is_one(table: str) -> None:
    frame = load(table)
    start, end = frame["period_start"], frame["period_end"]
    whole = (start.dt.is_year_start) & (end == start + pd.offsets.YearEnd())
    assert (whole == (frame["full_calendar_year"] == "yes")).all()
    assert ((start <= end) | end.isna()).all()


def test_periods_of_poppy_are_years_or_parts_of_years() -> None:
    grown = load("poppy_cultivation")
    years = grown["period_start"] + pd.DateOffset(years=1, days=-1) == grown["period_end"]
    assert years.all(), "a survey year, from July on in Mexico's"
    assert (
        ((grown["low"] <= grown["hectares"]) & (grown["hectares"] <= grown["high"])).sum()
        == grown["low"].notna().sum()
        > 0
    )
    removed = load("poppy_eradication")
    assert (removed["period_start"] < removed["period_end"]).all() and removed[
        "period_start"
    ].dt.is_month_start.all()


def test_seizures_as_stated_are_the_kilograms_given() -> None:
    """The quoted text carries the number: in kilograms, or in metric tons."""
    frame = load("mexico_seizures")
    stated = frame["stated_as"].str.extract(r"([\d,.]+) ?(kg|metric tons|tons|tonnes|t)\b")
    number = pd.to_numeric(stated[0].str.replace(",", "").str.rstrip("."))
    kilograms = number.where(stated[1] == "kg", 1000 * number)
    assert (
        kilograms.dropna() - frame["seized_kg"]
    ).abs().dropna().max() < 0.5 and kilograms.notna().mean() > 0.5


def test_pounds_are_kilograms() -> None:
    frame = load("border_seizures_monthly")
    assert (0.45359237 * frame["seized_lb"] - frame["seized_kg"]).abs().max() < 0.002, (
        "both are printed with three decimals"
    )
    assert (
        frame["month"].dt.year + (frame["month"].dt.month >= 10) == frame["fiscal_year"]
    ).all(), "a fiscal year begins in October"


def test_months_of_a_port_fit_into_a_year() -> None:
    frame = load("crossings")
    assert (frame["zero_months"] <= frame["months_reported"]).all()
    assert (frame["crossings"].eq(0) == (frame["zero_months"] == frame["months_reported"])).all(), (
        "a year without a vehicle has only months without one"
    )
    assert (frame["months_reported"] < 12).sum() < len(frame) / 50, "few years are not whole"


# --- money, networks
# ------------------------------------------------------------------------------------------


def test_estimates_lie_in_their_ranges() -> None:
    frame = load("illicit_finance_estimates")
    assert not (
        (frame["low"] > frame["central"])
        | (frame["central"] > frame["high"])
        | (frame["low"] > frame["high"])
    ).any()
    assert frame[["low", "central", "high"]].notna().any(axis=1).all()


def test_units_say_what_is_measured() -> None:
    frame = load("financial_intelligence")
    assert ((frame["country"] == "Mexico") == (frame["agency"] == "UIF")).all()
    for word, unit in (
        ("pesos", "MXN"),
        ("accounts", "accounts"),
        ("persons blocked", "persons"),
        ("seizures", "seizures"),
    ):
        assert set(
            frame.loc[
                frame["measure"].str.startswith(word)
                | frame["measure"].str.endswith(f"{word} reported"),
                "unit",
            ]
        ) == {unit}, word


def test_lists_of_sanctions_change_little_from_one_snapshot_to_the_next() -> None:
    snapshots = load("sanctions_snapshots").groupby("snapshot_date")["entries"].sum()
    assert snapshots.pct_change().abs().dropna().max() < 0.15


def test_counts_of_theme_words_fit_into_their_texts() -> None:
    counts = load("theme_counts").groupby("text")["matches"].sum()
    words = load("texts").set_index("text")["words_counted"]
    assert (counts < words.loc[counts.index] / 8).all(), "few words of a text are theme words"


def test_ties_are_counted_once_and_weigh_something() -> None:
    edges = load("network_edges")
    assert (edges["source_id"] != edges["target_id"]).all() and (
        edges["weight"].fillna(1) > 0
    ).all()
    most = edges.groupby("network")["weight"].max()
    assert (edges["weight"] % 1 == 0).all() and most.pop("london_gang") <= 4, "closeness, 1 to 4"
    assert most.max() < 100, "calls or meetings of two people in one phase"
    assert ((edges["phase"] > 0) == (edges["network"] == "caviar")).all(), (
        "one network was watched in phases"
    )
    relations = load("organization_relations")
    pairs = relations[["a_id", "b_id"]].apply(
        lambda row: (*sorted(row), relations.loc[row.name, "relation"]), axis=1
    )
    assert (relations["a_id"] != relations["b_id"]).all() and pairs.is_unique


# --- violence
# ------------------------------------------------------------------------------------------


def test_victims_add_up_from_months_to_years_and_to_the_nation() -> None:
    """SESNSP by state and month, by state and year, and the nation."""
    months, years, nation = (
        load("mexico_sesnsp_by_state_month"),
        load("mexico_sesnsp_by_state_year"),
        load("mexico_homicides_official_sources").set_index("year"),
    )
    counted = ["victims_intentional_homicide", "victims_feminicide"]
    added = months.groupby(["inegi_code", months["month"].str[:4].astype(int).rename("year")])[
        counted
    ].sum()
    stored = years.set_index(["inegi_code", "year"])[counted]
    assert (added.loc[stored.index] == stored).all(axis=None)
    total = stored.groupby("year").sum()
    for column, published in zip(
        counted, ["sesnsp_new_method_victims", "sesnsp_feminicide_victims"], strict=True
    ):
        assert (total[column] == nation.loc[total.index, published]).all(), column
    reported = (
        months.dropna(subset=counted)
        .groupby(["inegi_code", months["month"].str[:4].astype(int).rename("year")])
        .size()
    )
    assert (
        reported.loc[stored.index] == years.set_index(stored.index.names)["months_reported"]
    ).all(), "months_reported counts the months that are filled"
    lacking = (12 - years["months_reported"]).groupby(years["year"]).sum()
    assert (nation.loc[lacking.index, "state_months_not_reported"] == lacking).all()
    investigations = nation["sesnsp_new_method_investigations"]
    assert (investigations < nation["sesnsp_new_method_victims"]).dropna().all(), (
        "an investigation has one victim or more"
    )


def test_months_that_oaxaca_did_not_report_are_empty_and_no_others() -> None:
    """The published file has 0 there; see the caution of the table."""
    months = load("mexico_sesnsp_by_state_month")
    gaps = months[months["victims_intentional_homicide"].isna()]
    assert set(gaps["inegi_code"]) == {"20"}
    assert list(gaps["month"]) == [
        *(f"2015-{month:02d}" for month in (1, 3, 4, 6, 7, 9, 10, 12)),
        "2016-10",
    ]
    assert (
        months["victims_feminicide"].isna() == months["victims_intentional_homicide"].isna()
    ).all()


def test_registered_homicides_add_up_to_the_nation() -> None:
    """INEGI by state, the definitive national counts, and the column beside SESNSP; 2019 by state
    is the preliminary count.
    """
    states, national = load("mexico_homicides_registered"), load("mexico_homicides_national")
    definitive = national[national["status"] == "definitive"].set_index("year_registered")[
        "homicides"
    ]
    preliminary = national[national["status"] == "preliminary"].set_index("year_registered")[
        "homicides"
    ]
    for (year, status), rows in states.groupby(["year", "status"]):
        assert (
            rows["homicides"].sum() == (definitive if status == "definitive" else preliminary)[year]
        ), year
    beside = load("mexico_homicides_official_sources").set_index("year")[
        "inegi_registered_homicide_deaths"
    ]
    assert (beside == definitive).all()
    assert ((preliminary / definitive).dropna() - 1).abs().max() < 0.04, (
        "preliminary counts are near"
    )


def test_the_other_count_by_state_stays_near_the_first() -> None:
    """Two files of INEGI's registered deaths: equal to a few deaths a state, but for 2019, which
    one file counts from microdata and the other has preliminary.
    """
    both = (
        load("mexico_homicides_by_state_year")
        .query("basis == 'year_registered' and year < 2016")
        .merge(load("mexico_homicides_registered"), on=["inegi_code", "year"])
    )
    assert len(both) == 26 * 32 and (both["state_x"] == both["state_y"]).all()
    away = (both["homicides_x"] - both["homicides_y"]).abs()
    assert away.max() < 100 and away.sum() < 0.01 * both["homicides_y"].sum()
    by_basis = (
        load("mexico_homicides_by_state_year")
        .groupby(["year", "basis"])["homicides"]
        .sum()
        .unstack()
        .dropna()
    )
    assert (by_basis["year_occurred"] / by_basis["year_registered"]).between(0.97, 1.02).all()


def test_people_of_the_states_add_up_to_the_nation() -> None:
    people = load("mexico_population")
    nation = people[people["inegi_code"] == "00"].set_index("year")["population"]
    assert (
        people[people["inegi_code"] != "00"].groupby("year")["population"].sum() == nation
    ).all()
    growth = (
        people.sort_values(["inegi_code", "year"]).groupby("inegi_code")["population"].pct_change()
    )
    assert growth.dropna().between(-0.01, 0.07).all()


@pytest.mark.parametrize(
    "table",
    [
        "mexico_population",
        "mexico_homicides_registered",
        "mexico_homicides_by_state_year",
        "mexico_sesnsp_by_state_year",
        "tilegrid_mexico",
    ],
)
def test_a_code_is_one_state(table: str) -> None:
    """Tiles have the short names of four states, for the map."""
    official = (
        load("mexico_homicides_registered")
        .drop_duplicates("inegi_code")
        .set_index("inegi_code")["state"]
    )
    frame = load(table).query("inegi_code != '00'")
    pairs = frame.drop_duplicates(["inegi_code", "state"]).set_index("inegi_code")["state"]
    assert len(pairs) == 32
    short = {code for code in pairs.index if pairs[code] != official[code]}
    assert short == ({"05", "15", "16", "30"} if table == "tilegrid_mexico" else set())
    assert all(pairs[code].removeprefix("Estado de ") in official[code] for code in short)


def test_deaths_by_dyad_add_up_to_the_deaths_of_non_state_conflict() -> None:
    dyads, kinds = load("ucdp_mexico_dyad_year"), load("ucdp_mexico_deaths_by_type")
    by_year = kinds[kinds["violence_type"] == "non-state"].set_index("year")["deaths_best"]
    assert dyads.groupby("year")["deaths_best"].sum().equals(by_year)


def test_best_estimates_lie_between_low_and_high() -> None:
    """In one row the stored copy has them out of order, by a few percent: a caution says so."""
    frame = load("ucdp_mexico_deaths_by_type")
    above = (
        pd.concat(
            [
                frame["deaths_low"] / frame["deaths_best"],
                frame["deaths_best"] / frame["deaths_high"],
            ],
            axis=1,
        ).max(axis=1)
        - 1
    )
    assert (above > 0).sum() == 1 and above.max() < 0.06


def test_a_dyad_is_active_from_twenty_five_deaths_on() -> None:
    dyads = load("ucdp_mexico_dyad_year")
    assert (dyads["ucdp_active_year"] == (dyads["deaths_best"] >= 25)).all()
    assert dyads.groupby("dyad_id")[["side_a", "side_b"]].nunique().eq(1).all(axis=None)


def test_two_editions_of_ucdp_agree_where_no_edition_revised() -> None:
    """Equal in 2006 and 2007; the later edition has more deaths in 2008 to 2018."""
    active = load("ucdp_mexico_dyad_year").query("ucdp_active_year == 1")
    ours = active.groupby("year")["deaths_best"].sum()
    other = load("ucdp_mexico_edition_23_1").set_index("year")
    theirs = other["deaths_best"]
    assert (ours.loc[2006:2007] == theirs.loc[2006:2007]).all()
    pairs = active.groupby("year").size()
    assert (pairs.loc[2006:2007] == other.loc[2006:2007, "pairs"]).all()
    assert (theirs >= 25 * other["pairs"]).all(), "which makes a pair active"
    assert (ours.loc[2008:2018] > theirs.loc[2008:2018]).all()


def test_attributed_killings_add_up_as_printed() -> None:
    """Seven months of Segob; every attributor below all homicides of the year."""
    table = load("mexico_attributed_killings")
    months = table[table["attributor"] == "Segob/CENAPI"]
    assert months["killings"].sum() == 7128 and len(months) == 7
    whole = table.dropna(subset=["year"])
    national = load("mexico_homicides_national").query("status == 'definitive'")
    homicides = national.set_index("year_registered")["homicides"]
    assert (whole["killings"] < homicides.loc[whole["year"]].to_numpy()).all()
    assert (whole["period"] == whole["year"].astype(str)).all()


def test_daily_average_of_september_2024_equals_the_months_victims() -> None:
    """A month of which both are at hand."""
    months = load("mexico_sesnsp_by_state_month").query("month == '2024-09'")
    daily = load("mexico_sesnsp_daily_average").set_index("month")["victims_a_day"]
    assert round(months["victims_intentional_homicide"].sum() / 30, 1) == daily["2024-09"]


def test_counts_of_missing_persons_agree() -> None:
    """Two readings of one register, of different days; statuses add up but for a few."""
    both = load("mexico_missing_persons").dropna()
    assert (both["still_missing_a"] / both["still_missing_b"]).between(0.95, 1.05).all()
    assert (both["still_missing"] <= both["still_missing_a"]).all()
    added = both[["located_alive", "located_dead", "still_missing"]].sum(axis=1)
    assert (added - both["registered"]).between(0, 7).all(), "a caution says where they differ"


# --- cooperation
# ------------------------------------------------------------------------------------------


def test_the_year_of_an_appointment_is_that_of_its_day() -> None:
    listed = load("career_ambassadors")
    assert (listed["date_appointed"].dt.year == listed["year_appointed"]).all()
    assert listed["date_appointed"].is_monotonic_increasing


def test_what_was_appropriated_to_mexico_never_falls_and_exceeds_what_was_delivered() -> None:
    frame = load("merida_cumulative").query("scope == 'Mexico'")
    appropriated, delivered = (
        frame[frame["measure"] == f"cumulative {name}"].sort_values("as_of_date")
        for name in ("appropriated since FY2008", "delivered since 2008")
    )
    assert (
        appropriated["value"].is_monotonic_increasing and delivered["value"].is_monotonic_increasing
    )
    assert (
        delivered["value"].max()
        < appropriated.loc[appropriated["as_of_date"] <= "2017-12-14", "value"].max()
    )


def test_the_best_count_of_extraditions_is_one_a_year() -> None:
    frame = load("extraditions")
    best = frame[frame["use"] == "best"]
    assert (
        best["year"].is_unique
        and set(best["period"]) == {"full year"}
        and set(best["direction"]) == {"Mexico to US"}
    )
    parts = frame["use"].str.contains("partial year|across two years|alternative")
    assert (parts == (frame["period"] != "full year")).all()
    two_years = frame["use"] == "twelve months across two years"
    assert (two_years == frame["period"].str.contains(r"\d{4}.*\d{4}")).all()
    narrower = frame[frame["use"] == "narrower count"].set_index("year")["persons"]
    both = narrower.index.intersection(best["year"])
    assert (
        len(both) == 3 and (narrower[both] < best.set_index("year").loc[both, "persons"]).all()
    ), "nationals are fewer than all"


def test_a_budget_is_said_in_the_scope_of_its_years() -> None:
    """A request has the scope of the year before it; what was enacted, that of its own year."""
    frame = load("drug_control_budget")
    named = frame[frame["scope"].str.fullmatch(r"\d{4} scope")]
    year = named["scope"].str[:4].astype(int)
    assert (year == named["fiscal_year"] - (named["status"] == "request")).all()
