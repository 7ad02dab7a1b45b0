"""Kernels forked from a warm parent: the same to a lesson as any other kernel, and none is left
behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbval_strict import provisioner
from nbval_strict.warm import NAME, SOCKET, WarmParent

if not hasattr(os, "fork"):
    pytest.skip("this system has no fork: kernels start the ordinary way", allow_module_level=True)

HERE = Path(__file__).parent
STATE = """
import gc, json, os, random, signal, sys, warnings
import numpy, pandas, matplotlib, seaborn
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    registered = pandas._config.config._registered_options
    options = {name: repr(pandas.get_option(name)) for name in registered}
known = {"modules": sorted(sys.modules), "filters": sorted({repr(f) for f in warnings.filters}), \
"environ": {k: v for k, v in os.environ.items() if k not in ("JPY_PARENT_PID", \
"NBVAL_STRICT_WARM_SOCKET")},
    "rc": {k: repr(v) for k, v in matplotlib.rcParams.items()}, "pandas": options, \
"numpy": repr(numpy.get_printoptions()), "numpy errors": numpy.geterr(), "path": sys.path,
    "argv": [os.path.basename(sys.argv[0]), sys.argv[1]], "cwd": os.getcwd(), \
"signals": {s.name: repr(signal.getsignal(s)).split(" at ")[0] for \
s in signal.valid_signals() if isinstance(s, signal.Signals)},
    "gc": [gc.isenabled(), gc.get_threshold()], "name": __name__, "flags": repr(sys.flags), \
"stdin": sys.__stdin__.read(), "leader": os.getsid(0) == os.getpgid(0) == os.getpid(),
    "umask": os.umask(0o22), "recursion": sys.getrecursionlimit(), \
"blas threads": os.environ.get("OPENBLAS_NUM_THREADS"), "hooks": [sys.excepthook.__module__, \
sys.displayhook.__class__.__name__],
    "names": sorted(n for n in globals() if not n.startswith("_")), "executable": sys.executable}
print(json.dumps(known))
"""


class Kernel:
    """A running kernel and the means to ask it something."""

    def __init__(self, name: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", name)
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(HERE), stderr=subprocess.DEVNULL)
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def process(self) -> Any:
        return self.manager.provisioner.process

    def messages(self, code: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        self.client.execute_interactive(
            code, timeout=60, output_hook=lambda message: messages.append(message["content"])
        )
        return messages

    def run(self, code: str) -> str:
        """What the code prints; an error as its name."""
        return "".join(
            content.get("text", content.get("ename", "")) for content in self.messages(code)
        )

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    clean = pytest.MonkeyPatch()
    clean.delenv(SOCKET, raising=False)
    clean.delenv("JUPYTER_DEFAULT_PROVISIONER_NAME", raising=False)
    with WarmParent() as parent:
        yield parent
    clean.undo()


@pytest.fixture
def start(parent: WarmParent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Kernel]]:
    """Start kernels, forked ones unless asked otherwise, and stop them after the test."""
    monkeypatch.setenv(SOCKET, parent.environment[SOCKET])
    started: list[Kernel] = []

    def begin(name: str = NAME) -> Kernel:
        started.append(Kernel(name, monkeypatch))
        assert isinstance(started[-1].process, provisioner.ForkedKernel) == (name == NAME)
        return started[-1]

    yield begin
    for kernel in started:
        kernel.stop()


def wait_until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """What the condition says once it is true; the test fails if it does not become so."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return value


class TestSameKernel:
    def test_state_is_that_of_a_plain_kernel(self, start: Callable[..., Kernel]) -> None:
        forked, plain = (json.loads(start(name).run(STATE)) for name in (NAME, "local-provisioner"))
        missing = set(plain.pop("modules")) - set(forked.pop("modules"))
        assert missing <= {"runpy", "_distutils_hack"}, (
            "a plain kernel has these modules, a forked one does not"
        )
        assert {key: (forked[key], plain[key]) for key in plain if forked[key] != plain[key]} == {}

    def test_a_plain_plot_is_shown_and_is_the_same_picture(
        self, start: Callable[..., Kernel]
    ) -> None:
        code = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('a title')"
        pictures = [
            [
                content["data"]["image/png"]
                for content in start(name).messages(code)
                if "image/png" in content.get("data", {})
            ]
            for name in (NAME, "local-provisioner")
        ]
        assert len(pictures[0]) == 1, (
            "the figure vanished: something imported matplotlib_inline before the fork"
        )
        assert pictures[0] == pictures[1]


