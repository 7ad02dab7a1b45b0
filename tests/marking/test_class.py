"""A teacher's first class: what a platform gives is put into the inbox, and nothing is lost, left
out or counted without a word. One class is marked, then points are entered and it is marked again.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from helpers.collection import current
from helpers.lab import copy_of
from helpers.lessons import lesson_files
from marking import grade, place, points, store
from tests.marking import inbox as made
from tools import editions
from web import colab
from web.address import Address

FILE = "02_overdose_deaths.ipynb"
#: As Moodle exports it: the number is the school's.
ROSTER = """"First name","Last name","ID number","Email address",Groups
Alice,Adams,90000,alice@example.edu,1
Ben,Baker,90001,ben@example.edu,1
Cora,Castillo,90002,cora@example.edu,1
Eve,Evans,90004,eve@example.edu,1
"""
NO_LIMIT = ("-5", "0", "nan", "inf", "1e300", "x")
LOOP = "\nwhile True:\n    pass"
#: A start value, which is no answer, and then a loop that fails.
LOOP_THAT_FAILS = "answer = 0\nfor n in range(3):\n    answer = answer + rates"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass
class Class:
    """What the command said and wrote."""

    said: str
    tables: dict[str, list[dict[str, str]]]
    pages: dict[str, str]

    def by_learner(self, table: str) -> dict[str, dict[str, str]]:
        return {row["learner"]: row for row in self.tables[table]}


def mark(folder: Path, patch: pytest.MonkeyPatch) -> Class:
    printed: list[str] = []
    patch.setattr("builtins.print", lambda *texts: printed.append(" ".join(map(str, texts))))
    sandbox = [] if place.sandbox() else ["--no-sandbox"]
    arguments = [str(folder / "inbox"), "--roster", str(folder / "class.csv"), "--cell", "3"]
    grade.main([*arguments, *sandbox])
    patch.undo()
    marks = folder / "inbox_marks"
    return Class(
        "\n".join(printed),
        {path.name: rows(path) for path in marks.glob("*.csv")},
        {path.name: path.read_text(encoding="utf-8") for path in marks.rglob("*.html")},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three learners in one zip file by Moodle, one of them with cells that fail, and three files:
    one under half a name, and two of which one can count.
    """
    folder = tmp_path_factory.mktemp("class")
    cells = {"02.1": made.right("02.1") + LOOP, "02.2": LOOP_THAT_FAILS}
    failing = made.notebook(cells, ["1 / 0"], "Deaths.")
    moodle = {
        "Alice Adams_1001": made.notebook(opened="Deaths."),
        "Ben Baker_1002": failing,
        "Cora Castillo_1003": made.notebook(),
    }
    (folder / "inbox").mkdir()
    with zipfile.ZipFile(folder / "inbox" / "POL210-Lesson 02.zip", "w") as archive:
        for name, notebook in moodle.items():
            archive.writestr(f"{name}_assignsubmission_file_/{FILE}", json.dumps(notebook))
    made.put(folder / "inbox", f"Evans_1005_assignsubmission_file_{FILE}", made.notebook())
    made.put(folder / "inbox", "essays/a.ipynb", made.notebook())
    made.put(folder / "inbox", "essays/b.ipynb", made.wrong())
    (folder / "class.csv").write_text(ROSTER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def first(folder: Path) -> Class:
    with pytest.MonkeyPatch.context() as patch:
        return mark(folder, patch)


@pytest.fixture(scope="module")
def second(folder: Path, first: Class) -> Class:
    """The same after points were entered for Alice, and a comment alone for Ben."""
    table = folder / "inbox_marks" / points.OPEN_POINTS
    text = table.read_text(encoding="utf-8-sig")
    assert "Alice Adams,02,02.5,,4," in text
    text = text.replace("Alice Adams,02,02.5,,4,", "Alice Adams,02,02.5,3.5,4,")
    table.write_text(text.replace("Ben Baker,02,02.5,,4,", "Ben Baker,02,02.5,,4,Say more"))
    with pytest.MonkeyPatch.context() as patch:
        return mark(folder, patch)


class TestWhatTheCommandSays:
    """A line for each file that is nobody's or does not count, and what to do."""

    def test_a_file_of_nobody_on_the_roster(self, first: Class) -> None:
        assert "3 files are in no gradebook" in first.said
        assert f"file_{FILE}: it fits no one on the roster; did you mean Eve Evans?" in first.said
        assert "essays/a.ipynb: it fits no one on the roster\n" in first.said

    def test_a_file_that_does_not_count(self, first: Class) -> None:
        assert "One file does not count" in first.said and "b.ipynb counts" in first.said

    def test_open_answers_without_points(self, first: Class, second: Class) -> None:
        assert "2 open answers have no points yet, so moodle.csv and canvas.csv" in first.said
        assert "One open answer has no points yet, so moodle.csv and canvas.csv" in second.said


class TestTables:
    """Points and the most that can be had go together."""

    def test_everybody_in_the_zip_file_is_marked(self, first: Class) -> None:
        marks = first.by_learner("marks.csv")
        right = [marks[name]["02 right"] for name in ("Alice Adams", "Ben Baker", "Cora Castillo")]
        assert right == ["4", "2", "4"]
        assert first.by_learner("files.csv")["Eve Evans"]["status"] == "nothing was handed in"

    def test_before_an_open_answer_is_read(self, first: Class) -> None:
        alice = first.by_learner("marks.csv")["Alice Adams"]
        assert (alice["02 open"], alice["02 open of"]) == ("to read", "4")
        assert (alice["points"], alice["of"]) == ("4", "4")
        assert first.by_learner("files.csv")["Alice Adams"]["02.5"] == "to read"
        possible, *people = first.tables["canvas.csv"]
        assert possible["Lesson 02"] == "4" and "Lesson 02 open" not in possible
        assert [one["Lesson 02"] for one in people] == ["4", "2", "4", ""]

    def test_after_one_was_read(self, second: Class) -> None:
        marks = second.by_learner("marks.csv")
        shown = [
            (marks[name]["02 open"], marks[name]["points"], marks[name]["of"]) for name in marks
        ]
        assert shown[:3] == [("3.5", "7.5", "8"), ("to read", "2", "8"), ("0", "4", "8")]
        files = second.by_learner("files.csv")
        states = [files[name]["02.5"] for name in ("Alice Adams", "Ben Baker", "Cora Castillo")]
        assert states == ["3.5", "to read", "left blank"]

    def test_gradebooks_have_a_column_for_open_answers(self, second: Class) -> None:
        """An answer that is not read yet has an empty cell: it is no 0."""
        possible, *people = second.tables["canvas.csv"]
        assert (possible["Lesson 02"], possible["Lesson 02 open"]) == ("4", "4")
        shown = [(one["Lesson 02"], one["Lesson 02 open"]) for one in people]
        assert shown == [("4", "3.5"), ("2", ""), ("4", "0"), ("", "")]
        moodle = second.tables["moodle.csv"]
        assert [(one["Lesson 02"], one["Lesson 02 open"]) for one in moodle] == shown

    def test_a_number_of_the_school_is_no_number_of_canvas(self, first: Class) -> None:
        _, alice, *_ = first.tables["canvas.csv"]
        assert (alice["ID"], alice["SIS User ID"]) == ("", "90000")


class TestCellsThatFail:
    """What the learner reads says what to do."""

    def test_feedback(self, first: Class) -> None:
        page = first.pages["Ben Baker_02.html"]
        assert "look for a loop that never stops. (too long)" in page
        assert "A name is used that no cell above sets: restart the kernel" in page
        assert "(NameError)" in page and "it is an older copy, make a new one" in page
        results = re.findall(r'<th scope="row">.{4}</th>.*?</span> (.*?)</td>', page)
        assert results == ["could not be run"] * 2 + ["right"] * 2

    def test_states(self, first: Class) -> None:
        row = first.by_learner("files.csv")["Ben Baker"]
        states = [row[number] for number in made.numbers()]
        assert states == ["not run", "not run", "right", "right"] and row["traps"] == ""

    def test_a_comment_without_points(self, first: Class, second: Class) -> None:
        """Somebody who writes a comment has read the answer."""
        unread = "No person has read this answer yet."
        assert unread in first.pages["Ben Baker_02.html"]
        page = second.pages["Ben Baker_02.html"]
        assert unread not in page and "Comment: Say more" in page
        assert "<p>A person has read this answer; there are no points for it yet.</p>" in page

    def test_remarks(self, first: Class) -> None:
        remarks = first.by_learner("files.csv")["Ben Baker"]["remarks"]
        assert "one other cell failed (ZeroDivisionError)" in remarks
        assert "it may be an older copy" in remarks


def test_wrong_points_are_said_before_anything_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.put(tmp_path / "inbox", f"ana/{FILE}", made.notebook())
    marks = tmp_path / "inbox_marks"
    marks.mkdir()
    (marks / points.OPEN_POINTS).write_text("learner,exercise,points\nana,02.5,9\nana,02.5,x\n")
    assert grade.main([str(tmp_path / "inbox"), "--no-sandbox"]) == 2
    said = capsys.readouterr().out
    assert "line 2" in said and "line 3" in said and not (marks / "units").exists()


def test_a_full_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    made.put(tmp_path / "inbox", f"ana/{FILE}", made.notebook())
    monkeypatch.setattr(store, "write_atomically", full)
    assert grade.main([str(tmp_path / "inbox"), "--no-sandbox"]) == 2
    said = capsys.readouterr().out
    assert "could not be written (No space left on device). See" in said and "inbox_marks" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        *((["--limit", text], f"{text!r} is not a number from 2 to 86400") for text in NO_LIMIT),
        *((["--cell", text], f"{text!r} is not a number from 1 to 86400") for text in NO_LIMIT),
        *((["--memory", text], f"{text!r} is not a number from 0.5 to 1024") for text in NO_LIMIT),
        (["--workers", "0"], "'0' is not a whole number from 1 to 1024"),
        (["--workers", "-1"], "'-1' is not a whole number from 1 to 1024"),
        (["--workers", "2.5"], "'2.5' is not a whole number from 1 to 1024"),
        (["--roster", "none.csv"], "none.csv"),
        (["--merge", "nowhere"], "nowhere has no manifest.json"),
    ],
)
def test_what_is_wrong_is_said_before_results_are_forgotten(
    given: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.put(tmp_path / "inbox", f"ana/{FILE}", made.notebook())
    result = tmp_path / "inbox_marks" / "units" / "a.json"
    result.parent.mkdir(parents=True)
    result.touch()
    try:
        code = grade.main([str(tmp_path / "inbox"), "--no-sandbox", "--fresh", *given])
    except SystemExit as ended:
        code = int(str(ended.code))
    out, err = capsys.readouterr()
    assert code == 2 and said in out + err
    assert result.exists() and not (tmp_path / "inbox_marks" / "marks.csv").exists()


def test_fresh_forgets_results_of_an_inbox_that_has_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of no other: an inbox that was moved away by mistake costs nothing."""
    result = tmp_path / "inbox_marks" / "units" / "a.json"
    result.parent.mkdir(parents=True)
    result.touch()
    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(place, "build", lambda _, folder: folder)
    monkeypatch.setattr(place, "run", lambda *_: place.Run())
    arguments = [str(tmp_path / "inbox"), "--no-sandbox", "--fresh"]
    assert grade.main(arguments) == 2 and result.exists()
    made.put(tmp_path / "inbox", f"ana/{FILE}", made.notebook())
    assert grade.main(arguments) == 0 and not result.exists()


def test_a_file_with_the_name_of_another_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "inbox/Ben_05_fields_and_labs (1).ipynb"
    said = "its name says lesson 05, its content is lesson 02"
    for name in (other, f"inbox/ana/{FILE}", "inbox/zoe/2024-11-05.ipynb"):
        made.put(tmp_path, name, made.notebook())
    monkeypatch.setattr(place, "build", lambda _, folder: folder)
    monkeypatch.setattr(place, "run", lambda *_: place.Run())
    assert grade.main([str(tmp_path / "inbox"), "--no-sandbox"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert f"what it holds: {Path(other).name}: {said}" in printed and printed.count(said) == 1
    remarks = {one["file"]: one["remarks"] for one in rows(tmp_path / "inbox_marks" / "files.csv")}
    assert [said in remark for remark in remarks.values()] == [True, False, False]
    assert remarks[Path(other).name].startswith(said)


def test_headings_of_the_roster_that_are_not_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made.put(tmp_path / "inbox", f"ana/{FILE}", made.notebook())
    (tmp_path / "class.csv").write_text("Cognome;Nome;E-Mail\nRossi;Ana;ana@example.org\n")
    monkeypatch.setattr(place, "build", lambda _, folder: folder)
    monkeypatch.setattr(place, "run", lambda *_: place.Run())
    roster = ["--roster", str(tmp_path / "class.csv")]
    assert grade.main([str(tmp_path / "inbox"), "--no-sandbox", *roster]) == 0
    assert "were read: E-Mail; not understood and ignored: Cognome, N" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["lab", "nbgrader", "Colab", "older"])
def test_a_copy_of_today_is_not_called_older(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where cells fail: its texts are those of the lesson."""
    lesson = next(path for path in lesson_files(current()) if path.name == FILE)
    copies: dict[str, Callable[[], Any]] = {
        "lab": lambda: json.loads(copy_of(lesson, current())),
        "nbgrader": lambda: editions.nbgrader_source(lesson),
        "Colab": lambda: colab.lesson_copy(
            json.loads(lesson.read_text(encoding="utf-8")), "W.whl", Address("owner", "name")
        ),
        "older": made.notebook,
    }
    made.put(tmp_path / "inbox", f"ana/{FILE}", copies[kind]())
    run = place.Run(failed={3: "NameError"})
    monkeypatch.setattr(place, "build", lambda _, folder: folder)
    monkeypatch.setattr(place, "run", lambda *_: run)
    grade.main([str(tmp_path / "inbox"), "--no-sandbox"])
    (row,) = rows(tmp_path / "inbox_marks" / "files.csv")
    assert ("it may be an older copy" in row["remarks"]) == (kind == "older")
