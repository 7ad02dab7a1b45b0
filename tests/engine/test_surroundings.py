"""Kernels that other programs start: a reader's own files and settings are named in a sentence, and
do no harm where they can be set aside.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import IPython
import pytest
from jupyter_client.manager import start_new_kernel

from helpers import isolation
from helpers.collection import VARIABLE, current
from helpers.lab import copy_lessons
from helpers.lessons import lessons
from helpers.setup_check import report
from helpers.surroundings import opened_as_published
from tests.toy import describe

CHECK = "from helpers.setup_check import report; print(report())"


@pytest.fixture
def place(own_toy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder my_work/ of a collection, and a home of its own for IPython and matplotlib."""
    monkeypatch.delenv(VARIABLE, raising=False)
    describe(own_toy)
    work = own_toy / "my_work"
    work.mkdir()
    for name in ("ipython/profile_default/startup", "matplotlib"):
        (own_toy / "home" / name).mkdir(parents=True)
    monkeypatch.setenv("IPYTHONDIR", str(own_toy / "home" / "ipython"))
    monkeypatch.setenv("MPLCONFIGDIR", str(own_toy / "home" / "matplotlib"))
    for name in ("MATPLOTLIBRC", "MPLBACKEND"):
        monkeypatch.delenv(name, raising=False)
    return work


