"""What must be true of the whole collection; the lessons themselves are re-run by nbval."""

from helpers.authoring.describe import outdated
from helpers.authoring.refresh import not_stored
from helpers.authoring.review import problems
from helpers.collection import current


def test_everything_fits_together() -> None:
    """Tables, claims, keys, solutions and numbers in prose."""
    assert not problems(current())


def test_descriptions_follow_from_the_tables() -> None:
    """The snapshot, data/README.md and the tables of lessons."""
    assert not outdated(current()), "run `python3 -m helpers describe` and look at what it says"


def test_every_lesson_has_its_results() -> None:
    """A cleared cell would not be compared."""
    assert not not_stored(current()), "run `python3 -m helpers refresh`"
