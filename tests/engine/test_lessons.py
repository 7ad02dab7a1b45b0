"""Collections and lessons: where they are found, what a lesson says of itself, and one sentence for
everything that does not fit together.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers import about, load
from helpers.adaptation import VARIABLE as AS_PUBLISHED
from helpers.authoring import moves, new, review
from helpers.authoring.describe import END, START
from helpers.collection import VARIABLE, CollectionError, current
from helpers.lessons import (
    LessonError,
    choose_lessons,
    lesson,
    lesson_map,
    lessons,
    read_lesson,
    why_unreadable,
)
from tests.toy import add_table, column, describe, write_toy

NAME = "01_library_loans"


def edit(path: Path, **changes: Any) -> None:
    """Change entries of the block `lesson`; `...` takes one away."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    block = {**notebook["metadata"]["lesson"], **changes}
    notebook["metadata"]["lesson"] = {k: v for k, v in block.items() if v is not ...}
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def notebook(own_toy: Path) -> Path:
    return own_toy / "notebooks" / f"{NAME}.ipynb"


@pytest.fixture
def second(own_toy: Path, notebook: Path) -> Path:
    """A second lesson, which settles no claim and has no exercise."""
    path = own_toy / "notebooks" / "02_more.ipynb"
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["cells"] = [cell for cell in content["cells"] if "check(" not in str(cell["source"])]
    path.write_text(json.dumps(content), encoding="utf-8")
    edit(path, theme="A & B", question="<how>", minutes={"reading": 6, "exercises": 5}, claims=[])
    shutil.copytree(notebook.with_suffix(""), path.with_suffix(""))
    for name in ("key.py", "solutions.py"):
        (path.with_suffix("") / name).unlink()
    return path


