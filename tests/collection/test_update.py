"""`update` rebuilds tables from files in the publishers' form. The files here are SYNTHETIC
extracts in that form.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers.authoring import update
from helpers.catalogue import catalogue
from helpers.collection import Collection, current, open_collection

VSRR = """State,Year,Month,Period,Indicator,Data Value,Percent Complete,Footnote,Predicted Value
US,2015,January,12 month-ending,Number of Drug Overdose Deaths,"47,524",100,Numbers may differ,48060
US,2031,February,12 month-ending,Cocaine (T40.5),7,90,Underreported due to incomplete data.,
US,2015,January,12 month-ending,Percent with drugs specified,80,100,Numbers may differ,
AK,2015,January,12 month-ending,Cocaine (T40.5),11,100,Numbers may differ,11
"""
WONDER = (
    "Notes\tState\tState Code\tYear\tYear Code\tDeaths\tPopulation\tCrude Rate\tAge Adjusted Rate\n"
    '\t"Alabama"\t"01"\t"1999"\t"1999"\t170\t4430143\t3.8\t3.9\n'
    '\t"Alaska"\t"02"\t"2031"\t"2031"\tSuppressed\t700000\tUnreliable\tUnreliable\n'
    '"Total"\t\t\t\t\t170\t\t\t\n'
    '"---"\n'
)
CBP_COLUMNS = (
    "FY,Month (abbv),Component,Region,Land Filter,Area of Responsibility,Drug Type,"
    "Count of Event,Sum Qty (lbs)\n"
)
OFFICE = "Office of Field Operations"
CBP = (
    CBP_COLUMNS
    + f"2031 (FYTD),OCT,{OFFICE},Southwest Border,Land Only,A FIELD OFFICE,Cocaine,1,2.0\n"
    + f"2031 (FYTD),OCT,{OFFICE},Southwest Border,Other,B FIELD OFFICE,Cocaine,2,3.0\n"
    + "2031 (FYTD),JAN,U.S. Border Patrol,Southwest Border,Land Only,A SECTOR,Fentanyl,1,10\n"
    + f"2031 (FYTD),OCT,{OFFICE},Northern Border,Land Only,C FIELD OFFICE,Cocaine,9,9\n"
    + f"2031 (FYTD),OCT,{OFFICE},Southwest Border,Land Only,A FIELD OFFICE,Khat,9,9\n"
)
BTS = """Port Name,State,Port Code,Border,Date,Measure,Value,Latitude
A Port,Texas,1,US-Mexico Border,Jan 2031,Trucks,5,0
A Port,Texas,1,US-Mexico Border,02/01/2031 12:00:00 AM,Trucks,0,0
A Port,Texas,1,US-Mexico Border,Jan 2031,Buses,3,0
B Port,Texas,2,US-Mexico Border,Jan 2031,Trucks,0,0
C Port,Maine,3,US-Canada Border,Jan 2031,Trucks,7,0
"""
SESNSP = (
    "Año,Clave_Ent,Entidad,Subtipo de delito,Modalidad,Sexo,Rango de "
    "edad,Enero,Febrero,Marzo,Abril,Mayo,"
    "Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre\n"
    "2031,1,A,Homicidio doloso,Con arma de fuego,Hombre,Adultos,3,4,,,,,,,,,,\n"
    "2031,1,A,Homicidio doloso,Con otro elemento,Mujer,Adultos,1,,,,,,,,,,,\n"
    "2031,1,A,Feminicidio,Con otro elemento,Mujer,Adultos,0,1,,,,,,,,,,\n"
    "2031,1,A,Secuestro,Otro,Mujer,Adultos,9,9,,,,,,,,,,\n"
)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """A copy of the tables, so that nothing is written beside the real ones."""
    shutil.copytree(current().data, tmp_path / "data", ignore=shutil.ignore_patterns("update"))
    monkeypatch.chdir(tmp_path)
    return open_collection(tmp_path)


def rebuilt(collection: Collection, topic: str, table: str, text: str, path: Path) -> pd.DataFrame:
    build = update.topic_builds(collection, topic)[table]
    path.write_text(text, encoding=build.encoding)
    return update.rebuild(build, path, table)


def test_provisional_counts(copy: Collection, tmp_path: Path) -> None:
    table = rebuilt(copy, "overdose", "us_overdose_provisional", VSRR, tmp_path / "vsrr.csv")
    assert table[["period_end", "drug", "reported_deaths_12mo"]].values.tolist() == [
        ["2015-01-31", "all drugs", 47524],
        ["2031-02-28", "cocaine", 7],
    ]
    assert table["status"].tolist() == ["final annual data included", "provisional, underreported"]
    changes = update.compare(copy, "us_overdose_provisional", table).changes
    kinds = changes["kind"].value_counts()
    assert kinds["row added"] == 1
    assert len(catalogue(copy)) and kinds["row absent"] > 100
    revised = changes.query("kind == 'cell revised' and column == 'reported_deaths_12mo'")
    assert revised[["before", "now"]].values.tolist() == [["47523", "47524"]]


def test_states_from_wonder(copy: Collection, tmp_path: Path) -> None:
    table = rebuilt(copy, "overdose", "state_overdose_deaths", WONDER, tmp_path / "wonder.txt")
    assert table["state"].tolist() == ["Alabama", "Alaska"]
    assert update.as_text(table)["deaths"].tolist() == ["170", ""], "a suppressed cell stays empty"


def test_seizures(copy: Collection, tmp_path: Path) -> None:
    table = rebuilt(copy, "seizures", "border_seizures_monthly", CBP, tmp_path / "cbp.csv")
    cocaine = table.query("drug == 'cocaine'").iloc[0]
    assert (cocaine["month"], cocaine["events"], cocaine["seized_lb"]) == ("2030-10-01", 3, 5.0)
    assert cocaine["seized_kg"] == round(5 * 0.45359237, 3)
    assert table.query("drug == 'fentanyl'")["month"].item() == "2031-01-01"
    assert len(table) == 2, "other regions and drugs are left out"


def test_crossings(copy: Collection, tmp_path: Path) -> None:
    table = rebuilt(copy, "border", "crossings", BTS, tmp_path / "bts.csv")
    assert update.as_text(table).values.tolist() == [["A Port", "2031", "trucks", "5", "2", "1"]]


def test_victims(copy: Collection, tmp_path: Path) -> None:
    table = rebuilt(
        copy, "violence", "mexico_sesnsp_by_state_month", SESNSP, tmp_path / "sesnsp.csv"
    )
    text = update.as_text(table)
    assert text.head(3).values.tolist() == [
        ["01", "2031-01", "4", "0"],
        ["01", "2031-02", "4", "1"],
        ["01", "2031-03", "", ""],
    ], "an unreported month is empty, never zero"


def test_the_command_writes_beside_and_replaces_nothing(
    copy: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {p: p.read_bytes() for p in copy.data.rglob("*.csv")}
    file = tmp_path / "cbp.csv"
    file.write_text(CBP, encoding="utf-8")
    arguments = ["seizures", "border_seizures_monthly", "--file", str(file)]
    assert update.main(arguments) == 0
    said = capsys.readouterr().out
    assert "2 rows added" in said and update.check_hash(file) in said
    assert {p: p.read_bytes() for p in before} == before
    written = sorted(p.name for p in (copy.data / "seizures" / "update").iterdir())
    assert written == ["border_seizures_monthly.csv", "border_seizures_monthly_changes.csv"]
    assert update.main([*arguments, "--sha256", "0" * 64]) == 2
    assert "another edition" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["poetry"], "no build step for the topic 'poetry'"),
        (["overdose", "us_overdose_rates", "--file", "vsrr.csv"], "compiled by hand"),
        (["overdose", "--file", "vsrr.csv"], "Say which table --file is for"),
        (["seizures"], "Save it by hand"),
        (["seizures", "border_seizures_monthly", "--file", "absent.csv"], "cannot be read"),
        (["seizures", "border_seizures_monthly", "--file", "vsrr.csv"], "has no column 'FY'"),
    ],
)
def test_bad_input_is_a_sentence(
    copy: Collection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    (tmp_path / "vsrr.csv").write_text(VSRR, encoding="utf-8")
    assert update.main(arguments) == 2
    assert sentence in capsys.readouterr().err


SEIZED = ["seizures", "border_seizures_monthly", "--file", "cbp.csv"]


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence that the command answers with."""
    assert update.main(arguments) == 2
    said = capsys.readouterr().err
    assert said.endswith(".\n") and said.count("\n") == 1
    return said


