"""Solutions of lesson 13, as a learner might write them, and wrong answers that must not count."""

from helpers import claims, load

table = claims.ledger().reset_index().merge(load("claims")[["claim", "kind"]], on="claim")

evidence = load("evidence")


def as_coded_by(coder):
    codes = load("judgments").query("coder == @coder")
    return evidence.merge(
        codes[["claim", "reading", "admitted", "status"]], on=["claim", "reading"]
    )


_HOLDS = claims.ledger()[["on_the_day", "now"]].eq("holds")
WRONG = {
    "13.a": [5, 6, 7, 17],
    "13.b": [64000, 64116, 63632, 64895],
    "13.c": ["does not hold (A); not enough evidence (B)", "does not hold", "holds"],
    "13.d": [12, 64],
    "13.e": [3, 2],
    "13.f": ["holds", "does not hold"],
    "13.1": [int(_HOLDS["now"].sum()), int(_HOLDS.any(axis=1).sum()), 12, len(_HOLDS)],
    "13.2": ["holds in one reading", "does not hold", "not enough evidence"],
    "13.3": ["quantity", "comparison", "causal"],
    "13.4": ["a", "c", "d"],
}


def practice_a():
    return len(table.query("on_the_day == now"))


def practice_b():
    readings = claims.judge("overdose-64k").readings
    now = readings.query("figures == 'now' and reading == 'deaths in the country, reported count'")
    return now["value_low"].iloc[0]


def practice_c():
    return claims.judge("labs-136", as_coded_by("B")).now


def practice_d():
    fails = [word for word in table["now"] if "does not hold" in word]
    return round(100 * len(fails) / len(table.query("confidence != 'none'")))


def practice_e():
    readings = claims.judge("meth-26t").readings
    decide = readings.query("figures == 'now' and status == 'same quantity'")
    return len(decide["collectors"].unique())


def practice_f():
    return "not enough evidence"


def exercise_1():
    return len(table.query("on_the_day == 'holds' and now == 'holds'"))


def exercise_2():
    said = load("claims").set_index("claim", drop=False).loc["cocaine-13t"]
    said["stated_value"] = 12_000
    said["direction"] = "more than"
    said["wording"] = "same"
    return claims.judge(said, as_coded_by("A")).now


def exercise_3():
    held = table.query("now == 'holds'")
    return held.groupby("kind").size().sort_values(kind="stable").index[-1]


def exercise_4():
    return "b"