def run(folder: Path, *cells: str, **variables: str) -> str:
    """What a kernel in this folder prints, with variables on top of ours; what matplotlib says of a
    slow start is no part of it.
    """
    manager, client = start_new_kernel(
        cwd=str(folder), env={**os.environ, **variables}, stderr=subprocess.DEVNULL
    )
    said: list[str] = []

    def note(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            said.append(content["text"])
        elif message["msg_type"] == "error":
            said.append(f"{content['ename']}: {content['evalue']}\n")

    try:
        for cell in cells:
            client.execute_interactive(cell, timeout=60, output_hook=note)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(said)


def startup(place: Path, text: str) -> None:
    path = place.parent / "home" / "ipython" / "profile_default" / "startup" / "00-mine.py"
    path.write_text(text, encoding="utf-8")


def test_a_start_up_file_is_named_and_its_options_are_set_back(place: Path) -> None:
    startup(place, "import pandas as pd; pd.set_option('display.max_rows', 5)")
    shown = run(
        place, "import pandas, helpers; print(pandas.get_option('display.max_rows'))", CHECK
    )
    assert shown.startswith("60\n"), shown
    assert "IPython read files of yours first (00-mine.py in " in shown


def test_a_matplotlibrc_and_a_backend_for_windows_change_nothing(place: Path) -> None:
    rc = place.parent / "home" / "matplotlib" / "matplotlibrc"
    rc.write_text(
        "text.usetex: True\nsavefig.bbox: tight\ntimezone: Asia/Tokyo\n", encoding="utf-8"
    )
    show = "from matplotlib import rcParams, pyplot, get_backend; import helpers; " + (
        "print(rcParams['text.usetex'], rcParams['savefig.bbox'], rcParams['timezone']); "
        "pyplot.plot([1, 2]); print(get_backend())"
    )
    assert run(place, show, MPLBACKEND="TkAgg").splitlines() == [
        "False None UTC",
        "module://matplotlib_inline.backend_inline",
    ]


def test_a_file_with_the_name_of_a_package_is_named(place: Path) -> None:
    (place / "networkx.py").write_text("", encoding="utf-8")
    (place / "packaging").mkdir()
    (place / "packaging" / "__init__.py").write_text("", encoding="utf-8")
    for harmless in ("my_own_tools.py", "statistics.py"):  # Python's own module wins
        (place / harmless).write_text("", encoding="utf-8")
    assert "your files: networkx.py, packaging in my_work/ have" in run(place, CHECK)


@pytest.fixture
def is_open(place: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The shell of a lesson that a person has open in my_work/, without a kernel of its own."""
    profile = place.parent / "home" / "ipython" / "profile_default"
    folders = SimpleNamespace(location=str(profile), startup_dir=str(profile / "startup"))
    shell = SimpleNamespace(profile_dir=folders, user_ns={})
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setenv("JPY_SESSION_NAME", "x.ipynb")
    monkeypatch.chdir(place)
    return shell


def around() -> dict[str, str]:
    """What the set-up check says that is not OK."""
    return {label: said for label, said in report().entries() if said != "OK"}


PUBLISHED = (
    "This lesson is open in notebooks/, which holds the lessons as published, and what you write "
    "here goes into every copy that is made later: close it and open the lesson of the same name "
    "in my_work/."
)


def test_a_lesson_opened_in_notebooks_says_so_at_its_first_import(place: Path) -> None:
    said = run(place.parent / "notebooks", "import helpers", JPY_SESSION_NAME="x.ipynb")
    assert PUBLISHED in said


def test_a_lesson_opened_in_notebooks_is_named(
    place: Path, is_open: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert around() == {} and opened_as_published() == ""
    monkeypatch.chdir(place.parent / "notebooks")
    assert opened_as_published() == PUBLISHED and around() == {"your copy": PUBLISHED}
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert opened_as_published() == "", "tests and `refresh` run there too"
    is_open.user_ns["__vsc_ipynb_file__"] = "x.ipynb"
    assert opened_as_published() == PUBLISHED
    place.rmdir()
    assert opened_as_published() == "", "there are no copies to open"


def test_a_copy_of_an_earlier_lesson_is_named(place: Path, is_open: SimpleNamespace) -> None:
    copy_lessons(current(), place)
    assert around() == {}
    lesson = next((place.parent / "notebooks").glob("01_*.ipynb"))
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("loans", "books"), "utf-8")
    said = (
        f"There are newer lessons now than your copies of {lesson.name}. Yours are left as they "
        "are: rename one, and the next start of the lessons copies the new one beside it."
    )
    assert around() == {"your copy": said}


def test_a_folder_that_cannot_be_written_to_is_named(
    is_open: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    said = (
        "The folder my_work/ cannot be written to, so nothing you type is kept: copy the whole "
        "collection to a folder of yours and start it there."
    )
    assert around() == {"saving": said}
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert around() == {}


def test_what_ipython_read_first_is_named(is_open: SimpleNamespace) -> None:
    profile = Path(is_open.profile_dir.location)
    settings = profile / "ipython_kernel_config.py"
    settings.write_text(isolation.KERNEL_CONFIG, encoding="utf-8")
    assert around() == {}, "this one is ours"
    settings.write_bytes(b"\xff")
    for name in ("startup/00-mine.py", "startup/01.ipy", "startup/README", "ipython_config.py"):
        (profile / name).touch()
    names = "00-mine.py, 01.ipy, ipython_config.py, ipython_kernel_config.py"
    said = (
        f"IPython read files of yours first ({names} in {profile}), and they may change results. "
        f"To leave them out, {current().remedy}."
    )
    assert around() == {"your settings": said}
    del is_open.profile_dir
    assert around() == {}


def test_files_with_the_names_of_packages_are_named(
    place: Path, is_open: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    for harmless in ("my_own_tools.py", "no name.py", "notes.txt", "seaborn.csv"):
        (place / harmless).touch()
    (place / "numpy").mkdir()  # without __init__.py, the package wins
    assert around() == {}
    (place / "networkx.py").touch()
    one = (
        "networkx.py in my_work/ has the name of a package, and Python takes it in place of the "
        "package: rename it, then choose Restart Kernel in the menu Kernel."
    )
    assert around() == {"your files": one}
    (place / "numpy" / "__init__.py").touch()
    two = (
        "networkx.py, numpy in my_work/ have the name of a package, and Python takes them in "
        "place of the package: rename them, then choose Restart Kernel in the menu Kernel."
    )
    assert around() == {"your files": two}
    monkeypatch.setattr(sys, "path", [*sys.path[1:], ""])
    assert around() == {}, "packages come first"


def test_a_lesson_with_conflicts_is_named_and_the_others_go_on(
    place: Path, is_open: SimpleNamespace, conflict: Callable[[Path], None]
) -> None:
    lesson = next((place.parent / "notebooks").glob("01_*.ipynb"))
    conflict(lesson)
    assert [one.path for one in lessons()] == [lesson], "other lessons may name it"
    said = dict(report().entries())["lessons"]
    assert said.startswith(f"{lesson.name} holds the marks of a merge that git could not finish")
    lesson.write_text("[", encoding="utf-8")
    said = dict(report().entries())["lessons"]
    assert said.startswith(f"{lesson.name} cannot be read as a notebook (JSONDecodeError")
    restore = f"Restore it (git checkout notebooks/{lesson.name}, or download the collection again)"
    for cells in ("5", "[5]", '[{"source": ""}]', '[{"cell_type": "code", "source": [5]}]'):
        lesson.write_text(f'{{"cells": {cells}}}', encoding="utf-8")
        said = dict(report().entries())["lessons"]
        assert said.startswith(
            f"{lesson.name} cannot be read as a notebook (it has no list of cells with a kind and "
            f"a text). {restore}."
        )


@pytest.fixture
def conflict() -> Callable[[Path], None]:
    """A function that leaves a notebook as git leaves it when a merge stops in its first cell."""

    def leave(path: Path) -> None:
        text = json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=1)
        line = next(line for line in text.splitlines(keepends=True) if '"cell_type"' in line)
        both = f"<<<<<<< HEAD\n{line}=======\n{line}>>>>>>> main\n"
        path.write_text(text.replace(line, both, 1), encoding="utf-8")

    return leave


def test_variables_of_the_user_are_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "MPLBACKEND", "JUPYTER_PATH", "IPYTHONDIR", "PANDAS_COPY_ON_WRITE"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    monkeypatch.setenv("PATH", "/bin")
    clean = isolation.isolated(os.environ, tmp_path)
    assert "/elsewhere" not in clean.values()
    assert (clean["PATH"], clean["PYTHONHASHSEED"]) == ("/bin", "1")
    assert Path(clean["IPYTHONDIR"]).is_dir() and os.access(clean["IPYTHONDIR"], os.W_OK)


def test_settings_are_kept_in_the_virtual_environment(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()
    assert isolation.folder(tmp_path) == tmp_path / "settings"


def test_in_isolation_no_file_takes_the_place_of_a_package(place: Path) -> None:
    for name in ("pandas.py", "helpers.py", "matplotlib.py", "numpy.py"):
        (place / name).write_text("raise RuntimeError", encoding="utf-8")
    (place / "my_own_tools.py").write_text("n = 5", encoding="utf-8")
    shown = run(
        place,
        "import seaborn, pandas, helpers, my_own_tools; print(my_own_tools.n)",
        CHECK,
        **isolation.isolated(os.environ, sys.prefix),
        PYTHONPATH=str(Path(isolation.__file__).parents[1]),
    )
    assert shown.startswith("5\n") and "your files: OK" in shown
