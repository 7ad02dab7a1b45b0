"""The exercises of a notebook: which cell answers which, and where a learner wrote the open answer.

Copies from `lab` and copies released by nbgrader are read alike. Nothing is executed here.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from helpers.adaptation import OWN
from helpers.language import ENGLISH, languages, pattern
from helpers.lessons import EXERCISE, OPEN, STUB

CHECK = re.compile(r"""\bcheck\(\s*(?:number\s*=\s*|id\s*=\s*)?["']([0-9]{2}\.[0-9]{1,3})["']""")
#: How a lesson says in which language it is.
SPEAK = re.compile(r"""^speak\(\s*["']([\w-]+)["']\s*\)""", re.M)
#: What Python raises for code that it cannot read.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
#: What makes a terminal, a page or a table show something else than it holds.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
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
    own : set of str
        A teacher's own exercises with which the copy was made.
    texts : set of int
        Hashes of its texts, which tell it from a copy of another version of the lesson.
    language : str
        What `language_of` reads: helpers speak it in the run, and the answers are judged in it.
    """

    cells: list[tuple[str, str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    open_answers: dict[str, str] = field(default_factory=dict)
    lesson: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    language: str = ENGLISH


def find(notebook: dict[str, Any]) -> Found:
    """The exercises of a notebook in format 4."""
    found = Found(language=language_of(notebook), own=_own(notebook))
    if found.language != ENGLISH:  # also where the learner changed the cell that says so
        found.cells.append(
            (f'from helpers.language import speak\n\nspeak("{found.language}")\n', "")
        )
    cells = notebook["cells"]
    words = re.compile(f"^{open_heading()}", re.M), re.compile(pattern(STUB))
    answered: dict[str, int] = {}
    for position, cell in enumerate(cells):
        source = text_of(cell)
        if cell["cell_type"] == "code":
            number = _number(cell, source)
            # nbgrader's locked cell follows the answer: the answer is in the cell before it.
            if number and _mark(cell).startswith("check-"):
                continue
            if not number:
                found.cells.append((source, ""))
            for part in (parts(source) if not _mark(cell) else [source]) if number else []:
                asked = _number(cell, part)
                found.cells.append((without_check(part), asked))
                if asked in answered:
                    found.twice.append(asked)
                    index = answered[asked]
                    found.cells[index] = (found.cells[index][0], "")
                answered[asked] = len(found.cells) - 1
        elif cell["cell_type"] == "markdown":
            found.texts.add(hash_of_text(source))
            found.open_answers |= _open_answer(cells, position, source, *words)
    for number, index in answered.items():
        code = found.cells[index][0]
        found.codes[number] = fingerprint(code)
        if not sets_answer(code):
            found.outside.append(number)
    numbers = [*answered, *found.open_answers]
    lessons = [number[:2] for number in numbers]
    found.lesson = max(sorted(set(lessons)), key=lessons.count, default="")
    return found


def language_of(notebook: dict[str, Any]) -> str:
    """The language of a notebook: the one in its metadata, else in its first call of speak(), which
    is read and not run. It is English if there are no messages in that language, or none is named.
    """
    metadata = notebook.get("metadata")
    about = metadata.get("lesson") if isinstance(metadata, dict) else None
    named = [about.get("language")] if isinstance(about, dict) else []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            named += SPEAK.findall(_code_only(text_of(cell)))
    known = languages()
    return next((name for name in named if name in known), ENGLISH)


def _own(notebook: dict[str, Any]) -> set[str]:
    """The teacher's own exercises with which a copy was made, by its metadata."""
    metadata = notebook.get("metadata")
    named = metadata.get(OWN) if isinstance(metadata, dict) else None
    return {one for one in named if isinstance(one, str)} if isinstance(named, list) else set()


def text_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which a notebook stores as a text or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def hash_of_text(source: str) -> int:
    """A hash of a text of a lesson; copies for Colab have other targets of links."""
    return hash(re.sub(r"\]\([^)]*\)", "]", source.strip()))


def _mark(cell: dict[str, Any]) -> str:
    """Nbgrader's name of a cell, such as answer-02-1."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return str(marks.get("grade_id", "")) if isinstance(marks, dict) else ""


def _number(cell: dict[str, Any], source: str) -> str:
    mark = re.fullmatch(r"(?:answer|check)-([0-9]{2})-([0-9]{1,3})", _mark(cell))
    if mark:
        return f"{mark[1]}.{mark[2]}"
    asked = CHECK.findall(_code_only(source))
    return asked[-1] if asked else ""


def _code_only(source: str) -> str:
    """The code without its comments, so that a check() in a comment is not one."""
    return "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in source.splitlines())


def parts(source: str) -> list[str]:
    """The code of an exercise's cell; of several exercises, the code that leads up to each check().

    What follows the last check() belongs to it.
    """
    source = _lines_of(source)
    try:
        asked = [
            (node.end_lineno or 0, found[0])
            for node in _statements(source)
            if (found := _check_in(node))
        ]
    except UNREADABLE:
        return [source]
    lines, cuts = source.split("\n"), [0]
    for (end, number), (after, other) in pairwise(asked):
        if number != other and end != after:
            cuts.append(end)
    return ["\n".join(lines[one:other]) for one, other in pairwise([*cuts, len(lines)])]


def without_check(source: str) -> str:
    """An exercise's cell without its calls of check(); what was handed to check() becomes the
    answer. In code that is not all Python (%magic), this is done line by line.
    """
    source = _lines_of(source)
    try:
        code = _replaced(source)
    except UNREADABLE:
        code = "\n".join(map(_line_without_check, source.split("\n")))
    return code.rstrip("\n") + "\n"


def _line_without_check(line: str) -> str:
    bare = line.strip()
    if not CHECK.search(bare):
        return line
    try:
        indent = line[: len(line) - len(line.lstrip())]
        return indent + (_replaced(bare) or ("pass" if indent else ""))
    except UNREADABLE:
        return line


def _replaced(source: str) -> str:
    """The code with statements that only call check() replaced; all else stays as it is."""
    lines = [line.encode() for line in source.split("\n")]
    for node in reversed(_statements(source)):
        found = _check_in(node)
        if found is None:
            continue
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        given = _segment(lines, found[1])
        kept = b"answer = (%b)" % given if given != b"answer" else b"pass" * bool(before or after)
        lines[first : last + 1] = [before + kept + after]
    return b"\n".join(lines).decode()


def _segment(lines: list[bytes], node: ast.expr) -> bytes:
    """The code of a part; `ast.get_source_segment` goes through the whole source each time."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    if first == last:
        return lines[first][node.col_offset : node.end_col_offset]
    return b"\n".join(
        [
            lines[first][node.col_offset :],
            *lines[first + 1 : last],
            lines[last][: node.end_col_offset],
        ]
    )


def _lines_of(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _statements(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(source).body


def clean(text: str) -> str:
    """A text without characters that control a terminal or turn the direction of what follows."""
    return CONTROL.sub("_", text)


def fingerprint(code: str) -> str:
    """A short hash of code without comments and layout; empty if it is too short to tell."""
    try:
        text = ast.unparse(ast.Module(_statements(code), []))
    except UNREADABLE:
        text = code.strip()
    if len(text) < LONG_ENOUGH:
        return ""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def sets_answer(code: str) -> bool:
    """Whether the code of an exercise's cell sets its answer itself, not from a bare name that
    another cell set. Code that cannot be read counts as if it did.
    """
    try:
        nodes = [node for statement in _statements(code) for node in ast.walk(statement)]
        given = [
            node.value
            for node in nodes
            if isinstance(node, ast.Assign) and [ast.unparse(x) for x in node.targets] == ["answer"]
        ]
    except UNREADABLE:
        return True
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    last = given[-1] if given else None
    if isinstance(last, ast.Name):
        return last.id in stored
    return "answer" in stored


def _check_in(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """The exercise and the answer of a statement that only calls check("02.1", answer)."""
    call = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
    if not isinstance(call, ast.Call):
        return None
    called = call.func.attr if isinstance(call.func, ast.Attribute) else call.func
    named = {word.arg: word.value for word in call.keywords}
    number = call.args[0] if call.args else named.get("number", named.get("id"))
    answer = call.args[1] if len(call.args) > 1 else named.get("answer")
    is_check = called == "check" or (isinstance(called, ast.Name) and called.id == "check")
    if not is_check or answer is None or not isinstance(number, ast.Constant):
        return None
    return str(number.value), answer


def _open_answer(
    cells: list[dict[str, Any]],
    position: int,
    source: str,
    heading: re.Pattern[str],
    stub: re.Pattern[str],
) -> dict[str, str]:
    mark = re.fullmatch(r"open-([0-9]{2})-([0-9]{1,3})", _mark(cells[position]))
    if mark:
        return {f"{mark[1]}.{mark[2]}": _written(source, stub)}
    asked = heading.search(source)
    if not asked:
        return {}
    following = []
    for place in range(position + 1, len(cells)):
        cell = cells[place]
        if (
            cell["cell_type"] != "markdown"
            or text_of(cell).startswith("#")
            or heading.search(text_of(cell))
            or _mark(cell).startswith("open-")
        ):
            break
        following.append(text_of(cell))
    below = stub.split(source, maxsplit=1)[1:]
    return {asked[1]: _written("\n\n".join([*below, *following]), stub)}


def open_heading() -> str:
    """A regular expression for the heading of an exercise that a person marks, with its number."""
    return rf"### {pattern(EXERCISE)} ([0-9]{{2}}\.[0-9]{{1,3}}) \({pattern(OPEN)}\)"


def _written(text: str, stub: re.Pattern[str]) -> str:
    return clean(stub.sub("", _lines_of(text))).strip()
