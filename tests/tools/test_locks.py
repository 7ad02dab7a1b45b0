"""The locks fit pyproject.toml, environment.yml follows from them, and each pin can be installed.

`python3 course.py nox -s lock` makes the three files; these tests need no network but for the
wheels.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import course
import noxfile
from tests.lessons import ROOT

FILES = ("pyproject.toml", "requirements.txt", "requirements-test.txt", "environment.yml")
READER, TEST = noxfile.LOCKS


def pins(lock: Path) -> dict[str, list[Requirement]]:
    """The pinned requirements of a lock by name, markers included."""
    listed: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[\w.-]+==[^\\\n]+", lock.read_text(encoding="utf-8"), re.M):
        listed.setdefault(canonicalize_name(Requirement(line).name), []).append(Requirement(line))
    return listed


def asked_for(root: Path, lock: str) -> list[Requirement]:
    """What pyproject.toml wants in a lock."""
    content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = noxfile.LOCKS[lock]
    texts = list(content["project"]["dependencies"])
    texts += [text for name in extras for text in content["project"]["optional-dependencies"][name]]
    texts += [text for name in groups for text in content["dependency-groups"][name]]
    return [Requirement(text) for text in texts]


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the locks and environment.yml."""
    wrong = []
    for lock in (READER, TEST):
        locked, text = pins(root / lock), (root / lock).read_text(encoding="utf-8")
        if re.search(r"^\s*-(i|f|-index-url|-extra-index-url|-find-links)\b|://", text, re.M):
            wrong.append(f"{lock} names a package index")
        hashed = len(re.findall(r"==[^\n]*\\\n\s+--hash=sha256:", text))
        if hashed != sum(map(len, locked.values())):
            wrong.append(f"{lock}: a pin has no hash")
        if "scipy" in locked:  # seaborn would import it: a second more for every kernel
            wrong.append(f"{lock} holds scipy")
        for asked in asked_for(root, lock):
            versions = [
                next(iter(pin.specifier)).version for pin in locked.get(asked.name.lower(), [])
            ]
            if not any(asked.specifier.contains(one, prereleases=True) for one in versions):
                wrong.append(f"{lock} has {versions} of {asked.name}, asked for: {asked.specifier}")
    reader, test = pins(root / READER), pins(root / TEST)
    for name, listed in reader.items():
        # Their markers may differ: the tests may ask for a package on more systems.
        if {one.specifier for one in listed} != {one.specifier for one in test.get(name, [])}:
            wrong.append(f"{TEST} and {READER} pin {name} differently")
    written = (root / "environment.yml").read_text(encoding="utf-8")
    if written != noxfile.environment_yml(root / READER):
        wrong.append(f"environment.yml does not follow from {READER}")
    return wrong


def test_nothing_is_wrong() -> None:
    assert problems() == [], "run `python3 course.py nox -s lock`"


