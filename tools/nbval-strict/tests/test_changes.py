"""`--nbval-strict-changed`: nothing that a notebook read may change without its running again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbval_strict import records
from nbval_strict.records import Records
from nbval_strict.warm import WarmParent

pytestmark = pytest.mark.long  # each run starts a kernel per notebook

LOADER = """
import json, sys

def entry(name):
    sys.audit("nbval_strict.entries", "shared.json")
    found = json.load(open("shared.json"))
    sys.audit("nbval_strict.entry", "shared.json", name)
    return found[name]
"""
READS = """
import glob, os
import loader, unit
open("data/{name}.csv").read()
glob.glob("data/*.csv")
loader.entry("{name}")
try:
    open("own.toml")
except FileNotFoundError:
    pass
"""
IMPORTS_MORE = "import only_for_one"


class Project:
    """A folder with notebooks that read files, import modules and a package outside of it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.packages = folder / "project", folder / "packages"
        (self.root / "data").mkdir(parents=True)
        for name in "ab":
            (self.root / "data" / f"{name}.csv").write_text("1\n")
        (self.root / "shared.json").write_text('{"a": 1, "b": 2}')
        (self.root / "loader.py").write_text(LOADER)
        (self.root / "only_for_one.py").write_text("")
        (self.root / "pyproject.toml").write_text(
            '[tool.pytest.ini_options]\naddopts = "--nbval-sanitize-with sanitize.cfg"\n'
        )
        (self.root / "sanitize.cfg").write_text("[regex1]\nregex: xyz\nreplace: z\n")
        (self.packages / "unit-1.0.dist-info").mkdir(parents=True)
        (self.packages / "unit-1.0.dist-info" / "METADATA").write_text("Name: unit\nVersion: 1.0\n")
        (self.packages / "unit.py").write_text("ONE = 1\n")
        self.write("a", READS.format(name="a"))
        self.write("b", READS.format(name="b"), IMPORTS_MORE)

    def write(self, name: str, *sources: str) -> None:
        """A notebook as if it had run and printed nothing."""
        cells = [
            nbformat.v4.new_code_cell(text, execution_count=n) for n, text in enumerate(sources, 1)
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.root / f"{name}.ipynb")

    def run(self, *options: str, **extra: str) -> str:
        """What pytest says, and the exit code at the end."""
        unwanted = ("PYTEST_", "NBVAL_", "JUPYTER_", "MPL")
        variables = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)} | extra
        path = os.pathsep.join([str(self.packages), *filter(None, [variables.get("PYTHONPATH")])])
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "nbval_strict", "--nbval-strict"),
                *("-p", "no:hypothesispytest"),
                *("-p", "no:randomly", *options),
            ],
            cwd=self.root,
            env={**variables, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return f"{done.stdout}{done.stderr}\nexit {done.returncode}"

    def changed_outside(self) -> dict[str, str]:
        """The same, with the settings of the run taken for those of now."""
        with pytest.MonkeyPatch.context() as patch:
            found = sorted((self.root / ".pytest_cache" / "d" / "nbval-strict").glob("*.json"))
            settings = json.loads(found[0].read_text())["settings"] if found else {}
            patch.setattr(records, "settings", lambda: settings)
            return self.changed()

    def changed(self) -> dict[str, str]:
        """Which notebooks have to run, and why."""
        kept = Records(self.root / ".pytest_cache" / "d" / "nbval-strict", self.root)
        why = {name: kept.why(self.root / f"{name}.ipynb") for name in "ab"}
        return {name: reason for name, reason in why.items() if reason}


@pytest.fixture(scope="module", params=["plain", "warm"])
def recorded(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose notebooks have passed, and the same settings in this process."""
    project = Project(tmp_path_factory.mktemp(request.param))
    # Where nobody has drawn yet, Matplotlib asks another program for the fonts.
    variables = {k: v for k, v in os.environ.items() if not k.startswith("MPL")}
    command = [sys.executable, "-c", "import matplotlib.font_manager"]
    subprocess.run(command, env=variables, check=True)
    time.sleep(0.3)  # or the files would be as young as the run
    said = project.run(
        "--nbval-strict-record", *["--nbval-strict-warm"] * (request.param == "warm")
    )
    assert said.endswith("exit 0") and "will run again" not in said, said
    before = records.settings
    with pytest.MonkeyPatch.context() as patch:
        record = next((project.root / ".pytest_cache" / "d" / "nbval-strict").glob("a-*"))
        settings = json.loads(record.read_text())["settings"]
        patch.setattr(records, "settings", lambda: settings)
        assert project.changed() == {}
        yield project
        assert project.changed() == {}
    assert records.settings is before


@contextmanager
def replaced(path: Path, text: str | None) -> Iterator[None]:
    """A file with other content (None: without the file), and as it was afterwards."""
    before = path.read_bytes() if path.exists() else None
    times = path.stat() if before is not None else None
    folder = path.parent.stat() if path.parent.exists() else None
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    yield
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    if folder is not None:
        os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))


@pytest.mark.parametrize(
    ("name", "text", "again"),
    [
        ("data/a.csv", "2\n", "a"),
        ("data/b.csv", "2\n", "b"),
        ("data/a.csv", None, "ab"),  # its folder is listed too
        ("data/c.csv", "3\n", "ab"),
        ("shared.json", '{"a": 1, "b": 3}', "b"),
        ("shared.json", '{"b": 2, "a": 1, "c": 3}', ""),
        ("shared.json", '{"a": 1}', "b"),
        ("shared.json", "{", "ab"),
        ("loader.py", LOADER + "\n", "ab"),
        ("only_for_one.py", "x = 1\n", "b"),
        ("unit.py", "ONE = 2\n", "ab"),  # takes the place of the package
        ("own.toml", "", "ab"),  # was asked for and not there
        ("a.ipynb", None, "ab"),
        ("conftest.py", "", "ab"),
        ("pytest.ini", "", "ab"),
        ("pyproject.toml", "", "ab"),
        ("sanitize.cfg", "", "ab"),
        ("../packages/unit.py", "ONE = 1.\n", "ab"),
        ("../packages/another.py", "", "ab"),
        ("../packages/json.py", "", "ab"),
        ("../packages/more.pth", "", "ab"),
        ("unread.txt", "1", "ab"),  # beside files that are read: perhaps looked for
        (".hidden", "1", ""),
    ],
)
def test_what_was_read_and_has_changed(
    recorded: Project, name: str, text: str | None, again: str
) -> None:
    with replaced(recorded.root / name, text):
        assert "".join(recorded.changed()) == again


def test_the_version_of_a_package(recorded: Project) -> None:
    """Whoever asks for installed packages sees the folder that is named for the version."""
    old = recorded.packages / "unit-1.0.dist-info"
    times = (recorded.packages / "unit.py").stat()
    os.utime(recorded.packages / "unit.py", ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    assert set(recorded.changed()) == {"a", "b"}
    os.utime(recorded.packages / "unit.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    old.rename(old.with_name("unit-1.1.dist-info"))
    assert set(recorded.changed()) == {"a", "b"}
    old.with_name("unit-1.1.dist-info").rename(old)


@pytest.mark.parametrize("name", ["Python", "the machine", "the variable LANG"])
def test_the_interpreter_the_machine_and_the_variables(
    recorded: Project, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = {**records.settings(), name: "another"}
    monkeypatch.setattr(records, "settings", lambda: now)
    assert recorded.changed() == {"a": f"{name} is another one", "b": f"{name} is another one"}


def test_a_cell_and_a_stored_output(recorded: Project) -> None:
    path = recorded.root / "a.ipynb"
    notebook = json.loads(path.read_text())
    stream = {"output_type": "stream", "name": "stdout", "text": "1"}
    for change in ({"source": "1"}, {"outputs": [stream]}, {"execution_count": 2}):
        other = {**notebook, "cells": [{**notebook["cells"][0], **change}]}
        with replaced(path, json.dumps(other)):
            assert set(recorded.changed()) == {"a"}


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("--nbval-strict-warm",)])
def test_only_what_changed_runs(tmp_path: Path, options: tuple[str, ...]) -> None:
    project = Project(tmp_path)
    time.sleep(0.3)
    said = project.run("--nbval-strict-changed", *options)
    assert "3 passed" in said and "left out" not in said, said
    said = project.run("--nbval-strict-changed", *options)
    assert "2 left out" in said and "passed" not in said.split("they passed")[1], said
    assert said.endswith("exit 0"), said
    (project.root / "data" / "b.csv").write_text("2\n")
    time.sleep(0.3)
    said = project.run("--nbval-strict-changed", *options)
    assert "2 passed" in said and "1 left out: nothing that it read" in said, said


def test_only_what_was_asked_for_is_counted(tmp_path: Path) -> None:
    """The other notebooks of a folder are none of this run's business."""
    project = Project(tmp_path)
    time.sleep(0.3)
    project.run("--nbval-strict-record")
    for options, left_out in ((["a.ipynb"], 1), (["a.ipynb", "-n", "1"], 1), (["."], 2)):
        said = project.run("--nbval-strict-changed", *options)
        assert f": {left_out} left out" in said and said.endswith("exit 0"), said


def test_what_failed_or_ran_in_part_runs_again(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("b", "1 / 0", "1")
    time.sleep(0.3)
    assert "2 failed" in project.run("--nbval-strict-record")
    assert set(project.changed_outside()) == {"b"}
    project.write("b", "x = 1", "y = 1")
    time.sleep(0.3)
    assert "1 passed" in project.run("--nbval-strict-record", "b.ipynb", "-k", "Cell and 0")
    assert set(project.changed_outside()) == {"b"}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "import subprocess, sys; _ = subprocess.run([sys.executable, '-c', ''])",
            "started a program",
        ),
        ("import os; _ = os.system('exit')", "started a program"),
        (
            "import socket; _ = socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))",
            "asked another computer",
        ),
        (
            "import os; os.utime('data/a.csv'); _ = open('data/a.csv').read()",
            "changed during the run",
        ),
    ],
)
def test_what_cannot_be_recorded_is_told(tmp_path: Path, source: str, why: str) -> None:
    project = Project(tmp_path)
    project.write("a", source)
    time.sleep(0.3)
    said = project.run("--nbval-strict-record", "a.ipynb")
    assert "a.ipynb will run again: " in said and why in said and said.endswith("exit 0"), said
    assert "a" in project.changed_outside()


