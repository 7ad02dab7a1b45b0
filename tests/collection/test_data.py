"""The data contract: every table is described, valid, and refused with a sentence when its file is
not what was promised.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import data
from helpers.data import DataError, about, load, tables
from tests.lessons import LESSONS, ROOT, source
from tools import describe

NAMES = list(tables().index)
FOLDER = ROOT / "data"


@pytest.mark.parametrize("name", NAMES)
def test_loads(name: str) -> None:
    frame = load(name)
    assert len(frame) == tables().loc[name, "rows"] > 0


@pytest.mark.parametrize(
    "package", sorted(FOLDER.glob("*/datapackage.json")), ids=lambda p: p.parent.name
)
def test_valid_by_the_public_standard(package: Path) -> None:
    from frictionless import validate

    report = validate(str(package))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_nothing_else_lies_in_data() -> None:
    described = {FOLDER / r["topic"] / r["path"] for r in data._catalogue(FOLDER).values()}
    allowed = described | {p for p in FOLDER.glob("*/datapackage.json")} | {FOLDER / "README.md"}
    there = {p for p in FOLDER.rglob("*") if p.is_file()}
    assert there == allowed, (
        f"not described, or described and absent: {sorted(map(str, there ^ allowed))}"
    )


def test_descriptions_follow_from_the_files() -> None:
    assert not describe.outdated(), "run `python3 course.py describe` and look at what it changes"


@pytest.mark.parametrize("name", NAMES)
def test_cards_are_complete(name: str) -> None:
    resource = about(name).resource
    for entry in ("title", "row", "coverage", "cautions", "sources", "licenses"):
        assert resource[entry], f"{name}: {entry} is empty"
    assert all({"publisher", "title", "path", "retrieved"} <= set(s) for s in resource["sources"])
    assert all(field.get("description") for field in resource["schema"]["fields"])
    units = [
        f["name"]
        for f in resource["schema"]["fields"]
        if f["type"] in ("integer", "number") and not f.get("unit")
    ]
    assert set(units) <= {"order", "paragraph", "stated_value"}, f"{name}: say the unit of {units}"


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_used(name: str) -> None:
    lessons = "\n".join(source(cell) for lesson in LESSONS for cell in lesson.code)
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "helpers").rglob("*.py"))
    evidence = set(load("evidence")["table"])
    assert f'load("{name}")' in lessons + code or name in evidence, (
        f"no lesson uses {name}: unused tables do not belong in data/"
    )


#: Columns that say where a row comes from, or how sure its entries are: for whoever checks a row,
#: not for a lesson.
PROVENANCE = {
    "url",
    "source_url",
    "origin",
    "publication",
    "said_by",
    "seen_in",
    "release_date",
    "date_note",
    "date_precision",
    "precision",
    "proof",
    "icd10_codes",
}
#: Columns that no lesson names, with the reason why they stay.
KEPT = {
    "arcs": "tests/test_networks.py holds the networks to it",
    "in_degree_published": "tests/test_networks.py holds our centralization to it",
    "out_degree_published": "tests/test_networks.py holds our centralization to it",
    "betweenness_published": "tests/test_networks.py holds our centralization to it",
    "deaths_low": "the range that the source gives with every count, and the subject of a caution",
    "deaths_high": "the range that the source gives with every count, and the subject of a caution",
    "program": "part of the key: without it rows could not be told apart",
    "entry_type": "part of the key: without it rows could not be told apart",
    "actors": "says who acted on a date of the time line",
    "wording_note": "the reason for a claim's wording; tests/test_claims.py asks for it",
}


def test_every_column_is_used() -> None:
    """A column that no lesson, helper, solution or row of evidence names is not in data/, unless it
    says where a row comes from.
    """
    code = [source(cell) for lesson in LESSONS for cell in lesson.code]
    files = [
        *(ROOT / "helpers").rglob("*.py"),
        *(ROOT / "tests" / "solutions").glob("*.py"),
        ROOT / "data" / "dialogue" / "evidence.csv",
    ]
    words = set(
        re.findall(
            r"\w+", "\n".join([*code, *(file.read_text(encoding="utf-8") for file in files)])
        )
    )
    columns = {
        field["name"]
        for name in tables().index
        for field in data._resource(name)["schema"]["fields"]
    }
    assert columns - words - PROVENANCE <= set(KEPT), "use these columns or take them out of data/"
    assert set(KEPT) | PROVENANCE <= columns, "these columns are gone: take them off the lists"


def test_text_lines_end_as_in_unix() -> None:
    for path in FOLDER.rglob("*.csv"):
        assert b"\r" not in path.read_bytes(), f"{path.name} has Windows line ends"


def test_unknown_table_names_the_nearest() -> None:
    with pytest.raises(DataError, match="no table named 'us_overdose_death'.*us_overdose_deaths"):
        load("us_overdose_death")
    with pytest.raises(DataError, match="lists all names"):
        load("zzzzzzzz")


def test_a_loaded_table_is_the_callers_own() -> None:
    mine = load("us_overdose_rates")
    mine.loc[0, "year"] = 0
    assert load("us_overdose_rates").loc[0, "year"] == 1999


def test_types() -> None:
    frame = load("us_overdose_provisional")
    assert frame["reported_deaths_12mo"].dtype == "int64"
    assert frame["predicted_deaths_12mo"].dtype == "Int64", "a whole number with gaps stays whole"
    assert pd.api.types.is_datetime64_dtype(frame["period_end"])
    assert frame["predicted_deaths_12mo"].isna().sum() == 744


def test_provisional_counts_are_marked_as_proven() -> None:
    """580 values equal in another copy, 390 in a second keying, 22 rest on one reading: as the card
    says.
    """
    assert load("us_overdose_provisional")["proof"].value_counts().to_dict() == {
        "second copy": 580,
        "second keying": 390,
        "one reading": 22,
    }


# --- broken copies
# ---------------------------------------------------------------------------------------------------

CSV = "year,drug,rate\n2015,heroin,4.1\n2016,heroin,4.9\n2016,cocaine,3.2\n"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """A data folder with one small table `rates`; call it with other bytes, and the hash follows
    them or not.
    """
    folder = tmp_path / "data" / "topic"
    folder.mkdir(parents=True)
    fields = [
        {
            "name": "year",
            "type": "integer",
            "description": "year",
            "constraints": {"required": True, "minimum": 1999, "maximum": 2023},
            "missing": 0,
        },
        {
            "name": "drug",
            "type": "string",
            "description": "drug",
            "constraints": {"enum": ["heroin", "cocaine"]},
            "missing": 0,
        },
        {"name": "rate", "type": "number", "description": "rate", "constraints": {}, "missing": 0},
    ]

    def write(raw: bytes, promised: bytes | None = None) -> None:
        resource = {
            "name": "rates", "path": "rates.csv", "title": "t", "rows": 3,
            "hash": f"sha256:{hashlib.sha256(raw if promised is None else promised).hexdigest()}",
            "schema": {"fields": fields, "primaryKey": ["year", "drug"]},
        }  # fmt: skip
        (folder / "rates.csv").write_bytes(raw)
        (folder / "datapackage.json").write_text(
            json.dumps({"name": "topic", "resources": [resource]})
        )

    monkeypatch.setattr(data, "DATA", tmp_path / "data")
    write(CSV.encode())
    return write


def test_the_small_table_is_fine_unbroken(small: Callable) -> None:
    assert load("rates")["rate"].tolist() == [4.1, 4.9, 3.2]


BROKEN = {
    "undeclared column": (
        CSV.replace("rate\n", "rate,extra\n", 1).replace("4.1", "4.1,x"),
        "line 1: column 'extra' is not declared",
    ),
    "absent column": (
        CSV.replace(",rate", "").replace(",4.1", "").replace(",4.9", "").replace(",3.2", ""),
        "line 1: column 'rate' is absent",
    ),
    "columns swapped": (
        CSV.replace("year,drug", "drug,year"),
        "line 1: the columns stand in another order",
    ),
    "wrong type": (
        CSV.replace("2016,heroin", "2016.5,heroin"),
        "column year, line 3: type integer was promised, '2016.5' is there",
    ),
    "not a number": (
        CSV.replace("4.9", "4,9").replace("4,9", '"4,9"'),
        "column rate, line 3: type number was promised, '4,9' is there",
    ),
    "below its range": (
        CSV.replace("2015", "1915"),
        "column year, line 2: at least 1999 was promised, 1915 is there",
    ),
    "above its range": (
        CSV.replace("2015", "2051"),
        "column year, line 2: at most 2023 was promised, 2051 is there",
    ),
    "not in the list": (
        CSV.replace("cocaine", "cocain"),
        "column drug, line 4: one of cocaine, heroin was promised, 'cocain' is there",
    ),
    "duplicate key": (
        CSV.replace("2015", "2016"),
        "key year [+] drug, line 3: unique values were promised, '2016, heroin' stands in line 2 already",
    ),
    "empty required cell": (
        CSV.replace("2015,", ",", 1),
        "column year, line 2: a value was promised, an empty cell is there",
    ),
    "a new gap": (
        CSV.replace("4.9", ""),
        "column rate: 0 missing values were promised, 1 are there",
    ),
    "truncated row": (CSV.replace(",4.9", ""), "line 3: 3 cells were promised, 2 are there"),
    "a row lost": (CSV.replace("2016,cocaine,3.2\n", ""), "3 rows were promised, the file has 2"),
    "cut in a quote": (CSV + '"2017', "not readable as CSV"),
    "empty": ("", "the file is empty"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_refused_with_a_sentence(small: Callable, case: str) -> None:
    text, message = BROKEN[case]
    small(text.encode())  # the hash follows: only the contract can see it
    with pytest.raises(DataError, match=f"Table rates.*{message}"):
        load("rates")


def test_changed_hash(small: Callable) -> None:
    small(CSV.replace("4.9", "4.8").encode(), promised=CSV.encode())
    with pytest.raises(DataError, match="Table rates: the file rates.csv is not the one described"):
        load("rates")


def test_wrong_encoding(small: Callable) -> None:
    small(CSV.replace("heroin,4.9", "heroína,4.9").encode("latin-1"))
    with pytest.raises(DataError, match="Table rates, line 3: UTF-8 was promised, byte 0xed"):
        load("rates")


def test_missing_file(small: Callable) -> None:
    (data.DATA / "topic" / "rates.csv").unlink()
    with pytest.raises(DataError, match="Table rates: its file topic/rates.csv is missing"):
        load("rates")


def test_unreadable_description(small: Callable) -> None:
    (data.DATA / "topic" / "datapackage.json").write_text("{")
    with pytest.raises(DataError, match="topic/datapackage.json cannot be read as JSON"):
        load("rates")


def test_missing_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "DATA", tmp_path / "nothing")
    with pytest.raises(DataError, match="no data folder"):
        load("rates")


CARD = {
    "row": "one year", "coverage": "Three years.", "cautions": ["Mind the gap.", "Mind the step."],
    "sources": [{"publisher": "P", "title": "T", "path": "https://example.org", "retrieved": "2026-11-24"}],
    "licenses": [{"title": "free", "read": "2026-11-24"}],
}  # fmt: skip
FIELDS = [
    {
        "name": "day",
        "type": "date",
        "description": "day",
        "constraints": {"minimum": "2016-01-02", "maximum": "2017-12-31"},
        "missing": 0,
    },
    {
        "name": "code",
        "type": "string",
        "description": "code",
        "constraints": {"pattern": "[0-9]{2}", "unique": True},
        "missing": 0,
    },
    {"name": "note", "type": "string", "description": "note", "missing": 2},
    {
        "name": "n",
        "type": "integer",
        "unit": "people",
        "description": "count",
        "constraints": {"minimum": 0},
        "missing": 1,
    },
    {
        "name": "share",
        "type": "number",
        "description": "share",
        "constraints": {"maximum": 1},
        "missing": 0,
    },
]
TEXT = "day,code,note,n,share\n2016-01-02,01,,1234,0.5\n2016-02-29,02,,,1\n2017-12-31,03,seen,-0,0.25\n"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A data folder with one table `t` of every type; call it with another text or another
    description, and what load says comes back.
    """
    folder = tmp_path / "data" / "topic"
    folder.mkdir(parents=True)
    monkeypatch.setattr(data, "DATA", tmp_path / "data")

    def said(
        text: str = TEXT, read: Callable = load, package: object = None, **entries: object
    ) -> str:
        raw = text.encode()
        promised = {
            "name": "t",
            "path": "t.csv",
            "title": "A table",
            "rows": 3,
            "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
            "schema": {"fields": FIELDS, "primaryKey": ["day", "code"]},
            **CARD,
            **entries,
        }
        (folder / "t.csv").write_bytes(raw)
        (folder / "datapackage.json").write_text(
            json.dumps(
                {"resources": [{k: v for k, v in promised.items() if v is not ...}]}
                if package is None
                else package
            )
        )
        data._catalogue.cache_clear()
        data._checked.cache_clear()
        with pytest.raises(DataError) as refused:
            read("t")
        return str(refused.value).removesuffix(f" {data._RESTORE}")

    with pytest.raises(pytest.fail.Exception):
        said()  # as it is, nothing is refused
    return said


