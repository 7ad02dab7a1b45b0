"""Words follow the numbers: a month, a claim and a year more in three tables of a copy, described
as they should be, turn the right lesson red.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest

from helpers import load
from helpers.authoring.review import lesson_problems
from helpers.collection import VARIABLE
from helpers.lessons import read_lesson
from tests.guards.copies import CollectionCopy, strict_run
from tests.guards.test_lesson_14 import append_row

#: The lessons that show the month, the year, and the claim.
SHOWN_IN = ("06", "12", "13")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> CollectionCopy:
    """A copy with a month more of seizures, a claim more, and a year more of extraditions."""
    copy = CollectionCopy(tmp_path_factory.mktemp("drift"), *SHOWN_IN)
    add_month(copy)
    add_claim(copy)
    add_year(copy)
    copy.describe()
    return copy


def add_month(copy: CollectionCopy) -> None:
    """The rows of the last month once more, for the month after it."""
    path = copy.root / "data" / "seizures" / "border_seizures_monthly.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    last = lines[-1].split(",")[0]
    following = f"{pd.Timestamp(last) + pd.DateOffset(months=1):%Y-%m-%d}"
    added = [line.replace(last, following, 1) for line in lines if line.startswith(last)]
    path.write_text("\n".join([*lines, *added]) + "\n", encoding="utf-8", newline="\n")


def add_claim(copy: CollectionCopy) -> None:
    """A claim like the first quantity there is, with the evidence of that one."""
    claims, evidence = load("claims"), load("evidence")
    model = claims[claims["kind"] == "quantity"].iloc[0]
    columns = ("kind", "stated_value", "unit", "text", "url", "speaker")
    row = {name: model[name] for name in columns}
    row |= {"claim": "one-more", "order": len(claims) + 1, "as_of": f"{model['as_of']:%Y-%m-%d}"}
    row |= {"paraphrase": "One more.", "quote": "one more", "would_change": "Another count."}
    append_row(copy.root / "data" / "dialogue" / "claims.csv", row)
    first = evidence[evidence["claim"] == model["claim"]].iloc[0]
    pointer = {**first, "claim": "one-more", "known_on": f"{first['known_on']:%Y-%m-%d}"}
    pointer["reading"] = "one reading"
    append_row(copy.root / "data" / "dialogue" / "evidence.csv", pointer)
    coding = load("judgments").query("claim == @model['claim']").iloc[0].dropna().to_dict()
    coding |= {"claim": "one-more", "reading": "one reading"}
    append_row(copy.root / "data" / "dialogue" / "judgments.csv", coding)


def add_year(copy: CollectionCopy) -> None:
    """One more calendar year of extraditions, like the last one there is."""
    table = load("extraditions").query("use == 'best'")
    row = table[table["year"] == table["year"].max()].iloc[-1].dropna().to_dict()
    path = copy.root / "data" / "cooperation" / "extraditions.csv"
    append_row(path, {**row, "year": row["year"] + 1})


def test_a_month_more_makes_declared_numbers_red(
    copy: CollectionCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(copy.root))
    said = "\n".join(lesson_problems(read_lesson(copy.lesson("06"))))
    assert re.search(
        r"06_seizures/numbers\.toml, '.*': the data give \d+\. Correct the text\.", said
    )


@pytest.mark.long
def test_stored_results_are_red(copy: CollectionCopy) -> None:
    paths = [copy.lesson(number) for number in SHOWN_IN]
    for path, cells in strict_run(paths, copy.root / "report.xml").items():
        assert any("mismatch" in cell.difference for cell in cells), path.name
