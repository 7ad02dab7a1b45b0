"""Graphs of who was heard with whom: centrality, centralization, and what is left when people are
removed from a model.

Built on networkx. A removal stands for an arrest in a model; the numbers in the tables stand for
real people.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from helpers.language import say
from helpers.values import is_finite_number

if TYPE_CHECKING:  # networkx has type arguments in its stubs only
    Graph = nx.Graph[Any]
    DiGraph = nx.DiGraph[Any]

# The smallest and the largest weight taken for a number that somebody meant.
LEAST, MOST = 1e-9, 1e9
MOST_RUNS = 1_000_000


class NetworkError(ValueError):
    """Ties that no graph can be made of, or a removal that cannot be done."""


def build(
    edges: pd.DataFrame,
    directed: bool = False,
    *,
    source: str = "source_id",
    target: str = "target_id",
    merge: bool = False,
    separator: str = "",
    missed: float = 0.0,
    seed: int = 0,
) -> Graph:
    """Graph from a table of ties: two columns of ends and, if there, weight.

    Parameters
    ----------
    edges : pandas.DataFrame
        One row a tie. An undirected pair may be there only once.
    directed : bool, optional
        Whether the source is a caller and the target the one called.
    source, target : str, optional
        The columns with the two ends of a tie.
    merge : bool, optional
        Make one tie, without a weight, of all rows between the same two, whoever is the source.
    separator : str, optional
        What stands between the members where an end, a text, names several; each member gets the
        tie.
    missed : float, optional
        Share of the ties that is left out by lot, as if they had not been heard: from 0 to less
        than 1.
    seed : int, optional
        Of that draw: a whole number of 0 or more, below 2 ** 32.

    Returns
    -------
    networkx.Graph or networkx.DiGraph
        Nodes sorted by name; each tie has `weight` and `distance` = 1 / weight (strong ties are
        short).

    Raises
    ------
    NetworkError
        No table or no ties, a missing column, a missing id, ids of several types, a tie of a node
        with itself, a tie that is there twice, a weight that is not a positive finite number; a
        separator that is no text, or ids that are no text beside one; a share missed outside of its
        range or one that leaves no tie, a seed outside of its range.

    Examples
    --------
    >>> build(pd.DataFrame({"source_id": ["a", "a"], "target_id": ["b", "c"]})).number_of_edges()
    2
    """
    if not isinstance(edges, pd.DataFrame):
        raise NetworkError(
            say(
                "The ties must be a table (DataFrame); this is a {name}.", name=type(edges).__name__
            )
        )
    edges = edges.rename(columns={source: "source_id", target: "target_id"})
    absent = {"source_id", "target_id"} - set(edges.columns)
    if absent:
        raise NetworkError(
            say("The table of ties has no column {absent}.", absent=sorted(absent)[0])
        )
    if edges.empty:
        raise NetworkError(say("There are no ties: the selection is empty."))
    if edges[["source_id", "target_id"]].isna().any(axis=None):
        raise NetworkError(
            say("A tie has no source_id or no target_id: fill it or leave the tie out.")
        )
    if not isinstance(separator, str):
        raise NetworkError(
            say("The separator must be a text; it is {separator!r}.", separator=separator)
        )
    if separator:
        edges = _split(edges, separator)
    if merge:
        edges = _pairs(edges)
    if not is_finite_number(missed) or not 0 <= missed < 1:
        raise NetworkError(
            say(
                "The share of ties missed must be 0 or more and less than 1; it is {missed!r}.",
                missed=missed,
            )
        )
    _check_seed(seed, 2**32 - 1)
    if missed:
        edges = edges.sample(frac=1 - missed, random_state=int(seed))
        if edges.empty:
            raise NetworkError(
                say("With missed={missed} no tie is left: take a smaller share.", missed=missed)
            )
    weights = edges["weight"] if "weight" in edges else pd.Series(1.0, index=edges.index)
    graph: Graph = nx.DiGraph() if directed else nx.Graph()
    ids = [*edges["source_id"], *edges["target_id"]]
    if not any(all(isinstance(node, kind) for node in ids) for kind in (str, numbers.Integral)):
        raise NetworkError(
            say(
                "The ids must all be text or all be whole numbers, so that they can be put in "
                "order."
            )
        )
    graph.add_nodes_from(sorted(set(ids)))
    for source, target, weight in zip(edges["source_id"], edges["target_id"], weights, strict=True):
        if source == target:
            raise NetworkError(
                say("The tie of {source!r} with itself means nothing here: drop it.", source=source)
            )
        if graph.has_edge(source, target):
            raise NetworkError(
                say(
                    "The tie {source!r} - {target!r} is there twice: decide which weight counts.",
                    source=source,
                    target=target,
                )
            )
        if not is_finite_number(weight) or not LEAST <= weight <= MOST:
            raise NetworkError(
                say(
                    "The tie {source!r} - {target!r} has the weight {weight!r}: it must be "
                    "positive and finite.",
                    source=source,
                    target=target,
                    weight=weight,
                )
            )
        graph.add_edge(source, target, weight=float(weight), distance=1 / float(weight))
    return graph


def layout(graph: Graph, seed: int = 0, rounds: int = 100) -> dict[Any, tuple[float, float]]:
    """Positions that put nodes as far apart as the shortest path between them is long.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected or directed; directions are put aside.
    seed : int, optional
        Where the nodes begin, a whole number of 0 or more: another seed gives another picture.
    rounds : int, optional
        How often every node is moved (Gansner, Koren and North 2004, one node at a time).

    Returns
    -------
    dict of node to (x, y)
        Rounded to three decimals. Only additions, products and square roots in a fixed order are
        used, so that every processor gives the same positions.

    Raises
    ------
    NetworkError
        The graph has no nodes, or the seed is no whole number of 0 or more.
    """
    _check_nodes(graph)
    _check_seed(seed)
    undirected = graph.to_undirected(as_view=True) if graph.is_directed() else graph
    nodes = list(undirected)
    paths = dict(nx.all_pairs_shortest_path_length(undirected))
    apart = 1 + max(max(lengths.values()) for lengths in paths.values())
    steps = [[float(paths[a].get(b, apart)) for b in nodes] for a in nodes]
    start = np.random.default_rng(seed).integers(-1000, 1000, size=(len(nodes), 2))
    at = [(float(x) / 250, float(y) / 250) for x, y in start.tolist()]
    for _ in range(rounds):
        for i in range(len(nodes)):
            at[i] = _moved(i, at, steps[i])
    return {node: (round(x, 3), round(y, 3)) for node, (x, y) in zip(nodes, at, strict=True)}


def _moved(i: int, at: list[tuple[float, float]], steps: list[float]) -> tuple[float, float]:
    """Where a node goes, seen from all others: each asks it to be as far as their path is long."""
    x, y = at[i]
    new_x = new_y = weight = 0.0
    for j, (other_x, other_y) in enumerate(at):
        if j == i:
            continue
        across, up = x - other_x, y - other_y
        stretch = steps[j] / (math.sqrt(across * across + up * up) or 1.0)
        near = 1 / (steps[j] * steps[j])
        new_x += near * (other_x + across * stretch)
        new_y += near * (other_y + up * stretch)
        weight += near
    return (new_x / weight, new_y / weight) if weight else (x, y)


def rewired(graph: Graph, seed: int = 0, swaps: int = 20) -> Graph:
    """A random network in which every node has as many ties as in this one.

    Two ties a-b and c-d, drawn by lot, become a-d and c-b, if neither is there already; this is
    tried `swaps` times for each tie.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected; it is not changed.
    seed : int, optional
        A whole number of 0 or more: another seed gives another network.
    swaps : int, optional
        How often a swap is tried for each tie.

    Returns
    -------
    networkx.Graph
        The same nodes, each with the same number of ties; without weights.

    Raises
    ------
    NetworkError
        The graph has no nodes or is directed, or the seed is no whole number of 0 or more.
    """
    _check_nodes(graph)
    _check_seed(seed)
    if graph.is_directed():
        raise NetworkError(say("Swapping is defined for undirected graphs: put directions aside."))
    rng = np.random.default_rng(seed)
    ties = [tuple(sorted(tie)) for tie in graph.edges]
    known = set(ties)
    for first, second, turn in rng.integers(
        [max(len(ties), 1), max(len(ties), 1), 2], size=(swaps * len(ties), 3)
    ).tolist():
        (a, b), (c, d) = ties[first], ties[second][:: -1 if turn else 1]
        new = {tuple(sorted((a, d))), tuple(sorted((c, b)))}
        if len({a, b, c, d}) == 4 and not new & known:
            known -= {ties[first], ties[second]}
            known |= new
            ties[first], ties[second] = tuple(sorted((a, d))), tuple(sorted((c, b)))
    drawn: Graph = nx.Graph()
    drawn.add_nodes_from(graph)
    drawn.add_edges_from(ties)
    return drawn


def centrality(graph: Graph) -> pd.DataFrame:
    """Degree and betweenness of every node, highest betweenness first.

    Columns degree (ties, both directions together) and betweenness (share of the shortest paths
    between others that run through the node; ties count alike). Freeman (1978). Raises
    `NetworkError` for a graph without nodes.

    Examples
    --------
    >>> centrality(build(pd.DataFrame({"source_id": ["a", "a"], "target_id": ["b", "c"]})))[
    ...     "betweenness"
    ... ].to_dict()
    {'a': 1.0, 'b': 0.0, 'c': 0.0}
    """
    _check_nodes(graph)
    table = pd.DataFrame(
        {"degree": dict(graph.degree()), "betweenness": nx.betweenness_centrality(graph)}
    )
    return table.sort_values(["betweenness", "degree"], ascending=False, kind="stable")


def centralization(graph: DiGraph) -> dict[str, float]:
    """How far a directed network depends on one node: in-degree, out-degree, betweenness.

    The sum of the distances of all nodes from the highest, over (n - 1)(n - 2) for degrees and (n -
    1)^2 (n - 2) for betweenness (unnormalized, along distances). With these formulas the values of
    Anastasiadis and Antoniou (2024) for CAVIAR come out in all 11 phases, to four decimals. Raises
    `NetworkError` for fewer than three nodes.
    """
    n = graph.number_of_nodes()
    if n < 3:
        raise NetworkError(say("Centralization needs three nodes or more; there are {n}.", n=n))
    between = nx.betweenness_centrality(graph, weight="distance", normalized=False)
    scores = {
        "in_degree": dict(graph.in_degree()),
        "out_degree": dict(graph.out_degree()),
        "betweenness": between,
    }
    return {
        name: sum(max(values.values()) - v for v in values.values())
        / ((n - 1) * (n - 2) * (n - 1 if name == "betweenness" else 1))
        for name, values in scores.items()
    }


def summarize(graph: Graph) -> dict[str, float]:
    """Size of a network: nodes, ties, the nodes of its largest part, and its density, the share of
    all possible ties that exist.

    Examples
    --------
    >>> summarize(build(pd.DataFrame({"source_id": ["a", "a"], "target_id": ["b", "c"]})))
    {'nodes': 3, 'ties': 2, 'largest': 3, 'density': 0.6666666666666666}
    """
    return {
        "nodes": graph.number_of_nodes(),
        "ties": graph.number_of_edges(),
        "largest": largest_component(graph),
        "density": nx.density(graph),
    }


def largest_component(graph: Graph) -> int:
    """Nodes of the largest part in which everybody is connected with everybody, directions put
    aside; 0 for an empty graph.
    """
    undirected = graph.to_undirected(as_view=True) if graph.is_directed() else graph
    return _largest(dict(undirected.adjacency()))


def _largest(ties: Mapping[Any, Iterable[Any]]) -> int:
    unseen, largest = set(ties), 0
    while len(unseen) > largest:  # no part of the rest could be larger
        before, reached = len(unseen), [unseen.pop()]
        while reached:
            new = unseen.intersection(ties[reached.pop()])
            unseen -= new
            reached += new
        largest = max(largest, before - len(unseen))
    return largest


def removals(
    graph: Graph,
    by: str | Sequence[Any],
    count: int | None = None,
    *,
    recompute: bool = False,
    recovery: float = 0.0,
    replaced: float = 0.0,
    rng: np.random.Generator | None = None,
    runs: int | None = None,
    seed: int = 0,
    swap: bool = False,
) -> pd.DataFrame:
    """Remove nodes one by one and see what is left after each.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected; it is not changed.
    by : {"degree", "betweenness", "weighted betweenness", "random"} or sequence of nodes
        Who is removed first: the highest, anybody, or these nodes in their order. Weighted
        betweenness runs along distances.
    count : int, optional
        How many are removed; all nodes if it is not given, or all of `by`.
    recompute : bool, optional
        Whether the order is computed anew after each removal.
    recovery : float, optional
        SIMULATED: probability that two former contacts of a removed node, so far without a tie,
        take one up. The number of new ties has no limit.
    replaced : float, optional
        SIMULATED: share of the ties lost with a node that its former contacts replace among
        themselves, chosen by chance, as far as there are pairs without a tie; what finds no pair is
        left to the contacts of the next.
    rng : numpy.random.Generator, optional
        Needed for "random" and for both rules, unless `runs` is given.
    runs : int, optional
        How often all is repeated with other draws; the means are returned, and the range of left.
    seed : int, optional
        Of the draws in `runs`; the same seed gives the same draws.
    swap : bool, optional
        Whether each run takes a network that is `rewired` from this one.

    Returns
    -------
    pandas.DataFrame
        Indexed by the number removed (0 to `count`), with the columns left (share of the first
        largest component), ties (their number) and largest (nodes of the largest component); with
        `runs` means of these, and lowest and highest, the range of left.

    Raises
    ------
    NetworkError
        Unknown order or node, more removals than nodes, an empty or directed graph, a share outside
        0 to 1, both rules at once, chance without a generator, or a number of runs or a seed that
        is none.

    Examples
    --------
    >>> star = build(pd.DataFrame({"source_id": list("aaa"), "target_id": list("bcd")}))
    >>> removals(star, "degree", 1)  # doctest: +NORMALIZE_WHITESPACE
             left  ties  largest
    removed
    0        1.00     3        4
    1        0.25     0        1
    """
    rule = _Rule(recovery, replaced)
    if count is None:
        count = len(by) if isinstance(by, list | tuple) else graph.number_of_nodes()
    if runs is not None:
        repeated = np.array(_repeat(graph, by, count, runs, rule, seed, swap, recompute))
        mean, left = repeated.mean(axis=0), repeated[:, :, 0]
        table = pd.DataFrame(mean, columns=["left", "ties", "largest"]).rename_axis("removed")
        return table.assign(lowest=left.min(axis=0), highest=left.max(axis=0))
    _check_removal(graph, by, count, rule, rng)
    order = None if recompute else _order(graph, by, rng)
    steps = _run(graph, by, count, order, rule, rng)
    index = pd.RangeIndex(len(steps), name="removed")
    return pd.DataFrame(steps, columns=["left", "ties", "largest"], index=index)


def remove(
    graph: Graph,
    by: str,
    count: int,
    *,
    recompute: bool = False,
    recovery: float = 0.0,
    replaced: float = 0.0,
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Shares of the first largest component left after 0, 1, ..., `count` removals.

    The column left of `removals`, with the same parameters and errors.
    """
    table = removals(
        graph,
        by,
        count,
        recompute=recompute,
        recovery=recovery,
        replaced=replaced,
        rng=rng,
    )
    return [float(share) for share in table["left"]]