class TestFreshKernel:
    def test_nothing_passes_from_one_kernel_to_the_next(self, start: Callable[..., Kernel]) -> None:
        start().run(
            "import os, pandas, matplotlib, sys; x = 1; os.environ['X_OF_ONE'] = '1'; "
            "os.chdir('/'); pandas.options.display.width = 1; "
            "matplotlib.rcParams['lines.linewidth'] = 9; sys.path.append('/x')"
        )
        seen = start().run(
            "import os, pandas, matplotlib, sys; print('x' in globals(), "
            "os.environ.get('X_OF_ONE'), os.getcwd() == '/', pandas.options.display.width, "
            "matplotlib.rcParams['lines.linewidth'], '/x' in sys.path)"
        )
        assert seen.split() == ["False", "None", "False", "80", "1.5", "False"]

    def test_unseeded_random_numbers_differ(self, start: Callable[..., Kernel]) -> None:
        one, other = (
            start()
            .run(
                "import random, numpy; print(random.random()); "
                "print(numpy.random.random()); print(numpy.random.default_rng().random())"
            )
            .split()
            for _ in range(2)
        )
        assert len(one) == 3 and not set(one) & set(other)

    def test_the_parent_stays_single_threaded(
        self, parent: WarmParent, start: Callable[..., Kernel]
    ) -> None:
        start()
        assert psutil.Process(parent.process.pid).num_threads() == 1


class TestProcess:
    def test_interrupt(self, start: Callable[..., Kernel]) -> None:
        kernel = start()
        # stop_on_error would let the kernel refuse, for a moment after the interrupt, what is asked
        # next
        asked = kernel.client.execute(
            "import time; print('asleep'); time.sleep(60)", stop_on_error=False
        )
        wait_until(lambda: kernel.client.get_iopub_msg(timeout=10)["content"].get("text"))
        kernel.manager.interrupt_kernel()
        wait_until(
            lambda: (
                (reply := kernel.client.get_shell_msg(timeout=10))["parent_header"]["msg_id"]
                == asked
                and reply["content"]["ename"] == "KeyboardInterrupt"
            )
        )
        assert kernel.run("print(6 * 7)") == "42\n" and kernel.process.poll() is None

    def test_a_crash_has_its_exit_code(self, start: Callable[..., Kernel]) -> None:
        for code, wanted in (
            ("import os; os._exit(3)", 3),
            ("import os; os.abort()", -signal.SIGABRT),
        ):
            kernel = start()
            kernel.client.execute(code)
            assert kernel.process.wait(10) == wanted and not kernel.manager.is_alive()

    def test_terminate_kill_and_signals_after_the_end(self, start: Callable[..., Kernel]) -> None:
        for end, wanted in (("terminate", -signal.SIGTERM), ("kill", -signal.SIGKILL)):
            process = start().process
            getattr(process, end)()
            assert process.wait(10) == wanted == process.poll()
            assert not psutil.pid_exists(process.pid)
            process.send_signal(signal.SIGKILL)  # reaches nobody, whoever has the number now

    def test_shutdown_on_request_and_restart(self, start: Callable[..., Kernel]) -> None:
        kernel = start()
        kernel.run("x = 1")
        first = kernel.process.pid
        kernel.client.stop_channels()
        kernel.manager.restart_kernel(now=False)
        kernel.connect()
        assert isinstance(kernel.process, provisioner.ForkedKernel) and kernel.process.pid != first
        assert kernel.run("print('x' in globals())") == "False\n"
        assert not psutil.pid_exists(first)

    def test_a_helper_process_of_a_kernel_ends_with_it(self, start: Callable[..., Kernel]) -> None:
        kernel = start()
        helper = int(
            kernel.run(
                "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', "
                "'import time; time.sleep(60)']).pid)"
            )
        )
        kernel.process.kill()
        wait_until(
            lambda: (
                not psutil.pid_exists(helper)
                or psutil.Process(helper).status() == psutil.STATUS_ZOMBIE
            )
        )


