"""The funnel plot: rates of places of all sizes, between the limits that chance sets."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.figures.annotate import annotate, label_points, mark_value
from helpers.figures.errors import FigureError
from helpers.figures.style import GREY, PALETTE
from helpers.language import say, translatable

PLACES = translatable("places")
_COLUMNS = ("population", "rate", "low", "high")
_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]


def draw_funnel(
    table: pd.DataFrame, overall: float, names: Iterable[str] = (), *, top: float | None = None
) -> Axes:
    """Draw the rate of each place against its size, with the curves between which chance keeps it.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a place, named by the index, with the columns population, rate, low and high; low
        and high are those of `funnel_limits`.
    overall : float
        The common rate, drawn as a dashed line.
    names : iterable of str, optional
        Places of the index whose names are written beside their points.
    top : float, optional
        Upper end of the rates, where two funnels are to be compared.

    Returns
    -------
    Axes
        To be handed to `finish`.

    Raises
    ------
    FigureError
        A column is missing, or a name is not in the index.
    """
    missing = [column for column in _COLUMNS if column not in table]
    unknown = [name for name in names if name not in table.index]
    if missing or unknown:
        raise FigureError(
            say(
                "The table of a funnel has no column {name!r}."
                if missing
                else "The table of a funnel has no place {name!r}.",
                name=[*missing, *unknown][0],
            )
        )
    drawn = table[list(_COLUMNS)].astype(float).sort_values("population", kind="stable")
    millions = drawn["population"] / 1e6
    ax = sns.scatterplot(
        x=millions, y=drawn["rate"], color=PALETTE[0], s=40, label=translatable("places")
    )
    for limit, name in (
        ("high", translatable("upper limit")),
        ("low", translatable("lower limit")),
    ):
        ax.plot(millions, drawn[limit], color=GREY, label=name)
        annotate(ax, millions.iloc[0], drawn[limit].iloc[0], name, dx=-8, dy=0, color=GREY)
    mark_value(ax, overall, say("all: {rate:.1f}", rate=overall))
    ticks = [tick for tick in _TICKS if millions.min() / 2.4 < tick < 2 * millions.max()]
    ax.set(xscale="log", ylim=(0, top), xlabel=say("million residents, logarithmic scale"))
    ax.set_xlim(left=millions.min() / 2.4)  # room for the names of the limits
    ax.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])
    ax.minorticks_off()
    chosen = drawn.loc[list(names)]
    label_points(ax, chosen["population"] / 1e6, chosen["rate"], chosen.index)
    legend = ax.get_legend()
    if legend is not None:
        legend.remove()
    return ax
