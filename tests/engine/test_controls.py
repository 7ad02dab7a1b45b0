"""control(): a figure that stays still where nothing can be moved, and moves where it can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import IPython
import ipywidgets  # noqa: F401 - binds the true get_ipython before a test replaces it
import matplotlib
import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest

from helpers.authoring import refresh
from helpers.controls import WIDGET_VIEW, Control, ControlError, choice, control, slider
from helpers.figures import FigureError, dot_array, draw_ranges, finish

matplotlib.use("agg")

CALLS: list[tuple[int, str]] = []


def loans(number: int, shelf: str) -> str:
    """Draw a bar of loans."""
    if number == 9:
        raise ZeroDivisionError("no loans on Sundays")
    CALLS.append((number, shelf))
    ax = plt.figure().subplots()
    ax.bar(["one"], [number])
    finish(ax, title=f"Loans of {shelf}", unit="loans", source="library_loans")
    return f"{number} {shelf} are on loan."


SETTINGS: dict[str, Any] = {
    "number": slider(0, 10, 4, label="loans", unit="a day"),
    "shelf": choice(["novels", "comics"], label="shelf"),
}


@pytest.fixture
def in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython says that there is a kernel."""
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel="a kernel"))


@pytest.fixture
def moving(in_a_notebook: None) -> Control:
    """A control as a notebook shows it."""
    CALLS.clear()
    return Control(loans, **SETTINGS)


def test_without_a_front_end_it_shows_the_figure_at_the_start(
    capsys: pytest.CaptureFixture[str],
) -> None:
    CALLS.clear()
    control(loans, **SETTINGS)
    still = Control(loans, **SETTINGS)
    assert still.widget is None and CALLS == [(4, "novels")] * 2
    bundle, _ = still._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "Bar chart, loans: one 4" in bundle["text/plain"]
    assert "4 novels are on loan.\nTo move in Jupyter" in bundle["text/plain"]
    assert "loans: 4 a day; shelf: novels." in bundle["text/plain"]
    assert "not installed" not in capsys.readouterr().out


