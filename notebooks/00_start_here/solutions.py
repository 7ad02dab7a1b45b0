"""Solutions of lesson 00, as a learner might write them, and wrong answers that must not count."""

from helpers import load

deaths = load("us_overdose_deaths")
names = ["heroin", "cocaine", "synthetic opioids other than methadone"]
six = deaths[
    deaths["drug"].isin(names)
    & deaths["year"].isin([2010, 2016])
    & (deaths["co_involvement"] == "all")
]
joined = six.merge(load("us_overdose_rates"), on=["year", "drug"])

WRONG = {
    "00.1": [len(deaths.columns), len(six)],
    "00.2": [six["deaths"].max(), six["deaths"].min()],
    "00.3": [len(six.query("deaths >= 4000")), len(six), six.query("deaths < 4000")],
    "00.4": [
        six.sort_values("deaths")["deaths"].iloc[3],
        six["deaths"].iloc[3],
        six.sort_values("deaths")["deaths"].iloc[2],
        "heroin",
    ],
    "00.5": [8, 15469 / 365, 42.4, six["deaths"].max() / 366, six["deaths"].min() / 366, 0],
    "00.6": [six.groupby("drug")["deaths"].max(), six.groupby("year")["deaths"].min()],
    "00.7": [15469, six["deaths"].max(), joined["rate_per_100k"].max()],
    "00.8": ["synthetic opioids", "heroin", names[2]],
    "00.9": [0.2, 6.5, 4.1, 12433, "five"],
    "00.a": [26, 13000, 64000, "many"],
    "00.b": [10375, names[2], "heroin"],
    "00.c": [-12433, 6192, 16406, 15469],
    "00.d": [names, [3, 3, 3], 38],
    "00.e": ["yes", 58],
}


def exercise_1():
    return deaths.shape[0]


def exercise_2():
    return six["deaths"].max() - six["deaths"].min()


def exercise_3():
    return len(six[six["deaths"] < 4000])


def exercise_4():
    return six.sort_values("deaths").sort_values("drug", kind="stable").iloc[3]["deaths"]


def exercise_5():
    return round(six.query("year == 2016 and drug == 'heroin'")["deaths"].item() / 366, 1)


def exercise_6():
    return six.groupby("drug")["deaths"].min()


def exercise_7():
    return joined.query("year == 2016 and drug == 'heroin'")["rate_per_100k"].item()


def exercise_8():
    return "Cocaine"


def exercise_9():
    heroin = six.query("drug == 'heroin'").set_index("year")["deaths"]
    return round(heroin[2016] / heroin[2010], 1)


def practice_a():
    return 26_000


def practice_b():
    return six.query("year == 2016").set_index("drug")["deaths"].idxmin()


def practice_c():
    wide = six.pivot(index="drug", columns="year", values="deaths")
    return wide.loc["heroin", 2016] - wide.loc["heroin", 2010]


def practice_d():
    return [len(name) for name in [names[2], "heroin", "cocaine"]]


def practice_e():
    return "no"
