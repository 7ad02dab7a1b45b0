"""Cards: labelled lines shown as a table in JupyterLab and as text elsewhere."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.catalogue import find_table, snapshot
from helpers.collection import current
from helpers.contract import check_card


class Card:
    """Base of everything shown as a card: a subclass gives `heading` and `entries`."""

    @property
    def heading(self) -> str:
        """The line above the entries."""
        raise NotImplementedError

    def entries(self) -> list[tuple[str, str]]:
        """Pairs of label and text, in the order shown."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return "\n".join([self.heading, *(f"  {label}: {text}" for label, text in self.entries())])

    def _repr_html_(self) -> str:
        top_left = "text-align:left;vertical-align:top"
        rows = "".join(
            f'<tr><th scope="row" style="{top_left}">{html.escape(label)}</th>'
            f'<td style="text-align:left">{html.escape(text)}</td></tr>'
            for label, text in self.entries()
        )
        caption = f'<caption style="text-align:left"><b>{html.escape(self.heading)}</b></caption>'
        return f"<table>{caption}<tbody>{rows}</tbody></table>"


@dataclass(frozen=True, repr=False)
class DataCard(Card):
    """What a reader should know of a table before using it."""

    name: str
    resource: Mapping[str, Any]
    measured: Mapping[str, Any]

    @property
    def heading(self) -> str:
        """Name and title of the table."""
        return f"{self.name}: {self.resource['title']}"

    def entries(self) -> list[tuple[str, str]]:
        """One row, columns, coverage, publishers, licenses and cautions."""
        r = self.resource
        sources = [
            f"{s['publisher']}: {s['title']} ({s['path']}), read {s['retrieved']}"
            for s in r["sources"]
        ]
        licenses = [f"{x['title']} (read: {x['read']})" for x in r["licenses"]]
        missing = self.measured.get("missing", {})
        columns = "; ".join(
            _column_line(f, missing.get(f["name"], 0)) for f in r["schema"]["fields"]
        )
        return [
            ("One row is", r["row"]),
            ("Rows", f"{self.measured.get('rows', 0):,}"),
            ("Columns", columns),
            ("Coverage", r["coverage"]),
            *(("Publisher", line) for line in sources),
            *(("License", line) for line in licenses),
            *(("Caution", line) for line in r["cautions"]),
        ]


def about(name: str) -> DataCard:
    """The data card of a table: publisher, what one row is, columns with units, coverage, license,
    cautions.

    Raises `DataError` for an unknown table, or one whose description lacks something.

    Examples
    --------
    >>> about("library_loans").resource["row"]
    'one year'
    """
    collection = current()
    resource = find_table(collection, name)
    check_card(resource)
    return DataCard(name, resource, snapshot(collection).get(name, {}))


def _column_line(field: Mapping[str, Any], missing: int) -> str:
    unit = f" [{field['unit']}]" if field.get("unit") else ""
    gaps = f" ({missing:,} missing)" if missing else ""
    return f"{field['name']}{unit}, {field['description']}{gaps}"
