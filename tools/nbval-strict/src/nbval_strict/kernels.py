"""Notice a dead kernel at once, and a ready one too.

nbval waits for a kernel's reply until the cell's time limit, even when the kernel has died. Here
the wait is cut into half seconds, and between two of them the kernel is asked whether it is alive.
jupyter_client takes a kernel for ready when it has been silent for 0.2 s after its first reply;
here it is ready when both its channels have answered one question. And nbval formats each message
for its debugging log, on or off, which for pictures takes longer than to receive them; here it is
formatted when the log is written.
"""

from __future__ import annotations

import pprint
import time
from queue import Empty
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from .patches import Patch, nbval_module, takes

nbval_kernel = nbval_module("nbval.kernel")
STEP = 0.5  # seconds


class KernelDiedError(RuntimeError):
    """The kernel ended while a cell was running."""


class Client(BlockingKernelClient):
    """A client that knows at once when its kernel is ready."""

    def wait_for_ready(self, timeout: float | None = 60) -> None:
        """Ask until the answer comes on both channels; raise RuntimeError when the kernel dies or
        time is up.
        """
        deadline = time.monotonic() + (timeout or 60)
        while time.monotonic() < deadline:
            asked = self.kernel_info()
            try:
                while (reply := self.get_shell_msg(timeout=1))["parent_header"].get(
                    "msg_id"
                ) != asked:
                    pass
                if not str(reply["content"].get("protocol_version")).startswith("5."):
                    # an old kernel: jupyter_client knows how to adapt to its messages
                    super().wait_for_ready(timeout=timeout)
                    return
                while not self._is_idle_after(asked):
                    pass
                return
            except Empty:
                if self.parent is not None and not self.parent.is_alive():
                    raise RuntimeError("The kernel died before it was ready.") from None
        raise RuntimeError(f"The kernel was not ready after {timeout} seconds.")

    def _is_idle_after(self, asked: str) -> bool:
        message = self.get_iopub_msg(timeout=0.1)
        return bool(
            message["parent_header"].get("msg_id") == asked
            and message["content"].get("execution_state") == "idle"
        )


class Manager(KernelManager):
    """Gives out such clients."""

    client_factory = Client


class Later:
    """A message that is formatted when someone reads it."""

    def __init__(self, message: Any):
        self.message = message

    def __str__(self) -> str:
        return pprint.pformat(self.message)


def _watch(monkeypatch: pytest.MonkeyPatch) -> None:
    unwatched = nbval_kernel.RunningKernel.get_message

    def get_message(self: Any, stream: str, timeout: float | None = None) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = STEP if deadline is None else min(STEP, deadline - time.monotonic())
            try:
                return unwatched(self, stream, timeout=max(left, 0))
            except Empty:
                if not self.is_alive():
                    raise KernelDiedError(
                        "The kernel died while this cell was running (out of memory, "
                        "os._exit, a crash)."
                    ) from None
                if deadline is not None and time.monotonic() >= deadline:
                    raise

    monkeypatch.setattr(nbval_kernel.RunningKernel, "get_message", get_message)


PATCHES = [
    Patch(
        lambda: (
            takes(nbval_kernel.RunningKernel.get_message, "self", "stream", "timeout")
            and takes(nbval_kernel.RunningKernel.is_alive, "self")
        ),
        _watch,
        "a dead kernel is noticed only at the cell's time limit",
    ),
    Patch(
        lambda: issubclass(KernelManager, nbval_kernel.KernelManager),
        lambda monkeypatch: monkeypatch.setattr(nbval_kernel, "KernelManager", Manager),
        "each kernel takes a fifth of a second longer to be ready",
    ),
    Patch(
        lambda: nbval_kernel.pformat is pprint.pformat,
        lambda monkeypatch: monkeypatch.setattr(nbval_kernel, "pformat", Later),
        "every message is formatted for a log that nobody reads, which costs time",
    ),
]
