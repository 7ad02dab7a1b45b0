"""Networks of this collection: centralization and disruption as they were published."""

from __future__ import annotations

import networkx as nx
import pytest

from helpers import load
from helpers.statistics.networks import build, centralization, remove

EDGES = load("network_edges")


def network(name: str) -> nx.Graph:
    return build(EDGES[EDGES["network"] == name])


@pytest.mark.parametrize("phase", range(1, 12))
def test_centralization_equals_the_published_values(phase: int) -> None:
    """Three measures in 11 of 11 phases, to four decimals."""
    row = load("caviar_phases").set_index("phase").loc[phase]
    edges = EDGES[(EDGES["network"] == "caviar") & (EDGES["phase"] == phase)]
    graph = build(edges, directed=True)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (row["people"], row["arcs"])
    for measure, value in centralization(graph).items():
        assert round(value, 4) == row[f"{measure}_published"], measure


@pytest.mark.parametrize(
    ("name", "static", "recomputed"),
    [("montagna_phonecalls", 67, 75), ("montagna_meetings", 16, 58)],
)
def test_up_to_seventy_percent_is_one_network_and_one_way_of_counting(
    name: str, static: int, recomputed: int
) -> None:
    graph = network(name)
    cut = [
        round(100 * (1 - remove(graph, "betweenness", 5, recompute=again)[-1]))
        for again in (False, True)
    ]
    assert cut == [static, recomputed]
