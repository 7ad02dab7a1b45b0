"""The guards are guarded: break one thing in a copy of the project, and see the right check go red.

Each copy holds lesson 02 with all it needs and is run against its own files; the unbroken copy must
be green.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.authoring.describe import outdated
from helpers.collection import open_collection
from tests.collection import test_lessons
from tests.guards.copies import Copy
from tests.lessons import Lesson, source

LESSON = "02_overdose_deaths.ipynb"


class LessonCopy(Copy):
    """A copy of the project in which tests change lesson 02 and its tables."""

    @property
    def lesson(self) -> Path:
        return self.root / "notebooks" / LESSON

    def helpers_file(self) -> Path:
        """Where `import helpers` leads in a kernel started in the copy's notebooks/."""
        code = "import os; os.chdir('notebooks'); import helpers; print(helpers.__file__)"
        return Path(self.python("-c", code).stdout.strip())

    def edit_notebook(self, change: Callable[[dict[str, Any]], None]) -> None:
        notebook = json.loads(self.lesson.read_text(encoding="utf-8"))
        change(notebook)
        self.lesson.write_text(
            json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )

    def edit_table(self, path: str, old: str, new: str) -> None:
        """Change a table and describe it, so that only the lessons can see the change."""
        table = self.root / "data" / path
        text = table.read_text(encoding="utf-8")
        assert text.count(old) == 1, (
            f"{old!r} is there {text.count(old)} times in {path}: the test would break "
            f"something else"
        )
        table.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
        for file, described in outdated(open_collection(self.root)).items():
            file.write_text(described, encoding="utf-8", newline="\n")

    def run(self) -> tuple[bool, str]:
        """A strict nbval run of the lesson: whether it is green, and what it prints."""
        done = self.strict_run("02")
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.returncode == 0, done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> LessonCopy:
    return LessonCopy(tmp_path / "project")


def cell_with(notebook: dict[str, Any], text: str) -> dict[str, Any]:
    """The one code cell whose source contains `text`."""
    cells = [
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" and text in source(cell)
    ]
    assert len(cells) == 1, f"{text!r} is in {len(cells)} cells"
    return cells[0]


def picture_of(cell: dict[str, Any]) -> dict[str, Any]:
    """The output of a cell that holds its picture."""
    outputs = [output["data"] for output in cell["outputs"] if "data" in output]
    return next(data for data in outputs if "<img" in "".join(data.get("text/html", "")))


def assert_red(copy: LessonCopy, text: str) -> str:
    """The run fails in a cell whose source contains `text`."""
    green, printed = copy.run()
    assert not green, "the broken copy passed"
    index = next(
        i
        for i, cell in enumerate(
            c
            for c in json.loads(copy.lesson.read_text(encoding="utf-8"))["cells"]
            if c["cell_type"] == "code"
        )
        if text in source(cell)
    )
    assert re.search(rf"FAILED notebooks/{re.escape(LESSON)}::Cell {index}\b", printed), printed[
        -3000:
    ]
    return printed


class TestControl:
    def test_unbroken_copy_is_green_and_runs_its_own_files(self, copy: LessonCopy) -> None:
        assert copy.helpers_file().is_relative_to(copy.root)
        green, printed = copy.run()
        assert green, printed[-3000:]


class TestData:
    def test_changed_value_with_its_hash_updated(self, copy: LessonCopy) -> None:
        copy.edit_table(
            "overdose/us_overdose_deaths.csv",
            "2016,heroin,T40.1,all,15469",
            "2016,heroin,T40.1,all,15468",
        )
        assert_red(copy, "in_2016 = ")

    def test_changed_value_with_its_hash_left_alone(self, copy: LessonCopy) -> None:
        table = copy.root / "data" / "overdose" / "us_overdose_deaths.csv"
        table.write_bytes(table.read_bytes().replace(b",15469,", b",15468,"))
        assert "is not the one described" in assert_red(copy, 'deaths = load("us_overdose_deaths")')


