"""A sample of the mutation campaign: one lesson and one of its tables are broken some eighty times,
and every time a check goes red.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns.mutants import __main__ as campaign
from tests.campaigns.mutants import code, tables
from tests.lessons import LESSONS, ROOT, mime

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="mutants are run in forked processes"
)
SAMPLE = [
    "data",
    "outputs",
    "figures",
    "--tables",
    "us_cocaine_prices",
    "--lessons",
    "08",
    "--workers",
    "1",
]


@pytest.mark.long
def test_sample_is_killed(tmp_path: Path) -> None:
    record = tmp_path / "results.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.mutants", *SAMPLE, "--json", record],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    (lesson,) = [lesson for lesson in LESSONS if lesson.number == "08"]
    figures = sum("[plotted values" in mime(output, "text/plain") for _, output in lesson.outputs)
    assert sum(r["operator"] == "none" for r in results) == 1 + 1 + figures, (
        "controls: the lesson, its outputs and its figures"
    )
    assert {r["kind"] for r in results} == {"control", "data", "outputs", "figures"} and len(
        results
    ) > 80
    assert not [
        r
        for r in results
        if r["operator"] != "none" and not r["killed_by"] and r.get("looked_at", True)
    ]
    assert all(
        r["killed_by"].startswith("load()")
        for r in results
        if r["operator"].endswith("hash left alone")
    ), "a changed file is refused at once"


#: The question is which step is the largest, and it is the same one.
EQUIVALENT = ("1000 becomes 1100", "road[i + 1] + road[i]")


@pytest.mark.long
def test_sample_of_other_files_is_killed(tmp_path: Path) -> None:
    record = tmp_path / "results.jsonl"
    classes = ["contract", "catalogues", "answers", "prose"]
    chosen = ["--tables", "us_cocaine_prices", "--lessons", "08", "--sample", "3"]
    command = [*classes, *chosen, "--workers", "1", "--json", str(record)]
    subprocess.run(
        [sys.executable, "-m", "tests.campaigns.mutants", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    results = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert {r["kind"] for r in results} == {"control", *classes} and len(results) > 25
    assert not [r for r in results if r["operator"] == "none" and r["killed_by"]]
    left = [r for r in results if r["operator"] != "none" and not r["killed_by"]]
    assert not [r for r in left if r["looked_at"] and not r["name"].endswith(EQUIVALENT)]


def test_every_column_is_changed_once() -> None:
    changed = {
        (m.table, m.column)
        for m in tables.of_data(ROOT, 1, [])
        if m.operator == "change one value" and m.rehash
    }
    wanted = set()
    for name, (manifest, resource) in tables.resources(ROOT).items():
        header, rows = tables.read(manifest.parent / resource["path"])
        wanted |= {(name, column) for i, column in enumerate(header) if any(row[i] for row in rows)}
    assert changed == wanted


def test_survivors_are_told_and_end_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = [
        {"kind": "figures", "operator": "none", "name": "control", "killed_by": ""},
        {"kind": "figures", "operator": "swap axes", "name": "figure 1", "killed_by": "hash"},
        {"kind": "figures", "operator": "swap axes", "name": "figure 2", "killed_by": ""},
        {
            "kind": "data",
            "operator": "change one value",
            "name": "t.note",
            "killed_by": "",
            "looked_at": False,
        },
    ]
    monkeypatch.setattr(campaign, "run", lambda *_: [dict(r) for r in results])
    assert campaign.main(["figures"]) == 1
    said = capsys.readouterr().out
    assert (
        "| figures | swap axes | 2 | 1 | 50.0 % of 2 | hash 1 |" in said
        and "Below its aim of 100%: figures" in said
    )
    assert (
        "- figures, swap axes: figure 2" in said.split("nothing looks at")[0]
        and "- data, change one value: t.note" in said.split("nothing looks at")[1]
    )
    results[2]["killed_by"] = "hash"
    assert campaign.main(["figures"]) == 0
    results[0]["killed_by"] = "hash"
    assert campaign.main(["figures"]) == 1, "a red control makes the campaign worthless"


def test_letters_of_a_text_are_told_apart() -> None:
    assert code.words_only(
        '--- a\n+++ b\n-    raise E("Needs two.")\n+    raise E("XXNeeds two.XX")\n'
    )
    assert not code.words_only("--- a\n+++ b\n-    return n - 1\n+    return n + 1\n")
    assert not code.words_only(
        '--- a\n+++ b\n-    if by == "degree":\n+    if by == "XXdegreeXX":\n'
    ), "a name that the code goes by is no matter of spelling"
    assert not code.words_only('--- a\n+++ b\n-    if by == "degree":\n+    if by == "DEGREE":\n')
    assert code.words_only(
        '--- a\n+++ b\n-    said = "too large to count"\n+    said = "TOO LARGE TO COUNT"\n'
    )
    assert code.words_only('--- a\n+++ b\n-    "The rows "\n+    "the rows "\n')
    assert not code.words_only('--- a\n+++ b\n-    ", ".join(n)\n+    "XX, XX".join(n)\n')


def test_what_a_mutant_changes_is_read_from_the_broken_module() -> None:
    module = "\n".join(
        f"def x_f__mutmut_{which}(n):\n    return n {sign} 1\n"
        for which, sign in (("orig", "-"), ("1", "+"))
    )
    (diff,) = code.diffs(module).values()
    broken = code.result("helpers.values.x_f__mutmut_1", 0, diff)
    assert broken["name"] == "x_f__mutmut_1 return n - 1 / return n + 1"
    assert broken["operator"] == "helpers/values.py" and broken["looked_at"]
    assert not broken["killed_by"] and code.result("m.x_f__mutmut_1", 1, diff)["killed_by"]
    assert "(no test reaches it)" in code.result("m.x_f__mutmut_1", None, diff)["name"]
    assert "(code 2)" in code.result("m.x_f__mutmut_1", 2, diff)["name"]
