"""Translate a collection, and keep the translation in step with the English.

    python3 -m helpers translate es          bring the catalogues up to date, build, run lessons
    python3 -m helpers translate es 02 13    build and run only these lessons
    python3 -m helpers translate es --count  bring the catalogues up to date and count them
    python3 -m helpers translate es --check  write nothing; exit 1 if a text is missing or fuzzy, or
                                             a file is not what the catalogues give

A new language needs no more than its name: the command writes empty catalogues
(`translations/<language>/`) for a gettext editor such as Poedit.
"""

from __future__ import annotations

import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path

import nbformat
import polib

from helpers.authoring import refresh
from helpers.authoring.translate import build, catalogue, lint
from helpers.authoring.translate.catalogue import CatalogueError
from helpers.authoring.translate.printed import Printed, names_printed
from helpers.collection import Collection, CollectionError, found
from helpers.command import command_parser
from helpers.contract import DataError
from helpers.exercises import ExerciseError
from helpers.language import MESSAGES
from helpers.lessons import LessonError, choose_lessons

GLOSSARY = "glossary.md"
#: What follows the heading of a term in a translated glossary.
IN_ENGLISH = {"es": "*En inglés: {term}.*"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("translate", __doc__)
    parser.add_argument("language", help="its two letters, such as es")
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all, and pages")
    parser.add_argument("--count", action="store_true", help="only bring the catalogues up to date")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of step")
    options = parser.parse_args(arguments)
    if not options.language.isalpha() or options.language == "en":
        parser.error("name the language by its letters, such as es; en is what the code is in.")
    try:
        collection = found(written=True)
        paths = choose_lessons(collection, options.lessons)
        edition = Edition(collection, options.language)
        edition.bring_up_to_date(write=not options.check)
    except (CollectionError, LessonError, DataError, ExerciseError, CatalogueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(edition.summary())
    problems = edition.problems()
    if options.count:
        return 0
    if options.check:
        problems += edition.out_of_step(paths)
        print("\n".join(problems))
        return int(bool(problems))
    print("\n".join(problems), end="\n" if problems else "")
    edition.note_printed(paths)
    failed = edition.build_lessons(paths)
    if not options.lessons:
        edition.build_pages()
    return 2 if failed else 0


class Edition:
    """One language of a collection: its catalogues, and where its lessons and pages go.

    Parameters
    ----------
    collection : Collection
        The English collection.
    language : str
        The name of the language's folders.
    """

    def __init__(self, collection: Collection, language: str) -> None:
        self.collection, self.language = collection, language
        self.catalogues: dict[Path, polib.POFile] = {}
        self.identifiers = catalogue.topic_identifiers()
        self.stale: list[str] = []
        self.terms = catalogue.terms(collection.root / "translations" / language / "terms.toml")

    @property
    def folder(self) -> Path:
        """Where the lessons of this language are: notebooks/es."""
        return self.collection.notebooks / self.language

    def bring_up_to_date(self, write: bool) -> None:
        """Merge what there is to translate into the catalogues, and write what changed."""
        places = {}
        for name, texts in catalogue.wanted(self.collection).items():
            places[name] = catalogue.place_of(name, self.collection, self.language)
            self.catalogues[name] = catalogue.merge(places[name], texts, self.language)
        for name, merged in self.catalogues.items():  # all could be read
            self._put(places[name], str(merged), write)
        running = self.running()
        for beside in (Path("engine.po"), Path("keys.po")):
            ours = beside.name == "engine.po"
            texts_of = [po for name, po in running.items() if (name.name == "engine.po") == ours]
            if not texts_of:
                continue
            path = catalogue.place_of(beside, self.collection, self.language)
            text = catalogue.as_json(catalogue.messages(texts_of))
            self._put(path.with_name(MESSAGES), text, write)

    def running(self) -> dict[Path, polib.POFile]:
        """The texts that are needed while lessons run, by catalogue: those of pages and paragraphs
        are used when lessons are built.
        """
        return {
            name: catalogue.of_code(po) if name.parts[0] == "lessons" else po
            for name, po in self.catalogues.items()
            if name.parts[0] != "pages"
        }

    def _put(self, path: Path, text: str, write: bool) -> None:
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        if old != text:
            self.stale.append(self._name(path))
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")

    def _name(self, path: Path) -> str:
        root = self.collection.root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    def summary(self) -> str:
        """How much is translated, in all and in each catalogue that lacks something."""
        lines: list[str] = []
        total = dict.fromkeys(("texts", "words", "translated", "fuzzy", "missing"), 0)
        for name, po in self.catalogues.items():
            counted = catalogue.counts(po)
            total = {key: total[key] + counted[key] for key in total}
            if counted["fuzzy"] or counted["missing"]:
                lines.append(
                    f"  {name.as_posix()}: {counted['missing']} missing and "
                    f"{counted['fuzzy']} fuzzy of {counted['texts']}"
                )
        head = (
            f"{self.language}: {total['texts']:,} texts of {total['words']:,} words; "
            f"{total['translated']:,} translated, {total['fuzzy']} fuzzy, "
            f"{total['missing']} missing"
        )
        return "\n".join([head, *lines])

    def problems(self) -> list[str]:
        """What is wrong with translations, a sentence each: `lint` says what is looked at."""
        return [
            f"{name.as_posix()}: {problem}"
            for name, po in self.catalogues.items()
            for problem in lint.problems(po, self.terms, page=name.parts[0] == "pages")
        ] + list(catalogue.disagreements(self.running()))

    def out_of_step(self, paths: list[Path]) -> list[str]:
        """Files that are not what the English and the catalogues give, and texts that lack."""
        found = [f"{name} is out of step." for name in self.stale]
        for name, po in self.catalogues.items():
            counted = catalogue.counts(po)
            if counted["fuzzy"] or counted["missing"]:
                found.append(
                    f"{name.as_posix()}: {counted['missing']} texts are missing and "
                    f"{counted['fuzzy']} are fuzzy."
                )
        for path in paths:
            target = self.folder / path.name
            stored = nbformat.read(target, as_version=4) if target.is_file() else None
            if stored is None or sources(stored) != sources(self.lesson(path)):
                found.append(f"{self._name(target)} is not what {path.name} gives: build it.")
        for page, target in self.pages().items():
            stored_page = target.read_text(encoding="utf-8") if target.is_file() else ""
            if stored_page != self.page(page):
                found.append(f"{self._name(target)} is not what {page.as_posix()} gives: build it.")
        return found

    def lesson(self, path: Path) -> nbformat.NotebookNode:
        """A lesson in this language, not executed."""
        texts = self._texts(Path("lessons") / f"{path.stem}.po")
        printed = self._printed.get(path.stem, {})
        return build.lesson(
            path, texts, self.identifiers, self._moved(path), catalogue.has_words, printed
        )

    @property
    def _printed_file(self) -> Path:
        """Where it is kept which printed expressions give names: the same for every language."""
        return self.collection.root / "translations" / "printed.json"

    @cached_property
    def _printed(self) -> dict[str, Printed]:
        if not self._printed_file.is_file():
            return {}
        kept: dict[str, Printed] = json.loads(self._printed_file.read_text(encoding="utf-8"))
        return kept

    def note_printed(self, paths: list[Path]) -> None:
        """Run the English lessons, and keep which printed expressions give names."""
        names = {entry.msgid for po in self.running().values() for entry in po}
        noted = partial(names_printed, names=names, variables=os.environ)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = zip(paths, pool.map(noted, paths), strict=True)
            self._printed |= {path.stem: printed for path, printed in found}
        text = json.dumps(dict(sorted(self._printed.items())), indent=1, ensure_ascii=False)
        self._put(self._printed_file, text + "\n", write=True)

    def build_lessons(self, paths: list[Path]) -> int:
        """Write lessons in this language and execute them; returns how many ended in an error."""
        self.folder.mkdir(exist_ok=True)
        targets = []
        for path in paths:
            target = self.folder / path.name
            nbformat.write(self.lesson(path), target)
            targets.append(target)
        failed = 0
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for target, outcome in zip(targets, pool.map(refresh.store, targets), strict=True):
                failed += outcome.failed
                print(f"{self._name(target)}: {outcome.said}")
        return failed

    def pages(self) -> dict[Path, Path]:
        """Pages in Markdown, below the collection's folder, and the files of this language."""
        found = {}
        for page in [*catalogue.pages(self.collection), *self._guides()]:
            if page.parts[0] == "notebooks":
                found[page] = self.folder.joinpath(*page.parts[1:])
            else:
                name = f"{page.stem}.{self.language}{page.suffix}"
                found[page] = self.collection.root / page.with_name(name)
        return found

    def _guides(self) -> list[Path]:
        root = self.collection.root
        return [path.relative_to(root) for path in sorted(root.glob("notebooks/[0-9]*/guide.md"))]

    def page(self, page: Path) -> str:
        """A page in this language."""
        path = self.collection.root / page
        english = path.read_text(encoding="utf-8")
        texts, target = self._page_texts(page), self.pages()[page]
        before = target.read_text(encoding="utf-8") if target.is_file() else ""
        text = build.page(english, texts, self._moved(path), catalogue.has_words, before)
        return self._with_english(text, english, texts) if page.name == GLOSSARY else text

    def _with_english(self, text: str, english: str, texts: build.Translated) -> str:
        """A translated glossary with each term's English name below its heading."""
        said = IN_ENGLISH.get(self.language, "*English: {term}.*")
        for heading in re.findall("^### .+$", english, re.MULTILINE):
            translated = texts.texts.get(("", heading), heading)
            if translated != heading:
                line = said.format(term=heading.removeprefix("### "))
                text = text.replace(f"{translated}\n", f"{translated}\n\n{line}\n", 1)
        return text

    def _page_texts(self, page: Path) -> build.Translated:
        is_guide = page.name == "guide.md" and page.parent.name[:1].isdigit()
        name = f"guide_{page.parent.name}.po" if is_guide else catalogue.page_catalogue(page)
        return self._texts(Path("pages") / name)

    def build_pages(self) -> None:
        """Write every page in this language."""
        for page, target in self.pages().items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.page(page), encoding="utf-8", newline="\n")

    def _texts(self, name: Path) -> build.Translated:
        return build.Translated(catalogue.translated(self.catalogues[name]), self.language)

    def _moved(self, path: Path) -> build.Mover:
        """From a link in the file at `path` to the one that is right in its translation."""
        root = self.collection.root
        targets = {root / page: target for page, target in self.pages().items()}
        targets |= {lesson: self.folder / lesson.name for lesson in choose_lessons(self.collection)}
        return build.Mover(path, targets[path], targets, self._headings)

    @cached_property
    def _headings(self) -> dict[Path, dict[str, str]]:
        """Anchors of the headings of each page, and those of their translations."""
        found: dict[Path, dict[str, str]] = {}
        for page in self.pages():
            path = self.collection.root / page
            texts = self._page_texts(page)
            found[path] = {}
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.startswith("#"):
                    translated = texts.texts.get(("", line), line)
                    found[path][build.slug(line.lstrip("#"))] = build.slug(translated.lstrip("#"))
        return found


def sources(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """The cells of a notebook without their outputs."""
    return [(cell.id, cell.source) for cell in notebook.cells]
