"""pytest plugin: kernels forked from one warm parent, which the workers of pytest-xdist share. Load
it early: `-p tests.plugins.warm`.

The parent is started by the first pytest of a run, while that one is still starting itself, and
found by its workers through the environment. Without the plugin, or where kernels cannot be forked,
every kernel starts the ordinary way.
"""

from __future__ import annotations

import atexit
import os
from importlib.metadata import entry_points
from typing import Any

_kernels = ""


def pytest_addoption(parser: Any) -> None:
    """No option: the first hook that pytest calls, and the imports of the parent take as long as
    pytest's own start.
    """
    global _kernels
    if not _kernels:
        _kernels = _start()


def _start() -> str:
    """Start the parent unless there is one; returns what kind of kernels this run has."""
    if not hasattr(os, "fork"):
        return "started anew (this system has no fork)"
    try:
        from warm_kernels import NAME, SOCKET, WarmParent
    except ImportError:
        return "started anew (the package warm_kernels is not installed)"
    if not entry_points(group="jupyter_client.kernel_provisioners", name=NAME):
        return f"started anew (no kernel provisioner {NAME} is installed)"
    if SOCKET not in os.environ:
        try:
            parent = WarmParent()
        except OSError as error:
            return f"started anew (the warm parent cannot be started: {error})"
        atexit.register(parent.stop)
        os.environ.update(parent.environment)
    return "forked from one warm parent"


def pytest_report_header() -> str:
    """Say which kernels this run has."""
    return f"kernels: {_kernels}"
