"""From the publisher's file to the table of seizures at the Southwest border.

The other tables here were compiled by hand; their cards say from what.
"""

import pandas as pd

from helpers.authoring.update import Build

COMPONENTS = {
    "Office of Field Operations": "ofo_ports_of_entry",
    "U.S. Border Patrol": "usbp_between_ports",
}
DRUGS = ["Cocaine", "Fentanyl", "Heroin", "Methamphetamine"]
MONTHS = {f"{pd.Timestamp(2000, month, 1):%b}".upper(): month for month in range(1, 13)}
KILOGRAMS = 0.45359237  # in one pound, by definition


def monthly(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per month, component and drug; a fiscal year begins in October of the year before."""
    rows = raw[(raw["Region"] == "Southwest Border") & raw["Drug Type"].isin(DRUGS)]
    fiscal = rows["FY"].str[:4].astype("int64")
    month = rows["Month (abbv)"].str.upper().map(MONTHS).astype("int64")
    year = fiscal - (month >= 10)
    first = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": 1}))
    table = pd.DataFrame(
        {
            "month": first.dt.strftime("%Y-%m-%d"),
            "fiscal_year": fiscal,
            "component": rows["Component"].map(COMPONENTS),
            "drug": rows["Drug Type"].str.lower(),
            "events": pd.to_numeric(rows["Count of Event"].str.replace(",", "")),
            "seized_lb": pd.to_numeric(rows["Sum Qty (lbs)"].str.replace(",", "")),
        }
    )
    keys = ["month", "fiscal_year", "component", "drug"]
    sums = table.groupby(keys, as_index=False)[["events", "seized_lb"]].sum()
    sums["events"] = sums["events"].astype("int64")
    sums["seized_kg"] = (sums["seized_lb"] * KILOGRAMS).round(3)
    sums["seized_lb"] = sums["seized_lb"].round(3)
    return sums


BUILDS = {
    "border_seizures_monthly": Build(
        page="https://www.cbp.gov/document/stats/nationwide-drug-seizures",
        edition="Nationwide Drug Seizures, fiscal years 2023 on; recent months are revised later",
        columns=(
            "FY",
            "Month (abbv)",
            "Component",
            "Region",
            "Drug Type",
            "Count of Event",
            "Sum Qty (lbs)",
        ),
        read=monthly,
    )
}
