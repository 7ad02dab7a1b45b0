"""Keys of lesson 10: disrupting a network on paper."""

from helpers.catalogue import load
from helpers.exercises import Keys
from helpers.statistics.networks import build, centralization, remove

KEYS = Keys()


def _edges(name: str, phase: int = 0):
    edges = load("network_edges")
    return edges[(edges["network"] == name) & (edges["phase"] == phase)]


@KEYS.add(
    "10.1",
    "Degree is the number of ties of a node; take the largest.",
    traps={"That is the number of people.": lambda: build(_edges("london_gang")).number_of_nodes()},
)
def most_ties() -> int:
    """Highest degree in the London gang."""
    return max(degree for _, degree in build(_edges("london_gang")).degree())


@KEYS.add(
    "10.2",
    "remove() returns the share left after 0, 1, 2, 3 removals: take the last, in percent.",
    traps={
        "That is the share that was cut off; the share left is asked for.": lambda: (
            100 * (1 - remove(build(_edges("montagna_meetings")), "betweenness", 3)[-1])
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
    return 100 * remove(build(_edges("montagna_meetings")), "betweenness", 3)[-1]


@KEYS.add(
    "10.3",
    "In-degree counts who is called. Build each phase with directed=True, or read the line of in-degree.",
)
def phase_of_the_peak() -> int:
    """Phase with the highest in-degree centralization."""
    values = {
        phase: centralization(build(_edges("caviar", phase), directed=True))["in_degree"]
        for phase in range(1, 12)
    }
    return max(values, key=values.get)


@KEYS.add(
    "10.4",
    "What does the model leave out that would change the result, and whom does the table leave out?",
)
def hardest_objection() -> str:
    """With recovery the advantage goes; the computation itself is right."""
    phones = build(_edges("montagna_phonecalls"))
    return (
        "b"
        if round(100 * (1 - remove(phones, "betweenness", 5, recompute=True)[-1])) == 75
        else "a"
    )
