"""The wheel is whole: with it alone, in an empty folder, tables load, claims are judged, figures
and exercises work. The source distribution holds everything.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.lessons import LESSONS, ROOT

PROBE = """
import json, sys
import matplotlib
matplotlib.use("Agg")
import seaborn as sns
import helpers
from helpers import about, check, claims, finish, load, tables
from helpers.collection import current
from helpers.lessons import lesson_map
from helpers.setup_check import report

names = list(tables().index)
for name in names:
    load(name)
    about(name)._repr_html_()
ledger = claims.ledger()
verdicts = {claim: type(claims.judge(claim)).__name__ for claim in ledger.index}
ax = sns.lineplot(load("us_overdose_deaths").groupby("year")["deaths"].max())
finish(ax, title="The wheel draws", unit="deaths a year", source=["us_overdose_deaths"])
print(json.dumps({
    "helpers": helpers.__file__,
    "collection": str(current().root),
    "tables": len(names),
    "verdicts": verdicts,
    "wrong": check("02.1", "nonsense").message,
    "map": repr(lesson_map()),
    "set-up": report().heading,
}))
"""


def pythons() -> list[str]:
    """The Python that runs this, and those named in WHEEL_PYTHONS, of environments with the
    dependencies.
    """
    named = os.environ.get("WHEEL_PYTHONS", "").split(os.pathsep)
    return [sys.executable, *filter(None, named)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed, without its dependencies."""
    target = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(wheel)], check=True)
    return target


@pytest.mark.parametrize("python", pythons())
def test_the_wheel_works_in_an_empty_folder(python: str, installed: Path, tmp_path: Path) -> None:
    needs = "import matplotlib, networkx, pandas, seaborn, IPython"
    if subprocess.run([python, "-c", needs], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} lacks the dependencies")
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("HELPERS_COLLECTION", None)
    done = subprocess.run(
        [python, "-W", "error:::helpers", "-c", PROBE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert Path(answer["helpers"]).is_relative_to(installed)
    assert Path(answer["collection"]) == installed / "helpers" / "_collection"
    described = ROOT.glob("data/*/datapackage.json")
    resources = [json.loads(path.read_text(encoding="utf-8"))["resources"] for path in described]
    assert answer["tables"] == sum(map(len, resources))
    assert set(answer["verdicts"]) == {claim for lesson in LESSONS for claim in lesson.claims}
    assert "not yet" in answer["wrong"], "the key is in the wheel"
    assert len(answer["map"].splitlines()) == len(LESSONS)
    assert answer["set-up"] == "Everything is in place."
    assert not list(tmp_path.iterdir()), "nothing is written where a reader works"


LAB = """
import sys
from helpers import lab
lab.running = lambda root: None
lab.set_lab_defaults = lambda folder: None
lab.start_jupyterlab = lambda words: print(*words, sep="\\n") or 0
sys.exit(lab.main(["02"]))
"""


def run_installed(
    installed: Path, folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with the installed wheel in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("HELPERS_COLLECTION", None)
    command = [sys.executable, "-B", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def state(folder: Path) -> dict[str, int]:
    """The files below a folder and when each was changed, but for what Python compiled."""
    return {
        str(path): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.mark.parametrize(
    "command", ["describe", "refresh 02", "review 02", "moves 02", "translate es", "update health"]
)
def test_authors_commands_leave_the_installed_collection_alone(
    command: str, installed: Path, tmp_path: Path
) -> None:
    before = state(installed)
    done = run_installed(installed, tmp_path, "-m", "helpers", *command.split())
    assert done.returncode in (1, 2), done.stdout
    assert f"There is no collection here: neither {tmp_path} nor a folder" in done.stderr
    inside = installed / "helpers" / "_collection" / "notebooks"
    done = run_installed(installed, inside, "-m", "helpers", *command.split())
    assert f"There is no collection here: neither {inside} nor a folder" in done.stderr
    assert state(installed) == before and not list(tmp_path.iterdir())


def test_lab_copies_the_installed_lessons_into_the_working_folder(
    installed: Path, tmp_path: Path
) -> None:
    before = state(installed)
    done = run_installed(installed, tmp_path, "-c", LAB)
    assert done.returncode == 0, done.stderr
    work = tmp_path / "my_work"
    said = done.stdout.splitlines()
    assert said[0] == f"{work.as_posix()}/: {len(LESSONS)} lessons copied without their results."
    assert f"--ServerApp.root_dir={tmp_path}" in said
    assert f"--LabApp.default_url=/lab/tree/my_work/{LESSONS[2].path.name}" in said
    assert {path.name for path in work.glob("*.ipynb")} == {one.path.name for one in LESSONS}
    assert state(installed) == before
    again = run_installed(installed, work, "-c", LAB)
    assert f"--ServerApp.root_dir={tmp_path}" in again.stdout, "no my_work in my_work"


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "helpers",
        "marking",
        "links_in_the_chain",
    }
    assert "helpers/py.typed" in names
    assert not [name for name in names if name.endswith(("entry_points.txt", ".pyc"))]
    for folder in ("data", "notebooks"):
        for path in tracked(folder):
            assert f"helpers/_collection/{path}" in names


def test_the_source_distribution_holds_everything(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert set(tracked()) - names == set()


def tracked(folder: str = ".") -> list[str]:
    """The files that git keeps."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    done = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.split("\0") if name]