def test_what_locked_packages_ask_for_is_locked_too() -> None:
    """In .venv, that is: pip finds nothing missing and nothing of another version."""
    command = [sys.executable, "-m", "uv", "pip", "check", "--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_fixed_packages_are_direct_dependencies_with_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r'^    "([A-Za-z0-9_-]+)[<>=][^"]*",\s*# (.+)$', text, re.M)
    asked = {requirement.name for requirement in asked_for(ROOT, TEST)}
    assert asked <= {name for name, _ in listed}, "a direct dependency does not say what for"
    assert all(len(reason) > 12 for _, reason in listed)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


WHOLE_PIN = r"{}==[^\n]*\\\n(    --hash=[^\n]*\n)+"


@pytest.mark.parametrize(
    ("name", "pattern", "new", "message"),
    [
        (READER, WHOLE_PIN.format("seaborn"), "", "has [] of seaborn"),
        (READER, r"pandas==[0-9.]+", "pandas==2.1.0", "has ['2.1.0'] of pandas, asked for: "),
        (TEST, r"numpy==[0-9.]+", "numpy==2.3.0", "pin numpy differently"),
        (READER, r"(anyio==)", r"scipy==1.16.0 \\\n    --hash=sha256:00\n\1", "holds scipy"),
        (READER, r"(anyio==[^\s]+ )\\\n(    --hash=[^\n]*\n)+", r"\1\n", "a pin has no hash"),
        (READER, r"(anyio==)", r"--index-url https://example.org\n\1", "names a package index"),
        (FILES[0], r'("pytest>=8.4")', r'\1,\n    "polars>=1"', f"{TEST} has [] of polars"),
        (FILES[3], r"seaborn==[0-9.]+", "seaborn==0.13.1", "environment.yml does not follow"),
    ],
)
def test_a_problem_is_seen(copy: Path, name: str, pattern: str, new: str, message: str) -> None:
    text = (copy / name).read_text(encoding="utf-8")
    changed, count = re.subn(pattern, new, text, count=1)
    assert count == 1 and problems(copy) == []
    (copy / name).write_text(changed, encoding="utf-8")
    assert any(message in problem for problem in problems(copy)), problems(copy)


def test_conda_specifications_parse() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    *conda, pip = environment["dependencies"]
    for spec in conda:
        name, constraint = re.fullmatch(r"([a-z0-9_-]+)(.*)", spec).groups()
        SpecifierSet(constraint)
        assert name in ("python", "pip")
    assert not SpecifierSet(conda[0].removeprefix("python")).contains(
        f"{course.NEWEST[0]}.{course.NEWEST[1] + 1}"
    ), "course.NEWEST and environment.yml differ"
    assert sys.version_info[:2] >= (3, 11) and SpecifierSet(
        conda[0].removeprefix("python")
    ).contains(".".join(map(str, sys.version_info[:3])))
    *pinned, project = pip["pip"]
    assert project == "-e ."
    locked = [str(pin) for listed in pins(ROOT / READER).values() for pin in listed]
    assert sorted(str(Requirement(pin)) for pin in pinned) == sorted(locked)


@pytest.mark.long
def test_the_pip_section_can_be_installed(tmp_path: Path) -> None:
    """Pip resolves exactly what conda would hand to it (asked only; nothing is installed)."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    file = tmp_path / "pip.txt"
    file.write_text("\n".join(environment["dependencies"][-1]["pip"]) + "\n", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            str(file),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def without_wheel(requirements: Path, python: str, system: str, target: Path) -> str:
    """Uv's words on the pins that have no wheel for a Python and a system, or an empty text (the
    index is asked; nothing is installed).
    """
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--dry-run",
        "--quiet",
        "--native-tls",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--python-version",
        python,
        "--python-platform",
        system,
    ]
    done = subprocess.run(
        [*command, "--target", str(target), "-r", str(requirements)],
        cwd=target,
        capture_output=True,
        text=True,
    )
    if "Failed to fetch" in done.stderr or "Could not connect" in done.stderr:
        pytest.skip("the package index is out of reach, so the wheels cannot be looked up")
    return done.stderr[-2000:] if done.returncode else ""


@pytest.mark.long
@pytest.mark.parametrize(
    "system",
    [
        "x86_64-manylinux_2_28",
        "aarch64-unknown-linux-gnu",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
        "windows",
    ],
)
@pytest.mark.parametrize(
    "python", [".".join(map(str, version)) for version in (course.OLDEST, course.NEWEST)]
)
def test_every_pin_has_a_wheel(system: str, python: str, tmp_path: Path) -> None:
    """course.py installs wheels only: a pin without one shuts out everybody on that system."""
    missing = without_wheel(ROOT / TEST, python, system, tmp_path)
    assert not missing, (
        f"hold the package back under [tool.uv] in pyproject.toml and run `python3 "
        f"course.py nox -s lock`:\n{missing}"
    )


@pytest.mark.long
def test_a_pin_without_a_wheel_is_seen(tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("argon2-cffi-bindings==26.2.0\n", encoding="utf-8")
    assert without_wheel(tmp_path / "pins.txt", "3.12", "aarch64-apple-darwin", tmp_path) == ""
    assert "no usable wheels" in without_wheel(
        tmp_path / "pins.txt", "3.12", "x86_64-apple-darwin", tmp_path
    )
