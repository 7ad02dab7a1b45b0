"""Solutions of lesson 01, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.agreement import kappa

WRONG = {
    "01.1": [0.944, 0.192, 0.93, 20.29, 20.3, "0.2", None],
    "01.2": [["s08", "s17"], [], "poppy-progress", 1],
    "01.3": [0.786, 1.0, 0.944, 0.5, None],
    "01.4": [
        [
            "border",
            "cooperation",
            "demand",
            "health and prevention",
            "network",
            "supply",
            "violence",
            "weapons",
        ],
        ["cooperation"],
        4,
    ],
    "01.a": [["evaluation", "yes"], ["existence", "no"], ["causal", "no"], "evaluation"],
    "01.b": [0.94, 0.2, 1.0, "high"],
    "01.c": [0.8, 0.49, 35 / 36, 33 / 36, 33 / 33, 0.97, 33 / 34, 98.5],
    "01.d": [0.083, 30, 12],
    "01.e": [8, 5, 16, 20, ["s01"]],
}


def _readers(variable):
    return load("statement_codings").pivot(index="statement", columns="reader", values=variable)


def exercise_1():
    both = _readers("theme")
    a = both["A"].value_counts() / len(both)
    b = both["B"].value_counts() / len(both)
    return round((a * b).sum(), 2)


def exercise_2():
    both = load("statements").merge(_readers("kind"), on="statement")
    return both.query("first_list == 'yes' and A != B")["statement"].to_list()


def exercise_3():
    both = _readers("hedged")
    both.loc["s23", "B"] = "no"
    observed = (both["A"] == both["B"]).mean()
    yes = (both == "yes").mean()
    chance = yes["A"] * yes["B"] + (1 - yes["A"]) * (1 - yes["B"])
    return round((observed - chance) / (1 - chance), 2)


def exercise_4():
    counts = load("theme_counts").merge(load("texts"), on="text")
    joint = counts.query("side == 'joint'").pivot(index="theme", columns="text", values="matches")
    return joint.index[(joint > 0).all(axis="columns")].str.replace("_", " ").to_list()


def practice_a():
    return ["evaluation", "no"]


def practice_b():
    theme = _readers("theme")
    return round(kappa(theme["A"], theme["B"]), 2)


def practice_c():
    hedged = _readers("hedged")
    both = len(hedged.query("A == 'no' and B == 'no'"))
    each = len(hedged.query("A == 'no'")) + len(hedged.query("B == 'no'"))
    return round(2 * both / each, 2)


def practice_d():
    return round(100 * 3 / 36, 1)


def practice_e():
    listed = load("statements").merge(_readers("checkable"), on="statement")
    return len(listed.query("A == 'yes' and first_list == 'no'"))
