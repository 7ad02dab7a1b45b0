"""The pages of the site: what stops the build, where links lead, and what a reader sees."""

from __future__ import annotations

import csv
import html
import io
import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup, NavigableString, SoupStrainer, Tag

from helpers import claims
from helpers.catalogue import catalogue, load
from helpers.collection import Collection, open_collection
from helpers.figures import plotted
from helpers.language import ENGLISH, shown, speaking, written_day
from helpers.lessons import lesson_files, lessons
from tests.lessons import ROOT, Lesson, mime
from tests.toy import describe
from tests.web.conftest import ADDRESS
from web import lite
from web.languages import editions
from web.site import SiteError, build, main, search
from web.site.check import Page, check_published, check_site, published
from web.site.extras import PREVIEW
from web.site.publication import publication

EDITIONS = editions(open_collection(ROOT))
#: One page of each kind.
KINDS = [
    "index.html",
    "notebooks/02_overdose_deaths.html",
    "notebooks/07_at_the_border.html",
    "notebooks/glossary.html",
    "notebooks/guide/index.html",
    "data/index.html",
    "data/us_overdose_deaths.html",
    "ledger/index.html",
    "ledger/overdose-64k.html",
    "search.html",
    "404.html",
]
KINDS += [f"{edition.language}/{name}" for edition in EDITIONS[1:] for name in KINDS[:-1]]
#: A page may weigh this much, with its figures and without the files that all pages share.
HEAVIEST = 500_000


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def sockets_only(page: Any, base: str) -> set[str]:
    """Fills up with the addresses that a page asks other hosts for."""
    asked: set[str] = set()
    page.on("request", lambda r: None if r.url.startswith((base, "data:")) else asked.add(r.url))
    return asked


