"""The contract of a table: every file that breaks it is refused, with a sentence that names the
place and says what to do.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import helpers.catalogue as catalogue_module
from helpers import about, load, tables
from helpers.authoring.describe import main
from helpers.cards import DataCard, ShortCard
from helpers.collection import VARIABLE
from helpers.contract import DataError, TableFile, broken_rules
from tests.toy import column, describe

FIELDS = [
    column("day", "date", minimum="2016-01-02", maximum="2017-12-31"),
    column("code", "string", pattern="[0-9]{2}", unique=True),
    column("note", "string"),
    column("n", "integer", minimum=0),
    column("share", "number", maximum=1),
    column("kind", "string", required=True, enum=["new", "used"]),
]
TEXT = (
    "day,code,note,n,share,kind\n"
    "2016-01-02,01,,1234,0.5,new\n"
    "2016-02-29,02,,,1,used\n"
    "2017-12-31,03,seen,-0,0.25,new\n"
)
CARD = {
    "row": "one year",
    "coverage": "Three years.",
    "cautions": ["Mind the gap.", "Mind the step."],
    "sources": [
        {"publisher": "P", "title": "T", "path": "https://example.org", "retrieved": "2026-11-24"}
    ],
    "licenses": [{"title": "free", "read": "2026-11-24"}],
}
SCHEMA = {"fields": FIELDS, "primaryKey": ["day", "code"]}
_moments = itertools.count(1)


class Table:
    """A collection with one table `t` of every type; text and description can be replaced."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.topic = folder / "data" / "topic"
        self.topic.mkdir(parents=True)
        (folder / "data" / "collection.toml").write_text('title = "T"\n', encoding="utf-8")
        self.write(TEXT)
        self.describe()
        describe(folder)

    def write(self, text: str | bytes) -> None:
        _write(self.topic / "t.csv", text)

    def describe(self, package: Any = None, **entries: Any) -> None:
        """Replace entries of the description (`...` leaves one out), or the whole of it."""
        resource = {"name": "t", "path": "t.csv", "title": "A table", "schema": SCHEMA, **CARD}
        kept = {name: value for name, value in {**resource, **entries}.items() if value is not ...}
        _write(
            self.topic / "datapackage.json",
            json.dumps({"resources": [kept]} if package is None else package),
        )


