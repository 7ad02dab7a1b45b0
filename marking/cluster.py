"""Hand units to the workers of a Dask cluster, and keep their results as they come.

Every machine has the same copy of the collection. A worker builds its throw-away place once, runs a
unit in its own sandbox and returns plain data; it refuses units made with another engine, other
tables, packages or limits. Dask gives the unit of a worker that died to another one. Only the
client writes results, so a unit is kept once, wherever and how often it was run.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

from helpers.collection import current
from helpers.language import say, translatable
from marking import place, store

NOT_INSTALLED = translatable(
    "--scheduler needs Dask distributed, which is not installed here. In the folder of the "
    "collection: python3 -m pip install -e '.[cluster]'"
)
LOST = translatable("The connection to the scheduler was lost")
#: Seconds to wait for the scheduler, and for the first worker that may be used.
PATIENCE = 30.0
#: Seconds between looks at who is there.
LOOK = 0.5
#: Units handed out for each thread of a worker: one runs, one waits.
AHEAD = 2

Todo = dict[str, list[tuple[str, str]]]


class ClusterError(RuntimeError):
    """The cluster cannot be used, or no longer; the message says why and what to do."""


# What a worker does ----------------------------------------------------------------------------

_building = threading.Lock()
_built: dict[str, Any] = {}


def _own_place() -> Path:
    """The place of this worker, built when it is first needed and removed with the process."""
    with _building:
        if "place" not in _built:
            from distributed import get_worker

            folder = TemporaryDirectory(
                prefix="marking-", dir=get_worker().local_directory, ignore_cleanup_errors=True
            )
            atexit.register(folder.cleanup)
            _built["folder"] = folder  # it lives as long as the process
            _built["place"] = place.build(current(), Path(folder.name))
        return Path(_built["place"])


def objection(made_with: dict[str, Any], limits: place.Limits, closed_in: bool) -> str:
    """Why this worker may not run units made with a manifest; empty if it may.

    Its own manifest is made once for each set of limits, when its place is built: what is on the
    disk later does not count.
    """
    if closed_in and not place.sandbox():
        return say("it has no sandbox (bubblewrap); install it there, or give --no-sandbox")
    _own_place()
    name = repr(limits)
    if name not in _built:
        _built[name] = store.manifest(current(), limits)
    mine = _built[name]
    different = sorted(key for key in made_with if mine.get(key) != made_with[key])
    if different:
        return say(
            "it has other {different}; give it this copy and start it again",
            different=say(" and ").join(different),
        )
    return ""


def introduce(made_with: dict[str, Any], limits: dict[str, Any], closed_in: bool) -> str:
    """Build the place, and say what speaks against this worker; empty if nothing does."""
    return objection(made_with, place.Limits(**limits), closed_in)


def run_unit(
    cells: list[tuple[str, str]], made_with: dict[str, Any], limits: dict[str, Any], closed_in: bool
) -> dict[str, Any]:
    """Run one unit: plain data of a `place.Run`, or the worker and its objection."""
    from distributed import get_worker

    bounds = place.Limits(**limits)
    against = objection(made_with, bounds, closed_in)
    if against:
        return {"worker": get_worker().address, "objection": against}
    program = place.sandbox() if closed_in else ""
    return asdict(place.run(cells, _own_place(), bounds, program))


# What the client does --------------------------------------------------------------------------


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler, closed at the end whatever happened."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(say(NOT_INSTALLED)) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say it in a sentence
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ClusterError(
            say("There is no scheduler at {address}: {reason}", address=address, reason=reason)
        ) from None
    try:
        yield client
    finally:
        with suppress(Exception):  # a scheduler that has gone cannot be told good-bye
            client.close(timeout=1)


class Crowd:
    """The workers that are there, and which of them may be used."""

    def __init__(self, client: Any, terms: tuple[Any, ...]) -> None:
        self.client, self.terms = client, terms
        self.threads: dict[str, int] = {}
        self.asked: dict[str, Any] = {}
        self.fit: set[str] = set()
        self.refused: dict[str, str] = {}

    def look(self) -> None:
        """See who came and went, and ask those who came for their version."""
        self.threads = dict(self.client.nthreads())
        self.fit &= set(self.threads)
        for gone in set(self.asked) - set(self.threads):
            del self.asked[gone]
            self.refused.pop(gone, None)
        for worker in set(self.threads) - set(self.asked):
            self.asked[worker] = self.client.submit(
                introduce, *self.terms, workers=[worker], pure=False, priority=1
            )
        for worker in self.undecided:
            answer = self.asked[worker]
            if answer.status == "finished":
                self.judge(worker, answer.result())
            elif answer.status == "error":
                reason = _words(answer.exception())
                self.judge(worker, say("it cannot mark ({reason})", reason=reason))
            elif answer.status in ("cancelled", "lost"):
                del self.asked[worker]

    def judge(self, worker: str, against: str) -> None:
        """Take a worker, or refuse it and say so once."""
        if not against:
            self.fit.add(worker)
            return
        self.fit.discard(worker)
        if worker not in self.refused:
            print(say("The worker {worker} is not used: {reason}.", worker=worker, reason=against))
        self.refused[worker] = against

    @property
    def undecided(self) -> set[str]:
        """Those who are still building their place, or are busy with other work."""
        return set(self.asked) - self.fit - set(self.refused)

    @property
    def room(self) -> int:
        """How many units may be out at a time."""
        return AHEAD * sum(self.threads[worker] for worker in self.fit)


def run_units(
    todo: Todo,
    marks: Path,
    limits: place.Limits,
    made_with: dict[str, Any],
    address: str,
    closed_in: bool,
) -> bool:
    """Run units on the cluster at `address`; results are kept as they come.

    Returns whether Ctrl-C stopped it.

    Raises
    ------
    ClusterError
        There is no scheduler or no worker that may be used, the connection was lost, or some units
        could not be run. What was finished is kept.
    """
    if not todo:
        return False
    failed = {}
    kept = store.Kept(marks, todo)
    with connected(address) as client:
        try:
            for unit, result in _results(client, todo, (made_with, asdict(limits), closed_in)):
                if isinstance(result, str):
                    failed[unit] = result
                else:
                    store.save(marks, unit, result)
        except KeyboardInterrupt:
            print(kept.said(say("Stopped")))
            return True
        except ClusterError as error:
            raise ClusterError(kept.said(str(error))) from None
        except Exception as error:  # Dask has many words for a scheduler that has gone
            from distributed.comm.core import CommClosedError

            if client.status == "running" and not isinstance(error, CommClosedError):
                raise
            reason = f"{say(LOST)} ({_words(error)})"
            raise ClusterError(kept.said(reason)) from None
    if failed:
        reason = "; ".join(sorted(set(failed.values())))
        raise ClusterError(kept.said(say("Not run: {reason}", reason=reason)))
    return False


def _words(error: BaseException | None) -> str:
    text = str(error).splitlines()[0] if error is not None and str(error) else ""
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__


def _results(
    client: Any, todo: Todo, terms: tuple[Any, ...]
) -> Iterator[tuple[str, place.Run | str]]:
    """Each unit with its run, or with a sentence if it cannot be run, in the order they end."""
    from rich.progress import Progress

    crowd = Crowd(client, terms)
    waiting = [(unit, 0) for unit in reversed(todo)]
    out: dict[Any, tuple[str, int, frozenset[str]]] = {}
    ended: SimpleQueue[Any] = SimpleQueue()
    heard = time.monotonic()
    patient_until = heard + PATIENCE
    with Progress() as bar:
        task = bar.add_task(say("Running"), total=len(todo))
        while waiting or out:
            if client.status not in ("running", "connecting"):
                raise ClusterError(say(LOST))
            try:
                crowd.look()
            except (OSError, AttributeError):  # Dask connects again, or closes after a while
                if time.monotonic() > heard + 2 * PATIENCE:
                    raise ClusterError(say(LOST)) from None
                time.sleep(LOOK)
                continue
            heard = time.monotonic()
            if crowd.fit or crowd.undecided:
                patient_until = heard + PATIENCE
            elif heard > patient_until:
                raise ClusterError(say("There is no worker that can be used"))
            for future, (unit, tried, given_to) in list(out.items()):
                if not future.done() and not given_to & crowd.fit:  # all of them have gone
                    del out[future]
                    future.cancel()
                    waiting.append((unit, tried + 1))
            while waiting and len(out) < crowd.room:
                unit, tried = waiting.pop()
                future = client.submit(
                    run_unit,
                    todo[unit],
                    *terms,
                    key=f"marking-{unit}-{tried}",
                    workers=sorted(crowd.fit),
                    retries=1,
                )
                out[future] = unit, tried, frozenset(crowd.fit)
                future.add_done_callback(ended.put)
            try:
                future = ended.get(timeout=LOOK)
            except Empty:
                continue
            if future not in out:
                continue
            unit, tried, _ = out.pop(future)
            if future.status == "finished":
                result = future.result()
                if "objection" in result:
                    crowd.judge(result["worker"], result["objection"])
                    waiting.append((unit, tried + 1))
                    continue
                yield unit, place.Run(**result)
            elif future.status == "error":
                yield unit, _words(future.exception())
            else:  # the scheduler forgot it
                waiting.append((unit, tried + 1))
                continue
            bar.advance(task)
