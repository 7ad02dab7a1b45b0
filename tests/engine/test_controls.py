"""control(): a figure that stays still where nothing can be moved, and moves where it can."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import IPython
import ipywidgets  # noqa: F401 - binds the true get_ipython before a test replaces it
import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
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
    "shelf": choice(["novels", "maps & prints"], label="shelf"),
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
    still_words = "To move in Jupyter, by running this cell: loans: 4 a day; shelf: novels."
    assert bundle["text/plain"].endswith(f"\n4 novels are on loan.\n{still_words}")
    assert bundle["text/html"].endswith(
        f"<p>4 novels are on loan.</p><p><em>{still_words}</em></p>"
    )
    assert "not installed" not in capsys.readouterr().out


@pytest.mark.usefixtures("in_a_notebook")
def test_without_ipywidgets_one_sentence_is_added(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # as if it were not installed
    control(loans, **SETTINGS)
    assert capsys.readouterr().out.rstrip().endswith("call the function above with them.")


def test_moving_a_slider_draws_again_and_says_what_changed(moving: Control) -> None:
    live = '<p role="status" aria-live="polite">{}</p>'
    assert moving.said.value == live.format("4 novels are on loan.") and CALLS == [(4, "novels")]
    moving.fields["number"].value = 7
    assert CALLS[1:] == [(7, "novels")] and "one 7" in moving.plain
    assert moving.said.value == live.format(
        "Changed: loans from 4 a day to 7 a day. Now: 7 novels are on loan. Before: 4 novels are "
        "on loan."
    )
    moving.fields["shelf"].value = "maps & prints"
    assert "shelf from novels to maps &amp; prints. Now" in moving.said.value
    assert CALLS[-1] == (7, "maps & prints")


def test_several_changes_are_said_in_one_sentence(moving: Control) -> None:
    both = "loans from 4 a day to {} a day{}shelf from novels to maps & prints"
    assert moving.set(number=9, shelf="maps & prints") == (
        f"With {both.format(9, ' and ')} nothing could be drawn: no loans on Sundays"
    )
    assert moving.set(number=4) == "4 novels are on loan.", "nothing was changed"
    assert moving.set(number=5, shelf="maps & prints").startswith(
        f"Changed: {both.format(5, '; ')}. Now: 5 maps & prints are on loan. Before: 4 novels"
    )


def test_what_stands_above_the_figure(in_a_notebook: None) -> None:
    part = slider(0, 1, 0.5, step=0.25, label=" part ")
    shown = Control(lambda number, shelf, part: "Yes.", **SETTINGS, part=part)
    texts = tuple((one, one) for one in ("novels", "maps & prints"))
    for row, kinds, description, looks in zip(
        shown.widget.children[:3],
        [
            ("BoundedIntText", "IntSlider"),
            ("Dropdown", "SelectionSlider"),
            ("BoundedFloatText", "FloatSlider"),
        ],
        ["loans (a day)", "shelf", "part"],
        [
            {"value": 4, "min": 0, "max": 10, "step": 1},
            {"value": "novels", "options": texts},
            {"value": 0.5, "min": 0, "max": 1, "step": 0.25},
        ],
        strict=True,
    ):
        field, handle = row.children
        assert (type(field).__name__, type(handle).__name__) == kinds
        for part in (field, handle):
            assert {name: getattr(part, name) for name in looks} == looks
        assert field.description == description and field.style.description_width == "initial"
        assert (field.layout.width, field.layout.min_width) == ("auto", "22em")
        assert (handle.readout, handle.continuous_update) == (False, False)
    assert shown.reset.description == "Back to the start"


def test_the_slider_and_its_field_move_together_and_the_button_leads_back(moving: Control) -> None:
    row = moving.widget.children[0]
    field, handle = row.children
    handle.value = 2
    assert field.value == 2 and CALLS[-1] == (2, "novels")
    assert field.description == "loans (a day)"
    moving.reset.click()
    assert field.value == handle.value == 4 and CALLS[-1] == (4, "novels")
    assert "from 2 a day to 4 a day" in moving.said.value
    handle.value = 3
    assert CALLS[-1] == (3, "novels"), "it still moves"


def test_what_cannot_be_drawn_is_said_and_the_figure_stays(moving: Control) -> None:
    moving.fields["number"].value = 9
    assert "nothing could be drawn: no loans on Sundays" in moving.said.value
    assert "one 4" in moving.plain
    moving.fields["number"].value = 3
    assert "Changed: loans from 4 a day to 3 a day." in moving.said.value


def test_what_is_stored_does_not_depend_on_what_was_moved(moving: Control) -> None:
    before = moving._repr_mimebundle_()
    moving.fields["number"].value = 1
    after = moving._repr_mimebundle_()
    assert before == after and before[0][WIDGET_VIEW]["model_id"] == moving.widget.model_id


def test_a_typed_number_counts_as_the_nearest_step() -> None:
    part = slider(0, 1, 0.5, step=0.1, label="part")
    assert part.values == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
    assert part.nearest(0.3400001) == 0.3 and part.steps == (0, 1, 0.1)
    assert slider(-2, 2, 0, label="change").values == (-2, -1, 0, 1, 2)
    thirds = slider(0, 10, 3, step=3, label=" loans ", unit="a day")
    assert thirds.values == (0, 3, 6, 9) and thirds.steps == (0, 9, 3)
    assert all(isinstance(value, int) for value in thirds.values)
    assert (thirds.label, thirds.text(3), thirds.start) == ("loans", "3 a day", 3)
    assert slider(1, 10_000, 1, label="many").texts[-1] == "10,000", "no more steps than this"
    fine = slider(0, 0.02, 0.0125, step=0.0025, label="fine")
    assert fine.values[5] == fine.start == 0.0125 and len(fine.values) == 9


def test_a_choice_of_numbers_has_their_words() -> None:
    few = choice([100, 1000], label="cars")
    assert (few.start, few.texts, few.text(1000)) == (100, ("100", "1,000"), "1,000")
    named = choice({"few": 1, "many": 2}, 2, label="cars", unit="a day")
    assert (named.start, named.values, named.text(1)) == (2, (1, 2), "few a day")


def test_numbers_of_numpy_are_taken_as_numbers() -> None:
    years = pd.Series([2019, 2024])
    few = slider(years.min(), years.max(), np.int64(2020), step=np.float64(1), label="year")
    assert few == slider(2019, 2024, 2020, label="year")
    assert type(few.start) is int and {type(value) for value in few.values} == {int}
    cars = choice(np.array([100, 1000]), np.int64(1000), label="cars")  # type: ignore[arg-type]
    assert cars == choice([100, 1000], 1000, label="cars") and type(cars.start) is int
    assert choice({"yes": np.True_, "no": np.False_}, label="x").start is True  # type: ignore[dict-item]


def no_words(number: int) -> None:
    """Draw nothing and say nothing."""


RUNS = "The slider 'loans' must run from a smaller to a larger number in steps above 0."
NUMBER = "The {} of the slider 'loans' must be a finite number."
STEPS = "The slider 'loans' has more than 10,000 steps: take larger ones."
OPTIONS = (
    "The options of the choice 'shelf' must be texts or numbers in a list, or the values of a "
    "dictionary whose keys are texts."
)
AT = "The slider 'loans' cannot start at 9: it runs from 0 to 5 in steps of 1."
LABEL = "Each setting needs a label: a reader must know what is moved."
TWO = "The choice 'shelf' needs two or more different options."
GIVE = "Give control({}, ...) a slider(...) or choice(...) for each argument."
FIT = "The settings (number) do not fit {}, which asks for: {}."
WORDS = "{} must return a sentence that says what its figure shows."


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: slider(5, 1, 2, label="loans"), RUNS),
        (lambda: slider(5, 5, 5, label="loans"), RUNS),
        (lambda: slider(0, 5, 2, step=0, label="loans"), RUNS),
        (lambda: slider(0, 5, 9, label="loans"), AT),
        (lambda: slider(0, "5", 2, label="loans"), NUMBER.format("most")),  # type: ignore[arg-type]
        (lambda: slider(0, float("nan"), 2, label="loans"), NUMBER.format("most")),
        (lambda: slider(True, 5, 2, label="loans"), NUMBER.format("least")),
        (lambda: slider(0, 5, None, label="loans"), NUMBER.format("start")),  # type: ignore[arg-type]
        (lambda: slider(0, 5, 2, step="1", label="loans"), NUMBER.format("step")),  # type: ignore[arg-type]
        (lambda: slider(0, float("inf"), 2, label="loans"), NUMBER.format("most")),
        (lambda: slider(float("-inf"), 5, 2, label="loans"), NUMBER.format("least")),
        (lambda: slider(0, 5, 2, step=float("inf"), label="loans"), NUMBER.format("step")),
        (lambda: slider(0, 10**400, 2, label="loans"), NUMBER.format("most")),
        (lambda: slider(0, 10_001, 2, label="loans"), STEPS),
        (lambda: slider(-1e308, 1e308, 0, label="loans"), STEPS),
        (lambda: slider(0, 1, 0, step=5e-324, label="loans"), STEPS),
        (lambda: slider(0, 5, 2, label=" "), LABEL),
        (lambda: choice([1, 2], label=""), LABEL),
        (lambda: slider(0, 5, 2, label=3), LABEL),  # type: ignore[arg-type]
        (lambda: choice([1, 2], label=None), LABEL),  # type: ignore[arg-type]
        (lambda: choice(None, label="shelf"), OPTIONS),  # type: ignore[arg-type]
        (lambda: choice(5, label="shelf"), OPTIONS),  # type: ignore[arg-type]
        (lambda: choice([[1], [2]], label="shelf"), OPTIONS),  # type: ignore[list-item]
        (lambda: choice({"a": [1], "b": [2]}, label="shelf"), OPTIONS),  # type: ignore[dict-item]
        (lambda: choice({1: 10, 2: 20}, label="shelf"), OPTIONS),  # type: ignore[dict-item]
        (lambda: choice([1, float("nan")], label="shelf"), OPTIONS),
        (
            lambda: choice([1, 2], [1], label="shelf"),  # type: ignore[arg-type]
            "The choice 'shelf' cannot start at [1]: its options are 1, 2.",
        ),
        (lambda: choice({}, label="shelf"), TWO),
        (lambda: choice(["novels"], label="shelf"), TWO),
        (lambda: choice(["a", "b", "a"], label="shelf"), TWO),
        (
            lambda: choice(["a", "b"], "c", label="shelf"),
            "The choice 'shelf' cannot start at 'c': its options are a, b.",
        ),
        (lambda: Control(loans), GIVE.format("loans")),
        (lambda: Control(partial(loans)), GIVE.format("the function")),
        (lambda: Control(loans, number=SETTINGS["number"], shelf="x"), GIVE.format("loans")),  # type: ignore[arg-type]
        (lambda: Control(loans, number=SETTINGS["number"]), FIT.format("loans", "number, shelf")),
        (
            lambda: Control(lambda: "Yes.", number=SETTINGS["number"]),
            FIT.format("<lambda>", "nothing"),
        ),
        (lambda: Control(no_words, number=SETTINGS["number"]), WORDS.format("no_words")),  # type: ignore[arg-type]
        (
            lambda: Control(partial(no_words), number=SETTINGS["number"]),  # type: ignore[arg-type]
            WORDS.format("The function"),
        ),
    ],
)
def test_a_wrong_control_ends_in_one_sentence(wrong: Any, says: str) -> None:
    with pytest.raises(ControlError) as caught:
        wrong()
    assert str(caught.value) == says


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
