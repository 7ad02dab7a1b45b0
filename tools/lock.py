"""Make requirements.txt, requirements-test.txt and environment.yml from pyproject.toml.

    python3 course.py lock              keep the pins there are, change what pyproject.toml demands
    python3 course.py lock --upgrade    take the newest versions that pyproject.toml allows
    python3 course.py lock --check      change nothing; say what no longer fits, exit 1 if anything

The locks are universal (every system and Python that pyproject.toml allows), hashed, and name no
package index.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
READER, TEST = "requirements.txt", "requirements-test.txt"
ENVIRONMENT = "environment.yml"
#: What each lock holds besides the package's own dependencies: extras that are published with it,
#: and dependency groups, which are not.
EXTRAS = {READER: ["lab"], TEST: ["lab", "authors", "cluster"]}
GROUPS = {READER: ["build"], TEST: ["build", "test", "site", "studies", "lint"]}
FORBIDDEN = ("scipy",)  # seaborn imports it when it is there: over a second more for every kernel


def compile_locks(root: Path, upgrade: bool) -> None:
    """Run uv for both locks; the test lock is held to the versions of the reader's."""
    common = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    common += ["--generate-hashes", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    common += ["--python-version", "3.11", "--custom-compile-command", "python3 course.py lock"]
    common += ["--upgrade"] if upgrade else []
    for lock, held in ((READER, []), (TEST, ["-c", READER])):
        extras = [part for name in EXTRAS[lock] for part in ("--extra", name)]
        groups = [part for name in GROUPS[lock] for part in ("--group", name)]
        rest = [*extras, *groups, *held, "-o", lock]
        done = subprocess.run(
            [*common, "pyproject.toml", *rest], cwd=root, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(
                f"uv could not make {rest[-1]}; nothing was changed in it. "
                f"Its words:\n{done.stderr.strip()}"
            )


def pins(root: Path, lock: str) -> list[Requirement]:
    """The pinned requirements of a lock, markers included, in its order."""
    text = (root / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [re.split(r"\s+--hash=|\s+#", line)[0].strip() for line in text.splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def environment_yml(root: Path) -> str:
    """The text of environment.yml, from pyproject.toml and the reader's lock."""
    oldest = project(root)["requires-python"].removeprefix(">=")
    lines = [
        "# Written by `python3 course.py lock` from requirements.txt; do not edit.",
        "# For conda, mamba and Binder.",
        "name: links-in-the-chain",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python>={oldest},<3.15",
        "  - pip",
        "  - pip:",
        *(
            f"      - '{pin.name}{pin.specifier}{f' ; {pin.marker}' if pin.marker else ''}'"
            for pin in pins(root, READER)
        ),
        "      - -e .",
    ]
    return "\n".join(lines) + "\n"


def project(root: Path) -> dict[str, Any]:
    """The [project] table of pyproject.toml."""
    return dict(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def requirements(root: Path, extras: list[str], groups: list[str]) -> list[str]:
    """The package's dependencies, with those of some extras and dependency groups."""
    content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    texts = list(content["project"]["dependencies"])
    for name in extras:
        texts += content["project"]["optional-dependencies"][name]
    for name in groups:
        texts += content["dependency-groups"][name]
    return texts


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the locks and environment.yml, a sentence each; an empty list if nothing
    is.
    """
    wrong = []
    asked = {lock: requirements(root, EXTRAS[lock], GROUPS[lock]) for lock in (READER, TEST)}
    locked: dict[str, dict[str, list[Requirement]]] = {lock: {} for lock in asked}
    for lock, texts in asked.items():
        text = (root / lock).read_text(encoding="utf-8")
        if re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b|://", text, re.M):
            wrong.append(f"{lock} names a package index: remove the line.")
        for pin in pins(root, lock):
            locked[lock].setdefault(canonicalize_name(pin.name), []).append(pin)
        hashed = len(re.findall(r"==[^\n]*\\\n\s+--hash=sha256:", text))
        if hashed != sum(map(len, locked[lock].values())):
            wrong.append(f"{lock}: a pin has no hash.")
        for asked_for in texts:
            wrong += _unsatisfied(Requirement(asked_for), locked[lock], lock, "pyproject.toml")
        wrong += [
            f"{lock} holds {name}, which must not be there."
            for name in FORBIDDEN
            if name in locked[lock]
        ]
        wrong += _installed_problems(locked[lock], lock)
    for name, reader in locked[READER].items():
        if not _covered(reader, locked[TEST].get(name, [])):
            wrong.append(f"{TEST} and {READER} pin {name} differently.")
    if (root / ENVIRONMENT).read_text(encoding="utf-8") != environment_yml(root):
        wrong.append(f"{ENVIRONMENT} does not follow from {READER}.")
    return [f"{problem} Run `python3 course.py lock`." for problem in wrong]


def _covered(reader: list[Requirement], test: list[Requirement]) -> bool:
    """Whether the test lock has the reader's versions, on the same systems or on more."""
    return {str(pin.specifier) for pin in reader} == {str(pin.specifier) for pin in test} and all(
        any(
            one.specifier == pin.specifier and (not one.marker or _systems(pin) <= _systems(one))
            for one in test
        )
        for pin in reader
    )


def _systems(pin: Requirement) -> set[str]:
    return set(str(pin.marker).split(" or "))


def _unsatisfied(
    requirement: Requirement, locked: dict[str, list[Requirement]], lock: str, asker: str
) -> list[str]:
    present = locked.get(canonicalize_name(requirement.name), [])
    if not present:
        return [f"{lock} has no pin for {requirement.name}, which {asker} asks for."]
    versions = [next(iter(pin.specifier)).version for pin in present]
    bad = [v for v in versions if not requirement.specifier.contains(v, prereleases=True)]
    return (
        [f"{lock} pins {requirement.name} {bad[0]}, and {asker} asks for {requirement.specifier}."]
        if bad and len(bad) == len(versions)
        else []
    )


def _installed_problems(locked: dict[str, list[Requirement]], lock: str) -> list[str]:
    """Whatever a locked and installed package asks for on this system must be locked too."""
    wrong = []
    for name in locked:
        try:
            asked = requires(name) or []
        except PackageNotFoundError:
            continue
        for text in asked:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wrong += _unsatisfied(requirement, locked, lock, name)
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py lock", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if something no longer fits"
    )
    options = parser.parse_args(arguments)
    if not options.check:
        compile_locks(ROOT, options.upgrade)
        (ROOT / ENVIRONMENT).write_text(environment_yml(ROOT), encoding="utf-8", newline="\n")
    wrong = problems()
    print("\n".join(wrong) or "The locks and environment.yml follow from pyproject.toml.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
