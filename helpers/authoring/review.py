"""Look at a whole collection and say what does not fit together, one sentence for each thing.

    python3 -m helpers review        every lesson
    python3 -m helpers review 06     this lesson

Tables must load and be used; claims must be judged in one lesson, and coded by all their coders;
every exercise has a key and every key an exercise; solutions are right and wrong answers are not;
numbers in prose are declared. Files that belong to nothing are named.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from helpers.authoring.describe import END, PAGES, START, has_marks, undescribed
from helpers.authoring.prose import undeclared
from helpers.catalogue import catalogue, load
from helpers.claims import ClaimError, judge
from helpers.collection import Collection, CollectionError, current
from helpers.command import command_parser
from helpers.contract import DataError
from helpers.exercises import (
    Exercise,
    ExerciseError,
    check,
    is_practice,
    lesson_exercises,
    reason_of,
)
from helpers.lessons import (
    Lesson,
    LessonError,
    choose_lessons,
    lesson_files,
    lessons,
    read_lesson,
    why_unreadable,
)

#: Tables that the verdicts themselves are computed from.
_LEDGER = ("claims", "evidence", "judgments", "unsettled")
_CHECK = re.compile(r"""\bcheck\(\s*["']([\d.]+[a-z]?)["']""")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("review", __doc__)
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means the collection")
    chosen = parser.parse_args(arguments).lessons
    try:
        collection = current(written=True)
        if chosen:
            rows = [read_lesson(path) for path in choose_lessons(collection, chosen)]
            said = [problem for lesson in rows for problem in lesson_problems(lesson)]
        else:
            said = problems(collection)
    except CollectionError as error:
        print(error, file=sys.stderr)
        return 1
    except LessonError as error:
        said = [str(error)]
    causes = dict.fromkeys(said)  # each once: a fault of a table is met wherever it is read
    said = [one for one in causes if not any(other in one for other in causes if other != one)]
    print("\n".join(said) if said else "Everything fits together.")
    return int(bool(said))


def problems(collection: Collection) -> list[str]:
    """Everything that does not fit together, a sentence each; empty if all is well."""
    try:
        rows = lessons(collection)
        if not rows:
            return [f"There is no lesson in {collection.notebooks}: add a notebook 01_name.ipynb."]
        said = list(table_problems(collection, rows))
    except (LessonError, DataError) as error:
        return [str(error)]
    said += claim_problems(rows) if "claims" in catalogue(collection) else []
    said += [*stray_files(collection), *stray_folders(collection, rows)]
    said += pages_without_marks(collection)
    return said + [problem for lesson in rows for problem in lesson_problems(lesson)]


def lesson_problems(lesson: Lesson) -> list[str]:
    """What does not fit together in one lesson: guide page, exercises, keys, solutions, numbers in
    prose.
    """
    guide = f"{lesson.name}/guide.md is missing: write the teacher's page there."
    said = [] if (lesson.folder / "guide.md").is_file() else [guide]
    try:
        said += glossary_problems(lesson)
        return [*said, *exercise_problems(lesson), *undeclared(lesson)]
    except (ExerciseError, DataError, ClaimError) as error:
        return [*said, f"{lesson.name}: {error}"]
    except LessonError as error:
        return [*said, str(error)]


def glossary_problems(lesson: Lesson) -> Iterator[str]:
    """Links of a lesson to terms that the page glossary.md does not have."""
    page = lesson.path.with_name("glossary.md")
    text = page.read_text(encoding="utf-8", errors="replace") if page.is_file() else ""
    terms = {term.replace(" ", "-") for term in re.findall(r"^### (.+?) *$", text, re.M)}
    links = re.findall(r"\(glossary\.md#([^)]+)\)", _cells(lesson.path, "markdown"))
    for term in sorted(set(links) - terms):
        yield (
            f"{lesson.path.name} links glossary.md#{term}, a term that the glossary does not have. "
            "Add it there, or remove the link."
        )


def table_problems(collection: Collection, rows: list[Lesson]) -> Iterator[str]:
    """Tables that cannot be loaded, and tables that no lesson, key or evidence uses."""
    used = "\n".join(_code(lesson) for lesson in rows)
    if {"claims", "evidence"} <= set(catalogue(collection)):
        used += "".join(f' load("{name}")' for name in _LEDGER)
        used += "".join(f' load("{name}")' for name in set(load("evidence")["table"]))
    for name, resource in catalogue(collection).items():
        try:
            load(name)
        except DataError as error:
            yield str(error)
            continue
        if f'"{name}"' not in used:
            yield (
                f"{resource['topic']}/{resource['path']}: no lesson uses the table {name}. Use it, "
                f"or remove the file and its entry in {resource['topic']}/datapackage.json."
            )


def claim_problems(rows: list[Lesson]) -> list[str]:
    """Claims that cannot be judged or are not coded in full, and claims that are in no lesson's
    block or in several.
    """
    said = []
    listed = [claim for lesson in rows for claim in lesson.claims]
    try:
        known = list(load("claims")["claim"])
    except DataError:  # `table_problems` says why
        return []
    for lesson in rows:
        said += [
            f"{lesson.path.name}: its block lists the claim {claim!r}, which the table claims "
            "does not have. Remove it."
            for claim in lesson.claims
            if claim not in known
        ]
    for claim in known:
        if listed.count(claim) != 1:
            said.append(
                f"The claim {claim!r} is in the block of {listed.count(claim)} lessons; it must "
                "be in one lesson's block."
            )
        try:
            uncoded = list(coding_problems(claim))
            said += uncoded
            if not uncoded:
                judge(claim)
        except (ClaimError, DataError) as error:
            said.append(str(error))
    return said


def coding_problems(claim: str) -> Iterator[str]:
    """Readings with evidence that a coder of the claim did not code, and codes of readings without
    evidence.
    """
    codes = load("judgments").query("claim == @claim")
    readings = list(dict.fromkeys(load("evidence").query("claim == @claim")["reading"]))
    for coder, own in codes.groupby("coder", sort=False):
        for reading in readings:
            if reading not in set(own["reading"]):
                yield (
                    f"Claim {claim}: the coder {coder!r} has not coded the reading {reading!r}. "
                    "Add the line to the table judgments."
                )
    for reading in dict.fromkeys(codes["reading"]):
        if reading not in readings:
            yield (
                f"Claim {claim}: the reading {reading!r} is coded and has no evidence. Add a row "
                "to the table evidence, or remove its lines from the table judgments."
            )


def exercise_problems(lesson: Lesson) -> Iterator[str]:
    """Exercises without a key, keys without an exercise or that fail, solutions that are wrong and
    wrong answers that count.
    """
    asked = list(dict.fromkeys(_CHECK.findall(_cells(lesson.path))))
    keys = lesson_exercises(lesson.number)
    for number in asked:
        if number.startswith(f"{lesson.number}.") and number not in keys:
            yield (
                f"{lesson.path.name}: exercise {number} has no key. Add one to "
                f"{lesson.name}/key.py."
            )
    for number in keys:
        if number not in asked:
            yield (
                f"{lesson.name}/key.py: the key {number} has no exercise. Add check({number!r}, "
                "...) to the lesson, or remove the key."
            )
    if not keys:
        return
    solutions = read_solutions(lesson)
    for number, exercise in keys.items():
        broken = list(_problems_with_key(lesson, exercise))
        if broken:  # no answer can be judged by it
            yield from broken
            continue
        function = solution_name(number)
        solve = getattr(solutions, function, None)
        if solve is None:
            yield f"{lesson.name}/solutions.py: there is no function {function} for {number}."
        else:
            yield from _problem_with_solution(lesson, number, solve)
        for wrong in getattr(solutions, "WRONG", {}).get(number, []):
            if check(number, wrong).credit:
                yield (
                    f"{lesson.name}/solutions.py: the wrong answer {wrong!r} counts as right in "
                    f"{number}."
                )


def _problems_with_key(lesson: Lesson, exercise: Exercise) -> Iterator[str]:
    parts = {"the key": exercise.key}
    parts |= {f"trap {n}": trap for n, trap in enumerate(exercise.traps.values(), start=1)}
    for part, compute in parts.items():
        try:
            compute()
        except (Exception, SystemExit) as error:  # the key is the author's: whatever it raises
            yield (
                f"{lesson.name}/key.py: {part} of {exercise.id} cannot be computed: "
                f"{reason_of(error)}"
            )


def solution_name(number: str) -> str:
    """The function of solutions.py that answers an exercise, or a question to try.

    Examples
    --------
    >>> solution_name("02.3"), solution_name("02.a")
    ('exercise_3', 'practice_a')
    """
    kind = "practice" if is_practice(number) else "exercise"
    return f"{kind}_{number.split('.')[1]}"


def _problem_with_solution(lesson: Lesson, number: str, solve: Callable[[], Any]) -> Iterator[str]:
    where = f"{lesson.name}/solutions.py: the solution of {number}"
    try:
        outcome = check(number, solve())
    except (Exception, SystemExit) as error:  # any fault there has the same remedy
        yield (
            f"{where} fails ({type(error).__name__}: {error}). Correct it, or the table it reads."
        )
        return
    if not outcome.credit:
        yield f"{where} does not count. {outcome.message}"


def stray_files(collection: Collection) -> Iterator[str]:
    """CSV files under data/ that no description names, and notebooks that are no lesson."""
    yield from undescribed(collection)
    known = set(lesson_files(collection))
    for path in sorted(collection.notebooks.glob("[!.]*.ipynb")):
        if path not in known:
            yield (
                f"notebooks/{path.name} is no lesson: a lesson's name is two digits, an "
                "underscore and a name, as in 01_name.ipynb. Rename or remove it."
            )


def pages_without_marks(collection: Collection) -> Iterator[str]:
    """Pages into which `describe` cannot write the table of lessons."""
    for name in PAGES:
        path = collection.root / name
        if path.is_file() and not has_marks(path.read_text(encoding="utf-8", errors="replace")):
            yield (
                f"{name} lacks the marks between which `describe` writes the table of lessons: "
                f"add the lines {START} and {END}."
            )


def stray_folders(collection: Collection, rows: list[Lesson]) -> Iterator[str]:
    """Folders named like a lesson that has no notebook."""
    names = {lesson.name for lesson in rows}
    for folder in sorted(collection.notebooks.glob("[0-9][0-9]_*/")):
        if folder.name not in names:
            yield (
                f"notebooks/{folder.name}/ belongs to no lesson: add {folder.name}.ipynb, or "
                "remove the folder."
            )


def read_solutions(lesson: Lesson) -> ModuleType:
    """The module solutions.py of a lesson; `ExerciseError` if it is missing or cannot be run."""
    path = lesson.folder / "solutions.py"
    spec = importlib.util.spec_from_file_location(f"solutions_of_{lesson.name}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise ExerciseError(f"{lesson.name}/solutions.py is missing: write the answers there.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ExerciseError(
            f"{lesson.name}/solutions.py cannot be run ({type(error).__name__}: {error})."
        ) from error
    return module


def _code(lesson: Lesson) -> str:
    """All code of a lesson: its cells and the Python files in its folder."""
    files = filter(Path.is_file, sorted(lesson.folder.glob("*.py")))
    texts = (file.read_text(encoding="utf-8", errors="replace") for file in files)
    return "\n".join([_cells(lesson.path), *texts])


def _cells(path: Path, kind: str = "code") -> str:
    if problem := why_unreadable(path):
        raise LessonError(problem)
    cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)


if __name__ == "__main__":
    sys.exit(main())
