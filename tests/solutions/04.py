"""Solutions of lesson 04, as a learner might write them, and wrong answers that must not count."""

from helpers import load

pairs = load("nsduh_pairs").set_index("first_year")
states = load("opioid_dispensing_state").merge(load("us_state_population"), on=["state", "year"]).query("year == 2006")
opioids = load("us_overdose_deaths").query("drug == 'any opioid'").set_index("year")["deaths"]
money = load("opioid_funding_statements")

WRONG = {
    "04.1": [29.5, -0.88, -0.295],
    "04.2": [states["opioid_prescriptions_per_100_persons"].mean(), 72],
    "04.3": [100 * opioids[2019] / opioids[2006], 2.15],
    "04.4": [970, 1000, "485"],
}


def exercise_1():
    users = pairs["cocaine_past_year_thousands"]
    return round(100 * (users[2010] - users[2002]) / users[2002], 1)


def exercise_2():
    total = (states["opioid_prescriptions_per_100_persons"] * states["population"]).sum()
    return round(total / states["population"].sum(), 1)


def exercise_3():
    return round(100 * opioids[2019] / opioids[2012], 1)


def exercise_4():
    return money.query("kind == 'grant award' and date < '2017-12-15'")["amount_usd_million"].sum()
