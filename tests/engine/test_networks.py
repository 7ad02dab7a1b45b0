"""Networks: centrality, removal and recovery, and sentences for ties that make no graph."""

from __future__ import annotations

import itertools
import time
from functools import partial

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.statistics.networks import (
    NetworkError,
    build,
    centrality,
    centralization,
    largest_component,
    layout,
    removals,
    remove,
    replicate,
    rewired,
    summarize,
)


def some_network() -> nx.Graph:
    """A hundred people, each tied to a few; the same ties in every run."""
    return build(
        nx.to_pandas_edgelist(nx.random_labeled_tree(100, seed=4), "source_id", "target_id")
    )


def test_a_thousand_replicates_take_less_than_two_seconds() -> None:
    """The best of three, in CPU time, so that a busy machine does not decide."""
    graph = some_network()
    times = []
    for _ in range(3):
        start = time.process_time()
        assert replicate(graph, "random", 5, 1000, seed=3).shape == (1000,)
        times.append(time.process_time() - start)
    assert min(times) < 2


def test_replicates_are_repeatable_and_recovery_helps_the_network() -> None:
    graph = some_network()
    assert (
        replicate(graph, "random", 5, 20, seed=8) == replicate(graph, "random", 5, 20, seed=8)
    ).all()
    without, with_recovery = (
        replicate(graph, "betweenness", 5, 50, recovery=r, seed=8).mean() for r in (0.0, 0.5)
    )
    assert with_recovery > without


STAR = pd.DataFrame({"source_id": list("aaaa"), "target_id": list("bcde"), "weight": [1, 2, 3, 4]})


def test_a_star_hangs_on_its_middle() -> None:
    graph = build(STAR)
    assert centrality(graph).index[0] == "a" and centrality(graph)["betweenness"]["a"] == 1
    assert remove(graph, "degree", 1) == [1.0, 0.2]
    assert remove(graph, "degree", 1, recovery=1.0, rng=np.random.default_rng(1)) == [1.0, 0.8], (
        "all former contacts tie up"
    )
    assert graph.number_of_nodes() == 5, "the graph handed in is not changed"
    outward = centralization(build(STAR, directed=True))
    assert outward["out_degree"] == pytest.approx(4 * 4 / (4 * 3)) and outward["betweenness"] == 0


