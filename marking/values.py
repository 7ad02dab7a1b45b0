"""An answer as plain data: what a run writes, and what the judge reads back.

Writing happens beside the learner's code and is not trusted. Reading accepts plain types only and
builds numbers, texts, lists, Series and DataFrames from them; nothing of the learner's is imported
or called. This file imports nothing of the collection.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

#: More entries than this are not written out: no exercise asks for as many.
LARGEST = 5_000
LONGEST_TEXT = 2_000
LARGEST_NUMBER = 10**300
#: How dates and periods are written; "now" is none.
WHEN = re.compile(r"[0-9T:./ WQ+-]{4,40}")
FREQUENCY = re.compile(r"[0-9A-Za-z-]{1,12}")
DEEPEST = 3


class ValueFormError(ValueError):
    """Data that no run of ours can have written."""


def to_plain(value: Any, depth: int = 0) -> dict[str, Any]:
    """A value as JSON can hold it: ``{"kind": ..., ...}``.

    Only exact types count: an object of a class of the learner's is written by the name of its
    class alone, so that none of its methods is called.
    """
    plain = _entry(value, depth)
    if plain is None:
        plain = _other(type(value).__name__) if depth >= DEEPEST else _container(value, depth)
    return plain


def _entry(value: Any, depth: int) -> dict[str, Any] | None:
    """A single value; None if it is not one."""
    import numpy as np
    import pandas as pd

    kind = type(value)
    if value is ...:
        return {"kind": "untouched"}
    if value is None or kind is bool:
        return {"kind": "plain", "value": value}
    if kind is int:
        return {"kind": "plain", "value": value} if abs(value) < LARGEST_NUMBER else _other("int")
    if kind is float:
        return _float(value)
    if kind is str:
        return {"kind": "plain", "value": value[: LONGEST_TEXT // (10 if depth else 1)]}
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        return _numpy_scalar(value, depth)
    if _is_one(kind, pd.Timestamp, datetime.date, datetime.datetime):
        return {"kind": "time", "value": str(value)}
    if kind is pd.Period:
        return {"kind": "period", "value": str(value), "freq": str(value.freqstr)}
    if value is pd.NaT or value is pd.NA:
        return {"kind": "missing"}
    return None


def _container(value: Any, depth: int) -> dict[str, Any]:
    """A value that holds others, or one that is no plain data."""
    import numpy as np
    import pandas as pd

    kind = type(value)
    if _is_one(kind, list, tuple, set, frozenset):
        entries = list(value) if len(value) <= LARGEST else None
        name = "list" if _is_one(kind, list, tuple) else "set"
        return _many(name, len(value), entries, depth)
    if kind is np.ndarray:
        entries = value.ravel().tolist() if value.size <= LARGEST else None
        return {**_many("array", value.size, entries, depth), "shape": list(value.shape)}
    own = kind.__module__.split(".")[0] == "pandas"
    if own and issubclass(kind, pd.api.extensions.ExtensionArray):
        entries = list(value) if len(value) <= LARGEST else None
        return {**_many("array", len(value), entries, depth), "shape": [len(value)]}
    if kind is pd.Series or issubclass(kind, pd.Index):
        return _series(value, depth)
    if kind is pd.DataFrame:
        return _written_frame(value, depth)
    return _other(kind.__name__)


def _written_frame(value: Any, depth: int) -> dict[str, Any]:
    if value.size > LARGEST:
        return {"kind": "large", "type": "DataFrame", "size": int(value.size)}
    columns = [value.iloc[:, i] for i in range(value.shape[1])]
    return {
        "kind": "frame",
        "index": _many("list", len(value), list(value.index), depth),
        "columns": [to_plain(name, depth + 1) for name in value.columns],
        "values": [_many("list", len(c), list(c), depth + 1) for c in columns],
    }


def _is_one(kind: type, *types: type) -> bool:
    """Whether a type is one of these, whatever it says of being equal."""
    return any(kind is one for one in types)


def _other(name: str) -> dict[str, Any]:
    return {"kind": "other", "type": str(name)[:80]}


def _float(value: float) -> dict[str, Any]:
    if math.isfinite(value):
        return {"kind": "plain", "value": value}
    return {"kind": "float", "value": "nan" if value != value else "inf" if value > 0 else "-inf"}


def _numpy_scalar(value: Any, depth: int) -> dict[str, Any]:
    import numpy as np
    import pandas as pd

    if isinstance(value, np.datetime64):
        return to_plain(pd.Timestamp(value), depth)
    if isinstance(value, (np.bool_, np.integer, np.floating, np.str_)):
        return to_plain(value.item(), depth)
    return _other(type(value).__name__)


def _many(kind: str, size: int, entries: list[Any] | None, depth: int) -> dict[str, Any]:
    if entries is None:
        return {"kind": "large", "type": kind, "size": int(size)}
    return {"kind": kind, "entries": [to_plain(entry, depth + 1) for entry in entries]}


def _series(value: Any, depth: int) -> dict[str, Any]:
    import pandas as pd

    if len(value) > LARGEST:
        return {"kind": "large", "type": type(value).__name__, "size": len(value)}
    if isinstance(value, pd.Index):
        return _many("list", len(value), list(value), depth)
    index = [tuple(x) if isinstance(x, tuple) else x for x in value.index]
    return {
        "kind": "series",
        "index": [to_plain(label, 1) for label in index],
        "values": [to_plain(entry, depth + 1) for entry in value],
    }


class Unknown:
    """Stands for an answer that is no plain data; equal to nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


