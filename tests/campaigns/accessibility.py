"""Check each lesson as a web page with axe-core in Chromium.

    python3 course.py nox -s accessibility             every lesson
    python3 course.py nox -s accessibility -- 02 04    these lessons

A violation is the lesson's where its element is in a text cell or in an output, else the page's
(prompts, code, frame: nbconvert's template and tools/page.py). Exit 1 when a lesson has a critical
or serious one, 2 when nothing could be checked. What axe-core finds is a part of accessibility;
whether an alternative text says what the figure shows, it cannot know.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tools.choice import chosen_lessons
from tools.page import export

IMPACTS = ("critical", "serious", "moderate", "minor")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
#: Whether an element is in a text cell or an output.
OWN = "s => Boolean(document.querySelector(s)?.closest('.jp-RenderedHTMLCommon, .jp-RenderedText'))"


class CannotCheckError(RuntimeError):
    """What is missing for a check; the message says what to install."""


@dataclass(frozen=True)
class Violation:
    """One rule that elements of a page break; `own`: they are in the lesson's content."""

    rule: str
    impact: str
    help: str
    own: bool
    selectors: tuple[str, ...]


@contextmanager
def browser() -> Iterator[Browser]:
    """The Chromium, Chrome or Edge of this machine, or the program that CHROME names. In a process
    there can be one at a time. Raises CannotCheckError.
    """
    program = os.environ.get("CHROME") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        raise CannotCheckError(
            "There is no Chromium: install it (Debian, Ubuntu: sudo apt install chromium), or set "
            "CHROME to the program of Chrome or Edge."
        )
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = ["--no-sandbox"] if root else []
    with sync_playwright() as play:
        try:
            started = play.chromium.launch(executable_path=program, args=flags)
        except Error as error:
            said = str(error).strip().splitlines()[0]
            raise CannotCheckError(f"{program} could not be started: {said}") from error
        yield started
        started.close()


@contextmanager
def opened(text: str, within: Browser | None = None) -> Iterator[Page]:
    """A page with this text, without a network, in a browser that is there already or one of its
    own. Raises CannotCheckError.
    """
    with nullcontext(within) if within else browser() as there:
        page = there.new_page(offline=True, viewport={"width": 1280, "height": 900})
        page.set_content(text)
        yield page
        page.close()


def violations(text: str) -> list[Violation]:
    """What axe-core finds in the text of a page. Raises CannotCheckError."""
    result = []
    with opened(text) as page:
        for rule in Axe().run(page).response["violations"]:
            targets = [node["target"] for node in rule["nodes"]]
            of_lesson = [page.evaluate(OWN, target[0]) for target in targets]
            for own in (True, False):
                pairs = zip(targets, of_lesson, strict=True)
                selectors = tuple(" ".join(target) for target, mine in pairs if mine == own)
                if selectors:
                    kind = rule["impact"]
                    result.append(Violation(rule["id"], kind, rule["help"], own, selectors))
    return result


def report(by_lesson: dict[str, list[Violation]]) -> str:
    """A table with the elements by impact, a row a lesson (the lesson's + the page's), and each
    violation below it.
    """
    heads = "".join(f"{impact:>12}" for impact in IMPACTS)
    lines = [f"{'lesson':26}{heads}   (elements: the lesson's + the page's)"]
    for name, listed in by_lesson.items():
        counts = dict.fromkeys(((kind, own) for kind in IMPACTS for own in (True, False)), 0)
        for one in listed:
            counts[one.impact, one.own] += len(one.selectors)
        cells = [f"{counts[kind, True]} + {counts[kind, False]}" for kind in IMPACTS]
        lines.append(f"{name:26}" + "".join(f"{cell:>12}" for cell in cells))
    for name, listed in by_lesson.items():
        for one in listed:
            where = "the lesson" if one.own else "the page"
            count = f"{len(one.selectors)} elements"
            lines.append(f"\n{name}, {where}: {one.impact} {one.rule}, {count}. {one.help}.")
            lines += [f"    {selector}" for selector in one.selectors[:3]]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="accessibility", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all")
    paths = chosen_lessons(parser, parser.parse_args(arguments).lessons)
    try:
        by_lesson = {path.stem: violations(export(path)) for path in paths}
    except CannotCheckError as error:
        print(error)
        return 2
    print(report(by_lesson))
    of_lessons = [one for listed in by_lesson.values() for one in listed if one.own]
    return int(any(one.impact in ("critical", "serious") for one in of_lessons))


if __name__ == "__main__":
    sys.exit(main())
