"""pytest plugin: notice a dead kernel at once, and a ready one too.

nbval waits for a kernel's reply until the cell's time limit, even when the kernel has died. Here
the wait is cut into half seconds, and between two of them the kernel is asked whether it is alive.
jupyter_client takes a kernel for ready when it has been silent for 0.2 s after its first reply;
here it is ready when both its channels have answered one question. And nbval formats each message
for its debugging log, on or off, which for pictures takes longer than to receive them; here it is
formatted when the log is written.
"""

from __future__ import annotations

import time
from pprint import pformat
from queue import Empty
from typing import Any

import nbval.kernel
from jupyter_client import BlockingKernelClient, KernelManager
from nbval.kernel import RunningKernel

STEP = 0.5  # seconds


class KernelDiedError(RuntimeError):
    """The kernel ended while a cell was running."""


class Client(BlockingKernelClient):
    """A client that knows at once when its kernel is ready."""

    def wait_for_ready(self, timeout: float = 60) -> None:
        """Ask until the answer comes on both channels; raise RuntimeError when the kernel dies or
        time is up.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            asked = self.kernel_info()
            try:
                while self.get_shell_msg(timeout=1)["parent_header"].get("msg_id") != asked:
                    pass
                while True:
                    message = self.get_iopub_msg(timeout=0.1)
                    if (
                        message["parent_header"].get("msg_id") == asked
                        and message["content"].get("execution_state") == "idle"
                    ):
                        return
            except Empty:
                if not self.parent.is_alive():
                    raise RuntimeError("The kernel died before it was ready.") from None
        raise RuntimeError(f"The kernel was not ready after {timeout} seconds.")


class Manager(KernelManager):
    """Gives out such clients."""

    client_factory = Client


class Later:
    """A message that is formatted when someone reads it."""

    def __init__(self, message: Any):
        self.message = message

    def __str__(self) -> str:
        return pformat(self.message)


def pytest_configure(config: Any) -> None:
    """Let every wait for a reply watch the kernel."""
    if hasattr(RunningKernel, "unwatched_get_message"):
        return
    nbval.kernel.KernelManager, nbval.kernel.pformat = Manager, Later
    RunningKernel.unwatched_get_message = RunningKernel.get_message

    def get_message(self: RunningKernel, stream: str, timeout: float | None = None) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = STEP if deadline is None else min(STEP, deadline - time.monotonic())
            try:
                return self.unwatched_get_message(stream, timeout=max(left, 0))
            except Empty:
                if not self.is_alive():
                    raise KernelDiedError(
                        "The kernel died while this cell was running (out of memory, "
                        "os._exit, a crash)."
                    ) from None
                if deadline is not None and time.monotonic() >= deadline:
                    raise

    RunningKernel.get_message = get_message
