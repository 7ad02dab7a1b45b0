"""Lessons for readers who listen, use the keyboard or see colors differently: what can be told
from the exported pages.

The pages are those of `handout`. What needs a browser is the business of `nox -s accessibility`;
one test here sees that it finds what it should, where Chromium is there.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.campaigns import accessibility
from tests.lessons import LESSONS, Lesson, each_lesson, mime
from tools.page import export

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
EMPTY_WORDS = {
    "click here",
    "here",
    "click",
    "link",
    "this link",
    "this",
    "this page",
    "read more",
    "more",
    "learn more",
    "page",
}


@cache
def page(lesson: Lesson) -> BeautifulSoup:
    """The exported page; pictures without their bytes, which would only cost time."""
    return BeautifulSoup(
        re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,", export(lesson.path)), "html.parser"
    )


def faults(soup: BeautifulSoup) -> list[str]:
    """What a reader of the page would stumble over, a line each."""
    problems = [] if soup.html.get("lang") else ["the page does not say its language"]
    problems += [] if soup.title and soup.title.get_text().strip() else ["the page has no title"]
    problems += [
        f"a picture without alternative text: {str(image)[:80]}"
        for image in soup.find_all("img")
        if not image.get("alt", "").strip()
    ]
    for table in soup.find_all("table"):
        problems += _table_faults(table)
    for link in soup.find_all("a", href=True):
        words = " ".join(link.get_text(" ").split())
        if not words or words.lower().strip(".…") in EMPTY_WORDS:
            problems.append(f"a link whose words do not say where it leads: {link}")
    levels = [(int(heading.name[1]), heading.get_text()) for heading in soup.find_all(HEADINGS)]
    if [level for level, _ in levels].count(1) != 1 or levels[0][0] != 1:
        problems.append(f"the page needs one main heading, and it first: {levels[:2]}")
    problems += [
        f"a level is skipped before the heading {text!r}"
        for (above, _), (level, text) in itertools.pairwise(levels)
        if level > above + 1
    ]
    problems += [f"a heading without words: {levels}" for _, text in levels if not text.strip()]
    return problems


def _table_faults(table: Tag) -> list[str]:
    where = f"in the table {' '.join(table.get_text(' ').split())[:60]!r}"
    headers = table.find_all("th")
    problems = [] if headers else [f"no header cells {where}"]
    for header in headers:
        wide = "colspan" in header.attrs
        allowed = (
            ("row",) if header.find_parent("tbody") else ("col", "colgroup") if wide else ("col",)
        )
        if not header.get_text().strip():
            problems.append(f"an empty header cell {where}")
        elif header.get("scope") not in allowed:
            problems.append(f"a header cell with scope {header.get('scope')} {where}: {header}")
    if not all(row.find("th") for row in table.select("tbody tr")):
        problems.append(f"a row without a header {where}")
    return problems


@each_lesson
def test_nothing_to_stumble_over(lesson: Lesson) -> None:
    assert not faults(page(lesson))


@each_lesson
def test_the_page_is_named_after_the_lesson(lesson: Lesson) -> None:
    soup = page(lesson)
    assert soup.html["lang"] == "en" and f"# {soup.title.get_text()}" == lesson.headings[0]


@each_lesson
def test_every_alternative_text_reaches_the_page(lesson: Lesson) -> None:
    stored = [
        image.get("alt")
        for _, output in lesson.outputs
        if "<img" in mime(output, "text/html")
        for image in BeautifulSoup(mime(output, "text/html"), "html.parser").find_all("img")
    ]
    assert stored == [image.get("alt") for image in page(lesson).find_all("img")]


@each_lesson
def test_every_heading_of_the_page_is_one_of_the_lesson(lesson: Lesson) -> None:
    """A heading in an output, or one that the export brings, would be in the list that a screen
    reader offers.
    """
    shown = [heading.get_text() for heading in page(lesson).find_all(HEADINGS)]
    written = [
        line.lstrip("#").strip()
        for line in "\n".join(lesson.text).splitlines()
        if re.match("#{1,6} ", line)
    ]
    assert len(shown) == len(written), f"{set(shown) ^ set(written)}"


@each_lesson
def test_the_page_fetches_nothing(lesson: Lesson) -> None:
    soup = page(lesson)
    assert (
        not soup.find_all("script", src=True)
        and not soup.find_all("link", href=True)
        and all(image["src"].startswith("data:") for image in soup.find_all("img"))
    )


@each_lesson
def test_colors_come_from_the_house_style(lesson: Lesson) -> None:
    typed = [
        color
        for cell in lesson.code
        for color in re.findall(r"""["']#[0-9A-Fa-f]{3,8}["']""", "".join(cell["source"]))
    ]
    assert not typed, f"{typed}: take PALETTE or GREY, whose contrast is measured"


