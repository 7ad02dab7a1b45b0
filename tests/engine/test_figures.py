"""finish(): what it refuses, what it writes beside the picture, and that other values give another
hash.
"""

from __future__ import annotations

import difflib
import itertools
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from helpers.collection import VARIABLE
from helpers.contract import DataError
from helpers.figures import (
    GREY,
    PALETTE,
    FigureError,
    Picture,
    annotate,
    bracket,
    dot_array,
    draw_boxes,
    draw_funnel,
    draw_limits,
    draw_network,
    draw_ranges,
    draw_shifts,
    factor_steps,
    finish,
    highlight,
    label_bars,
    label_lines,
    label_points,
    log_axis,
    mark_value,
    plotted,
    shade,
    tile_map,
)
from helpers.figures.places import spread
from helpers.figures.words import LINE_NAME, POINT_NAME, sentence
from helpers.statistics.networks import layout
from helpers.values import short_number
from tests.lessons import ROOT
from tests.locales import locale_variables
from tests.toy import add_table, column, write_toy

matplotlib.use("agg")

#: Modules that hand a figure to the notebook, which is caught here.
FRAME = pd.DataFrame(
    {
        "year": [2014, 2015, 2016] * 2,
        "loans": [1, 5, 3, 2, 2, 4],
        "shelf": ["novels"] * 3 + ["comics"] * 3,
    }
)
GOOD = {"title": "Novels peaked in 2015", "unit": "loans a year", "source": "library_loans"}


FUNNEL = pd.DataFrame(
    {
        "population": [600_000, 5_000_000],
        "rate": [30.0, 16.0],
        "low": [12.0, 15.0],
        "high": [20.0, 17.0],
    },
    index=["Small Town", "Large Town"],
)
PRICES = pd.Series({"press": 2.0, "shop": 12.0, "fair": 9.0, "auction": 4000.0})
SHELVES = pd.DataFrame(
    {
        "shelf": ["novels", "comics", "maps"],
        "kind": ["told", "drawn", "drawn"],
        "low": [1.0, 2.0, None],
        "central": [None, 3.0, 4.0],
        "high": [5.0, 6.0, None],
    }
)
BOOKS = {"on loan": 3, "in repair": 1, "lost": 0, "here": 56}
STATES = [
    f"{name}{end}" for name in ("North", "East", "South", "West") for end in ("dale", "fjörd")
]
STATES += [f"{letter}-land" for letter in "ABCDEFGHIJKL"]
GRID = pd.DataFrame(
    {
        "state": STATES,
        "abbrev": [f"{state[0]}{state[-1]}{i}" for i, state in enumerate(STATES)],
        "row": [i // 5 for i in range(len(STATES))],
        "col": [i % 5 for i in range(len(STATES))],
    }
)


def add_grids(folder: Path) -> None:
    """Put two tile grids into a toy collection, which differ in the place of one tile."""
    places = [column(name, "integer") for name in ("row", "col")]
    fields = [column("state", "string"), column("abbrev", "string"), *places]
    moved = GRID.assign(row=GRID["row"].where(GRID["state"] != "L-land", 7))
    for name, grid in {"grid": GRID, "moved_grid": moved}.items():
        add_table(folder, name, grid.to_csv(index=False), fields, ["state"])


@pytest.fixture(scope="module")
def with_grids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_toy(tmp_path_factory.mktemp("grids") / "library")
    add_grids(folder)
    return folder


@pytest.fixture(autouse=True)
def _on_grids(with_grids: Path, _on_the_toy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(with_grids))


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Picture]]:
    """What finish() hands to the notebook."""
    pictures: list[Picture] = []
    monkeypatch.setattr(Picture, "show", lambda picture: pictures.append(picture))
    yield pictures
    plt.close("all")


def lines(**changes: Any) -> plt.Axes:
    return sns.lineplot(FRAME.assign(**changes), x="year", y="loans", hue="shelf")


def test_picture_has_words_for_those_who_do_not_see_it(shown: list[Picture]) -> None:
    finish(lines(), **GOOD, note="Two shelves only")
    text = repr(shown[0])
    assert text.startswith(
        "Novels peaked in 2015. Line chart, loans a year: novels: 2014 1, 2015 5, 2016 3. "
        "comics: 2014 2, 2015 2, 2016 4."
    )
    assert "Two shelves only. Source: SYNTHETIC, simulated for this example" in text
    html = shown[0]._repr_html_()
    assert (
        html.startswith('<img alt="Novels peaked in 2015. Line chart')
        and 'src="data:image/png;base64,' in html
    )
    assert "plotted values" not in html, "the alternative text carries the words only"


def test_long_series_are_summed_up(shown: list[Picture]) -> None:
    long = pd.DataFrame({"year": range(2000, 2020), "loans": [*range(10), 99, *range(9, 0, -1)]})
    finish(sns.lineplot(long, x="year", y="loans"), **GOOD)
    assert "2000 0, 2019 1; highest 99 in 2010." in repr(shown[0])


def test_dates_and_bars_are_read(shown: list[Picture]) -> None:
    dates = pd.DataFrame(
        {"date": pd.date_range("2015-01-31", periods=3, freq="ME"), "loans": [3, 4, 5]}
    )
    finish(sns.lineplot(dates, x="date", y="loans"), **GOOD)
    assert "January 2015 3, February 2015 4, March 2015 5" in repr(shown[0])
    finish(sns.barplot(x=[3, 4], y=["novels", "comics"]), **GOOD)
    assert "Bar chart, loans a year: novels 3, comics 4" in repr(shown[1])
    finish(sns.barplot(y=[3, 4], x=["novels", "comics"]), **GOOD)
    assert "novels 3, comics 4" in repr(shown[2])


def test_points_on_named_lanes(shown: list[Picture]) -> None:
    finish(sns.scatterplot(x=[3, 4], y=["novels", "comics"]), **GOOD)
    assert "Points, loans a year: novels 3, comics 4." in repr(shown[0])
    ax = sns.scatterplot(x=pd.to_datetime(["2015-01-31", "2016-02-29"]), y=["first", "second"])
    finish(ax, **GOOD)
    assert "January 2015, February 2016." in repr(shown[1]), "a time line tells its dates"


def test_where_both_axes_have_names_the_color_is_told(shown: list[Picture]) -> None:
    frame = pd.DataFrame(
        {
            "day": ["then", "now", "then", "now"],
            "claim": ["a", "a", "b", "b"],
            "verdict": ["holds", "fails", "fails", "fails"],
        }
    )
    ax = sns.scatterplot(frame, x="day", y="claim", hue="verdict")
    ax.set_xlabel("day")
    finish(ax, title="One turned", unit="claim", source="claims")
    assert "holds: a (then). fails: a (now), b (then), b (now)." in shown[0].description


def test_points_of_several_colors_are_told_apart(shown: list[Picture]) -> None:
    finish(sns.scatterplot(FRAME, x="year", y="loans", hue="shelf"), **GOOD)
    assert (
        "Points, loans a year: novels: 2014 1, 2015 5, 2016 3. comics: 2014 2, 2015 2, 2016 4."
        in shown[0].description
    )