def test_a_file_that_the_notebook_writes_itself_is_no_reason(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("a", "_ = open('made.txt', 'w').write('1'); _ = open('made.txt').read()")
    (project.root / "made.txt").write_text("")
    time.sleep(0.3)
    said = project.run("--nbval-strict-record", "a.ipynb")
    assert "will run again" not in said, said
    (project.root / "made.txt").write_text("2")
    assert "a" not in project.changed_outside()


def test_a_size_or_a_time_that_was_asked_for_is_not_seen(tmp_path: Path) -> None:
    """Python tells no audit hook of it (README says so); of what is opened it does."""
    (tmp_path / "asked.txt").write_text("1")
    (tmp_path / "opened.txt").write_text("1")
    code = (
        "import os; from nbval_strict import recorder; recorder.install(); "
        "os.path.getsize('asked.txt'); os.stat('asked.txt'); open('opened.txt').read(); "
        "recorder.write('record.json')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    report = json.loads((tmp_path / "record.json").read_text())
    names = {Path(path).name for path in report["files"]}
    assert "opened.txt" in names and "asked.txt" not in names


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_a_run_that_was_interrupted_is_no_pass(tmp_path: Path) -> None:
    project = Project(tmp_path)
    interrupt = (
        "import os, signal, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(2); 1 / 0"
    )
    project.write("a", "x = 1", interrupt)
    time.sleep(0.3)
    said = project.run("--nbval-strict-record", "a.ipynb", "b.ipynb")
    assert "KeyboardInterrupt" in said and set(project.changed_outside()) == {"a", "b"}, said


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--setup-only"], ""),
        (["--nbval-strict-pictures=skip"], "--nbval-strict-pictures was given"),
        (["--nbval-strict-counts=any", "-n", "2"], "--nbval-strict-counts was given"),
        (["--nbval-sanitize-with", "other.cfg"], "--nbval-sanitize-with was given"),
    ],
)
def test_a_run_that_looks_at_less_is_no_pass(tmp_path: Path, options: list[str], why: str) -> None:
    project = Project(tmp_path)
    (project.root / "other.cfg").write_text("[x]\nregex: (?s).*\nreplace: X\n")
    time.sleep(0.3)
    said = project.run("--nbval-strict-record", *options)
    assert said.endswith("exit 0") or "--setup-only" in options, said
    assert why in said and set(project.changed_outside()) == {"a", "b"}, said


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: {"form": record["form"]},
        lambda record: {**record, "files": {}, "folders": {}, "missing": [], "entries": {}},
        lambda record: {**record, "folders": {"other": {"/": ""}}},
        lambda record: {**record, "files": {**record["files"], "a\0b": ""}},
        lambda record: {**record, "files": list(record["files"])},
    ],
)
def test_a_damaged_record_is_none(recorded: Project, damage: Any) -> None:
    path = next((recorded.root / ".pytest_cache" / "d" / "nbval-strict").glob("a-*"))
    record = json.loads(path.read_text())
    for text in (json.dumps(damage(record)), "[" * 200_000, ""):
        with replaced(path, text):
            assert "a" in recorded.changed()


