"""What there is to translate in a lesson or a page, and the same lesson or page with other texts.

A page is cut into paragraphs at blank lines, outside fenced code. In a code cell the texts are the
string literals that a reader sees and the comments; an f-string becomes one text with its
placeholders as they are in the code ("{total:,} deaths"). Names of tables, columns, values, colors
and options are not texts: they stay as they are, and the helpers display them translated.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

#: Functions whose texts are names of things: tables, claims, exercises, conditions.
NAMING = frozenset(
    [
        "about",
        "astype",
        "check",
        "claims.judge",
        "claims.show",
        "date_range",
        "default_rng",
        "drop",
        "eval",
        "get",
        "groupby",
        "guess",
        "load",
        "merge",
        "pivot",
        "pivot_table",
        "query",
        "rename_axis",
        "reset_index",
        "set_index",
        "sort_values",
        "strftime",
        "to_datetime",
        "to_period",
        "to_timestamp",
    ]
)
#: Parameters and functions whose single words are shown to readers, too.
SHOWN = frozenset(
    [
        "annotate",
        "finish",
        "highlight",
        "label",
        "label_points",
        "mark_value",
        "note",
        "print",
        "reveal",
        "set_title",
        "set_xlabel",
        "set_ylabel",
        "shade",
        "text",
        "title",
        "unit",
    ]
)
#: Parameters whose texts are options of a function.
OPTIONS = frozenset(["axis", "by", "color", "hue", "kind", "legend", "palette", "style", "x", "y"])
#: Parameters that name rows and columns.
_NAMED_BY = frozenset(["columns", "index", "keys", "names", "name", "var_name", "value_name"])
_CONDITION = re.compile(r"[<>=@]|^_|_$|^-")
_GAP = re.compile(r"\{[^{}]*\}")
_FENCE = re.compile(r"^\s*(```|~~~)")
#: Two letters, or an abbreviation such as "U.S.".
WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_]\.[^\W\d_]\.")
_BACKTICKS = re.compile(r"`([^`]+)`")
#: What a condition in a text compares a column with: "drug == 'heroin'", "drug in ['heroin']".
_COMPARED = re.compile(r"(?:[=!]= |in \[|, )'([^']+)'")


def paragraphs(source: str) -> list[str]:
    r"""The paragraphs of Markdown and what is between them: even places are texts, odd ones the
    blank lines that follow.

    >>> paragraphs("One.\n\nTwo\nlines.")
    ['One.', '\n\n', 'Two\nlines.', '']
    """
    parts: list[str] = []
    lines: list[str] = []
    fenced = False
    gap = ""
    for line in source.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        if not line.strip() and not fenced:
            gap += "\n"
            continue
        if gap and lines:
            parts += ["\n".join(lines), gap + "\n"]
            lines = []
        elif gap:
            parts += ["", gap]
        gap = ""
        lines.append(line)
    return [*parts, "\n".join(lines), gap if lines else gap[:-1]]


@dataclass(frozen=True)
class Piece:
    """A text in a code cell: where it is (offsets into the source), and what it says.

    `kind` is "comment", "string", or "formatted" for an f-string.
    """

    start: int
    end: int
    text: str
    kind: str


def pieces(source: str, identifiers: frozenset[str] = frozenset()) -> list[Piece]:
    """The texts of a code cell in their order; an empty list for a cell that is no Python.

    Parameters
    ----------
    source : str
        The source of the cell.
    identifiers : frozenset of str
        Names of tables, columns and values, which are not translated in code.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    offset = _offsets(source)
    found = [
        Piece(
            offset(node.lineno, node.col_offset),
            offset(node.end_lineno, node.end_col_offset),
            _text_of(node),
            "formatted" if isinstance(node, ast.JoinedStr) else "string",
        )
        for node in _strings(tree, identifiers)
    ]
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        words = token.string.lstrip("#").strip()
        prose = (" " in words or words.isalpha()) and not words.startswith("noqa")
        if token.type == tokenize.COMMENT and prose:
            start = starts[token.start[0] - 1] + token.start[1]
            found.append(Piece(start, start + len(token.string), words, "comment"))
    return sorted(found, key=lambda piece: piece.start)


def _offsets(source: str) -> Callable[[int | None, int | None], int]:
    """From a line and a column in bytes, as ast gives them, to a place in the text."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(line: int | None, column: int | None) -> int:
        assert line is not None and column is not None
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    return offset


def _strings(
    node: ast.AST, identifiers: frozenset[str], where: str = ""
) -> Iterator[ast.JoinedStr | ast.Constant]:
    """The literals below a node that readers see; `where` is the function or the parameter."""
    if isinstance(node, (ast.JoinedStr, ast.Constant)):
        if _is_text(node, identifiers, where):
            yield node
        return
    if isinstance(node, ast.Subscript):
        yield from _strings(node.value, identifiers, where)
        return  # what is in brackets names something
    if isinstance(node, ast.Compare):
        return
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        short = name.rsplit(".", 1)[-1]
        yield from _strings(node.func, identifiers, where)
        if short in NAMING or name in NAMING:
            return
        for argument in node.args:
            yield from _strings(argument, identifiers, short)
        for keyword in node.keywords:
            if keyword.arg in OPTIONS:
                continue
            yield from _strings(keyword.value, identifiers, keyword.arg or "")
        return
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield from _strings(node.value, identifiers, node.targets[0].id)
        return
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield from _strings(node.value, identifiers, node.target.id)
        return
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _strings(value, identifiers, where)
        return
    for child in ast.iter_child_nodes(node):
        yield from _strings(child, identifiers, where)


def _is_text(node: ast.JoinedStr | ast.Constant, identifiers: frozenset[str], where: str) -> bool:
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str) or node.value in identifiers:
            return False
        words = node.value
    else:
        words = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    if not WORD.search(words):
        return False
    return where in SHOWN or re.search(r"\s", words.strip()) is not None or words[0].isupper()


def _text_of(node: ast.JoinedStr | ast.Constant) -> str:
    """The text of a literal; braces around each placeholder of an f-string, doubled elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    text = ""
    for value in node.values:
        if isinstance(value, ast.Constant):
            text += str(value.value).replace("{", "{{").replace("}", "}}")
        else:
            text += ast.unparse(ast.JoinedStr([value]))[2:-1]
    return text


