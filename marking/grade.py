"""Mark a folder of submissions: each runs in a throw-away place, and is judged outside of it.

    python3 course.py grade inbox                        every file under inbox/
    python3 course.py grade inbox --roster class.csv     with a row for everybody on the roster
    python3 course.py grade inbox --shard 3/20           the third of twenty parts, for a scheduler
    python3 course.py grade inbox --merge DIR DIR        results of parts, or of other machines
    python3 course.py grade inbox --scheduler tcp://HOST:8786       run on a Dask cluster

A submission is inbox/LEARNER/02_overdose_deaths.ipynb or inbox/LEARNER.ipynb, also in zip files and
under the names of Moodle and Canvas. inbox_marks/ gets marks.csv (a row a learner), files.csv (a
row a file), long.csv (a row an exercise), moodle.csv and canvas.csv, open_points.csv, pages of
feedback, and the open answers with their rubric. Nothing is run twice unless it, the lessons or the
engine changed; a corrected key marks everything anew without running anything. Feedback is in the
language of each submission, what the teacher reads in that of the command (--lang).

On Linux with bubblewrap a submission sees no key, no network and nothing else of the disk, and may
use limited time, memory, processes and space. Where there is no sandbox, --no-sandbox is needed: a
submission then runs as you, with your files and your network.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.adaptation import adaptation
from helpers.collection import CollectionError, current
from helpers.command import command_parser
from helpers.exercises import ExerciseError
from helpers.language import pattern, say, say_number, shown, speaking, translatable
from helpers.lessons import STUB, choose_lessons
from marking import cluster, feedback, intake, place, store, tables, to_nbgrader
from marking.exercises import clean, hash_of_text, open_heading, text_of
from marking.judge import NOT_RUN, judge_all, of_run, scored
from marking.points import OPEN_POINTS, PointsError, read_points, write_points
from marking.roster import (
    Learner,
    RosterError,
    ignored_columns,
    match,
    read_roster,
    why_nobody,
)
from tools.editions import points as most_points
from tools.editions import rubric

NO_SANDBOX = translatable(
    "There is no sandbox here: bubblewrap or libseccomp is missing or may not run (Debian, Ubuntu: "
    "sudo apt install bubblewrap libseccomp2; macOS and Windows have none). Mark in a virtual "
    "machine or container, or give --no-sandbox: then a submission runs as you, with your files "
    "and your network."
)
WINDOWS = translatable("Submissions run on Linux and macOS only. On Windows, mark inside WSL.")
WITHOUT = translatable(
    "Running WITHOUT a sandbox: each submission runs as you, with your files and network."
)
NOT_YET = "not marked yet"
DAY = 24 * 60 * 60  # seconds


@dataclass
class Settings:
    """What the command was asked to do."""

    inbox: Path
    marks: Path
    limits: place.Limits
    workers: int
    program: str
    shard: tuple[int, int] = (1, 1)
    again: bool = False
    fresh: bool = False
    scheduler: str = ""
    course: Path | None = None
    closed_in: bool = True


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 1 if a file could not be marked, 130 if stopped."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(
            say(
                "There is no folder {folder}: name the one in which the submissions lie.",
                folder=options.folder,
            )
        )
        return 2
    inbox = options.folder.resolve()
    marks = (options.out or inbox.with_name(f"{inbox.name}_marks")).resolve()
    if marks.is_relative_to(inbox):
        print(say("The folder of marks must lie outside the inbox: give another --out."))
        return 2
    limits = place.Limits(options.limit, options.cell, options.memory)
    program = "" if options.no_sandbox else place.sandbox()
    here = not options.merge and not options.scheduler
    if os.name == "nt" and here:
        print(shown(WINDOWS))
        return 2
    if not program and not options.no_sandbox and here:
        print(shown(NO_SANDBOX))
        return 2
    settings = Settings(
        inbox,
        marks,
        limits,
        options.workers,
        program,
        options.shard,
        options.again,
        options.fresh,
        options.scheduler,
        options.to_nbgrader.resolve() if options.to_nbgrader else None,
        not options.no_sandbox,
    )
    try:
        roster = read_roster(options.roster) if options.roster else []
        if said := ignored_columns(roster):
            print(said)
        return grade(settings, roster, options.merge or [])
    except (
        store.StoreError,
        place.PlaceError,
        cluster.ClusterError,
        RosterError,
        PointsError,
        CollectionError,
        ExerciseError,
    ) as error:
        print(error)
        return 2
    except OSError as error:
        print(
            say(
                "The marks could not be written ({reason}). See that there is room on the disk and "
                "that you may write in {marks}, or give another --out; the same command continues.",
                reason=error.strerror or type(error).__name__,
                marks=marks,
            )
        )
        return 2
    except KeyboardInterrupt:
        print(say("Stopped. The same command continues."))
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("grade", __doc__)
    add = parser.add_argument
    add("folder", type=Path, help="where the submissions lie")
    add("--roster", type=Path, help="a CSV file with any of the columns name, id, mail")
    add("--out", type=Path, help="the folder of marks (default: beside the inbox, NAME_marks)")
    add("--limit", type=_number(2, DAY), default=180, help="seconds for one submission (180)")
    add("--cell", type=_number(1, DAY), default=60, help="seconds for one cell (60)")
    add("--memory", type=_number(0.5, 1024), default=4, help="GB of memory for one (4)")
    add(
        "--workers",
        type=_number(1, 1024, int),
        default=os.cpu_count() or 1,
        help="at a time (a core)",
    )
    add("--again", action="store_true", help="run again what did not end well")
    add("--fresh", action="store_true", help="forget all results first; points are kept")
    add("--no-sandbox", action="store_true", help="run submissions as you, without a sandbox")
    add("--shard", type=_shard, default=(1, 1), metavar="3/20", help="only this part of the files")
    add("--scheduler", default="", metavar="tcp://HOST:8786", help="run on a Dask cluster")
    add(
        "--to-nbgrader",
        type=Path,
        metavar="COURSE",
        help="a course folder of nbgrader (editions/nbgrader) whose gradebook gets the marks",
    )
    add("--merge", type=Path, nargs="+", metavar="DIR", help="take in results; run nothing")
    return parser


def _number(
    least: float, most: float, kind: Callable[[str], float] = float
) -> Callable[[str], float]:
    """What reads a number between two others and refuses anything else, also nan."""

    def read(text: str) -> float:
        with suppress(ValueError):
            if least <= (number := kind(text)) <= most:
                return number
        asked = translatable("{text!r} is not a number from {least} to {most}")
        if kind is int:
            asked = translatable("{text!r} is not a whole number from {least} to {most}")
        raise argparse.ArgumentTypeError(say(asked, text=text, least=least, most=most))

    return read


def _shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a part such as 3/20")
    return int(part), int(parts)


def _take_in(sources: Sequence[Path], marks: Path) -> None:
    """Take in the results in other folders, and say how many are new."""
    new, different = store.merge(sources, marks)
    print(say("{count} results are new in {name}/.", count=new, name=marks.name))
    if different:
        print(
            say(
                "{count} submissions answered otherwise when they were run again (chance, "
                "the time of day): the first result is kept.",
                count=different,
            )
        )


def forget(marks: Path) -> None:
    """Remove results and manifest; points and comments that a person entered stay."""
    for path in [*(marks / store.UNITS).glob("*.json"), marks / store.MANIFEST]:
        path.unlink(missing_ok=True)


def grade(settings: Settings, roster: list[Learner], sources: Sequence[Path] = ()) -> int:
    """Take in, run what has no result yet, judge everything, and write the tables. With `sources`,
    folders of marks, their results are taken in and nothing is run. What is wrong with the inbox,
    the points, the sources or the scheduler is said before any result is forgotten.
    """
    submissions = intake.take_in(settings.inbox)
    if not submissions:
        print(
            say(
                "No file lies below {name}/: put each learner's into a folder of its own, "
                "{name}/NAME/02_overdose_deaths.ipynb.",
                name=settings.inbox.name,
            )
        )
        return 2
    read_points(settings.marks / OPEN_POINTS, possible_points())
    for source in sources:
        store.read_manifest(source)
    if settings.fresh and settings.scheduler:
        with cluster.connected(settings.scheduler):
            forget(settings.marks)
    elif settings.fresh:
        forget(settings.marks)
    if sources:
        _take_in(sources, settings.marks)
    elif not settings.closed_in:
        print(shown(WITHOUT))
    made_with = store.manifest(current(), settings.limits)
    store.open_marks(settings.marks, made_with)
    units = {
        submission.file: store.unit_id(submission.found, made_with)
        for submission in submissions
        if submission.found is not None
    }
    if not sources:
        todo = _without_result(submissions, units, settings)
        if start(todo, settings, made_with):
            return 130  # the tables are written when everything has been run
        if settings.shard[1] > 1:
            return _say_part(len(todo), settings)
    marked = judge_them(submissions, units, settings.marks, roster)
    points = write(marked, roster, settings.marks, settings.course)
    return _say(marked, points, settings)


def _without_result(
    submissions: list[intake.Submission], units: dict[str, str], settings: Settings
) -> dict[str, list[tuple[str, str]]]:
    """The cells to run, by unit, of the part that was asked for."""
    part, parts = settings.shard
    todo: dict[str, list[tuple[str, str]]] = {}
    for submission in submissions:
        unit = units.get(submission.file, "")
        if not unit or submission.found is None or int(unit[:8], 16) % parts != part - 1:
            continue
        there = store.load(settings.marks, unit)
        if there is None or (settings.again and there["remark"]):
            todo[unit] = submission.found.cells
    return todo


def start(
    todo: dict[str, list[tuple[str, str]]], settings: Settings, made_with: dict[str, Any]
) -> bool:
    """Run units here or on the cluster that was named; returns whether Ctrl-C stopped it."""
    if settings.scheduler:
        return cluster.run_units(
            todo,
            settings.marks,
            settings.limits,
            made_with,
            settings.scheduler,
            settings.closed_in,
        )
    return run_units(todo, settings)


def run_units(todo: dict[str, list[tuple[str, str]]], settings: Settings) -> bool:
    """Run units, as many at a time as there are workers; results are kept as they come.

    Returns whether Ctrl-C stopped it.
    """
    from rich.progress import Progress

    if not todo:
        return False
    with TemporaryDirectory(prefix="marking-", ignore_cleanup_errors=True) as folder:
        built = place.build(current(), Path(folder))
        pool = ThreadPoolExecutor(settings.workers)
        running: dict[Future[place.Run], str] = {}
        waiting = iter(todo.items())
        kept = store.Kept(settings.marks, todo)
        saved = set()
        broken: list[str] = []

        def keep(finished: Iterable[Future[place.Run]]) -> None:
            for future in finished:
                unit = running[future]
                try:
                    run = future.result()
                except place.PlaceError as error:
                    broken.append(str(error))
                    del running[future]
                    continue
                if run.remark != place.STOPPED:
                    store.save(settings.marks, unit, run)
                    saved.add(unit)
                del running[future]  # last, so that Ctrl-C loses nothing that is finished

        try:
            with Progress() as bar:
                task = bar.add_task(say("Running"), total=len(todo))
                while True:
                    for name, cells in islice(waiting, settings.workers - len(running)):
                        job = partial(place.run, cells, built, settings.limits, settings.program)
                        running[pool.submit(job)] = name
                    if not running:
                        break
                    ended, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                    keep(ended)
                    bar.update(task, completed=len(saved))
            if broken:
                raise place.PlaceError(
                    say_number(
                        "One submission could not be run, and nothing counts against the learner: "
                        "the place it runs in is broken ({reason}). Set this right; the same "
                        "command runs it.",
                        "{number} submissions could not be run, and nothing counts against the "
                        "learners: the place they run in is broken ({reason}). Set this right; "
                        "the same command runs them.",
                        len(broken),
                        reason=" ".join(broken[0].split()),
                    )
                )
            return False
        except KeyboardInterrupt:
            place.STOP.set()
            keep(wait(running).done)
            print(kept.said(say("Stopped")))
            return True
        finally:
            place.STOP.set()
            pool.shutdown(wait=True, cancel_futures=True)
            place.close(built)
            place.STOP.clear()


def judge_them(
    submissions: list[intake.Submission], units: dict[str, str], marks: Path, roster: list[Learner]
) -> list[tables.Marked]:
    """A row for every file: whose it is, how it was marked, and what a person should know."""
    people = match(submissions, roster) if roster else {}
    strangers = [one for one in submissions if roster and people[one.file] is None]
    doubts = why_nobody(strangers, roster)
    known = {person.shown for person in roster}
    exercises = {path.name[:2]: scored(path.name[:2]) for path in choose_lessons(current())}
    own = {one.id for one in adaptation(current()).own}
    texts: dict[tuple[str, str], set[int]] = {}
    lesson_of = intake.lesson_in_name(current())
    marked = []
    for submission in submissions:
        person = people.get(submission.file)
        name = person.shown if person else submission.learner
        one = tables.Marked(submission, name if person or name not in known else f"{name} (?)")
        one.person = person
        one.remarks += submission.remarks
        one.doubt = doubts.get(submission.file, "")
        if one.doubt:
            one.remarks.append(one.doubt)
        marked.append(one)
        found = submission.found
        if found is None:
            one.status = submission.problem
            continue
        one.lesson = found.lesson
        named = {stem[:2] for stem in lesson_of.findall("".join(submission.names[-1:])) if stem}
        if named and found.lesson not in named:
            one.misnamed = say(
                "its name says lesson {named}, its content is lesson {lesson}",
                named=", ".join(sorted(named)),
                lesson=found.lesson,
            )
            one.remarks.append(one.misnamed)
        if found.lesson not in exercises:
            said = say("there is no lesson {lesson} here", lesson=found.lesson)
            one.status = f"not marked: {said}"
            continue
        result = store.load(marks, units[submission.file])
        if result is None:
            one.status = f"{NOT_YET}: {say('it has not been run')}"
            continue
        there = {number for _, number in found.cells}
        with_it = there | found.own
        asked = [e for e in exercises[found.lesson] if e.id in with_it or e.id not in own]
        one.later = [e.id for e in exercises[found.lesson] if e not in asked]
        if one.later:
            listed = ", ".join(one.later)
            one.remarks.append(say("does not have, and is not asked: {listed}", listed=listed))
        with speaking(found.language):
            one.marks = judge_all(asked, result["answers"], found.twice, there, result["remark"])
        one.open_answers, one.seconds = found.open_answers, result.get("seconds", 0.0)
        one.codes, one.outside = found.codes, found.outside
        one.written = place.names_in(result.get("files"))
        if result["remark"]:
            said = say("the run ended early: {reason}", reason=of_run(str(result["remark"])))
            one.remarks.append(clean(said))
        one.remarks += _failed(result["failed"], found)
        if result["failed"] or any(mark.state == NOT_RUN for mark in one.marks.values()):
            version = found.lesson, found.language
            if version not in texts:
                texts[version] = _texts(*version)
            one.older = not texts[version] <= found.texts
        if one.older:
            said = say("cells fail, and its text is not the lesson's: it may be an older copy")
            one.remarks.append(said)
    tables.decide(marked)
    return marked


def _failed(failed: dict[str, str], found: Any) -> list[str]:
    """Cells that are no exercise's and failed: their error may explain a wrong answer below."""
    kept = {str(position): number for position, (_, number) in enumerate(found.cells)}
    others = [error for position, error in failed.items() if not kept.get(position, "no cell")]
    if not others:
        return []
    kinds = clean(", ".join(dict.fromkeys(of_run(str(error)) for error in others)))
    return [
        say_number(
            "one other cell failed ({kinds})",
            "{number} other cells failed ({kinds})",
            len(others),
            kinds=kinds,
        )[:200]
    ]


