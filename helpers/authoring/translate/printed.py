"""Which printed expressions of a lesson give names from the data, such as "cocaine" or "holds".

A translation prints them as they are displayed: `{drug}` becomes `{shown(drug)}`. Only running the
lesson can tell that an expression gives such a name, so its English code is run here, with every
printed expression noted. The result is kept beside the catalogues in printed.json, by lesson and
cell, and `--check` compares with it without running anything.

    python3 -m helpers.authoring.translate.printed LESSON.ipynb < names.json > printed.json
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import chdir, nullcontext, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TypeGuard

import nbformat
import pandas as pd

from helpers.authoring.translate.texts import pieces
from helpers.language import parts

#: The printed expressions of a lesson that give names, by cell.
Printed = dict[str, list[str]]
#: How a format ends that is for numbers.
_OF_NUMBERS = re.compile(r"[,%bcdeEfFgGnoxX]$")
_NOTE = "__noted"


def names_printed(lesson: Path, names: Iterable[str], variables: Mapping[str, str]) -> Printed:
    """Run a lesson in a process of its own, with these variables; returns its printed expressions
    that give one of `names` (also within a table).
    """
    done = subprocess.run(
        [sys.executable, "-m", "helpers.authoring.translate.printed", str(lesson)],
        input=json.dumps(sorted(names)),
        capture_output=True,
        text=True,
        check=True,
        env={**variables, "MPLBACKEND": "agg"},
    )
    found: Printed = json.loads(done.stdout)
    return found


def with_shown(source: str, expressions: Collection[str]) -> str:
    """The source of a cell in which these printed expressions are displayed.

    Parameters
    ----------
    source : str
        The code of a cell.
    expressions : collection of str
        Expressions as Python writes them.

    Examples
    --------
    >>> with_shown('print(f"{drug:>9}: {total:,}", drug)', ["drug"])
    'print(f"{shown(drug):>9}: {total:,}", shown(drug))'
    """
    if not expressions:
        return source
    replaced: list[tuple[int, int, str]] = []
    starts = _starts(source)

    def place(line: int, column: int) -> int:
        text = source[starts[line - 1] :].split("\n", 1)[0]
        return starts[line - 1] + len(text.encode()[:column].decode())

    tree = ast.parse(source)
    texts = {piece.start for piece in pieces(source) if piece.kind == "formatted"}
    calls = [node for node in ast.walk(tree) if _is_print(node)]
    printed = {id(node) for call in calls for node in ast.walk(call)}
    for node in _outer(tree):
        if isinstance(node, ast.JoinedStr):
            first, last = place(node.lineno, node.col_offset), _end(node, place)
            if first in texts or id(node) in printed:
                replaced.append((first, last, _shown_in(source[first:last], expressions)))
        elif _is_print(node):
            for argument in map(_table_of, node.args):
                if ast.unparse(argument) in expressions:
                    first, last = place(argument.lineno, argument.col_offset), _end(argument, place)
                    replaced.append((first, last, f"shown({source[first:last]})"))
    for first, last, text in sorted(replaced, reverse=True):
        source = source[:first] + text + source[last:]
    return source


def _outer(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, but for what is in brackets, which names something, and the parts
    of f-strings, whose places are not known.
    """
    yield node
    if isinstance(node, ast.Subscript):
        yield from _outer(node.value)
    elif not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            yield from _outer(child)


def _starts(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _end(node: ast.expr, place: Any) -> int:
    assert node.end_lineno is not None and node.end_col_offset is not None
    return int(place(node.end_lineno, node.end_col_offset))


def _shown_in(literal: str, expressions: Collection[str]) -> str:
    """An f-string, as it is written, whose placeholders of these expressions are displayed."""

    def show(match: re.Match[str]) -> str:
        with suppress(SyntaxError):
            if ast.unparse(ast.parse(match[1].strip(), mode="eval")) in expressions:
                return f"{{shown({match[1]}){match[2]}"
        return match[0]

    return re.sub(r"(?<!\{)\{([^{}:!]+)([:!}])", show, literal)


def _is_print(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "print"


def _table_of(argument: ast.expr) -> ast.expr:
    """What is printed: of `table.to_string()` the table, anything else itself."""
    called = argument.func if isinstance(argument, ast.Call) else None
    as_text = isinstance(called, ast.Attribute) and called.attr == "to_string"
    return called.value if as_text and isinstance(called, ast.Attribute) else argument


class _Noting(ast.NodeTransformer):
    """Code whose printed expressions are handed to the function `_NOTE` with their text."""

    def __init__(self, cell: str) -> None:
        self.cell = cell

    def _noted(self, value: ast.expr) -> ast.expr:
        where = [ast.Constant(self.cell), ast.Constant(ast.unparse(value))]
        return ast.Call(ast.Name(_NOTE, ast.Load()), [*where, value], [])

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        spec = ast.unparse(node.format_spec)[2:-1] if node.format_spec else ""
        if not _OF_NUMBERS.search(spec):
            node.value = self._noted(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _is_print(node):
            for place, one in enumerate(node.args):
                table = _table_of(one)
                if table is not one and isinstance(one, ast.Call):
                    assert isinstance(one.func, ast.Attribute)
                    one.func.value = self._noted(table)
                elif not isinstance(one, (ast.JoinedStr, ast.Constant, ast.Starred)):
                    node.args[place] = self._noted(one)
        return node


def _run(lesson: Path, names: frozenset[str]) -> Printed:
    found: dict[str, dict[str, None]] = {}

    def noted(cell: str, expression: str, value: Any) -> Any:
        if gives_name(value, names):
            found.setdefault(cell, {})[expression] = None
        return value

    notebook = nbformat.read(lesson, as_version=4)
    space: dict[str, Any] = {"__name__": "__main__", _NOTE: noted, "display": lambda *_: None}
    with chdir(lesson.parent), redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            tree = ast.fix_missing_locations(_Noting(cell.id).visit(ast.parse(cell.source)))
            fails = "raises-exception" in cell.metadata.get("tags", [])
            with suppress(Exception) if fails else nullcontext():
                exec(compile(tree, cell.id, "exec"), space)
    return {cell: list(expressions) for cell, expressions in found.items()}


def gives_name(value: Any, names: Collection[str]) -> bool:
    """Whether a value is one of the names, or a table or column that has some."""
    if isinstance(value, str):
        return any(part in names for part in parts(value))
    if isinstance(value, pd.DataFrame):
        return any(gives_name(value[column], names) for column in value.columns) or any(
            label in names for label in value.columns if isinstance(label, str)
        )
    if isinstance(value, pd.Series):
        texts = {x for x in [*value.tolist(), *value.index.tolist()] if isinstance(x, str)}
        return bool(texts & set(names))
    return False


if __name__ == "__main__":
    os.environ.pop("HELPERS_LANGUAGE", None)
    result = _run(Path(sys.argv[1]).resolve(), frozenset(json.load(sys.stdin)))
    json.dump(result, sys.stdout)
