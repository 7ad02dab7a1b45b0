"""Other readers' machines, imitated: time zones, languages, folders that cannot be written, no
network, odd paths, other line ends.

    python3 course.py systems                  all environments: three lessons, two test files
    python3 course.py systems network home     those whose name holds one of these words
    python3 course.py systems --all            every lesson

Each environment is a fresh clone of the last commit, run with the Python and the packages of .venv.
Prints a table: environment, passed or failed, what failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from helpers.collection import open_collection
from helpers.lessons import choose_lessons

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ("00", "02", "10")
TESTS = ("tests/collection/test_data.py", "tests/tools/test_course.py")


@dataclass(frozen=True)
class Environment:
    """One kind of machine: what its name is, its variables, how its clone is made and what is taken
    away.
    """

    name: str
    variables: dict[str, str] = field(default_factory=dict)
    folder: str = "clone"
    clone: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()  # "clone", "home"
    network: bool = True


ENVIRONMENTS = [
    Environment("as it is"),
    *(
        Environment(f"time zone {zone}", {"TZ": zone})
        for zone in ("Pacific/Kiritimati", "America/Tijuana", "UTC")
    ),
    *(
        Environment(f"locale {name}", {"LC_ALL": name, "LANG": name})
        for name in ("es_MX.UTF-8", "C")
    ),
    Environment("read-only checkout", read_only=("clone",)),
    Environment("home without write access", read_only=("home",)),
    Environment("no network at all", network=False),
    Environment("path with spaces and accents", folder="José's próxima carpeta"),
    Environment(
        "Windows line ends (core.autocrlf)",
        clone=("-c", "core.autocrlf=true", "-c", "core.eol=crlf"),
    ),
]


def prefix(environment: Environment, places: dict[str, Path]) -> tuple[list[str], str]:
    """What to put in front of a command to run it in an environment, and why it cannot be done here
    (empty if it can).
    """
    steps = []
    if environment.read_only or not environment.network:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        if not root or not shutil.which("unshare"):
            return [], (
                "needs Linux, root and the program unshare (a root is not held by permissions, so "
                "folders are mounted read-only in a namespace of their own)"
            )
    for name in environment.read_only:
        steps += [
            f'mount --bind "{places[name]}" "{places[name]}"',
            f'mount -o remount,bind,ro "{places[name]}"',
        ]
    if not environment.network:
        if not shutil.which("ip"):
            return [], "needs the program ip, which brings up the loopback that kernels talk over"
        steps.append("ip link set lo up")
    if not steps:
        return [], ""
    kinds = (["--mount"] if environment.read_only else []) + (
        [] if environment.network else ["--net"]
    )
    return ["unshare", *kinds, "sh", "-c", " && ".join([*steps, 'exec "$@"']), "sh"], ""


def locale_variables(name: str, folder: Path) -> dict[str, str] | None:
    """What makes a locale known: nothing if the system has it, else LOCPATH with one made here;
    None if it cannot be made.
    """
    known = (
        subprocess.run(["locale", "-a"], capture_output=True, text=True)
        .stdout.lower()
        .replace("-", "")
        if shutil.which("locale")
        else ""
    )
    if name.lower().replace("-", "") in known.split():
        return {}
    language, _, charset = name.partition(".")
    if (
        not shutil.which("localedef")
        or subprocess.run(
            ["localedef", "-i", language, "-f", charset, str(folder / name)], capture_output=True
        ).returncode
        > 1
    ):
        return None
    return {"LOCPATH": str(folder)}


def run(environment: Environment, numbers: tuple[str, ...]) -> tuple[str, str]:
    """Whether it "passed", "failed" or was "skipped", and what failed or why it was skipped."""
    with tempfile.TemporaryDirectory() as name:
        places = {"clone": Path(name) / environment.folder, "home": Path(name) / "home"}
        places["home"].mkdir()
        subprocess.run(
            ["git", "clone", "--quiet", *environment.clone, str(ROOT), str(places["clone"])],
            check=True,
        )
        front, reason = prefix(environment, places)
        if reason:
            return "skipped", reason
        unwanted = ("XDG_", "JUPYTER_", "IPYTHON", "MPL", "PYTEST_", "PYTHONPATH", "LC_")
        variables = {
            key: value for key, value in os.environ.items() if not key.startswith(unwanted)
        } | {"HOME": str(places["home"]), "PYTHONPATH": str(places["clone"])}
        if "LC_ALL" in environment.variables:
            more = locale_variables(environment.variables["LC_ALL"], Path(name))
            if more is None:
                return (
                    "skipped",
                    "there is no such locale and none can be made (Debian: apt install locales)",
                )
            variables |= more
        lessons = choose_lessons(open_collection(ROOT), numbers)
        files = [f"notebooks/{path.name}" for path in lessons]
        options = ["-p", "nbval_strict", "-p", "no:cacheprovider", "-q", "--color=no"]
        spread = ["-n", str(os.cpu_count() or 1), "--nbval-strict"]
        command = [sys.executable, "-m", "pytest", *options, *spread]
        done = subprocess.run(
            [*front, *command, *files, *TESTS],
            cwd=places["clone"],
            env=variables | environment.variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        failed = re.findall(r"^(?:FAILED|ERROR) (.+)$", done.stdout, re.M)
        if done.returncode == 0:
            return "passed", re.findall(r"\d+ passed[^\n]*", done.stdout)[-1]
        return "failed", "; ".join(failed[:8]) or (done.stdout + done.stderr)[-600:]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py systems", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "words", nargs="*", help="only environments whose name holds one of these words"
    )
    parser.add_argument("--all", action="store_true", help="every lesson, where three are the rule")
    options = parser.parse_args(arguments)
    chosen = [
        e
        for e in ENVIRONMENTS
        if not options.words or any(word.lower() in e.name.lower() for word in options.words)
    ]
    if not chosen:
        print(f"No environment is named so; there are: {', '.join(e.name for e in ENVIRONMENTS)}.")
        return 2
    outcomes = []
    for environment in chosen:
        outcome, remark = run(environment, () if options.all else LESSONS)
        outcomes.append(outcome)
        print(f"{environment.name:34} {outcome:8} {remark}", flush=True)
    return int("failed" in outcomes)


if __name__ == "__main__":
    sys.exit(main())
