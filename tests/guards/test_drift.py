"""Words follow the numbers: a month, a claim and a year more in three tables of a copy, described
as they should be, turn the right test red.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest

from helpers import load
from tests.guards.copies import Copy
from tests.guards.test_lesson_14 import append_row


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy with a month more of seizures, a claim more, and a year more of extraditions."""
    copy = Copy(tmp_path_factory.mktemp("drift") / "project")
    add_month(copy)
    add_claim(copy)
    add_year(copy)
    described = copy.helpers("describe")
    assert described.returncode == 0, described.stderr
    said = described.stdout.splitlines()
    changed = [line.split(":")[0] for line in said if re.match(r"\w+: .*more", line)]
    assert changed == sorted(
        ["border_seizures_monthly", "claims", "evidence", "extraditions", "judgments"]
    )
    return copy


def add_month(copy: Copy) -> None:
    """The rows of the last month once more, for the month after it."""
    path = copy.root / "data" / "seizures" / "border_seizures_monthly.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    last = lines[-1].split(",")[0]
    following = f"{pd.Timestamp(last) + pd.DateOffset(months=1):%Y-%m-%d}"
    added = [line.replace(last, following, 1) for line in lines if line.startswith(last)]
    path.write_text("\n".join([*lines, *added]) + "\n", encoding="utf-8", newline="\n")


def add_claim(copy: Copy) -> None:
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


def add_year(copy: Copy) -> None:
    """One more calendar year of extraditions, like the last one there is."""
    table = load("extraditions").query("use == 'best'")
    row = table[table["year"] == table["year"].max()].iloc[-1].dropna().to_dict()
    path = copy.root / "data" / "cooperation" / "extraditions.csv"
    append_row(path, {**row, "year": row["year"] + 1})


def test_a_month_more_makes_declared_numbers_red(copy: Copy) -> None:
    done = copy.helpers("review", "06")
    assert done.returncode == 1
    assert re.search(
        r"06_seizures/numbers\.toml, '.*': the data give \d+\. Correct the text\.", done.stdout
    )


def test_a_claim_more_belongs_to_no_lesson(copy: Copy) -> None:
    done = copy.helpers("review")
    assert done.returncode == 1
    assert "The claim 'one-more' is in the block of 0 lessons" in done.stdout


@pytest.mark.parametrize("number", ["06", "12", "13"])
def test_stored_results_are_red(copy: Copy, number: str) -> None:
    """Lesson 06 with the month, 12 with the year, 13 with the claim."""
    done = copy.strict_run(number)
    assert done.returncode == 1 and "mismatch" in done.stdout, done.stdout[-3000:]
