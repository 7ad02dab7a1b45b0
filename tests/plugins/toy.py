"""A small collection on another topic, for tests of the engine and for the examples in its
docstrings: the one that `python3 -m helpers new` writes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.authoring.describe import outdated
from helpers.authoring.new import write_collection
from helpers.collection import VARIABLE, open_collection


def write_toy(folder: Path) -> Path:
    """Write the toy collection into an empty folder and describe it; its lesson has no outputs."""
    write_collection(folder)
    describe(folder)
    return folder


def describe(folder: Path) -> None:
    """Do what `python3 -m helpers describe` does, without a process of its own."""
    for path, text in outdated(open_collection(folder)).items():
        path.write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy collection, written once. Do not change it: take `own_toy` for that."""
    return write_toy(tmp_path_factory.mktemp("toy") / "library")


@pytest.fixture
def own_toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A toy collection of the test's own, which it may change; it is the current one."""
    folder = write_toy(tmp_path / "library")
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture(autouse=True)
def _examples_use_the_toy(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if type(request.node).__name__ == "DoctestItem":
        monkeypatch.setenv(VARIABLE, str(request.getfixturevalue("toy")))
