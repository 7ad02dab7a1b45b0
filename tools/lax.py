"""The lessons and the helpers' tests with other packages than the locked ones: do they run, and do
the same numbers come out?

    python3 course.py lax --oldest     the oldest versions that pyproject.toml allows
    python3 course.py lax --newest     the newest that it allows
    python3 course.py lax --ahead      the newest there are, its upper limits ignored

Builds a throw-away environment (some 700 MB, deleted afterwards). Says which cells and tests end in
an error and which cells print other numbers; how a number or a table is laid out does not count.
Changes nothing; exit 1 if something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.authoring.refresh import as_text
from helpers.collection import current
from helpers.lessons import choose_lessons
from tools import lock

ROOT = Path(__file__).resolve().parent.parent
TESTS = "tests/engine"
Outputs = dict[str, list[str]]  # lines by cell, "02 cell-id"


def requirements(way: str) -> list[str]:
    """The direct dependencies, tests included; for "ahead" without their upper limits."""
    texts = lock.requirements(ROOT, ["lab", "authors"], ["build", "test"])
    return [re.sub(r",<[\d.]+", "", text) for text in texts] if way == "ahead" else texts


def build(way: str, folder: Path) -> Path:
    """An environment in `folder` with the versions of one way; returns its Python. uv's own words
    stop the command if there is no such set of versions.
    """
    uv = [sys.executable, "-m", "uv"]
    (folder / "requirements.txt").write_text("\n".join(requirements(way)) + "\n", encoding="utf-8")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    resolution = ["--resolution", "lowest-direct" if way == "oldest" else "highest"]
    for command in (
        [*uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
        [
            *uv,
            "pip",
            "install",
            "--quiet",
            "--native-tls",
            "--python",
            str(python),
            "--only-binary",
            ":all:",
            *resolution,
            "-r",
            str(folder / "requirements.txt"),
        ],
        [
            *uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            "--no-deps",
            "--no-build-isolation",
            "-e",
            str(ROOT),
        ],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            sys.exit(
                f"No environment could be made with the {way} versions. "
                f"uv says:\n{done.stderr.strip()}"
            )
    return python


def execute_all() -> Outputs:
    """Every lesson executed in the environment that runs this, errors included: its output lines by
    cell.
    """

    def execute(path: Path) -> Outputs:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(path.parent)}},
        ).execute(stderr=subprocess.DEVNULL)
        errors = [
            f"{cell.id}: error {output.ename}: {output.evalue}"
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        ]
        return by_cell(path, [*as_text(notebook), *errors])

    paths = choose_lessons(current())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {
            cell: lines for outputs in pool.map(execute, paths) for cell, lines in outputs.items()
        }


def by_cell(path: Path, lines: list[str]) -> Outputs:
    """Lines as `as_text` gives them ("cell-id: text"), grouped."""
    grouped: Outputs = {}
    for line in lines:
        cell, _, text = line.partition(": ")
        grouped.setdefault(f"{path.name[:2]} {cell}", []).append(text)
    return grouped


def stored() -> Outputs:
    """The stored outputs of every lesson."""
    return {
        cell: lines
        for path in choose_lessons(current())
        for cell, lines in by_cell(path, as_text(nbformat.read(path, as_version=4))).items()
    }


def numbers(lines: list[str]) -> list[str]:
    """All numbers of a text in order, without separators of thousands, zeros at the end or dots of
    omission; hashes of plotted values too.
    """
    words = re.findall(r"\b[0-9a-f]{8,}\b|-?\d[\d,]*(?:\.\d+)?", " ".join(lines))
    return [re.sub(r"(\.\d*?)0+$", r"\1", word.replace(",", "")).rstrip(".") for word in words]


def differences(before: Outputs, after: Outputs) -> list[str]:
    """A line for each cell that ends in an error or prints other numbers."""
    differing = []
    for cell in sorted(before.keys() | after.keys()):
        old, new = before.get(cell, []), after.get(cell, [])
        error = [line for line in new if line.startswith("error ")]
        if error:
            differing.append(f"{cell}: {error[0][:200]}")
        elif numbers(old) != numbers(new):
            stored, now = numbers(old), numbers(new)
            pairs = [(a, b) for a, b in zip(stored, now, strict=False) if a != b]
            if pairs:
                differing.append(f"{cell}: {pairs[0][0]} is now {pairs[0][1]}")
            else:
                differing.append(f"{cell}: {len(stored)} numbers are now {len(now)}")
    return differing


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py lax", description=(__doc__ or "").splitlines()[0]
    )
    way = parser.add_mutually_exclusive_group(required=True)
    for name, says in {
        "oldest": "the oldest versions allowed",
        "newest": "the newest versions allowed",
        "ahead": "the newest versions, upper limits ignored",
    }.items():
        way.add_argument(f"--{name}", dest="way", action="store_const", const=name, help=says)
    way.add_argument(
        "--execute", dest="way", action="store_const", const="execute", help=argparse.SUPPRESS
    )  # what this program asks of the other environment
    options = parser.parse_args(arguments)
    if options.way == "execute":
        print(json.dumps(execute_all()))
        return 0
    with tempfile.TemporaryDirectory() as name:
        python = build(options.way, Path(name))
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "VIRTUAL_ENV": str(Path(name) / "venv"),
        }
        listed = subprocess.run(
            [sys.executable, "-m", "uv", "pip", "freeze", "--python", str(python)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        direct = {canonicalize_name(Requirement(text).name) for text in requirements(options.way)}
        print(
            "With",
            ", ".join(
                line for line in listed.split() if canonicalize_name(line.split("==")[0]) in direct
            ),
            flush=True,
        )
        run = subprocess.run(
            [str(python), "-m", "tools.lax", "--execute"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        wrong = (
            differences(stored(), json.loads(run.stdout.splitlines()[-1]))
            if run.returncode == 0
            else [run.stderr[-2000:]]
        )
        flags = ["-p", "no:cacheprovider", "-q", "--color=no", "-n"]
        workers = str(os.cpu_count() or 1)
        command = [str(python), "-m", "pytest", *flags, workers, TESTS, "helpers"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        wrong += re.findall(r"^(?:FAILED|ERROR) .+$", done.stdout, re.M) or (
            [] if done.returncode == 0 else [(done.stdout + done.stderr)[-2000:]]
        )
        print("\n".join(wrong) or "Nothing ends in an error, and every number is the stored one.")
        print(done.stdout.splitlines()[-1] if done.stdout.strip() else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
