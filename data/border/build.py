"""From the publisher's file to the table of crossings; the other table was compiled by hand."""

import pandas as pd

from helpers.authoring.update import Build

MEASURES = {"Trucks": "trucks", "Personal Vehicles": "personal_vehicles"}


def crossings(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per port, year and measure; a year with nothing but zeros is empty."""
    rows = raw[(raw["Border"] == "US-Mexico Border") & raw["Measure"].isin(MEASURES)]
    months = pd.DataFrame(
        {
            "port": rows["Port Name"],
            "year": pd.to_datetime(rows["Date"], format="mixed").dt.year.astype("int64"),
            "measure": rows["Measure"].map(MEASURES),
            "value": pd.to_numeric(rows["Value"].str.replace(",", "")),
        }
    )
    months["zero"] = months["value"] == 0
    table = months.groupby(["port", "year", "measure"], as_index=False).agg(
        crossings=("value", "sum"), months_reported=("value", "size"), zero_months=("zero", "sum")
    )
    ever = table.groupby(["port", "measure"])["crossings"].transform("sum") > 0
    table = table[ever].reset_index(drop=True)
    table["crossings"] = table["crossings"].astype("Int64")
    empty = table["zero_months"] == table["months_reported"]
    table.loc[empty & (table["months_reported"] == 12), "crossings"] = pd.NA
    return table


BUILDS = {
    "crossings": Build(
        page="https://data.bts.gov/Research-and-Statistics/Border-Crossing-Entry-Data/keg4-3bc2",
        address="https://data.bts.gov/api/views/keg4-3bc2/rows.csv?accessType=DOWNLOAD",
        edition="dataset keg4-3bc2; each release replaces the last",
        columns=("Port Name", "Border", "Date", "Measure", "Value"),
        read=crossings,
    )
}
