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
        return (
            "Everything is in place."
            if not bad
            else f"{bad} of {len(self.lines)} things need attention."
        )

    def entries(self) -> list[tuple[str, str]]:
        return list(self.lines)


def report() -> Report:
    """Check the collection itself, every direct dependency of it, and every table.

    The lines are the same on every system, so that the stored result holds everywhere: a package that only another
    system needs is OK.

    Examples
    --------
    >>> report().heading
    'Everything is in place.'
    """
    try:
        asked = [Requirement(text) for text in requires(PROJECT) or []]
    except PackageNotFoundError:
        return Report(((PROJECT, f"not installed in this kernel: {REMEDY}"), ("data", _data())))
    direct = [r for r in asked if "extra" not in str(r.marker or "")]
    packages = ((r.name, _package(r)) for r in sorted(direct, key=lambda r: r.name))
    return Report(((PROJECT, "OK"), *packages, ("data", _data())))


def _package(requirement: Requirement) -> str:
    if requirement.marker and not requirement.marker.evaluate():
        return "OK"
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
