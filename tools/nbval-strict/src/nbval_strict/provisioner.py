"""What jupyter_client talks to: a LocalProvisioner whose process is a fork of the warm parent,
wherever that can be.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .warm import NAME, SOCKET

_said: set[str] = set()


class NotForkedError(Exception):
    """A kernel has to be started the ordinary way; the message says why."""


class ForkedKernel:
    """A kernel that the warm parent has forked, used like a `subprocess.Popen`.

    It is not a child of this process. The parent, whose child it is, signals it and reports its
    end, so no process number is used here that may since have passed to another process.
    """

    stdin = stdout = stderr = None  # LocalProvisioner closes them when there are any

    def __init__(
        self,
        address: str,
        command: list[str],
        environment: dict[str, str],
        folder: str,
        streams: list[int],
    ):
        self.returncode: int | None = None
        self._received = b""
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.connect(address)
            request = (
                json.dumps(
                    {"command": command, "environment": environment, "folder": folder}
                ).encode()
                + b"\n"
            )
            sent = socket.send_fds(self._line, [request], streams)
            if sent < len(request):
                self._line.sendall(request[sent:])
            message = self._message(timeout=60)
        except OSError as error:
            self._line.close()
            raise NotForkedError(f"the warm parent does not answer ({error})") from None
        if not message or "refused" in message:
            self._line.close()
            raise NotForkedError(
                message["refused"]
                if message
                else "the warm parent has ended or is not ready in time"
            )
        self.pid: int = message["pid"]

    def _message(self, timeout: float | None) -> dict[str, Any] | None:
        """The next message of the parent; None if none comes in time, or none can come any more."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while b"\n" not in self._received:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._line], [], [], left)[0]:
                return None
            try:
                data = self._line.recv(65536)
            except OSError:
                data = b""
            if not data:  # the parent is gone, and took its kernels with it
                self.returncode = -signal.SIGKILL
                return None
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        return dict(json.loads(line))

    def _await_exit(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            message = self._message(timeout)
            if message:
                self.returncode = message["exit"]
            if self.returncode is not None:
                self._line.close()
        return self.returncode

    def poll(self) -> int | None:
        """The exit code, or None while the kernel runs."""
        return self._await_exit(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; returns the exit code."""
        code = self._await_exit(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a forked kernel", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Signal the kernel's process group. Who kills waits for the end, which is near:
        jupyter_client would look again after 0.1 s only.
        """
        if self.poll() is not None:
            return
        with suppress(OSError):  # the parent is gone; the next poll notices
            self._line.sendall(bytes([number]))
        if number == signal.SIGKILL:
            self._await_exit(2)

    def kill(self) -> None:
        """Kill the kernel's process group."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel's process group to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Forks kernels where the environment names a warm parent and the kernel fits it; starts them
    the ordinary way elsewhere.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel; returns how to connect to it."""
        try:
            kernel = fork_kernel(cmd, **self._scrub_kwargs(kwargs))
        except NotForkedError as reason:
            if str(reason) not in _said:
                _said.add(str(reason))
                warnings.warn(
                    f"{NAME}: {reason}. Such kernels start the ordinary way.",
                    RuntimeWarning,
                    stacklevel=1,
                )
            return await super().launch_kernel(cmd, **kwargs)
        self.process = kernel  # type: ignore[assignment]  # LocalProvisioner asks no more of it
        # No group: signals go through the process, not to a group by its number.
        self.pid, self.pgid = kernel.pid, None
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


def fork_kernel(
    command: list[str],
    env: dict[str, str],
    cwd: str | None = None,
    stdout: Any = None,
    stderr: Any = None,
    **other: Any,
) -> ForkedKernel:
    """Have a kernel forked; raises NotForkedError where that cannot be, or would be another
    kernel than the one asked for.
    """
    if not hasattr(os, "fork"):
        raise NotForkedError("this system has no fork")
    if SOCKET not in os.environ:
        raise NotForkedError(f"no warm parent is named in {SOCKET}")
    if other:
        raise NotForkedError(f"the kernel is asked for with {', '.join(sorted(other))}")
    environment = {
        name: value
        for name, value in env.items()
        if name not in (SOCKET, "JUPYTER_DEFAULT_PROVISIONER_NAME")
    }
    with Path(os.devnull).open("w") as nothing:
        streams = [
            nothing if stream == subprocess.DEVNULL else stream
            for stream in (1 if stdout is None else stdout, 2 if stderr is None else stderr)
        ]
        numbers = [stream if isinstance(stream, int) else stream.fileno() for stream in streams]
        if min(numbers) < 0:
            raise NotForkedError("the kernel's output is asked for through a pipe")
        folder = str(Path(cwd or ".").absolute())
        return ForkedKernel(os.environ[SOCKET], command, environment, folder, numbers)
