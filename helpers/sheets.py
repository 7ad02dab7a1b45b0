"""Tables that a person keeps in a spreadsheet program: rosters, points, answers of a class.

Such programs save CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or a code page of Windows,
and with the line ends of any system. Each of these is read alike.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from helpers.language import say

#: How the files of spreadsheet programs begin: .xlsx and .ods, and .xls.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class SheetError(ValueError):
    """A table cannot be read; the message says which line, why, and what to do."""


class Sheet(NamedTuple):
    """A table as text.

    Attributes
    ----------
    columns : list of str
        The cells of the first line that is not empty.
    rows : list of (int, dict)
        For every other line that is not empty its number in the file and its cells by column. Of
        columns with one name, the last cell that is not empty counts.
    """

    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]


def read_sheet(path: Path) -> Sheet:
    """The table in a CSV file.

    Raises
    ------
    SheetError
        There is no such file, it cannot be opened or is not CSV, or a line has more cells than
        there are columns.
    """
    if not path.is_file():
        raise SheetError(say("There is no file {path}. Correct its name or its folder.", path=path))
    try:
        raw = path.read_bytes()
        if raw.startswith(_WORKBOOKS):
            raise csv.Error(say("it is a workbook, not text"))
        text = decoded(raw)
        head = next(filter(str.strip, text.splitlines()), "")
        # A lone carriage return ends a line too, as in files of old Macs.
        reader = csv.reader(io.StringIO(text, newline=None), delimiter=max(",;\t", key=head.count))
        lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except (OSError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SheetError(
            say(
                "{name} cannot be read as a table ({reason}). Save it once more as CSV in UTF-8.",
                name=path.name,
                reason=reason,
            )
        ) from None
    columns = lines[0][1] if lines else []
    rows = []
    for number, cells in lines[1:]:
        if any(map(str.strip, cells[len(columns) :])):
            raise SheetError(
                say(
                    "{name}, line {line}: it has more cells than columns. Put a text "
                    "with a comma or semicolon in it between quotation marks.",
                    name=path.name,
                    line=number,
                )
            )
        row = dict.fromkeys(columns, "")
        row |= {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}
        rows.append((number, row))
    return Sheet(columns, rows)


def decoded(raw: bytes) -> str:
    """The text of a file by whatever program: UTF-8, UTF-16, or else the code page of Windows.

    Examples
    --------
    >>> decoded("á".encode("utf-16")), decoded("á".encode("cp1252")), decoded("á".encode())
    ('á', 'á', 'á')
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif raw[:1] and raw[1:2] == b"\x00":
        encodings = ["utf-16-le"]
    elif raw[:1] == b"\x00":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
