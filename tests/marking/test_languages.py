"""English and Spanish submissions of one lesson: the same marks, each learner answered in the
language of the notebook, the teacher in that of the command.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from helpers.collection import current
from helpers.exercises import check, lesson_exercises
from helpers.language import VARIABLE, shown, speaking
from helpers.lessons import choose_lessons
from marking import exercises, grade, judge, place, report, store, values
from tests.lessons import Lesson, each_lesson
from tests.marking import inbox as made
from tests.marking import stub

FILE = "02_overdose_deaths.ipynb"
#: Words that no Spanish page has outside code and names.
ENGLISH = re.compile(r"\b(the|of|is|are|not|right|exercise|answer|which|learners?|points)\b")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def words_of(page: str) -> str:
    """What a page shows, without code."""
    return re.sub(r"<style>.*?</style>|<code>.*?</code>|<[^>]+>", " ", page, flags=re.S)


def notebook(metadata: Any = None, *sources: str) -> dict[str, Any]:
    return {"metadata": metadata, "cells": [made.code(source) for source in sources]}


@pytest.mark.parametrize(
    ("read", "language"),
    [
        (notebook({"lesson": {"language": "es"}}, "1"), "es"),
        (notebook({}, "1", "from helpers.language import speak\n\nspeak('es')\n"), "es"),
        (notebook({"lesson": {"language": "xx"}}, 'speak("es")', 'speak("en")', "1"), "es"),
        (notebook({}, '# speak("es")\nprint(\'speak("es")\')'), "en"),
        (notebook({"lesson": {"language": ["es"]}}, 'speak("xx")'), "en"),
        (notebook({"lesson": 5}), "en"),
        (notebook(), "en"),
    ],
)
def test_the_language_of_a_notebook_is_read(read: dict[str, Any], language: str) -> None:
    assert exercises.language_of(read) == language


def test_a_spanish_run_speaks_spanish_and_is_no_other_unit() -> None:
    """Also where the learner removed the cell that says so."""
    found = exercises.find(made.spanish(opened="Por las cifras de esa semana."))
    assert found.lesson == "02" and found.language == "es"
    assert found.open_answers == {"02.5": "Por las cifras de esa semana."}
    english = made.notebook()
    same = english | {"metadata": {"lesson": {"language": "es"}}}
    assert 'speak("es")' in exercises.find(same).cells[0][0]
    ids = [store.unit_id(exercises.find(one), {}) for one in (english, same)]
    assert ids[0] != ids[1]


@each_lesson
def test_marks_and_traps_are_the_same_and_hints_are_spanish(lesson: Lesson) -> None:
    for one in judge.scored(lesson.number):
        answers = [one.key(), *(wrong() for wrong in one.traps.values())]
        answers += lesson.solutions.WRONG[one.id]
        for answer in answers:
            reported = {"answer": values.to_plain(answer), "error": "", "printed": ""}
            english = judge.judge_one(one, reported)
            with speaking("es"):
                spanish = judge.judge_one(one, reported)
            assert "Exercise" not in spanish.message, one.id
            outcome = (english.state, english.credit, english.trap)
            assert (spanish.state, spanish.credit, spanish.trap) == outcome, (one.id, answer)


@each_lesson
def test_the_displayed_name_of_an_answer_is_right(lesson: Lesson) -> None:
    with speaking("es"):
        for one in judge.scored(lesson.number):
            key = one.key()
            if isinstance(key, str):
                mark = judge.judge_one(one, {"answer": values.to_plain(shown(key))})
                assert mark.state == judge.RIGHT, (one.id, key, shown(key))


@pytest.mark.parametrize(
    ("number", "answer", "told"),
    [
        ("01.4", ["armas", "Cooperacion", "salud y prevención", "violencia"], ": correcto."),
        ("01.4", ["armas", "cooperación", "demanda", "violencia"], "Recorre las dos columnas"),
        ("02.1", "21.4 por ciento", "quita las comillas y la unidad"),
        ("02.3", "20742 y 32050", "están en un solo texto"),
        ("06.3", "julio de 2021", ": correcto."),
        ("06.3", "agosto de 2021", "Suma los componentes"),
    ],
)
def test_what_a_reader_types_in_spanish_is_marked_as_check_does(
    number: str, answer: Any, told: str
) -> None:
    one = lesson_exercises(number[:2])[number]
    with speaking("es"):
        mark = judge.judge_one(one, {"answer": values.to_plain(answer)})
        checked = check(number, answer)
    assert (mark.credit, mark.message) == (checked.credit, checked.message)
    assert told in mark.message


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox with an English and a Spanish notebook, alike but for the language; runs give the
    values that stand in the cells.
    """
    monkeypatch.setenv(stub.LOG, str(tmp_path / "runs.txt"))
    stub.install(monkeypatch.setattr)
    trap = next(iter(lesson_exercises("02")["02.1"].traps.values()))()
    texts = {"02.1": f"answer = {trap!r}"}
    inbox = tmp_path / "inbox"
    for name, one in (("ana", made.spanish(texts, "Sí.")), ("ben", made.notebook(texts))):
        one["cells"].append(made.exercise("02.2", made.right("02.2")))  # answered twice
        made.put(inbox, f"{name}/{FILE}", one)
    made.put(inbox, f"zoe/{FILE}", b"")
    return inbox


