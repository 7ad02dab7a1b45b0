"""The rules one by one: counts, pictures, the order of notebooks, and options that contradict."""

from __future__ import annotations

import base64
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbval_strict import counts, order, pictures


@pytest.mark.parametrize(
    ("stored", "rule", "wrong"),
    [
        ([1, 2, 3], "ordered", None),
        ([], "ordered", None),
        ([2, 3, 4], "ordered", 0),
        ([1, 3, 4], "ordered", 1),
        ([1, 2, 2], "ordered", 2),
        ([1, None, 2], "ordered", 1),
        ([None, None], "ordered", 0),
        ([2, 5, 6], "increasing", None),
        ([2, 5, 4], "increasing", 2),
        ([2, 2], "increasing", 1),
        ([2, None], "increasing", 1),
        ([None, 9, 1], "any", None),
    ],
)
def test_counts(stored: list[int | None], rule: str, wrong: int | None) -> None:
    found = counts.problem([counts.Cell(count) for count in stored], rule)
    assert (found and found[0]) == wrong


def test_an_empty_or_skipped_cell_needs_no_count() -> None:
    cells = [counts.Cell(1), counts.Cell(None, must_have_run=False), counts.Cell(2)]
    assert counts.problem(cells, "ordered") is None


def png(width: int = 100, shade: int = 0, drawn_by: str = "") -> bytes:
    """A small picture, valid as far as it is looked at."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, 50, 8, 0, 0, 0, 0))]
    if drawn_by:
        parts.append((b"tEXt", b"Software\0" + drawn_by.encode()))
    parts.append((b"IDAT", zlib.compress(bytes([shade]) * (width + 1) * 50)))
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in parts:
        data += struct.pack(">I", len(content)) + kind + content + bytes(4)
    return data


OLD, NEW = "Matplotlib version3.8.4, https://x", "Matplotlib version3.11.2, https://x"
ELSEWHERE = {**pictures.here(), "matplotlib": "0"}


@pytest.mark.parametrize(
    ("stored", "new", "rule", "noted", "equal", "how"),
    [
        (png(), png(), "auto", None, True, "by hash"),
        (png(), png(shade=1), "auto", None, False, "by hash"),
        (png(drawn_by=NEW), png(drawn_by=NEW, shade=1), "auto", None, False, "by hash"),
        (png(drawn_by=OLD), png(drawn_by=NEW, shade=1), "auto", None, True, "by size (drawn by"),
        (png(drawn_by=OLD), png(101, 1, NEW), "auto", None, True, "by size (drawn by"),
        (png(drawn_by=OLD), png(110, 1, NEW), "auto", None, False, "by size (drawn by"),
        (png(drawn_by=OLD), png(drawn_by=NEW), "hash", None, False, "by hash"),
        (png(), png(shade=1), "auto", pictures.here(), False, "by hash"),
        (png(), png(shade=1), "auto", ELSEWHERE, True, "by size (matplotlib was 0, is "),
        (png(), png(200), "auto", ELSEWHERE, False, "by size (matplotlib was 0, is "),
        (b"a jpeg", b"other", "auto", None, False, "by hash"),
        (b"a jpeg", b"other", "auto", ELSEWHERE, True, "not at all (matplotlib was 0, is "),
        (png(), png(shade=1), "size", None, True, "by size"),
        (png(), png(101), "size", None, False, "by size"),
        (png(), png(200), "skip", None, True, "not at all"),
    ],
)
def test_pictures(stored: bytes, new: bytes, rule: str, noted: Any, equal: bool, how: str) -> None:
    """Bare, and inside HTML: nbval compares what is left."""
    for kind, form in (("image/png", "{}"), ("text/html", '<img src="data:image/png;base64,{}">')):
        before, after = (
            [NotebookNode(output_type="display_data", data={kind: form.format(text)})]
            for text in (base64.b64encode(data).decode() for data in (stored, new))
        )
        one, other, compared = pictures.without_pictures(before, after, rule, noted)
        assert (one == other) == equal and compared[0].startswith(how)
        assert "image/png" not in one[0].data and "base64" not in str(one)


def test_a_picture_more_is_seen() -> None:
    data = base64.b64encode(png()).decode()
    output = NotebookNode(output_type="display_data", data={"image/png": data})
    one, other, compared = pictures.without_pictures([output], [output, output], "auto", None)
    assert len(one) == 1 and len(other) == 2 and "picture" in other[1].data and len(compared) == 1


def test_what_took_longest_starts_first() -> None:
    nodeids = ["a.py::one", "a.py::two", "b.ipynb::Cell 0", "c.py::C::m", "new.py::x"]
    assert order.in_order(nodeids, {"a.py": 1.0, "b.ipynb": 9.0, "c.py::C": 2.0}) == [
        "new.py",
        "b.ipynb",
        "c.py::C",
        "a.py",
    ]


def test_strict_and_lax_contradict(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--nbval-strict", "--nbval-lax", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 4 and "give one of the two" in done.stderr


@pytest.mark.parametrize("options", [[], ["-n", "2", "--continue-on-collection-errors"]])
def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, options: list[str]) -> None:
    files = {
        "broken": b"{not json",
        "empty": b"",
        "latin": b'{"cells": [], "metadata": {"title": "\xe9"}, "nbformat": 4}',
        "list": b"[]",
        "marked": b'\xef\xbb\xbf{"cells": [], "metadata": {}, "nbformat": 4}',
        "no_cells": b'{"metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    }
    for name, content in files.items():
        (tmp_path / f"{name}.ipynb").write_bytes(content)
    strict = ["-q", "-p", "nbval_strict", "--nbval-strict", *options, "."]
    command = [sys.executable, "-m", "pytest", *strict, f"--rootdir={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    said = re.findall(r"^(\w+).ipynb cannot be read as a notebook \(.+\): ", done.stdout, re.M)
    assert sorted(set(said)) == sorted(files), done.stdout + done.stderr
    assert "Traceback" not in done.stdout and "INTERNALERROR" not in done.stdout + done.stderr


@pytest.mark.parametrize("options", [["-p", "nbval_strict", "--nbval-strict"], ["--nbval"]])
def test_slow_imports_are_left_out_only_for_the_option(tmp_path: Path, options: list[str]) -> None:
    code = (
        "import sys, pytest; pytest.main(sys.argv[1:]); "
        "print(sys.modules.get('rfc3987_syntax', 'as ever') is None, 'nbformat' in sys.modules)"
    )
    command = [sys.executable, "-c", code, *options, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1] == f"{'--nbval-strict' in options} True"
