"""Build the web site into site/.

    python3 course.py site                   build it
    python3 course.py site --address URL     for another address than the one in pyproject.toml
    python3 course.py site --output FOLDER   into another folder
    python3 course.py site --accept          take the pages and anchors of today for the published ones

Nothing is run: outputs are those that the lessons have stored. The build stops, and leaves an
existing site as it is, when something should not be published.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from helpers.adaptation import VARIABLE as AS_PUBLISHED
from helpers.claims import ClaimError
from helpers.collection import CollectionError, current
from helpers.contract import DataError
from helpers.lessons import LessonError
from web import extras
from web.addresses import addresses
from web.check import check_published, check_site
from web.errors import SiteError
from web.stage import Stage

HERE = Path(__file__).resolve().parent
#: Folders of the site that other commands write.
KEPT = ("lite",)


def build(output: Path, site: str = "", accept: bool = False, language: str = "en") -> None:
    """Build the site of the current collection into the folder `output`.

    Raises
    ------
    SiteError
        Something cannot be published as it is.
    """
    collection, where = current(), addresses(site)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="site-", dir=output.parent) as name:
        folder = Path(name)
        made = folder / "site"
        stage = Stage(collection, where, folder, language)
        try:
            stage.write()
        except (ClaimError, DataError, LessonError) as error:
            raise SiteError(str(error)) from None
        run_sphinx(stage, made)
        extras.write(stage, made)
        check_site(made)
        if collection.root == HERE.parent:
            check_published(made, accept)
        replace(output, made)


def run_sphinx(stage: Stage, output: Path) -> None:
    """Make pages of the staged sources. Raises `SiteError` at the first warning of Sphinx."""
    from sphinx.application import Sphinx

    settings: dict[str, Any] = {
        "language": stage.language,
        "html_title": stage.collection.title,
        "html_baseurl": stage.addresses.site,
        "html_extra_path": [str(stage.files)],
        "version": stage.addresses.version,
    }
    said = io.StringIO()
    app = Sphinx(
        stage.pages,
        HERE,
        output,
        stage.folder / "doctrees",
        "html",
        settings,
        status=None,
        warning=said,
    )
    app.connect("html-page-context", extras.page_context(stage))
    app.build()
    warnings = said.getvalue().strip().splitlines()
    if warnings:
        line = re.sub(r"\x1b\[[0-9;]*m", "", warnings[0]).replace(f"{stage.pages}{os.sep}", "")
        raise SiteError(f"{line}: correct the page.")
    for path in (output / ".buildinfo", output / "objects.inv", *output.glob("_static/*.html")):
        path.unlink(missing_ok=True)  # of no use to a reader


def replace(old: Path, new: Path) -> None:
    """Put a finished site in the place of the old one; folders of other commands stay."""
    for path in old.iterdir():
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for path in new.iterdir():
        shutil.move(path, old / path.name)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py site", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--output", type=Path, help="another folder than site/")
    parser.add_argument("--address", default="", help="where the site will be, if elsewhere")
    parser.add_argument(
        "--accept", action="store_true", help="note the pages and anchors of today as published"
    )
    options = parser.parse_args(arguments)
    os.environ.setdefault(AS_PUBLISHED, "1")
    try:
        output = options.output or current().root / "site"
        build(output.absolute(), options.address, options.accept)
    except (CollectionError, SiteError) as error:
        print(f"The site was not built. {error}", file=sys.stderr)
        return 1
    print(f"The site is in {output}: open {output / 'index.html'}.")
    return 0
