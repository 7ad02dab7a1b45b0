"""Make the editions of the lessons that teachers need, from notebooks/: the lessons,
their solutions and their guide pages.

    python3 course.py editions            all lessons
    python3 course.py editions 02 03      these lessons
    python3 course.py editions --lang es  the Spanish lessons, into editions/es/

editions/solutions/ holds every lesson solved and executed. editions/nbgrader/ is a course folder of
nbgrader: source/ with the solutions marked, release/ to hand out. Both are written anew each time:
change a lesson or its solutions, never an edition. Solutions are the same code in every language.
"""

from __future__ import annotations

import ast
import copy
import json
import logging
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError

from helpers.adaptation import adaptation, page
from helpers.authoring.refresh import execute
from helpers.collection import current
from helpers.command import command_parser
from helpers.lab import copy_of
from helpers.language import pattern, say, say_number, shown
from helpers.lessons import EXERCISE, OPEN, shared_folder
from helpers.lessons import STUB as STUB_FOR_TEXT
from tools.choice import chosen_lessons, folder_for, readable

STUB = "answer = ..."
#: The stub with what may stand beside it: the beginning of an answer, as a comment.
STUB_LINE = re.compile(r"^answer = \.\.\.(?: *#.*)?$", re.M)
CHECK = re.compile(r"""\bcheck\(\s*["']([\d.]+)["']""")
PRACTICE = re.compile(r"""\bcheck\(\s*["']\d\d\.([a-z])["']""")
EITHER = re.compile(r"""\bcheck\(\s*["'](\d\d\.\w+)["']""")


def solution(module: str, name: str, imported: set[str]) -> str:
    """The function `name` ("exercise_1", "practice_a") of a solutions module as a learner's code
    that gives `answer` its value.

    What it takes from the module comes into the function, imports only where the lesson has not
    `imported` them: the lesson's next cells find every name as it was. A function that only
    returns a value becomes one line.

    Raises
    ------
    ValueError
        If the module has no such function.
    """
    tree = ast.parse(module)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    function = next((node for node in functions if node.name == name), None)
    if function is None:
        raise ValueError(f"solutions.py has no function {name}().")
    needed = _needed(tree, module, function, imported)
    lines = (ast.get_source_segment(module, function) or "").splitlines()[1:]
    if isinstance(function.body[0], ast.Return) and not needed:
        return re.sub(r"^return\b *", "answer = ", dedent("\n".join(lines)), count=1, flags=re.M)
    inside = [indent(text, "    ") for text in needed]
    return "\n".join([f"def {name}():", *inside, *lines, "", "", f"answer = {name}()"])


def _function(exercise: re.Match[str] | None) -> str:
    """The name of the function that solves an exercise."""
    return f"exercise_{exercise[1].split('.')[1]}" if exercise else ""


def pages() -> list[Path]:
    """The pages that lessons link (glossary, help lines): they go where the lessons go."""
    return sorted(current().notebooks.glob("*.md"))


def write_pages(folder: Path) -> None:
    """Write those pages, as this class gets them, into `folder`."""
    for path in pages():
        text = page(path, current())
        (folder / path.name).write_text(text, encoding="utf-8", newline="\n")


