"""Odd tables, claims, answers, rates and networks: a helper answers, or raises the error its
docstring names with a sentence. Never another traceback, never a hang.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import about, check, claims, load, tables
from helpers.authoring.describe import outdated
from helpers.catalogue import load_unchecked
from helpers.claims import ClaimError
from helpers.collection import VARIABLE, open_collection
from helpers.contract import DataError
from helpers.exercises import lesson_exercises
from helpers.language import speaking
from helpers.statistics import networks, rates, uncertainty
from helpers.statistics.networks import NetworkError
from helpers.statistics.rates import RateError
from helpers.statistics.uncertainty import UncertaintyError
from tests.engine.test_exercises import KEY
from tests.fuzzing import (
    answers_or_refuses,
    as_they_are,
    changed,
    fuzz,
    little_memory,  # noqa: F401
    numbers,
    odd_json,
    pieces_of,
    places,
    scalars,
    things,
)
from tests.toy import write_toy


@st.composite
def series(draw: st.DrawFn, values: st.SearchStrategy = scalars, size: int = 4) -> pd.Series:
    """A Series with odd values, now and then odd or repeated index entries."""
    drawn = draw(st.lists(values, max_size=size))
    index = draw(
        st.one_of(
            st.none(),
            st.lists(
                st.one_of(st.sampled_from("abc"), scalars), min_size=len(drawn), max_size=len(drawn)
            ),
        )
    )
    return (
        pd.Series(drawn, index=index, dtype=object)
        if draw(st.booleans())
        else plain_series(drawn, index)
    )


def plain_series(values: list, index: list | None) -> pd.Series:
    try:
        return pd.Series(values, index=index)
    except Exception:
        return pd.Series(values, index=index, dtype=object)


def matching(events: st.SearchStrategy, people: st.SearchStrategy) -> st.SearchStrategy:
    """Pairs of Series on one index."""
    return st.lists(st.tuples(events, people), min_size=1, max_size=4).map(
        lambda pairs: tuple(plain_series(list(column), None) for column in zip(*pairs, strict=True))
    )


# --- tables
# ------------------------------------------------------------------------------------------

CSV = (
    "year,shelf,day,rate\n2015,novels,2015-12-31,4.1\n2016,novels,2016-12-31,4.9\n2016,maps,,3.2\n"
)
FIELDS = [
    {
        "name": "year",
        "type": "integer",
        "description": "year",
        "unit": "year",
        "constraints": {"required": True, "minimum": 1999, "maximum": 2023},
    },
    {
        "name": "shelf",
        "type": "string",
        "description": "shelf",
        "constraints": {"enum": ["novels", "maps"], "pattern": "[a-z]+"},
    },
    {"name": "day", "type": "date", "description": "last day", "constraints": {}},
    {"name": "rate", "type": "number", "description": "rate", "constraints": {"unique": True}},
]
KEYS_OF = {"fields": "year", "reference": {"resource": "rates", "fields": "year"}}
PACKAGE = {
    "name": "topic",
    "resources": [
        {
            "name": "rates",
            "path": "rates.csv",
            "title": "t",
            "row": "a rate",
            "coverage": "c",
            "cautions": ["none"],
            "sources": [{"publisher": "p", "title": "t", "path": "u", "retrieved": "2026"}],
            "licenses": [{"title": "l", "read": "2026"}],
            "schema": {
                "fields": FIELDS,
                "primaryKey": ["year", "shelf"],
                "foreignKeys": [KEYS_OF],
            },
        }
    ],
}
moments = itertools.count(1)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a collection with one small table, which becomes the current one."""
    folder = tmp_path / "data" / "topic"
    folder.mkdir(parents=True)
    (tmp_path / "data" / "collection.toml").write_text('title = "T"', encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    def put(name: str, content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        later = path.stat().st_mtime_ns + next(moments) * 1_000_000
        os.utime(path, ns=(later, later))

    def write(
        table: bytes = CSV.encode(), package: Any = PACKAGE, raw: bytes | None = None
    ) -> Path:
        put("rates.csv", table)
        put("datapackage.json", json.dumps(package).encode() if raw is None else raw)
        return tmp_path

    return write


@given(table=pieces_of(CSV))
@fuzz
def test_any_file(small: Callable, table: bytes) -> None:
    """Whatever the snapshot says, a table has the promised types and no infinite number."""
    root = small(table)
    assert answers_or_refuses(DataError, load, "rates") is None, "it is not in a snapshot yet"
    frame = answers_or_refuses(DataError, load_unchecked, open_collection(root), "rates")
    if frame is not None and len(frame):
        assert frame.dtypes.astype(str).tolist()[::3] == ["int64", "float64"]
        assert np.isfinite(frame["rate"]).all() and pd.api.types.is_datetime64_dtype(frame["day"])


@given(path=st.sampled_from(list(places(PACKAGE))), new=st.one_of(st.just(...), odd_json))
@fuzz
def test_any_description(small: Callable, path: tuple, new: Any) -> None:
    root = small(package=changed(PACKAGE, path, new))
    for call in (lambda: load("rates"), lambda: repr(about("rates")), tables):
        answers_or_refuses(DataError, call)
    answers_or_refuses(DataError, outdated, open_collection(root))


@given(
    raw=st.one_of(
        pieces_of(json.dumps(PACKAGE)),
        st.sampled_from([b"[" * 200_000, b'{"resources": [{}', b"\xff\xfe", b""]),
    )
)
@fuzz
def test_any_bytes_as_description(small: Callable, raw: bytes) -> None:
    small(raw=raw)
    answers_or_refuses(DataError, load, "rates")


@given(name=things)
@fuzz
def test_any_name_of_a_table(name: Any) -> None:
    for call in (load, about):
        answers_or_refuses(DataError, call, name)


# --- claims
# ------------------------------------------------------------------------------------------

ROW = {
    "claim": "more-loans",
    "reading": "loans",
    "part": "all",
    "role": "value",
    "known_on": "2025-01-10",
    "publicity": "public by",
    "collector": "the library",
    "table": "library_loans",
    "selection": "year=2024",
    "column": "loans",
    "unit": "loans",
    "status": "same quantity",
}
SOME = pd.DataFrame(
    [
        ROW,
        {**ROW, "reading": "since the year before", "role": "value_low"},
        {**ROW, "reading": "since the year before", "role": "value_high", "selection": "year=2019"},
        {**ROW, "reading": "against the year before", "part": "one"},
        {**ROW, "reading": "against the year before", "part": "one", "role": "reference"},
    ]
)
days = st.one_of(
    st.sampled_from(
        [
            "2017-12-14",
            "0001-01-01",
            "9999-12-31",
            "262143-01-01",
            "-1",
            "14.12.2017",
            "2017-12-14T00:00:00+14:00",
            "2017-13-01",
            20171214,
            np.datetime64("NaT", "ns"),
        ]
    ),
    things,
)
conditions = st.lists(
    st.sampled_from(
        [
            "year=2016",
            "loans=9020",
            "loans>8",
            "year>",
            "=",
            "year=x",
            "year<=9999999999999999999999",
            "no=1",
            "count",
            "(rows)",
            "known_on=2017-99-99",
        ]
    ),
    max_size=3,
).map("; ".join)


@given(name=things)
@fuzz
def test_any_id_of_a_claim(name: Any) -> None:
    for call in (claims.judge, claims.show):
        if not isinstance(name, pd.Series):
            answers_or_refuses(ClaimError, call, name)


@given(
    claim=st.fixed_dictionaries(
        {},
        optional={
            "claim": st.one_of(st.just("more-loans"), things),
            "stated_value": st.one_of(numbers, things),
            "direction": st.one_of(
                st.sampled_from(["more than", "at least", "exactly", None]), things
            ),
            "unit": st.one_of(st.just("loans"), things),
            "as_of": days,
            "wording": things,
        },
    )
)
@fuzz
def test_any_claim_of_ones_own(claim: dict) -> None:
    entries = {
        "claim": "more-loans",
        "stated_value": 9_000,
        "direction": "more than",
        "unit": "loans",
        "as_of": "2025-01-15",
        "wording": "same",
        **claim,
    }
    own = pd.Series(as_they_are(entries.values()), index=list(entries))
    verdict = answers_or_refuses(ClaimError, claims.judge, own, SOME)
    if verdict is not None:
        assert {verdict.on_the_day, verdict.now} <= {*claims.SCALE, claims.NOT_JUDGED}
        assert repr(verdict) and verdict._repr_html_()


@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, len(SOME) - 1),
            st.sampled_from(list(SOME.columns)),
            st.one_of(scalars, conditions, days),
        ),
        min_size=1,
        max_size=3,
    ),
    dropped=st.sampled_from([None] * 9 + list(SOME.columns)),
    repeated=st.booleans(),
)
@fuzz
def test_any_evidence(changes: list, dropped: str | None, repeated: bool) -> None:
    evidence = SOME.astype(object)
    for row, column, value in changes:
        evidence[column] = as_they_are(
            value if at == row else old for at, old in enumerate(evidence[column])
        )
    evidence = (
        evidence.drop(columns=dropped)
        if dropped
        else pd.concat([evidence, evidence])
        if repeated
        else evidence
    )
    verdict = answers_or_refuses((ClaimError, DataError), claims.judge, "more-loans", evidence)
    if verdict is not None:
        assert {verdict.on_the_day, verdict.now} <= {*claims.SCALE, claims.NOT_JUDGED}
        assert repr(verdict)


