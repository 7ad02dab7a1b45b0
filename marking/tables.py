"""What a teacher gets: a row for every file, a row for every learner, and gradebooks to import.

Programs read these tables (`report`, pandas, Moodle, Canvas), so names of columns, states, traps,
"yes", "late", "to read" and the like are English in every language. Remarks, and what follows the
colon in a status, are sentences in the language in use.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.language import ENGLISH, say
from marking.intake import Submission
from marking.judge import Mark
from marking.roster import Learner
from marking.store import write_atomically

#: Columns of long.csv.
LONG = ["learner", "lesson", "exercise", "state", "credit", "trap", "remark", "code", "outside"]
#: What a spreadsheet takes for a formula, also after apostrophes of ours (full-width signs count).
FORMULA = re.compile("((?:^|[;\t]) *)('*[=+@\uff1d\uff0b\uff0d\uff20\t\r\n-])")
ESCAPED = re.compile(FORMULA.pattern.replace("('*", "'('*"))
#: Points of open answers, by learner and exercise.
Points = dict[tuple[str, str], float]


@dataclass
class Marked:
    """One file with everything that is known of it.

    Attributes
    ----------
    submission : Submission
        The file.
    learner : str
        The learner as the roster calls them, or as the file does.
    person : Learner or None
        The line of the roster.
    doubt : str
        Why it is nobody's on the roster; empty if it is somebody's, or there is no roster.
    lesson : str
        Number of the lesson; empty if the file could not be read.
    status : str
        "marked", or why not.
    counts : bool
        Whether this file is the one that counts for the learner and lesson.
    instead : str
        The file that counts where this one does not.
    misnamed : str
        Which lesson its name says, where its content is of another one.
    later : list of str
        A teacher's own exercises that are newer than this copy and do not count for it.
    older : bool
        Whether cells failed and the text is not that of the lesson: it may be an older copy.
    marks : dict
        A mark for every exercise of the lesson.
    open_answers : dict
        The text of each open answer; empty if left blank.
    remarks : list of str
        What a person should know.
    codes : dict
        A hash of the code of each long answer.
    outside : list of str
        Exercises whose answer was set in another cell.
    written : list of str
        Names of files that it wrote while it ran.
    """

    submission: Submission
    learner: str
    person: Learner | None = None
    doubt: str = ""
    lesson: str = ""
    status: str = "marked"
    counts: bool = True
    instead: str = ""
    misnamed: str = ""
    later: list[str] = field(default_factory=list)
    older: bool = False
    marks: dict[str, Mark] = field(default_factory=dict)
    open_answers: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0
    codes: dict[str, str] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        """The language of the submission, in which its learner is answered."""
        found = self.submission.found
        return found.language if found else ENGLISH

    @property
    def right(self) -> int:
        """The number of exercises that are right."""
        return sum(mark.credit for mark in self.marks.values())

    def unread(self, points: Points) -> list[str]:
        """The open answers to be read: not blank, and without points."""
        return [
            number
            for number, text in self.open_answers.items()
            if text and self.counts and (self.learner, number) not in points
        ]


def exercise_order(numbers: Iterable[str]) -> list[str]:
    """Numbers of exercises, in the order of lessons and exercises: 02.9 before 02.10."""
    return sorted(set(numbers), key=lambda number: [int(part) for part in number.split(".")])


def decide(marked: list[Marked]) -> None:
    """Let one file count for each learner and lesson: the one handed in last.

    Canvas numbers files that were handed in again; without a number, the one changed last counts.
    The others keep their rows and say which file replaced them.
    """
    groups: dict[tuple[str, str], list[Marked]] = {}
    for one in marked:
        if one.lesson:
            groups.setdefault((one.learner, one.lesson), []).append(one)
    for group in groups.values():
        ranked = sorted(
            group,
            key=lambda m: (
                m.status == "marked",
                m.submission.number,
                m.submission.modified,
                m.submission.file,
            ),
        )
        last = ranked[-1]
        for one in ranked[:-1]:
            one.counts, one.instead = False, last.submission.file
            one.remarks.append(say("does not count, because {file} does", file=one.instead))
        if len(group) > 1:
            last.remarks.append(
                say("{count} files for this lesson; this one counts", count=len(group))
            )


def write_files(
    marked: list[Marked], roster: Sequence[Learner], points: Points, path: Path
) -> None:
    """files.csv: one row for every file and for every learner without one. The last column is "no"
    for a file that is nobody's on the roster, and empty if there is no roster.
    """
    handed_in = {one.learner for one in marked}
    absent = [one for one in roster if one.shown not in handed_in]
    numbers = exercise_order(n for one in marked for n in [*one.marks, *one.open_answers])
    rows = []
    for one in marked:
        shown: dict[str, object] = {number: mark.state for number, mark in one.marks.items()}
        shown |= {n: _of_open(one, n, points) for n in one.open_answers}
        traps = [f"{n}: {m.trap}" for n, m in one.marks.items() if m.trap]
        remarks = [*one.remarks, *(f"{n}: {m.remark}" for n, m in one.marks.items() if m.remark)]
        rows.append(
            [
                one.learner,
                one.lesson,
                one.submission.file,
                one.status,
                "yes" if one.counts and one.status == "marked" else "no",
                "late" if one.submission.late else "",
                one.right if one.status == "marked" else "",
                len(one.marks) if one.status == "marked" else "",
                *(shown.get(number, "") for number in numbers),
                "; ".join(traps),
                "; ".join(remarks),
                one.seconds,
                "; ".join(one.written),
                ("yes" if one.person else "no") if roster else "",
            ]
        )
    rows += [
        [
            learner.shown,
            "",
            "",
            "nothing was handed in",
            "no",
            "",
            "",
            "",
            *("" for _ in numbers),
            "",
            "",
            "",
            "",
            "yes",
        ]
        for learner in absent
    ]
    header = ["learner", "lesson", "file", "status", "counts", "late", "right", "of", *numbers]
    write_csv(path, [*header, "traps", "remarks", "seconds", "written", "roster"], rows)


def _of_open(one: Marked, number: str, points: Points) -> object:
    """What files.csv says of an open answer."""
    if not one.counts:
        return ""
    if (one.learner, number) in points:
        return number_of(points[one.learner, number])
    return "to read" if one.open_answers[number] else "left blank"


def learners_of(marked: list[Marked], roster: Sequence[Learner]) -> list[str]:
    """Every learner: those on the roster first, in its order, then those who are not on it."""
    known = [one.shown for one in roster]
    return [*known, *sorted({one.learner for one in marked} - set(known))]


def write_marks(
    marked: list[Marked],
    roster: Sequence[Learner],
    points: Points,
    possible: dict[str, int],
    path: Path,
) -> None:
    """marks.csv: one row a learner, with the points of checked and of open exercises by lesson.

    `possible` are the most points of each open exercise. They are in the sum at the end ("of") once
    points were entered for the lesson.
    """
    counting = {(one.learner, one.lesson): one for one in marked if one.counts and one.marks}
    lessons = sorted({lesson for _, lesson in counting})
    most, read = _most_open(possible), {number[:2] for _, number in points}
    header = ["learner", "id", "mail"]
    for lesson in lessons:
        header += [f"{lesson} {what}" for what in ("right", "of", "open", "open of", "late")]
    people = {one.shown: one for one in roster}
    rows = []
    for name in learners_of(marked, roster):
        person = people.get(name, Learner(name))
        row: list[object] = [name, person.id, person.mail]
        total, of = 0.0, 0
        for lesson in lessons:
            one = counting.get((name, lesson))
            if one is None:
                row += [""] * 5
                continue
            mine = _points_of(name, lesson, points)
            total, of = total + one.right + mine, of + len(one.marks)
            opened: object = number_of(mine) if lesson in read else ""
            if lesson in read:
                of += most.get(lesson, 0)
            row += [one.right, len(one.marks), "to read" if one.unread(points) else opened]
            row += [most.get(lesson, ""), "late" if one.submission.late else ""]
        rows.append([*row, number_of(total), of])
    write_csv(path, [*header, "points", "of"], rows)


def _points_of(name: str, lesson: str, points: Points) -> float:
    return sum(v for (who, number), v in points.items() if who == name and number[:2] == lesson)


def _most_open(possible: dict[str, int]) -> dict[str, int]:
    """The most points of all open exercises, by lesson."""
    most: dict[str, int] = {}
    for number, value in possible.items():
        most[number[:2]] = most.get(number[:2], 0) + value
    return most


def number_of(value: float) -> object:
    """A number without a needless decimal."""
    return int(value) if float(value).is_integer() else round(value, 2)


def write_long(marked: list[Marked], path: Path) -> None:
    """long.csv, for pandas: one row for every exercise of every file that counts.

    `code` is a hash of the answer's code if that is long; `outside` is "yes" if another cell set
    the answer.
    """
    rows = [
        [
            one.learner,
            one.lesson,
            number,
            mark.state,
            mark.credit,
            mark.trap,
            mark.remark,
            one.codes.get(number, ""),
            "yes" if number in one.outside else "",
        ]
        for one in marked
        if one.counts
        for number, mark in one.marks.items()
    ]
    write_csv(path, LONG, rows)


def write_gradebooks(
    marked: list[Marked],
    roster: Sequence[Learner],
    points: Points,
    possible: dict[str, int],
    folder: Path,
) -> None:
    """moodle.csv and canvas.csv: one row for each learner of the roster, in documented columns.

    Moodle's grade import matches by identifier or mail; Canvas's by ID, SIS User ID or SIS Login
    ID, which are copied from a roster of Canvas as they are. Open exercises have a column of their
    own once points were entered for the lesson. A cell is empty where nothing was handed in, or an
    open answer is not read yet.
    """
    counting = {(one.learner, one.lesson): one for one in marked if one.counts and one.marks}
    most, read = _most_open(possible), {number[:2] for _, number in points}
    columns: dict[tuple[str, bool], int] = {}  # lesson and whether it is the open part: the most
    for lesson in sorted({lesson for _, lesson in counting}):
        columns[lesson, False] = max(
            len(one.marks) for (_, number), one in counting.items() if number == lesson
        )
        if lesson in read:
            columns[lesson, True] = most.get(lesson, 0)
    titles = [f"Lesson {lesson}{' open' * opened}" for lesson, opened in columns]

    def cells(name: str) -> Iterable[object]:
        for lesson, opened in columns:
            one = counting.get((name, lesson))
            if one is None or (opened and one.unread(points)):
                yield ""
            else:
                yield number_of(_points_of(name, lesson, points)) if opened else one.right

    write_csv(
        folder / "moodle.csv",
        ["Identifier", "Full name", "Email address", *titles],
        [[one.id, one.name, one.mail, *cells(one.shown)] for one in roster],
        mark=False,
    )
    canvas = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", *columns.values()]]
    for one in roster:
        line = dict(one.line)
        of_canvas = "Student" in line or "SIS User ID" in line or "SIS Login ID" in line
        own = [line.get(column, "") for column in canvas[1:]]
        own = own if of_canvas and any(own) else ["", one.id, one.login, ""]
        rows.append([one.name or one.shown, *own, *cells(one.shown)])
    write_csv(folder / "canvas.csv", [*canvas, *titles], rows, mark=False)


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], mark: bool = True
) -> None:
    """A CSV file; with the mark by which spreadsheets know UTF-8, and no cell that is a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([plain_text(cell) if isinstance(cell, str) else cell for cell in row])
    write_atomically(path, ("\ufeff" if mark else "") + stream.getvalue())


