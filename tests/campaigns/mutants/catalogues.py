"""Mutants of a translation's catalogues: each way in which a text can go wrong, once in each file.

Any changed text is seen, because the lessons, pages and messages in Git no longer follow from it.
But whoever changes a text builds these anew; so that comparison is asked last.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib

from helpers.authoring.translate import Edition, catalogue, lint
from helpers.collection import open_collection
from tests.campaigns.mutants.files import Change, other_digit
from tests.campaigns.mutants.lesson import COLLECTION, ROOT, lesson_files
from tests.collection.test_translations import english_left

LANGUAGE = "es"


@cache
def edition() -> Edition:
    """The translation, read once before anything is broken."""
    found = Edition(COLLECTION, LANGUAGE)
    found.bring_up_to_date(write=False)
    return found


@cache
def wanted() -> dict[Path, list[catalogue.Text]]:
    """What there is to translate, by catalogue."""
    return catalogue.wanted(COLLECTION)


def changes(seed: int) -> Iterator[Change]:
    """The mutants of every catalogue, and of the terms and messages beside them."""
    for name in wanted():
        path = catalogue.place_of(name, COLLECTION, LANGUAGE)
        where, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        rng = random.Random(f"{seed} {name}")
        for operator, damage in ENTRIES.items():
            po = polib.pofile(str(path), wrapwidth=120)
            entries = [e for e in po if e.msgstr != e.msgid and (damage(e, rng) or "") != ""]
            if entries:
                entry = rng.choice(entries)
                said = repr(entry.msgid[:50])
                entry.msgstr = str(damage(entry, rng)).removesuffix(NOTHING)
                yield Change("catalogues", operator, where, said, str(po), name.as_posix())
        po = polib.pofile(str(path), wrapwidth=120)
        one = rng.choice([e for e in po if e.msgstr != e.msgid])
        like = [e for e in po if bool(e.msgctxt) == bool(one.msgctxt) and e.msgstr != one.msgstr]
        other = rng.choice(like)
        one.msgstr, other.msgstr = other.msgstr, one.msgstr
        said = f"{one.msgid[:40]!r} and {other.msgid[:40]!r}"
        yield Change("catalogues", "swap two texts", where, said, str(po), name.as_posix())
        cut = text.rindex('"', 0, rng.randrange(len(text) // 2, len(text)))
        broken = text[:cut] + text[cut + 1 :]
        said = f"line {text.count(chr(10), 0, cut) + 1}"
        yield Change("catalogues", "break the file", where, said, broken, name.as_posix())
    yield from _beside(random.Random(seed))


def _beside(rng: random.Random) -> Iterator[Change]:
    """A term with another word, and messages that do not follow from the catalogues."""
    folder = COLLECTION.root / "translations" / LANGUAGE
    terms = folder / "terms.toml"
    lines = terms.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith('"'):
            changed = re.sub(r'= "', '= "x', line)
            text = "".join([*lines[:number], changed, *lines[number + 1 :]])
            where = terms.relative_to(ROOT).as_posix()
            yield Change("catalogues", "another word for a term", where, line.strip(), text)
    for path in (
        folder / "messages.json",
        ROOT / "helpers/translations" / LANGUAGE / "messages.json",
    ):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(ROOT).as_posix()
        place = rng.choice([m.start() for m in re.finditer(r"\d", text)])
        changed = other_digit(text, place, rng)
        yield Change("catalogues", "change a digit", where, f"character {place}", changed)
        place = rng.choice([m.start() for m in re.finditer('"', text)])
        cut = text[:place] + text[place + 1 :]
        yield Change("catalogues", "break the file", where, f"character {place}", cut)


NOTHING = "\0"  # stands for an empty text


def _digit(entry: Any, rng: random.Random) -> str:
    places = [m.start() for m in re.finditer(r"(?<![\w`./{])\d(?![\w`/}])", entry.msgstr)]
    return other_digit(entry.msgstr, rng.choice(places), rng) if places else ""


def _first(pattern: str, new: str) -> Callable[[Any, random.Random], str]:
    def damage(entry: Any, rng: random.Random) -> str:
        changed = re.sub(pattern, new, entry.msgstr, count=1)
        return changed if changed != entry.msgstr else ""

    return damage


def _term(entry: Any, rng: random.Random) -> str:
    bare = lint._NO_PROSE.sub(" ", entry.msgid)
    for term, word in edition().terms.items():
        if re.search(term, bare, re.I) and re.search(word, entry.msgstr, re.I):
            return re.sub(word, "otra cosa", entry.msgstr, flags=re.I)
    return ""


def _second(entry: Any, rng: random.Random) -> str:
    return f"{entry.msgstr} x" if entry.msgid in shared() and not entry.msgctxt else ""


@cache
def shared() -> set[str]:
    """Texts that are needed while lessons run and are in several catalogues."""
    seen: set[str] = set()
    twice: set[str] = set()
    for po in edition().running().values():
        here = {entry.msgid for entry in po}
        twice |= here & seen
        seen |= here
    return twice


#: What is done to one entry of a catalogue: the changed text, or nothing if it does not fit.
ENTRIES: dict[str, Callable[[Any, random.Random], str]] = {
    "change a digit": _digit,
    "drop a placeholder": _first(r"\{[^{}]+\}", ""),
    "change a code span": _first(r"`([^`]+)`", r"`\1s`"),
    "change a link": _first(r"\]\(([^)]+)\)", r"](x\1)"),
    "drop a bold text": _first(r"\*\*([^*]+)\*\*", r"\1"),
    "empty a text": lambda entry, rng: NOTHING,
    "leave a text in English": lambda entry, rng: entry.msgid if len(entry.msgid) > 60 else "",
    "another word for a term": _term,
    "two translations of one text": _second,
}


def red(change: Change) -> str:
    """What the translations' checks say to a changed catalogue, the comparison with what is built
    last.
    """
    ours = edition()
    name = Path(change.about)
    if not change.about:
        fresh = Edition(open_collection(ROOT), LANGUAGE)
        fresh.catalogues = ours.catalogues
        return _messages(ours) or next(iter(fresh.problems()), "")[:80]
    path = ROOT / change.path
    try:
        merged = catalogue.merge(path, wanted()[name], LANGUAGE)
    except (OSError, UnicodeDecodeError) as error:
        return f"unreadable: {error}"[:80]
    ours.catalogues[name] = merged
    if said := next(iter(lint.problems(merged, ours.terms)), ""):
        return f"lint: {said}"[:80]
    if said := next(iter(catalogue.disagreements(ours.running())), ""):
        return f"two translations: {said}"[:80]
    counted = catalogue.counts(merged)
    if counted["fuzzy"] or counted["missing"]:
        return "missing or fuzzy texts"
    if name.parts[0] == "lessons":
        texts = [entry.msgstr for entry in merged if entry.msgctxt]
        if any(english_left(text) for text in texts):
            return "English is left"
    if str(merged) != path.read_text(encoding="utf-8"):
        return "out of step: the catalogue"
    lessons = [p for p in lesson_files(COLLECTION) if p.stem == name.stem]
    return _messages(ours) or next(iter(f"out of step: {x}" for x in ours.out_of_step(lessons)), "")


def _messages(ours: Edition) -> str:
    """Whether the files that lessons read while they run follow from the catalogues."""
    running = ours.running()
    for engine in (True, False):
        texts = [po for name, po in running.items() if (name.name == "engine.po") == engine]
        name = Path("engine.po" if engine else "keys.po")
        path = catalogue.place_of(name, COLLECTION, LANGUAGE).with_name("messages.json")
        if path.read_text(encoding="utf-8") != catalogue.as_json(catalogue.messages(texts)):
            return "out of step: messages.json"
    return ""