def test_two_axes_share_one_ending(shown: list[Picture]) -> None:
    _, axes = plt.subplots(1, 2)
    for ax, shelf in zip(axes, ("novels", "comics"), strict=True):
        sns.lineplot(FRAME.query("shelf == @shelf"), x="year", y="loans", ax=ax).set_title(shelf)
    finish(axes, **GOOD)
    assert "Line chart, novels, loans a year" in repr(shown[0]) and "Line chart, comics" in repr(
        shown[0]
    )


def test_a_source_can_be_a_part_of_a_table(shown: list[Picture]) -> None:
    finish(lines(), **{**GOOD, "source": ["library_loans: the town's library", "claims"]})
    assert "Source: the town's library; SYNTHETIC, written" in shown[0].description
    assert "(data: library_loans, claims)." in shown[0].description


def test_the_figure_is_closed(shown: list[Picture]) -> None:
    finish(lines(), **GOOD)
    assert not plt.get_fignums(), "an open figure would be shown a second time"


@pytest.mark.parametrize("missing", ["title", "unit", "source"])
def test_refuses_a_figure_without(missing: str) -> None:
    for empty in ("", "  ", [] if missing == "source" else ""):
        with pytest.raises(FigureError, match=f"no {missing}"):
            finish(lines(), **{**GOOD, missing: empty})


def test_refuses_other_faults() -> None:
    with pytest.raises(FigureError, match="Nothing is plotted"):
        finish(plt.subplots()[1], **GOOD)
    with pytest.raises(DataError, match="no table named 'library_laons'"):
        finish(lines(), **{**GOOD, "source": "library_laons"})
    with pytest.raises(FigureError, match="the title needs no such word"):
        finish(lines(), **{**GOOD, "title": "SYNTHETIC: novels peaked"})
    with pytest.raises(DataError, match="no table named 'SYNTHETIC'"):
        finish(lines(), **{**GOOD, "source": "SYNTHETIC: draws with seed 1"})
    with pytest.raises(FigureError, match="axis beside the unit has no label"):
        finish(plt.figure().add_subplot().scatter([1.5, 2.5], [1, 2]).axes, **GOOD)
    with pytest.raises(FigureError, match="No line here has a name"):
        label_lines(plt.subplots()[1])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: finish(lines(), **{**GOOD, "title": " "}),
            "This figure has no title: give finish(..., title=...).",
        ),
        (
            lambda: finish(lines(), **{**GOOD, "source": ["library_loans", ""]}),
            "This figure has no source: give finish(..., source=...).",
        ),
        (
            lambda: finish(plt.subplots()[1], **GOOD),
            "Nothing is plotted in this figure: draw before finish().",
        ),
        (
            lambda: finish(plt.figure().add_subplot().scatter([1.5, 2.5], [1, 2]).axes, **GOOD),
            (
                "The axis beside the unit has no label: set it before finish(), so that a "
                "reader knows what runs along it."
            ),
        ),
        (
            lambda: label_lines(plt.subplots()[1]),
            "No line here has a name: give lineplot a hue= or a label=.",
        ),
        (
            lambda: tile_map(states(), "library_loans"),
            "The table 'library_loans' is no tile grid: it has no column 'state'.",
        ),
        (
            lambda: tile_map(states().rename({"A-land": "B-land"}), "grid"),
            "The state 'B-land' is there twice: one value a state is needed.",
        ),
        (
            lambda: tile_map(states().rename({"Eastdale": "Eastdael"}), "grid"),
            "There is no tile for 'Eastdael'; did you mean 'Eastdale'?",
        ),
        (
            lambda: tile_map(states().rename({"A-land": "Qq"}), "grid"),
            "There is no tile for 'Qq': use the names of the tile grid, accents included.",
        ),
        (lambda: tile_map(states() * np.nan, "grid"), "Nothing to draw: every value is missing."),
        (
            lambda: tile_map(states(), "grid", breaks=[1, 2, 3, 4, 5, 6, 7]),
            "The breaks must be one to six rising numbers; they are [1, 2, 3, 4, 5, 6, 7].",
        ),
        (
            lambda: tile_map(states(), "grid", breaks=[2, 1]),
            "The breaks must be one to six rising numbers; they are [2, 1].",
        ),
        (
            lambda: tile_map(states(), "grid", breaks=[]),
            "The breaks must be one to six rising numbers; they are [].",
        ),
    ],
)
def test_the_whole_sentence(call: Callable, sentence: str) -> None:
    with pytest.raises(FigureError) as refused:
        call()
    assert str(refused.value) == sentence


def test_a_picture_has_a_hundred_dots_an_inch(shown: list[Picture]) -> None:
    finish(lines(), **GOOD, height=3)
    assert struct.unpack(">II", shown[0].png[16:24]) == (750, 300)


def test_numbers_and_sentences(shown: list[Picture]) -> None:
    values = (0.0, 5.0, 1234.0, 0.33333, 999.4, 999.6, 1000.5, 1234.5, -1500.25)
    assert [short_number(value) for value in values] == [
        *("0", "5", "1,234", "0.333", "999", "1,000", "1,000", "1,234", "-1,500")
    ]
    assert [sentence(text) for text in ("a", "a.", "a?", "a!")] == ["a.", "a.", "a?", "a!"]
    sources = ["SIMULATED: one", "library_loans"]
    finish(lines(), **{**GOOD, "source": sources})
    assert "SIMULATED: one; " in shown[0].description


def test_a_picture_is_html_with_its_words_as_alternative_text() -> None:
    assert (
        Picture(b"\x89PNG", 'A "title" & more')._repr_html_()
        == '<img alt="A &quot;title&quot; &amp; more" src="data:image/png;base64,iVBORw==">'
    )
    assert re.fullmatch(r"Words.\n\[plotted values [0-9a-f]{10}\]", repr(Picture(b"", "Words.")))


def test_stored_values_give_the_hash_and_the_table(shown: list[Picture]) -> None:
    """Whoever has the notebook can compute the hash of a figure again, and read its values."""
    finish(lines(loans=[1, 5, 3, 2, 2, 1_234_567]), **GOOD)
    panels = plotted.from_text(plotted.to_text(shown[0].panels))
    assert plotted.digest(panels) == shown[0].digest
    table = [row[1:] for row in plotted.rows(panels)]
    assert ("line", "comics", 2016, 1_234_567, GOOD["unit"]) in table, "every digit is kept"
    assert len(table) == len(FRAME)
    with pytest.raises(ValueError, match="colour"):
        plotted.from_text('[{"colour": "red"}]')


def test_stored_values_name_places_days_and_tied_nodes(shown: list[Picture]) -> None:
    def table(number: int) -> list[tuple[Any, ...]]:
        return [row[1:5] for row in plotted.rows(shown[number].panels)]

    finish(sns.barplot(x=["a", "b"], y=[1.5, 2]), **GOOD)
    days = pd.to_datetime(["2017-12-14", "2018-01-01"])
    finish(sns.lineplot(x=days, y=[1, 2]), **GOOD)
    finish(draw_network(nx.Graph([("A, B", "C"), ("C", "D")])), **GOOD)
    finish(tile_map(pd.Series({STATES[0]: 1.0}), "grid"), **GOOD)
    assert ("bars", "", "a", 1.5) in table(0)
    assert ("line", "", "2017-12-14", 1) in table(1)
    assert table(2)[:3] == [("node", "", "A, B", 1), ("node", "", "C", 2), ("node", "", "D", 1)]
    assert ("tie", "", "A, B", "C") in table(2)
    assert ("tiles", "", STATES[0], 1) in table(3)
    assert "nan" in {value for *_, value in table(3)}, "a place without a figure has a row"


