"""The class at a glance: one page from a folder of marks, for the teacher alone.

    python3 course.py report inbox_marks

reads long.csv, files.csv and marks.csv, which `grade` wrote there, and writes report.html beside
them: who handed in how much, how hard each exercise was and how well it tells learners apart, which
wrong turns were taken, and what a person should look at. With answers.csv of the ten questions
(`python3 course.py quiz`) in the folder, the comparison before and after is on the page too. The
page needs no network and fetches nothing. It holds personal data: it stays in this folder. It is in
the language of the command (--lang), whatever the submissions were in.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.command import command_parser
from helpers.exercises import ExerciseError, lesson_exercises
from helpers.language import current_language, say, say_number, shown
from helpers.sheets import SheetError, read_sheet
from marking.judge import NOT_FOUND, NOT_RUN, RIGHT, UNTOUCHED, WRONG
from marking.store import write_atomically
from marking.tables import LONG, exercise_order
from tools import quiz

ENOUGH = 20  # learners below which a discrimination says too little to be shown
RESAMPLES = 2_000
SEED = 20171214
Z = 1.959964  # of the normal distribution: 95 percent lie within
STYLE = """
body { font: 17px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; margin: 2em auto;
  max-width: 62em; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; margin: 1em 0 2em; }
caption { text-align: left; color: #444; padding-bottom: .4em; }
th, td { text-align: left; vertical-align: top; padding: .3em .6em; border-bottom: 1px solid #bbb; }
.private td, .private [scope=row] { overflow-wrap: anywhere; }
.private { border-left: 6px solid #7a2e00; background: #fdeedd; padding: .5em 1em; }
svg { display: block; }
@media print { tr { break-inside: avoid; } body { margin: 0; max-width: none; } }
"""


class ReportError(ValueError):
    """The folder cannot be reported on; the message says why and what to do."""


@dataclass(frozen=True)
class Correlation:
    """A point-biserial correlation over n learners with its interval, or why there is none."""

    n: int
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    silent: str = ""


def read(folder: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """A table that `grade` wrote.

    Raises
    ------
    ReportError
        It is missing, cannot be read, or lacks a column.
    """
    path = folder / name
    if not path.is_file():
        raise ReportError(
            say(
                "{folder}/ has no {name}: name the folder that `python3 course.py grade` wrote, or "
                "mark once more.",
                folder=folder.name,
                name=name,
            )
        )
    try:
        sheet = read_sheet(path)
    except SheetError as error:
        raise ReportError(str(error)) from None
    table = pd.DataFrame([row for _, row in sheet.rows], columns=sheet.columns, dtype=str)
    missing = [column for column in columns if column not in table]
    if missing:
        raise ReportError(
            say(
                "{folder}/{name} has no column {column!r}: mark once more with this version.",
                folder=folder.name,
                name=name,
                column=missing[0],
            )
        )
    return table


def interval(right: int, n: int) -> tuple[float, float]:
    """The 95 percent interval of a share by Wilson's formula; it holds for small n too.

    Examples
    --------
    >>> [round(end, 3) for end in interval(8, 10)]
    [0.49, 0.943]
    """
    if not n:
        return 0.0, 1.0
    share, square = right / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return (middle - half if right else 0.0), (middle + half if right < n else 1.0)


def discrimination(item: pd.Series, rest: pd.Series) -> Correlation:
    """The point-biserial correlation of an exercise (0, 1) with the score of the others.

    The interval is the middle 95 percent over resampled learners, seeded. With fewer than `ENOUGH`
    learners, or when all have the same result, there is only a sentence.
    """
    x, y = item.to_numpy(dtype=float), rest.to_numpy(dtype=float)
    n = len(x)
    if n < ENOUGH:
        few = say_number(
            "One learner is too few to say anything; {enough} are needed",
            "{number} learners are too few to say anything; {enough} are needed",
            n,
            enough=ENOUGH,
        )
        return Correlation(n, silent=few)
    if x.min() == x.max():
        return Correlation(n, silent=say("all have the same result"))
    if y.min() == y.max():
        return Correlation(n, silent=say("all have the same score in the others"))
    drawn = np.random.default_rng(SEED).integers(n, size=(RESAMPLES, n))
    values = _correlate(x[drawn], y[drawn])
    low, high = np.nanquantile(values, [0.025, 0.975])
    return Correlation(n, float(_correlate(x[None], y[None])[0]), float(low), float(high))


def _correlate(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Row by row; NaN for a row in which one of the two does not vary."""
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    spread[spread < 1e-9] = np.nan
    correlations: np.ndarray = (x * y).sum(axis=1) / spread
    return correlations


def item_table(long: pd.DataFrame) -> dict[str, tuple[pd.Series, Correlation]]:
    """For each exercise: how many learners had each state, and its discrimination.

    The rest score is the number of right answers to the other exercises of the same lesson.
    """
    marked = long.assign(credit=(long["state"] == RIGHT).astype(int))
    items = {}
    for lesson, rows in marked.groupby("lesson"):
        wide = rows.pivot_table(index="learner", columns="exercise", values="credit").dropna()
        for number in exercise_order(rows["exercise"]):
            states = rows.loc[rows["exercise"] == number, "state"].value_counts()
            if len(wide.columns) < 2:
                alone = say("lesson {lesson} has no other exercise", lesson=lesson)
                found = Correlation(len(wide), silent=alone)
            else:
                found = discrimination(wide[number], wide.drop(columns=number).sum(axis="columns"))
            items[number] = (states, found)
    return items


def trap_hint(number: str, trap: str) -> str:
    """The hint behind "trap 2" of an exercise, as the learner read it; empty if there is none."""
    try:
        exercise = lesson_exercises(number[:2]).get(number)
    except ExerciseError:
        return ""
    hints = list(exercise.traps) if exercise else []
    place = trap.removeprefix("trap ")
    known = place.isdecimal() and 1 <= int(place) <= len(hints)
    return str(shown(hints[int(place) - 1])) if known else ""


def bar(share: float, ends: tuple[float, float] | None = None, low: float = 0.0) -> str:
    """A bar from 0 to `share` on a scale that ends at 1 and begins at `low`, with its interval;
    decoration beside the number in the text.
    """

    def place(value: float) -> float:
        return round(160 * (value - low) / (1 - low), 1)

    left, right = sorted((place(0), place(share)))
    drawn = (
        f'<rect x="0" y="5" width="160" height="10" fill="#e4e4e4"/>'
        f'<rect x="{left}" y="5" width="{right - left:.1f}" height="10" fill="#3b6ea5"/>'
    )
    if ends:
        one, other = place(ends[0]), place(ends[1])
        drawn += f'<path d="M{one} 10H{other}M{one} 3V17M{other} 3V17" stroke="#1b1b1b"/>'
    return f'<svg aria-hidden="true" width="160" height="20" viewBox="0 0 160 20">{drawn}</svg>'


def percent(share: float) -> str:
    """A share as a whole percent."""
    return say("{percent:.0f}%", percent=100 * share)


def within(value: str, low: str, high: str) -> str:
    """A value with the ends of its interval."""
    return say("{value} ({low} to {high})", value=value, low=low, high=high)


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are HTML; the first cell of a row names it."""
    head = "".join(f'<th scope="col">{name}</th>' for name in header)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def progress(long: pd.DataFrame, files: pd.DataFrame, marks: pd.DataFrame) -> str:
    """How many learners handed in each lesson, and how long a notebook ran."""
    strangers = files["roster"] == "no"
    learners = len(set(marks["learner"]) - set(files.loc[strangers, "learner"]))
    rows = []
    counting = files[(files["counts"] == "yes") & ~strangers]
    for lesson, mine in counting.groupby("lesson"):
        share = len(mine) / learners
        seconds = pd.to_numeric(mine["seconds"], errors="coerce").fillna(0)
        right = pd.to_numeric(mine["right"], errors="coerce").fillna(0)
        tried = long[(long["lesson"] == lesson) & (long["state"] != UNTOUCHED)]
        rows.append(
            [
                str(lesson),
                say(
                    "{count} of {total} ({share})",
                    count=len(mine),
                    total=learners,
                    share=percent(share),
                )
                + bar(share),
                str(int((mine["late"] == "late").sum())),
                f"{tried['learner'].nunique()}",
                say(
                    "{right:g} of {total}",
                    right=right.median(),
                    total=mine["of"].max(),
                ),
                f"{seconds.median():.1f} ({seconds.max():.1f})",
            ]
        )
    nothing = int((files["status"] == "nothing was handed in").sum())
    other = int((~files["status"].isin(["marked", "nothing was handed in"])).sum())
    said = " ".join(
        (
            say_number("One learner.", "{number} learners.", learners),
            say_number("One notebook counts.", "{number} notebooks count.", len(counting)),
            *([_absent(nothing)] if files["roster"].ne("").any() else []),
            say_number(
                "One file could not be marked: files.csv says why.",
                "{number} files could not be marked: files.csv says why.",
                other,
            )
            if other
            else say("All files could be marked."),
        )
    )
    if strangers.any():
        said += " " + say_number(
            "One file matches no one on the roster: it may belong to a learner who seems to have "
            "handed in nothing. It is not in the shares on this page; grade names it.",
            "{number} files match no one on the roster: they may belong to learners who seem to "
            "have handed in nothing. They are not in the shares on this page; grade names them.",
            int(strangers.sum()),
        )
    header = [
        say("lesson"),
        say("handed in"),
        say("late"),
        say("tried an exercise"),
        say("right (median)"),
        say("seconds"),
    ]
    caption = say(
        "By lesson. Seconds: how long a notebook ran (median, and the longest). How long a learner "
        "worked is not known."
    )
    return f"<p>{said}</p>" + (html_table(caption, header, rows) if rows else "")


def _absent(number: int) -> str:
    """How many learners on the roster handed in nothing."""
    if not number:
        return say("Everyone on the roster handed in something.")
    return say_number(
        "One learner on the roster handed in nothing.",
        "{number} learners on the roster handed in nothing.",
        number,
    )


def exercises_section(items: dict[str, tuple[pd.Series, Correlation]]) -> str:
    """Facility and discrimination of every exercise."""
    rows = []
    for number, (states, found) in items.items():
        right, wrong, left = (int(states.get(name, 0)) for name in (RIGHT, WRONG, UNTOUCHED))
        n = int(states.sum())
        ends = interval(right, n)
        other = int(states.get(NOT_FOUND, 0) + states.get(NOT_RUN, 0))
        facility = within(percent(right / n), percent(ends[0]), percent(ends[1]))
        value = within(f"{found.value:.2f}", f"{found.low:.2f}", f"{found.high:.2f}")
        said = (
            f"{found.silent} (n = {found.n})"
            if found.silent
            else f"{value}, n = {found.n}{bar(found.value, (found.low, found.high), low=-1)}"
        )
        rows.append(
            [
                number,
                f"{facility}{bar(right / n, ends)}",
                str(n),
                f"{right} / {wrong} / {left} / {other}",
                said,
            ]
        )
    header = [
        say("exercise"),
        say("facility"),
        "n",
        say("right / wrong / not tried / other"),
        say("discrimination"),
    ]
    caption = say(
        "Facility: the share of learners with a right answer among all who handed in the lesson, "
        "with a 95 percent interval. Other: the cell is gone, or could not be run."
    )
    note = say(
        "Discrimination is the point-biserial correlation of an exercise with the number of right "
        "answers to the other exercises of its lesson, with a 95 percent interval over resampled "
        "learners ({resamples:,} times, seeded). Near 0 or below, look at the question: it may be "
        "unclear, or measure something else. A lesson has few exercises, so these values are "
        "rough; exercises whose intervals overlap are not told apart by them. The intervals "
        "suppose that learners worked alone.",
        resamples=RESAMPLES,
    )
    return f"{html_table(caption, header, rows)}<p>{note}</p>"


def traps_section(long: pd.DataFrame) -> str:
    """How often each wrong turn was taken, with the hint that its takers read."""
    met = long[long["trap"] != ""]
    wrong = long[long["state"] == WRONG].groupby("exercise").size()
    if met.empty:
        return f"<p>{say('None of the wrong turns that the keys know was taken.')}</p>"
    rows = []
    for number in exercise_order(met["exercise"]):
        counts = met.loc[met["exercise"] == number, "trap"].value_counts().sort_index()
        for trap, count in counts.sort_values(ascending=False, kind="stable").items():
            of = int(wrong.get(number, count))
            hint = html.escape(trap_hint(number, str(trap)) or say("(the key no longer has it)"))
            name = str(trap).removeprefix("trap ")
            rows.append(
                [
                    say("{exercise}, trap {trap}", exercise=number, trap=name),
                    say("{count} of {total}", count=count, total=of) + bar(count / of),
                    hint,
                ]
            )
    caption = say("Wrong turns that the keys know: how many of the wrong answers took each.")
    return html_table(caption, [say("exercise"), say("wrong answers"), say("the hint")], rows)


def flags(long: pd.DataFrame, files: pd.DataFrame) -> list[tuple[str, str, str]]:
    """What a person may want to look at: learners, where, and what was seen."""
    seen = []
    coded = long[(long["code"] != "") & ~long["state"].isin([UNTOUCHED, NOT_FOUND])]
    for (number, _), rows in coded.groupby(["exercise", "code"]):
        names = sorted(set(rows["learner"]))
        if len(names) > 1:
            seen.append((", ".join(names), str(number), say("identical code")))
    tried = long[(long["outside"] == "yes") & ~long["state"].isin([UNTOUCHED, NOT_FOUND])]
    seen += [
        (learner, number, say("the answer was set outside the exercise's cell"))
        for learner, number in zip(tried["learner"], tried["exercise"], strict=True)
    ]
    wrote = files[(files["written"] != "") & (files["counts"] == "yes")]
    seen += [
        (
            learner,
            say("lesson {lesson}", lesson=lesson),
            say("wrote files while it ran: {written}", written=written),
        )
        for learner, lesson, written in wrote[["learner", "lesson", "written"]].to_numpy()
    ]
    return seen


def flags_section(seen: list[tuple[str, str, str]]) -> str:
    """The only part of the page with names."""
    note = say(
        "A flag is a reason to look, not an accusation. Identical code may come from a pair who "
        "worked together or from a cell of the lesson; short code is not compared. Names that an "
        "exercise takes from another cell are often fine. Files are known only of notebooks that "
        "ran in the sandbox and came to their end."
    )
    if not seen:
        return f"<p>{note}</p><p>{say('Nothing was flagged.')}</p>"
    rows = [[html.escape(text) for text in row] for row in seen]
    header = [say("learners"), say("where"), say("what was seen")]
    return f"<p>{note}</p>" + html_table(say("Flags, with names."), header, rows)


def quiz_section(folder: Path) -> str:
    """The pairs of the ten questions, if the folder has answers.csv."""
    path = folder / "answers.csv"
    if not path.is_file():
        said = say(
            "There is no answers.csv in this folder. With one, the ten questions before and after "
            "the course are compared here: see <code>python3 course.py quiz</code>."
        )
        return f"<p>{said}</p>"
    try:
        answers = quiz.read_answers(path)
        table = quiz.compare(answers)
    except quiz.QuizError as error:
        return f"<p>{html.escape(str(error))}</p>"
    pairs = len(quiz.marked(answers)) // 2
    rows = [
        [
            shown(str(number)),
            html.escape(shown(str(row["idea"]))),
            str(row["before"]),
            str(row["after"]),
            f"{row['learned']} / {row['lost']}",
            within(*(f"{row[name]:+.0f}" for name in ("difference", "low", "high"))),
        ]
        for number, row in table.iterrows()
    ]
    header = [
        say("question"),
        say("idea"),
        say("before"),
        say("after"),
        say("learned / lost"),
        say("difference"),
    ]
    caption = say(
        "{pairs} learners answered before and after. Difference: percentage points, with a 95 "
        "percent interval over the learners.",
        pairs=pairs,
    )
    note = say(
        "There is no class without the course beside this one, so the change is not the course's "
        "effect alone."
    )
    return f"{html_table(caption, header, rows)}<p>{note}</p>"


def page(folder: Path) -> str:
    """The whole page for a folder of marks; `ReportError` if it cannot be made."""
    if not folder.is_dir():
        raise ReportError(
            say("There is no folder {folder}: name the one that `grade` wrote.", folder=folder)
        )
    long = read(folder, "long.csv", LONG)
    files = read(
        folder,
        "files.csv",
        [
            "learner",
            "lesson",
            "status",
            "counts",
            "late",
            "right",
            "of",
            "seconds",
            "written",
            "roster",
        ],
    )
    marks = read(folder, "marks.csv", ["learner"])
    if long.empty:
        raise ReportError(
            say("{name}/ holds no marked notebook yet: mark some first.", name=folder.name)
        )
    of_class = long[~long["learner"].isin(files.loc[files["roster"] == "no", "learner"])]
    sections = {
        say("Progress"): progress(of_class, files, marks),
        say("Exercises"): exercises_section(item_table(of_class)),
        say("Wrong turns"): traps_section(of_class),
        say("To look at"): flags_section(flags(long, files)),
        say("Before and after the course"): quiz_section(folder),
    }
    title = say("The class at a glance")
    private = say(
        "This page holds personal data of learners. It is for the teacher and stays in this "
        "folder, {name}. Nothing was sent anywhere.",
        name=html.escape(folder.name),
    )
    body = "".join(f"<h2>{title}</h2>{text}" for title, text in sections.items())
    return (
        f'<!DOCTYPE html>\n<html lang="{current_language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
        f'<h1>{title}</h1><p class="private">{private}</p>'
        f"{body}</main></body></html>\n"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("report", __doc__)
    parser.add_argument("folder", type=Path, help="the folder of marks, such as inbox_marks")
    folder = parser.parse_args(arguments).folder
    try:
        text = page(folder.resolve())
    except ReportError as error:
        print(error)
        return 2
    write_atomically(folder / "report.html", text)
    print(
        say(
            "wrote {name}/report.html. It holds personal data: keep it in this folder.",
            name=folder.name,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
