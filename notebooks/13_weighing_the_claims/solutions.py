"""Solutions of lesson 13, as a learner might write them, and wrong answers that must not count."""

from helpers import claims, load

UNCHECKED = "cannot be checked with these data"
table = claims.ledger().reset_index().merge(load("claims")[["claim", "kind"]], on="claim")

WRONG = {
    "13.1": [11, 10, 18],
    "13.2": ["does not hold", "holds in one reading"],
    "13.3": ["existence", "causal"],
    "13.4": ["a", "c"],
}


def exercise_1():
    return len(table.query("on_the_day == @UNCHECKED and now == @UNCHECKED"))


def exercise_2():
    said = load("claims").query("claim == 'ambassadors-59'").iloc[0].copy()
    said["stated_value"] = 58
    said["direction"] = "at least"
    return claims.judge(said).now


def exercise_3():
    checked = table[~table["now"].eq(UNCHECKED)]
    return checked.groupby("kind").size().sort_values().index[-1]


def exercise_4():
    return "b"
