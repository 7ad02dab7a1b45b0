"""What teachers hand out in Spanish: pages, slides, forms and editions say their language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.collection import current
from helpers.language import speaking
from helpers.lessons import STUB
from tests.lessons import Lesson, each_lesson, source
from tools import choice, editions, handout, quiz


@pytest.fixture(autouse=True)
def _spanish() -> Iterator[None]:
    with speaking("es"):
        yield


def test_a_handout_in_spanish(tmp_path: Path) -> None:
    lesson = current().notebooks / "02_overdose_deaths.ipynb"
    copy, *pages = handout.write(lesson, tmp_path)
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages}
    for name, text in texts.items():
        if name.endswith(".html"):
            assert '<html lang="es">' in text, name
    slides = texts["02_overdose_deaths.slides.html"]
    assert "${at + 1} de ${slides.length}" in slides and 'aria-label="adelante"' in slides
    assert "<title>02_overdose_deaths: diapositivas</title>" in slides
    assert "(básico)" not in slides and "(básico)" in texts["02_overdose_deaths.html"]
    assert "resultado, se desplaza hacia los lados" in texts["02_overdose_deaths.html"]
    assert texts["glossary.md"] == (current().notebooks / "glossary.md").read_text(encoding="utf-8")
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    assert any("### Ejercicio 02.1" in source(cell) for cell in cells)


def test_an_english_lesson_is_english_whoever_hands_it_out(tmp_path: Path) -> None:
    english = current().root / "notebooks" / "02_overdose_deaths.ipynb"
    _, page, slides, *_ = handout.write(english, tmp_path)
    for path in (page, slides):
        assert '<html lang="en">' in path.read_text(encoding="utf-8")
    assert "${at + 1} of ${slides.length}" in slides.read_text(encoding="utf-8")


def test_languages_have_folders_of_their_own() -> None:
    assert choice.folder_for("handouts") == current().root / "handouts" / "es"
    with speaking("en"):
        assert choice.folder_for("handouts") == current().root / "handouts"


def test_a_form_in_spanish_asks_the_same() -> None:
    pages = {form: quiz.page(form) for form in quiz.FORMS}
    with speaking("en"):
        english = {form: quiz.page(form) for form in quiz.FORMS}
    for form, page in pages.items():
        assert '<html lang="es">' in page and "SINTÉTICO" in page
        assert page.count("<li>") == english[form].count("<li>")
        asked = [one.question for one in quiz.questions(form)]
        assert not [question for question in asked if question in page]


def test_the_comparison_in_spanish(tmp_path: Path) -> None:
    a, b = (",".join(one.key for one in quiz.questions(form)) for form in quiz.FORMS)
    head = "learner,when,form," + ",".join(str(n) for n in range(1, 11))
    lines = [f"{who},{when}" for who in "xy" for when in (f"before,a,{a}", f"after,b,{b}")]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([head, *lines]) + "\n")
    said = quiz.report(quiz.read_answers(path))
    assert said.startswith("2 estudiantes respondieron antes y después. Empezaron con: forma A 2,")
    assert "las diez" in said and "diferencia" in said and "notebooks/es/guide/" in said


@each_lesson
def test_solutions_are_the_same_code(lesson: Lesson) -> None:
    spanish = current().notebooks / lesson.path.name

    def answers(path: Path) -> list[str]:
        cells = editions.nbgrader_source(path)["cells"]
        marks = [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells]
        return [source(c) for c, m in zip(cells, marks, strict=True) if m.startswith("answer-")]

    assert answers(spanish) == answers(lesson.path) != []
    text = "\n".join(source(cell) for cell in editions.solved(spanish)["cells"])
    assert "(abierto)" in text and STUB not in text and "*Tu respuesta:*" not in text


def test_nbgrader_puts_the_spanish_stub(tmp_path: Path) -> None:
    lesson = current().notebooks / "02_overdose_deaths.ipynb"
    path = editions.write_source(lesson, tmp_path)
    editions.release(tmp_path, [lesson.stem])
    released = tmp_path / "release" / lesson.stem / lesson.name
    texts = [source(cell) for cell in json.loads(released.read_text(encoding="utf-8"))["cells"]]
    assert "*Tu respuesta:*" in texts and path.is_file()
    assert not re.search("BEGIN SOLUTION", "\n".join(texts))
