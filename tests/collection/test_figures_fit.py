"""The words on every figure of every lesson: none over another, none cut off, none too small.

Each lesson's code is run here, and what is drawn is measured where the figure is saved. For one
lesson: `pytest -q tests/collection/test_figures_fit.py -k 02`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import chdir, nullcontext, suppress
from typing import Any

import matplotlib.pyplot as plt
import pytest
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from helpers.figures import finish, mark_value
from helpers.figures.style import SMALLEST
from helpers.language import languages, speaking
from helpers.lessons import lesson_files
from tests.lessons import COLLECTION, Lesson, source

#: Boxes of words include room for descenders: this much may be shared (pixels).
SHARED = 1.5


def drawn_texts(figure: Figure) -> list[tuple[Text, Bbox]]:
    """Every text that is really drawn, with its box in pixels."""
    drawn: list[Text] = []
    draw = Text.draw

    def note(text: Text, *args: Any, **options: Any) -> None:
        drawn.append(text)
        draw(text, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", note)
        figure.draw_without_rendering()
    seen = [text for text in dict.fromkeys(drawn) if text.get_visible() and text.get_text().strip()]
    return [(text, box(text)) for text in seen]


def box(text: Text) -> Bbox:
    """The box of the words alone, without a leader, but with a frame around them."""
    frame = text.get_bbox_patch()
    return Text.get_window_extent(text) if frame is None else frame.get_window_extent()


def misfits(figure: Figure) -> list[str]:
    """What is wrong with the words of one figure; empty if nothing is."""
    wrong = []
    texts = drawn_texts(figure)
    paper = figure.bbox.padded(0.5)
    for text, area in texts:
        words = " ".join(text.get_text().split())
        if text.get_fontsize() < SMALLEST:
            wrong.append(f"{words!r} has {text.get_fontsize():g} points; {SMALLEST} are needed")
        if area.x0 < paper.x0 or area.y0 < paper.y0 or area.x1 > paper.x1 or area.y1 > paper.y1:
            wrong.append(f"{words!r} leaves the picture")
    for (one, first), (other, second) in itertools.combinations(texts, 2):
        both = Bbox.intersection(first, second)
        if both is not None and min(both.width, both.height) > SHARED:
            pair = (" ".join(text.get_text().split()) for text in (one, other))
            wrong.append("{!r} and {!r} overlap".format(*pair))
    title = figure.get_suptitle().replace("\n", " ")
    return [f"{title}: {fault}" for fault in wrong]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """What is wrong with each figure that is saved; pictures themselves are not made."""
    figures: list[list[str]] = []

    def measure(figure: Figure) -> bytes:
        figures.append(misfits(figure))
        return b""

    monkeypatch.setattr("helpers.figures.png.draw", measure)
    plt.switch_backend("agg")
    yield figures
    plt.close("all")


LESSONS = [
    pytest.param(Lesson.read(path), language, id=f"{path.stem}-{language}")
    for language in languages()
    for path in lesson_files(COLLECTION.in_language(language))
]


@pytest.mark.parametrize(("lesson", "language"), LESSONS)
def test_words_fit(
    lesson: Lesson, language: str, measured: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.print", lambda *_, **__: None)
    names: dict[str, Any] = {"__name__": "__main__"}
    with speaking(language), chdir(lesson.path.parent):
        for cell in lesson.code:
            fails = "raises-exception" in cell["metadata"].get("tags", [])
            with suppress(Exception) if fails else nullcontext():
                exec(compile(source(cell), lesson.name, "exec"), names)
    assert measured or "finish(" not in "".join(map(source, lesson.code)), "no figure was measured"
    assert not any(measured), "\n".join(itertools.chain.from_iterable(measured))


def test_the_measure_sees_what_it_should(measured: list[list[str]]) -> None:
    ending = {"title": "Numbers", "unit": "number", "source": "SIMULATED: for this test"}

    def upward() -> plt.Axes:
        ax = sns.lineplot(x=[1, 2], y=[1, 2])
        ax.set_xlabel("step")
        return ax

    finish(upward(), **ending)
    finish(mark_value(mark_value(upward(), 1.5, "one aim"), 1.51, "another aim"), **ending)
    small = upward()
    small.text(1.2, 1.8, "fine print", fontsize=8)
    finish(small, **ending)
    outside = upward()
    outside.text(1.0, 1.0, "far away").set_in_layout(False)
    outside.texts[0].set_position((5.0, 1.5))
    finish(outside, **ending)
    assert measured == [
        [],
        ["Numbers: 'one aim' and 'another aim' overlap"],
        ["Numbers: 'fine print' has 8 points; 9.5 are needed"],
        ["Numbers: 'far away' leaves the picture"],
    ]
