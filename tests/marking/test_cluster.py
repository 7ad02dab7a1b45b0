"""Marking on several machines: a real scheduler and real workers on loopback, and parts merged.

Most of the workers here run nothing (stub.py): what is tested is that no result is lost or
kept twice, whatever goes away. One test runs notebooks in the sandbox.
"""

from __future__ import annotations

import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from marking import cluster, grade, place, store
from tests.lessons import ROOT
from tests.marking import inbox as made
from tests.marking import stub

FILE = "02_overdose_deaths.ipynb"
UNITS = 8


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} seconds"
        time.sleep(0.05)


class Machines:
    """A scheduler and workers as processes of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder, self.file = folder, folder / "scheduler.json"
        self.log = folder / "runs.txt"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.others: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        until(self._said, "a scheduler")
        self.address: str = self._said()

    def _said(self) -> str:
        """The scheduler's address, once it has written it down."""
        try:
            return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError):
            return ""

    def _start(self, kind: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard"),
                    *("--scheduler-file", str(self.file), *arguments),
                ],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT), stub.LOG: str(self.log)} | variables,
                stdout=log,
                stderr=log,
            )

    def worker(self, real: bool = False, **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker; `variables` are of its environment."""
        return self._start(
            "worker",
            *("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"),
            *("--local-directory", str(self.folder)),
            *(() if real else ("--preload", "tests.marking.stub")),
            **{stub.SECONDS: "0.3"} | variables,
        )

    def addresses(self) -> set[str]:
        """The workers that the scheduler knows."""
        with cluster.connected(self.address) as client:
            return set(client.nthreads())

    def at_least(self, number: int) -> None:
        """See that so many workers of this version are there, and no others."""
        self.end_workers(self.others)
        self.workers = [one for one in self.workers if one.poll() is None]
        self.workers += [self.worker() for _ in range(number - len(self.workers))]
        until(lambda: len(self.addresses()) == len(self.workers), f"{number} workers")
        self.log.write_text("", encoding="utf-8")

    def end_workers(self, workers: list[subprocess.Popen[bytes]]) -> None:
        for worker in workers:
            worker.kill()
            worker.wait()
        workers.clear()

    def runs(self) -> list[str]:
        """A line for every run of a unit: the process and what tells the unit."""
        return self.log.read_text(encoding="utf-8").splitlines()

    def end(self) -> None:
        self.end_workers(self.workers)
        self.end_workers(self.others)
        self.end_workers([self.scheduler])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    pytest.importorskip("distributed", reason="needs the extra `cluster` (Dask distributed)")
    machines = Machines(tmp_path_factory.mktemp("cluster") / "machines")
    yield machines
    machines.end()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    for number in range(UNITS):
        wrong = {"02.1": "answer = 3"} if number % 2 else {}
        notebook = made.notebook(wrong, [f"x = {number}"], opened="By the counts.")
        made.put(tmp_path, f"inbox/learner {number}/{FILE}", notebook)
    return tmp_path / "inbox"


def results(marks: Path) -> dict[str, Any]:
    """What each unit's file says, without the seconds."""
    found = {path.stem: store.load(marks, path.stem) for path in (marks / "units").glob("*.json")}
    return {
        unit: record | {"answers": store.answers(record), "seconds": None}
        for unit, record in found.items()
        if record
    }


def tables(marks: Path) -> dict[str, bytes]:
    """Every table and page, byte for byte; of files.csv all but the column of seconds."""
    written = {
        path.relative_to(marks).as_posix(): path.read_bytes()
        for path in marks.rglob("*")
        if path.is_file() and path.parent.name != "units"
    }
    lines = list(csv.DictReader(written["files.csv"].decode("utf-8-sig").splitlines()))
    for line in lines:
        del line["seconds"]
    return written | {"files.csv": json.dumps(lines).encode()}


def assert_equal(marks: Path, serial: Path) -> None:
    assert len(results(marks)) == len(results(serial)) > 0
    assert results(marks) == results(serial)
    assert tables(marks) == tables(serial)


@pytest.fixture
def serial(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The marks of one machine."""
    monkeypatch.setenv(stub.LOG, str(tmp_path / "serial.txt"))
    with monkeypatch.context() as patch:
        stub.install(patch.setattr)
        assert grade.main([str(inbox), "--out", str(tmp_path / "serial")]) == 0
    return tmp_path / "serial"


def kept(marks: Path) -> int:
    return len(list((marks / "units").glob("[!.]*.json")))


class Started(threading.Thread):
    """The command, in a thread of its own while a test breaks something."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(daemon=True)
        self.arguments, self.code = [str(one) for one in arguments], -1
        self.start()

    def run(self) -> None:
        self.code = grade.main(self.arguments)

    def ended(self) -> int:
        self.join(60)
        assert not self.is_alive(), "the command does not end"
        return self.code


def test_marks_equal_those_of_one_machine(
    running: Machines, inbox: Path, serial: Path, tmp_path: Path
) -> None:
    running.at_least(2)
    marks = tmp_path / "marks"
    command = [str(inbox), "--out", str(marks), "--scheduler", running.address]
    assert grade.main(command) == 0
    assert_equal(marks, serial)
    runs = running.runs()
    assert len(runs) == UNITS and len({line.split()[0] for line in runs}) == 2, runs
    assert grade.main(command) == 0
    assert len(running.runs()) == UNITS, "a second start ran something again"


def test_ctrl_c_ends_soon_and_keeps_what_is_finished(
    running: Machines, inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running.at_least(2)
    marks = tmp_path / "marks"
    pressed = []

    def press() -> None:
        until(lambda: kept(marks) >= 1, "a result")
        pressed.append(time.monotonic())
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    command = [str(inbox), "--out", str(marks), "--scheduler", running.address]
    assert grade.main(command) == 130
    assert time.monotonic() - pressed[0] < 2 + 3, "2 seconds, and room for a machine under load"
    first = kept(marks)
    assert f"Stopped: {first} finished and kept, {UNITS - first} remain." in capsys.readouterr().out
    assert grade.main(command) == 0 and kept(marks) == UNITS


def test_ctrl_c_between_the_writing_and_the_counting_is_told_right(
    running: Machines,
    inbox: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    running.at_least(2)
    marks = tmp_path / "marks"
    made.interrupt_after_saving(monkeypatch)
    command = [str(inbox), "--out", str(marks), "--scheduler", running.address]
    assert grade.main(command) == 130
    assert f"Stopped: 1 finished and kept, {UNITS - 1} remain." in capsys.readouterr().out
    assert kept(marks) == 1


def test_a_killed_worker_loses_nothing(
    running: Machines, inbox: Path, serial: Path, tmp_path: Path
) -> None:
    running.at_least(2)
    marks = tmp_path / "marks"
    started = Started(inbox, "--out", marks, "--scheduler", running.address)
    victim = running.workers[0]
    until(lambda: kept(marks) >= 1, "a result")
    until(lambda: any(int(r.split()[0]) == victim.pid for r in running.runs()), "a run of it")
    victim.send_signal(signal.SIGKILL)
    assert kept(marks) < UNITS, "it was killed too late to test anything"
    assert started.ended() == 0
    assert_equal(marks, serial)
    times = Counter(line.split(maxsplit=1)[1] for line in running.runs())
    assert len(times) == UNITS and sum(times.values()) <= UNITS + cluster.AHEAD, times


def test_units_of_the_only_worker_go_to_the_next_that_comes(
    running: Machines, inbox: Path, serial: Path, tmp_path: Path
) -> None:
    """Dask would wait for ever for the worker that the units were meant for."""
    running.end_workers(running.workers)
    running.at_least(1)
    marks = tmp_path / "marks"
    started = Started(inbox, "--out", marks, "--scheduler", running.address)
    until(lambda: kept(marks) >= 1, "a result")
    running.end_workers(running.workers)
    assert kept(marks) < UNITS, "it was killed too late to test anything"
    running.workers.append(running.worker())
    assert started.ended() == 0
    assert_equal(marks, serial)


def test_a_scheduler_that_goes_away(
    running: Machines,
    inbox: Path,
    serial: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    running.at_least(1)
    monkeypatch.setattr(cluster, "PATIENCE", 3.0)
    marks = tmp_path / "marks"
    others = Machines(tmp_path / "others")
    try:
        others.workers.append(others.worker())
        until(others.addresses, "a worker")
        started = Started(inbox, "--out", marks, "--scheduler", others.address)
        until(lambda: kept(marks) >= 1, "a result")
        others.scheduler.kill()
        assert started.ended() == 2
    finally:
        others.end()
    first = kept(marks)
    said = capsys.readouterr().out
    assert 1 <= first < UNITS
    assert f"connection to the scheduler was lost: {first} finished and kept" in said
    assert grade.main([str(inbox), "--out", str(marks), "--scheduler", running.address]) == 0
    assert len(running.runs()) == UNITS - first, "what was finished ran again"
    assert_equal(marks, serial)


def test_a_worker_of_another_version_is_refused(
    running: Machines,
    inbox: Path,
    serial: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    running.at_least(1)
    there = running.addresses()
    running.others.append(running.worker(**{stub.ENGINE: "another"}))
    until(lambda: len(running.addresses()) == len(there) + 1, "another worker")
    (other,) = running.addresses() - there
    marks = tmp_path / "marks"
    command = [str(inbox), "--out", str(marks), "--scheduler", running.address]
    assert grade.main(command) == 0
    assert_equal(marks, serial)
    assert not [r for r in running.runs() if int(r.split()[0]) == running.others[0].pid]
    said = " ".join(capsys.readouterr().out.split())
    assert said.count(f"The worker {other} is not used: it has other engine; give it") == 1
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    running.end_workers(running.workers)
    until(lambda: running.addresses() == {other}, "only the other one")
    assert grade.main([*command, "--fresh"]) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert f"There is no worker that can be used: 0 finished and kept, {UNITS} remain." in said


def test_parts_merged_equal_one_machine(
    inbox: Path,
    serial: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stub.install(monkeypatch.setattr)
    folders = [tmp_path / f"part {part}" for part in (1, 2, 3)]
    for part, folder in enumerate(folders, start=1):
        assert grade.main([str(inbox), "--out", str(folder), "--shard", f"{part}/3"]) == 0
        assert not (folder / "marks.csv").exists(), "a part has no table of the class"
    assert sum(map(kept, folders)) == UNITS
    whole = tmp_path / "whole"
    capsys.readouterr()
    assert grade.main([str(inbox), "--out", str(whole), "--merge", str(folders[0])]) == 1
    assert f"{UNITS - kept(folders[0])} have not been run yet" in capsys.readouterr().out
    assert grade.main([str(inbox), "--out", str(whole), "--merge", *map(str, folders)]) == 0
    assert_equal(whole, serial)


def test_the_script_for_slurm(inbox: Path, serial: Path, tmp_path: Path) -> None:
    """Slurm is not here: a stand-in for `sbatch` runs the jobs that the script hands in."""
    programs = {
        "sbatch": """for a in "$@"; do case $a in --array=*) last=${a##*-};; esac; done
script=$(cat)
for part in $(seq "${last:-1}"); do
  SLURM_CPUS_PER_TASK=2 SLURM_ARRAY_TASK_ID=$part bash -c "$script" >&2
done
echo 4711
""",
        "python": f"""exec {shlex.quote(sys.executable)} -c '
import sys
from tests.marking import stub
from marking import grade
stub.install()
sys.exit(grade.main(sys.argv[4:]))' "$@"
""",
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/usr/bin/env bash\n{text}", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", "marking/deploy/slurm.sh", str(inbox), "3", "--memory", "4"],
        cwd=ROOT,
        env=os.environ
        | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHON": str(tmp_path / "python")}
        | {"PYTHONPATH": str(ROOT), stub.LOG: str(tmp_path / "runs.txt")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "Parts: job 4711" in done.stdout, done.stderr[-2000:]
    assert_equal(tmp_path / "inbox_marks", serial)


def test_merging_keeps_the_run_that_ended_well(tmp_path: Path) -> None:
    def put(name: str, remark: str, value: int) -> Path:
        folder = tmp_path / name
        store.open_marks(folder, {"engine": "1"})
        said = {"02.1": {"answer": {"kind": "plain", "value": value}, "seconds": value}}
        store.save(folder, "u", place.Run(said, {}, remark, 1.0))
        return folder

    early, well, again = put("early", "its process ended", 1), put("well", "", 2), put("b", "", 3)
    assert store.merge([early, well, early], tmp_path / "all") == (2, 0)
    assert store.merge([again], tmp_path / "all") == (0, 1)
    record = store.load(tmp_path / "all", "u")
    assert record is not None and store.answers(record)["02.1"]["answer"]["value"] == 2


def test_no_scheduler_and_no_dask_are_a_sentence(
    inbox: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster` (Dask distributed)")
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    command = [str(inbox), "--out", str(tmp_path / "marks"), "--scheduler", "tcp://127.0.0.1:9"]
    assert grade.main(command) == 2
    assert "There is no scheduler at tcp://127.0.0.1:9" in capsys.readouterr().out
    store.save(tmp_path / "marks", "u", place.Run({}, {}, "", 1.0))
    assert grade.main([*command, "--fresh"]) == 2
    assert kept(tmp_path / "marks") == 1, "a result was forgotten before the scheduler answered"
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert grade.main(command) == 2
    assert "[cluster]" in capsys.readouterr().out


@pytest.mark.skipif(not place.sandbox(), reason="needs bubblewrap, as a worker does")
def test_real_runs_on_a_worker_equal_those_here(running: Machines, tmp_path: Path) -> None:
    """Two notebooks, executed in the sandbox of a worker and in that of this process."""
    made.put(tmp_path, f"inbox/ann/{FILE}", made.notebook({"02.2": "answer = 1 / 0"}))
    made.put(tmp_path, f"inbox/bob/{FILE}", made.notebook({"02.1": "answer = [1, 'x']"}))
    running.end_workers(running.workers)
    running.at_least(0)
    running.others.append(running.worker(real=True))
    until(lambda: len(running.addresses()) == 1, "a worker")
    inbox, here, there = (tmp_path / name for name in ("inbox", "here", "there"))
    command = [str(inbox), "--out", str(there), "--scheduler", running.address]
    assert grade.main(command) == 0
    assert grade.main([str(inbox), "--out", str(here)]) == 0
    assert_equal(there, here)


@pytest.mark.long
@pytest.mark.skipif(not place.sandbox(), reason="the script marks in the sandbox")
@pytest.mark.parametrize("stopped", [False, True])
def test_the_script_for_one_machine(stopped: bool, tmp_path: Path) -> None:
    """Real runs; after Ctrl-C, scheduler and workers end with the command."""
    pytest.importorskip("distributed")
    for number in range(8):
        made.put(tmp_path, f"inbox/{number}/{FILE}", made.notebook(before=[f"x = {number}"]))
    started = subprocess.Popen(
        ["bash", "marking/deploy/dask-local.sh", str(tmp_path / "inbox"), "2"],
        cwd=ROOT,
        env=os.environ | {"PYTHON": sys.executable, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    marks = tmp_path / "inbox_marks"
    if stopped:
        until(lambda: kept(marks) >= 1, "a result")
        os.killpg(started.pid, signal.SIGINT)
    said, _ = started.communicate(timeout=300)
    assert started.returncode == (130 if stopped else 0), said
    assert "Killed" not in said and "Traceback" not in said
    if stopped:
        assert f"{kept(marks)} finished and kept, {8 - kept(marks)} remain" in said
    else:
        assert "8 of 8 files marked" in said and kept(marks) == 8
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("tmp")] == []
    assert processes_of(tmp_path) == []


def processes_of(folder: Path) -> list[list[str]]:
    """Processes that were started with a file of this folder."""
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(str(folder) in word for word in process.cmdline()):
                found.append(process.cmdline())
    return found
