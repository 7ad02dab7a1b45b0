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

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
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
        (png(), png(), "auto", None, True, "compared by hash"),
        (png(), png(shade=1), "auto", None, False, "compared by hash"),
        (png(drawn_by=NEW), png(drawn_by=NEW, shade=1), "auto", None, False, "compared by hash"),
        (
            png(drawn_by=OLD),
            png(drawn_by=NEW, shade=1),
            "auto",
            None,
            True,
            "compared by size (drawn",
        ),
        (png(drawn_by=OLD), png(101, 1, NEW), "auto", None, True, "compared by size (drawn"),
        (png(drawn_by=OLD), png(110, 1, NEW), "auto", None, False, "compared by size (drawn by"),
        (png(drawn_by=OLD), png(drawn_by=NEW), "hash", None, False, "compared by hash"),
        (png(), png(shade=1), "auto", pictures.here(), False, "compared by hash"),
        (png(), png(shade=1), "auto", ELSEWHERE, True, "compared by size (matplotlib was 0, is "),
        (png(), png(200), "auto", ELSEWHERE, False, "compared by size (matplotlib was 0, is "),
        (b"a jpeg", b"other", "auto", None, False, "compared by hash"),
        (b"a jpeg", b"other", "auto", ELSEWHERE, True, "not compared (matplotlib was 0, is "),
        (b"garbage", png(drawn_by=NEW), "auto", None, False, "compared by size (the stored"),
        (png(), png(shade=1), "size", None, True, "compared by size"),
        (png(), png(101), "size", None, False, "compared by size"),
        (png(), png(200), "skip", None, True, "not compared"),
        (png(), png(drawn_by=NEW), "auto", None, True, "compared by size (the stored picture does"),
        (png(drawn_by=NEW), png(), "auto", None, True, "compared by size (drawn by Matplotlib 3."),
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


def test_what_drew_a_picture_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(stored: bytes, new: bytes, noted: Any = None) -> str:
        one, other = pictures.read_picture(stored), pictures.read_picture(new)
        return pictures.compare(one, other, "auto", noted)[2]

    def noted(**other: str) -> dict[str, str]:
        return {"system": "Linux", "machine": "x86_64", "matplotlib": "3.11.2", **other}

    old, new, silent = png(drawn_by=OLD), png(drawn_by=NEW), png()
    is_silent = "picture does not say what drew it"
    assert how(old, new) == "compared by size (drawn by Matplotlib 3.8.4, now by Matplotlib 3.11.2)"
    assert how(silent, new) == f"compared by size (the stored {is_silent}; now Matplotlib 3.11.2)"
    assert how(old, silent) == f"compared by size (drawn by Matplotlib 3.8.4; the new {is_silent})"
    monkeypatch.setattr(pictures, "here", noted)
    for given, said in (
        (noted(matplotlib="3.8"), "matplotlib was 3.8, is 3.11.2"),
        (noted(matplotlib=""), "matplotlib was not there, is 3.11.2"),
        ({"system": "Linux", "machine": "x86_64"}, "matplotlib was not noted, is 3.11.2"),
    ):
        assert how(silent, silent, given) == f"compared by size ({said})"
    monkeypatch.setattr(pictures, "here", lambda: noted(matplotlib=""))
    said = how(silent, silent, noted())
    assert said == "compared by size (matplotlib was 3.11.2, is not there)"


@pytest.mark.parametrize("kind", ["image/png", "text/html"])
@pytest.mark.parametrize("rule", ["auto", "hash", "size"])
def test_a_damaged_picture_is_no_picture(kind: str, rule: str) -> None:
    """Whatever it is compared with, but itself."""
    good = base64.b64encode(png(drawn_by=NEW)).decode()
    whole = {"image/png": "{}", "text/html": '<img src="data:image/png;base64,{}">'}[kind]
    for damage in (good[:-3], "A"):
        damaged, right = (
            [NotebookNode(output_type="display_data", data={kind: whole.format(text)})]
            for text in (damage, good)
        )
        one, other, how = pictures.without_pictures(damaged, right, rule, None)
        assert one != other and "a damaged picture" in str(one[0].data) and len(how) == 1
        one, other, how = pictures.without_pictures(damaged, damaged, rule, None)
        assert one == other


