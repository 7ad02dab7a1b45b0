"""Languages of other readers' machines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def locale_variables(name: str, folder: Path) -> dict[str, str] | None:
    """What makes a locale known: nothing if the system has it, else LOCPATH with one made here;
    None if it cannot be made.
    """
    known = (
        subprocess.run(["locale", "-a"], capture_output=True, text=True)
        .stdout.lower()
        .replace("-", "")
        if shutil.which("locale")
        else ""
    )
    if name.lower().replace("-", "") in known.split():
        return {}
    language, _, charset = name.partition(".")
    if not shutil.which("localedef"):
        return None
    made = subprocess.run(
        ["localedef", "-i", language, "-f", charset, str(folder / name)], capture_output=True
    )
    return {"LOCPATH": str(folder)} if made.returncode <= 1 else None
