"""Inside a kernel: note which files a notebook reads, from the kernel's first import on.

Python tells an audit hook of every file it opens and every folder it lists. What was imported comes
from sys.modules. A forked kernel goes on with what its parent has noted, so that it may name files
that this notebook did not need, and never too few. Standard library only: nothing here changes what
a notebook finds imported.

A loader that keeps one JSON file for many notebooks can say that the next opening is for single
entries, and which ones were used; then these count, and not the whole file:

    sys.audit("nbval_strict.entries", "/path/of/a.json")  # before it is opened
    sys.audit("nbval_strict.entry", "/path/of/a.json", "key")
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import runpy
import sys
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

#: Starts a recorder in the warm parent.
RECORD = "NBVAL_STRICT_RECORD"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
#: What starts another program, whose files nobody tells us of.
PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.popen")
#: Folders of the system that hold no files of anybody.
NO_FILES = ("/proc/", "/sys/", "/dev/")
#: Who lists a folder to find modules, and who to find packages with their versions.
IMPORT = "<frozen importlib._bootstrap_external>"
METADATA = str(Path(importlib.metadata.__file__))


class Recorder:
    """What has been read so far: absolute paths."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.written: set[str] = set()
        self.listed: set[str] = set()
        self.searched: set[str] = set()  # by an import
        self.packages: set[str] = set()  # by a question for a package's version or entry points
        self.entries: dict[str, set[str]] = {}
        self.by_entry: set[str] = set()  # the next opening is for single entries
        self.beyond: set[str] = set()  # what was done that leaves no trace here

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python calls at each event."""
        if event == "open":
            self._opened(*arguments[:3])
        elif event in ("os.listdir", "os.scandir"):
            asks = sys._getframe(1).f_code.co_filename
            where = {IMPORT: self.searched, METADATA: self.packages}.get(asks, self.listed)
            self._note(where, arguments[0] or ".")
        elif event == "sqlite3.connect":
            self._note(self.read, arguments[0])
        elif event == "nbval_strict.entries":
            self._note(self.by_entry, arguments[0])
        elif event == "nbval_strict.entry":
            self.entries.setdefault(os.path.abspath(arguments[0]), set()).add(str(arguments[1]))
        elif event.startswith(PROGRAMS) and arguments[:1] != ("uname",):  # module platform asks it
            self.beyond.add(f"started a program ({event})")
        elif event == "socket.connect" and _is_far(arguments[1]):
            self.beyond.add("asked another computer")

    def _opened(self, path: Any, mode: str | None, flags: int) -> None:
        writes = bool(flags & WRITING) if mode is None else bool(set("wax+") & set(mode))
        known = self._absolute(path)
        if not known:
            return
        if known in self.by_entry:
            self.by_entry.discard(known)
        elif not writes and known not in self.written:
            self.read.add(known)
        elif writes and known not in self.read:
            self.written.add(known)

    def _note(self, where: set[str], path: Any) -> None:
        if known := self._absolute(path):
            where.add(known)

    def _absolute(self, path: Any) -> str:
        """The path of a file; empty for what is none, such as a number or a place in memory."""
        if isinstance(path, int):
            path = f"/proc/self/fd/{path}"  # a folder that was opened before
            path = os.readlink(path) if os.path.islink(path) else ""
            path = path if os.path.isabs(path) else ""  # a pipe
        path = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if not path or path == ":memory:":
            return ""
        path = os.path.abspath(path)
        return "" if path.startswith(NO_FILES) else path

    def report(self) -> dict[str, Any]:
        """What a record is made from: files read, folders listed, entries used, and what cannot be
        seen.
        """
        # Some folders were searched before anything could be noted.
        searched = self.searched | {os.path.abspath(path) for path in sys.path_importer_cache}
        modules = {path for module in list(sys.modules.values()) for path in _files_of(module)}
        read = {_source(path) for path in self.read | modules} - self.written - _of_the_kernel()
        return {
            "files": sorted(path for path in read if os.path.isfile(path)),
            "missing": sorted(path for path in read if not os.path.exists(path)),
            "listed": sorted(self.listed),
            "searched": sorted(searched),
            "packages": sorted(self.packages | {os.path.abspath(path) for path in sys.path}),
            "entries": {path: sorted(keys) for path, keys in sorted(self.entries.items())},
            "beyond": sorted(self.beyond),
        }


def _files_of(module: Any) -> list[str]:
    spec = getattr(module, "__spec__", None)
    found = [getattr(module, "__file__", None), getattr(spec, "origin", None)]
    return [path for path in found if isinstance(path, str) and os.path.isabs(path)]


def _source(path: str) -> str:
    """The source of a compiled module, which is what a person changes."""
    try:
        return source_from_cache(path)
    except ValueError:
        return path


def _of_the_kernel() -> set[str]:
    """Files of the kernel itself, which are others at each start."""
    own = {os.path.abspath(word) for word in sys.argv[1:] if word.endswith(".json")}
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        own.add(os.path.abspath(str(shell.history_manager.hist_file)))
    return own


def _is_far(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) else "localhost"
    return str(host) not in ("localhost", "::1") and not str(host).startswith("127.")


_recorder: Recorder | None = None


def install() -> None:
    """Begin to note. A hook cannot be taken out again."""
    global _recorder
    if _recorder is None:
        _recorder = Recorder()
        sys.addaudithook(_recorder.hook)


def write(path: str) -> None:
    """Write what was noted so far to a file; nothing when nobody noted anything."""
    if _recorder is not None:
        Path(path).write_text(json.dumps(_recorder.report()), encoding="utf-8")


def main() -> None:
    """`python -m nbval_strict.recorder ...` is `python -m ipykernel_launcher ...`, recorded."""
    sys.modules["nbval_strict.recorder"] = sys.modules["__main__"]
    install()
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
