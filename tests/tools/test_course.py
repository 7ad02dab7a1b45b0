"""course.py: readable by any Python 3, careful with what is not its own, and clear when something
is missing.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

import course
from tests.lessons import LESSONS, NOTEBOOKS, ROOT

SOURCE = (ROOT / "course.py").read_text(encoding="utf-8")
WANT = {"project": "/p", "python": "3.11", "package": "1", "warm": "0", "reader": "2", "test": "3"}
TOO_NEW = (
    ast.JoinedStr,
    ast.AnnAssign,
    ast.NamedExpr,
    ast.AsyncFunctionDef,
    ast.Await,
    ast.YieldFrom,
    ast.Match,
    ast.Starred,
    ast.MatMult,
    ast.TryStar,
)


def test_parses_on_any_python_3() -> None:
    for node in ast.walk(ast.parse(SOURCE)):
        assert not isinstance(node, TOO_NEW), (
            f"line {getattr(node, 'lineno', '?')}: {type(node).__name__} is newer than Python 3.0"
        )
        assert not (isinstance(node, ast.Raise) and node.cause), (
            f"line {node.lineno}: 'raise ... from' is newer than Python 3.0"
        )
        assert not (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int)
            and "_" in (ast.get_source_segment(SOURCE, node) or "")
        ), "1_000 is newer"
        assert not (isinstance(node, ast.arguments) and node.posonlyargs)


def test_only_the_standard_library() -> None:
    """And only modules that every Python 3 has; mypy alone sees the block `if MYPY`."""
    tree = ast.parse(SOURCE)
    tree.body = [node for node in tree.body if not ast.unparse(node).startswith("if MYPY:")]
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def old_pythons() -> list[str]:
    """Interpreters older than 3.11 that can be found on this machine."""
    places = [
        *Path.home().glob(".pyenv/versions/3.*/bin/python3"),
        *(Path(p) for v in range(4, 11) if (p := shutil.which(f"python3.{v}"))),
    ]
    versions = {
        str(p): subprocess.run(
            [p, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True
        ).stdout.strip()
        for p in places
    }
    return sorted(p for p, minor in versions.items() if minor.isdigit() and int(minor) < 11)


def test_an_old_python_is_told_so() -> None:
    with pytest.raises(
        course.StopError,
        match=r"too old: it is 3.8, and 3.11 or newer \(up to 3.14\) is needed, from python.org",
    ):
        course.check_python((3, 8, 1))
    for python in old_pythons():
        done = subprocess.run(
            [python, "course.py", "lab"], cwd=ROOT, capture_output=True, text=True
        )
        assert (
            done.returncode == 2 and "too old" in done.stderr and "Traceback" not in done.stderr
        ), f"{python}: {done.stderr}"


def test_a_python_newer_than_the_locks_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["course.py", "test"])
    for system, command in (
        ("posix", "python3.14 course.py test"),
        ("nt", "py -3.14 course.py test"),
    ):
        monkeypatch.setattr(os, "name", system)
        with pytest.raises(
            course.StopError,
            match=(
                f"too new: it is 3.15, and the packages are locked for 3.11 to 3.14, from "
                f"python.org. Then: {command}$"
            ),
        ):
            course.check_python((3, 15, 0))


def test_a_python_without_venv_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(course.StopError, match="install python3-venv"):
        course.check_python(sys.version_info)


def test_messages_show_the_callers_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["course.py", "lab"])
    monkeypatch.setattr(os, "name", "nt")
    assert course.caller() == "py course.py"
    monkeypatch.setattr(os, "name", "posix")
    assert course.caller() == "python3 course.py"
    assert course.try_again() == " Then: python3 course.py lab"
    monkeypatch.setattr(sys, "argv", ["/a b é/course.py", "test", "-k", "rates"])
    assert course.try_again() == ' Then: python3 "/a b é/course.py" test -k rates'


def test_unknown_command_lists_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(
        course.StopError, match="no command 'labb': use one of lab, test, notebooks"
    ):
        course.main(["labb"])
    assert course.main([]) == 0
    described = capsys.readouterr().out
    assert all(f" {command}" in described for command in course.COMMANDS)


def test_every_command_has_its_program() -> None:
    for command in course.MARKING:
        assert (ROOT / "marking" / f"{command}.py").is_file()
    for command in course.TOOLS:
        assert (ROOT / "tools" / f"{command}.py").is_file() or (
            ROOT / "tools" / command / "__main__.py"
        ).is_file()


@pytest.mark.parametrize(
    ("stamp", "kind", "step"),
    [
        (None, "reader", "build"),
        ({**WANT, "complete": False}, "reader", "build"),
        ({**WANT, "complete": True}, "reader", "nothing"),
        ({**WANT, "complete": True}, "test", "nothing"),
        ({**WANT, "complete": True, "test": ""}, "reader", "nothing"),
        ({**WANT, "complete": True, "test": ""}, "test", "add"),
        ({**WANT, "complete": True, "test": "old"}, "test", "build"),
        ({**WANT, "complete": True, "test": "unfinished"}, "reader", "nothing"),
        ({**WANT, "complete": True, "test": "unfinished"}, "test", "build"),
        ({**WANT, "complete": True, "python": "3.13"}, "reader", "build"),
        ({**WANT, "complete": True, "reader": "old"}, "reader", "build"),
        ({**WANT, "complete": True, "project": "/elsewhere"}, "reader", "build"),
        ({**WANT, "complete": True, "package": "old"}, "reader", "package"),
    ],
)
def test_when_the_environment_is_stale(stamp: dict | None, kind: str, step: str) -> None:
    assert course.next_step(stamp, WANT, kind) == step


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a b é" / ".venv"
    monkeypatch.setattr(course, "VENV", str(folder))
    monkeypatch.setattr(course, "STAMP", str(folder / "links-in-the-chain.json"))
    return folder


def test_a_foreign_environment_is_left_alone(venv: Path) -> None:
    assert course.read_stamp() is None
    venv.mkdir(parents=True)
    (venv / "precious").write_text("mine")
    with pytest.raises(course.StopError, match="was not made by this program, so it is left alone"):
        course.set_up("reader")
    assert (venv / "precious").read_text() == "mine"


def test_a_file_named_like_the_environment_is_left_alone(venv: Path) -> None:
    venv.parent.mkdir(parents=True)
    venv.write_text("mine")
    with pytest.raises(course.StopError, match="was not made by this program"):
        course.set_up("reader")
    assert venv.read_text() == "mine"


def test_own_unfinished_environment_is_replaced(venv: Path) -> None:
    (venv / "lib" / "half").mkdir(parents=True)
    (venv / "pip.log").write_text("old")
    course.write_stamp({"complete": False})
    course.build_venv()
    assert not (venv / "lib" / "half").exists() and not (venv / "pip.log").exists()
    assert json.loads(Path(course.STAMP).read_text()) == {"complete": False}
    course.write_stamp({**course.expected(), "complete": True})
    assert course.read_stamp()["complete"]
    Path(course.venv_python()).unlink()
    assert course.read_stamp() is None, "an environment whose Python is gone is stale"


def test_an_environment_that_cannot_be_emptied_stays_ours(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (venv / "lib").mkdir(parents=True)
    course.write_stamp({"complete": True})

    def locked(path: str) -> None:
        raise PermissionError(13, "used by another process", path)

    monkeypatch.setattr(shutil, "rmtree", locked)
    with pytest.raises(course.StopError, match=r"cannot be emptied .*Close JupyterLab"):
        course.build_venv()
    assert course.read_stamp() is None and (venv / "lib").is_dir()


@pytest.mark.parametrize(("began_unpacking", "test"), [(False, ""), (True, "unfinished")])
def test_a_reader_keeps_the_environment_when_the_test_packages_do_not_come(
    venv: Path, monkeypatch: pytest.MonkeyPatch, began_unpacking: bool, test: str
) -> None:
    """Without a network, `test` must not take away what `lab` works with."""
    ready = {**course.expected(), "complete": True, "test": ""}
    venv.mkdir(parents=True)
    course.write_stamp(ready)
    monkeypatch.setattr(
        course, "read_stamp", lambda: json.loads(Path(course.STAMP).read_text(encoding="utf-8"))
    )

    def no_network(arguments: list, total: int, unpacking: object = None) -> None:
        if began_unpacking:
            unpacking()
        raise course.StopError("The package index could not be reached")

    monkeypatch.setattr(course, "install", no_network)
    with pytest.raises(course.StopError, match="could not be reached"):
        course.set_up("test")
    assert course.read_stamp() == {**ready, "test": test}
    assert course.next_step(course.read_stamp(), course.expected(), "reader") == "nothing"


def test_line_ends_do_not_make_it_stale(tmp_path: Path) -> None:
    for name, text in (("unix", b"a\nb\n"), ("windows", b"a\r\nb\r\n")):
        (tmp_path / name).write_bytes(text)
    assert course.fingerprint(str(tmp_path / "unix")) == course.fingerprint(
        str(tmp_path / "windows")
    )


def test_long_paths_are_warned_of_on_windows() -> None:
    assert course.check_path("C:\\chain", True) == ""
    assert "Windows stops at 260" in course.check_path("C:\\" + "x" * 100, True)
    assert course.check_path("/" + "x" * 100, False) == ""


def test_longest_path_is_still_true() -> None:
    packages = Path(sysconfig.get_path("purelib"))
    longest = max(
        len(str(p.relative_to(packages))) for p in packages.rglob("*") if p.is_file()
    ) + len("Lib\\site-packages\\")
    assert longest <= course.LONGEST_PATH + 5, (
        f"the longest path below .venv is {longest}: set course.LONGEST_PATH"
    )


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (
            "ERROR: No matching distribution found for pyzmq==27.0",
            "no ready-made wheel of pyzmq==27.0 for Python",
        ),
        (
            "NewConnectionError: failed\nERROR: No matching distribution found for pyzmq==27.0",
            "package index could not be reached",
        ),
        (
            (
                "SSLError(SSLCertVerificationError())\nERROR: No matching distribution found "
                "for six==1"
            ),
            "proxy and certificate",
        ),
        (
            (
                "ERROR: Could not find a version (from versions: none)\nERROR: No matching "
                "distribution found for six==1"
            ),
            "offers no six==1 at all",
        ),
        (
            (
                "ERROR: Could not find a version (from versions: 2.5.2)\nERROR: No matching "
                "distribution found for numpy==2.4.6"
            ),
            "no ready-made wheel of numpy==2.4.6",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "its hash differs",
        ),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("something else", "pip failed; its last lines are below"),
    ],
)
def test_failures_of_pip_are_explained(log: str, sentence: str) -> None:
    assert sentence in course.explain(log)


def test_what_leads_python_astray_is_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSAFEPATH",
        "PIP_USER",
        "PIP_TARGET",
        "PYTHONDONTWRITEBYTECODE",
    ):
        monkeypatch.setenv(name, "1")
    assert not {"PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PIP_USER", "PIP_TARGET"} & set(
        course.clean_environment()
    )
    assert "PYTHONDONTWRITEBYTECODE" not in course.set_up_environment()
    assert course.set_up_environment()["PIP_USER"] == "0", "a pip.conf with `user = true` would win"


def test_lessons_are_copied_without_results_and_never_over_a_copy(tmp_path: Path) -> None:
    target = tmp_path / "my_work"
    made, kept = course.copy_lessons(str(NOTEBOOKS), str(target))
    assert made == [lesson.path.name for lesson in LESSONS] and kept == []
    for lesson in LESSONS:
        mine = json.loads((target / lesson.path.name).read_text(encoding="utf-8"))
        assert all(
            cell["outputs"] == [] and cell["execution_count"] is None
            for cell in mine["cells"]
            if cell["cell_type"] == "code"
        )
        assert [cell["source"] for cell in mine["cells"]] == [
            cell["source"] for cell in lesson.notebook["cells"]
        ]
        assert [cell["id"] for cell in mine["cells"]] == [
            cell["id"] for cell in lesson.notebook["cells"]
        ]
    glossary = target / "glossary.md"
    assert glossary.read_bytes() == (NOTEBOOKS / "glossary.md").read_bytes(), (
        "the links of the copies lead nowhere"
    )
    (target / made[0]).write_text("my own notes")
    (target / made[1]).unlink()
    glossary.write_text("an older edition")
    again, kept = course.copy_lessons(str(NOTEBOOKS), str(target))
    assert glossary.read_bytes() == (NOTEBOOKS / "glossary.md").read_bytes(), (
        "the glossary is ours: the present one replaces an older one"
    )
    assert again == [made[1]] and kept == [name for name in made if name != made[1]]
    assert (target / made[0]).read_text() == "my own notes"


def test_lab_reads_our_defaults(tmp_path: Path) -> None:
    """As the server of JupyterLab hands them to the page: the names are still its own, and the
    values are ours.
    """
    from jupyterlab_server.settings_utils import get_settings

    def properties(plugin: str) -> dict:
        settings, _ = get_settings(
            str(tmp_path / "share" / "jupyter" / "lab" / "settings"),
            str(schemas),
            str(tmp_path),
            schema_name=plugin,
        )
        return settings["schema"]["properties"]

    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    before = {plugin: properties(plugin) for plugin in course.LAB_DEFAULTS}
    course.set_lab_defaults(str(tmp_path))
    for plugin, values in course.LAB_DEFAULTS.items():
        for name, value in values.items():
            old = before[plugin][name]["default"]
            assert not isinstance(value, dict) or set(value) == set(old), (
                f"{plugin}: {name} has other parts now"
            )
            assert properties(plugin)[name]["default"] == value != old


def test_kernels_are_forked_unless_plain_ones_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(course, "hand_over", lambda arguments: arguments)
    forked, plain = (
        course.run_tests(["notebooks"], True),
        course.run_tests(["notebooks", "--plain"], True),
    )
    assert (
        "tests.plugins.warm" in forked
        and "tests.plugins.warm" not in plain
        and "--plain" not in plain
    )
    assert {"--nbval", "--no-loadscope-reorder", "notebooks"} <= set(forked) & set(plain)


def test_one_lesson_is_checked_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "hand_over", lambda arguments: arguments)
    command = course.check(["06", "-x"])
    assert command[-2:] == ["notebooks/06_seizures.ipynb", "-x"] and "-n" not in command
    for wrong in ([], ["6"], ["77"], ["06", "77"]):
        with pytest.raises(course.StopError, match="Which lesson"):
            course.check(wrong)


def test_readme_names_only_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"course\.py (\w+)", readme)) <= set(course.COMMANDS)


@pytest.mark.parametrize(
    ("run", "interruption"),
    [
        (lambda: course.hand_over([]), SystemExit),
        (lambda: course.install([], 1), KeyboardInterrupt),
    ],
    ids=["JupyterLab or pytest at SIGTERM", "pip at Ctrl-C"],
)
def test_what_was_started_ends_with_course_py(
    run: Callable, interruption: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A JupyterLab left behind holds its port; a pip left behind writes into the folder that the
    next start empties.
    """
    ended = []

    class Child:
        def __init__(self, *arguments: object, **options: object) -> None:
            self.stdout = self

        def wait(self) -> int:
            if not ended:
                raise interruption
            return 1

        __iter__ = wait

        def terminate(self) -> None:
            ended.append(self)

        kill = terminate

    monkeypatch.setattr(subprocess, "Popen", Child)
    with pytest.raises(interruption):
        run()
    assert len(ended) == 1
