"""describe: loads every table before it writes, says in words what changed, and ends in a sentence
whatever is wrong.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.authoring import describe
from helpers.collection import VARIABLE
from tests.toy import add_table, column

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def table(own_toy: Path) -> Path:
    return own_toy / "data" / "library" / "library_loans.csv"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a collection with its content."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_changed(own_toy: Path, capsys: Captured) -> None:
    before = state(own_toy)
    assert describe.main([]) == 0 and describe.main(["--check"]) == 0
    assert capsys.readouterr().out == "No table changed.\n" * 2
    assert state(own_toy) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2022,8708", "2022,8709", "library_loans: the same rows and gaps, other values."),
        ("2022,8708\n", "", "library_loans: 1 row fewer (5)."),
        ("2022,8708\n", "2022,8708\n2025,9001\n", "library_loans: 1 row more (7)."),
        (
            *("2022,8708\n", "2022,8708\n2025,9001\n2026,9002\n"),
            "library_loans: 2 rows more (8).",
        ),
    ],
)
def test_what_changed_is_said(
    own_toy: Path, table: Path, old: str, new: str, said: str, capsys: Captured
) -> None:
    edit(table, old, new)
    before = state(own_toy)
    assert describe.main(["--check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == said and "would change data/snapshot.json" in lines
    assert state(own_toy) == before, "--check changes nothing"
    assert describe.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == said and "wrote data/snapshot.json" in lines
    assert describe.main(["--check"]) == 0


def test_gaps_are_said(own_toy: Path, capsys: Captured) -> None:
    fields = [column("year", "integer"), column("n", "integer")]
    add_table(own_toy, "gaps", "year,n\n2020,\n2021,5\n", fields, ["year"])
    edit(own_toy / "data" / "gaps" / "gaps.csv", ",5", ",")
    describe.main([])
    assert capsys.readouterr().out.splitlines()[-1] == "gaps: 1 more empty cell in n."


def test_what_a_table_promises_is_in_the_readme(own_toy: Path) -> None:
    """So that a rule cannot be lost unseen."""
    fields = [
        column("id", "string", required=True, unique=True, pattern="a|b"),
        column("kind", "string", enum=["x", "y"]),
        column("share", "number", minimum=0, maximum=100),
    ]
    add_table(own_toy, "parts", "id,kind,share\na,x,50\n", fields, ["id", "kind"])
    page = (own_toy / "data" / "README.md").read_text(encoding="utf-8")
    for line in (
        "| id | string, required, unique, of the form `a\\|b` | things | id | 0 |",
        "| kind | string, one of x; y | things | kind | 0 |",
        "| share | number, at least 0, at most 100 | things | share | 0 |",
        "- Key: id, kind",
    ):
        assert line in page.splitlines(), line


def test_new_and_lost_tables_are_said(own_toy: Path, capsys: Captured) -> None:
    fields = [column("year", "integer")]
    add_table(own_toy, "gaps", "year\n2020\n", fields, ["year"])
    snapshot = own_toy / "data" / "snapshot.json"
    content = json.loads(snapshot.read_text(encoding="utf-8"))
    content["lost"] = content.pop("gaps")
    snapshot.write_text(json.dumps(content), encoding="utf-8")
    describe.main([])
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "lost: no longer there.",
        "gaps: new, 1 row.",
    ]


def test_a_file_that_no_description_names_is_said(own_toy: Path, capsys: Captured) -> None:
    (own_toy / "data" / "library" / "left_over.csv").write_text("year\n2020\n", encoding="utf-8")
    describe.main([])
    said = "data/library/left_over.csv: no datapackage.json describes this file."
    assert said in capsys.readouterr().out


def test_a_table_that_breaks_its_contract_stops_everything(
    own_toy: Path, table: Path, capsys: Captured
) -> None:
    """Also the tables that are fine are not described: the author looks at one thing at a time."""
    fields = [column("year", "integer")]
    add_table(own_toy, "fine", "year\n2020\n", fields, ["year"])
    edit(own_toy / "data" / "fine" / "fine.csv", "2020", "2021")
    edit(table, "2022,8708", "2022,-8708")
    before = state(own_toy)
    assert describe.main([]) == 2
    assert capsys.readouterr().err == (
        "Nothing was written. Table library_loans, column loans, line 5: at least 0 was promised, "
        "-8708 is there. Correct the cell; if the value is right, change the rule in "
        "data/library/datapackage.json.\n"
    )
    assert state(own_toy) == before


def test_a_snapshot_that_cannot_be_read_is_written_anew(own_toy: Path, capsys: Captured) -> None:
    """`load` sends the reader to describe, so describe must be able to repair it."""
    snapshot = own_toy / "data" / "snapshot.json"
    before = snapshot.read_bytes()
    for broken in (b"{", b"[1]", b"\xff", b'{"library_loans": {"rows": "many", "missing": 5}}'):
        snapshot.write_bytes(broken)
        assert describe.main([]) == 0, capsys.readouterr().err
        assert snapshot.read_bytes() == before
    snapshot.unlink()
    assert describe.main([]) == 0 and snapshot.read_bytes() == before


def test_no_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert describe.main([]) == 2
    assert "is not a collection: it has no data/collection.toml" in capsys.readouterr().err


def test_a_lesson_without_its_block(own_toy: Path, capsys: Captured) -> None:
    readme = own_toy / "README.md"
    readme.write_text(f"{describe.START}\n{describe.END}\n", encoding="utf-8")
    assert describe.main([]) == 0
    assert "[01 Library loans](notebooks/01_library_loans.ipynb)" in readme.read_text("utf-8")
    notebook = own_toy / "notebooks" / "01_library_loans.ipynb"
    notebook.write_text('{"metadata": {}, "cells": []}', encoding="utf-8")
    capsys.readouterr()
    assert describe.main([]) == 2
    assert "01_library_loans.ipynb has no block `lesson`" in capsys.readouterr().err


def test_the_glossary_names_the_lessons_that_link_a_term(own_toy: Path, capsys: Captured) -> None:
    page = own_toy / "notebooks" / "glossary.md"
    entries = "# Glossary\n\n### a loan\n\nA book.\n\n*Lessons:* none. *Compare:* x.\n"
    page.write_text(entries + "\n### shelf\n\nA board.\n\n*Lessons:* [99](99_x.ipynb).\n")
    lesson = sorted((own_toy / "notebooks").glob("*.ipynb"))[-1]
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "A [loan](glossary.md#a-loan)."
    lesson.write_text(json.dumps(notebook), encoding="utf-8")
    assert describe.main([]) == 0 and "wrote notebooks/glossary.md" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert f"*Lessons:* [{lesson.name[:2]}]({lesson.name}). *Compare:* x.\n" in text
    assert text.endswith("*Lessons:* .\n")
