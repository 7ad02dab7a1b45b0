"""Solutions of lesson 04, as a learner might write them, and wrong answers that must not count."""

from helpers import load

pairs = load("nsduh_pairs").set_index("first_year")
points = load("nsduh_points")
states = (
    load("opioid_dispensing_state")
    .merge(load("us_state_population"), on=["state", "year"])
    .query("year == 2006")
)
opioids = load("us_overdose_deaths").query("drug == 'any opioid'").set_index("year")["deaths"]
people = (
    load("us_state_population").query("state == 'United States'").set_index("year")["population"]
)
money = load("opioid_funding_statements")

WRONG = {
    "04.1": ["abcde", "be", "de", "d", "a", ["b", "d", "e"]],
    "04.2": [states["opioid_prescriptions_per_100_persons"].mean(), 72],
    "04.3": [100 * opioids[2019] / opioids[2006], 100 * opioids[2019] / opioids[2012], 2.06],
    "04.4": [485, 970, 2900, "1970"],
}


def exercise_1():
    letters = ""
    if pairs["marijuana_past_month_pct"][2018] > pairs["marijuana_past_month_pct"][2008]:
        letters += "b"
    misuse = points.query(
        "drug == 'prescription pain reliever misuse' and recency == 'past year'"
    ).set_index("year")
    if (
        misuse["users_millions"][2019] < misuse["users_millions"][2015]
        and misuse["series"].nunique() == 1
    ):
        letters += "d"
    if pairs["cocaine_past_year_thousands"][2010] < pairs["cocaine_past_year_thousands"][2002]:
        letters += "e"
    return letters


def exercise_2():
    total = (states["opioid_prescriptions_per_100_persons"] * states["population"]).sum()
    return round(total / states["population"].sum(), 1)


def exercise_3():
    rates = opioids / people
    return round(100 * rates[2019] / rates[2012], 1)


def exercise_4():
    awards = money.query("kind == 'grant award' and date < '2019'")
    parts = awards.query("part_of_row_above == 'yes'")["amount_usd_million"].sum()
    return awards["amount_usd_million"].sum() - parts
