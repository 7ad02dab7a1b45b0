"""Copy the lessons into my_work/ and open JupyterLab on the first one, or on another: `python3
course.py lab`, `python3 course.py lab 02`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from helpers.adaptation import adapt
from helpers.adaptation import page as page_text
from helpers.collection import RECORD, Collection, CollectionError, current, found
from helpers.language import VARIABLE, languages, pattern
from helpers.lessons import (
    EXERCISE,
    STUB,
    LessonError,
    choose_lessons,
    lesson_files,
    why_unreadable,
)
from helpers.messages import say

#: Defaults of JupyterLab in .venv, which a reader may change: long lines of code are wrapped, and
#: no news is fetched or asked about.
LAB_DEFAULTS = {
    "@jupyterlab/notebook-extension:tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True}
    },
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
}

#: Starts a server although one works in the folder.
ANOTHER = "--another"


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """A copy of a notebook whose code cells have no results and no counts; all else is kept."""
    copy: dict[str, Any] = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return copy


def copy_of(lesson: Path, collection: Collection) -> str:
    """The text of a lesson as this class gets it: without results, with the minutes and exercises
    of data/adaptation.toml and data/own_exercises.csv.
    """
    notebook = without_outputs(json.loads(lesson.read_text(encoding="utf-8")))
    whole = adapt(notebook, lesson.name[:2], collection)
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


@dataclass
class Copies:
    """What became of the lessons and pages that were to be copied.

    Attributes
    ----------
    work : str
        Their folder below that of the collection, with a slash at the end; the whole path where it
        lies elsewhere.
    made, kept : list of str
        Names of the lessons copied, and of those that were there and are left as they are.
    newer : list of str
        Those kept whose lesson has another text now than when it was copied.
    said : list of str
        Sentences on what a reader should know: a lesson that cannot be read, answers in notebooks/,
        a page of the reader's own that was set aside.
    """

    work: str = "my_work/"
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def copy_lessons(collection: Collection, target: Path) -> Copies:
    """Copy lessons without results into a folder, and the pages they link. Nothing that a reader
    wrote is overwritten. What was copied is noted in the file RECORD there.
    """
    target.mkdir(parents=True, exist_ok=True)
    inside = target.is_relative_to(collection.root)
    folder = target.relative_to(collection.root) if inside else target
    copies, record = Copies(f"{folder.as_posix()}/"), _read_record(target)
    for page in sorted(collection.notebooks.glob("*.md")):
        _bring_page(page_text(page, collection), target / page.name, record, copies)
    for lesson in lesson_files(collection):
        copy = target / lesson.name
        if problem := why_unreadable(lesson):
            copies.said.append(problem)
        elif copy.exists():
            copies.kept.append(copy.name)
            if _is_older(copy, copy_of(lesson, collection), record):
                copies.newer.append(copy.name)
        else:
            text = copy_of(lesson, collection)
            copy.write_text(text, encoding="utf-8", newline="\n")
            copies.made.append(copy.name)
            record[copy.name] = _digest(text)
            if answers := answered(text):
                path = lesson.relative_to(collection.root).as_posix()
                copies.said.append(say("answers_copied", path=path, names=", ".join(answers)))
    (target / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return copies


def newer_lessons(collection: Collection, target: Path) -> list[str]:
    """Names of the lessons whose copy in a folder was made from an earlier text."""
    record = _read_record(target)
    return [
        lesson.name
        for lesson in lesson_files(collection)
        if (target / lesson.name).exists()
        and not why_unreadable(lesson)
        and _is_older(target / lesson.name, copy_of(lesson, collection), record)
    ]


def answered(text: str) -> list[str]:
    """The exercises and guesses of a notebook that are not as published: answered."""
    names = []
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        asked = re.findall(r"\b(?:check|guess)\(\s*[\"']([\w.]+)[\"']", source)
        if cell["cell_type"] == "code" and not re.search(r"^\w+ = \.\.\.", source, re.M):
            names += asked
        elif (
            cell["cell_type"] == "markdown" and "".join(re.split(pattern(STUB), source)[1:]).strip()
        ):
            names += re.findall(pattern(EXERCISE) + r" (\d\d\.\w+)", source)
    return names


def _bring_page(text: str, there: Path, record: dict[str, str], copies: Copies) -> None:
    """Write a page; one in which the reader may have written is set aside, not lost."""
    if there.exists():
        old = there.read_text(encoding="utf-8", errors="replace")
        if old != text and record.get(there.name) != _digest(old):
            aside = next(path for path in _names_aside(there) if not path.exists())
            there.rename(aside)
            copies.said.append(
                say("page_set_aside", work=copies.work, name=there.name, aside=aside.name)
            )
        elif old != text:
            copies.said.append(say("page_newer", work=copies.work, name=there.name))
    if not there.exists() or there.read_text(encoding="utf-8", errors="replace") != text:
        there.write_text(text, encoding="utf-8", newline="\n")
    record[there.name] = _digest(text)


def _names_aside(page: Path) -> Iterator[Path]:
    yield page.with_name(f"{page.stem} (yours).md")
    yield from (page.with_name(f"{page.stem} (yours {number}).md") for number in count(2))


def _is_older(copy: Path, text: str, record: Mapping[str, str]) -> bool:
    """Whether a copy was made from another text than this one. Without a record (a copy that an
    earlier version made), by the texts between its code cells.
    """
    if copy.name in record:
        return record[copy.name] != _digest(text)
    if why_unreadable(copy):
        return False  # JupyterLab says what is wrong with it
    there = set(_texts(copy.read_text(encoding="utf-8-sig")))
    return not {one for one in _texts(text) if not re.search(pattern(STUB), one)} <= there


def _texts(text: str) -> list[str]:
    cells = json.loads(text)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def _digest(text: str) -> str:
    """A hash of a page, or of the cells of a notebook, whatever its metadata say."""
    with suppress(ValueError, TypeError, KeyError):
        cells = json.loads(text)["cells"]
        text = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _read_record(target: Path) -> dict[str, str]:
    with suppress(OSError, ValueError, TypeError):
        return dict(json.loads((target / RECORD).read_text(encoding="utf-8")))
    return {}


def set_lab_defaults(folder: Path) -> None:
    """Write LAB_DEFAULTS where the JupyterLab of the environment in `folder` looks for defaults."""
    settings = folder / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    text = json.dumps(LAB_DEFAULTS, indent=1)
    (settings / "overrides.json").write_text(text, encoding="utf-8")


def running(root: Path) -> dict[str, Any] | None:
    """What Jupyter notes of a server that works in this folder and answers; None if there is
    none.
    """
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        if Path(server["root_dir"]).resolve() == root.resolve():
            with suppress(OSError), urlopen(server["url"] + "api", timeout=5):
                return dict(server)
    return None


def start_jupyterlab(arguments: list[str]) -> int:
    """Run JupyterLab in this process until it is stopped; returns the exit code."""
    from jupyterlab.labapp import main as jupyterlab

    return int(jupyterlab(arguments) or 0)


def options(root: Path, page: str) -> list[str]:
    """What JupyterLab is started with: our folder and page, our kernel alone, encrypted where that
    can be done (the kernel would warn), and in the terminal nothing but the address and warnings.
    """
    import zmq

    return [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{page}",
        "--KernelSpecManager.allowed_kernelspecs=python3",
        *(["--KernelManager.transport_encryption=auto"] if zmq.has("curve") else []),
        "--Application.log_level=WARN",
    ]


def told_apart(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The words that name a lesson, those that are options of JupyterLab with their values, and
    options that it does not have.
    """
    asked: list[str] = []
    rest: list[str] = []
    unknown: list[str] = []
    value = False  # whether the word before is an option that takes this one
    for word in words:
        name, equals, _ = word.lstrip("-").partition("=")
        if value or not word.startswith("-"):
            (rest if value else asked).append(word)
            value = False
            continue
        flags, aliases = _options_of_jupyterlab()
        takes = name in aliases or "." in name
        (rest if takes or name in flags else unknown).append(word)
        value = takes and name not in flags and not equals
    return asked, rest, unknown


