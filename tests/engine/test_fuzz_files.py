"""Odd files of translations, teachers, readers and authors: a damaged file of messages leaves texts
in English, a reader's file is never lost, and commands say what is wrong in a sentence.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from helpers import guesses, lab, language
from helpers.adaptation import VARIABLE as AS_PUBLISHED
from helpers.adaptation import AdaptationError, adapt, adaptation
from helpers.authoring import describe, refresh, review
from helpers.authoring.translate import catalogue, lint
from helpers.catalogue import tables
from helpers.collection import VARIABLE, CollectionError, current
from helpers.contract import DataError
from helpers.exercises import check
from helpers.guesses import calibration, guess, reveal
from helpers.lessons import LessonError, lesson_map
from tests.fuzzing import (
    answers_or_refuses,
    changed,
    fuzz,
    little_memory,  # noqa: F401
    odd_json_of,
    pieces_of,
    places,
    things,
)
from tests.toy import write_toy

moment = iter(range(1, 10**9))


def put(path: Path, content: bytes) -> None:
    """Write a file with a time of its own, so that nothing cached is taken for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    later = path.stat().st_mtime_ns + next(moment) * 1_000_000
    os.utime(path, ns=(later, later))


# --- translations
# ------------------------------------------------------------------------------------------

MESSAGES = {
    "{count} figures": "{count} figuras",
    "{name} has {count:,} rows of {year}": "{name} tiene {count:,} filas de {year}",
    "loans": "préstamos",
    "novels, maps": "novelas, mapas",
    "Exercise": "Ejercicio",
    "share of {kind} in the year": "parte de {kind} en el año",
}
SENTENCES = ["{count} figures", "{name} has {count:,} rows of {year}", "loans", "{count:.1f} of it"]
NAMES = ["loans", "novels, maps", "share of novels in the year", "a, " * 500, "{", "{x}", ""]
odd_words = st.one_of(
    st.sampled_from(
        [
            *("{", "}", "{}", "{0}", "{cuenta}", "{count", "{count:%}", "{count!z}", "{count.x}"),
            *(
                "{count[0]}",
                "{{count}}",
                "{kind}",
                "",
                " ",
                "x" * 5000,
                "\ud800",
                "{count:9999999}",
            ),
            *("{kind}{kind}", "(", "\\", ", ", "parte de {count} en el año"),
        ]
    ),
    odd_json_of([], ["loans", "Exercise"]),
)
odd_messages = st.one_of(
    st.dictionaries(
        st.one_of(st.sampled_from([*MESSAGES, "{kind}", ""]), st.text(max_size=4)),
        odd_words,
        max_size=3,
    ).map(lambda new: {**MESSAGES, **new}),
    odd_json_of([], ["loans"]),
)


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection whose messages can be damaged; its language is Spanish."""
    put(tmp_path / "data" / "collection.toml", b'title = "T"')
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    path = tmp_path / "translations" / "es" / "messages.json"
    put(path, b"{}")
    monkeypatch.setenv(language.VARIABLE, "es")
    return path


@given(
    raw=st.one_of(
        odd_messages.map(lambda said: json.dumps(said).encode()),
        odd_messages.map(lambda said: json.dumps(said).encode()),
        pieces_of(json.dumps(MESSAGES)),
        st.sampled_from([b"", b"[" * 100_000, b"\xff", b'{"a": 1', b'{"a": ' + b"9" * 5000 + b"}"]),
    )
)
@fuzz
def test_any_messages(spanish: Path, raw: bytes) -> None:
    """Whatever the translations are, each number is in its sentence and no command stops."""
    put(spanish, raw)
    for sentence in SENTENCES:
        values = {"count": 1234, "name": "ABC", "year": 2016}
        said = answers_or_refuses((), language.say, sentence, **values)
        said.encode()
        assert ("1234" in said or "1,234" in said) == ("count" in sentence)
        assert ("ABC" in said) == ("{name}" in sentence)
    for name in NAMES:
        answers_or_refuses((), language.shown, name).encode()
        answers_or_refuses((), language.original, name).encode()
        assert answers_or_refuses((), language.everywhere, name)[0] == name
    answers_or_refuses((), language.written_day, __import__("datetime").date(2017, 12, 14))
    answers_or_refuses((), check, "01.1", "préstamos, mapas")


PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

#: a note
msgctxt "c1 1"
msgid "Loans of {year} rose by 5 percent."
msgstr "Los préstamos de {year} subieron un 5 por ciento."

#, fuzzy
#| msgid "Old"
msgid "shelf"
msgstr "estante"

#~ msgid "gone"
#~ msgstr "ido"
"""
PO_PIECES = [
    *("msgid ", "msgstr ", 'msgid "shelf"\n', 'msgstr[0] "x"\n', "#, fuzzy\n", "#~ ", '"', "\\"),
    *('msgctxt "c1 1"\n', "\x00", "\ufeff", '"\\x"', "msgid_plural", "#| ", "<<<<<<< HEAD\n"),
]


