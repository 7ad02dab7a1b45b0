"""Solutions of lesson 10, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.networks import build, centrality, removals

edges = load("network_edges")
graph = build(edges.query("network == 'caviar' and phase == 8"), merge=True)
gang = build(edges.query("network == 'london_gang'"))
meetings = build(edges.query("network == 'montagna_meetings'"))
phones = build(edges.query("network == 'montagna_phonecalls'"))

WRONG = {
    "10.a": [40, 9, 41, 0.74],
    "10.b": [2, 4, 29],
    "10.c": [201, 6, -77, 124],
    "10.d": [75, 11, 51, 16],
    "10.1": [gang.number_of_nodes(), 20, 25, 3, 1],
    "10.2": [7, 72, 86, 43, 0.9, 50],
    "10.3": [11, 6, 1, "six"],
    "10.4": ["a", "c"],
}


def practice_a():
    return removals(graph, ["p055", "p050"])["largest"][2]


def practice_b():
    return removals(graph, "betweenness").query("left < 0.5").index[0]


def practice_c():
    ties = removals(phones, "betweenness", 5, runs=100, recovery=0.2, seed=5)["ties"]
    return round(ties[5] - ties[0])


def practice_d():
    most = 100 - 100 * removals(phones, "betweenness", 5, recompute=True)["left"][5]
    least = 100 - 100 * removals(meetings, "betweenness", 5)["left"][5]
    return round(most - least)


def exercise_1():
    return len(centrality(gang).query("degree > 15"))


def exercise_2():
    return round(100 * removals(meetings, "betweenness", 3)["left"][3])


def exercise_3():
    return int(load("caviar_phases").set_index("phase")["in_degree_published"].idxmin())


def exercise_4():
    return "b"
