"""A hostile inbox: no file, name, zip or stored answer costs anybody else their marks."""

from __future__ import annotations

import csv
import json
import os
import re
import time
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpers.exercises import ExerciseError
from marking import exercises, grade, intake, judge, points, report, roster, store, tables, values
from tests.marking import inbox as made
from tests.marking import stub

FILE = "02_overdose_deaths.ipynb"
NUMBERS = made.numbers()
SCRIPT = "<img src=x onerror=alert(1)>"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def first(text: str) -> dict[str, Any]:
    """A notebook whose first exercise is `text`, as it stands."""
    notebook = made.notebook()
    position = next(i for i, cell in enumerate(notebook["cells"]) if "02.1" in cell["source"])
    notebook["cells"][position]["source"] = text
    return notebook


@pytest.fixture
def run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs give the values that stand in the cells."""
    monkeypatch.setenv(stub.LOG, str(tmp_path / "runs.txt"))
    stub.install(monkeypatch.setattr)


#: Code of an exercise that Python cannot read, or not print again.
CODES = {
    "a zero byte": "answer = 1\x00\ncheck('02.1', answer)",
    "half a character": "answer = '\ud800'\ncheck('02.1', answer)",
    "an endless number": f"check('02.1', 0x{'f' * 20_000})",
    "many digits": f"check('02.1', {'9' * 20_000})",
    "deep parentheses": f"check('02.1', {'(' * 5_000}1{')' * 5_000})",
    "many signs": f"check('02.1', {'-' * 50_000}1)",
    "a long sum": f"check('02.1', {'+'.join(['1'] * 50_000)})",
    "deep calls": f"{'f(' * 3_000}{')' * 3_000}\ncheck('02.1', 1)",
    "deep attributes": f"check('02.1', a{'.a' * 20_000})",
}


class TestCode:
    """Code that cannot be read costs the exercise that it answers."""

    @pytest.mark.parametrize("name", sorted(CODES))
    def test_it_is_found_all_the_same(self, name: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            found = exercises.find(intake.read_notebook(json.dumps(first(CODES[name])).encode()))
        assert [number for _, number in found.cells if number] == NUMBERS

    def test_two_exercises_in_one_cell_are_both_found(self) -> None:
        both = "answer = 1\ncheck('02.1', answer)\nanswer = 2\ncheck('02.2', answer)\nprint(3)"
        found = exercises.find({"cells": [made.code(both)]})
        assert found.cells == [
            ("answer = 1\n", "02.1"),
            ("answer = 2\n\nprint(3)\n", "02.2"),
        ]

    @pytest.mark.parametrize(
        "cell",
        [
            "for option in 'abcd':\n    check('02.1', option)",
            "for answer in 'abcd':\n    if check('02.1', answer).credit:\n        break",
            "answer = next((x for x in range(99) if check('02.1', x).credit), ...)",
        ],
    )
    def test_a_loop_over_all_options_is_kept_as_code_that_gives_no_answer_away(
        self, cell: str
    ) -> None:
        """It runs where there is no key, so check() says nothing in it."""
        ((code, number),) = exercises.find({"cells": [made.code(cell)]}).cells
        assert number == "02.1" and code.strip() == cell

    def test_what_metadata_say_is_checked(self) -> None:
        cells = [
            made.code("answer = 5", metadata={"nbgrader": {"grade_id": ["answer-02-1"]}}),
            made.code("answer = 5", metadata={"nbgrader": 5}, id="x"),
            made.code("answer = 5", metadata={"nbgrader": {"grade_id": "answer-99-9"}}, id="x"),
            made.exercise("02.1", "answer = 6") | {"id": "x"},
            {"cell_type": "code", "metadata": None, "source": ["answer = 7\n", 5, None], "id": 4},
        ]
        found = exercises.find(intake.read_notebook(json.dumps({"cells": cells}).encode()))
        assert [number for _, number in found.cells] == ["", "", "99.9", "02.1", ""]

    def test_a_hundred_thousand_cells(self) -> None:
        start = time.process_time()
        cell = {"cell_type": "markdown", "source": "### Exercise 02.5 (open)"}
        with pytest.raises(intake.IntakeError, match="100,000 cells"):
            intake.read_notebook(json.dumps({"cells": [cell] * 100_000}).encode())
        exercises.find({"cells": [cell] * intake.MOST_CELLS})
        assert time.process_time() - start < 5


def broken_zips(folder: Path) -> dict[str, bytes]:
    """Zip files that are damaged on purpose, by learner."""
    whole = folder.parent / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ipynb", json.dumps(made.notebook()))
        archive.writestr("é.ipynb", json.dumps(made.notebook()))
    raw = whole.read_bytes()
    with zipfile.ZipFile(whole) as archive:
        start = archive.getinfo("a.ipynb").header_offset
    flagged = bytearray(raw)
    for found in re.finditer(rb"PK\x01\x02", raw):
        flagged[found.start() + 8] |= 1  # said to be encrypted
    return {
        "damaged": raw[: start + 60] + b"\xff" * 40 + raw[start + 100 :],
        "cut": raw[: len(raw) // 2],
        "not utf-8": raw.replace("é".encode(), b"\xff\xfe"),
        "encrypted": bytes(flagged),
        "other method": raw.replace(b"\x08\x00", b"\x63\x00"),
        "moved": raw.replace(b"PK\x05\x06", b"PK\x05\x06", 1)[:-10] + b"\xff" * 10,
    }


class TestFiles:
    """Whatever lies in the inbox has its row, and the others are marked."""

    @pytest.mark.parametrize(
        "name", ["damaged", "cut", "not utf-8", "encrypted", "other method", "moved"]
    )
    def test_a_damaged_zip_file_is_a_sentence(self, name: str, tmp_path: Path) -> None:
        made.put(tmp_path / "in", "joe.zip", broken_zips(tmp_path / "in")[name])
        made.put(tmp_path / "in", f"zoe/{FILE}", made.notebook())
        *joes, zoe = intake.take_in(tmp_path / "in")
        assert zoe.found is not None
        assert joes and any(one.problem.startswith("not marked: ") for one in joes)

    def test_names_in_a_zip_file_lead_nowhere(self, tmp_path: Path) -> None:
        names = ["../up", "/top", "C:\\x\\y", "CON", "a\nb", "a\x1b[2J", "aux.", "Ana", "ANA"]
        with zipfile.ZipFile(tmp_path / "joe.zip", "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the same name twice
            for name in [*names, "Ana"]:
                archive.writestr(f"{name}.ipynb", json.dumps(made.notebook()))
        taken = intake.take_in(tmp_path)
        assert len(taken) == 10 and {one.learner for one in taken} == {"joe"}
        assert len({one.file for one in taken}) == 10, "two files under one name"
        assert not any(re.search(r"[\x00-\x1f\x7f]", one.file) for one in taken)
        assert [path.name for path in tmp_path.iterdir()] == ["joe.zip"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
    def test_what_is_no_file_is_not_read(self, tmp_path: Path) -> None:
        inbox = tmp_path / "in"
        made.put(inbox, f"ana/{FILE}", made.notebook())
        (inbox / "joe").mkdir()
        os.mkfifo(inbox / "joe" / FILE)
        (inbox / "copy").symlink_to(inbox / "ana")
        (inbox / "ben").mkdir()
        (inbox / "ben" / FILE).symlink_to(inbox / "ana" / FILE)
        (inbox / "loop").symlink_to(inbox / "loop")
        taken = {one.file: one.problem for one in intake.take_in(inbox)}
        assert taken[f"ana/{FILE}"] == ""
        for name in (f"joe/{FILE}", "copy", f"ben/{FILE}", "loop"):
            assert re.match("not marked: it is a link|not marked: it is no file", taken[name])

    def test_two_names_that_look_alike_are_two_files(self, tmp_path: Path) -> None:
        composed, apart = "Jos\u00e9", "Jose\u0301"
        made.put(tmp_path, f"{composed}/{FILE}", made.notebook())
        made.put(tmp_path, f"{apart}/{FILE}", made.blank())
        if len(list(tmp_path.iterdir())) == 1:
            pytest.skip("this file system takes them for one")
        taken = intake.take_in(tmp_path)
        assert len({one.file for one in taken}) == 2


#: Names of learners that are code in a spreadsheet, a page, a terminal or a file system.
NAMES = [
    "=cmd|' !A0",
    "a;=1+1",
    "\uff1d1+1",
    SCRIPT,
    "joe?",
    "joe*",
    "JOE_",
    "NA",
    "nan",
    "CON",
    "\x1b[2J\x07",
    "line\nbreak, 02.5",
    "n" * 240,
    "é" * 110,
    "x..",
    "'Abd",
    "right to \u202eleft",
]


@pytest.mark.usefixtures("run_nothing")
class TestTheWholeWay:
    """From a hostile inbox to marks, feedback and report."""

    def test_hostile_names(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        inbox, marks = tmp_path / "inbox", tmp_path / "inbox_marks"
        for name in NAMES:
            made.put(inbox, f"{name}/{FILE}", made.notebook(opened="I"))
        made.put(inbox, f"last/{FILE}", made.notebook())
        assert grade.main([str(inbox)]) == 0
        files = rows(marks / "files.csv")
        assert [row["right"] for row in files] == ["4"] * (len(NAMES) + 1)
        said = capsys.readouterr().out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said.replace("\x1b[0m", ""))
        pages = sorted((marks / "feedback").iterdir())
        assert len({path.name.casefold() for path in pages}) == len(NAMES) + 1
        assert all(len(os.fsencode(path.name)) < 200 for path in pages)
        for path in [*pages, *_report(marks)]:
            text = path.read_text(encoding="utf-8")
            assert "<img" not in text and "\u202e" not in text
        for path in marks.glob("*.csv"):
            for separator in ",;\t":
                with path.open(encoding="utf-8-sig", newline="") as stream:
                    cells = [
                        cell for row in csv.reader(stream, delimiter=separator) for cell in row
                    ]
                assert not [cell for cell in cells if re.match(r"[=+@\uff1d\uff0b\uff20]", cell)]

    def test_an_open_answer_cannot_pass_for_anothers(self, tmp_path: Path) -> None:
        inbox, marks = tmp_path / "inbox", tmp_path / "inbox_marks"
        forged = f"Mine.\n\n## ben, 02.5\n\nBrilliant {SCRIPT} ![x](y) \ud800 \x00\x1b[2J"
        made.put(inbox, f"joe/{FILE}", made.notebook(opened=forged))
        made.put(inbox, f"ben/{FILE}", made.notebook(opened="Poor."))
        assert grade.main([str(inbox)]) == 0
        page = (marks / "open_answers_02.md").read_text(encoding="utf-8")
        assert re.findall("^## .*", page, re.M)[-2:] == ["## ben, 02.5", "## joe, 02.5"]
        assert "Brilliant" in page and "<img" not in page and "![x]" not in page
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", page)

    def test_points_of_odd_names_and_comments_stay(self, tmp_path: Path) -> None:
        inbox, marks = tmp_path / "inbox", tmp_path / "inbox_marks"
        names = ["'Abd", "'=x", "=x", "-y", "last"]
        for name in names:
            made.put(inbox, f"{name}/{FILE}", made.notebook(opened="I"))
        grade.main([str(inbox)])
        path = marks / points.OPEN_POINTS
        table = rows(path)
        for row in table:
            row["points"], row["comment"] = "2", "- good"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, table[0].keys())
            writer.writeheader()
            writer.writerows(table)
        for _ in range(3):
            grade.main([str(inbox)])
        assert [row["points"] for row in rows(marks / "marks.csv")] == ["6"] * len(names)
        entered, comments = points.read_points(path, {"02.5": 4})
        assert {who for who, _ in entered} == set(names)
        assert set(comments.values()) == {"- good"} and len(comments) == len(names)

    def test_marks_inside_the_inbox_are_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made.put(tmp_path, f"joe/{FILE}", made.notebook())
        assert grade.main([str(tmp_path), "--out", str(tmp_path / "marks")]) == 2
        assert "outside the inbox" in capsys.readouterr().out

    def test_two_of_one_name_have_marks_of_their_own(self, tmp_path: Path) -> None:
        inbox = tmp_path / "inbox"
        people = tmp_path / "class.csv"
        people.write_text("name,id\nAnn Lee,1\nAnn Lee,2\nJo May,3\nMay Jo,4\n", encoding="utf-8")
        made.put(inbox, f"1/{FILE}", made.notebook())
        made.put(inbox, f"2/{FILE}", made.blank())
        made.put(inbox, f"Jo May/{FILE}", made.notebook())  # of whom?
        assert grade.main([str(inbox), "--roster", str(people)]) == 0
        table = {row["learner"]: row["points"] for row in rows(tmp_path / "inbox_marks/marks.csv")}
        assert table == {
            "Ann Lee (1)": "4",
            "Ann Lee (2)": "0",
            "Jo May": "0",
            "May Jo": "0",
            "Jo May (?)": "4",
        }

    def test_a_roster_of_formulas_and_scripts(self, tmp_path: Path) -> None:
        inbox, people = tmp_path / "inbox", tmp_path / "class.csv"
        evil = '"=HYPERLINK(""http://x"")",=1,@x\n"<script>alert(1)</script>",+2,-y\n'
        people.write_text(f"name,id,mail\n{evil}", encoding="utf-8")
        made.put(inbox, f"+2/{FILE}", made.notebook())
        assert grade.main([str(inbox), "--roster", str(people)]) == 0
        marks = tmp_path / "inbox_marks"
        for path in marks.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                cells = [cell for row in csv.reader(stream) for cell in row]
            assert not [cell for cell in cells if re.match(r"[=+@-]", cell)], path.name
        for path in [*(marks / "feedback").iterdir(), *_report(marks)]:
            assert "<script" not in path.read_text(encoding="utf-8")

    def test_a_key_that_breaks_is_a_sentence(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made.put(tmp_path / "inbox", f"joe/{FILE}", made.notebook())

        def broken(_: str) -> None:
            raise ExerciseError("02/key.py cannot be run: it is broken")

        monkeypatch.setattr(grade, "scored", broken)
        assert grade.main([str(tmp_path / "inbox")]) == 2
        assert "key.py cannot be run" in capsys.readouterr().out


def _report(marks: Path) -> list[Path]:
    assert report.main([str(marks)]) == 0
    return [marks / "report.html"]


class TestWhoseFile:
    """A file goes to nobody rather than to the wrong learner."""

    PEOPLE = (
        roster.Learner("Ann Smith", "2", "li", "ann@example.org"),
        roster.Learner("李雷", "7", "", "lei@example.org"),
        roster.Learner("Ana López", "Participant 12", "", ""),
    )

    @pytest.mark.parametrize(
        ("file", "index"),
        [
            (f"王芳2/{FILE}", None),
            (f"王 Li/{FILE}", None),
            (f"李雷/{FILE}", 1),
            (f"Ana López_2_assignsubmission_file_/{FILE}", None),
            (f"Zoe_12_assignsubmission_file_/{FILE}", 2),
            (f"Ana López_99_assignsubmission_file_/{FILE}", 2),
        ],
    )
    def test_matches(self, file: str, index: int | None) -> None:
        matched = roster.match([intake.named(file)], list(self.PEOPLE))
        assert matched[file] == (None if index is None else self.PEOPLE[index])


def plain(value: Any) -> dict[str, Any]:
    return {"kind": "plain", "value": value}


def entries(kind: str, values_: list[Any]) -> dict[str, Any]:
    return {"kind": kind, "entries": values_}


#: Answers as no run writes them, which would stop the judge or wear it out.
FORGED = {
    "a huge whole number": plain(10**4000),
    "a long text": plain("1" * 7_000_000 + "x"),
    "a text of lines": plain("a" + "_" * 7_000_000),
    "a long text in a list": entries("list", [plain("_" * 1_900)] * 4_000),
    "a set of long texts": entries("set", [plain("a" + "_" * 1_900 + "!")] * 4_000),
    "a set of numbers": entries("set", [plain(n / 7) for n in range(5_000)]),
    "an array of arrays": entries("array", [entries("array", [plain(1)] * 9)] * 500),
    "infinite, as if plain": plain(float("inf")),
    "the present": {"kind": "time", "value": "now"},
    "today": {"kind": "period", "value": "today", "freq": "M"},
    "a period of weeks": {"kind": "period", "value": "2017", "freq": "W-" + "X" * 10**6},
    "labels in labels": {
        "kind": "series",
        "index": [entries("list", [entries("list", [plain(1)])])],
        "values": [plain(1)],
    },
    "the same columns": {
        "kind": "frame",
        "index": entries("list", [plain(1)]),
        "columns": [plain("year")] * 9,
        "values": [entries("list", [plain(1)])] * 9,
    },
    "nothing at all": entries("set", []),
    "an empty series": {"kind": "series", "index": [], "values": []},
    "true": plain(True),
    "not a number": {"kind": "float", "value": "nan"},
    "missing": {"kind": "missing"},
    "untouched in a list": entries("list", [{"kind": "untouched"}]),
    "every letter": plain("abcdefgh"),
    "letters in a list": entries("list", [plain(x) for x in "abcdefgh"]),
    "an empty text": plain(""),
}


@pytest.mark.parametrize("name", sorted(FORGED))
def test_a_forged_answer_is_judged_at_once_and_never_right(name: str) -> None:
    scored = judge.scored("02") + judge.scored("05")
    for one in scored:
        one.key()
    start = time.process_time()
    for one in scored:
        mark = judge.judge_one(one, {"answer": FORGED[name], "error": "", "printed": ""})
        assert mark.credit == 0, one.id
    assert time.process_time() - start < 3


@pytest.mark.long
def test_no_answer_opens_every_lock() -> None:
    from helpers.collection import current
    from helpers.lessons import choose_lessons

    universal = [name for name in FORGED if name not in ("true", "every letter")]
    for lesson in choose_lessons(current()):
        for one in judge.scored(lesson.name[:2]):
            for name in universal:
                mark = judge.judge_one(one, {"answer": FORGED[name]})
                assert mark.credit == 0, (one.id, name)


def test_an_unreadable_comparison_costs_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RecursionError("deep")

    monkeypatch.setattr(judge, "judge", broken)
    mark = judge.judge_one(judge.scored("02")[0], {"answer": plain(1)})
    assert mark.state == judge.NOT_RUN and "RecursionError" in mark.remark


def test_nbgrader_gets_one_student_for_each_learner() -> None:
    from marking import to_nbgrader

    names = ["a b", "a_b", "A B", "é" * 200, "..", "李雷", "a/b"]
    marked = [tables.Marked(intake.Submission(f"{n}/x", n), n, lesson="02") for n in names]
    ids = to_nbgrader.student_ids(marked)
    assert len({one.casefold() for one in ids.values()}) == len(names)
    assert all(len(os.fsencode(one)) <= 120 for one in ids.values())


def test_values_and_store_take_halves_of_characters(tmp_path: Path) -> None:
    with pytest.raises(values.ValueFormError):
        values.from_plain({"kind": "plain", "value": "x" * (values.LONGEST_TEXT + 1)})
    store.write_atomically(tmp_path / "x.csv", "a\ud800b")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "a?b"
