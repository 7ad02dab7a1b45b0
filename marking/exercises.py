"""The exercises of a notebook: which cell answers which, and where a learner wrote the open answer.

Copies from `lab` and copies released by nbgrader are read alike. Nothing is executed here.
"""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

CHECK = re.compile(r"""\bcheck\(\s*(?:number\s*=\s*|id\s*=\s*)?["'](\d\d\.\d+)["']""")
OPEN = re.compile(r"^### Exercise (\d\d\.\d+) \(open\)", re.M)
STUB = "*Your answer:*"
LONG_ENOUGH = 100  # characters of an answer's code: shorter code is alike without being copied


@dataclass
class Found:
    """What a notebook holds.

    Attributes
    ----------
    cells : list of (str, str)
        The code of each cell to run, and the number of the exercise that it answers, or "".
    twice : list of str
        Exercises that are answered in more than one cell; the last one counts.
    open_answers : dict of str to str
        The text of each open answer; empty if the question is there and was left blank.
    lesson : str
        The number of the lesson with most exercises here; empty if there are none.
    codes : dict of str to str
        A hash of the code of each answer, whatever its comments and layout; only of long code.
    outside : list of str
        Exercises whose cell hands a name to check() that it does not set itself.
    """

    cells: list[tuple[str, str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    open_answers: dict[str, str] = field(default_factory=dict)
    lesson: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)


def find(notebook: dict[str, Any]) -> Found:
    """The exercises of a notebook in format 4."""
    found = Found()
    cells = notebook["cells"]
    answered: dict[str, int] = {}
    for position, cell in enumerate(cells):
        source = text_of(cell)
        if cell["cell_type"] == "code":
            number = _number(cell, source)
            # nbgrader's locked cell follows the answer: the answer is in the cell before it.
            if number and _mark(cell).startswith("check-"):
                continue
            found.cells.append((without_check(source) if number else source, number))
            if number:
                if number in answered:
                    found.twice.append(number)
                    index = answered[number]
                    found.cells[index] = (found.cells[index][0], "")
                answered[number] = len(found.cells) - 1
        elif cell["cell_type"] == "markdown":
            found.open_answers |= _open_answer(cells, position, source)
    for number, index in answered.items():
        code = found.cells[index][0]
        found.codes[number] = fingerprint(code)
        if not sets_answer(code):
            found.outside.append(number)
    numbers = [*answered, *found.open_answers]
    lessons = [number[:2] for number in numbers]
    found.lesson = max(sorted(set(lessons)), key=lessons.count, default="")
    return found


def text_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which a notebook stores as a text or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def _mark(cell: dict[str, Any]) -> str:
    """Nbgrader's name of a cell, such as answer-02-1."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return str(marks.get("grade_id", "")) if isinstance(marks, dict) else ""


def _number(cell: dict[str, Any], source: str) -> str:
    mark = re.fullmatch(r"(?:answer|check)-(\d\d)-(\d+)", _mark(cell))
    if mark:
        return f"{mark[1]}.{mark[2]}"
    asked = CHECK.findall(_code_only(source))
    return asked[-1] if asked else ""


def _code_only(source: str) -> str:
    """The code without its comments, so that a check() in a comment is not one."""
    return "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in source.splitlines())


def without_check(source: str) -> str:
    """An exercise's cell without its calls of check(); what was handed to check() becomes the
    answer.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return "\n".join(line for line in source.splitlines() if not CHECK.search(line))
    kept = []
    for node in statements:
        handed = _handed_to_check(node)
        if handed is None:
            kept.append(ast.get_source_segment(source, node, padded=True) or "")
        elif ast.unparse(handed) != "answer":
            kept.append(f"answer = ({ast.unparse(handed)})")
    return "\n".join(kept) + "\n"


def fingerprint(code: str) -> str:
    """A short hash of code without comments and layout; empty if it is too short to tell."""
    try:
        text = ast.unparse(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError):
        text = code.strip()
    if len(text) < LONG_ENOUGH:
        return ""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def sets_answer(code: str) -> bool:
    """Whether the code of an exercise's cell sets its answer itself, not from a bare name that
    another cell set. Code that cannot be read counts as if it did.
    """
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return True
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    given = [
        node.value
        for node in nodes
        if isinstance(node, ast.Assign) and [ast.unparse(x) for x in node.targets] == ["answer"]
    ]
    last = given[-1] if given else None
    if isinstance(last, ast.Name):
        return last.id in stored
    return "answer" in stored


def _handed_to_check(node: ast.stmt) -> ast.expr | None:
    """The answer in a statement that only calls check("02.1", answer), or hands it on by name."""
    value = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
    if not isinstance(value, ast.Call) or not ast.unparse(value.func).endswith("check"):
        return None
    named = {word.arg: word.value for word in value.keywords}
    return value.args[1] if len(value.args) > 1 else named.get("answer")


def _open_answer(cells: list[dict[str, Any]], position: int, source: str) -> dict[str, str]:
    mark = re.fullmatch(r"open-(\d\d)-(\d+)", _mark(cells[position]))
    if mark:
        return {f"{mark[1]}.{mark[2]}": _written(source)}
    asked = OPEN.search(source)
    if not asked:
        return {}
    following = []
    for cell in cells[position + 1 :]:
        if (
            cell["cell_type"] != "markdown"
            or text_of(cell).startswith("#")
            or _mark(cell).startswith("open-")
        ):
            break
        following.append(text_of(cell))
    below = source.split(STUB, 1)[1] if STUB in source else ""
    return {asked[1]: _written("\n\n".join([below, *following]))}


def _written(text: str) -> str:
    return text.replace(STUB, "").strip()
