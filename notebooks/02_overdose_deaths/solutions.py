"""Solutions of lesson 02, as a learner might write them, and wrong answers that must not count."""

from helpers import load

SYNTHETIC = "synthetic opioids other than methadone"
WRONG = {
    "02.a": [-11_228, 6605, 21.4, 63_632],
    "02.b": [484, 178, -306],
    "02.c": [10_375, 16_167],
    "02.d": [22_720, 9_688, 5_781, 18_813],
    "02.1": [17.6, 0.2143, 21.5, 17.7, None],
    "02.2": [3.0, 2.43, 1592, 102.5],
    "02.3": [[40_265, 32_050], [40_265, 64_100], [16_167, 32_050], 32_050, [32_050, 23_000]],
    "02.4": [2016, 2017, 2019],
}


def practice_a():
    total = load("us_overdose_deaths").query("drug == 'all drugs'").set_index("year")["deaths"]
    return total[2016] - total[2015]


def practice_b():
    of_2016 = load("overdose_count_revisions").query(
        "drug == 'all drugs' and period_end >= '2016-12-31' and period_end < '2017-01-01'"
    )
    latest = of_2016.query("count == 'reported'").sort_values("known_on")["deaths"].iloc[-1]
    return latest - of_2016.query("count == 'final'")["deaths"].iloc[0]


def practice_c():
    table = load("us_overdose_deaths").query(
        "year == 2019 and drug == 'cocaine' and co_involvement == 'all'"
    )
    return table["deaths"].iloc[0]


def practice_d():
    split = load("us_overdose_deaths").query(
        "year == 2016 and drug in ['heroin', 'prescription opioids'] and co_involvement != 'all'"
    )
    halves = split.pivot(index="co_involvement", columns="drug", values="deaths")
    return halves.loc[f"without {SYNTHETIC}"].max()


def exercise_1():
    total = load("us_overdose_deaths").query("drug == 'all drugs'").set_index("year")["deaths"]
    return round(100 * (total[2016] / total[2015] - 1), 1)


def exercise_2():
    april = load("overdose_count_revisions").query(
        "drug == 'all drugs' and period_end < '2017-01-01' and known_on >= '2019-04-30'"
        " and known_on < '2019-05-01'"
    )
    figures = april.set_index("count")["deaths"]
    more = figures["predicted"] - figures["reported"]
    return round(100 * more / figures["reported"], 1)


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
