"""Translations: what is extracted, merged and built, and what the helpers show."""

from __future__ import annotations

import ast
import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import polib
import pytest

from helpers import check
from helpers.authoring.translate import Edition, build, lint, main
from helpers.authoring.translate.catalogue import Text, disagreements, merge
from helpers.authoring.translate.printed import names_printed, with_shown
from helpers.authoring.translate.texts import names_in, paragraphs, pieces, with_texts
from helpers.collection import current, open_collection
from helpers.exercises import Exercise, judge
from helpers.frames import to_html
from helpers.language import (
    LanguageError,
    current_language,
    everywhere,
    languages,
    original,
    pattern,
    say,
    say_number,
    shown,
    speak,
    speaking,
    written_day,
    written_month,
)

SPANISH = {
    "town_library": "biblioteca municipal",
    "year": "año",
    "{name}: right.": "{name}: correcto.",
    "Exercise {number}": "Ejercicio {number}",
    "loans": "préstamos",
    "books": "libros",
    "({count} places between the two)": "({count} lugares entre los dos)",
}
#: What is said of an answer in another form.
ADVICE = (
    "The right entries, but as one text: give a list of them.",
    "The right entries, in another order.",
    "The right values: make their labels the index (set_index), and take the column.",
    "Look.",
)


@pytest.fixture
def town(own_toy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small collection of these tests, with a few Spanish messages."""
    folder = own_toy / "translations" / "es"
    folder.mkdir(parents=True)
    (folder / "messages.json").write_text(json.dumps(SPANISH), encoding="utf-8")
    monkeypatch.chdir(own_toy)
    return own_toy


@pytest.mark.parametrize(
    "source",
    ["One.\n\nTwo\nlines.", "\n\nA.\n", "```\na\n\nb\n```\n\nEnd", "- a\n- b\n\n\n\n1. c", ""],
)
def test_paragraphs_put_together_are_the_source(source: str) -> None:
    assert "".join(paragraphs(source)) == source


def test_a_blank_line_in_fenced_code_ends_no_paragraph() -> None:
    assert paragraphs("```\na\n\nb\n```")[0] == "```\na\n\nb\n```"


CODE = """\
# rows of one year
table = load("loans").query("kind == 'all books' and year > 2015")
table["per head"] = table["loans"] / 2  # books
table["loans"]  # table.loans
ax = plot(table, x="per head", color="light red")
finish(ax, title=f"Loans: {table['loans'].max():,} in {{one}} year", unit="loans", source="loans")
print("per head", "More than half", "all books")  # noqa: T201
"""


def test_only_what_a_reader_sees_is_a_text() -> None:
    names = frozenset({"loans", "all books"}) | names_in([CODE])
    texts = [piece.text for piece in pieces(CODE, names)]
    assert texts == [
        "rows of one year",
        "books",
        "Loans: {table['loans'].max():,} in {{one}} year",
        "More than half",
    ]


def test_code_with_other_texts_does_the_same() -> None:
    changed = with_texts(CODE, pieces(CODE), lambda piece: piece.text.replace("Loans", 'Los "X"'))
    assert 'f"Los \\"X\\": {table' in changed
    kinds = [[type(node) for node in ast.walk(ast.parse(text))] for text in (CODE, changed)]
    assert kinds[0] == kinds[1]
    assert with_texts(CODE, pieces(CODE), lambda piece: piece.text) == CODE


def test_a_text_that_moved_keeps_its_translation_and_a_changed_one_is_fuzzy(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    catalogue = merge(path, [Text("One town.", "c1 1"), Text("Two towns.", "c2 1")], "es")
    for entry, text in zip(catalogue, ["Un pueblo.", "Dos pueblos."], strict=True):
        entry.msgstr = text
    catalogue.save(str(path))
    new = merge(path, [Text("Two towns.", "c9 1"), Text("One town more.", "c1 1")], "es")
    moved, changed = new
    assert (moved.msgstr, moved.fuzzy) == ("Dos pueblos.", False)
    assert (changed.msgstr, changed.fuzzy, changed.previous_msgid) == (
        "Un pueblo.",
        True,
        "One town.",
    )


@pytest.mark.parametrize(
    ("english", "text", "problem"),
    [
        ("{n} towns", "{m} pueblos", "placeholders differ"),
        ("In 2016, 5 towns", "En 2017, 5 pueblos", "numbers differ (2016; 2017)"),
        ("See [a](b.md#c).", "Ve [a](b.md).", "links differ (b.md#c; b.md)"),
        ("A `name`", "Un `nombre`", "code differ (name; nombre)"),
        ("**Guess.** A", "Adivina. A", "bold texts differ in number"),
        ("- a\n- b", "- a y b", "list items differ in number"),
        ("a title ", "un título", "spaces at an end differ"),
    ],
)
def test_what_a_translation_lost_is_said(english: str, text: str, problem: str) -> None:
    assert problem in list(lint.compare(english, text, markdown=True))
    assert not list(lint.compare(english, english, markdown=True))


def test_a_command_may_name_the_language_of_the_translation() -> None:
    english = "`course.py handout 02` writes into `handouts/`."
    spanish = "`course.py handout 02 --lang es` escribe en `handouts/es/`."
    assert not list(lint.compare(english, spanish, markdown=True))
    for wrong in (spanish.replace("--lang", "--long"), spanish.replace("/es", "/ese")):
        assert list(lint.compare(english, wrong, markdown=True))


def test_helpers_speak_the_language_and_go_back(town: Path) -> None:
    with speaking("es"):
        assert say("{name}: right.", name="A") == "A: correcto."
        assert shown("loans") == "préstamos"
        assert original("préstamos") == "loans"
        assert shown("towns") == "towns"
        assert check("01.1", ...).message.startswith("Ejercicio 01.1: ")
    assert shown("loans") == "loans"


def test_the_variable_names_the_language_until_a_lesson_does(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2017, 12, 14)
    assert languages() == ["en", "es"] and current_language() == "en"
    assert (written_day(day), written_month(day)) == ("14 December 2017", "December 2017")
    monkeypatch.setenv("HELPERS_LANGUAGE", "xx")
    assert current_language() == "en", "no translation, so English"
    monkeypatch.setenv("HELPERS_LANGUAGE", "es")
    assert current_language() == "es" and shown("loans") == "préstamos"
    assert written_day(day) == "14 de diciembre de 2017"
    assert written_month(day) == "diciembre de 2017"
    with speaking("en"):
        assert shown("loans") == original("loans") == "loans"
    assert original("préstamos") == "loans"
    with pytest.raises(KeyError), speaking("en"):
        raise KeyError
    assert current_language() == "es", "as it was before"
    assert everywhere("loans") == ["loans", "préstamos"] and everywhere("a.b") == ["a.b"]
    assert (pattern("loans"), pattern("a.b")) == ("(?:loans|préstamos)", r"(?:a\.b)")
    assert [say_number("{number} book", "{number} books", n) for n in (1, 2)] == [
        "1 book",
        "2 books",
    ]


def test_a_translation_that_cannot_stand_for_its_english_is_not_shown(town: Path) -> None:
    path = town / "translations" / "es" / "messages.json"
    held = {"": "nada", "loans": "", "books": 5, "{n} years": "años", "town_hall": "casa"}
    path.write_text(json.dumps(held), encoding="utf-8")
    with speaking("es"):
        assert [shown(text) for text in ("", "loans", "books")] == ["", "loans", "books"]
        assert say("{n} years", n=3) == "3 years"
        assert shown("town hall") == shown("town_hall") == "casa" and shown(5) == 5
        assert original("casa") == "town hall", "in words where there are two"
    path.write_text('["loans"]', encoding="utf-8")
    os.utime(path, ns=(1, 1))
    with speaking("es"):
        assert shown("town_hall") == "town_hall"


def test_names_put_together_are_displayed_part_by_part_and_back(town: Path) -> None:
    with speaking("es"):
        assert shown("loans, 2016") == "préstamos, 2016"
        assert shown("x (loans); y") == "x (préstamos); y"
        assert original("préstamos, 2016") == "loans, 2016"
        assert shown("(5 places between the two)") == "(5 lugares entre los dos)"
        assert original("(5 lugares entre los dos)") == "(5 places between the two)"
        assert original("(libros lugares entre los dos)") == "(books places between the two)"
        frame = shown(pd.DataFrame({"loans": ["loans", "other"]}, index=["loans: a", "b"]))
        assert list(frame.columns) == ["préstamos"] and list(frame.index) == ["préstamos: a", "b"]
        assert frame["préstamos"].to_list() == ["préstamos", "other"]


def test_a_table_with_levels_and_its_columns_are_displayed(town: Path) -> None:
    rows = pd.MultiIndex.from_product([["loans", "x"], ["books"]], names=["year", None])
    words = pd.Categorical(["books", "x"], categories=["x", "books"])
    frame = pd.DataFrame({"loans": words, "n": [1.5, 2.0]}, index=rows).rename_axis(columns="books")
    days = pd.Index(pd.to_datetime(["2016-01-01", "2017-01-01"]), name="year")
    assert shown(frame) is frame, "in English the table itself"
    with speaking("es"):
        table, column = shown(frame), shown(frame["loans"])
        assert shown(frame["n"]).tolist() == [1.5, 2.0] and column.name == "préstamos"
        dated = shown(frame.set_axis(days, axis="index"))
        assert dated.index.equals(days) and dated.index.name == "año"
        html = to_html(pd.DataFrame({"loans": ["e" * 150]}))
    assert html is not None and ">préstamos</th>" in html
    assert "e" * 150 in html
    for one in (table, column):
        assert one.index.tolist() == [("préstamos", "libros"), ("x", "libros")]
        assert list(one.index.names) == ["año", None]
    assert table.columns.tolist() == ["préstamos", "n"] and table.columns.name == "libros"
    assert table["préstamos"].tolist() == column.tolist() == ["libros", "x"]
    assert table["n"].tolist() == [1.5, 2.0], "numbers as they are"


def test_a_name_is_displayed_when_its_underscores_became_spaces(town: Path) -> None:
    with speaking("es"):
        assert shown("town library") == shown("town_library") == "biblioteca municipal"
        assert shown("loans: town library, 2016") == "préstamos: biblioteca municipal, 2016"
        assert shown(original("biblioteca municipal")) == "biblioteca municipal"


def test_a_text_of_any_length_is_displayed(town: Path) -> None:
    with speaking("es"):
        assert shown("a, " * 3000) == "a, " * 3000
        assert shown("loans, " * 3000) == "préstamos, " * 3000
        assert original("préstamos, " * 3000) == "loans, " * 3000


@pytest.mark.parametrize("answer", ["loans", "préstamos", ["préstamos"]])
def test_an_answer_may_be_in_the_words_that_are_displayed(town: Path, answer: object) -> None:
    key = ["loans"] if isinstance(answer, list) else "loans"
    exercise = Exercise("01.9", lambda: key, "Look.", {"Not books.": lambda: "books"})
    with speaking("es"):
        assert judge(exercise, answer).credit == 1
        assert judge(exercise, "libros").credit == 0
        assert judge(exercise, "books").trap == "trap 1"
    if answer != "loans":
        assert judge(exercise, answer).credit == 0


@pytest.mark.parametrize("kind", [list, set, frozenset, pd.Series, np.array])
def test_a_list_may_be_in_both_languages(town: Path, kind: Callable[[list[str]], object]) -> None:
    exercise = Exercise("01.9", lambda: {"loans", "books"}, "Look.")
    with speaking("es"):
        assert judge(exercise, kind(["préstamos", "books"])).credit == 1
        assert judge(exercise, kind(["préstamos", "loans"])).credit == 0


@pytest.mark.parametrize("answer", ["ano", "Año", "AÑO", "year"])
def test_an_answer_needs_no_accents(town: Path, answer: str) -> None:
    with speaking("es"):
        assert judge(Exercise("01.9", lambda: "year", "Look."), answer).credit == 1


@pytest.mark.parametrize(
    ("answer", "key", "sentence"),
    [
        ("prestamos y libros", ["loans", "books"], "The right entries, but as one text"),
        (["libros", "préstamos"], ["loans", "books"], "The right entries, in another order"),
        (
            pd.Index(["libros", "préstamos"]),
            ["loans", "books"],
            "The right entries, in another order",
        ),
        (
            pd.DataFrame({"x": ["préstamos", "libros"], "y": [1, 2]}),
            pd.Series({"loans": 1, "books": 2}),
            "The right values: make their labels the index",
        ),
        (pd.Series({"préstamos": 1, "libros": 3}), pd.Series({"loans": 1, "books": 2}), "Look."),
    ],
)
def test_displayed_words_get_the_advice_that_english_gets(
    town: Path, answer: object, key: object, sentence: str
) -> None:
    exercise = Exercise("01.9", lambda: key, "Look.")
    with speaking("es"):
        said = judge(exercise, answer)
        begins = next(shown(text) for text in ADVICE if text.startswith(sentence))
        assert said.credit == 0 and begins in said.message


def test_the_collection_is_in_the_language(town: Path) -> None:
    with speaking("es"):
        assert current().notebooks == town / "notebooks"  # there are no lessons in it
        lesson = next((town / "notebooks").glob("01_*.ipynb"))
        (town / "notebooks" / "es").mkdir()
        shutil.copy(lesson, town / "notebooks" / "es")
        assert current().notebooks == town / "notebooks" / "es"
        assert current().work == town / "my_work" / "es"
        assert check("01.1", 5).message.startswith("Ejercicio 01.1: ")  # the key is shared
    assert current().notebooks == town / "notebooks"


PRINTED = """\
for kind in kinds:
    rows = table.query(f"kind == '{kind}'")
    print(f"{kind:>8}: {len(rows)} rows", kind, rows.to_string())
finish(ax, title=f"Most of {kind}", unit=kind)
"""


def test_names_are_displayed_where_they_are_printed_and_nowhere_else() -> None:
    assert with_shown(PRINTED, ["kind", "rows"]) == PRINTED.replace(
        'print(f"{kind:>8}: {len(rows)} rows", kind, rows.to_string())',
        'print(f"{shown(kind):>8}: {len(rows)} rows", shown(kind), shown(rows).to_string())',
    ).replace("Most of {kind}", "Most of {shown(kind)}")


def test_running_a_lesson_tells_which_expressions_give_names(tmp_path: Path) -> None:
    code = 'for kind, n in [("loans", 5)]:\n    print(f"{kind}: {n} {n:,}")'
    cell = nbformat.v4.new_code_cell(code, id="c1")
    path = tmp_path / "01_x.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    assert names_printed(path, ["loans"], os.environ) == {"c1": ["kind"]}
    assert names_printed(path, ["books"], os.environ) == {}


def test_what_another_command_writes_stays_in_a_translated_page() -> None:
    marks = "<!-- doors: written by address -->\n\n{}\n\n<!-- end of doors -->"
    english = f"One.\n\n{marks.format('two doors')}\n\nTwo.\n"
    texts = build.Translated({("", "One."): "Uno.", ("", "Two."): "Dos."}, "es")
    for before, kept in [
        ("", "two doors"),
        (f"X.\n\n{marks.format('dos puertas')}", "dos puertas"),
    ]:
        page = build.page(english, texts, lambda link, anchor: link, bool, before)
        assert page == f"Uno.\n\n{marks.format(kept)}\n\nDos.\n"


def test_one_text_has_one_translation() -> None:
    one, other = polib.POFile(), polib.POFile()
    one.append(polib.POEntry(msgid="loans", msgstr="préstamos"))
    other.append(polib.POEntry(msgid="loans", msgstr="prestados"))
    assert not list(disagreements({Path("a.po"): one}))
    said = list(disagreements({Path("a.po"): one, Path("b.po"): other}))
    assert said == ["'loans' has several translations: 'préstamos' in a.po, 'prestados' in b.po"]


def test_damaged_messages_leave_the_english(town: Path) -> None:
    (town / "translations" / "es" / "messages.json").write_text('{"a": ', encoding="utf-8")
    with speaking("es"):
        assert shown("loans") == "loans"
        assert check("01.1", 5).message


def test_an_unknown_language_is_refused(town: Path) -> None:
    with pytest.raises(LanguageError, match="There is no translation into 'xx': use one of en, es"):
        speak("xx")


def test_a_collection_is_extracted_filled_and_built(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the English to a lesson in Spanish, with one paragraph that is still English, and back:
    a changed English paragraph is shown in English, never its old translation.
    """
    assert main(["es", "--count"]) == 0
    lesson = next(iter((town / "translations/es/lessons").glob("01_*.po")))
    catalogue = polib.pofile(str(lesson))
    first = next(entry for entry in catalogue if entry.msgctxt and entry.msgid.startswith("#"))
    first.msgstr = "# Un título"
    catalogue.save()
    assert main(["es", "01"]) == 0
    built = nbformat.read(town / "notebooks/es" / f"{lesson.stem}.ipynb", as_version=4)
    texts = [cell.source for cell in built.cells]
    assert any("# Un título" in text for text in texts)
    assert any(build.NOT_YET["es"] in text for text in texts)
    assert any('speak("es")' in text for text in texts)
    assert all(cell.execution_count for cell in built.cells if cell.cell_type == "code")
    english = town / "notebooks" / f"{lesson.stem}.ipynb"
    english.write_text(
        english.read_text("utf-8").replace(first.msgid[2:12], first.msgid[2:12].upper(), 1), "utf-8"
    )
    assert main(["es", "--check"]) == 1
    assert "is out of step" in capsys.readouterr().out
    edition = Edition(open_collection(town), "es")
    edition.bring_up_to_date(write=False)
    again = "\n".join(cell.source for cell in edition.lesson(english).cells)
    assert "# Un título" not in again
    shutil.rmtree(town / "notebooks/es")