class TestWhereACollectionIs:
    @pytest.fixture(autouse=True)
    def _no_variable(self, _on_the_toy: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(VARIABLE)

    def test_the_working_folder_or_one_above(
        self, toy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for folder in (toy, toy / "notebooks", toy / "data" / "library"):
            monkeypatch.chdir(folder)
            assert current().root == toy and len(load("library_loans")) == 6

    def test_the_variable_comes_first(
        self, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(write_toy(tmp_path / "other"))
        monkeypatch.setenv(VARIABLE, str(toy))
        assert current().root == toy

    def test_the_collection_that_came_with_the_package(
        self, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert current().root != toy and (current().data / "collection.toml").is_file()

    def test_one_inside_another(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        outer = write_toy(tmp_path / "outer")
        inner = write_toy(tmp_path / "inner")
        shutil.move(inner, outer / "inner")
        monkeypatch.chdir(outer / "inner" / "notebooks")
        with pytest.raises(CollectionError) as refused:
            current()
        assert str(refused.value) == (
            f"The collection {outer / 'inner'} lies inside another one, {outer}. Move it out, or "
            f"name the one you mean in the environment variable {VARIABLE}."
        )
        monkeypatch.setenv(VARIABLE, str(outer / "inner"))
        assert current().root == outer / "inner"

    @pytest.mark.parametrize("name", ["nothing", "file.txt"])
    def test_a_folder_that_is_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        (tmp_path / "file.txt").write_text("text", encoding="utf-8")
        monkeypatch.setenv(VARIABLE, str(tmp_path / name))
        with pytest.raises(CollectionError) as refused:
            current()
        assert str(refused.value) == (
            f"{tmp_path / name} is not a collection: it has no data/collection.toml. Go to the "
            "folder of a collection, or start one with `python3 -m helpers new FOLDER`."
        )

    @pytest.mark.skipif(os.name == "nt", reason="Windows keeps the working folder")
    def test_a_working_folder_that_is_gone(
        self, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "gone").mkdir()
        monkeypatch.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
        with pytest.raises(CollectionError, match="The working folder does not exist any more"):
            load("library_loans")
        assert new.main(["mine"]) == 2
        monkeypatch.setenv(VARIABLE, str(toy))
        assert len(load("library_loans")) == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title = ", "cannot be read as TOML: "),
        ('title = "T"\ncolor = "red"', "there is no setting 'color'; known are title, "),
        ('package = "p"', 'the title is missing. Add a line title = "...".'),
        ("title = 5", "title must be of the type str; it is 5."),
        ('title = "T"\nsnapshot_days = true', "snapshot_days must be of the type int; it is True."),
        *(
            (
                f'title = "T"\nsnapshot_days = {days}',
                f"snapshot_days must lie between 0 and 3650; it is {days}.",
            )
            for days in (-5, 3651, 99999999999)
        ),
    ],
)
def test_settings_that_cannot_be_used(own_toy: Path, text: str, sentence: str) -> None:
    settings = own_toy / "data" / "collection.toml"
    settings.write_text(text, encoding="utf-8")
    with pytest.raises(CollectionError) as refused:
        current()
    assert str(settings) in str(refused.value) and sentence in str(refused.value)


def test_a_new_collection_says_what_was_not_retrieved(own_toy: Path) -> None:
    page = (own_toy / "data" / "README.md").read_text(encoding="utf-8")
    for text in (page, repr(about("library_loans"))):
        assert "computed, not retrieved" in text
        assert not re.search(r"read:? (written|computed)", text)


def test_the_only_lesson_is_named(own_toy: Path) -> None:
    with pytest.raises(LessonError) as refused:
        choose_lessons(current(), ["07"])
    assert str(refused.value) == "No lesson has the number 07: the only lesson is 01."


def test_a_new_collection_introduces_what_its_lesson_uses(
    own_toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert moves.main([]) == 0
    assert capsys.readouterr().out == "Everything that is used was introduced.\n"


def test_the_title_of_a_new_collections_figure_is_true(own_toy: Path) -> None:
    (lesson,) = (own_toy / "notebooks").glob("*.ipynb")
    loans = load("library_loans").set_index("year")["loans"]
    steps = (loans.diff().dropna() > 0).to_dict()
    assert steps == {2020: True, 2021: False, 2022: False, 2023: False, 2024: True}
    assert "Loans fell from 2020 to 2023 and rose in 2024" in lesson.read_text(encoding="utf-8")


def test_a_new_collection_goes_into_an_empty_folder_outside_others(own_toy: Path) -> None:
    with pytest.raises(CollectionError, match="is not empty: name a folder that does not exist"):
        new.write_collection(own_toy)
    with pytest.raises(CollectionError, match="lies inside the collection"):
        new.write_collection(own_toy / "notebooks" / "mine")


def test_a_new_collection_says_which_python_works(own_toy: Path) -> None:
    readme = (own_toy / "README.md").read_text(encoding="utf-8")
    assert f"{new.this_python()} -m pytest" in readme and "PYTHON" not in readme
    for name in re.findall(r"`([\w/]+\.(?:csv|json|toml|ipynb))`", readme):
        assert list(own_toy.rglob(name)), name


def test_a_new_collection_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file.txt"
    file.write_text("text", encoding="utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name, sentence in [
        (str(file), f"{file} is a file: name a folder that does not exist yet.\n"),
        ("", "The name of the folder is empty: name a folder for the collection.\n"),
        (str(file / "in"), f"{file / 'in'} cannot be written (Not a directory): "),
    ]:
        assert new.main([name]) == 2
        assert capsys.readouterr().err.startswith(sentence)
    assert not list((tmp_path / "here").iterdir())


def test_what_a_lesson_says_of_itself(notebook: Path) -> None:
    edit(notebook, stage="Lend")
    here = lesson("01")
    assert (here.name, here.number, here.title) == (NAME, "01", "Library loans")
    assert here.time == f"{here.reading} + {here.exercises} minutes"
    assert here.claims == ("more-loans",) and here.more == {"stage": "Lend"}
    assert here.folder == notebook.with_suffix("")
    assert choose_lessons(current(), ["01"]) == choose_lessons(current()) == [notebook]


def test_the_map_of_lessons(second: Path) -> None:
    one = lesson("01")
    assert repr(lesson_map()) == (
        f"01  library loans            {one.time}\n02  A & B                    6 + 5 minutes"
    )
    html = lesson_map()._repr_html_()
    left = 'style="text-align:left"'
    head = "".join(f'<th scope="col" {left}>{x}</th>' for x in ("lesson", "question", "time"))
    assert html.startswith(f"<table><thead><tr>{head}</tr></thead><tbody>")
    assert html.endswith(
        f'<tr><th scope="row" {left}><a href="{second.name}">02 A &amp; B</a></th>'
        f"<td {left}>&lt;how&gt;</td><td {left}>6 + 5 minutes</td></tr></tbody></table>"
    )


PANEL = "Add it to the notebook's metadata (in JupyterLab: Property Inspector, Advanced Tools)."
MINUTES = "`minutes` in the block `lesson` must give whole minutes for"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"theme": ...},
            "the entry 'theme' of the block `lesson` is missing or not of the type str.",
        ),
        (
            {"question": ""},
            "the entry 'question' of the block `lesson` is missing or not of the type str.",
        ),
        (
            {"content_note": "no"},
            "the entry 'content_note' of the block `lesson` is missing or not of the type bool.",
        ),
        ({"minutes": {"reading": 20}}, f"{MINUTES} 'exercises'."),
        ({"minutes": {"reading": True, "exercises": 5}}, f"{MINUTES} 'reading'."),
        ({"claims": [5]}, "`claims` in the block `lesson` must list ids of claims."),
    ],
)
def test_a_broken_block(notebook: Path, changes: dict[str, Any], sentence: str) -> None:
    edit(notebook, **changes)
    with pytest.raises(LessonError) as refused:
        lessons()
    assert str(refused.value) == f"{NAME}.ipynb: {sentence} {PANEL}"