def _texts(lesson: str, language: str) -> set[int]:
    """Hashes of the texts of a lesson that no learner writes in."""
    with speaking(language):
        (path,) = choose_lessons(current(), [lesson])
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    written = re.compile(pattern(STUB))
    texts = [text_of(cell) for cell in cells if cell["cell_type"] == "markdown"]
    return {hash_of_text(text) for text in texts if not written.search(text)}


def possible_points() -> dict[str, int]:
    """The most points of each open exercise: the rows of its rubric."""
    most = {}
    for lesson in choose_lessons(current()):
        text = lesson.read_text(encoding="utf-8")
        page = (lesson.with_suffix("") / "guide.md").read_text(encoding="utf-8")
        for number in sorted(set(re.findall(open_heading(), text))):
            most[number] = most_points(page, number)
    return most


def write(
    marked: list[tables.Marked], roster: list[Learner], marks: Path, course: Path | None = None
) -> tables.Points:
    """Write every table, the pages of feedback, and the open answers to read; and fill the course
    folder of nbgrader, if one is named. Returns the points that a person has entered.
    """
    most = possible_points()
    entered = marks / OPEN_POINTS
    points, comments = read_points(entered, most)
    tables.write_files(marked, roster, points, marks / "files.csv")
    tables.write_marks(marked, roster, points, most, marks / "marks.csv")
    tables.write_long(marked, marks / "long.csv")
    tables.write_gradebooks(marked, roster, points, most, marks)
    write_points(marked, most, entered)
    if course:
        handed_on = to_nbgrader.export(marked, points, comments, course)
        print(
            say_number(
                "One submission is in nbgrader's gradebook in {name}/.",
                "{number} submissions are in nbgrader's gradebook in {name}/.",
                handed_on,
                name=course.name,
            )
        )
    feedback.write_all(marked, points, comments, most, marks / "feedback")
    _write_open_answers(marked, marks)
    return points


