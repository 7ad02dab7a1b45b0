"""course.py: readable by any Python 3, clear when something is missing; and its commands."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import course
from helpers import bootstrap, lab
from helpers.__main__ import AUTHORING
from helpers.__main__ import main as helpers_main
from helpers.messages import say
from tests.lessons import ROOT
from tools import __main__ as commands

SOURCE = (ROOT / "course.py").read_text(encoding="utf-8")
MESSAGES = ROOT / "helpers" / "messages" / "en.json"
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
    """And only modules that every Python 3 has."""
    nodes = list(ast.walk(ast.parse(SOURCE)))
    imports = [node for node in nodes if isinstance(node, ast.Import)]
    imported = {alias.name.split(".")[0] for node in imports for alias in node.names}
    assert imported <= set(sys.stdlib_module_names)
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom)]


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
        SystemExit,
        match=r"too old: it is 3.8, and 3.11 or newer \(up to 3.14\) is needed, from python.org",
    ):
        course.check_python((3, 8, 1))
    for python in old_pythons():
        done = subprocess.run(
            [python, "course.py", "lab"], cwd=ROOT, capture_output=True, text=True
        )
        assert (
            done.returncode == 1 and "too old" in done.stderr and "Traceback" not in done.stderr
        ), f"{python}: {done.stderr}"


@pytest.mark.parametrize(
    ("system", "command"),
    [("posix", "python3.14 course.py test -x"), ("nt", "py -3.14 course.py test -x")],
)
def test_a_python_newer_than_the_locks_is_told_so(
    system: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["course.py", "test", "-x"])
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", system)
        with pytest.raises(SystemExit) as stopped:
            course.check_python((3, 15, 0))
    assert str(stopped.value) == (
        "This Python is too new: it is 3.15, and the packages are locked for 3.11 to 3.14, from "
        f"python.org. Then: {command}"
    )


def test_a_python_without_venv_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="install python3-venv"):
        course.check_python(sys.version_info)


@pytest.mark.parametrize(
    ("system", "typed", "again"),
    [
        ("nt", ["course.py", "lab"], "py course.py lab"),
        ("posix", ["course.py"], "python3 course.py lab"),
        (
            "posix",
            ["/a b é/course.py", "test", "-k", "rates"],
            'python3 "/a b é/course.py" test -k rates',
        ),
    ],
)
def test_messages_show_the_callers_command(
    system: str, typed: list[str], again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", typed)
    monkeypatch.setattr(os, "name", system)
    assert course.say("disk_full").endswith(f"Make room. Then: {again}")


@pytest.mark.parametrize("named", [["--lang=es"], ["--lang", "en"], []])
def test_an_advised_command_keeps_the_language_that_was_named(
    named: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPERS_LANGUAGE", "en")
    monkeypatch.setenv("COURSE_LANG", " --lang es")  # of an earlier command
    monkeypatch.setattr(sys, "argv", ["course.py"])
    monkeypatch.setattr("os.path.isdir", lambda path: not path.endswith("tools"))
    with pytest.raises(SystemExit) as refused:
        course.main(["test", *named])
    kept = " --lang " + named[-1].split("=")[-1] if named else ""
    assert str(refused.value).endswith(f"course.py lab{kept}")


@pytest.mark.parametrize(
    ("words", "system", "chosen", "left"),
    [
        (["lab"], "en_US.UTF-8", "en", ["lab"]),
        (["lab"], "es_MX.UTF-8", "es", ["lab"]),
        (["--lang", "en", "lab"], "es_MX.UTF-8", "en", ["lab"]),
        (["lab", "02", "--lang=es"], "C", "es", ["lab", "02"]),
        (["lab", "--lang", "es", "02"], "", "es", ["lab", "02"]),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_computers(
    words: list[str],
    system: str,
    chosen: str,
    left: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)
    assert (course.language(words), words) == (chosen, left)


def test_a_language_that_is_not_there_is_told() -> None:
    with pytest.raises(SystemExit, match="There is no language 'xx': use one of en, es"):
        course.language(["lab", "--lang", "xx"])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["lab", "--lang", "es", "--lang", "en"], "--lang is there 2 times: give it once"),
        (["--lang=es", "lab", "--lang=es"], "--lang is there 2 times: give it once"),
        (["lab", "--lang"], "--lang needs a language after it, one of en, es"),
        (["lab", "--lang="], "--lang needs a language after it, one of en, es"),
        (["--lang", "--plain", "test"], "--lang needs a language after it, one of en, es"),
    ],
)
def test_one_language_is_asked_for(words: list[str], problem: str) -> None:
    """The sentence says what is wrong, and what to type."""
    with pytest.raises(SystemExit, match=problem) as stopped:
        course.language(words)
    assert str(stopped.value).endswith(f"for example {course.caller()} lab --lang es.")


def test_messages_are_in_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPERS_LANGUAGE", "es")
    assert course.say("waiting") != json.loads(MESSAGES.read_text(encoding="utf-8"))["waiting"]
    commands_in = re.compile("^ +" + re.escape(course.caller()) + r" (\w+)", re.M)
    assert commands_in.findall(course.say("help")) == listed()


def listed() -> list[str]:
    """The commands that the help lists."""
    return re.findall(r"course\.py (\w+)", say("help"))


def run(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "course.py"), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_command_that_does_not_exist_sets_nothing_up() -> None:
    done = run("labb")
    assert done.returncode == 1
    assert re.search("no command 'labb': use one of lab, test, notebooks", done.stderr)
    assert run().stdout == run("--help").stdout
    assert re.findall(r"course\.py\"? (\w+)", run().stdout) == listed()


def test_every_command_that_is_listed_can_be_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is dispatched to something that says what it is for, without doing anything."""
    assert len(set(listed())) == len(listed()) > 15
    monkeypatch.setenv("COLUMNS", "200")
    for command in set(listed()) - {*course.NO_HELP, "nox"}:
        with pytest.raises(SystemExit) as stopped:
            commands.main([command, "--help"])
        assert stopped.value.code == 0, command
        said = capsys.readouterr().out
        assert said.startswith(f"usage: python3 course.py {command} "), command
        text = said.partition("\n\n")[2].partition("\n\noptions:")[0].partition("positional")[0]
        assert text.strip()[-1] in ".)", f"{command}: its help is cut off"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        *(
            ([command, "77"], "No lesson has the number 77: there are 00 to 13.")
            for command in course.WITH_LESSONS
        ),
        (["check", "02", "115"], "No lesson has the number 115: there are 00 to 13."),
        (["lab", "abc"], "There is no lesson 'abc'. A lesson is opened by its number: "),
        (["lab", "--no-browser=x", "77"], None),
        (["lab", "--port", "77"], None),
        (["lab", "2", "--debug"], None),
        (["handout", "all"], None),
        (["grade", "77"], None),
    ],
)
def test_what_no_lesson_has_is_refused_before_a_set_up(
    words: list[str], said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SetUpError(Exception):
        pass

    def set_up(path: str) -> None:
        raise SetUpError

    monkeypatch.setattr(sys, "argv", ["course.py"])
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(course.runpy, "run_path", set_up)
    with pytest.raises(SystemExit if said else SetUpError) as ended:
        course.main(words)
    assert not said or str(ended.value).startswith(said)


def test_every_command_that_takes_lessons_refuses_them(capsys: pytest.CaptureFixture[str]) -> None:
    """The list in course.py, which may import none of the commands, is whole."""
    taking = {"lab", "check"}
    for command in set(listed()) - {*course.NO_HELP, "nox"}:
        with pytest.raises(SystemExit):
            commands.main([command, "--help"])
        usage = capsys.readouterr().out.partition("\n\n")[0]
        taking |= {command} if "lesson" in usage else set()
    assert taking == set(course.WITH_LESSONS)


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_of_a_command_without_options_is_its_line(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is set up for it."""
    monkeypatch.setattr(course.runpy, "run_path", lambda _: pytest.fail("something was set up"))
    monkeypatch.setattr(sys, "argv", ["course.py"])
    for command in course.NO_HELP:
        assert course.main([command, word]) == 0
        assert re.match(rf"python3 course\.py {command} +\w", capsys.readouterr().out)


def documentation() -> dict[str, str]:
    """What is written for people, in both languages: by file, its text or that of its cells."""
    texts = {}
    folders = [ROOT / name for name in ("data", "notebooks", "tests", "tools", "web")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in [*ROOT.glob("*.md"), *(one for one in found if one.suffix in (".md", ".ipynb"))]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        texts[path.relative_to(ROOT).as_posix()] = text
    return texts


def test_documentation_names_only_commands_and_options_that_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    sessions = set(re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(), re.M))
    option = re.compile(r"(?<![\w-])--[a-z][\w-]+")
    others = {"--nworkers": "Dask", "--require-hashes": "pip", "--security-opt": "Docker"}
    known = {"test": {"--plain"}, "lab": {"--no-browser", lab.ANOTHER, "--lang"}, "nox": set[str]()}
    for command in set(listed()) - {*course.NO_HELP, "nox"}:
        with pytest.raises(SystemExit):
            commands.main([command, "--help"])
        known[command] = {*option.findall(capsys.readouterr().out), "--lang"}
    found = 0
    for name, text in documentation().items():
        for command, rest in re.findall(r"course\.py (\w+)([^`\n|#]*)", text):
            assert command in listed(), f"{name}: no command {command}"
            if command == "nox":
                named = re.findall(r'^ -s "?(\w+)', rest)
                assert set(named) <= sessions, f"{name}: nox has no {named}"
                rest = ""
            unknown = set(option.findall(rest)) - known.get(command, set())
            assert not unknown, f"{name}: {command} has no {unknown}"
            found += 1
        if name.startswith(("notebooks/guide/", "notebooks/es/guide/")):
            alone = {
                one for span in re.findall(r"`(--[^`]*)`", text) for one in option.findall(span)
            }
            unknown = alone - set.union(*known.values()) - set(others)
            assert not unknown, f"{name}: no command has {unknown}"
    assert found > 150


@pytest.mark.parametrize("words", [[], ["--help"], ["tset"], ["a.b"]])
def test_without_a_command_it_says_what_it_is_for(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(words) == (2 if words and words[0] != "--help" else 0)
    assert capsys.readouterr().out.startswith("What `python3 course.py` runs")


@pytest.mark.parametrize(
    "words",
    [
        *(["lab"], ["notebooks"], ["check"], ["check", "02"], ["handout", "02"], ["editions"]),
        *(["quiz"], ["package"], ["refresh", "02"], ["describe"], ["review"], ["moves"]),
        *(["update", "overdose"], ["translate", "es", "--count"], ["site", "--pages"]),
    ],
    ids=" ".join,
)
def test_without_a_collection_one_sentence_says_so(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HELPERS_COLLECTION", str(tmp_path))
    main = helpers_main if words[0] in ("lab", *AUTHORING) else commands.main
    assert main(words) != 0
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.count("\n") == 1
    assert f"{tmp_path} is not a collection" in shown.err
    assert list(tmp_path.iterdir()) == []


def test_folders_are_meant_from_where_the_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command itself runs in the folder of the collection."""
    (tmp_path / "inbox").mkdir()
    monkeypatch.chdir(tmp_path)
    assert course.from_here("grade", ["inbox", "--show", "06"]) == [
        str(tmp_path / "inbox"),
        "--show",
        "06",
    ]
    assert course.from_here("new", ["my_town"]) == [str(tmp_path / "my_town")]
    monkeypatch.chdir(ROOT)
    assert course.from_here("test", ["tests", "-x"]) == ["tests", "-x"]


@pytest.fixture
def pytest_words(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What pytest would be given, one list a run."""
    runs: list[list[str]] = []
    monkeypatch.setattr(pytest, "main", lambda words: runs.append(words) or 0)
    return runs


def test_kernels_are_forked_unless_plain_ones_are_asked_for(pytest_words: list) -> None:
    commands.main(["notebooks"])
    commands.main(["notebooks", "--plain"])
    forked, plain = pytest_words
    assert set(forked) - set(plain) == {"--nbval-strict-warm"}
    lessons = {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {"--nbval-strict", "-n", *lessons} <= set(plain) and "--plain" not in plain


def test_one_lesson_is_checked_without_workers(
    pytest_words: list, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.main(["check", "06", "-x"])
    lesson = "06_seizures.ipynb"
    assert pytest_words[0][-4:-2] == [f"notebooks/{lesson}", f"notebooks/es/{lesson}"]
    assert pytest_words[0][-2:] == ["--nbval-strict-record", "-x"]
    assert "-n" not in pytest_words[0]
    for wrong, said in (
        (["6"], "No lesson has the number 6: there are 00 to 13. Did you mean 06?"),
        (["06", "77"], "No lesson has the number 77"),
        (["seizures"], "Which lesson? For lesson 06"),
    ):
        assert commands.main(["check", *wrong]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["06_seizures"],
        ["00_start_here", "01_reading_the_dialogue", "es/01_reading_the_dialogue"],
    ],
)
def test_without_a_number_the_lessons_run_for_which_something_changed(
    pytest_words: list,
    names: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = {ROOT / "notebooks" / f"{name}.ipynb" for name in names}
    why = dict.fromkeys(paths, "data/x.csv has changed")
    monkeypatch.setattr("nbval_strict.records.Records.why", lambda _, path: why.get(path, ""))
    assert commands.main(["check"]) == 0
    said = capsys.readouterr().out
    if not names:
        assert "none has to run" in said and pytest_words == []
        return
    assert f"data/x.csv has changed: {', '.join(names)}" in said
    (words,) = pytest_words
    ran = [word for word in words if word.endswith(".ipynb")]
    assert ran == [f"notebooks/{name}.ipynb" for name in names]
    assert "--nbval-strict-record" in words and ("-n" in words) == (len(names) > 2)


def test_what_ci_runs_leaves_no_lesson_out(pytest_words: list) -> None:
    """Whatever passed before on that machine."""
    for command in (["notebooks", "--plain"], ["notebooks"], ["test"]):
        commands.main(command)
    assert all("--nbval-strict-changed" not in words for words in pytest_words)
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    workflow = (ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    started = re.findall(r"course\.py (\w+)", run + workflow)
    assert {"notebooks", "test"} <= set(started) and "check" not in started


def test_a_linter_that_is_not_there_is_told() -> None:
    with pytest.raises(SystemExit, match="no linter 'black': use one of ruff-format, ruff, mypy"):
        commands.main(["lint", "black"])


def test_every_sentence_is_there_and_used() -> None:
    """A key that is missing would be a traceback at the moment when a person needs the sentence."""
    files = ("course.py", "helpers/bootstrap.py", "helpers/lab.py", "tools/__main__.py")
    code = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    keys = set(json.loads(MESSAGES.read_text(encoding="utf-8")))
    assert set(re.findall(r'\bsay\(\s*"(\w+)"', code)) <= keys
    assert {name for _, name in bootstrap.FAILURES} <= keys
    assert keys - set(re.findall(r'"(\w+)"', code)) == {"set_up_reader", "set_up_test"}
