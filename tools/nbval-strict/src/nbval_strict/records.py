"""Which notebooks have to run again: those that read something that has changed since they passed.

A record of each notebook that passed is kept in pytest's cache: every file that its kernel or
pytest read, with its hash (files of installed packages: size and time), every folder that was
listed, with its names, and the settings. A notebook without a record, or with one that no longer
fits, runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.machinery import all_suffixes
from pathlib import Path
from typing import Any

#: A record of another form counts as none.
FORM = 1
#: Beginnings of the variables that may change what a notebook prints.
VARIABLES = (
    "HOME", "IPYTHON", "JUPYTER_", "LANG", "LC_", "MATPLOTLIB", "MKL_", "MPL", "NPY_", "OMP_",
    "OPENBLAS_", "PANDAS_", "PYTHON", "TZ",
)  # fmt: skip
#: Set by the plugin itself, and another one at each run.
OWN = ("JUPYTER_DEFAULT_PROVISIONER_NAME",)


class Records:
    """The records in one folder.

    Parameters
    ----------
    folder : pathlib.Path
        Where they are kept; made when the first is written.
    root : pathlib.Path
        Files in here are compared by their hash; all others by size and time.
    """

    def __init__(self, folder: Path, root: Path):
        self.folder = folder
        self.root = str(root)
        self.state: Callable[[str], str] = cache(self._state)
        # What is compared of a folder: all its names, what can be imported, or the packages in it.
        self.folders: dict[str, Callable[[str], str]] = {
            "names": cache(_names),
            "importable": cache(_importable),
            "packages": cache(_packages),
        }

    def why(self, notebook: Path) -> str:
        """Why a notebook has to run; empty if nothing that it read has changed."""
        try:
            record = json.loads(self.path(notebook).read_text(encoding="utf-8"))
        except (OSError, RecursionError, ValueError):
            return "it has not passed in this folder yet"
        if not isinstance(record, dict) or record.get("form") != FORM:
            return "it passed under another version of nbval-strict"
        try:
            if str(notebook) in record["files"]:
                return next(self._differences(record), "")
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            pass
        return "its record is damaged"

    def keep(
        self, notebook: Path, report: dict[str, Any], others: Iterable[str], began: float
    ) -> str:
        """Keep the record of a notebook that has passed, unless something changed meanwhile.

        Parameters
        ----------
        notebook : pathlib.Path
            What passed.
        report : dict
            What the recorder in its kernel wrote.
        others : iterable of str
            Files that count too, in whatever folder: the modules of pytest, its settings.
        began : float
            When the run began, in seconds since 1970: what changed later was perhaps read before.

        Returns
        -------
        str
            Why no record is kept; empty if one is.
        """
        if report["beyond"]:
            return f"{report['beyond'][0]}, and what that read is not known"
        self.forget(notebook)
        for known in (self.state, *self.folders.values()):
            known.cache_clear()  # type: ignore[attr-defined]
        files = {str(notebook), *report["files"]}
        folders = {os.path.dirname(path) for path in files if self._inside(path)}
        files |= {path for path in others if os.path.isfile(path)}
        for path in [*files, *report["entries"]]:
            with suppress(OSError):
                if os.stat(path).st_mtime > began:
                    return f"{path} changed during the run"
        record = {
            "form": FORM,
            "settings": settings(),
            "files": {path: self.state(path) for path in sorted(files)},
            "missing": [*report["missing"], *(path for path in others if path not in files)],
            "folders": {
                kind: {path: self.folders[kind](path) for path in paths}
                for kind, paths in (
                    ("names", sorted({*report["listed"], *folders})),
                    ("importable", report["searched"]),
                    ("packages", report["packages"]),
                )
            },
            "entries": {
                path: {key: entry(path, key) for key in keys}
                for path, keys in report["entries"].items()
            },
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = self.path(notebook).with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(record), encoding="utf-8")
            unfinished.replace(self.path(notebook))
        except OSError as error:
            return f"it cannot be written ({error})"
        return ""

    def forget(self, notebook: Path) -> None:
        """Drop the record of a notebook."""
        with suppress(OSError):
            self.path(notebook).unlink()

    def path(self, notebook: Path) -> Path:
        """Where the record of a notebook is kept."""
        digest = hashlib.sha256(os.fsencode(notebook)).hexdigest()[:16]
        return self.folder / f"{notebook.stem}-{digest}.json"

    def _differences(self, record: dict[str, Any]) -> Iterator[str]:
        now = settings()
        for name in sorted(now.keys() | record["settings"].keys()):
            if now.get(name) != record["settings"].get(name):
                yield f"{name} is another one"
        for path, state in record["files"].items():
            if self.state(path) != state:
                yield f"{self._short(path)} has changed"
        for path in record["missing"]:
            if os.path.exists(path):
                yield f"{self._short(path)} is new"
        for path, keys in record["entries"].items():
            for key, state in keys.items():
                if entry(path, key) != state:
                    yield f"the entry {key} of {self._short(path)} has changed"
        for kind, paths in record["folders"].items():
            for path, state in paths.items():
                if self.folders[kind](path) != state:
                    what = "packages" if kind == "packages" else "files"
                    yield f"{what} were added to {self._short(path)}, or taken away"

    def _inside(self, path: str) -> bool:
        return path.startswith(self.root + os.sep) and "site-packages" not in path

    def _short(self, path: str) -> str:
        return os.path.relpath(path, self.root) if self._inside(path) else path

    def _state(self, path: str) -> str:
        try:
            if self._inside(path):
                return hashlib.sha256(Path(path).read_bytes()).hexdigest()
            found = os.stat(path)
        except OSError:
            return "missing"
        return f"{found.st_size} {found.st_mtime_ns}"


def settings() -> dict[str, str]:
    """What else a result may depend on: the interpreter, the machine and variables."""
    found = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(VARIABLES) and name not in OWN
    }
    return {
        "Python": f"{sys.version} {sys.executable}",
        "the machine": f"{platform.system()} {platform.machine()}",
        **{f"the variable {name}": value for name, value in found.items()},
    }


def entry(path: str, key: str) -> str:
    """The hash of one entry of a JSON file."""
    return _digest(_entries(path, _version(path)).get(key))


def _version(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


@cache
def _entries(path: str, version: tuple[int, int]) -> dict[str, Any]:
    """A JSON file; with one entry for everybody when it is broken, so that nothing fits."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    return found if isinstance(found, dict) else _Broken()


class _Broken(dict[str, Any]):
    def get(self, key: str, default: Any = None) -> Any:
        """The same for every entry, and unlike any."""
        return "broken"


def _names(path: str) -> str:
    """The names in a folder, without what editors and Python leave there."""
    return _digest(
        [
            name
            for name in _list(path)
            if not name.startswith((".", "__pycache__")) and name[-1] != "~"
        ]
    )


def _packages(path: str) -> str:
    """The packages in a folder, whose metadata are named for name and version."""
    return _digest([name for name in _list(path) if name.endswith((".dist-info", ".egg-info"))])


def _importable(path: str) -> str:
    """The names in a folder that an import could find: modules, folders that hold one, and .pth
    files, which Python reads at its start.
    """
    suffixes = (*all_suffixes(), ".pth")
    return _digest(
        [
            name
            for name in _list(path)
            if name.endswith(suffixes)
            or any(inner.endswith(suffixes) for inner in _list(os.path.join(path, name)))
        ]
    )


def _list(path: str) -> list[str]:
    """The names in a folder; none if it is no folder."""
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