def test_disconnected_graphs_are_measured_by_their_largest_part() -> None:
    graph = build(pd.DataFrame({"source_id": list("abx"), "target_id": list("bcy")}))
    assert largest_component(graph) == 3 and remove(graph, "degree", 1)[1] == pytest.approx(2 / 3)
    assert largest_component(nx.Graph()) == 0


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25),
    st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_removal_without_recovery_never_helps(pairs: list[tuple[int, int]], count: int) -> None:
    clean = sorted({tuple(sorted(p)) for p in pairs if p[0] != p[1]})
    if not clean:
        return
    graph = build(pd.DataFrame(clean, columns=["source_id", "target_id"]))
    count = min(count, graph.number_of_nodes())
    shares = remove(graph, "betweenness", count, recompute=True)
    assert all(a >= b >= 0 for a, b in itertools.pairwise(shares)) and len(shares) == count + 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: build(STAR.drop(columns="source_id")), "no column source_id"),
        (lambda: build(STAR.head(0)), "no ties"),
        (lambda: build(STAR.replace({"target_id": {"b": None}})), "no source_id or no target_id"),
        (lambda: build(STAR.replace({"target_id": {"b": "a"}})), "tie of 'a' with itself"),
        (lambda: build(pd.concat([STAR, STAR.head(1)])), "'a' - 'b' is there twice"),
        (
            lambda: build(
                pd.concat(
                    [STAR, pd.DataFrame({"source_id": ["b"], "target_id": ["a"], "weight": [1]})]
                )
            ),
            "is there twice",
        ),
        (lambda: build(STAR.assign(weight=[1, 2, 3, -4])), "'a' - 'e' has the weight -4"),
        (lambda: build(STAR.assign(weight=[1, 2, 3, None])), "it must be positive"),
        (lambda: centrality(nx.Graph()), "no nodes"),
        (
            lambda: centralization(build(STAR.head(1), directed=True)),
            "three nodes or more; there are 2",
        ),
        (lambda: remove(build(STAR), "age", 1), "order 'age' is not one of"),
        (lambda: removals(build(STAR), None), "order None is not one of"),  # type: ignore[arg-type]
        (lambda: remove(build(STAR), "degree", 9), "9 nodes cannot be removed from 5"),
        (lambda: remove(build(STAR), "random", 1), "Chance needs a generator"),
        (lambda: remove(build(STAR), "degree", 1, recovery=2), "between 0 and 1; it is 2"),
        (lambda: remove(build(STAR, directed=True), "degree", 1), "undirected"),
        (lambda: replicate(build(STAR), "random", 1, 0), "runs is 0"),
        (lambda: replicate(build(STAR), "age", 1, 5), "order 'age' is not one of"),
        (lambda: replicate(build(STAR), "degree", 1, 5, recovery=2), "between 0 and 1; it is 2"),
    ],
)
def test_bad_input_is_a_sentence(call, message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: build([("a", "b")]), "The ties must be a table (DataFrame); this is a list."),
        (lambda: build(STAR.head(0)), "There are no ties: the selection is empty."),
        (
            lambda: build(STAR.replace({"source_id": {"a": None}})),
            "A tie has no source_id or no target_id: fill it or leave the tie out.",
        ),
        (
            lambda: build(pd.DataFrame({"source_id": ["a"], "target_id": [1]})),
            "The ids must all be text or all be whole numbers, so that they can be put in order.",
        ),
        (
            lambda: build(STAR.assign(weight=[1, 2, 3, 9e-10])),
            "The tie 'a' - 'e' has the weight 9e-10: it must be positive and finite.",
        ),
        (
            lambda: build(STAR.assign(weight=[1, 2, 3, 1.1e9])),
            "The tie 'a' - 'e' has the weight 1100000000.0: it must be positive and finite.",
        ),
        (
            lambda: build(STAR.assign(weight=[1, 2, 3, "x"])),
            "The tie 'a' - 'e' has the weight 'x': it must be positive and finite.",
        ),
        (lambda: centrality(nx.Graph()), "The graph has no nodes."),
        (
            lambda: remove(build(STAR, directed=True), "degree", 1),
            "Removal is defined for undirected graphs: build the graph without directions.",
        ),
        (
            lambda: remove(build(STAR), "random", 1, rng=7),
            "Chance needs a generator: give rng=numpy.random.default_rng(seed).",
        ),
        (lambda: remove(build(STAR), "degree", 2.0), "2.0 nodes cannot be removed from 5."),
        (
            lambda: replicate(build(STAR), "random", 1, 1_000_001),
            "At least one run is needed, a million at most; runs is 1000001.",
        ),
        (
            lambda: replicate(build(STAR), "random", 1, 5, seed=-1),
            "The seed must be a whole number of 0 or more; it is -1.",
        ),
        (
            lambda: replicate(build(STAR), "random", 1, 5, seed=1.0),
            "The seed must be a whole number of 0 or more; it is 1.0.",
        ),
        *(
            (
                lambda missed=missed: build(STAR, missed=missed),
                f"The share of ties missed must be 0 or more and less than 1; it is {missed!r}.",
            )
            for missed in (2, 1, -0.1, "a", None, True, float("nan"))
        ),
        (
            lambda: build(STAR, missed=0.999),
            "With missed=0.999 no tie is left: take a smaller share.",
        ),
        *(
            (
                lambda call=call: call(seed=-1),
                "The seed must be a whole number of 0 or more; it is -1.",
            )
            for call in (
                partial(build, STAR),
                partial(layout, build(STAR)),
                partial(rewired, build(STAR)),
            )
        ),
        (
            lambda: build(STAR, missed=0.5, seed=2**32),
            "The seed must not be above 4294967295; it is 4294967296.",
        ),
        (lambda: build(STAR, separator=1), "The separator must be a text; it is 1."),
        (
            lambda: build(pd.DataFrame({"source_id": [1], "target_id": [2]}), separator=";"),
            "Ids that are not all text cannot be split: leave the separator out.",
        ),
    ],
)
def test_the_whole_sentence(call, sentence: str) -> None:
    with pytest.raises(NetworkError) as refused:
        call()
    assert str(refused.value) == sentence