class TestWhatStopsTheBuild:
    """On the toy collection; nothing is published, and one sentence says why."""

    @pytest.fixture(autouse=True)
    def _own(self, own_toy: Path, tmp_path: Path) -> None:
        self.root, self.output = own_toy, tmp_path / "site"
        self.lesson = next(own_toy.glob("notebooks/*.ipynb"))

    def sentence(self) -> str:
        self.output.mkdir()
        (self.output / "kept.txt").write_text("the site of yesterday")
        with pytest.raises(SiteError) as caught:
            build(self.output)
        assert [path.name for path in self.output.iterdir()] == ["kept.txt"]
        said = str(caught.value)
        assert "\n" not in said and said.endswith(".")
        return said

    def give_output(self, output: dict[str, Any]) -> None:
        notebook = json.loads(self.lesson.read_text(encoding="utf-8"))
        cell = next(c for c in notebook["cells"] if c["cell_type"] == "code")
        cell["outputs"] = [output]
        self.lesson.write_text(json.dumps(notebook), encoding="utf-8")

    def shown(self, page: str, plain: str = "", metadata: dict[str, str] | None = None) -> None:
        data = {"text/html": page, "text/plain": plain}
        more = {"output_type": "display_data", "metadata": metadata or {}}
        self.give_output({"data": data, **more})

    def add_page(self, text: str) -> None:
        (self.root / "notebooks" / "page.md").write_text(text, encoding="utf-8")

    def test_a_lesson_that_does_not_parse(self) -> None:
        text = self.lesson.read_text(encoding="utf-8")
        self.lesson.write_text(text.replace('"cells"', "cells", 1), encoding="utf-8")
        assert self.lesson.name in self.sentence()

    def test_what_the_command_does_is_said_before_it_begins(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.add_page("# A page\n\nSee [this](nowhere.md).\n")
        assert main(["--pages", "--output", str(self.output)]) == 1
        said, wrong = capsys.readouterr()
        assert said == f"Building the site in {self.output}: this takes a few minutes.\n"
        assert wrong.startswith("The site was not built. notebooks/page.md links to nowhere.md")

    def test_a_link_to_nothing(self) -> None:
        self.add_page("# A page\n\nSee [this](nowhere.md).\n")
        assert self.sentence().startswith("notebooks/page.md links to nowhere.md")

    def test_an_anchor_that_is_gone(self) -> None:
        (self.root / "notebooks" / "glossary.md").write_text("# Glossary\n\n### rate\n\nWords.\n")
        self.add_page("# A page\n\nA [ratio](glossary.md#ratio).\n")
        assert re.match(r"notebooks/page\.md.*glossary.*ratio", self.sentence())

    @pytest.mark.parametrize(
        "path", ["/".join(["", "home", "ana", "x.csv"]), "\\".join(["C:", "Users", "ana", "x.csv"])]
    )
    def test_an_output_with_a_path_of_a_computer(self, path: str) -> None:
        self.give_output({"output_type": "stream", "name": "stdout", "text": f"read {path}\n"})
        assert f"({path})" in self.sentence()

    @pytest.mark.parametrize("words", ['alt="" ', ""])
    def test_a_figure_without_a_description(self, words: str) -> None:
        self.shown(f'<img {words}src="data:image/png;base64,iVBORw==">')
        assert "a figure has no description" in self.sentence()

    def test_a_figure_with_other_values_than_its_hash(self) -> None:
        panel = plotted.Panel("loans", "", series=[("bars", "", [0], [5])])
        hashed = f"[plotted values {plotted.digest([panel])}]"
        other = plotted.to_text([plotted.Panel("loans", "", series=[("bars", "", [0], [6])])])
        page = '<img alt="Five loans." src="data:image/png;base64,iVBORw==">'
        self.shown(page, hashed, {plotted.ENTRY: other})
        assert "do not give its stored hash" in self.sentence()

    @pytest.mark.parametrize("entry", ["licenses", "cautions"])
    def test_a_table_without_a_license_or_cautions(self, entry: str) -> None:
        path = self.root / "data" / "library" / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        del package["resources"][0][entry]
        path.write_text(json.dumps(package), encoding="utf-8")
        said = self.sentence()
        assert "library_loans" in said and entry in said

    def test_a_table_that_is_not_as_described(self) -> None:
        path = self.root / "data" / "library" / "library_loans.csv"
        path.write_text(path.read_text() + "2024,1\n")
        assert "library_loans" in self.sentence()


def test_a_small_collection_has_a_site_and_keeps_what_others_wrote(
    own_toy: Path, tmp_path: Path
) -> None:
    describe(own_toy)
    output = tmp_path / "site"
    for name in ("lite/notebooks/index.html", "lite/index.html", "old.html"):
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_text("before")
    build(output)
    assert (output / "lite" / "index.html").read_text() == "before"
    assert not (output / "old.html").exists()
    lesson = read(next(output.glob("notebooks/0*.html")))
    assert lesson.find("a", string="in this browser"), "the browser edition is there, so is a link"
    assert (output / "data" / "library_loans.html").exists()
    assert (output / "ledger" / "more-loans.html").exists()


def test_every_link_and_anchor_leads_somewhere(pages: Path) -> None:
    counts = check_site(pages)
    assert counts["pages"] > 100 and counts["links"] > 1000 and counts["anchors"] > 100


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a href="gone.html">x</a>', "a.html links to gone.html, which the site does not have"),
        ('<a href="b.html#gone">x</a>', "a.html links to b.html#gone, and that page has no such"),
        ('<img src="gone.png">', "a.html links to gone.png"),
        ('<script src="https://example.org/x.js">', "a.html asks another host for https://exam"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "a.html asks another host"),
    ],
)
def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path, body: str, said: str) -> None:
    (tmp_path / "b.html").write_text('<h1 id="there">b</h1>')
    (tmp_path / "a.html").write_text('<a href="b.html#there">b</a><a href="https://x.org">x</a>')
    check_site(tmp_path)
    (tmp_path / "a.html").write_text(body)
    with pytest.raises(SiteError, match=re.escape(said)):
        check_site(tmp_path)


def test_published_addresses_stay(pages: Path, tmp_path: Path) -> None:
    """What others may have written down is there; a release notes what is new."""
    noted = (ROOT / "web" / "site" / "published.txt").read_text(encoding="utf-8").splitlines()
    assert set(noted) <= set(published(pages))
    assert "notebooks/glossary.html#vintage" in noted and "ledger/overdose-64k.html" in noted
    for name in {address.partition("#")[0] for address in noted}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((pages / name).read_text(encoding="utf-8"), encoding="utf-8")
    check_published(tmp_path)
    glossary = tmp_path / "notebooks" / "glossary.html"
    text = glossary.read_text(encoding="utf-8")
    glossary.write_text(text.replace('id="vintage"', 'id="vintages"'), encoding="utf-8")
    with pytest.raises(SiteError, match=r"^notebooks/glossary\.html#vintage was published"):
        check_published(tmp_path)


