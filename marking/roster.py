"""Who is in the class, and whose file is whose."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.collection import current
from helpers.language import say
from helpers.sheets import SheetError, read_sheet
from marking.intake import Submission, lesson_in_name, readable

#: What the columns of a roster are called, by us, by Moodle and by Canvas, in English, Spanish,
#: German and French.
NAMES = {
    "name": (
        *("name", "full name", "student", "learner", "display name"),
        *("nombre completo", "estudiante", "alumno", "alumna"),
        *("vollständiger name", "nom complet"),
    ),
    "first": ("first name", "nombre", "nombre(s)", "vorname", "prénom"),
    "last": (
        *("last name", "surname", "apellido", "apellido(s)", "apellidos"),
        *("nachname", "nom", "nom de famille"),
    ),
    "id": (
        *("id", "identifier", "id number", "sis user id", "student id", "number"),
        *("identificador", "número de id", "matrícula", "número de cuenta"),
        *("matrikelnummer", "id-nummer", "numéro d'identification"),
    ),
    "login": ("sis login id", "login", "username", "user", "usuario"),
    "mail": (
        *("mail", "email", "e-mail", "email address"),
        *("correo", "correo electrónico", "dirección de correo", "dirección email"),
        *("e-mail-adresse", "adresse de courriel", "courriel"),
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
        """What stands in the column learner; with a number or mail if another would look alike."""
        first, *others = filter(None, (self.name, self.mail, self.login, self.id))
        if not self.namesake:
            return first
        other = self.id if self.id in others else others[0] if others else ""
        return f"{first} ({other})"


def read_roster(path: Path) -> list[Learner]:
    """The learners of a CSV file with any of the columns name, id, mail.

    Raises
    ------
    RosterError
        It cannot be read, has none of these columns or no line, or two lines are the same learner
        or would be shown alike.
    """
    try:
        columns, rows = read_sheet(path)
    except SheetError as error:
        raise RosterError(str(error)) from None
    known = _known(columns)
    if not rows or not any(known.values()):
        raise RosterError(
            say(
                "The roster {name} has no line, or none of the columns name, id and mail. Its "
                "first line is: {head!r}.",
                name=path.name,
                head=",".join(columns)[:80],
            )
        )
    learners = []
    for _, row in rows:
        cell = {
            part: next(filter(None, (readable(row[name]).strip() for name in names[::-1])), "")
            for part, names in known.items()
        }
        name = cell["name"] or " ".join(filter(None, [cell["first"], cell["last"]]))
        one = Learner(name, cell["id"], cell["login"], cell["mail"], tuple(row.items()))
        if any(cell.values()) and not one.name.lower().startswith(
            ("points possible", "student, test")
        ):
            learners.append(one)
    _no_two_alike([one.id or one.mail or one.login or one.name for one in learners], path)
    often = Counter(one.shown for one in learners)
    learners = [replace(one, namesake=often[one.shown] > 1) for one in learners]
    _no_two_alike([one.shown for one in learners], path)
    return learners


def _known(columns: Iterable[str]) -> dict[str, list[str]]:
    """The columns of a roster that are understood, by what they hold."""
    return {
        part: [column for column in columns if column.strip().lower() in names]
        for part, names in NAMES.items()
    }


def ignored_columns(roster: list[Learner]) -> str:
    """A sentence on the columns of a roster that were not understood, if it needs them: no whole
    name is known, or neither number, login nor mail. Else empty.
    """
    columns = [column for column, _ in roster[0].line] if roster else []
    known = _known(columns)
    used = [column for column in columns if any(column in names for names in known.values())]
    ignored = [column for column in columns if column.strip() and column not in used]
    named = known["name"] or (known["first"] and known["last"])
    if not ignored or (named and (known["id"] or known["login"] or known["mail"])):
        return ""
    return say(
        "Columns of the roster that were read: {used}; not understood and ignored: {ignored}. If "
        "learners' names or numbers are in these, call the columns first name, last name and id.",
        used=readable(", ".join(used)),
        ignored=readable(", ".join(ignored)),
    )


def _no_two_alike(keys: list[str], path: Path) -> None:
    seen: dict[str, int] = {}
    for number, key in enumerate(keys, start=2):
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
    as_written = "".join(_words(one.name))  # Canvas writes garcialopezana for "García López, Ana"
    keys = {plain(one.name), "".join(words), last_first, as_written}
    keys |= {one.id.lower(), one.login.lower()}
    keys.add(one.id.lower().removeprefix("participant "))  # as Moodle's files have it
    return {key for key in keys | {one.mail.lower(), local.lower(), plain(local)} if key}


def plain_in_order(name: str) -> str:
    """A name without accents and case, its words in their order, "Last, First" turned round."""
    if "," in name:
        last, first = name.split(",", 1)
        name = f"{first} {last}"
    return " ".join(_words(name))


class _Names:
    """Which learners of a roster a name fits."""

    def __init__(self, roster: list[Learner]) -> None:
        self.roster = roster
        self.index: dict[str, set[int]] = {}
        for number, one in enumerate(roster):
            for key in _keys(one):
                self.index.setdefault(key, set()).add(number)
        self.words = [{w for w in _words(one.name) if len(w) > 1} for one in roster]
        self.numbers = [_words(one.id) if len(one.id) > 2 else [] for one in roster]
        self.lesson = lesson_in_name(current())

    def by_name(self, name: str, folder: bool = False) -> set[int]:
        """Whose name, number or mail this is, beside the file name of a lesson; or whose number it
        begins with, if no other's name follows. In the name of a folder, theirs must follow.
        """
        for text in (name, self.bare(name)):
            found = (text.lower(), plain(text), "".join(_words(text)))
            if hits := set().union(*(self.index.get(key, set()) for key in found)):
                return hits
        numbered, sharing = self.by_number(name), self.sharing(name)
        return numbered & sharing if sharing or folder else numbered

    def bare(self, name: str) -> str:
        """A name without the file name of a lesson and the mark of a second copy."""
        return self.lesson.sub("", name).strip("_- ")

    def by_number(self, name: str) -> set[int]:
        """Whose number stands before other words; one of two digits may be a lesson's."""
        words = _words(self.bare(name))
        return {n for n, own in enumerate(self.numbers) if own and own == words[: len(own)]}

    def sharing(self, name: str) -> set[int]:
        """Whose name has a word of this one."""
        words = set(_words(self.bare(name)))
        return {n for n, own in enumerate(self.words) if words & own}

    def by_id(self, submission: Submission) -> set[int]:
        return self.index.get(submission.id.lower(), set()) if submission.id else set()

    def fit(self, submission: Submission) -> set[int]:
        """The learners that a file fits: one, several, or none.

        What lies in a learner's folder or zip file is theirs, whatever it is called in there.
        """
        in_folder = len(submission.names) > 1
        within = self.by_name(submission.names[0], folder=True) if in_folder else set()
        if len(within) == 1:
            return within
        by_id, by_name = self.by_id(submission), self.whole(submission)
        agree = by_id & by_name or (by_id if not by_name else set())
        return agree if len(by_id) == 1 else by_name

    def inside(self, submission: Submission) -> set[int]:
        """The learner of the outermost name that fits one, where folder or zip file fit nobody."""
        if submission.id or self.whole(submission):
            return set()
        *folders, file = submission.names
        hits = [*(self.by_name(name, folder=True) for name in folders[1:]), self.by_name(file)]
        return next((hit for hit in hits if len(hit) == 1), set())

    def whole(self, submission: Submission) -> set[int]:
        """The learners that the name of a submission fits."""
        return self.by_name(submission.learner, folder=len(submission.names) > 1)

    def nearest(self, submission: Submission) -> str:
        """The only learner with most words in common with the names of a file; else empty."""
        words = {word for name in (submission.learner, *submission.names) for word in _words(name)}
        common = [len(words & own) for own in self.words]
        most = max(common, default=0)
        return self.roster[common.index(most)].shown if most and common.count(most) == 1 else ""


