"""notebooks/glossary.md and the links of the lessons to it: each leads somewhere, each is at
the first use, and both sides name each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter

import pytest

from tests import anatomy
from tests.collection.test_lessons import broken_links
from tests.lessons import LESSONS, NOTEBOOKS, Lesson, each_lesson, source

TEXT = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[([^\]]+)\]\(glossary\.md#([^)]+)\)")
NOT_PROSE = re.compile(
    r"```.*?```|`[^`\n]*`|\[[^\]]*\]\((?!glossary\.md)[^)]*\)|^#[^\n]*$", re.M | re.S
)
MOST_LINKS = 12  # a lesson with more of them reads like a list


@dataclass(frozen=True)
class Entry:
    """One term of the glossary."""

    term: str
    body: str

    @property
    def anchor(self) -> str:
        return self.term.replace(" ", "-")

    @property
    def forms(self) -> re.Pattern[str]:
        """The term and the other words that its entry declares, with a plural s."""
        also = re.search(r"^\*In the text also:\* (.*)\.$", self.body, re.M)
        words = [self.term, *(also[1].split(", ") if also else [])]
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})s?(?!\w)", re.I)

    @property
    def lessons(self) -> list[str]:
        return re.findall(
            r"\[(\d\d)\]\(\1_\w+\.ipynb\)", re.search(r"^\*Lessons:\* .*$", self.body, re.M)[0]
        )

    @property
    def compare(self) -> list[str]:
        return re.findall(r"\(#([^)]+)\)", self.body)

    @property
    def definition(self) -> str:
        return re.sub(r"^\*(In the text also|Lessons):\*.*$", "", self.body, flags=re.M).strip()


ENTRIES = [Entry(*part.split("\n", 1)) for part in TEXT.split("\n### ")[1:]]
BY_ANCHOR = {entry.anchor: entry for entry in ENTRIES}


def prose(lesson: Lesson) -> list[str]:
    """Where a term may be linked: the question of the first guess and the text below the section
    About this lesson, without exercises and sources; and then that section, for a term that is
    named only there.
    """
    cells = lesson.cells
    about, exercises, points, sources = (
        anatomy.find(cells, f"## {name}")
        for name in ("About this lesson", "Exercises", "Key points", "Sources")
    )
    first = next((i for i, cell in enumerate(cells) if anatomy.is_code(cell)), 0)
    below = [*cells[first:about], *cells[about + 1 : exercises], *cells[points:sources]]
    return [
        NOT_PROSE.sub("", "\n\n".join(source(c) for c in part if not anatomy.is_code(c)))
        for part in (below, cells[about : about + 1])
    ]


def test_entries_are_in_order() -> None:
    terms = [entry.term for entry in ENTRIES]
    assert terms == sorted(terms) and len(terms) == len(set(terms)) and len(terms) > 40


@pytest.mark.parametrize("entry", ENTRIES, ids=attrgetter("term"))
def test_entry(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z][a-z -]*", entry.term), (
        "small letters, spaces and hyphens: then GitHub, JupyterLab and nbconvert make the "
        "same anchor of it"
    )
    linking = [
        lesson.number
        for lesson in LESSONS
        if any(anchor == entry.anchor for _, anchor in LINK.findall("\n".join(lesson.text)))
    ]
    assert entry.lessons == linking != [], (
        "an entry names exactly the lessons that link it, in order"
    )
    assert set(entry.compare) <= set(BY_ANCHOR) - {entry.anchor}, "Compare leads to no entry"
    assert 40 < len(entry.definition) < 520, "one to three sentences"


def test_links_of_the_page() -> None:
    assert not broken_links(NOTEBOOKS, TEXT)


@each_lesson
def test_links_of_a_lesson(lesson: Lesson) -> None:
    everywhere = LINK.findall("\n\n".join(lesson.text))
    linked = [link for part in prose(lesson) for link in LINK.findall(part)]
    assert sorted(everywhere) == sorted(linked), (
        "no link to the glossary in headings, exercises, sources or the first cells"
    )
    anchors = [anchor for _, anchor in linked]
    assert len(anchors) == len(set(anchors)) <= MOST_LINKS, "a term is linked once"
    for words, anchor in linked:
        assert anchor in BY_ANCHOR, f"the glossary has no entry {anchor}"
        assert BY_ANCHOR[anchor].forms.fullmatch(words), (
            f"declare '{words}' in the entry ('In the text also')"
        )


def without_other_links(text: str, anchor: str) -> str:
    """The text with only the links to one entry left in it."""
    return LINK.sub(lambda link: link[0] if link[2] == anchor else link[1], text)


@each_lesson
def test_first_use_is_linked(lesson: Lesson) -> None:
    for entry in (BY_ANCHOR[anchor] for _, anchor in LINK.findall("\n\n".join(lesson.text))):
        below, goals = prose(lesson)
        plain = {part: without_other_links(part, entry.anchor) for part in (below, goals)}
        part = below if entry.forms.search(LINK.sub(r"\1", below)) else goals
        first = entry.forms.search(plain[part])
        linked = re.search(rf"\[([^\]]+)\]\(glossary\.md#{entry.anchor}\)", plain[part])
        assert linked and first.start() == linked.start(1), (
            f"'{entry.term}' is first used in: "
            f"...{plain[part][max(0, first.start() - 60) : first.end() + 20]}..."
        )
