"""Tests of the engine run on the toy collection, so that no topic can slip into the engine."""

from pathlib import Path

import pytest

from helpers.collection import VARIABLE


@pytest.fixture(autouse=True)
def _on_the_toy(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(toy))
