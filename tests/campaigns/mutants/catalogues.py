"""Mutants of a translation's catalogues: each way in which a text can go wrong, once in each file.

Any changed text is seen, because the lessons, pages and messages in Git no longer follow from it.
But whoever changes a text builds these anew; so that comparison is asked last.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import polib

from helpers.authoring.translate import Edition, catalogue, lint
from helpers.collection import open_collection
from helpers.lessons import lesson_files
from tests.campaigns.mutants.files import Change, fixed, other_digit
from tests.campaigns.mutants.lesson import COLLECTION, ROOT
from tests.collection.test_translations import still_english

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


def changes(seed: int, numbers: Sequence[str]) -> Iterator[Change]:
    """The mutants of every catalogue (or those of some lessons), and of the terms and messages
    beside them.
    """
    for name in wanted():
        if numbers and not any(f"{number}_" in name.stem for number in numbers):
            continue
        path = catalogue.place_of(name, COLLECTION, LANGUAGE)
        rng = random.Random(f"{seed} {name}")
        entries = list(polib.pofile(str(path)))
        for operator, damage in ENTRIES.items():
            fits = [i for i, e in enumerate(entries) if e.msgstr != e.msgid and damage(e, rng)]
            if fits:
                make = partial(_entry, path, operator, rng.choice(fits), rng.random())
                yield _change(operator, path, make, name.as_posix())
        fits = [i for i, e in enumerate(entries) if e.msgstr != e.msgid]
        one = rng.choice(fits)
        kind = bool(entries[one].msgctxt)
        other = rng.choice([i for i in fits if bool(entries[i].msgctxt) == kind and i != one])
        yield _change("swap two texts", path, partial(_swapped, path, one, other), name.as_posix())
        text = path.read_text(encoding="utf-8")
        cut = text.rindex('"', 0, rng.randrange(len(text) // 2, len(text)))
        said = f"line {text.count(chr(10), 0, cut) + 1}"
        broken = fixed(said, text[:cut] + text[cut + 1 :])
        yield _change("break the file", path, broken, name.as_posix())
    if not numbers:
        yield from _beside(random.Random(seed))


def _change(
    operator: str, path: Path, make: Callable[[], tuple[str, str]], about: str = ""
) -> Change:
    return Change("catalogues", operator, path.relative_to(ROOT).as_posix(), make, about)


def _entry(path: Path, operator: str, place: int, seed: float) -> tuple[str, str]:
    po = polib.pofile(str(path), wrapwidth=120)
    entry: Any = po[place]
    entry.msgstr = ENTRIES[operator](entry, random.Random(seed)).removesuffix(NOTHING)
    return repr(entry.msgid[:50]), str(po)


def _swapped(path: Path, one: int, other: int) -> tuple[str, str]:
    po = polib.pofile(str(path), wrapwidth=120)
    po[one].msgstr, po[other].msgstr = po[other].msgstr, po[one].msgstr
    return f"{po[one].msgid[:40]!r} and {po[other].msgid[:40]!r}", str(po)


def _beside(rng: random.Random) -> Iterator[Change]:
    """A term with another word, and messages that do not follow from the catalogues."""
    folder = COLLECTION.root / "translations" / LANGUAGE
    terms = folder / "terms.toml"
    lines = terms.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith('"'):
            changed = line.replace('= "', '= "x')
            text = "".join([*lines[:number], changed, *lines[number + 1 :]])
            yield _change("another word for a term", terms, fixed(line.strip(), text))
    for place_of in (folder, ROOT / "helpers" / "translations" / LANGUAGE):
        path = place_of / "messages.json"
        text = path.read_text(encoding="utf-8")
        place = rng.choice([m.start() for m in re.finditer(r"\d", text)])
        changed = other_digit(text, place, rng)
        yield _change("change a digit", path, fixed(f"character {place}", changed))
        place = rng.choice([m.start() for m in re.finditer('"', text)])
        cut = text[:place] + text[place + 1 :]
        yield _change("break the file", path, fixed(f"character {place}", cut))


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
    if said := next(iter(lint.problems(merged, ours.terms, page=name.parts[0] == "pages")), ""):
        return f"lint: {said}"[:80]
    if said := next(iter(catalogue.disagreements(ours.running())), ""):
        return f"two translations: {said}"[:80]
    counted = catalogue.counts(merged)
    if counted["fuzzy"] or counted["missing"]:
        return "missing or fuzzy texts"
    if still_english(merged):
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
