"""Solutions of lesson 13, as a learner might write them, and wrong answers that must not count."""

from helpers import claims, load

table = claims.ledger().reset_index().merge(load("claims")[["claim", "kind"]], on="claim")

WRONG = {
    "13.1": [10, 8, 17],
    "13.2": ["does not hold", "holds in one reading", "not enough evidence"],
    "13.3": ["existence", "causal"],
    "13.4": ["a", "c"],
}


def exercise_1():
    return len(table.query("on_the_day == now == 'not enough evidence'"))


def exercise_2():
    codes = load("judgments").query("coder == 'A'")
    codes = codes.drop(columns=["direction", "wording", "coder"])
    coded = load("evidence").merge(codes, on=["claim", "reading"])
    said = load("claims").query("claim == 'cocaine-13t'").iloc[0].copy()
    said["stated_value"] = 12_000
    said["direction"] = "more than"
    said["wording"] = "same"
    return claims.judge(said, coded).now


def exercise_3():
    decided = table[~table["confidence"].eq("none")]
    return decided.groupby("kind").size().sort_values(kind="stable").index[-1]


def exercise_4():
    return "b"
