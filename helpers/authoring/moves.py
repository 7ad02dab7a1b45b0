"""List what the code of a lesson uses without having been taught.

    python3 -m helpers moves            every lesson
    python3 -m helpers moves 06         this lesson
    python3 -m helpers moves --all 06   also the names that this lesson itself introduces

The rules, in plain words:

1. A reader brings three weeks of Python: names, numbers, text, lists, dicts, sets, functions, `if`,
   loops, f-strings with `:,` and `:.1f`, `import`, arithmetic, comparison, `and`, `or`, `not`,
   `in`, taking one thing out by number or key, `append`, and the functions listed in `BASELINE`.
2. Everything else is a *name*: each function, method, attribute or imported thing (also inside the
   text given to `query`), and each form of `FORMS`, such as a list comprehension or a mask.
   Keywords of calls are not names. A name that the lesson defines itself is its own business.
3. A name is introduced where it is written in `backticks` in a text cell above the code that first
   uses it, or in a comment of that code or of code above it. A form is introduced where a text or
   a comment calls it by its name ("a slice").
4. A name also counts as introduced when the collection's first lesson introduces it, or an
   earlier lesson that the section "About this lesson" links (or one that lesson links, and so on)
   uses and introduces it.
5. A cell that begins with `answer = ...` waits for the reader and counts as empty.

A lesson should leave nothing over, and, but for the first, introduce at most `MOST` names itself.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.collection import CollectionError, current
from helpers.command import command_parser
from helpers.lessons import LessonError, choose_lessons

#: Functions that a reader with three weeks of Python has met.
BASELINE = frozenset(
    {"abs", "dict", "float", "int", "len", "list", "max", "min", "print", "range", "round"}
    | {"set", "sorted", "str", "sum", "zip"}
)
#: Methods that such a reader has met.
_METHODS = frozenset({"append"})
#: The most names that one lesson introduces.
MOST = 5
#: Forms of the language beyond three weeks, and the words by which a text or comment may call them.
FORMS = {
    "list comprehension": ("list comprehension",),
    "dict comprehension": ("dict comprehension", "dictionary comprehension"),
    "set comprehension": ("set comprehension",),
    "generator expression": ("generator expression", "generator"),
    "lambda": ("lambda",),
    "slice": ("slice", "slices"),
    "slice with a step": ("with a step", "negative step"),
    "mask (a condition as an index)": ("mask", "masks"),
    "star before an argument": ("star", "stars"),
    "conditional expression": ("conditional expression",),
    "chained comparison": ("chained comparison",),
    "two names in a loop": ("two names", "several names", "three names", "unpacking"),
    "decorator": ("decorator",),
    "annotation": ("annotation",),
    "format that is computed": ("format that is computed",),
}
_OPERATORS: dict[type[ast.AST], str] = {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.Invert: "~",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.NamedExpr: ":=",
    ast.Try: "try",
    ast.With: "with",
    ast.Assert: "assert",
    ast.Raise: "raise",
    ast.ClassDef: "class",
    ast.Yield: "yield",
    ast.Delete: "del",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Match: "match",
    ast.Await: "await",
    ast.AsyncFunctionDef: "async",
}
_COMPREHENSIONS: dict[type[ast.AST], str] = {
    ast.ListComp: "list comprehension",
    ast.DictComp: "dict comprehension",
    ast.SetComp: "set comprehension",
    ast.GeneratorExp: "generator expression",
}
_PLAIN_FORMAT = re.compile(r",?(\.\d+f)?")
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)
_ABOUT = re.compile(r"^## About this lesson\s*$(.*?)(?=^## |\Z)", re.M | re.S)
_LINK = re.compile(r"\]\((\d\d)_\w+\.ipynb\)")


@dataclass(frozen=True)
class Use:
    """Where a lesson first uses a name: the cell's number among all cells, and its id."""

    name: str
    cell: int
    cell_id: str