def test_what_a_tie_carries() -> None:
    assert build(STAR)["a"]["e"] == {"weight": 4.0, "distance": 0.25}, "strong ties are short"
    assert build(STAR.drop(columns="weight"))["a"]["e"] == {"weight": 1.0, "distance": 1.0}
    extreme = build(STAR.assign(weight=[1e-9, 1e9, 1, 1]))
    assert extreme["a"]["b"]["weight"] == 1e-9 and extreme["a"]["c"]["weight"] == 1e9, (
        "the smallest and the largest that are taken"
    )
    numbered = build(pd.DataFrame({"source_id": [3, 1], "target_id": [1, 2]}))
    assert list(numbered) == [1, 2, 3], "ids may be whole numbers"


def test_degree_and_betweenness_choose_different_people() -> None:
    bridge = pd.DataFrame(
        [
            ("h", "x"),
            ("h", "y"),
            ("h", "z"),
            ("x", "y"),
            ("h", "c"),
            ("c", "k"),
            ("k", "u"),
            ("k", "v"),
            ("u", "w"),
            ("v", "q"),
        ],
        columns=["source_id", "target_id"],
    )
    graph = build(bridge)
    scores = centrality(graph)
    assert (
        scores["degree"].idxmax() == "h"
        and scores.index[0] == scores["betweenness"].idxmax() != "h"
    )
    first = {by: remove(graph, by, 1)[1] for by in ("degree", "betweenness")}
    kept = {
        by: largest_component(nx.restricted_view(graph, [node], [])) / len(graph)
        for by, node in (("degree", "h"), ("betweenness", scores.index[0]))
    }
    assert first == kept and first["degree"] != first["betweenness"]
    assert (replicate(graph, "degree", 1, 3) == first["degree"]).all() and (
        replicate(graph, "betweenness", 1, 3) == first["betweenness"]
    ).all()


def test_ties_in_rank_keep_the_order_of_names() -> None:
    assert list(centrality(build(STAR)).index) == list("abcde")
    pair = pd.DataFrame({"source_id": list("aabbb"), "target_id": list("cdefg")})
    assert list(centrality(build(pair)).index)[:2] == ["b", "a"]


def test_the_order_is_fixed_once_or_computed_anew() -> None:
    graph = some_network()
    once, anew = remove(graph, "betweenness", 5), remove(graph, "betweenness", 5, recompute=True)
    assert once != anew
    assert (replicate(graph, "betweenness", 5, 2) == once[-1]).all(), "replicate fixes the order"
    assert remove(graph, "degree", 8) != remove(graph, "degree", 8, recompute=True)
    assert len(replicate(graph, "random", 1, 1)) == 1, "one run is a run"


def test_a_random_order_is_drawn_anew_in_each_run_from_the_seed() -> None:
    graph = some_network()
    shares = replicate(graph, "random", 10, 20)
    assert len(set(shares)) > 5 and (shares == replicate(graph, "random", 10, 20, seed=0)).all()
    assert not (shares == replicate(graph, "random", 10, 20, seed=1)).all()
    rng = np.random.default_rng(0)
    assert (
        shares[0] == remove(graph, "random", 10, rng=rng)[-1]
        and shares[1] == remove(graph, "random", 10, rng=rng)[-1]
    )
    again = remove(graph, "random", 10, recompute=True, rng=np.random.default_rng(0))
    assert again != remove(graph, "random", 10, rng=np.random.default_rng(0)), (
        "chosen anew among those left"
    )


