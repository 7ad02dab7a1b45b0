"""Take in what was handed in: every file in one form, every file and every learner accounted for.

Notebooks come as learners and learning platforms leave them: with a byte order mark, in UTF-16, in
format 3 or 4, with and without cell ids, in zip files, under names by Moodle or Canvas. Nothing is
executed and nothing is written into the inbox.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.collection import Collection
from helpers.language import say
from helpers.lessons import lesson_files
from helpers.sheets import decoded
from marking.exercises import Found, clean, find, text_of

LARGEST = 50 * 2**20  # bytes of a notebook
MOST_PARTS = 3_000_000  # entries of lists and tables in it, which take more memory than bytes
MOST_CELLS = 5_000  # of a notebook; a lesson has some sixty
LONGEST_CODE = 300_000  # characters of all its code; a lesson has some thirty thousand
MOST_MEMBERS = 1_000  # of a zip file
LARGEST_ZIP = 500 * 2**20  # bytes of a zip file when unpacked
SKIPPED = re.compile(r"^(\.(?!\.?$)|~\$|__MACOSX$|__pycache__$|Thumbs\.db$|desktop\.ini$)", re.I)
MOODLE = re.compile(
    r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$"
)
CANVAS = re.compile(
    r"^(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<hand_in>\d+)_(?P<rest>.+?)"
    r"(?:-(?P<again>\d{1,9}))?\.(?P<ending>ipynb|zip)$"
)


@dataclass
class Submission:
    """One file that was handed in.

    Attributes
    ----------
    file : str
        Its path below the inbox; for a member of a zip file, the zip's path, "!", and its name.
    learner : str
        The name, as far as folder or file name tell.
    names : tuple of str
        Every name on the way to the file, from the outside in: folders, zip file, file.
    id : str
        The number by which Moodle or Canvas knows the learner, if its name has one.
    late : bool
        Whether the platform marked it as late.
    number : int
        Canvas's number of a file that was handed in again; 0 for the first.
    found : Found or None
        Its exercises; None if it is not a notebook with exercises of a lesson.
    problem : str
        Why it cannot be marked: "not marked: ", and a sentence in the language in use; empty if it
        can.
    """

    file: str
    learner: str
    id: str = ""
    names: tuple[str, ...] = ()
    late: bool = False
    number: int = 0
    modified: float = 0.0
    found: Found | None = None
    problem: str = ""
    remarks: list[str] = field(default_factory=list)


class IntakeError(ValueError):
    """A file is not a notebook that can be marked; the message says why and what to do."""


def take_in(inbox: Path) -> list[Submission]:
    """Every file below `inbox`, in order; hidden files and those of systems are passed over."""
    taken: list[Submission] = []
    for path in _files(inbox):
        shown = readable(path.relative_to(inbox).as_posix())
        if refusal := _why_not_read(path):
            taken.append(_refused(shown, refusal))
        elif path.suffix.lower() == ".zip":
            taken += _from_zip(path, shown)
        else:
            taken.append(_from_file(path, shown))
    seen: Counter[str] = Counter()
    for one in taken:  # names that differ on the disk may be shown alike
        seen[one.file] += 1
        if seen[one.file] > 1:
            one.file += f" ({seen[one.file]})"
    return taken


def _why_not_read(path: Path) -> str:
    """Why a path of the inbox is not opened; empty if it is a file."""
    try:
        if path.is_symlink():  # even inside the inbox: it would hand in another learner's work
            return say("it is a link; put the file itself here")
        if path.is_dir():
            return say("the folder cannot be read")
        if path.is_file():  # and no pipe, whose reading would never end
            return ""
    except OSError:  # its folder lists its files and opens none
        pass
    return say("it is no file that can be read")


def _files(inbox: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for folder, folders, names in os.walk(
        inbox, onerror=lambda error: closed.append(Path(error.filename))
    ):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not SKIPPED.match(name))
        for name in sorted([*names, *links]):
            if not SKIPPED.match(name):
                yield Path(folder) / name
    yield from closed


def readable(name: str) -> str:
    """A file name as text that can be written anywhere: composed, in UTF-8, on one line.

    Names in another encoding, which Python reads with placeholders, are taken for Latin-1.
    """
    raw = name.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return clean(unicodedata.normalize("NFC", re.sub(r"\s", " ", text)))


def _refused(shown: str, problem: str) -> Submission:
    return _with_problem(named(shown), problem)


def _with_problem(submission: Submission, problem: object) -> Submission:
    submission.problem = f"not marked: {problem}"
    return submission


def named(shown: str, inside: str = "") -> Submission:
    """A submission with what its path says: learner, number, lateness, handed in again.

    `inside` is the path within a zip file. The outermost name by a platform is the learner's, and
    where there is none, the outermost name: a zip file or folder may hold one learner's files, or
    what Moodle or Canvas gives of the whole class.
    """
    outer = shown.split("/")
    inner = [part for part in re.split(r"[/\\]", inside) if part.strip(".")]
    names = [*outer[:-1], Path(outer[-1]).stem]
    if inner:
        names += [*inner[:-1], Path(inner[-1]).stem]
    one = Submission(f"{shown}!{inside}" if inside else shown, names[0], names=tuple(names))
    for part in [*outer, *inner]:
        if moodle := MOODLE.match(part):
            one.learner, one.id = moodle["name"].strip(), moodle["id"]
            break
        if canvas := CANVAS.match(part):
            one.learner, one.id = canvas["name"], canvas["id"]
            one.late, one.number = bool(canvas["late"]), int(canvas["again"] or 0)
            break
    return one


def lesson_in_name(collection: Collection) -> re.Pattern[str]:
    """What finds the file name of a lesson in another name, as its only group, and what marks a
    second copy: " (1)", "-Copy1".
    """
    stems = "|".join(re.escape(path.stem) for path in lesson_files(collection))
    return re.compile(rf"(?<![^\W_])({stems})(?![^\W_])|(?: ?\(\d+\)|-copy\d*)$", re.IGNORECASE)


def _from_file(path: Path, shown: str) -> Submission:
    submission = named(shown)
    if path.suffix.lower() != ".ipynb":
        ending = path.suffix or say("without an ending")
        asked = say("a notebook (.ipynb) is asked for, this is {ending}", ending=ending)
        return _with_problem(submission, asked)
    try:
        state = path.stat()
        submission.modified = state.st_mtime
        if state.st_size > LARGEST:
            raise IntakeError(
                say(
                    "it has {size:,.0f} MB; clear its outputs (at most {most:.0f} MB)",
                    size=state.st_size / 2**20,
                    most=LARGEST / 2**20,
                )
            )
        _look(submission, path.read_bytes())
    except OSError as error:
        _with_problem(submission, say("it cannot be read ({reason})", reason=error.strerror))
    except IntakeError as error:
        _with_problem(submission, error)
    except Exception as error:  # whatever is in it, the others are marked
        _with_problem(submission, say("it cannot be read ({reason})", reason=type(error).__name__))
    return submission


def _from_zip(path: Path, shown: str) -> list[Submission]:
    """The notebooks in a zip file, read in memory; nothing is unpacked to the disk."""
    taken = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            total = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or total > LARGEST_ZIP:
                said = say("the zip file has too many files or is too large unpacked")
                return [_refused(shown, said)]
            for member in members:
                if any(SKIPPED.match(part) for part in member.filename.split("/")):
                    continue
                submission = named(shown, readable(member.filename))
                submission.modified = path.stat().st_mtime
                taken.append(submission)
                if member.filename.lower().endswith(".zip"):
                    said = say("a zip file in a zip file: unpack the outer one into the inbox")
                    _with_problem(submission, said)
                    continue
                if not member.filename.lower().endswith(".ipynb"):
                    _with_problem(submission, say("not a notebook (.ipynb)"))
                    continue
                try:
                    _look(submission, _member(archive, member))
                except IntakeError as error:
                    _with_problem(submission, error)
                except Exception as error:  # damaged, encrypted, packed in an unknown way
                    said = say("it cannot be unpacked ({reason})", reason=_kind(error))
                    _with_problem(submission, said)
    except Exception as error:  # zip files are damaged in many ways; the others are marked
        said = say("the zip file cannot be read ({reason})", reason=_kind(error))
        return [_refused(shown, said)]
    return taken or [_refused(shown, say("the zip file holds no notebook"))]


def _kind(error: Exception) -> str:
    return clean(f"{type(error).__name__}: {error}"[:120])


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, read no further than the limit, whatever its header promises."""
    with archive.open(member) as stream:
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise IntakeError(say("it is larger than {most:.0f} MB unpacked", most=LARGEST / 2**20))
    return raw


