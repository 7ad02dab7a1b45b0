"""pytest plugin: notice a dead kernel at once.

nbval waits for a kernel's reply until the cell's time limit, even when the kernel has died. Here the wait is cut into
half seconds, and between two of them the kernel is asked whether it is alive.
"""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from nbval.kernel import RunningKernel

STEP = 0.5  # seconds


class KernelDied(RuntimeError):
    """The kernel ended while a cell was running."""


def pytest_configure(config: Any) -> None:
    """Let every wait for a reply watch the kernel."""
    if hasattr(RunningKernel, "unwatched_get_message"):
        return
    RunningKernel.unwatched_get_message = RunningKernel.get_message

    def get_message(self: RunningKernel, stream: str, timeout: float | None = None) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = STEP if deadline is None else min(STEP, deadline - time.monotonic())
            try:
                return self.unwatched_get_message(stream, timeout=max(left, 0))
            except Empty:
                if not self.is_alive():
                    raise KernelDied("The kernel died while this cell was running (out of memory, os._exit, a crash).") from None
                if deadline is not None and time.monotonic() >= deadline:
                    raise

    RunningKernel.get_message = get_message
