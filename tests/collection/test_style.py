"""The words that notebooks/guide/style.md says we avoid are in no text that a reader meets."""

from __future__ import annotations

import json
import re

import pytest

from tests.lessons import GUIDE, LESSONS, ROOT

DATA = ROOT / "data"

STYLE = GUIDE / "style.md"


def avoided() -> list[str]:
    """The first column of the table under "Words we avoid"."""
    table = STYLE.read_text(encoding="utf-8").split("## Words we avoid")[1]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")]
    return rows[1:]


def words_found(text: str) -> list[str]:
    """The avoided words that a text has, also with an s at the end."""
    return [word for word in avoided() if re.search(rf"\b{re.escape(word)}s?\b", text, re.I)]


def texts() -> dict[str, str]:
    """Everything a reader meets, by the name of its file."""
    read = {lesson.path.name: "\n".join(lesson.text) for lesson in LESSONS}
    pages = [*ROOT.glob("*.md"), *(ROOT / "notebooks").rglob("*.md"), *DATA.glob("*.md")]
    read |= {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in pages
        if path.name != STYLE.name and ".ipynb_checkpoints" not in path.parts
    }
    for card in DATA.glob("*/datapackage.json"):
        read[card.relative_to(ROOT).as_posix()] = json.dumps(
            json.loads(card.read_text(encoding="utf-8")), ensure_ascii=False
        )
    return read


TEXTS = texts()


@pytest.mark.parametrize("name", TEXTS)
def test_no_avoided_word(name: str) -> None:
    assert not words_found(TEXTS[name]), f"{STYLE.name} says what to write instead"


def test_an_avoided_word_is_seen() -> None:
    assert len(avoided()) >= 8
    for word in avoided():
        assert words_found(f"So {word.upper()}, they said.") == [word]
    assert not words_found("A plain sentence about somebody's amendment.")
    assert {"README.md", "notebooks/glossary.md"} < set(TEXTS) and len(TEXTS) > len(LESSONS) * 2
