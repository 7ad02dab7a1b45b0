"""The locks fit pyproject.toml, environment.yml follows from them, and what should be reported is
reported.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import course
from tests.lessons import ROOT
from tools import lock

FILES = ("pyproject.toml", "requirements.txt", "requirements-test.txt", "environment.yml")


def test_nothing_is_wrong() -> None:
    assert lock.problems() == []


def test_fixed_packages_are_direct_dependencies_with_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r'^    "([A-Za-z0-9_-]+)[<>=][^"]*",\s*# (.+)$', text, re.M)
    named = {name for name, _ in listed}
    asked = {
        Requirement(text).name
        for text in lock.requirements(ROOT, lock.EXTRAS[lock.TEST], lock.GROUPS[lock.TEST])
    }
    assert {"jupyterlab", "pandas", "seaborn", "nbval", "ruff"} <= asked
    assert {"nbval", "setuptools", "jupyterlab"}.isdisjoint(
        Requirement(text).name for text in lock.project(ROOT)["dependencies"]
    ), "a reader's package asks for what only some need"
    assert asked <= named, "a direct dependency has no comment that says what for"
    assert all(len(reason) > 12 for _, reason in listed)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, pattern: str, new: str) -> list[str]:
    """The problems found after one change to one file of a copy."""
    text = (folder / name).read_text(encoding="utf-8")
    changed, count = re.subn(pattern, new, text, count=1)
    assert count == 1 and changed != text
    (folder / name).write_text(changed, encoding="utf-8")
    return lock.problems(folder)


@pytest.mark.parametrize(
    ("name", "pattern", "new", "message"),
    [
        (
            "requirements.txt",
            r"seaborn==[^\n]*\\\n(    --hash=[^\n]*\n)+",
            "",
            "requirements.txt has no pin for seaborn, which pyproject.toml asks for",
        ),
        (
            "requirements.txt",
            r"pandas==[0-9.]+",
            "pandas==2.1.0",
            "requirements.txt pins pandas 2.1.0, and pyproject.toml asks for",
        ),
        (
            "requirements.txt",
            r"tornado==[^\n]*\\\n(    --hash=[^\n]*\n)+",
            "",
            "requirements.txt has no pin for tornado, which",
        ),
        ("requirements-test.txt", r"numpy==[0-9.]+", "numpy==2.3.0", "pin numpy differently"),
        (
            "requirements.txt",
            r"(anyio==)",
            r"scipy==1.16.0 \\\n    --hash=sha256:00\n\1",
            "holds scipy, which must not be there",
        ),
        (
            "requirements.txt",
            r"(anyio==[^\s]+ )\\\n(    --hash=[^\n]*\n)+",
            r"\1\n",
            "a pin has no hash",
        ),
        (
            "requirements.txt",
            r"(anyio==)",
            r"--index-url https://example.org/simple\n\1",
            "names a package index",
        ),
        (
            "pyproject.toml",
            r'"pandas>=2.2.2,<4"',
            '"pandas>=4"',
            "pins pandas .*, and pyproject.toml asks for >=4",
        ),
        (
            "pyproject.toml",
            r'("pytest>=8.4")',
            r'\1,\n    "polars>=1"',
            "requirements-test.txt has no pin for polars",
        ),
        (
            "environment.yml",
            r"seaborn==[0-9.]+",
            "seaborn==0.13.1",
            "environment.yml does not follow from requirements.txt",
        ),
    ],
)
def test_a_problem_is_reported(copy: Path, name: str, pattern: str, new: str, message: str) -> None:
    assert lock.problems(copy) == []
    problems = change(copy, name, pattern, new)
    assert any(re.search(message, problem) for problem in problems), problems


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
    assert [str(Requirement(p)) for p in pinned] == [str(p) for p in lock.pins(ROOT, lock.READER)]


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
    missing = without_wheel(ROOT / lock.TEST, python, system, tmp_path)
    assert not missing, (
        f"hold the package back under [tool.uv] in pyproject.toml and run `python3 "
        f"course.py lock`:\n{missing}"
    )


def test_a_pin_without_a_wheel_is_seen(tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("argon2-cffi-bindings==26.2.0\n", encoding="utf-8")
    assert without_wheel(tmp_path / "pins.txt", "3.12", "aarch64-apple-darwin", tmp_path) == ""
    assert "no usable wheels" in without_wheel(
        tmp_path / "pins.txt", "3.12", "x86_64-apple-darwin", tmp_path
    )
