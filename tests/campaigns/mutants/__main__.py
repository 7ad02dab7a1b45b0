"""Break things on purpose, one at a time, and see that a check goes red.

    nox -s mutants                                    every class but the code
    nox -s mutants -- data --tables coca_leaf         one class, one table
    nox -s mutants -- answers prose --sample 4        two classes, every fourth mutant
    nox -s mutants -- outputs figures --lessons 02    two classes, one lesson
    nox -s mutants -- helpers --mutmut DIR            the code of helpers/, by mutmut

code.py says how to install mutmut.

Mutants are made in copies of the project in a temporary folder. The result is a table and the
survivors by name; the exit code is 1 when the unbroken copy is not green or a class stays below its
aim.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
AIMS = {
    "outputs": 1.0,
    "figures": 1.0,
    "claims": 1.0,
    "ledger": 0.98,
    "data": 0.98,
    "contract": 0.98,
    "catalogues": 0.98,
    "answers": 0.98,
    "prose": 0.98,
    "site": 0.98,
    "helpers": 0.9,
}
CLASSES = tuple(kind for kind in AIMS if kind != "helpers")
SEED = 20171214


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "classes", nargs="*", help=f"{', '.join([*CLASSES, 'helpers'])}; none means all but helpers"
    )
    parser.add_argument(
        "--tables", nargs="+", default=[], help="only mutants of these tables (data, contract)"
    )
    parser.add_argument(
        "--lessons",
        nargs="+",
        default=[],
        help="only these lessons (outputs, figures, catalogues, answers, prose)",
    )
    parser.add_argument(
        "--modules",
        nargs="+",
        default=[],
        help="only these, such as helpers/statistics/rates (helpers)",
    )
    parser.add_argument(
        "--mutmut", type=Path, help="folder into which mutmut was installed (helpers)"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, default=0, help="only every n-th mutant")
    parser.add_argument(
        "--json", type=Path, help="write every result to this file, one a line, as it comes"
    )
    parser.add_argument(
        "--part", help=argparse.SUPPRESS
    )  # "2/3": the second of three workers, in its copy
    options = parser.parse_args(arguments)
    options.classes = options.classes or list(CLASSES)
    if unknown := set(options.classes) - {*CLASSES, "helpers"}:
        parser.error(
            f"there is no class {sorted(unknown)[0]!r}: use {', '.join([*CLASSES, 'helpers'])}"
        )
    if "helpers" in options.classes and not options.mutmut:
        parser.error(
            "mutants of helpers are made by mutmut, which is in no lock: code.py beside this file "
            "says how to install it"
        )
    return options


def keep(result: dict[str, Any], file: Path | None) -> None:
    """Add a result to the file that was named: a run may be stopped."""
    if file:
        with file.open("a", encoding="utf-8") as record:
            print(json.dumps(result, ensure_ascii=False), file=record)


def run(
    options: argparse.Namespace, arguments: list[str], step: Callable[[int, int], None]
) -> list[dict[str, Any]]:
    """Start the workers, each in its own copy, and collect what they report; `step` hears how far
    they are.
    """
    from tests.campaigns.mutants.copies import copy_project

    results: list[dict[str, Any]] = []
    done = [[0, 0] for _ in range(options.workers)]

    def listen(worker: int, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            entry = json.loads(line)
            if "done" in entry:
                done[worker] = [entry["done"], entry["of"]]
                step(sum(d for d, _ in done), sum(of for _, of in done))
            else:
                results.append(entry)
                keep(entry, options.json)

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        processes, threads = [], []
        for worker in range(options.workers):
            place = copy_project(Path(folder) / str(worker))
            environment = {
                **os.environ,
                "PYTHONPATH": str(place),
                "PYTEST_ADDOPTS": "",
                "PYTHONDONTWRITEBYTECODE": "1",
                "OPENBLAS_NUM_THREADS": "1",
            }
            command = [
                sys.executable,
                "-m",
                "tests.campaigns.mutants",
                *arguments,
                "--part",
                f"{worker}/{options.workers}",
            ]
            processes.append(
                subprocess.Popen(
                    command, cwd=place, env=environment, stdout=subprocess.PIPE, text=True
                )
            )
            threads.append(threading.Thread(target=listen, args=(worker, processes[-1])))
            threads[-1].start()
        try:
            for thread in threads:
                thread.join()
        finally:
            for process in processes:
                process.terminate()
        if broken := [p.returncode for p in processes if p.wait()]:
            sys.exit(f"A worker ended with {broken[0]}; its message stands above.")
    return results


def table(results: list[dict[str, Any]]) -> str:
    """Markdown: killed of total by class and operator, by whom."""
    lines = [
        "| class | operator | mutants | killed | of those that something looks at | killed by |",
        "|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in results:
        if result["operator"] != "none":
            groups.setdefault((result["kind"], result["operator"]), []).append(result)
    for (kind, operator), group in sorted(
        groups.items(), key=lambda item: ([*AIMS].index(item[0][0]), item[0][1])
    ):
        killed = [r for r in group if r["killed_by"]]
        seen = [r for r in group if r["killed_by"] or r.get("looked_at", True)]
        by: dict[str, int] = {}
        for r in killed:
            by[killer(r["killed_by"])] = by.get(killer(r["killed_by"]), 0) + 1
        ways = ", ".join(
            f"{name} {count}" for name, count in sorted(by.items(), key=lambda item: -item[1])
        )
        share = f"{100 * len(killed) / len(seen):.1f} % of {len(seen)}" if seen else "none"
        lines.append(f"| {kind} | {operator} | {len(group)} | {len(killed)} | {share} | {ways} |")
    return "\n".join(lines)


def killer(text: str) -> str:
    """The kind of check that went red."""
    if text.startswith(("load()", "finish()", "comparison", "counts", "description", "hash")):
        return text.split(":")[0].split(",")[0].split(" refuses")[0]
    return (
        "a lesson's outputs"
        if text.startswith("lesson")
        else "structure tests"
        if text.startswith("test_lessons")
        else "unit tests"
        if text.startswith("test_") or "helpers/" in text
        else text.split(":")[0][:40]
    )


def with_progress(options: argparse.Namespace, arguments: list[str]) -> list[dict[str, Any]]:
    """What the workers report, with a bar that shows how far they are."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("mutants", total=None)
        return run(options, arguments, lambda done, of: bar.update(task, completed=done, total=of))


