"""What must be true of a finished site: every link leads somewhere, and says so when it leads to
another language; no page asks another host for anything; no address that was published is gone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from web.site.errors import SiteError

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE / "published.txt"
#: Folders of the site that other commands write, and check.
OTHERS = ("lite", "colab")
#: Pages that no other page needs to link to.
_GENERATED = ("genindex.html", "search.html", "404.html")
#: What makes a browser ask for a file as soon as a page is opened.
_FETCHED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src"}
_FETCHING_LINKS = ("stylesheet", "icon", "preload", "modulepreload", "manifest")


class Page(HTMLParser):
    """Language, names, links and files of one page.

    `links` are pairs: where each leads, and the language that it says is there.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.language = ""
        self.names: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag names, links or fetches."""
        values = {name: value or "" for name, value in attrs}
        self.names |= {values[key] for key in ("id", "name") if key in values}
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.links.append((values["href"], values.get("hreflang", "")))
        if tag == "link" and set(values.get("rel", "").split()) & set(_FETCHING_LINKS):
            self.fetched.append(values.get("href", ""))
        if tag in _FETCHED and values.get(_FETCHED[tag]):
            self.fetched.append(values[_FETCHED[tag]])


def sections(path: Path) -> list[str]:
    """The anchors of a page's sections, in their order."""
    return re.findall(r'<section\b[^>]*\bid="([^"]*)"', path.read_text(encoding="utf-8"))


def check_site(site: Path, beside: Path | None = None) -> dict[str, int]:
    """Check every page; returns how many pages, links and anchors were looked at.

    `beside` is a folder that has what other commands write, if it is not yet in `site`.

    Raises `SiteError` for a link to nothing, a link that does not say that it leads to another
    language, or a file of another host.
    """
    paths = [p for p in site.rglob("*.html") if p.relative_to(site).parts[0] not in OTHERS]
    pages = {path: Page(path) for path in sorted(paths)}
    site = site.resolve()
    counts = {"pages": len(pages), "links": 0, "anchors": 0}
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for address in page.fetched:
            if urlsplit(address).netloc:
                raise SiteError(
                    f"{name} asks another host for {address}: put the file into the site."
                )
        for address, language in [*page.links, *((fetched, "") for fetched in page.fetched)]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or name == "404.html":
                continue
            counts["links"] += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            other = (beside or site) / os.path.relpath(target, site)
            if not target.is_file() and not other.is_file():
                raise SiteError(f"{name} links to {address}, which the site does not have.")
            there = pages[target].language if target in pages else page.language
            if there not in (page.language, language):
                raise SiteError(
                    f"{name} links to {address}, and that page is in another language: give the "
                    f'link hreflang="{there}" and words that say so.'
                )
            if parts.fragment and target in pages:
                counts["anchors"] += 1
                if unquote(parts.fragment) not in pages[target].names:
                    raise SiteError(
                        f"{name} links to {address}, and that page has no such anchor: correct "
                        "the link, or restore the heading."
                    )
    return counts


def published(site: Path) -> Iterator[str]:
    """The addresses that others may have written down: all pages, and the glossary's terms."""
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if name.split("/")[0] in OTHERS or path.name in _GENERATED:
            continue
        yield name
        if name.endswith("notebooks/glossary.html"):
            yield from (f"{name}#{term}" for term in sorted(sections(path)))


def check_published(site: Path, accept: bool = False) -> None:
    """Compare the site's addresses with those in web/site/published.txt, or write them there.

    Raises `SiteError` when one of them is gone.
    """
    now = list(published(site))
    if accept:
        PUBLISHED.write_text("\n".join(now) + "\n", encoding="utf-8", newline="\n")
        return
    gone = [a for a in PUBLISHED.read_text(encoding="utf-8").splitlines() if a not in set(now)]
    if gone:
        raise SiteError(
            f"{gone[0]} was published and is gone: restore the page or heading, or, if no page "
            "elsewhere can link to it, run `python3 course.py site --accept`."
        )
