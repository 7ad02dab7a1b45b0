"""Solutions of lesson 10, as a learner might write them, and wrong answers that must not count."""

from helpers import load
from helpers.statistics.networks import build, centrality, remove

edges = load("network_edges")
gang = build(edges.query("network == 'london_gang'"))
meetings = build(edges.query("network == 'montagna_meetings'"))

WRONG = {
    "10.1": [gang.number_of_nodes(), gang.number_of_edges()],
    "10.2": [0.9, 50, 72],
    "10.3": [8, 11, 3, "six"],
    "10.4": ["a", "c"],
}


def exercise_1():
    return centrality(gang)["degree"].max()


def exercise_2():
    return round(100 * remove(meetings, "betweenness", 3)[3])


def exercise_3():
    return int(load("caviar_phases").set_index("phase")["in_degree_published"].idxmax())


def exercise_4():
    return "b"
