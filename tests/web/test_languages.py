"""The site and the browser edition of a collection in two languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from hatch_build import CollectionHook
from helpers import claims
from helpers.authoring.translate.catalogue import template_texts
from helpers.collection import VARIABLE
from helpers.language import everywhere, shown, speaking
from tests.toy import write_toy
from tests.web.conftest import ADDRESS
from tests.web.lite_page import served as serve
from web import lite
from web.site import SiteError, build
from web.site.check import check_site

LESSON = "01_library_loans.ipynb"
#: What the small collection says in Spanish.
SPANISH = {
    "The ledger of claims": "El registro de afirmaciones",
    "What the verdicts mean": "Qué significan los veredictos",
    "holds": "se sostiene",
    "in English": "en inglés",
    "{language}: front page": "{language}: portada",
    "Loans": "Préstamos",
}
GLOSSARY = "# {title}\n\n### {term}\n\n{words}\n"


def write_spanish(root: Path) -> None:
    """Add a second language to the small collection, with a page that it lacks there."""
    notebooks = root / "notebooks"
    english = GLOSSARY.format(title="Glossary", term="rate", words="Loans per head.")
    (notebooks / "glossary.md").write_text(english, encoding="utf-8")
    (notebooks / "only.md").write_text("# Only in English\n\nWords.\n", encoding="utf-8")
    (notebooks / "es").mkdir()
    spanish = GLOSSARY.format(
        title="Glosario", term="tasa", words="Préstamos por habitante ([más](../only.md))."
    )
    (notebooks / "es" / "glossary.md").write_text(spanish, encoding="utf-8")
    lesson = json.loads((notebooks / LESSON).read_text(encoding="utf-8"))
    lesson["metadata"]["lesson"].update(theme="préstamos", question="¿Subieron los préstamos?")
    text = re.sub(r"\]\(\.\./", "](../../", json.dumps(lesson, ensure_ascii=False))
    (notebooks / "es" / LESSON).write_text(text, encoding="utf-8")
    messages = root / "translations" / "es" / "messages.json"
    messages.parent.mkdir(parents=True)
    messages.write_text(json.dumps(SPANISH), encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small collection in English and Spanish."""
    folder = tmp_path_factory.mktemp("languages")
    root = write_toy(folder / "library")
    write_spanish(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(root))
        build(folder / "site", ADDRESS)
    return folder / "site"


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


@pytest.mark.parametrize(
    "name", ["index", "notebooks/01_library_loans", "data/library_loans", "ledger/index", "search"]
)
def test_a_page_and_its_translation_link_each_other(site: Path, name: str) -> None:
    for here, there, language, words in [
        ("", "es/", "es", "Español"),
        ("es/", "", "en", "English"),
    ]:
        path = site / f"{here}{name}.html"
        page = read(path)
        assert one(page, "html")["lang"] == ("es" if here else "en")
        link = one(page, "a.language")
        assert (link["lang"], link["hreflang"], link.get_text()) == (language, language, words)
        assert (path.parent / str(link["href"])).resolve() == (site / f"{there}{name}.html")
        alternates = {tag["hreflang"]: tag["href"] for tag in page.select("head link[hreflang]")}
        if name != "search":
            english = f"{ADDRESS}{name}.html"
            spanish = f"{ADDRESS}es/{name}.html"
            assert alternates == {"en": english, "es": spanish, "x-default": english}
            assert (
                page.select("meta[property='og:url']")[0]["content"]
                == f"{ADDRESS}{here}{name}.html"
            )


def test_words_and_values_are_in_the_language_of_the_page(site: Path) -> None:
    for folder, heading, verdict in [
        ("", "The ledger of claims", "holds"),
        ("es/", SPANISH["The ledger of claims"], SPANISH["holds"]),
    ]:
        page = read(site / folder / "ledger" / "index.html")
        assert one(page, "article h1").get_text().startswith(heading)
        assert [cell.get_text(strip=True) for cell in page.select("tbody tr:first-child td")][
            -1:
        ] == [verdict]
    assert "préstamos" in read(site / "es" / "index.html").select("article table")[0].get_text()


def test_a_page_in_one_language_says_so(site: Path) -> None:
    page = read(site / "notebooks" / "only.html")
    switch = one(page, "a.language")
    assert (switch["href"], switch.get_text()) == ("../es/index.html", "Español: portada")
    assert not page.select("head link[hreflang]")
    link = one(read(site / "es/notebooks/glossary.html"), "article p a[hreflang=en]")
    assert link["href"] == "../../notebooks/only.html"
    assert str(link.next_sibling).startswith(" (en inglés)")
    (site / "bad.html").write_text(
        '<html lang="en"><a href="es/index.html">x</a></html>', encoding="utf-8"
    )
    try:
        with pytest.raises(SiteError, match=r'bad\.html links to es/index\.html.*hreflang="es"'):
            check_site(site)
    finally:
        (site / "bad.html").unlink()


