"""Changes to nbval, each made only where nbval is built as we know it.

nbval has no hooks for what we add, so some of its functions are replaced for the length of a run.
A patch says beforehand what it relies on. Where that has changed, nbval stays as it is, and the
summary of the run has one sentence about what is not found.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Any

import pytest


@dataclass(frozen=True)
class Patch:
    """One change to nbval.

    Parameters
    ----------
    fits : callable
        Whether nbval is built as the patch expects; may raise AttributeError.
    apply : callable
        Makes the change with the MonkeyPatch that takes it back when the run ends.
    otherwise : str
        What a run is like without the patch: the end of the sentence in the summary.
    """

    fits: Callable[[], bool]
    apply: Callable[[pytest.MonkeyPatch], None]
    otherwise: str


def nbval_module(name: str) -> Any:
    """A module of nbval; an empty one if nbval has none of this name."""
    try:
        return import_module(name)
    except ImportError:
        return ModuleType(name)


def takes(function: Any, *names: str) -> bool:
    """Whether a function has exactly these parameters, in this order."""
    return list(inspect.signature(function).parameters) == list(names)


def apply(patches: list[Patch], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make the changes that fit; returns a sentence for each that does not."""
    sentences = []
    for patch in patches:
        try:
            fits = patch.fits()
        except (AttributeError, TypeError, ValueError):
            fits = False
        if fits:
            patch.apply(monkeypatch)
        else:
            sentences.append(
                f"nbval {version('nbval')} is not built as nbval-strict expects, so "
                f"{patch.otherwise}."
            )
    return sentences
