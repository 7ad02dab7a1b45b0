"""The warm parent: imports once, then forks a kernel for every request. Started by WarmParent,
never by hand.

One thread, one loop. A kernel's connection is its life line: over it come the request and the
signals for the kernel, and its exit code goes back. When the other end closes (the worker was
killed), the kernel is killed; when stdin closes (the holder is gone), everything ends.
"""

from __future__ import annotations

import builtins
import gc
import importlib.util
import json
import locale
import os
import random
import select
import shutil
import signal
import socket
import sys
import threading
import traceback
import warnings
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# Names that may differ between the parent's environment and a kernel's: pytest, jupyter_client and
# shells set them, and no import reads them.
VARYING = (
    "PYTEST_",
    "JPY_",
    "NBVAL_STRICT_",
    "JUPYTER_DEFAULT_PROVISIONER_NAME",
    "PYDEVD_USE_FRAME_EVAL",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "COLUMNS",
    "LINES",
)
# As in recorder.py: note what is read, from the first import on.
RECORD = "NBVAL_STRICT_RECORD"
# What a kernel of ipykernel 7 has imported when its first cell runs; nothing of it is instantiated
# before the fork.
KERNEL_IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "psutil",
)
# Set while the debugger is imported: it would print a warning that a kernel sends to a log.
SILENT = "PYDEVD_DISABLE_FILE_VALIDATION"
TRIAL_SECONDS = 30


@dataclass
class Kernel:
    """A forked kernel and its life line."""

    pid: int
    line: socket.socket


@dataclass
class Request:
    """What a kernel is to be."""

    command: list[str]
    environment: dict[str, str]
    folder: str
    streams: list[int]


def main(arguments: list[str]) -> None:
    """Warm up and serve; returns in the parent when it is to end, and in each kernel when it has
    ended.
    """
    if not sys.flags.safe_path:
        del sys.path[0]  # this file's folder, which a kernel does not have
    environment = dict(os.environ)
    if os.environ.get(RECORD):
        import_module("nbval_strict.recorder").install()
    try:
        warm_up(arguments[1:])
    except ImportError as error:
        sys.exit(f"nbval-strict: {error}; kernels start the ordinary way.")
    problem = unfit() or try_out() or unfit(threads=True)
    if problem:
        sys.exit(f"nbval-strict: {problem}; kernels start the ordinary way.")
    parent = os.getpid()
    gc.freeze()
    listener = socket.socket(fileno=int(arguments[0]))
    address = listener.getsockname()
    request = Forks(listener, environment).serve()
    if request is not None:
        added = {
            name: value for name, value in os.environ.items() if name not in environment
        }  # by imports, as in any kernel
        run_kernel(request, added, parent)
    else:
        shutil.rmtree(Path(address).parent, ignore_errors=True)  # the holder may have been killed
        os._exit(0)  # nothing to clean up: half a second saved


def warm_up(preload: list[str]) -> None:
    """Import what kernels need, in the order in which a kernel does, and draw one figure, which
    fills matplotlib's caches.
    """
    gc.disable()
    os.environ.setdefault(
        "MPLBACKEND", "module://matplotlib_inline.backend_inline"
    )  # as ipykernel does, before matplotlib reads it
    before = os.environ.get(SILENT)
    os.environ[SILENT] = "1"
    # pandas asks at import whether it is in a kernel and how output is encoded there, and sets its
    # display by the answers: those of a kernel.
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    with redirect_stdout(TextIOWrapper(BytesIO(), encoding="UTF-8")):
        for module in (*KERNEL_IMPORTS, *preload):
            import_module(module)
    del vars(builtins)["get_ipython"]
    if before is None:
        del os.environ[SILENT]
    draw()


def draw() -> None:
    """Multiply two matrices and draw a figure, as far as the libraries are there, without touching
    pyplot's state.
    """
    if "numpy" in sys.modules:
        ones = sys.modules["numpy"].ones((200, 200))
        _ = ones @ ones
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure()
        FigureCanvasAgg(figure)
        figure.add_subplot(title="Title", xlabel="x", ylabel="y").plot(
            [1, 2], [1, 2], label="label"
        )
        figure.legend()
        # The first text fixes the language of all later ones: pictures are those of no language.
        readers = locale.setlocale(locale.LC_CTYPE)
        locale.setlocale(locale.LC_CTYPE, "C")
        figure.canvas.draw()
        locale.setlocale(locale.LC_CTYPE, readers)


def unfit(threads: bool = False) -> str:
    """Why this process must not be forked; empty if it may. With `threads`, those that Python does
    not know are counted too (Linux).
    """
    if "matplotlib_inline" in sys.modules:
        return "matplotlib_inline was imported before the fork, and figures would vanish"
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        return f"an import started threads: {names}"
    tasks = Path("/proc/self/task")
    if threads and tasks.is_dir() and len(list(tasks.iterdir())) > 1:
        return "an import left a thread that does not end at a fork"
    return ""