def test_tables_are_published_once(site: Path) -> None:
    files = [path.relative_to(site).as_posix() for path in site.rglob("library_loans.csv")]
    assert files == ["data/library/library_loans.csv"]
    link = one(read(site / "es/data/library_loans.html"), ".download a[href$=csv]")
    assert (site / "es/data" / str(link["href"])).resolve() == site / files[0]


def test_the_way_to_the_other_language_keeps_the_section(site: Path, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto((site / "es/notebooks/glossary.html").as_uri() + "#tasa")
    page.click("a.language")
    assert page.url == (site / "notebooks/glossary.html").as_uri() + "#rate"
    page.click("a.language")
    assert page.url.endswith("es/notebooks/glossary.html#tasa")
    page.close()


def test_search_finds_words_of_its_language_only(site: Path, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto((site / "es/search.html").as_uri() + "?q=habitantes")  # the stem of "habitante"
    page.wait_for_selector("#search-results li a")
    found = page.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
    assert [name.split("/site/")[1].split("?")[0] for name in found] == [
        "es/notebooks/glossary.html"
    ]
    page.close()


def test_words_of_templates_are_found_for_the_catalogues(tmp_path: Path) -> None:
    template = tmp_path / "page.md.j2"
    template.write_text(
        '# {{ say("One {x}", x=say("inner")) }}\n{{ say_number("a", "b", n) }}{{ other("no") }}'
    )
    assert set(template_texts(template)) == {"One {x}", "inner", "a", "b"}


@pytest.mark.parametrize(
    ("page", "languages"),
    [
        ("index.html", {"en", "es"}),
        ("lab/index.html", {"en", "es"}),
        ("notebooks/index.html?path=notebooks/02_a.ipynb", {"en"}),
        ("notebooks/index.html?path=notebooks/es/02_a.ipynb", {"es"}),
        ("lab/index.html?path=notebooks%2Fes%2F02_a.ipynb", {"es"}),
    ],
)
def test_notices_of_the_browser_edition_are_in_the_language_of_the_lesson(
    tmp_path: Path, chromium: Any, page: str, languages: set[str]
) -> None:
    for app in lite.APPS:
        (tmp_path / app).mkdir()
        (tmp_path / app / "index.html").write_text("<html><head></head><body></body></html>")
    spoken = [
        lite.Words(
            name, name, dict.fromkeys([*lite.NOTICES, "loading"], f"in {name}"), name, "", {}
        )
        for name in ("en", "es")
    ]
    lite.add_pages(tmp_path, spoken)
    with serve(tmp_path) as base, chromium.new_context() as context:
        context.add_init_script("delete window.WebAssembly;")
        opened = context.new_page()
        opened.goto(f"{base}/{page}")
        said = opened.eval_on_selector_all(
            "#notice-old span", "all => all.map(one => [one.lang, one.innerText.trim()])"
        )
    assert {tuple(pair) for pair in said} == {(name, f"in {name}") for name in languages}


def test_the_wheel_has_lessons_and_messages_of_every_language(tmp_path: Path) -> None:
    for name in ("notebooks/es/02.ipynb", "translations/es/messages.json", "translations/es/a.po"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    hook = CollectionHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    wheel: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", wheel)
    assert sorted(wheel["force_include"].values()) == [
        "helpers/_collection/notebooks/es/02.ipynb",
        "helpers/_collection/translations/es/messages.json",
    ]


@pytest.fixture
def library(own_toy: Path) -> Path:
    """The small collection in two languages, which the test may change."""
    write_spanish(own_toy)
    return own_toy


@pytest.mark.usefixtures("library")
def test_a_verdict_is_said_in_the_language_in_use() -> None:
    english = claims.export()[0]["reviewRating"]["alternateName"]
    with speaking("es"):
        assert claims.export()[0]["reviewRating"]["alternateName"] == shown(english) != english
    assert everywhere(english)[1:] == [SPANISH[english]]


def test_what_a_verdict_leaves_out_is_said_in_the_language_in_use() -> None:
    english = claims.judge("overdose-64k").left_out
    with speaking("es"):
        assert "figure" in english[0] and "cifra" in claims.judge("overdose-64k").left_out[0]