def _needed(
    tree: ast.Module, module: str, function: ast.FunctionDef, imported: set[str]
) -> list[str]:
    """The module's statements that the function needs, in their order."""
    needed, kept = _names(function), []
    for node in reversed(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            missing = [
                alias for alias in node.names if (alias.asname or alias.name) in needed - imported
            ]
            if missing:
                kept.append(
                    ast.unparse(
                        ast.ImportFrom(node.module, missing, node.level)
                        if isinstance(node, ast.ImportFrom)
                        else ast.Import(missing)
                    )
                )
        elif node is not function and needed & _defines(node):
            kept.append(ast.get_source_segment(module, node) or "")
            needed |= _names(node)
    return kept[::-1]


def _defines(node: ast.stmt) -> set[str]:
    """The names that a statement of a module gives a value."""
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {
        name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
    }


def _names(node: ast.AST) -> set[str]:
    """The names that a piece of code reads; in a query, those after @."""
    read = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    texts = [
        text.value
        for text in ast.walk(node)
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    ]
    return read | {name for text in texts for name in re.findall(r"@(\w+)", text)}


def _imported(notebook: dict[str, Any]) -> set[str]:
    """The names that a lesson's cells import."""
    nodes = [
        node
        for cell in _code(notebook)
        for node in ast.walk(ast.parse(_source(cell)))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    return {alias.asname or alias.name for node in nodes for alias in node.names}


def _code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def rubric(page: str, exercise: str) -> str:
    """What a guide page says of an open exercise: from its bold name to the next heading."""
    heading = rf"{pattern(EXERCISE)} {re.escape(exercise)} \({pattern(OPEN)}\)"
    match = re.search(rf"^\*\*{heading}.*?(?=^## )", page, re.M | re.S)
    if not match:
        raise ValueError(
            f"the guide page has no paragraph that begins with **Exercise {exercise} (open)"
        )
    return match[0].strip()


def points(page: str, exercise: str) -> int:
    """The points of an open exercise: one for each row of its rubric's table."""
    rows = [line for line in rubric(page, exercise).splitlines() if line.startswith("|")]
    return max(len(rows) - 2, 1)


def solved(lesson: Path) -> dict[str, Any]:
    """A lesson with the solutions in its exercises and the rubric in place of the open answer;
    nothing is executed.
    """
    notebook, own = _adapted(lesson)
    module, page, imported = _beside(lesson, notebook)
    for cell in notebook["cells"]:
        exercise, practice = CHECK.search(_source(cell)), PRACTICE.search(_source(cell))
        if cell["cell_type"] == "code" and (exercise or practice):
            name = f"practice_{practice[1]}" if practice else _function(exercise)
            stub = STUB_LINE.search(_source(cell))
            asked = exercise[1] if exercise else ""
            answer = own.get(asked) or solution(module, name, imported)
            cell["source"] = _source(cell).replace(stub[0] if stub else STUB, answer)
        elif cell["cell_type"] == "markdown" and _text_stub(cell):
            cell["source"] = _source(cell).replace(_text_stub(cell), rubric(page, _open_id(cell)))
    return notebook


def nbgrader_source(lesson: Path) -> dict[str, Any]:
    """A lesson as nbgrader's source: each exercise is an answer cell with its solution marked, and
    a locked cell that checks it.
    """
    notebook, own = _adapted(lesson)
    module, page, imported = _beside(lesson, notebook)
    cells = []
    for cell in notebook["cells"]:
        exercise = CHECK.search(_source(cell))
        if cell["cell_type"] == "code" and exercise:
            code = own.get(exercise[1]) or solution(module, _function(exercise), imported)
            marked = f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"
            cells += answer_and_check(cell, marked, exercise[1])
        elif cell["cell_type"] == "markdown" and _text_stub(cell):
            cells += question_and_text(
                cell,
                f"### BEGIN SOLUTION\n{rubric(page, _open_id(cell))}\n### END SOLUTION",
                points(page, _open_id(cell)),
            )
        else:
            cells.append(cell)
    notebook["cells"] = cells
    return notebook


def answer_and_check(cell: dict[str, Any], answer: str, exercise: str) -> list[dict[str, Any]]:
    """An exercise's cell as two: the learner's, and the locked one whose printed number nbgrader
    reads as credit.

    The second imports check() again, so that a learner's variable of that name does not stand in
    its place.
    """
    name = exercise.replace(".", "-")
    first, second = copy.deepcopy(cell), copy.deepcopy(cell)
    first["source"] = answer
    first["metadata"]["nbgrader"] = _mark(f"answer-{name}", "code", solution=True)
    second["id"], second["source"] = (
        f"{cell['id']}-check",
        f'from helpers import check\n\ncheck("{exercise}", answer)',
    )
    second["metadata"]["nbgrader"] = _mark(f"check-{name}", "code", grade=True, points=1)
    return [first, second]


def question_and_text(cell: dict[str, Any], answer: str, points: int) -> list[dict[str, Any]]:
    """An open exercise's cell as two: the question, and the answer that a person marks by the
    rubric.
    """
    first, second = copy.deepcopy(cell), copy.deepcopy(cell)
    first["source"] = _source(cell).split(_text_stub(cell))[0].rstrip()
    second["id"], second["source"] = f"{cell['id']}-text", answer
    second["metadata"]["nbgrader"] = _mark(
        f"open-{_open_id(cell).replace('.', '-')}",
        "markdown",
        solution=True,
        grade=True,
        points=points,
    )
    return [first, second]


def _mark(
    grade_id: str,
    cell_type: str,
    solution: bool = False,
    grade: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    """Nbgrader's metadata of a cell (its schema, version 3)."""
    mark = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": grade and not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        "cell_type": cell_type,
    }
    return mark if points is None else mark | {"points": points}


def _text_stub(cell: dict[str, Any]) -> str:
    """Where a learner writes an answer in words, as this cell says it; empty if it does not."""
    found = re.search(pattern(STUB_FOR_TEXT), _source(cell))
    return found[0] if found else ""


def _open_id(cell: dict[str, Any]) -> str:
    match = re.search(rf"### {pattern(EXERCISE)} ([\d.]+) \({pattern(OPEN)}\)", _source(cell))
    if match is None:
        raise ValueError(f"the cell {cell.get('id')} is no open exercise")
    return match[1]


def _adapted(lesson: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """A lesson without results as this class gets it, and the answers of a teacher's own exercises
    as code, by exercise.
    """
    notebook = json.loads(copy_of(lesson, current()))
    own = adaptation(current()).exercises(lesson.name[:2])
    return notebook, {one.id: f"answer = {one.answer!r}" for one in own}


def _beside(lesson: Path, notebook: dict[str, Any]) -> tuple[str, str, set[str]]:
    """The solutions and the guide page that belong to a lesson, and the names it imports."""
    module = (shared_folder(lesson) / "solutions.py").read_text(encoding="utf-8")
    page = (lesson.with_suffix("") / "guide.md").read_text(encoding="utf-8")
    return module, page, _imported(notebook)


def config() -> str:
    """Nbgrader's settings for a course in the language in use."""
    return f'''"""nbgrader's settings for this course; written by `python3 course.py editions`."""

c = get_config()
c.CourseDirectory.course_id = "links_in_the_chain"
c.ClearSolutions.code_stub = {{"python": "{STUB}"}}
c.ClearSolutions.text_stub = "{shown(STUB_FOR_TEXT)}"
c.OverwriteCells.add_missing_cells = True
'''


def write_source(lesson: Path, course: Path) -> Path:
    """Write a lesson into the nbgrader course folder `course`: one assignment, one notebook, both
    with the lesson's name.
    """
    course.mkdir(parents=True, exist_ok=True)
    (course / "nbgrader_config.py").write_text(config(), encoding="utf-8", newline="\n")
    path = course / "source" / lesson.stem / lesson.name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pages(path.parent)
    return _write(nbgrader_source(lesson), path)


def _write(notebook: dict[str, Any], path: Path) -> Path:
    path.write_text(
        json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
    return path


def open_course(course: Path, **options: Any) -> Any:
    """Nbgrader's programming interface for the course folder `course`; `options` set traits such as
    ``Execute={"timeout": 30}``.
    """
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(
        os.pathsep
    ):  # nbgrader starts alembic by its bare name
        os.environ["PATH"] = scripts + os.pathsep + os.environ.get("PATH", "")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    config.merge(Config(options))
    log = logging.getLogger("traitlets")
    log.handlers, log.propagate = [logging.NullHandler()], False
    return NbGraderAPI(CourseDirectory(config=config), config=config, log_level=logging.ERROR)


def release(course: Path, names: list[str]) -> None:
    """Let nbgrader make what is handed out, and its gradebook, for the assignments `names`; raise
    RuntimeError with its log if it cannot.
    """
    api = open_course(course)
    for name in names:
        outcome = api.generate_assignment(name, force=True, create=True)
        if not outcome["success"]:
            raise RuntimeError(
                f"nbgrader could not make the assignment {name}:\n"
                f"{outcome.get('log', '')}{outcome.get('error', '')}"
            )


def _execute_solved(lesson: Path, folder: Path) -> str:
    """Write a lesson, solved and executed, into `folder`; returns what is wrong with it, in which
    case nothing is written.
    """
    (folder / lesson.name).unlink(missing_ok=True)
    try:
        notebook = solved(lesson)
        with TemporaryDirectory(dir=folder, prefix=".") as scratch:
            executed = execute(_write(notebook, Path(scratch) / lesson.name))
    except CellExecutionError as error:
        return say(
            "{lesson}: with the solutions, the code after {exercise} ends in an error "
            "({error}). Correct solutions.py in the lesson's folder.",
            lesson=lesson.name,
            exercise=_before_the_error(notebook, str(error)),
            error=f"{error.ename}: {error.evalue}",
        )
    except (OSError, RuntimeError, ValueError) as error:
        return f"{lesson.name}: {error}"
    wrong = []
    for cell in executed.cells:
        exercise = EITHER.search(cell.source) if cell.cell_type == "code" else None
        if exercise:
            shown = [output.get("data", {}).get("text/plain") for output in cell.outputs]
            if shown[-1:] != ["1"]:
                wrong.append(exercise[1])
    if wrong:
        return say(
            "The solutions of {exercises} are not right in their lesson: correct solutions.py "
            "in the lesson's folder.",
            exercises=", ".join(wrong),
        )
    text = str(nbformat.writes(executed))
    (folder / lesson.name).write_text(text + "\n", encoding="utf-8", newline="\n")
    return ""


def _before_the_error(notebook: dict[str, Any], error: str) -> str:
    """The last exercise before, or in, the cell whose code an error of nbclient quotes."""
    exercise = ""
    for cell in _code(notebook):
        found = EITHER.search(_source(cell))
        exercise = found[1] if found else exercise
        if f"\n{_source(cell)}\n" in error:
            break
    return exercise


def _hand_out(lesson: Path, course: Path) -> str:
    """Write a lesson as an assignment of nbgrader; returns what is wrong with it, in which case
    none is left.
    """
    try:
        write_source(lesson, course)
        release(course, [lesson.stem])
    except (RuntimeError, ValueError) as error:
        for part in ("source", "release"):
            shutil.rmtree(course / part / lesson.stem, ignore_errors=True)
        return f"{lesson.name}: {error}"
    return ""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("editions", __doc__)
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all")
    options = parser.parse_args(arguments)
    chosen = readable(asked := chosen_lessons(parser, options.lessons))
    folder = folder_for("editions")
    solutions, course = folder / "solutions", folder / "nbgrader"
    if not options.lessons:
        for old in (solutions, course):
            shutil.rmtree(old, ignore_errors=True)
    solutions.mkdir(parents=True, exist_ok=True)
    write_pages(solutions)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = pool.map(lambda lesson: _execute_solved(lesson, solutions), chosen)
        problems = dict(zip(chosen, outcomes, strict=True))
    for lesson in chosen:
        problems[lesson] = problems[lesson] or _hand_out(lesson, course)
    for problem in filter(None, problems.values()):
        print(problem, file=sys.stderr)
    made = [lesson for lesson in chosen if not problems[lesson]]
    print(
        say_number(
            "One lesson: solved and executed in {folder}/solutions/, to hand out in "
            "{folder}/nbgrader/release/.",
            "{number} lessons: solved and executed in {folder}/solutions/, to hand out in "
            "{folder}/nbgrader/release/.",
            len(made),
            folder=folder.relative_to(current().root).as_posix(),
        )
    )
    if made != chosen:
        return 1
    return 0 if chosen == asked else 2


if __name__ == "__main__":
    sys.exit(main())