def place(edition: Collection) -> str:
    """The folder of an edition in the site, with a slash at its end."""
    return "" if edition.language == ENGLISH else f"{edition.language}/"


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.language))
def test_each_table_has_a_page_with_license_cautions_and_file(
    pages: Path, edition: Collection
) -> None:
    for name, resource in catalogue(edition).items():
        path = pages / place(edition) / "data" / f"{name}.html"
        page = read(path)
        text = squeezed(page.get_text())
        with speaking(edition.language):
            for part in parts_of_card(resource):
                assert squeezed(shown(part)) in text, f"{name}: {part}"
        for source in resource["sources"]:
            assert squeezed(source["title"]) in text, f"{name}: {source['title']}"
        links = page.select("article a.external")
        assert [x["href"] for x in links] == [x["path"] for x in resource["sources"]], name
        assert all(str(x["href"]).endswith(x.get_text()) for x in links), name
        file = page.select_one(".download a")
        assert file is not None
        source = resource["folder"] / resource["path"]
        assert (path.parent / str(file["href"])).read_bytes() == source.read_bytes()


def parts_of_card(resource: Mapping[str, Any]) -> list[str]:
    """What the page of a table says of it."""
    parts = [resource[entry] for entry in ("title", "row")] + list(resource["cautions"])
    parts += [shown(resource["coverage"]).strip(".")]
    parts += [x[entry] for x in resource["licenses"] for entry in ("title", "read")]
    parts += [field["description"] for field in resource["schema"]["fields"]]
    return parts + [x[entry] for x in resource["sources"] for entry in ("publisher", "retrieved")]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.language))
def test_each_claim_has_a_page_with_its_review(pages: Path, edition: Collection) -> None:
    with speaking(edition.language):
        reviews = claims.export()
    for review in reviews:
        name = f"{place(edition)}ledger/{review['identifier']}.html"
        page = read(pages / name)
        script = page.select_one('head script[type="application/ld+json"]')
        assert script is not None and script.string is not None
        url = f"{ADDRESS}{name}"
        assert json.loads(script.string) == {**review, "url": url}
        text = page.get_text(" ")
        assert review["reviewRating"]["alternateName"] in text
        assert review["itemReviewed"]["author"].casefold() in text.casefold()
        article = page.select_one("article")
        assert article is not None
        with speaking(edition.language):
            words = words_on(review["identifier"], edition)
        wanted = numbers_in(f"{words} {review['citation']} {url}")
        assert numbers_in(article.get_text(" ")) == wanted, name


def test_pages_say_codes_in_words(pages: Path) -> None:
    for front, title, kind, value in [
        ("", "Links in the Chain", "Kind: quantity", "more than 1,000 million dollars"),
        (
            "es/",
            "Los eslabones de la cadena",
            "Clase: cantidad",
            "más de 1,000 millones de dólares",
        ),
    ]:
        assert [tag.get_text() for tag in read(pages / front / "index.html")("title")] == [title]
        text = read(pages / front / "ledger/one-billion.html").get_text()
        assert kind in text and value in text
        for path in (pages / front / "ledger").glob("*.html"):
            assert not re.search(r"value_(low|high)|reference_(low|high)", path.read_text("utf-8"))
    for path in (pages / "es/data").glob("*.html"):
        assert "compiled by" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize(
    ("front", "coders", "publicity"),
    [
        (
            "",
            ("two automated readers", "Two runs of a language model"),
            "not established; copy of 31 December 2017",
        ),
        (
            "es/",
            ("dos lectores automáticos", "Dos corridas de un modelo de lenguaje"),
            "no establecida; copia del 31 de diciembre de 2017",
        ),
    ],
)
def test_the_ledger_says_who_coded_it_and_since_when_a_figure_is_public(
    pages: Path, front: str, coders: tuple[str, str], publicity: str
) -> None:
    for path in (pages / front / "ledger").glob("*.html"):
        text = " ".join(read(path).get_text().split())
        assert all(words in text for words in coders), path.name
    cells = read(pages / front / "ledger/agencies-11.html").select("td")
    assert publicity in [cell.get_text() for cell in cells]


