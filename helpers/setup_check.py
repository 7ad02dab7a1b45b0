"""Is everything installed that the lessons need? One line a package: OK, or what to do."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from helpers.cards import Card
from helpers.data import DataError, load, tables

PROJECT = "links-in-the-chain"
REMEDY = "run `python3 course.py lab` again (Windows: `py course.py lab`) and choose the kernel it offers"


@dataclass(frozen=True, repr=False)
class Report(Card):
    """What was looked for, and for each item OK or what to do."""

    lines: tuple[tuple[str, str], ...]

    @property
    def heading(self) -> str:
        bad = sum(text != "OK" for _, text in self.lines)
        return "Everything is in place." if not bad else f"{bad} of {len(self.lines)} things need attention."

    def entries(self) -> list[tuple[str, str]]:
        return list(self.lines)


def report() -> Report:
    """Check every direct dependency of the collection and every table.

    Examples
    --------
    >>> report().heading
    'Everything is in place.'
    """
    try:
        asked = [Requirement(text) for text in requires(PROJECT) or []]
    except PackageNotFoundError:
        return Report((("the collection itself", f"not installed in this kernel: {REMEDY}"),))
    needed = [r for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})]
    return Report((*((r.name, _package(r)) for r in sorted(needed, key=lambda r: r.name)), ("data", _data())))


def _package(requirement: Requirement) -> str:
    try:
        there = version(requirement.name)
    except PackageNotFoundError:
        return f"not installed: {REMEDY}"
    if not requirement.specifier.contains(there, prereleases=True):
        return f"version {there} is there, {requirement.specifier} is needed: {REMEDY}"
    return "OK"


def _data() -> str:
    for name in tables().index:
        try:
            load(name)
        except DataError as error:
            return str(error)
    return "OK"
