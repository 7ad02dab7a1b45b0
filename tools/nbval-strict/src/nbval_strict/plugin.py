"""The pytest plugin: its options, and what each of them switches on.

Nothing heavy is imported here, and nothing is changed, until `--nbval-strict` is given.
"""

from __future__ import annotations

import atexit
import os
import shlex
import sys
from importlib.metadata import entry_points
from typing import Any

import pytest

from .rules import COUNTS, PICTURES

OPTION = "--nbval-strict"
WARM = "--nbval-strict-warm"
RECORDED = "--nbval-strict-record"
CHANGED = "--nbval-strict-changed"
PRELOAD = "nbval_strict_preload"
#: nbformat imports jsonschema, which on import builds some 35 grammars for a format that no
#: notebook uses (`rfc3987_syntax`), and imports a calendar library for another. A None in
#: sys.modules makes such an import fail, which jsonschema is prepared for.
NOT_NEEDED = ("rfc3987_syntax", "isoduration")
#: Ways of pytest-xdist that send the cells of one notebook to several workers.
SPLITTING = ("load", "worksteal")

KERNELS = pytest.StashKey[str]()
CHANGES = pytest.StashKey[Any]()


def pytest_addoption(parser: Any, pluginmanager: Any) -> None:
    """Add the options. This is also the first hook that pytest calls: what is to happen early
    happens here.
    """
    group = parser.getgroup("nbval-strict", "strict, fast re-run of Jupyter notebooks")
    group.addoption(
        OPTION,
        action="store_true",
        help="run notebooks with nbval and compare strictly: pictures too; a dead kernel, a "
        "cleared notebook and one run out of order are failures. Implies --nbval",
    )
    group.addoption(
        "--nbval-strict-pictures",
        choices=PICTURES,
        default="auto",
        help="how pictures are compared. auto (default): by hash, or by size where the stored one "
        "was drawn by something else; hash: always; size: width and height; skip: not at all",
    )
    group.addoption(
        "--nbval-strict-counts",
        choices=COUNTS,
        default="ordered",
        help="what the counts of stored cells must be. ordered (default): 1, 2, 3 ...; "
        "increasing: with gaps; any: also cleared",
    )
    group.addoption(
        WARM,
        action="store_true",
        help="fork kernels from one process that has done the imports (Linux, macOS)",
    )
    group.addoption(
        RECORDED,
        action="store_true",
        help="keep a record of what each notebook that passes has read",
    )
    group.addoption(
        CHANGED,
        action="store_true",
        help="leave out notebooks that passed since anything they read has changed; implies "
        "--nbval-strict-record",
    )
    parser.addini(
        PRELOAD,
        "modules that warm kernels have imported (default: those of numpy, pandas, "
        "matplotlib.pyplot and seaborn that are installed)",
        type="args",
        default=[],
    )
    arguments = _arguments(pluginmanager.get_plugin("pytestconfig"))
    if OPTION in arguments and "nbformat" not in sys.modules:
        for module in NOT_NEEDED:
            sys.modules.setdefault(module, None)  # type: ignore[arg-type]


def _arguments(config: Any) -> list[str]:
    """The words of this run's command, before pytest has parsed them."""
    words = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    words += [str(word) for word in config.invocation_params.args]
    try:
        return [*config.getini("addopts"), *words]
    except (KeyError, ValueError):  # asked before pytest has read its configuration
        return words


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: Any) -> None:
    """Switch everything on, before nbval and pytest-xdist look at their options, and after
    conftest.py, which may have set the environment of kernels.
    """
    recorded = config.getoption(RECORDED) or config.getoption(CHANGED)
    if recorded:
        _record(config)
    if config.getoption(WARM):
        # The parent of another run that started this one notes nothing, or notes it for others.
        own = recorded and not hasattr(config, "workerinput")
        config.stash[KERNELS] = _start_parent(config, own)
    if not config.getoption(OPTION):
        return
    if config.option.nbval_lax:
        raise pytest.UsageError(
            f"{OPTION} compares every cell, --nbval-lax only some: give one of the two."
        )
    config.option.nbval = True
    if getattr(config.option, "dist", "no") in SPLITTING:
        config.option.dist = "loadscope"
    config.option.loadscopereorder = False  # or pytest-xdist would sort by the number of cells
    from .order import LongestFirst
    from .run import StrictRun

    run = StrictRun(config, config.stash.get(CHANGES, None))
    config.pluginmanager.register(run, "nbval_strict_run")
    if getattr(config, "cache", None) is not None:
        config.pluginmanager.register(LongestFirst(config), "nbval_strict_order")


def _record(config: Any) -> None:
    """Keep records, before a warm parent is started that has to note its imports."""
    if not config.getoption(OPTION):
        raise pytest.UsageError(f"{RECORDED} and {CHANGED} need {OPTION}: add it.")
    if not config.pluginmanager.hasplugin("cacheprovider"):
        raise pytest.UsageError(
            f"{RECORDED} and {CHANGED} keep their records in pytest's cache: leave out "
            "-p no:cacheprovider."
        )
    from .changes import Changes

    changes = Changes(config, config.getoption(CHANGED))
    config.pluginmanager.register(changes, "nbval_strict_changes")
    config.stash[CHANGES] = changes


def _start_parent(config: Any, own: bool) -> str:
    """Start the process that kernels are forked from, unless there is one that will do. Returns
    what kind of kernels this run has.
    """
    from .warm import NAME, SOCKET, WarmParent

    if not hasattr(os, "fork"):
        return "started anew (this system has no fork)"
    if not entry_points(group="jupyter_client.kernel_provisioners", name=NAME):
        return f"started anew (no kernel provisioner {NAME} is installed)"
    if own or SOCKET not in os.environ:
        try:
            parent = WarmParent(config.getini(PRELOAD) or None)
        except OSError as error:
            return f"started anew (the warm parent cannot be started: {error})"
        atexit.register(parent.stop)
        os.environ.update(parent.environment)
    return "forked from one warm parent"


def pytest_report_header(config: Any) -> list[str]:
    """Say which kernels this run has."""
    return [f"kernels: {config.stash[KERNELS]}"] if KERNELS in config.stash else []
