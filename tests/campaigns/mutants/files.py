"""One change to one file: what is common to mutants of catalogues, keys, contracts and prose."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.campaigns.mutants import stage
from tests.campaigns.mutants.lesson import ROOT

A_YEAR = "change a year"  # to one that the lesson names, too: only a reader can tell


@dataclass(frozen=True)
class Change:
    """A change to a file. `make` says what is changed, and gives what the file holds then; `about`
    is what a check must know: a table, an exercise, a lesson or a catalogue.
    """

    kind: str
    operator: str
    path: str
    make: Callable[[], tuple[str, str]]
    about: str = ""


@contextmanager
def changed(files: dict[Path, bytes]) -> Iterator[None]:
    """Files of the copy with other content; afterwards they are as before, their times too."""
    before = {path: (path.read_bytes(), path.stat()) for path in files}
    try:
        for path, content in files.items():
            path.write_bytes(content)
        yield
    finally:
        for path, (content, state) in before.items():
            path.write_bytes(content)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def of_file(change: Change, check: Callable[[Change], str]) -> list[dict[str, Any]]:
    """The result of one change; none if it changes nothing."""
    path = ROOT / change.path
    said, text = change.make()
    content = text.encode()
    if content == path.read_bytes():
        return []
    with changed({path: content}):
        red = str(stage.in_child(lambda: check(change)))
    return [
        {
            "kind": change.kind,
            "operator": change.operator,
            "name": f"{change.path}: {said}",
            "killed_by": red,
            "looked_at": bool(red) or change.operator != A_YEAR,
        }
    ]


def some(changes: Iterable[Change], rng: random.Random, most: int) -> Iterator[Change]:
    """At most so many changes with each operator."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.operator, []).append(change)
    for group in groups.values():
        yield from rng.sample(group, min(most, len(group)))


def fixed(said: str, text: str) -> Callable[[], tuple[str, str]]:
    """A change whose text is there already."""
    return lambda: (said, text)


def other_digit(text: str, place: int, rng: random.Random) -> str:
    """The text with another digit at a place, and no new zero at the start of a number."""
    first = not text[place - 1 : place].isdigit()
    digits = [d for d in ("123456789" if first else "0123456789") if d != text[place]]
    return text[:place] + rng.choice(digits) + text[place + 1 :]


def around(text: str, place: int) -> str:
    """The words around a place, for the name of a change."""
    return re.sub(r"\s+", " ", text[max(0, place - 25) : place + 25]).strip()