@pytest.mark.parametrize("topic", ["..", "../..", ".", "", "border/../border", "{root}"])
def test_only_a_topic_is_run(
    copy: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str], topic: str
) -> None:
    """A build.py in any other folder is not executed."""
    for folder in (tmp_path, tmp_path.parent, copy.data):
        (folder / "build.py").write_text("raise SystemExit('executed')\n", encoding="utf-8")
    said = refusal([topic.format(root=tmp_path)], capsys)
    assert "these topics have one: border, overdose, seizures, violence." in said


def test_no_topic_has_a_build_step(copy: Collection, capsys: pytest.CaptureFixture[str]) -> None:
    for path in copy.data.glob("*/build.py"):
        path.unlink()
    said = refusal(["border"], capsys)
    assert said == "There is no build step for the topic 'border'; no topic has one.\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("raise ValueError('not\\ntoday.')", "cannot be run (ValueError: not today). Correct it."),
        ("BUILDS = {", "cannot be run (SyntaxError: '{' was never closed"),
        ("import a_package_of_no_one", "cannot be run (ModuleNotFoundError: No module named"),
        ("STEPS = {}", "does not say which tables it builds. Add BUILDS"),
        ("BUILDS = {}", "does not say which tables it builds"),
        ("BUILDS = ['crossings']", "does not say which tables it builds"),
        ("BUILDS = {'crossings': print}", "does not say which tables it builds"),
    ],
)
def test_a_broken_build_file(
    copy: Collection, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    (copy.data / "border" / "build.py").write_text(text, encoding="utf-8")
    said = refusal(["border"], capsys)
    assert said.startswith("data/border/build.py ") and sentence in said


def test_a_date_that_is_no_date(
    copy: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.csv").write_text(BTS.replace("Jan 2031", "Smarch 2031"), encoding="utf-8")
    said = refusal(["border", "crossings", "--file", "odd.csv"], capsys)
    assert said.startswith("odd.csv cannot be made into the table crossings (DateParseError: ")


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("lambda raw: None", "of the table crossings gives a NoneType, not a DataFrame"),
        ("lambda raw: raw['absent']", "cannot be made into the table crossings (KeyError: "),
        ("lambda raw: crossings(raw).drop(columns='port')", "has no column 'port', which belongs"),
        (
            "lambda raw: pd.concat([crossings(raw)] * 2)",
            "The rebuilt table crossings has the key A Port, trucks, 2031 in more than one row",
        ),
        (
            "lambda raw: crossings(raw).rename(columns={'zero_months': 'port'})",
            "has the column 'port' twice",
        ),
    ],
)
def test_a_build_step_that_gives_no_table(
    copy: Collection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    step: str,
    sentence: str,
) -> None:
    path = copy.data / "border" / "build.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("read=crossings", f"read={step}"), encoding="utf-8")
    (tmp_path / "bts.csv").write_text(BTS, encoding="utf-8")
    assert sentence in refusal(["border", "crossings", "--file", "bts.csv"], capsys)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda lines: [*lines, lines[1]], "The present table border_seizures_monthly has the key"),
        (lambda lines: ["month_", *lines[1:]], "The present table border_seizures_monthly has no"),
        (lambda lines: [], "border_seizures_monthly.csv cannot be read as a table: No columns"),
    ],
)
def test_a_present_table_that_cannot_be_compared(
    copy: Collection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[list[str]], list[str]],
    sentence: str,
) -> None:
    (tmp_path / "cbp.csv").write_text(CBP, encoding="utf-8")
    present = copy.data / "seizures" / "border_seizures_monthly.csv"
    lines = present.read_text(encoding="utf-8").splitlines(keepends=True)
    present.write_text("".join(change(lines)), encoding="utf-8")
    assert sentence in refusal(SEIZED, capsys)


