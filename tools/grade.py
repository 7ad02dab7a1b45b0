"""Mark a folder of submissions with nbgrader, one copied course folder and one time limit for each.

    python3 course.py grade inbox                 every notebook under inbox/
    python3 course.py grade inbox --limit 300     seconds for one submission (default 180)
    python3 course.py grade inbox --cell 60       seconds for one cell

A submission is inbox/LEARNER/02_overdose_deaths.ipynb or inbox/LEARNER.ipynb.

Copies from `lab` (my_work/) and from editions/nbgrader/release/ are both taken. inbox_marks/ gets
marks.csv, a page of feedback for each submission, and the open answers of each lesson on one page
with the rubric. What has been marked is not marked again unless it, the lesson or its keys changed;
--again repeats what could not be marked.

This is not a sandbox. A submission runs as you, with your files and your network: mark in a virtual
machine or container whatever you would not run yourself. Nor is it an exam: the keys lie
beside the lessons, where learners can read them.
"""

from __future__ import annotations

import argparse
import ast
import copy
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.collection import current
from helpers.lessons import choose_lessons
from tools.editions import (
    CHECK,
    TEXT_STUB,
    answer_and_check,
    open_course,
    question_and_text,
    release,
    rubric,
    write_source,
)

ROOT = Path(__file__).resolve().parent.parent
LEARNER = "learner"  # nbgrader's name for the one learner of a copied course folder
SKIPPED = {"autograded", "feedback", "source", "release", "__pycache__"}  # nbgrader's own folders
MARKED = "marked"


@dataclass
class Outcome:
    """What came of one submission; `file` is its path below the folder that was marked."""

    learner: str
    lesson: str
    file: str
    status: str
    remark: str = ""
    credit: dict[str, float] = field(default_factory=dict)
    open_answers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    fingerprint: str = ""


def find(folder: Path) -> list[Path]:
    """The notebooks below a folder, without hidden folders and those that nbgrader writes."""
    paths = [path for path in sorted(folder.rglob("*.ipynb")) if path.is_file()]
    return [
        path
        for path in paths
        if not any(
            part in SKIPPED or part.startswith(".") for part in path.relative_to(folder).parts[:-1]
        )
    ]


def learner_of(path: Path, folder: Path) -> str:
    """The first folder below `folder`, or the name of a file that lies in none."""
    parts = path.relative_to(folder).parts
    return parts[0] if len(parts) > 1 else path.stem


def lesson_of(notebook: dict[str, Any]) -> Path | None:
    """The lesson whose exercises a submission has most of; None if it has none."""
    asked = [name for cell in notebook["cells"] for name in CHECK.findall(_source(cell))]
    lessons = [name.split(".")[0] for name in asked]
    numbers = sorted(set(lessons), key=lessons.count)
    chosen = [path for path in choose_lessons(current()) if path.name[:2] in numbers[-1:]]
    return chosen[0] if chosen else None


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def as_submission(notebook: dict[str, Any], released: dict[str, Any]) -> dict[str, Any]:
    """A learner's notebook with nbgrader's marks on its exercises.

    A copy from `lab` has none: each of its exercise cells is cut into the answer and the check, as
    in the `released` notebook. Exercises that the learner has deleted are put back, untouched, at
    the end, so that they count as not tried.
    """
    submission = copy.deepcopy(notebook)
    if not any(_grade_id(cell) for cell in submission["cells"]):
        submission["cells"] = _with_marks(submission["cells"])
    present = {_grade_id(cell) for cell in submission["cells"]}
    for cell in released["cells"]:
        twin = re.sub(
            "^(answer|check)",
            lambda m: {"answer": "check", "check": "answer"}[m[1]],
            _grade_id(cell),
        )
        if _grade_id(cell) and not {_grade_id(cell), twin} & present:
            submission["cells"].append(cell)
    return submission


