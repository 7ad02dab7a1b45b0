"""Solutions of lesson 06, as a learner might write them, and wrong answers that must not count."""

from helpers import load

border = load("border_seizures_monthly")
ports = border.query("component == 'ofo_ports_of_entry'")
mexico = load("mexico_seizures").query("full_calendar_year == 'yes'")
fentanyl = border.query("drug == 'fentanyl'")
last_year = border["fiscal_year"].max()

WRONG = {
    "06.a": [29.81, 40, 70],
    "06.b": [0.3, 20.6, 3.0],
    "06.c": ["a", "c"],
    "06.d": [14, 12],
    "06.e": [87.5, 33, 59],
    "06.1": [
        border.query("drug == 'cocaine' and fiscal_year == 2024")["seized_lb"].sum(),
        ports.query("drug == 'cocaine' and fiscal_year == 2024")["seized_kg"].sum(),
        12663,
    ],
    "06.2": [0.82, 18.1, 83.4, 89.0],
    "06.3": ["2023-06", "2020-08", "2021", "2021-03"],
    "06.4": ["a", "b"],
}


def practice_a() -> float:
    unodc = mexico.query("drug == 'cocaine' and source_id == 'UNODC_SEIZ_1990_2019'")
    in_2016 = unodc.query("period_start > '2015-12-31' and period_end < '2017-01-01'")
    return round(in_2016["seized_kg"].iloc[0] - 13_000)


def practice_b() -> float:
    return round(130_000 / 33_865, 1)


def practice_c() -> str:
    return "b"


def practice_d() -> int:
    return len(fentanyl.query("fiscal_year == @last_year")["month"].unique())


def practice_e() -> int:
    found = border.query("drug == 'heroin' and fiscal_year < @last_year")
    at_ports = found.query("component == 'ofo_ports_of_entry'")["seized_kg"].sum()
    between = found["seized_kg"].sum() - at_ports
    return round(100 * at_ports / (at_ports + 10 * between))


def exercise_1() -> int:
    return round(border.query("drug == 'cocaine' and fiscal_year == 2024")["seized_kg"].sum())


def exercise_2() -> float:
    year = "drug == 'cocaine' and fiscal_year == 2023"
    at_ports = ports.query(year)["seized_kg"].sum()
    return round(100 * at_ports / border.query(year)["seized_kg"].sum(), 1)


def exercise_3() -> str:
    by_month = border.query("drug == 'methamphetamine'").groupby("month")["seized_kg"].sum()
    return by_month.rolling(12).sum().idxmax().strftime("%Y-%m")


def exercise_4() -> str:
    return "C"
