"""One strict run: the changes to nbval, the check of counts, and the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from . import counts, kernels, memory, pictures
from .changes import Changes
from .patches import Patch, apply, nbval_module, takes

plugin = nbval_module("nbval.plugin")
WRONG_COUNT = pytest.StashKey[str]()


class StrictRun:
    """A pytest plugin, in the main process of a run and in each worker."""

    def __init__(self, config: pytest.Config, changes: Changes | None):
        self.counts_rule: str = config.getoption("--nbval-strict-counts")
        self.counts_are_checked = False
        self.compared: Counter[str] = Counter()
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

    def pytest_unconfigure(self) -> None:
        """Leave nbval as it was."""
        self.patched.undo()

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
        lines = [f"{number} compared {how}" for how, number in sorted(self.compared.items())]
        if lines:
            terminalreporter.write_line(f"nbval-strict: pictures: {'; '.join(lines)}")
        for sentence in self.weaker:
            terminalreporter.write_line(f"nbval-strict: {sentence}", yellow=True)


def unreadable(file: Any, error: pytest.ExceptionInfo[BaseException]) -> str:
    """A sentence in place of a traceback that ends in nbformat."""
    said = str(error.value).partition("\n")[0][:200] or error.typename
    return f"{file.path.name} cannot be read as a notebook ({said}): repair it, or leave it out."
