"""Keys of lesson 01: functions of the data, never typed answers."""

from helpers import load
from helpers.exercises import Keys

KEYS = Keys()


@KEYS.add("01.a", "Every row is a year: count the rows with len.")
def years() -> int:
    """The number of rows."""
    return len(load("library_loans"))


@KEYS.add(
    "01.1",
    "Look for the row with the largest value in the column loans, and give its year.",
    traps={
        "That is the number of loans; the year is asked for.": lambda: int(
            load("library_loans")["loans"].max()
        )
    },
)
def year_with_most_loans() -> int:
    """The year with the largest number of loans."""
    loans = load("library_loans").set_index("year")["loans"]
    return int(loans.idxmax())
