"""The programs that try other packages and other machines: what counts as a difference, and what is
said where it cannot be tried.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.lessons import LESSONS
from tools import lax, systems


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["deaths  63,632"], ["deaths 63632"]),
        (["rate 4.10"], ["rate   4.1"]),
        (["0    16.0", "Name: rate, dtype: float64"], ["0 16", "Name: rate, dtype: float64"]),
        (["a", "b"], ["b"]),
    ],
)
def test_layout_does_not_count(before: list[str], after: list[str]) -> None:
    assert lax.differences({"02 a": before}, {"02 a": after}) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"02 a": ["deaths 63,633"]}, "02 a: 63632 is now 63633"),
        ({"02 a": ["deaths -63,632"]}, "02 a: 63632 is now -63632"),
        ({"02 a": ["deaths 63,632 in 2016"]}, "02 a: 1 numbers are now 2"),
        ({}, "02 a: 1 numbers are now 0"),
        ({"02 a": ["deaths 63,632", "error KeyError: 'rate'"]}, "02 a: error KeyError: 'rate'"),
    ],
)
def test_another_number_or_an_error_counts(after: dict, said: str) -> None:
    assert lax.differences({"02 a": ["deaths 63,632"]}, after) == [said]


def test_a_changed_value_behind_a_figure_counts() -> None:
    assert lax.differences({"02 a": ["values 3da8cb1c"]}, {"02 a": ["values 3da8cb1d"]}) == [
        "02 a: 3da8cb1c is now 3da8cb1d"
    ]


def test_stored_outputs_are_compared_cell_by_cell() -> None:
    stored = lax.stored()
    assert {cell[:2] for cell in stored} == {lesson.number for lesson in LESSONS}
    assert (
        lax.differences(stored, stored) == []
        and sum(len(lax.numbers(lines)) for lines in stored.values()) > 1000
    )


def test_looking_ahead_drops_the_upper_limits_only() -> None:
    capped, free = lax.requirements("newest"), lax.requirements("ahead")
    assert "pandas>=2.2.2,<4" in capped and "pandas>=2.2.2" in free and len(capped) == len(free)
    assert not [text for text in free if "<" in text.split(";")[0]]


def test_what_cannot_be_tried_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    places = {"clone": tmp_path, "home": tmp_path}
    for environment in systems.ENVIRONMENTS:
        front, reason = systems.prefix(environment, places)
        assert front == [] and bool(reason) == bool(
            environment.read_only or not environment.network
        )
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert systems.locale_variables("es_MX.UTF-8", tmp_path) is None


def test_an_unknown_environment_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert systems.main(["mars"]) == 2
    assert "time zone UTC" in capsys.readouterr().out
