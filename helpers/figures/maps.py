"""Maps of equal tiles, one tile a region."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from helpers.catalogue import load
from helpers.figures.errors import FigureError
from helpers.figures.style import SMALLEST
from helpers.figures.words import MARKS, TILE_NAME, TILES, Mark, Tiles
from helpers.language import say
from helpers.values import short_number


def tile_map(
    values: pd.Series[Any] | pd.DataFrame,
    grid: str,
    *,
    breaks: Sequence[float] | None = None,
    outline: Sequence[str] = (),
) -> list[Axes]:
    """Map of states as equal tiles, classes from light to dark; a DataFrame gives one small map per
    column.

    Parameters
    ----------
    values : Series or DataFrame
        Index: names of states as the table `grid` has them. A missing state or value is drawn
        hatched, never as zero.
    grid : str
        Name of the table with a tile per state: columns state, abbrev, row, col.
    breaks : sequence of float, optional
        Rising upper limits of the classes but the last, in the values' unit, at most six. Without
        them the quintiles of all values, rounded to two significant digits, are used.
    outline : sequence of str, optional
        States to be framed, as the text names them; the description says which.

    Returns
    -------
    list of Axes
        To be handed to `finish`, which adds the unit to the legend, and leaves the abbreviations
        out of maps whose tiles are too small for them (those of framed states stay).

    Raises
    ------
    FigureError
        The table is not a tile grid, a state is unknown or named twice, breaks do not rise, or
        there is nothing to draw.
    helpers.contract.DataError
        There is no table `grid`.
    """
    tiles = load(grid)
    absent = [column for column in ("state", "abbrev", "row", "col") if column not in tiles]
    if absent:
        raise FigureError(
            say(
                "The table {grid!r} is no tile grid: it has no column {absent!r}.",
                grid=grid,
                absent=absent[0],
            )
        )
    tiles = tiles.set_index("state")
    frame = values.to_frame("") if isinstance(values, pd.Series) else values
    _check_states(frame.index, tiles)
    _check_states(pd.Index(outline), tiles)
    if not frame.notna().any().any():
        raise FigureError(say("Nothing to draw: every value is missing."))
    limits = _class_limits(frame, breaks)
    shades = sns.light_palette("#003C66", len(limits) + 2)[1:]
    count = frame.shape[1]
    columns = 2 if count in (2, 4) else min(count, 3)
    figure, axes = plt.subplots(-(-count // columns), columns, squeeze=False)
    for ax in axes.flat[count:]:
        ax.remove()
    drawn = list(axes.flat[:count])
    for ax, column in zip(drawn, frame, strict=True):
        size = SMALLEST if columns < 3 else 0
        _draw_tiles(ax, frame[column].astype(float), tiles, limits, shades, size, list(outline))
        ax.set_title(str(column), fontsize=10)
    handles = [Patch(facecolor=shade) for shade in shades]
    names = _class_names(limits)
    if frame.reindex(tiles.index).isna().any().any():
        handles.append(Patch(facecolor="white", edgecolor="#999999", hatch="////"))
        names.append(say("no figure"))
    figure.legend(handles, names, loc="outside right center", fontsize=SMALLEST)
    return drawn


def _check_states(states: pd.Index[Any], grid: pd.DataFrame) -> None:
    twice = states[states.duplicated()]
    if len(twice):
        raise FigureError(
            say("The state {twice!r} is there twice: one value a state is needed.", twice=twice[0])
        )
    for state in states.difference(grid.index):
        near = difflib.get_close_matches(str(state), grid.index, n=1)
        raise FigureError(
            say("There is no tile for {state!r}", state=state)
            + (
                say("; did you mean {near!r}?", near=near[0])
                if near
                else say(": use the names of the tile grid, accents included.")
            )
        )


def _class_limits(frame: pd.DataFrame, breaks: Sequence[float] | None) -> list[float]:
    if breaks is None:
        flat = frame.astype(float).stack()
        return sorted({float(f"{q:.2g}") for q in flat.quantile([0.2, 0.4, 0.6, 0.8])})
    limits = [float(b) for b in breaks]
    if not 1 <= len(limits) <= 6 or limits != sorted(set(limits)):
        raise FigureError(
            say(
                "The breaks must be one to six rising numbers; they are {breaks}.",
                breaks=list(breaks),
            )
        )
    return limits


def _class_names(limits: list[float]) -> list[str]:
    inner = [
        say("{low} to {high}", low=short_number(low), high=short_number(high))
        for low, high in pairwise(limits)
    ]
    lowest, highest = short_number(limits[0]), short_number(limits[-1])
    return [say("up to {number}", number=lowest), *inner, say("over {number}", number=highest)]


def _draw_tiles(
    ax: Axes,
    values: pd.Series[Any],
    grid: pd.DataFrame,
    limits: list[float],
    shades: Sequence[tuple[float, ...]],
    size: float,
    outline: list[str],
) -> None:
    """One map; `size` is that of the abbreviations in points, 0 for none."""
    shown = values.reindex(grid.index)
    TILES[ax] = Tiles(shown, grid[["row", "col"]].to_numpy(dtype=float).ravel())
    if outline:
        MARKS.setdefault(ax, []).append(Mark("outline", ", ".join(outline), ()))
    for value, (state, tile) in zip(shown, grid.iterrows(), strict=True):
        group = None if np.isnan(value) else int(np.searchsorted(limits, value, side="left"))
        look = (
            {"facecolor": "white", "edgecolor": "#999999", "hatch": "////"}
            if group is None
            else {"facecolor": shades[group], "edgecolor": "white"}
        )
        corner = (tile["col"] - 0.5, tile["row"] - 0.5)
        ax.add_patch(Rectangle(corner, 1, 1, **look))
        framed = state in outline
        if framed:
            frame = Rectangle(corner, 1, 1, fill=False, edgecolor="#C04B00", linewidth=2.5)
            ax.add_patch(frame).set_zorder(3)
        if size:
            dark = group is not None and sum(shades[group][:3]) < 1.4
            ax.annotate(
                tile["abbrev"],
                (tile["col"], tile["row"]),
                ha="center",
                va="center",
                fontsize=size,
                color="white" if dark else "black",
            ).set_gid(None if framed else TILE_NAME)
    ax.set(
        xlim=(-0.6, grid["col"].max() + 0.6), ylim=(grid["row"].max() + 0.6, -0.6), aspect="equal"
    )
    ax.axis("off")