class TestOrdinaryWay:
    def command(self) -> list[str]:
        return [sys.executable, "-m", "ipykernel_launcher", "-f", "nowhere.json"]

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def test_the_entry_point_is_installed_and_not_the_default(self) -> None:
        (entry,) = entry_points(group="jupyter_client.kernel_provisioners", name=NAME)
        assert entry.load() is provisioner.WarmProvisioner
        assert (
            KernelProvisionerFactory.default_provisioner_name.default_value == ""
            and "warm" not in str(KernelManager(kernel_name="python3").kernel_spec.metadata)
        )

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (
                lambda self: ([sys.executable + "x", *self.command()[1:]], self.environment()),
                "the warm parent is",
            ),
            (
                lambda self: (
                    [sys.executable, "-X", "dev", *self.command()[1:]],
                    self.environment(),
                ),
                "the warm parent is",
            ),
            (
                lambda self: (self.command(), {**self.environment(), "PYTHONPATH": "elsewhere"}),
                "differs from the warm parent's in PYTHONPATH",
            ),
            (
                lambda self: (self.command(), {**self.environment(), "MPLBACKEND": "svg"}),
                "differs from the warm parent's in MPLBACKEND",
            ),
        ],
    )
    def test_another_kernel_than_the_parents_is_refused(
        self,
        parent: WarmParent,
        monkeypatch: pytest.MonkeyPatch,
        change: Callable[..., Any],
        reason: str,
    ) -> None:
        monkeypatch.setenv(SOCKET, parent.environment[SOCKET])
        with pytest.raises(provisioner.NotForkedError, match=reason):
            provisioner.fork_kernel(*change(self))

    def test_without_a_parent_without_fork_or_with_a_pipe(
        self, parent: WarmParent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(SOCKET, str(tmp_path / "nobody"))
        with pytest.raises(provisioner.NotForkedError, match="does not answer"):
            provisioner.fork_kernel(self.command(), self.environment())
        monkeypatch.delenv(SOCKET)
        with pytest.raises(provisioner.NotForkedError, match="no warm parent is named"):
            provisioner.fork_kernel(self.command(), self.environment())
        monkeypatch.setenv(SOCKET, parent.environment[SOCKET])
        with pytest.raises(provisioner.NotForkedError, match="through a pipe"):
            provisioner.fork_kernel(self.command(), self.environment(), stdout=subprocess.PIPE)
        monkeypatch.delattr(os, "fork")
        with pytest.raises(provisioner.NotForkedError, match="no fork"):
            provisioner.fork_kernel(self.command(), self.environment())

    def test_it_is_started_all_the_same_and_says_so_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(SOCKET, raising=False)
        for count in (1, 0):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                kernel = Kernel(NAME, monkeypatch)
            assert [str(w.message) for w in said if NAME in str(w.message)] == [
                f"{NAME}: no warm parent is named in {SOCKET}. Such kernels start the ordinary way."
            ] * count
            assert (
                isinstance(kernel.process, subprocess.Popen)
                and kernel.run("print(6 * 7)") == "42\n"
            )
            kernel.stop()

    def test_a_parent_that_cannot_warm_up_ends(
        self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with WarmParent(preload=["matplotlib_inline.backend_inline"]) as parent:
            monkeypatch.setenv(SOCKET, parent.environment[SOCKET])
            with pytest.raises(provisioner.NotForkedError):
                provisioner.fork_kernel(self.command(), self.environment())
            assert parent.process.wait(10) == 1
        assert "figures would vanish; kernels start the ordinary way" in capfd.readouterr().err


class Run:
    """pytest with the plugin, two workers and one small notebook, as a process of its own."""

    def __init__(self, folder: Path, code: str, printed: str = ""):
        cell = nbformat.v4.new_code_cell(
            code,
            id="c1",
            execution_count=1,
            outputs=[nbformat.v4.new_output("stream", text=printed)] if printed else [],
        )
        notebook = nbformat.v4.new_notebook(
            cells=[cell],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            },
        )
        nbformat.write(notebook, folder / "small.ipynb")
        # As many repositories do: a variable that kernels have and pytest's own start has not.
        conftest = "import os\nos.environ['OF_THIS_REPOSITORY'] = '1'\n"
        (folder / "conftest.py").write_text(conftest, encoding="utf-8")
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", SOCKET, "JUPYTER_DEFAULT"))
        }
        plugin = ["-p", "nbval_strict", "--nbval-strict", "--nbval-strict-warm"]
        command = [sys.executable, "-m", "pytest", *plugin, "-n", "2", "--max-worker-restart", "0"]
        self.log = folder / "log"
        with Path(self.log).open("w", encoding="utf-8") as log:
            self.pytest = subprocess.Popen(
                [*command, "-p", "no:cacheprovider", str(folder)],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.controller = psutil.Process(self.pytest.pid)

    def kernel(self) -> psutil.Process:
        """The kernel, once it is there."""

        def find() -> psutil.Process | None:
            parents = [process for process in self.controller.children() if is_parent(process)]
            return next(
                (
                    child
                    for process in parents
                    for child in process.children()
                    if not ended(child) and child.num_threads() > 1
                ),
                None,
            )

        return wait_until(find, 120)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: Any) -> None:
        self.pytest.kill()
        self.pytest.wait()