@given(evidence=st.one_of(things, series()), claim=st.one_of(st.just("more-loans"), series()))
@fuzz
def test_evidence_that_is_no_table(evidence: Any, claim: Any) -> None:
    answers_or_refuses(ClaimError, claims.judge, claim, evidence)


# --- exercises
# ------------------------------------------------------------------------------------------

frames = st.dictionaries(
    st.one_of(st.sampled_from(["year", "loans"]), st.text(max_size=3)),
    st.lists(scalars, min_size=2, max_size=2),
    max_size=3,
).map(lambda columns: pd.DataFrame(columns, dtype=object))


class NamedPair(NamedTuple):
    first: int
    second: int


huge = st.sampled_from(
    [
        np.broadcast_to(1.0, (10**10,)),
        range(10**12),
        pd.RangeIndex(10**12),
        (n for n in iter(int, 1)),
        np.zeros((0, 3)),
        np.array(1),
        "x" * 10**6,
        10**5000,
    ]
)
answers = st.one_of(
    things,
    series(),
    frames,
    huge,
    st.lists(st.lists(scalars, max_size=2), max_size=3),
    st.sets(st.integers(), max_size=3),
    st.functions(),
    st.sampled_from(
        [NamedPair(1, 2), pd.Index([1, 2]), "a, " * 100_000, "diciembre de 2017", "sí"]
    ),
)
NUMBERS = ["01.series", "01.frame", "01.list", "01.set", "01.text", "01.true", "01.bytes", "01.gap"]
NUMBERS += ["01.number", "01.tuple", "01.trap"]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy collection whose key has an answer of every kind."""
    folder = write_toy(tmp_path_factory.mktemp("kinds") / "library")
    (folder / "notebooks" / "01_library_loans" / "key.py").write_text(KEY, encoding="utf-8")
    return folder


@given(number=st.sampled_from(NUMBERS), answer=answers, tongue=st.sampled_from(["en", "es"]))
@example(number="01.number", answer=10**400, tongue="en")
@example(number="01.series", answer=[[], [0]], tongue="en")
@fuzz
def test_any_answer(
    kinds: Path, monkeypatch: pytest.MonkeyPatch, number: str, answer: Any, tongue: str
) -> None:
    """No answer is said not to be at fault: the keys of these exercises are whole."""
    monkeypatch.setenv(VARIABLE, str(kinds))
    with speaking(tongue):
        feedback = answers_or_refuses((), check, number, answer)
    name = {"en": "Exercise", "es": "Ejercicio"}[tongue]
    assert feedback.credit in (0, 1) and feedback.message.startswith(f"{name} {number}: ")
    assert feedback.credit or feedback.tried or answer is ...
    assert len(feedback.message) < 2000 and feedback._repr_html_()


ODD_NUMBERS = ["01", "1.1", "01.1.1", ".", "..", "01.", "__init__.1", "01/../01.1", "0\x001.1"]


@given(number=st.one_of(things, st.sampled_from(ODD_NUMBERS)), answer=scalars)
@fuzz
def test_any_number_of_an_exercise(number: Any, answer: Any) -> None:
    if not isinstance(number, str) or number not in lesson_exercises("01"):
        assert check(number, answer).message.startswith("There is no exercise")


# --- rates, intervals, networks
# --------------------------------------------------------------------------------------

counts, people = (
    st.one_of(st.integers(0, 10**6), numbers),
    st.one_of(st.integers(1, 10**9), numbers),
)
two_series = st.one_of(
    matching(counts, people),
    st.tuples(series(), series()),
    st.tuples(st.one_of(series(), things), st.one_of(series(), things)),
)
shares = st.one_of(st.just(0.95), st.floats(0, 1), things)


@given(pair=two_series, confidence=shares, rate=st.one_of(st.just(16.0), things))
@fuzz
def test_any_rates(pair: tuple, confidence: Any, rate: Any) -> None:
    events, population = pair
    for call, arguments in {
        rates.poisson_limits: (events, confidence),
        rates.rate_per_100k: (events, population, confidence),
        rates.funnel_limits: (population, rate, confidence),
        rates.dispersion: (events, population),
        rates.weighted_mean: (events, population),
    }.items():
        result = answers_or_refuses(RateError, call, *arguments)
        if isinstance(result, pd.DataFrame):
            assert not result.isna().any(axis=None) and (result["low"] <= result["high"]).all(), (
                result
            )
        elif result is not None:
            assert isinstance(result, float) and result == result


ranges = st.one_of(
    st.tuples(numbers, numbers), st.tuples(st.integers(1, 9), st.integers(10, 99)), things
)
functions = st.sampled_from(
    [
        lambda *v: sum(v),
        lambda *v: v[0] / v[-1],
        lambda *v: float(v[0]) ** float(v[-1]),
        lambda *v: None,
        lambda *v: "1",
        lambda *v: 1j,
        lambda *v: float("inf"),
        lambda *v: np.array(v),
        lambda *v: 10**400,
    ]
)


@given(function=st.one_of(functions, things), limits=st.lists(ranges, max_size=3))
@fuzz
def test_any_bounds(function: Any, limits: list) -> None:
    result = answers_or_refuses(UncertaintyError, uncertainty.bounds, function, *limits)
    assert result is None or result[0] <= result[1]


@given(
    low=st.one_of(numbers, things),
    high=st.one_of(numbers, things),
    size=st.one_of(st.integers(1, 50), st.sampled_from([10**12, 10**30]), things),
    rng=st.one_of(st.builds(np.random.default_rng, st.just(1)), things),
)
@example(low=0, high=-0.0, size=1, rng=np.random.default_rng(1))
@fuzz
def test_any_draws(low: Any, high: Any, size: Any, rng: Any) -> None:
    draws = answers_or_refuses(UncertaintyError, uncertainty.draw_between, low, high, size, rng)
    assert draws is None or (len(draws) == size and np.isfinite(draws).all())


@given(
    draws=st.one_of(
        st.lists(numbers, max_size=5),
        st.lists(numbers, max_size=5).map(np.array),
        series(),
        frames,
        things,
    ),
    assumption=st.one_of(st.just("uniform"), things),
    confidence=shares,
)
@fuzz
def test_any_interval(draws: Any, assumption: Any, confidence: Any) -> None:
    result = answers_or_refuses(
        UncertaintyError, uncertainty.interval, draws, assumption, confidence
    )
    assert result is None or (result.low <= result.value <= result.high and str(result))


names = st.one_of(st.sampled_from("abcdef"), scalars)
ties = st.lists(st.tuples(names, names, st.one_of(st.integers(1, 9), numbers, scalars)), max_size=8)
orders = st.one_of(st.sampled_from(["degree", "betweenness", "random"]), things)


@given(
    ties=ties,
    directed=st.booleans(),
    weighted=st.booleans(),
    by=orders,
    count=st.one_of(st.integers(-1, 6), things),
    recovery=st.one_of(st.floats(0, 1), things),
    runs=st.one_of(st.integers(0, 3), things),
    seed=st.one_of(st.integers(0, 9), things),
)
@fuzz
def test_any_network(
    ties: list,
    directed: bool,
    weighted: bool,
    by: Any,
    count: Any,
    recovery: Any,
    runs: Any,
    seed: Any,
) -> None:
    edges = pd.DataFrame(ties, columns=["source_id", "target_id", "weight"], dtype=object)
    graph = answers_or_refuses(
        NetworkError, networks.build, edges if weighted else edges.drop(columns="weight"), directed
    )
    if graph is None:
        return
    answers_or_refuses(NetworkError, networks.centrality, graph)
    answers_or_refuses(NetworkError, networks.centralization, graph.to_directed())
    for rng in (np.random.default_rng(1), None, seed):
        left = answers_or_refuses(
            NetworkError, networks.remove, graph, by, count, recovery=recovery, rng=rng
        )
        assert left is None or all(0 <= share <= 1 for share in left)
    shares = answers_or_refuses(
        NetworkError, networks.replicate, graph, by, count, runs, recovery=recovery, seed=seed
    )
    assert shares is None or len(shares) == runs


@given(edges=st.one_of(things, series(), frames))
@fuzz
def test_ties_that_are_no_table(edges: Any) -> None:
    answers_or_refuses(NetworkError, networks.build, edges)


GRAPH = networks.build(pd.DataFrame({"source_id": ["a"], "target_id": ["b"]}))
ONE = pd.Series({"a": 1.0})


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (DataError, lambda: load(["library_loans"]), "There is no table named"),
        (ClaimError, lambda: claims.judge(["more-loans"]), "A claim is an id such as those"),
        (
            ClaimError,
            lambda: claims.judge("more-loans", SOME.replace("value", "vlaue")),
            "The role 'vlaue' of the evidence is not one of",
        ),
        (
            ClaimError,
            lambda: claims.judge("more-loans", SOME.assign(reading=None)),
            "The column reading of the evidence must hold text",
        ),
        (
            ClaimError,
            lambda: claims.judge("more-loans", SOME.assign(known_on=None)),
            "known_on must be a date",
        ),
        (
            ClaimError,
            lambda: claims.judge(
                "more-loans", SOME.assign(table="claims", selection="order=1", column="as_of")
            ),
            "which is no number",
        ),
        (RateError, lambda: rates.poisson_limits([1, 2]), "The counts must be a Series"),
        (RateError, lambda: rates.poisson_limits(pd.Series(["many"])), "A count is not a number"),
        (RateError, lambda: rates.poisson_limits(ONE * 1j), "are not real numbers"),
        (RateError, lambda: rates.poisson_limits(ONE * np.inf), "The count of 'a' is infinite"),
        (RateError, lambda: rates.funnel_limits(ONE, "16"), "must be positive and finite"),
        (RateError, lambda: rates.weighted_mean(ONE.head(0), ONE.head(0)), "There are no values"),
        (
            UncertaintyError,
            lambda: uncertainty.bounds(lambda *v: sum(v), *[(1, 2)] * 40),
            "There are 40 ranges",
        ),
        (
            UncertaintyError,
            lambda: uncertainty.bounds(lambda v: v, (10**400, 1)),
            "one is too large",
        ),
        (
            UncertaintyError,
            lambda: uncertainty.bounds(lambda v: 1j, (1, 2)),
            "no value at the corner 1",
        ),
        (
            UncertaintyError,
            lambda: uncertainty.draw_between(0, 1, 10**12, np.random.default_rng(1)),
            "at most 10,000,000",
        ),
        (NetworkError, lambda: networks.replicate(GRAPH, "degree", 1, 10**12), "a million at most"),
        (
            NetworkError,
            lambda: networks.build(pd.DataFrame({"source_id": ["a"], "target_id": [1]})),
            "all be text or all be whole numbers",
        ),
        (
            NetworkError,
            lambda: networks.build(
                pd.DataFrame({"source_id": ["a"], "target_id": ["b"], "weight": [np.inf]})
            ),
            "must be positive and finite",
        ),
        (
            NetworkError,
            lambda: networks.remove(networks.nx.Graph(), "degree", 0),
            "The graph has no nodes",
        ),
    ],
)
def test_what_fuzzing_found(error: type, call: Callable, message: str) -> None:
    """Each ended in another traceback, in a hang, or in a silent answer."""
    with pytest.raises(error, match=message):
        call()


def test_limits_are_never_below_zero() -> None:
    """At a confidence of 0.9999 Byar's formula gives less than no event for a count of one."""
    assert rates.poisson_limits(ONE, 0.9999).loc["a", "low"] == 0