def survivors(mutants: list[dict[str, Any]]) -> str:
    """Those that no check noticed, by name."""
    lines = []
    for heading, looked_at in (
        ("Survivors that something looks at", True),
        ("Survivors that nothing looks at", False),
    ):
        names = [
            f"- {r['kind']}, {r['operator']}: {r['name']}"
            for r in mutants
            if not r["killed_by"] and r.get("looked_at", True) == looked_at
        ]
        lines += [f"\n{heading}: {len(names)}", *names]
    return "\n".join(lines)


def below_aims(mutants: list[dict[str, Any]]) -> list[str]:
    """The classes of which too few were noticed. A changed hash is another guard, and the easy
    one: it does not count; nor does what nothing looks at.
    """
    killed: dict[str, list[bool]] = {kind: [] for kind in AIMS}
    for r in mutants:
        counts = r["killed_by"] or r.get("looked_at", True)
        if counts and not r["operator"].endswith("hash left alone"):
            killed[r["kind"]].append(bool(r["killed_by"]))
    return [kind for kind, aim in AIMS.items() if sum(killed[kind]) < aim * len(killed[kind])]


def surroundings(options: argparse.Namespace, seconds: float) -> str:
    """With what the campaign was run."""
    names = ("pandas", "matplotlib", "seaborn", "ipython", "pytest")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    workers = f"{seconds:.0f} s with {options.workers} workers"
    return f"seed {options.seed}, {workers}; {machine}, {packages}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parse(arguments)
    if not hasattr(os, "fork"):
        print("Mutants are run in forked processes: use Linux or macOS.")
        return 2
    if options.part:
        from tests.campaigns.mutants import worker

        return worker.work(options)
    start = time.monotonic()
    if options.json:
        options.json.write_text("", encoding="utf-8")
    results = with_progress(options, arguments) if set(options.classes) != {"helpers"} else []
    if "helpers" in options.classes:
        from tests.campaigns.mutants import code

        for one in code.run(options.modules, options.mutmut, options.workers, options.sample):
            results.append(one)
            keep(one, options.json)
    results.sort(key=lambda r: (r["kind"], r["operator"], r["name"]))
    controls = [r for r in results if r["operator"] == "none"]
    mutants = [r for r in results if r["operator"] != "none"]
    red = [r for r in controls if r["killed_by"]]
    print(f"Control: {len(controls) - len(red)} of {len(controls)} unbroken runs are green.")
    for r in red:
        print(f"  red without a mutant: {r['name']}, {r['killed_by']}")
    print(table(results))
    print(survivors(mutants))
    print(f"\n{len(mutants)} mutants, {surroundings(options, time.monotonic() - start)}")
    below = below_aims(mutants)
    for kind in below:
        print(f"Below its aim of {AIMS[kind]:.0%}: {kind}")
    return int(bool(red or below or any("CAMPAIGN ERROR" in r["killed_by"] for r in results)))


if __name__ == "__main__":
    sys.exit(main())