def test_runs_compute_the_order_anew_too() -> None:
    path = nx.path_graph(6)
    once = removals(path, "degree", 3, recompute=True)
    again = removals(path, "degree", 3, runs=2, recompute=True)
    assert list(again["left"]) == list(once["left"])
    assert list(again["left"]) != list(removals(path, "degree", 3, runs=2)["left"])


def test_recovery_ties_up_former_contacts_with_its_probability() -> None:
    star = pd.DataFrame({"source_id": "m", "target_id": [f"n{i:03}" for i in range(60)]})
    graph = build(star)
    none = replicate(graph, "degree", 1, 4)
    assert (none == 1 / 61).all(), "without recovery, and that is the default, a star falls apart"
    assert remove(graph, "degree", 1, recovery=0.0)[1] == 1 / 61
    assert (replicate(graph, "degree", 1, 4, recovery=1.0) == 60 / 61).all()
    some = replicate(graph, "degree", 1, 40, recovery=0.005)
    assert 1 / 61 < some.mean() < 30 / 61


def test_small_and_directed_graphs() -> None:
    line = pd.DataFrame({"source_id": ["a", "b"], "target_id": ["b", "c"]})
    values = centralization(build(line, directed=True))
    assert values == {"in_degree": 0.5, "out_degree": 0.5, "betweenness": 0.5}, (
        "three nodes are enough"
    )
    assert largest_component(build(line, directed=True)) == 3, "directions are put aside"


def test_when_everybody_is_removed_nothing_is_left() -> None:
    steps = removals(build(STAR), list(build(STAR)))
    assert steps.iloc[-1].to_list() == [0, 0, 0] and len(steps) == 6


def test_a_share_of_each_removals_ties_is_replaced_once() -> None:
    """Two fifths of five ties are two; what was replaced is owed no longer."""
    hubs = [(hub, f"{hub}{i}") for hub in "ab" for i in range(5)]
    graph = build(pd.DataFrame(hubs, columns=["source_id", "target_id"]))
    steps = removals(graph, ["a", "b"], replaced=0.4, rng=np.random.default_rng(1))
    assert steps["ties"].to_list() == [10, 5 + 2, 2 + 2]


def test_a_budget_replaces_a_share_of_the_lost_ties() -> None:
    """Every second tie that is lost comes back, fractions carried over; no more than that."""
    star = pd.DataFrame({"source_id": "m", "target_id": [f"n{i:02}" for i in range(10)]})
    graph = build(star)
    table = removals(graph, "degree", 1, replaced=0.5, rng=np.random.default_rng(1))
    assert table["ties"].tolist() == [10, 5]
    assert removals(graph, "degree", 1)["ties"].tolist() == [10, 0]
    mean = removals(graph, "degree", 1, runs=5, replaced=0.5)
    assert mean["ties"].tolist() == [10, 5] and list(mean.index) == [0, 1]
    assert remove(graph, "degree", 1, replaced=0.5, rng=np.random.default_rng(1)) == list(
        table["left"]
    )


def test_weighted_betweenness_runs_along_distances() -> None:
    ties = pd.DataFrame(
        {"source_id": list("aabb"), "target_id": list("bdcd"), "weight": [9, 9, 1, 1]}
    )
    graph = build(ties)
    assert remove(graph, "betweenness", 1) == [1, 0.5], "b is between, whose tie to d is weak"
    assert remove(graph, "weighted betweenness", 1) == [1, 0.75], "to d the short way is by a"
    with pytest.raises(NetworkError, match="Choose one rule"):
        remove(graph, "degree", 1, recovery=0.5, replaced=0.5, rng=np.random.default_rng(1))
    with pytest.raises(NetworkError, match="share of ties replaced"):
        remove(graph, "degree", 1, replaced=2, rng=np.random.default_rng(1))


