"""Odd submissions, zip files, rosters, points and results: everything that was handed in is listed,
what a person wrote is kept, and what cannot be used is said in a sentence.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers.collection import current
from helpers.lessons import choose_lessons
from marking import exercises, grade, intake, judge, place, points, report, roster, store, values
from tests.fuzzing import (
    EXAMPLES,
    answers_or_refuses,
    changed,
    fuzz,
    little_memory,  # noqa: F401
    odd_json_of,
    places,
)
from tests.marking import inbox as made

FILE = "02_overdose_deaths.ipynb"
#: The whole way takes a hundred times as long as one function; a failing input is shown as found.
seldom = settings(fuzz, max_examples=max(5, EXAMPLES // 20), phases=[Phase.generate], deadline=None)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Where a folder for one input goes."""
    return tmp_path / "one"


# --- notebooks
# ------------------------------------------------------------------------------------------

GOOD = made.notebook(opened="I")
GOOD["cells"][1]["metadata"] = {"nbgrader": {"grade_id": "answer-02-1", "grade": True}}
GOOD["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]
GOOD["metadata"] = {"lesson": {"language": "es", "claims": ["a"]}}
OLD = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [
    {"cell_type": "code", "language": "python", "input": "check('02.1', 1)", "outputs": []},
    {"cell_type": "heading", "level": 3, "source": "Exercise 02.5 (open)"},
]}]}  # fmt: skip
TEXTS = [
    "check('02.1', answer)",
    "check('02.1', 1); check('02.2', (2",
    "check(number='02.9', answer=...)\r\ncheck('02.2', é)",
    "check('99.1', 1)",
    "check('٠٢.١', 1)",
    f"check('02.{'1' * 5000}', 1)",
    f"### Exercise 02.{'1' * 5000} (open)",
    "x\n### Exercise 02.5 (open)\n*Your answer:* a *Your answer:* b",
    "### Ejercicio 02.5 (abierto)",
    "speak('es')",
    "speak('../..')",
    "answer-02-1",
    "check-02-1",
    "open-02-5",
    f"open-02-{'9' * 5000}",
    "%%bash\nrm -rf /\ncheck('02.1', 1)",
    "\ud800",
    "\x00",
    "\u202e\x1b[2J",
    "x" * 140_000,
    "(" * 3000,
    "1\n" * 40_000,
    "code",
    "markdown",
    "raw",
    "es",
]
odd_values = odd_json_of([*TEXTS, 10**30, 2, 3, 4], ["cell_type", "source", "metadata", "nbgrader"])
changes = st.lists(
    st.tuples(st.integers(0, 10**6), st.one_of(st.just(...), odd_values)), min_size=1, max_size=4
)


def broken(whole: Any, changes: list[tuple[int, Any]]) -> Any:
    """A notebook, or other JSON, with other values at some places."""
    for number, new in changes:
        there = list(places(whole))
        whole = changed(whole, there[number % len(there)], new)
    return whole


def as_file(notebook: Any, encoding: str, escaped: bool) -> bytes:
    text = json.dumps(notebook, ensure_ascii=escaped)
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


near_notebooks = st.builds(
    as_file,
    st.builds(broken, st.sampled_from([GOOD, GOOD, OLD]), changes),
    st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    st.booleans(),
)
WHOLE = as_file(GOOD, "utf-8", True)


def cut(first: int, last: int, middle: bytes) -> bytes:
    return WHOLE[: min(first, last)] + middle + WHOLE[max(first, last) :]


MIDDLES = [
    *(b"", b"\x00", b"\xff", b"[" * 100_000, b"\xef\xbb\xbf", b"NaN", b"9" * 5000, b'"\\ud800"'),
    b"<<<<<<< HEAD\n",
]
spots = st.integers(0, len(WHOLE))
raw_notebooks = st.one_of(
    near_notebooks,
    near_notebooks,
    st.builds(cut, spots, spots, st.sampled_from(MIDDLES)),
    st.binary(max_size=60),
)


