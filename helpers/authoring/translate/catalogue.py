"""The catalogues of a translation: gettext files, one for each lesson, page and topic.

    translations/es/lessons/02_overdose_deaths.po   paragraphs (by cell and place), texts in code
    translations/es/pages/glossary.po               a page: glossary, help, guide pages, README
    translations/es/keys.po                         hints of the exercises
    translations/es/tables/overdose.po              cards, columns and values of a topic's tables
    helpers/translations/es/engine.po               what the helpers say

An entry is "fuzzy" when its English changed after it was translated: it is not used before somebody
has looked at it again.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import polib

from helpers import language as speech
from helpers.authoring.translate.build import WRITTEN
from helpers.authoring.translate.texts import (
    WORD,
    displayed_names,
    identifiers_of,
    names_in,
    paragraphs,
    pieces,
)
from helpers.catalogue import load, tables
from helpers.collection import Collection
from helpers.exercises import lesson_exercises
from helpers.files import read_toml
from helpers.lessons import lesson_files

PACKAGE = Path(speech.__file__).resolve().parent
#: The packages whose sentences are translated.
SPEAKING = ("helpers", "marking", "tools", "web")
#: Their templates.
TEMPLATES = ("web/**/*.j2", "web/site/templates/*.html")
#: Entries of a table's description that its card shows.
CARD = ("title", "row", "coverage", "definition", "edition")


class CatalogueError(ValueError):
    """A file of a translation cannot be read; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Text:
    """One text to translate: where it occurs, and what it says in English.

    `place` tells equal texts apart (cell and paragraph); it is empty where equal texts have one
    translation.
    """

    english: str
    place: str = ""
    note: str = ""


