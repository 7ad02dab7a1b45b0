"""On paper nothing is cut: the page of each lesson is measured in Chromium at A4 and Letter width.

Where there is no Chromium, these tests are skipped with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.campaigns import accessibility
from tests.lessons import Lesson, each_lesson
from tools.page import export, export_text

#: Width of the text in CSS pixels: the paper less its margins of 12 millimeters.
PAPER = {"A4": 703, "Letter": 725}

MEASURE = """
widths => {
  document.getElementById("paper").media = "all";
  const cut = {};
  for (const [name, width] of Object.entries(widths)) {
    document.body.style.cssText = `width: ${width}px; margin: 0; padding: 0;`;
    const right = document.body.getBoundingClientRect().left + width;
    cut[name] = [...document.querySelectorAll("main *")]
      .filter(part => part.getBoundingClientRect().right > right + 1
        || (part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1
            && getComputedStyle(part).overflowX !== "visible"))
      .map(part => `${part.tagName} ${part.textContent.trim().slice(0, 60)}`);
  }
  return cut;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with accessibility.browser() as started:
            yield started
    except accessibility.CannotCheckError as missing:
        pytest.skip(f"A page is measured in a browser, and here it cannot be. {missing}")


def cut_on_paper(text: str, browser: Browser) -> dict[str, list[str]]:
    """What would be cut, by size of paper."""
    with accessibility.opened(text, browser) as page:
        found: dict[str, list[str]] = page.evaluate(MEASURE, PAPER)
    return found


@each_lesson
def test_nothing_is_cut(lesson: Lesson, browser: Browser) -> None:
    assert cut_on_paper(export(lesson.path), browser) == {name: [] for name in PAPER}


def test_what_is_too_wide_is_seen(browser: Browser) -> None:
    narrow, wide = (
        cut_on_paper(export_text(f'# A page\n\n<div style="width: {width}px">a box</div>'), browser)
        for width in (660, 800)
    )
    assert narrow == {name: [] for name in PAPER}
    assert all(any("a box" in part for part in wide[name]) for name in PAPER)
