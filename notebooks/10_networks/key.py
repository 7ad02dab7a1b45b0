"""Keys of lesson 10: disrupting a network on paper."""

from functools import cache
from typing import Any

from helpers.catalogue import load
from helpers.exercises import Keys, premise
from helpers.statistics.networks import build, centralization, removals, remove, replicate

KEYS = Keys()


def _network(name: str, phase: int = 0, directed: bool = False) -> Any:
    edges = load("network_edges").query("network == @name and phase == @phase")
    return build(edges, directed, merge=name == "caviar" and not directed)


def _still_connected(*people: str) -> int:
    """People in the largest part of phase 8 without these."""
    return int(removals(_network("caviar", 8), people)["largest"].iloc[-1])


def _until_below_half(by: str) -> int:
    """How many must go, in this order, until less than half of phase 8 is left."""
    left = removals(_network("caviar", 8), by)["left"]
    return int((left < 0.5).idxmax())


def _left_of_the_meetings(recompute: bool = False) -> float:
    meetings = _network("montagna_meetings")
    return 100 * remove(meetings, "betweenness", 3, recompute=recompute)[-1]


@cache
def _ties(recovery: float) -> tuple[float, float]:
    """Ties of Montagna's calls before and after five removals under the first rule."""
    phones = _network("montagna_phonecalls")
    ties = removals(phones, "betweenness", 5, runs=100, recovery=recovery, seed=5)["ties"]
    return float(ties[0]), float(ties[5])


@cache
def _cuts() -> list[float]:
    """The eight numbers of section 4, in percent."""
    networks = [_network(f"montagna_{kind}") for kind in ("phonecalls", "meetings")]
    return [
        100 - 100 * remove(network, by, 5, recompute=again)[-1]
        for network in networks
        for by in ("betweenness", "weighted betweenness")
        for again in (False, True)
    ]


def _well_tied(name: str, ties: int = 15, phase: int = 0) -> int:
    """People with more ties than this."""
    return sum(degree > ties for _, degree in _network(name, phase).degree())


def _lowest(measure: str) -> int:
    values = {
        phase: centralization(_network("caviar", phase, directed=True))[measure]
        for phase in range(1, 12)
    }
    return min(values, key=lambda phase: values[phase])


@KEYS.add(
    "10.a",
    "Give removals both names in one list, and read the last row of the column largest.",
    traps={
        "Those are all who are left, but not all of them can still reach each other.": lambda: (
            _network("caviar", 8).number_of_nodes() - 2
        ),
        "That is the smaller part, around p103. Give the largest one.": lambda: (
            _network("caviar", 8).number_of_nodes() - 2 - _still_connected("p055", "p050")
        ),
        "That is without p055 alone.": lambda: _still_connected("p055"),
    },
)
def without_both() -> int:
    """The largest part of phase 8 without the two who connect p103's group."""
    return _still_connected("p055", "p050")


@KEYS.add(
    "10.b",
    "Go down the column of betweenness to the first number below 50, and read how many are out.",
    traps={"That is for the people with most ties.": lambda: _until_below_half("degree")},
)
def until_below_half() -> int:
    """Removals in the order of betweenness until less than half is left."""
    return _until_below_half("betweenness")


@KEYS.add(
    "10.c",
    "In the row 0.2, subtract the ties before from the ties after.",
    traps={
        "Those are all ties after the removals. Give the gain.": lambda: _ties(0.2)[1],
        "That is the row 0.12.": lambda: _ties(0.12)[1] - _ties(0.12)[0],
        "The network has more ties afterwards, so the gain is positive.": lambda: (
            _ties(0.2)[0] - _ties(0.2)[1]
        ),
    },
    rtol=0,
    atol=0.6,
)
def gained_ties() -> float:
    """Ties gained under the first rule at one pair in five."""
    before, after = _ties(0.2)
    return after - before


@KEYS.add(
    "10.d",
    "Subtract the smallest of the eight percentages from the largest.",
    traps={
        "That is the largest of them.": lambda: max(_cuts()),
        "That is the range within the calls alone.": lambda: max(_cuts()[:4]) - min(_cuts()[:4]),
        "That is the range with a fixed order.": lambda: max(_cuts()[::2]) - min(_cuts()[::2]),
    },
    rtol=0,
    atol=1,
)
def range_of_the_eight() -> float:
    """Percentage points between the smallest and the largest of the eight numbers."""
    return max(_cuts()) - min(_cuts())


@KEYS.add(
    "10.1",
    "Take the table of centrality, keep the rows with a degree above 15, and count them.",
    traps={
        "That is the number of people.": lambda: _network("london_gang").number_of_nodes(),
        "That takes in people with exactly 15 ties.": lambda: _well_tied("london_gang", 14),
        "That is the highest number of ties.": lambda: max(
            degree for _, degree in _network("london_gang").degree()
        ),
        "Those are the phone calls of Montagna.": lambda: _well_tied("montagna_phonecalls"),
        "That is phase 8 of CAVIAR.": lambda: _well_tied("caviar", phase=8),
    },
)
def well_tied() -> int:
    """People of the London gang with more than 15 ties."""
    return _well_tied("london_gang")


@KEYS.add(
    "10.2",
    "removals() gives the share left after 0, 1, 2 and 3 removals: take the last, in percent.",
    traps={
        "That is the share that was cut off. Give the share that is left.": lambda: (
            100 - _left_of_the_meetings()
        ),
        "That is with the order computed again each time. Here the order is fixed.": lambda: (
            _left_of_the_meetings(recompute=True)
        ),
        "Those are people; give percent of row 0.": lambda: int(
            removals(_network("montagna_meetings"), "betweenness", 3)["largest"].iloc[-1]
        ),
        "Those are the phone calls.": lambda: (
            100 * remove(_network("montagna_phonecalls"), "betweenness", 3)[-1]
        ),
    },
    rtol=0,
    atol=0.5,
)
def left_of_the_meetings() -> float:
    """Percent of the largest part left after three removals by betweenness."""
    return _left_of_the_meetings()


@KEYS.add(
    "10.3",
    "In-degree counts the people who call a person. Read the line of in-degree, or look for the "
    "smallest value of its column.",
    traps={
        "That is the lowest of out-degree.": lambda: _lowest("out_degree"),
        "That is the highest of in-degree.": lambda: int(
            load("caviar_phases").set_index("phase")["in_degree_published"].idxmax()
        ),
    },
)
def phase_of_the_low() -> int:
    """Phase with the lowest in-degree centralization."""
    return _lowest("in_degree")


@KEYS.add(
    "10.4",
    "What does the model leave out that would change the result, and whom does the table leave "
    "out?",
    traps={
        "Each number is right for its order. What would change both of them most?": (lambda: "a"),
        "That is true in the model, and a reason to choose key members. What does the model leave "
        "out?": lambda: "c",
    },
)
def hardest_objection() -> str:
    """With recovery much of the advantage goes; the computation itself is right."""
    phones = _network("montagna_phonecalls")
    cut = round(100 * (1 - remove(phones, "betweenness", 5, recompute=True)[-1]))
    fixed = round(100 * (1 - remove(phones, "betweenness", 5)[-1]))
    premise((cut, fixed) == (75, 67), "the calls must lose 75 percent, or 67 in a fixed order.")
    lot = replicate(phones, "random", 5, 100, seed=5).mean()
    premise(lot > 0.8, "five people at random must cut far less.")
    healed = replicate(phones, "betweenness", 5, 20, recovery=0.2, seed=5).mean()
    premise(healed > 0.8, "recovery must leave most of the network.")
    return "b"
