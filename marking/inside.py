"""Run submissions in the throw-away place, each in a process of its own, and say what they answer.

This is the only file that executes a learner's code. A *starter* has imported what every lesson
imports; it never runs anything of a learner's, but forks a process for each submission. Inside
bubblewrap that process gets users, processes, files and network of its own, so that it neither sees
nor reaches the starter or another submission. It writes one line of JSON after every exercise, so
that what was answered before a crash is kept. Nothing it writes is trusted: judge.py reads it as
plain data.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import re
import signal
import socket
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

PRINTED = 600  # characters kept of what an exercise prints
MOST_FILES = 20  # names kept of files that a submission wrote
#: Spaces of its own for a submission: files, IPC, users, processes, network (see unshare(2)).
FILES, IPC, USERS, PROCESSES, NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, BIND = 1, 2, 4, 8, 0x5000
SUBREAPER = 36  # prctl: orphans of our children become ours
#: Calls of the kernel that no lesson makes: they reach keys of the teacher's session, memory that
#: no limit counts, other processes, and parts of the kernel by which sandboxes were left before.
DENIED = (
    *("add_key", "keyctl", "request_key", "memfd_create", "memfd_secret", "shmget", "msgget"),
    *("semget", "io_uring_setup", "userfaultfd", "bpf", "perf_event_open", "ptrace"),
    *("process_vm_readv", "process_vm_writev", "pidfd_getfd", "unshare", "setns", "mount"),
    *("umount2", "pivot_root", "chroot", "fsopen", "open_tree", "move_mount", "mount_setattr"),
    *("open_by_handle_at", "kexec_load", "init_module", "finit_module", "personality"),
)
SECCOMP = "libseccomp.so.2"
ALLOW, FORBID = 0x7FFF0000, 0x00050001  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM); see seccomp_init(3)
#: Folders of memory that a submission may write to, with their MB.
WRITABLE = {"/tmp": 512, "/course/my_work": 256, "/dev/shm": 64}


class Tail(io.TextIOBase):
    """Takes any amount of text and keeps its beginning."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.kept = ""

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take in a text."""
        if len(self.kept) < PRINTED:
            self.kept += text[: PRINTED - len(self.kept)]
        return len(text)


class TooLongError(BaseException):
    """A cell has used up its seconds."""


def limit(job: dict[str, Any]) -> None:
    """Bound memory, time, the size of a file and the number of open files of this process."""
    import resource

    seconds = int(job["seconds"]) + 5
    bounds = [
        (resource.RLIMIT_AS, int(job["memory"] * 2**30)),
        (resource.RLIMIT_FSIZE, int(job["file_size"])),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ]
    if job["processes"]:
        bounds.append((resource.RLIMIT_NPROC, int(job["processes"])))
    for kind, most in bounds:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def prepare() -> Any:
    """A fresh IPython shell without history, profile or start-up files."""
    import matplotlib

    matplotlib.use("agg")
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    # There are no windows here; as it is, %matplotlib would end in an error.
    shell.enable_gui = lambda *_, **__: None  # type: ignore[method-assign]
    from matplotlib import pyplot

    import helpers
    import helpers.figures

    def finish(*_: Any, **__: Any) -> None:
        """No one looks at a figure here: it is closed without being drawn."""
        pyplot.close("all")

    for module in (helpers, helpers.figures):
        vars(module)["finish"] = finish
    return shell


def run(job: dict[str, Any], shell: Any, report: Any) -> None:
    """Run the cells, and report each exercise as it is answered."""
    from marking.values import to_plain

    def too_long(*_: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 2)  # again, if the cell catches this
        raise TooLongError

    timed = hasattr(signal, "setitimer")
    if timed:
        signal.signal(signal.SIGALRM, too_long)
    namespace, here = shell.user_ns, Path.cwd()
    for position, (source, number) in enumerate(job["cells"]):
        report({"cell": position})
        if position in job["skip"]:
            continue
        if number:
            namespace.pop("answer", None)
        printed, error, start = Tail(), "", time.monotonic()
        try:
            if timed:
                signal.setitimer(signal.ITIMER_REAL, float(job["cell_seconds"]))
            with redirect_stdout(printed), redirect_stderr(printed):
                outcome = shell.run_cell(source, silent=True)
            failed = outcome.error_before_exec or outcome.error_in_exec
            error = _name(failed) if failed is not None else ""
        except TooLongError:
            error = "too long"
        except BaseException as failed:  # a cell may do anything; the next one still runs
            error = _name(failed)
        finally:
            if timed:
                signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = round(time.monotonic() - start, 2)
        if number:
            answer = {"kind": "untouched"}
            try:
                if "answer" in namespace:
                    answer = to_plain(namespace["answer"])
            except BaseException as failed:
                error = error or f"the answer cannot be read ({_name(failed)})"
            report(
                {
                    "exercise": number,
                    "answer": answer,
                    "error": error,
                    "printed": printed.kept,
                    "seconds": seconds,
                }
            )
        elif error:
            report({"failed": position, "error": error})
    report({"end": True, "files": _files(here) if job["alone"] else []})


def _files(folder: Path) -> list[str]:
    """Names of files that lie in the folder in which the submission ran: it began empty."""
    try:
        names = sorted(path.name[:80] for path in folder.iterdir())
        return [name for name in names if not name.startswith(".")][:MOST_FILES]
    except OSError:
        return []


def _name(error: BaseException) -> str:
    return "too long" if isinstance(error, TooLongError) else type(error).__name__[:80]


def warm(lesson: str, verdicts: dict[str, Any]) -> None:
    """Read the tables of a lesson, and weigh the claims that it weighs, once for everybody."""
    from helpers import claims, load

    found = Path("../notebooks").glob(f"{lesson}_*.ipynb")
    texts = [path.read_text(encoding="utf-8") for path in found]
    for name in dict.fromkeys(re.findall(r'load\(\\"(\w+)\\"\)', "".join(texts))):
        with suppress(Exception):
            load(name)
    for name in dict.fromkeys(re.findall(r'judge\(\\"([\w-]+)\\"\)', "".join(texts))):
        with suppress(Exception):
            verdicts[name] = claims.judge(name)


def remember(verdicts: dict[str, Any]) -> None:
    """Let `claims.judge` give the verdicts that are known already."""
    from helpers import claims

    weigh = claims.judge

    def judge(claim: Any, evidence: Any = None) -> Any:
        """Give the stored verdict on a claim, or weigh it."""
        known = verdicts.get(claim) if type(claim) is str and evidence is None else None
        return weigh(claim, evidence) if known is None else known

    vars(claims)["judge"] = judge


def serve(channel: socket.socket, spaces: bool) -> None:
    """Start a process for each job that comes with its two files, and end it when told to."""
    verdicts: dict[str, Any] = {}
    shell, broken = None, ""
    try:
        shell = prepare()
        remember(verdicts)
    except BaseException:
        broken = traceback.format_exc()[-600:]
    if spaces:
        _call("prctl", SUBREAPER, 1, 0, 0, 0)
    warmed: set[bytes] = set()
    while True:
        lesson, files, *_ = socket.recv_fds(channel, 2, 2)
        if not lesson:
            return
        if lesson not in warmed and not broken:
            warmed.add(lesson)
            warm(lesson.decode(), verdicts)
        pid = start(files, shell, broken, spaces)
        for file in files:
            os.close(file)
        if not channel.recv(1):
            return
        with suppress(ProcessLookupError):
            (os.kill if spaces else os.killpg)(pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # the first of a space ends when all others have
            while os.waitpid(-1 if spaces else pid, 0) and spaces:
                continue
        channel.send(b".")


def start(files: list[int], shell: Any, broken: str, spaces: bool) -> int:
    """Fork the process that runs a job; returns its number. It never returns in the new process."""
    read, write = os.pipe()
    first = os.fork()
    if first == 0:
        try:
            os.setsid()
            if spaces:
                leave()
                second = os.fork()  # the first process of the new space
                if second:
                    os.write(write, str(second).encode())
                    os._exit(0)
            else:
                os.write(write, str(os.getpid()).encode())
            for file in range(3, 256):
                if file not in files:
                    with suppress(OSError):
                        os.close(file)
            if spaces:
                settle()
            obey(files, shell, broken)
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        number = told.read(20)
    return int(number or first)


def _call(name: str, *arguments: Any) -> None:
    """Call a function of the C library that gives 0 if it succeeds."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def leave() -> None:
    """Leave the starter's spaces; children come into a space of processes of their own."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", USERS | FILES | IPC | PROCESSES | NETWORK)
    itself = Path("/proc/self")
    (itself / "setgroups").write_text("deny")
    (itself / "uid_map").write_text(f"{user} {user} 1")
    (itself / "gid_map").write_text(f"{group} {group} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")  # this is the last space


def probe() -> None:
    """Say so if a process here may close in another one."""
    _call("prctl", SUBREAPER, 1, 0, 0, 0)
    leave()
    if os.fork() == 0:
        settle()
        deny()
        os.write(1, b"closed in\n")
        os._exit(0)
    os.wait()


def settle() -> None:
    """Empty folders to write to, a list of processes without others', and no rights to undo it."""
    for folder, size in WRITABLE.items():
        python = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
        kept = {path: os.open(path, os.O_PATH) for path in python if path.is_relative_to(folder)}
        options = f"size={size}m,mode=700".encode()
        _call("mount", b"tmpfs", folder.encode(), b"tmpfs", NO_SUID | NO_DEVICES, options)
        for path, opened in kept.items():  # Python itself may lie below /tmp
            path.mkdir(parents=True)
            _call("mount", f"/proc/self/fd/{opened}".encode(), bytes(path), None, BIND, None)
            os.close(opened)
    flags = READ_ONLY | NO_SUID | NO_DEVICES | NO_EXEC
    _call("mount", b"proc", b"/proc", b"proc", flags, None)
    Path("/tmp/home").mkdir()
    os.chdir("/course/my_work")
    _call("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())


def deny() -> None:
    """Forbid `DENIED` to this process and all that it starts."""
    library = ctypes.CDLL(SECCOMP)
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ALLOW))
    for name in DENIED:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number != -1:  # an older library does not know the newest calls
            library.seccomp_rule_add_array(rules, FORBID, number, 0, None)
    if library.seccomp_load(rules) != 0:
        raise OSError("seccomp_load")


def obey(files: list[int], shell: Any, broken: str) -> None:
    """Read the job from the first file and run it; what it answers goes to the second."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with os.fdopen(files[0], "rb") as stream:
        stream.seek(0)
        job = json.load(stream)
    sys.stdin = os.fdopen(0, encoding="utf-8")  # nothing: a cell that waits for input gets none
    limit(job)
    if job["alone"]:
        deny()
    pipe = os.fdopen(files[1], "w", encoding="utf-8")

    def report(line: dict[str, Any]) -> None:
        pipe.write(json.dumps(line) + "\n")
        pipe.flush()

    if broken:
        report({"broken": broken})
    else:
        run(job, shell, report)
    os._exit(0)  # threads and exit handlers of the learner's do not hold us up


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), spaces=sys.argv[2:] == ["spaces"])
