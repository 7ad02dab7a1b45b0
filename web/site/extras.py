"""What Sphinx does not write: previews of pages, the sitemap, the page for a wrong address."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from web.site.errors import SiteError
from web.site.stage import Stage, pages_of

#: The size that previews of a page are shown in.
PREVIEW = (1200, 630)


def page_context(stage: Stage) -> Callable[..., None]:
    """What Sphinx calls before it writes a page: adds the page's own lines of its head."""

    def add(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        if doctree is None:  # search and index
            return
        first = next((p.astext() for p in doctree.findall() if p.tagname == "paragraph"), "")
        picture = preview_name(stage, page)
        lines = [
            ("og:title", re.sub("<[^>]+>", "", context.get("title", ""))),
            ("og:type", "article"),
            ("og:site_name", stage.collection.title),
            ("og:description", " ".join(first.split())[:200]),
            ("og:url", f"{stage.publication.site}{page}.html"),
            ("og:image", f"{stage.publication.site}{picture}" if picture else ""),
        ]
        tags = [
            f'<meta property="{name}" content="{html.escape(html.unescape(text), quote=True)}">'
            for name, text in lines
            if text
        ]
        description = html.escape(" ".join(first.split())[:200], quote=True)
        tags.append(f'<meta name="description" content="{description}">')
        context["metatags"] = "\n".join(
            [context.get("metatags", ""), *tags, stage.head.get(page, "")]
        )

    return add


def preview_name(stage: Stage, page: str) -> str:
    """The picture that stands for a page: its first figure, or that of the front page."""
    name = page if page in stage.pictures else "index" if "index" in stage.pictures else ""
    return f"previews/{name.rpartition('/')[2]}.png" if name else ""


def write(stage: Stage, site: Path) -> None:
    """Write the previews, the sitemap, the page for a wrong address and a note for Pages; leave out
    the theme's script for icons.
    """
    _drop_icon_script(site)
    (site / "previews").mkdir()
    for page, picture in stage.pictures.items():
        _write_preview(stage.files / picture, site / preview_name(stage, page))
    addresses = "".join(
        f"<url><loc>{html.escape(stage.publication.site)}{page}.html</loc></url>\n"
        for page in pages_of(stage)
    )
    (site / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{addresses}</urlset>\n',
        encoding="utf-8",
    )
    # Shown at any address, however deep: its links begin with the path that the site lies under.
    path = urlsplit(stage.publication.site).path
    (site / "404.html").write_text(stage.render("404.html.j2", path=path), encoding="utf-8")
    (site / ".nojekyll").write_text("", encoding="utf-8")  # or Pages leaves out _static/


def _drop_icon_script(site: Path) -> None:
    """Leave out fontawesome.js, 1.6 MB for ten icons: site.css takes them from the theme's font.

    Raises `SiteError` for an icon that site.css does not name.
    """
    known = (site / "_static" / "site.css").read_text(encoding="utf-8")
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for icon in set(re.findall(r'class="fa-solid (fa-[a-z-]+)', text)):
            if f".{icon}::before" not in known:
                raise SiteError(f"{path.name}: the icon {icon} is not in site.css: add it there.")
        text = re.sub(r"<script [^>]*fontawesome\.js[^>]*>\s*</script>", "", text)
        path.write_text(re.sub(r"<link [^>]*fontawesome\.js[^>]*>", "", text), encoding="utf-8")
    (site / "_static" / "scripts" / "fontawesome.js").unlink()


def _write_preview(figure: Path, target: Path) -> None:
    """A figure on white, in the shape in which pages are announced elsewhere."""
    with Image.open(figure) as picture:
        scale = min(PREVIEW[0] / picture.width, PREVIEW[1] / picture.height) * 0.94
        size = (round(picture.width * scale), round(picture.height * scale))
        shown = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", PREVIEW, "white")
    canvas.paste(shown, ((PREVIEW[0] - size[0]) // 2, (PREVIEW[1] - size[1]) // 2))
    canvas.quantize(64).save(target, optimize=True)
