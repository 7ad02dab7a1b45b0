"""One strict run: the changes to nbval, the check of counts, and the summary."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import NoSuchKernel

from . import counts, kernels, memory, pictures
from .changes import Changes
from .patches import Patch, apply, nbval_module, takes

plugin = nbval_module("nbval.plugin")
WRONG_COUNT = pytest.StashKey[str]()
#: Where jupyter_client writes the traceback of a kernel that is not installed.
LOG = logging.getLogger("traitlets")


class StrictRun:
    """A pytest plugin, in the main process of a run and in each worker."""

    def __init__(self, config: pytest.Config, changes: Changes | None):
        self.counts_rule: str = config.getoption("--nbval-strict-counts")
        self.counts_are_checked = False
        self.compared: Counter[str] = Counter()
        # Notebooks without a kernel, and the cell of each that has told it.
        self.without_kernel: dict[Path, str] = {}
        self.patched = pytest.MonkeyPatch()
        patches = [
            *kernels.PATCHES,
            *memory.PATCHES,
            *(changes.patches() if changes else []),
            *pictures.patches(config.getoption("--nbval-strict-pictures")),
            Patch(
                lambda: (
                    takes(
                        plugin.IPyNbCell.__init__,
                        "self",
                        "name",
                        "parent",
                        "cell_num",
                        "cell",
                        "options",
                    )
                    and takes(
                        plugin.IPyNbCell.raise_cell_error, "self", "message", "args", "kwargs"
                    )
                ),
                lambda _: setattr(self, "counts_are_checked", True),
                "cleared notebooks and those run out of order pass",
            ),
        ]
        before = plugin.IPyNbFile.setup
        self.weaker = apply(patches, self.patched)
        self.memory_is_saved = plugin.IPyNbFile.setup is not before
        self.patched.setattr(plugin.IPyNbFile, "repr_failure", unreadable)
        LOG.addFilter(_is_news)

    def pytest_unconfigure(self) -> None:
        """Leave nbval as it was."""
        self.patched.undo()
        LOG.removeFilter(_is_news)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Look at the counts of a whole notebook, however few of its cells are to run; then put it
        aside.
        """
        report = yield
        if report.failed:
            return report
        cells = [item for item in report.result or [] if isinstance(item, plugin.IPyNbCell)]
        if self.counts_are_checked:
            found = counts.problem(
                [
                    counts.Cell(
                        item.cell.execution_count,
                        bool(item.cell.source.strip()) and not item.options["skip"],
                    )
                    for item in cells
                ],
                self.counts_rule,
            )
            if found:
                cells[found[0]].stash[WRONG_COUNT] = found[1]
        if isinstance(collector, plugin.IPyNbFile) and self.memory_is_saved:
            memory.put_aside(collector, cells)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """A kernel that is not installed fails the first cell that is to run, with a sentence; the
        others of its notebook are skipped.
        """
        try:
            yield
        except NoSuchKernel as error:
            if self.without_kernel.setdefault(item.path, item.nodeid) != item.nodeid:
                raise pytest.skip.Exception(f"{item.path.name} has no kernel") from None
            raise pytest.fail.Exception(
                f"{item.path.name} cannot run: no kernel named {error.name} is installed. Install "
                "it, or choose another one with --nbval-kernel-name.",
                pytrace=False,
            ) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, None, None]:
        """After a cell has passed: is it the one at which the counts go wrong?"""
        yield
        if sentence := item.stash.get(WRONG_COUNT, ""):
            item.raise_cell_error(sentence)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count pictures, also those that workers have compared."""
        if report.when == "call":
            self.compared.update(
                str(how) for name, how in report.user_properties if name == pictures.PROPERTY
            )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how pictures were compared, and what was not looked for."""
        lines = [f"{number} {how}" for how, number in sorted(self.compared.items())]
        if lines:
            terminalreporter.write_line(f"nbval-strict: pictures: {'; '.join(lines)}")
        for sentence in self.weaker:
            terminalreporter.write_line(f"nbval-strict: {sentence}", yellow=True)


def _is_news(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], NoSuchKernel))


def unreadable(file: Any, error: pytest.ExceptionInfo[BaseException]) -> str:
    """A sentence in place of a traceback that ends in nbformat."""
    why = _why_unreadable(file.path, error)
    return f"{file.path.name} cannot be read as a notebook: {why}. Repair it, or leave it out."


def _why_unreadable(path: Path, error: pytest.ExceptionInfo[BaseException]) -> str:
    """What is wrong with a file that is no notebook: the first that is found."""
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text)
    except OSError as failed:
        return f"it cannot be opened ({failed.strerror})"
    except UnicodeDecodeError:
        return "it is not UTF-8"
    except RecursionError:
        return "its JSON is nested too deeply"
    except json.JSONDecodeError as failed:
        if not text.strip():
            return "it is empty"
        if text.startswith("\ufeff"):
            return "a byte order mark is before its text"
        return f"it is not JSON: see line {failed.lineno}, column {failed.colno}"
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        return "it has no cells"
    if isinstance(error.value, (AttributeError, LookupError, TypeError)):
        return "something that every notebook has is missing"
    return str(error.value).partition("\n")[0][:200].rstrip(".") or error.typename
