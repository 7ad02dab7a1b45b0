"""A course adapted without Python: lessons left out, other minutes, a teacher's own exercises.
Every command on a copy of the collection; bad files are one sentence.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import lab
from helpers.adaptation import EXERCISES, SETTINGS, VARIABLE
from helpers.collection import VARIABLE as COLLECTION
from helpers.collection import current
from helpers.exercises import check, lesson_exercises
from helpers.language import speaking
from helpers.lessons import lesson_files, lesson_map, lessons
from marking import grade
from tests.lessons import ROOT
from tests.marking import inbox as made
from tools import editions, handout, package

TOML = 'leave_out = ["09"]\n\n[minutes.02]\nreading = 30\nexercises = 20\n'
ROWS = [
    ["02.12", 'Which office counts? "CDC", or another?', "CDC", "", "Look at the data card."],
    ["02.11", "How many deaths, roughly?", "63632", "500", ""],
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the collection that a teacher has adapted."""
    for folder in ("data", "notebooks", "helpers"):
        ignored = shutil.ignore_patterns("__pycache__", "update")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for name in package.STUDENT_FILES:
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "data" / SETTINGS).write_text(TOML, encoding="utf-8")
    write(tmp_path, ROWS)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv(COLLECTION, str(tmp_path))
    yield tmp_path


def write(root: Path, rows: list[list[str]], delimiter: str = ",") -> None:
    with (root / "data" / EXERCISES).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["id", "question", "answer", "tolerance", "hint"])
        writer.writerows(rows)


