"""Measure, do not guess.

    nox -s bench -- imports            `import helpers` on top of pandas and seaborn
    nox -s bench -- lessons            validation of all lessons, ours beside the usual ways
    nox -s bench -- lessons --nbmake   with nbmake too, fetched into a temporary folder
    nox -s bench -- cells              CPU of the cells, the slowest cells, the first figure
    nox -s bench -- cells 06           of these lessons only; so for `lessons`

Measure on a quiet machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.choice import chosen_lessons

ROOT = Path(__file__).resolve().parent.parent
WORKERS = os.cpu_count() or 1

_IMPORTS = """
import time
import pandas, seaborn, matplotlib.pyplot
start = time.perf_counter()
import helpers
print(time.perf_counter() - start)
"""

# The cells of one lesson in bare Python with IPython's shell: no kernel, no messages. The libraries
# are imported before the clock starts.
_CELLS = """
import contextlib, io, json, os, sys, time
import numpy, pandas, matplotlib.pyplot, seaborn
from IPython.core.interactiveshell import InteractiveShell
path, shell, spent = sys.argv[1], InteractiveShell.instance(), []
sys.path.insert(0, "")
for cell in json.load(open(path, encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            shell.run_cell("".join(cell["source"]), store_history=True).raise_error()
        spent.append([cell["id"], time.process_time() - start])
print(json.dumps(spent))
os._exit(sys.stdout.flush() or 0)
"""


def imports(runs: int = 7) -> list[float]:
    """Milliseconds that `import helpers` takes once pandas, seaborn and matplotlib are there, in
    `runs` fresh processes.
    """
    return [
        1000
        * float(
            subprocess.run(
                [sys.executable, "-c", _IMPORTS], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(runs)
    ]


def cells(lesson: Path) -> dict[str, float]:
    """Seconds of CPU that each code cell of a lesson takes in bare Python, by cell id."""
    done = subprocess.run(
        [sys.executable, "-c", _CELLS, str(lesson)],
        cwd=lesson.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def first_figure(lesson: Path) -> float | None:
    """Seconds from the start of an ordinary kernel, as with Run All, to the first picture; None if
    the lesson has none.
    """
    from jupyter_client.manager import KernelManager

    seen: list[float] = []

    def look(message: dict[str, Any]) -> None:
        if not seen and "image/png" in json.dumps(message["content"].get("data", {})):
            seen.append(time.perf_counter() - start)

    start = time.perf_counter()
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(lesson.parent), stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and not seen:
                client.execute_interactive("".join(cell["source"]), output_hook=look, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return seen[0] if seen else None


@dataclass
class Way:
    """A way to validate or execute all lessons, and what its runs took."""

    name: str
    command: list[str]
    extra_path: str = ""
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0

    def run(self, measure_memory: bool) -> None:
        """Run once, for memory or for time: to look at memory takes time."""
        import resource

        environment = dict(os.environ)
        if self.extra_path:
            environment["PYTHONPATH"] = os.pathsep.join(
                filter(None, [self.extra_path, os.environ.get("PYTHONPATH", "")])
            )
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                self.command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            if measure_memory:
                self.peak = peak_memory(process)
            code = process.wait()
            if code:
                log.seek(0)
                end = log.read()[-3000:].decode(errors="replace")
                sys.exit(f"{self.name} ended with exit code {code}.\n{end}")
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if not measure_memory:
            self.wall.append(wall)
            self.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def peak_memory(process: subprocess.Popen[bytes]) -> float:
    """The most that a process and all it started hold at one time, in MB: the sum of PSS (pages
    shared by n processes count 1/n each), or of RSS where there is no PSS.
    """
    import psutil

    peak = 0.0
    root = psutil.Process(process.pid)
    while process.poll() is None:
        total = 0.0
        try:
            for one in [root, *root.children(recursive=True)]:
                try:
                    total += getattr(one.memory_full_info(), "pss", 0) or one.memory_info().rss
                except psutil.Error:
                    continue
        except psutil.Error:
            break
        peak = max(peak, total / 1e6)
        time.sleep(0.1)
    return peak


def ways(paths: list[Path], folder: str, nbmake: bool) -> list[Way]:
    """Ours and the usual ones for the lessons at `paths`; `folder` takes what nbconvert writes, and
    is where nbmake was fetched to.
    """
    lessons = [str(path) for path in paths]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    two = ["-n", str(WORKERS), "--dist", "loadscope"]
    fast = [sys.executable, "-m", "pytest", "-q", "-p", "nbval_strict", "--nbval-strict"]
    ours = [*fast, "-n", str(WORKERS), *lessons]
    compared = [
        Way("`course.py notebooks` (kernels forked)", [*ours, "--nbval-strict-warm"]),
        Way("`course.py notebooks --plain`", ours),
        Way("`pytest --nbval`", [*pytest, "--noconftest", "-p", "no:xdist", "--nbval", *lessons]),
        Way(
            f"`pytest --nbval -n {WORKERS} --dist loadscope`",
            [*pytest, "--noconftest", *two, "--nbval", *lessons],
        ),
        Way(
            "`jupyter nbconvert --execute`",
            [
                sys.executable,
                "-m",
                "nbconvert",
                "--execute",
                "--to",
                "notebook",
                "--output-dir",
                folder,
                *lessons,
            ],
        ),
    ]
    if nbmake or importlib.util.find_spec("nbmake"):
        compared.append(
            Way(
                f"`pytest --nbmake -n {WORKERS}`",
                [*pytest, "--noconftest", "-n", str(WORKERS), "--nbmake", *lessons],
                extra_path=folder,
            )
        )
    return compared


def compare(paths: list[Path], runs: int, nbmake: bool) -> None:
    """Interleave all ways `runs` times and print the table of medians."""
    folder = tempfile.mkdtemp()
    try:
        if nbmake:
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--target",
                    folder,
                    "nbmake",
                ],
                check=True,
            )
        else:
            print("nbmake is not in the lock: `bench lessons --nbmake` fetches and measures it.\n")
        all_ways = ways(paths, folder, nbmake)
        for way in all_ways:  # also the run that fills caches
            way.run(measure_memory=True)
        pure = []
        for _ in range(runs):
            for way in all_ways:
                way.run(measure_memory=False)
            pure.append(sum(sum(cells(path).values()) for path in paths))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    limit = statistics.median(pure) / WORKERS
    kind = "PSS" if sys.platform == "linux" else "RSS"
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("pytest", "nbval", "ipykernel", "pandas", "matplotlib")
    )
    print(
        f"{date.today()}, {machine()}, Python {platform.python_version()}, {packages}; "
        f"medians of {runs} interleaved runs (least to most).\n"
    )
    print(f"| way | wall s | CPU s | peak {kind}, MB | times the limit |\n|---|---|---|---|---|")
    for way in all_ways:
        print(
            f"| {way.name} | {spread(way.wall)} | {spread(way.cpu)} | {way.peak:.0f} "
            f"| {statistics.median(way.wall) / limit:.1f} |"
        )
    print(
        f"| limit: CPU of the cells alone / {WORKERS} cores | {limit:.1f} "
        f"| {spread(pure)} | - | 1 |"
    )


def spread(values: list[float]) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def machine() -> str:
    """Cores, processor and system."""
    model = platform.processor() or platform.machine()
    told = Path("/proc/cpuinfo")
    if told.exists():
        lines = told.read_text(encoding="utf-8").splitlines()
        models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        model = models[0] if models else model
    return f"{os.cpu_count()} cores of {model}, {platform.system()}"


def print_cells(paths: list[Path], runs: int) -> None:
    """Print what each lesson's cells take and when its first figure is there."""
    print("| lesson | CPU of cells, s | slowest cells, s | first figure after Run All, s |")
    print("|---|---|---|---|")
    for path in paths:
        measured = [cells(path) for _ in range(runs)]
        median = {cell: statistics.median(run[cell] for run in measured) for cell in measured[0]}
        slowest = ", ".join(
            f"{cell} {seconds:.2f}"
            for cell, seconds in sorted(median.items(), key=lambda item: -item[1])[:3]
        )
        figures = [first_figure(path) for _ in range(runs)]
        shown = [seconds for seconds in figures if seconds is not None]
        first = f"{statistics.median(shown):.1f}" if shown else "no figure"
        total = statistics.median(sum(run.values()) for run in measured)
        print(f"| {path.stem} | {total:.2f} | {slowest} | {first} |", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["imports", "lessons", "cells"])
    parser.add_argument("numbers", nargs="*", help="lessons, such as 06; none means all")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--nbmake", action="store_true", help="fetch nbmake and measure it too")
    options = parser.parse_args(arguments)
    paths = chosen_lessons(parser, options.numbers)
    if options.what == "lessons" and os.name == "nt":
        print(
            "`bench lessons` needs Linux or macOS: Windows does not tell what all processes of a "
            "run have used."
        )
        return 2
    if options.what == "lessons":
        compare(paths, options.runs, options.nbmake)
    elif options.what == "cells":
        print_cells(paths, options.runs)
    else:
        times = imports(options.runs + 2)
        print(
            f"import helpers: median {statistics.median(times):.0f} ms, {min(times):.0f} to "
            f"{max(times):.0f}, in {len(times)} fresh processes (aim: under 60)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
