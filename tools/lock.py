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

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
READER, TEST = "requirements.txt", "requirements-test.txt"
ENVIRONMENT = "environment.yml"
FORBIDDEN = ("scipy",)  # seaborn imports it when it is there: over a second more for every kernel


def compile_locks(root: Path, upgrade: bool) -> None:
    """Run uv for both locks; the test lock is held to the versions of the reader's."""
    common = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
              "--python-version", "3.11", "--custom-compile-command", "python3 course.py lock", *(["--upgrade"] if upgrade else [])]  # fmt: skip
    for rest in (["-o", READER], ["--extra", "test", "-c", READER, "-o", TEST]):
        done = subprocess.run(
            [*common, "pyproject.toml", *rest], cwd=root, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(
                f"uv could not make {rest[-1]}; nothing was changed in it. Its words:\n{done.stderr.strip()}"
            )


def pins(root: Path, lock: str) -> list[Requirement]:
    """The pinned requirements of a lock, markers included, in its order."""
    text = (root / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [re.split(r"\s+--hash=|\s+#", line)[0].strip() for line in text.splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def environment_yml(root: Path) -> str:
    """The text of environment.yml, from pyproject.toml and the reader's lock."""
    oldest = re.search(r"\d+\.\d+", project(root)["requires-python"])[0]
    lines = [
        "# Written by `python3 course.py lock` from requirements.txt; do not edit. For conda, mamba and Binder.",
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


def project(root: Path) -> dict:
    """The [project] table of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the locks and environment.yml, a sentence each; an empty list if nothing
    is.
    """
    found = []
    table = project(root)
    wanted = {
        READER: table["dependencies"],
        TEST: [*table["dependencies"], *table["optional-dependencies"]["test"]],
    }
    locked = {lock: {} for lock in wanted}
    for lock, requirements in wanted.items():
        text = (root / lock).read_text(encoding="utf-8")
        if re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b|://", text, re.M):
            found.append(f"{lock} names a package index: remove the line.")
        for pin in pins(root, lock):
            locked[lock].setdefault(canonicalize_name(pin.name), []).append(pin)
        hashed = len(re.findall(r"==[^\n]*\\\n\s+--hash=sha256:", text))
        if hashed != sum(map(len, locked[lock].values())):
            found.append(f"{lock}: a pin has no hash.")
        for text_ in requirements:
            found += _unsatisfied(Requirement(text_), locked[lock], lock, "pyproject.toml")
        found += [
            f"{lock} holds {name}, which must not be there."
            for name in FORBIDDEN
            if name in locked[lock]
        ]
        found += _installed_problems(locked[lock], lock)
    for name, reader in locked[READER].items():
        if sorted(map(str, locked[TEST].get(name, []))) != sorted(map(str, reader)):
            found.append(f"{TEST} and {READER} pin {name} differently.")
    if (root / ENVIRONMENT).read_text(encoding="utf-8") != environment_yml(root):
        found.append(f"{ENVIRONMENT} does not follow from {READER}.")
    return [f"{problem} Run `python3 course.py lock`." for problem in found]


def _unsatisfied(
    requirement: Requirement, locked: dict[str, list[Requirement]], lock: str, asker: str
) -> list[str]:
    found = locked.get(canonicalize_name(requirement.name), [])
    if not found:
        return [f"{lock} has no pin for {requirement.name}, which {asker} asks for."]
    versions = [next(iter(pin.specifier)).version for pin in found]
    bad = [v for v in versions if not requirement.specifier.contains(v, prereleases=True)]
    return (
        [f"{lock} pins {requirement.name} {bad[0]}, and {asker} asks for {requirement.specifier}."]
        if bad and len(bad) == len(versions)
        else []
    )


def _installed_problems(locked: dict[str, list[Requirement]], lock: str) -> list[str]:
    """Whatever a locked and installed package asks for on this system must be locked too."""
    found = []
    for name in locked:
        try:
            asked = requires(name) or []
        except PackageNotFoundError:
            continue
        for text in asked:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                found += _unsatisfied(requirement, locked, lock, name)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py lock", description=__doc__.splitlines()[0]
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
    found = problems()
    print("\n".join(found) or "The locks and environment.yml follow from pyproject.toml.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