@pytest.mark.parametrize("value", ["\xe9\xe9\xe9\xe9", "!!!!", 5, {"a": 1}, None])
def test_a_stored_picture_that_is_no_text_is_damaged(value: Any) -> None:
    right = base64.b64encode(png()).decode()
    stored, new = (
        [NotebookNode(output_type="display_data", data={"image/png": data})]
        for data in (value, right)
    )
    one, other, _ = pictures.without_pictures(stored, new, "auto", None)
    assert one != other and "a damaged picture" in str(one[0].data)


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


#: Files that are no notebooks, and what is said of each.
NO_NOTEBOOKS = {
    "broken": (b"{not json", "it is not JSON: see line 1, column 2"),
    "empty": (b"", "it is empty"),
    "latin": (b'{"title": "\xe9"}', "it is not UTF-8"),
    "list": (b"[]", "it has no cells"),
    "marked": (b'\xef\xbb\xbf{"cells": [], "nbformat": 4}', "a byte order mark is before its text"),
    "no_cells": (b'{"metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "it has no cells"),
    "number": (b'{"cells": [1], "nbformat": 4}', "something that every notebook has is missing"),
}


@pytest.mark.parametrize("options", [[], ["-n", "2", "--continue-on-collection-errors"]])
def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, options: list[str]) -> None:
    for name, (content, _) in NO_NOTEBOOKS.items():
        (tmp_path / f"{name}.ipynb").write_bytes(content)
    strict = ["-q", "-p", "nbval_strict", "--nbval-strict", *options, "."]
    command = [sys.executable, "-m", "pytest", *strict, f"--rootdir={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    said = re.findall(
        r"^(\w+).ipynb cannot be read as a notebook: (.+)\. Repair it, or leave it out\.$",
        done.stdout,
        re.M,
    )
    expected = {(name, why) for name, (_, why) in NO_NOTEBOOKS.items()}
    assert set(said) == expected, done.stdout + done.stderr
    assert "Traceback" not in done.stdout and "INTERNALERROR" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "errors", "skipped"),
    [([], 1, 2), (["-n", "2"], 1, 2), (["-k", "Cell and 1"], 1, 0)],
)
def test_a_kernel_that_is_not_installed_is_told_once(
    tmp_path: Path, options: list[str], errors: int, skipped: int
) -> None:
    cells = [new_code_cell(text, execution_count=n) for n, text in enumerate("abc", 1)]
    metadata = {"kernelspec": {"name": "no-such-kernel", "display_name": "R"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), tmp_path / "r.ipynb")
    strict = ["-q", "-p", "nbval_strict", "--nbval-strict", "-rs", *options, "."]
    command = [sys.executable, "-m", "pytest", *strict, f"--rootdir={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    sentence = "r.ipynb cannot run: no kernel named no-such-kernel is installed. Install it, or"
    assert len(re.findall(f"^{sentence}", done.stdout, re.M)) == 1, done.stdout + done.stderr
    assert done.returncode == 1 and f"{errors} error" in done.stdout, done.stdout
    assert ("2 skipped" in done.stdout) == bool(skipped), done.stdout
    assert "Traceback" not in done.stdout and "NoSuchKernel" not in done.stdout, done.stdout


@pytest.mark.parametrize("options", [["-p", "nbval_strict", "--nbval-strict"], ["--nbval"]])
def test_slow_imports_are_left_out_only_for_the_option(tmp_path: Path, options: list[str]) -> None:
    code = (
        "import sys, pytest; pytest.main(sys.argv[1:]); "
        "print(sys.modules.get('rfc3987_syntax', 'as ever') is None, 'nbformat' in sys.modules)"
    )
    command = [sys.executable, "-c", code, *options, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1] == f"{'--nbval-strict' in options} True"
