"""Points for open answers: entered once by a person, kept, and merged into marks and feedback."""

from __future__ import annotations

from pathlib import Path

from helpers.language import say
from helpers.sheets import SheetError, read_sheet
from marking.tables import Marked, Points, number_of, text_of_cell, write_csv

OPEN_POINTS = "open_points.csv"
OPEN_COLUMNS = ["learner", "lesson", "exercise", "points", "of", "comment"]
#: What the person who read an open answer wrote to the learner, by learner and exercise.
Comments = dict[tuple[str, str], str]


class PointsError(ValueError):
    """The table of points cannot be used; the message says where and why."""


def read_points(
    path: Path, possible: dict[str, int]
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], str]]:
    """Points and comments that a person has entered for open answers, by learner and exercise.

    Parameters
    ----------
    path : Path
        The file open_points.csv; it need not exist.
    possible : dict
        The most points for each open exercise.

    Raises
    ------
    PointsError
        It cannot be read or lacks a column; or points are not a number from 0 to the most possible,
        or an earlier line says something else of the same answer: every such line is named.
    """
    points: Points = {}
    comments: Comments = {}
    lines: dict[tuple[str, str], tuple[str, str]] = {}
    wrong: list[str] = []
    if not path.is_file():
        return points, comments
    try:
        columns, rows = read_sheet(path)
    except SheetError as error:
        raise PointsError(str(error)) from None
    missing = [name for name in ("learner", "exercise", "points") if name not in columns]
    if rows and missing:
        raise PointsError(
            say(
                "{name}, line {line}: there is no {column}. Add it.",
                name=path.name,
                line=1,
                column=missing[0],
            )
        )
    for number, row in rows:
        who = (text_of_cell(row["learner"]), row["exercise"].strip())
        entered = row["points"].strip().replace(",", ".")
        comment = row.get("comment", "").strip()
        if not entered and not comment:
            continue
        if lines.setdefault(who, (entered, comment)) != (entered, comment):
            wrong.append(
                say(
                    "{name}, line {line}: an earlier line says something else of {learner} and "
                    "{exercise}. Remove one of the two.",
                    name=path.name,
                    line=number,
                    learner=who[0],
                    exercise=who[1],
                )
            )
        if comment:
            comments[who] = text_of_cell(comment)
        if not entered:
            continue
        most = possible.get(who[1])
        try:
            value = float(entered)
        except ValueError:
            value = -1
        if most is None or not 0 <= value <= most:
            limits = (
                say("0 to {most}", most=most) if most is not None else say("an open exercise's")
            )
            wrong.append(
                say(
                    "{name}, line {line}: the points of {exercise} are {entered!r}; they must be "
                    "{limits}. Correct the cell.",
                    name=path.name,
                    line=number,
                    exercise=who[1],
                    entered=entered,
                    limits=limits,
                )
            )
        points[who] = value
    if wrong:
        raise PointsError("\n".join(wrong))
    return points, comments


def write_points(marked: list[Marked], possible: dict[str, int], path: Path) -> None:
    """open_points.csv: a line for each open answer to read. What was entered stays."""
    points, comments = read_points(path, possible)
    rows = [
        [
            one.learner,
            one.lesson,
            number,
            number_of(points[one.learner, number]) if (one.learner, number) in points else "",
            possible.get(number, ""),
            comments.get((one.learner, number), ""),
        ]
        for one in marked
        if one.counts
        for number, text in one.open_answers.items()
        if text
    ]
    listed = {(row[0], row[2]) for row in rows}
    rows += [
        [
            who,
            number[:2],
            number,
            number_of(points[who, number]) if (who, number) in points else "",
            possible.get(number, ""),
            comments.get((who, number), ""),
        ]
        for who, number in {**points, **comments}
        if (who, number) not in listed
    ]
    write_csv(path, OPEN_COLUMNS, rows)
