"""What each lesson costs its reader when all its cells are run in a kernel started anew: seconds
from the start of the kernel to the first figure, and the CPU of the kernel from its first cell on.

    python3 course.py nox -s cells             every lesson three times, in turns
    python3 course.py nox -s cells -- 5 02 07  lessons 02 and 07 five times

Prints medians, with the least and the most; the CPU of the slowest cells is that of the last run.
"""

from __future__ import annotations

import math
import sys
import time
from statistics import median

import psutil
from jupyter_client.manager import start_new_kernel

from tests.lessons import LESSONS, NOTEBOOKS, Lesson, source


def run(lesson: Lesson) -> tuple[float, float, list[tuple[float, str]]]:
    """Seconds to the first figure, CPU of all cells, and that of each with its id."""
    begin, figure, spent = time.perf_counter(), math.nan, []
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(NOTEBOOKS))

    def shown(message: dict) -> None:
        nonlocal figure
        if math.isnan(figure) and "image/png" in str(message["content"].get("data")):
            figure = time.perf_counter() - begin

    try:
        kernel = psutil.Process(manager.provisioner.pid)
        for cell in lesson.code:
            before = sum(kernel.cpu_times()[:2])
            reply = client.execute_interactive(source(cell), output_hook=shown, timeout=600)
            if reply["content"]["status"] != "ok":
                sys.exit(f"{lesson.path.name}, cell {cell['id']}: {reply['content']['evalue']}")
            spent.append((sum(kernel.cpu_times()[:2]) - before, cell["id"]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return figure, sum(cpu for cpu, _ in spent), spent


def main(words: list[str]) -> None:
    """Run the command."""
    times = int(words[0]) if words else 3
    lessons = [one for one in LESSONS if not words[1:] or one.path.name[:2] in words[1:]]
    turns = [{lesson.path: run(lesson) for lesson in lessons} for _ in range(times)]
    print(
        "| lesson | first figure after, s | CPU of cells, s | slowest cells, s |\n|---|---|---|---|"
    )
    for lesson in lessons:
        figure, cpu = ([turn[lesson.path][column] for turn in turns] for column in (0, 1))
        slow = sorted(turns[-1][lesson.path][2], reverse=True)[:2]
        shown = [f"{median(v):.1f} ({min(v):.1f} to {max(v):.1f})" for v in (figure, cpu)]
        shown.append(", ".join(f"{name} {seconds:.2f}" for seconds, name in slow))
        print(f"| {' | '.join([lesson.path.stem, *shown])} |")


if __name__ == "__main__":
    main(sys.argv[1:])
