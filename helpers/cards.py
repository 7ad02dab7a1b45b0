"""Cards: labelled lines shown as a table in JupyterLab and as text elsewhere."""

from __future__ import annotations

import html


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
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top">{html.escape(label)}</th>'
            f'<td style="text-align:left">{html.escape(text)}</td></tr>'
            for label, text in self.entries()
        )
        caption = f'<caption style="text-align:left"><b>{html.escape(self.heading)}</b></caption>'
        return f"<table>{caption}<tbody>{rows}</tbody></table>"
