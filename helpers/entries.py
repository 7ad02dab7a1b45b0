"""Say which entry of a JSON file a lesson used, to whoever re-runs only what changed.

Every lesson reads data/snapshot.json and what the other lessons say of themselves. These audit
events (sys.audit) tell the recorder of nbval-strict that one entry was used and not the whole file,
so that a changed table does not concern lessons that never load it. Elsewhere nobody listens.
"""

from __future__ import annotations

import sys
from pathlib import Path


def read_entries(path: Path, encoding: str = "utf-8") -> str:
    """The text of a JSON file of which only those entries count that `uses_entry` names."""
    sys.audit("nbval_strict.entries", str(path))
    return path.read_text(encoding=encoding)


def uses_entry(path: Path, key: str) -> None:
    """Say that one entry of such a file counts."""
    sys.audit("nbval_strict.entry", str(path), key)