def words_on(claim: str, edition: Collection) -> str:
    """What the page of a claim says, but for the sources and its address."""
    row: Any = load("claims").set_index("claim").loc[claim]
    parts = [claim, row["quote"], row["speaker"], written_day(row["as_of"]), row["paraphrase"]]
    parts += [row["would_change"], row["url"], publication().version]
    entries = dict(claims.show(claim).entries())
    parts += [entries.get(label, "") for label in ("Hedge", "Kind", "States")]
    parts += [part for entry in claims.judge(claim).entries() for part in entry]
    names = {x.name: f"{x.number} {x.title}" for x in lessons(edition)}
    parts.append(names.get(claims.lesson_of(claim), ""))
    for table, columns in COLUMNS.items():
        rows = load(table).query("claim == @claim")
        parts += [written_day(day) for day in rows.get("known_on", [])]
        parts += rows[columns.split()].astype(str).to_numpy().ravel().tolist()
    chosen = load("evidence").query("claim == @claim")[["selection", "column"]]
    return f"{' '.join(str(shown(part)) for part in parts)} {chosen.to_numpy().tolist()}"


#: What the page of a claim shows of two tables in its language.
COLUMNS = {
    "evidence": "reading role publicity collector table",
    "judgments": "reading coder direction wording admitted status reason",
}


Row = list[str]


def stored_figures(edition: Collection) -> Iterator[tuple[str, str, list[Row]]]:
    """Lesson, description and plotted values of each figure that the notebooks hold."""
    for path in lesson_files(edition):
        for cell in Lesson.read(path).code:
            for output in cell["outputs"]:
                values = plotted.rows(
                    plotted.from_text(output.get("metadata", {}).get(plotted.ENTRY, "[]"))
                )
                for words in re.findall(r'<img alt="([^"]*)"', mime(output, "text/html")):
                    yield path.stem, html.unescape(words), [list(map(str, row)) for row in values]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.language))
def test_each_figure_has_picture_description_and_values(pages: Path, edition: Collection) -> None:
    shown: list[tuple[str, str, list[Row]]] = []
    for path in sorted(pages.glob(f"{place(edition)}notebooks/[0-9]*.html")):
        for figure in read(path).select("figure.plot"):
            picture, words = figure.select_one("img"), figure.select_one("details p")
            assert picture is not None and words is not None
            assert picture["alt"] == words.get_text()
            assert (path.parent / str(picture["src"])).read_bytes().startswith(b"\x89PNG")
            values = figure.select_one("a[download]")
            rows: list[Row] = []
            if values is not None:
                text = (path.parent / str(values["href"])).read_bytes().decode("utf-8")
                head, *rows = csv.reader(io.StringIO(text, newline=""))
                assert tuple(head) == plotted.COLUMNS and rows
            shown.append((path.stem, str(picture["alt"]), rows))
    assert shown == list(stored_figures(edition))
    without = [one for one in shown if not one[2]]
    assert len(without) <= 1, "all but the boxes of lesson 00, which plot no values"


def text_without(page: Tag, parts: str) -> str:
    """The text of a page without what is in certain parts of it."""
    left_out = set(map(id, page.select(parts)))
    texts = [text for text in page.find_all(string=True) if type(text) is NavigableString]
    return " ".join(x for x in texts if left_out.isdisjoint(map(id, x.parents)))


def numbers_in(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


def numbers_shown(markdown: str) -> Counter[str]:
    """The numbers that a page shows of a source: not those in links, nor the marks of lists."""
    return numbers_in(re.sub(r"\]\([^)]*\)|^ *\d+\. ", " ", markdown, flags=re.M))


def words_given(output: dict[str, Any]) -> str:
    """What a reader reads of an output; pictures have a test of their own."""
    page = mime(output, "text/html")
    if not page:
        return "".join(output.get("text", mime(output, "text/plain")))
    return text_without(BeautifulSoup(page, "html.parser"), "figure, script")


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.language))
def test_a_lesson_says_what_its_notebook_says(pages: Path, edition: Collection) -> None:
    """The numbers of its text, and the words of what its cells printed or showed."""
    for path in lesson_files(edition):
        lesson = Lesson.read(path)
        page = read(pages / f"{place(edition)}notebooks/{path.stem}.html").select_one("article")
        assert page is not None
        given = " ".join(words_given(output) for _, output in lesson.outputs)
        shown = " ".join(text_without(x, "figure, script") for x in page.select("div.cell_output"))
        assert shown.split() == given.split(), path.stem
        text = text_without(page, "div.cell, .launch, figure, script, nav")
        assert numbers_in(text) == numbers_shown("\n".join(lesson.text)), path.stem


