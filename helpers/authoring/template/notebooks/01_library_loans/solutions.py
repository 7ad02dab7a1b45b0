"""Solutions of lesson 01 as a learner might write them, and wrong answers that must not count."""

from helpers import load

loans = load("library_loans")

WRONG = {"01.a": [len(loans.columns)], "01.1": [2019, loans["loans"].max()]}


def practice_a() -> int:
    """The number of years."""
    return len(loans)


def exercise_1() -> int:
    """The year with most loans."""
    return loans.sort_values("loans", kind="stable")["year"].iloc[-1]
