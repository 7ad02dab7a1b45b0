"""Check each lesson as a web page with axe-core in headless Chromium.

    python3 course.py accessibility             every lesson
    python3 course.py accessibility 02 04       these lessons
    python3 course.py accessibility --axe FILE  with another axe.min.js than the lock's

A violation is the lesson's where its element is in a text cell or in an output, else the page's
(prompts, code, frame: nbconvert's template and tools/page.py). Exit 1 when a lesson has a critical
or serious one, 2 when nothing could be checked. What axe-core finds is a part of accessibility;
whether an alternative text says what the figure shows, it cannot know.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from os import cpu_count
from pathlib import Path
from typing import Any

from tools.choice import chosen_lessons
from tools.page import export

IMPACTS = ("critical", "serious", "moderate", "minor")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1280,900",
    "--virtual-time-budget=60000",
)
SECONDS = 120  # for one page

# Two rules are not in axe-core 4.4's verdict as they are in later versions': links told from text
# by colour alone (then an experiment), and empty table headers (then "needs review").
SCRIPT = """
addEventListener("load", async () => {
  const options = {
    rules: { "link-in-text-block": { enabled: true } },
    resultTypes: ["violations", "incomplete"],
  };
  const answer = await axe.run(document, options);
  const empty = answer.incomplete.filter(rule => rule.id === "empty-table-header");
  const element = node => document.querySelector(node.target[0]);
  const own = node => Boolean(element(node)?.closest(".jp-RenderedHTMLCommon, .jp-RenderedText"));
  const rules = answer.violations.concat(empty).map(rule => ({
    id: rule.id, impact: rule.impact, help: rule.help,
    nodes: rule.nodes.map(node => ({ selector: node.target.join(" "), own: own(node) })),
  }));
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify({ version: axe.version, rules });
  document.body.append(result);
});
"""


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


def browser() -> str:
    """The program of Chromium or a relative of it: what CHROME names, or the first there is. Raises
    CannotCheckError.
    """
    program = os.environ.get("CHROME") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        raise CannotCheckError(
            "There is no Chromium: install it (Debian, Ubuntu: sudo apt install chromium), or set "
            "CHROME to the program of Chrome or Edge."
        )
    return program


def axe_file() -> Path:
    """The axe.min.js that the test lock brings. Raises CannotCheckError."""
    try:
        return next(
            Path(file.locate())
            for file in files("axe-core-python") or []
            if file.name == "axe.min.js"
        )
    except (PackageNotFoundError, StopIteration):
        raise CannotCheckError(
            "There is no axe-core: run `python3 course.py accessibility`, which installs it with "
            "the test lock, or give --axe FILE."
        ) from None


def violations(page: str, axe: Path, chromium: str) -> list[Violation]:
    """What axe-core finds in the text of a page. Raises CannotCheckError when Chromium gives no
    result in time.
    """
    rules = evaluate(page, axe.read_text(encoding="utf-8") + SCRIPT, chromium)["rules"]
    result = []
    for rule in rules:
        for own in (True, False):
            selectors = tuple(node["selector"] for node in rule["nodes"] if node["own"] == own)
            if selectors:
                result.append(Violation(rule["id"], rule["impact"], rule["help"], own, selectors))
    return result


def evaluate(page: str, script: str, chromium: str) -> Any:
    """What a script leaves, as JSON, in the element #result of a page that Chromium has loaded.

    Raises CannotCheckError when Chromium gives no result in time.
    """
    inside = script.replace("</script", "<\\/script")
    body, end, rest = page.rpartition("</body>")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "page.html")
        copy.write_text(f"{body}<script>{inside}</script>{end}{rest}", encoding="utf-8")
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [
            chromium,
            *FLAGS,
            *root,
            f"--user-data-dir={Path(folder, 'profile')}",
            "--dump-dom",
            copy.as_uri(),
        ]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotCheckError(f"Chromium could not check the page: {error}") from error
    answer = re.search(r'<pre id="result">(.*?)</pre>', done.stdout, re.S)
    if not answer:
        raise CannotCheckError(
            f"Chromium gave no result (exit code {done.returncode}). "
            f"Its last words: {done.stderr.strip()[-300:]}"
        )
    return json.loads(html.unescape(answer[1]))


def report(by_lesson: dict[str, list[Violation]]) -> str:
    """A table with the elements by impact, a row a lesson (the lesson's + the page's), and each
    violation below it.
    """
    lines = [
        f"{'lesson':26}"
        + "".join(f"{impact:>12}" for impact in IMPACTS)
        + "   (elements: the lesson's + the page's)"
    ]
    for name, listed in by_lesson.items():
        counts = [
            [
                sum(len(v.selectors) for v in listed if v.impact == impact and v.own == own)
                for own in (True, False)
            ]
            for impact in IMPACTS
        ]
        lines.append(f"{name:26}" + "".join(f"{f'{own} + {page}':>12}" for own, page in counts))
    for name, listed in by_lesson.items():
        for v in listed:
            where = "the lesson" if v.own else "the page"
            lines.append(
                f"\n{name}, {where}: {v.impact} {v.rule}, {len(v.selectors)} elements. {v.help}."
            )
            lines += [f"    {selector}" for selector in v.selectors[:3]]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py accessibility", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all")
    parser.add_argument("--axe", type=Path, help="an axe.min.js to use instead of the lock's")
    options = parser.parse_args(arguments)
    paths = chosen_lessons(parser, options.lessons)
    try:
        axe, chromium = options.axe or axe_file(), browser()
        with ThreadPoolExecutor(cpu_count()) as pool:
            by_lesson = dict(
                zip(
                    (p.stem for p in paths),
                    pool.map(lambda page: violations(page, axe, chromium), map(export, paths)),
                    strict=True,
                )
            )
    except CannotCheckError as error:
        print(error)
        return 2
    print(report(by_lesson))
    return int(
        any(
            v.own and v.impact in ("critical", "serious")
            for listed in by_lesson.values()
            for v in listed
        )
    )


if __name__ == "__main__":
    sys.exit(main())