@given(raw=pieces_of(PO, PO_PIECES))
@fuzz
def test_any_catalogue(tmp_path: Path, raw: bytes) -> None:
    """A file that gettext cannot read is named; of one that can, no translation is dropped."""
    path = tmp_path / "lesson.po"
    put(path, raw)
    texts = [catalogue.Text("Loans of {year} rose by 5 percent.", "c1 1"), catalogue.Text("shelf")]
    merged = answers_or_refuses(catalogue.CatalogueError, catalogue.merge, path, texts, "es")
    if merged is None:
        return
    assert [entry.msgid for entry in merged] == [text.english for text in texts]
    answers_or_refuses((), lambda: list(lint.problems(merged, {"loans?": "préstamo"})))
    answers_or_refuses((), lambda: list(catalogue.disagreements({path: merged})))
    answers_or_refuses((), catalogue.messages, [merged])
    kept = {english for _, english in catalogue.translated(polib.pofile(str(path)))}
    assert all(entry.msgstr for entry in merged if entry.msgid in kept)


# --- what a teacher changes
# ------------------------------------------------------------------------------------------

SETTINGS = 'leave_out = ["02"]\n\n[minutes.01]\nreading = 30\nexercises = 20\n'
SETTINGS_PIECES = [
    *("[minutes.01]\n", "[minutes]\n", "[[minutes]]\n", "leave_out = 1\n", "[" * 5000, "1" * 5000),
    *(
        "reading = -1\n",
        "reading = true\n",
        "reading = 1e9\n",
        "09",
        '"01"',
        "2017-12-14",
        "{",
        "=",
    ),
]
OWN = 'id,question,answer,tolerance,hint\n01.11,"How many, in all?",7,0.5,Count.\n01.12,Who?,me,,\n'
OWN_PIECES = [
    *(
        "01.11",
        "01.1",
        "1e999",
        "-1",
        "nan",
        "0x1",
        "1,5",
        "٣",
        "=1+1",
        '"',
        '""',
        ";",
        "x" * 140_000,
    ),
    *(
        "01.99",
        "01.100",
        "id",
        "9" * 5000,
        "1e9999",
        "inf",
        "answer",
        "\ud800".encode("utf-8", "replace").decode(),
    ),
]


@pytest.fixture
def adapted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A toy collection that a teacher adapts; it is the current one."""
    folder = write_toy(tmp_path / "library")
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.delenv(AS_PUBLISHED)
    return folder


@given(
    settings=st.one_of(
        st.just(SETTINGS.replace("02", "01").encode()), pieces_of(SETTINGS, SETTINGS_PIECES)
    ),
    own=st.one_of(st.just(OWN.encode()), pieces_of(OWN, OWN_PIECES)),
)
@fuzz
def test_any_adaptation(adapted: Path, settings: bytes, own: bytes) -> None:
    """An exercise of one's own is checked as it was written, and nothing else counts for it."""
    put(adapted / "data" / "adaptation.toml", settings)
    put(adapted / "data" / "own_exercises.csv", own)
    read = answers_or_refuses(AdaptationError, adaptation, current())
    for call in (
        lesson_map,
        lambda: lab.copy_of(adapted / "notebooks/01_library_loans.ipynb", current()),
    ):
        answers_or_refuses(CollectionError, call)
    outcome = answers_or_refuses((), check, "01.11", 1e300)
    assert outcome.credit == 0
    if read is None:
        return
    answers_or_refuses((), adapt, {"metadata": {"lesson": {}}, "cells": []}, "01", current())
    for one in read.own if "01" not in read.leave_out else ():
        assert check(one.id, one.answer).credit == 1 and check(one.id, "wrong").credit == 0


# --- guesses
# ------------------------------------------------------------------------------------------

GUESSES = "id,guess,truth,sure,right\n01.g1,9000,8582,60,True\n02.g1,heroin,,,\n"
GUESSES_PIECES = [
    *("01.g1", "1e999", "-1", "nan", "101", "True", "Yes", '"a\nb"', "9" * 5000, "=1+1", "\r", ";"),
]


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's folder outside of any collection."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_again(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@given(
    raw=pieces_of(GUESSES, GUESSES_PIECES),
    value=things,
    sure=st.one_of(st.just(...), st.just(50), things),
    truth=things,
)
@fuzz
def test_any_file_of_guesses(
    own_folder: Path, raw: bytes, value: Any, sure: Any, truth: Any
) -> None:
    """A guess is added to a good file; a file that cannot be read stays as it is."""
    path = own_folder / guesses.FILE
    put(path, raw)
    guesses._noted.clear()
    answers_or_refuses((), guess, "03.g1", value, sure)
    answers_or_refuses((), reveal, "03.g1", truth)
    table = answers_or_refuses((), calibration)
    noted = "03.g1" in set(table["id"])
    try:
        rows = read_again(path)
    except (UnicodeDecodeError, csv.Error):
        rows = []
    kept = {row[0] for row in rows[1:] if row} if rows[:1] == [guesses.COLUMNS] else set()
    assert path.read_bytes() == raw or noted <= ("03.g1" in kept)
    assert [file.name for file in own_folder.iterdir()] == [guesses.FILE]
    guesses._noted.clear()
    assert "03.g1" not in kept or "03.g1" in set(calibration()["id"])


