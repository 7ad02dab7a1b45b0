"""What took longest last time starts first, so that no worker is left alone with it at the end.

Files (and classes) are kept whole; what has no duration yet comes first. Durations are kept in
pytest's cache.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

KEY = "nbval_strict/seconds"


def scope(nodeid: str) -> str:
    """What stays on one worker: a file, or a class in it."""
    return nodeid.rsplit("::", 1)[0]


def in_order(nodeids: list[str], seconds: dict[str, float]) -> list[str]:
    """The scopes of `nodeids`, unknown ones first, then by falling duration; ties as collected."""
    scopes = dict.fromkeys(scope(nodeid) for nodeid in nodeids)
    return sorted(scopes, key=lambda name: -seconds.get(name, float("inf")))


class LongestFirst:
    """A pytest plugin: the order and the clock of one run."""

    def __init__(self, config: Any):
        self.cache = config.cache
        self.is_worker = hasattr(config, "workerinput")
        self.known: dict[str, float] = self.cache.get(KEY, {})
        self.measured: dict[str, float] = defaultdict(float)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Sort the tests."""
        order = {
            name: place
            for place, name in enumerate(in_order([item.nodeid for item in items], self.known))
        }
        items.sort(key=lambda item: order[scope(item.nodeid)])

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Add up what each scope takes."""
        self.measured[scope(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Keep the durations for the next run."""
        if not self.is_worker:
            rounded = {name: round(seconds, 2) for name, seconds in self.measured.items()}
            self.cache.set(KEY, {**self.known, **rounded})