@dataclass
class Text:
    """What has been written so far: prose, the parts in backticks, and comments."""

    prose: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def add_markdown(self, text: str) -> None:
        """Take up a text cell; blocks of code in it do not count."""
        text = _FENCE.sub("", text)
        self.prose.append(text)
        self.spans += re.findall(r"`([^`\n]+)`", text)

    def add_comments(self, code: str) -> None:
        """Take up the comments of a code cell."""
        tokens = tokenize.generate_tokens(io.StringIO(code).readline)
        self.comments += [token.string for token in tokens if token.type == tokenize.COMMENT]

    def introduces(self, name: str) -> bool:
        """Whether the text so far explains a name, form or operator."""
        if name in FORMS:
            everything = re.sub(r"\s+", " ", " ".join(self.prose + self.comments))
            words = "|".join(map(re.escape, FORMS[name]))
            return re.search(rf"(?<!\w)({words})(?!\w)", everything, re.I) is not None
        word = name.removeprefix("format ")
        before, after = (r"(?<!\w)", r"(?!\w)") if word[0].isidentifier() else ("", "")
        pattern = re.compile(before + re.escape(word) + after)
        return any(map(pattern.search, self.spans + self.comments))


@dataclass(frozen=True)
class Found:
    """The names of a lesson by first use: those left unexplained, and those it introduces."""

    unexplained: tuple[Use, ...]
    introduced: tuple[Use, ...]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 1 if a name is unexplained."""
    parser = command_parser("moves", __doc__)
    parser.add_argument("lessons", nargs="*", help="numbers such as 02; none means all")
    parser.add_argument("--all", action="store_true", help="also what a lesson itself introduces")
    chosen = parser.parse_args(arguments)
    try:
        paths = choose_lessons(current(written=True), chosen.lessons)
    except (CollectionError, LessonError) as error:
        print(error, file=sys.stderr)
        return 1
    left = 0
    for path in paths:
        try:
            found = names(path)
        except LessonError as error:
            print(error, file=sys.stderr)
            return 1
        left += len(found.unexplained)
        for line in _lines(path, found, everything=chosen.all):
            print(line)
    if not left:
        print("Everything that is used was introduced.")
    return int(bool(left))


def _lines(path: Path, found: Found, everything: bool) -> Iterator[str]:
    number = path.name[:2]
    if found.unexplained:
        yield (
            f"{number}  {len(found.unexplained)} not introduced: write each in `backticks` in the "
            "text above, or in a comment, or do without it."
        )
        cells = dict.fromkeys((use.cell, use.cell_id) for use in found.unexplained)
        for cell, cell_id in cells:
            here = [use.name for use in found.unexplained if use.cell == cell]
            yield f"    cell {cell} ({cell_id}): {', '.join(here)}"
    if everything or (len(found.introduced) > MOST and _first_lesson(path)):
        here = [f"{use.name} ({use.cell_id})" for use in found.introduced]
        yield f"{number}  introduces {len(here)} (at most {MOST}): {', '.join(here)}"


def names(path: Path) -> Found:
    """What the lesson at `path` uses beyond three weeks of Python, by first use.

    Names that the first lesson or a linked earlier one introduces are left out.
    """
    cells = _cells(path)
    before = _known_before(path, cells)
    first = _first_lesson(path)
    start = _whole_text(first)
    before |= {use.name for use in names(first).introduced} if first else set()
    seen: set[str] = set()
    text = Text()
    unexplained: list[Use] = []
    introduced: list[Use] = []
    own = {name for _, _, code in _code(cells) for name in _defined(code)}
    for position, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text.add_markdown(source)
        elif cell["cell_type"] == "code" and not _waits(source):
            text.add_comments(source)
            for name in _used(source, own):
                if name in seen or name in before or start.introduces(name):
                    continue
                seen.add(name)
                use = Use(name, position, str(cell.get("id", "")))
                (introduced if text.introduces(name) else unexplained).append(use)
    return Found(tuple(unexplained), tuple(introduced))


def linked_lessons(path: Path) -> list[Path]:
    """The earlier lessons that the section "About this lesson" links."""
    return _linked(path, _cells(path))


def _linked(path: Path, cells: list[dict[str, Any]]) -> list[Path]:
    markdown = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    section = _ABOUT.search(markdown)
    numbers = sorted(set(_LINK.findall(section[1]))) if section else []
    earlier = [number for number in numbers if number < path.name[:2]]
    return [file for number in earlier for file in _lessons_beside(path, number)[:1]]


def _known_before(path: Path, cells: list[dict[str, Any]]) -> set[str]:
    """Names that the linked lessons, and those which they link, use and introduce."""
    known: set[str] = set()
    for other in _linked(path, cells):
        known |= {use.name for use in names(other).introduced}
        known |= _known_before(other, _cells(other))
    return known


def _lessons_beside(path: Path, number: str = "[0-9][0-9]") -> list[Path]:
    return sorted(path.parent.glob(f"{number}_*.ipynb"))


def _first_lesson(path: Path) -> Path | None:
    """The collection's first lesson, which introduces what others use; None for itself."""
    first = next(iter(_lessons_beside(path)), path)
    return None if first == path else first


