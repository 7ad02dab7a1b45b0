"""Other readers' machines: each command, started by course.py, gives the usual results there, or
says in a sentence what is wrong.

    python3 course.py test tests/campaigns/test_systems.py               what takes seconds
    nox -s systems                                                        every cell of the table
    nox -s systems -- -k "matplotlibrc or network"                        some of them

At the end comes the table: environment, command, outcome.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns.places import PORT, Done, Environment, Place, can_close_in
from tests.locales import locale_variables
from tests.marking.inbox import LESSON, notebook, numbers, put

#: Its own file in a package's place: whoever imports it notices.
WRONG = "raise RuntimeError('the wrong file')\n"
SHADOWS = ("pandas.py", "matplotlib.py", "seaborn.py", "numpy.py", "helpers.py", "random.py")
CONFLICT = "holds the marks of a merge that git could not finish (<<<<<<<)"


def ipython_files(place: Place) -> None:
    profile = "home/.ipython/profile_default"
    mine = "import pandas\npandas.set_option('display.float_format', '{:.2f}'.format)\n"
    mine += "pandas.set_option('display.max_rows', 5)\nprint('hello')\n"
    mine += "get_ipython().ast_node_interactivity = 'all'\nanswer = 3\n"
    place.write(f"{profile}/startup/00-mine.py", mine)
    place.write(f"{profile}/startup/01-broken.py", WRONG)
    place.write(f"{profile}/ipython_config.py", "c.InteractiveShellApp.extensions = ['absent']\n")
    place.write(f"{profile}/ipython_kernel_config.py", "c.InlineBackend.figure_formats = {'svg'}\n")


def matplotlibrc(text: str | bytes) -> Callable[[Place], None]:
    return lambda place: place.write("home/.config/matplotlib/matplotlibrc", text)


def jupyter_config(place: Place) -> None:
    config = "c.ServerApp.jpserver_extensions = {'absent': True}\n"
    config += "c.ServerApp.contents_manager_class = 'absent.Manager'\n"
    config += (
        "c.KernelManager.kernel_name = 'absent'\nc.MultiKernelManager.default_kernel_name = 'x'\n"
    )
    for name in ("jupyter_server_config.py", "jupyter_lab_config.py", "jupyter_config.py"):
        place.write(f"home/.jupyter/{name}", config)
        place.write(f"home/elsewhere/{name}", config)
    place.write("home/.jupyter/jupyter_server_config.json", "{")
    for folder in ("home/.local/share/jupyter", "home/elsewhere"):
        for name in ("python3", "chain"):
            kernel = {"argv": ["/absent/python"], "display_name": name, "language": "python"}
            place.write(f"{folder}/kernels/{name}/kernel.json", kernel)


def own_files(place: Place) -> None:
    for folder in ("my_work", "notebooks"):
        for name in SHADOWS:
            place.write(f"clone/{folder}/{name}", WRONG)


def conflict(place: Place) -> None:
    """As git leaves lesson 05 when a merge stops in its first cell."""
    (path,) = (place.root / "notebooks").glob("05_*.ipynb")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if '"cell_type"' in line)
    lines[at] = f"<<<<<<< HEAD\n{lines[at]}=======\n{lines[at]}>>>>>>> main\n"
    path.write_text("".join(lines), encoding="utf-8")


def everything(place: Place) -> None:
    for prepare in (ipython_files, matplotlibrc("text.usetex: True\n"), jupyter_config, own_files):
        prepare(place)


ENVIRONMENTS = [
    Environment("as it is"),
    Environment("all of a user's settings at once", everything, {"MPLBACKEND": "TkAgg"}),
    Environment("IPython: start-up files, one broken, and configuration", ipython_files),
    Environment("matplotlibrc: LaTeX", matplotlibrc("text.usetex: True\n")),
    Environment(
        "matplotlibrc: layout, colors, fonts, backend, time zone",
        matplotlibrc(
            "savefig.bbox: tight\nfigure.facecolor: 0.9\naxes.prop_cycle: cycler('color', ['r'])\n"
            "font.size: 20\nbackend: TkAgg\ntimezone: Asia/Tokyo\nsavefig.format: svg\n"
        ),
    ),
    Environment("matplotlibrc: not readable", matplotlibrc(b"\xff\xfe: \x00\nno.such: 5\n")),
    Environment(
        "MPLBACKEND, MPLCONFIGDIR, MATPLOTLIBRC",
        variables={"MPLBACKEND": "none", "MPLCONFIGDIR": "/absent", "MATPLOTLIBRC": "/absent"},
    ),
    Environment(
        "PYTHONPATH, PYTHONSTARTUP, PYTHONINSPECT and others",
        lambda place: [place.write(f"home/lib/{name}", WRONG) for name in SHADOWS[:5]],
        {
            "PYTHONPATH": "{home}/lib",
            "PYTHONSTARTUP": "{home}/lib/pandas.py",
            "PYTHONINSPECT": "1",
            "PYTHONOPTIMIZE": "2",
            "PYTHONWARNINGS": "error",
            "PYTHONNOUSERSITE": "1",
            "PYTHONIOENCODING": "cp1252",
            "PYTHONUTF8": "0",
        },
    ),
    Environment("PYTEST_ADDOPTS", variables={"PYTEST_ADDOPTS": "--no-such-option"}),
    Environment(
        "Jupyter: configuration and kernels that name what is missing",
        jupyter_config,
        {
            "JUPYTER_CONFIG_PATH": "{home}/elsewhere",
            "JUPYTER_PATH": "{home}/elsewhere",
            "JUPYTER_PREFER_ENV_PATH": "0",
        },
    ),
    Environment("files with names of packages in my_work/ and notebooks/", own_files),
    Environment(
        "one lesson with merge conflicts",
        conflict,
        says={"notebooks": CONFLICT, "lab": CONFLICT},
    ),
    Environment(
        "collection mounted read-only",
        sandbox=("--ro-bind", "{clone}", "{clone}"),
        says={"lab": "Nothing can be saved in "},
    ),
    Environment("home mounted read-only", sandbox=("--ro-bind", "{home}", "{home}")),
    Environment("no home folder", variables={"HOME": "/absent"}),
    Environment("no network at all", sandbox=("--unshare-net",)),
    *(
        Environment(f"time zone {zone}", variables={"TZ": zone})
        for zone in ("Pacific/Kiritimati", "America/Tijuana")
    ),
    *(
        Environment(f"locale {name}", variables={"LC_ALL": name, "LANG": name})
        for name in ("es_MX.UTF-8", "C")
    ),
    Environment(
        "another project's JupyterLab on port 8888",
        beside=(
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={PORT}", "--ServerApp.port_retries=0"),
        ),
    ),
    Environment("path with spaces and accents", folder="José's próxima carpeta"),
    Environment(
        "line ends of Windows (core.autocrlf)",
        clone=("-c", "core.autocrlf=true", "-c", "core.eol=crlf"),
    ),
]


def lab(place: Place) -> Done:
    return place.read("00")


def check(place: Place) -> Done:
    return place.course("check", "00")


def notebooks(place: Place) -> Done:
    return place.course("notebooks")


def grade(place: Place) -> Done:
    """One submission in which everything is right; the code is 1 unless it gets full marks."""
    inbox = place.home.parent / "inbox"
    put(inbox, "ana/02.ipynb", notebook())
    done = place.course("grade", str(inbox))
    if done.code == 0:
        with (inbox.with_name("inbox_marks") / "marks.csv").open(encoding="utf-8-sig") as file:
            (row,) = csv.DictReader(file)
        done.code = int(row[f"{LESSON} right"] != str(len(numbers())))
        done.said += f"\n{row}"
    return done


COMMANDS = (lab, check, notebooks, grade)
QUICK = {("all of a user's settings at once", "check")}
CELLS = [
    pytest.param(
        environment,
        command,
        marks=[] if (environment.name, command.__name__) in QUICK else [pytest.mark.long],
        id=f"{environment.name}-{command.__name__}",
    )
    for environment in ENVIRONMENTS
    for command in COMMANDS
]


@pytest.fixture(scope="module")
def closed_in() -> bool:
    return can_close_in()


@pytest.mark.skipif(os.name == "nt", reason="the places are made for Linux and macOS")
@pytest.mark.parametrize(("environment", "command"), CELLS)
def test_usual_results_or_a_sentence(
    environment: Environment,
    command: Callable[[Place], Done],
    closed_in: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    if environment.sandbox and not closed_in:
        pytest.skip("needs bubblewrap")
    if name := environment.variables.get("LC_ALL"):
        known = locale_variables(name, tmp_path)
        if known is None:
            pytest.skip("no such locale, and none can be made (Debian: apt install locales)")
        for variable, value in known.items():
            monkeypatch.setenv(variable, value)
    done = command(Place(environment, tmp_path, linked=command is grade))
    sentence = environment.says.get(command.__name__, "")
    record_property("environment", environment.name)
    record_property("command", command.__name__)
    record_property("outcome", said_in(done.said, sentence) if sentence else "the usual results")
    assert "Traceback" not in done.said, done.said
    if command is notebooks:  # also where one lesson is left out
        assert re.search(r"^=+ \d{3,} passed", done.said, re.M), done.said
    assert "without encryption" not in done.said
    assert (sentence in done.said) if sentence else (done.code == 0), f"{done.code}\n{done.said}"
    assert bool(done.code) == bool(sentence), f"{done.code}\n{done.said}"


@pytest.mark.long
@pytest.mark.skipif(not can_close_in(), reason="needs bubblewrap")
def test_what_is_taken_away_is_gone(tmp_path: Path) -> None:
    """The control: bubblewrap does hold a root back."""
    reach = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"
    for options, command, said in (
        (("--ro-bind", "{home}", "{home}"), ["touch", "../home/file"], "Read-only file system"),
        (("--unshare-net",), [sys.executable, "-c", reach], "Network is unreachable"),
    ):
        place = Place(Environment("control", sandbox=options), tmp_path / said)
        assert said in place.start(command).said


def said_in(text: str, sentence: str) -> str:
    """The line with a sentence."""
    found = re.search(rf"^.*{re.escape(sentence)}.*$", text, re.M)
    return found[0] if found else ""


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="the places are made for Linux and macOS")
@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("handout 05", 2, CONFLICT),
        ("handout 04", 0, "wrote handouts/04_demand.html"),
        ("refresh 05", 2, CONFLICT),
        ("check 05", 1, CONFLICT),
        ("check 13", 0, "passed"),
    ],
)
def test_one_lesson_with_conflicts_stops_only_itself(
    words: str, code: int, sentence: str, tmp_path: Path
) -> None:
    done = Place(Environment("conflict", conflict), tmp_path).course(*words.split())
    assert done.code == code and sentence in done.said, done.said
