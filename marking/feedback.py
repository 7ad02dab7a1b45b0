"""A page of feedback for each learner and lesson: small, without a network, and honest about what
no person has read yet. It is in the language of the submission.
"""

from __future__ import annotations

import html
from pathlib import Path

from helpers.collection import current
from helpers.language import (
    ENGLISH,
    current_language,
    languages,
    say,
    say_number,
    shown,
    speaking,
    translatable,
)
from helpers.lessons import OPEN, choose_lessons, read_lesson
from marking.judge import NOT_FOUND, NOT_RUN, RIGHT, UNTOUCHED, WRONG, not_yet
from marking.points import Comments
from marking.store import write_atomically
from marking.tables import Marked, Points, exercise_order, file_names, number_of

SIGNS = {RIGHT: "✓", WRONG: "✗", UNTOUCHED: "–", NOT_FOUND: "?", NOT_RUN: "!"}
WORDS = {
    RIGHT: translatable("right"),
    WRONG: translatable("not yet"),
    UNTOUCHED: translatable("not tried"),
    NOT_FOUND: translatable("not found in the notebook"),
    NOT_RUN: translatable("could not be run"),
}
HEADS = (translatable("exercise"), translatable("result"), translatable("what to look at"))
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
    """The page of one marked submission, in the language in use."""
    e = html.escape
    rows = []
    for number in exercise_order(one.marks):
        mark = one.marks[number]
        told = mark.state in (WRONG, NOT_RUN)
        said = mark.message.removeprefix(not_yet(number, "")) if told else ""
        if mark.remark:
            said = f"{said} ({mark.remark})" if said else mark.remark
        kind = "right" if mark.state == RIGHT else "other"
        rows.append(
            f'<tr><th scope="row">{number}</th><td class="{kind}"><span aria-hidden="true">'
            f"{SIGNS[mark.state]}</span> {shown(WORDS[mark.state])}</td><td>{e(said)}</td></tr>"
        )
    opened = "".join(
        _open_part(one, number, points, comments, possible)
        for number in exercise_order(one.open_answers)
    )
    late = f"<p>{say('Handed in late.')}</p>" if one.submission.late else ""
    older = ""
    if one.older:
        said = say(
            "Cells of your copy fail, and its text is not that of the lesson today. If it is an "
            "older copy, make a new one and enter your answers there."
        )
        older = f"<p>{e(said)}</p>"
    counted = say_number(
        "One of {count} exercises is right. They were checked by a program, which compares "
        "values; it reads no text and no code.",
        "{number} of {count} exercises are right. They were checked by a program, which compares "
        "values; it reads no text and no code.",
        one.right,
        count=len(one.marks),
    )
    name = e(say("Feedback: {title}", title=title))
    heads = "".join(f'<th scope="col">{shown(head)}</th>' for head in HEADS)
    return (
        f'<!DOCTYPE html>\n<html lang="{current_language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{name}</h1><p>{e(one.learner)}</p>{late}"
        f"<p>{counted}</p>{older}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"{opened}</main></body></html>\n"
    )


def _open_part(
    one: Marked, number: str, points: Points, comments: Comments, possible: dict[str, int]
) -> str:
    text, who = one.open_answers[number], (one.learner, number)
    if who in points:
        most = possible.get(number, "?")
        result = say("{points} of {most} points.", points=number_of(points[who]), most=most)
    elif text and who in comments:
        result = say("A person has read this answer; there are no points for it yet.")
    elif text:
        result = say("No person has read this answer yet.")
    else:
        result = say("Left blank.")
    comment = say("Comment: {comment}", comment=comments[who]) if who in comments else ""
    comment = f"<p>{html.escape(comment)}</p>" if comment else ""
    quoted = f"<blockquote>{html.escape(text)}</blockquote>" if text else ""
    heading = f"{say('Exercise {number}', number=number)} ({shown(OPEN)})"
    return f"<h2>{heading}</h2><p>{result}</p>{comment}{quoted}"


def write_all(
    marked: list[Marked], points: Points, comments: Comments, possible: dict[str, int], folder: Path
) -> None:
    """Write a page for every submission that counts; pages of others go."""
    titles = {language: titles_in(ENGLISH) | titles_in(language) for language in languages()}
    written = set()
    counting = [one for one in marked if one.counts and one.status == "marked"]
    names = file_names(one.learner for one in counting)
    for one in counting:
        name = f"{names[one.learner]}_{one.lesson}.html"
        folder.mkdir(parents=True, exist_ok=True)
        title = f"{one.lesson} {titles[one.language].get(one.lesson, '')}".strip()
        with speaking(one.language):
            text = page(one, title, points, comments, possible)
        write_atomically(folder / name, text)
        written.add(name)
    for old in folder.glob("*.html") if folder.is_dir() else ():
        if old.name not in written:
            old.unlink()


def titles_in(language: str) -> dict[str, str]:
    """The titles of the lessons in a language, by their numbers."""
    with speaking(language):
        return {path.name[:2]: read_lesson(path).title for path in choose_lessons(current())}