@given(raw=raw_notebooks)
@fuzz
def test_any_notebook(raw: bytes) -> None:
    notebook = answers_or_refuses(intake.IntakeError, intake.read_notebook, raw)
    if notebook is not None:
        found = answers_or_refuses((), exercises.find, notebook)
        assert all(number in ("", "02.1") or len(number) < 8 for _, number in found.cells)
        json.dumps(found.cells, ensure_ascii=False).encode()  # a run is handed these


@pytest.mark.parametrize("part", ["[],", "{},", "300,"])
def test_a_small_zip_of_a_notebook_that_fills_the_memory(tmp_path: Path, part: str) -> None:
    """A few kilobytes: 49 MB of empty lists would be 2 GB in memory."""
    with zipfile.ZipFile(tmp_path / "joe.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FILE, f'{{"cells": [{part * (49 * 2**20 // len(part))}0]}}')
    (one,) = intake.take_in(tmp_path)
    assert one.found is None and "clear its outputs" in one.problem


# --- names and folders
# ------------------------------------------------------------------------------------------

PARTS = [
    *("ana", "ANA", "Jos\u00e9", "Jose\u0301", "\ufb01n", "李雷", "🎓", "a\nb", "a\tb", "\u202ea"),
    *("x.", "x ", " x", "CON", "aux.ipynb", "n" * 200, "a!b", "a;b", "=1+1", "-rf", "~", "'", '"'),
    *("\udcff", "\udce9t", "caf\udce9", ".hidden", "~$x", "__MACOSX", "Thumbs.db", "...", "\\"),
    *("Ana_12_assignsubmission_file_", "ana_LATE_12_34_02-1", "ana_12_34_02", "C:\\x"),
]
names = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=4)), min_size=1, max_size=2)
endings = st.sampled_from([*[".ipynb"] * 6, ".IPYNB", ".zip", ".py", "", ".ipynb ", ".ipynb.", "/"])
paths = st.builds(
    lambda folders, name, ending: (
        "/".join(["".join(part) for part in folders] + ["".join(name)]) + ending
    ),
    st.lists(names, max_size=2),
    names,
    endings,
)
kinds = st.sampled_from(["file"] * 8 + ["link", "folder", "pipe", "big", "closed"])


def lay(inbox: Path, name: str, kind: str, raw: bytes) -> None:
    """Put one thing into the inbox, if the file system takes it."""
    try:
        path = inbox / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if ".." in path.parts or os.path.lexists(path):
            return
        if kind == "link":
            path.symlink_to(inbox)
        elif kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            path.write_bytes(raw)
            if kind == "big":
                os.truncate(path, intake.LARGEST + 1)
            if kind == "closed":
                path.chmod(0)
    except (OSError, ValueError):  # no file can have this name
        return


def lying(inbox: Path) -> list[Path]:
    """Every file and link below a folder that is not hidden or of a system."""
    found = []
    for folder, folders, files in os.walk(inbox):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if not intake.SKIPPED.match(name)]
        found += [here / name for name in [*files, *links] if not intake.SKIPPED.match(name)]
    return found


@given(
    things=st.lists(
        st.tuples(
            paths, kinds, st.one_of(st.just(WHOLE), st.sampled_from([b"", b"PK"]), raw_notebooks)
        ),
        max_size=5,
    )
)
@fuzz
def test_any_inbox(empty: Path, things: list) -> None:
    """Each file has one row, no two rows are shown alike, and each can be written anywhere."""
    shutil.rmtree(empty, ignore_errors=True)
    empty.mkdir()
    for name, kind, raw in things:
        lay(empty, name, kind, raw)
    taken = answers_or_refuses((), intake.take_in, empty)
    assert len(taken) == len(lying(empty))
    assert len({one.file for one in taken}) == len(taken)
    for one in taken:
        assert (one.found is None) == one.problem.startswith("not marked: ")
        assert not set(one.file + one.learner) & set("\n\r\t\x00\x1b\u202e")
        assert (one.file + one.learner + one.problem).encode()


# --- zip files
# ------------------------------------------------------------------------------------------