def test_every_type_becomes_its_column(table: Callable) -> None:
    frame = load("t")
    assert [str(dtype) for dtype in frame.dtypes] == [
        "datetime64[us]",
        "str",
        "str",
        "Int64",
        "float64",
    ]
    assert frame["day"].tolist() == [
        pd.Timestamp("2016-01-02"),
        pd.Timestamp("2016-02-29"),
        pd.Timestamp("2017-12-31"),
    ]
    assert frame["code"].tolist() == ["01", "02", "03"] and frame["note"].isna().tolist() == [
        True,
        True,
        False,
    ]
    assert frame["n"].fillna(-1).tolist() == [1234, -1, 0] and frame["share"].tolist() == [
        0.5,
        1.0,
        0.25,
    ]


def test_the_card_says_what_the_description_has(table: Callable) -> None:
    assert about("t").name == "t" and about("t").heading == "t: A table"
    assert about("t").entries() == [
        ("One row is", "one year"),
        ("Rows", "3"),
        (
            "Columns",
            "day, day; code, code; note, note (2 missing); n [people], count (1 missing); share, share",
        ),
        ("Coverage", "Three years."),
        ("Publisher", "P: T (https://example.org), read 2026-11-24"),
        ("License", "free (read: 2026-11-24)"),
        ("Caution", "Mind the gap."),
        ("Caution", "Mind the step."),
    ]
    assert tables().to_dict("index") == {
        "t": {
            "topic": "topic",
            "title": "A table",
            "rows": 3,
            "columns": "day, code, note, n, share",
        }
    }


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "2016-01-02",
            "2016-01-01",
            "column day, line 2: at least 2016-01-02 was promised, 2016-01-01 is there.",
        ),
        (
            "2017-12-31",
            "2018-01-01",
            "column day, line 4: at most 2017-12-31 was promised, 2018-01-01 is there.",
        ),
        (
            "2016-02-29",
            "2017-02-29",
            "column day, line 3: type date was promised, '2017-02-29' is there.",
        ),
        (
            "2016-02-29",
            "20160229",
            "column day, line 3: type date was promised, '20160229' is there.",
        ),
        (",02,", ",2,", "column code, line 3: the form [0-9]{2} was promised, '2' is there."),
        (
            ",02,",
            ",01,",
            "key code, line 3: unique values were promised, '01' stands in line 2 already.",
        ),
        (",1234,", ",-1,", "column n, line 2: at least 0 was promised, -1 is there."),
        (",1234,", ",1.0,", "column n, line 2: type integer was promised, '1.0' is there."),
        (",1\n", ",1.01\n", "column share, line 3: at most 1 was promised, 1.01 is there."),
        (",1\n", ",1e0\n", "column share, line 3: type number was promised, '1e0' is there."),
        (",seen,", ",,", "column note: 2 missing values were promised, 3 are there."),
        (
            "2016-02-29,02,,,1\n",
            "\n",
            "line 3: 5 cells were promised, 0 are there (first cell none).",
        ),
        (
            "2016-02-29,02,,,1\n",
            "2016-02-29,02\n",
            "line 3: 5 cells were promised, 2 are there (first cell '2016-02-29').",
        ),
        (
            "day,code",
            "day,cod",
            "line 1: column 'cod' is not declared; promised were day, code, note, n, share.",
        ),
        (
            "day,code",
            "code,day",
            "line 1: the columns stand in another order; promised were day, code, note, n, share.",
        ),
        (
            ",share\n",
            "\n",
            "line 1: column 'share' is absent; promised were day, code, note, n, share.",
        ),
        ("2016-02-29,02,,,1\n", "", "column note: 2 missing values were promised, 1 are there."),
    ],
)
def test_the_whole_sentence(table: Callable, old: str, new: str, sentence: str) -> None:
    assert table(TEXT.replace(old, new, 1)) == f"Table t, {sentence}"