def digest(shown: list[Picture], ax: plt.Axes) -> str:
    finish(ax, **GOOD)
    return shown[-1].digest


def test_other_values_give_another_hash(shown: list[Picture]) -> None:
    plain = digest(shown, lines())
    assert digest(shown, lines()) == plain, "the same values give the same hash"
    assert digest(shown, lines(loans=[1, 5, 3, 2, 2, 4.001])) != plain, "one value changed"
    assert digest(shown, lines(loans=[1, 5, 3, 2, 2, 4.0000001])) == plain, (
        "beyond six digits nothing is compared"
    )
    assert digest(shown, lines(year=[2014, 2015, 2017] * 2)) != plain, "another year"
    assert digest(shown, lines(shelf=["novels"] * 3 + ["poems"] * 3)) != plain, "another name"
    assert digest(shown, sns.lineplot(FRAME.head(3), x="year", y="loans")) != plain, "a series less"
    swapped = lines()
    swapped.axhline(3)
    assert digest(shown, swapped) != plain, "a reference line more"


def test_bars_points_and_bands_are_hashed(shown: list[Picture]) -> None:
    assert digest(shown, sns.barplot(x=["a", "b"], y=[1, 2])) != digest(
        shown, sns.barplot(x=["a", "b"], y=[1, 3])
    )
    assert digest(shown, sns.barplot(x=["a", "b"], y=[1, 2])) != digest(
        shown, sns.barplot(x=["a", "c"], y=[1, 2])
    )

    def points(y: list[int]) -> plt.Axes:
        return sns.scatterplot(pd.DataFrame({"year": [2015, 2016], "y": y}), x="year", y="y")

    assert digest(shown, points([1, 2])) != digest(shown, points([1, 3]))

    def band(top: float) -> plt.Axes:
        ax = sns.lineplot(FRAME.head(3), x="year", y="loans")
        ax.fill_between([2014, 2015, 2016], [0, 1, 2], [2, 6, top])
        return ax

    assert digest(shown, band(4)) != digest(shown, band(5))


def test_line_labels_replace_the_legend_and_do_not_overlap(shown: list[Picture]) -> None:
    close = FRAME.assign(loans=[1, 5, 3, 2, 2, 3.01])
    ax = label_lines(sns.lineplot(close, x="year", y="loans", hue="shelf"))
    assert ax.get_legend() is None
    assert [text.get_text().strip() for text in ax.texts] == ["novels", "comics"]
    ax.set_ylim(0, 40)
    finish(ax, **GOOD)
    low, high = (text.get_window_extent() for text in ax.texts)
    assert low.y1 < high.y0 < low.y1 + 5, "side by side, although the limits were set later"
    assert "novels: 2014 1" in repr(shown[0]), "names survive without a legend"


def test_simulated_values_cannot_go_unmarked(shown: list[Picture]) -> None:
    """The mark is in the picture, whatever the title says, and the words begin with it."""
    for source in ("SIMULATED: draws with seed 1", ["SIMULATED: draws", "library_loans"]):
        figure = (ax := lines()).figure
        finish(ax, **{**GOOD, "source": source})
        (mark,) = (text for text in figure.texts if text.get_text() == "SIMULATED")
        inside, title = mark.get_window_extent(), figure.texts[0].get_window_extent()
        assert inside.x0 > title.x1 and inside.x1 < 750 and inside.y1 < 420
        assert shown[-1].description.startswith("Simulated values. Novels peaked")
    figure = (ax := lines()).figure
    finish(ax, **GOOD)
    assert "SIMULATED" not in [text.get_text() for text in figure.texts]


def test_marks_are_said_and_leave_the_hash_alone(shown: list[Picture]) -> None:
    plain = digest(shown, lines())
    ax = shade(bracket(lines(), 2014, 2016, 5, "all years"), 2015, 2016, "late\nloans")
    annotate(highlight(ax, 2015, 5, "the peak"), 2014, 2, "so few")
    assert digest(shown, label_points(ax, [2014], [2], ["comics"])) == plain
    assert (
        "Bracket from 2014 to 2016: all years. Shaded from 2015 to 2016: late loans. Marked: 5 in "
        "2015 (the peak). Note at 2014: so few. Named: comics (2 at 2014)."
    ) in shown[-1].description
    assert digest(shown, mark_value(lines(), 4, "the aim")) != plain, "a value of its own"
    assert "Dashed line at 4: the aim." in shown[-1].description


def test_marks_on_other_axes(shown: list[Picture]) -> None:
    for draw in (marked_dates, marked_bars, marked_columns):
        finish(draw(), **GOOD)
    dates, bars, columns = (picture.description for picture in shown)
    assert "Marked: 1,261 in April 2015 (a month). Shaded from June 2015 to September" in dates
    assert "Dashed line at January 2016: new year." in dates
    assert "Dashed line at 2,500: the aim. Marked: 2,000 maps." in bars
    assert "Bracket from 2014 to 2016: three years. Note at 2016: the last." in columns
    with pytest.raises(FigureError, match="no 'poems' on this axis: it has novels, comics"):
        highlight(sns.barplot(x=["novels", "comics"], y=[1, 2]), "poems", 1, "")
    plt.close("all")
    with pytest.raises(FigureError, match="no bars here"):
        label_bars(lines())


def test_factors_are_drawn_and_their_numbers_are_plain(shown: list[Picture]) -> None:
    prices = pd.Series({"press": 2.0, "shop": 12.0, "fair": 9.0, "auction": 4000.0})
    low, high = pd.Series([np.nan, 10, 5, np.nan]), pd.Series([np.nan, 14, 20, np.nan])
    ax = factor_steps(prices, low, high, missing="no range")
    words = [text.get_text() for text in ax.texts]
    assert [text for text in words if text.startswith("×")] == ["× 6.0", "× 0.75", "× 444.4"]
    assert [text for text in words if "no range" in text] == ["2, no range", "4,000, no range"]
    ax.figure.canvas.draw()
    assert {"2", "5", "1,000"} <= {label.get_text() for label in ax.get_xticklabels()}
    finish(ax, title="Dearer, once cheaper.", unit="dollars", source="SIMULATED: made for a test")
    assert "press 2, shop 12, fair 9, auction 4,000" in shown[0].description
    with pytest.raises(FigureError, match="above zero"):
        factor_steps(pd.Series({"press": 2, "shop": 0}))
    plain = log_axis(sns.lineplot(x=[1, 2], y=[0.05, 2_000_000]))
    plain.figure.canvas.draw()
    assert {"0.05", "2,000,000"} <= {label.get_text() for label in plain.get_yticklabels()}
    plt.close("all")


TIES = nx.Graph([("a", "b"), ("a", "c"), ("a", "d"), ("d", "e")])
NETWORK = {
    "title": "One has most ties",
    "unit": "a point is a reader, a line a book they shared",
    "source": "library_loans",
}


