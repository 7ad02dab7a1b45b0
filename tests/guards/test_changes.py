"""`check` leaves no lesson out that something has changed for: what a lesson's record does not name
is destroyed, all of it at once, and the lesson comes out the same.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from nbval_strict.records import Records

from helpers.catalogue import catalogue
from helpers.collection import current
from tests.guards.copies import ProjectCopy, run_python

pytestmark = pytest.mark.long

STRICT = ("-m", "pytest", "-q", "-p", "nbval_strict", "--nbval-strict", "--nbval-strict-warm")
GARBAGE = b"\x00 not what it was"
LOADED = re.compile(r"""\b(?:load|about)\(\s*["'](\w+)["']""")
#: Read by pytest before any plugin, or by the test itself.
SPARED = ("conftest.py", "pyproject.toml", "tests/sanitize.cfg")
LESSONS = (
    *("00_start_here", "01_reading_the_dialogue", "02_overdose_deaths", "03_places_and_rates"),
    *("04_demand", "05_fields_and_labs", "06_seizures", "07_at_the_border"),
    *("08_price_along_the_chain", "09_money", "10_networks", "11_violence_in_mexico"),
    *("12_cooperation", "13_weighing_the_claims", "es/06_seizures", "es/13_weighing_the_claims"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """A copy whose lessons have passed, each with its record."""
    made = ProjectCopy(tmp_path_factory.mktemp("recorded") / "copy")
    paths = [f"notebooks/{name}.ipynb" for name in LESSONS]
    done = run_python(made.root, *STRICT, "--nbval-strict-record", "-n", "2", *paths)
    assert done.returncode == 0 and "will run again" not in done.stdout, done.stdout[-3000:]
    return made


def record(copy: ProjectCopy, lesson: str) -> dict[str, Any]:
    folder = copy.root / ".pytest_cache" / "d" / "nbval-strict"
    kept = Records(folder, copy.root)
    found: dict[str, Any] = json.loads(
        kept.path(copy.root / "notebooks" / f"{lesson}.ipynb").read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_needs_nothing_that_its_record_does_not_name(
    copy: ProjectCopy, lesson: str, tmp_path: Path
) -> None:
    other = ProjectCopy(tmp_path / "copy")
    kept = record(copy, lesson)
    named = {os.path.relpath(path, copy.root) for path in [*kept["files"], *kept["entries"]]}
    destroyed = 0
    for name in other.state():
        if name not in named and name not in SPARED and not name.startswith("notebooks/es/"):
            (other.root / name).write_bytes(GARBAGE)
            destroyed += 1
    assert destroyed > 300
    # Of a file that counts by entries, the other entries are destroyed.
    for path, keys in kept["entries"].items():
        file = other.root / os.path.relpath(path, copy.root)
        whole = os.path.relpath(path, copy.root) in {
            os.path.relpath(file, copy.root) for file in kept["files"]
        }
        if not whole:
            content = json.loads(file.read_text(encoding="utf-8"))
            content = {key: value for key, value in content.items() if key in keys}
            file.write_text(json.dumps(content), encoding="utf-8")
    done = run_python(other.root, *STRICT, "-p", "no:xdist", f"notebooks/{lesson}.ipynb")
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_table_that_a_lesson_names_is_in_its_record(copy: ProjectCopy) -> None:
    tables = catalogue(current())
    checked = 0
    for lesson in LESSONS:
        notebook = json.loads((copy.root / "notebooks" / f"{lesson}.ipynb").read_text("utf-8"))
        code = "".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code")
        kept = record(copy, lesson)
        for name in set(LOADED.findall(code)) & set(tables):
            where = copy.root / "data" / tables[name]["topic"]
            entry = copy.root / "data" / "snapshot.json"
            files = kept["files"]
            assert str(where / "datapackage.json") in files, (lesson, name)
            assert name in kept["entries"][str(entry)], (lesson, name)
            if re.search(rf"""\bload\(\s*["']{name}["']""", code):
                assert str(where / tables[name]["path"]) in files, (lesson, name)
            checked += 1
    assert checked > 60
