"""The least that a re-run of the lessons can take: the CPU of their cells alone, in a process that
has imported the libraries, over the number of processors.

    python -m tests.campaigns.limit

Each lesson runs in a fork of its own, without a kernel and without messages. Prints seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module

from tests.lessons import LESSONS, NOTEBOOKS, Lesson, source


def run(lesson: Lesson) -> float:
    """CPU of the cells of a lesson, in seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 1)
            shell = import_module("IPython.core.interactiveshell").InteractiveShell.instance()
            shell.enable_gui = lambda *_: None
            shell.run_line_magic("matplotlib", "inline")
            begin = time.process_time()
            failed = [
                cell["id"] for cell in lesson.code if not shell.run_cell(source(cell)).success
            ]
            os.write(writing, json.dumps([time.process_time() - begin, failed]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        spent, failed = json.load(answer)
    os.waitpid(child, 0)
    if failed:
        sys.exit(f"{lesson.path.name}: these cells ended in an error: {', '.join(failed)}")
    return float(spent)


def main() -> None:
    """Run the command."""
    for name in ("numpy", "pandas", "matplotlib.pyplot", "seaborn"):
        import_module(name)
    os.chdir(NOTEBOOKS)
    cpu = sum(run(lesson) for lesson in LESSONS)
    processors = os.cpu_count() or 1
    print(f"limit: {cpu / processors:.1f} s ({cpu:.1f} s of CPU, {processors} processors)")


if __name__ == "__main__":
    main()