def _look(submission: Submission, raw: bytes) -> None:
    notebook = read_notebook(raw)
    found = find(notebook)
    if not found.lesson:
        raise IntakeError(say("no exercise of a lesson is in it"))
    others = {number[:2] for _, number in found.cells if number} - {found.lesson}
    if others:
        listed = ", ".join(sorted(others))
        submission.remarks.append(say("it also has exercises of lesson {others}", others=listed))
    submission.found = found


def read_notebook(raw: bytes) -> dict[str, Any]:
    """A notebook in format 4 from the bytes of its file.

    Raises
    ------
    IntakeError
        It is empty, not text, not JSON, in a merge conflict, or not a notebook.
    """
    if not raw.strip():
        raise IntakeError(say("the file is empty"))
    if sum(map(raw.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise IntakeError(
            say("it has more than {most:,} entries; clear its outputs", most=MOST_PARTS)
        )
    text = decoded(raw)
    try:
        read: Any = json.loads(text)
        if re.search(r"\\ud", text, re.I):  # halves of characters, which no file can hold
            read = json.loads(json.dumps(read, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        if re.search(r"^<{7} ", text, re.M):
            said = say("it has merge conflicts (<<<<<<<); resolve them first")
            raise IntakeError(said) from None
        raise IntakeError(
            say("the file is not a notebook ({reason})", reason=str(error)[:80])
        ) from None
    if not isinstance(read, dict):
        raise IntakeError(say("the file is not a notebook (no table of cells)"))
    notebook: dict[str, Any] = read
    if notebook.get("nbformat") in (2, 3) and "worksheets" in notebook:
        notebook = _upgraded(notebook)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise IntakeError(say("the file is not a notebook (no list of cells)"))
    if len(cells) > MOST_CELLS:
        raise IntakeError(
            say(
                "it has {count:,} cells; at most {most:,} are read",
                count=len(cells),
                most=MOST_CELLS,
            )
        )
    for position, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise IntakeError(say("cell {position} is not a cell", position=position))
        if not isinstance(cell.get("source", ""), (str, list)):
            raise IntakeError(say("cell {position} has no text", position=position))
        if not isinstance(cell.get("metadata", {}), dict):
            cell["metadata"] = {}
    code = sum(len(text_of(cell)) for cell in cells if cell["cell_type"] == "code")
    if code > LONGEST_CODE:
        raise IntakeError(
            say(
                "it has {count:,} characters of code; at most {most:,} are read",
                count=code,
                most=LONGEST_CODE,
            )
        )
    return notebook


def _upgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    import nbformat

    try:
        upgraded: str = nbformat.writes(nbformat.reads(json.dumps(notebook), as_version=4))
    except Exception as error:  # old formats break in many ways; the remedy is the same
        raise IntakeError(
            say(
                "it is in an old format that cannot be read ({kind}): open it in JupyterLab and "
                "save it",
                kind=type(error).__name__,
            )
        ) from None
    newer: dict[str, Any] = json.loads(upgraded)
    return newer
