"""Jupyter kernels forked from one warm parent process, for test runs.

A kernel that starts anew spends most of a second importing numpy, pandas, matplotlib and seaborn.
Here one parent process has imported them, and every kernel is a fork of it: a process of its own,
with its own namespace, that finds the imports done.

    with WarmParent() as parent:
        os.environ.update(parent.environment)   # for this process and all it starts ...
        # kernels started through jupyter_client are forks now

jupyter_client finds the provisioner by its documented entry point (group
`jupyter_client.kernel_provisioners`, name NAME) and takes it only where
JUPYTER_DEFAULT_PROVISIONER_NAME asks for it. Where a kernel cannot be forked (Windows, another
Python, another environment, no parent), it is started the ordinary way, with one sentence that says
why. README.md says what a forked kernel shares with its parent, and what ends it.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "nbval-strict-warm"
SOCKET = "NBVAL_STRICT_WARM_SOCKET"
#: What kernels find imported by default, as far as it is installed.
PRELOAD = ("numpy", "pandas", "matplotlib.pyplot", "seaborn")


class WarmParent:
    """The parent process, from its start to its end.

    As long as this object is held, the parent lives: it ends, and its kernels with it, when `stop`
    is called or when the holder dies, however it dies. The constructor does not wait for the
    imports: kernels asked for meanwhile wait for them.

    Parameters
    ----------
    preload : sequence of str, optional
        Modules to import before the first fork (default: those of PRELOAD that are installed). No
        module that looks for a running IPython when it is imported (matplotlib_inline does: figures
        would vanish).
    """

    def __init__(self, preload: Sequence[str] | None = None):
        if preload is None:
            preload = [name for name in PRELOAD if find_spec(name.partition(".")[0])]
        self.folder = tempfile.mkdtemp(prefix="warm-")  # only this user may enter it
        address = str(Path(self.folder) / "s")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen(64)
            command = [
                sys.executable,
                str(Path(__file__).with_name("parent.py")),
                str(listener.fileno()),
                *preload,
            ]
            # A session of its own: Ctrl-C is for the holder, whose end closes stdin, which is what
            # the parent watches.
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()], start_new_session=True
            )
        self.environment = {SOCKET: address, "JUPYTER_DEFAULT_PROVISIONER_NAME": NAME}

    def stop(self) -> None:
        """End the parent and every kernel that is left."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> WarmParent:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