def _write(path: Path, content: str | bytes) -> None:
    """Write a file, each time with a later time, however fast one write follows another."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    later = path.stat().st_mtime_ns + next(_moments) * 1_000_000
    os.utime(path, ns=(later, later))


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    table = Table(tmp_path / "collection")
    monkeypatch.setenv(VARIABLE, str(table.root))
    return table


def refusal(call: Callable[..., Any] = load, name: Any = "t") -> str:
    """The sentence with which a table is refused."""
    with pytest.raises(DataError) as refused:
        call(name)
    return str(refused.value)


def test_every_type_becomes_its_column(table: Table) -> None:
    frame = load("t")
    assert frame["day"].tolist() == [*map(pd.Timestamp, ("2016-01-02", "2016-02-29", "2017-12-31"))]
    assert frame["code"].tolist() == ["01", "02", "03"]
    assert frame["note"].isna().tolist() == [True, True, False]
    assert frame["n"].dtype == "Int64", "a whole number with gaps stays whole"
    assert frame["n"].fillna(-1).tolist() == [1234, -1, 0]
    assert frame["share"].dtype == "float64" and frame["share"].tolist() == [0.5, 1.0, 0.25]
    table.write(TEXT.replace(",,1,used", ",7,1,used"))
    describe(table.root)
    assert load("t")["n"].dtype == "int64"


def test_a_loaded_table_is_the_callers_own(table: Table) -> None:
    mine = load("t")
    mine.loc[0, "share"] = 0.0
    assert load("t").loc[0, "share"] == 0.5


def test_the_card_says_what_the_description_has(table: Table) -> None:
    assert about("t").name == "t" and about("t").heading == "t: A table"
    assert about("t").entries() == [
        ("One row is", "one year"),
        ("Rows", "3"),
        (
            "Columns",
            "day [things], day; code [things], code; note [things], note (2 missing); "
            "n [things], n (1 missing); share [things], share; kind [things], kind",
        ),
        ("Coverage", "Three years."),
        ("Publisher", "P: T (https://example.org), read 2026-11-24"),
        ("License", "free (read: 2026-11-24)"),
        ("Caution", "Mind the gap."),
        ("Caution", "Mind the step."),
    ]
    fields = [
        {**column("day", "date"), "unit": unit} for unit in ("as in unit", "year", "", "day", "day")
    ]
    resource: dict[str, Any] = {**CARD, "cautions": ["One. Two.", "U.S. law.", "3"]}
    card = ShortCard("t", resource, {})
    for units, said in {
        1: [("Unit", "named in the column unit")],
        5: [("Units", "named in the column unit; day")],
    }.items():
        resource["schema"] = {"fields": fields[:units]}
        assert card.entries() == [
            ("One row is", "one year"),
            *said,
            ("Caution", "One."),
            ("Caution", "U.S. law."),
            ("Full card", 'about("t")'),
        ]
    resource["schema"] = {"fields": fields[1:3]}
    assert [label for label, _ in card.entries()][:2] == ["One row is", "Caution"]
    resource["schema"] = {"fields": fields[2:3]}
    assert ("Columns", "day, day") in DataCard("t", resource, {}).entries()
    assert about("t", short=True).entries() == [
        ("One row is", "one year"),
        ("Unit", "things"),
        ("Caution", "Mind the gap."),
        ("Caution", "Mind the step."),
        ("Full card", 'about("t")'),
    ]
    assert tables().to_dict("index") == {
        "t": {
            "topic": "topic",
            "title": "A table",
            "rows": 3,
            "columns": "day, code, note, n, share, kind",
        }
    }


CELL = "Correct the cell; if the value is right, change the rule in data/topic/datapackage.json."
FILE = "Correct data/topic/t.csv, or restore it (git checkout)."
HEADER = "Correct the file, or describe the column in data/topic/datapackage.json."
KEY = "Remove one of the two rows, or make the key in data/topic/datapackage.json longer."
CHANGED = (
    "If the change is meant, run `python3 -m helpers describe` and look at what it says; if not, "
    "restore the file (git checkout, or download the collection again)."
)
DESCRIPTION = "Correct the description in data/topic/datapackage.json."
PROMISED = "promised were day, code, note, n, share, kind."
BROKEN = [
    (
        *("2016-01-02", "2016-01-01"),
        "column day, line 2: at least 2016-01-02 was promised, 2016-01-01 is there.",
        CELL,
    ),
    (
        *("2017-12-31", "2018-01-01"),
        "column day, line 4: at most 2017-12-31 was promised, 2018-01-01 is there.",
        CELL,
    ),
    (
        *("2016-02-29", "2017-02-29"),
        "column day, line 3: type date was promised, '2017-02-29' is there.",
        CELL,
    ),
    (
        *("2016-02-29", "20160229"),
        "column day, line 3: type date was promised, '20160229' is there.",
        CELL,
    ),
    (",02,", ",2,", "column code, line 3: the form [0-9]{2} was promised, '2' is there.", CELL),
    (
        *(",02,", ",01,"),
        "key code, line 3: unique values were promised, '01' is in line 2 already.",
        KEY,
    ),
    (",1234,", ",-1,", "column n, line 2: at least 0 was promised, -1 is there.", CELL),
    (",1234,", ",1.0,", "column n, line 2: type integer was promised, '1.0' is there.", CELL),
    (",1,used", ",1.01,used", "column share, line 3: at most 1 was promised, 1.01 is there.", CELL),
    (
        *(",1,used", ",1e0,used"),
        "column share, line 3: type number was promised, '1e0' is there.",
        CELL,
    ),
    (
        *(",1,used", ',"0,9",used'),
        "column share, line 3: type number was promised, '0,9' is there.",
        CELL,
    ),
    (
        *("used", "usd"),
        "column kind, line 3: one of new, used was promised, 'usd' is there.",
        CELL,
    ),
    ("used", "", "column kind, line 3: a value was promised, an empty cell is there.", CELL),
    (
        "2016-02-29,02,,,1,used\n",
        "\n",
        "line 3: the line is empty: delete it.",
        FILE,
    ),
    (
        *("2016-02-29,02,,,1,used\n", "2016-02-29,02\n"),
        "line 3: 6 cells were promised, 2 are there (first cell '2016-02-29').",
        FILE,
    ),
    (
        *("seen,-0,0.25,new\n", '"two\nlines",0,0.25,new\n2017-12-30,04,,x,1,used\n'),
        "column n, line 6: type integer was promised, 'x' is there.",
        CELL,
    ),
    (
        *("day,code", "\ufeffday,code"),
        "line 1: the file begins with a byte order mark, as Excel saves it.",
        "If you changed the table on purpose, run `describe`, which takes the mark out; if not, "
        "restore the file (git checkout, or download the collection again).",
    ),
    (TEXT, "", "the file is empty.", FILE),
    ("day,code", "day,cod", f"line 1: column 'cod' is not declared; {PROMISED}", HEADER),
    ("day,code", "code,day", f"line 1: the columns are in another order; {PROMISED}", HEADER),
    (",kind\n", "\n", f"line 1: column 'kind' is absent; {PROMISED}", HEADER),
    (",seen,", ",,", "column note: 2 empty cells were promised, 3 are there.", CHANGED),
    (
        *(",,1234,0.5,new\n2016-02-29,02,,", ",x,1234,0.5,new\n2016-02-29,02,y,"),
        "column note: 2 empty cells were promised, 0 are there.",
        CHANGED,
    ),
    (",1,used", ",,used", "column share: 0 empty cells were promised, 1 are there.", CHANGED),
    ("2016-02-29,02,,,1,used\n", "", "3 rows were promised, the file has 2.", CHANGED),
]


@pytest.mark.parametrize(("old", "new", "problem", "advice"), BROKEN)
def test_a_broken_file(table: Table, old: str, new: str, problem: str, advice: str) -> None:
    table.write(TEXT.replace(old, new, 1))
    assert refusal() == f"Table t, {problem} {advice}" or (
        refusal() == f"Table t: {problem} {advice}"
    )


def test_another_value(table: Table) -> None:
    changed = TEXT.replace("0.25", "0.26")
    table.write(changed)
    was, now = (hashlib.sha256(text.encode()).hexdigest() for text in (TEXT, changed))
    assert refusal() == (
        f"Table t: the file t.csv is not the one described: sha256 {was[:12]}... was promised, "
        f"{now[:12]}... is there. {CHANGED}"
    )


def test_a_snapshot_that_does_not_fit(table: Table) -> None:
    path = table.root / "data" / "snapshot.json"
    run = "python3 -m helpers describe"
    entry = json.loads(path.read_text(encoding="utf-8"))["t"]
    for held, said in {
        "{}": f"Table t is not in data/snapshot.json yet: run `{run}`.",
        "[1]": f"data/snapshot.json does not hold one entry per table. Run `{run}`.",
        '{"t": 5}': f"data/snapshot.json does not hold one entry per table. Run `{run}`.",
        '{"t": {}}': f"Table t: None rows were promised, the file has 3. {CHANGED}",
        json.dumps({"t": {**entry, "missing": 5}}): (
            f"Table t: column note: 0 empty cells were promised, 2 are there. {CHANGED}"
        ),
    }.items():
        _write(path, held)
        assert refusal() == said
    _write(path, "{")
    said = refusal()
    assert said.startswith("data/snapshot.json cannot be read as JSON: ")
    assert said.endswith(f". Run `{run}`.")
    path.unlink()
    assert refusal() == f"Table t is not in data/snapshot.json yet: run `{run}`."
    assert tables()["rows"].isna().all() and ("Rows", "0") in about("t").entries()


def test_the_line_ends_of_windows(table: Table) -> None:
    table.write(TEXT.replace("\n", "\r\n").encode())
    assert "t.csv was saved with the line ends of Windows, as Excel does. If" in refusal()


@pytest.mark.parametrize(("mark", "ends"), [("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n")])
def test_describe_takes_out_what_excel_adds(
    table: Table, capsys: pytest.CaptureFixture[str], mark: str, ends: str
) -> None:
    table.write(mark + TEXT.replace("\n", ends))
    refusal()
    assert main(["--check"]) in (1, 2), "and nothing is written"
    refusal()
    assert main([]) == 0
    added = ["byte order mark"] * bool(mark) + ["line ends of Windows"] * (ends == "\r\n")
    assert f"t.csv: {' and '.join(added)} taken out\n" in capsys.readouterr().out
    assert (table.topic / "t.csv").read_bytes() == TEXT.encode()
    assert len(load("t")) == 3


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_another_separator_is_named_and_the_file_left_alone(
    table: Table, capsys: pytest.CaptureFixture[str], mark: str, sign: str, name: str
) -> None:
    saved = (mark + TEXT.replace(",", sign).replace("\n", "\r\n")).encode()
    table.write(saved)
    said = (
        f"Table t, line 1: the cells are separated by {name}; commas were promised. Save the table "
        "once more as CSV with commas, or restore it (git checkout)."
    )
    assert refusal() == said and main([]) == 2
    assert capsys.readouterr() == ("", f"Nothing was written. {said}\n")
    assert (table.topic / "t.csv").read_bytes() == saved


def test_what_was_written_before_a_table_is_refused_is_not_denied(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write("\ufeff" + TEXT.replace(",1,used", ",x,used"))
    assert main(["--check"]) == 2
    assert capsys.readouterr().err.startswith("Nothing was written. Table t, ")
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == "t.csv: byte order mark taken out\n"
    assert err.startswith("Nothing else was written. Table t, column share, line 3: type number ")


def test_a_key_of_two_columns(table: Table) -> None:
    fields = [FIELDS[0], {**FIELDS[1], "constraints": {}}, *FIELDS[2:]]
    table.describe(schema={"fields": fields, "primaryKey": ["day", "code"]})
    table.write(TEXT.replace("2016-02-29,02", "2016-01-02,01"))
    assert refusal().startswith(
        "Table t, key day + code, line 3: unique values were promised, '2016-01-02, 01' is "
        "in line 2"
    )


def test_all_that_a_rebuilt_table_breaks() -> None:
    """A sentence for each column, and one for the key, which is not asked of half a table."""
    file = TableFile("t", Path("data/topic/t.csv"), SCHEMA, {})
    table = pd.read_csv(io.StringIO(TEXT), dtype=str, keep_default_na=False)

    def broken(changed: pd.DataFrame) -> list[str]:
        return [rule.split(" there")[0].split(" is in ")[0] for rule in broken_rules(file, changed)]

    assert broken(table) == []
    assert broken(table.assign(n=["1", "-1", "-2"], kind=["new", "", "old"])) == [
        "Table t, column n, line 3: at least 0 was promised, -1 is",
        "Table t, column kind, line 3: a value was promised, an empty cell is",
    ]
    assert broken(table.assign(day="2016-01-02", code=["01", "02", "02"])) == [
        "Table t, key code, line 4: unique values were promised, '02'",
        "Table t, key day + code, line 4: unique values were promised, '2016-01-02, 02'",
    ]
    assert broken_rules(file, table.drop(columns=["note", "kind"]).assign(n="x")) == [
        "Table t: the column 'note' is absent.",
        "Table t: the column 'kind' is absent.",
        "Table t, column n, line 2: type integer was promised, 'x' is there. Correct the cell; "
        "if the value is right, change the rule in data/topic/datapackage.json.",
    ]


def test_a_file_that_is_not_utf8(table: Table) -> None:
    table.write(TEXT.replace("seen", "se\u00f1al").encode("latin-1"))
    assert refusal() == f"Table t, line 4: UTF-8 was promised, byte 0xf1 is not UTF-8. {FILE}"


def test_a_file_cut_in_a_quote(table: Table) -> None:
    table.write(TEXT + '"2017')
    assert refusal().startswith("Table t, line 5: not readable as CSV (")


def test_a_missing_file(table: Table) -> None:
    (table.topic / "t.csv").unlink()
    assert refusal() == (
        "Table t: its file topic/t.csv is missing from data/. Restore the file (git checkout, or "
        "download the collection again), or correct `path` in data/topic/datapackage.json."
    )


def test_line_ends_in_a_cell_are_kept(table: Table) -> None:
    table.write(TEXT.replace(",seen,", ',"seen\r\ntwice",'))
    describe(table.root)
    assert load("t")["note"].iloc[2] == "seen\r\ntwice"


def test_a_changed_and_described_table_is_seen_without_a_restart(table: Table) -> None:
    """What an author does in JupyterLab: load, change the file, describe in a terminal, load."""
    assert load("t")["share"].iloc[0] == 0.5
    table.write(TEXT.replace("0.5", "0.75") + "2017-01-01,04,,9,1,used\n")
    assert "3 rows were promised, the file has 4" in refusal()
    describe(table.root)
    assert load("t")["share"].tolist() == [0.75, 1.0, 0.25, 1.0]
    assert tables().loc["t", "rows"] == 4 and ("Rows", "4") in about("t").entries()
    table.describe(schema={**SCHEMA, "fields": [*FIELDS[:4], column("share", "number"), FIELDS[5]]})
    table.write(TEXT.replace("0.5", "1.5"))
    describe(table.root)
    assert load("t")["share"].iloc[0] == 1.5


def test_a_file_that_changes_is_read_again(table: Table) -> None:
    """The same size at another time, another size at the same time: nothing stale is returned."""
    load("t")
    path = table.topic / "t.csv"
    before = path.stat()
    path.write_text(TEXT.replace("0.5", "0.6"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    assert "is not the one described" in refusal()
    path.write_text(TEXT.replace("0.5", "0.55"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "is not the one described" in refusal()


@pytest.mark.parametrize(
    ("described", "sentence"),
    [
        ({"package": []}, "the entry 'resources' is absent or of another type than list."),
        (
            {"package": {"resources": ["t"]}},
            "a resource: the entry 'name' is absent or of another type than str.",
        ),
        ({"title": ...}, "a resource: the entry 'title' is absent or of another type than str."),
        ({"path": True}, "a resource: the entry 'path' is absent or of another type than str."),
        (
            {"schema": {"fields": FIELDS}},
            "table t, schema: the entry 'primaryKey' is absent or of another type than list.",
        ),
        (
            {"schema": {"fields": [{"name": "day"}], "primaryKey": []}},
            "table t, a field: the entry 'type' is absent or of another type than str.",
        ),
        *(
            (
                {"schema": schema},
                (
                    "table t: fields must have names of their own, and primaryKey must name "
                    "some of them."
                ),
            )
            for schema in (
                {"fields": [], "primaryKey": []},
                {"fields": [FIELDS[0], FIELDS[0]], "primaryKey": []},
                {"fields": FIELDS, "primaryKey": ["year"]},
                {"fields": FIELDS, "primaryKey": []},
            )
        ),
        *(
            (
                {"schema": {**SCHEMA, "foreignKeys": keys}},
                (
                    "table t, schema: the entry 'foreignKeys' is absent or of another type "
                    "than list."
                ),
            )
            for keys in (None, 3)
        ),
        *(
            (
                {"name": name},
                f"table {name}: a name has only lower-case letters, digits and underscores.",
            )
            for name in ("T", "my table", "../t", "")
        ),
        *(
            ({"path": path}, f"table t: the path {path!r} leaves the folder of the description.")
            for path in ("../topic/t.csv", "/etc/passwd", "C:\\t.csv", "a\\..\\..\\t.csv")
        ),
    ],
)
def test_a_description_that_lacks_something(
    table: Table, described: dict[str, Any], sentence: str
) -> None:
    table.describe(**described)
    comma = "" if sentence.startswith("the entry") else ", "
    separator = comma if comma else ": "
    assert refusal() == f"topic/datapackage.json{separator}{sentence} {DESCRIPTION}"


NOT_RULES = "the constraints are not a table of rules with a list as enum and a text as pattern"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"type": "year"}, "the type 'year' is not one of integer, number, date, string"),
        ({"constraints": []}, NOT_RULES),
        ({"constraints": {"enum": "x"}}, NOT_RULES),
        ({"constraints": {"pattern": 7}}, NOT_RULES),
        (
            {"constraints": {"minimun": 5000}},
            "there is no constraint 'minimun'; the nearest is 'minimum'",
        ),
        (
            {"constraints": {"maxLength": 1}},
            (
                "there is no constraint 'maxLength'; there are required, unique, enum, pattern, "
                "minimum, maximum"
            ),
        ),
        (
            {"constraints": {"required": "false"}},
            "required must be true or false, without quotes; it is 'false'",
        ),
        (
            {"constraints": {"unique": 1}},
            "unique must be true or false, without quotes; it is 1",
        ),
        ({"constraints": {"minimum": "soon"}}, "minimum or maximum is not of the type date"),
        ({"constraints": {"maximum": 5}}, "minimum or maximum is not of the type date"),
        ({"description": " "}, "the description is empty: say what the column means"),
        (
            {"type": "integer", "constraints": {"minimum": "0"}},
            "minimum must be a number, without quotes; it is '0'",
        ),
        (
            {"type": "number", "constraints": {"maximum": "1.5"}},
            "maximum must be a number, without quotes; it is '1.5'",
        ),
        ({"constraints": {"pattern": "["}}, "the pattern '[' is not a regular expression ("),
    ],
)
def test_rules_that_cannot_be_applied(table: Table, change: dict[str, Any], problem: str) -> None:
    table.describe(schema={**SCHEMA, "fields": [{**FIELDS[0], **change}, *FIELDS[1:]]})
    said = refusal()
    assert said.startswith(f"topic/datapackage.json, table t, field day: {problem}")
    assert said.endswith(DESCRIPTION)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"coverage": ...}, "the entry 'coverage' is absent or of another type than str."),
        ({"row": ...}, "the entry 'row' is absent or of another type than str."),
        (
            {"sources": []},
            "the list 'sources' names no source.",
        ),
        ({"cautions": ["Mind.", 5]}, "the caution 5 is not text."),
        (
            {"sources": [{"publisher": "P"}]},
            "a source: the entry 'title' is absent or of another type than str.",
        ),
        (
            {"licenses": [{"title": "free"}]},
            "a license: the entry 'read' is absent or of another type than str.",
        ),
    ],
)
def test_a_card_that_lacks_something(table: Table, entries: dict[str, Any], sentence: str) -> None:
    table.describe(**entries)
    separator = ", " if sentence.startswith("a ") else ": "
    where = f"topic/datapackage.json, table t{separator}"
    assert refusal(about) == f"{where}{sentence} {DESCRIPTION}"
    load("t")


def test_a_name_that_no_table_has(table: Table) -> None:
    assert refusal(name="tt") == "There is no table named 'tt'. Nearest names: t."
    assert refusal(name=7) == "There is no table named 7. tables() lists all names."


def test_a_folder_that_cannot_be_read_is_not_left_out(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`describe` would take its tables out of the snapshot."""
    looked_at = os.stat

    def refused(path: Any, **options: Any) -> os.stat_result:
        if str(path).endswith("datapackage.json"):
            raise PermissionError(13, "Permission denied", str(path))
        return looked_at(path, **options)

    monkeypatch.setattr(catalogue_module, "os", SimpleNamespace(**{**vars(os), "stat": refused}))
    place = table.topic / "datapackage.json"
    assert refusal() == (
        f"{place} cannot be read (Permission denied). Give yourself the right to read it."
    )


