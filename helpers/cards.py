"""Cards: labelled lines shown as a table in JupyterLab and as text elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.catalogue import find_table, promised
from helpers.collection import current
from helpers.contract import check_card
from helpers.language import say, say_number, shown, translatable

#: Units that only say which row it is.
_NO_UNIT = ("year", "phase", "order", "row", "id", "flag", "see cautions")
_UNIT_WORDS = {"as in unit": translatable("named in the column unit")}
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)']\.) (?=[A-Z])")


class Card:
    """Base of everything shown as a card: a subclass gives `heading` and `entries`."""

    @property
    def heading(self) -> str:
        """The line above the entries."""
        raise NotImplementedError

    def entries(self) -> list[tuple[str, str]]:
        """Pairs of label and text, in the order shown; both are translated when they are shown."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return "\n".join(
            [self.heading, *(f"  {shown(label)}: {shown(text)}" for label, text in self.entries())]
        )

    def _repr_html_(self) -> str:
        top_left = "text-align:left;vertical-align:top"
        rows = "".join(
            f'<tr><th scope="row" style="{top_left}">{html.escape(shown(label))}</th>'
            f'<td style="text-align:left">{html.escape(shown(text))}</td></tr>'
            for label, text in self.entries()
        )
        caption = f'<caption style="text-align:left"><b>{html.escape(self.heading)}</b></caption>'
        return f"<table>{caption}<tbody>{rows}</tbody></table>"


def was_read(text: str) -> bool:
    """Whether a source or license was read, by what its description says of when; made-up tables
    say "not retrieved".
    """
    return not text.endswith("not retrieved")


@dataclass(frozen=True, repr=False)
class DataCard(Card):
    """What a reader should know of a table before using it."""

    name: str
    resource: Mapping[str, Any]
    measured: Mapping[str, Any]

    @property
    def heading(self) -> str:
        """Name and title of the table."""
        return f"{self.name}: {shown(self.resource['title'])}"

    def entries(self) -> list[tuple[str, str]]:
        """One row, columns, coverage, publishers, licenses and cautions."""
        r = self.resource
        sources = [
            say(
                "{publisher}: {title} ({path}), read {retrieved}"
                if was_read(s["retrieved"])
                else "{publisher}: {title} ({path}), {retrieved}",
                publisher=s["publisher"],
                title=s["title"],
                path=s["path"],
                retrieved=shown(s["retrieved"]),
            )
            for s in r["sources"]
        ]
        licenses = [
            say(
                "{title} (read: {day})" if was_read(x["read"]) else "{title} ({day})",
                title=shown(x["title"]),
                day=shown(x["read"]),
            )
            for x in r["licenses"]
        ]
        missing = self.measured.get("missing", {})
        columns = "; ".join(
            _column_line(f, missing.get(f["name"], 0)) for f in r["schema"]["fields"]
        )
        return [
            (translatable("One row is"), r["row"]),
            (translatable("Rows"), f"{self.measured.get('rows', 0):,}"),
            (translatable("Columns"), columns),
            (translatable("Coverage"), r["coverage"]),
            *((translatable("Publisher"), line) for line in sources),
            *((translatable("License"), line) for line in licenses),
            *((translatable("Caution"), line) for line in r["cautions"]),
        ]


@dataclass(frozen=True, repr=False)
class ShortCard(DataCard):
    """The few lines of a card that a reader needs before the first question."""

    def entries(self) -> list[tuple[str, str]]:
        """One row, units, the first sentences of two cautions, and how to see the rest."""
        fields = self.resource["schema"]["fields"]
        units = dict.fromkeys(f["unit"] for f in fields if f.get("unit"))
        said = [shown(_UNIT_WORDS.get(unit, unit)) for unit in units if unit not in _NO_UNIT]
        return [
            (translatable("One row is"), self.resource["row"]),
            *(
                [
                    (
                        translatable("Unit") if len(said) == 1 else translatable("Units"),
                        "; ".join(said),
                    )
                ]
                if said
                else []
            ),
            *(
                (translatable("Caution"), _SENTENCE_END.split(shown(line))[0])
                for line in self.resource["cautions"][:2]
            ),
            (translatable("Full card"), f'about("{self.name}")'),
        ]


def about(name: str, short: bool = False) -> DataCard:
    """The data card of a table: publisher, what one row is, columns with units, coverage, license,
    cautions.

    Parameters
    ----------
    name : str
        The table.
    short : bool
        Only what one row is, the units and two cautions.

    Raises
    ------
    DataError
        The table is unknown, or its description lacks something.

    Examples
    --------
    >>> about("library_loans").resource["row"]
    'one year'
    >>> [label for label, _ in about("library_loans", short=True).entries()]
    ['One row is', 'Unit', 'Caution', 'Full card']
    """
    collection = current()
    resource = find_table(collection, name)
    check_card(resource)
    card = ShortCard if short else DataCard
    return card(name, resource, promised(collection, name) or {})


def _column_line(field: Mapping[str, Any], missing: int) -> str:
    unit = f" [{shown(field['unit'])}]" if field.get("unit") else ""
    line = f"{field['name']}{unit}, {shown(field['description'])}"
    if not missing:
        return line
    return say_number(
        "{line} ({number:,} missing)", "{line} ({number:,} missing)", missing, line=line
    )
