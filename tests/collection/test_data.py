"""The tables of this collection: each loads, is described in full, is valid by the public standard
and is used; its contract says what a value may be, not what today's file holds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from helpers import about, load, tables
from helpers.authoring.describe import outdated
from helpers.authoring.review import table_problems
from helpers.catalogue import catalogue
from tests.lessons import COLLECTION, LESSONS, ROOT, source

NAMES = list(tables().index)
FOLDER = COLLECTION.data
each_table = pytest.mark.parametrize("name", NAMES)


def fields_of(name: str) -> list[dict[str, Any]]:
    """The columns of a table as its description has them."""
    fields: list[dict[str, Any]] = about(name).resource["schema"]["fields"]
    return fields


@each_table
def test_loads(name: str) -> None:
    assert len(load(name)) == tables().loc[name, "rows"] > 0


@pytest.mark.parametrize(
    "package", sorted(FOLDER.glob("*/datapackage.json")), ids=lambda p: p.parent.name
)
def test_valid_by_the_public_standard(package: Path) -> None:
    from frictionless import validate

    report = validate(str(package))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_data_holds_nothing_else() -> None:
    described = {r["folder"] / r["path"] for r in catalogue(COLLECTION).values()}
    derived = {FOLDER / name for name in ("README.md", "snapshot.json", "collection.toml")}
    allowed = described | derived | set(FOLDER.glob("*/datapackage.json"))
    there = {p for p in FOLDER.rglob("*") if p.is_file() and p.suffix in (".csv", ".json")}
    assert there <= allowed, f"not described: {sorted(map(str, there - allowed))}"
    assert described <= there, f"described and absent: {sorted(map(str, described - there))}"


def test_descriptions_follow_from_the_files() -> None:
    assert not outdated(COLLECTION), "run `python3 course.py describe` and look at what it says"


@each_table
def test_cards_are_complete(name: str) -> None:
    resource = about(name).resource
    for entry in ("title", "row", "coverage", "cautions", "sources", "licenses"):
        assert resource[entry], f"{name}: {entry} is empty"
    units = [
        field["name"]
        for field in fields_of(name)
        if field["type"] in ("integer", "number") and not field.get("unit")
    ]
    assert set(units) <= {"order", "paragraph", "row", "stated_value"}, (
        f"{name}: say the unit of {units}"
    )


def test_every_table_is_used() -> None:
    assert not list(table_problems(COLLECTION, LESSONS))


#: Columns that say where a row comes from, or how sure its entries are: for whoever checks a row,
#: not for a lesson.
PROVENANCE = {
    "url",
    "source_url",
    "origin",
    "publication",
    "said_by",
    "seen_in",
    "release_date",
    "date_note",
    "date_precision",
    "precision",
    "proof",
    "icd10_codes",
    "unodc_name",
}
#: Columns that no lesson names, with the reason why they stay.
KEPT = {
    "arcs": "tests/collection/test_networks.py holds the networks to it",
    "in_degree_published": "tests/collection/test_networks.py holds our centralization to it",
    "out_degree_published": "tests/collection/test_networks.py holds our centralization to it",
    "betweenness_published": "tests/collection/test_networks.py holds our centralization to it",
    "deaths_low": "the range that the source gives with every count, and the subject of a caution",
    "deaths_high": "the range that the source gives with every count, and the subject of a caution",
    "program": "part of the key: without it rows could not be told apart",
    "entry_type": "part of the key: without it rows could not be told apart",
    "department": "says whose agency each is, for whoever checks the list",
    "organization": "the name in the list, so that a row can be looked up there",
    "actors": "says who acted on a date of the time line",
    "dyad_id": "the source's number of a pair of groups, so that a row can be looked up there",
    "exhibits": "how many samples the purity of a month rests on, for a reader who weighs it",
    "files_attempted_homicide": "a kind of file that the card tells apart from homicide",
}


def test_every_column_is_used() -> None:
    """A column that no lesson, helper, solution or row of evidence names is not in data/, unless it
    says where a row comes from.
    """
    code = [source(cell) for lesson in LESSONS for cell in lesson.code]
    files = [
        *(ROOT / "helpers").rglob("*.py"),
        *(ROOT / "notebooks").glob("*/*.py"),
        ROOT / "data" / "dialogue" / "evidence.csv",
    ]
    words = set(
        re.findall(
            r"\w+", "\n".join([*code, *(file.read_text(encoding="utf-8") for file in files)])
        )
    )
    columns = {field["name"] for name in NAMES for field in fields_of(name)}
    assert columns - words - PROVENANCE <= set(KEPT), "use these columns or take them out of data/"
    assert set(KEPT) | PROVENANCE <= columns, "these columns are gone: take them off the lists"


def test_text_lines_end_as_in_unix() -> None:
    for path in FOLDER.rglob("*.csv"):
        assert b"\r" not in path.read_bytes(), f"{path.name} has Windows line ends"


def test_provisional_counts_are_marked_as_proven() -> None:
    """580 values equal in another copy, 390 in a second keying, 22 rest on one reading: as the card
    says.
    """
    assert load("us_overdose_provisional")["proof"].value_counts().to_dict() == {
        "second copy": 580,
        "second keying": 390,
        "one reading": 22,
    }
