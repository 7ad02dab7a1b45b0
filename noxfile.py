"""The maintainers' studies: `python3 course.py nox -l` lists them, `nox -s NAME` runs one, and what
follows `--` is handed to the program behind it.

Where a study needs other packages than the locked ones it gets an environment of its own, made by
uv; the others run in .venv.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
#: What each lock holds besides the package's own dependencies: extras that are published with it,
#: and dependency groups, which are not.
LOCKS = {
    "requirements.txt": (["lab"], []),
    "requirements-test.txt": (
        ["lab", "authors", "cluster"],
        ["build", "test", "site", "studies", "lint"],
    ),
}
ENVIRONMENT = """\
# Written by `python3 course.py nox -s lock` from requirements.txt; do not edit.
# For conda, mamba and Binder.
name: links-in-the-chain
channels:
  - conda-forge
dependencies:
  - python>=3.11,<3.15
  - pip
  - pip:
{pins}
      - -e .
"""

nox.options.sessions = []  # none of them runs unless it is named
nox.options.stop_on_first_error = True
in_venv = nox.session(venv_backend="none")


def python(session: nox.Session, *words: str, env: dict[str, str] | None = None) -> None:
    """Run the Python that runs nox, which is that of .venv."""
    session.run(sys.executable, *words, *session.posargs, env=env)


@in_venv
def lock(session: nox.Session) -> None:
    """Make the locks and environment.yml from pyproject.toml; `-- --upgrade` takes the newest.

    The locks are universal (every system and Python that pyproject.toml allows), hashed, and name
    no package index.
    """
    for name, (extras, groups) in LOCKS.items():
        words = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-annotate"]
        words += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", "-o", name]
        words += ["--custom-compile-command", "python3 course.py nox -s lock"]
        words += [part for extra in extras for part in ("--extra", extra)]
        words += [part for group in groups for part in ("--group", group)]
        if name != "requirements.txt":
            words += ["-c", "requirements.txt"]  # the tests run with the readers' versions
        python(session, "-m", "uv", "pip", "compile", "pyproject.toml", *words)
    (ROOT / "environment.yml").write_text(
        environment_yml(ROOT / "requirements.txt"), encoding="utf-8", newline="\n"
    )


def environment_yml(lock: Path) -> str:
    """The text of environment.yml: the pins of the readers' lock without their hashes."""
    pins = re.findall(r"^([\w.-]+==[^\\\n]+?) *\\?$", lock.read_text(encoding="utf-8"), re.M)
    quoted = ["      - '{}'".format(pin.replace("'", '"')) for pin in pins]
    return ENVIRONMENT.format(pins="\n".join(quoted))


@in_venv
def licenses(session: nox.Session) -> None:
    """Say whether every package has a license that pyproject.toml accepts."""
    python(session, "-m", "piplicenses")


@nox.session(venv_backend="uv")
@nox.parametrize("which", ["oldest", "newest", "ahead"], ids=["oldest", "newest", "ahead"])
def packages(session: nox.Session, which: str) -> None:
    """Run lessons and tests with the oldest or newest packages allowed, or those after them.

    Says which cells and tests end in an error, and which cells print other numbers. With Python
    3.11, nothing newer exists than the limits allow: for `ahead`, name another (--force-python).
    """
    groups = nox.project.dependency_groups(PROJECT, "build", "test")
    extras = PROJECT["project"]["optional-dependencies"]
    texts = [*PROJECT["project"]["dependencies"], *extras["lab"], *extras["authors"], *groups]
    if which == "ahead":
        texts = [re.sub(r",<[\d.]+", "", text) for text in texts]
    resolution = "lowest-direct" if which == "oldest" else "highest"
    session.install("--only-binary", ":all:", "--resolution", resolution, *texts)
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "tests/engine", "helpers")
    session.run("python", "-m", "helpers", "refresh", "--check", "--numbers", *session.posargs)


@in_venv
def systems(session: nox.Session) -> None:
    """Run `check` and more as readers elsewhere do: time zone, language, no network, read-only."""
    python(session, "-m", "pytest", "-m", "", "-v", "tests/campaigns/test_systems.py")


