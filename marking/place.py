"""The throw-away place in which a submission runs, and the watch over it.

The place is a copy of the collection without keys, solutions and guide pages. With bubblewrap
(Linux) a submission sees nothing else of the disk, has no network, may write only into memory, and
every process that it starts ends with it. Without a sandbox it runs as the user who marks.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from helpers.adaptation import EXERCISES, SETTINGS
from helpers.collection import Collection, current
from helpers.language import MESSAGES, languages
from helpers.lessons import why_unreadable
from marking.inside import SECCOMP

INSIDE = ("__init__.py", "inside.py", "values.py")
INSIDE_MODULE = "marking.inside"
MARK = "LINKS_IN_THE_CHAIN_RUN"
MOST_BYTES = 8 * 2**20  # of what one run reports
TRIES = 4
ADAPTATION = (SETTINGS, EXERCISES)  # the second holds answers
PAUSE = 0.25  # seconds between looks at a run
STOPPED = "stopped"
NOTHING = "--"  # no lesson to get ready for
#: Set by Ctrl-C: every run ends, and reports that it was stopped.
STOP = threading.Event()


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds in all and for a cell, GB of memory, processes, bytes of
    a file.
    """

    seconds: float = 180
    cell_seconds: float = 60
    memory: float = 4
    processes: int = 64
    file_size: int = 50 * 2**20


class PlaceError(RuntimeError):
    """What a submission needs to run is not there: the teacher's side is at fault. The message is
    what the process said.
    """


@dataclass
class Run:
    """What came of running one submission: the reported lines by exercise, cells that failed, a
    sentence if it did not end well, and names of files that it wrote (known only in a sandbox).
    """

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    remark: str = ""
    seconds: float = 0.0
    files: list[str] = field(default_factory=list)


def build(collection: Collection, place: Path) -> Path:
    """Copy what a lesson needs to run into the empty folder `place`: engine, tables, and lessons
    without results and messages in every language. Keys, solutions and guide pages are left out.
    """
    engine = Path(sys.modules["helpers"].__file__ or "").parent
    ignored = shutil.ignore_patterns(
        "__pycache__", "authoring", "_collection", "*.egg-info", "*.po"
    )
    shutil.copytree(engine, place / "helpers", ignore=ignored)
    shutil.copytree(
        collection.data, place / "data", ignore=shutil.ignore_patterns("update", *ADAPTATION)
    )
    (place / "my_work").mkdir()
    for language in languages():
        edition = collection.in_language(language)
        if edition.language == language:
            copy_lessons(edition, place)
        messages = Path("translations") / language / MESSAGES
        if (collection.root / messages).is_file():
            (place / messages).parent.mkdir(parents=True)
            shutil.copy(collection.root / messages, place / messages)
    (place / "marking").mkdir(parents=True)
    (place / "marking" / "__init__.py").touch()
    for name in INSIDE:
        shutil.copy(Path(__file__).with_name(name), place / "marking" / name)
    return place


