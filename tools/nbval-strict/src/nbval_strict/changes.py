"""`--nbval-strict-record` keeps a record of each notebook that passes; `--nbval-strict-changed`
leaves out those for which nothing has changed since.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from .patches import Patch, nbval_module, takes
from .recorder import RECORD
from .records import Records
from .warm import SOCKET

plugin = nbval_module("nbval.plugin")
nbval_kernel = nbval_module("nbval.kernel")
WRITE = "__import__('nbval_strict.recorder', fromlist=['write']).write({path!r})"
#: Sent from workers to the main process, under these names.
UNCHANGED, KEPT, REASONS, BEGAN, OTHERWISE = (
    f"nbval_strict_{name}" for name in ("same", "kept", "why", "began", "otherwise")
)
#: Options that do not change what passes. A record says nothing of others, which may be laxer.
NEUTRAL = (
    *("--nbval", "--nbval-strict", "--nbval-strict-warm", "--nbval-strict-record"),
    *("--nbval-strict-changed", "--nbval-cell-timeout", "--nbval-kernel-startup-timeout"),
)
#: Times of files lag a little behind the clock.
LAG = 0.1  # seconds
#: Files that pytest would read, if they were there, instead of those that it has read.
SETTINGS = (
    *("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"),
    *("pyproject.toml", "tox.ini", "setup.cfg"),
)


class Unchanged(pytest.File):
    """A notebook that need not run."""

    def collect(self) -> Iterator[pytest.Item]:
        """No cell."""
        return iter(())


class Changes:
    """A pytest plugin, in the main process of a run and in each worker.

    Parameters
    ----------
    config : pytest.Config
        Of this process.
    only : bool
        Whether notebooks that nothing has changed for are left out.
    """

    def __init__(self, config: Any, only: bool):
        self.config = config
        self.only = only
        self.warm = SOCKET in os.environ or config.getoption("--nbval-strict-warm")
        os.environ[RECORD] = "1"  # for a warm parent, which is started next
        worker = getattr(config, "workerinput", {})
        self.began: float = worker.get(BEGAN) or time.time() - LAG
        self.otherwise: str = worker.get(OTHERWISE) or _otherwise(config)
        self.cells: Counter[Path] = Counter()
        self.failed: set[Path] = set()
        self.unchanged: set[str] = set()
        self.kept = 0
        self.reasons: dict[str, str] = {}

    @cached_property
    def records(self) -> Records:
        """The records; pytest makes its cache after plugins are told to begin."""
        try:
            folder = self.config.cache.mkdir("nbval-strict")
        except OSError:  # nothing can be written here: a record is not kept, and the run says so
            folder = self.config.rootpath / self.config.getini("cache_dir") / "d" / "nbval-strict"
        return Records(folder, self.config.rootpath)

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: Any
    ) -> Generator[None, list[Any], list[Any]]:
        """Leave out a notebook that need not run."""
        found = yield
        if not self.only or not any(isinstance(file, plugin.IPyNbFile) for file in found):
            return found
        if self.records.why(file_path):
            return found
        rest = [file for file in found if not isinstance(file, plugin.IPyNbFile)]
        return [*rest, Unchanged.from_parent(parent, path=file_path)]

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Note what is left out. pytest also makes the files beside the one that was asked for, but
        collects only what was asked for.
        """
        if isinstance(collector, Unchanged):
            self.unchanged.add(str(collector.path))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: Any
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note how many cells of a notebook ran to their end, and whether one failed. A cell that
        was interrupted has no report.
        """
        report = yield
        if isinstance(item, plugin.IPyNbCell):
            self.cells[item.path] += report.when == "call" and not report.failed
            if report.failed:
                self.failed.add(item.path)
                self.records.forget(item.path)
        return report

    def take(self, file: Any) -> None:
        """Before the kernel of a notebook ends: keep what it read, if every cell passed."""
        cells = sum(cell.cell_type == "code" for cell in file.nb.cells)
        if file.path in self.failed or self.cells[file.path] < cells:
            return
        report = self._ask(file.kernel)
        if self.otherwise:
            why = f"{self.otherwise} was given for this run only"
        elif report is None:
            why = "its kernel was started by something else"
        else:
            why = self.records.keep(file.path, report, self._others(file), self.began)
        if why:
            self.records.forget(file.path)
            self.reasons[str(file.path)] = why
        self.kept += not why

    def _ask(self, kernel: Any) -> dict[str, Any] | None:
        """What the recorder in a kernel has noted; None if there is no recorder."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "record.json"
            asked = kernel.kc.execute(
                "", silent=True, user_expressions={"record": WRITE.format(path=str(path))}
            )
            try:
                kernel.await_reply(asked, timeout=30)
                return dict(json.loads(path.read_text(encoding="utf-8")))
            except (Empty, OSError, ValueError):
                return None

    def _others(self, file: Any) -> list[str]:
        """What pytest itself has read, and would have read: modules, settings, the kernel's
        description.
        """
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        found = [path for path in modules if isinstance(path, str) and os.path.isabs(path)]
        root = self.config.rootpath
        found += [str(root / name) for name in SETTINGS]
        found += [str(folder / "conftest.py") for folder in file.path.parents if folder >= root]
        found += [os.path.abspath(path) for path in file.get_sanitize_files()]
        return [*found, str(Path(file.kernel.km.kernel_spec.resource_dir) / "kernel.json")]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist what only the main process knows."""
        node.workerinput[BEGAN] = self.began
        node.workerinput[OTHERWISE] = self.otherwise

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker knows."""
        output = getattr(node, "workeroutput", {})
        self.unchanged.update(output.get(UNCHANGED, []))
        self.kept += output.get(KEPT, 0)
        self.reasons.update(output.get(REASONS, {}))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: Any, exitstatus: int) -> None:
        """A run in which nothing had to run is a success."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput.update(
                {UNCHANGED: sorted(self.unchanged), KEPT: self.kept, REASONS: self.reasons}
            )
        elif self.unchanged and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK

    def patches(self) -> list[Patch]:
        """The changes to nbval: kernels start with a recorder, which is asked before they end."""
        return [
            Patch(
                lambda: (
                    takes(plugin.IPyNbFile.teardown, "self")
                    and takes(nbval_kernel.RunningKernel.await_reply, "self", "msg_id", "timeout")
                    and takes(KernelManager.format_kernel_cmd, "self", "extra_arguments")
                ),
                self._record,
                "no record is kept, and every notebook runs each time",
            )
        ]

    def _record(self, monkeypatch: pytest.MonkeyPatch) -> None:
        teardown = plugin.IPyNbFile.teardown

        def take_and_teardown(file: Any) -> None:
            if file.kernel is not None and file.kernel.is_alive():
                self.take(file)
            teardown(file)

        monkeypatch.setattr(plugin.IPyNbFile, "teardown", take_and_teardown)
        if not self.warm:
            start = _recorded(KernelManager.format_kernel_cmd)
            monkeypatch.setattr(KernelManager, "format_kernel_cmd", start)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was left out, and what will run again although nothing changed."""
        if self.unchanged:
            number = len(self.unchanged)
            they = "it" if number == 1 else "they"
            terminalreporter.write_line(
                f"nbval-strict: {number} left out: nothing that {they} read has changed "
                f"since {they} passed"
            )
        for path, why in sorted(self.reasons.items()):
            short = os.path.relpath(path, self.config.rootpath)
            terminalreporter.write_line(f"nbval-strict: {short} will run again: {why}", yellow=True)


def _otherwise(config: Any) -> str:
    """An option of this command alone that may let pass what otherwise fails; empty if none."""
    words = [
        *map(str, config.invocation_params.args),
        *os.environ.get("PYTEST_ADDOPTS", "").split(),
    ]
    names = [word.partition("=")[0] for word in words]
    return next((n for n in names if n.startswith("--nbval") and n not in NEUTRAL), "")


def _recorded(original: Any) -> Any:
    """Start kernels of this Python through the recorder."""

    def format_kernel_cmd(manager: Any, extra_arguments: list[str] | None = None) -> list[str]:
        command: list[str] = original(manager, extra_arguments)
        if command[:3] == [sys.executable, "-m", "ipykernel_launcher"]:
            command[2] = "nbval_strict.recorder"
        return command

    return format_kernel_cmd
