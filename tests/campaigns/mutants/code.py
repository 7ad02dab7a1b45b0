"""Mutants of the code of helpers/, marking/ and web/, made by mutmut and run in a copy by forks.py.

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
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.campaigns.mutants.copies import ROOT, copy_project

STATISTICS = ("agreement", "allocation", "networks", "rates", "uncertainty")
#: The fast unit tests of each module, wherever in tests/ they are. Keys are not among them: mutmut
#: changes no decorated function, and every key is one (keys.py breaks them).
TESTS = {
    "helpers/answers": ["test_answers.py"],
    "helpers/exercises": ["engine/test_exercises.py", "test_translate.py"],
    "helpers/contract": ["test_contract.py"],
    "helpers/catalogue": ["test_contract.py"],
    "helpers/collection": ["engine/test_lessons.py", "test_contract.py"],
    "helpers/adaptation": ["test_adaptation.py"],
    "helpers/language": ["test_translate.py"],
    "helpers/guesses": ["test_guesses.py"],
    "helpers/frames": ["test_frames.py", "test_translate.py"],
    "helpers/lessons": ["engine/test_lessons.py"],
    "helpers/setup_check": ["engine/test_setup_check.py"],
    "helpers/cards": ["test_contract.py", "engine/test_setup_check.py"],
    "helpers/controls": ["test_controls.py"],
    "helpers/sheets": ["test_sheets.py"],
    "helpers/surroundings": ["test_surroundings.py"],
    "helpers/values": ["test_answers.py"],
    **{
        f"helpers/claims/{name}": ["engine/test_claims.py"]
        for name in ("model", "evidence", "unsettled", "verdict")
    },
    "helpers/claims/export": ["collection/test_claims.py"],
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
        for name in ("annotate", "calibration", "factors", "funnel", "limits", "networks")
    },
    **{
        f"helpers/figures/{name}": ["test_reader_figures.py", "test_figures.py"]
        for name in ("places", "shifts")
    },
    **{
        f"helpers/figures/{name}": ["test_controls.py", "test_figures.py"]
        for name in ("dots", "ranges")
    },
    **{
        f"marking/{name}": ["test_marking.py", "test_hostile_inbox.py", "marking/test_languages.py"]
        for name in ("exercises", "intake", "roster")
    },
    **{f"marking/{name}": ["test_marking.py"] for name in ("judge", "points", "store", "values")},
    "marking/tables": ["test_marking.py", "test_class.py"],
    "web/address": ["test_address.py"],
}
#: Tests that start a kernel or a Python with an environment of its own, in which no mutant runs,
#: and one that takes the time of a thousand runs.
LEFT_OUT = (
    "test_a_file_with_the_name_of_a_package_is_named",
    "test_a_lesson_opened_in_notebooks_says_so_at_its_first_import",
    "test_a_matplotlibrc_and_a_backend_for_windows_change_nothing",
    "test_a_start_up_file_is_named_and_its_options_are_set_back",
    "test_grade",
    "test_in_a_kernel_the_stored_output_is_the_same_every_time_and_holds_no_widget",
    "test_in_isolation_no_file_takes_the_place_of_a_package",
    "test_the_engine_itself_imports_ipywidgets_with_the_first_control_only",
    "test_pictures_do_not_depend_on_the_readers_language",
    "test_a_thousand_replicates_take_less_than_two_seconds",
    "test_handout_and_editions",
    "test_running_a_lesson_tells_which_expressions_give_names",
    "test_a_collection_is_extracted_filled_and_built",
    "test_a_real_run_in_spanish",
)
#: What the exit codes of forks.py say of a killed mutant: a test failed, or the fork was ended by
#: SIGXCPU or SIGALRM, which Windows does not have. With any other code nothing has seen it.
KILLED = {1: "unit tests", -24: "time limit", -14: "time limit"}


def words_only(diff: str) -> bool:
    """Whether a mutant differs from the code only in the letters of a sentence: mutmut writes XX
    around a text or changes its case.

    A text of one word may be a name that the code goes by ("degree"): that is no matter of
    spelling, unless it stands in a `raise`. A text with a space is a sentence, or part of one.
    """
    before, after = (
        "\n".join(re.findall(rf"^\{sign}(?!\{sign}\{sign} )(.*)$", diff, re.M)) for sign in "-+"
    )
    if before.lower() != after.replace("XX", "").lower():
        return False
    kept, written = (re.findall(r'"([^"]*)"', lines) for lines in (before, after))
    changed = [one for one, other in zip(kept, written, strict=True) if one != other]
    return before.strip().startswith("raise ") or any(
        " " in text and re.search(r"[^\W\d_]", text) for text in changed
    )


def of_modules(
    modules: list[str], place: Path, mutmut: Path, workers: int, sample: int
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Break modules that have the same tests in the copy at `place`, and run the tests: one result
    a mutant, or one for every n-th, and how many mutants each module has. Modules whose tests fail
    without a mutant are named, and left out.
    """
    paths = [p for name in TESTS[modules[0]] for p in sorted((ROOT / "tests").glob(f"**/{name}"))]
    files = [f"{module}.py" for module in modules]
    tests = [*files, *(path.relative_to(ROOT).as_posix() for path in paths)]
    options = [f"--deselect={path}::{name}" for path in tests for name in LEFT_OUT]
    results = place / "forks.json"
    command = [sys.executable, "-m", "tests.campaigns.mutants.forks", str(results)]
    command += [str(workers), str(sample), *modules, "--", *tests, *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(mutmut), str(place)])}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        print(f"Not run: {', '.join(modules)}: {said}", file=sys.stderr)
        for file in files:
            shutil.copy2(ROOT / file, place / file)
        return [], {}
    codes = json.loads(results.read_text(encoding="utf-8"))
    made: dict[str, int] = {}
    mutants = []
    for module in modules:
        file, prefix = f"{module}.py", module.replace("/", ".")
        changed = diffs((place / file).read_text(encoding="utf-8"))
        made[module] = len(changed)
        mutants += [
            result(f"{prefix}.{name}", codes[f"{prefix}.{name}"], diff)
            for name, diff in changed.items()
            if f"{prefix}.{name}" in codes
        ]
        shutil.copy2(ROOT / file, place / file)
    return mutants, made