def test_a_guide_page_has_the_numbers_of_its_source(pages: Path) -> None:
    for edition in EDITIONS:
        patterns = ("*.md", "guide/*.md", "[0-9]*/guide.md")
        for source in [path for one in patterns for path in edition.notebooks.glob(one)]:
            path = source.relative_to(edition.notebooks).with_suffix(".html").as_posix()
            name = f"{place(edition)}notebooks/{path.replace('README', 'index')}"
            page = read(pages / name).select_one("article")
            assert page is not None
            text = text_without(page, ".launch, script, nav")
            words = source.read_text(encoding="utf-8")
            assert numbers_in(text) == numbers_shown(words), name


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.language))
def test_a_table_page_shows_cells_of_the_table(pages: Path, edition: Collection) -> None:
    """Its first rows, with every number as the file has it."""
    in_words = lru_cache(maxsize=None)(lambda value: squeezed(shown(value)))
    for name, resource in catalogue(edition).items():
        text = (resource["folder"] / resource["path"]).read_text(encoding="utf-8")
        page = read(pages / place(edition) / f"data/{name}.html")
        rows = page.select("table")[0].select("tbody tr")
        assert rows, name
        with speaking(edition.language):
            for row, known in zip(rows, list(csv.reader(io.StringIO(text)))[1:], strict=False):
                for cell, value in zip(row.select("td"), known, strict=True):
                    assert squeezed(cell.get_text()) == in_words(value), f"{name}: {value}"


def test_each_page_leads_to_itself_in_the_other_language(pages: Path) -> None:
    """Or to the front page, where the other language lacks it; and search engines hear of both."""
    front = {edition.language: pages / place(edition) / "index.html" for edition in EDITIONS}
    for edition, other in zip(EDITIONS, EDITIONS[::-1], strict=True):
        for path in sorted((pages / place(edition)).rglob("*.html")):
            name = path.relative_to(pages / place(edition))
            if name.parts[0] == "es" or name.name == "404.html":
                continue
            there, text = pages / place(other) / name, path.read_text(encoding="utf-8")
            page = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer(hreflang=True))
            (link,) = page.select("a.language")
            wanted = there if there.exists() else front[other.language]
            assert (path.parent / str(link["href"])).resolve() == wanted.resolve(), name
            assert re.findall(r"<html[^>]* lang=\"(\w+)\"", text) == [edition.language], name
            said = {str(tag["href"]) for tag in page.select("link[hreflang]")}
            both = {f"{ADDRESS}{place(one)}{name.as_posix()}" for one in (edition, other)}
            assert not said or said == both, name


def test_links_of_lessons_in_the_browser_lead_to_a_lesson_or_to_the_site(
    pages: Path, tmp_path: Path
) -> None:
    lite.write_contents(tmp_path)
    known = {path: Page(path) for path in pages.rglob("*.html")}
    for edition in editions(open_collection(ROOT)):
        leads = lite.site_pages(edition)
        for path in lesson_files(edition):
            copy = path.relative_to(ROOT).as_posix()
            cells = nbformat.read(tmp_path / copy, as_version=4).cells
            text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
            links = re.findall(r"\]\(([^()\s]+)\)", text) + re.findall(r'href="([^"]+)"', text)
            for link in links:
                address, _, anchor = link.partition("#")
                if ":" in address:
                    continue
                file = posixpath.normpath(posixpath.join(posixpath.dirname(copy), unquote(address)))
                assert (tmp_path / file).is_file(), f"{copy}: {link}"
                if file.endswith(".ipynb"):
                    name = Path(file).stem
                    assert not anchor, f"{copy}: {link}"
                    assert leads[file] == lite.address(name, edition.language), f"{copy}: {link}"
                    continue
                page = known[pages / leads[file]]
                assert page.language == edition.language, f"{copy}: {link}"
                assert not anchor or unquote(anchor) in page.names, f"{copy}: {link}"


def test_no_page_is_heavy(pages: Path) -> None:
    weights = {}
    for path in pages.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        pictures = {path.parent / name for name in re.findall(r'<img [^>]*src="([^"]+)"', page)}
        weights[path] = len(page.encode()) + sum(p.stat().st_size for p in pictures)
    heaviest = max(weights, key=lambda path: weights[path])
    assert weights[heaviest] < HEAVIEST, f"{heaviest.name}: {weights[heaviest]:,} bytes"