MEMBERS = [
    *("../up", "/top", "C:\\x\\y", "a\\b", "CON", "a\nb", "é", "日本", "x" * 300, "a//b", "."),
    *("./a", "a/../b", "Ana", "ANA", "Ana", "__MACOSX/a", "a/.ipynb_checkpoints/b", "\x1b[2J", " "),
    "Ana_12_assignsubmission_file_/a",
    "ana_12_34_02",
    f"ana_12_34_02-{'9' * 5000}",
]
members = st.lists(
    st.tuples(
        st.sampled_from(MEMBERS),
        st.sampled_from([".ipynb"] * 4 + [".IPYNB", ".zip", ".txt", "/", ""]),
        st.one_of(st.just(WHOLE), raw_notebooks, st.just(b"")),
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]),
    ),
    max_size=4,
)


def zipped(members: list) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # one name twice
        for name, ending, raw, method in members:
            archive.writestr(zipfile.ZipInfo(name + ending), raw, method)
    return stream.getvalue()


#: Bytes that mean something in a zip file: beginnings of records, versions, flags, methods, sizes.
damage = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(
            [b"", b"\x00", b"\xff", b"\xff" * 4, b"PK\x03\x04", b"PK\x05\x06", b"\x63"]
        ),
    ),
    max_size=3,
)


def damaged(raw: bytes, damage: list, until: float) -> bytes:
    for place_of_it, new in damage:
        # The records with names, flags and sizes are at the end.
        at = len(raw) - 1 - int(place_of_it**3 * (len(raw) - 1))
        raw = raw[:at] + new + raw[at + len(new) :]
    return raw[: int(len(raw) * until)]


def flagged(raw: bytes, bit: int, field: int) -> bytes:
    """With one bit set in the same field of every entry of the list of files."""
    changed = bytearray(raw)
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + field] |= bit
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


zips = st.one_of(
    st.builds(zipped, members),
    st.builds(
        damaged, st.builds(zipped, members), damage, st.sampled_from([1, 1, 1, 0.9, 0.5, 0.1])
    ),
    st.builds(
        flagged,
        st.builds(zipped, members),
        st.sampled_from([1, 8, 32, 64, 128, 255]),
        st.sampled_from([6, 8, 9, 10, 16, 20, 24, 28, 30, 32, 38, 42]),
    ),
    st.builds(lambda inner: zipped([("in", ".zip", inner, 0)]), st.builds(zipped, members)),
)


@given(raw=zips)
@fuzz
def test_any_zip_file(empty: Path, raw: bytes) -> None:
    """Each member has a row, or the zip file one that says why; and nothing is unpacked."""
    shutil.rmtree(empty, ignore_errors=True)
    (empty / "inbox").mkdir(parents=True)
    (empty / "inbox" / "joe.zip").write_bytes(raw)
    taken = answers_or_refuses((), intake.take_in, empty / "inbox")
    assert [path.name for path in empty.rglob("*")] == ["inbox", "joe.zip"]
    assert taken and len({one.file for one in taken}) == len(taken)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            held = [m.filename for m in archive.infolist() if not m.is_dir()]
    except Exception:  # zip files are damaged in many ways
        held = []
    seen = [x for x in held if not any(intake.SKIPPED.match(part) for part in x.split("/"))]
    assert len(taken) == len(seen) or (len(taken) == 1 and taken[0].problem)
    for one in taken:
        assert (one.found is None) == one.problem.startswith("not marked: ")
        assert (one.file + one.learner + one.problem).encode() and "\n" not in one.file


# --- rosters
# ------------------------------------------------------------------------------------------

cells = st.one_of(
    st.sampled_from(
        [
            *("Ann Lee", "Lee, Ann", "Ann Lee (1)", "O'Hara", 'A "B" C', "José", "=1+1", "@x", "-"),
            *("007", "7", "", " ", "a@x", "Points Possible", "two\nlines", "a;b", "a\tb", "\u202e"),
        ]
    ),
    st.text(max_size=5),
)
HEADS = [
    *("name", "Full name", "First name", "Last name", "id", "ID", "SIS User ID", "mail", "login"),
    *("Section", "Nombre", "Apellido(s)", "", "name", "\ufeffname", " Name "),
]
ODD_LINES = ["", "x", ",,,,,,", '"', '"a', "a" * 140_000, "\x00", "a\rb", "\x85", "\u2028", "'"]