def test_a_network_is_drawn_and_told(shown: list[Picture]) -> None:
    ax = draw_network(TIES, highlight=["d"], labels=["a", "d"])
    assert [text.get_text() for text in ax.texts] == ["d", "a"]
    finish(ax, **NETWORK)
    assert (
        "Network, a point is a reader, a line a book they shared: 5 points, 4 lines. Most lines: a "
        "3, d 2, b 1, c 1, e 1; 4 points have one or two. In color: d (tied to a, e)."
    ) in shown[0].description
    assert ax.get_xlabel() == NETWORK["unit"], "the reader sees what a point is"
    finish(draw_network(TIES), **NETWORK)
    assert shown[0].digest == shown[1].digest, "colors and names are no values"
    others = [
        draw_network(TIES, seed=1),
        draw_network(nx.Graph([*TIES.edges, ("c", "d")]), layout(TIES)),
        draw_network(nx.relabel_nodes(TIES, {"e": "f"}), {**layout(TIES), "f": layout(TIES)["e"]}),
    ]
    for other in others:
        finish(other, **NETWORK)
    assert len({picture.digest for picture in shown}) == 4, "other places, a tie more, a name"


def test_a_network_that_cannot_be_drawn_is_a_sentence() -> None:
    for call, message in (
        (lambda: draw_network(nx.Graph()), "the network has no nodes"),
        (lambda: draw_network(TIES, {"a": (0, 0)}), "no position for 'b'"),
        (lambda: draw_network(TIES, {**layout(TIES), "x": (0, 0)}, labels=["x"]), "'x' is not in"),
    ):
        with pytest.raises(FigureError, match=message):
            call()


def test_numbers_can_be_written_along_the_foot() -> None:
    ax = label_points(lines(), [2014, 2015], [0, 0], [12, 30], on=True)
    finish(ax, **GOOD)
    assert [(text.get_text(), text.get_ha()) for text in ax.texts] == [
        ("12", "center"),
        ("30", "center"),
    ]


def test_names_beside_points_stay_apart() -> None:
    ax = sns.scatterplot(x=[1, 1.01, 1.02, 1.03, 2], y=[1, 1.01, 1.0, 1.02, 2])
    label_points(
        ax, [1, 1.01, 1.02, 1.03], [1, 1.01, 1.0, 1.02], ["north", "east", "south", "west"]
    )
    ax.set_xlabel("place")
    finish(ax, **GOOD)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


@pytest.mark.parametrize(
    ("wishes", "middles"),
    [
        ([5, 30], [5, 30]),
        ([20, 21], [15.5, 25.5]),
        ([0, 1, 90], [5, 15, 90]),
        ([95, 99], [85, 95]),
        ([40, 41, 52], [34 + 1 / 3, 44 + 1 / 3, 54 + 1 / 3]),
    ],
)
def test_names_move_apart_and_stay_inside(wishes: list[float], middles: list[float]) -> None:
    assert spread(wishes, [10] * len(wishes), 0, 100) == pytest.approx(middles)


MAP = {"title": "Loans", "unit": "loans a year", "source": "library_loans"}


def states() -> pd.Series:
    """A value for each state: 1, 2, 3 ..."""
    return pd.Series(np.arange(1.0, len(STATES) + 1), index=STATES)


def test_tile_map_draws_every_state_and_says_so(shown: list[Picture]) -> None:
    (ax,) = tile_map(states(), "grid")
    assert len([p for p in ax.patches if p.get_facecolor()[:3] != (1, 1, 1)]) == len(STATES)
    finish([ax], **MAP)
    assert f"Tile map, loans a year, {len(STATES)} states: lowest" in repr(shown[-1])


def test_tile_map_shows_a_gap_as_a_gap(shown: list[Picture]) -> None:
    axes = tile_map(states().drop("Westdale"), "grid", breaks=[10, 20])
    assert [t.get_text() for t in axes[0].figure.legends[0].get_texts()] == [
        "up to 10",
        "10 to 20",
        "over 20",
        "no figure",
    ]
    finish(axes, **MAP)
    assert "no figure for 1" in repr(shown[0]) and f"{len(STATES) - 1} states" in repr(shown[0])


def test_tile_map_over_years_shares_its_classes(shown: list[Picture]) -> None:
    years = pd.DataFrame({2015: states(), 2016: states() * 10})
    finish(tile_map(years, "grid"), **MAP)
    assert "Tile map 2015" in repr(shown[0]) and "Tile map 2016" in repr(shown[0])
    first = shown[0].digest
    years.loc["Westdale", 2016] += 1
    finish(tile_map(years, "grid"), **MAP)
    assert shown[1].digest != first


def test_a_tile_in_another_place_is_another_picture(shown: list[Picture]) -> None:
    for grid in ("grid", "moved_grid"):
        finish(tile_map(states(), grid), **MAP)
    assert shown[0].description == shown[1].description and shown[0].digest != shown[1].digest


def test_framed_states_are_named(shown: list[Picture]) -> None:
    (ax,) = tile_map(states(), "grid", outline=["Westdale", "A-land"])
    finish([ax], **MAP)
    assert "Framed: Westdale, A-land." in shown[0].description
    finish(tile_map(states(), "grid"), **MAP)
    assert shown[0].digest == shown[1].digest, "a frame is no value"
    with pytest.raises(FigureError, match="no tile for 'Westdael'"):
        tile_map(states(), "grid", outline=["Westdael"])


def test_abbreviations_that_do_not_fit_are_left_out() -> None:
    for height, seen in ((4.2, True), (1.6, False)):
        axes = tile_map(pd.DataFrame({"a": states(), "b": states()}), "grid", outline=["A-land"])
        finish(axes, **MAP, height=height)
        assert {text.get_visible() for text in axes[0].texts} == {True, seen}


def test_tile_map_works_in_greyscale() -> None:
    (ax,) = tile_map(states(), "grid", breaks=[4, 8, 12, 16])
    shades = [handle.get_facecolor()[:3] for handle in ax.figure.legends[0].legend_handles]
    grey = [float(np.dot(shade, [0.299, 0.587, 0.114])) for shade in shades]
    assert len(shades) == 5 and all(a - b > 0.08 for a, b in itertools.pairwise(grey)), grey


def test_tile_map_refuses_bad_input() -> None:
    good = states()
    for values, grid, breaks, message in (
        (good, "grid_of", None, "no table named 'grid_of'"),
        (good, "claims", None, "The table 'claims' is no tile grid"),
        (good.rename({"Eastfjörd": "Eastfjord"}), "grid", None, "did you mean 'Eastfjörd'"),
        (pd.concat([good, good.head(1)]), "grid", None, "'Northdale' is there twice"),
        (good, "grid", [20, 10], "rising numbers"),
        (good * np.nan, "grid", None, "every value is missing"),
    ):
        with pytest.raises((FigureError, DataError), match=message):
            tile_map(values, grid, breaks=breaks)


