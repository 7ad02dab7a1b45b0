"""The throw-away place in which a submission runs, and the watch over it.

The place is a copy of the collection without keys, solutions and guide pages. With bubblewrap
(Linux) a submission sees nothing else of the disk, has no network, may write only into memory, and
every process that it starts ends with it. Without a sandbox it runs as the user who marks.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course import without_outputs
from helpers.collection import Collection

INSIDE = ("__init__.py", "inside.py", "values.py")
INSIDE_MODULE = "tools.marking.inside"
MARK = "LINKS_IN_THE_CHAIN_RUN"
MOST_BYTES = 8 * 2**20  # of what one run reports
TRIES = 4
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
    """Copy what a lesson needs to run into the empty folder `place`: engine, tables and lessons
    without results. Keys, solutions and guide pages are left out.
    """
    engine = Path(sys.modules["helpers"].__file__ or "").parent
    ignored = shutil.ignore_patterns("__pycache__", "authoring", "_collection", "*.egg-info")
    shutil.copytree(engine, place / "helpers", ignore=ignored)
    shutil.copytree(collection.data, place / "data", ignore=shutil.ignore_patterns("update"))
    (place / "notebooks").mkdir()
    (place / "my_work").mkdir()
    for lesson in collection.notebooks.glob("*.ipynb"):
        notebook = without_outputs(json.loads(lesson.read_text(encoding="utf-8")))
        (place / "notebooks" / lesson.name).write_text(json.dumps(notebook), encoding="utf-8")
    (place / "tools" / "marking").mkdir(parents=True)
    (place / "tools" / "__init__.py").touch()
    for name in INSIDE:
        shutil.copy(Path(__file__).with_name(name), place / "tools" / "marking" / name)
    return place


def sandbox() -> str:
    """The program of bubblewrap if it works here, else an empty text."""
    program = shutil.which("bwrap")
    if not program:
        return ""
    probe = [program, "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--", "/bin/true"]
    with suppress(OSError, subprocess.TimeoutExpired):
        if subprocess.run(probe, capture_output=True, timeout=20).returncode == 0:
            return program
    return ""


def run(cells: list[tuple[str, str]], place: Path, limits: Limits, program: str) -> Run:
    """Run the cells of a submission in `place`, inside the sandbox `program` if it is not empty.

    A cell that ends or blocks the process is left out, and the rest is run again: it costs the
    learner that cell alone. What was answered before is kept.
    """
    result = Run()
    start = time.monotonic()
    skip: list[int] = []
    for _ in range(TRIES):
        left = limits.seconds - (time.monotonic() - start)
        if left <= 1:
            break
        last, ended, reason = _one_run(cells, skip, place, limits, left, program, result)
        if ended:
            reason = ""
            break
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
        reason = f"{TRIES} cells ended the run"
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
    read, write = os.pipe()
    job = {
        "cells": cells,
        "skip": skip,
        "out": write,
        "limited": True,
        "alone": bool(program),
        "seconds": seconds,
        "cell_seconds": limits.cell_seconds,
        "memory": limits.memory,
        "file_size": limits.file_size,
    }
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        _command(place, program, limits),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(write,),
        cwd=place / "my_work",
        env=_environment(place, program) | {MARK: mark},
        start_new_session=True,
    )
    os.close(write)
    last, ended, reason = -1, False, "its process ended"
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode())
            process.stdin.close()
        for line in _lines(read, process, seconds, limits):
            if isinstance(line, str):
                reason = line
            elif "cell" in line:
                last = line["cell"]
            elif "exercise" in line:
                result.answers.setdefault(str(line.pop("exercise")), line)
            elif "failed" in line:
                result.failed[int(line["failed"])] = str(line["error"])
            elif "broken" in line:
                return -1, False, f"the place is broken: {str(line['broken'])[-200:]}"
            elif "end" in line:
                ended = True
                result.files = names_in(line.get("files"))
    finally:
        os.close(read)
        _end(process, mark, bool(program))
    valid = isinstance(last, int) and 0 <= last < len(cells) and last not in skip
    return (last if valid else -1), ended, reason


def names_in(reported: Any) -> list[str]:
    """Names of files from what a run reported, which may be anything."""
    listed = reported if type(reported) is list else []
    return [name[:80] for name in listed[:20] if type(name) is str]


def _lines(
    read: int, process: subprocess.Popen[bytes], seconds: float, limits: Limits
) -> Iterator[dict[str, Any] | str]:
    """The reported lines as they come; a text at the end if the run had to be stopped."""
    os.set_blocking(read, False)
    waiting = selectors.DefaultSelector()
    waiting.register(read, selectors.EVENT_READ)
    end, taken, rest = time.monotonic() + seconds, 0, b""
    cell_end = end
    while True:
        if STOP.is_set():
            yield "stopped"
            return
        now = time.monotonic()
        if now > min(end, cell_end):
            yield "it took too long"
            return
        if problem := _too_much(process, limits):
            yield problem
            return
        if not waiting.select(0.25):
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
                line = json.loads(text)
                if type(line) is dict:
                    if "cell" in line:  # a cell has its seconds, and three interrupts
                        cell_end = time.monotonic() + limits.cell_seconds + 8
                    yield line


def _too_much(process: subprocess.Popen[bytes], limits: Limits) -> str:
    """A sentence if the processes of a run are too many, or too large together."""
    import psutil

    with suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
        if len(family) > limits.processes:
            return f"it started more than {limits.processes} processes"
        memory = 0
        for one in family:
            with suppress(psutil.Error):
                memory += one.memory_info().rss
        if memory > 1.25 * limits.memory * 2**30:
            return "it needs more memory than it may have"
    return ""


def _end(process: subprocess.Popen[bytes], mark: str, closed_in: bool) -> None:
    """End the run with everything that it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    if closed_in:
        return  # the kernel has ended every process of its space
    import psutil

    for other in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if other.environ().get(MARK) == mark:
                other.kill()


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


def _command(place: Path, program: str, limits: Limits) -> list[str]:
    python = [sys.executable, "-s", "-B"]
    if not program:
        return [*python, "-m", INSIDE_MODULE]
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
    for prefix in sorted(prefixes):
        if not prefix.is_relative_to("/usr"):
            binds += ["--ro-bind", str(prefix), str(prefix)]
    return [
        program,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--size",
        str(512 * 2**20),
        "--tmpfs",
        "/tmp",
        *binds,
        "--dir",
        "/tmp/home",
        "--ro-bind",
        str(place),
        "/course",
        "--size",
        str(256 * 2**20),
        "--tmpfs",
        "/course/my_work",
        "--chdir",
        "/course/my_work",
        "--",
        *python,
        "-m",
        INSIDE_MODULE,
    ]