def copy_lessons(edition: Collection, place: Path) -> None:
    """Copy the lessons of one language without their results."""
    target = place / edition.notebooks.relative_to(edition.root)
    target.mkdir(parents=True)
    for lesson in edition.notebooks.glob("*.ipynb"):
        if why_unreadable(lesson):  # a merge was not finished: it counts by its name alone
            shutil.copy(lesson, target)
            continue
        notebook = json.loads(lesson.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        (target / lesson.name).write_text(json.dumps(notebook), encoding="utf-8")


@cache
def sandbox() -> str:
    """The program of bubblewrap if it works here and libseccomp is there, else an empty text."""
    program = shutil.which("bwrap")
    if not program:
        return ""
    try:
        ctypes.CDLL(SECCOMP)
    except OSError:
        return ""
    probe = [program, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--", "/bin/true"]
    with suppress(OSError, subprocess.TimeoutExpired):
        if subprocess.run(probe, capture_output=True, timeout=20).returncode == 0:
            return program
    return ""


def run(cells: list[tuple[str, str]], place: Path, limits: Limits, program: str) -> Run:
    """Run the cells of a submission in `place`, inside the sandbox `program` if it is not empty.

    A cell that ends or blocks the process is left out, and the rest is run again: it costs the
    learner that cell alone. What was answered before is kept. Raises `PlaceError` if the place is
    broken, so that nothing counts against the learner.
    """
    result = Run()
    start = time.monotonic()
    skip: list[int] = []
    reason = ""
    for _ in range(TRIES):
        left = limits.seconds - (time.monotonic() - start)
        if left <= 1:
            reason = "it took too long"
            break
        last, ended, reason = _one_run(cells, skip, place, limits, left, program, result)
        if ended:
            reason = ""
            break
        if STOP.is_set():
            reason = STOPPED
        if last < 0 or STOP.is_set():
            break
        skip.append(last)
        number = cells[last][1]
        result.failed[last] = reason
        if number:
            result.answers.setdefault(
                number, {"answer": {"kind": "not run"}, "error": reason, "printed": ""}
            )
    else:
        reason = "too many cells ended the run"
    result.remark = reason
    result.seconds = round(time.monotonic() - start, 2)
    return result


def _one_run(
    cells: list[tuple[str, str]],
    skip: list[int],
    place: Path,
    limits: Limits,
    seconds: float,
    program: str,
    result: Run,
) -> tuple[int, bool, str]:
    """Start one process and take in what it reports: the last cell that began, whether it came to
    the end, and why not.
    """
    job = {
        "cells": cells,
        "skip": skip,
        "alone": bool(program),
        "seconds": seconds,
        "cell_seconds": limits.cell_seconds,
        "memory": limits.memory,
        "file_size": limits.file_size,
        "processes": limits.processes if program else 0,
    }
    lesson = next((number[:2] for _, number in cells if number), NOTHING)
    if not any("judge(" in text for text, _ in cells):
        lesson = NOTHING
    last, ended, reason = -1, False, "its process ended"
    starter = _take(place, program)
    try:
        read = starter.start(lesson, json.dumps(job).encode())
        try:
            for line in _lines(read, starter.process, seconds, limits):
                if isinstance(line, str):
                    reason = line
                elif "broken" in line and last < 0:  # before anything of the learner's ran
                    raise PlaceError(str(line["broken"])[-200:])
                else:
                    last = _position(line.get("cell"), cells, last)
                    ended = ended or "end" in line
                    _note(line, cells, result)
        finally:
            os.close(read)
    finally:
        _give_back(starter)
    return (-1 if last in skip else last), ended, reason


def _position(reported: Any, cells: list[tuple[str, str]], otherwise: int) -> int:
    """The number of a cell as a run reported it, if it is one."""
    valid = type(reported) is int and 0 <= reported < len(cells)
    return reported if valid else otherwise


def _note(line: dict[str, Any], cells: list[tuple[str, str]], result: Run) -> None:
    """Take in a line that a run reported, which may say anything."""
    number = line.pop("exercise", None)
    if type(number) is str and number in {asked for _, asked in cells if asked}:
        result.answers.setdefault(number, line)
    failed = _position(line.get("failed"), cells, -1)
    if failed >= 0:
        result.failed[failed] = str(line.get("error"))[:80]
    if "end" in line:
        result.files = names_in(line.get("files"))


def names_in(reported: Any) -> list[str]:
    """Names of files from what a run reported, which may be anything."""
    listed = reported if type(reported) is list else []
    return [name[:80] for name in listed[:20] if type(name) is str]


class Starter:
    """A process that has imported what lessons need and forks one process for each submission.

    With `spaces`, each gets users, processes, files and network of its own inside the sandbox.
    Without, a starter in a sandbox serves one submission; outside of it, it serves many.
    """

    def __init__(self, place: Path, program: str, spaces: bool) -> None:
        self.kind = (place, program)
        self.closed_in = bool(program)
        self.many = spaces or not program
        self.mark = f"{os.getpid()}-{uuid.uuid4().hex}"
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(5)
        self.process = subprocess.Popen(
            _command(place, program, theirs.fileno(), spaces),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            cwd=place / "my_work",
            env=_environment(place, program) | {MARK: self.mark},
            start_new_session=True,
        )
        theirs.close()

    def start(self, lesson: str, job: bytes) -> int:
        """Start a job; returns the file descriptor from which to read what it reports."""
        read, write = os.pipe()
        try:
            with tempfile.TemporaryFile() as file:
                file.write(job)
                file.flush()
                with suppress(OSError):  # a starter that has ended: there is nothing to read
                    socket.send_fds(self.channel, [lesson.encode()], [file.fileno(), write])
        finally:
            os.close(write)
        return read

    def end(self) -> bool:
        """End the job with everything that it started; returns whether this starter can go on."""
        if self.many and not STOP.is_set():
            with suppress(OSError):
                self.channel.send(b"e")
                if self.channel.recv(1) == b".":
                    self._end_others()
                    return True
        self.close()
        return False

    def close(self) -> None:
        """End this process, and every other that it or a submission started."""
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.channel.close()
        self._end_others()

    def _end_others(self) -> None:
        if self.closed_in:
            return  # the system has ended every process of its space
        import psutil

        for other in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if other.pid != self.process.pid and other.environ().get(MARK) == self.mark:
                    other.kill()


_IDLE: list[Starter] = []
_LOCK = threading.Lock()


def _take(place: Path, program: str) -> Starter:
    """An idle starter of this place, or a new one."""
    with _LOCK:
        for starter in _IDLE:
            if starter.kind == (place, program):
                _IDLE.remove(starter)
                return starter
    return Starter(place, program, bool(program) and spaces_inside(program))


def _give_back(starter: Starter) -> None:
    if starter.end():
        with _LOCK:
            _IDLE.append(starter)


def close(place: Path) -> None:
    """End the idle starters of a place."""
    with _LOCK:
        for starter in [one for one in _IDLE if one.kind[0] == place]:
            _IDLE.remove(starter)
            starter.close()


@cache
def spaces_inside(program: str) -> bool:
    """Whether a process inside the sandbox may close in another one."""
    inside = Path(__file__).with_name("inside.py")
    script = "import runpy; m = runpy.run_path('/inside.py'); m['probe']()"
    probe = [*_closed_in(program, spaces=True), "--ro-bind", str(inside), "/inside.py"]
    probe += ["--dir", "/course/my_work"]
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            [*probe, "--", sys.executable, "-s", "-B", "-c", script],
            capture_output=True,
            timeout=20,
        )
        return done.stdout == b"closed in\n"
    return False


def _lines(
    read: int, process: subprocess.Popen[bytes], seconds: float, limits: Limits
) -> Iterator[dict[str, Any] | str]:
    """The reported lines as they come; a text at the end if the run had to be stopped."""
    os.set_blocking(read, False)
    end, taken, rest = time.monotonic() + seconds, 0, b""
    cell_end, look = end, 0.0
    while True:
        now = time.monotonic()
        if STOP.is_set():
            yield STOPPED
            return
        if now > min(end, cell_end):
            yield "it took too long"
            return
        if now > look:
            look = now + PAUSE
            if problem := _too_much(process, limits):
                yield problem
                return
        if not select.select([read], [], [], 0.1)[0]:
            continue
        block = os.read(read, 65536)
        if not block:
            return
        taken += len(block)
        if taken > MOST_BYTES:
            yield "it reported more than a run reports"
            return
        *whole, rest = (rest + block).split(b"\n")
        for text in whole:
            with suppress(ValueError, UnicodeDecodeError, RecursionError):
                line = json.loads(_written(json.loads(text)))
                if type(line) is dict:
                    if "cell" in line:  # a cell has its seconds, and three interrupts
                        cell_end = time.monotonic() + limits.cell_seconds + 8
                    yield line


def _written(reported: Any) -> bytes:
    """What a run reported, in UTF-8: halves of characters, which no file can hold, become "?"."""
    return json.dumps(reported, ensure_ascii=False).encode("utf-8", "replace")


#: Processes of the sandbox itself and of what runs the cells, which are no submission's.
OWN_PROCESSES = 8


def _too_much(process: subprocess.Popen[bytes], limits: Limits) -> str:
    """A sentence if the processes of a run are too many, or too large together."""
    import psutil

    with suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
        if len(family) > limits.processes + OWN_PROCESSES:
            return f"it started more than {limits.processes} processes"
        memory = 0
        for one in family:
            with suppress(psutil.Error):
                memory += one.memory_info().rss
        if memory > 1.25 * limits.memory * 2**30:
            return "it needs more memory than it may have"
    return ""


def _environment(place: Path, program: str) -> dict[str, str]:
    root = "/course" if program else str(place)
    home = "/tmp/home" if program else str(place / "my_work")
    kept = {} if program else {k: os.environ[k] for k in ("SYSTEMROOT", "TEMP") if k in os.environ}
    return kept | {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "LANG": "C.UTF-8",
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": f"{home}/ipython",
        "MPLCONFIGDIR": f"{home}/matplotlib",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "HELPERS_COLLECTION": root,
    }


def _command(place: Path, program: str, channel: int, spaces: bool) -> list[str]:
    python = [sys.executable, "-s", "-B", "-m", INSIDE_MODULE, str(channel)]
    if not program:
        return python
    return [
        *_closed_in(program, spaces),
        "--ro-bind",
        str(place),
        "/course",
        "--size",
        str(256 * 2**20),
        "--tmpfs",
        "/course/my_work",
        "--remount-ro",
        "/",
        "--chdir",
        "/course/my_work",
        "--",
        *python,
        *(["spaces"] if spaces else []),
    ]


def _secret_folders(readable: list[Path]) -> list[Path]:
    """The collection in use, and others beside packages, if a submission could read them."""
    engine = Path(sys.modules["helpers"].__file__ or "").parent
    installed = "lib*/python3*/*-packages/helpers/_collection"
    folders = {engine.resolve(), current().root.resolve()}
    folders |= {found.resolve() for prefix in readable for found in prefix.glob(installed)}
    return sorted(one for one in folders if any(one.is_relative_to(p) for p in readable))


def _closed_in(program: str, spaces: bool) -> list[str]:
    """Bubblewrap with the system's programs and this Python, memory to write to, and no more.

    With `spaces`, it sees the list of all processes, which a space inside needs to get its own; the
    submissions see only theirs.
    """
    prefixes = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    binds = []
    for folder in ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin"):
        path = Path(folder)
        if path.is_symlink():
            binds += ["--symlink", str(path.readlink()), folder]
        elif path.is_dir():
            binds += ["--ro-bind", folder, folder]
    for name in ("ld.so.cache", "alternatives", "localtime", "fonts"):
        binds += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    secrets = _secret_folders([Path("/usr"), Path("/usr/local"), *prefixes])
    readable = sorted({Path("/usr"), *prefixes})
    for prefix in readable:  # Python may lie in a folder that is hidden
        if not prefix.is_relative_to("/usr") or any(prefix.is_relative_to(s) for s in secrets):
            binds += ["--ro-bind", str(prefix), str(prefix)]
        for secret in secrets:
            if prefix == [one for one in readable if secret.is_relative_to(one)][-1]:
                binds += ["--tmpfs", str(secret)]
    for secret in secrets:
        binds += ["--remount-ro", str(secret)]
    return [
        program,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--uid",
        "1000",
        "--gid",
        "1000",
        *(["--bind", "/proc", "/proc"] if spaces else ["--proc", "/proc"]),
        "--dev",
        "/dev",
        "--size",
        str(64 * 2**20),
        "--tmpfs",
        "/dev/shm",
        "--remount-ro",
        "/dev",
        "--size",
        str(512 * 2**20),
        "--tmpfs",
        "/tmp",
        *binds,
        "--dir",
        "/tmp/home",
    ]
