"""Marking without running: taking in, plain values, rosters, tables, results and their merging."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import os
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.collection import current
from helpers.language import shown, speaking
from marking import (
    exercises,
    feedback,
    intake,
    judge,
    place,
    points,
    roster,
    store,
    tables,
    values,
)
from tests.marking import inbox as made

FILE = "02_overdose_deaths.ipynb"
NUMBERS = made.numbers()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


class TestExercises:
    """Which cell answers which exercise."""

    def test_a_copy_from_lab(self) -> None:
        found = exercises.find(made.notebook(opened="By the figures of that week."))
        assert found.lesson == "02" and [n for _, n in found.cells if n] == NUMBERS
        assert found.open_answers == {"02.5": "By the figures of that week."}
        assert all("check(" not in text for text, number in found.cells if number)

    @pytest.mark.parametrize(
        "text",
        [
            'check("02.1", 21.4)',
            "check('02.1', answer=21.4)",
            'check(number="02.1", answer=21.4)',
            'result = check("02.1", 21.4)',
            'helpers.check("02.1", 21.4)',
            'mine = 21.4\ncheck("02.1", mine)',
            'answer = 21.4\ncheck("02.1", answer)  # check("02.2", answer)',
            'check(\n    id="02.1",\n    answer=sum(\n        [21,\n        0.4]\n    ),\n)',
            'x = 1; check("02.1", 21.4); y = 2',
        ],
    )
    def test_ways_to_hand_an_answer_to_check(self, text: str) -> None:
        ((code, number),) = exercises.find({"cells": [made.code(text)]}).cells
        space: dict[str, Any] = {}
        exec(code, space)
        assert number == "02.1" and space["answer"] == 21.4

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ('%time x = 1\nif x:\n    check("02.1", x)', "%time x = 1\nif x:\n    answer = (x)\n"),
            ('!ls\nif x:\n\tcheck("02.1", answer)', "!ls\nif x:\n\tpass\n"),
            ('!ls\ncheck("02.1", answer)\n1 + check("02.1", 2)', '!ls\n\n1 + check("02.1", 2)\n'),
            ('check("02.1", answer);', "pass;\n"),
            ('answer = 1\n\nanswer\rcheck("02.1")', 'answer = 1\n\nanswer\ncheck("02.1")\n'),
        ],
    )
    def test_what_is_left_without_check(self, text: str, code: str) -> None:
        assert exercises.find({"cells": [made.code(text)]}).cells == [(code, "02.1")]

    def test_several_exercises_in_one_cell(self) -> None:
        lines = "a = 1\ncheck('02.1', a)\nb = 2\ncheck('02.2', 1)\ncheck('02.2', b)\nb; 3"
        lines += "\ncheck('02.3', 3); check('02.4', 4)"
        first, second, third = exercises.find({"cells": [made.code(lines)]}).cells
        assert first == ("a = 1\nanswer = (a)\n", "02.1")
        assert second == ("b = 2\nanswer = (1)\nanswer = (b)\n", "02.2")
        assert third == ("b; 3\nanswer = (3); answer = (4)\n", "02.4")

    @pytest.mark.parametrize(
        ("code", "outside"),
        [
            ("answer = rates", True),
            ("print(rates)", True),
            ("answer = 1\nanswer = rates", True),
            ("answer = rates\nanswer = 1", False),
            ("rates = 3\nanswer = rates", False),
            ("for answer in range(3):\n    pass", False),
            ("answer = = rates", False),
        ],
    )
    def test_an_answer_that_another_cell_set(self, code: str, outside: bool) -> None:
        found = exercises.find(made.notebook({"02.1": code}))
        assert found.outside == ["02.1"] * outside

    def test_code_that_is_alike_whatever_its_layout(self) -> None:
        long = f"answer = {' + '.join(map(str, range(40)))}"
        texts = [long, f"# mine\n{long}  # sum", long.replace(" + ", "+"), f"{long} + 1"]
        texts += [f"{long} = = 1", f"answer = {'1' * 91}", f"answer = {'1' * 90}"]
        one, same, tight, other, unread, hundred, short = (
            exercises.find(made.notebook({"02.1": text})).codes["02.1"] for text in texts
        )
        assert one == same == tight and len({one, other, unread}) == 3
        assert {len(one), len(unread), len(hundred)} == {12} and short == ""

    def test_an_open_answer_goes_on_below_its_question(self) -> None:
        def text(source: Any, **more: Any) -> dict[str, Any]:
            return {"cell_type": "markdown", "source": source, "metadata": {}, **more}

        asked = "### Exercise 02.{} (open)\n\nWhy?\n\n*Your answer:*"
        released = {"metadata": {"nbgrader": {"grade_id": "open-02-8"}}}
        cells = [text(asked.format(5)), text("One\r\n"), text(["Two", " \x1b"]), text("## End")]
        cells += [text("None"), text(asked.format(6) + " Here"), made.code("1"), text("None")]
        cells += [
            text(f"More\n{asked.format(7)}"),
            text("Three"),
            text("*Your answer:* 4", **released),
        ]
        found = exercises.find({"cells": [*cells, {"cell_type": "code"}]})
        assert found.open_answers == {
            **{"02.5": "One\n\n\nTwo _", "02.6": "Here"},
            **{"02.7": "Three", "02.8": "4"},
        }
        assert found.cells == [("1", ""), ("", "")] and len(found.texts) == 9

    def test_the_lesson_and_what_a_copy_was_made_with(self) -> None:
        cells = [made.exercise(number, "answer = 1") for number in ("05.1", "02.1", "05.2")]
        made_with = {"own_exercises": ["05.a", 5]}
        found = exercises.find({"cells": cells, "metadata": made_with})
        assert found.lesson == "05" and found.own == {"05.a"}
        assert exercises.find({"cells": cells[:2], "metadata": 5}).lesson == "02"
        assert exercises.find({"cells": [], "metadata": {"own_exercises": 5}}).own == set()

    def test_a_syntax_error_costs_one_exercise(self) -> None:
        found = exercises.find(made.notebook({"02.1": "answer = = 3"}))
        assert [n for _, n in found.cells if n] == NUMBERS
        assert "check(" not in next(text for text, n in found.cells if n == "02.1")

    def test_the_last_of_two_cells_counts(self) -> None:
        notebook = made.notebook({"02.1": "answer = 1"})
        notebook["cells"].append(made.exercise("02.1", "answer = 2"))
        found = exercises.find(notebook)
        assert found.twice == ["02.1"]
        assert [text for text, n in found.cells if n == "02.1"] == ["answer = 2\n"]
        assert ("answer = 1\n", "") in found.cells, "it is run all the same"

    def test_a_copy_released_by_nbgrader(self) -> None:
        cells = [
            made.code("answer = 5", metadata={"nbgrader": {"grade_id": "answer-02-1"}}),
            made.code("1", metadata={"nbgrader": {"grade_id": "check-02-1"}}),
            {
                "cell_type": "markdown",
                "metadata": {"nbgrader": {"grade_id": "open-02-5"}},
                "source": ["Because.\n"],
            },
        ]
        found = exercises.find({"cells": cells})
        assert found.cells == [("answer = 5\n", "02.1")]
        assert found.open_answers == {"02.5": "Because."}
        cells[0]["source"] = "check('02.3', 5)\ncheck('02.4', 6)"
        found = exercises.find({"cells": cells})
        assert found.cells == [("answer = (5)\nanswer = (6)\n", "02.1")] and not found.twice


class TestIntake:
    """One form, whatever form a file has."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
    def test_encodings(self, encoding: str) -> None:
        text = json.dumps(made.notebook(opened="según SESNSP"), ensure_ascii=False)
        raw = ("\ufeff" if encoding == "utf-16-le" else "") + text
        found = exercises.find(intake.read_notebook(raw.encode(encoding)))
        assert found.open_answers == {"02.5": "según SESNSP"}

    def test_latin_1_text(self) -> None:
        text = json.dumps(made.notebook(opened="según"), ensure_ascii=False)
        found = exercises.find(intake.read_notebook(text.encode("latin-1")))
        assert found.open_answers == {"02.5": "según"}

    @pytest.mark.parametrize("minor", [0, 2, 4, 5])
    def test_cells_with_and_without_ids(self, minor: int) -> None:
        notebook = made.notebook() | {"nbformat_minor": minor}
        for number, cell in enumerate(notebook["cells"]):
            if minor == 5:
                cell["id"] = f"c{number}"
            cell["metadata"]["colab"] = {"base_uri": "x"}
        found = exercises.find(intake.read_notebook(json.dumps(notebook).encode()))
        assert [n for _, n in found.cells if n] == NUMBERS

    @pytest.mark.parametrize("version", [2, 3])
    def test_an_old_format(self, version: int) -> None:
        cells = [
            {"cell_type": "code", "input": c["source"], "outputs": [], "language": "python"}
            for c in made.notebook()["cells"]
            if c["cell_type"] == "code"
        ]
        old = {"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": version}
        found = exercises.find(intake.read_notebook(json.dumps(old).encode()))
        assert [n for _, n in found.cells if n] == NUMBERS

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (b"", "the file is empty"),
            (b"Dear teacher,", "not a notebook"),
            (b"[1, 2]", "no table of cells"),
            (b'{"a": 1}', "no list of cells"),
            (b'{"cells": [1]}', "cell 1 is not a cell"),
            (b'{"cells": [{"cell_type": "code", "source": 5}]}', "^cell 1 has no text$"),
            (b'{"cells": [\n<<<<<<< HEAD\n]}', "merge conflicts"),
            (b"[" * 100_000, "not a notebook"),
            (b"\xff\xfe\x00\xd8\x00", "not a notebook"),
            (b'{"cells": [{}]}', "^cell 1 is not a cell$"),
            (b'{"cells": [{"cell_type": "raw"}, 5]}', "^cell 2 is not a cell$"),
            (
                b'{"worksheets": [5], "nbformat": 3}',
                r"Error\): open it in JupyterLab and save it$",
            ),
        ],
    )
    def test_what_is_no_notebook_is_a_sentence(self, raw: bytes, said: str) -> None:
        with pytest.raises(intake.IntakeError, match=said):
            intake.read_notebook(raw)

    @pytest.mark.parametrize(
        ("path", "learner", "number", "late", "again"),
        [
            (f"Ana López_4711_assignsubmission_file_/{FILE}", "Ana López", "4711", False, 0),
            (f"Ana López_4711_assignsubmission_file_{FILE}", "Ana López", "4711", False, 0),
            (f"Ana López_4711_assignsubmission_onlinetext_{FILE}", "Ana López", "4711", False, 0),
            (f"smithann_LATE_12345_67890_{FILE}", "smithann", "12345", True, 0),
            ("smithann_12345_67890_02_overdose-2.ipynb", "smithann", "12345", False, 2),
            (f"joe/{FILE}", "joe", "", False, 0),
            ("María – Tarea final (2).ipynb", "María – Tarea final (2)", "", False, 0),
        ],
    )
    def test_names_of_platforms(
        self, path: str, learner: str, number: str, late: bool, again: int, tmp_path: Path
    ) -> None:
        made.put(tmp_path, path, made.notebook())
        (one,) = intake.take_in(tmp_path)
        assert (one.learner, one.id, one.late, one.number) == (learner, number, late, again)
        assert one.found is not None and one.file == path

    def test_a_zip_file(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "joe.zip", "w") as archive:
            archive.writestr(f"work/{FILE}", json.dumps(made.notebook()))
            archive.writestr("../../escape.ipynb", json.dumps(made.notebook()))
            archive.writestr("__MACOSX/._x.ipynb", b"x")
            archive.writestr("notes.txt", b"x")
        taken = intake.take_in(tmp_path)
        assert [one.learner for one in taken] == ["joe"] * 3
        assert [one.found is not None for one in taken] == [True, True, False]
        assert sorted(p.name for p in tmp_path.parent.rglob("escape*")) == []

    @pytest.mark.parametrize(
        "names",
        [
            [
                f"Alice Adams_1001_assignsubmission_file_/{FILE}",
                f"Ben Baker_1002_assignsubmission_file_/{FILE}",
            ],
            [
                f"Alice Adams_1001_assignsubmission_file_{FILE}",
                f"Ben Baker_1002_assignsubmission_file_{FILE}",
            ],
            [f"adamsalice_LATE_1001_67890_{FILE}", f"bakerben_1002_67891_{FILE}"],
        ],
        ids=["folders", "flat", "Canvas"],
    )
    @pytest.mark.parametrize("inside", ["", "POL 210/"])
    def test_a_platform_s_zip_file_of_the_class(
        self, names: list[str], inside: str, tmp_path: Path
    ) -> None:
        """Zipped, unpacked beside each other, and unpacked into a folder of the zip's name."""
        (tmp_path / "zipped").mkdir()
        with zipfile.ZipFile(tmp_path / "zipped" / "POL210-Lesson 02.zip", "w") as archive:
            for name in names:
                archive.writestr(f"{inside}{name}", json.dumps(made.notebook()))
                made.put(tmp_path / "unpacked", f"{inside}{name}", made.notebook())
        for folder in ("zipped", "unpacked"):
            taken = sorted(intake.take_in(tmp_path / folder), key=lambda one: one.id)
            assert [one.id for one in taken] == ["1001", "1002"]
            first, second = (one.learner for one in taken)
            assert (first, second) in [("Alice Adams", "Ben Baker"), ("adamsalice", "bakerben")]
            assert taken[0].late == ("LATE" in names[0]) and not taken[1].late

    @pytest.mark.parametrize("inside", ["", "onlinetext.html", "_onlinetext.html"])
    def test_a_text_that_was_typed_into_moodle_is_its_learner_s(
        self, inside: str, tmp_path: Path
    ) -> None:
        """It is no notebook and cannot be marked; but its learner handed in something."""
        folder = "Name_4712_assignsubmission_onlinetext_"
        name = f"{folder}/{inside}" if inside[:1] == "o" else f"{folder}{inside or '.html'}"
        made.put(tmp_path, name, b"<p>My answers</p>")
        (one,) = intake.take_in(tmp_path)
        assert (one.learner, one.id, one.found) == ("Name", "4712", None)
        assert one.problem == "not marked: a notebook (.ipynb) is asked for, this is .html"
        someone = roster.Learner("Name", "90000")
        assert roster.match([one], [someone]) == {name: someone}

    def test_a_platform_s_zip_file_of_one_learner(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "smithann_12345_67890_work.zip", "w") as archive:
            archive.writestr(f"Ben Baker_1002_assignsubmission_file_/{FILE}", b"")
        (one,) = intake.take_in(tmp_path)
        assert (one.learner, one.id) == ("smithann", "12345")

    def test_a_zip_file_in_a_zip_file_is_named(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
            archive.writestr("Alice Adams_1001_assignsubmission_file_/work.zip", b"")
        (one,) = intake.take_in(tmp_path)
        assert one.learner == "Alice Adams" and "unpack the outer one" in one.problem

    def test_a_zip_bomb_is_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "joe.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.ipynb", b"0" * (intake.LARGEST + 10))
            archive.writestr("b.ipynb", json.dumps(made.notebook()))
        first, second = intake.take_in(tmp_path)
        assert "larger than" in first.problem and second.found is not None
        with zipfile.ZipFile(tmp_path / "joe.zip", "w") as archive:
            for number in range(intake.MOST_MEMBERS + 1):
                archive.writestr(f"{number}.ipynb", b"")
        (one,) = intake.take_in(tmp_path)
        assert "too many files" in one.problem

    def test_every_file_has_a_row(self, tmp_path: Path) -> None:
        made.put(tmp_path, "a/02.html", b"<p>")
        made.put(tmp_path, "b/broken.zip", b"PK")
        made.put(tmp_path, "c/.DS_Store", b"")
        made.put(tmp_path, "d/.ipynb_checkpoints/x.ipynb", made.notebook())
        outside = made.put(tmp_path.parent, f"{tmp_path.name}-outside.ipynb", made.notebook())
        (tmp_path / "e.ipynb").symlink_to(outside)
        made.put(tmp_path, "f.ipynb", {"cells": []})
        taken = {one.file: one.problem for one in intake.take_in(tmp_path)}
        assert list(taken) == ["e.ipynb", "f.ipynb", "a/02.html", "b/broken.zip"]
        assert "it is a link" in taken["e.ipynb"]
        assert "no exercise of a lesson" in taken["f.ipynb"]
        assert "this is .html" in taken["a/02.html"] and "cannot be read" in taken["b/broken.zip"]

    def test_a_folder_named_in_latin_1(self, tmp_path: Path) -> None:
        folder = os.fsencode(tmp_path) + b"/Mar\xeda"
        try:
            os.mkdir(folder)  # noqa: PTH102  # a name in bytes
        except OSError:
            pytest.skip("this file system allows only names in UTF-8")
        with open(folder + b"/x.ipynb", "wb") as stream:  # noqa: PTH123  # a name in bytes
            stream.write(json.dumps(made.notebook()).encode())
        (one,) = intake.take_in(tmp_path)
        assert one.learner == "María" and one.found is not None
        assert "María/x.ipynb".encode() == one.file.encode("utf-8")

    def test_what_goes_while_the_inbox_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A folder that is kept in step with another computer: a row for each, and no end."""
        gone = made.put(tmp_path, "a/joe.ipynb", made.notebook())
        made.put(tmp_path, "b/ana.ipynb", made.notebook())
        walk = os.walk

        def walked(*words: Any, **more: Any) -> Any:
            found = list(walk(*words, **more))
            gone.unlink()
            more["onerror"](FileNotFoundError(2, "gone", str(tmp_path / "c")))
            return found

        monkeypatch.setattr(intake.os, "walk", walked)
        taken = {one.file: one.problem for one in intake.take_in(tmp_path)}
        assert taken.pop("b/ana.ipynb") == "" and list(taken) == ["a/joe.ipynb", "c"]
        assert all("it is no file that can be read" in problem for problem in taken.values())

    @pytest.mark.parametrize(
        ("size", "said"),
        [
            (intake.LARGEST, "not marked: the file is not a notebook (no list of cells)"),
            (2 * intake.LARGEST, "not marked: it has 100 MB; clear its outputs (at most 50 MB)"),
        ],
    )
    def test_a_notebook_that_is_too_large(self, size: int, said: str, tmp_path: Path) -> None:
        made.put(tmp_path, "joe.ipynb", b"{}" + b" " * (size - 2))
        (one,) = intake.take_in(tmp_path)
        assert one.problem == said

    @pytest.mark.parametrize(
        ("limit", "value", "said"),
        [
            ("MOST_PARTS", 7, "it has more than 7 entries; clear its outputs"),
            ("MOST_CELLS", 2, "it has 3 cells; at most 2 are read"),
            ("LONGEST_CODE", 33, "it has 34 characters of code; at most 33 are read"),
        ],
    )
    def test_as_much_as_may_be_and_one_more(
        self, limit: str, value: int, said: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = {"cell_type": "code", "source": "answer = 5\n" * 3 + "5"}
        cells = [code, {"cell_type": "raw", "source": "5" * 99}, {"cell_type": "raw"}]
        raw = json.dumps({"cells": cells}).encode()
        monkeypatch.setattr(intake, limit, value)
        with pytest.raises(intake.IntakeError) as error:
            intake.read_notebook(raw)
        assert str(error.value) == said
        monkeypatch.setattr(intake, limit, value + {"MOST_PARTS": 3}.get(limit, 1))
        assert intake.read_notebook(raw)["cells"] == cells

    def test_a_file_that_cannot_be_read_costs_itself_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = intake.find

        def find(notebook: dict[str, Any]) -> exercises.Found:
            if error := notebook["metadata"].get("error"):
                raise {"disk": OSError(5, "Input/output error"), "bug": KeyError()}[error]
            return whole(notebook)

        monkeypatch.setattr(intake, "find", find)
        for name, error in {"a": "disk", "b": "bug", "c": ""}.items():
            made.put(tmp_path, f"{name}.ipynb", made.notebook() | {"metadata": {"error": error}})
        disk, bug, good = intake.take_in(tmp_path)
        assert disk.problem == "not marked: it cannot be read (Input/output error)"
        assert bug.problem == "not marked: it cannot be read (KeyError)"
        assert good.problem == "" and good.modified == (tmp_path / "c.ipynb").stat().st_mtime

    def test_what_in_a_zip_file_is_no_notebook(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def problems() -> list[str]:
            return [one.problem.removeprefix("not marked: ") for one in intake.take_in(tmp_path)]

        text = json.dumps(made.notebook())
        with zipfile.ZipFile(tmp_path / "joe.ZIP", "w") as archive:
            for name in ("work/", "work/.ipynb_checkpoints/x.ipynb"):
                archive.writestr(name, "")
        assert problems() == ["the zip file holds no notebook"]
        with zipfile.ZipFile(tmp_path / "joe.ZIP", "a") as archive:
            archive.writestr("work/a.txt", "")
            archive.writestr("work/inner.ZIP", "")
            archive.writestr("work/A.IPYNB", text)
        said = [
            "not a notebook (.ipynb)",
            "a zip file in a zip file: unpack the outer one into the",
        ]
        assert problems() == [said[0], f"{said[1]} inbox", ""]
        good = intake.take_in(tmp_path)[-1]
        assert (good.file, good.names) == ("joe.ZIP!work/A.IPYNB", ("joe", "work", "A"))
        assert good.modified == (tmp_path / "joe.ZIP").stat().st_mtime
        monkeypatch.setattr(intake, "LARGEST", len(text.encode()))
        monkeypatch.setattr(intake, "LARGEST_ZIP", len(text.encode()))
        monkeypatch.setattr(intake, "MOST_MEMBERS", 4)
        assert problems()[2:] == [""], "as much as may be"
        monkeypatch.setattr(intake, "LARGEST", len(text.encode()) - 1)
        assert problems()[2:] == ["it is larger than 0 MB unpacked"]
        monkeypatch.setattr(intake, "LARGEST_ZIP", len(text.encode()) - 1)
        assert problems() == ["the zip file has too many files or is too large unpacked"]

    def test_two_lessons_in_one_file_are_said(self, tmp_path: Path) -> None:
        notebook = made.notebook()
        notebook["cells"].append(made.exercise("05.1", "answer = 1"))
        made.put(tmp_path, "joe.ipynb", notebook)
        (one,) = intake.take_in(tmp_path)
        assert one.found is not None and one.found.lesson == "02"
        assert one.remarks == ["it also has exercises of lesson 05"]


class Hostile:
    """An answer whose methods must never be called."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("called")

    __hash__ = None  # type: ignore[assignment]  # as a class with __eq__ has it

    def __reduce__(self) -> Any:
        raise AssertionError("called")

    def __repr__(self) -> str:
        raise AssertionError("called")

    _repr_html_ = __repr__


