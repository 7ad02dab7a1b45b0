"""Where the collection is published. The addresses are in pyproject.toml ([project.urls]) and
nowhere else.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Addresses:
    """The site's own address and the repository's, and the version that is published.

    Attributes
    ----------
    site : str
        Where the site is, with a slash at its end: for the sitemap and for whoever shows a preview
        of a page. Links between pages never use it.
    repository : str
        Where the files are that the site does not show.
    version : str
        Of the collection.
    """

    site: str
    repository: str
    version: str

    def file(self, path: str) -> str:
        """The address of a file of the repository."""
        return f"{self.repository}/blob/main/{path}"


def addresses(site: str = "") -> Addresses:
    """The addresses in pyproject.toml; `site` replaces the site's own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    urls = project["urls"]
    own = site or urls["Documentation"]
    return Addresses(own.rstrip("/") + "/", urls["Homepage"].rstrip("/"), project["version"])