def lesson_texts(path: Path, identifiers: frozenset[str]) -> list[Text]:
    """The texts of a lesson: each paragraph with its cell and place, then texts in code, then the
    lesson's metadata.
    """
    notebook = nbformat.read(path, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    names = identifiers | names_in(sources)
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts = paragraphs(cell.source)[::2]
            texts += [
                Text(part, f"{cell.id} {number}")
                for number, part in enumerate(parts, 1)
                if WORD.search(part)
            ]
        else:
            texts += [
                Text(piece.text, "", f"{cell.id}, {piece.kind}")
                for piece in pieces(cell.source, names)
            ]
    texts += [
        Text(name, "", "name, shown in tables and figures")
        for name in displayed_names(sources)
        if name not in identifiers
    ]
    about = notebook.metadata.get("lesson", {})
    texts += [
        Text(about[name], "", f"lesson: {name}")
        for name in ("question", "idea", "trap", "theme", "assumes")
        if about.get(name)
    ]
    return _once(texts)


def page_texts(path: Path) -> list[Text]:
    """The paragraphs of a page in Markdown, without what another command writes."""
    parts = paragraphs(WRITTEN.sub("", path.read_text(encoding="utf-8")))[::2]
    return _once(Text(part) for part in parts if WORD.search(part))


def key_texts(collection: Collection) -> list[Text]:
    """The name of the collection, the hints of every exercise, also those for wrong turns that are
    often taken, the questions for before and after the course, and how to cite the collection.
    """
    texts = [Text(collection.title, "", "the collection")]
    for path in lesson_files(collection):
        for number, exercise in sorted(lesson_exercises(path.name[:2]).items()):
            hints = [exercise.hint, *exercise.traps]
            texts += [Text(hint, "", f"exercise {number}") for hint in hints]
    questions = collection.notebooks / "guide" / "before_and_after.toml"
    if questions.is_file():
        for item in tomllib.loads(questions.read_text(encoding="utf-8"))["item"]:
            asked = [item["idea"]]
            for form in ("a", "b"):
                asked += [item[form]["question"], *item[form]["options"]]
            texts += [Text(text, "", "before and after") for text in asked if WORD.search(text)]
    citation = collection.root / "CITATION.cff"
    if citation.is_file():
        asked = re.findall(r'^message: "(.+)"$', citation.read_text(encoding="utf-8"), re.M)
        texts += [Text(text, "", "how to cite") for text in asked]
    return _once(texts)


def table_texts(collection: Collection, topic: str) -> list[Text]:
    """What a reader sees of a topic's tables: their cards, names of columns, and "
    "values in words.
    """
    manifest = json.loads((collection.data / topic / "datapackage.json").read_text("utf-8"))
    texts = [Text(manifest["title"], "", f"{topic}: title")] if "title" in manifest else []
    for resource in manifest["resources"]:
        name = resource["name"]
        texts += [
            Text(str(resource[part]), "", f"{name}: {part}") for part in CARD if part in resource
        ]
        texts += [Text(caution, "", f"{name}: caution") for caution in resource.get("cautions", [])]
        for one in resource["sources"]:
            texts += [Text(one[part], "", f"{name}: {part}") for part in ("publisher", "retrieved")]
        for one in resource["licenses"]:
            texts.append(Text(one["title"], "", f"{name}: license"))
            if WORD.search(one["read"]):  # else a day in digits
                texts.append(Text(one["read"], "", f"{name}: license, read"))
        for field in resource["schema"]["fields"]:
            texts.append(Text(field["name"], "", f"{name}: column"))
            texts += [
                Text(field[part], "", f"{name}: {field['name']}, {part}")
                for part in ("title", "description", "unit")
                if field.get(part)
            ]
        frame = load(name)
        for column in frame.select_dtypes(include=["object", "string", "category"]).columns:
            texts += [
                Text(value, "", f"{name}: {column}, value")
                for value in frame[column].dropna().unique()
                if isinstance(value, str) and WORD.search(value) and "://" not in value
            ]
    return _once(texts)


def engine_texts() -> list[Text]:
    """The sentences of the helpers and of the programs beside them: what is given to `say`,
    `say_number` and `translatable`, in code and in templates, and the messages with a key.
    """
    said = json.loads((PACKAGE / "messages" / "en.json").read_text(encoding="utf-8"))
    texts = [
        Text("\n".join(text) if isinstance(text, list) else text, "", f"message: {key}")
        for key, text in said.items()
        if WORD.search(str(text).replace("{caller}", ""))
    ]
    root = PACKAGE.parent
    files = [path for name in SPEAKING for path in sorted((root / name).rglob("*.py"))]
    for path in files:
        if "template" in path.parts or "_collection" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if re.search("^from helpers.messages import say", source, re.M):
            continue  # its sentences are those of the messages
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                count = {"say": 1, "translatable": 1, "say_number": 2}.get(node.func.id, 0)
                texts += [
                    Text(part.value, "", path.relative_to(root).as_posix())
                    for argument in node.args[:count]
                    for part in (
                        [argument.body, argument.orelse]
                        if isinstance(argument, ast.IfExp)
                        else [argument]
                    )
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
    for path in sorted(path for place in TEMPLATES for path in root.glob(place)):
        note = path.relative_to(root).as_posix()
        texts += [Text(text, "", note) for text in template_texts(path)]
    return _once(texts)


def template_texts(path: Path) -> list[str]:
    """What a template of Jinja gives to `say` and `say_number`."""
    import jinja2  # not every author of lessons has it
    from jinja2.ext import extract_from_ast

    tree = jinja2.Environment().parse(path.read_text(encoding="utf-8"))
    calls = extract_from_ast(tree, ("say", "say_number"), babel_style=False)
    return [text for _, _, said in calls for text in said or () if text]


def _once(texts: Iterable[Text]) -> list[Text]:
    """Every text once for each place, in the order of its first occurrence."""
    found: dict[tuple[str, str], Text] = {}
    for text in texts:
        found.setdefault((text.place, text.english), text)
    return list(found.values())


def topic_identifiers() -> frozenset[str]:
    """Names of all tables, their columns and short values."""
    names = list(tables().index)
    return identifiers_of(load(name) for name in names) | frozenset(names)


def wanted(collection: Collection) -> dict[Path, list[Text]]:
    """Every catalogue of a translation and its texts, by its file below `translations/<language>/`;
    the engine's, which only the collection beside it translates, is under the name "engine.po".
    """
    identifiers = topic_identifiers()
    catalogues = {Path("keys.po"): key_texts(collection)}
    if PACKAGE.parent == collection.root:  # else the engine is installed, and not this collection's
        catalogues[Path("engine.po")] = engine_texts()
    for path in lesson_files(collection):
        catalogues[Path("lessons") / f"{path.stem}.po"] = lesson_texts(path, identifiers)
        guide = path.with_suffix("") / "guide.md"
        if guide.is_file():
            catalogues[Path("pages") / f"guide_{path.stem}.po"] = page_texts(guide)
    for page in pages(collection):
        catalogues[Path("pages") / page_catalogue(page)] = page_texts(collection.root / page)
    for folder in sorted(collection.data.iterdir()):
        if (folder / "datapackage.json").is_file():
            catalogues[Path("tables") / f"{folder.name}.po"] = table_texts(collection, folder.name)
    return catalogues


def pages(collection: Collection) -> list[Path]:
    """Pages in Markdown that are translated, below the collection's folder."""
    places = ["README.md", "notebooks/*.md", "notebooks/guide/*.md"]
    return [
        path.relative_to(collection.root)
        for place in places
        for path in sorted(collection.root.glob(place))
    ]


def page_catalogue(page: Path) -> str:
    """The file name of a page's catalogue: notebooks/guide/slides.md has guide_slides.po."""
    parts = [part for part in page.with_suffix("").parts if part != "notebooks"]
    return "_".join(parts) + ".po"


def merge(path: Path, texts: list[Text], language: str) -> polib.POFile:
    """The catalogue at `path` brought up to date with `texts`; it is not written.

    A translation stays with its text wherever that moved. Where the text of a place changed, the
    old translation stays beside it as "fuzzy"; what no text has any more is dropped.

    Raises
    ------
    CatalogueError
        The file is not a catalogue of gettext.
    """
    old = _read(path) if path.is_file() else polib.POFile()
    by_text = {(entry.msgctxt or "", entry.msgid): entry for entry in old}
    anywhere = {entry.msgid: entry for entry in old if entry.msgstr and not entry.fuzzy}
    by_place = {entry.msgctxt: entry for entry in old if entry.msgctxt and entry.msgstr}
    current = {text.english for text in texts}
    gone = [entry for entry in old if entry.msgid not in current and entry.msgstr]
    new = polib.POFile(wrapwidth=120)
    new.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for text in texts:
        entry = polib.POEntry(msgid=text.english, msgctxt=text.place or None)
        entry.comment = text.note
        known = by_text.get((text.place, text.english)) or anywhere.get(text.english)
        if known is not None:
            entry.msgstr, entry.flags = known.msgstr, list(known.flags)
            entry.previous_msgid = known.previous_msgid
        else:
            near = by_place.get(text.place) if text.place else _nearest(text.english, gone)
            if near is not None:
                entry.msgstr, entry.flags = near.msgstr, ["fuzzy"]
                entry.previous_msgid = near.previous_msgid or near.msgid
        new.append(entry)
    return new


def _read(path: Path) -> polib.POFile:
    try:
        return polib.pofile(str(path))
    except Exception as error:  # polib raises many kinds, for one reason
        raise CatalogueError(
            f"{path.name} cannot be read as a catalogue ({type(error).__name__}: {error}). Correct "
            "or restore it."
        ) from None


def terms(path: Path) -> dict[str, str]:
    """The terms that have one translation, from terms.toml: two regular expressions each; none if
    there is no such file. `CatalogueError` if it cannot be used.
    """
    try:
        found = read_toml(path) if path.is_file() else {}
        for term, word in found.items():
            if not isinstance(word, str):
                raise ValueError(f"the entry for {term!r} is not text")
            re.compile(term), re.compile(word)
    except (OSError, ValueError, re.error) as error:
        raise CatalogueError(f"{path.name} cannot be used: {error}. Correct it.") from None
    return found


def _nearest(english: str, entries: list[polib.POEntry]) -> polib.POEntry | None:
    near = difflib.get_close_matches(english, [entry.msgid for entry in entries], 1, 0.75)
    return next((entry for entry in entries if near and entry.msgid == near[0]), None)


def has_words(text: str) -> bool:
    """Whether a paragraph has something to translate."""
    return bool(WORD.search(text))


def of_code(lesson: polib.POFile) -> polib.POFile:
    """The texts of a lesson's catalogue that have no place: those in its code."""
    part = polib.POFile()
    part.extend(entry for entry in lesson if not entry.msgctxt)
    return part


def translated(catalogue: polib.POFile) -> dict[tuple[str, str], str]:
    """Translations that may be shown, by place and English text."""
    return {
        (entry.msgctxt or "", entry.msgid): entry.msgstr
        for entry in catalogue
        if entry.msgstr and not entry.fuzzy and not entry.obsolete
    }


def place_of(catalogue: Path, collection: Collection, language: str) -> Path:
    """Where a catalogue is: the engine's in the package, all others in the collection."""
    root = PACKAGE if catalogue.name == "engine.po" else collection.root
    return root / "translations" / language / catalogue


def messages(catalogues: Iterable[polib.POFile]) -> dict[str, str]:
    """What lessons need while they run: English texts and their translations, where they differ."""
    return {
        english: text
        for catalogue in catalogues
        for (_, english), text in sorted(translated(catalogue).items())
        if text != english
    }


def disagreements(catalogues: Mapping[Path, polib.POFile]) -> Iterator[str]:
    """A sentence for each text that is needed while lessons run and has several translations: what
    is displayed for a name in the data must be the same everywhere.
    """
    found: dict[str, dict[str, Path]] = {}
    for name, one in catalogues.items():
        for (_, english), text in translated(one).items():
            found.setdefault(english, {}).setdefault(text, name)
    for english, places in sorted(found.items()):
        if len(places) > 1:
            said = ", ".join(f"{text!r} in {name.as_posix()}" for text, name in places.items())
            yield f"{english!r} has several translations: {said}"


def as_json(texts: dict[str, str]) -> str:
    """The file messages.json: one line for each text, in the order of the English."""
    return json.dumps(dict(sorted(texts.items())), indent=0, ensure_ascii=False) + "\n"


def counts(catalogue: polib.POFile) -> dict[str, int]:
    """Texts and words of a catalogue, and how many texts are translated, fuzzy or missing."""
    entries: list[Any] = [entry for entry in catalogue if not entry.obsolete]
    return {
        "texts": len(entries),
        "words": sum(len(entry.msgid.split()) for entry in entries),
        "translated": sum(bool(entry.msgstr) and not entry.fuzzy for entry in entries),
        "fuzzy": sum(bool(entry.fuzzy) for entry in entries),
        "missing": sum(not entry.msgstr for entry in entries),
    }
