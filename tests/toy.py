"""A small collection on another topic, for tests of the engine and for the examples in its
docstrings: the one that `python3 -m helpers new` writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

#: helpers.collection.VARIABLE. Every worker of every run reads this file, also where only lessons
#: run again, so the engine is imported by whoever needs it.
VARIABLE = "HELPERS_COLLECTION"


def write_toy(folder: Path) -> Path:
    """Write the toy collection into an empty folder and describe it; its lesson has no outputs."""
    from helpers.authoring.new import write_collection

    write_collection(folder)
    describe(folder)
    return folder


def describe(folder: Path) -> None:
    """Do what `python3 -m helpers describe` does, without a process of its own."""
    from helpers.authoring.describe import outdated
    from helpers.collection import open_collection

    for path, text in outdated(open_collection(folder)).items():
        path.write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy collection, written once. Do not change it: take `own_toy` for that."""
    return write_toy(tmp_path_factory.mktemp("toy") / "library")


@pytest.fixture
def own_toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A toy collection of the test's own, which it may change; it is the current one."""
    folder = write_toy(tmp_path / "library")
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture(autouse=True)
def _examples_use_the_toy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if type(request.node).__name__ == "DoctestItem":
        monkeypatch.setenv(VARIABLE, str(request.getfixturevalue("toy")))


def add_table(
    folder: Path,
    name: str,
    text: str,
    fields: list[dict[str, Any]],
    key: list[str],
    **entries: Any,
) -> None:
    """Write a table and its description into a collection, in a topic of its own, and describe it.

    `entries` are added to the description of the table, or replace what it says.
    """
    topic = folder / "data" / name
    topic.mkdir(exist_ok=True)
    (topic / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
    described = {
        "name": name,
        "path": f"{name}.csv",
        "title": "SYNTHETIC: a table for a test",
        "row": "one row",
        "coverage": "Made up.",
        "cautions": ["SYNTHETIC."],
        "sources": [{"publisher": "P", "title": "T", "path": "nowhere", "retrieved": "never"}],
        "licenses": [{"title": "CC0", "read": "never"}],
        "schema": {"fields": fields, "primaryKey": key},
        **entries,
    }
    package = json.dumps({"name": name, "resources": [described]})
    (topic / "datapackage.json").write_text(package, encoding="utf-8")
    describe(folder)


def column(name: str, kind: str, **constraints: Any) -> dict[str, Any]:
    """The description of a column."""
    return {
        "name": name,
        "type": kind,
        "unit": "things",
        "description": name,
        "constraints": constraints,
    }
