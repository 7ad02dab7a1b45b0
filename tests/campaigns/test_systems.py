"""Other readers' machines, imitated: time zones, languages, folders that cannot be written, no
network, odd paths, other line ends (`python3 course.py nox -s systems`).

Each uses the product's own commands in a fresh clone of the last commit, which is set up once.
What is taken away afterwards is taken by bubblewrap.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.lessons import ROOT
from tests.locales import locale_variables

pytestmark = pytest.mark.long
COMMANDS = {"check": ["check", "00", "02", "10"], "lab": ["lab", "--version"]}


@dataclass(frozen=True)
class Machine:
    """One kind of machine: its variables, how its clone is made, and what is taken away."""

    name: str
    variables: dict[str, str] = field(default_factory=dict, hash=False)
    clone: tuple[str, ...] = ()
    read_only: str = ""  # "clone", "home"
    network: bool = True


WINDOWS = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
MACHINES = [
    Machine("path with spaces and accents"),
    *(Machine(f"TZ={z}", {"TZ": z}) for z in ("Pacific/Kiritimati", "America/Tijuana", "UTC")),
    *(Machine(f"LC_ALL={n}", {"LC_ALL": n, "LANG": n}) for n in ("es_MX.UTF-8", "C")),
    Machine("read-only checkout", read_only="clone"),
    Machine("home without write access", read_only="home"),
    Machine("no network at all", network=False),
    Machine("Windows line ends", clone=WINDOWS),
]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Path]:
    """A clone that is set up, by the options of Git that made it."""
    made = {}
    for number, options in enumerate({machine.clone for machine in MACHINES}):
        folder = tmp_path_factory.mktemp(f"clone{number}") / "José's próxima carpeta"
        git = ["git", *options, "clone", "--quiet", str(ROOT), str(folder)]
        subprocess.run(git, check=True)
        command = [sys.executable, "course.py", "check", "00"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        made[options] = folder
    return made


def wrapped(machine: Machine, places: dict[str, Path]) -> list[str]:
    """What to put in front of a command to take something away from it."""
    if machine.network and not machine.read_only:
        return []
    if not shutil.which("bwrap"):
        pytest.skip("needs bubblewrap (Debian, Ubuntu: sudo apt install bubblewrap)")
    words = ["bwrap", "--dev-bind", "/", "/"]
    if machine.read_only:
        words += ["--ro-bind", *[str(places[machine.read_only])] * 2]
    return words + ([] if machine.network else ["--unshare-net"])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("machine", MACHINES, ids=[machine.name for machine in MACHINES])
def test_it_works_there(
    machine: Machine, command: str, clone: dict[tuple[str, ...], Path], tmp_path: Path
) -> None:
    places = {"clone": clone[machine.clone], "home": tmp_path / "home"}
    places["home"].mkdir()
    unwanted = ("XDG_", "JUPYTER_", "IPYTHON", "MPL", "PYTEST_", "PYTHONPATH", "LC_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    variables = kept | {"HOME": str(places["home"])} | machine.variables
    if "LC_ALL" in machine.variables:
        known = locale_variables(machine.variables["LC_ALL"], tmp_path)
        if known is None:
            pytest.skip("no such locale, and none can be made (Debian: apt install locales)")
        variables |= known
    done = subprocess.run(
        [*wrapped(machine, places), sys.executable, "course.py", *COMMANDS[command]],
        cwd=places["clone"],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stdout, done.stdout[-2000:]
    if (machine.read_only, command) != ("clone", "lab"):  # which says that it cannot copy lessons
        assert done.returncode == 0, done.stdout[-2000:]


def test_what_is_taken_away_is_gone(tmp_path: Path) -> None:
    """The control: bubblewrap does hold a root back."""
    places = {"clone": tmp_path, "home": tmp_path}
    write = ["touch", str(tmp_path / "file")]
    reach = [sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 9), 1)"]
    for machine, command, said in (
        (Machine("", read_only="clone"), write, "Read-only file system"),
        (Machine("", network=False), reach, "Network is unreachable"),
    ):
        front = wrapped(machine, places)
        done = subprocess.run([*front, *command], capture_output=True, text=True)
        assert done.returncode and said in done.stderr
