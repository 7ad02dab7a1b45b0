"""What `python3 course.py` runs beside `lab`: the tests, the linters, and the programs here."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from helpers.__main__ import AUTHORING
from helpers.__main__ import main as helpers_main
from helpers.collection import CollectionError, current
from helpers.language import VARIABLE
from helpers.lessons import LessonError, choose_lessons, why_unreadable
from helpers.messages import say
from marking.__main__ import main as marking_main

MARKING = ("grade", "report")
#: Commands that work in the language that was chosen; the others work on the English lessons.
IN_LANGUAGE = ("handout", "quiz", "editions", "package", *MARKING)
ROOT = Path(__file__).resolve().parent.parent
#: What `lint` runs; pre-commit asks for one at a time.
LINTERS = {
    "ruff-format": ["ruff", "format", "."],
    "ruff": ["ruff", "check", "."],
    "mypy": ["mypy"],
}


def run_tests(arguments: list[str], parallel: bool) -> int:
    """Pytest on the lessons, kernels forked from one warm parent (with --plain each started anew);
    parallel: one worker a core, whole lessons to a worker.
    """
    import pytest

    strict = ["-p", "nbval_strict", "--nbval-strict"]  # -p: before other plugins, which is faster
    if "--plain" not in arguments:
        strict.append("--nbval-strict-warm")
    options = ["-n", str(os.cpu_count() or 1)] if parallel else ["-p", "no:xdist", "-q"]
    rest = [argument for argument in arguments if argument != "--plain"]
    return int(pytest.main([*strict, *options, *rest]))


def lessons() -> list[Path]:
    """The notebooks of every lesson and language. Raises `CollectionError` if there is no
    collection that they can read.
    """
    current()
    folder = ROOT / "notebooks"
    return [*sorted(folder.glob("*.ipynb")), *sorted(folder.glob("[a-z][a-z]/*.ipynb"))]


def run_lessons(paths: list[Path], arguments: list[str], parallel: bool) -> int:
    """The strict re-run of these lessons. One that cannot be read is named and left out, so that
    it does not stop the others.
    """
    problems = {path: why for path in paths if (why := why_unreadable(path))}
    names = [str(path.relative_to(ROOT)) for path in paths if path not in problems]
    spared = ["-p", "no:hypothesispytest"]  # a third of a second a process
    code = run_tests([*spared, *names, *arguments], parallel) if names else 0
    for problem in problems.values():
        print(problem, file=sys.stderr)
    return code or int(bool(problems))


def test(arguments: list[str]) -> int:
    """The tests that take seconds; `-m long` asks for the others (pyproject.toml)."""
    return run_tests(arguments, True)


def notebooks(arguments: list[str]) -> int:
    """The strict re-run of every lesson, in every language."""
    return run_lessons(lessons(), ["--nbval-strict-record", *arguments], True)


def check(arguments: list[str]) -> int:
    """The strict re-run of the lessons whose numbers are given, in every language; without a
    number, of those that read something that has changed since they last passed.
    """
    numbers = [argument for argument in arguments if argument.isdigit()]
    if arguments and not numbers and not arguments[0].startswith("-"):
        print(say("which_lesson"), file=sys.stderr)
        return 2
    if numbers:
        try:
            choose_lessons(current(), numbers)
        except (CollectionError, LessonError) as error:
            print(error, file=sys.stderr)
            return 2
        chosen = [path for path in lessons() if path.name[:2] in numbers]
    elif not (chosen := changed_lessons()):
        print(say("nothing_changed", count=len(lessons())))
        return 0
    options = [] if numbers else ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # as imported
    options += ["--nbval-strict-record", *(word for word in arguments if word not in numbers)]
    return run_lessons(chosen, options, not numbers and len(chosen) > 2)


def changed_lessons() -> list[Path]:
    """The lessons that have to run again; it is said why. What each one read when it passed is in
    pytest's cache.
    """
    from nbval_strict.records import Records

    records = Records(ROOT / ".pytest_cache" / "d" / "nbval-strict", ROOT)
    reasons: dict[str, list[Path]] = {}
    for path in lessons():
        if why := records.why(path):
            reasons.setdefault(why, []).append(path)
    for why, paths in reasons.items():
        names = [path.relative_to(ROOT / "notebooks").with_suffix("").as_posix() for path in paths]
        print(say("has_changed", names=", ".join(names), why=why))
    return sorted(path for paths in reasons.values() for path in paths)


def lint(names: list[str]) -> int:
    """Run the linters with these names, or all of them; returns the highest exit code."""
    for name in names:
        if name not in LINTERS:
            sys.exit(say("no_linter", name=name, known=", ".join(LINTERS)))
    chosen = [LINTERS[name] for name in names or LINTERS]
    return max(subprocess.call([sys.executable, "-m", *command], cwd=ROOT) for command in chosen)


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    try:
        return run(arguments)
    except CollectionError as error:
        print(error, file=sys.stderr)
        return 2


def run(arguments: list[str]) -> int:
    """As `main`. Raises `CollectionError` if there is no collection that can be read."""
    name, rest = (arguments or [""])[0], arguments[1:]
    if name not in IN_LANGUAGE:
        os.environ.pop(VARIABLE, None)
    if name == "nox":
        return subprocess.call([sys.executable, "-m", "nox", *rest], cwd=ROOT)
    here = {"test": test, "notebooks": notebooks, "check": check, "lint": lint}
    if name in here:
        return here[name](rest)
    if name in AUTHORING:
        return helpers_main(arguments)
    if name in MARKING:
        return marking_main(arguments)
    found = [
        part for part in ("web", "tools") if name.isidentifier() and find_spec(f"{part}.{name}")
    ]
    if not found:
        print(__doc__)
        return 0 if name in ("", "-h", "--help") else 2
    package = f"{found[0]}.{name}"
    if (ROOT / package.replace(".", "/") / "__main__.py").is_file():
        package += ".__main__"
    return int(importlib.import_module(package).main(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
