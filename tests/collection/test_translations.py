"""Every language of the collection says what the English says: same code, numbers, plotted values
and keys; nothing missing, nothing stale, nothing left in English.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import polib
import pytest

from helpers.authoring.translate import Edition
from helpers.authoring.translate.build import SPEAK
from helpers.collection import current
from helpers.language import ENGLISH, languages
from helpers.lessons import lesson_files
from tools.__main__ import IN_LANGUAGE

LESSONS = [path.stem for path in lesson_files(current())]
LANGUAGES = [name for name in languages() if name != ENGLISH]
NAMES = {"es": "Spanish"}
PAIRS = [(language, lesson) for language in LANGUAGES for lesson in LESSONS]
HASH = re.compile(r"\[plotted values ([0-9a-f]{10})\]")
NUMBER = re.compile(r"(?<![\w.])-?\d(?:[\d,]*\d)?(?:\.\d+)?")
#: "1 billion" is "mil millones" in Spanish.
ONE_BILLION = re.compile(r"\b1 billion")
#: Words of English that no Spanish text has, outside code, names and quotations.
ENGLISH_WORDS = re.compile(
    r"\b(the|and|of|with|which|that|this|these|their|was|were|from|than|how|what|your|you|deaths?|"
    r"years?|figures?|rates?|seized|people|because|between|each|other|there|have|does|not)\b",
    re.IGNORECASE,
)
#: What may be English in another language: quoted words, code, links, titles of publications.
QUOTED = re.compile(
    r'"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|\'[^\'\n]*\'|`[^`]*`|\]\([^)]*\)|\*[^*\n]+\*|<[^>]*>|https?://\S+'
)
#: Names of publications, agencies and menus, and quoted words, that are English in every language.
STAYS = (
    "Restart Kernel and Run All Cells",
    "Chapman and Hall",
    "The New York Times",
    "past year",
    "What America's Users Spend on Illegal Drugs",
    "more than $1 billion in funding to address drug",
    "more than 130 MT of processed methamphetamine",
    "Trafficking Networks and the Mexican Drug War",
    "U.S. Customs and Border Protection",
    "Office of National Drug Control Policy",
    "Bureau of Transportation Statistics",
    "Journal of Experimental Criminology",
    "Office of the Historian",
    "HHS Office of Inspector General",
    "links-in-the-chain",
    "The Beheading of Criminal Organizations",
    "Journal of Conflict Resolution",
    "How Does Leadership Decapitation Affect Violence?",
    "Journal of Politics",
    "The Impact of Leadership Removal",
    "Journal of Quantitative Criminology",
    "Notice to the press: Tillerson and Kelly co-host the Strategic Dialogue",
    "other:",  # a code
)
#: The line of sources below a figure: publishers have the names that they have.
SOURCES = re.compile(r"Fuentes?: .*?\((?:datos|tablas?): .*?\)", re.S)


@pytest.fixture(scope="module", params=LANGUAGES)
def edition(request: pytest.FixtureRequest) -> Edition:
    edition = Edition(current(), request.param)
    edition.bring_up_to_date(write=False)
    return edition


def read(language: str, lesson: str) -> tuple[Any, Any]:
    """The English lesson and the translated one, with their stored outputs."""
    folder = current().notebooks
    paths: tuple[Path, ...] = (folder / f"{lesson}.ipynb", folder / language / f"{lesson}.ipynb")
    assert paths[1].is_file(), (
        f"{lesson} has no {NAMES.get(language, language)} edition: run "
        f"`python3 course.py translate {language}`"
    )
    english, other = (nbformat.read(path, as_version=4) for path in paths)
    return english, other


def code_without_texts(source: str) -> str:
    """The code of a cell with every text and the statement that sets the language left out."""

    class Blank(ast.NodeTransformer):
        def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
            self.generic_visit(node)
            values = [ast.unparse(v) for v in node.values if isinstance(v, ast.FormattedValue)]
            return ast.Constant(" ".join(sorted(values)))

        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            return node.args[0] if ast.unparse(node.func) == "shown" else node

        def visit_Constant(self, node: ast.Constant) -> ast.AST:
            return ast.Constant("" if isinstance(node.value, str) else node.value)

    begins = (SPEAK.partition(" import ")[0], "speak(")
    lines = [line for line in source.splitlines() if not line.startswith(begins)]
    return ast.unparse(Blank().visit(ast.parse("\n".join(lines))))


def said(cell: Any) -> str:
    """What a cell shows, as text: prints, results, descriptions of figures; HTML without tags."""
    parts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        page = data.get("text/html", "")
        if "<img" in page or not page:
            parts.append(output.get("text") or data.get("text/plain", ""))
        else:
            parts.append(html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S)))
    return "\n".join(parts)


@pytest.mark.parametrize(("language", "lesson"), PAIRS)
def test_code_is_the_same_but_for_its_texts(language: str, lesson: str) -> None:
    english, other = read(language, lesson)
    assert [cell.id for cell in english.cells] == [cell.id for cell in other.cells]
    for one, two in zip(english.cells, other.cells, strict=True):
        if one.cell_type == "code":
            assert code_without_texts(one.source) == code_without_texts(two.source), one.id


@pytest.mark.parametrize(("language", "lesson"), PAIRS)
def test_numbers_and_plotted_values_are_the_same(language: str, lesson: str) -> None:
    english, other = read(language, lesson)
    for one, two in zip(english.cells, other.cells, strict=True):
        first, second = said(one), said(two)
        assert HASH.findall(first) == HASH.findall(second), one.id
        numbers = Counter(NUMBER.findall(ONE_BILLION.sub("billion", first)))
        others = Counter(NUMBER.findall(second))
        assert not numbers - others, one.id
        assert set(others) <= set(numbers), one.id  # a quoted number may have a gloss beside it


def test_nothing_is_missing_or_stale(edition: Edition) -> None:
    assert not edition.out_of_step(list(lesson_files(current())))


def test_translations_keep_what_must_stay(edition: Edition) -> None:
    assert not edition.problems()


def test_commands_in_a_translation_keep_its_language(edition: Edition) -> None:
    """On a computer in English, `lab` alone would open the English lessons."""
    named = "|".join(("lab", *IN_LANGUAGE))
    command = re.compile(rf"course\.py (?:{named})\b[^`\n)<|]*")
    found = {
        one
        for po in edition.catalogues.values()
        for entry in po
        for one in command.findall(entry.msgstr)
    }
    kept = {one for one in found if re.search(f"--lang {edition.language}|--help", one)}
    assert len(kept) > 10 and found == kept


def english_left(text: str) -> list[str]:
    """Words that no text in another language has, but in code, names and quotations."""
    for name in STAYS:
        text = text.replace(name, " ")
    return ENGLISH_WORDS.findall(QUOTED.sub(" ", SOURCES.sub(" ", text)))


def still_english(catalogue: polib.POFile) -> list[str]:
    """Sentences that are the same in English."""
    same = [entry.msgid for entry in catalogue if entry.msgid == entry.msgstr]
    return [
        text  # that is no condition
        for text in same
        if len(text) > 60 and "=" not in text and len(english_left(text)) > 2
    ]


def test_no_sentence_is_the_english_one(edition: Edition) -> None:
    """Also on pages, cards and hints."""
    assert not {
        name: left for name, po in edition.catalogues.items() if (left := still_english(po))
    }


@pytest.mark.parametrize(("language", "lesson"), PAIRS)
def test_no_english_is_left(language: str, lesson: str) -> None:
    _, other = read(language, lesson)
    left = {}
    for cell in other.cells:
        words = english_left(cell.source if cell.cell_type == "markdown" else said(cell))
        if words:
            left[cell.id] = words[:5]
    assert not left


@pytest.mark.parametrize(("language", "lesson"), PAIRS)
def test_no_name_of_the_data_is_english_with_spaces(language: str, lesson: str) -> None:
    """A lesson may show "money_finance" as "money finance"; it is a name all the same."""
    messages = current().root / "translations" / language / "messages.json"
    texts = json.loads(messages.read_text(encoding="utf-8"))
    names = [name.replace("_", " ") for name in texts if "_" in name and name.isidentifier()]
    name = re.compile(rf"\b(?:{'|'.join(names)})\b")
    _, other = read(language, lesson)
    cells = [cell for cell in other.cells if cell.cell_type == "code"]
    left = {}
    for cell in cells:
        text = said(cell)
        for stays in STAYS:
            text = text.replace(stays, " ")
        left[cell.id] = name.findall(QUOTED.sub(" ", text))
    assert not {cell: words for cell, words in left.items() if words}
