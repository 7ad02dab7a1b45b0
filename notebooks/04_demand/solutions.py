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
    "04.a": [2, [1999, 2002], 4],
    "04.b": [[2013, 2016], [2017, 2019], [2016, 2017, 2019], [2015, 2019], 2016],
    "04.c": [-9.7, 6.9, -0.4, -12.1, -2.8],
    "04.d": [86.2, 500106934, 84.8],
    "04.e": [91.8, 81.9, 82.2, 122, 119.1, 0.84],
    "04.f": [11, 47, 0.11],
    "04.g": [500, 485, 2000],
    "04.h": ["b", "c", "d", "e"],
    "04.1": [list("abcde"), list("de"), ["d"], list("be"), list("bcde"), list("abde"), ["a"]],
    "04.2": [states["opioid_prescriptions_per_100_persons"].mean(), 72],
    "04.3": [258, 100 * opioids[2019] / opioids[2012], 100 * opioids[2019] / opioids[2006], 2.06],
    "04.4": [2900, 485, 970],
}


def exercise_1():
    letters = []
    if pairs["marijuana_past_month_pct"][2018] > pairs["marijuana_past_month_pct"][2008]:
        letters.append("b")
    misuse = points.query(
        "drug == 'prescription pain reliever misuse' and recency == 'past year'"
    ).set_index("year")
    if (
        misuse["users_millions"][2019] < misuse["users_millions"][2015]
        and misuse["series"].nunique() == 1
    ):
        letters.append("d")
    if pairs["cocaine_past_year_thousands"][2010] < pairs["cocaine_past_year_thousands"][2002]:
        letters.append("e")
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


def practice_a():
    return 3


def practice_b():
    rows = points.query("drug == 'prescription pain reliever misuse' and recency == 'past month'")
    return rows["year"].to_list()


def practice_c():
    misuse = points.query("drug == 'prescription pain reliever misuse' and recency == 'past year'")
    millions = misuse.set_index("year")["users_millions"]
    errors = load("nsduh_standard_errors").query("drug == 'prescription pain reliever misuse'")
    error = errors.query("recency == 'past year' and year == 2019")["standard_error_thousands"]
    return round((millions[2019] - millions[2015]) / (error.sum() / 1_000 * 2**0.5), 1)


def practice_d():
    everywhere = load("opioid_dispensing_state").merge(
        load("us_state_population"), on=["state", "year"]
    )
    in_2012 = everywhere.query("year == 2012")
    rate, population = in_2012["opioid_prescriptions_per_100_persons"], in_2012["population"]
    return round((rate * population).sum() / population.sum(), 1)


def practice_e():
    rates = load("opioid_dispensing_us").set_index("year")["per_100_from_states"]
    return round(100 * rates[2016] / rates[2012], 1)


def practice_f():
    deaths = load("us_overdose_deaths").query("co_involvement == 'all'")
    deaths = deaths.pivot(index="year", columns="drug", values="deaths")
    share = 100 * deaths["synthetic opioids other than methadone"] / deaths["any opioid"]
    return round(share[2018])


def practice_g():
    return 500 + 500


def practice_h():
    return "a"
