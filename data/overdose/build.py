"""From the publisher's files to tables of this folder: CDC's provisional counts and CDC WONDER.

The other tables here were compiled by hand from reports; their cards say from which.
"""

import pandas as pd

from helpers.authoring.update import Build

VSRR_PAGE = "https://www.cdc.gov/nchs/nvss/vsrr/drug-overdose-data.htm"
#: CDC's indicators and the names of the drug classes here.
DRUGS = {
    "Number of Drug Overdose Deaths": "all drugs",
    "Opioids (T40.0-T40.4,T40.6)": "any opioid",
    "Cocaine (T40.5)": "cocaine",
    "Heroin (T40.1)": "heroin",
    "Methadone (T40.3)": "methadone",
    "Natural & semi-synthetic opioids (T40.2)": "natural and semi-synthetic opioids",
    "Psychostimulants with abuse potential (T43.6)": "psychostimulants with abuse potential",
    "Synthetic opioids, excl. methadone (T40.4)": "synthetic opioids other than methadone",
}
MONTHS = [f"{pd.Timestamp(2000, month, 1):%B}" for month in range(1, 13)]


def _whole(cells: pd.Series) -> pd.Series:
    """Whole numbers, with or without thousands separators; what is not a number is missing."""
    plain = cells.str.replace(",", "").replace({"": None, "Suppressed": None, "Unreliable": None})
    return pd.to_numeric(plain).round().astype("Int64")


def _decimal(cells: pd.Series) -> pd.Series:
    plain = cells.replace({"": None, "Suppressed": None, "Unreliable": None})
    return pd.to_numeric(plain)


def _period_end(rows: pd.DataFrame) -> pd.Series:
    number = rows["Month"].map({name: i for i, name in enumerate(MONTHS, start=1)}).astype(str)
    first = pd.to_datetime(rows["Year"] + "-" + number + "-01", format="%Y-%m-%d")
    return (first + pd.offsets.MonthEnd(0)).dt.strftime("%Y-%m-%d")


def provisional(raw: pd.DataFrame) -> pd.DataFrame:
    """Twelve months ending in each month, the whole country, by drug class."""
    rows = raw[(raw["State"] == "US") & raw["Indicator"].isin(DRUGS)]
    rows = rows[rows["Period"].str.startswith("12 month")]
    incomplete = rows["Footnote"].str.contains("nderreported|ncomplete")
    table = pd.DataFrame(
        {
            "period_end": _period_end(rows),
            "drug": rows["Indicator"].map(DRUGS),
            "reported_deaths_12mo": _whole(rows["Data Value"]),
            "predicted_deaths_12mo": _whole(rows["Predicted Value"]),
            "status": incomplete.map(
                {True: "provisional, underreported", False: "final annual data included"}
            ),
            "proof": "publisher's file",
        }
    )
    return table.sort_values(["drug", "period_end"], kind="stable", ignore_index=True)


def states(raw: pd.DataFrame) -> pd.DataFrame:
    """Deaths of residents by state and year, from a query of CDC WONDER."""
    rows = raw[(raw["Notes"] == "") & (raw["State"] != "")]
    return pd.DataFrame(
        {
            "state": rows["State"],
            "year": rows["Year"].astype("int64"),
            "deaths": _whole(rows["Deaths"]),
            "population": _whole(rows["Population"]),
            "crude_rate_per_100k": _decimal(rows["Crude Rate"]),
            "age_adjusted_rate_per_100k": _decimal(rows["Age Adjusted Rate"]),
            "origin": "CDC WONDER",
        }
    )


BUILDS = {
    "us_overdose_provisional": Build(
        page=VSRR_PAGE,
        address="https://data.cdc.gov/api/views/xkb8-kh2a/rows.csv?accessType=DOWNLOAD",
        edition="dataset xkb8-kh2a; each release replaces the last and revises recent months",
        columns=(
            "State",
            "Year",
            "Month",
            "Period",
            "Indicator",
            "Data Value",
            "Footnote",
            "Predicted Value",
        ),
        read=provisional,
    ),
    "state_overdose_deaths": Build(
        page="https://wonder.cdc.gov/",
        edition=(
            "multiple cause of death, drug-induced, grouped by state and year, exported as text"
        ),
        columns=(
            "Notes",
            "State",
            "Year",
            "Deaths",
            "Population",
            "Crude Rate",
            "Age Adjusted Rate",
        ),
        read=states,
        separator="\t",
    ),
}