def diffs(module: str) -> dict[str, str]:
    """What each mutant changes, from the text of a module in which mutmut put all of them, beside
    the functions as they were.
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


def result(name: str, code: int | None, diff: str) -> dict[str, Any]:
    """What is reported of one mutant; a code of None means that no test reaches it."""
    lines = " / ".join(line.strip() for line in re.findall(r"^[-+](?![-+]{2} )(.*)$", diff, re.M))
    killed_by = KILLED.get(code, "") if code is not None else ""
    # how a sentence is spelled, tests need not fix
    spelling = not killed_by and words_only(diff)
    remark = "" if code in (0, *KILLED) else f"(code {code}) "
    remark = "(no test reaches it) " if code is None else remark
    module, _, function = name.rpartition(".")
    return {
        "kind": "helpers",
        "operator": f"{module.replace('.', '/')}.py" + (", words of a text" if spelling else ""),
        "name": f"{function} {remark}{lines}".strip(),
        "killed_by": killed_by,
        "looked_at": not spelling,
    }


def run(modules: list[str], mutmut: Path, workers: int, sample: int) -> Iterator[dict[str, Any]]:
    """Break the modules in one copy, those of one package with the same tests at once."""
    together: dict[tuple[str, ...], list[str]] = {}
    for module in modules or TESTS:
        together.setdefault((module.split("/")[0], *TESTS[module]), []).append(module)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        place = copy_project(Path(folder) / "copy")
        for group in together.values():
            found, made = of_modules(group, place, mutmut, workers, sample)
            print(", ".join(f"{module}: {count} mutants" for module, count in made.items()))
            yield from found