def _whole_text(path: Path | None) -> Text:
    text = Text()
    for cell in _cells(path) if path else []:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text.add_markdown(source)
    return text


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LessonError(f"{path.name} cannot be read as a notebook ({error}).") from None
    for position, cell, source in _code(cells):
        try:
            ast.parse(source)
        except SyntaxError as error:
            raise LessonError(
                f"{path.name}, cell {position} ({cell.get('id', '')}), line {error.lineno}: this "
                f"is not Python ({error.msg}). Correct it, and run the command once more."
            ) from None
    return cells


def _code(cells: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any], str]]:
    for position, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not _waits(source):
            yield position, cell, source


def _waits(code: str) -> bool:
    """Whether a cell waits for the reader's answer."""
    return re.match(r"\s*answer = \.\.\.", code) is not None


def _defined(code: str) -> Iterator[str]:
    """Names that a cell gives: by =, def, a loop, a parameter."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _used(code: str, own: set[str]) -> list[str]:
    """Names and forms beyond three weeks of Python in a cell, in the order of the text."""
    found: dict[str, tuple[int, int]] = {}
    for node in ast.walk(ast.parse(code)):
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        for name in _names_of(node, own):
            found[name] = min(found.get(name, place), place)
    return sorted(found, key=lambda name: found[name])


def _names_of(node: ast.AST, own: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        if node.attr not in _METHODS:
            yield node.attr
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in own | BASELINE:
            yield node.id
    elif isinstance(node, ast.Call):
        yield from _names_of_call(node, own)
    elif isinstance(node, ast.Subscript):
        if _is_condition(node.slice):
            yield "mask (a condition as an index)"
    elif isinstance(node, ast.FormattedValue):
        yield from _names_of_format(node)
    else:
        yield from _forms_of(node)


def _names_of_call(node: ast.Call, own: set[str]) -> Iterator[str]:
    """Stars, and the names inside the text given to `query`."""
    if any(isinstance(x, ast.Starred) for x in node.args) or any(
        keyword.arg is None for keyword in node.keywords
    ):
        yield "star before an argument"
    is_query = isinstance(node.func, ast.Attribute) and node.func.attr in ("query", "eval")
    for argument in node.args if is_query else []:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            text = re.sub(r"`[^`]*`", "column", argument.value).replace("@", "")
            try:
                inside = ast.parse(text.strip(), mode="eval")
            except SyntaxError:
                continue
            for part in ast.walk(inside):
                if not isinstance(part, ast.Name):  # a column
                    yield from _names_of(part, own)


def _names_of_format(node: ast.FormattedValue) -> Iterator[str]:
    if node.conversion != -1:
        yield f"format !{chr(node.conversion)}"
    parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
    if any(isinstance(part, ast.FormattedValue) for part in parts):
        yield "format that is computed"
        return
    spec = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    if not _PLAIN_FORMAT.fullmatch(spec):
        yield f"format {spec}"


def _forms_of(node: ast.AST) -> Iterator[str]:
    if type(node) in _OPERATORS:
        yield _OPERATORS[type(node)]
    if type(node) in _COMPREHENSIONS:
        yield _COMPREHENSIONS[type(node)]
    if isinstance(node, ast.Lambda):
        yield "lambda"
    elif isinstance(node, ast.IfExp):
        yield "conditional expression"
    elif isinstance(node, ast.Slice):
        yield "slice with a step" if node.step else "slice"
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield "chained comparison"
    elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Tuple):
        yield "two names in a loop"
    elif isinstance(node, ast.AnnAssign):
        yield "annotation"
    elif isinstance(node, ast.Dict) and None in node.keys:
        yield "star before an argument"
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
        yield "decorator"


def _is_condition(node: ast.expr) -> bool:
    """Whether an index is a condition: a comparison, or conditions joined by & and |, or ~."""
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Invert)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return True
    return isinstance(node, ast.Tuple) and any(map(_is_condition, node.elts))


if __name__ == "__main__":
    sys.exit(main())