def test_sitemap_and_previews(pages: Path) -> None:
    tree = ElementTree.parse(pages / "sitemap.xml")
    listed = [element.text or "" for element in tree.iter() if element.tag.endswith("loc")]
    assert {address.removeprefix(ADDRESS) for address in listed} == {
        address for address in published(pages) if "#" not in address
    }
    for element in tree.getroot():
        address, *others = (part.get("href", part.text or "") for part in element)
        name = address.removeprefix(ADDRESS).removeprefix("es/")
        both = {f"{ADDRESS}{place(edition)}{name}" for edition in EDITIONS}
        assert set(others) == (both if both <= set(listed) else set()), address
    assert (pages / "404.html").exists(), "which no page links to"
    for name in ("index.html", "notebooks/02_overdose_deaths.html", "ledger/overdose-64k.html"):
        head = {
            m["property"]: m["content"] for m in read(pages / name).select("meta[property^=og]")
        }
        assert head["og:url"] == ADDRESS + name and head["og:title"] and head["og:description"]
        picture = pages / str(head["og:image"]).removeprefix(ADDRESS)
        width, height = (int.from_bytes(picture.read_bytes()[i : i + 4]) for i in (16, 20))
        assert (width, height) == PREVIEW


def test_no_page_asks_another_host_and_a_phone_does_not_scroll_sideways(
    chromium: Any, served: str
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    asked = sockets_only(page, served)
    for name in KINDS:
        page.goto(served + name, wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} pixels too wide"
    assert asked == set()
    page.close()


def test_on_a_phone_arrows_are_on_the_screen_and_a_table_shows_that_it_goes_on(
    chromium: Any, served: str
) -> None:
    page = chromium.new_page(viewport={"width": 375, "height": 800})
    page.goto(f"{served}data/mexico_seizures.html")
    ends = page.eval_on_selector_all(
        ".prev-next-area :is(i, p)", "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert len(ends) > 4 and max(ends) <= 375
    page.goto(f"{served}ledger/index.html")
    page.wait_for_selector(".pst-scrollable-table-container.more")
    page.eval_on_selector(".more", "part => part.scrollTo(part.scrollWidth, 0)")
    page.wait_for_selector(".pst-scrollable-table-container:not(.more)")
    page.close()


def test_another_host_would_be_seen(chromium: Any, served: str) -> None:
    page = chromium.new_page()
    asked = sockets_only(page, served)
    page.goto(f"{served}cite.html")
    page.evaluate("new Image().src = 'http://127.0.0.2:9/x.png'")
    page.wait_for_timeout(200)
    assert asked == {"http://127.0.0.2:9/x.png"}
    page.close()


@pytest.mark.parametrize("from_file", [False, True])
def test_search_finds_words_also_from_a_folder(
    chromium: Any, served: str, pages: Path, from_file: bool
) -> None:
    page = chromium.new_page()
    base = f"{pages.as_uri()}/" if from_file else served
    page.goto(f"{base}search.html?q=overdose")
    page.wait_for_selector("#search-results li a")
    found = page.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
    assert any("02_overdose_deaths.html" in address for address in found)
    page.close()


def test_a_figure_opens_large_and_its_description_is_for_everyone(
    chromium: Any, served: str
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{served}notebooks/02_overdose_deaths.html")
    figure = page.locator("figure.plot").first
    words = figure.locator("details p")
    assert not words.is_visible()
    figure.locator("summary").click()
    assert words.is_visible() and words.inner_text() == figure.locator("img").get_attribute("alt")
    figure.locator(".plot-large").click()
    large = page.locator("dialog[open].large img")
    assert large.bounding_box()["width"] >= 750
    page.keyboard.press("Escape")
    assert page.locator("dialog.large").count() == 0
    page.close()


def test_a_wrong_address_shows_a_page_whose_links_work(chromium: Any, served: str) -> None:
    page = chromium.new_page()
    answer = page.goto(f"{served}a/b/c.html")
    assert answer.status == 404 and "no page" in page.locator("h1").first.inner_text()
    for link in page.eval_on_selector_all("a", "all => all.map(a => a.href)"):
        assert urlsplit(link).path.startswith("/chain/")
        assert page.request.get(link).ok, link
    page.close()


def test_on_paper_there_is_the_lesson_alone(chromium: Any, served: str) -> None:
    page = chromium.new_page()
    page.goto(f"{served}notebooks/02_overdose_deaths.html")
    page.emulate_media(media="print")
    for part in ("#pst-primary-sidebar", ".launch", ".bd-header-article", "figure.plot figcaption"):
        assert not page.locator(part).first.is_visible(), part
    assert page.locator("figure.plot img").first.is_visible()
    page.close()


def test_from_a_dark_screen_paper_is_light(chromium: Any, served: str) -> None:
    with chromium.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(f"{served}notebooks/02_overdose_deaths.html")
        seen = []
        for event in ("", "beforeprint", "afterprint"):
            page.evaluate("event => dispatchEvent(new Event(event))", event)
            seen.append(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == ["dark", "light", "dark"]


def test_the_other_language_is_opened_at_the_section_in_view(chromium: Any, served: str) -> None:
    page = chromium.new_page()
    page.goto(f"{served}notebooks/02_overdose_deaths.html")
    assert page.evaluate("document.querySelector('a.language').hash") == ""
    page.evaluate("document.getElementById('exercises').scrollIntoView()")
    page.wait_for_function("document.querySelector('a.language').hash === '#ejercicios'")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("document.querySelector('a.language').hash === ''")
    page.goto(f"{served}notebooks/02_overdose_deaths.html#exercises")
    page.wait_for_function("document.querySelector('a.language').hash === '#ejercicios'")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("document.querySelector('a.language').hash === ''")
    page.close()


def test_excerpts_of_found_pages_are_from_their_articles(chromium: Any, served: str) -> None:
    page = chromium.new_page()
    page.goto(f"{served}search.html?q=overdose")
    page.wait_for_selector("#search-results p.context")
    excerpts = page.locator("#search-results p.context").all_inner_texts()
    assert excerpts and not any("Light Dark" in " ".join(one.split()) for one in excerpts)
    page.close()


@pytest.mark.parametrize("front", ["", "es/"])
@pytest.mark.parametrize(
    ("query", "number", "name"),
    [
        ("64,000", "64,000", "ledger/overdose-64k"),
        ("64000", "64,000", "ledger/overdose-64k"),
        ("64_000", "64,000", "ledger/overdose-64k"),
        ("1.56", "1.56", "notebooks/08_price_along_the_chain"),
    ],
)
def test_search_finds_a_number_with_and_without_its_comma(
    chromium: Any, served: str, front: str, query: str, number: str, name: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{served}{front}search.html?q={query}")
    page.wait_for_selector(f"a[href^='{name}.html'] + p.context >> text='{number}'")
    page.close()


def found_pages(page: Any, address: str) -> dict[str, str]:
    """The pages that a search finds, with their excerpts."""
    page.goto(address)
    page.wait_for_function(
        """() => document.querySelector(".search-summary")?.innerText && [
            ...document.querySelectorAll("#search-results li")
        ].every((one) => one.querySelector("p.context"))"""
    )
    items = page.locator("#search-results ul.search > li")
    return {
        item.locator("a").first.get_attribute("href"): item.locator("p.context").inner_text()
        for item in items.all()
    }


@cache
def articles(folder: Path) -> dict[str, str]:
    """The text of each page of an edition, its numbers without commas."""
    found = {}
    for path in folder.rglob("*.html"):
        name = path.relative_to(folder).as_posix()
        article = re.search("<article.*</article>", path.read_text(encoding="utf-8"), re.S)
        if article is not None and not name.startswith(("es/", "search")):
            text = html.unescape(re.sub("<[^>]+>", " ", article[0]))
            found[name] = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return found


@pytest.mark.parametrize("front", ["", "es/"])
@pytest.mark.parametrize("numbers", ["1,351.6", "1351.6", "12,970.19", "2205.434", "64,116 29"])
def test_search_finds_the_pages_that_have_all_the_numbers(
    chromium: Any, served: str, pages: Path, front: str, numbers: str
) -> None:
    wanted = [
        re.compile(rf"(?<![\w.]){re.escape(one.replace(',', ''))}(?!\.?\w)")
        for one in numbers.split()
    ]
    having = {
        name
        for name, text in articles(pages / front).items()
        if all(one.search(text) for one in wanted)
    }
    page = chromium.new_page()
    found = found_pages(page, f"{served}{front}search.html?q={quote(numbers)}")
    assert having and set(found) == having
    page.close()


@pytest.mark.parametrize(
    ("front", "query", "form"),
    [
        ("", "policy", "polic(y|ies)"),
        ("", "military", "militar(y|i)"),
        ("", "poppy", "popp(y|ies)"),
        ("", "12,970.19", "12,?970.19"),
        ("es/", "políticas", "pol[ií]ticas?"),
        ("es/", "politica", "pol[ií]ticas?"),
    ],
)
def test_an_excerpt_shows_the_word_that_was_looked_for(
    chromium: Any, served: str, front: str, query: str, form: str
) -> None:
    page = chromium.new_page()
    found = found_pages(page, f"{served}{front}search.html?q={quote(query)}")
    assert found
    assert [name for name, text in found.items() if not re.search(rf"(?i)\b{form}\b", text)] == []
    page.close()


def test_search_reads_words_as_the_index_does(chromium: Any, served: str) -> None:
    text = "In 2016, 64_000 or 63,632.5 died: 64000, 2205.434, 1.5, 0.25 or 2017-12-14. Ñandú"
    page = chromium.new_page()
    page.goto(f"{served}search.html")
    plain = search.without_accents("Ñandú")
    assert [*page.evaluate("text => splitQuery(text)", text), plain] == search.words(text)
    page.close()


@pytest.mark.parametrize(
    ("front", "query", "name"),
    [
        ("", "136", "ledger/labs-136"),
        ("", "over 136", "ledger/labs-136"),
        ("", "2016", "notebooks/02_overdose_deaths"),
        ("", "11", "notebooks/11_violence_in_mexico"),
        ("", "92 %", "notebooks/"),
        ("", "Nuevo León", "notebooks/11_violence_in_mexico"),
        ("", "Nuevo Leon", "notebooks/11_violence_in_mexico"),
        ("es/", "136", "ledger/labs-136"),
        ("es/", "organización", "notebooks/10_networks"),
        ("es/", "organizacion", "notebooks/10_networks"),
    ],
)
def test_search_finds_whole_numbers_and_words_with_and_without_accents(
    chromium: Any, served: str, front: str, query: str, name: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{served}{front}search.html?q={quote(query)}")
    page.wait_for_selector(f"#search-results a[href^='{name}']")
    page.close()


@pytest.mark.parametrize(
    ("front", "query", "said"),
    [
        ("", "qqqq", r"No page has these words: check how you spelled them, or try fewer\."),
        ("es/", "qqqq", r"Ninguna página tiene estas palabras: revisa .* prueba con menos\."),
        ("es/", "heroína", r"La búsqueda encontró \d+ páginas\."),
        ("", "the", r"“the” is too common to search for: try another word\."),
        ("", "the qqqq", r"No page has these words: .*"),
        ("es/", "de la", r"“de la” es demasiado común para buscarlo: prueba con otra palabra\."),
    ],
)
def test_search_says_how_many_pages_it_found(
    chromium: Any, served: str, front: str, query: str, said: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{served}{front}search.html?q={quote(query)}")
    page.wait_for_function("document.querySelector('.search-summary')?.innerText")
    assert re.fullmatch(said, page.locator(".search-summary").inner_text())
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_word_that_was_looked_for_can_be_read(chromium: Any, served: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(color_scheme=scheme)
    page.goto(f"{served}search.html?q=64,000")
    page.wait_for_selector("#search-results a .highlighted")
    found = Axe().run(page, context="#search-results").response["violations"]
    assert [rule["id"] for rule in found] == []
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_no_page_asks_another_host(
    chromium: Any, served: str, pages: Path, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(color_scheme=scheme)
    asked, found = sockets_only(page, served), []
    for path in sorted(pages.rglob("*.html")):
        name = path.relative_to(pages).as_posix()
        page.goto(served + name, wait_until="load")
        found += [f"{name} asks for {address}" for address in asked]
        for rule in Axe().run(page).response["violations"]:
            if rule["impact"] in ("critical", "serious"):
                found.append(f"{name}: {rule['id']}, {rule['nodes'][0]['target']}")
        asked.clear()  # axe reads style sheets again, and those they import from a wrong folder
    assert found == []
    page.close()