# --- collections
# ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, bytes]:
    """Every file of a toy collection, by its path below it."""
    folder = write_toy(tmp_path_factory.mktemp("whole") / "library")
    put(
        folder / "notebooks" / "glossary.md",
        b"# Glossary\n\n### loan\n\nA loan.\n\n*Lessons:* 01.\n",
    )
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


FILES = [
    "README.md",
    "data/collection.toml",
    "data/snapshot.json",
    "data/README.md",
    "data/library/datapackage.json",
    "data/library/library_loans.csv",
    "data/text/datapackage.json",
    "data/text/claims.csv",
    "data/text/evidence.csv",
    "data/text/judgments.csv",
    "notebooks/01_library_loans.ipynb",
    "notebooks/glossary.md",
    "notebooks/01_library_loans/guide.md",
    "notebooks/01_library_loans/key.py",
    "notebooks/01_library_loans/numbers.toml",
    "notebooks/01_library_loans/solutions.py",
]
FILE_PIECES = [
    *("[" * 5000, "9" * 5000, "{", "}", "<<<<<<< HEAD\n", "\u2028", "|", "=", "[[stated]]\n"),
    *("<!-- end of lessons -->", "<!-- lessons: written by describe -->", "raise SystemExit\n"),
    *(
        'title = ""\n',
        "snapshot_days = 1e9\n",
        "WRONG = 1\n",
        "KEYS = 1\n",
        "*Lessons:*",
        "texts = 1\n",
    ),
]
odd_parts = odd_json_of(
    ["code", "markdown", "lesson", "number", "9" * 5000, "../../x.csv", "a|b\nc", "01.1"],
    ["cell_type", "source", "metadata", "lesson", "minutes", "reading", "fields", "name"],
)


@st.composite
def damage(draw: st.DrawFn, whole: dict[Path, bytes]) -> dict[Path, bytes | None]:
    """One or two files with other contents; None for a folder in the place of a file, and an empty
    dictionary's entry is left out.
    """
    broken: dict[Path, bytes | None] = {}
    for name in draw(st.lists(st.sampled_from(FILES), min_size=1, max_size=2)):
        path, raw = Path(name), whole[Path(name)]
        how = draw(st.sampled_from(["gone", "folder", "cut", "pieces", "json", "json", "encoding"]))
        if how == "json" and path.suffix in (".json", ".ipynb"):
            content = json.loads(raw)
            for number in draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=2)):
                there = list(places(content))
                new = draw(st.one_of(st.just(...), odd_parts))
                content = changed(content, there[number % len(there)], new)
            broken[path] = json.dumps(content).encode()
        elif how == "cut":
            broken[path] = raw[: draw(st.integers(0, len(raw)))]
        elif how == "encoding":
            text = raw.decode().replace("a", "á")
            broken[path] = text.encode(
                draw(st.sampled_from(["latin-1", "utf-16", "utf-8-sig"])), "replace"
            )
        elif how in ("gone", "folder"):
            broken[path] = None if how == "folder" else b"gone"
        else:
            broken[path] = draw(pieces_of(raw.decode(), FILE_PIECES))
    return broken


@given(data=st.data())
@fuzz
def test_commands_on_any_collection(
    whole: dict[Path, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    data: st.DataObject,
) -> None:
    """`describe`, `review`, `refresh` and what a reader calls end with a code and a sentence."""
    folder = tmp_path / "library"
    shutil.rmtree(folder, ignore_errors=True)
    broken = data.draw(damage(whole))
    for path, raw in {**whole, **broken}.items():
        if raw is None:
            (folder / path).mkdir(parents=True)
        elif raw != b"gone":
            put(folder / path, raw)
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setattr(NotebookClient, "execute", lambda self, **_: self.nb)
    errors = (CollectionError, DataError, LessonError)
    for call in (current, tables, lesson_map, lambda: check("01.1", 1)):
        answers_or_refuses(errors, call)
    for command, arguments in (
        (review, []),
        (review, ["01"]),
        (describe, ["--check"]),
        (describe, []),
        (refresh, ["--check"]),
    ):
        capsys.readouterr()
        code = answers_or_refuses((), command.main, arguments)
        out, err = capsys.readouterr()
        assert code in (0, 1, 2) and (out + err).strip().encode(), command
        if code == 2 and command is describe:
            assert err.startswith("Nothing was written. ")