def sources(notebook: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def test_lessons_and_map(place: Path) -> None:
    assert "09" not in [path.name[:2] for path in lesson_files(current())]
    assert "02  overdose deaths" in repr(lesson_map()) and "30 + 20 minutes" in repr(lesson_map())
    assert "09_money" not in lesson_map()._repr_html_()


def test_tests_and_authors_see_the_collection_as_published(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    assert "09" in [lesson.number for lesson in lessons()]
    assert "02.11" not in lesson_exercises("02") and "30 + 20" not in repr(lesson_map())


def test_check(place: Path) -> None:
    assert check("02.11", 63900).credit == 1 and check("02.11", 64200).credit == 0
    assert check("02.12", "CDC").credit == 1
    assert check("02.12", "DEA").message == "Exercise 02.12: not yet. Look at the data card."
    assert check("02.1", ...).credit == 0 and "There is no exercise" in check("09.1", 1).message


def test_copies_of_lab(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `lab` does, without JupyterLab."""
    started: list[str] = []
    monkeypatch.setattr(lab, "set_lab_defaults", lambda folder: None)
    monkeypatch.setattr(lab, "start_jupyterlab", lambda words: started.extend(words) or 0)
    assert lab.main([]) == 0 and f"--ServerApp.root_dir={place}" in started
    names = sorted(path.name[:2] for path in (place / "my_work").glob("*.ipynb"))
    assert "09" not in names and len(names) == 13 and (place / "my_work" / "glossary.md").is_file()
    notebook = json.loads((place / "my_work" / "02_overdose_deaths.ipynb").read_text())
    texts = sources(notebook)
    first = texts.index("### Exercise 02.11\n\nHow many deaths, roughly?")
    assert texts[first + 1] == 'answer = ...\ncheck("02.11", answer)'
    assert texts[first + 2].startswith("### Exercise 02.12") and texts[first + 4].startswith("## ")
    assert max(n for n, text in enumerate(texts) if text.startswith("### Exercise 02.5")) < first
    assert notebook["metadata"]["own_exercises"] == ["02.11", "02.12"], "marking reads it"
    assert notebook["metadata"]["lesson"]["minutes"] == {"reading": 30, "exercises": 20}
    assert "\nReading 30 minutes, exercises 20 minutes. In 50 minutes" in "\n".join(texts)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    started.clear()
    assert lab.main(["06", "--allow-root", "--port", "8921"]) == 0
    assert started[-3:] == ["--allow-root", "--port", "8921"]
    assert started[1].endswith("06_seizures.ipynb")
    (place / "data" / EXERCISES).write_text("id\n")
    assert lab.main([]) == 2


def test_handout_and_editions(place: Path) -> None:
    lesson = place / "notebooks" / "02_overdose_deaths.ipynb"
    copy, page, *_ = handout.write(lesson, place / "handouts")
    assert "### Exercise 02.12" in copy.read_text(encoding="utf-8")
    assert 'id="Exercise-02.12"' in page.read_text(encoding="utf-8")
    assert 'answer = "CDC"' in " ".join(sources(editions.solved(lesson))).replace("'", '"')
    marks = [c["metadata"].get("nbgrader", {}) for c in editions.nbgrader_source(lesson)["cells"]]
    assert {"answer-02-12", "check-02-12"} <= {mark.get("grade_id") for mark in marks}
    start = handout.write(place / "notebooks" / "00_start_here.ipynb", place / "handouts")[1]
    shown = start.read_text(encoding="utf-8")
    assert "<td>30 + 20 minutes" in shown.replace(' style="text-align:left"', "")
    assert "09 money" not in shown and "13 weighing the claims" in shown
    assert editions.main(["00"]) == 0
    with pytest.raises(SystemExit) as end:
        editions.main(["09"])
    assert end.value.code == 2


@pytest.mark.parametrize(
    ("language", "said", "before"),
    [
        ("en", "Reading 30 minutes, exercises 20 minutes.", "Reading 45 minutes"),
        ("es", "Lectura 30 minutos, ejercicios 20 minutos.", "Lectura 45 minutos"),
    ],
)
def test_minutes_are_said_to_readers(place: Path, language: str, said: str, before: str) -> None:
    with speaking(language):
        lesson = current().notebooks / "02_overdose_deaths.ipynb"
        written = handout.write(lesson, place / "handouts")[:2]
        texts = [path.read_text(encoding="utf-8") for path in written]
        texts.append("\n".join(sources(editions.solved(lesson))))
        folder = lesson.parent.relative_to(place).as_posix()
        texts.append(package.student(place)[f"{folder}/{lesson.name}"].decode())
    for text in texts:
        assert said in text and before not in text
    with speaking(language):
        other = lab.copy_of(lesson.with_name("05_fields_and_labs.ipynb"), current())
    assert before in other, "lessons without minutes of one's own keep theirs"


def test_a_lesson_left_out_has_no_links(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = package.student(place)
    for language in ("", "es/"):
        for name in ("04_demand.ipynb", "glossary.md"):
            text = content[f"notebooks/{language}{name}"].decode()
            assert "(09_money" not in text and "(02_overdose_deaths.ipynb" in text
    lab.copy_lessons(current(), place / "my_work")
    for name in ("04_demand.ipynb", "glossary.md"):
        assert "(09_money" not in (place / "my_work" / name).read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        handout.main(["09"])
    assert "You left out 09 in data/adaptation.toml: take" in capsys.readouterr().err


def test_students_copy(place: Path) -> None:
    content = package.student(place)
    assert not {f"data/{SETTINGS}", f"data/{EXERCISES}", "notebooks/09_money.ipynb"} & set(content)
    assert "### Exercise 02.11" in content["notebooks/02_overdose_deaths.ipynb"].decode()
    key = content["notebooks/02_overdose_deaths/key.py"].decode()
    assert "'02.11', '02.12'" in key and "63632" not in key


def test_grade(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An exercise that was added after a copy was made does not count there; one that a learner
    removed does.
    """
    inbox = tmp_path / "inbox"
    texts = {"02.11": "answer = 63_700", "02.12": "answer = 'DEA'"}
    made.put(inbox, "ana/02_overdose_deaths.ipynb", made.notebook(texts))
    without = made.notebook()
    without["cells"] = [cell for cell in without["cells"] if "02.11" not in cell["source"]]
    made.put(inbox, "ben/02_overdose_deaths.ipynb", without)
    removed = {"own_exercises": ["02.11", "02.12"]}
    made.put(inbox, "zoe/02_overdose_deaths.ipynb", without | {"metadata": removed})
    no_sandbox = [] if grade.place.sandbox() else ["--no-sandbox"]
    assert grade.main([str(inbox), *no_sandbox]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Your exercise 02.11 is not in 1 of 3 copies" in said and "02.12 is not" not in said
    marks = tmp_path / "inbox_marks"
    with (marks / "long.csv").open(encoding="utf-8-sig", newline="") as stream:
        states = {(row["learner"], row["exercise"]): row["state"] for row in csv.DictReader(stream)}
    assert states["ana", "02.11"] == "right" and states["ana", "02.12"] == "wrong"
    assert states["ana", "02.1"] == "right" and states["zoe", "02.11"] == "not found"
    assert ("ben", "02.11") not in states
    with (marks / "marks.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["02 of"] for row in csv.DictReader(stream)] == ["6", "5", "6"]
    write(place, [[*ROWS[1][:2], "1", "", ""]])
    assert grade.main([str(inbox), *no_sandbox]) == 0, "a changed key needs no new run"
    assert (marks / "units").is_dir() and "wrong" in (marks / "long.csv").read_text()


def test_answers_are_not_where_submissions_run(place: Path, tmp_path: Path) -> None:
    where = tmp_path / "run"
    where.mkdir()
    built = grade.place.build(current(), where)
    assert not [path for path in built.rglob("*") if path.name in (SETTINGS, EXERCISES)]


def test_bad_settings_are_one_sentence(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made.put(place / "inbox", "ana.ipynb", made.notebook())
    (place / "data" / SETTINGS).write_text("left_out = []", encoding="utf-8")
    assert grade.main([str(place / "inbox"), "--no-sandbox"]) == 2 and package.main([]) == 2
    assert "no setting 'left_out'" in capsys.readouterr().out