def test_line_ends_of_a_cell_are_kept(table: Callable) -> None:
    """A cell may hold a line end of another system; it is read as it stands."""
    with pytest.raises(pytest.fail.Exception):
        table(TEXT.replace(",seen,", ',"seen\r\ntwice",'))
    assert load("t")["note"].iloc[2] == "seen\r\ntwice"


@pytest.mark.parametrize(
    ("described", "sentence"),
    [
        (
            {"package": []},
            "topic/datapackage.json: the entry 'resources' is absent or of another type than list.",
        ),
        (
            {"package": {"resources": ["t"]}},
            "topic/datapackage.json, a resource: the entry 'name' is absent or of another type than str.",
        ),
        (
            {"title": ...},
            "topic/datapackage.json, a resource: the entry 'title' is absent or of another type than str.",
        ),
        (
            {"rows": True},
            "topic/datapackage.json, a resource: the entry 'rows' is absent or of another type than int.",
        ),
        (
            {"schema": {"fields": FIELDS}},
            "topic/datapackage.json, table t, schema: the entry 'primaryKey' is absent or of another type than list.",
        ),
        (
            {"schema": {"fields": [{"name": "day"}], "primaryKey": []}},
            "topic/datapackage.json, table t, a field: the entry 'type' is absent or of another type than str.",
        ),
        (
            {"schema": {"fields": [], "primaryKey": []}},
            "topic/datapackage.json, table t: fields must have names of their own, and primaryKey must name some of them.",
        ),
        (
            {"schema": {"fields": [FIELDS[0], FIELDS[0]], "primaryKey": []}},
            "topic/datapackage.json, table t: fields must have names of their own, and primaryKey must name some of them.",
        ),
        (
            {"schema": {"fields": FIELDS, "primaryKey": ["year"]}},
            "topic/datapackage.json, table t: fields must have names of their own, and primaryKey must name some of them.",
        ),
    ],
)
def test_a_description_that_lacks_something(
    table: Callable, described: dict, sentence: str
) -> None:
    assert table(**described) == sentence


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"type": "year"}, "the type 'year' is not one of integer, number, date, string"),
        (
            {"constraints": []},
            "the constraints are not a table of rules with a list as enum and a text as pattern",
        ),
        (
            {"constraints": {"enum": "x"}},
            "the constraints are not a table of rules with a list as enum and a text as pattern",
        ),
        (
            {"constraints": {"pattern": 7}},
            "the constraints are not a table of rules with a list as enum and a text as pattern",
        ),
        ({"constraints": {"minimum": "soon"}}, "minimum or maximum is not of the type date"),
        ({"constraints": {"maximum": 5}}, "minimum or maximum is not of the type date"),
    ],
)
def test_rules_that_cannot_be_applied(table: Callable, change: dict, problem: str) -> None:
    said = table(schema={"fields": [{**FIELDS[0], **change}, *FIELDS[1:]], "primaryKey": ["day"]})
    assert said == f"topic/datapackage.json, table t, field day: {problem}."


