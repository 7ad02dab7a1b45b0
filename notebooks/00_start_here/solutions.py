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
    "00.3": [len(six), len(six.query("deaths >= 4000")), six.query("deaths < 4000")],
    "00.4": [*six.sort_values("deaths")["deaths"].iloc[[3, 2]], six["deaths"].iloc[3], "heroin"],
    "00.5": [six["deaths"].max() / 366, six["deaths"].min() / 366, 0],
    "00.6": [six.groupby("drug")["deaths"].max(), six.groupby("year")["deaths"].min()],
    "00.7": [six["deaths"].max(), joined["rate_per_100k"].max()],
    "00.8": ["heroin", "cocaine", names[2]],
    "00.9": [1 / 6, "six"],
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
    return "Synthetic opioids"


def exercise_9():
    synthetic = six.query("drug == @names[2]").set_index("year")["deaths"]
    return round(synthetic[2016] / synthetic[2010], 1)
