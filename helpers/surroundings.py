"""What around a lesson may stop it or change its results, in one sentence each.

Each function looks at one thing and returns what is wrong and what to do, or an empty text. Inside
`lab`, which starts lessons in `helpers.isolation`, most of this cannot happen; it can in a kernel
that another program started.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from helpers.collection import CollectionError, current
from helpers.isolation import KERNEL_CONFIG
from helpers.language import say
from helpers.lessons import lesson_files, why_unreadable


def opened_as_published() -> str:
    """The lesson is open in notebooks/, and its reader has copies of their own in my_work/."""
    if not _is_read():
        return ""
    try:
        collection = current()
    except CollectionError:  # `load` says so
        return ""
    if Path.cwd() != collection.notebooks or not collection.work.is_dir():
        return ""
    return say(
        "This lesson is open in notebooks/, which holds the lessons as published, and what "
        "you write here goes into every copy that is made later: close it and open the "
        "lesson of the same name in my_work/."
    )


def copied_earlier() -> str:
    """The lessons were copied, and there are newer ones now."""
    from helpers.lab import newer_lessons  # for the set-up check alone, not for every lesson

    work = current().work
    if not _is_read() or Path.cwd() != work:
        return ""
    names = newer_lessons(current(), work)
    if not names:
        return ""
    return say(
        "There are newer lessons now than your copies of {names}. Yours are left as they are: "
        "rename one, and the next start of the lessons copies the new one beside it.",
        names=", ".join(names),
    )


def cannot_be_saved() -> str:
    """The folder in which the lesson is open cannot be written to."""
    if not _is_read() or os.access(Path.cwd(), os.W_OK):
        return ""
    return say(
        "The folder {name}/ cannot be written to, so nothing you type is kept: copy the "
        "whole collection to a folder of yours and start it there.",
        name=Path.cwd().name,
    )


def takes_the_place_of_packages() -> str:
    """Files beside the lesson that Python imports in place of a package of the same name."""
    here = Path.cwd()
    if here == Path(__file__).resolve().parents[1]:  # these are the files of the collection
        return ""
    elsewhere = [place for place in sys.path if Path(place).resolve() != here]
    files = [path for path in here.iterdir() if path.suffix == ".py" or path.is_dir()]
    files = [path for path in files if path.stem.isidentifier()]
    names = sorted(
        path.name
        for path in files
        if (found := PathFinder.find_spec(path.stem)) is not None
        and found.origin is not None
        and Path(found.origin).is_relative_to(here)
        and PathFinder.find_spec(path.stem, elsewhere) is not None
    )
    if not names:
        return ""
    one = len(names) == 1
    if one:
        return say(
            "{names} in {folder}/ has the name of a package, and Python takes it in place of the "
            "package: rename it, then choose Restart Kernel in the menu Kernel.",
            names=names[0],
            folder=here.name,
        )
    return say(
        "{names} in {folder}/ have the name of a package, and Python takes them in place of the "
        "package: rename them, then choose Restart Kernel in the menu Kernel.",
        names=", ".join(names),
        folder=here.name,
    )


def ran_first() -> str:
    """Start-up files and settings of IPython that this kernel read before the lesson."""
    profile = getattr(_shell(), "profile_dir", None)
    if profile is None:
        return ""
    location = Path(profile.location)
    files = [*Path(profile.startup_dir).glob("*.py"), *Path(profile.startup_dir).glob("*.ipy")]
    settings = [location / "ipython_config.py", location / "ipython_kernel_config.py"]
    files += [path for path in settings if path.is_file() and _text(path) != KERNEL_CONFIG]
    if not files:
        return ""
    names = ", ".join(sorted(path.name for path in files))
    return say(
        "IPython read files of yours first ({names} in {location}), and they may change "
        "results. To leave them out, {remedy}.",
        names=names,
        location=location,
        remedy=current().remedy,
    )


def unreadable_lessons() -> str:
    """Lessons whose files are no notebooks."""
    files = lesson_files(current()) if _is_read() else ()
    return " ".join(said for path in files if (said := why_unreadable(path)))


def _is_read() -> bool:
    """Whether a person has this lesson open, in JupyterLab or VS Code: tests do not say so."""
    names = getattr(_shell(), "user_ns", {})
    return "JPY_SESSION_NAME" in os.environ or "__vsc_ipynb_file__" in names


def _shell() -> Any:
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