@pytest.mark.usefixtures("in_a_notebook")
def test_without_ipywidgets_one_sentence_is_added(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # as if it were not installed
    control(loans, **SETTINGS)
    assert capsys.readouterr().out.rstrip().endswith("call the function above with them.")


def test_moving_a_slider_draws_again_and_says_what_changed(moving: Control) -> None:
    assert "4 novels are on loan." in moving.said.value and CALLS == [(4, "novels")]
    moving.fields["number"].value = 7
    assert CALLS[1:] == [(7, "novels")]
    for words in (
        "Changed: loans from 4 a day to 7 a day.",
        "Now: 7 novels are on loan.",
        "Before: 4 novels are on loan.",
        'aria-live="polite"',
    ):
        assert words in moving.said.value
    moving.fields["shelf"].value = "comics"
    assert "shelf from novels to comics" in moving.said.value and CALLS[-1] == (7, "comics")


def test_the_slider_and_its_field_move_together_and_the_button_leads_back(moving: Control) -> None:
    row = moving.widget.children[0]
    field, handle = row.children
    handle.value = 2
    assert field.value == 2 and CALLS[-1] == (2, "novels")
    assert field.description == "loans (a day)"
    moving.reset.click()
    assert field.value == handle.value == 4 and CALLS[-1] == (4, "novels")
    assert "from 2 a day to 4 a day" in moving.said.value


def test_what_cannot_be_drawn_is_said_and_the_figure_stays(moving: Control) -> None:
    moving.fields["number"].value = 9
    assert "nothing could be drawn: no loans on Sundays" in moving.said.value
    moving.fields["number"].value = 3
    assert "Changed: loans from 4 a day to 3 a day." in moving.said.value


def test_what_is_stored_does_not_depend_on_what_was_moved(moving: Control) -> None:
    before = moving._repr_mimebundle_()
    moving.fields["number"].value = 1
    after = moving._repr_mimebundle_()
    assert before == after and before[0][WIDGET_VIEW]["model_id"] == moving.widget.model_id


def test_a_typed_number_counts_as_the_nearest_step() -> None:
    part = slider(0, 1, 0.5, step=0.1, label="part")
    assert part.values[3] == 0.3 and part.nearest(0.3400001) == 0.3
    assert slider(-2, 2, 0, label="change").values == (-2, -1, 0, 1, 2)


def no_words(number: int) -> None:
    """Draw nothing and say nothing."""


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: slider(5, 1, 2, label="loans"), "from a smaller to a larger number"),
        (lambda: slider(0, 5, 2, step=0, label="loans"), "in steps above 0"),
        (lambda: slider(0, 5, 9, label="loans"), "cannot start at 9: it runs from 0 to 5"),
        (lambda: slider(0, "5", 2, label="loans"), "most of the slider 'loans' must be a number"),  # type: ignore[arg-type]
        (lambda: slider(0, float("nan"), 2, label="loans"), "must be a number"),
        (lambda: slider(0, 5, 2, step=1e-6, label="loans"), "take larger ones"),
        (lambda: slider(0, 5, 2, label=" "), "needs a label"),
        (lambda: choice(["novels"], label="shelf"), "two or more different options"),
        (lambda: choice(["a", "a"], label="shelf"), "two or more different options"),
        (lambda: choice(["a", "b"], "c", label="shelf"), "cannot start at 'c'"),
        (lambda: Control(loans), "for each argument"),
        (lambda: Control(loans, number=4, shelf="novels"), "for each argument"),  # type: ignore[arg-type]
        (lambda: Control(loans, number=SETTINGS["number"]), "asks for: number, shelf"),
        (lambda: Control(no_words, number=SETTINGS["number"]), "must return a sentence"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_control_ends_in_one_sentence(wrong: Any, says: str) -> None:
    with pytest.raises(ControlError, match=r"^[^\n]+[.:]?$") as caught:
        wrong()
    assert says in str(caught.value)


CELLS = (
    "from helpers.controls import control, slider\ndef say(number):\n    return f'{number} loans.'",
    "control(say, number=slider(0, 9, 4, label='loans'))",
)


def test_in_a_kernel_the_stored_output_is_the_same_every_time_and_holds_no_widget(
    tmp_path: Path,
) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"c{number}"
    path = tmp_path / "01_loans.ipynb"
    nbformat.write(notebook, path)
    stored = [nbformat.writes(refresh.execute(path)) for _ in range(2)]
    assert stored[0] == stored[1] and WIDGET_VIEW not in stored[0]
    (output,) = nbformat.reads(stored[0], as_version=4).cells[1].outputs
    assert "To move in Jupyter, by running this cell: loans: 4." in output.data["text/plain"]


def test_the_engine_itself_imports_ipywidgets_with_the_first_control_only() -> None:
    """(seaborn imports it too, where it is installed; that is not ours to change.)"""
    code = (
        "import sys; sys.modules['seaborn.widgets'] = type(sys)('seaborn.widgets')\n"
        "import helpers, helpers.controls; print('ipywidgets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_dots_are_counted_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    panels = {"shelf A": {"on loan": 3, "here": 97}, "shelf B": {"on loan": 30, "here": 70}}
    dot_array(panels, title="Shelf B is lent more", source="library_loans", note="A dot is a book")
    said = capsys.readouterr().out
    assert "Dots, 100 in each panel: shelf A: 3 on loan, 97 here; shelf B: 30 on loan" in said
    assert "A dot is a book" in said


@pytest.mark.parametrize(
    ("panels", "says"),
    [
        ({}, "at least one panel"),
        ({"a": {"on loan": 1}}, "two to 4 kinds"),
        ({"a": {"on loan": 1, "here": 9}, "b": {"here": 9, "on loan": 1}}, "other kinds"),
        ({"a": {"on loan": 1.5, "here": 9}}, "no whole number"),
        ({"a": {"on loan": 1, "here": 9}, "b": {"on loan": 1, "here": 8}}, "same number of dots"),
        ({"a": {"on loan": 1, "here": 9_000}}, "at most 2,000"),
    ],
)
def test_dots_that_cannot_be_drawn_end_in_one_sentence(panels: Any, says: str) -> None:
    with pytest.raises(FigureError, match=says):
        dot_array(panels, title="Loans", source="library_loans")


SHELVES = pd.DataFrame(
    {
        "shelf": ["novels", "comics", "maps"],
        "kind": ["told", "drawn", "drawn"],
        "low": [1.0, 2.0, None],
        "central": [None, 3.0, 4.0],
        "high": [5.0, 6.0, None],
    }
)


def test_ranges_are_drawn_in_their_order_with_their_gaps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ax = draw_ranges(SHELVES, label="shelf", group="kind")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["novels", "comics", "maps"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first is at the top"
    finish(ax, title="Novels range widest", unit="loans a day", source="library_loans")
    said = capsys.readouterr().out
    assert "told, low: novels 1" in said and "drawn, central: comics 3, maps 4" in said
    assert "maps 4. drawn, high: comics 6" in said


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (SHELVES.drop(columns="low"), "no column 'low'"),
        (SHELVES.assign(shelf="novels"), "a name of its own"),
        (SHELVES.assign(central=None, low=None, high=None), "a value in each row"),
        (pd.concat([SHELVES.assign(shelf=str(n), kind=n).head(1) for n in range(9)]), "groups"),
    ],
)
def test_ranges_that_cannot_be_drawn_end_in_one_sentence(table: pd.DataFrame, says: str) -> None:
    with pytest.raises(FigureError, match=says):
        draw_ranges(table, label="shelf", group="kind")