def match(submissions: list[Submission], roster: list[Learner]) -> dict[str, Learner | None]:
    """The learner of each file, by its path; None if no line of the roster fits, or several do.

    A folder or zip file that fits nobody may hold files of the class: names in it count if they are
    of several learners.
    """
    names = _Names(roster)
    fits = {one.file: names.fit(one) for one in submissions}
    inner = {one.file: names.inside(one) for one in submissions if not fits[one.file]}
    held: dict[str, set[int]] = {}
    for one in submissions:
        if one.file in inner:
            held.setdefault(one.names[0], set()).update(inner[one.file])
    for one in submissions:
        if one.file in inner and len(held[one.names[0]]) > 1:
            fits[one.file] = inner[one.file]
    return {file: roster[min(hits)] if len(hits) == 1 else None for file, hits in fits.items()}


def why_nobody(submissions: list[Submission], roster: list[Learner]) -> dict[str, str]:
    """Why each of these files, which `match` gives to nobody, fits no one learner, by its path."""
    names = _Names(roster)
    return {one.file: _why_nobody(one, names) for one in submissions}


def _why_nobody(submission: Submission, names: _Names) -> str:
    by_id, by_name = names.by_id(submission), names.whole(submission)
    numbered = set() if by_id or by_name else names.by_number(submission.learner)
    if numbered:
        by_id, by_name = numbered, names.sharing(submission.learner)
    if len(by_id) == 1 and by_name:
        (number,) = by_id
        return say(
            "its number is that of {one}, its name that of {other}",
            one=names.roster[number].shown,
            other=_listed(by_name, names.roster),
        )
    if by_name:
        return say("it fits several learners: {listed}", listed=_listed(by_name, names.roster))
    nearest = names.nearest(submission)
    if nearest:
        return say("it fits no one on the roster; did you mean {name}?", name=nearest)
    return say("it fits no one on the roster")


def _listed(numbers: set[int], roster: list[Learner]) -> str:
    return ", ".join(roster[number].shown for number in sorted(numbers))
