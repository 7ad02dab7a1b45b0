"""pytest plugin: compare pictures inside text/html by their hash, and only where they can come out
alike.

nbval compares text/html letter by letter. A picture inside it would make a megabyte of difference
to read, and its bytes depend on system, machine and matplotlib. Where all three equal those noted
in the notebook (`pictures_from`), the sha256 is compared; elsewhere the picture is left to the
description and hash of the plotted values beside it.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import re
from functools import cache
from importlib.metadata import version
from typing import Any

from nbval.plugin import IPyNbCell

_PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


@cache
def here() -> dict[str, str]:
    """System, machine and matplotlib of this run."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "matplotlib": version("matplotlib"),
    }


def replace_pictures(html: str, comparable: bool) -> str:
    """The html with each picture replaced by its hash, or by a remark where hashes cannot be
    compared.
    """

    def name(match: re.Match[str]) -> str:
        if not comparable:
            return "a picture, not compared on this system"
        return f"a picture with sha256 {hashlib.sha256(base64.b64decode(match[1])).hexdigest()}"

    return _PICTURE.sub(name, html)


def pytest_configure(config: Any) -> None:
    """Put the replacement in front of nbval's own sanitizing."""
    plain = IPyNbCell.sanitize
    if getattr(plain, "replaces_pictures", False):
        return

    def sanitize(self: IPyNbCell, text: Any) -> Any:
        if isinstance(text, str) and "data:image/png;base64," in text:
            text = replace_pictures(text, self.parent.nb.metadata.get("pictures_from") == here())
        return plain(self, text)

    sanitize.replaces_pictures = True
    IPyNbCell.sanitize = sanitize
