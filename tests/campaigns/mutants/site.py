"""Mutants of the site: one thing broken in the pages that were built, then their tests."""

from __future__ import annotations

import gc
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests.campaigns.mutants import stage
from tests.campaigns.mutants.files import around, changed, other_digit
from tests.campaigns.mutants.lesson import ROOT
from tests.web import test_site
from tests.web.conftest import ADDRESS
from web.site import check

#: The tests that need no browser.
TESTS = "every_link or published or each_ or heavy or sitemap or says or guide_page or table_page"
PAGES = {
    "lesson": "notebooks/[0-9]*.html",
    "table": "data/[!i]*.html",
    "claim": "ledger/[!i]*.html",
    "guide": "notebooks/guide/*.html",
}
Site = dict[str, bytes]


def of_site(seed: int) -> Iterator[dict[str, Any]]:
    """Build the pages once; break each thing in two pages of a kind and language. Each result is
    given as it comes.
    """
    folder = ROOT / "site"
    build = [sys.executable, "-m", "web", "--pages", "--output", str(folder), "--address", ADDRESS]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    read_once(folder)
    red = partial(tests_fail, folder)
    yield _result("none", "control", str(stage.in_child(red)))
    for operator, path, said, content in mutations(folder, random.Random(seed)):
        with changed({path: content or b""}):
            if content is None:
                path.unlink()
            outcome = str(stage.in_child(red))
        name = f"{path.relative_to(folder).as_posix()}: {said}"
        yield _result(operator, name, outcome)


def _result(operator: str, name: str, red: str) -> dict[str, Any]:
    return {"kind": "site", "operator": operator, "name": name, "killed_by": red}


def tests_fail(folder: Path) -> str:
    """The first test of the pages that fails on those in the folder."""

    class Built:
        def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Any:
            if fixturedef.argname != "pages":
                return None
            fixturedef.cached_result = (folder, fixturedef.cache_key(request), None)
            return folder

    return stage.unit_tests_fail(("test_site.py",), TESTS, (Built(),))


def read_once(folder: Path) -> None:
    """Read every page here, so that a mutant's child only reads the page that has changed."""
    parse, soup = check.Page, test_site.read

    @cache
    def read(reader: Callable[[Path], Any], path: Path, modified: int, size: int) -> Any:
        return reader(path)

    def once(reader: Callable[[Path], Any]) -> Any:
        return lambda path: read(reader, path, path.stat().st_mtime_ns, path.stat().st_size)

    check.Page, test_site.read = once(parse), once(soup)  # type: ignore[misc]
    for path in folder.rglob("*.html"):
        check.Page(path), test_site.read(path)
    gc.freeze()


def mutations(folder: Path, rng: random.Random) -> Iterator[tuple[str, Path, str, bytes | None]]:
    """Operator, file, what was changed, and what the file holds then; None if it is gone."""
    for place in ("", "es/"):
        for kind, pattern in PAGES.items():
            page = rng.choice(sorted(folder.glob(place + pattern)))
            yield f"drop a page: {kind}", page, "gone", None
            text = page.read_text(encoding="utf-8")
            for operator, damage in DAMAGE.items():
                if found := damage(text, rng):
                    yield operator, page, found[0], found[1].encode()
        for name in ("index.html", "notebooks/glossary.html"):
            yield "drop a page: entry", folder / place / name, "gone", None
    for pattern, operator in FILES.items():
        path = rng.choice(sorted(folder.glob(pattern)))
        yield f"drop a file: {operator}", path, "gone", None
        if path.suffix in (".csv", ".xml"):
            text = path.read_text(encoding="utf-8")
            if digits := [m.start() for m in re.finditer(r"\d", text)]:
                digit = rng.choice(digits)
                changed_text = other_digit(text, digit, rng).encode()
                yield f"change a digit: {operator}", path, around(text, digit), changed_text


FILES = {
    "data/*/*.csv": "a table",
    "figures/*/*.csv": "values of a figure",
    "figures/*/*.png": "a picture",
    "es/figures/*/*.png": "a picture in Spanish",
    "previews/*.png": "a preview",
    "sitemap.xml": "the sitemap",
    "search.html": "the search",
    "404.html": "the page for a wrong address",
}
Damage = Callable[[str, random.Random], tuple[str, str] | None]


def _sub(pattern: str, new: str) -> Damage:
    """Does something to one of the places with a pattern."""

    def damage(text: str, rng: random.Random) -> tuple[str, str] | None:
        found = list(re.finditer(pattern, text, re.S))
        if not found:
            return None
        match = rng.choice(found)
        return match[0][:60], text[: match.start()] + match.expand(new) + text[match.end() :]

    return damage


def _digit(begin: str) -> Damage:
    """Another digit somewhere in what begins with a pattern and ends with a tag."""

    def damage(text: str, rng: random.Random) -> tuple[str, str] | None:
        parts = list(re.finditer(begin + r"[^<]*?\d", text))
        if not parts:
            return None
        place = rng.choice(parts).end() - 1
        return around(text, place), other_digit(text, place, rng)

    return damage


#: What is done to a page, where it has such a thing.
DAMAGE: dict[str, Damage] = {
    "drop a description": _sub(r'(<img[^>]*? )alt="[^"]{40,}"', r"\1"),
    "change a description": _sub(r'alt="([^"]{40,})"', r'alt="x\1"'),
    "a picture that is not there": _sub(r'(<img[^>]*? src=")([^"]+)"', r'\1x\2"'),
    "a link to nothing": _sub(r'(<a [^>]*?href=")([\w./]+\.html)', r"\1x\2"),
    "a dead anchor": _sub(r'(<a [^>]*?href="[^"#:]*#)([^"]+)"', r'\1x\2"'),
    "drop a heading's name": _sub(r'<section id="([^"]+)"', "<section"),
    "a link to the wrong page in the other language": _sub(
        r'(<a class="language" href="(?:\.\./)+(?:es/)?)[^"]+"', r'\1index.html"'
    ),
    "drop the link to the other language": _sub(r'<a class="language".*?</a>', ""),
    "wrong language of the page": _sub(r'(<html[^>]*? lang=")\w+"', r'\1fr"'),
    "another page as the translation": _sub(
        r'(<link rel="alternate" hreflang="\w+" href="[^"]*/)[\w.-]+\.html"', r'\1index.html"'
    ),
    "a file of another host": _sub(
        r"</head>", r'<script src="https://example.org/x.js"></script></head>'
    ),
    "change a digit of the text": _digit(r"<(?:p|td|li)>"),
    "change a digit of an output": _digit(
        r'ansi notranslate"><div class="highlight"><pre><span></span>'
    ),
    "drop a license": _sub(
        r'(<section id="licen(?:se|cia)">.*?)<(?:p|li)>.*?</section>', r"\1</section>"
    ),
}