def linear(color: str) -> np.ndarray:
    """The three primaries of an sRGB color in linear light (IEC 61966-2-1)."""
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2."""
    pale, dark = sorted(
        (float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other)), reverse=True
    )
    return (pale + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", [*PALETTE, GREY, "#555555", "#222222"])
def test_contrast_on_white(color: str) -> None:
    """WCAG 2.1 asks 3 to 1 of lines (1.4.11) and 4.5 to 1 of words (1.4.3); label_lines writes
    words in every color of the palette.
    """
    assert contrast(color, "#FFFFFF") >= 4.5, f"{color} is too pale on white"


@pytest.mark.parametrize("classes", range(2, 8))
def test_contrast_of_the_words_on_tiles(classes: int) -> None:
    (ax,) = tile_map(
        pd.Series(np.arange(len(STATES)) % classes, index=STATES),
        "grid",
        breaks=np.arange(classes - 1),
    )
    tiles = {
        (patch.get_x() + 0.5, patch.get_y() + 0.5): to_hex(patch.get_facecolor())
        for patch in ax.patches
    }
    pale = {
        (text.get_color(), tiles[text.xy])
        for text in ax.texts
        if contrast(to_hex(text.get_color()), tiles[text.xy]) < 4.5
    }
    assert len(set(tiles.values())) == classes and not pale, (
        f"words too pale on their tiles: {pale}"
    )


# What a color becomes for somebody who lacks one kind of cone, in linear sRGB: Machado, Oliveira
# and Fernandes (2009), A Physiologically-based Model for Simulation of Color Vision Deficiency,
# doi:10.1109/TVCG.2009.113, severity 1; the coefficients as the package colorspacious 1.1.2 (module
# cvd) has them from the authors' page.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # of linear sRGB, IEC 61966-2-1
# CIE 1976 difference; our own mark, no standard's: the closest two colors reach 16.
APART = 15


def lab(color: str, deficiency: str) -> np.ndarray:
    """CIE 1976 L*a*b* (white D65) of a color as it is seen with a deficiency."""
    seen = np.clip(DEFICIENCIES[deficiency] @ linear(color), 0, 1)
    t = XYZ @ seen / (XYZ @ np.ones(3))
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def closest(colors: Sequence[str], deficiency: str) -> tuple[float, str, str]:
    """The two colors that are hardest to tell apart, and their difference (CIE76)."""
    return min(
        (float(np.linalg.norm(lab(one, deficiency) - lab(other, deficiency))), one, other)
        for one, other in itertools.combinations(colors, 2)
    )


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colors_stay_apart(deficiency: str) -> None:
    """Every two colors, since a legend may set any two of them side by side."""
    difference, one, other = closest([*PALETTE, GREY], deficiency)
    assert difference >= APART, (
        f"{one} and {other} are only {difference:.1f} apart (vision: {deficiency})"
    )


def test_the_measure_sees_what_it_should() -> None:
    assert np.allclose(lab("#FF0000", "none"), [53.24, 80.09, 67.20], atol=0.05), (
        "red in L*a*b* as tabulated for sRGB and D65"
    )
    assert (
        closest(["#C04B00", "#946C00"], "none")[0] > 30
        and closest(["#C04B00", "#946C00"], "deuteranopia")[0] < 4
    ), "rust and ochre, the pair that was replaced"


DRAW = """
import hashlib, locale, sys
locale.setlocale(locale.LC_ALL, "")
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
if "helpers" in sys.argv:
    import helpers.figures
