"""helpers/bootstrap.py: .venv is built when it has to be, with care for what is not its own, and
with one sentence when something fails. pip itself is run by tests/tools/test_supply_chain.py.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from course import say
from helpers.bootstrap import FIRST_USE, Environment
from tests.lessons import ROOT

FILES = ("requirements.txt", "requirements-test.txt", "pyproject.toml")
#: A set-up whose steps take no time but for one, which waits until a file appears.
SLOW = """
import runpy, sys, time
from pathlib import Path
from course import say
place = runpy.run_path("helpers/bootstrap.py")["Environment"]({root!r}, say)
place.python = Path(sys.executable)
def run(command, failed="pip_failed"):
    (place.root / ("step by " + sys.argv[1])).touch()
    while not (place.root / "go").exists():
        time.sleep(0.05)
place.run = run
place.set_up("reader")
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """An environment in a folder of its own; the steps of a set-up are noted, not run."""
    root = tmp_path / "a b é"
    (root / "tools" / "plugin").mkdir(parents=True)
    for name in (*FILES, "tools/plugin/pyproject.toml"):
        (root / name).write_bytes(b"a\nb\n")
    made = Environment(root, say)
    made.steps = []  # type: ignore[attr-defined]
    monkeypatch.setattr(made, "run", lambda command, failed="": made.steps.append(command))
    return made


@pytest.fixture
def built(place: Environment) -> Environment:
    """One that serves tests and readers."""
    place.set_up("test")
    place.python = Path(sys.executable)
    place.steps.clear()
    assert place.serves("reader"), "`lab` would set up a second time"
    return place


def test_what_is_up_to_date_is_left_alone(built: Environment) -> None:
    (built.root / FILES[0]).write_bytes(b"a\r\nb\r\n")  # other line ends are no change
    built.set_up("test")
    built.set_up("reader")
    assert not built.steps


def test_a_reader_gets_the_readers_lock_alone(place: Environment) -> None:
    """Nothing is built, and nothing of the tests is installed."""
    place.set_up("reader")
    (pip,) = [step for step in place.steps if "pip" in step]
    files = [word for word in pip if word.endswith(".txt")]
    assert files == [str(place.root / "requirements.txt")]
    place.steps.clear()
    place.set_up("test")
    lock, tool = [step[-1] for step in place.steps if "pip" in step]
    assert lock == str(place.root / "requirements-test.txt")
    assert tool == f"--editable={place.root / 'tools' / 'plugin'}"


