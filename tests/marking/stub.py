"""What a worker of the tests loads: a run that takes a moment and executes nothing.

It answers by the text of the cells, writes down which unit it ran, and can pretend to be of another
version.
"""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path
from typing import Any

from marking import place, store, values

SECONDS, LOG, ENGINE = "MARKING_STUB_SECONDS", "MARKING_STUB_LOG", "MARKING_STUB_ENGINE"


def run(cells: list[tuple[str, str]], *_: Any) -> place.Run:
    """The answers that stand in the cells as plain Python values."""
    start = time.monotonic()
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{os.getpid()} {cells[1][0].strip()}\n")
    time.sleep(float(os.environ.get(SECONDS, "0")))
    answers = {}
    for text, number in cells:
        if number:
            value = ast.literal_eval(text.partition("=")[2].strip())
            answers[number] = {
                "answer": values.to_plain(value),
                "error": "",
                "printed": "",
                "seconds": time.monotonic(),
            }
    return place.Run(answers=answers, seconds=round(time.monotonic() - start, 2))


def build(_: Any, folder: Path) -> Path:
    """No place is needed."""
    return folder


def install(target: Any = setattr) -> None:
    """Replace what runs, in this process; `target` is a test's monkeypatch.setattr."""
    target(place, "run", run)
    target(place, "build", build)
    target(place, "sandbox", lambda: "none is needed")


def dask_setup(_: Any) -> None:
    """Dask calls this when a worker starts with --preload."""
    install()
    if ENGINE in os.environ:
        real = store.manifest
        store.manifest = lambda *given: real(*given) | {"engine": os.environ[ENGINE]}