def test_a_mixed_inbox_in_one_run(mixed: Path) -> None:
    assert grade.main([str(mixed)]) == 1
    marks = mixed.with_name("inbox_marks")
    ana, ben, zoe = rows(marks / "files.csv")
    for column in ("02.1", "02.2", "right", "traps", "remarks"):
        assert ana[column] == ben[column] != "", column
    assert (ana["02.1"], ana["traps"], ana["right"]) == ("wrong", "02.1: trap 1", "3")
    assert ana["remarks"] == "02.2: answered twice, the last counts"
    assert zoe["status"] == "not marked: the file is empty"
    spanish, english = ((marks / "feedback" / f"{n}_02.html").read_text() for n in ("ana", "ben"))
    assert '<html lang="es">' in spanish and '<html lang="en">' in english
    hint = next(iter(lesson_exercises("02")["02.1"].traps))
    with speaking("es"):
        assert shown(hint) in spanish and hint in english and hint not in spanish
    assert "respondido dos veces" in spanish and "answered twice" in english
    assert "Ejercicio 02.5 (abierto)" in spanish and "02 Muertes por sobredosis" in spanish
    assert not ENGLISH.search(words_of(spanish)), words_of(spanish)
    assert report.main([str(marks)]) == 0 and hint in (marks / "report.html").read_text()


def test_a_teacher_who_reads_spanish(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Remarks, open answers and the report are Spanish, names of columns and states are not; no
    result is run again, and the English learner's page stays English.
    """
    grade.main([str(mixed)])
    marks = mixed.with_name("inbox_marks")
    page = (marks / "feedback" / "ben_02.html").read_bytes()
    ran = Path(str(mixed.with_name("runs.txt"))).read_text()
    monkeypatch.setenv(VARIABLE, "es")
    capsys.readouterr()
    assert grade.main([str(mixed)]) == 1
    assert Path(str(mixed.with_name("runs.txt"))).read_text() == ran
    assert capsys.readouterr().out == (
        "2 de 3 archivos calificados: inbox_marks/marks.csv.\n"
        f"  zoe/{FILE}: sin calificar: el archivo está vacío\n"
        "Una respuesta abierta todavía no tiene puntos, así que moodle.csv y canvas.csv no tienen "
        "ninguno para ella. Escríbelos en open_points.csv y ejecuta el mismo comando.\n"
    )
    ana, ben, zoe = rows(marks / "files.csv")
    assert ben["remarks"] == "02.2: respondido dos veces, cuenta la última"
    assert (ana["status"], ana["02.1"], ana["02.5"]) == ("marked", "wrong", "to read")
    assert zoe["status"] == "not marked: el archivo está vacío"
    assert (marks / "feedback" / "ben_02.html").read_bytes() == page
    opened = (marks / "open_answers_02.md").read_text()
    assert opened.startswith("# Respuestas abiertas: ") and "**Ejercicio 02.5 (abierto)" in opened
    assert report.main([str(marks)]) == 0
    text = (marks / "report.html").read_text()
    assert '<html lang="es">' in text and "error típico 1" in text
    assert not ENGLISH.search(words_of(text)), words_of(text)


def test_points_of_open_answers_are_those_of_the_rubric() -> None:
    """In both languages: a point for each row."""
    most = grade.possible_points()
    lessons = choose_lessons(current())
    assert len({number[:2] for number in most}) == len(lessons) and min(most.values()) >= 2
    with speaking("es"):
        assert grade.possible_points() == most


@pytest.mark.skipif(not place.sandbox(), reason="bubblewrap is missing here")
def test_a_real_run_in_spanish(tmp_path: Path) -> None:
    """The throw-away place has the Spanish lessons and messages, and neither keys nor guides."""
    looks = (
        "from pathlib import Path\n"
        "from helpers.collection import current\n"
        "from helpers.language import shown\n"
        "from helpers.lessons import lesson_map\n"
        "assert current().notebooks.name == 'es' and shown('heroin') == 'heroína'\n"
        "assert 'muertes' in repr(lesson_map())\n"
        "assert not [*Path('..').rglob('guide.md'), *Path('..').rglob('key.py')]"
    )
    spanish = made.spanish()
    spanish["cells"][0] = made.code(looks)
    made.put(tmp_path / "inbox", f"ana/{FILE}", spanish)
    made.put(tmp_path / "inbox", f"ben/{FILE}", made.notebook(before=[looks]))
    assert grade.main([str(tmp_path / "inbox")]) == 0
    ana, ben = rows(tmp_path / "inbox_marks" / "files.csv")
    assert (ana["right"], ana["remarks"]) == ("4", "")
    failed, older = ben["remarks"].split("; ")
    assert (ben["right"], failed) == ("4", "one other cell failed (AssertionError)")
    assert older == "cells fail, and its text is not the lesson's: it may be an older copy"
