"""Mutants of the code of helpers/, marking/ and web/, made and run by mutmut in a copy.

mutmut is in no lock. Install it into a folder of its own and name that folder:

    .venv/bin/uv pip install --target ../mutmut mutmut==3.8.1
    python3 course.py nox -s mutants -- helpers --mutmut ../mutmut --modules helpers/claims/verdict
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.campaigns.mutants.copies import FILES, PARTS, ROOT, copy_project

STATISTICS = ("agreement", "allocation", "networks", "rates", "uncertainty")
#: The fast unit tests of each module, wherever in tests/ they are. Keys are not among them: mutmut
#: changes no decorated function, and every key is one (keys.py breaks them).
TESTS = {
    "helpers/answers": ["test_answers.py"],
    "helpers/exercises": ["engine/test_exercises.py"],
    "helpers/contract": ["test_contract.py"],
    "helpers/catalogue": ["test_contract.py"],
    "helpers/collection": ["engine/test_lessons.py", "test_contract.py"],
    "helpers/adaptation": ["test_adaptation.py"],
    "helpers/language": ["test_translate.py"],
    "helpers/guesses": ["test_guesses.py"],
    "helpers/frames": ["test_frames.py"],
    "helpers/lessons": ["engine/test_lessons.py"],
    "helpers/setup_check": ["engine/test_setup_check.py"],
    "helpers/cards": ["test_contract.py", "engine/test_setup_check.py"],
    "helpers/controls": ["test_controls.py"],
    "helpers/sheets": ["test_marking.py"],
    "helpers/surroundings": ["test_surroundings.py"],
    "helpers/values": ["test_answers.py"],
    **{
        f"helpers/claims/{name}": ["engine/test_claims.py"]
        for name in ("model", "evidence", "verdict")
    },
    "helpers/claims/export": ["collection/test_claims.py"],
    "helpers/claims/unsettled": ["test_claims_09.py", "test_claims_10.py"],
    **{
        f"helpers/statistics/{name}": [f"engine/test_{tested}.py" for tested in STATISTICS]
        for name in (*STATISTICS, "ranks")
    },
    **{
        f"helpers/figures/{name}": ["test_figures.py"]
        for name in ("boxes", "finish", "labels", "maps", "plotted", "style", "words")
    },
    **{
        f"helpers/figures/{name}": ["test_reader_figures.py", "test_figures.py"]
        for name in ("annotate", "calibration", "dots", "factors", "funnel", "limits", "networks")
    },
    **{
        f"helpers/figures/{name}": ["test_reader_figures.py", "test_figures.py"]
        for name in ("places", "ranges", "shifts")
    },
    **{
        f"marking/{name}": ["test_marking.py"]
        for name in (
            *("exercises", "intake", "judge", "points", "roster", "store", "tables", "values"),
        )
    },
    "web/address": ["test_address.py"],
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


def settings(modules: list[str]) -> str:
    """setup.cfg for modules of one package that have the same tests."""
    first = modules[0]
    paths = [p for name in TESTS[first] for p in sorted((ROOT / "tests").glob(f"**/{name}"))]
    files = [f"{module}.py" for module in modules]
    tests = [*files, *(path.relative_to(ROOT).as_posix() for path in paths)]
    tests += [f"--deselect={path}::{LEFT_OUT}" for path in tests if "test_figures" in path]
    source = first.split("/")[0]
    lines = {
        "source_paths": source,
        "only_mutate": "".join(f"\n    {name}" for name in files),
        "pytest_add_cli_args_test_selection": "".join(f"\n    {path}" for path in tests),
        "also_copy": "".join(f"\n    {name}" for name in (*PARTS, *FILES) if name != source),
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


def of_modules(
    modules: list[str], place: Path, mutmut: Path, workers: int, sample: int
) -> list[dict[str, Any]]:
    """Run mutmut in the copy at `place` on modules that have the same tests; one result a mutant.
    Of a sample, those whose number ends in certain digits, in each function alike.
    """
    (place / "setup.cfg").write_text(settings(modules), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(mutmut), str(place)])}

    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(workers)]
    if sample > 1:
        digits = "1234567890"[::sample]
        command += [f"*mutmut_*[{digits}]", f"*mutmut_[{digits}]"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    results = []
    for module in modules:
        meta = place / "mutants" / f"{module}.py.meta"
        codes = (
            json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
            if meta.is_file()
            else {}
        )
        if sample > 1:
            codes = {name: code for name, code in codes.items() if code is not None}
        if not codes or None in codes.values():
            sys.exit(
                f"mutmut did not come to an end with {module}: "
                f"{(done.stdout + done.stderr)[-2000:]}"
            )
        changed = diffs((place / "mutants" / f"{module}.py").read_text(encoding="utf-8"))
        results += [
            result(module, name, code, changed[name.split(".")[-1]]) for name, code in codes.items()
        ]
    return results


def diffs(module: str) -> dict[str, str]:
    """What each mutant changes, from the text of a module in which mutmut put all of them, beside
    the functions as they were. `mutmut show` says the same and takes two seconds a mutant.
    """
    lines = module.splitlines()
    functions = {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.FunctionDef)
    }
    changes = {}
    for name, mutant in functions.items():
        function, _, number = name.rpartition("__mutmut_")
        if number.isdigit():
            before = "\n".join(functions[f"{function}__mutmut_orig"])
            before = before.replace(f"{function}__mutmut_orig", name)
            changes[name] = "\n".join(
                difflib.unified_diff(before.splitlines(), mutant, n=0, lineterm="")
            )
    return changes


def result(module: str, name: str, code: int, diff: str) -> dict[str, Any]:
    """What is reported of one mutant."""
    lines = " / ".join(line.strip() for line in re.findall(r"^[-+](?![-+]{2} )(.*)$", diff, re.M))
    # how a sentence is spelled, tests need not fix
    spelling = code not in KILLED and words_only(diff)
    remark = "" if code in (0, *KILLED) else f"(code {code}) "
    remark = "(no test reaches it) " if code == UNTESTED else remark
    return {
        "kind": "helpers",
        "operator": f"{module}.py" + (", words of a text" if spelling else ""),
        "name": f"{name.split('.')[-1]} {remark}{lines}".strip(),
        "killed_by": KILLED.get(code, ""),
        "looked_at": not spelling,
    }


def run(modules: list[str], mutmut: Path, workers: int, sample: int) -> list[dict[str, Any]]:
    """Run mutmut on the modules in one copy, those of one package with the same tests at once."""
    together: dict[tuple[str, ...], list[str]] = {}
    for module in modules or TESTS:
        together.setdefault((module.split("/")[0], *TESTS[module]), []).append(module)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        place = copy_project(Path(folder) / "copy")
        return [
            one
            for group in together.values()
            for one in of_modules(group, place, mutmut, workers, sample)
        ]
