"""draw_shifts and draw_calibration: what moved, and how often a reader was right."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.figures import FigureError, draw_calibration, draw_shifts, finish

BEFORE = pd.Series({"x": "yes", "y": "open", "z": "open"})
AFTER = pd.Series({"x": "yes", "y": "no (A); open (B)", "z": "yes"})


def test_rows_days_and_arrows(capsys: pytest.CaptureFixture[str]) -> None:
    ax = draw_shifts(BEFORE, AFTER, ["yes", "maybe", "no", "open"], ["first"])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["first", "y", "z"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["yes", "no", "open"], (
        "maybe is left out"
    )
    assert len([text for text in ax.texts if text.arrow_patch]) == 2, "only what moved has an arrow"
    assert sorted(text.get_text() for text in ax.texts if text.get_text()) == ["A", "B"]
    finish(ax, title="Two moved", unit="row", source="SIMULATED: for a test")
    assert "now: first (yes), y (no), y (open), z (yes)" in capsys.readouterr().out


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(FigureError, match="the same rows"):
        draw_shifts(BEFORE, AFTER.head(2), ["yes"])
    with pytest.raises(FigureError, match="Not in the order that is drawn: no, open"):
        draw_shifts(BEFORE, AFTER, ["yes"])
    plt.close("all")


def guesses(*rows: tuple[float | None, bool | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["sure", "right"]).astype({"sure": float})
    return table.astype({"right": "boolean"})


def test_no_guess_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    draw_calibration(guesses((None, True), (50, None)))
    assert capsys.readouterr().out.startswith("We found no guess here that says how sure you were.")
    draw_calibration(guesses((80, True)))
    assert capsys.readouterr().out.splitlines()[1] == "1 of 1 were right: 100 percent."


def test_guesses_are_drawn_and_few_are_said_to_be_few(capsys: pytest.CaptureFixture[str]) -> None:
    draw_calibration(guesses((20, False), (60, True), (60, False), (95, True)))
    said = capsys.readouterr().out
    assert "in 4 guesses, on average 59 percent" in said and "2 of 4 were right" in said
    assert "So few guesses say little" in said and "20 0, 60 50, 95 100" in said
    draw_calibration(guesses(*[(80, True)] * 30))
    assert "So few" not in capsys.readouterr().out
