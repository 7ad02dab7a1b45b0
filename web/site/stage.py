"""The sources of the site: a folder of pages for Sphinx, and a folder of files that are published
as they are.

Pages of the collection keep their places (notebooks/, notebooks/guide/), so that links between them
hold; a README becomes an index. Pages about tables and claims are written from the templates in
pages/, whose words are in the catalogues like those of the helpers. An edition in another language
is a folder of the site (es/) with pages of the same names. Where it lacks a page, its links lead to
the English one and say so.
"""

from __future__ import annotations

import csv
import json
import posixpath
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
import pandas as pd
import yaml
from docutils.nodes import make_id

from helpers import claims
from helpers.authoring.translate.build import slug
from helpers.cards import about, was_read
from helpers.catalogue import catalogue, load
from helpers.collection import Collection
from helpers.lab import without_outputs
from helpers.language import ENGLISH, say, say_number, shown, translatable, written_day
from helpers.lessons import Lesson, lessons
from web import lite
from web.site.errors import SiteError
from web.site.figures import Figure
from web.site.lessons import read_notebook, shown_lesson
from web.site.publication import Publication

HERE = Path(__file__).resolve().parent
#: Pages of the collection that are shown as they are, and the page each becomes; who has them.
PAGES = {
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "license.md",
    "data/README.md": "data/index.md",  # written from a template: a page for each table
}
#: What pages about the collection are called in lists of pages.
ABOUT = {
    "changes": translatable("What changed"),
    "license": translatable("Licenses"),
    "contributing": translatable("Contributing"),
}
#: What the types of columns are called.
TYPES = {
    "date": translatable("date"),
    "integer": translatable("integer"),
    "number": translatable("number"),
    "string": translatable("string"),
}
#: What kinds of claims, roles of figures and the states of their publication are called; the tables
#: have codes.
KINDS = {
    "quantity": translatable("**Kind**: quantity"),
    "comparison": translatable("**Kind**: comparison"),
    "causal": translatable("**Kind**: cause and effect"),
    "existence": translatable("**Kind**: existence"),
}
ROLES = {
    "value": translatable("value"),
    "value_low": translatable("lower bound of the value"),
    "value_high": translatable("upper bound of the value"),
    "reference": translatable("reference"),
    "reference_low": translatable("lower bound of the reference"),
    "reference_high": translatable("upper bound of the reference"),
}
PUBLICITY = {
    "public by": translatable("public by {day}"),
    "not established": translatable("not established; copy of {day}"),
    "published later": translatable("published later, by {day}"),
}
#: Rows of a table that its page shows.
PREVIEW = 12
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_INLINE_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


