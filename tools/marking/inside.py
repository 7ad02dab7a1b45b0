"""Run one submission in the throw-away place, and say what it answered.

This is the only file that executes a learner's code, in a process of its own that place.py has
closed in. It reads a job from its standard input and writes one line of JSON after every exercise
to the file descriptor that the job names, so that what was answered before a crash is kept. Nothing
it writes is trusted: judge.py reads it as plain data.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

PRINTED = 600  # characters kept of what an exercise prints
MOST_FILES = 20  # names kept of files that a submission wrote


class Tail(io.TextIOBase):
    """Takes any amount of text and keeps its beginning."""

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
    for kind, most in (
        (resource.RLIMIT_AS, int(job["memory"] * 2**30)),
        (resource.RLIMIT_FSIZE, int(job["file_size"])),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


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
    from tools.marking.values import to_plain

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


def main() -> None:
    """Read the job from standard input; run it."""
    job = json.loads(sys.stdin.buffer.read())
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # a cell that waits for input gets none
    sys.stdin = os.fdopen(0, encoding="utf-8")
    if job["limited"]:
        limit(job)
    pipe = os.fdopen(int(job["out"]), "w", encoding="utf-8")

    def report(line: dict[str, Any]) -> None:
        pipe.write(json.dumps(line) + "\n")
        pipe.flush()

    try:
        shell = prepare()
    except BaseException:
        report({"broken": traceback.format_exc()[-600:]})
        return
    run(job, shell, report)
    os._exit(0)  # threads and exit handlers of the learner's do not hold us up


if __name__ == "__main__":
    main()
