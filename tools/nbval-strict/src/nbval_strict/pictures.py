"""Compare pictures, which nbval skips.

Two runs draw the same picture byte for byte where the same program draws it on the same kind of
machine, and only there. So a picture is compared by the hash of its bytes unless something says
that it was drawn elsewhere: the notebook's metadata (`pictures_from`: system, machine, matplotlib),
or the name and version that matplotlib writes into each PNG. Then its size is compared, with some
room for fonts, and the text beside it (`<Figure size 640x480 with 1 Axes>`, an alternative text),
which nbval compares anyway. The summary counts which picture was compared how.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest
from nbformat import NotebookNode

from .patches import Patch, nbval_module, takes

plugin = nbval_module("nbval.plugin")
SKIPPED_BY_NBVAL = ("image/png", "image/jpeg")
IN_TEXT = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)")
# How much a side may differ elsewhere. From matplotlib 3.8.4 to 3.11.2, the tight box that IPython
# saves differed by a pixel at most in five plots of 400 to 700 pixels.
ROOM, ROOM_IN_PIXELS = 0.02, 2
PROPERTY = "nbval-strict: pictures"


@dataclass(frozen=True)
class Picture:
    """What is compared of one picture: its hash, its size in pixels where that can be read, the
    program that drew it, where the picture says so, and whether its text is no base64.
    """

    sha256: str
    size: tuple[int, int] | None = None
    drawn_by: str = ""
    damaged: bool = False


def decode_picture(text: Any) -> Picture:
    """Look at a picture as a notebook holds it, in base64; a damaged one has the hash of its
    text.
    """
    try:
        return read_picture(base64.b64decode("".join(text.split()), validate=True))
    except (AttributeError, ValueError):  # not even a text; not base64
        written = repr(text).encode("utf-8", "backslashreplace")
        return Picture(hashlib.sha256(written).hexdigest(), damaged=True)


def read_picture(data: bytes) -> Picture:
    """Look at the bytes of a picture; only a PNG tells its size and who drew it."""
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return Picture(sha256)
    drawn_by = ""
    for kind, content in _png_chunks(data):
        if kind == b"tEXt" and content.startswith(b"Software\0"):
            drawn_by = content[9:].decode("latin-1").split(",")[0]
    return Picture(sha256, struct.unpack(">II", data[16:24]), drawn_by)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        yield kind, data[place + 8 : place + 8 + length]
        place += length + 12


@cache
def here() -> dict[str, str]:
    """System, machine and matplotlib of this run, as a notebook may note them."""
    try:
        matplotlib = version("matplotlib")
    except PackageNotFoundError:
        matplotlib = ""
    return {"system": platform.system(), "machine": platform.machine(), "matplotlib": matplotlib}


def compare(
    stored: Picture, new: Picture, rule: str, noted: dict[str, str] | None
) -> tuple[str, str, str]:
    """Describe two pictures so that the descriptions are equal where the pictures count as equal.

    Parameters
    ----------
    rule : str
        One of `rules.PICTURES`; "auto" is described above.
    noted : dict, optional
        `pictures_from` of the notebook.

    Returns
    -------
    The stored and the new picture in words, and how they were compared.
    """
    if rule == "skip":
        return "a picture", "a picture", "not compared"
    if stored.damaged or new.damaged:
        rule = "hash"
    if rule == "auto":
        elsewhere = _elsewhere(stored, new, noted)
        if not elsewhere:
            rule = "hash"
        elif not stored.size and not new.size:
            return "a picture", "a picture", f"not compared ({elsewhere})"
        elif stored.size and new.size and _about_as_large(stored.size, new.size):
            return "a picture", "a picture", f"compared by size ({elsewhere})"
        else:
            return _sized(stored), _sized(new), f"compared by size ({elsewhere})"
    if rule == "size":
        return _sized(stored), _sized(new), "compared by size"
    return (
        *(f"{_sized(one)} with sha256 {one.sha256}" for one in (stored, new)),  # type: ignore[return-value]
        "compared by hash",
    )


def _about_as_large(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return all(
        abs(a - b) <= max(ROOM * max(a, b), ROOM_IN_PIXELS) for a, b in zip(one, other, strict=True)
    )


def _sized(picture: Picture) -> str:
    if picture.damaged:
        return "a damaged picture (its base64 cannot be decoded)"
    size = "{} x {}".format(*picture.size) if picture.size else "unknown size"
    return f"a picture of {size}"


def _elsewhere(stored: Picture, new: Picture, noted: dict[str, str] | None) -> str:
    """What says that the stored picture was drawn by something else; empty if nothing does."""
    if isinstance(noted, dict):
        return "; ".join(
            f"{name} was {noted.get(name, 'not noted') or 'not there'}, is {now or 'not there'}"
            for name, now in here().items()
            if noted.get(name) != now
        )
    before, after = (re.sub(r" version(?=\d)", " ", one.drawn_by) for one in (stored, new))
    if stored.drawn_by == new.drawn_by:
        return ""
    if not before:
        return f"the stored picture does not say what drew it; now {after}"
    if not after:
        return f"drawn by {before}; the new picture does not say what drew it"
    return f"drawn by {before}, now by {after}"


class Outputs:
    """The outputs of a cell, with each picture found and replaced by words.

    A bare picture (`image/png`) gets the key `picture`, which nbval does not skip.
    """

    def __init__(self, outputs: list[Any]):
        self.outputs = outputs
        self.pictures = [decode_picture(text) for text in self._found()]

    def _found(self) -> Iterator[Any]:
        for output in self.outputs:
            for kind, value in output.get("data", {}).items():
                if kind in SKIPPED_BY_NBVAL:
                    yield value
                elif isinstance(value, str):
                    for match in IN_TEXT.finditer(value):
                        yield match[1]

    def in_words(self, words: list[str]) -> list[Any]:
        """A copy of the outputs with `words` in the places of the pictures, in order."""
        if not self.pictures:
            return self.outputs
        place = iter(words)
        return [
            NotebookNode({**output, "data": self._data_in_words(output["data"], place)})
            if "data" in output
            else output
            for output in self.outputs
        ]

    @staticmethod
    def _data_in_words(data: dict[str, Any], words: Iterator[str]) -> dict[str, Any]:
        replaced: dict[str, Any] = {}
        for kind, value in data.items():
            if kind in SKIPPED_BY_NBVAL:
                replaced["picture"] = next(words)
            elif isinstance(value, str):
                replaced[kind] = IN_TEXT.sub(lambda _: next(words), value)
            else:
                replaced[kind] = value
        return replaced


def without_pictures(
    stored: list[Any], new: list[Any], rule: str, noted: dict[str, str] | None
) -> tuple[list[Any], list[Any], list[str]]:
    """Both outputs of a cell with their pictures in words, and how each pair was compared.

    A picture without a partner is described by its size: nbval then sees that one is missing.
    """
    before, after = Outputs(stored), Outputs(new)
    pairs = [
        compare(one, other, rule, noted)
        for one, other in zip(before.pictures, after.pictures, strict=False)
    ]
    extra = len(pairs)
    return (
        before.in_words([p[0] for p in pairs] + [_sized(p) for p in before.pictures[extra:]]),
        after.in_words([p[1] for p in pairs] + [_sized(p) for p in after.pictures[extra:]]),
        [p[2] for p in pairs],
    )


def _compare_pictures(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    plain = plugin.IPyNbCell.compare_outputs

    def compare_outputs(self: Any, test: Any, ref: Any, skip_compare: Any = None) -> Any:
        noted = self.parent.nb.metadata.get("pictures_from")
        ref, test, how = without_pictures(ref, test, rule, noted)
        self.user_properties += [(PROPERTY, one) for one in how]
        return plain(self, test, ref, skip_compare)

    monkeypatch.setattr(plugin.IPyNbCell, "compare_outputs", compare_outputs)


def patches(rule: str) -> list[Patch]:
    """The patch that compares pictures by this rule."""
    return [
        Patch(
            lambda: takes(plugin.IPyNbCell.compare_outputs, "self", "test", "ref", "skip_compare"),
            lambda monkeypatch: _compare_pictures(monkeypatch, rule),
            "no bare picture is compared, and pictures inside HTML letter by letter",
        )
    ]
