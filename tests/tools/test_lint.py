"""What the linters say, with the settings in pyproject.toml. A class each: xdist keeps a class on
one worker.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.lessons import ROOT


def said(*command: str) -> str:
    """What a linter complains of; empty if nothing."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-6000:]


class TestRuff:
    def test_nothing_is_found(self) -> None:
        assert said("ruff", "check", "--quiet", "--output-format", "concise", ".") == ""

    def test_everything_is_formatted(self) -> None:
        assert said("ruff", "format", "--check", "--quiet", ".") == "", "run `ruff format .`"


@pytest.mark.long
class TestMypy:
    def test_types_fit(self) -> None:
        assert said("mypy") == ""
