"""Who is in the class, and whose file is whose."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.language import say
from marking.exercises import clean
from marking.intake import Submission

#: What the columns of a roster are called, by us, by Moodle and by Canvas, in English and Spanish.
NAMES = {
    "name": (
        *("name", "full name", "student", "learner", "display name"),
        *("nombre completo", "estudiante", "alumno", "alumna"),
    ),
    "first": ("first name", "nombre", "nombre(s)"),
    "last": ("last name", "surname", "apellido(s)", "apellidos"),
    "id": (
        *("id", "identifier", "id number", "sis user id", "student id", "number"),
        *("identificador", "número de id", "matrícula", "número de cuenta"),
    ),
    "login": ("sis login id", "login", "username", "user", "usuario"),
    "mail": (
        *("mail", "email", "e-mail", "email address"),
        *("correo", "correo electrónico", "dirección de correo", "dirección email"),
    ),
}


class RosterError(ValueError):
    """The roster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Learner:
    """One line of the roster; at least one of name, id, login and mail is there.

    `line` is the whole line, by the column names of the file.
    """

    name: str = ""
    id: str = ""
    login: str = ""
    mail: str = ""
    line: tuple[tuple[str, str], ...] = ()
    namesake: bool = False

    @property
    def shown(self) -> str:
        """What stands in the column learner; with a number or mail if another has the name."""
        other = self.id or self.mail or self.login
        if self.namesake and self.name:
            return f"{self.name} ({other})"
        return self.name or self.mail or self.login or self.id


def read_roster(path: Path) -> list[Learner]:
    """The learners of a CSV file with any of the columns name, id, mail.

    Raises
    ------
    RosterError
        It cannot be read, has none of these columns or no line, or two lines are the same learner.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RosterError(
            say("The roster {path} cannot be read ({reason}).", path=path, reason=error.strerror)
        ) from None
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=head.count)
    rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    known = {
        part: column
        for part, names in NAMES.items()
        for column in (rows[0] if rows else {})
        if str(column).strip().lower() in names
    }
    if not known:
        raise RosterError(
            say(
                "The roster {name} has no line, or none of the columns name, id and mail. Its "
                "first line is: {head!r}.",
                name=path.name,
                head=head[:80],
            )
        )
    learners = []
    for row in rows:
        cell = {part: clean(str(row.get(column) or "")).strip() for part, column in known.items()}
        name = cell.get("name") or " ".join(
            filter(None, [cell.get("first", ""), cell.get("last", "")])
        )
        line = tuple((str(k), str(v)) for k, v in row.items() if k is not None and v is not None)
        one = Learner(name, cell.get("id", ""), cell.get("login", ""), cell.get("mail", ""), line)
        if one.shown and not one.name.strip().lower().startswith(
            ("points possible", "student, test")
        ):
            learners.append(one)
    seen: dict[str, int] = {}
    for number, one in enumerate(learners, start=2):
        key = one.id or one.mail or one.login or one.name
        if key in seen:
            raise RosterError(
                say(
                    "The roster {name} has {key!r} twice (learners {one} and {other}): remove one, "
                    "or add a column id.",
                    name=path.name,
                    key=key,
                    one=seen[key],
                    other=number,
                )
            )
        seen[key] = number
    often = Counter(one.name for one in learners)
    return [replace(one, namesake=often[one.name] > 1) for one in learners]


def plain(name: str) -> str:
    """A name for comparing: no accents, no case, letters and digits only, words in order."""
    return " ".join(sorted(_words(name)))


def _words(name: str) -> list[str]:
    """The words of a name, in any script, without accents and case."""
    apart = unicodedata.normalize("NFKD", name)
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", letters.casefold())


def _keys(one: Learner) -> set[str]:
    """Everything by which a file may name this learner."""
    words = plain_in_order(one.name).split()
    last_first = "".join(words[-1:] + words[:-1])
    local = one.mail.split("@")[0]
    keys = {plain(one.name), "".join(words), last_first, one.id.lower(), one.login.lower()}
    keys.add(one.id.lower().removeprefix("participant "))  # as Moodle's files have it
    return {key for key in keys | {one.mail.lower(), local.lower(), plain(local)} if key}


def plain_in_order(name: str) -> str:
    """A name without accents and case, its words in their order, "Last, First" turned round."""
    if "," in name:
        last, first = name.split(",", 1)
        name = f"{first} {last}"
    return " ".join(_words(name))


def match(submissions: list[Submission], roster: list[Learner]) -> dict[str, Learner | None]:
    """The learner of each file, by its path; None if no line of the roster fits, or several do."""
    index: dict[str, set[int]] = {}
    for number, one in enumerate(roster):
        for key in _keys(one):
            index.setdefault(key, set()).add(number)
    matched: dict[str, Learner | None] = {}
    for submission in submissions:
        by_id = index.get(submission.id.lower(), set()) if submission.id else set()
        named = submission.learner
        by_name = (
            index.get(named.lower(), set())
            | index.get(plain(named), set())
            | index.get("".join(_words(named)), set())
        )
        agree = by_id & by_name or (by_id if not by_name else set())
        hits = agree if len(by_id) == 1 else by_name
        matched[submission.file] = roster[next(iter(hits))] if len(hits) == 1 else None
    return matched
