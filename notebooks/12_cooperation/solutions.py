"""Solutions of lesson 12, as a learner might write them, and wrong answers that must not count."""

from helpers import load

shares = load("merida_cumulative").query("unit == 'percent'").set_index("measure")["value"]
persons = (
    load("extraditions")
    .query("direction == 'Mexico to US' and use == 'best'")
    .set_index("year")["persons"]
)
listed = load("career_ambassadors")

merida = load("merida_cumulative").query("scope == 'Mexico' and unit == 'USD billion'")
totals = merida.set_index(["measure", "as_of_date"])["value"]
voted = totals["cumulative appropriated since FY2008"]
delivered = totals["cumulative delivered since 2008"]

WRONG = {
    "12.a": [62, 175, 43],
    "12.b": [200, 300, 150, 0.1],
    "12.c": [11, 249],
    "12.d": [23, 15, 5, 2],
    "12.1": [55, 46, 9],
    "12.2": [[(2006, 2007), (2009, 2021)], [(2006, 2007), (2014, 2017)], [(2021, 2009)], [], 2009],
    "12.3": [24, 58],
    "12.4": ["a", "b", "d"],
}


def practice_a():
    return round(100 * delivered["2017-03-31"] / voted["2017-06-29"])


def practice_b():
    return round(1000 * (voted["2019-03-06"] - 0.05 - voted["2017-06-29"] - 0.05))


def practice_c():
    return round(1.96 * (persons[2018] + persons[2019]) ** 0.5)


def practice_d():
    press = load("agencies_in_mexico").query("police_agency == 'yes'")["abbreviation"].to_list()
    return load("agencies_named_by_mexico")["abbreviation"].isin(press).sum()


def exercise_1():
    return (
        shares["share of FY2008-2010 funds obligated"]
        - shares["share of FY2008-2010 funds expended"]
    )


def exercise_2():
    found = []
    for first, second in ((2006, 2007), (2014, 2017), (2009, 2021)):
        spread = (persons[first] + persons[second]) ** 0.5
        if abs(persons[first] - persons[second]) / spread > 1.96:
            found.append((first, second))
    return found


def exercise_3():
    return len(listed[listed["date_appointed"] < "2000-01-01"])


def exercise_4():
    return "c"
