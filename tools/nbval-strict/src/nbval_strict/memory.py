"""Keep one notebook in memory at a time.

nbval reads every notebook when tests are collected, and holds all of them, with pictures, to the
end. Here a notebook is put aside once its cells are known, read again when its kernel starts, and
dropped when the kernel ends, so that memory does not grow with the number of notebooks.
"""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from .patches import Patch, nbval_module, takes

plugin = nbval_module("nbval.plugin")
CELLS = pytest.StashKey[list[Any]]()


def put_aside(file: Any, cells: list[Any]) -> None:
    """Drop what a notebook holds; its metadata name the kernel and stay."""
    file.stash[CELLS] = cells
    file.nb = nbformat.from_dict({"metadata": file.nb.metadata, "cells": []})
    for item in cells:
        item.cell = item.test_outputs = None


def _read_again(file: Any) -> None:
    file.nb = nbformat.read(str(file.path), as_version=4)
    sources = [cell for cell in file.nb.cells if cell.cell_type == "code"]
    if len(sources) != len(file.stash[CELLS]):
        raise pytest.UsageError(f"{file.path} changed while the tests ran: run them again.")
    for item, cell in zip(file.stash[CELLS], sources, strict=True):
        item.cell = cell


def _apply(monkeypatch: pytest.MonkeyPatch) -> None:
    setup, teardown = plugin.IPyNbFile.setup, plugin.IPyNbFile.teardown

    def read_and_setup(self: Any) -> None:
        if CELLS in self.stash:
            _read_again(self)
        setup(self)

    def teardown_and_drop(self: Any) -> None:
        teardown(self)
        if CELLS in self.stash:
            put_aside(self, self.stash[CELLS])

    monkeypatch.setattr(plugin.IPyNbFile, "setup", read_and_setup)
    monkeypatch.setattr(plugin.IPyNbFile, "teardown", teardown_and_drop)


PATCHES = [
    Patch(
        lambda: takes(plugin.IPyNbFile.setup, "self") and takes(plugin.IPyNbFile.teardown, "self"),
        _apply,
        "every notebook stays in memory to the end",
    )
]
