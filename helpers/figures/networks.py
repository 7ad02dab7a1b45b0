"""Networks: points joined by lines, at positions that are the same on every machine."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.figures.annotate import label_points
from helpers.figures.errors import FigureError
from helpers.figures.style import PALETTE
from helpers.figures.words import DRAWN, MARKS, Mark, Network
from helpers.language import say

if TYPE_CHECKING:
    import networkx as nx

    Positions = Mapping[Any, tuple[float, float]]


def draw_network(
    graph: nx.Graph[Any],
    positions: Positions | None = None,
    *,
    seed: int = 0,
    highlight: Collection[Hashable] = (),
    labels: Iterable[Hashable] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw a network: a point for each node, larger with more ties, and a line for each tie.

    Parameters
    ----------
    graph : networkx.Graph
        The network.
    positions : mapping of node to (x, y), optional
        Where each node is; without it `helpers.statistics.networks.layout` computes it. Nodes of a
        part of a network can be drawn where they were in the whole.
    seed : int, optional
        Of the layout: another seed gives another picture of the same network.
    highlight : collection of nodes, optional
        Drawn in a color of their own, with their ties.
    labels : iterable of nodes, optional
        Nodes whose names are written beside them, besides the highlighted ones.
    ax : Axes, optional
        Where to draw, for several networks in one figure.

    Returns
    -------
    Axes
        To be handed to `finish`; its unit says what a point and a line are.

    Raises
    ------
    FigureError
        The network is empty, or a node has no position or is not in the network.
    """
    named = [*highlight, *(node for node in labels if node not in highlight)]
    if positions is None and graph:
        from helpers.statistics.networks import layout  # networkx loads with the first network

        positions = layout(graph, seed)
    positions = positions or {}
    _check(graph, positions, named)
    axes = plt.subplots()[1] if ax is None else ax
    ends = _draw_ties(axes, graph, positions, highlight)
    points = _draw_nodes(axes, graph, positions, highlight)
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set_visible(False)
    axes.margins(0.06)
    DRAWN[axes] = Network(dict(graph.degree()), ends, points)
    if named:
        x, y = zip(*(positions[node] for node in named), strict=True)
        label_points(axes, x, y, map(str, named))
        MARKS[axes] = [mark for mark in MARKS[axes] if mark.kind != "name"]
    if highlight:
        tied = "; ".join(_tied(graph, node) for node in highlight)
        MARKS.setdefault(axes, []).append(Mark("network", tied, ()))
    return axes


def _check(graph: nx.Graph[Any], positions: Positions, named: Iterable[Hashable]) -> None:
    """Raise FigureError where a node to draw or to mark is missing."""
    if not graph:
        raise FigureError(say("There is nothing to draw: the network has no nodes."))
    for node in [*graph, *named]:
        if node not in positions:
            raise FigureError(
                say("There is no position for {node!r}: compute them for this network.", node=node)
            )
        if node not in graph:
            raise FigureError(
                say("{node!r} is not in the network: it cannot be marked.", node=node)
            )


def _draw_ties(
    axes: Axes, graph: nx.Graph[Any], positions: Positions, highlight: Collection[Hashable]
) -> np.ndarray:
    """Draw a line for each tie; returns their ends."""
    ties = [tuple(sorted(tie, key=str)) for tie in graph.edges]
    ends = np.array([[positions[a], positions[b]] for a, b in ties]).reshape(-1, 2, 2)
    marked = [a in highlight or b in highlight for a, b in ties]
    lines = LineCollection(
        list(ends),
        colors=[PALETTE[1] if yes else "#A8A8A8" for yes in marked],
        linewidths=[1.8 if yes else 0.9 for yes in marked],
        zorder=1,
    )
    axes.add_collection(lines)
    return ends


def _draw_nodes(
    axes: Axes, graph: nx.Graph[Any], positions: Positions, highlight: Collection[Hashable]
) -> np.ndarray:
    """Draw a point for each node; returns their places."""
    points = np.array([positions[node] for node in graph], dtype=float)
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=[28 + 14 * degree for _, degree in graph.degree()],
        color=[PALETTE[1] if node in highlight else PALETTE[0] for node in graph],
        edgecolor="white",
        zorder=2,
    )
    return points


def _tied(graph: nx.Graph[Any], node: Hashable) -> str:
    others = ", ".join(sorted(map(str, graph[node])))
    return say("{node} (tied to {others})", node=node, others=others)
