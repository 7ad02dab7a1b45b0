"""The folder .venv: built from the hashed locks with pip, brought up to date, and started.

course.py reads this file by its path, before there is a package to import: standard library only.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

# By its path: what helpers/__init__.py imports is not there yet.
_spec = importlib.util.spec_from_file_location("isolation", Path(__file__).parent / "isolation.py")
assert _spec is not None and _spec.loader is not None
isolation = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(isolation)

LOCKS = {"reader": "requirements.txt", "test": "requirements-test.txt"}

#: Variables that would send pip elsewhere; helpers/isolation.py names those for Python and Jupyter.
UNWANTED = re.compile(
    "PIP_(USER|TARGET|PREFIX|ROOT|REQUIRE_V|NO_BINARY|NO_DEPS|CONSTRAINT|NO_INDEX|DRY_RUN|QUIET)"
)

#: Run once in a new environment, in the folder of the collection. The package is found there, by a
#: path without a letter of the folder's name, whose encoding would matter. What is imported is what
#: a lesson starts with: Python compiles it, and matplotlib lists the fonts, before anybody waits.
FIRST_USE = """
import os, runpy, sysconfig
packages = sysconfig.get_path("purelib")
with open(os.path.join(packages, "_links_in_the_chain.pth"), "w") as file:
    file.write(os.path.relpath(".", packages))