class Text(str):
    """A text of a class of one's own."""


class Number(float):
    """A number that would equal everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


#: Plain data of a table without rows and columns, and of nothing.
EMPTY = {"kind": "frame", "columns": [], "index": {"kind": "list", "entries": []}, "values": []}
NONE = {"kind": "plain", "value": None}
LIST: dict[str, Any] = {"kind": "list", "entries": []}
SET = {**LIST, "kind": "set"}


def there_and_back(value: Any) -> Any:
    return values.from_plain(json.loads(json.dumps(values.to_plain(value))))


class TestValues:
    """Plain data out, plain values back."""

    @pytest.mark.parametrize(
        "value",
        [
            5,
            -2.5,
            True,
            None,
            "text",
            [1, "a", None],
            [[1, 2], [3]],
            {1, 2},
            float("inf"),
            pd.Timestamp("2023-06-01"),
        ],
    )
    def test_round_trip(self, value: Any) -> None:
        assert there_and_back(value) == value and type(there_and_back(value)) is type(value)

    def test_what_becomes_plainer(self) -> None:
        assert there_and_back((1, 2)) == [1, 2] and there_and_back(np.int64(5)) == 5
        assert there_and_back(np.float64("nan")) != there_and_back(np.float64("nan"))
        assert there_and_back(pd.NaT) is pd.NA and there_and_back(...) is ...
        assert list(there_and_back(np.array([1, 2]))) == [1, 2]

    @pytest.mark.parametrize(
        "entries",
        [
            pd.Series(["a", "b", None], dtype="string"),
            pd.to_datetime(pd.Series(["2017-12-14", "2018-01-01"])),
            pd.Series([1, 2], dtype="Int64"),
            pd.Series(["a", "b"], dtype="category"),
        ],
        ids=["text", "dates", "numbers", "categories"],
    )
    def test_what_unique_gives_is_an_array(self, entries: pd.Series) -> None:
        """Of a column of text, it is one of pandas' own."""
        back = there_and_back(entries.unique())
        assert type(back) is np.ndarray
        assert pd.Series(list(back)).equals(pd.Series(list(entries)))

    def test_series_and_tables(self) -> None:
        series = pd.Series([1.5, 2.0], index=["a", "b"])
        pd.testing.assert_series_equal(there_and_back(series), series, check_index_type=False)
        keyed = pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)]))
        assert list(there_and_back(keyed).index) == [("x", 1), ("y", 2)]
        frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]}, index=[3, 4])
        pd.testing.assert_frame_equal(
            there_and_back(frame), frame, check_dtype=False, check_index_type=False
        )

    @pytest.mark.parametrize(
        "by",
        [["a", "b"], ["a"], lambda i: [i, -i][i % 2], pd.cut([1, 5, 9], [0, 4, 8, 12])],
        ids=["two columns", "one", "function", "ranges"],
    )
    @pytest.mark.parametrize("wide", [False, True])
    def test_tables_that_groupby_and_pivot_give(self, by: Any, wide: bool) -> None:
        """Labels of several parts, and ranges as labels; the values are those of the answer."""
        frame = pd.DataFrame({"a": [1, 2, 2], "b": ["x", "x", "y"], "n": [1.5, 2.5, 3.5]})
        answer = frame.groupby(by, observed=True)[["n"]].sum()
        answer = answer.T if wide else answer
        assert there_and_back(answer).to_numpy().tolist() == answer.to_numpy().tolist()
        column = answer.iloc[:, 0]
        assert there_and_back(column).to_list() == column.to_list()

    @pytest.mark.parametrize(
        "value",
        [Hostile(), Text("x"), Number(1), {"a": 1}, lambda: 1, int, object(), 10**5000],
        ids=["hostile", "text", "number", "dict", "function", "type", "object", "huge"],
    )
    def test_other_objects_are_named_and_never_called(self, value: Any) -> None:
        back = there_and_back(value)
        assert type(back) is values.Unknown

    def test_what_is_large_deep_or_endless(self) -> None:
        assert isinstance(there_and_back(pd.Series(range(values.LARGEST + 1))), values.Unknown)
        assert isinstance(there_and_back(list(range(values.LARGEST + 1))), values.Unknown)
        endless: list[Any] = []
        endless.append(endless)
        assert "Unknown" in repr(type(there_and_back(endless)[0][0][0]))
        assert len(there_and_back("x" * 10**6)) == values.LONGEST_TEXT

    @pytest.mark.parametrize(
        ("value", "back"),
        [
            (dt.date(2017, 12, 14), pd.Timestamp("2017-12-14")),
            (dt.datetime(2017, 12, 14, 9, 30), pd.Timestamp("2017-12-14 09:30")),
            (np.datetime64("2017-12-14"), pd.Timestamp("2017-12-14")),
            (pd.Period("2017-12", freq="M"), pd.Period("2017-12", freq="M")),
            (pd.Period("2017Q4", freq="Q"), pd.Period("2017Q4", freq="Q")),
            (np.bool_(True), True),
            (np.str_("a"), "a"),
            (-math.inf, -math.inf),
            (pd.Index(["a", "b"]), ["a", "b"]),
            (frozenset({1, 2}), {1, 2}),
            ({(1, 2)}, [[1, 2]]),
            ([[[1]]], [[[1]]]),
            (10**300 - 1, 10**300 - 1),
            (-(10**300) + 1, -(10**300) + 1),
            (list(range(values.LARGEST)), list(range(values.LARGEST))),
            ("x" * values.LONGEST_TEXT, "x" * values.LONGEST_TEXT),
            (["x" * 300], ["x" * 200]),
        ],
    )
    def test_what_comes_back(self, value: Any, back: Any) -> None:
        assert there_and_back(value) == back and type(there_and_back(value)) is type(back)

    @pytest.mark.parametrize(
        ("value", "name"),
        [
            (10**300, "int"),
            (np.zeros(values.LARGEST + 1), "array"),
            (pd.array(["x"] * (values.LARGEST + 1), dtype="string"), "array"),
            (set(range(values.LARGEST + 1)), "set"),
            (pd.DataFrame(np.zeros((2, values.LARGEST // 2 + 1))), "DataFrame"),
            (pd.Index(range(values.LARGEST + 1)), "RangeIndex"),
            (np.complex128(1j), "complex128"),
            (Text("x"), "Text"),
        ],
    )
    def test_what_is_too_large_is_named(self, value: Any, name: str) -> None:
        assert there_and_back(value).name == name

    def test_the_largest_column_table_and_array_come_back(self) -> None:
        many = range(values.LARGEST)
        assert there_and_back(pd.Series(many)).tolist() == list(many)
        assert there_and_back(np.array(many)).tolist() == list(many)
        assert there_and_back(pd.Index(many)) == list(many)
        wide = pd.DataFrame(np.arange(values.LARGEST).reshape(2, -1))
        assert there_and_back(wide).to_numpy().tolist() == wide.to_numpy().tolist()

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({"kind": "plain", "value": 10**300}, "a int of an answer has a form"),
            ({"kind": "plain", "value": "x" * 2001}, "a str of an answer has a form"),
            ({"kind": "plain", "value": math.inf}, "a float of an answer has a form"),
            ({"kind": "list", "entries": [{"kind": "plain"}] * 5001}, "a list of an answer has"),
            ({"kind": "time", "value": "now"}, "a date of an answer has a form"),
            ({"kind": "time", "value": "2017-99-99"}, "not a date: 2017-99-99"),
            ({"kind": "period", "value": "2017-12", "freq": "!"}, "a date of an answer has a form"),
            ({"kind": "period", "value": "2017-12", "freq": "Z"}, "not a date: 2017-12"),
            ({**EMPTY, "values": 5}, "a table of an answer has a form"),
            ({**EMPTY, "values": [{"kind": "list", "entries": [NONE]}]}, "a table of an answer"),
            ({**EMPTY, "index": NONE}, "a table of an answer has a form"),
            ({**EMPTY, "columns": [NONE], "values": [NONE]}, "a table of an answer has a form"),
            ({**EMPTY, "columns": [SET], "values": [LIST]}, "a table of an answer has a form"),
            ({**EMPTY, "index": {**LIST, "entries": [SET]}}, "a table of an answer has a form"),
            ({"kind": "new"}, "an answer has a form that no run writes: {'kind': 'new'}"),
        ],
    )
    def test_why_data_are_refused(self, data: Any, said: str) -> None:
        with pytest.raises(values.ValueFormError, match=re.escape(said)):
            values.from_plain(data)

    @pytest.mark.parametrize(
        "data",
        [
            None,
            5,
            {},
            {"kind": "plain"},
            {"kind": "plain", "value": [1]},
            {"kind": "list", "entries": {}},
            {"kind": "series", "index": [], "values": [{"kind": "plain", "value": 1}]},
            {"kind": "frame", "columns": [], "index": 5, "values": []},
            {"kind": "time", "value": "never"},
            {"kind": "float", "value": "1e5"},
            {"kind": "other", "type": 5},
        ],
    )
    def test_data_that_no_run_writes_is_refused(self, data: Any) -> None:
        with pytest.raises((values.ValueFormError, KeyError)):
            values.from_plain(data)


class TestJudge:
    """Every exercise has a state, and nothing counts by mistake."""

    def answer(self, value: Any, error: str = "") -> dict[str, Any]:
        return {"answer": values.to_plain(value), "error": error, "printed": ""}

    def test_states(self) -> None:
        key = made.lesson_exercises("02")
        first, second, third, fourth = NUMBERS
        reported = {
            first: self.answer(key[first].key()),
            second: self.answer(...),
            third: {"answer": {"kind": "not run"}, "error": "it took too long"},
        }
        marks = judge.judge_all(judge.scored("02"), reported, [first])
        assert [marks[n].state for n in NUMBERS] == ["right", "untouched", "not run", "not found"]
        assert marks[first].remark == "answered twice, the last counts"
        assert marks[third].remark == "it took too long" and marks[fourth].credit == 0

    def test_a_trap_is_named(self) -> None:
        one = made.lesson_exercises("02")["02.1"]
        for place_, wrong in enumerate(one.traps.values(), start=1):
            mark = judge.judge_one(one, self.answer(wrong()))
            assert (mark.state, mark.trap) == ("wrong", f"trap {place_}")

    @pytest.mark.parametrize(
        "value",
        [Hostile(), Number(1), Text("2018"), lambda: 1, None, "?"],
        ids=["hostile", "number", "text", "function", "nothing", "mark"],
    )
    def test_no_foreign_object_counts(self, value: Any) -> None:
        for one in judge.scored("02"):
            assert judge.judge_one(one, self.answer(value)).credit == 0

    @pytest.mark.parametrize(
        "reported", [None, 5, {}, {"answer": 1}, {"answer": {"kind": "plain", "value": {}}}]
    )
    def test_forged_reports_are_not_run(self, reported: Any) -> None:
        assert judge.judge_one(judge.scored("02")[0], reported).state in ("not run", "not found")

    ABOVE = "restart the kernel, run all cells from the top, and repair the first one that fails."
    ENDLESS = "The cell did not come to an end: look for a loop that never stops."

    @pytest.mark.parametrize(
        ("error", "advice"),
        [
            ("too long", ENDLESS),
            ("it took too long", ENDLESS),
            ("NameError", f"A name is used that no cell above sets: {ABOVE}"),
            ("EOFError", "The cell waits for someone to type: write the value into the cell."),
            ("ValueError", f"The cell fails: {ABOVE}"),
        ],
    )
    def test_a_cell_that_failed_is_explained(self, error: str, advice: str) -> None:
        """It earns nothing, and no hint, whatever it had set as its answer by then."""
        one = judge.scored("02")[0]
        wrong = next(iter(one.traps.values()))()
        for answer in (..., one.key(), wrong, 0, {}, {"kind": "not run"}):
            plain = answer if isinstance(answer, dict) and answer else values.to_plain(answer)
            mark = judge.judge_one(one, {"answer": plain, "error": error})
            assert mark.trap == ""
            assert (mark.state, mark.credit, mark.message) == ("not run", 0, advice)
            assert mark.remark == error
            with speaking("es"):
                assert (mark.remark == shown(error)) and (mark.remark != error) == (
                    error in judge.OF_RUNS
                )

    def test_what_else_is_said_of_an_answer(self) -> None:
        first, second = judge.scored("02")[:2]
        marks = judge.judge_all([first, second], {first.id: self.answer({})})
        assert marks[first.id].message == (
            f"Exercise {first.id}: not yet. The answer is of the type dict."
        )
        assert (marks[first.id].state, marks[first.id].remark) == ("wrong", "")
        assert marks[second.id].remark == "no cell answers it"
        unread = judge.judge_one(first, {"answer": 1, "error": ""})
        assert (unread.state, unread.remark) == (
            "not run",
            "the answer cannot be read: an answer has a form that no run writes: 1",
        )
        silent = judge.judge_one(first, {"answer": {"kind": "not run"}})
        assert silent.remark == "its cell was not run"
        right = judge.judge_one(first, self.answer(first.key()))
        assert (right.message, right.remark) == (f"Exercise {first.id}: right.", "")
        long = judge.judge_one(first, self.answer(first.key(), "x" * 1000))
        assert len(long.remark) == 200

    ENDED = f"The run ended before it came to this cell: {ABOVE[:-1]} or takes too long."

    @pytest.mark.parametrize(
        ("ended", "remark", "message"),
        [
            ("it took too long", "the run ended before its cell: it took too long", ENDED),
            ("its process ended", "the run ended before its cell: its process ended", ENDED),
            ("", "its cell was not run", ""),
        ],
    )
    def test_a_cell_that_the_run_did_not_come_to(
        self, ended: str, remark: str, message: str
    ) -> None:
        """It is not run, and an exercise without a cell is not found."""
        there, gone = judge.scored("02")[:2]
        marks = judge.judge_all([there, gone], {}, there=[there.id], ended=ended)
        one = marks[there.id]
        assert (one.state, one.remark, one.message) == ("not run", remark, message)
        assert (marks[gone.id].state, marks[gone.id].remark) == ("not found", "no cell answers it")
        if ended:
            with speaking("es"):
                assert one.remark.endswith(str(shown(ended))) and one.remark != remark

    def test_an_answer_that_cannot_be_compared_costs_itself_alone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise OverflowError

        monkeypatch.setattr(judge, "judge", refuse)
        mark = judge.judge_one(judge.scored("02")[0], self.answer(5))
        assert (mark.state, mark.remark) == (
            "not run",
            "the answer cannot be compared: OverflowError",
        )

    def test_a_thousand_answers_are_judged_quickly(self) -> None:
        """4,200 stored answers within ten seconds; here a tenth of that, with room to spare."""
        import time

        reported = {number: self.answer(17.6) for number in NUMBERS}
        exercises = judge.scored("02")
        judge.judge_all(exercises, reported)
        start = time.process_time()
        for _ in range(420 // len(NUMBERS)):
            judge.judge_all(exercises, reported)
        assert time.process_time() - start < 1


class TestRoster:
    """Whose file is whose."""

    ROSTER = (
        "Student,ID,SIS Login ID,Email address\n"
        '"López, Ana",12345,anl,ana.lopez@example.org\n'
        "Ann Smith,2,smithann,ann@example.org\n"
        '"García López, Eva",3,,E.Garcia@example.org\n'
        "May Li Lee,4,,\n"
    )

    def read(self, tmp_path: Path, text: str) -> list[roster.Learner]:
        path = tmp_path / "class.csv"
        path.write_bytes(text.encode("utf-8-sig"))
        return roster.read_roster(path)

    @pytest.mark.parametrize(
        ("file", "index"),
        [
            (f"Ana López/{FILE}", 0),
            (f"ana lopez/{FILE}", 0),
            (f"lopezana_LATE_999_1_{FILE}", 0),
            (f"Somebody_12345_assignsubmission_file_/{FILE}", 0),
            (f"ana.lopez@example.org/{FILE}", 0),
            (f"smithann_7_8_{FILE}", 1),
            (f"garcialopezeva_LATE_7_8_{FILE}", 2),
            (f"evagarcialopez_7_8_{FILE}", 2),
            (f"e.garcia/{FILE}", 2),
            (f"maylilee_7_8_{FILE}", 3),
            (f"leemayli_7_8_{FILE}", 3),
            (f"12345/{FILE}", 0),
            (f"ANL/{FILE}", 0),
            (f"Smith Ann/{FILE}", 1),
            (f"Zoe/{FILE}", None),
        ],
    )
    def test_matches(self, file: str, index: int | None, tmp_path: Path) -> None:
        learners = self.read(tmp_path, self.ROSTER)
        submission = intake.named(file)
        expected = learners[index] if index is not None else None
        assert roster.match([submission], learners) == {file: expected}

    CLASS = "name,id\nAlice Adams,1\nBen Baker,2\nEve Evans,3\nAdam Evans-Ruiz,4\n"

    @pytest.mark.parametrize(
        ("shown", "insides", "expected"),
        [
            ("class.zip", ["Alice Adams/a.ipynb", "x/Ben Baker.ipynb"], [0, 1]),
            (
                "class.zip",
                ["Alice Adams/a.ipynb", "Zoe/a.ipynb", "Ben Baker/a.ipynb"],
                [0, None, 1],
            ),
            ("class.zip", ["Alice Adams/a.ipynb", "Alice Adams/b.ipynb"], [None, None]),
            ("Zoe.zip", ["Ben Baker/a.ipynb"], [None]),
            ("Ben Baker.zip", ["Alice Adams/a.ipynb", "Eve Evans/a.ipynb"], [1, 1]),
            ("Ben Baker.zip", ["Alice Adams_7_assignsubmission_file_/a.ipynb"], [1]),
            ("Ben Baker/a.zip", ["adamsalice_7_8_a.ipynb"], [1]),
        ],
    )
    def test_names_in_a_zip_file(
        self, shown: str, insides: list[str], expected: list[int | None], tmp_path: Path
    ) -> None:
        """They count where a zip file is of the class, and never in one that is a learner's."""
        learners = self.read(tmp_path, self.CLASS)
        matched = roster.match([intake.named(shown, inside) for inside in insides], learners)
        assert list(matched.values()) == [i if i is None else learners[i] for i in expected]

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            (f"Baker_1005_assignsubmission_file_{FILE}", "no one.*did you mean Ben Baker[?]"),
            (f"Eve Adams/{FILE}", "it fits no one on the roster$"),
            (f"Evans_1005_assignsubmission_file_{FILE}", "it fits no one on the roster$"),
            (f"Adam Evans/{FILE}", "did you mean Adam Evans-Ruiz[?]"),
            (f"Alice Adams_2_assignsubmission_file_{FILE}", "of Ben Baker, its name .*Alice Adams"),
        ],
    )
    def test_why_a_file_is_nobody_s(self, file: str, said: str, tmp_path: Path) -> None:
        learners, one = self.read(tmp_path, self.CLASS), intake.named(file)
        assert roster.match([one], learners) == {file: None}
        assert re.search(said, roster.why_nobody([one], learners)[file])

    NUMBERED = (
        "name,id\nJan Wagner,1018\nJosé García López,1019\nAna López,1020\nEva Wagner,1021\n"
        "Zoe,A-7\n,2024\nEve Fields,05\n"
    )

    @pytest.mark.parametrize(
        ("file", "index"),
        [
            ("1018_Wagner.ipynb", 0),
            ("1018 Wagner 05_fields_and_labs.ipynb", 0),
            ("1018-homework.ipynb", 0),
            ("1018_05_fields_and_labs (1).ipynb", 0),
            (f"1018_Wagner/{FILE}", 0),
            (f"1018 History/{FILE}", None),
            ("a-7_fields.ipynb", None),
            ("A-7 zoe.ipynb", 4),
            ("2024_homework.ipynb", 5),
            ("1018_Ana_López.ipynb", None),
            ("1018_Ana.ipynb", None),
            ("10185_Wagner.ipynb", None),
            ("x1018_Wagner.ipynb", None),
            ("05_fields_and_labs.ipynb", None),
            ("05_homework.ipynb", None),
            ("García López_José_05_fields_and_labs.ipynb", 1),
            ("05_fields_and_labs_jose garcia lopez-Copy1.ipynb", 1),
            ("García_05_fields_and_labs.ipynb", None),
            ("José García López Wagner_05_fields_and_labs.ipynb", None),
            ("García López_José_05_fields.ipynb", None),
        ],
    )
    def test_a_number_or_a_lesson_in_the_name_of_a_file(
        self, file: str, index: int | None, tmp_path: Path
    ) -> None:
        """A number before a name or anything else, and a name beside a lesson's file name."""
        learners = self.read(tmp_path, self.NUMBERED)
        expected = learners[index] if index is not None else None
        assert roster.match([intake.named(file)], learners) == {file: expected}

    def test_a_number_and_a_name_that_are_not_of_one_learner(self, tmp_path: Path) -> None:
        learners, one = self.read(tmp_path, self.NUMBERED), intake.named("1018_Ana.ipynb")
        said = roster.why_nobody([one], learners)[one.file]
        assert said == "its number is that of Jan Wagner, its name that of Ana López"
        (other,) = roster.why_nobody([intake.named("López.ipynb")], learners).values()
        assert other == "it fits no one on the roster"

    def test_names_in_a_zip_file_of_the_class_with_numbers(self, tmp_path: Path) -> None:
        learners = self.read(tmp_path, self.NUMBERED)
        insides = ["1018_homework.ipynb", "x/Ana López_05_fields_and_labs.ipynb"]
        matched = roster.match([intake.named("class.zip", name) for name in insides], learners)
        assert list(matched.values()) == [learners[0], learners[2]]

    def test_two_who_fit_are_no_match(self, tmp_path: Path) -> None:
        learners = self.read(tmp_path, "name,id\nAnn Smith,1\nSmith Ann,2\n")
        one = intake.named(f"Ann Smith/{FILE}")
        assert roster.match([one], learners) == {one.file: None}
        said = roster.why_nobody([one], learners)[one.file]
        assert said == "it fits several learners: Ann Smith, Smith Ann"

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_columns_and_separators(self, separator: str, tmp_path: Path) -> None:
        text = separator.join(["First name", "Surname", "Identifier"]) + "\n"
        text += separator.join(["Ana", "López", "7"]) + "\n"
        assert [(x.name, x.id) for x in self.read(tmp_path, text)] == [("Ana López", "7")]

    @pytest.mark.parametrize(
        "head",
        ["Nachname;Vorname;Matrikelnummer;E-Mail", "Nom;Prénom;Numéro d'identification;Courriel"],
    )
    def test_german_and_french_headings(self, head: str, tmp_path: Path) -> None:
        learners = self.read(tmp_path, f"{head}\nWagner;Jan;1018;jan@example.org\n")
        read = [(one.name, one.id, one.mail) for one in learners]
        assert read == [("Jan Wagner", "1018", "jan@example.org")]
        assert roster.ignored_columns(learners) == ""

    @pytest.mark.parametrize(
        ("head", "used", "ignored"),
        [
            ("Cognome,Nome,Matricola,E-Mail", "E-Mail", "Cognome, Nome, Matricola"),
            ("Nombre,Apellido paterno,Matrícula,x", "Nombre, Matrícula", "Apellido paterno, x"),
            ("Name,Matricola,Gruppo,", "Name", "Matricola, Gruppo"),
            ("Name,ID,Gruppo,Corso", "", ""),
            ("First name,Surname,Mail,Gruppo", "", ""),
            ("Name,,,", "", ""),
        ],
    )
    def test_columns_that_are_ignored_are_said_where_they_are_needed(
        self, head: str, used: str, ignored: str, tmp_path: Path
    ) -> None:
        said = roster.ignored_columns(self.read(tmp_path, f"{head}\na,b,c,d\n"))
        assert said == (
            f"Columns of the roster that were read: {used}; not understood and ignored: {ignored}. "
            "If learners' names or numbers are in these, call the columns first name, last name "
            "and id."
            if used
            else ""
        )

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("name,id\n", "{none}: 'name,id'."),
            (f"{'a' * 78},b,c\n1,2,3\n", f"{{none}}: '{'a' * 78},b'."),
            ("name\nAnn\nBen\nAnn\n", "{twice} 'Ann' twice (learners 2 and 4): {remedy}"),
            ("name,mail\nAnn,x\nBen,x\n", "{twice} 'x' twice (learners 2 and 3): {remedy}"),
            (
                "name,id\nAnn (1),\nAnn,1\nAnn,2\n",
                "{twice} 'Ann (1)' twice (learners 2 and 3): {remedy}",
            ),
        ],
    )
    def test_bad_rosters_are_a_sentence(self, text: str, said: str, tmp_path: Path) -> None:
        with pytest.raises(roster.RosterError) as error:
            self.read(tmp_path, text)
        assert str(error.value) == said.format(
            none="The roster class.csv has no line, or none of the columns name, id and mail. Its "
            "first line is",
            twice="The roster class.csv has",
            remedy="remove one, or add a column id.",
        )

    def test_who_is_in_a_gradebook_that_a_platform_exported(self, tmp_path: Path) -> None:
        """Also with lines for points and a test account, which are no learners."""
        learners = self.read(
            tmp_path,
            "Student,Nombre,Apellidos,ID,SIS Login ID,E-Mail\n    Points Possible,,,,,\n"
            '"Student, Test",,,9,,\n,Ana,Ruiz,1,,\n,,,,,\nAna Ruiz,,,,ana,a@example.org\n,,,,joe,\n'
            ",Li,,,,li@example.org\n",
        )
        assert [one.shown for one in learners] == [
            *("Ana Ruiz (1)", "Ana Ruiz (a@example.org)", "joe", "Li"),
        ]
        assert learners[2] == roster.Learner("", "", "joe", "", learners[2].line)
        assert dict(learners[3].line) == {
            **{"Student": "", "Nombre": "Li", "Apellidos": "", "ID": "", "SIS Login ID": ""},
            "E-Mail": "li@example.org",
        }