def _write_open_answers(marked: list[tables.Marked], marks: Path) -> None:
    """The open answers of each lesson on one page, with the rubric."""
    for lesson in choose_lessons(current()):
        answers = [
            (one, number, text)
            for one in marked
            if one.lesson == lesson.name[:2] and one.counts
            for number, text in one.open_answers.items()
            if text
        ]
        if answers:
            page = (lesson.with_suffix("") / "guide.md").read_text(encoding="utf-8")
            heading = say("Open answers: {lesson}", lesson=lesson.stem)
            parts = [f"# {heading}", rubric(page, answers[0][1])]
            parts += [f"## {_inert(who.learner)}, {n}\n\n{_quoted(t)}" for who, n, t in answers]
            target = marks / f"open_answers_{lesson.name[:2]}.md"
            store.write_atomically(target, "\n\n".join(parts) + "\n")


def _quoted(text: str) -> str:
    """A learner's text as a quotation, so that it cannot pass for a heading of another's answer."""
    return "\n".join(f"> {line}".rstrip() for line in _inert(text).split("\n"))


def _inert(text: str) -> str:
    """A text for Markdown that shows no HTML and fetches no picture."""
    return html.escape(text, quote=False).replace("![", "!\\[")


def _say_part(asked: int, settings: Settings) -> int:
    """A part writes results and no tables: they would be of a class that is not complete."""
    part, parts = settings.shard
    print(
        say(
            "Part {part} of {parts}: {count} run, results in {name}/.",
            part=part,
            parts=parts,
            count=asked,
            name=settings.marks.name,
        )
    )
    print(say("When all parts are done, --merge with their folders writes the tables."))
    return 0