def csv_text(rows: list[list[str]], separator: str, ends: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=ends)
    writer.writerows(rows)
    return stream.getvalue()


@given(
    people=st.lists(
        st.tuples(
            st.sampled_from(
                ["Ann Lee", "Bo, Jr.", "José", "李雷", "O'Hara", '"X" Y', "=1+1", "a;b"]
            ),
            st.integers(0, 999).map(lambda number: f"{number:03}"),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one[1],
    ),
    form=st.sampled_from(
        [
            *((name, ",") for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")),
            *(("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("latin-1", ",")),
        ]
    ),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
)
@fuzz
def test_a_good_roster_in_any_form(empty: Path, people: list, form: tuple, ends: str) -> None:
    """Names and numbers come out as they are: zeros in front, quotes, accents."""
    encoding, separator = form
    rows = [["Full name", "ID number"], *map(list, people)]
    raw = csv_text(rows, separator, ends).encode(encoding, "replace")
    empty.write_bytes(raw)
    read = roster.read_roster(empty)
    assert [one.id for one in read] == [number for _, number in people]
    wanted = [name.encode(encoding, "replace").decode(encoding) for name, _ in people]
    assert [one.name for one in read] == wanted
    assert len({one.shown for one in read}) == len(people)


@given(
    heads=st.lists(st.one_of(st.sampled_from(HEADS), st.text(max_size=3)), min_size=1, max_size=4),
    rows=st.lists(st.lists(cells, max_size=5), max_size=5),
    separator=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    odd=st.lists(st.tuples(st.integers(0, 6), st.sampled_from(ODD_LINES)), max_size=2),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp500"]),
)
@fuzz
def test_any_roster(
    empty: Path, heads: list, rows: list, separator: str, ends: str, odd: list, encoding: str
) -> None:
    """No two learners are shown alike, and a file of each goes to nobody else."""
    lines = csv_text([heads, *rows], separator, ends).split(ends)
    for number, line in odd:
        lines.insert(number, line)
    empty.write_bytes(ends.join(lines).encode(encoding, "replace"))
    read = answers_or_refuses(roster.RosterError, roster.read_roster, empty)
    if read is None:
        return
    assert len({one.shown for one in read}) == len(read) and all(one.shown for one in read)
    handed_in = [
        intake.Submission(str(number), one.shown, names=(one.shown,))
        for number, one in enumerate(read)
    ]
    whose = answers_or_refuses((), roster.match, handed_in, read)
    for number, one in enumerate(read):
        assert whose[str(number)] in (one, None)


@given(raw=st.one_of(st.binary(max_size=80), st.sampled_from([b"\xff\xfe", b"", b"\xef\xbb\xbf"])))
@fuzz
def test_any_bytes_as_roster(empty: Path, raw: bytes) -> None:
    empty.write_bytes(raw)
    answers_or_refuses(roster.RosterError, roster.read_roster, empty)
    answers_or_refuses(points.PointsError, points.read_points, empty, {"02.5": 4})


def test_ten_thousand_learners(empty: Path) -> None:
    rows = [["name", "id"], *([f"Learner {n}", f"{n:05}"] for n in range(10_000))]
    empty.write_text(csv_text(rows, ",", "\n"), encoding="utf-8")
    read = roster.read_roster(empty)
    handed_in = [intake.Submission(one.id, one.name, names=(one.name,)) for one in read]
    whose = roster.match(handed_in, read)
    assert all(person is not None and person.id == file for file, person in whose.items())


# --- points
# ------------------------------------------------------------------------------------------

entered = st.lists(
    st.tuples(
        st.sampled_from(["Ann", "'Abd", "=1", "José", "a;b", "-x", "a,b", "'=x"]),
        st.sampled_from(["", "0", "2", "2.5", "2,5", "4", "5", "-1", "nan", "inf", "1e0", "x"]),
        st.sampled_from(["", "good", "- good", "=1+1", "two\nlines", "x" * 140_000, 'say "a"']),
    ),
    max_size=4,
)
COLUMNS = st.sampled_from([points.OPEN_COLUMNS] * 6 + [points.OPEN_COLUMNS[:-1], ["learner"]])


@given(
    entered=entered,
    columns=COLUMNS,
    separator=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "utf-16", "cp1252"]),
)
@fuzz
def test_points_however_they_were_saved(
    empty: Path, entered: list, columns: list, separator: str, ends: str, encoding: str
) -> None:
    """Every number and every comment that a person entered is read, and stays when the table is
    written again without the submissions; or the line is named that cannot be read.
    """
    rows = [
        [values.get(name, "") for name in columns]
        for who, number, comment in entered
        for values in [
            {"learner": who, "lesson": "02", "exercise": "02.5", "points": number, "of": "4"}
            | {"comment": comment}
        ]
    ]
    empty.write_bytes(csv_text([columns, *rows], separator, ends).encode(encoding, "replace"))
    read = answers_or_refuses(points.PointsError, points.read_points, empty, {"02.5": 4})
    if read is None:
        return
    given_points, comments = read
    once = Counter(who for who, *_ in rows)
    assert {who for who, _ in given_points} == {
        points.text_of_cell(who) for who, number, _ in entered if number
    }
    for who, number, comment in entered:
        if once[who] == 1:
            assert bool(number) == ((points.text_of_cell(who), "02.5") in given_points)
            kept = comments.get((points.text_of_cell(who), "02.5"), "") if len(columns) > 5 else ""
            assert len(columns) < 6 or bool(kept) == bool(comment.strip())
    points.write_points([], {"02.5": 4}, empty)
    assert points.read_points(empty, {"02.5": 4}) == read


# --- results
# ------------------------------------------------------------------------------------------

KINDS: dict[str, Any] = {
    "number": 5,
    "text": "a",
    "list": [1, "b", None, float("nan")],
    "set": {1, 2},
    "untouched": ...,
}


def reported() -> dict[str, Any]:
    """A result as a run leaves it, with answers of every kind."""
    import datetime as dt

    import numpy as np
    import pandas as pd

    more = {
        "series": pd.Series({"a": 1.0, "b": 2.0}),
        "frame": pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}),
        "array": np.array([1.0, 2.0]),
        "day": dt.date(2017, 12, 14),
        "month": pd.Period("2017-12", freq="M"),
        "gap": pd.NA,
        "other": object(),
    }
    answers = {
        number: {"answer": values.to_plain(value), "error": "", "printed": "", "seconds": 0.1}
        for number, value in zip([*made.numbers(), "02.1"], [*KINDS.values()], strict=False)
    }
    answers["02.2"]["answer"] = {
        "kind": "list",
        "entries": [values.to_plain(x) for x in more.values()],
    }
    record = {"answers": answers, "failed": {"0": "NameError"}, "remark": "", "seconds": 1.0}
    return record | {"files": ["a.txt"], "printed": ""}


