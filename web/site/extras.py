"""What Sphinx does not write: the ways from a page to the same page in other languages, previews
of pages, the sitemap, the page for a wrong address.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from helpers.language import ENGLISH, say, speaking
from web.languages import name_of
from web.site.check import sections
from web.site.errors import SiteError
from web.site.stage import Stage

HERE = Path(__file__).resolve().parent
#: The size that previews of a page are shown in.
PREVIEW = (1200, 630)


#: Pages that Sphinx writes for every edition, without a source.
_GENERATED = ("search", "genindex")


@dataclass(frozen=True)
class Switch:
    """A link to a page of another edition.

    Attributes
    ----------
    code : str
        The other language: "es".
    words : str
        What the link says, in that language.
    href : str
        The way there.
    same : bool
        Whether it is the same page. If the other edition has none, it is the front page.
    """

    code: str
    words: str
    href: str
    same: bool


def switches(stage: Stage, stages: Sequence[Stage], page: str) -> list[Switch]:
    """The links from a page of an edition to those in the other languages."""
    here = posixpath.dirname(stage.place + page) or "."
    found = []
    for other in stages:
        if other is stage:
            continue
        same = page in _GENERATED or page in other.names
        href = posixpath.relpath(f"{other.place}{page if same else 'index'}.html", here)
        words = name_of(other.language)
        if not same:
            with speaking(other.language):
                words = say("{language}: front page", language=words)
        found.append(Switch(other.language, words, href, same))
    return found


def addresses(page: str, stages: Sequence[Stage]) -> list[tuple[str, str]]:
    """Language and public address of a page in each edition that has it."""
    return [
        (stage.language, f"{stage.address}{page}.html") for stage in stages if page in stage.names
    ]


def page_context(stage: Stage, stages: Sequence[Stage]) -> Callable[..., None]:
    """What Sphinx calls before it writes a page: adds the page's own lines of its head, and what
    the templates need.
    """

    def add(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        up = "../" * (stage.place + page).count("/")
        context["say"] = say
        context["switches"] = switches(stage, stages, page)
        context["elsewhere"] = [(f"{up}{name}", words) for name, words in stage.elsewhere]
        if doctree is None:  # search and index
            return
        first = next((p.astext() for p in doctree.findall() if p.tagname == "paragraph"), "")
        picture = preview_name(stage, page)
        lines = [
            ("og:title", re.sub("<[^>]+>", "", context.get("title", ""))),
            ("og:type", "article"),
            ("og:site_name", stage.title),
            ("og:description", " ".join(first.split())[:200]),
            ("og:url", f"{stage.address}{page}.html"),
            ("og:image", f"{stage.address}{picture}" if picture else ""),
        ]
        tags = [
            f'<meta property="{name}" content="{html.escape(html.unescape(text), quote=True)}">'
            for name, text in lines
            if text
        ]
        description = html.escape(" ".join(first.split())[:200], quote=True)
        tags.append(f'<meta name="description" content="{description}">')
        everywhere = addresses(page, stages)
        if len(everywhere) > 1:
            tags += [
                f'<link rel="alternate" hreflang="{code}" href="{html.escape(address)}">'
                for code, address in [*everywhere, ("x-default", everywhere[0][1])]
            ]
        context["metatags"] = "\n".join(
            [context.get("metatags", ""), *tags, stage.head.get(page, "")]
        )

    return add


def preview_name(stage: Stage, page: str) -> str:
    """The picture that stands for a page: its first figure, or that of the front page."""
    name = page if page in stage.pictures else "index" if "index" in stage.pictures else ""
    return f"previews/{name.rpartition('/')[2]}.png" if name else ""


def write(stages: Sequence[Stage], site: Path) -> None:
    """Write the previews, the sitemap, the page for a wrong address and a note for Pages; join the
    anchors of pages in several languages; leave out the theme's script for icons.
    """
    for stage in stages:
        edition = site / stage.place
        (edition / "previews").mkdir()
        for page, picture in stage.pictures.items():
            _write_preview(stage.files / picture, edition / preview_name(stage, page))
    for stage in stages:
        for other in stages:
            if other is not stage:
                _join_anchors(stage, other, site)
        if stage.english:
            _share_files(site / stage.place, site)
    _drop_icon_script(site)
    (site / "sitemap.xml").write_text(sitemap(stages), encoding="utf-8")
    (site / "404.html").write_text(_nowhere(stages), encoding="utf-8")
    (site / ".nojekyll").write_text("", encoding="utf-8")  # or Pages leaves out _static/


def _join_anchors(stage: Stage, other: Stage, site: Path) -> None:
    """Tell the links to another edition where each section of their page is there.

    Headings are translated one by one, so the first section is the first there, and so on.
    """
    for page in {*stage.names, *_GENERATED} & {*other.names, *_GENERATED}:
        path = site / f"{stage.place}{page}.html"
        ours, theirs = (sections(site / f"{one.place}{page}.html") for one in (stage, other))
        joined = dict(zip(ours, theirs, strict=True)) if len(ours) == len(theirs) else {}
        moved = json.dumps({a: b for a, b in joined.items() if a != b}, ensure_ascii=False)
        text = path.read_text(encoding="utf-8").replace(
            f'data-anchors="{other.language}"', f'data-anchors="{html.escape(moved)}"'
        )
        path.write_text(text, encoding="utf-8")


def _share_files(edition: Path, site: Path) -> None:
    """Let an edition use the English one's copy of each file of the theme that is the same, so that
    a browser loads it once.
    """
    same = set()
    for path in edition.glob("_static/**/*"):
        name = path.relative_to(edition).as_posix()
        twin = site / name
        if path.is_file() and twin.is_file() and path.read_bytes() == twin.read_bytes():
            same.add(name)
            path.unlink()

    def shared(match: re.Match[str]) -> str:
        return f"{match[1]}{'../' if match[3] in same else ''}{match[2]}{match[3]}"

    for path in edition.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'((?:href|src)=")((?:\.\./)*)(_static/[^"?]+)', shared, text)
        path.write_text(text, encoding="utf-8")


def sitemap(stages: Sequence[Stage]) -> str:
    """All pages, each with its addresses in other languages."""
    entries = []
    for stage in stages:
        for page in stage.names:
            everywhere = addresses(page, stages)
            alternates = "".join(
                f'<xhtml:link rel="alternate" hreflang="{code}" href="{html.escape(address)}"/>'
                for code, address in everywhere
            )
            location = f"<loc>{html.escape(stage.address)}{page}.html</loc>"
            entries.append(f"<url>{location}{alternates if len(everywhere) > 1 else ''}</url>\n")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "".join(entries) + "</urlset>\n"
    )


def _nowhere(stages: Sequence[Stage]) -> str:
    """The page for a wrong address, in every language. It is shown at any address, however deep:
    its links begin with the path that the site lies under.
    """
    parts = []
    for stage in stages:
        with speaking(stage.language):
            path = urlsplit(stage.address).path
            parts.append(stage.render("nowhere.html.j2", path=path))
    with speaking(ENGLISH):
        return stages[0].render("404.html.j2", parts=parts)


def _drop_icon_script(site: Path) -> None:
    """Leave out fontawesome.js, 1.6 MB for ten icons: site.css takes them from the theme's font.

    Raises `SiteError` for an icon that site.css does not name.
    """
    known = (HERE / "static" / "site.css").read_text(encoding="utf-8")
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for icon in set(re.findall(r'class="fa-solid (fa-[a-z-]+)', text)):
            if f".{icon}::before" not in known:
                raise SiteError(f"{path.name}: the icon {icon} is not in site.css: add it there.")
        text = re.sub(r"<script [^>]*fontawesome\.js[^>]*>\s*</script>", "", text)
        path.write_text(re.sub(r"<link [^>]*fontawesome\.js[^>]*>", "", text), encoding="utf-8")
    for script in site.rglob("_static/scripts/fontawesome.js"):
        script.unlink()


def _write_preview(figure: Path, target: Path) -> None:
    """A figure on white, in the shape in which pages are announced elsewhere."""
    with Image.open(figure) as picture:
        scale = min(PREVIEW[0] / picture.width, PREVIEW[1] / picture.height) * 0.94
        size = (round(picture.width * scale), round(picture.height * scale))
        shown = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", PREVIEW, "white")
    canvas.paste(shown, ((PREVIEW[0] - size[0]) // 2, (PREVIEW[1] - size[1]) // 2))
    canvas.quantize(64).save(target, optimize=True)
