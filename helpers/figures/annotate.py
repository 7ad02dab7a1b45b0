"""Words and marks on a figure, written where the reader looks: a marked point, a note with a
leader, a bracket, a shaded span, a marked value, numbers on bars and names beside points.

Each takes the axes and places as the data have them: numbers, dates, or the names on an axis of
names; axes may be logarithmic. What is marked is also said in the figure's description in words.
The hash of the plotted values is left as it is, except by `mark_value`, whose line is a value that
was not there before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation, Text

from helpers.figures.errors import FigureError
from helpers.figures.style import GREY
from helpers.figures.words import MARK, MARKS, POINT_NAME, Mark, shows_dates, tick_names
from helpers.language import say, shown

INK = "#222222"
_LEADER = {"arrowstyle": "-", "color": GREY, "linewidth": 0.9, "shrinkA": 1, "shrinkB": 4}
_NEAR = {-1: ("right", "top"), 0: ("center", "center"), 1: ("left", "bottom")}


def highlight(
    ax: Axes, x: Any, y: Any, text: str, *, dx: float = 8, dy: float = 8, color: str = INK
) -> Axes:
    """Mark one plotted point with a ring and write a few words beside it.

    Parameters
    ----------
    ax : Axes
        The figure.
    x, y : number, date or name
        The point, as the data have it.
    text : str
        What the reader should know about it; lines end with a line feed.
    dx, dy : float, optional
        Where the words begin, in points to the right of the ring and above it; a thin line leads
        to words that are far.
    color : str, optional
        Color of the ring and the words.

    Returns
    -------
    Axes
        The same axes, to be handed to `finish`.
    """
    place = _position(ax.xaxis, x), _position(ax.yaxis, y)
    (ring,) = ax.plot(*place, "o", markersize=9, markerfacecolor="none", color=color, zorder=5)
    ring.set_gid(MARK)
    ring.set_markeredgewidth(1.8)
    far = {"arrowprops": _LEADER} if max(abs(dx), abs(dy)) > 15 else {}
    _write(ax, place, text, dx, dy, color=color, **far)
    return _note(ax, Mark("point", text, (("x", place[0]), ("y", place[1]))))


def annotate(
    ax: Axes, x: Any, y: Any, text: str, *, dx: float = 25, dy: float = 25, color: str = INK
) -> Axes:
    """Write a few words beside a place, with a thin line that leads to it.

    Parameters
    ----------
    ax : Axes
        The figure.
    x, y : number, date or name
        The place the words are about.
    text : str
        The words.
    dx, dy : float, optional
        Where the words begin, in points to the right of the place and above it.
    color : str, optional
        Color of the words.

    Returns
    -------
    Axes
        The same axes.
    """
    place = _position(ax.xaxis, x), _position(ax.yaxis, y)
    _write(ax, place, text, dx, dy, color=color, arrowprops=_LEADER)
    return _note(ax, Mark("note", text, (("x", place[0]), ("y", place[1]))))


def bracket(
    ax: Axes,
    start: Any,
    end: Any,
    at: Any,
    text: str,
    *,
    axis: Literal["x", "y"] = "x",
    color: str = INK,
) -> Axes:
    """Span two places with a bracket and write what lies between them.

    Parameters
    ----------
    ax : Axes
        The figure.
    start, end : number, date or name
        The two places, on the axis named by `axis`.
    at : number, date or name
        Where the bracket is on the other axis.
    text : str
        The words: above a bracket along x, to the right of one along y.
    axis : {"x", "y"}, optional
        Which way the bracket runs.
    color : str, optional
        Color of bracket and words.

    Returns
    -------
    Axes
        The same axes.
    """
    along, other = (ax.xaxis, ax.yaxis) if axis == "x" else (ax.yaxis, ax.xaxis)
    ends, across = (_position(along, start), _position(along, end)), _position(other, at)
    first, last = ((end, across) if axis == "x" else (across, end) for end in ends)
    style = {
        "arrowstyle": "|-|,widthA=0.35,widthB=0.35",
        "color": color,
        "linewidth": 1.2,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", first, last, arrowprops=style).set_gid(MARK)
    ax.update_datalim([first, last])
    ax.autoscale_view()
    middle = _middle(along, *ends)
    place = (middle, across) if axis == "x" else (across, middle)
    _write(ax, place, text, *((0, 5) if axis == "x" else (7, 0)), color=color)
    return _note(ax, Mark("bracket", text, tuple((axis, end) for end in ends)))


def shade(
    ax: Axes,
    start: Any,
    end: Any,
    text: str,
    *,
    axis: Literal["x", "y"] = "x",
    at: float = 0.97,
    color: str = GREY,
) -> Axes:
    """Shade a span of one axis and write in it what it is.

    Parameters
    ----------
    ax : Axes
        The figure.
    start, end : number, date or name
        Where the span begins and ends.
    text : str
        The words, in the middle of the span.
    axis : {"x", "y"}, optional
        Which axis the span is on.
    at : float, optional
        Where the words are along the other axis: 0 is its lower or left end, 1 the other.
    color : str, optional
        Color of the shade, which is thinned.

    Returns
    -------
    Axes
        The same axes.
    """
    along = ax.xaxis if axis == "x" else ax.yaxis
    ends = _position(along, start), _position(along, end)
    span = ax.axvspan if axis == "x" else ax.axhspan
    span(*ends, color=color, alpha=0.15, linewidth=0, zorder=0).set_gid(MARK)
    middle = _middle(along, *ends)
    if axis == "x":
        words = ax.text(
            middle, at, shown(text), transform=ax.get_xaxis_transform(), ha="center", va="top"
        )
    else:
        words = ax.text(at, middle, shown(text), transform=ax.get_yaxis_transform(), va="center")
        words.set_horizontalalignment("right")
    _readable(words, INK)
    return _note(ax, Mark("shade", text, tuple((axis, end) for end in ends)))


def mark_value(
    ax: Axes,
    value: Any,
    text: str,
    *,
    axis: Literal["x", "y"] = "y",
    at: float = 0.99,
    color: str = INK,
) -> Axes:
    """Draw a dashed line at a value and write on the line what it is.

    Parameters
    ----------
    ax : Axes
        The figure.
    value : number, date or name
        Where the line is. It enters the hash of the plotted values.
    text : str
        The words: on a line across the figure above it, beside an upright one at its right.
    axis : {"x", "y"}, optional
        The axis that has the value: a value on y gives a line from left to right.
    at : float, optional
        Where along the line the words end: 1 is the right or upper end, 0 the other.
    color : str, optional
        Color of line and words.

    Returns
    -------
    Axes
        The same axes.
    """
    place = _position(ax.xaxis if axis == "x" else ax.yaxis, value)
    draw = ax.axvline if axis == "x" else ax.axhline
    draw(place, color=color, linestyle="--", linewidth=1.3, zorder=1.5)
    if axis == "y":
        aside = "left" if at < 0.5 else "right"
        words = ax.annotate(
            shown(text), (at, place), (0, 3), ax.get_yaxis_transform(), "offset points", ha=aside
        )
        words.set_verticalalignment("bottom")
    else:
        up = "bottom" if at < 0.5 else "top"
        words = ax.annotate(
            shown(text), (place, at), (4, 0), ax.get_xaxis_transform(), "offset points", va=up
        )
    _readable(words, color)
    return _note(ax, Mark("value", text, ((axis, place),)))


def label_bars(ax: Axes, fmt: str = "{:,.0f}", *, color: str = INK) -> Axes:
    """Write each bar's value at its end.

    Parameters
    ----------
    ax : Axes
        The figure.
    fmt : str, optional
        How a value is written ("{:.1f} percent").
    color : str, optional
        Color of the numbers.

    Returns
    -------
    Axes
        The same axes.

    Raises
    ------
    FigureError
        There are no bars.

    Notes
    -----
    The description lists the bars already, so nothing is added to it.
    """
    groups = [group for group in ax.containers if isinstance(group, BarContainer)]
    if not groups:
        raise FigureError(say("There are no bars here: draw them before label_bars()."))
    for group in groups:
        flat = group.orientation == "horizontal"
        lengths = [
            bar.get_width() if flat else bar.get_height()
            for bar in group
            if isinstance(bar, Rectangle)
        ]
        labels = [fmt.format(length) if length == length else "" for length in lengths]
        for words in ax.bar_label(group, labels, padding=3):
            _readable(words, color)
    return ax


def label_points(
    ax: Axes,
    x: Iterable[Any],
    y: Iterable[Any],
    names: Iterable[Any],
    *,
    on: bool = False,
    color: str = INK,
) -> Axes:
    """Write names beside points; `finish` moves them so that they stay clear of each other.

    Parameters
    ----------
    ax : Axes
        The figure.
    x, y : iterable of number, date or name
        The points, as the data have them.
    names : iterable of str or number
        A name for each.
    on : bool, optional
        Whether the names are at the places themselves, where nothing is drawn.
    color : str, optional
        Color of the names.

    Returns
    -------
    Axes
        The same axes.
    """
    for across, up, name in zip(x, y, names, strict=True):
        place = _position(ax.xaxis, across), _position(ax.yaxis, up)
        words = _write(ax, place, str(name), 0 if on else 6, 0, color=color)
        words.set_gid(MARK if on else POINT_NAME)
        _note(ax, Mark("name", str(name), (("x", place[0]), ("y", place[1]))))
    return ax


def _write(
    ax: Axes, place: tuple[float, float], text: str, dx: float, dy: float, **look: Any
) -> Annotation:
    """Words at a distance from a place, on the side to which they are moved."""
    color = look.pop("color")
    aside, up = _NEAR[(dx > 0) - (dx < 0)][0], _NEAR[(dy > 0) - (dy < 0)][1]
    words = ax.annotate(
        shown(text), place, (dx, dy), textcoords="offset points", ha=aside, va=up, **look
    )
    _readable(words, color)
    return words


def _readable(words: Text, color: str) -> None:
    """Words that can be read over lines: dark, on a thin white edge; they are no plotted value."""
    words.set(color=color, fontsize=10, linespacing=1.1, gid=MARK, zorder=6)
    words.set_path_effects([withStroke(linewidth=3, foreground="white")])


def _note(ax: Axes, mark: Mark) -> Axes:
    MARKS.setdefault(ax, []).append(mark._replace(text=shown(mark.text)))
    return ax


def _position(axis: Axis, value: Any) -> float:
    """Where a number, date or name is on an axis."""
    names = {name: place for place, name in tick_names(axis)}
    if str(value) in names:
        return float(names[str(value)])
    if isinstance(value, str) and names:
        raise FigureError(
            say(
                "There is no {value!r} on this axis: it has {names}.",
                value=value,
                names=", ".join(names),
            )
        )
    if shows_dates(axis) and not isinstance(value, (int, float)):
        value = pd.Timestamp(value)
    return float(axis.convert_units(value))


def _middle(axis: Axis, start: float, end: float) -> float:
    """The place that the eye sees in the middle, on a logarithmic axis too."""
    scale = axis.get_transform()
    low, high = (float(scale.transform([place])[0]) for place in (start, end))
    return float(scale.inverted().transform([(low + high) / 2])[0])
