"""The collection: where its tables, lessons and keys are.

A collection is a folder with `data/collection.toml`. `current` finds it, in this order:

1. the folder named in the environment variable `HELPERS_COLLECTION`;
2. the working folder, or the nearest folder above it that is a collection;
3. the collection that this package came with: beside it in a checkout, inside it in a wheel.

The one inside an installed package is only read: commands that write ask for another, and a
reader's copies of its lessons go into the working folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.files import read_toml

VARIABLE = "HELPERS_COLLECTION"
MARK = Path("data") / "collection.toml"
_PACKAGE = Path(__file__).resolve().parent
#: Where a wheel has its collection.
INSTALLED = _PACKAGE / "_collection"
#: The folder of a reader's copies, in `Collection.home`.
WORK = "my_work"
#: The file in it, or in its folder of a language, that says what was copied, as hashes by name.
RECORD = ".copied.json"


class CollectionError(ValueError):
    """A folder is not a collection, or its settings cannot be used."""


@dataclass(frozen=True)
class Collection:
    """One collection: its folder and the settings in `data/collection.toml`.

    Attributes
    ----------
    root : pathlib.Path
        The folder that holds data/ and notebooks/.
    title : str
        What the collection is called.
    package : str
        Name of the distribution whose requirements the set-up check looks at; empty for none.
    remedy : str
        What the set-up check advises when something is missing.
    run : str
        How a maintainer's command is started: "python3 -m helpers" unless the collection has a
        program of its own.
    snapshot_days : int
        How many days after a claim was made a saved page may have been saved and still count as a
        page of the day.
    language : str
        Of the lessons: "en", or the name of the folder in notebooks/ that has them.
    """

    root: Path
    title: str
    package: str = ""
    remedy: str = "install the package again"
    run: str = "python3 -m helpers"
    snapshot_days: int = 0
    language: str = "en"

    @property
    def data(self) -> Path:
        """The folder of the tables."""
        return self.root / "data"

    @property
    def notebooks(self) -> Path:
        """The folder of the lessons in the collection's language, each with a folder of the same
        name beside it.
        """
        return self._of_language(self.root / "notebooks")

    @property
    def home(self) -> Path:
        """The folder that holds `work`: that of the collection. For the one inside an installed
        package, it is the working folder, or the one around the copies if that is among them.
        """
        if self.root != INSTALLED:
            return self.root
        here = Path.cwd()
        around = [one for one in (here, *here.parents) if one.name == WORK and list(copied(one))]
        return around[0].parent if around else here

    @property
    def work(self) -> Path:
        """The folder of a reader's copies of the lessons."""
        return self._of_language(self.home / WORK)

    def _of_language(self, folder: Path) -> Path:
        return folder if self.language == "en" else folder / self.language

    def in_language(self, language: str) -> Collection:
        """The collection with its lessons in another language; in English where it has none."""
        other = replace(self, language=language)
        return other if other.notebooks.is_dir() else replace(self, language="en")


def copied(work: Path) -> Iterator[Path]:
    """The records of what was copied into a folder of copies."""
    yield from (path for path in (work / RECORD, *work.glob(f"*/{RECORD}")) if path.is_file())


def current(written: bool = False) -> Collection:
    """The collection that `load`, `claims` and `check` work on now, in the language in use.

    Parameters and exceptions are those of `found`.
    """
    from helpers.language import current_language  # which asks `found` for its catalogues

    return found(written).in_language(current_language())


def found(written: bool = False) -> Collection:
    """The collection in its first language, English.

    Parameters
    ----------
    written : bool
        Whether somebody is at work on it: then the one inside an installed package does not count.

    Raises
    ------
    CollectionError
        The variable names a folder that is not a collection, one collection lies inside another, no
        collection can be found, its settings cannot be read, or the working folder is gone.
    """
    variable = os.environ.get(VARIABLE, "")
    try:
        folder = Path(variable).resolve() if variable else _find(Path.cwd(), written)
    except FileNotFoundError:
        raise CollectionError(
            "The working folder does not exist any more. Go to the folder of a collection."
        ) from None
    if written and folder == INSTALLED:
        raise _none_around(Path.cwd())
    return open_collection(folder)


def open_collection(root: Path) -> Collection:
    """The collection in the folder `root`; `CollectionError` if there is none or its settings are
    wrong.
    """
    mark = root / MARK
    try:
        state = mark.stat()
    except OSError:
        raise CollectionError(
            f"{root} is not a collection: it has no {MARK.as_posix()}. Go to the folder of a "
            "collection, or start one with `python3 -m helpers new FOLDER`."
        ) from None
    return _read(root, state.st_mtime_ns)


def _find(start: Path, written: bool) -> Path:
    above = [folder for folder in (start, *start.parents) if (folder / MARK).is_file()]
    if len(above) > 1:
        raise CollectionError(
            f"The collection {above[0]} lies inside another one, {above[1]}. Move it out, or name "
            f"the one you mean in the environment variable {VARIABLE}."
        )
    came_with = [_PACKAGE.parent] if written else [INSTALLED, _PACKAGE.parent]
    for folder in [*above, *came_with]:
        if (folder / MARK).is_file():
            return folder
    raise _none_around(start)


def _none_around(start: Path) -> CollectionError:
    return CollectionError(
        f"There is no collection here: neither {start} nor a folder above it has "
        f"{MARK.as_posix()}. Go to the folder of a collection, or name it in the environment "
        f"variable {VARIABLE}."
    )


_SETTINGS: dict[str, type] = {
    "title": str,
    "package": str,
    "remedy": str,
    "run": str,
    "snapshot_days": int,
}
#: The longest snapshot_days: ten years.
_LONGEST = 3650


@lru_cache(maxsize=8)
def _read(root: Path, modified: int) -> Collection:
    """The settings, read once for each state of their file."""
    try:
        settings: dict[str, Any] = read_toml(root / MARK)
    except (OSError, ValueError) as error:
        raise CollectionError(
            f"{root / MARK} cannot be read as TOML: {error}. Correct it."
        ) from None
    unknown = sorted(set(settings) - set(_SETTINGS))
    if unknown:
        raise CollectionError(
            f"{root / MARK}: there is no setting {unknown[0]!r}; known are {', '.join(_SETTINGS)}."
        )
    if "title" not in settings:
        raise CollectionError(f'{root / MARK}: the title is missing. Add a line title = "...".')
    for name, value in settings.items():
        if not isinstance(value, _SETTINGS[name]) or isinstance(value, bool):
            raise CollectionError(
                f"{root / MARK}: {name} must be of the type {_SETTINGS[name].__name__}; it is "
                f"{value!r}."
            )
    if not 0 <= settings.get("snapshot_days", 0) <= _LONGEST:
        raise CollectionError(
            f"{root / MARK}: snapshot_days must lie between 0 and {_LONGEST}; it is "
            f"{settings['snapshot_days']}."
        )
    return Collection(root, **settings)