def _with_marks(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells of a copy from `lab`, cut as the editions cut them; of an exercise that stands
    twice, the last is marked.
    """
    last = {
        exercise: index
        for index, cell in enumerate(cells)
        for exercise in CHECK.findall(_source(cell))
        if cell["cell_type"] == "code"
    }
    marked: list[dict[str, Any]] = []
    for index, cell in enumerate(cells):
        exercises = [exercise for exercise, place in last.items() if place == index]
        if cell["cell_type"] == "markdown" and re.search(
            r"### Exercise [\d.]+ \(open\)", _source(cell)
        ):
            below = (
                _source(cell).split(TEXT_STUB)[-1] if TEXT_STUB in _source(cell) else _source(cell)
            )
            later = cells[index + 1 :]
            end = next(
                (
                    i
                    for i, c in enumerate(later)
                    if c["cell_type"] != "markdown" or _source(c).startswith("#")
                ),
                len(later),
            )
            text = "\n\n".join([below.strip(), *(_source(c) for c in later[:end])]).strip()
            marked += question_and_text(
                cell, text or TEXT_STUB, 1
            )  # nbgrader puts the true number of points back
        elif exercises:
            marked += answer_and_check(cell, _answer(_source(cell)), exercises[0])
        else:
            marked.append(cell)
    return marked


def _answer(source: str) -> str:
    """An exercise's cell without its call of check(); what was handed to check() becomes the
    answer.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return "\n".join(line for line in source.splitlines() if not CHECK.search(line))
    kept = []
    for node in statements:
        call = (
            node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
        )
        if (
            call
            and isinstance(call.func, ast.Name)
            and call.func.id == "check"
            and len(call.args) == 2
        ):
            if ast.unparse(call.args[1]) != "answer":
                kept.append(f"answer = {ast.unparse(call.args[1])}")
        else:
            kept.append(ast.get_source_segment(source, node) or "")
    return "\n".join(kept) + "\n"


def fingerprint(path: Path, lesson: Path) -> str:
    """sha256 over a submission, its lesson, and the helpers with their keys: while it stays, so
    does the mark.
    """
    digest = hashlib.sha256()
    keys = sorted(lesson.with_suffix("").glob("*.py"))
    for file in [path, lesson, *keys, *sorted((ROOT / "helpers").rglob("*.py"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def make_course(course: Path, chosen: list[Path]) -> None:
    """A course folder of nbgrader with these lessons released, to be copied for each submission."""
    for lesson in chosen:
        write_source(lesson, course)
    release(course, [lesson.stem for lesson in chosen])


def mark(path: Path, folder: Path, course: Path, marks: Path, limits: dict[str, float]) -> Outcome:
    """Mark one submission in a copy of `course`, in a process of its own; whatever happens there,
    an Outcome comes back.
    """
    outcome = Outcome(learner_of(path, folder), "", str(path.relative_to(folder)), "")
    start = time.monotonic()
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        lesson = lesson_of(notebook)
        if lesson is None:
            outcome.status = "not marked: no exercise of a lesson in it"
            return outcome
        outcome.lesson, outcome.fingerprint = lesson.stem, fingerprint(path, lesson)
        released = json.loads(
            (course / "release" / lesson.stem / lesson.name).read_text(encoding="utf-8")
        )
        submission = as_submission(notebook, released)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        outcome.status = (
            f"not marked: the file is not a notebook ({type(error).__name__}: {error})"[:200]
        )
        return outcome
    with TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        for part in ("nbgrader_config.py", "gradebook.db"):
            shutil.copy(course / part, work / part)
        place = work / "submitted" / LEARNER / lesson.stem
        place.mkdir(parents=True)
        (place / lesson.name).write_text(json.dumps(submission), encoding="utf-8")
        outcome.status = _run(work, lesson.stem, limits)
        if (work / "result.json").exists():
            result = json.loads((work / "result.json").read_text(encoding="utf-8"))
            outcome.status, outcome.remark = result["status"], result["remark"]
            outcome.credit, outcome.open_answers = result["credit"], result["open_answers"]
        page = work / "feedback" / LEARNER / lesson.stem / f"{lesson.stem}.html"
        if page.exists():
            target = marks / "feedback" / Path(outcome.file).with_suffix(".html")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(page, target)
    outcome.seconds = round(time.monotonic() - start, 1)
    return outcome


def _run(work: Path, name: str, limits: dict[str, float]) -> str:
    """Run `mark_here` in a process of its own; the status to report if it leaves no result. Its
    kernel ends with it.
    """
    import psutil  # comes with ipykernel

    command = [
        sys.executable,
        "-m",
        "tools.grade",
        "--here",
        str(work),
        "--lesson",
        name,
        "--cell",
        str(limits["cell"]),
        "--memory",
        str(limits["memory"]),
    ]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "IPYTHONDIR": str(work / "ipython")}
    environment.pop(
        "JUPYTER_DEFAULT_PROVISIONER_NAME", None
    )  # a kernel of its own, not a fork: the limits on memory hold for it
    with (work / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        family = psutil.Process(process.pid)
        try:
            process.wait(limits["submission"])
            status = f"not marked: nbgrader stopped ({_last_line(work / 'log.txt')})"
        except subprocess.TimeoutExpired:
            status = f"not marked: it took longer than {limits['submission']:g} seconds"
        finally:
            children = family.children(recursive=True) if family.is_running() else []
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()
            process.wait()
    return status


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"


def mark_here(work: Path, name: str, cell_limit: float, memory: float) -> None:
    """Let nbgrader run, mark and comment the one submission in the course folder `work`; writes
    work/result.json.
    """
    limit_resources(memory)
    api = open_course(
        work,
        Execute={"timeout": int(cell_limit)},
        LimitOutput={"max_lines": 200, "max_traceback": 40},
    )
    outcome = api.autograde(name, LEARNER, force=True, create=True)
    log = outcome.get("log", "") + outcome.get("error", "")
    result = {"status": MARKED, "remark": "", "credit": {}, "open_answers": {}}
    if not outcome["success"]:
        result["status"] = f"not marked: {why_not(log)}"
    else:
        graded = json.loads(
            (work / "autograded" / LEARNER / name / f"{name}.ipynb").read_text(encoding="utf-8")
        )
        result |= read_marks(api, name, graded)
        api.generate_feedback(name, LEARNER, force=True)
    (work / "result.json").write_text(json.dumps(result), encoding="utf-8")


def why_not(log: str) -> str:
    """What nbgrader's log says of a submission that it could not run."""
    if re.search(r"DeadKernelError|Kernel died", log):
        return "its kernel died"
    if "unresponsive" in log or "CellTimeoutError" in log:
        return "a cell took too long and could not be interrupted"
    if "MemoryError" in log:
        return "it needs more memory than it may have"
    errors = [
        line.strip()
        for line in log.splitlines()
        if re.match(r"\s*[\w.]+(Error|Exception)\b", line) and "NbGraderException" not in line
    ]
    return f"nbgrader could not run it ({errors[-1][:150] if errors else 'no reason given'})"


def limit_resources(memory: float) -> None:
    """At most `memory` GB and 200 MB a file for this process and its children, where the system can
    limit them (not on Windows).
    """
    try:
        import resource
    except ImportError:
        return
    for kind, size in (
        (resource.RLIMIT_AS, int(memory * 2**30)),
        (resource.RLIMIT_FSIZE, 200 * 2**20),
    ):
        try:
            resource.setrlimit(kind, (size, resource.getrlimit(kind)[1]))
        except (ValueError, OSError):
            continue


def read_marks(api: Any, name: str, graded: dict[str, Any]) -> dict[str, Any]:
    """Credit by exercise from nbgrader's gradebook, open answers (empty where untouched), and a
    remark on cells that failed.
    """
    with api.gradebook as gradebook:
        grades = gradebook.find_submission_notebook(name, name, LEARNER).grades
        credit = {
            _exercise(grade.name): grade.auto_score or 0.0
            for grade in grades
            if grade.name.startswith("check-")
        }
        waiting = {
            grade.name: grade.needs_manual_grade
            for grade in grades
            if grade.name.startswith("open-")
        }
    texts = {
        _exercise(_grade_id(cell)): _source(cell) if waiting[_grade_id(cell)] else ""
        for cell in graded["cells"]
        if _grade_id(cell) in waiting
    }
    errors = [
        (_grade_id(cell), output["ename"])
        for cell in graded["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    told = [f"{_exercise(mark) if mark else 'another cell'}: {error}" for mark, error in errors]
    return {"credit": credit, "open_answers": texts, "remark": "; ".join(dict.fromkeys(told))[:300]}


def _exercise(grade_id: str) -> str:
    """02.1 from check-02-1."""
    return ".".join(grade_id.split("-")[1:])


def write_marks(outcomes: list[Outcome], marks: Path) -> Path:
    """Write marks.csv (one row a submission, one column an exercise) and, by lesson, the open
    answers with their rubric.
    """
    exercises = sorted(
        {name for outcome in outcomes for name in [*outcome.credit, *outcome.open_answers]},
        key=lambda name: [int(part) for part in name.split(".")],
    )
    table = marks / "marks.csv"
    # with the mark by which spreadsheets know UTF-8
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["learner", "lesson", "file", "status", "right", "of", *exercises, "remark", "seconds"]
        )
        for one in outcomes:
            to_read = {
                name: "to read" if text else "left blank" for name, text in one.open_answers.items()
            }
            credit = [one.credit.get(name, to_read.get(name, "")) for name in exercises]
            right = (
                [sum(one.credit.values()), len(one.credit)] if one.status == MARKED else ["", ""]
            )
            writer.writerow(
                [
                    *map(_plain, [one.learner, one.lesson, one.file, one.status]),
                    *right,
                    *credit,
                    _plain(one.remark),
                    one.seconds,
                ]
            )
    for lesson in sorted({one.lesson for one in outcomes if any(one.open_answers.values())}):
        page = (current().notebooks / lesson / "guide.md").read_text(encoding="utf-8")
        answers = [
            (one, name, text)
            for one in outcomes
            if one.lesson == lesson
            for name, text in one.open_answers.items()
            if text
        ]
        parts = [
            f"# Open answers: {lesson}",
            rubric(page, answers[0][1]),
            *(f"## {one.learner} ({one.file})\n\n{text}" for one, _, text in answers),
        ]
        (marks / f"open_answers_{lesson[:2]}.md").write_text(
            "\n\n".join(parts) + "\n", encoding="utf-8", newline="\n"
        )
    return table


def _plain(text: str) -> str:
    """A learner's text for a spreadsheet: it must not be taken for a formula."""
    return f"'{text}" if text[:1] in "=+-@" and text else text


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 1 if a submission could not be marked."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py grade",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where the submissions lie")
    parser.add_argument("--limit", type=float, default=180, help="seconds for one submission (180)")
    parser.add_argument("--cell", type=float, default=60, help="seconds for one cell (60)")
    parser.add_argument(
        "--memory",
        type=float,
        default=4,
        help="GB for one process of a submission, where the system can limit it (4)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        help="submissions at a time (one a core)",
    )
    parser.add_argument("--again", action="store_true", help="repeat what could not be marked")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--lesson", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.here:
        mark_here(options.here, options.lesson, options.cell, options.memory)
        return 0
    if not options.folder or not options.folder.is_dir():
        print(
            f"There is no folder {options.folder}: name the one in which the submissions lie."
            if options.folder
            else parser.format_usage().strip()
        )
        return 2
    folder = options.folder.resolve()
    limits = {"submission": options.limit, "cell": options.cell, "memory": options.memory}
    outcomes = grade(
        folder, folder.with_name(f"{folder.name}_marks"), limits, options.workers, options.again
    )
    if not outcomes:
        print(
            f"No notebook lies below {folder.name}/: put each learner's into a folder of its own, "
            f"{folder.name}/NAME/02_overdose_deaths.ipynb."
        )
        return 2
    failed = [one for one in outcomes if one.status != MARKED]
    print(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} submissions marked: "
        f"{folder.name}_marks/marks.csv."
    )
    print("\n".join(f"  {one.file}: {one.status}" for one in failed), end="\n" if failed else "")
    return int(bool(failed))


def grade(
    folder: Path, marks: Path, limits: dict[str, float], workers: int, again: bool = False
) -> list[Outcome]:
    """Mark every notebook below `folder`, as many at a time as there are `workers`; results go to
    `marks` as they come.
    """
    from rich.progress import track

    (marks / "results").mkdir(parents=True, exist_ok=True)
    done, todo = {}, []
    for path in find(folder):
        earlier = _earlier(path, folder, marks)
        if earlier and (earlier.status == MARKED or not again):
            done[path] = earlier
        else:
            todo.append(path)
    if done:
        print(f"{len(done)} submissions were marked before and have not changed.")
    with TemporaryDirectory(prefix="grade-course-") as name, ThreadPoolExecutor(workers) as pool:
        course = Path(name)
        if todo:
            make_course(course, choose_lessons(current()))
        futures = {pool.submit(mark, path, folder, course, marks, limits): path for path in todo}
        for future in (
            track(as_completed(futures), total=len(futures), description="Marking") if todo else ()
        ):
            path, outcome = futures[future], future.result()
            done[path] = outcome
            _result_file(path, folder, marks).write_text(
                json.dumps(asdict(outcome)), encoding="utf-8"
            )
    outcomes = [done[path] for path in sorted(done)]
    if outcomes:
        write_marks(outcomes, marks)
    return outcomes


def _result_file(path: Path, folder: Path, marks: Path) -> Path:
    return (
        marks
        / "results"
        / f"{hashlib.sha256(str(path.relative_to(folder)).encode()).hexdigest()[:20]}.json"
    )


def _earlier(path: Path, folder: Path, marks: Path) -> Outcome | None:
    """The outcome of an earlier run, if the submission, its lesson and the keys are the same."""
    try:
        outcome = Outcome(
            **json.loads(_result_file(path, folder, marks).read_text(encoding="utf-8"))
        )
        lesson = current().notebooks / f"{outcome.lesson}.ipynb"
        return (
            outcome
            if lesson.is_file() and outcome.fingerprint == fingerprint(path, lesson)
            else None
        )
    except (OSError, ValueError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main())