@dataclass
class Stage:
    """The pages of one edition, as they are written. Its methods expect that helpers speak its
    language.

    Attributes
    ----------
    collection : Collection
        What is published, in the language of the edition.
    publication : Publication
        Where, and which version.
    folder : pathlib.Path
        Gets `pages/` (for Sphinx) and `files/` (to be published as they are).
    english : Stage or None
        The English edition, already written; None for itself.
    head : dict
        For each page, what goes into its head.
    pictures : dict
        For each page, the picture that stands for it in previews: a file below `files/`.
    """

    collection: Collection
    publication: Publication
    folder: Path
    english: Stage | None = None
    head: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of the edition."""
        return self.collection.language

    @property
    def place(self) -> str:
        """The edition's folder in the site, with a slash at its end; empty for English."""
        return f"{self.language}/" if self.english else ""

    @property
    def top(self) -> str:
        """The way from the edition's folder to that of the site."""
        return "../" if self.english else ""

    @property
    def address(self) -> str:
        """The public address of the edition's folder."""
        return self.publication.site + self.place

    @property
    def title(self) -> str:
        """The collection's name in the language of the edition."""
        return str(shown(self.collection.title))

    @property
    def pages(self) -> Path:
        """The folder that Sphinx reads."""
        return self.folder / "pages"

    @property
    def files(self) -> Path:
        """The folder that is published as it is."""
        return self.folder / "files"

    @cached_property
    def lessons(self) -> list[Lesson]:
        """The lessons, in order."""
        return lessons(self.collection)

    @cached_property
    def templates(self) -> jinja2.Environment:
        """The templates, with the functions and filters that they use."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "pages"),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(say=say, say_number=say_number, was_read=was_read)
        environment.filters.update(cell=_cell, day=_day, sentence=_sentence)
        looked_up = lru_cache(maxsize=None, typed=True)(shown)  # tables repeat their words
        environment.filters.update(shown=looked_up, anchor=slug, id=make_id)
        return environment

    @cached_property
    def texts(self) -> dict[str, str]:
        """The Markdown pages of the collection in this language, as paths from its root, and the
        page that each becomes.
        """
        root, notebooks = self.collection.root, self.collection.notebooks
        found = [*notebooks.glob("*.md"), *notebooks.glob("guide/*.md")]
        found += [path for one in self.lessons if (path := one.folder / "guide.md").exists()]
        pages = {
            path.relative_to(root).as_posix(): "notebooks/"
            + re.sub(r"README\.md$", "index.md", path.relative_to(notebooks).as_posix())
            for path in found
        }
        for name, page in PAGES.items():
            own = self._own_name(name)
            if name != "data/README.md" and (root / own).exists():
                pages[own] = page
        return dict(sorted(pages.items()))

    @cached_property
    def targets(self) -> dict[str, str]:
        """Every file or folder of the collection that has a page in this language, and the page."""
        notebooks = self.collection.notebooks.relative_to(self.collection.root).as_posix()
        return {
            **self.texts,
            **{
                f"{notebooks}/{one.path.name}": f"notebooks/{one.path.name}" for one in self.lessons
            },
            f"{notebooks}/guide": "notebooks/guide/index.md",
            "data/README.md": PAGES["data/README.md"],
            self._own_name("README.md"): "index.md",
        }

    def _own_name(self, path: str) -> str:
        """The name of a page beside the collection's folders: README.md, or README.es.md."""
        start, end = posixpath.splitext(path)
        return f"{start}.{self.language}{end}" if self.english else path

    @property
    def elsewhere(self) -> list[tuple[str, str]]:
        """Pages about the collection that only the English edition has: address from the folder of
        this one, and what each is called.
        """
        if self.english is None:
            return []
        pages = set(self.english.texts.values()) - set(self.texts.values())
        return [
            (f"{page}.html", say(words)) for page, words in ABOUT.items() if f"{page}.md" in pages
        ]

    @cached_property
    def names(self) -> list[str]:
        """The names of all pages that were written, without their endings."""
        found = [path for path in self.pages.rglob("*") if path.suffix in (".md", ".ipynb")]
        return sorted(p.relative_to(self.pages).with_suffix("").as_posix() for p in found)

    def write(self) -> None:
        """Write everything. Raises `SiteError` for what cannot be published."""
        self.files.mkdir(parents=True)
        for path, page in self.texts.items():
            text = (self.collection.root / path).read_text(encoding="utf-8")
            heading = "" if re.search(r"^# ", text, re.M) else self.render("license.md.j2")
            self.put(page, heading + self._linked(text, path, page))
        used: dict[str, list[Lesson]] = {}
        for lesson in self.lessons:
            self._write_lesson(lesson, used)
        self._write_tables(used)
        self._write_claims()
        self._write_guide_contents()
        self._write_citation()
        self._write_front()

    def put(self, page: str, text: str) -> None:
        """Write one page."""
        path = self.pages / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def render(self, template: str, **values: Any) -> str:
        """A template of this edition with these values."""
        shared = {
            "title": self.title,
            "language": self.language,
            "lessons": self.lessons,
            "publication": self.publication,
            "address": self.address,
            "top": self.top,
            "own": set(self.texts.values()),
            "about_pages": [(page, say(words)) for page, words in ABOUT.items()],
            "has": self._has,
            "link": self._link,
        }
        return self.templates.get_template(template).render(**shared, **values)

    def _has(self, path: str) -> bool:
        return (self.collection.root / path).exists()

    def _link(self, page: str, words: str) -> str:
        """A link, from a page in the edition's folder, to another one there or to the English."""
        if f"{page}.md" in self.texts.values():
            return f"[{words}]({page}.md)"
        return _to_english(f"{self.top}{page}.html", words)

    def _write_lesson(self, lesson: Lesson, used: dict[str, list[Lesson]]) -> None:
        path, page = self._path(lesson.path), f"notebooks/{lesson.path.name}"
        notebook = read_notebook(lesson.path)
        copy = json.dumps(without_outputs(notebook), indent=1, ensure_ascii=False)
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                cell["source"] = self._linked(source, path, page)
            for table in re.findall(r'\bload\("(\w+)"\)', source):
                users = used.setdefault(table, [])
                if lesson not in users:
                    users.append(lesson)
        folder = f"figures/{lesson.name}"

        def show(figure: Figure) -> str:
            figure.write(self.files / folder)
            return self.render("figure.html.j2", figure=figure, folder=f"../{folder}")

        figures = shown_lesson(lesson, notebook, show)
        if figures:
            self.pictures[f"notebooks/{lesson.name}"] = f"{folder}/{figures[0].name}.png"
        in_browser = lite.address(lesson.name, self.language)
        launch = self.render("launch.html.j2", lesson=lesson, in_browser=in_browser)
        cell = {"id": "launch", "cell_type": "markdown", "metadata": {}, "source": launch}
        notebook["cells"].insert(1, cell)
        self.put(page, json.dumps(notebook, ensure_ascii=False))
        target = self.files / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(copy + "\n", encoding="utf-8")

    def _write_tables(self, used: Mapping[str, list[Lesson]]) -> None:
        topics: dict[str, list[Any]] = {}
        for name, resource in catalogue(self.collection).items():
            card = about(name)
            load(name)  # refuses a file that is not as described
            source = resource["folder"] / resource["path"]
            columns, *rows = _lines(source)
            if self.english is None:  # the tables are published once
                target = self.files / "data" / resource["topic"] / resource["path"]
                target.parent.mkdir(parents=True, exist_ok=True)
                for file in (source.name, "datapackage.json"):
                    shutil.copyfile(source.with_name(file), target.with_name(file))
            values = {
                "name": name,
                "r": resource,
                "measured": card.measured,
                "file": f"{resource['topic']}/{resource['path']}",
                "size": source.stat().st_size,
                "columns": columns,
                "rows": rows[:PREVIEW] if len(rows) > PREVIEW + 3 else rows,
                "types": TYPES,
                "lessons_using": used.get(name, []),
            }
            topics.setdefault(resource["topic"], []).append(values)
            self.put(f"data/{name}.md", self.render("table.md.j2", **values))
        titles = {}
        for topic in topics:
            package = self.collection.data / topic / "datapackage.json"
            titles[topic] = json.loads(package.read_text(encoding="utf-8"))["title"]
        self.put("data/index.md", self.render("data.md.j2", topics=topics, titles=titles))

    def _write_claims(self) -> None:
        if "claims" not in catalogue(self.collection):
            return
        rows = load("claims").sort_values("order")
        evidence, judgments = load("evidence"), load("judgments")
        coding = catalogue(self.collection)["judgments"]
        by_name = {lesson.name: lesson for lesson in self.lessons}
        verdicts = {}
        for row in _records(rows):
            name = row["claim"]
            verdict = claims.judge(name)
            verdicts[name] = dict(verdict.entries())
            page = f"ledger/{name}"
            review = {
                **claims.review(name, verdict),
                "url": f"{self.address}{page}.html",
            }
            script = json.dumps(review, ensure_ascii=False).replace("<", "\\u003c")
            self.head[page] = f'<script type="application/ld+json">{script}</script>'
            values = {
                "claim": claims.show(name),
                "row": row,
                "verdict": verdict,
                "verdicts": verdicts[name],
                "evidence": _records(evidence[evidence["claim"] == name]),
                "judgments": _records(judgments[judgments["claim"] == name]),
                "coding": coding,
                "lesson": by_name.get(claims.lesson_of(name)),
                "sources": review["citation"],
                "kinds": KINDS,
                "roles": ROLES,
                "publicity": PUBLICITY,
            }
            self.put(f"{page}.md", self.render("claim.md.j2", name=name, **values))
        open_questions = (
            _records(load("unsettled")) if "unsettled" in catalogue(self.collection) else []
        )
        values = {"rows": _records(rows), "verdicts": verdicts, "unsettled": open_questions}
        self.put("ledger/index.md", self.render("ledger.md.j2", coding=coding, **values))

    def _write_guide_contents(self) -> None:
        """The pages of the guide, below its first page."""
        index = self.pages / "notebooks/guide/index.md"
        if index.exists():
            others = sorted(path.stem for path in index.parent.glob("*.md") if path != index)
            contents = self.render("guide_contents.md.j2", others=others)
            index.write_text(index.read_text(encoding="utf-8") + contents, encoding="utf-8")

    def _write_citation(self) -> None:
        citation = self.collection.root / "CITATION.cff"
        if citation.exists():
            if self.english is None:
                shutil.copyfile(citation, self.files / "CITATION.cff")
            cited = yaml.safe_load(citation.read_text(encoding="utf-8"))
            self.put("cite.md", self.render("cite.md.j2", cited=cited))

    def _write_front(self) -> None:
        """The front page, with the first words and the picture of the README."""
        readme = self.collection.root / self._own_name("README.md")
        text = readme.read_text(encoding="utf-8") if readme.exists() else ""
        found = re.search(r"!\[([^\]]+)\]\(([^)\s]+\.png)\)", text)
        if found:
            for folder in (self.pages, self.files):
                shutil.copyfile(self.collection.root / found[2], folder / "front.png")
            self.pictures["index"] = "front.png"
        about = re.search(r"^# .*\n+((?:.+\n)+)", text)
        values = {
            "about": about[1].strip() if about else "",
            "beside": sorted(path.stem for path in self.collection.notebooks.glob("*.md")),
            "claims": "claims" in catalogue(self.collection),
            "picture": found[1] if found else "",
        }
        self.put("index.md", self.render("index.md.j2", **values))

    def _path(self, path: Path) -> str:
        return path.relative_to(self.collection.root).as_posix()

    def _linked(self, text: str, path: str, page: str) -> str:
        """A text of the collection with its links as the site has them.

        Links to pages of the edition stay, or lead to the English page if there is no other; those
        to other files of the collection go to the repository. Raises `SiteError` for a link to
        nothing.
        """
        here, folder = posixpath.dirname(path), posixpath.dirname(page) or "."

        def link(match: re.Match[str]) -> str:
            words, target = match[1], match[2]
            address, sign, fragment = target.partition("#")
            if not address or re.match(r"[a-z][a-z0-9+.-]*:", address):
                return match[0]
            file = posixpath.normpath(posixpath.join(here, unquote(address)))
            if not (self.collection.root / file).exists():
                raise SiteError(
                    f"{path} links to {address}, and there is no such file: correct the link."
                )
            if file in self.targets:
                near = posixpath.relpath(self.targets[file], folder)
                return f"[{words}]({near}{sign}{fragment})"
            if self.english and file in self.english.targets:
                other = posixpath.splitext(self.english.targets[file])[0] + ".html"
                near = posixpath.relpath(other, self.place + folder)
                return _to_english(f"{near}{sign}{fragment}", words)
            return f"[{words}]({self.publication.file(file)})"

        parts, at = [], 0
        for code in _INLINE_CODE.finditer(text):
            parts += [_LINK.sub(link, text[at : code.start()]), code[0]]
            at = code.end()
        return "".join([*parts, _LINK.sub(link, text[at:])])


def _to_english(address: str, words: str) -> str:
    """A link from a page in another language to an English one."""
    return f'<a href="{address}" hreflang="{ENGLISH}">{words}</a> ({say("in English")})'


def _lines(path: Path) -> list[list[str]]:
    """The header and the rows of a table as its file has them."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, with empty texts for what is missing."""
    return [
        {str(key): _plain(value) for key, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]


def _plain(value: Any) -> str:
    """A value as a page shows it."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return str(value)


def _cell(text: object) -> str:
    """A text for a cell of a Markdown table, or a line: nothing in it is taken for Markdown."""
    plain = " ".join(str(text).split())
    return re.sub(r"([\\`*_{}\[\]<>#|$])", r"\\\1", plain)


def _sentence(text: str) -> str:
    """A text with a capital letter."""
    return text[:1].upper() + text[1:]


def _day(text: object) -> str:
    """A day in words."""
    return written_day(pd.Timestamp(str(text)))