def test_a_pattern_that_is_none(table: Callable) -> None:
    fields = [FIELDS[0], {**FIELDS[1], "constraints": {"pattern": "["}}, *FIELDS[2:]]
    assert table(schema={"fields": fields, "primaryKey": ["day"]}).startswith(
        "topic/datapackage.json, table t, field code: the pattern '[' is not a regular expression ("
    )


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (
            {"coverage": ...},
            "topic/datapackage.json, table t: the entry 'coverage' is absent or of another type than str.",
        ),
        (
            {"sources": [{"publisher": "P"}]},
            "topic/datapackage.json, table t, a source: the entry 'title' is absent or of another type than str.",
        ),
        (
            {"licenses": [{"title": "free"}]},
            "topic/datapackage.json, table t, a license: the entry 'read' is absent or of another type than str.",
        ),
    ],
)
def test_a_card_that_lacks_something(table: Callable, entries: dict, sentence: str) -> None:
    assert table(read=about, **entries) == sentence


def test_a_name_that_no_table_has(table: Callable) -> None:
    assert (
        table(package={"resources": []})
        == f"There is no data folder at {data.DATA}: run the lesson from a complete copy of the collection."
    )
    with pytest.raises(pytest.fail.Exception):
        table()
    for name, advice in ((7, "tables() lists all names."), ("tt", "Nearest names: t.")):
        with pytest.raises(DataError) as refused:
            load(name)
        assert str(refused.value) == f"There is no table named {name!r}. {advice}"