def is_parent(process: psutil.Process) -> bool:
    return any(part.endswith("parent.py") for part in process.cmdline())


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.long
class TestNoneIsLeft:
    @pytest.mark.parametrize("end", ["Ctrl-C", "killed controller", "killed worker"])
    def test_after_a_violent_end(self, end: str, tmp_path: Path) -> None:
        with Run(tmp_path, "while True: pass") as run:
            kernel = run.kernel()
            everyone = run.controller.children(recursive=True)
            assert kernel in everyone and len(everyone) >= 3, (
                "a worker, the warm parent, the kernel"
            )
            if end == "Ctrl-C":
                os.killpg(run.pytest.pid, signal.SIGINT)
            elif end == "killed controller":
                run.controller.kill()
            else:
                for worker in [
                    process for process in run.controller.children() if not is_parent(process)
                ]:
                    worker.kill()
            wait_until(lambda: all(ended(process) for process in everyone), 60)

    def test_a_killed_worker_takes_its_kernel_along_while_the_parent_stays(
        self, parent: WarmParent
    ) -> None:
        code = (
            "import time; from jupyter_client import KernelManager; m = KernelManager(); "
            "m.start_kernel(); print(m.provisioner.process.pid, flush=True); time.sleep(60)"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, **parent.environment},
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            kernel = psutil.Process(int(worker.stdout.readline()))
            assert kernel.ppid() == parent.process.pid
            worker.kill()
        wait_until(lambda: ended(kernel))
        assert parent.process.poll() is None

    def test_after_success_and_after_a_changed_output(self, tmp_path: Path) -> None:
        code = (
            "import os, "
            "sys\nprint(os.path.basename(open('/proc/self/cmdline').read().split(chr(0))[1]) "
            "if os.path.isdir('/proc') else 'parent.py', 42)"
        )
        for printed, code_wanted in (("parent.py 42\n", 0), ("parent.py 43\n", 1)):
            with Run(tmp_path, code, printed) as run:
                seen: set[psutil.Process] = set()
                while run.pytest.poll() is None:
                    try:
                        seen.update(run.controller.children(recursive=True))
                    except psutil.NoSuchProcess:
                        break
                    time.sleep(0.1)
                assert run.pytest.wait() == code_wanted, run.log.read_text()
                said = run.log.read_text()
                assert "forked from one warm parent" in said and "the ordinary way" not in said
                assert seen and all(ended(process) for process in seen)
