"""Each slide fits the screen, and so does each part that a key adds: they are measured in
Chromium at 1280 by 720 points.

Where there is no Chromium, these tests are skipped with a sentence.
"""

from __future__ import annotations

from typing import Any

import pytest

from helpers.collection import current
from helpers.language import speaking
from tests.campaigns import accessibility
from tests.lessons import Lesson, each_lesson
from tools import handout

SCREEN = {"width": 1280, "height": 720}
#: Of the size of the text: 22 points become 14; 10 where a teacher asks for code that draws, which
#: is longer than a slide.
SMALLEST = {False: 0.65, True: 0.45}

#: At each step: how far what is new reaches beyond the screen, and the size of its text.
MEASURE = """
() => {
  const found = [];
  show(0, 0);
  for (let before = ""; before !== `${at}/${seen}`; forward()) {
    before = `${at}/${seen}`;
    const now = seen ? steps()[seen - 1] : slides[at];
    const parts = [...now.querySelectorAll("*")].map(part => part.getBoundingClientRect());
    found.push({
      slide: at + 1,
      step: seen,
      above: Math.round(-Math.min(...parts.map(part => part.top))),
      below: Math.round(Math.max(...parts.map(part => part.bottom)) - innerHeight),
      beside: Math.round(Math.max(...parts.map(part => part.right)) - innerWidth),
      size: Number(slides[at].style.zoom),
    });
  }
  return found;
}
"""


def steps(text: str) -> list[dict[str, Any]]:
    """Every step of a page of slides, measured."""
    try:
        with accessibility.opened(text) as page:
            page.set_viewport_size(SCREEN)
            page.wait_for_function("[...document.images].every(image => image.complete)")
            found: list[dict[str, Any]] = page.evaluate(MEASURE)
    except accessibility.CannotCheckError as missing:
        pytest.skip(f"A slide is measured in a browser, and here it cannot be. {missing}")
    return found


def faults(text: str, smallest: float) -> list[dict[str, Any]]:
    """The steps at which something is off the screen, or too small to read."""
    return [
        step
        for step in steps(text)
        if max(step["above"], step["below"], step["beside"]) > 0 or step["size"] < smallest
    ]


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "es"])
@each_lesson
def test_every_slide_fits_the_screen(lesson: Lesson, language: str) -> None:
    with speaking(language):
        path = current().notebooks / lesson.path.name
        for drawing_code in (False, True):
            shown = handout.slides(path, drawing_code=drawing_code)
            assert faults(shown, SMALLEST[drawing_code]) == []
