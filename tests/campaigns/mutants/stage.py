"""The stage of the campaign: a warm process in a copy of the project, from which every mutant gets
a forked child.

A child meets the checks that a reader or CI would run, the cheap ones first, and stops at the first
that goes red. Pictures are not drawn: descriptions and hashes of plotted values are compared, as on
a system whose pictures are not comparable.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import re
import resource
from collections.abc import Callable, Iterator
from typing import Any

import IPython.core.interactiveshell as interactive
import matplotlib
import pandas as pd
import pytest
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from nbval_strict.counts import Cell, problem
from traitlets.config import Config

import helpers
from helpers.catalogue import load
from helpers.contract import DataError
from helpers.figures import png
from tests.campaigns.mutants.lesson import LESSONS, ROOT, Lesson, source

LIMIT = 180  # seconds of processor time for one mutant
#: Left out of the unit tests here: what asks whether the manifest follows from the file (it was
#: made to), and what is slow.
NOT_ASKED = (
    "not public_standard and not damage and not never_raises and not odd_answers and not describe "
    "and not descriptions"
)


class _Hook(DisplayHook):
    def __call__(self, result: Any = None) -> None:
        if result is not None:
            shell: Any = self.shell
            data = shell.display_formatter.format(result)[0]
            shell.display_pub.outputs.append({"data": data, "metadata": {}})


class ZmqLikeShell(interactive.InteractiveShell):
    """IPython without a kernel, keeping what cells show. pandas takes a class with zmq in its name
    for a notebook.
    """

    displayhook_class = _Hook
    display_pub_class = CapturingDisplayPublisher

    def enable_gui(self, gui: str | None = None) -> None:
        """Nothing: there is no window."""


def warm() -> None:
    """Load what every child needs, once."""
    matplotlib.use("Agg")
    png.draw = lambda figure: b""  # no picture is drawn
    for module in ("_pytest.assertion.rewrite", "hypothesis"):
        importlib.import_module(module)  # a child that runs tests starts at once
    ZmqLikeShell.instance(config=Config(HistoryManager={"enabled": False}))
    helpers._prepare_notebook()  # as when a lesson imports helpers in a kernel
    pd.set_option("display.max_columns", 20)  # what pandas itself takes in a kernel
    for name in helpers.tables().index:
        helpers.load(name)
    gc.collect()
    gc.freeze()


def shown(outputs: list[dict[str, Any]]) -> tuple[str, list[dict[str, str]]]:
    """Outputs as nbval compares them: what was printed, and each rich output without the bytes of
    pictures.
    """
    printed, rich = "", []
    for output in outputs:
        if output.get("output_type") in ("stream", "error"):
            printed += f"{output['name']}:" * (output.get("name") != "stdout") + "".join(
                output.get("text", output.get("traceback", ""))
            )
            continue
        kinds = {
            kind: "".join(text)
            for kind, text in output["data"].items()
            if kind in ("text/plain", "text/html")
        }
        rich.append(
            {
                kind: re.sub(r"base64,[A-Za-z0-9+/=]*", "base64,", text)
                for kind, text in kinds.items()
            }
        )
    return printed, rich


def executed(
    lesson: Lesson, before: Callable[[dict[str, Any]], None] = lambda cell: None
) -> Iterator[tuple[dict[str, Any], tuple[str, list[dict[str, str]]]]]:
    """Each code cell of a lesson with what it shows when it is run now; `before` hears of a cell
    that is about to run.
    """
    shell: Any = ZmqLikeShell.instance()
    shell.reset(new_session=False)
    shell.execution_count = 1
    os.chdir(lesson.path.parent)
    for cell in lesson.code:
        before(cell)
        shell.display_pub.outputs = []
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            done = shell.run_cell(source(cell), store_history=True)
        text = out.getvalue() + (
            f"error: {done.error_in_exec or done.error_before_exec}" if not done.success else ""
        )
        printed, rich = shown(shell.display_pub.outputs)
        yield cell, (text + err.getvalue() + printed, rich)


def lesson_differs(lesson: Lesson) -> str:
    """Where a lesson run now first differs from what it stores; empty if nowhere."""
    for number, (cell, now) in enumerate(executed(lesson), 1):
        if now != shown(cell["outputs"]):
            return f"lesson {lesson.number}, cell {number}"
    return ""


def structure_fails(lesson: Lesson) -> str:
    """What is wrong with a lesson: its counts, at which the strict re-run looks, or the first
    structure test that fails; empty if nothing is.
    """
    cells = [Cell(cell["execution_count"], bool(source(cell).strip())) for cell in lesson.code]
    if counted := problem(cells, "ordered"):
        return f"counts, {counted[1]}"
    return unit_tests_fail(("test_lessons.py",), lesson.path.stem)


def refused(table: str) -> str:
    """What load() says to a table; empty if it takes it."""
    try:
        load(table)
    except DataError as error:
        return f"load(): {error}"[:160]
    return ""


def unit_tests_fail(
    files: tuple[str, ...], chosen: str = NOT_ASKED, plugins: tuple[object, ...] = ()
) -> str:
    """The first unit test that fails in this process; empty if none."""
    failed: list[str] = []

    class Watch:
        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed:
                failed.append(report.nodeid.rpartition("/")[2])

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                failed.append(report.nodeid.rpartition("/")[2])

    os.chdir(ROOT)
    paths = [str(path) for pattern in files for path in sorted((ROOT / "tests").rglob(pattern))]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = pytest.main(
            [
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-W",
                "ignore",
                "-k",
                chosen,
                *paths,
            ],
            plugins=[Watch(), *plugins],
        )
    return failed[0] if failed else "" if code == 0 else f"pytest ends with {code}"


def in_child(checks: Callable[[], Any]) -> Any:
    """What `checks` returns in a forked child: the name of the check that went red, or an empty
    text.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        try:
            answer = checks()
        except BaseException as error:  # an error of the campaign itself must not count as a kill
            answer = f"CAMPAIGN ERROR {type(error).__name__}: {error}"
        with os.fdopen(write, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else f"no end within {LIMIT} s of processor time, or a crash"


def first_red(*checks: Callable[[], str]) -> str:
    """The first non-empty answer."""
    return next((answer for check in checks if (answer := check())), "")


def lesson(number: str) -> Lesson:
    """A lesson by its number, read anew."""
    return Lesson(next(one.path for one in LESSONS if one.number == number))