RECORD = reported()
odd_results = odd_json_of(
    [
        "plain",
        "set",
        "series",
        "frame",
        "time",
        "period",
        "2017-12",
        "M",
        "nan",
        "9" * 5000,
        "x" * 3000,
        10**400,
        -1,
    ],
    ["kind", "entries", "value", "values", "index", "answer", "error"],
)
odd_records = st.builds(
    broken,
    st.just(RECORD),
    st.lists(
        st.tuples(st.integers(0, 10**6), st.one_of(st.just(...), odd_results)),
        min_size=1,
        max_size=3,
    ),
)


@given(record=odd_records)
@fuzz
def test_any_result(empty: Path, record: Any) -> None:
    """A result that no run can have written is not marked: it is run again, or said."""
    shutil.rmtree(empty, ignore_errors=True)
    found = exercises.find(made.notebook(opened="I"))
    (empty / store.UNITS).mkdir(parents=True)
    store.path_of(empty, "unit").write_text(json.dumps(record), encoding="utf-8")
    submission = intake.Submission("joe.ipynb", "joe", found=found)
    with pytest.MonkeyPatch.context() as patch:
        only = choose_lessons(current(), ["02"])
        patch.setattr(grade, "choose_lessons", lambda *_: only)
        (one,) = answers_or_refuses(
            (), grade.judge_them, [submission], {"joe.ipynb": "unit"}, empty, []
        )
    assert one.status == "marked" or one.status.startswith(grade.NOT_YET)
    assert set(one.marks) in (set(), set(made.numbers()))
    for mark in one.marks.values():
        assert mark.remark.encode() is not None and mark.message.encode() is not None