@in_venv
def mutants(session: nox.Session) -> None:
    """Break things on purpose, one at a time, and see that a check goes red."""
    python(session, "-m", "tests.campaigns.mutants")


@in_venv
def fuzz(session: nox.Session) -> None:
    """Give each test with odd input two thousand inputs instead of 25."""
    files = ["engine/test_fuzz.py", "engine/test_fuzz_files.py", "marking/test_fuzz.py"]
    paths = [f"tests/{name}" for name in files]
    python(session, "-m", "pytest", "-m", "", *paths, env={"FUZZ": "2000"})


@in_venv
def long(session: nox.Session) -> None:
    """Run the tests that `test` leaves out because they take more than ten seconds."""
    python(session, "-m", "tools", "test", "-m", "long")


@in_venv
def colab(session: nox.Session) -> None:
    """Run the copies for Google Colab with the Python and the packages that it had."""
    python(session, "-m", "pytest", "-m", "long", "-v", "tests/web/test_colab.py")


@in_venv
def accessibility(session: nox.Session) -> None:
    """Check each lesson as a web page with axe-core in Chromium; `-- 02` checks one."""
    python(session, "-m", "tests.campaigns.accessibility")


@in_venv
def browser(session: nox.Session) -> None:
    """Run every lesson in Chromium, in the browser edition on an older Pyodide; `-- -k 02` one."""
    python(session, "-m", "pytest", "-q", "tests/web/lessons_in_chromium.py")


@in_venv
def cells(session: nox.Session) -> None:
    """Time each lesson in a kernel of its own: to the first figure, and the CPU of its cells.

    `-- 5 02` runs lesson 02 five times (default: all lessons, three times). On a quiet machine.
    """
    python(session, "-m", "tests.campaigns.cells")


@nox.session(venv_backend="uv")
def bench(session: nox.Session) -> None:
    """Time the strict re-run of the lessons, nbval, nbmake and nbconvert, and measure the limit.

    The ways take turns, `-- 5` times each (default: 3). Measure on a quiet machine.
    """
    session.env["PYTHONDONTWRITEBYTECODE"] = ""  # nobody measures how long Python compiles
    session.install("--compile-bytecode", "-r", "requirements-test.txt")
    session.install("--no-deps", "--no-build-isolation", "-e", ".", "-e", "tools/nbval-strict")
    session.install("--compile-bytecode", "pyperf", "nbmake")
    lessons = [str(path) for path in sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))]
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    spread = ["-n", "auto", "--dist", "loadscope"]
    strict = [*pytest, "-p", "nbval_strict", "--nbval-strict", "-n", "auto"]
    ways = {
        "nbval-strict, warm kernels": [*strict, "--nbval-strict-warm"],
        "nbval-strict": strict,
        "nbval": [*pytest, "--noconftest", "--nbval"],
        "nbval, as many workers": [*pytest, "--noconftest", "--nbval", *spread],
        "nbmake, as many workers": [*pytest, "--noconftest", "--nbmake", *spread],
        "nbconvert": ["-m", "nbconvert", "--execute", "--to", "notebook", "--output-dir"],
    }
    ways["nbconvert"].append(session.create_tmp())
    results = Path(session.create_tmp()) / "bench.json"
    results.unlink(missing_ok=True)
    once = ["--quiet", "--processes=1", "--values=1", "--warmups=0", "--loops=1"]
    for _ in range(int(session.posargs[0]) if session.posargs else 3):
        for name, words in ways.items():
            into = [f"--append={results}", f"--name={name}"]
            command = ["python", "-m", "pyperf", "command", *once, *into, "--", "python"]
            session.run(*command, *words, *lessons)
        session.run("python", "-m", "tests.campaigns.limit")
    session.run("python", "-m", "pyperf", "metadata", "--quiet", str(results))
    session.run("python", "-m", "pyperf", "stats", "--quiet", str(results))


@nox.session(venv_backend="uv")
def audit(session: nox.Session) -> None:
    """Ask which locked packages have known weaknesses."""
    session.install("pip-audit")
    session.run("pip-audit", "--disable-pip", "--require-hashes", "-r", "requirements-test.txt")