@pytest.mark.parametrize("in_the_way", ["update", "update/border_seizures_monthly.csv/x"])
def test_a_folder_that_cannot_be_written(
    copy: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str], in_the_way: str
) -> None:
    (tmp_path / "cbp.csv").write_text(CBP, encoding="utf-8")
    path = copy.data / "seizures" / in_the_way
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    said = refusal(SEIZED, capsys)
    if in_the_way == "update":
        (copy.data / "overdose" / "update").touch()
        fetched = refusal(["overdose", "us_overdose_provisional"], capsys)
        assert fetched.startswith("Nothing can be written to data/overdose/update/ (")
    assert said.startswith("Nothing can be written to data/seizures/update/ (")


def test_a_broken_rule_is_said(copy: Collection, tmp_path: Path) -> None:
    table = rebuilt(copy, "seizures", "border_seizures_monthly", CBP, tmp_path / "cbp.csv")
    table.loc[0, "events"] = -1
    broken = update.compare(copy, "border_seizures_monthly", table).broken
    assert any("column events" in said and "at least" in said for said in broken)


def test_every_build_step_is_for_a_table() -> None:
    assert update.present_topics(current()) == ["border", "overdose", "seizures", "violence"]
    for topic in update.present_topics(current()):
        assert set(update.topic_builds(current(), topic)) <= set(catalogue(current()))
