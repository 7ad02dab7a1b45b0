"""A contract says what a value may be, not what the file of today holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers import load
from tests.collection.test_data import each_table, fields_of


def in_years_and_days(name: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Columns of years and dates with a rule on their last value, and the last value there is."""
    for field in fields_of(name):
        if "maximum" not in field.get("constraints", {}):
            continue
        last = load(name)[field["name"]].max()
        if field["type"] == "date":
            yield field["name"], field, f"{last:%Y-%m-%d}"
        elif "year" in field["name"].split("_") and last >= 1900:
            yield field["name"], field, last


def is_closed(field: dict[str, Any]) -> bool:
    """Whether the description says, with a reason, that no other value can come."""
    return isinstance(field.get("closed"), str) and len(field["closed"]) > 20


@each_table
def test_no_limit_is_only_the_last_value_of_today(name: str) -> None:
    """A newer month must not break the contract: a limit is one that no value may ever pass."""
    fitted = [
        column
        for column, field, last in in_years_and_days(name)
        if str(field["constraints"]["maximum"]) == str(last) and not is_closed(field)
    ]
    assert not fitted, (
        f"{name}: the maximum of {fitted} is the last value there is today; leave it out, "
        f"or say in "
        'the entry "closed" of the column why no later value can come'
    )


@each_table
def test_a_grade_is_one_of_few(name: str) -> None:
    """So that another column in its place is refused."""
    grades = [field for field in fields_of(name) if field["name"] == "grade"]
    assert all({"enum", "pattern"} & set(field["constraints"]) for field in grades)


@each_table
def test_an_address_has_the_form_of_one(name: str) -> None:
    """So that another column in its place is refused."""
    for field in fields_of(name):
        cells = load(name)[field["name"]].dropna().astype(str)
        if len(cells) and cells.str.match("https?:").all():
            assert "pattern" in field["constraints"], field["name"]


@each_table
def test_a_year_is_a_year(name: str) -> None:
    """So that years in another unit, or another column in their place, are seen."""
    years = [field["name"] for field in fields_of(name) if field.get("unit") == "year"]
    assert load(name)[years].max().max() < 2100 or not years