def with_texts(source: str, found: Iterable[Piece], translate: Callable[[Piece], str]) -> str:
    """The source of a code cell with other texts in the places of `found`."""
    for piece in sorted(found, key=lambda piece: -piece.start):
        new = translate(piece)
        if new != piece.text:
            before, after = source[: piece.start], source[piece.end :]
            if piece.kind == "comment":
                literal = f"# {new}"
            elif source.startswith('"""', piece.start):
                literal = f'"""{new}"""'
            else:
                literal = _literal(new, piece.kind)
                alone = before.rstrip().endswith("(") and after.lstrip().startswith(")")
                literal = literal[1:-1] if alone and literal[0] == "(" else literal
            source = before + literal + after
    return source


def _literal(text: str, kind: str, width: int = 72) -> str:
    """A text as a string literal; a long one as several, in parentheses, for the formatter."""
    words = re.findall(r"(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\S)+\s*|\s+", text)
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word
    prefix = "f" if kind == "formatted" else ""
    quoted = [prefix + _quote(line) for line in lines]
    return quoted[0] if len(quoted) == 1 else "(" + " ".join(quoted) + ")"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return '"' + escaped.replace('"', '\\"') + '"'


def _nodes(sources: Iterable[str]) -> Iterator[ast.AST]:
    """Every node of every source; what is no Python is left out."""
    for source in sources:
        with suppress(SyntaxError):
            yield from ast.walk(ast.parse(source))


def names_in(sources: Iterable[str]) -> frozenset[str]:
    """Texts that code uses as names: in brackets, in comparisons, in backticks of a query, and in
    calls of functions of `NAMING`. A lesson names its own columns in this way.
    """
    names: set[str] = set()
    for node in _nodes(sources):
        named: list[ast.AST] = []
        if isinstance(node, ast.Subscript):
            named = [node.slice]
        elif isinstance(node, ast.Compare):
            named = [node]
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if NAMING.intersection((name, name.rsplit(".", 1)[-1])):
                named = [*node.args, *node.keywords]
            named += [keyword for keyword in node.keywords if keyword.arg in OPTIONS]
        elif isinstance(node, ast.Dict):
            named = [key for key in node.keys if key is not None]
        elif (part_of := _named_part(node)) is not None:
            named = [part_of]
        for part in named:
            for inner in ast.walk(part):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    names.add(inner.value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.update(_BACKTICKS.findall(node.value))
            names.update(_COMPARED.findall(node.value))
    return frozenset(names)


def _named_part(node: ast.AST) -> ast.expr | None:
    """The part of a statement that gives names: what a loop goes through, the value of `columns =`
    and of such a keyword; None elsewhere.
    """
    if isinstance(node, ast.For):
        return node.iter
    if isinstance(node, ast.keyword) and node.arg in _NAMED_BY:
        return node.value
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.value if node.targets[0].id in _NAMED_BY else None
    return None


def _texts_in(node: ast.AST) -> Iterator[str]:
    """The texts below a node; a formatted one as a whole."""
    if isinstance(node, ast.JoinedStr):
        yield _text_of(node)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from _texts_in(child)


def displayed_names(sources: Iterable[str]) -> list[str]:
    """Names that code gives to columns and rows of its own, and that a reader sees above a table or
    on an axis: keys of dictionaries, what is in brackets or gone through by a loop, keywords of
    `assign` and `agg`; formatted ones with their placeholders.
    """
    names: dict[str, None] = {}
    for node in _nodes(sources):
        named: list[ast.AST] = []
        if isinstance(node, ast.Subscript):
            named = [node.slice]
        elif isinstance(node, ast.Dict):
            named = [key for key in node.keys if key is not None]
        elif (part_of := _named_part(node)) is not None:
            named = [part_of]
        elif isinstance(node, ast.Call):
            short = ast.unparse(node.func).rsplit(".", 1)[-1]
            if short in ("assign", "agg", "DataFrame"):
                names |= {word.arg: None for word in node.keywords if word.arg}
            named = [*node.args] if short in ("reset_index", "rename", "rename_axis") else []
        for part in named:
            names |= dict.fromkeys(_texts_in(part))
    bare = {name: _GAP.sub("", name) for name in names}
    return [name for name in names if WORD.search(bare[name]) and not _CONDITION.search(bare[name])]


def identifiers_of(frames: Iterable[Any]) -> frozenset[str]:
    """Names of columns and short values of tables, which are identifiers in code."""
    names: set[str] = set()
    for frame in frames:
        names.update(map(str, frame.columns))
        for _, column in frame.select_dtypes(include=["object", "string", "category"]).items():
            names.update(
                value
                for value in column.dropna().unique()
                if isinstance(value, str) and len(value) <= 60
            )
    return frozenset(names)