def test_no_block(notebook: Path) -> None:
    for metadata in ({}, {"lesson": "one"}, []):
        notebook.write_text(json.dumps({"metadata": metadata, "cells": []}), encoding="utf-8")
        with pytest.raises(LessonError) as refused:
            lesson_map()
        assert str(refused.value) == (
            f"{NAME}.ipynb has no block `lesson`, which says what the lesson is. {PANEL}"
        )


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b"{}"])
def test_a_file_that_is_no_notebook(notebook: Path, content: bytes) -> None:
    notebook.write_bytes(content)
    with pytest.raises(LessonError, match=rf"{NAME}\.ipynb cannot be read as a notebook \("):
        lessons()
    assert len(review.problems(current())) == 1


def test_numbers_that_no_lesson_or_two_lessons_have(notebook: Path) -> None:
    with pytest.raises(LessonError) as refused:
        choose_lessons(current(), ["01", "77", "x"])
    assert str(refused.value) == "No lesson has the number 77 or x: the only lesson is 01."
    with pytest.raises(LessonError) as refused:
        choose_lessons(current(), ["1"])
    assert str(refused.value) == (
        "No lesson has the number 1: the only lesson is 01. Did you mean 01?"
    )
    shutil.copy(notebook, notebook.with_name("01_other.ipynb"))
    with pytest.raises(LessonError) as refused:
        lessons()
    assert str(refused.value) == (
        f"{NAME}.ipynb and 01_other.ipynb have the same number: give one of them another."
    )


