"""Mutants of the code of helpers/, made and run by mutmut in a copy of the project.

mutmut is in no lock. Install it into a folder of its own and name that folder:

    .venv/bin/uv pip install --target ../mutmut mutmut==3.8.1
    python3 course.py nox -s mutants -- helpers --mutmut ../mutmut --modules claims/verdict
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.campaigns.mutants.copies import FILES, ROOT, copy_project

#: The fast unit tests of each module, wherever in tests/ they are. Keys are not among them: mutmut
#: changes no decorated function, and every key is one.
TESTS = {
    "statistics/rates": ["test_rates.py"],
    "statistics/uncertainty": ["test_uncertainty.py"],
    "statistics/networks": ["test_networks.py"],
    "claims/model": ["test_claims.py"],
    "claims/evidence": ["test_claims.py"],
    "claims/verdict": ["test_claims.py"],
    "exercises": ["test_exercises.py"],
    "catalogue": ["test_contract.py"],
    "contract": ["test_contract.py"],
    "frames": ["test_frames.py"],
    **{
        f"figures/{name}": ["test_figures.py"]
        for name in ("boxes", "finish", "labels", "maps", "style", "words")
    },
    "setup_check": ["test_setup_check.py"],
    "cards": ["test_setup_check.py"],
    "lessons": ["test_lessons.py"],
}
#: Tests that start a Python with an environment of its own, in which mutmut's copy of the code does
#: not run.
LEFT_OUT = "test_pictures_do_not_depend_on_the_readers_language"
#: What mutmut's exit codes say of a killed mutant. With any other code nothing has seen it, least
#: of all with 33: no test reaches it.
KILLED = {
    1: "unit tests",
    3: "unit tests",
    24: "time limit",
    -24: "time limit",
    36: "time limit",
    152: "time limit",
    255: "time limit",
}
UNTESTED = 33


def settings(module: str) -> str:
    """setup.cfg for one module of helpers/."""
    paths = [path for name in TESTS[module] for path in sorted((ROOT / "tests").rglob(name))]
    tests = [f"helpers/{module}.py", *(path.relative_to(ROOT).as_posix() for path in paths)]
    tests += [f"--deselect={path}::{LEFT_OUT}" for path in tests[1:] if "figures" in module]
    lines = {
        "source_paths": "helpers",
        "only_mutate": f"helpers/{module}.py",
        "pytest_add_cli_args_test_selection": "".join(f"\n    {path}" for path in tests),
        "also_copy": "".join(
            f"\n    {name}" for name in ("data", "marking", "notebooks", "tests", "tools", *FILES)
        ),
    }
    return "[mutmut]\n" + "".join(f"{name}={value}\n" for name, value in lines.items())


def words_only(diff: str) -> bool:
    """Whether a mutant differs from the code only in the letters of a sentence: mutmut writes XX
    around a text or changes its case.

    A text of one word may be a name that the code goes by ("degree"): that is no matter of
    spelling, unless it stands in a `raise`.
    """
    before, after = (
        "\n".join(re.findall(rf"^\{sign}(?!\{sign}\{sign} )(.*)$", diff, re.M)) for sign in "-+"
    )
    if before.lower() != after.replace("XX", "").lower():
        return False
    marked = re.findall(r"XX(.*?)XX", after)
    changed = (
        marked[0].split()
        if marked
        else [
            word for word, other in zip(before.split(), after.split(), strict=True) if word != other
        ]
    )
    return before.strip().startswith("raise ") or len(changed) > 1


def of_module(module: str, place: Path, mutmut: Path, workers: int) -> list[dict[str, Any]]:
    """Run mutmut on one module in the copy at `place`; one result a mutant."""
    (place / "setup.cfg").write_text(settings(module), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(mutmut), str(place)])}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mutmut", *words],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
        )

    done = command("run", "--max-children", str(workers))
    meta = place / "mutants" / "helpers" / f"{module}.py.meta"
    codes = (
        json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"] if meta.is_file() else {}
    )
    if not codes or None in codes.values():
        sys.exit(
            f"mutmut did not come to an end with {module}: {(done.stdout + done.stderr)[-2000:]}"
        )
    results = []
    for name, code in codes.items():
        diff = "" if code in KILLED else command("show", name).stdout
        lines = " / ".join(
            line.strip() for line in re.findall(r"^[-+](?![-+]{2} )(.*)$", diff, re.M)
        )
        spelling = code not in KILLED and words_only(
            diff
        )  # how a sentence is spelled, tests need not fix
        operator = f"{module}.py" + (", words of a text" if spelling else "")
        remark = "" if code in (0, *KILLED) else f"(code {code}) "
        remark = "(no test reaches it) " if code == UNTESTED else remark
        results.append(
            {
                "kind": "helpers",
                "operator": operator,
                "name": f"{name.split('.')[-1]} {remark}{lines}".strip(),
                "killed_by": KILLED.get(code, ""),
                "looked_at": not spelling,
            }
        )
    return results


def run(modules: list[str], mutmut: Path, workers: int) -> list[dict[str, Any]]:
    """Run mutmut on the modules, one after the other, in one copy."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        place = copy_project(Path(folder) / "copy")
        return [
            result
            for module in modules or TESTS
            for result in of_module(module, place, mutmut, workers)
        ]