@pytest.mark.skipif(os.name == "nt", reason="the packages are borrowed by a path of POSIX")
def test_the_package_is_found_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a kernel's folder, say, whatever letters are in the name of the collection's. matplotlib
    has listed its fonts by then.
    """
    monkeypatch.setenv("LC_ALL", "C")
    place = Environment(tmp_path / "José 中", say)
    (place.root / "helpers").mkdir(parents=True)
    shutil.copy(ROOT / "helpers" / "isolation.py", place.root / "helpers")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place.venv)], check=True)
    (packages,) = place.venv.glob("lib/*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    place.run([str(place.python), "-c", FIRST_USE])
    (place.root / "found_here.py").write_text("print('found')")
    command = [str(place.python), "-c", "import found_here"]
    done = subprocess.run(command, cwd=tmp_path, env=place.variables(), capture_output=True)
    assert done.stdout.strip() == b"found", done.stderr
    assert list((place.venv / "settings" / "matplotlib").glob("fontlist*"))
    with pytest.raises(SystemExit, match=r"Python cannot load them.*(?s:.*)no_such_package"):
        place.run([str(place.python), "-c", "import no_such_package"], "not_loaded")


@pytest.mark.parametrize(
    ("changed", "reader", "test"),
    [
        ("requirements.txt", True, False),
        ("requirements-test.txt", False, True),
        ("pyproject.toml", True, True),
        ("tools/plugin/pyproject.toml", False, True),
    ],
)
def test_what_changed_is_brought_up_to_date(
    built: Environment, changed: str, reader: bool, test: bool
) -> None:
    """In place: nothing is built anew."""
    (built.root / changed).write_text("c")
    assert [not built.serves("reader"), not built.serves("test")] == [reader, test]
    (built.venv / "kept").touch()
    built.set_up("reader")
    built.set_up("test")
    assert bool(built.steps) and built.serves("reader") and built.serves("test")
    assert (built.venv / "kept").exists()
    assert not [step for step in built.steps if "venv" in step]


@pytest.mark.parametrize("what", ["unfinished", "moved", "no Python"])
def test_what_cannot_be_used_is_built_anew(built: Environment, what: str) -> None:
    (built.venv / "lib" / "half").mkdir(parents=True)
    if what == "unfinished":
        built.write_stamp({})
    elif what == "moved":
        stamp = json.loads(built.stamp.read_text())
        built.write_stamp({**stamp, "base": "elsewhere"})
    else:
        built.python = built.venv / "bin" / "python"
    built.set_up("reader")
    assert not (built.venv / "lib").exists()
    assert built.steps[0][1:] == ["-m", "venv", str(built.venv)]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "link to another copy's"])
def test_a_foreign_environment_is_left_alone(place: Environment, kind: str) -> None:
    if kind == "folder":
        place.venv.mkdir()
    elif kind == "file":
        place.venv.write_text("mine")
    elif kind == "link":
        place.venv.symlink_to(place.root / "nowhere")
    else:
        theirs = place.root / "another copy" / ".venv"
        theirs.mkdir(parents=True)
        place.venv.symlink_to(theirs)
        place.write_stamp({"base": "elsewhere"})
    with pytest.raises(SystemExit, match="was not made by this program, so it is left alone"):
        place.set_up("reader")
    assert os.path.lexists(place.venv) and not place.steps


def test_an_environment_that_cannot_be_emptied_stays_ours(
    built: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    (built.venv / "lib").mkdir()
    built.write_stamp({"base": "elsewhere"})

    def used(path: Path, **options: object) -> None:
        raise PermissionError(13, "used by another process", str(path))

    monkeypatch.setattr(shutil, "rmtree", used)
    with pytest.raises(SystemExit, match=r"cannot write .*used by another.*Close JupyterLab"):
        built.set_up("reader")
    monkeypatch.undo()
    assert built.stamp.is_file() and not built.serves("reader")


def fake_pip(built: Environment, monkeypatch: pytest.MonkeyPatch, prints: str, code: int) -> None:
    """Let each step of a set-up print a text and end with an exit code."""
    program = f"import sys; print({prints!r}); sys.exit({code})"
    whole = Environment.run

    def run(command: list, failed: str = "pip_failed") -> None:
        whole(built, [sys.executable, "-c", program, *command[1:]], failed)

    monkeypatch.setattr(built, "run", run)


@pytest.mark.parametrize("unpacking", [False, True])
def test_a_reader_keeps_the_environment_when_the_test_packages_do_not_come(
    built: Environment, monkeypatch: pytest.MonkeyPatch, unpacking: bool
) -> None:
    """Without a network, `test` must not take away what `lab` works with. Once pip has begun to
    change it, nobody knows what it holds.
    """
    (built.root / "requirements-test.txt").write_text("six==1\n")
    words = "Installing collected packages: six\n" if unpacking else ""
    fake_pip(built, monkeypatch, f"{words}NewConnectionError: name resolution", 1)
    with pytest.raises(SystemExit, match="could not be reached"):
        built.set_up("test")
    assert built.serves("reader") != unpacking
    assert "name resolution" in (built.venv / "pip.log").read_text(encoding="utf-8")


def test_progress_is_shown(
    built: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (built.root / "requirements.txt").write_text("six==1\nidna==2\n")
    fake_pip(built, monkeypatch, "Collecting six==1 (from x)\nInstalling collected packages", 0)
    built.set_up("reader")
    said = capsys.readouterr().out
    assert "  1 of at most 2 packages: six\n  unpacking" in said and said.endswith("Ready.\n")
    assert not (built.venv / "tmp").exists(), "what pip needs while it works goes"


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
def test_failures_of_pip_are_explained(place: Environment, log: str, sentence: str) -> None:
    assert sentence in place.explain(log, "pip_failed")


def test_a_folder_without_write_access_is_told(
    place: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.open

    def read_only(path: Path, mode: str = "r", *words: object, **options: object) -> object:
        if mode != "a":
            return whole(path, mode, *words, **options)
        raise OSError(30, "Read-only file system", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", read_only)
        with pytest.raises(SystemExit, match=r"cannot write in this folder .*Read-only"):
            place.set_up("reader")


def test_what_leads_python_astray_is_taken_out(
    place: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    astray = (
        "PYTHONPATH PYTHONHOME PYTHONSAFEPATH PYTHONINSPECT PYTHONIOENCODING PIP_TARGET PIP_USER"
    )
    kept = "PYTHONUTF8 PYTHONDONTWRITEBYTECODE PIP_INDEX_URL PIP_PROXY PIP_CERT"
    for name in f"{astray} {kept}".split():
        monkeypatch.setenv(name, "1")
    there = place.variables()
    assert not set(astray.split()) & set(there) and set(kept.split()) <= set(there)


# --- several set-ups
# ------------------------------------------------------------------------------------------


def wait_until(condition: object, seconds: int = 20) -> None:
    """Wait until a function says yes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


