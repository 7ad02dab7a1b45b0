"""Copies of the project: mutants are made there and never in the checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("helpers", "data", "marking", "notebooks", "tests", "tools", "translations", "web")
#: The files beside these folders.
FILES = [p.name for p in sorted(ROOT.iterdir()) if p.is_file() and not p.name.startswith(".")]


def copy_project(target: Path) -> Path:
    """Copy what the campaign needs into `target`; mutants are made there, never in the checkout."""
    for name in PARTS:
        shutil.copytree(
            ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    for name in FILES:
        shutil.copy2(ROOT / name, target / name)
    return target