def test_a_run_within_another_one_records(tmp_path: Path) -> None:
    """The outer run's warm parent notes nothing."""
    project = Project(tmp_path)
    time.sleep(0.3)
    options = ("--nbval-strict-warm", "--nbval-strict-record")
    with WarmParent([]) as outer:
        said = project.run(*options, **outer.environment)
    assert said.endswith("exit 0") and "will run again" not in said, said
    assert project.changed_outside() == {}


def test_the_cache_is_needed(tmp_path: Path) -> None:
    said = Project(tmp_path).run("--nbval-strict-changed", "-p", "no:cacheprovider")
    assert "leave out -p no:cacheprovider" in said and said.endswith("exit 4")


@pytest.mark.parametrize("option", ["--nbval-strict-record", "--nbval-strict-changed"])
def test_records_need_the_strict_run(tmp_path: Path, option: str) -> None:
    """Only what it compares can be said to have passed."""
    project = Project(tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "nbval_strict", "--nbval", option, "a.ipynb"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True)
    assert done.returncode == 4 and "need --nbval-strict: add it" in done.stderr


def test_where_nothing_can_be_written_the_notebooks_run_all_the_same(tmp_path: Path) -> None:
    """A folder that is mounted read-only; here a file is where the cache would be."""
    project = Project(tmp_path)
    (project.root / ".pytest_cache").write_text("")
    said = project.run("--nbval-strict-changed", "a.ipynb")
    assert "1 passed" in said and "a.ipynb will run again: it cannot be written" in said
