"""Mutants of the exercises' keys and solutions. mutmut does not reach them: it changes no decorated
function, and every key is one.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from tests.campaigns.mutants import stage
from tests.campaigns.mutants.files import Change, some
from tests.campaigns.mutants.lesson import LESSONS, ROOT

Edit = Callable[[], str]  # does one change in the tree, and says what
MOST = 3  # mutants of a lesson with one operator
OTHER: dict[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER |= {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OTHER |= {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
SIGNS = {"==": "!=", "<=": "<", ">=": ">", " < ": " <= ", " > ": " >= ", " and ": " or "}


def changes(seed: int, numbers: Sequence[str]) -> Iterator[Change]:
    """For each lesson, at most three mutants with each operator in key.py and in solutions.py."""
    for lesson in LESSONS:
        if numbers and lesson.number not in numbers:
            continue
        rng = random.Random(f"{seed} {lesson.number}")
        for name in ("key.py", "solutions.py"):
            path = lesson.path.with_suffix("") / name
            text = path.read_text(encoding="utf-8")
            where = path.relative_to(ROOT).as_posix()
            found = [
                Change("answers", operator, where, partial(_made, text, name, place), lesson.number)
                for place, (operator, _) in enumerate(edits(ast.parse(text), name))
            ]
            yield from some(found, rng, MOST)


def _made(text: str, name: str, place: int) -> tuple[str, str]:
    """What one edit changes, and the file's text with it."""
    tree = ast.parse(text)
    _, edit = list(edits(tree, name))[place]
    return edit(), ast.unparse(tree)


def edits(tree: ast.Module, name: str) -> Iterator[tuple[str, Edit]]:
    """Every change that can be made in one file."""
    keys = [node for node in ast.walk(tree) if _exercise(node)]
    if name == "key.py":
        yield from _of_registrations(keys)
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        body: list[Any] = node.body if isinstance(node, ast.FunctionDef) else [node.body]
        where = next((n for n, f in map(_number, keys) if node in ast.walk(f)), name)
        trap = isinstance(node, ast.Lambda) and where != name
        for inner in (x for part in body if not _no_value(part) for x in ast.walk(part)):
            for operator, edit in _of_expression(inner, f"{where}, line {node.lineno}"):
                yield "change a trap" if trap else operator, edit
    if name == "solutions.py":
        return
    for key in keys:
        number, function = _number(key)
        for inner in ast.walk(function):
            if isinstance(inner, ast.Return) and inner.value is not None:
                yield "another unit", _wrap(inner, "1000 * ({})", number)
                if isinstance(inner.value, (ast.List, ast.ListComp)):
                    yield "drop a required part", _wrap(inner, "({})[:-1]", number)


def _exercise(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        ast.unparse(one).startswith("KEYS.add(") for one in node.decorator_list
    )


def _number(node: Any) -> tuple[str, ast.FunctionDef]:
    return node.decorator_list[0].args[0].value, node


def _no_value(part: ast.AST) -> bool:
    """A docstring, or what the question supposes of the data: that speaks only when data change."""
    return isinstance(part, ast.Expr) and not (
        isinstance(part.value, ast.Call) and not ast.unparse(part.value).startswith("premise(")
    )


def _of_registrations(keys: list[Any]) -> Iterator[tuple[str, Edit]]:
    for one, other in pairwise(keys):
        yield "swap two exercises", _swap(one.decorator_list[0].args, other.decorator_list[0].args)
    for key in keys:
        number, _ = _number(key)
        for word in key.decorator_list[0].keywords:
            if word.arg == "atol":
                yield "ten times the tolerance", _set(word, "value", 10, number)
                yield "accept any number", _set(word, "value", 1e12, number)
            if word.arg == "traps" and isinstance(word.value, ast.Dict):
                values = word.value.values
                for place in range(len(values) - 1):
                    yield "swap two traps", _swap(values, values, place, place + 1, number)


def _swap(a: list[Any], b: list[Any], i: int = 0, j: int = 0, said: str = "") -> Edit:
    def edit() -> str:
        a[i], b[j] = b[j], a[i]
        return f"{said}, traps {i + 1} and {j + 1}" if said else f"{a[i].value} and {b[j].value}"

    return edit


def _set(word: Any, name: str, factor: float, said: str) -> Edit:
    def edit() -> str:
        before = word.value.value
        setattr(word, name, ast.Constant(before * factor))
        return f"{said}, {word.arg} {before}"

    return edit


def _wrap(node: ast.Return, form: str, said: str) -> Edit:
    def edit() -> str:
        node.value = ast.parse(form.format(ast.unparse(node.value or node)), mode="eval").body
        return said

    return edit


def _of_expression(node: Any, where: str) -> Iterator[tuple[str, Edit]]:
    value: Any = getattr(node, "value", None)  # of a constant
    if type(value) in (int, float):

        def more() -> str:
            node.value = other_number(value)
            return f"{where}: {value} becomes {node.value}"

        yield "change a number", more
    if isinstance(value, str):
        for sign in [sign for sign in SIGNS if sign in value]:

            def turned(sign: str = sign) -> str:
                node.value = node.value.replace(sign, SIGNS[sign], 1)
                return f"{where}: {node.value[:50]!r}"

            yield "turn a sign", turned
    for name in ("op", "ops"):
        old = getattr(node, name, None)
        kind = type(old[0] if isinstance(old, list) else old)
        if kind in OTHER:

            def other(name: str = name, old: Any = old, kind: type = kind) -> str:
                new: Any = OTHER[kind]()
                setattr(node, name, [new, *old[1:]] if isinstance(old, list) else new)
                return f"{where}: {ast.unparse(node)[:50]}"

            yield "turn a sign", other


def other_number(value: float) -> float:
    """One more of what is counted and of a year, a tenth more of what is large: one more of ten
    thousand is lost when an answer is rounded.
    """
    return value + 1 if value < 100 or 1900 <= value <= 2100 else type(value)(1.1 * value)


def red(change: Change) -> str:
    """What the exercises' tests say to a changed key or solution of a lesson."""
    return stage.unit_tests_fail(("test_exercises.py",), f"{change.about}. or {change.about}_")