def one_marked(learner: str, credit: int, **more: Any) -> tables.Marked:
    submission = intake.Submission(f"{learner}/{FILE}", learner, **more)
    marks = {n: judge.Mark("right" if credit else "wrong", credit) for n in NUMBERS}
    return tables.Marked(submission, learner, lesson="02", marks=marks, open_answers={"02.5": "I"})


class TestTables:
    """A row for every file and every learner; points that were entered stay."""

    def test_the_file_handed_in_last_counts(self, tmp_path: Path) -> None:
        first, again = one_marked("a", 1), one_marked("a", 0, number=2)
        broken = one_marked("a", 1, number=3)
        broken.status = "not marked: ..."
        tables.decide([first, again, broken])
        assert [first.counts, again.counts, broken.counts] == [False, True, False]
        tables.write_files(
            [first, again, broken], [roster.Learner("z")], {}, tmp_path / "files.csv"
        )
        read = rows(tmp_path / "files.csv")
        assert [row["counts"] for row in read] == ["no", "yes", "no", "no"]
        assert read[3]["status"] == "nothing was handed in"
        assert "3 files for this lesson" in read[1]["remarks"]

    def test_points_are_entered_once_and_stay(self, tmp_path: Path) -> None:
        path, most = tmp_path / points.OPEN_POINTS, {"02.5": 4}
        one = one_marked("ana", 1)
        points.write_points([one], most, path)
        text = path.read_text(encoding="utf-8-sig").replace(
            "ana,02,02.5,,4,", 'ana,02,02.5,"3,5",4,Good'
        )
        path.write_text(text, encoding="utf-8")
        assert points.read_points(path, most) == (
            {("ana", "02.5"): 3.5},
            {("ana", "02.5"): "Good"},
        )
        points.write_points([], most, path)
        assert points.read_points(path, most)[0] == {("ana", "02.5"): 3.5}
        tables.write_marks([one], [], {("ana", "02.5"): 3.5}, most, tmp_path / "marks.csv")
        (row,) = rows(tmp_path / "marks.csv")
        assert (row["02 right"], row["02 open"], row["points"]) == ("4", "3.5", "7.5")

    @pytest.mark.parametrize(("entered", "said"), [("5", "must be 0 to 4"), ("x", "0 to 4")])
    def test_points_that_cannot_be(self, entered: str, said: str, tmp_path: Path) -> None:
        path = tmp_path / points.OPEN_POINTS
        path.write_text(f"learner,exercise,points\nana,02.5,{entered}\n")
        with pytest.raises(points.PointsError, match=f"line 2: .*{said}"):
            points.read_points(path, {"02.5": 4})

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ("ana,02.5,-0.5,", "line 2: the points of 02.5 are '-0.5'; they must be 0 to 4. "),
            ("ana,02.5,nan,", "line 2: the points of 02.5 are 'nan'; they must be 0 to 4. "),
            (
                "ana,02.1,1,",
                "line 2: the points of 02.1 are '1'; they must be an open exercise's. ",
            ),
            (
                "ana,02.5,3,\nana,02.5,2,",
                "line 3: an earlier line says something else of ana and 02.5. Remove one",
            ),
            ("ana,02.5,3,Good\nana,02.5,3,Bad", "line 3: an earlier line says something else"),
        ],
    )
    def test_points_that_say_two_things_or_too_much(
        self, lines: str, said: str, tmp_path: Path
    ) -> None:
        path = tmp_path / points.OPEN_POINTS
        path.write_text(f"learner,exercise,points,comment\n{lines}\n")
        with pytest.raises(points.PointsError, match=rf"^open_points\.csv, {re.escape(said)}"):
            points.read_points(path, {"02.5": 4})

    def test_points_from_none_to_all_with_or_without_a_comment(self, tmp_path: Path) -> None:
        path = tmp_path / points.OPEN_POINTS
        assert points.read_points(path, {"02.5": 4}) == ({}, {})
        path.write_text(
            "learner,exercise,points,comment\nana, 02.5 ,0,\nben,02.5, 4 , Good \nben,02.5,4,Good\n"
            "eve,02.5,,Later\nzoe,02.5,,\n"
        )
        assert points.read_points(path, {"02.5": 4}) == (
            {("ana", "02.5"): 0.0, ("ben", "02.5"): 4.0},
            {("ben", "02.5"): "Good", ("eve", "02.5"): "Later"},
        )
        path.write_text("learner,exercise,points\nana,02.5,1\n")
        assert points.read_points(path, {"02.5": 4}) == ({("ana", "02.5"): 1.0}, {})
        path.write_text("learner,exercise\nana,02.5\n")
        with pytest.raises(points.PointsError) as error:
            points.read_points(path, {"02.5": 4})
        assert str(error.value) == "open_points.csv, line 1: there is no points. Add it."

    def test_the_table_of_points_has_every_answer_to_read_and_all_that_was_entered(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / points.OPEN_POINTS
        gone = "learner,exercise,points,comment\ngone,02.5,2.5,Good\nleft,02.5,,Late\nana,02.5,3,\n"
        path.write_text(gone)
        ana, ben, zoe = (one_marked(name, 1) for name in ("ana", "ben", "zoe"))
        ben.open_answers = {"02.5": ""}
        tables.decide([ana, ben, zoe])
        zoe.counts = False
        points.write_points([ana, ben, zoe], {"02.5": 4}, path)
        assert [list(row.values()) for row in rows(path)] == [
            ["ana", "02", "02.5", "3", "4", ""],
            ["gone", "02", "02.5", "2.5", "4", "Good"],
            ["left", "02", "02.5", "", "4", "Late"],
        ]

    def test_every_line_with_wrong_points_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / points.OPEN_POINTS
        path.write_text("learner,exercise,points\nana,02.5,9\nben,02.5,4\nzoe,02.5,good\n")
        with pytest.raises(points.PointsError) as error:
            points.read_points(path, {"02.5": 4})
        first, second = str(error.value).split("\n")
        assert "line 2" in first and "line 4" in second and "'good'" in second

    def test_gradebooks_have_every_learner_and_the_platforms_columns(self, tmp_path: Path) -> None:
        people = [
            roster.Learner(
                "Ana", "1", "anl", "ana@example.org", (("ID", "77"), ("SIS User ID", "S1"))
            ),
            roster.Learner("Zoe", "2", "", "zoe@example.org"),
        ]
        given, most = {("Ana", "02.5"): 2.0}, {"02.5": 4}
        tables.write_gradebooks([one_marked("Ana", 1)], people, given, most, tmp_path)
        moodle, canvas = rows(tmp_path / "moodle.csv"), rows(tmp_path / "canvas.csv")
        assert [list(r.values()) for r in moodle] == [
            ["1", "Ana", "ana@example.org", "4", "2"],
            ["2", "Zoe", "zoe@example.org", "", ""],
        ]
        assert list(canvas[0])[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        assert canvas[0]["Student"] == "    Points Possible" and canvas[1]["ID"] == "77"
        assert [r["Lesson 02"] for r in canvas] == ["4", "4", ""]
        assert [r["Lesson 02 open"] for r in canvas] == ["4", "2", ""]

    def test_the_whole_tables_of_a_small_class(self, tmp_path: Path) -> None:
        """Every cell of them: one late, one handed in twice, one unread, one without a file."""
        ana, zoe = one_marked("Ana", 1, late=True), one_marked("Zoe", 0, number=1)
        old = one_marked("Zoe", 1)
        ana.remarks, ana.seconds, ana.written = ["it is long", "it is slow"], 1.5, ["a.csv"]
        ana.codes, ana.outside = {"02.1": "c0de"}, ["02.2"]
        zoe.marks["02.1"] = judge.Mark("wrong", 0, "trap 1")
        people = [roster.Learner("Ana", "1", "", "ana@example.org"), roster.Learner("Ben", "2")]
        given, most, marked = {("Ana", "02.5"): 2.5}, {"02.5": 4}, [ana, old, zoe]
        tables.decide(marked)
        ana.person = people[0]
        tables.write_files(marked, people, given, tmp_path / "files.csv")
        tables.write_marks(marked, people, given, most, tmp_path / "marks.csv")
        tables.write_long(marked, tmp_path / "long.csv")

        def table(name: str) -> list[list[str]]:
            read = rows(tmp_path / name)
            return [list(read[0]), *(list(row.values()) for row in read)]

        right, wrong = ["right"] * 4, ["wrong"] * 4
        twice, instead = "2 files for this lesson; this one counts", f"because Zoe/{FILE} does"
        head = ["learner", "lesson", "file", "status", "counts", "late", "right", "of"]
        of_ana = ["Ana", "02", f"Ana/{FILE}", "marked", "yes", "late", "4", "4"]
        of_old = ["Zoe", "02", f"Zoe/{FILE}", "marked", "no", "", "4", "4"]
        of_zoe = ["Zoe", "02", f"Zoe/{FILE}", "marked", "yes", "", "0", "4"]
        assert table("files.csv") == [
            [*head, *NUMBERS, "02.5", "traps", "remarks", "seconds", "written", "roster"],
            [*of_ana, *right, "2.5", "", "it is long; it is slow", "1.5", "a.csv", "yes"],
            [*of_old, *right, "", "", f"does not count, {instead}", "0.0", "", "no"],
            [*of_zoe, *wrong, "to read", "02.1: trap 1", twice, "0.0", "", "no"],
            ["Ben", "", "", "nothing was handed in", "no", *[""] * 12, "yes"],
        ]
        columns = [f"02 {what}" for what in ("right", "of", "open", "open of", "late")]
        assert table("marks.csv") == [
            ["learner", "id", "mail", *columns, "points", "of"],
            ["Ana", "1", "ana@example.org", "4", "4", "2.5", "4", "late", "6.5", "8"],
            ["Ben", "2", "", "", "", "", "", "", "0", "0"],
            ["Zoe", "", "", "0", "4", "to read", "4", "", "0", "8"],
        ]
        assert table("long.csv") == [
            tables.LONG,
            ["Ana", "02", "02.1", "right", "1", "", "", "c0de", ""],
            ["Ana", "02", "02.2", "right", "1", "", "", "", "yes"],
            *(["Ana", "02", n, "right", "1", "", "", "", ""] for n in NUMBERS[2:]),
            ["Zoe", "02", "02.1", "wrong", "0", "trap 1", "", "", ""],
            *(["Zoe", "02", n, "wrong", "0", "", "", "", ""] for n in NUMBERS[1:]),
        ]

    @pytest.mark.parametrize(
        ("right", "said"),
        [
            (0, "0 of 4 exercises are right."),
            (1, "One of 4 exercises is right."),
            (4, "4 of 4 exercises are right."),
        ],
    )
    def test_how_many_are_right(self, right: int, said: str) -> None:
        one = one_marked("Ana", 0)
        one.marks |= {n: judge.Mark("right", 1) for n in NUMBERS[:right]}
        assert f"<p>{said} They were checked" in feedback.page(one, "02", {}, {}, {})

    def test_a_name_is_no_formula(self, tmp_path: Path) -> None:
        tables.write_marks([one_marked("=1+1", 1)], [], {}, {}, tmp_path / "marks.csv")
        (row,) = rows(tmp_path / "marks.csv")
        assert (row["learner"], row["02 open of"]) == ("'=1+1", "")


class TestStore:
    """Results named by their content."""

    LIMITS = place.Limits()

    def test_merging_parts_gives_the_whole(self, tmp_path: Path) -> None:
        made_with = store.manifest(current(), self.LIMITS)
        for name, unit in (("a", "1"), ("b", "2"), ("b", "1")):
            store.open_marks(tmp_path / name, made_with)
            store.save(tmp_path / name, unit, place.Run())
        assert store.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all") == (2, 0)
        assert store.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all") == (0, 0)
        whole = sorted((tmp_path / "all" / store.UNITS).iterdir())
        assert [path.name for path in whole] == ["1.json", "2.json"]

    def test_results_of_another_version_are_refused(self, tmp_path: Path) -> None:
        made_with = store.manifest(current(), self.LIMITS)
        store.open_marks(tmp_path / "a", made_with)
        store.open_marks(tmp_path / "b", made_with | {"engine": "another"})
        with pytest.raises(store.StoreError, match="results made with other engine"):
            store.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all")
        with pytest.raises(store.StoreError, match="is not a folder of marks"):
            store.merge([tmp_path / "none"], tmp_path / "all")

    def test_a_run_that_came_to_its_end_replaces_one_that_did_not(self, tmp_path: Path) -> None:
        made_with = store.manifest(current(), self.LIMITS)
        cut_off = place.Run(remark="it took too long")
        whole = place.Run(answers={"02.1": {"answer": 1, "seconds": 1.0}}, failed={3: "KeyError"})
        slower = place.Run(answers={"02.1": {"answer": 1, "seconds": 9.0}})
        other = place.Run(answers={"02.1": {"answer": 2, "seconds": 1.0}})

        def merged(here: place.Run, there: place.Run) -> tuple[tuple[int, int], place.Run]:
            """What merging says, and which of the two is there afterwards."""
            folders = tmp_path / "here", tmp_path / "there"
            for folder, run in zip(folders, (here, there), strict=True):
                store.open_marks(folder, made_with)
                store.save(folder, "1", run)
            counted = store.merge([folders[1]], folders[0])
            kept = store.load(folders[0], "1")
            assert kept is not None
            return counted, here if kept["answers"] == here.answers else there

        assert merged(cut_off, whole) == ((1, 0), whole)
        assert merged(whole, cut_off) == ((0, 0), whole)
        assert merged(whole, slower) == ((0, 0), whole), "seconds are no difference"
        assert merged(whole, other) == ((0, 1), whole), "the first stays, and it is said"
        store.save(tmp_path / "here", "1", whole)
        assert (store.load(tmp_path / "here", "1") or {})["failed"] == {"3": "KeyError"}
        store.path_of(tmp_path / "there", "1").write_text("{", encoding="utf-8")
        with pytest.raises(store.StoreError, match=r"1\.json cannot be read: run that shard again"):
            store.merge([tmp_path / "there"], tmp_path / "here")

    @pytest.mark.parametrize(
        "text", ["[]", "{}", '{"answers": {}, "failed": {}}', '{"answers": [], "remark": ""}', "{"]
    )
    def test_half_a_result_is_none(self, text: str, tmp_path: Path) -> None:
        store.save(tmp_path, "1", place.Run())
        assert store.load(tmp_path, "1") is not None
        store.path_of(tmp_path, "1").write_text(text, encoding="utf-8")
        assert store.load(tmp_path, "1") is None and store.load(tmp_path, "2") is None

    def test_a_table_or_a_package_changes_what_a_run_depends_on(
        self, own_toy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made_with = store.manifest(current(), self.LIMITS)
        assert set(made_with) == {"engine", "tables", "packages", "python", "limits"}
        assert made_with["python"] == "{}.{}".format(*sys.version_info)
        data = own_toy / "data"
        for name in ("adaptation.toml", "notes.txt", "library/update/old.csv"):
            (data / name).parent.mkdir(exist_ok=True)
            (data / name).write_text("", encoding="utf-8")
            assert store.manifest(current(), self.LIMITS) == made_with, "no run reads it"
        states = {made_with["tables"]}
        for name in ("library/library_loans.csv", "library/datapackage.json", "collection.toml"):
            with (data / name).open("a", encoding="utf-8") as stream:
                stream.write("\n")
            states.add(store.manifest(current(), self.LIMITS)["tables"])
        assert len(states) == 4, "tables, what describes them, and the collection's settings"
        engine = own_toy / "helpers"
        engines = []
        with monkeypatch.context() as patch:
            patch.setattr(sys.modules["helpers"], "__file__", str(engine / "__init__.py"))
            for name in ("__init__.py", "claims/a.py", "_collection/b.py", "notes.txt"):
                (engine / name).parent.mkdir(parents=True, exist_ok=True)
                (engine / name).write_text("", encoding="utf-8")
                engines.append(store.manifest(current(), self.LIMITS)["engine"])
        assert len({made_with["engine"], *engines}) == 3, "code, and not that of a collection"
        monkeypatch.setattr(store, "version", lambda name: "0")
        again = store.manifest(current(), place.Limits(cell_seconds=5))
        assert {name for name in again if again[name] != made_with[name]} == {
            *("tables", "packages", "limits")
        }
        store.open_marks(data.parent / "marks" / "02", made_with)
        with pytest.raises(store.StoreError, match="made with other limits and packages and tabl"):
            store.open_marks(data.parent / "marks" / "02", again)

    def test_what_is_kept_is_counted_in_the_folder(self, tmp_path: Path) -> None:
        store.save(tmp_path, "1", place.Run())
        kept = store.Kept(tmp_path, ["1", "2", "3"])
        assert kept.said("Stopped") == (
            "Stopped: 0 finished and kept, 3 remain. The same command continues."
        )
        store.save(tmp_path, "2", place.Run())
        assert kept.said("Stopped").startswith("Stopped: 1 finished and kept, 2 remain.")

    def test_a_unit_is_its_cells_and_its_manifest(self) -> None:
        made_with = store.manifest(current(), self.LIMITS)
        one, same = exercises.find(made.notebook()), exercises.find(made.notebook())
        other = exercises.find(made.notebook({"02.1": "answer = 1"}))
        assert store.unit_id(one, made_with) == store.unit_id(same, made_with)
        assert store.unit_id(one, made_with) != store.unit_id(other, made_with)
        slower = store.manifest(current(), place.Limits(cell_seconds=5))
        assert store.unit_id(one, made_with) != store.unit_id(one, slower)
