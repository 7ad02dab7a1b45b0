"""The names in a figure as they are displayed in the language in use: those on its axes and in its
legend are identifiers of the data until the figure is finished.
"""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.axis import Axis

from helpers.figures.names import wrap_name
from helpers.figures.words import LINE_NAME, shows_dates, tick_names
from helpers.language import MONTHS, shown

#: No name is longer.
_LONG = 1000


def display_names(ax: Axes) -> None:
    """Replace the names on the axes, in the legend, at the lines and above a panel by those that
    are displayed.
    """
    for axis in (ax.xaxis, ax.yaxis):
        names = tick_names(axis)
        if names:
            limits = axis.get_view_interval()
            width = _wrapped_at(axis)
            labels = [textwrap.fill(shown(name), width) for _, name in names]
            axis.set_ticks([place for place, _ in names], labels=labels)
            axis.set_view_interval(*limits, ignore=True)
        elif shows_dates(axis):
            _name_months(axis)
        axis.set_label_text(shown(axis.get_label_text()))
    legend = ax.get_legend()
    for text in [*ax.texts, *(legend.get_texts() if legend else [])]:
        words = text.get_text()
        flat = " ".join(words.split())
        if shown(flat) != flat:
            text.set_text(wrap_name(shown(flat)) if text.get_gid() == LINE_NAME else shown(flat))
    for place in ("left", "center"):
        title = ax.get_title(loc=place)
        if title:
            ax.set_title(shown(title), loc=place)


def _wrapped_at(axis: Axis) -> int:
    """The length of the longest line of the names along an axis, if they are cut into lines."""
    written = axis.get_major_formatter().format_ticks(list(axis.get_ticklocs()))
    cut = any("\n" in name for name in written)
    return max(len(line) for name in written for line in name.split("\n")) if cut else _LONG


def _name_months(axis: Axis) -> None:
    """Names of months on an axis of dates, which matplotlib takes from the system."""
    formatter = axis.get_major_formatter()
    names = {month[:3]: shown(month)[:3] for month in MONTHS}
    write = formatter.format_ticks

    def format_ticks(values: list[float]) -> list[str]:
        ticks = write(values)
        return [
            " ".join(names.get(part, shown(part)) for part in tick.split(" ")) for tick in ticks
        ]

    setattr(formatter, "format_ticks", format_ticks)  # noqa: B010 (mypy: a method)
