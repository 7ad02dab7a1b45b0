"""Is everything in place that the lessons need? One line a package, and one for each thing around
a lesson that may stop it: OK, or what to do.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from helpers.cards import Card
from helpers.catalogue import load, tables
from helpers.collection import current
from helpers.contract import DataError
from helpers.language import say, shown, translatable
from helpers.surroundings import (
    cannot_be_saved,
    copied_earlier,
    opened_as_published,
    ran_first,
    takes_the_place_of_packages,
    unreadable_lessons,
)

#: What is looked at around a lesson, by the label of its line.
AROUND = {
    translatable("your files"): takes_the_place_of_packages,
    translatable("your settings"): ran_first,
    translatable("your copy"): lambda: opened_as_published() or copied_earlier(),
    translatable("saving"): cannot_be_saved,
    translatable("lessons"): unreadable_lessons,
}


@dataclass(frozen=True, repr=False)
class Report(Card):
    """What was looked for, and for each item OK or what to do."""

    lines: tuple[tuple[str, str], ...]

    @property
    def heading(self) -> str:
        """How many things need attention."""
        bad = sum(text != "OK" for _, text in self.lines)
        if not bad:
            return say("Everything is in place.")
        return say("{bad} of {count} things need attention.", bad=bad, count=len(self.lines))

    def entries(self) -> list[tuple[str, str]]:
        """One line for the package, each of its dependencies, the surroundings, and the data."""
        return list(self.lines)


def report() -> Report:
    """Check the package of the collection, every direct dependency of it, what is around the lesson
    that is open, and every table.

    The lines are the same on every system, so that the stored result holds everywhere: a package
    that only another system needs is OK.

    Examples
    --------
    >>> report().heading
    'Everything is in place.'
    """
    collection = current()
    lines = []
    if collection.package:
        lines = _package_lines(collection.package, collection.remedy)
    around = [(label, look() or "OK") for label, look in AROUND.items()]
    return Report((*lines, *around, (translatable("data"), _data())))


def _package_lines(package: str, remedy: str) -> list[tuple[str, str]]:
    try:
        needed = [Requirement(text) for text in _asked_for(package)]
    except PackageNotFoundError:
        return [(package, say("not installed in this kernel: {remedy}", remedy=shown(remedy)))]
    direct = [r for r in needed if "extra" not in str(r.marker or "")]
    lines = [(r.name, _state(r, remedy)) for r in sorted(direct, key=lambda r: r.name)]
    return [(package, "OK"), *lines]


def _asked_for(package: str) -> list[str]:
    """What a package asks for: by pyproject.toml in the folder of its source, where it need not be
    installed, and else by what is installed.
    """
    source = current().root / "pyproject.toml"
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    project = tomllib.loads(text).get("project", {})
    if project.get("name") == package:
        return list(project["dependencies"])
    return requires(package) or []


def _state(requirement: Requirement, remedy: str) -> str:
    if requirement.marker and not requirement.marker.evaluate():
        return "OK"
    try:
        there = version(requirement.name)
    except PackageNotFoundError:
        return say("not installed: {remedy}", remedy=shown(remedy))
    if not requirement.specifier.contains(there, prereleases=True):
        return say(
            "version {there} is there, {needed} is needed: {remedy}",
            there=there,
            needed=requirement.specifier,
            remedy=shown(remedy),
        )
    return "OK"


def _data() -> str:
    for name in tables().index:
        try:
            load(name)
        except DataError as error:
            return str(error)
    return "OK"
