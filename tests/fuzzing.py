"""What the tests with odd input share: how many inputs, what a call may do, and odd values.

The normal run tries a few inputs, the same ones every time. The long run tries many more, fresh
ones each time:

    FUZZ=2000 python3 course.py test tests/marking/test_fuzz.py
    python3 course.py nox -s fuzz
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ", 25))
fuzz = settings(
    max_examples=EXAMPLES,
    # The normal run tries the same inputs every time, so that nothing is red by chance.
    derandomize="FUZZ" not in os.environ,
    # The first example of a test imports and reads; a hang is minutes.
    deadline=dt.timedelta(seconds=10),
    suppress_health_check=list(HealthCheck),
    database=None,
)
GIGABYTE = 2**30


@pytest.fixture(scope="module", autouse=True)
def little_memory() -> Iterator[None]:
    """All inputs of this file together leave the process less than 1 GB larger than before,
    at its peak.
    """
    resource = (
        pytest.importorskip("resource", reason="Windows does not tell the peak of memory this way")
        if sys.platform != "win32"
        else None
    )
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0
    yield
    if resource:
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit
        assert grown < GIGABYTE, f"{grown / GIGABYTE:.1f} GB more"


class Contrary:
    """An object that refuses whatever is asked of it."""

    def _refuse(self, *_: object) -> Any:
        raise RuntimeError("no")

    __eq__ = __lt__ = __len__ = __float__ = __bool__ = __iter__ = __array__ = _refuse
    __hash__ = None

    def __repr__(self) -> str:
        return "Contrary()"


numbers = st.one_of(
    st.integers(-3, 400),
    st.integers(),
    st.floats(),
    st.sampled_from(
        [
            0.0,
            -0.0,
            1e308,
            -1e308,
            5e-324,
            10**400,
            -(10**400),
            2**63,
            np.float32(0.1),
            np.int8(7),
            Decimal("1.5"),
            Fraction(1, 3),
        ]
    ),
)
scalars = st.one_of(
    numbers,
    st.text(max_size=8),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        [
            None,
            pd.NA,
            pd.NaT,
            float("nan"),
            float("inf"),
            "",
            "1",
            " 7 ",
            "1,5",
            "NaN",
            "\x00",
            "\ud800",
            b"\xff",
            1j,
            dt.datetime(2017, 12, 14, tzinfo=dt.UTC),
            pd.Timedelta(1),
        ]
    ),
)
things = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.builds(dict),
    st.builds(object),
    st.builds(Contrary),
    st.just(...),
)


def as_they_are(values: Iterable[Any]) -> np.ndarray:
    """A column of values that nobody has asked what they are; pandas 2 asks those of a list
    whether they are arrays, and `Contrary` refuses.
    """
    kept = list(values)
    column = np.empty(len(kept), dtype=object)
    for at, value in enumerate(kept):
        column[at] = value
    return column


def answers_or_refuses(
    error: type | tuple[type, ...], call: Callable, *arguments: Any, **named: Any
) -> Any:
    """The result of a call; None when it raises the error its docstring names, in a sentence. Any
    other error, and any warning, fails the test.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return call(*arguments, **named)
        except error as refused:
            said = str(refused)
            assert len(said.split()) > 3 and not said[-1].isspace(), f"not a sentence: {said}"
            return None


def pieces_of(text: str, more: Sequence[str] = ()) -> st.SearchStrategy[bytes]:
    """Files made of pieces of a good one, odd pieces, and random bytes."""
    odd = [
        *more,
        "\ufeff",
        "\r\n",
        "\r",
        "\n\n",
        "\x00",
        '"',
        '""',
        ",",
        ";",
        "\t",
        "é",
        "٣",
        "9" * 400,
        "-",
        "1e5",
        "nan",
        "0001-01-01",
        "9999-12-31",
        "2016-02-30",
        "x" * 140_000,
        "year",
        " ",
    ]
    cells = re.split(r"(?<=[,\n])", text)
    return st.one_of(
        st.lists(st.sampled_from(cells + odd), max_size=16).map(
            lambda pieces: "".join(pieces).encode()
        ),
        st.tuples(st.integers(0, len(text)), st.integers(0, len(text)), st.sampled_from(odd)).map(
            lambda cut: (text[: min(cut[:2])] + cut[2] + text[max(cut[:2]) :]).encode()
        ),
        st.binary(max_size=60),
        st.sampled_from(["utf-16", "utf-8-sig", "latin-1", "cp500"]).map(
            lambda name: text.replace("novels", "nóvels").encode(name)
        ),
        st.just(text.replace("\n", "\r\n").encode()),
    )


def odd_json_of(more: Sequence[Any], names: Sequence[str]) -> st.SearchStrategy:
    """Anything that JSON can hold, with some values and names that mean something there."""
    return st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-5, 5),
            st.floats(),
            st.sampled_from(["", "a\x00b", "..", "(", 10**30, "\ud800", *more]),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2),
            st.dictionaries(st.sampled_from(names), inner, max_size=2),
        ),
        max_leaves=4,
    )


odd_json = odd_json_of(["year", "day", "integer", "rates.csv"], ["name", "type", "x"])


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The place of everything in nested lists and dicts."""
    yield path
    for key, inner in (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    ):
        yield from places(inner, (*path, key))


def changed(package: Any, path: tuple, new: Any) -> Any:
    """A copy with another value at one place; `...` takes it away."""
    if not path:
        return {} if new is ... else new
    copy = json.loads(json.dumps(package))
    spot = copy
    for key in path[:-1]:
        spot = spot[key]
    if new is ...:
        del spot[path[-1]]
    else:
        spot[path[-1]] = new
    return copy
