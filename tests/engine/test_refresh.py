"""refresh: outputs come from it alone, it says what changed, and stores nothing that ends in an
error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.authoring import refresh
from helpers.authoring.refresh import not_stored
from helpers.collection import VARIABLE, current

Captured = pytest.CaptureFixture[str]


def write(path: Path, *sources: str) -> None:
    """Replace the cells of a notebook by code cells without outputs."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"] = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {"execution": {"status": "busy"}},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources, start=1)
    ]
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def notebook(own_toy: Path) -> Path:
    return own_toy / "notebooks" / "01_library_loans.ipynb"


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_outputs_are_stored_and_changes_said(notebook: Path, capsys: Captured) -> None:
    write(notebook, "print(6 * 7)", "print('a')\nprint('b')")
    assert not_stored(current())
    before = notebook.read_bytes()
    assert refresh.main(["01", "--check"]) == 1
    assert "would change" in capsys.readouterr().out and notebook.read_bytes() == before
    assert refresh.main(["01"]) == 0
    assert "+c1: 42" in capsys.readouterr().out and not not_stored(current())
    stored = read(notebook)
    assert [cell["execution_count"] for cell in stored["cells"]] == [1, 2]
    assert "".join(stored["cells"][1]["outputs"][0]["text"]) == "a\nb\n"
    assert "execution" not in stored["cells"][0]["metadata"], "no trace of when it ran"
    assert set(stored["metadata"]) == {"kernelspec", "language_info", "lesson", "pictures_from"}
    assert refresh.main(["01"]) == 0 and "unchanged" in capsys.readouterr().out


def test_nothing_is_stored_when_a_cell_ends_in_an_error(notebook: Path, capsys: Captured) -> None:
    write(notebook, "print(1)", "1 / 0")
    before = notebook.read_bytes()
    assert refresh.main([]) == 2
    said = capsys.readouterr().out
    assert "nothing was stored" in said and "ZeroDivisionError" in said
    assert notebook.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "seconds", "why"),
    [
        ("import time\ntime.sleep(600)", 1, "A cell timed out while it was being executed"),
        ("import os\nos._exit(1)", 60, "Kernel died"),
    ],
)
def test_a_run_that_breaks_off_is_said(
    source: str,
    seconds: int,
    why: str,
    notebook: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    """Seen on a busy machine: the imports of a lesson took more than a minute."""
    monkeypatch.setattr(refresh, "SECONDS_PER_CELL", seconds)
    write(notebook, source)
    before = notebook.read_bytes()
    assert refresh.main([]) == 2
    said = capsys.readouterr().out
    assert f"nothing was stored, because the run broke off ({why}" in said
    assert notebook.read_bytes() == before


def test_a_picture_that_a_page_shows_is_saved(notebook: Path) -> None:
    source = (
        "import seaborn as sns\nfrom helpers import finish, load\n"
        'ax = sns.lineplot(load("library_loans"), x="year", y="loans")\n'
        'finish(ax, title="Loans", unit="loans a year", source="library_loans")'
    )
    write(notebook, source)
    content = read(notebook)
    content["cells"][0]["metadata"]["save_picture"] = "loans.png"
    notebook.write_text(json.dumps(content), encoding="utf-8")
    assert refresh.main(["01"]) == 0
    assert (notebook.parent / "loans.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_lesson_and_no_collection(
    own_toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert refresh.main(["01", "77"]) == 2
    assert "No lesson has the number 77: the only lesson is 01." in capsys.readouterr().err
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert refresh.main([]) == 2 and "is not a collection" in capsys.readouterr().err


def cell(said: str) -> nbformat.NotebookNode:
    """A notebook with a cell that printed this."""
    output = nbformat.v4.new_output("stream", text=said)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(id="c1", outputs=[output])])


@pytest.mark.parametrize(
    ("stored", "now", "same"),
    [
        ("deaths  63,632", "deaths 63632", True),
        ("rate 4.10", "rate   4.1", True),
        ("0    16.0\nName: rate, dtype: float64", "0 16\nName: rate, dtype: float64", True),
        ("deaths 63,632", "deaths 63,633", False),
        ("deaths 63,632", "deaths -63,632", False),
        ("deaths 63,632", "deaths 63,632 in 2016", False),
        ("values 3da8cb1c", "values 3da8cb1d", False),
    ],
)
def test_layout_does_not_count_among_numbers(stored: str, now: str, same: bool) -> None:
    assert (refresh.as_numbers(cell(stored)) == refresh.as_numbers(cell(now))) == same


def test_with_other_packages_only_numbers_count(notebook: Path) -> None:
    write(notebook, "print('deaths 63,632')")
    assert refresh.main(["01"]) == 0
    for now, code in (("'deaths 63632'", 0), ("'deaths 63,633'", 1)):
        content = read(notebook)
        content["cells"][0]["source"] = f"print({now})"
        notebook.write_text(json.dumps(content), encoding="utf-8")
        assert refresh.main(["01", "--check", "--numbers"]) == code
