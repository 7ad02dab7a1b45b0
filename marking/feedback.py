"""A page of feedback for each learner and lesson: small, without a network, and honest about what
no person has read yet.
"""

from __future__ import annotations

import html
from pathlib import Path

from helpers.collection import current
from helpers.lessons import choose_lessons, read_lesson
from marking.judge import NOT_FOUND, NOT_RUN, RIGHT, UNTOUCHED, WRONG
from marking.points import Comments
from marking.store import write_atomically
from marking.tables import Marked, Points, exercise_order, file_names, number_of

SIGNS = {RIGHT: "✓", WRONG: "✗", UNTOUCHED: "–", NOT_FOUND: "?", NOT_RUN: "!"}
WORDS = {
    RIGHT: "right",
    WRONG: "not yet",
    UNTOUCHED: "not tried",
    NOT_FOUND: "not found in the notebook",
    NOT_RUN: "could not be run",
}
STYLE = """
body { font: 17px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; margin: 2em auto;
  max-width: 44em; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4em .6em; border-bottom: 1px solid #bbb; }
.right { color: #0b5224; } .other { color: #7a2e00; }
blockquote { margin: .5em 0; padding: .2em 1em; border-left: 4px solid #767676;
  white-space: pre-wrap; }
"""


def page(
    one: Marked, title: str, points: Points, comments: Comments, possible: dict[str, int]
) -> str:
    """The page of one marked submission."""
    e = html.escape
    rows = []
    for number in exercise_order(one.marks):
        mark = one.marks[number]
        said = mark.message.split(": ", 1)[-1] if mark.state == WRONG else ""
        said = said.removeprefix("not yet. ")
        if mark.remark:
            said = f"{said} ({mark.remark})" if said else mark.remark
        kind = "right" if mark.state == RIGHT else "other"
        rows.append(
            f'<tr><th scope="row">{number}</th><td class="{kind}"><span aria-hidden="true">'
            f"{SIGNS[mark.state]}</span> {WORDS[mark.state]}</td><td>{e(said)}</td></tr>"
        )
    opened = "".join(
        _open_part(one, number, points, comments, possible)
        for number in exercise_order(one.open_answers)
    )
    late = "<p>Handed in late.</p>" if one.submission.late else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Feedback: {e(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>Feedback: {e(title)}</h1><p>{e(one.learner)}</p>{late}"
        f"<p>{one.right} of {len(one.marks)} exercises are right. They were checked by a program, "
        f"which compares values; it reads no text and no code.</p>"
        f'<table><thead><tr><th scope="col">exercise</th><th scope="col">result</th>'
        f'<th scope="col">what to look at</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f"{opened}</main></body></html>\n"
    )


def _open_part(
    one: Marked, number: str, points: Points, comments: Comments, possible: dict[str, int]
) -> str:
    text, who = one.open_answers[number], (one.learner, number)
    if who in points:
        result = f"{number_of(points[who])} of {possible.get(number, '?')} points."
    elif text:
        result = "No person has read this answer yet."
    else:
        result = "Left blank."
    comment = f"<p>Comment: {html.escape(comments[who])}</p>" if who in comments else ""
    quoted = f"<blockquote>{html.escape(text)}</blockquote>" if text else ""
    return f"<h2>Exercise {number} (open)</h2><p>{result}</p>{comment}{quoted}"


def write_all(
    marked: list[Marked], points: Points, comments: Comments, possible: dict[str, int], folder: Path
) -> None:
    """Write a page for every submission that counts; pages of others go."""
    titles = {path.name[:2]: read_lesson(path).title for path in choose_lessons(current())}
    written = set()
    counting = [one for one in marked if one.counts and one.status == "marked"]
    names = file_names(one.learner for one in counting)
    for one in counting:
        name = f"{names[one.learner]}_{one.lesson}.html"
        folder.mkdir(parents=True, exist_ok=True)
        title = f"{one.lesson} {titles.get(one.lesson, '')}".strip()
        write_atomically(folder / name, page(one, title, points, comments, possible))
        written.add(name)
    for old in folder.glob("*.html") if folder.is_dir() else ():
        if old.name not in written:
            old.unlink()
