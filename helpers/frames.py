"""Tables in notebooks: pandas' own HTML with headers that a screen reader can follow.

Over an unnamed index pandas writes an empty header cell, and for a named one a second header row
that is empty but for the name; no header says what it heads. Here the same table gets a header
without empty cells, each with its scope. Values, truncation and numbers are those of pandas, and so
is what `print` shows. `import helpers` in a kernel makes IPython use `to_html` for every DataFrame.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any, overload

import pandas as pd

from helpers.language import ENGLISH, current_language, say, shown

#: Types of columns that hold words, besides Python's own objects.
_WORDS = (pd.StringDtype, pd.CategoricalDtype)
#: pandas shows the first 50 signs of a cell. A cell of HTML has room for a sentence: it wraps.
_PANDAS, _SENTENCE = 50, 160


class _Cell:
    """One cell of a table as pandas wrote it; `inner` is HTML."""

    def __init__(self, tag: str, attributes: Mapping[str, str | None], inner: str = "") -> None:
        self.tag, self.attributes, self.inner = tag, dict(attributes), inner

    def span(self, name: str) -> int:
        return int(self.attributes.get(name) or 1)

    def __str__(self) -> str:
        tag = self.tag if self.inner.strip() else "td"  # a header cell without words heads nothing
        attributes = "".join(
            f' {name}="{html.escape(value or "", quote=True)}"'
            for name, value in self.attributes.items()
            if not (tag == "td" and name == "scope")
        )
        return f"<{tag}{attributes}>{self.inner}</{tag}>"


class _Table(HTMLParser):
    """The parts of the one table in pandas' HTML: what is before and after it, rows of its head
    and of its body.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.before, self.start, self.after = "", "", ""
        self.rows: dict[str, list[list[_Cell]]] = {"thead": [], "tbody": []}
        self._part, self._done = "", False
        self._cell: _Cell | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.start = self.get_starttag_text() or ""
        elif tag in self.rows:
            self._part = tag
        elif tag == "tr" and self._part:
            self.rows[self._part].append([])
        elif tag in ("th", "td") and self._part:
            cell = self._cell = _Cell(tag, dict(attrs))
            self.rows[self._part][-1].append(cell)
        else:
            self._text(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._done = True
        elif tag in ("th", "td"):
            self._cell = None
        elif tag not in ("tr", *self.rows):
            self._text(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._text(data)

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};")

    def _text(self, text: str) -> None:
        if self._cell is not None:
            self._cell.inner += text
        elif not self.start:
            self.before += text
        elif self._done:
            self.after += text


def to_html(frame: pd.DataFrame) -> str | None:
    """The HTML of a DataFrame for notebooks, or None where pandas gives none (option
    display.notebook_repr_html).

    The index has its name above it; an unnamed one the word *row* (several unnamed levels: *level
    0*, *level 1*), in italics because it is not a name in the data. The name of the columns, which
    a pivot table has, is in a row of its own above all of them. Anything that is not as expected is
    left as pandas wrote it.

    A cell shows about 150 signs of a text, unless display.max_colwidth is another than pandas' 50.

    Examples
    --------
    >>> text = to_html(pd.DataFrame({"loans": [3, 5]}, index=pd.Index([2015, 2016], name="year")))
    >>> (
    ...     '<th scope="col">year</th><th scope="col">loans</th>' in text,
    ...     '<th scope="row">2015</th><td>3</td>' in text,
    ... )
    (True, True)
    """
    width = pd.get_option("display.max_colwidth")
    width = _SENTENCE if width == _PANDAS else width  # or the reader's own
    with pd.option_context("display.max_colwidth", width):
        return _to_html(frame if current_language() == ENGLISH else displayed(frame))


def _to_html(frame: pd.DataFrame) -> str | None:
    text: str | None = _pandas_html(frame)
    try:
        return _with_headers(frame, text)
    except Exception:  # a table as pandas shows it is better than none
        return text


@overload
def displayed(frame: pd.DataFrame) -> pd.DataFrame: ...


@overload
def displayed(frame: pd.Series[Any]) -> pd.Series[Any]: ...


def displayed(frame: pd.DataFrame | pd.Series[Any]) -> pd.DataFrame | pd.Series[Any]:
    """A table or a column as a reader sees it: its names, and values in words, in the language in
    use; in English the table itself.
    """
    if current_language() == ENGLISH:
        return frame
    if isinstance(frame, pd.Series):
        return _displayed_column(frame)
    words = frame.copy()
    for place, dtype in enumerate(frame.dtypes):
        if pd.api.types.is_object_dtype(dtype) or isinstance(dtype, _WORDS):
            words.isetitem(place, list(frame.iloc[:, place].astype(object).map(shown)))
    words.columns = _displayed_labels(frame.columns)
    words.index = _displayed_labels(frame.index)
    return words


def _displayed_column(series: pd.Series[Any]) -> pd.Series[Any]:
    has_words = pd.api.types.is_object_dtype(series.dtype) or isinstance(series.dtype, _WORDS)
    words = series.astype(object).map(shown) if has_words else series.copy()
    words.index, words.name = _displayed_labels(series.index), shown(series.name)
    return words


def _displayed_labels(labels: pd.Index) -> pd.Index:
    """The labels of rows or columns in the language in use; numbers and dates as they are."""
    if isinstance(labels, pd.MultiIndex):
        shown_labels = [tuple(map(shown, label)) for label in labels]
        return pd.MultiIndex.from_tuples(shown_labels, names=[shown(n) for n in labels.names])
    if pd.api.types.is_object_dtype(labels.dtype) or isinstance(labels.dtype, _WORDS):
        labels = pd.Index([shown(label) for label in labels], dtype=object, name=labels.name)
    return labels.rename(shown(labels.name))


def _pandas_html(frame: pd.DataFrame) -> str | None:
    """What pandas itself would show, under its options; the method is the one IPython calls."""
    html_of: Callable[[], str | None] = getattr(frame, "_repr_html_")  # noqa: B009 (not in the stubs)
    return html_of()


def _with_headers(frame: pd.DataFrame, text: str | None) -> str | None:
    if text is None or text.count("<table") != 1:
        return text
    table = _Table(text)
    index, columns = frame.index, frame.columns
    head, body = table.rows["thead"], table.rows["tbody"]
    named = any(name is not None for name in index.names)
    groups = [row[index.nlevels :] for row in head[: columns.nlevels]]
    widths = {sum(cell.span("colspan") for cell in row) for row in groups}
    if len(head) != columns.nlevels + named or len(widths) != 1:
        return text
    width = widths.pop()
    spans = _scope_columns(groups, width)
    if width and any(map(_has_words, columns.names)):
        groups.insert(0, [_name_of_columns(columns, width)])
        spans = spans or [width]
    corner = {"scope": "col"}
    if len(groups) > 1:
        corner |= {"rowspan": str(len(groups)), "style": "vertical-align: bottom"}
    groups[0] = [*(_Cell("th", corner, name) for name in _index_names(index)), *groups[0]]
    for cell in (cell for row in body for cell in row if cell.tag == "th"):
        cell.attributes = {"scope": "row", **cell.attributes}
    align = ' style="text-align: right;"' if columns.nlevels == 1 else ""
    lines = [table.start]
    if spans:
        lines += [f'<colgroup span="{span}"></colgroup>' for span in (index.nlevels, *spans)]
    lines += ["<thead>", *(f"<tr{align}>{_joined(row)}</tr>" for row in groups), "</thead>"]
    lines += ["<tbody>", *(f"<tr>{_joined(row)}</tr>" for row in body), "</tbody>", "</table>"]
    return table.before + "\n".join(lines) + table.after


def _scope_columns(groups: list[list[_Cell]], width: int) -> list[int]:
    """Say of each header cell which columns it heads; returns the widths of the groups, if any."""
    for level, row in enumerate(groups):
        for cell in row:
            scope = "colgroup" if cell.span("colspan") > 1 and level == 0 else "col"
            cell.attributes = {"scope": scope, **cell.attributes}
    return [cell.span("colspan") for cell in groups[0]] if len(groups) > 1 else []


def _name_of_columns(columns: pd.Index, width: int) -> _Cell:
    """A header over all columns with the name that a pivot table gives them."""
    names = [
        _written(name) if _has_words(name) else say("level {level}", level=level)
        for level, name in enumerate(columns.names)
    ]
    scope = "colgroup" if columns.nlevels == 1 and width > 1 else "col"
    attributes = {"scope": scope, "colspan": str(width), "style": "text-align: left"}
    return _Cell("th", attributes, " / ".join(names))


def _joined(row: list[_Cell]) -> str:
    return "".join(map(str, row))


def _index_names(index: pd.Index) -> list[str]:
    levels = [say("level {level}", level=level) for level in range(index.nlevels)]
    words = [say("row")] if index.nlevels == 1 else levels
    return [
        _written(name) if _has_words(name) else f'<i style="font-weight: normal">{word}</i>'
        for name, word in zip(index.names, words, strict=True)
    ]


def _has_words(name: object) -> bool:
    return name is not None and bool(str(name).strip())


def _written(name: object) -> str:
    return html.escape(str(name), quote=False)