figure = plt.figure()
figure.text(0.1, 0.5, "final figures", family="DejaVu Sans")
figure.canvas.draw()
print(hashlib.sha256(bytes(figure.canvas.buffer_rgba())).hexdigest())
"""


def test_pictures_do_not_depend_on_the_readers_language(tmp_path: Path) -> None:
    """DejaVu Sans joins the letters of "final figures" in English and not in Spanish: Mexican
    readers would get other pictures than are stored.
    """
    variables = locale_variables("es_MX.UTF-8", tmp_path)
    if variables is None:
        pytest.skip("this system has no Mexican locale and cannot make one")

    def drawn(language: str, *words: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables, "LC_ALL": language}
        return subprocess.run(
            [sys.executable, "-c", DRAW, *words],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert drawn("es_MX.UTF-8", "helpers") == drawn("C", "helpers")
    if tuple(map(int, matplotlib.__version__.split(".")[:2])) >= (3, 11):
        assert drawn("es_MX.UTF-8") != drawn("C"), (
            "matplotlib no longer asks the locale: take the remedy out of helpers/figures/style.py"
        )


# --- figures of every kind, described and written down
# -------------------------------------------------------------------

FIGURES = Path(__file__).with_name("figures.txt")
LONG = pd.DataFrame({"year": range(2000, 2020), "n": [*range(10), 99, *range(9, 0, -1)]})
DAYS = pd.DataFrame(
    {
        "day": pd.date_range("2015-01-31", periods=15, freq="ME"),
        "n": [1000 + 7.25 * i * (15 - i) for i in range(15)],
    }
)
LANES = pd.DataFrame(
    {
        "day": ["then", "now", "then", "now"],
        "claim": ["a", "a", "b", "b"],
        "verdict": ["holds", "fails", "fails", "fails"],
    }
)
MARKS = pd.DataFrame(
    {"x_value": [0.5, 1.5, 2.25], "n": [10, 20, 15], "kind_of": ["one_kind", "other", "other"]}
)
NOTE = (
    "A note that is long enough to be wrapped, for a line of the caption has no more than one "
    "hundred and sixteen signs"
)


def bands() -> plt.Axes:
    ax = sns.lineplot(LONG, x="year", y="n", label="n")
    ax.fill_between([2000, 2010], [0, 1], [2, 3])
    ax.axhline(50, label="fifty")
    ax.axvline(2010)
    ax.vlines([2005.0], 0, 9)
    ax.text(2001, 90, "a word on the figure")
    return ax


def series(*n: float) -> Callable[[], plt.Axes]:
    return lambda: sns.lineplot(x=range(2000, 2000 + len(n)), y=n)


def dots(count: int) -> Callable[[], plt.Axes]:
    return lambda: sns.scatterplot(x=range(2000, 2000 + count), y=range(count))


def beside_other_artists() -> plt.Axes:
    """Bars after error bars, points after an empty collection, and a bar and a point in a color
    that no legend has.
    """
    ax = plt.subplots()[1]
    ax.errorbar([0.5], [2], yerr=[1], color=GREY, label="_nothing")
    ax.bar([0, 1], [2, 3], color=[PALETTE[0], PALETTE[1]], label="of two colors")
    ax.bar([2], [4], color=PALETTE[2], label="of one")
    ax.scatter([], [])
    ax.scatter([0, 1, np.nan], [1, np.nan, 3], color=PALETTE[3], label="with gaps")
    ax.set_xlabel("place")
    return ax


def labeled_plain() -> plt.Axes:
    """Lines named by their label, one of them with a gap at its end, from the highest to the
    lowest, beside a line without a name and a reference.
    """
    ax = plt.subplots()[1]
    for name, n in (
        ("high", [3, 9, 8.75]),
        ("a name with 22 letters", [1, 2, np.nan]),
        ("low", [2, 0.5, 0.25]),
    ):
        ax.plot(pd.to_datetime(["2015-01-31", "2015-02-28", "2015-03-31"]), n, label=name)
    ax.plot(pd.to_datetime(["2015-01-31", "2015-02-28"]), [4, 4])
    ax.axhline(5, label="five")
    return label_lines(ax)


def ticks(*names: str) -> Callable[[], plt.Axes]:
    """Points at 0, 1, 2 ... under ticks that were named by hand."""

    def draw() -> plt.Axes:
        ax = sns.scatterplot(x=range(len(names)), y=[1000 / (i + 1) for i in range(len(names))])
        ax.set_xticks(range(len(names)), names)
        ax.set(ylim=(0, 1000), xlabel="place_of")
        return ax

    return draw


def written() -> plt.Axes:
    """Points under ticks that a function names, a sign at most."""
    ax = sns.scatterplot(x=[0, 1, 2], y=[999.6, 1000.5, 1.0])
    ax.xaxis.set_major_formatter(lambda x, _: {0: "low", 1: "middle", 2: "high"}.get(x, ""))
    return ax


def fixed() -> plt.Axes:
    """Points under ticks named by a list."""
    ax = sns.scatterplot(x=[0, 1, 2], y=[1, 2, 3])
    ax.xaxis.set_major_locator(matplotlib.ticker.FixedLocator([0, 1, 2]))
    ax.xaxis.set_major_formatter(matplotlib.ticker.FixedFormatter(["low", "middle", "high"]))
    return ax


def half_named() -> plt.Axes:
    """Points of two colors, of which the legend names one, and bars of two colors in a third."""
    ax = plt.subplots()[1]
    ax.scatter([0.5, 1.5, 2.5], [1, 2, 3], color=[PALETTE[0], PALETTE[1], PALETTE[0]])
    ax.bar([3, 4], [2, 3], color=[PALETTE[2], PALETTE[1]], label="two_colors")
    ax.legend([matplotlib.patches.Rectangle((0, 0), 1, 1, facecolor=PALETTE[1])], ["the_named"])
    ax.set_xlabel("place")
    return ax


def maps(count: int) -> Callable[[], list[plt.Axes]]:
    return lambda: tile_map(
        pd.DataFrame({f"map {i}": states() + i for i in range(count)}),
        "grid",
        breaks=[5, 6, 7, 20, 30, 31],
    )


def two() -> Sequence[plt.Axes]:
    _, axes = plt.subplots(1, 2)
    for ax, shelf in zip(axes, ("novels", "comics"), strict=True):
        sns.barplot(FRAME.query("shelf == @shelf"), x="year", y="loans", ax=ax).set_title(shelf)
    return axes


def labeled() -> plt.Axes:
    log = lines(
        loans=[10, 500, 300, 20, 20, 301.5],
        shelf=["a name too long for one line of text"] * 3 + ["comics"] * 3,
    )
    log.set_yscale("log")
    return label_lines(log)


def with_gaps() -> list[plt.Axes]:
    names = states()
    return tile_map(
        pd.DataFrame(
            {
                year: names.drop(names.index[i]) * (i + 1)
                for i, year in enumerate((2015, 2016, 2017))
            }
        ),
        "grid",
        breaks=[5, 10.5, 1200],
    )


def marked_years() -> plt.Axes:
    ax = sns.lineplot(LONG, x="year", y="n")
    highlight(ax, 2010, 99, "the year of\nthe claim")
    annotate(ax, 2004, 4, "a quiet year", dx=10, dy=40)
    mark_value(ax, 64.5, "64.5, as claimed", at=0.01)
    mark_value(ax, 2015, "a vote", axis="x")
    bracket(ax, 2001, 2009, 30, "nine years")
    bracket(ax, 9, 99, 2011, "eleven times", axis="y")
    shade(ax, 2017, 2019, "after")
    return shade(ax, 10, 20, "usual", axis="y")


def marked_dates() -> plt.Axes:
    ax = sns.lineplot(DAYS, x="day", y="n")
    ax.set_yscale("log")
    highlight(ax, DAYS["day"][3], DAYS["n"][3], "a month", dx=0, dy=-12)
    shade(ax, "2015-06-01", "2015-09-30", "summer")
    mark_value(ax, pd.Timestamp("2016-01-01"), "new year", axis="x", at=0)
    bracket(ax, "2015-02-28", "2015-05-31", 1300, "spring")
    return annotate(ax, "2016-03-31", 1000, "the end", dx=-30, dy=0)


def marked_bars() -> plt.Axes:
    ax = sns.barplot(x=[3000, 4.5, 2000], y=["novels", "comics", "maps"])
    mark_value(ax, 2500, "the aim", axis="x")
    highlight(ax, 2000, "maps", "2,000 maps", dx=60, dy=0)
    return label_bars(ax)


def marked_columns() -> plt.Axes:
    ax = sns.barplot(FRAME, x="year", y="loans", hue="shelf")
    bracket(ax, 2014, 2016, 5.6, "three years")
    annotate(ax, 2016, 4, "the last", dx=0, dy=30)
    return label_bars(ax, "{:.1f}")


def named_points() -> plt.Axes:
    ax = sns.scatterplot(MARKS, x="x_value", y="n")
    return label_points(ax, [0.5, 1.5, 1.5], [10, 20, 20], ["one", "another", "a third"])


KINDS = {
    "lines of years": lines,
    "a long line": lambda: sns.lineplot(LONG, x="year", y="n"),
    "a falling line": lambda: sns.lineplot(
        LONG.assign(n=LONG["n"][::-1].to_numpy()[::-1] - LONG["year"] * 50.5), x="year", y="n"
    ),
    "dates": lambda: sns.lineplot(DAYS, x="day", y="n"),
    "few dates as points": lambda: sns.scatterplot(DAYS.head(3), x="day", y="n"),
    "bars with names": lambda: sns.barplot(x=["novels", "comics"], y=[3, 4]),
    "bars that lie": lambda: sns.barplot(x=[3000, 4.5], y=["novels", "comics"]),
    "bars side by side": lambda: sns.barplot(FRAME, x="year", y="loans", hue="shelf"),
    "bars side by side that lie": lambda: sns.barplot(
        FRAME.assign(year=FRAME["year"].astype(str) + "/a"),
        y="year",
        x="loans",
        hue="shelf",
        orient="h",
    ),
    "bars on numbers": lambda: (
        sns.histplot(x=[1, 1, 2, 3, 3, 3, 8, 9], bins=8).set_xlabel("sum_of") and plt.gca()
    ),
    "few points on numbers": lambda: sns.scatterplot(MARKS, x="x_value", y="n", hue="kind_of"),
    "many points": lambda: sns.scatterplot(
        DAYS.assign(x_value=np.arange(15.0)[::-1] / 4), x="x_value", y="n"
    ),
    "points on lanes": lambda: sns.scatterplot(x=[3, 4], y=["novels", "comics"]),
    "dates on lanes": lambda: sns.scatterplot(
        x=pd.to_datetime(["2015-01-31", "2016-02-29"]), y=["first", "second"]
    ),
    "names on both axes": lambda: sns.scatterplot(LANES, x="day", y="claim", hue="verdict"),
    "markers on lines": lambda: (
        plt.subplots()[1].plot(["a", "b", "c"], [1, 3, 2], "o", label="rings")[0].axes
    ),
    "bands and references": bands,
    "ticks with names": ticks("low", "middle", "high"),
    "ticks with numbers": ticks("1,000", "2.5", "3"),
    "ticks with names and numbers": ticks("none", "2.5", ""),
    "ticks named by a function": written,
    "ticks named by a list": fixed,
    "colors of which one has a name": half_named,
    "bars of a name in two words": lambda: sns.barplot(MARKS, x="x_value", y="n", hue="kind_of"),
    "the years 1900 and 2100": lambda: sns.lineplot(x=[1900, 2100], y=[1, 2]),
    "a year too early": lambda: (
        sns.lineplot(x=[1899, 2100], y=[1, 2]).set_xlabel("number") and plt.gca()
    ),
    "a year too late": lambda: (
        sns.lineplot(x=[1900, 2101], y=[1, 2]).set_xlabel("number") and plt.gca()
    ),
    "six years": series(5, 4, 6, 7, 3, 5.5),
    "seven years, a peak at the second": series(5, 9, 6, 7, 5, 5.5, 1),
    "seven years, a peak at the last but one": series(5, 3, 6, 7, 5, 9.5, 6),
    "seven years, a valley at the second": series(5, 1, 6, 7, 5, 5.5, 9),
    "seven years, a valley at the last but one": series(9, 8, 6, 7, 5, 2.5, 4),
    "seven years that rise": series(1, 2, 3, 4, 5, 6, 7),
    "twelve points": dots(12),
    "thirteen points": dots(13),
    "beside other artists": beside_other_artists,
    "two axes": two,
    "names at the ends of lines": labeled,
    "names of lines without a legend": labeled_plain,
    "four maps": maps(4),
    "five maps": maps(5),
    "a map": lambda: tile_map(states(), "grid"),
    "maps with gaps": lambda: with_gaps(),
    "two maps": lambda: tile_map(pd.DataFrame({"a": states(), "b": states() / 3}), "grid"),
    "marks on years": marked_years,
    "marks on dates": marked_dates,
    "marks on bars that lie": marked_bars,
    "marks on columns": marked_columns,
    "points with names": named_points,
}
#: What the helpers draw themselves: of these, colors, sizes and ends of the axes are written down.
OWN: dict[str, Callable[[], Any]] = {
    "factors with ranges": lambda: factor_steps(
        PRICES, PRICES * [1, 0.8, np.nan, 0.5], PRICES * [np.nan, 1.5, 2, 1.25], missing="no range"
    ),
    "factors without ranges": lambda: factor_steps(PRICES[:3]),
    "a network": lambda: draw_network(TIES, highlight=["d"], labels=["a", "d"]),
    "a network at its places": lambda: draw_network(
        nx.Graph([("b", "a"), ("b", "c")]), {"a": (0, 1), "b": (2, 1), "c": (4, 3)}
    ),
    "a funnel": lambda: draw_funnel(FUNNEL, 16.0, ["Small Town"]),
    "a funnel up to fifty": lambda: draw_funnel(FUNNEL[::-1], 16.25, top=50),
    "limits of places": lambda: draw_limits(FUNNEL.rename_axis("place")),
    "limits of years": lambda: label_lines(
        draw_limits(
            FUNNEL.set_axis([2014, 2015]).assign(twice=[24, 32]),
            "twice",
            label="two",
            ax=draw_limits(FUNNEL.set_axis([2014, 2015]), label="one"),
        )
    ),
    "ranges": lambda: draw_ranges(SHELVES, label="shelf", group="kind"),
    "shifts": lambda: draw_shifts(
        pd.Series({"x": "yes", "y": "open", "z": "open"}),
        pd.Series({"x": "yes", "y": "no (A); open (B)", "z": "yes"}),
        ["yes", "maybe", "no", "open"],
        ["first"],
    ),
    "dots": lambda: dot_array(
        {"shelf A": BOOKS}, title="A title: dots", source="SIMULATED: made for a test"
    ),
    "dots on two panels": lambda: dot_array(
        {"shelf A": BOOKS, "shelf B": {**BOOKS, "lost": 16, "here": 40}},
        title="A title: dots on two panels.",
        source="The library.",
        note="A dot is a book",
        height=3,
    ),
}


def looks(figure: plt.Figure, own: bool) -> list[str]:
    """What a figure shows beside its description: words, axes, legends, tiles; positions as far as
    no layout moves them; points and lines where they are our own.
    """
    said = [f"size {figure.get_size_inches().round(3).tolist()}"]
    places = {figure.get_suptitle(): "above", figure.get_supxlabel(): "below"}
    for text in figure.texts:
        place = places.get(text.get_text(), "mark")
        said.append(
            f"{place} {text.get_text()!r} at {text.get_position()[0]}, {text.get_ha()}, "
            f"{text.get_fontsize():g}, {text.get_fontweight()}, {to_hex(text.get_color())}"
        )
    said += [common_legend(legend) for legend in figure.legends]
    for ax in figure.axes:
        said += headings(ax)
        if ax.axison:
            said += [scale(name, axis) for name, axis in (("x", ax.xaxis), ("y", ax.yaxis))]
        said += [written(text) for text in ax.texts]
        if own:
            ends = [float(f"{end:.4g}") for end in (*ax.get_xlim(), *ax.get_ylim())]
            said.append(f"  ends {ends}, aspect {ax.get_aspect()}")
            said += [drawn(artist) for artist in (*ax.collections, *ax.lines)]
        if legend := ax.get_legend():
            title, texts = legend.get_title().get_text(), legend.get_texts()
            said.append(f"  legend {title!r}: {[text.get_text() for text in texts]}")
        if not ax.axison:
            said.append("  " + " ".join(tile(patch) for patch in ax.patches))
    return said


def common_legend(legend: Legend) -> str:
    entries = (
        (
            f"{text.get_text()} {to_hex(handle.get_facecolor())} "
            f"{to_hex(handle.get_edgecolor())} {handle.get_hatch() or ''}"
        ).strip()
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True)
    )
    return (
        f"legend {legend.get_title().get_text()!r} "
        f"({legend.get_title().get_fontsize():g}) of size "
        f"{legend.get_texts()[0].get_fontsize():g}, "
        f"{'at the right' if legend.get_window_extent().x0 > 375 else 'elsewhere'}: "
        f"{', '.join(entries)}"
    )


def headings(ax: Axes) -> list[str]:
    place, named = ax.get_subplotspec(), ax.get_title(loc="left")
    texts = [text for text in ax.findobj(Text) if text.get_text()]
    sizes = [text.get_fontsize() for text in texts if text.get_text() == named]
    first = f"axes {place}, title of {next(iter(sizes), 0):g}"
    if ax.axison:
        return [first, f"axes {named!r}: {ax.get_xlabel()!r}, {ax.get_ylabel()!r}"]
    ends = [round(float(end), 2) for end in (*ax.get_xlim(), *ax.get_ylim())]
    return [first, f"axes {named!r}, without frame, {ends}, aspect {ax.get_aspect()}"]


def scale(name: str, axis: Axis) -> str:
    """How an axis writes its numbers, where it puts them, and whether it has a grid."""
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    kinds = type(formatter).__name__, type(locator).__name__
    said = f" writes {formatter(1234.5)}" if "StrMethod" in kinds[0] else ""
    if kinds[1] == "MaxNLocator":
        near, far = locator.tick_values(2000.2, 2003.4), locator.tick_values(1900, 2117)
        said += f" at {near.tolist()} and {len(far)} places"
    grid = "grid" if any(line.get_visible() for line in axis.get_gridlines()) else "no grid"
    return f"  {name}: {kinds[0]}{said}, {kinds[1]}, {grid}"


def written(text: Text) -> str:
    if text.get_gid() in (LINE_NAME, POINT_NAME):
        at = "its place"
    else:
        at = str([float(f"{float(part):.4g}") for part in text.get_position()])
    look = f"{to_hex(text.get_color())}, {text.get_fontsize():g}, {text.get_ha()} {text.get_va()}"
    return f"  {text.get_text()!r} at {at}, {look}"


def drawn(artist: Any) -> str:
    """Colors, sizes and widths of points or lines, how many there are, and where the last is."""
    kind = type(artist).__name__.removeprefix("FillBetween")  # as matplotlib before 3.10 has it
    said = f"  {kind} at depth {artist.get_zorder():g}"
    if isinstance(artist, Line2D):
        color = to_hex(artist.get_color())
        return f"{said}: {color}, {artist.get_linewidth():g}, {artist.get_linestyle()}"
    faces, edges = (list(map(to_hex, colors)) for colors in (artist.get_fc(), artist.get_ec()))
    sizes = np.round(getattr(artist, "get_sizes", list)(), 1).tolist()
    places = artist.get_offsets() if sizes else artist.get_paths()
    last = np.round(places[-1], 3).tolist() if sizes and len(places) else ""
    widths, alpha = np.round(artist.get_linewidth(), 2).tolist(), artist.get_alpha()
    return f"{said}: {len(places)} {faces} {edges} {widths} {sizes} {alpha} {last}".rstrip()


def tile(patch: Patch) -> str:
    box = (*patch.get_xy(), patch.get_width(), patch.get_height())
    sides = [round(float(part), 2) for part in box]
    return f"{to_hex(patch.get_facecolor())}{patch.get_hatch() or ''}{sides}"


def all_figures() -> str:
    """Every kind of figure as text: its description and hash, and what it looks like."""
    said = []
    with pytest.MonkeyPatch.context() as patch:
        pictures: list[Picture] = []
        figures: list[plt.Figure] = []
        patch.setattr(Picture, "show", lambda picture: pictures.append(picture))
        patch.setattr(
            "helpers.figures.png.draw", lambda figure: figure.draw_without_rendering() or b""
        )  # no picture is compared here
        patch.setattr(
            plt,
            "close",
            lambda figure, close=plt.close: (figures.append(figure), close(figure)),
        )
        for number, (kind, draw) in enumerate({**KINDS, **OWN}.items()):
            axes = draw()
            wide = (
                {
                    "note": NOTE,
                    "height": 3.0,
                    "source": ["library_loans", "claims", "evidence"],
                }
                if number % 3 == 0
                else {"source": "SIMULATED: made for a test"}
            )
            if axes is not None:  # dots end their figure themselves
                finish(
                    axes,
                    title=f"A title: {kind}"
                    + (
                        ", with a title that is longer than a line of seventy-four signs"
                        if number % 3 == 0
                        else "."
                    ),
                    unit="a unit of several words that asks for more than one line",
                    **wide,
                )
            said.append(
                "\n".join([f"# {kind}", repr(pictures[-1]), *looks(figures[-1], kind in OWN)])
            )
    plt.close("all")
    return "\n\n".join(said) + "\n"


def test_figures_are_those_that_were_looked_at() -> None:
    changes = list(
        difflib.unified_diff(
            FIGURES.read_text(encoding="utf-8").splitlines(),
            all_figures().splitlines(),
            "figures.txt",
            "now",
            lineterm="",
            n=0,
        )
    )
    assert not changes, (
        "if this change is meant, write it with `python -m tests.engine.test_figures` and "
        "look at it:\n"
    ) + "\n".join(changes)


class TestBoxes:
    """draw_boxes: stages in order, with the lessons whose block names them."""

    STAGES = pd.DataFrame(
        {
            "stage": ["Buy", "Label", "Lend", "Read", "Return", "Mourn"],
            "what": ["orders", "stamps", "loans", "readers", "returns", "losses"],
            "named": ["yes"] * 5 + ["no"],
        }
    )

    def test_words_name_stages_and_lessons_in_order(
        self, own_toy: Path, shown: list[Picture]
    ) -> None:
        notebook = own_toy / "notebooks" / "01_library_loans.ipynb"
        content = json.loads(notebook.read_text(encoding="utf-8"))
        content["metadata"]["lesson"]["stage"] = "Lend"
        notebook.write_text(json.dumps(content), encoding="utf-8")
        draw_boxes(self.STAGES, title="A book goes round", source="The library.")
        assert shown[0].description == (
            "A book goes round. Boxes joined by arrows: Buy (orders; no lesson yet). Then Label "
            "(stamps; no lesson yet). Then Lend (loans; lesson 01). Then Read (readers; no lesson "
            "yet). Then Return (returns; no lesson yet). Dashed, between the last of these and the "
            "first: Mourn (losses; no lesson yet). The library."
        )
        assert shown[0].png.startswith(b"\x89PNG") and not plt.get_fignums()

    def test_other_words_give_another_hash(self, shown: list[Picture]) -> None:
        other = self.STAGES.replace("stamps", "labels")
        for stages in (self.STAGES, self.STAGES, other):
            draw_boxes(stages, title="One", source="The library.")
        assert shown[0].digest == shown[1].digest != shown[2].digest

    def test_bad_stages_are_a_sentence(self) -> None:
        for stages, end in (
            (self.STAGES.head(4), "there are 4 rows."),
            (self.STAGES.drop(columns="what"), "there are 6 rows and no column what."),
        ):
            with pytest.raises(FigureError) as refused:
                draw_boxes(stages, title="T", source="S")
            assert str(refused.value).endswith(end)


def test_a_funnel_has_points_two_limits_and_names() -> None:
    ax = draw_funnel(FUNNEL, 16.0, ["Small Town"])
    words = [text.get_text() for text in ax.texts]
    assert {"Small Town", "upper limit", "lower limit", "all: 16.0"} <= set(words)
    assert ax.get_xscale() == "log" and len(np.asarray(ax.collections[0].get_offsets())) == 2
    plt.close("all")


@pytest.mark.parametrize(
    ("table", "names", "problem"),
    [(FUNNEL.drop(columns="low"), [], "column 'low'"), (FUNNEL, ["Elsewhere"], "'Elsewhere'")],
)
def test_a_funnel_needs_its_columns_and_places(
    table: pd.DataFrame, names: list[str], problem: str
) -> None:
    with pytest.raises(FigureError, match=problem):
        draw_funnel(table, 16.0, names)


def test_limits_are_bars_for_names_and_a_band_for_years() -> None:
    bars = draw_limits(FUNNEL)
    assert len(bars.collections) == 2 and not bars.lines, "bars and points"
    years = FUNNEL.set_axis([2014, 2015])
    band = draw_limits(years, label="one")
    draw_limits(years, label="two", ax=band)
    assert [line.get_label() for line in band.lines] == ["one", "two"]
    assert band.lines[0].get_color() != band.lines[1].get_color()
    with pytest.raises(FigureError, match="no column 'high'"):
        draw_limits(FUNNEL.drop(columns="high"))
    plt.close("all")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        add_grids(write_toy(Path(made) / "library"))
        os.environ[VARIABLE] = str(Path(made) / "library")
        FIGURES.write_text(all_figures(), encoding="utf-8", newline="\n")
