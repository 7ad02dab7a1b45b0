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

import pytest
from jupyter_client.manager import start_new_kernel

from helpers import isolation
from helpers.collection import VARIABLE
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
    """What a kernel in this folder prints, with variables on top of ours."""
    manager, client = start_new_kernel(
        cwd=str(folder), env={**os.environ, **variables}, stderr=subprocess.DEVNULL
    )
    said: list[str] = []

    def note(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
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


def test_a_lesson_opened_in_notebooks_says_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place.parent / "notebooks"
    said = "This lesson is open in notebooks/, which holds the lessons as published"
    assert said in run(folder, "import helpers", JPY_SESSION_NAME="x.ipynb")
    monkeypatch.chdir(folder)
    assert opened_as_published() == "", "tests and `refresh` run there too"
    monkeypatch.setenv("JPY_SESSION_NAME", "x.ipynb")
    assert opened_as_published().startswith(said)
    assert dict(report().entries())["your copy"].startswith(said)
    monkeypatch.chdir(place)
    assert opened_as_published() == ""


def test_a_lesson_with_conflicts_is_named_and_the_others_go_on(
    place: Path, conflict: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("JPY_SESSION_NAME", "x.ipynb")
    lesson = next((place.parent / "notebooks").glob("01_*.ipynb"))
    conflict(lesson)
    assert [one.path for one in lessons()] == [lesson], "other lessons may name it"
    said = dict(report().entries())["lessons"]
    assert said.startswith(f"{lesson.name} holds the marks of a merge that git could not finish")
    lesson.write_text("[", encoding="utf-8")
    said = dict(report().entries())["lessons"]
    assert said.startswith(f"{lesson.name} cannot be read as a notebook (JSONDecodeError")


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
