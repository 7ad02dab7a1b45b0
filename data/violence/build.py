"""From the publisher's file to the table of victims by state and month (SESNSP, method of 2015).

The files of the method of 2026 are another series and have no build step. The other tables here
were compiled by hand or counted by others; their cards say from what.
"""

import pandas as pd

from helpers.authoring.update import Build

MONTHS = [
    "Enero",
    "Febrero",
    "Marzo",
    "Abril",
    "Mayo",
    "Junio",
    "Julio",
    "Agosto",
    "Septiembre",
    "Octubre",
    "Noviembre",
    "Diciembre",
]
#: Months of Oaxaca that the file holds as 0 because the state had not reported (elcri.men says so).
NOT_REPORTED = {
    ("20", month)
    for month in (
        *("2015-01", "2015-03", "2015-04", "2015-06", "2015-07", "2015-09", "2015-10", "2015-12"),
        "2016-10",
    )
}
CRIMES = {"Homicidio doloso": "victims_intentional_homicide", "Feminicidio": "victims_feminicide"}


def victims(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per state and month; a month that was not reported stays empty."""
    rows = raw[raw["Subtipo de delito"].isin(CRIMES)]
    long = rows.melt(
        id_vars=["Año", "Clave_Ent", "Subtipo de delito"],
        value_vars=MONTHS,
        var_name="name",
        value_name="count",
    )
    number = long["name"].map({name: f"{i:02d}" for i, name in enumerate(MONTHS, start=1)})
    table = pd.DataFrame(
        {
            "inegi_code": long["Clave_Ent"].str.zfill(2),
            "month": long["Año"] + "-" + number,
            "crime": long["Subtipo de delito"].map(CRIMES),
            "count": pd.to_numeric(long["count"].str.replace(",", "").replace("", None)),
        }
    )
    sums = table.groupby(["inegi_code", "month", "crime"])["count"].sum(min_count=1).unstack()
    filled = sums.reindex(columns=list(CRIMES.values())).astype("Int64")
    zero = (filled == 0).all(axis=1)
    filled.loc[zero & filled.index.isin(NOT_REPORTED)] = pd.NA
    return filled.reset_index()


BUILDS = {
    "mexico_sesnsp_by_state_month": Build(
        page="https://www.gob.mx/sesnsp",
        edition="Datos Abiertos de Incidencia Delictiva, victims by state, 2015 to 2025",
        columns=("Año", "Clave_Ent", "Subtipo de delito", *MONTHS),
        read=victims,
        encoding="latin-1",
    )
}
