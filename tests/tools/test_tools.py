"""The programs of teachers and maintainers: hand-outs, and what all of them share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns import accessibility
from tests.lessons import LESSONS, NOTEBOOKS, mime
from tools import editions, handout

FIRST, LAST = LESSONS[0].number, LESSONS[-1].number
LESSON = NOTEBOOKS / "02_overdose_deaths.ipynb"


def test_handout_is_cleared_and_the_page_has_its_figures(tmp_path: Path) -> None:
    cleared, page, *_ = handout.write(LESSON, tmp_path / "handouts")
    cells = json.loads(cleared.read_text(encoding="utf-8"))["cells"]
    assert all(
        not cell["outputs"] and cell["execution_count"] is None
        for cell in cells
        if cell["cell_type"] == "code"
    )
    html = page.read_text(encoding="utf-8")
    stored = json.loads(LESSON.read_text(encoding="utf-8"))
    figures = sum(
        "<img" in mime(output, "text/html")
        for cell in stored["cells"]
        for output in cell.get("outputs", [])
    )
    assert len(re.findall(r'<img alt="[^"]{40,}"', html)) == figures > 0, (
        "alternative texts do not reach the page"
    )
    assert "63,632" in html


def test_handout_links_its_own_pages(tmp_path: Path) -> None:
    """Beside each other: the glossary as a page for the page and the slides, as it is for the copy;
    the copy itself keeps its links.
    """
    cleared, page, slides, *pages = handout.write(LESSON, tmp_path / "handouts")
    assert slides.name == "02_overdose_deaths.slides.html"
    named = {path.name: path for path in pages}
    assert set(named) == {
        name for text in NOTEBOOKS.glob("*.md") for name in (text.name, f"{text.stem}.html")
    }
    text, glossary = named["glossary.md"], named["glossary.html"]
    anchors = set(re.findall(r'<h3 id="([^"]+)"', glossary.read_text(encoding="utf-8")))
    for linking in (page, slides):
        linked = re.findall(r'href="glossary\.html#([^"]+)"', linking.read_text(encoding="utf-8"))
        assert linked and set(linked) <= anchors, (
            f"{linking.name} links terms that glossary.html does not have"
        )
        assert 'href="glossary.md' not in linking.read_text(encoding="utf-8")
    assert 'href="02_overdose_deaths.html"' in glossary.read_text(encoding="utf-8"), (
        "the glossary leads back to the page of the lesson"
    )
    assert "glossary.md#vintage" in cleared.read_text(encoding="utf-8")
    assert text.read_bytes() == (NOTEBOOKS / "glossary.md").read_bytes()


def test_no_link_of_a_handout_leads_nowhere(tmp_path: Path) -> None:
    """One lesson alone: what links another, or the tables, is its words; with the other, a link."""
    other = next(NOTEBOOKS.glob("00_*.ipynb"))

    def dead(folder: Path) -> list[str]:
        targets = [
            (page.name, target)
            for page in folder.glob("*.html")
            for target in re.findall(r'<a\b[^>]*?href="([^"#]+)', page.read_text(encoding="utf-8"))
        ]
        assert targets
        return [f"{a}: {b}" for a, b in targets if ":" not in b and not (folder / b).exists()]

    page = handout.write(LESSON, tmp_path / "one")[1]
    assert dead(tmp_path / "one") == []
    assert "00_start_here.html" not in page.read_text(encoding="utf-8")
    page = handout.write(LESSON, tmp_path / "two", others=[other])[1]
    assert {line.split(": ")[1] for line in dead(tmp_path / "two")} == {"00_start_here.html"}
    handout.write(other, tmp_path / "two", others=[LESSON])
    assert dead(tmp_path / "two") == []


@pytest.mark.parametrize(
    "command",
    [
        accessibility.main,
        editions.main,
        handout.main,
    ],
)
def test_an_unknown_lesson_is_a_sentence(
    command: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also beside known ones: nothing is left out silently."""
    with pytest.raises(SystemExit) as end:
        command(["02", "77", "5"])
    assert (
        end.value.code == 2
        and f"No lesson has the number 77 or 5: there are {FIRST} to {LAST}."
        in capsys.readouterr().err
    )


def test_handout_takes_every_lesson(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(handout, "write", lambda lesson, *_: written.append(lesson) or [])
    assert handout.main(["all"]) == 0
    assert written == [lesson.path for lesson in LESSONS]


@pytest.mark.parametrize(
    ("choice", "page_hides", "slides_hide"),
    [
        (None, False, True),
        (True, False, False),
        (False, True, True),
    ],
)
def test_the_teacher_chooses_whether_drawing_code_is_shown(
    choice: bool | None, page_hides: bool, slides_hide: bool, tmp_path: Path
) -> None:
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    drawing = [c for c in code if handout.CODE_NOT_SHOWN in c["metadata"].get("tags", [])]
    shown = [c for c in code if c["metadata"]["slideshow"]["slide_type"] != "skip"]
    copy, page, slides, *_ = handout.write(LESSON, tmp_path, choice)
    count = {
        path: path.read_text(encoding="utf-8").count('class="jp-CodeMirrorEditor')
        for path in (page, slides)
    }
    assert drawing and count[page] == len(code) - page_hides * len(drawing)
    assert count[slides] == len(shown) - slides_hide * sum(c in drawing for c in shown)
    assert "finish(" in copy.read_text(encoding="utf-8"), "a copy keeps its code"
