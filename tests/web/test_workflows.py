"""The workflows in .github: their form, their weaknesses, and what their longer steps do.

GitHub itself is not reached: its schema of workflows is in check-jsonschema, and a stand-in takes
the place of its program `gh`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from course import caller, say
from tests.lessons import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yml")
}
GREEN = "github.event.workflow_run.conclusion == 'success'"


def refused(folder: Path) -> str:
    """What check-jsonschema and zizmor say of the workflows in a folder; empty if nothing."""
    files = sorted(map(str, folder.glob("*.yml")))
    schema = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert zizmor, "zizmor is in the locks; set up .venv with: python3 course.py test"
    said = ""
    for command in (
        [sys.executable, *schema, *files],
        [zizmor, "--offline", "--quiet", "--no-progress", "--min-severity", "medium", *files],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        said += done.stdout + done.stderr if done.returncode else ""
    return said


def test_workflows_are_well_formed_and_safe() -> None:
    assert refused(FOLDER) == ""


#: Changes to a workflow, and what is said of each.
FORM = [
    ("publish", "runs-on:", "run-on:", "runs-on"),
    ("publish", "needs: pages", "need: pages", "'need'"),
    ("release", "timeout-minutes: 15", "timeout-minutes: soon", "soon"),
]
WEAKNESS = [
    ("check", "\n  contents: read", " write-all", "excessive-permissions"),
    ("release", "08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "main", "unpinned-uses"),
    ("publish", "$RUN", "${{ github.event.workflow_run.head_branch }}", "template-injection"),
]


@pytest.mark.parametrize("changes", [FORM, WEAKNESS], ids=["form", "weakness"])
def test_what_is_wrong_in_a_workflow_is_seen(
    tmp_path: Path, changes: list[tuple[str, str, str, str]]
) -> None:
    for number, (workflow, old, new, _) in enumerate(changes):
        text = (FOLDER / f"{workflow}.yml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / f"{number}.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    said = refused(tmp_path)
    assert [change for change in changes if change[-1] not in said] == []


def may_write(workflow: dict[str, Any], job: dict[str, Any]) -> bool:
    granted = job.get("permissions", workflow.get("permissions"))
    return granted is None or "write" in str(granted)


def waits(workflow: dict[str, Any], name: str) -> bool:
    """Whether a job runs only after everything in `check` was green."""
    job = workflow["jobs"][name]
    needs = job.get("needs", [])
    needs = [needs] if isinstance(needs, str) else needs
    return GREEN in str(job.get("if")) or any(
        workflow["jobs"][one].get("uses") == "./.github/workflows/check.yml" or waits(workflow, one)
        for one in needs
    )


def test_nothing_is_published_while_a_test_is_red() -> None:
    writing = [
        (title, name)
        for title, workflow in WORKFLOWS.items()
        for name, job in workflow["jobs"].items()
        if may_write(workflow, job)
    ]
    assert len(writing) >= 3
    assert [one for one in writing if not waits(WORKFLOWS[one[0]], one[1])] == []


def test_every_job_ends_and_knows_what_it_may() -> None:
    for title, workflow in WORKFLOWS.items():
        assert "permissions" in workflow and "concurrency" in workflow, title
        for name, job in workflow["jobs"].items():
            assert "uses" in job or job["timeout-minutes"] <= 60, f"{title}, {name}"


def test_an_action_has_one_version_everywhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml"))
    used = set(re.findall(r"uses: (\S+)@(\w+ # v[\d.]+)", text))
    assert len(used) == len({action for action, _ in used}) >= 6


def test_workflows_call_commands_that_there_are() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml"))
    called = set(re.findall(r"course\.py (\w+)", text))
    known = set(re.findall("^ +" + re.escape(caller()) + r" (\w+)", say("help"), re.M))
    assert {"test", "package"} <= called <= known


def script(workflow: str, job: str, name: str) -> str:
    steps = WORKFLOWS[workflow]["jobs"][job]["steps"]
    (step,) = [step for step in steps if step.get("name") == name]
    return str(step["run"])


def bash(text: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub runs it on Linux."""
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"} | variables
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


#: A stand-in for `gh`. Green runs: 1 of main, 12 of the commit c12; open: 12, 13 (not green yet).
GH = """#!/usr/bin/env bash
case "$*" in
  "run list"*"--branch main --event push"*) echo $MAIN ;;
  "run list"*"--commit c12 --event pull_request"*) echo 12 ;;
  "run list"*) ;;
  "pr list"*) printf '12 c12\\n13 c13\\n' ;;
  "run download"*) mkdir -p "$7"; echo "run $3" > "$7/index.html" ;;
  *) echo "unknown: $*"; exit 1 ;;
esac
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="these steps run on Linux alone")


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    return tmp_path


@linux
def test_main_and_green_pull_requests_are_collected(stand_in: Path) -> None:
    collect = script("publish", "pages", "Collect the site of main and the previews")
    done = bash(collect, stand_in, MAIN="1")
    assert done.returncode == 0, done.stderr
    pages = {
        path.relative_to(stand_in / "public").as_posix(): path.read_text().strip()
        for path in (stand_in / "public").rglob("*.html")
    }
    assert pages == {"index.html": "run 1", "preview/12/index.html": "run 12"}


@linux
def test_without_a_green_main_nothing_is_published(stand_in: Path) -> None:
    collect = script("publish", "pages", "Collect the site of main and the previews")
    done = bash(collect, stand_in, MAIN="")
    assert done.returncode == 1 and "push to main first" in done.stdout
    assert not (stand_in / "public").exists()


@linux
@pytest.mark.parametrize(("tag", "code"), [("v{}", 0), ("v{}.1", 1), ("{}", 1)])
def test_a_release_has_the_version_of_its_tag(tag: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "python").symlink_to(sys.executable)
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version
    done = bash(
        script("release", "release", "The tag is the version"),
        tmp_path,
        GITHUB_REF_NAME=tag.format(version[1]),
    )
    assert done.returncode == code, done.stderr