def test_lessons_that_a_teacher_changed(second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(AS_PUBLISHED)
    settings = second.parents[1] / "data" / "adaptation.toml"
    settings.write_text("[minutes.02]\nreading = 30\nexercises = 20\n", encoding="utf-8")
    assert lesson("02").time == lessons(current())[1].time == "30 + 20 minutes"
    settings.write_text('leave_out = ["01"]\n', encoding="utf-8")
    assert choose_lessons(current()) == [second] and len(lessons()) == 1
    for numbers in (["01"], ["02", "01", "77"]):
        with pytest.raises(LessonError) as refused:
            choose_lessons(current(), numbers)
        assert str(refused.value) == (
            "You left out 01 in data/adaptation.toml: take the number out of leave_out there, or "
            "ask for another lesson."
        )
    with pytest.raises(LessonError, match="No lesson has the number 77: the only lesson is 02"):
        choose_lessons(current(), ["77"])
    settings.write_text('leave_out = ["01", "02"]\n', encoding="utf-8")
    with pytest.raises(LessonError, match=r"No lesson has the number 77: there are none\.$"):
        choose_lessons(current(), ["77"])


def test_a_lesson_that_is_not_there(notebook: Path) -> None:
    with pytest.raises(LessonError) as refused:
        lesson("07")
    assert str(refused.value) == (
        f"There is no lesson 07 in {notebook.parent}: restore it, or ask for another."
    )
    notebook.unlink()
    with pytest.raises(LessonError) as refused:
        read_lesson(notebook)
    assert str(refused.value) == (
        f"The lesson {NAME}.ipynb is missing from {notebook.parent}: restore it."
    )
    assert why_unreadable(notebook).startswith(
        f"{NAME}.ipynb cannot be read as a notebook (FileNotFoundError: "
    )


#: A solution of the question to try in the toy collection's lesson.
TRIED = "def practice_a():\n    return 6\n\n\n"


class TestReview:
    """`python3 -m helpers review`: one sentence for everything that does not fit together."""

    def test_all_is_well(self, own_toy: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert review.problems(current()) == []
        assert review.main([]) == 0 and review.main(["01"]) == 0
        assert capsys.readouterr().out == "Everything fits together.\n" * 2

    def test_an_exercise_without_a_key(self, notebook: Path) -> None:
        text = notebook.read_text(encoding="utf-8")
        notebook.write_text(text.replace("01.1", "01.2"), encoding="utf-8")
        assert review.problems(current())[:2] == [
            f"{NAME}.ipynb: exercise 01.2 has no key. Add one to {NAME}/key.py.",
            f"{NAME}/key.py: the key 01.1 has no exercise. Add check('01.1', ...) to the lesson, "
            "or remove the key.",
        ]

    def test_a_fault_of_a_table_is_said_once(
        self, own_toy: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Every claim, key and solution that reads it meets it."""
        table = own_toy / "data" / "library" / "library_loans.csv"
        lines = table.read_text(encoding="utf-8").splitlines()
        table.write_text("\n".join([*lines[:-1], ""]), encoding="utf-8")
        assert len(review.problems(current())) > 1 and review.main([]) == 1
        assert capsys.readouterr().out.count("Table library_loans: 6 rows were promised") == 1

    def test_a_term_that_the_glossary_lacks(self, notebook: Path) -> None:
        text = notebook.read_text(encoding="utf-8")
        linked = "# 01 [loans](glossary.md#public-loan), [more](glossary.md#extradition)"
        notebook.write_text(text.replace("# 01", linked, 1), encoding="utf-8")
        notebook.with_name("glossary.md").write_text("### public loan\n", encoding="utf-8")
        said = [one for one in review.problems(current()) if "glossary" in one]
        assert len(said) == 1 and said[0].startswith(f"{NAME}.ipynb links glossary.md#extradition")

    def test_a_lost_key(self, notebook: Path) -> None:
        (notebook.with_suffix("") / "key.py").unlink()
        assert review.problems(current()) == [
            f"{NAME}.ipynb: exercise {number} has no key. Add one to {NAME}/key.py."
            for number in ("01.a", "01.1")
        ]

    def test_a_broken_key(self, notebook: Path) -> None:
        (notebook.with_suffix("") / "key.py").write_text("KEYS = 5", encoding="utf-8")
        assert review.problems(current()) == [
            f"{NAME}: {NAME}/key.py must define KEYS = Keys() from helpers.exercises."
        ]

    @pytest.mark.parametrize("part", ["the key", "trap 1"])
    def test_a_key_that_cannot_be_computed(self, notebook: Path, part: str) -> None:
        """The author is sent to the key, not to a solution that is right."""
        key = notebook.with_suffix("") / "key.py"
        text = key.read_text(encoding="utf-8")
        hint = ', traps={"A wrong turn.": lambda: load("nothing_there")}' * (part == "trap 1")
        add = f'\n\n@KEYS.add("01.b", "Count."{hint})\ndef count() -> int:\n    return '
        text += add + ('1 + "1"\n' if part == "the key" else "1\n")
        key.write_text(text, encoding="utf-8")
        change_code = notebook.read_text(encoding="utf-8").replace(
            '\\"01.a\\", answer)', ('\\"01.a\\", answer)\\n", "check(\\"01.b\\", ...)')
        )
        notebook.write_text(change_code, encoding="utf-8")
        said = [one for one in review.problems(current()) if "01.b" in one]
        assert len(said) == 1
        assert said[0].startswith(f"{NAME}/key.py: {part} of 01.b cannot be computed: ")

    def test_a_wrong_solution_and_a_wrong_answer_that_counts(self, notebook: Path) -> None:
        solutions = notebook.with_suffix("") / "solutions.py"
        solutions.write_text(
            f'{TRIED}def exercise_1():\n    return 1\n\nWRONG = {{"01.1": [2020, 2021]}}\n',
            encoding="utf-8",
        )
        said = review.problems(current())
        assert said[0].startswith(f"{NAME}/solutions.py: the solution of 01.1 does not count. ")
        assert said[1] == f"{NAME}/solutions.py: the wrong answer 2020 counts as right in 01.1."
        assert len(said) == 2

    def test_a_question_to_try(self, notebook: Path) -> None:
        """It needs a key and a solution as an exercise does; wrong answers are looked at."""
        key, solutions = (notebook.with_suffix("") / f for f in ("key.py", "solutions.py"))
        exercise = "def exercise_1():\n    return 2020\n\n\n"
        solutions.write_text(exercise, encoding="utf-8")
        assert review.problems(current()) == [
            f"{NAME}/solutions.py: there is no function practice_a for 01.a."
        ]
        solutions.write_text(exercise + TRIED + 'WRONG = {"01.a": [6]}\n', encoding="utf-8")
        assert review.problems(current()) == [
            f"{NAME}/solutions.py: the wrong answer 6 counts as right in 01.a."
        ]
        key.write_text(key.read_text(encoding="utf-8").replace("01.a", "01.b"), encoding="utf-8")
        assert review.problems(current())[0] == (
            f"{NAME}.ipynb: exercise 01.a has no key. Add one to {NAME}/key.py."
        )

    def test_lost_and_broken_solutions(self, notebook: Path) -> None:
        solutions = notebook.with_suffix("") / "solutions.py"
        solutions.write_text(TRIED, encoding="utf-8")
        assert review.problems(current()) == [
            f"{NAME}/solutions.py: there is no function exercise_1 for 01.1."
        ]
        solutions.write_text("1 / 0\n", encoding="utf-8")
        assert (
            "cannot be run (ZeroDivisionError: division by zero)" in review.problems(current())[0]
        )
        for fails in ("[][0]", "raise SystemExit"):
            solutions.write_text(f"{TRIED}def exercise_1():\n    {fails}\n", encoding="utf-8")
            (said,) = review.problems(current())
            assert said.startswith(f"{NAME}/solutions.py: the solution of 01.1 fails (")
        solutions.write_text("raise SystemExit", encoding="utf-8")
        assert "cannot be run (SystemExit: )" in review.problems(current())[0]
        solutions.unlink()
        assert "solutions.py is missing: write the answers there." in review.problems(current())[0]

    def test_a_table_that_no_lesson_uses(self, own_toy: Path) -> None:
        add_table(own_toy, "spare", "year\n2020\n", [column("year", "integer")], ["year"])
        assert review.problems(current()) == [
            "spare/spare.csv: no lesson uses the table spare. Use it, or remove the file and its "
            "entry in spare/datapackage.json."
        ]

    def test_a_broken_table(self, own_toy: Path) -> None:
        table = own_toy / "data" / "library" / "library_loans.csv"
        table.write_text("year,loans\n2019,-1\n", encoding="utf-8")
        said = review.problems(current())
        assert any("at least 0 was promised, -1 is there" in sentence for sentence in said)

    def test_a_table_without_rows(self, own_toy: Path) -> None:
        """The key finds nothing; then the evidence refers to claims that are gone."""
        path = own_toy / "data" / "library" / "library_loans.csv"
        path.write_text("year,loans\n", encoding="utf-8")
        describe(own_toy)
        assert "key.py: the key of 01.1 cannot be computed: " in review.problems(current())[-2]
        path = own_toy / "data" / "text" / "claims.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
        (said,) = review.problems(current())
        assert "'more-loans' is not in the column claim of the table claims" in said

    def test_readings_that_not_all_coders_coded(self, own_toy: Path) -> None:
        """Two coders, each with a reading of their own, and a reading without evidence."""
        for name, cells in [
            ("evidence", {"reading": "loans of books"}),
            ("judgments", {"reading": "loans of books", "coder": "B"}),
            ("judgments", {"reading": "visits"}),
        ]:
            path = own_toy / "data" / "text" / f"{name}.csv"
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            pd.concat([table, table.head(1).assign(**cells)]).to_csv(path, index=False)
        describe(own_toy)
        not_coded = "Add the line to the table judgments."
        assert review.problems(current()) == [
            (
                "Claim more-loans: the coder 'author' has not coded the reading "
                f"'loans of books'. {not_coded}"
            ),
            (
                "Claim more-loans: the coder 'B' has not coded the reading "
                f"'loans with renewals'. {not_coded}"
            ),
            (
                "Claim more-loans: the reading 'visits' is coded and has no evidence. Add a row "
                "to the table evidence, or remove its lines from the table judgments."
            ),
        ]

    def test_files_that_belong_to_nothing(self, own_toy: Path, notebook: Path) -> None:
        for folder in ("library", "library/update", "library/.ipynb_checkpoints"):
            (own_toy / "data" / folder).mkdir(exist_ok=True)
            (own_toy / "data" / folder / "loose.csv").write_text("a\n1\n", encoding="utf-8")
        shutil.copy(notebook, notebook.with_name("2_more.ipynb"))
        (notebook.with_suffix("") / "guide.md").unlink()
        readme = own_toy / "README.md"
        readme.write_text(f"{END}\n{START}\n", encoding="utf-8")
        said = review.problems(current())
        assert said[:4] == [
            (
                "data/library/loose.csv: no datapackage.json describes this file. Describe it "
                "there, or remove it."
            ),
            (
                "notebooks/2_more.ipynb is no lesson: a lesson's name is two digits, an "
                "underscore and a name, as in 01_name.ipynb. Rename or remove it."
            ),
            (
                "README.md lacks the marks between which `describe` writes the table of lessons: "
                f"add the lines {START} and {END}."
            ),
            f"{NAME}/guide.md is missing: write the teacher's page there.",
        ]
        describe(own_toy)
        assert readme.read_text(encoding="utf-8") == f"{END}\n{START}\n", "left as it is"

    def test_a_claim_in_no_lesson_or_in_two(self, notebook: Path, second: Path) -> None:
        edit(second, claims=["more-loans", "fewer-loans"])
        assert review.problems(current()) == [
            "02_more.ipynb: its block lists the claim 'fewer-loans', which the table claims does "
            "not have. Remove it.",
            (
                "The claim 'more-loans' is in the block of 2 lessons; it must be in one "
                "lesson's block."
            ),
        ]
        edit(second, claims=[])
        edit(notebook, claims=[])
        said = review.problems(current())
        assert said[0] == (
            "The claim 'more-loans' is in the block of 0 lessons; it must be in one lesson's block."
        )
        assert len(said) == 3 and all("no cell names or prints 9,000." in one for one in said[1:])

    def test_evidence_that_points_at_nothing(self, own_toy: Path) -> None:
        evidence = own_toy / "data" / "text" / "evidence.csv"
        text = evidence.read_text(encoding="utf-8")
        evidence.write_text(text.replace("year=2024", "year=1924"), encoding="utf-8")
        describe(own_toy)
        assert any("finds 0 rows; it must find one." in said for said in review.problems(current()))

    def test_evidence_from_a_table_that_is_not_there(self, own_toy: Path) -> None:
        evidence = own_toy / "data" / "text" / "evidence.csv"
        text = evidence.read_text(encoding="utf-8")
        evidence.write_text(text.replace("library_loans", "libary_loans"), encoding="utf-8")
        describe(own_toy)
        found = [said for said in review.problems(current()) if "libary_loans" in said]
        reading = load("evidence").query("claim == 'more-loans'")["reading"].iloc[0]
        assert found[0] == (
            f"Evidence for more-loans, reading {reading!r}: There is no table named "
            "'libary_loans'. Nearest names: library_loans."
        )
        assert all(said.count("There is no table") == said.count("Evidence") for said in found)

    def test_a_folder_without_its_notebook(self, notebook: Path) -> None:
        shutil.copytree(notebook.with_suffix(""), notebook.with_name("07_lost"))
        assert review.problems(current()) == [
            "notebooks/07_lost/ belongs to no lesson: add 07_lost.ipynb, or remove the folder."
        ]

    def test_no_lesson_at_all(self, notebook: Path) -> None:
        notebook.unlink()
        assert review.problems(current()) == [
            f"There is no lesson in {notebook.parent}: add a notebook 01_name.ipynb."
        ]

    def test_no_collection_and_an_unknown_lesson(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert review.main(["07"]) == 1
        assert capsys.readouterr().out.startswith("No lesson has the number 07: the only")
        monkeypatch.setenv(VARIABLE, str(tmp_path))
        assert review.main([]) == 1 and "is not a collection" in capsys.readouterr().err


class TestNumbersInProse:
    """A number in a lesson's text or guide page is computed, or stated for a reason."""

    @pytest.fixture
    def guide(self, notebook: Path) -> Path:
        """A guide page that says a number more than the one of the toy."""
        page = notebook.with_suffix("") / "guide.md"
        page.write_text(page.read_text(encoding="utf-8") + "\nSix years, two up.\n", "utf-8")
        return page

    def declare(self, guide: Path, text: str) -> list[str]:
        guide.with_name("numbers.toml").write_text(text, encoding="utf-8")
        return review.problems(current())

    YEARS = '[[computed]]\ntext = "Six years"\nvalue = "len(load(\'library_loans\'))"\n'
    UP = '[[stated]]\ntexts = ["two up"]\nreason = "years above the mark, a choice of ours"\n'

    def test_not_declared(self, guide: Path) -> None:
        said = self.declare(guide, self.YEARS)
        assert len(said) == 1
        assert said[0].startswith(f"{NAME}, guide page: 'two' is not declared in numbers.toml (…")

    def test_declared(self, guide: Path) -> None:
        assert self.declare(guide, self.YEARS + self.UP) == []

    def test_a_year_is_in_a_cell_or_stated(self, guide: Path) -> None:
        guide.write_text(guide.read_text(encoding="utf-8") + "\nMore in 1987.\n", "utf-8")
        (said,) = self.declare(guide, self.YEARS + self.UP)
        assert said.startswith(f"{NAME}, guide page: no cell names or prints 1987. ")
        stated = '[[stated]]\ntexts = ["in 1987"]\nreason = "the year of a publication"\n'
        assert self.declare(guide, self.YEARS + self.UP + stated) == []

    @pytest.mark.parametrize("number", ["8,765", "765", "8.25"])
    def test_a_longer_number_is_in_a_cell_or_declared(self, guide: Path, number: str) -> None:
        guide.write_text(
            guide.read_text(encoding="utf-8") + f"\nThere were {number} loans.\n", "utf-8"
        )
        (said,) = self.declare(guide, self.YEARS + self.UP)
        assert said.startswith(f"{NAME}, guide page: no cell names or prints {number}. ")
        computed = f'[[computed]]\ntext = "{number} loans"\nvalue = "{number.replace(",", "")}"\n'
        assert self.declare(guide, computed + self.YEARS + self.UP) == []

    def test_a_number_with_one_decimal_is_declared(self, guide: Path) -> None:
        guide.write_text(guide.read_text(encoding="utf-8") + "\nIt rose 2.5 times.\n", "utf-8")
        (said,) = self.declare(guide, self.YEARS + self.UP)
        assert said.startswith(f"{NAME}, guide page: '2.5' is not declared in numbers.toml (…")
        for value, right in (("2.5499", True), ("2.4999", True), ("2.55001", False)):
            rose = f'[[computed]]\ntext = "rose 2.5 times"\nvalue = "{value}"\n'
            assert (self.declare(guide, rose + self.YEARS + self.UP) == []) == right

    def test_a_text_with_several_numbers(self, guide: Path) -> None:
        both = '[[computed]]\ntext = "Six years, two up"\nvalue = "%s"\n'
        assert self.declare(guide, both % "[len(load('library_loans')), 2]") == []
        for wrong in ("[6, 3]", "[6]", "6"):
            (said,) = self.declare(guide, both % wrong)
            assert said.endswith(f"the data give {wrong}. Correct the text.")

    def test_an_expression_may_ask_for_a_key_and_for_what_is_printed(self, guide: Path) -> None:
        notebook = guide.parent.with_suffix(".ipynb")
        cells = json.loads(notebook.read_text(encoding="utf-8"))
        code = next(cell for cell in cells["cells"] if cell["cell_type"] == "code")
        printed = {"output_type": "stream", "name": "stdout", "text": ["It is 2 up\n", "1 loan\n"]}
        code["outputs"] = [printed]
        notebook.write_text(json.dumps(cells), encoding="utf-8")
        both = '[[computed]]\ntext = "Six years, two up"\nvalue = "[%s, %s]"\n'
        assert self.declare(guide, both % ("key('01.a')", "printed('It is # up')")) == []
        for words, count in (("It was # up", 0), ("#", 2)):
            (said,) = self.declare(guide, both % ("6", f"printed('{words}')"))
            assert f"(ValueError: the cells print {count} such numbers)" in said

    def test_the_data_give_another(self, guide: Path, own_toy: Path) -> None:
        table = own_toy / "data" / "library" / "library_loans.csv"
        table.write_text(table.read_text(encoding="utf-8") + "2025,9100\n", encoding="utf-8")
        describe(own_toy)
        assert self.declare(guide, self.YEARS + self.UP) == [
            f"{NAME}/numbers.toml, 'Six years': the data give 7. Correct the text."
        ]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("[[computed]", "cannot be read as TOML: "),
            ('[[computed]]\ntext = "Six years"', "a computed number needs a text and a value"),
            ('[[computed]]\ntext = "years"\nvalue = "6"', "the text has no number"),
            (
                '[[computed]]\ntext = "Six years"\nvalue = "1 / 0"',
                "the expression fails (ZeroDivisionError: division by zero)",
            ),
            (
                '[[computed]]\ntext = "Six years"\nvalue = "exit(3)"',
                "the expression fails (SystemExit: 3)",
            ),
            ('[[stated]]\ntexts = ["two up"]\nreason = "so"', "needs texts and a reason"),
            (
                '[[stated]]\ntexts = ["nine lives"]\nreason = "a choice of ours"',
                "no text says 'nine lives' any more; remove it.",
            ),
        ],
    )
    def test_a_declaration_that_cannot_be_used(self, guide: Path, text: str, sentence: str) -> None:
        assert any(sentence in said for said in self.declare(guide, text))