def test_a_missing_alternative_text_is_not_papered_over(tmp_path: Path) -> None:
    """Nbconvert writes a filler into such a picture, which would pass every check."""
    text = LESSONS[-1].path.read_text(encoding="utf-8")
    copy = tmp_path / "77_copy.ipynb"
    copy.write_text(re.sub(r'<img alt=\\".*?\\" src', "<img src", text), encoding="utf-8")
    assert any("without alternative text" in fault for fault in faults(page(Lesson.read(copy))))


NUMBER = LESSONS[-1].number
GOOD = (
    '<html lang="en"><head><title>T</title></head><body><main><h1>A</h1><h2>B</h2>{}'
    "</main></body></html>"
)


def test_a_good_page_has_no_faults() -> None:
    table = (
        '<table><thead><tr><th scope="col">year</th></tr></thead><tbody><tr><th '
        'scope="row">2016</th></tr></tbody></table>'
    )
    assert not faults(
        BeautifulSoup(
            GOOD.format(table + '<img alt="A line rises." src="data:,"><a href="b">the data</a>'),
            "html.parser",
        )
    )


@pytest.mark.parametrize(
    ("seed", "named"),
    [
        ('<img src="data:,">', "a picture without alternative text"),
        ('<img alt=" " src="data:,">', "a picture without alternative text"),
        ("<table><tr><td>1</td></tr></table>", "no header cells"),
        (
            '<table><thead><tr><th></th><th scope="col">a</th></tr></thead></table>',
            "an empty header cell",
        ),
        ("<table><thead><tr><th>a</th></tr></thead></table>", "a header cell with scope None"),
        (
            '<table><tbody><tr><th scope="col">a</th></tr></tbody></table>',
            "a header cell with scope col",
        ),
        (
            '<table><tbody><tr><th scope="row">a</th></tr><tr><td>1</td></tr></tbody></table>',
            "a row without a header",
        ),
        ('<a href="b">Click here</a>', "do not say where it leads"),
        ('<a href="b"></a>', "do not say where it leads"),
        ("<h4>deep</h4>", "a level is skipped"),
        ("<h1>again</h1>", "one main heading"),
        ("<h3> </h3>", "a heading without words"),
    ],
)
def test_a_seeded_fault_is_found(seed: str, named: str) -> None:
    problems = faults(BeautifulSoup(GOOD.format(seed), "html.parser"))
    assert any(named in fault for fault in problems), problems


def test_a_page_without_language_or_title_is_found() -> None:
    assert faults(BeautifulSoup("<html><body><h1>A</h1></body></html>", "html.parser")) == [
        "the page does not say its language",
        "the page has no title",
    ]


class TestCommand:
    """`nox -s accessibility`."""

    def test_axe_finds_a_seeded_fault_and_whose_it_is(self) -> None:
        table = "<table><tr><th></th><th>a</th></tr><tr><td>1</td><td>2</td></tr></table>"
        lesson = f'<div class="jp-RenderedHTMLCommon"><img src="data:,">{table}</div>'
        try:
            problems = accessibility.violations(
                GOOD.format(lesson + '<p style="color:#BBB">pale</p>')
            )
        except accessibility.CannotCheckError as missing:
            pytest.skip(f"axe-core runs in a browser, and here it cannot. {missing}")
        assert {
            ("image-alt", "critical", True),
            ("empty-table-header", "minor", True),
            ("color-contrast", "serious", False),
        } == {(v.rule, v.impact, v.own) for v in problems}
        assert "the lesson: critical image-alt, 1 elements" in accessibility.report(
            {"99_seeded": problems}
        )

    @pytest.fixture
    def one(self, monkeypatch: pytest.MonkeyPatch) -> list[accessibility.Violation]:
        """What the command finds in the one lesson asked for: nothing, until a test puts it in."""
        problems: list[accessibility.Violation] = []
        monkeypatch.setattr(accessibility, "violations", lambda *_: problems)
        return problems

    @pytest.mark.parametrize(
        ("impact", "own", "code"),
        [("critical", True, 1), ("serious", True, 1), ("moderate", True, 0), ("serious", False, 0)],
    )
    def test_exit_code(
        self,
        one: list[accessibility.Violation],
        impact: str,
        own: bool,
        code: int,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        one.append(
            accessibility.Violation(
                "image-alt", impact, "Images must have alternative text", own, ("img",)
            )
        )
        assert accessibility.main([NUMBER]) == code
        assert (
            f"{impact} image-alt, 1 elements. Images must have alternative text."
            in capsys.readouterr().out
        )

    def test_what_is_missing_is_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(accessibility.shutil, "which", lambda _: None)
        monkeypatch.delenv("CHROME", raising=False)
        assert (
            accessibility.main([NUMBER]) == 2
            and "There is no Chromium: install it" in capsys.readouterr().out
        )

    def test_a_browser_that_does_not_start_is_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CHROME", "no-such-browser")
        with pytest.raises(accessibility.CannotCheckError, match="no-such-browser could not be"):
            accessibility.violations(GOOD)