@given(
    manifest=st.builds(
        broken,
        st.just({"engine": "a", "limits": {"seconds": 1.0}, "packages": {"pandas": "2"}}),
        changes,
    ),
    raw=st.sampled_from([None] * 4 + [b"", b"\xff", b"[" * 100_000, b"[]", b"null"]),
)
@fuzz
def test_any_manifest(empty: Path, manifest: Any, raw: bytes | None) -> None:
    shutil.rmtree(empty, ignore_errors=True)
    empty.mkdir()
    content = json.dumps(manifest).encode() if raw is None else raw
    (empty / store.MANIFEST).write_bytes(content)
    whole = {"engine": "a", "limits": {"seconds": 1.0}, "packages": {"pandas": "2"}}
    answers_or_refuses(store.StoreError, store.open_marks, empty, whole)
    answers_or_refuses(store.StoreError, store.merge, [empty], empty / "all")


# --- the whole way
# ------------------------------------------------------------------------------------------


@given(
    things=st.lists(st.tuples(paths, raw_notebooks), min_size=1, max_size=4),
    archive=zips,
    record=st.one_of(st.just(RECORD), odd_records),
    people=st.lists(st.tuples(cells, cells), max_size=3),
)
@seldom
def test_from_any_inbox_to_tables_and_pages(
    empty: Path, things: list, archive: bytes, record: Any, people: list
) -> None:
    """Every file is in files.csv, and every page and table can be read again."""
    shutil.rmtree(empty, ignore_errors=True)
    inbox, marks = empty / "inbox", empty / "inbox_marks"
    inbox.mkdir(parents=True)
    for name, raw in things:
        lay(inbox, name, "file", raw)
    lay(inbox, "ana/all.zip", "file", archive)
    lay(inbox, f"good/{FILE}", "file", WHOLE)
    (empty / "class.csv").write_text(csv_text([["name", "id"], *people], ",", "\n"), "utf-8")
    read = answers_or_refuses(roster.RosterError, roster.read_roster, empty / "class.csv") or []

    def run(cells: list[tuple[str, str]], *_: Any) -> place.Run:
        answers = record.get("answers") if isinstance(record, dict) else None
        return place.Run(answers=answers if isinstance(answers, dict) else {})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "run", run)
        patch.setattr(place, "build", lambda _, folder: folder)
        settings = grade.Settings(inbox, marks, place.Limits(), 1, "")
        code = answers_or_refuses((), grade.grade, settings, read)
    assert code in (0, 1)
    with (marks / "files.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    taken = Counter(one.file for one in intake.take_in(inbox))
    listed = Counter(points.text_of_cell(row["file"]) for row in rows if row["file"])
    assert listed == taken
    assert any(row["file"] == f"good/{FILE}" and row["status"] == "marked" for row in rows)
    shown = {points.text_of_cell(row["learner"]) for row in rows}
    assert {one.shown for one in read} <= shown
    assert answers_or_refuses((), report.main, [str(marks)]) == 0


def test_judging_says_what_it_cannot_read() -> None:
    """Each ended in another traceback."""
    exercise = judge.scored("02")[0]
    for plain in ({"kind": "time", "value": "9" * 40}, {"kind": "set", "entries": [{}]}):
        assert judge.judge_one(exercise, {"answer": plain}).state == judge.NOT_RUN
