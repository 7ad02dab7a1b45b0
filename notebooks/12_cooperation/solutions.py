"""Solutions of lesson 12, as a learner might write them, and wrong answers that must not count."""

from helpers import load

shares = load("merida_cumulative").query("unit == 'percent'").set_index("measure")["value"]
persons = (
    load("extraditions")
    .query("direction == 'Mexico to US' and use == 'best'")
    .set_index("year")["persons"]
)
listed = load("career_ambassadors")

WRONG = {
    "12.1": [55, 46, 9],
    "12.2": [[(2006, 2007), (2009, 2021)], [(2006, 2007), (2014, 2017)], [(2021, 2009)], [], 2009],
    "12.3": [58, 24],
    "12.4": ["b", "c"],
}


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
    return "a"