def test_runs_give_the_mean_and_the_range() -> None:
    graph = some_network()
    table = removals(graph, "random", 10, runs=30, seed=3)
    assert (table["lowest"] <= table["left"]).all() and (table["left"] <= table["highest"]).all()
    assert table["lowest"][10] < table["highest"][10] and table["left"][0] == 1
    assert table["left"][10] == pytest.approx(replicate(graph, "random", 10, 30, seed=3).mean())
    assert table.equals(removals(graph, "random", 10, runs=30, seed=3)), "a seed repeats the draws"
    assert len(removals(graph, "degree")) == 101, "without a number all are removed"


def test_nodes_can_be_removed_by_name() -> None:
    graph = build(pd.DataFrame({"source_id": list("abc"), "target_id": list("bcd")}))
    assert removals(graph, ["b", "d"])["largest"].tolist() == [4, 2, 1]
    for people, end in ((["x"], "'x' is not in the network"), (["b", "b"], "Give every node once")):
        with pytest.raises(NetworkError, match=end):
            removals(graph, people)


def test_a_rewired_network_keeps_the_number_of_ties_of_each() -> None:
    graph = some_network()
    drawn = rewired(graph, seed=1)
    assert dict(drawn.degree()) == dict(graph.degree()) and list(drawn) == list(graph)
    shared = {frozenset(tie) for tie in drawn.edges} & {frozenset(tie) for tie in graph.edges}
    assert len(shared) < 30, "most partners are others"
    assert set(drawn.edges) == set(rewired(graph, seed=1).edges) != set(rewired(graph).edges)
    star = build(STAR)
    assert set(rewired(star).edges) == set(star.edges), "a star cannot be swapped"
    with pytest.raises(NetworkError, match="put directions aside"):
        rewired(build(STAR, directed=True))
    curve = removals(graph, "degree", 5, runs=10, swap=True)
    assert curve["lowest"][5] < curve["highest"][5], "each run has a network of its own"


LINE = {
    "a": (-0.02, 2.584),
    "b": (-0.273, 1.613),
    "c": (-0.298, 0.609),
    "d": (-0.499, -0.375),
    "e": (-0.902, -1.295),
}


def test_positions_are_the_same_everywhere_and_as_far_apart_as_the_paths() -> None:
    """The numbers are written down: another processor must give the same."""
    line = build(pd.DataFrame({"source_id": list("abcd"), "target_id": list("bcde")}))
    at = layout(line, seed=1)
    assert at == LINE
    for one, other in itertools.combinations("abcde", 2):
        steps = abs(ord(one) - ord(other))
        assert np.hypot(*np.subtract(at[one], at[other])) == pytest.approx(steps, abs=0.05)
    apart = layout(build(pd.DataFrame({"source_id": list("ac"), "target_id": list("bd")})))
    assert len(set(apart.values())) == 4, "two parts have places too"
    assert layout(nx.Graph([("a", "b")])) and layout(nx.empty_graph(1))


def test_ties_are_merged_split_and_missed() -> None:
    ties = pd.DataFrame({"one": ["a, b", "c", "c"], "two": ["c", "a", "d"]})
    graph = build(ties, source="one", target="two", merge=True, separator=", ")
    assert sorted(map(sorted, graph.edges)) == [["a", "c"], ["b", "c"], ["c", "d"]]
    assert summarize(graph) == {"nodes": 4, "ties": 3, "largest": 4, "density": 0.5}
    heard = build(ties, source="one", target="two", missed=1 / 3, seed=1)
    assert heard.number_of_edges() == 2


def test_a_separator_of_several_signs_is_taken_as_it_is() -> None:
    ties = pd.DataFrame({"source_id": ["a||b"], "target_id": ["c"]})
    assert set(build(ties, separator="||").edges) == {("a", "c"), ("b", "c")}