def plain_text(text: str) -> str:
    """A learner's text for a spreadsheet: an apostrophe keeps it from being taken for a formula,
    also behind a semicolon, which begins a cell where semicolons separate them.

    Examples
    --------
    >>> plain_text("=1+1"), plain_text("'=1+1"), plain_text("'Abd"), plain_text("a;=1")
    ("'=1+1", "''=1+1", "'Abd", "a;'=1")
    """
    return FORMULA.sub(r"\1'\2", text)


def text_of_cell(cell: str) -> str:
    """The text that `plain_text` made a cell of.

    Examples
    --------
    >>> text_of_cell("'=1+1"), text_of_cell("'Abd"), text_of_cell("a;'=1")
    ('=1+1', "'Abd", 'a;=1')
    """
    return ESCAPED.sub(r"\1\2", cell)


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A name of a file for each text, which every system takes: short, and no two alike."""
    short = {name: _short(re.sub(r"[^\w .-]", "_", name)) for name in names}
    alike = {name: file.casefold().replace(" ", "_") for name, file in short.items()}
    often = Counter(alike.values())
    return {
        name: file
        if often[alike[name]] == 1 and file == name
        else f"{file}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
        for name, file in short.items()
    }


def _short(name: str) -> str:
    return name.encode()[:100].decode(errors="ignore").strip(". ")
