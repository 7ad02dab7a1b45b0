"""Solutions of lesson 02, as a learner might write them, and wrong answers that must not count."""

from helpers import load

SYNTHETIC = "synthetic opioids other than methadone"
WRONG = {
    "02.1": [17.6, 0.2143, "21 %", None],
    "02.2": [3.0, 1.5, 1592],
    "02.3": [[16_167, 32_050], [40_265, 32_050], 32_050, [32_050, 23_000]],
    "02.4": [2016, 2017, "2018"],
}


def exercise_1():
    total = load("us_overdose_deaths").query("drug == 'all drugs'").set_index("year")["deaths"]
    return round(100 * total.pct_change()[2016], 1)


def exercise_2():
    revisions = load("overdose_count_revisions")
    april = revisions[
        (revisions["known_on"] == "2019-04-30") & (revisions["period_end"] == "2016-12-31")
    ]
    figures = april.query("drug == 'all drugs'").set_index("count")["deaths"]
    return 100 * (figures["predicted"] - figures["reported"]) / figures["reported"]


def exercise_3():
    table = load("us_overdose_deaths").query(
        "year == 2019 and drug in ['cocaine', 'psychostimulants with abuse potential']"
    )
    wide = table.pivot(index="co_involvement", columns="drug", values="deaths")
    least = wide.loc[[f"with {SYNTHETIC}", f"without {SYNTHETIC}"]].max(axis="columns").sum()
    return [least, wide.loc["all"].sum()]


def exercise_4():
    table = load("us_overdose_deaths").query("co_involvement == 'all' and year <= 2019")
    wide = table.pivot(index="year", columns="drug", values="deaths")
    certain = wide[SYNTHETIC] > wide["heroin"] + wide["prescription opioids"]
    return int(certain.idxmax())