def _say(marked: list[tables.Marked], points: tables.Points, settings: Settings) -> int:
    """What became of the files: those that cannot be marked, are nobody's, or do not count."""
    failed = [one for one in marked if one.status != "marked"]
    print(
        say_number(
            "{count} of {number} file marked: {name}/marks.csv.",
            "{count} of {number} files marked: {name}/marks.csv.",
            len(marked),
            count=len(marked) - len(failed),
            name=settings.marks.name,
        )
    )
    not_run = sum(map(_waits, failed))
    if not_run:
        print(
            say_number(
                "One has not been run yet: the same command without --merge runs it.",
                "{number} have not been run yet: the same command without --merge runs them.",
                not_run,
            )
        )
    _list({one.submission.file: _status(one) for one in failed if not _waits(one)})
    strangers = {one.submission.file: one.doubt for one in marked if one.doubt}
    if strangers:
        print(
            say_number(
                "One file is in no gradebook, because it matches no one on the roster. Give it "
                "or its folder the learner's name, or correct the roster; then run the same "
                "command:",
                "{number} files are in no gradebook, because they match no one on the roster. "
                "Give them or their folders the learners' names, or correct the roster; then run "
                "the same command:",
                len(strangers),
            )
        )
    _list(strangers)
    replaced = {one.submission.file: one.instead for one in marked if one.instead}
    if replaced:
        print(
            say_number(
                "One file does not count, because another one by the same learner for the same "
                "lesson does. If they are by different learners, put each into a folder with the "
                "learner's name:",
                "{number} files do not count, because another one by the same learner for the same "
                "lesson does. If they are by different learners, put each into a folder with the "
                "learner's name:",
                len(replaced),
            )
        )
    _list({file: say("{file} counts", file=other) for file, other in replaced.items()})
    misnamed = {one.submission.file: one.misnamed for one in marked if one.misnamed}
    if misnamed:
        print(
            say_number(
                "One file has the name of another lesson than the one it holds. It is marked by "
                "what it holds:",
                "{number} files have the name of another lesson than the one they hold. They are "
                "marked by what they hold:",
                len(misnamed),
            )
        )
    _list(misnamed)
    _say_later(marked)
    unread = sum(len(one.unread(points)) for one in marked)
    if unread:
        print(
            say_number(
                "One open answer has no points yet, so moodle.csv and canvas.csv have none for "
                "it. Enter them in {name}, and run the same command.",
                "{number} open answers have no points yet, so moodle.csv and canvas.csv have none "
                "for them. Enter them in {name}, and run the same command.",
                unread,
                name=OPEN_POINTS,
            )
        )
    return int(bool(failed))


def _say_later(marked: list[tables.Marked]) -> None:
    """Exercises of the teacher's own that are not in every copy."""
    copies = Counter(one.lesson for one in marked if one.marks)
    without = Counter(number for one in marked for number in one.later)
    for number, count in sorted(without.items()):
        print(
            say_number(
                "Your exercise {id} is not in {count} of one copy: it was added later, and is not "
                "asked there.",
                "Your exercise {id} is not in {count} of {number} copies: it was added later, and "
                "is not asked there.",
                copies[number[:2]],
                id=number,
                count=count,
            )
        )
        if count < copies[number[:2]]:
            print(say("  In moodle.csv and canvas.csv, the maximum of the lesson includes it."))


def _list(files: dict[str, str]) -> None:
    for file, said in files.items():
        print(f"  {file}: {said}")


def _waits(one: tables.Marked) -> bool:
    return one.status.startswith(NOT_YET)


def _status(one: tables.Marked) -> str:
    """Why a file is not marked, in words."""
    return say("not marked: {reason}", reason=one.status.partition(": ")[2])


if __name__ == "__main__":
    sys.exit(main())