def from_plain(data: Any, depth: int = 0) -> Any:
    """The value that `to_plain` wrote.

    Raises
    ------
    ValueFormError
        The data have another form than `to_plain` gives.
    """
    import numpy as np
    import pandas as pd

    kind = data.get("kind") if type(data) is dict else None
    if kind == "untouched":
        return ...
    if kind == "plain" and "value" in data:
        return _plain(data.get("value"), depth)
    if kind == "float" and data.get("value") in ("nan", "inf", "-inf"):
        return float(data["value"])
    if kind == "missing":
        return pd.NA
    if kind in ("time", "period") and type(data.get("value")) is str:
        return _time(data)
    if kind in ("other", "large") and type(data.get("type")) is str:
        return Unknown(data["type"][:80])
    if depth > DEEPEST + 1:
        raise ValueFormError("an answer is nested deeper than a run writes it")
    if kind in ("list", "set", "array"):
        entries = _entries(data.get("entries"), depth)
        if kind == "set":
            return _set_of(entries)
        return np.array(entries, dtype=object) if kind == "array" else entries
    if kind == "series":
        values = _entries(data.get("values"), depth)
        labels = list(map(_label, _entries(data.get("index"), depth)))
        if len(values) == len(labels) and all(map(_hashable, labels)):
            return pd.Series(values, index=pd.Index(labels, tupleize_cols=False)).infer_objects()
    if kind == "frame":
        return _frame(data, depth)
    raise ValueFormError(f"an answer has a form that no run writes: {str(data)[:80]}")


def _plain(value: Any, depth: int) -> Any:
    """A number, a text, True, False or None, of a size that a run writes."""
    kind = type(value)
    small = (
        (kind is float and math.isfinite(value))
        or (kind is int and abs(value) < LARGEST_NUMBER)
        or (kind is str and len(value) <= LONGEST_TEXT // (10 if depth else 1))
    )
    if small or kind in (bool, type(None)):
        return value
    raise ValueFormError(f"a {kind.__name__} of an answer has a form that no run writes")


def _entries(data: Any, depth: int) -> list[Any]:
    if type(data) is not list or len(data) > LARGEST:
        raise ValueFormError("a list of an answer has a form that no run writes")
    return [from_plain(entry, depth + 1) for entry in data]


def _time(data: dict[str, Any]) -> Any:
    import pandas as pd

    period, frequency = data["kind"] == "period", str(data.get("freq"))
    if not WHEN.fullmatch(data["value"]) or (period and not FREQUENCY.fullmatch(frequency)):
        raise ValueFormError("a date of an answer has a form that no run writes")
    try:
        if period:
            return pd.Period(data["value"], freq=frequency)
        return pd.Timestamp(data["value"])
    except (ValueError, KeyError, AttributeError):
        raise ValueFormError(f"not a date: {str(data['value'])[:40]}") from None


def _label(value: Any) -> Any:
    """The label of a row or column: one of several parts is a tuple, as pandas has it."""
    return tuple(map(_label, value)) if isinstance(value, list) else value


def _hashable(value: Any) -> bool:
    known = (bool, int, float, str, tuple, type(None), Unknown)
    return isinstance(value, known) or hasattr(value, "year")


def _set_of(entries: list[Any]) -> Any:
    return set(entries) if all(map(_hashable, entries)) else entries


def _frame(data: dict[str, Any], depth: int) -> Any:
    import pandas as pd

    columns, index = _entries(data.get("columns"), depth), from_plain(data.get("index"), depth)
    if type(data.get("values")) is not list or type(index) is not list:
        raise ValueFormError("a table of an answer has a form that no run writes")
    columns, index = list(map(_label, columns)), list(map(_label, index))
    values = [from_plain(column, depth + 1) for column in data["values"]]
    same = all(type(column) is list and len(column) == len(index) for column in values)
    if not same or len(values) != len(columns) or not all(map(_hashable, [*columns, *index])):
        raise ValueFormError("a table of an answer has a form that no run writes")
    frame = pd.DataFrame(dict(enumerate(values)), index=pd.Index(index, tupleize_cols=False))
    frame.columns = pd.Index(columns, tupleize_cols=False)
    return frame.infer_objects()