def _options_of_jupyterlab() -> tuple[set[str], set[str]]:
    """The names of options of JupyterLab that take no value, and of those that take one."""
    from jupyter_server.serverapp import aliases, flags
    from jupyterlab.labapp import LabApp

    asking = {"h", "help", "help-all", "version"}
    return {*asking, *flags, *LabApp.flags}, {*aliases, *LabApp.aliases}


def main(arguments: list[str]) -> int:
    """Run the command: `lab`, `lab 02`, `lab --another`; what else is named is handed to
    JupyterLab. Returns the exit code.
    """
    own = [word for word in arguments if word != ANOTHER]
    asked, rest, unknown = told_apart(own)
    numbers = [word.zfill(2) for word in asked if word.isdigit()]
    collection = current()
    home, work = collection.home, collection.work
    if unknown:
        return refuse(say("no_option", word=unknown[0]))
    if len(numbers) < len(asked):
        return refuse(say("no_lesson", word=next(w for w in asked if not w.isdigit())))
    if len(numbers) > 1:
        return refuse(say("one_lesson", asked=" ".join(numbers)))
    if not os.access(work if work.exists() else home, os.W_OK):
        return refuse(say("cannot_save", folder=home))
    try:
        first = choose_lessons(collection, numbers)[0]
        copies = copy_lessons(collection, work)
    except (CollectionError, LessonError) as error:
        return refuse(str(error))
    if numbers and not (work / first.name).exists():
        return refuse(why_unreadable(first))
    report(copies)
    if any(found().in_language(one).language == one for one in languages()[1:]):
        print(say("in_another"), flush=True)
    page = (work / first.name).relative_to(home).as_posix()
    if ANOTHER not in arguments and (server := running(home)):
        address = f"{server['url']}lab/tree/{page}?token={server['token']}"
        print(say("running", address=address, words=" ".join([*numbers, ANOTHER])))
        return 0
    os.environ.pop(VARIABLE, None)  # each lesson says in which language it is
    with suppress(OSError):  # defaults that cannot be written are only less convenient
        set_lab_defaults(Path(sys.prefix))
    return start_jupyterlab([*options(home, page), *rest])


def refuse(problem: str) -> int:
    """Say what is wrong; returns the exit code."""
    print(problem, file=sys.stderr)
    return 2


def report(copies: Copies) -> None:
    """Print what became of the copies."""
    for one, more, names in (
        ("copied_one", "copied", copies.made),
        ("kept_one", "kept", copies.kept),
    ):
        if names:
            key = one if len(names) == 1 else more
            print(say(key, work=copies.work, count=len(names)))
    if copies.newer:
        print(say("newer", work=copies.work, names=", ".join(copies.newer)))
    print("\n".join(copies.said), end="\n" if copies.said else "", flush=True)