runpy.run_path("helpers/isolation.py")["enter"]()
import ipykernel.ipkernel, matplotlib_inline.backend_inline, networkx, seaborn
"""

#: What pip or the system says in a failure, and the sentence for it; the first one found counts.
FAILURES = (
    (r"No space left|ENOSPC|WinError 112", "disk_full"),
    (r"Connection(Error|Reset)|RemoteDisconnected|name resolution|getaddrinfo", "no_network"),
    (r"Timeout|timed out|ProxyError|SSLError|SSLCertVerificationError", "no_network"),
    (r"DO NOT MATCH THE HASHES", "wrong_hash"),
    (
        r"(?s)from versions: none.*No matching distribution found for (?P<package>\S+)",
        "not_offered",
    ),
    (r"No matching distribution found for (?P<package>\S+)", "no_wheel"),
    (r"Long Path", "long_path"),
)


class Environment:
    """The virtual environment of a folder.

    Parameters
    ----------
    root : str
        The folder of the collection.
    say : callable
        The sentence with a key, its gaps filled.
    """

    def __init__(self, root: str | Path, say: Callable[..., str]) -> None:
        self.root, self.say = Path(root), say
        self.venv = self.root / ".venv"
        self.stamp = self.venv / "links-in-the-chain.json"  # what it was built from
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def set_up(self, kind: str) -> None:
        """Make it serve `kind` ("reader" or "test"). Of several set-ups in a folder one works and
        the others wait.
        """
        if self.serves(kind):
            return
        try:
            with self.venv.with_name(".venv.lock").open("a") as lock:
                if not locked(lock.fileno()):
                    print(self.say("waiting"), flush=True)
                    while not locked(lock.fileno()):
                        time.sleep(1)
                if not self.serves(kind):
                    self.build(kind)
        except OSError as error:
            sys.exit(self.explain(str(error), "cannot_write"))

    def serves(self, kind: str) -> bool:
        """Whether it was built from what is there now, for `kind`, and its Python starts."""
        present, wanted = self.built_from(), self.expected()
        return all(present.get(part) == wanted[part] for part in ("base", kind))

    def expected(self) -> dict[str, str]:
        """What it should have been built from. The lock of the tests holds that of the readers."""
        stamp = {"base": f"{os.path.normcase(self.root)}, Python {sys.version_info[:2]}"}
        for kind, lock in LOCKS.items():
            digest = hashlib.sha256()
            for path in (self.root / lock, *(f / "pyproject.toml" for f in self.packages(kind))):
                if path.is_file():  # the students' copy has one lock
                    digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
            stamp[kind] = digest.hexdigest()
        return stamp

    def packages(self, kind: str) -> list[Path]:
        """The folder of our package and, for the tests, those of the packages below tools/."""
        below = sorted(self.root.glob("tools/*/pyproject.toml"))
        return [self.root, *(path.parent for path in below if kind == "test")]

    def built_from(self) -> dict[str, str]:
        """Its stamp; empty if it is unfinished, or its Python does not start."""
        try:
            stamp = dict(json.loads(self.stamp.read_text(encoding="utf-8")))
            command = [str(self.python), "-c", ""]
            run = subprocess.run(command, env=self.variables(), capture_output=True)
            return {} if run.returncode else stamp
        except (OSError, ValueError):
            return {}

    def write_stamp(self, stamp: dict[str, str]) -> None:
        """Note what it is built from; nothing while that changes."""
        self.stamp.write_text(json.dumps(stamp, indent=1), encoding="utf-8")

    def variables(self) -> dict[str, str]:
        """The variables for what runs in it."""
        clean = isolation.without_settings(os.environ)
        kept = {name: value for name, value in clean.items() if not UNWANTED.match(name)}
        path = os.pathsep.join([str(self.python.parent), kept.get("PATH", "")])
        caller = self.say("caller")
        return {**kept, "PATH": path, "VIRTUAL_ENV": str(self.venv), "COURSE_CALLER": caller}

    def build(self, kind: str) -> None:
        """Build it or bring it up to date; one that is unfinished is built anew."""
        linked = self.venv.resolve() != self.root.resolve() / ".venv"  # to that of another copy
        if linked or (os.path.lexists(self.venv) and not self.stamp.is_file()):
            sys.exit(self.say("foreign"))
        stamp, wanted = self.built_from(), self.expected()
        print(self.say(f"set_up_{kind}"), flush=True)
        if stamp.get("base") != wanted["base"]:
            stamp = {}
            self.empty()
            # not its own Python, if that is what runs this: it is gone
            base = getattr(sys, "_base_executable", sys.executable)
            self.run([base, "-m", "venv", str(self.venv)], "not_made")
        pip = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
        ]
        lock = ["--progress-bar=off", "--only-binary=:all:", "--require-hashes"]
        # The lock is complete, so there is nothing to resolve; most modules are never imported, so
        # they are not compiled.
        lock += ["--no-deps", "--no-compile", "-r"]
        self.run([*pip, *lock, str(self.root / LOCKS[kind])])
        for tool in self.packages(kind)[1:]:  # what registers itself has to be installed
            self.run([*pip, "--no-deps", "--no-build-isolation", f"--editable={tool}"])
        self.run([str(self.python), "-c", FIRST_USE], "not_loaded")
        self.run([str(self.python), "-m", "compileall", "-q", str(self.root / "helpers")])
        shutil.rmtree(self.venv / "tmp", ignore_errors=True)
        served = LOCKS if kind == "test" else (kind,)  # the tests' lock holds the readers'
        self.write_stamp({**stamp, **{part: wanted[part] for part in ("base", *served)}})
        print(self.say("ready"), flush=True)

    def empty(self) -> None:
        """Make the folder, or empty it but for the stamp, which says that it is ours."""
        self.venv.mkdir(exist_ok=True)
        self.write_stamp({})
        for path in self.venv.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path != self.stamp:
                path.unlink()

    def run(self, command: list[str], failed: str = "pip_failed") -> None:
        """Run one step, show how far pip is, and stop with a sentence if it fails; all that it says
        goes to .venv/pip.log.
        """
        total = 0
        if "-r" in command:
            total = len(re.findall(r"^[\w.-]+==", Path(command[-1]).read_text("utf-8"), re.M))
        done, live, lines = 0, sys.stdout.isatty(), []
        temporary = self.venv / "tmp"  # what an interrupted pip leaves goes with .venv
        temporary.mkdir(exist_ok=True)
        settings = self.variables() | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
        settings["PIP_USER"] = "0"  # over `user = true` in a pip.conf
        settings.pop("PYTHONDONTWRITEBYTECODE", None)  # each start would take three times as long
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdout=pipe, stderr=subprocess.STDOUT, env=settings, cwd=self.root
        ) as child:
            try:
                for raw in child.stdout or ():
                    lines.append(raw.decode(errors="replace").rstrip())
                    text = ""
                    if lines[-1].startswith("Collecting ") and total:
                        done += 1
                        name = lines[-1].split()[1].split("==")[0]
                        text = self.say("progress", done=done, total=total, name=name)
                    elif lines[-1].startswith("Installing collected") and total:
                        self.write_stamp({})  # from here on it is neither the old nor the new
                        text = self.say("unpacking")
                    if text and live:
                        print("\r" + text.ljust(70)[:70], end="", flush=True)
                    elif text and (done % 25 == 1 or "Collecting" not in lines[-1]):
                        print(text, flush=True)
                code = child.wait()
            finally:
                child.kill()  # at Ctrl-C: pip must not go on in what the next start empties
        if live and done:
            print()
        with (self.venv / "pip.log").open("a", encoding="utf-8") as log:
            log.write("\n".join([*lines, ""]))
        if code:
            sys.exit(self.explain("\n".join(lines), failed))

    def explain(self, log: str, other: str) -> str:
        """One sentence on a failure, and what to do."""
        system = f"{platform.system()} {platform.machine()}"
        where = f"Python {platform.python_version()} on {system}"
        for pattern, name in FAILURES:
            if found := re.search(pattern, log):
                return self.say(name, where=where, **found.groupdict())
        return self.say(other, log="\n".join(line[:300] for line in log.splitlines()[-8:]))

    def hand_over(self, arguments: list[str]) -> int:
        """Run its Python in the folder of the collection; returns the exit code."""
        os.chdir(self.root)
        command = [str(self.python), *arguments]
        variables = isolation.isolated(self.variables(), self.venv)
        if os.name != "nt":
            os.execve(command[0], command, variables)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the child's to handle
        return subprocess.call(command, env=variables)


def locked(file: int) -> bool:
    """Try for the lock of a file. The system frees it when the process that holds it ends, however
    it ends. Where the file system has no locks nobody waits.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    return True
