"""Tables as spreadsheet programs save them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.sheets import Sheet, SheetError, decoded, read_sheet

LINES = [" ", "name;points,a;note", " ; ;", 'Ana;2,5;"one;\ntwo"', "", "José;;", "Li;3", "Bo;4;; "]
TABLE = Sheet(
    ["name", "points,a", "note"],
    [
        (5, {"name": "Ana", "points,a": "2,5", "note": "one;\ntwo"}),
        (7, {"name": "José", "points,a": "", "note": ""}),
        (8, {"name": "Li", "points,a": "3", "note": ""}),
        (9, {"name": "Bo", "points,a": "4", "note": ""}),
    ],
)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_the_same_whoever_saved_it(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(end.join(LINES).encode(encoding))
    assert read_sheet(path) == TABLE
    path.write_bytes(b"a,b,a\n1,,2\n3,4, \n")
    assert read_sheet(path).rows == [(2, {"a": "2", "b": ""}), (3, {"a": "3", "b": "4"})]
    path.write_bytes(b"name\nXavier\n")
    assert read_sheet(path) == Sheet(["name"], [(2, {"name": "Xavier"})])
    for nothing in (b"", b"\n , \n"):
        path.write_bytes(nothing)
        assert read_sheet(path) == Sheet([], [])


def test_bytes_of_no_code_page_are_kept() -> None:
    assert decoded(b"a\x81\xe9") == "a\x81é" and decoded(b"\xff\xfea") == "ÿþa"
    assert decoded("\ufeffé".encode("utf-16-be")) == "é" and decoded(b"") == ""


@pytest.fixture
def usual_limit() -> Iterator[int]:
    """The longest cell that csv reads, unless a library, such as frictionless, allows more."""
    before = csv.field_size_limit(131_072)
    yield 131_072
    csv.field_size_limit(before)


def test_what_is_no_table_is_said(tmp_path: Path, usual_limit: int) -> None:
    path = tmp_path / "class.csv"
    save = "Save it once more as CSV in UTF-8."
    quote = "Put a text with a comma or semicolon in it between quotation marks."
    long = f"field larger than field limit ({usual_limit})"
    for place in (path, tmp_path):
        with pytest.raises(SheetError) as refused:
            read_sheet(place)
        assert str(refused.value) == f"There is no file {place}. Correct its name or its folder."
    for start in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        path.write_bytes(start + b"\x14,")
        with pytest.raises(SheetError) as refused:
            read_sheet(path)
        said = f"class.csv cannot be read as a table (it is a workbook, not text). {save}"
        assert str(refused.value) == said
    for text, said in {
        "x" * 200_000: f"class.csv cannot be read as a table ({long}). {save}",
        "a,b\n\n1,2,3": f"class.csv, line 3: it has more cells than columns. {quote}",
    }.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SheetError) as refused:
            read_sheet(path)
        assert str(refused.value) == said
