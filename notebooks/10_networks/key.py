"""Keys of lesson 10: disrupting a network on paper."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys, premise
from helpers.statistics.networks import build, centralization, remove, replicate

KEYS = Keys()


def _edges(name: str, phase: int = 0) -> pd.DataFrame:
    edges = load("network_edges")
    return edges[(edges["network"] == name) & (edges["phase"] == phase)]


def _left_of_the_meetings(recompute: bool = False) -> float:
    meetings = build(_edges("montagna_meetings"))
    return 100 * remove(meetings, "betweenness", 3, recompute=recompute)[-1]


def _peak(measure: str) -> int:
    values = {
        phase: centralization(build(_edges("caviar", phase), directed=True))[measure]
        for phase in range(1, 12)
    }
    return max(values, key=lambda phase: values[phase])


@KEYS.add(
    "10.1",
    "Degree is the number of ties of a node; take the largest.",
    traps={
        "That is the number of people.": lambda: build(_edges("london_gang")).number_of_nodes(),
        "That is a person with the degree; give the number of ties alone.": lambda: max(
            build(_edges("london_gang")).degree()
        ),
    },
)
def most_ties() -> int:
    """Highest degree in the London gang."""
    return max(degree for _, degree in build(_edges("london_gang")).degree())


@KEYS.add(
    "10.2",
    "remove() returns the share left after 0, 1, 2, 3 removals: take the last, in percent.",
    traps={
        "That is the share that was cut off; the share left is asked for.": lambda: (
            100 - _left_of_the_meetings()
        ),
        "That is with the order computed again after each removal; here it is fixed.": lambda: (
            _left_of_the_meetings(recompute=True)
        ),
        "Those are the phone calls.": lambda: (
            100 * remove(build(_edges("montagna_phonecalls")), "betweenness", 3)[-1]
        ),
    },
    rtol=0,
    atol=0.6,
)
def left_of_the_meetings() -> float:
    """Percent of the largest part left after three removals by betweenness."""
    return _left_of_the_meetings()


@KEYS.add(
    "10.3",
    "In-degree counts who is called. Build each phase with directed=True, or read the line of "
    "in-degree.",
    traps={"That is the peak of out-degree.": lambda: _peak("out_degree")},
)
def phase_of_the_peak() -> int:
    """Phase with the highest in-degree centralization."""
    return _peak("in_degree")


@KEYS.add(
    "10.4",
    "What does the model leave out that would change the result, and whom does the table leave "
    "out?",
    traps={
        "Both numbers are right, each for its order. What would change either of them most?": (
            lambda: "a"
        ),
        "These are all the people the police counted, not a sample drawn by chance.": lambda: "c",
    },
)
def hardest_objection() -> str:
    """With recovery much of the advantage goes; the computation itself is right."""
    phones = build(_edges("montagna_phonecalls"))
    cut = round(100 * (1 - remove(phones, "betweenness", 5, recompute=True)[-1]))
    fixed = round(100 * (1 - remove(phones, "betweenness", 5)[-1]))
    premise((cut, fixed) == (75, 67), "the calls must lose 75 percent, or 67 in a fixed order.")
    healed = replicate(phones, "betweenness", 5, 20, recovery=0.2, seed=5).mean()
    premise(healed > 0.8, "recovery must leave most of the network.")
    return "b"
