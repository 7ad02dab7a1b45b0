"""The sources of the site: a folder of pages for Sphinx, and a folder of files that are published
as they are.

Pages of the collection keep their places (notebooks/, notebooks/guide/), so that links between them
hold; a README becomes an index. Pages about tables and claims are written from templates in
web/pages/.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
import pandas as pd
import yaml

from helpers import claims
from helpers.cards import about
from helpers.catalogue import catalogue, load
from helpers.collection import Collection
from helpers.lab import without_outputs
from helpers.lessons import Lesson, lessons
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
#: Rows of a table that its page shows.
PREVIEW = 12
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_INLINE_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


@dataclass
class Stage:
    """The pages of one edition, as they are written.

    Attributes
    ----------
    collection : Collection
        What is published.
    publication : Publication
        Where, and which version.
    folder : pathlib.Path
        Gets `pages/` (for Sphinx) and `files/` (to be published as they are).
    language : str
        Of the words in web/pages/.
    head : dict
        For each page, what goes into its head.
    pictures : dict
        For each page, the picture that stands for it in previews: a file below `files/`.
    """

    collection: Collection
    publication: Publication
    folder: Path
    language: str = "en"
    head: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

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
        """The templates of this edition."""
        words = jinja2.FileSystemLoader(HERE / "pages" / self.language)
        environment = jinja2.Environment(
            loader=words, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.filters.update(cell=_cell, day=_day)
        return environment

    def write(self) -> None:
        """Write everything. Raises `SiteError` for what cannot be published."""
        self.files.mkdir(parents=True)
        for path in self._texts():
            target = PAGES.get(path, re.sub(r"README\.md$", "index.md", path))
            text = (self.collection.root / path).read_text(encoding="utf-8")
            heading = "" if re.search(r"^# ", text, re.M) else self.render("license.md.j2")
            self.put(target, heading + self._linked(text, path))
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
            "title": self.collection.title,
            "lessons": self.lessons,
            "publication": self.publication,
            "has": self._has,
        }
        return self.templates.get_template(template).render(**shared, **values)

    def _has(self, path: str) -> bool:
        return (self.collection.root / path).exists()

    def _texts(self) -> list[str]:
        """The Markdown pages of the collection, as paths from its root."""
        root = self.collection.root
        found = [*root.glob("notebooks/*.md"), *root.glob("notebooks/guide/*.md")]
        found += [lesson.folder / "guide.md" for lesson in self.lessons]
        found += [root / path for path in PAGES if path != "data/README.md"]
        return sorted(path.relative_to(root).as_posix() for path in found if path.exists())

    def _write_lesson(self, lesson: Lesson, used: dict[str, list[Lesson]]) -> None:
        path = f"notebooks/{lesson.path.name}"
        notebook = read_notebook(lesson.path)
        copy = json.dumps(without_outputs(notebook), indent=1, ensure_ascii=False)
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                cell["source"] = self._linked(source, path)
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
        launch = self.render("launch.html.j2", lesson=lesson)
        cell = {"id": "launch", "cell_type": "markdown", "metadata": {}, "source": launch}
        notebook["cells"].insert(1, cell)
        self.put(path, json.dumps(notebook, ensure_ascii=False))
        target = self.files / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(copy + "\n", encoding="utf-8")

    def _write_tables(self, used: Mapping[str, list[Lesson]]) -> None:
        topics: dict[str, list[Any]] = {}
        for name, resource in catalogue(self.collection).items():
            card, table = about(name), load(name)
            path = f"data/{resource['topic']}/{resource['path']}"
            target = self.files / path
            target.parent.mkdir(parents=True, exist_ok=True)
            source = resource["folder"] / resource["path"]
            shutil.copyfile(source, target)
            shutil.copyfile(source.parent / "datapackage.json", target.parent / "datapackage.json")
            shown = table.head(PREVIEW) if len(table) > PREVIEW + 3 else table
            values = {
                "name": name,
                "r": resource,
                "measured": card.measured,
                "file": f"{resource['topic']}/{resource['path']}",
                "size": source.stat().st_size,
                "columns": list(table.columns),
                "rows": [[_plain(value) for value in row] for row in shown.to_numpy(dtype=object)],
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
        by_name = {lesson.name: lesson for lesson in self.lessons}
        verdicts = {}
        for row in _records(rows):
            name = row["claim"]
            verdict = verdicts[name] = claims.judge(name)
            page = f"ledger/{name}"
            review = {
                **claims.review(name, verdict),
                "url": f"{self.publication.site}{page}.html",
            }
            script = json.dumps(review, ensure_ascii=False).replace("<", "\\u003c")
            self.head[page] = f'<script type="application/ld+json">{script}</script>'
            values = {
                "claim": claims.show(name),
                "row": row,
                "verdict": verdict,
                "evidence": _records(evidence[evidence["claim"] == name]),
                "judgments": _records(judgments[judgments["claim"] == name]),
                "lesson": by_name.get(claims.lesson_of(name)),
                "sources": review["citation"],
            }
            self.put(f"{page}.md", self.render("claim.md.j2", name=name, **values))
        open_questions = (
            _records(load("unsettled")) if "unsettled" in catalogue(self.collection) else []
        )
        values = {"rows": _records(rows), "verdicts": verdicts, "unsettled": open_questions}
        self.put("ledger/index.md", self.render("ledger.md.j2", **values))

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
            shutil.copyfile(citation, self.files / "CITATION.cff")
            cited = yaml.safe_load(citation.read_text(encoding="utf-8"))
            self.put("cite.md", self.render("cite.md.j2", cited=cited))

    def _write_front(self) -> None:
        """The front page, with the first words and the picture of the README."""
        readme = self.collection.root / "README.md"
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

    def _linked(self, text: str, path: str) -> str:
        """A text of the collection with its links as the site has them.

        Links to pages of the site stay; those to other files of the collection go to the
        repository. Raises `SiteError` for a link to nothing.
        """
        here = posixpath.dirname(path)
        texts, names = set(self._texts()), {f"notebooks/{x.path.name}" for x in self.lessons}

        def link(match: re.Match[str]) -> str:
            words, target = match[1], match[2]
            address, _, fragment = target.partition("#")
            if not address or re.match(r"[a-z][a-z0-9+.-]*:", address):
                return match[0]
            file = posixpath.normpath(posixpath.join(here, unquote(address)))
            if not (self.collection.root / file).exists():
                raise SiteError(
                    f"{path} links to {address}, and there is no such file: correct the link."
                )
            shown = {"README.md": "index.md", "notebooks/guide": "notebooks/guide/index.md"}
            if file in shown or file in texts or file in names or file in PAGES:
                page = PAGES.get(file) or shown.get(file) or file.replace("README.md", "index.md")
                near = posixpath.relpath(page, posixpath.dirname(PAGES.get(path, path)) or ".")
                return f"[{words}]({near}{'#' + fragment if fragment else ''})"
            return f"[{words}]({self.publication.file(file)})"

        parts, at = [], 0
        for code in _INLINE_CODE.finditer(text):
            parts += [_LINK.sub(link, text[at : code.start()]), code[0]]
            at = code.end()
        return "".join([*parts, _LINK.sub(link, text[at:])])


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
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return str(value)


def _cell(text: object) -> str:
    """A text for a cell of a Markdown table, or a line: nothing in it is taken for Markdown."""
    plain = " ".join(str(text).split())
    return re.sub(r"([\\`*_{}\[\]<>#|$])", r"\\\1", plain)


def _day(text: object) -> str:
    """A day in words."""
    day = pd.Timestamp(str(text))
    return f"{day.day} {day:%B %Y}"


def pages_of(stage: Stage) -> Sequence[str]:
    """The names of all pages, without their endings."""
    found = [p for p in stage.pages.rglob("*") if p.suffix in (".md", ".ipynb")]
    return sorted(p.relative_to(stage.pages).with_suffix("").as_posix() for p in found)
