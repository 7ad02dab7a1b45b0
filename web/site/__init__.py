"""The pages to read: lessons with their stored results, tables, claims, glossary and guide, in
English and in each language in which the collection has lessons (notebooks/es).

    python3 course.py site                     the pages, and the lessons that run in the browser
    python3 course.py site --pages             the pages alone
    python3 course.py site --output FOLDER     into another folder than site/
    python3 course.py site --address URL       for another address than the one in pyproject.toml
    python3 course.py site --all-local FOLDER  Pyodide's own files from here, not from its server
    python3 course.py site --accept            note the pages and anchors of today as published

Nothing is run: outputs are those that the lessons have stored. The build stops, and leaves the
pages there are as they are, when something should not be published.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.adaptation import VARIABLE as AS_PUBLISHED
from helpers.claims import ClaimError
from helpers.collection import CollectionError, found
from helpers.command import command_parser
from helpers.contract import DataError
from helpers.language import say, speaking
from helpers.lessons import LessonError
from web import lite
from web.address import AddressError
from web.languages import editions
from web.site import extras
from web.site.check import OTHERS, check_published, check_site
from web.site.errors import SiteError
from web.site.publication import publication
from web.site.search import search_language
from web.site.stage import Stage

__all__ = ["SiteError", "build", "main"]

HERE = Path(__file__).resolve().parent


def build(output: Path, site: str = "", accept: bool = False) -> None:
    """Build the pages of the current collection into the folder `output`.

    Folders there that other commands write stay as they are.

    Parameters
    ----------
    output : pathlib.Path
        The site's folder.
    site : str, optional
        Where the site will be, if elsewhere than pyproject.toml says.
    accept : bool
        Note the pages and anchors of today as published, instead of comparing them.

    Raises
    ------
    SiteError
        Something cannot be published as it is.
    """
    collection = found()
    where = publication(site, (output / "lite").is_dir())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / "site"
        stages: list[Stage] = []
        for edition in editions(collection):
            first = stages[0] if stages else None
            stages.append(Stage(edition, where, folder / edition.language, first))
            with speaking(edition.language):
                try:
                    stages[-1].write()
                except (ClaimError, DataError, LessonError) as error:
                    raise SiteError(str(error)) from None
        for stage in stages:
            with speaking(stage.language):
                run_sphinx(stage, stages, made / stage.place)
        extras.write(stages, made)
        check_site(made, output)
        if collection.root == HERE.parent.parent:
            check_published(made, accept)
        replace(output, made)


def run_sphinx(stage: Stage, stages: Sequence[Stage], output: Path) -> None:
    """Make pages of the staged sources. Raises `SiteError` at the first warning of Sphinx.

    Parameters
    ----------
    stage : Stage
        The edition, in whose language the helpers speak.
    stages : sequence of Stage
        All editions, which its pages link.
    output : pathlib.Path
        The edition's folder of the site.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    settings: dict[str, Any] = {
        "project": stage.title,
        "author": say("The authors of {title}", title=stage.title),
        "copyright": say("text and figures CC BY 4.0, code MIT, each table its own license"),
        "language": stage.language,
        "html_title": stage.title,
        "html_baseurl": stage.address,
        "html_extra_path": [str(stage.files)],
        "html_theme_options.search_bar_text": say("Search..."),
        "version": stage.publication.version,
    }
    said = io.StringIO()
    doctrees = stage.folder / "doctrees"
    quiet: dict[str, Any] = {"status": None, "warning": said, "parallel": os.cpu_count() or 1}
    with patch_docutils(HERE), docutils_namespace():
        app = Sphinx(stage.pages, HERE, output, doctrees, "html", settings, **quiet)
        context = extras.page_context(stage, stages)
        app.add_search_language(search_language(stage.language))
        app.connect("html-page-context", context, priority=100)  # before the theme fills its parts
        app.build()
    warnings = said.getvalue().strip().splitlines()
    if warnings:
        line = re.sub(r"\x1b\[[0-9;]*m", "", warnings[0]).replace(f"{stage.pages}{os.sep}", "")
        raise SiteError(f"{line.replace('WARNING: ', '')}: correct it.")
    for path in (output / ".buildinfo", output / "objects.inv", *output.glob("_static/*.html")):
        path.unlink(missing_ok=True)  # of no use to a reader
    for folder in (output / "_sources", output.parent / "jupyter_execute"):
        shutil.rmtree(folder, ignore_errors=True)


def replace(old: Path, new: Path) -> None:
    """Put a finished site in the place of the old one; folders of other commands stay."""
    old.mkdir(parents=True, exist_ok=True)
    for path in old.iterdir():
        if path.name in OTHERS:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for path in new.iterdir():
        shutil.move(path, old / path.name)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("site", __doc__)
    parser.add_argument("--output", type=Path, help="another folder than site/")
    parser.add_argument("--address", default="", help="where the site will be, if elsewhere")
    parser.add_argument("--pages", action="store_true", help="not the lessons in the browser")
    parser.add_argument("--all-local", type=Path, help="a folder with Pyodide's files")
    parser.add_argument("--accept", action="store_true", help="note what is published today")
    options = parser.parse_args(arguments)
    os.environ.setdefault(AS_PUBLISHED, "1")
    offline = ""
    try:
        output = (options.output or found().root / "site").absolute()
        print(f"Building the site in {output}: this takes a few minutes.", flush=True)
        if not options.pages:
            output.mkdir(parents=True, exist_ok=True)
            try:
                lite.build(output, options.all_local)
            except lite.OfflineError as error:
                offline = f"{error} The pages were built without it."
        build(output, options.address, options.accept)
    except lite.LiteError as error:
        print(f"{error} The pages alone: python3 course.py site --pages", file=sys.stderr)
        return 1
    except (AddressError, CollectionError, SiteError) as error:
        print(f"The site was not built. {error}", file=sys.stderr)
        return 1
    print(f"The site is ready: open {output / 'index.html'}.")
    if offline:
        print(offline, file=sys.stderr)
    return 1 if offline else 0
