"""Other readers' machines, imitated: a clone of the project with a home folder, variables, files
and mounts of its own, in which course.py is started as a reader starts it.

The clone has a .venv of its own, which borrows the packages of the one that runs the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.lessons import ROOT

#: The Python that a reader has: not the one of a virtual environment.
PYTHON = str(getattr(sys, "_base_executable", sys.executable))
#: Variables of whoever runs the tests that would reach into a place.
OURS = ("XDG_", "JUPYTER", "IPYTHON", "MPL", "PYTEST_", "PYTHON", "LC_", "HELPERS_", "COURSE_")
#: Where a JupyterLab listens unless it is told otherwise.
PORT = 8888
STAMP = """
import course, sys
sys.path.insert(0, "helpers")
from bootstrap import Environment
place = Environment(course.ROOT, course.say)
place.write_stamp(place.expected())
"""


@dataclass(frozen=True)
class Environment:
    """One kind of machine.

    Attributes
    ----------
    name : str
        What the table calls it.
    prepare : callable
        Puts files into a place before a command is run.
    variables : dict
        Variables; {home} and {clone} stand for the two folders.
    folder : str
        The name of the folder of the clone.
    clone : tuple of str
        Options of `git clone`.
    sandbox : tuple of str
        Options of bubblewrap: read-only folders, no network.
    beside : tuple of str
        A server of the reader's that runs meanwhile, and listens on PORT.
    says : dict
        What a command says where it cannot do its work, by its name.
    """

    name: str
    prepare: Callable[[Place], object] = lambda place: None
    variables: dict[str, str] = field(default_factory=dict)
    folder: str = "clone"
    clone: tuple[str, ...] = ()
    sandbox: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    says: dict[str, str] = field(default_factory=dict)


@dataclass
class Done:
    """What came of a command: its exit code and everything that it said."""

    code: int
    said: str


class Place:
    """A clone of the last commit and a home folder, below `folder`.

    With `linked`, the packages are inside the clone, as hard links: for `grade`, whose sandbox sees
    no other folder.
    """

    def __init__(self, environment: Environment, folder: Path, linked: bool = False) -> None:
        self.environment = environment
        self.root, self.home = folder / environment.folder, folder / "home"
        self.home.mkdir(parents=True)
        command = ["git", "clone", "--quiet", *environment.clone, str(ROOT), str(self.root)]
        subprocess.run(command, check=True)
        self._borrow(linked)
        environment.prepare(self)

    def _borrow(self, linked: bool) -> None:
        """A virtual environment with the packages of the one that runs this."""
        venv = self.root / ".venv"
        subprocess.run([PYTHON, "-m", "venv", "--without-pip", str(venv)], check=True)
        packages = Path(sysconfig.get_path("purelib"))
        ours = [
            line.replace(str(ROOT), str(self.root))
            for path in packages.glob("_*.pth")
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith(str(ROOT))
        ]
        (target,) = venv.glob("Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")
        if linked:
            shutil.copytree(packages, target, copy_function=link_or_copy, dirs_exist_ok=True)
            for path in target.glob("_*.pth"):
                path.unlink()
        text = "\n".join([*([] if linked else [str(packages)]), *ours, str(self.root)]) + "\n"
        (target / "borrowed.pth").write_text(text, encoding="utf-8")
        for name in ("share/jupyter", "share/jupyter/lab", "etc/jupyter"):
            (venv / name).mkdir(parents=True)
            for path in (Path(sys.prefix) / name).iterdir():
                if path.name not in ("lab", "settings"):  # what `lab` writes is its own
                    (venv / name / path.name).symlink_to(path)
        subprocess.run([PYTHON, "-c", STAMP], cwd=self.root, check=True)

    def variables(self) -> dict[str, str]:
        """The variables of this machine."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        own = {
            name: value.format(home=self.home, clone=self.root)
            for name, value in self.environment.variables.items()
        }
        return {**kept, "HOME": str(self.home), **own}

    def sandbox(self) -> list[str]:
        """What to put in front of a command."""
        if not self.environment.sandbox:
            return []
        options = [
            word.format(home=self.home, clone=self.root) for word in self.environment.sandbox
        ]
        return ["bwrap", "--dev-bind", "/", "/", *options, "--"]

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Let the server that this environment has run meanwhile."""
        if not self.environment.beside:
            yield
            return
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(
            self.environment.beside, cwd=self.home, env=self.variables(), **quiet
        ) as server:
            try:
                self.wait_for(server)
                yield
                assert server.poll() is None, "the server beside it ended"
            finally:
                server.terminate()

    def wait_for(self, server: subprocess.Popen[bytes]) -> None:
        """Wait until a server listens on PORT."""
        while server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", PORT), 1):
                return
            time.sleep(0.2)
        raise RuntimeError(f"No server could be started on port {PORT}: is the port taken?")

    def start(self, command: list[str], timeout: float = 900) -> Done:
        """Run a command here; the end of a program that waits for input counts too."""
        with self.beside():
            done = subprocess.run(
                [*self.sandbox(), *command],
                cwd=self.root,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            )
        return Done(done.returncode, done.stdout.decode("utf-8", "replace"))

    def course(self, *words: str) -> Done:
        """Run course.py here, with the Python that a reader has."""
        return self.start([PYTHON, "course.py", *words])

    def read(self, lesson: str) -> Done:
        """Start `lab` here, run every cell of a lesson in it, and compare; see read_lesson.py."""
        reader = Path(__file__).with_name("read_lesson.py")
        return self.start([sys.executable, "-I", str(reader), PYTHON, lesson])

    def write(self, path: str, content: str | bytes | dict[str, object]) -> None:
        """Write a file below the folder that holds clone and home."""
        if isinstance(content, dict):
            content = json.dumps(content)
        target = self.home.parent / path.replace("clone/", f"{self.environment.folder}/", 1)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def link_or_copy(source: str, target: str) -> None:
    """The same file by another name; a copy where the target is on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def can_close_in() -> bool:
    """Whether bubblewrap works here."""
    if not shutil.which("bwrap"):
        return False
    command = ["bwrap", "--dev-bind", "/", "/", "--unshare-net", "--", "true"]
    return subprocess.run(command, capture_output=True).returncode == 0