def test_a_description_that_is_no_json(table: Table) -> None:
    (table.topic / "datapackage.json").write_text("{", encoding="utf-8")
    assert refusal().startswith("topic/datapackage.json cannot be read as JSON: ")
    (table.topic / "datapackage.json").unlink()
    assert refusal() == (
        f"There is no table in {table.root / 'data'}: no folder there has a datapackage.json. "
        "Restore data/, or describe a table there."
    )


def test_two_tables_of_one_name(table: Table) -> None:
    (table.root / "data" / "zebra").mkdir()
    text = (table.topic / "datapackage.json").read_text(encoding="utf-8")
    (table.root / "data" / "zebra" / "datapackage.json").write_text(text, encoding="utf-8")
    assert refusal() == "Two tables are named t: rename one in zebra/datapackage.json."


class TestForeignKey:
    """A column whose values must be in a column of another table of the folder."""

    @pytest.fixture
    def two(self, table: Table) -> Table:
        """The table `t` refers to the table `codes`."""
        _write(table.topic / "codes.csv", "code,meaning\n01,a\n02,b\n03,c\n04,d\n")
        self.describe_two(table)
        describe(table.root)
        return table

    def describe_two(
        self, table: Table, on: str = "code", kind: str = "string", **reference: Any
    ) -> None:
        key = {"fields": on, "reference": {"resource": "codes", "fields": "code", **reference}}
        codes = {
            **CARD,
            "name": "codes",
            "path": "codes.csv",
            "title": "Codes",
            "schema": {
                "fields": [column("code", kind), column("meaning", "string")],
                "primaryKey": ["code"],
            },
        }
        schema = {**SCHEMA, "foreignKeys": [key]}
        t = {**CARD, "name": "t", "path": "t.csv", "title": "A table", "schema": schema}
        table.describe(package={"resources": [t, codes]})

    def test_values_that_are_there(self, two: Table) -> None:
        assert load("t")["code"].tolist() == ["01", "02", "03"]

    def test_a_value_that_is_not_there(self, two: Table) -> None:
        two.write(TEXT.replace(",02,", ",05,"))
        assert refusal() == (
            "Table t, column code, line 3: '05' is not in the column code of the table codes. "
            "Correct the cell, or add the row to codes."
        )

    def test_an_empty_cell_refers_to_nothing(self, two: Table) -> None:
        two.write(TEXT.replace(",02,", ",,"))
        describe(two.root)
        assert load("t")["code"].isna().sum() == 1

    @pytest.mark.parametrize(
        ("on", "kind", "values"),
        [
            ("day", "date", ["2016-01-02", "2016-02-29", "2017-12-31"]),
            ("share", "number", ["0.50", "1.0", "0.25"]),
            ("n", "integer", ["01234", "0"]),
        ],
    )
    def test_values_are_compared_as_their_type(
        self, two: Table, on: str, kind: str, values: list[str]
    ) -> None:
        _write(
            two.topic / "codes.csv", "\n".join(["code,meaning", *(f"{x},m" for x in values), ""])
        )
        self.describe_two(two, on, kind)
        describe(two.root)
        assert len(load("t")) == 3
        _write(two.topic / "codes.csv", f"code,meaning\n{values[0]},m\n")
        assert "is not in the column code of the table codes" in refusal()
        _write(two.topic / "codes.csv", b"code,meaning\n\xff,m\n")
        said = refusal()
        assert said.startswith(f"Table t: the table codes, which its column {on} refers to, cannot")
        assert said.endswith("). Restore codes.csv.")

    def test_a_byte_order_mark_in_the_other_file(self, two: Table) -> None:
        path = two.topic / "codes.csv"
        _write(path, "\ufeff" + path.read_text(encoding="utf-8"))
        assert len(load("t")) == 3
        assert "begins with a byte order mark" in refusal(name="codes")

    def test_a_new_value_is_allowed_once_it_is_listed(self, two: Table) -> None:
        two.write(TEXT.replace(",02,", ",05,"))
        path = two.topic / "codes.csv"
        _write(path, path.read_text(encoding="utf-8") + "05,e\n")
        describe(two.root)
        assert load("t")["code"].tolist() == ["01", "05", "03"]

    def test_the_other_table_changes(self, two: Table) -> None:
        load("t")
        _write(two.topic / "codes.csv", "code,meaning\n01,a\n03,c\n")
        assert "'02' is not in the column code of the table codes" in refusal()

    def test_the_other_file_is_missing(self, two: Table) -> None:
        (two.topic / "codes.csv").unlink()
        assert "Table t: its file topic/codes.csv is missing from data/" in refusal()

    @pytest.mark.parametrize("reference", [{"resource": "cods"}, {"fields": "cod"}])
    def test_a_reference_to_nothing(self, two: Table, reference: dict[str, str]) -> None:
        self.describe_two(two, **reference)
        to = {"resource": "codes", "fields": "code"} | reference
        assert refusal() == (
            "topic/datapackage.json, table t: the foreign key refers to the column "
            f"{to['fields']!r} of the table {to['resource']!r}, which does not exist. Correct the "
            "foreign key."
        )

    def test_a_reference_of_another_type(self, two: Table) -> None:
        self.describe_two(two, resource=5)
        assert "a foreign key: the entry 'resource' is absent or of another type" in refusal()


@given(position=st.integers(0, len(TEXT) - 1), byte=st.binary(min_size=0, max_size=2))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_damage_is_refused(table: Table, position: int, byte: bytes) -> None:
    """Replace one byte by none, one or two: never another table, never another error."""
    raw = TEXT.encode()
    damaged = raw[:position] + byte + raw[position + 1 :]
    table.write(damaged)
    if damaged == raw:
        assert len(load("t")) == 3
    else:
        assert refusal().startswith("Table t")
