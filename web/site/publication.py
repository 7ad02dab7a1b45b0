"""What is published, and where: pyproject.toml and web.address know it, and nothing else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from web import address


@dataclass(frozen=True)
class Publication:
    """Where the site and its repository are, and which version is published.

    Attributes
    ----------
    site : str
        The site's own address, with a slash at its end: for the sitemap and for whoever shows a
        preview of a page. Links between pages never use it.
    repository : str
        Where the files are that the site does not show.
    version : str
        Of the collection.
    home : web.address.Address or None
        The repository on GitHub; None while the address is the placeholder.
    lite : bool
        Whether the site has the edition that runs in the browser.
    """

    site: str
    repository: str
    version: str
    home: address.Address | None
    lite: bool

    def file(self, path: str) -> str:
        """The address of a file of the repository."""
        return f"{self.repository}/blob/main/{path}"


def publication(site: str = "", lite: bool = False) -> Publication:
    """What pyproject.toml says; `site` is another address than there."""
    text = (address.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    own = (site or project["urls"]["Homepage"]).rstrip("/") + "/"
    repository = project["urls"]["Repository"]
    return Publication(own, repository, project["version"], address.current(), lite)
