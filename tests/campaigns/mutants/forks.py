"""Break functions one at a time and run the tests that reach them, each mutant in a fork.

    python -m tests.campaigns.mutants.forks RESULTS WORKERS SAMPLE MODULES -- ARGUMENTS OF PYTEST

code.py calls it in a copy of the project, whose modules are overwritten. mutmut makes the mutants
and puts all of a module into one file, with a variable that says which one runs. The tests are
collected and run once here; a mutant is a fork of that process, which runs the tests that reach its
function, the quickest first, until one fails. Fixtures of the session are there already.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

#: What a fork may take: so many times what its tests took, and so many seconds on top.
SLOWER, PATIENCE = 10, 20
#: Packages in the order in which they use each other: what the code above a mutant has cached may
#: rest on it.
LAYERS = ("helpers", "marking", "web")
SURVIVED, KILLED, NOT_GREEN = 0, 1, 2
SEED = 20171214


def of_mutmut(name: str) -> Any:
    """One of mutmut's modules, which has no types here: mutmut is in no lock."""
    return importlib.import_module(f"mutmut.mutation.{name}")


def break_up(module: str) -> list[str]:
    """Put all mutants of a module into its file; their names, as MODULE.FUNCTION__mutmut_NUMBER."""
    make = of_mutmut("file_mutation").mutate_file_contents
    path = Path(f"{module}.py")
    made = make(str(path), path.read_text(encoding="utf-8"))
    path.write_text(made.code, encoding="utf-8")
    return [f"{module.replace('/', '.')}.{name}" for name in made.mutant_names]


class Forks:
    """A plugin of pytest that runs the collected tests once, and then for each mutant."""

    def __init__(self, mutants: list[str], workers: int, results: Path) -> None:
        self.mutants, self.workers, self.results = mutants, workers, results
        self.codes: dict[str, int | None] = {}
        self.hits: set[str] = set()
        self.trampoline = of_mutmut("trampoline")
        self.trampoline.record_trampoline_hit = lambda name, caller=None: self.hits.add(name)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run everything unbroken, here and in a fork; then each mutant in a fork."""
        self.session: Any = SimpleNamespace(listchain=lambda: [session])
        doctests: list[Any] = [item for item in session.items if hasattr(item, "dtest")]
        names = {item: dict(item.dtest.globs) for item in doctests}
        took: dict[pytest.Item, float] = {}
        reached: dict[str, list[pytest.Item]] = {}
        self.trampoline.set_mutant_under_test("stats")
        for item, following in with_next(session.items, self.session):
            self.hits.clear()
            start = time.process_time()
            if said := failed(item, following):
                raise pytest.UsageError(f"{item.nodeid} fails without a mutant: {said}")
            took[item] = time.process_time() - start
            for name in self.hits:
                reached.setdefault(name, []).append(item)
        self.trampoline.set_mutant_under_test("")
        for item, known in names.items():
            item.dtest.globs.update(known)  # a doctest forgets them
        package = self.mutants[0].split(".")[0]
        above = LAYERS[LAYERS.index(package) :]
        self.caches: list[Any] = [
            cached
            for cached in gc.get_objects()
            if isinstance(cached, functools._lru_cache_wrapper)
            and str(cached.__module__).startswith(above)
        ]
        every = sorted(session.items, key=took.__getitem__)
        control = os.fork() or self.in_fork("", every, took)
        if os.waitstatus_to_exitcode(os.waitpid(control, 0)[1]) != SURVIVED:
            raise pytest.UsageError("the unbroken code fails in a fork")
        running: dict[int, str] = {}
        for mutant in self.mutants:
            tests = reached.get(mutant.partition("__mutmut_")[0])
            if not tests:
                self.note(mutant, None)
                continue
            running[os.fork() or self.in_fork(mutant, tests, took)] = mutant
            if len(running) == self.workers:
                self.wait(running)
        while running:
            self.wait(running)
        return True

    def wait(self, running: dict[int, str]) -> None:
        """Note what became of the next fork that ends."""
        pid, status = os.wait()
        self.note(running.pop(pid), os.waitstatus_to_exitcode(status))

    def note(self, mutant: str, code: int | None) -> None:
        """Keep what became of a mutant, in the file too: a long run may be stopped."""
        self.codes[mutant] = code
        self.results.write_text(json.dumps(self.codes), encoding="utf-8")

    def in_fork(self, mutant: str, tests: list[pytest.Item], took: dict[pytest.Item, float]) -> int:
        """Run the tests with a mutant until one fails; does not return."""
        code = NOT_GREEN
        try:
            seconds = int(SLOWER * sum(took[item] for item in tests)) + PATIENCE
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            signal.alarm(20 * seconds)  # a mutant that sleeps
            self.trampoline.set_mutant_under_test(mutant)
            for cached in self.caches:
                cached.cache_clear()
            ordered = sorted(tests, key=took.__getitem__)
            code = SURVIVED
            for item, following in with_next(ordered, self.session):
                if failed(item, following):
                    code = KILLED
                    break
        finally:
            os._exit(code)


def with_next(items: list[pytest.Item], last: Any) -> Iterator[tuple[pytest.Item, Any]]:
    """Each test, and the next one: its fixtures are kept."""
    return zip(items, [*items[1:], last], strict=True)


def failed(item: pytest.Item, following: Any) -> str:
    """Run one test; what it said if it failed."""
    reports = runtestprotocol(item, log=False, nextitem=following)
    return "".join(report.longreprtext for report in reports if report.failed)


def without_search() -> None:
    """Let hypothesis stop at the first example that fails: nobody reads the smallest one."""
    from hypothesis import Phase, settings

    settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None)
    settings.load_profile("mutants")


def main(results: str, workers: str, sample: str, *rest: str) -> int:
    """Run the command; writes the code of each mutant that was run."""
    modules, arguments = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    source = modules[0].split("/")[0]
    Path("setup.cfg").write_text(f"[mutmut]\nsource_paths={source}\n", encoding="utf-8")
    chosen = [name for module in modules for name in break_up(module)[:: max(int(sample), 1)]]
    # a run that is stopped has a sample of every module
    random.Random(SEED).shuffle(chosen)
    without_search()
    forks = Forks(chosen, int(workers), Path(results))
    return int(pytest.main(["-q", "--capture=sys", "-p", "no:cacheprovider", *arguments], [forks]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