class TestClaims:
    def test_changed_evidence(self, copy: LessonCopy) -> None:
        copy.edit_table(
            "dialogue/evidence.csv",
            'count",all,value,2017-12-16,public by,CDC/NCHS,overdose_count_revisions,'
            "period_end=2016-12-31; drug=all drugs",
            'count",all,value,2017-12-16,public by,CDC/NCHS,overdose_count_revisions,'
            "period_end=2016-12-31; drug=heroin",
        )
        assert_red(copy, 'claims.judge("overdose-64k")')

    def test_changed_stated_value(self, copy: LessonCopy) -> None:
        copy.edit_table("dialogue/claims.csv", "quantity,64000,", "quantity,63000,")
        assert_red(copy, 'claims.judge("overdose-64k")')


class TestOutputs:
    def test_changed_digit(self, copy: LessonCopy) -> None:
        def change(notebook: dict[str, Any]) -> None:
            output = cell_with(notebook, "sum of the classes")["outputs"][0]
            output["text"] = [line.replace("69,886", "69,887") for line in output["text"]]

        copy.edit_notebook(change)
        assert "69,887" in assert_red(copy, "sum of the classes")

    def test_dropped_output(self, copy: LessonCopy) -> None:
        copy.edit_notebook(
            lambda notebook: cell_with(notebook, "sum of the classes").update(outputs=[])
        )
        assert_red(copy, "sum of the classes")

    def test_cleared_notebook_passes_nbval_but_not_the_structure_test(
        self, copy: LessonCopy
    ) -> None:
        def clear(notebook: dict[str, Any]) -> None:
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    cell.update(outputs=[], execution_count=None)

        copy.edit_notebook(clear)
        with pytest.raises(AssertionError, match="cells were run out of order or cleared"):
            test_lessons.test_counts_run_in_order(Lesson.read(copy.lesson))
        with pytest.raises(AssertionError, match="stores no picture"):
            test_lessons.test_figures_have_words_and_hash(Lesson.read(copy.lesson))


class TestFigures:
    def test_changed_plotted_value(self, copy: LessonCopy) -> None:
        """On another system pictures are not compared; the hash of the plotted values tells."""

        def change(notebook: dict[str, Any]) -> None:
            notebook["metadata"]["pictures_from"]["matplotlib"] = "0"
            cell = cell_with(notebook, "ax = sns.lineplot(total)")
            cell["source"] = [
                line.replace("sns.lineplot(total)", "sns.lineplot(total.replace({63632: 63633}))")
                for line in cell["source"]
            ]

        copy.edit_notebook(change)
        printed = assert_red(copy, "sns.lineplot(total")
        assert "mismatch 'text/plain'" in printed

    def test_swapped_picture(self, copy: LessonCopy) -> None:
        """The words and the hash of values are right, only the picture is another one."""

        def change(notebook: dict[str, Any]) -> None:
            one, other = (
                picture_of(cell_with(notebook, text))
                for text in ("ax = sns.lineplot(total)", "label_lines(ax)")
            )
            picture = re.search(r"base64,([^\"]+)", "".join(other["text/html"]))[1]
            one["text/html"] = [
                re.sub(r"base64,[^\"]+", f"base64,{picture}", "".join(one["text/html"]))
            ]

        copy.edit_notebook(change)
        printed = assert_red(copy, "ax = sns.lineplot(total)")
        assert "sha256" in printed and len(printed) < 20_000, (
            "the difference is told by hash, not by a megabyte of base64"
        )

    def test_picture_of_another_system_is_left_to_words_and_hash(self, copy: LessonCopy) -> None:
        def change(notebook: dict[str, Any]) -> None:
            notebook["metadata"]["pictures_from"]["matplotlib"] = "0"
            data = picture_of(cell_with(notebook, "ax = sns.lineplot(total)"))
            data["text/html"] = [
                re.sub(r"base64,[^\"]+", "base64,AAAA", "".join(data["text/html"]))
            ]

        copy.edit_notebook(change)
        green, printed = copy.run()
        assert green, printed[-3000:]


class TestKernel:
    def test_killed_kernel_is_noticed_at_once(self, copy: LessonCopy) -> None:
        copy.edit_notebook(
            lambda notebook: cell_with(notebook, "import seaborn").update(
                source=["import os; os._exit(1)"]
            )
        )
        start = time.monotonic()
        assert "The kernel died while this cell was running" in assert_red(copy, "os._exit")
        assert time.monotonic() - start < 30, "far below the 60 seconds of a cell's limit"