def replicate(
    graph: Graph,
    by: str,
    count: int,
    runs: int,
    *,
    recovery: float = 0.0,
    replaced: float = 0.0,
    seed: int = 0,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Share of the largest component left after `count` removals, in `runs` seeded repetitions.

    The order by degree or betweenness is that of the network as it was; a random order is drawn
    anew in each run. The rules of recovery are SIMULATED, as in `removals`. Returns an array of
    length `runs`; raises `NetworkError` as `removals` does, for `runs` below 1 or above a million,
    and for a seed that is not a whole number of 0 or more.
    """
    rows = _repeat(graph, by, count, runs, _Rule(recovery, replaced), seed)
    return np.array([run[-1][0] for run in rows])


class _Rule(NamedTuple):
    """How former contacts of a removed node answer: by a probability, or by a share of the loss."""

    recovery: float
    replaced: float


Steps = list[tuple[float, float, float]]


def _repeat(
    graph: Graph,
    by: str | Sequence[Any],
    count: int,
    runs: int,
    rule: _Rule,
    seed: int,
    swap: bool = False,
    recompute: bool = False,
) -> list[Steps]:
    if not isinstance(runs, numbers.Integral) or not 1 <= runs <= MOST_RUNS:
        raise NetworkError(
            say("At least one run is needed, a million at most; runs is {runs!r}.", runs=runs)
        )
    _check_seed(seed)
    rng = np.random.default_rng(int(seed))
    _check_removal(graph, by, count, rule, rng)
    fixed = None if by == "random" or swap else _order(graph, by, rng)
    done = []
    for run in range(runs):
        network = rewired(graph, seed=int(seed) + run) if swap else graph
        order = None if recompute else list(fixed) if fixed else _order(network, by, rng)
        done.append(_run(network, by, count, order, rule, rng))
    return done


def _run(
    graph: Graph,
    by: str | Sequence[Any],
    count: int,
    order: list[Any] | None,
    rule: _Rule,
    rng: np.random.Generator | None,
) -> Steps:
    """One run of removals; `order` None means computed anew before each removal."""
    ties = {node: set(contacts) - {node} for node, contacts in graph.adjacency()}
    if order is not None and not any(rule):
        return _put_back(ties, order[:count])
    left = graph.copy() if order is None else graph
    number, first = sum(map(len, ties.values())) // 2, _largest(ties)
    steps: Steps = [(1.0, number, first)]
    owed = 0.0  # ties to be replaced, fractions carried over
    for step in range(count):
        node = order[step] if order is not None else _order(left, by, rng)[0]
        contacts = sorted(ties.pop(node))
        for contact in contacts:
            ties[contact].remove(node)
        owed += rule.replaced * len(contacts)
        new = _new_ties(ties, contacts, rule.recovery, int(owed), rng)
        owed -= len(new) if rule.replaced else 0.0
        for one, other in new:
            ties[one].add(other)
            ties[other].add(one)
        if order is None:
            left.remove_node(node)
            left.add_edges_from(new)
        number += len(new) - len(contacts)
        largest = _largest(ties)
        steps.append((largest / first, number, largest))
    return steps


def _put_back(ties: dict[Any, set[Any]], removed: list[Any]) -> Steps:
    """Removals in this order, to which nobody reacts, counted from their end: what joins when a
    node comes back is found faster than what breaks apart when it goes.
    """
    part: dict[Any, list[Any]] = {}  # of each node that is there, with whom it is connected
    number, largest = 0, 0
    counted = []
    for node in [*(ties.keys() - removed), *reversed(removed)]:
        part[node] = [node]
        for contact in ties[node] & part.keys():
            number += 1
            smaller, larger = sorted([part[node], part[contact]], key=len)
            if smaller is not larger:
                larger += smaller
                part.update(dict.fromkeys(smaller, larger))
        largest = max(largest, len(part[node]))
        counted.append((number, largest))
    counted = [*reversed(counted), (0, 0)][: len(removed) + 1]
    return [(largest / counted[0][1], number, largest) for number, largest in counted]


def _new_ties(
    ties: dict[Any, set[Any]],
    contacts: list[Any],
    recovery: float,
    budget: int,
    rng: np.random.Generator | None,
) -> list[tuple[Any, Any]]:
    """Ties that the former contacts of a removed node take up, under one of the two rules."""
    if rng is None or not (recovery or budget):
        return []
    open_pairs = [pair for pair in combinations(contacts, 2) if pair[1] not in ties[pair[0]]]
    if recovery:
        tied = rng.random(len(open_pairs)) < recovery
        return [pair for pair, yes in zip(open_pairs, tied, strict=True) if yes]
    return [open_pairs[i] for i in sorted(rng.permutation(len(open_pairs))[:budget])]


def _order(graph: Graph, by: str | Sequence[Any], rng: np.random.Generator | None) -> list[Any]:
    if not isinstance(by, str):
        return [node for node in by if node in graph]
    if by == "random":
        assert rng is not None  # checked with the other arguments
        nodes = list(graph)
        return [nodes[i] for i in rng.permutation(len(nodes))]
    if by == "degree":
        score = dict(graph.degree())
    else:
        weight = "distance" if by == "weighted betweenness" else None
        score = nx.betweenness_centrality(graph, weight=weight)
    return sorted(graph, key=lambda node: -score[node])


def _pairs(edges: pd.DataFrame) -> pd.DataFrame:
    """Each pair once, whichever of the two was the source."""
    ends = [sorted(ends) for ends in zip(edges["source_id"], edges["target_id"], strict=True)]
    return pd.DataFrame(ends, columns=["source_id", "target_id"]).drop_duplicates()


def _check_seed(seed: int, most: int | None = None) -> None:
    """Refuse a seed that is no whole number of 0 or more, or above `most`."""
    if not isinstance(seed, numbers.Integral) or seed < 0:
        raise NetworkError(
            say("The seed must be a whole number of 0 or more; it is {seed!r}.", seed=seed)
        )
    if most is not None and seed > most:
        raise NetworkError(
            say("The seed must not be above {most}; it is {seed!r}.", most=most, seed=seed)
        )


def _split(edges: pd.DataFrame, separator: str) -> pd.DataFrame:
    """Ties between single members, where an end names several in one text."""
    for column in ("source_id", "target_id"):
        if not all(isinstance(node, str) for node in edges[column]):
            raise NetworkError(
                say("Ids that are not all text cannot be split: leave the separator out.")
            )
        edges = edges.assign(**{column: edges[column].str.split(separator, regex=False)})
        edges = edges.explode(column, ignore_index=True)
    return edges


ORDERS = ("degree", "betweenness", "weighted betweenness", "random")


def _check_removal(
    graph: Graph,
    by: str | Sequence[Any],
    count: int,
    rule: _Rule,
    rng: np.random.Generator | None,
) -> None:
    if graph.is_directed():
        raise NetworkError(
            say("Removal is defined for undirected graphs: build the graph without directions.")
        )
    _check_nodes(graph)
    if isinstance(by, list | tuple):
        for node in by:
            if node not in graph:
                raise NetworkError(
                    say("{node!r} is not in the network: it cannot be removed.", node=node)
                )
        if not len(by) == len(set(by)) >= count:
            raise NetworkError(say("Give every node once, and as many nodes as are to be removed."))
    elif not isinstance(by, str) or by not in ORDERS:
        raise NetworkError(
            say("The order {by!r} is not one of: {orders}.", by=by, orders=", ".join(ORDERS))
        )
    if not isinstance(count, numbers.Integral) or not 0 <= count <= graph.number_of_nodes():
        raise NetworkError(
            say(
                "{count!r} nodes cannot be removed from {number_of_nodes}.",
                count=count,
                number_of_nodes=graph.number_of_nodes(),
            )
        )
    if not is_finite_number(rule.recovery) or not 0 <= rule.recovery <= 1:
        raise NetworkError(
            say(
                "Recovery is a probability between 0 and 1; it is {recovery!r}.",
                recovery=rule.recovery,
            )
        )
    if not is_finite_number(rule.replaced) or not 0 <= rule.replaced <= 1:
        raise NetworkError(
            say(
                "The share of ties replaced must be between 0 and 1; it is {replaced!r}.",
                replaced=rule.replaced,
            )
        )
    if rule.recovery and rule.replaced:
        raise NetworkError(say("Choose one rule: recovery, or a share of the lost ties replaced."))
    if (by == "random" or any(rule)) and not isinstance(rng, np.random.Generator):
        raise NetworkError(
            say("Chance needs a generator: give rng=numpy.random.default_rng(seed).")
        )


def _check_nodes(graph: Graph) -> None:
    if graph.number_of_nodes() == 0:
        raise NetworkError(say("The graph has no nodes."))