@pytest.fixture
def start(place: Environment) -> Iterator:
    """Starts one more set-up in the folder, in a process with a name; the test ends them all."""
    started: list[subprocess.Popen[str]] = []

    def one(name: str) -> subprocess.Popen[str]:
        code = SLOW.format(root=str(place.root))
        command = [sys.executable, "-u", "-c", code, name]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=pipe, text=True))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.communicate()


def test_two_set_ups_in_a_folder_wait_for_each_other(place: Environment, start) -> None:
    first = start("first")
    wait_until((place.root / "step by first").exists)
    second = start("second")
    assert second.stdout.readline().startswith("Another set-up is running in this folder; waiting")
    (place.root / "go").touch()
    said = [process.communicate(timeout=20)[0] for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0]
    assert said[0].endswith("Ready.\n")
    assert said[1] == "", "the second finds everything done"
    assert not (place.root / "step by second").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_set_up_that_died_is_taken_over(place: Environment, start) -> None:
    first = start("first")
    wait_until((place.root / "step by first").exists)
    (place.venv / "tmp").mkdir()
    (place.venv / "tmp" / "half a wheel").touch()
    second = start("second")
    assert "waiting" in second.stdout.readline()
    first.send_signal(signal.SIGKILL)
    wait_until((place.root / "step by second").exists)
    assert not (place.venv / "tmp" / "half a wheel").exists(), "what it left is cleared away"
    (place.root / "go").touch()
    assert second.communicate(timeout=20)[0].endswith("Ready.\n") and second.returncode == 0


@pytest.mark.skipif(not hasattr(os, "kill") or os.name == "nt", reason="signals of POSIX")
def test_pip_ends_with_the_set_up(place: Environment, tmp_path: Path) -> None:
    """A pip left behind would write into the folder that the next start empties."""
    (tmp_path / "sleeps.py").write_text(
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    )
    code = (
        "import runpy, sys\nfrom course import say\n"
        "environment = runpy.run_path('helpers/bootstrap.py')['Environment']\n"
        f"place = environment({str(place.root)!r}, say)\nplace.venv.mkdir()\n"
        f"place.run([sys.executable, {str(tmp_path / 'sleeps.py')!r}])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    noted = place.root / "pid"
    wait_until(lambda: noted.exists() and noted.read_text())
    process.send_signal(signal.SIGINT)
    process.wait(20)

    def ended() -> bool:
        try:
            os.kill(int(noted.read_text()), 0)
        except ProcessLookupError:
            return True
        return False

    wait_until(ended)