def try_out() -> str:
    """Fork a child that draws, and see it end well; the reason if it does not.

    On a Mac a library may forbid what was begun before a fork; better this child finds out than a
    lesson. OpenBLAS ends its threads at the first fork (and begins them anew in the child), so that
    from here on the parent has one thread.
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # Python 3.12 warns of OpenBLAS's threads
        pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(TRIAL_SECONDS)
            draw()
            if sys.platform == "darwin":
                import_module("appnope").nope()  # ipykernel calls it at its start
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return f"a forked child could not draw (exit code {code})" if code else ""


class Forks:
    """The kernels that have been forked, and the loop that serves them.

    Parameters
    ----------
    listener : socket.socket
        Where kernels are asked for.
    environment : dict
        The environment of the parent when it started, before any import.
    """

    def __init__(self, listener: socket.socket, environment: dict[str, str]):
        self.listener = listener
        self.environment = environment
        self.kernels: dict[int, Kernel] = {}
        self.wake, self.waker = os.pipe()  # a byte comes here when a kernel has ended
        os.set_blocking(self.waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)

    def serve(self) -> Request | None:
        """Fork kernels until stdin closes. The request in a forked kernel, None in the parent."""
        while True:
            lines: list[Any] = [0, self.wake, self.listener]
            lines += [kernel.line for kernel in self.kernels.values()]
            ready, _, _ = select.select(lines, [], [])
            if 0 in ready:
                for kernel in self.kernels.values():
                    send_signal(kernel.pid, signal.SIGKILL)
                return None
            if self.wake in ready:
                os.read(self.wake, 1000)
                self.reap()
            for kernel in list(self.kernels.values()):
                if kernel.line in ready:
                    self.obey(kernel)
            if self.listener in ready:
                request = self.welcome()
                if request is not None:
                    return request

    def obey(self, kernel: Kernel) -> None:
        """Pass on the signals that have come for a kernel; kill it if nobody holds its line."""
        data = receive(kernel.line)
        for number in data:  # a byte a signal
            send_signal(kernel.pid, number)
        if not data:
            send_signal(kernel.pid, signal.SIGKILL)
            self.reap(kernel.pid)

    def reap(self, pid: int = -1) -> None:
        """Take away the kernels that have ended (or wait for one) and report their exit codes."""
        while self.kernels:
            ended, status = os.waitpid(pid, os.WNOHANG if pid == -1 else 0)
            if not ended:
                return
            kernel = self.kernels.pop(ended)
            answer(kernel.line, {"exit": os.waitstatus_to_exitcode(status)})
            kernel.line.close()
            if pid != -1:
                return

    def welcome(self) -> Request | None:
        """Fork the kernel that is asked for, or refuse. The request in the fork, None here."""
        line, _ = self.listener.accept()
        line.settimeout(10)
        try:
            request = read_request(line)
        except (OSError, ValueError, TypeError) as error:
            refuse(line, f"the request could not be read ({error})")
            return None
        refusal = mismatch(request, self.environment)
        if refusal:
            refuse(line, refusal)
        elif self.fork(line):
            return request
        for number in request.streams:
            os.close(number)
        return None

    def fork(self, line: socket.socket) -> bool:
        """Fork; whether this process is the new kernel, which has none of the parent's lines."""
        pid = os.fork()
        if pid:
            self.kernels[pid] = Kernel(pid, line)
            answer(line, {"pid": pid})
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in [self.listener, line, *(kernel.line for kernel in self.kernels.values())]:
            other.close()
        os.close(self.wake)
        os.close(self.waker)
        return True


def refuse(line: socket.socket, reason: str) -> None:
    """Say why there is no kernel, and end the connection."""
    answer(line, {"refused": reason})
    line.close()


def send_signal(pid: int, number: int) -> None:
    """Signal a kernel's process group. Its number is safe: it is this process's child and has not
    been reaped.
    """
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # forked a moment ago and not yet the leader of its group; or, on a Mac, ended and not yet
        # reaped
        os.kill(pid, number)


def receive(line: socket.socket) -> bytes:
    """What has come over a line; empty if its other end is closed."""
    try:
        return line.recv(1000)
    except OSError:
        return b""


def answer(line: socket.socket, message: dict[str, Any]) -> None:
    """Send a message, if anyone still listens."""
    with suppress(OSError):
        line.sendall(json.dumps(message).encode() + b"\n")


def read_request(line: socket.socket) -> Request:
    """A request, which is one line of JSON, and with it stdout and stderr."""
    data, streams, _, _ = socket.recv_fds(line, 65536, 2)
    while not data.endswith(b"\n"):
        more = line.recv(65536)
        if not more:
            raise ValueError("it ends early")
        data += more
    return Request(**json.loads(data), streams=streams)


def mismatch(request: Request, environment: dict[str, str]) -> str:
    """Why a fork would not be the kernel that was asked for; empty if it would."""
    if request.command[:3] != [sys.executable, "-m", "ipykernel_launcher"]:
        command = " ".join(request.command[:3])
        return f"the kernel is started by `{command}`, and the warm parent is {sys.executable}"
    names = {
        name
        for name in environment.keys() | request.environment.keys()
        if environment.get(name) != request.environment.get(name)
    }
    differing = sorted(name for name in names if not name.startswith(VARYING) and name != "_")
    if differing:
        return f"the kernel's environment differs from the warm parent's in {', '.join(differing)}"
    relative = [
        entry
        for entry in environment.get("PYTHONPATH", "").split(os.pathsep)
        if not Path(entry).is_absolute()
    ]
    if "PYTHONPATH" in environment and relative:
        return "PYTHONPATH has a relative entry, which means another folder to each kernel"
    return ""


def run_kernel(request: Request, added: dict[str, str], parent: int) -> None:
    """In a fork: become the kernel that was asked for, and run it to its end."""
    os.setsid()
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    for stream, number in enumerate(request.streams, start=1):
        os.dup2(number, stream)
        os.close(number)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update({**added, **request.environment, "JPY_PARENT_PID": str(parent)})
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin) if launcher else "", *request.command[3:]]
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    gc.enable()

    from ipykernel.kernelapp import IPKernelApp

    # The handle is read from JPY_PARENT_PID at import, which was before the fork.
    app = IPKernelApp.instance(parent_handle=parent)
    app.initialize(request.command[3:])
    if "ipywidgets" in sys.modules:
        # seaborn imports it; it looked for a kernel when there was none yet
        sys.modules["ipywidgets"].register_comm_target()
    app.start()


if __name__ == "__main__":
    main(sys.argv[1:])