def test_a_file_that_changes_is_read_again(table: Callable) -> None:
    """The same size and another time, the same time and another size: nothing stale is handed out."""
    assert load("t")["share"].iloc[0] == 0.5
    path = data.DATA / "topic" / "t.csv"
    before = path.stat()
    path.write_text(TEXT.replace("0.5", "0.6"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    with pytest.raises(DataError, match="is not the one described"):
        load("t")
    path.write_text(TEXT.replace("0.5", "0.55"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(DataError, match="is not the one described"):
        load("t")


@given(position=st.integers(0, len(CSV) - 1), byte=st.binary(min_size=0, max_size=2))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_damage_is_refused(small: Callable, position: int, byte: bytes) -> None:
    """Replace one byte by none, one or two others, with the hash left alone: never another table,
    never another error.
    """
    raw = CSV.encode()
    damaged = raw[:position] + byte + raw[position + 1 :]
    small(damaged, promised=raw)
    data._catalogue.cache_clear()
    data._checked.cache_clear()
    if damaged == raw:
        assert len(load("rates")) == 3
    else:
        with pytest.raises(DataError, match="Table rates"):
            load("rates")


def test_describe_reports_a_changed_table(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "data")
    assert not describe.outdated(tmp_path)
    table = tmp_path / "data" / "overdose" / "us_overdose_rates.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("6.1", "6.2", 1), encoding="utf-8", newline="\n"
    )
    assert [p.name for p in describe.outdated(tmp_path)] == ["datapackage.json"]
