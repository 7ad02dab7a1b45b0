"""Two zip files to hand on: one for students, one for teachers.

    python3 course.py package         writes dist/student.zip and dist/teacher.zip

student.zip starts with the same command, `python3 course.py lab`, and has what a lesson needs: the
engine, the tables, the lessons without results, glossary and help lines, in every language of the
collection. It has no keys of exercises, no solutions, no guide and no tests. Questions to try while
reading keep their keys, because their hints teach and they are never scored. For an exercise,
`check` says that the answer is noted and that the teacher's marking will check it. Keys as hashes
would not hide anything: most answers are short numbers or letters, which a loop finds, and a
tolerance or a hint for a wrong turn cannot be hashed. So they are left out, with the translations
of their hints. Code that both kinds of keys share is in the package, and so are the tables: whoever
works out an answer from them has done the exercise.

teacher.zip is the whole collection without what Git ignores, and without anybody's work.
"""

from __future__ import annotations

import ast
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers.adaptation import adaptation, page
from helpers.collection import Collection, CollectionError, current, found
from helpers.command import command_parser
from helpers.exercises import KEY_FILE, is_practice, lesson_exercises
from helpers.lab import copy_of
from helpers.language import ENGLISH, MESSAGES, languages, say, shown, speaking, translatable
from helpers.lessons import lesson_files
from marking.place import ADAPTATION
from tools import quiz

FOLDER = "links_in_the_chain"  # what a zip file unpacks to
#: Folders and files at the top of the collection that teacher.zip has.
FOLDERS = (
    ".ci",
    ".github",
    "data",
    "helpers",
    "marking",
    "notebooks",
    "tests",
    "tools",
    "translations",
    "web",
)
FILES = (
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "conftest.py",
    "course.py",
    "environment.yml",
    "hatch_build.py",
    "noxfile.py",
    "postBuild",
    "pyproject.toml",
    "requirements-test.txt",
    "requirements.txt",
)
STUDENT_FILES = (
    "CITATION.cff",
    "LICENSE",
    "course.py",
    "hatch_build.py",
    "pyproject.toml",
    "requirements.txt",
)
NEVER = {"__pycache__", ".ipynb_checkpoints", "_collection", "update"}
README = translatable(
    """# {title}

Lessons that teach people to reason with data. This is the copy for students.

You need Python 3.11 to 3.14 from [python.org](https://www.python.org). Open a terminal in this
folder and type

```
python3 course.py {lab}
```

(on Windows: `py course.py {lab}`). The first start sets everything up and needs a network; later
ones take seconds. The lessons open as copies in `{work}/`. These copies are yours, and nothing
overwrites them. Save and hand in the notebook from `{work}/`.

Questions to try ("02.a") are checked at once. For an exercise ("02.1") `check` says that your
answer is noted: your teacher has the key.

The [glossary]({notebooks}/glossary.md) explains terms. If a lesson is hard to read, there are
[help lines]({notebooks}/help.md). Licenses: [LICENSE](LICENSE) and
[data/README.md](data/README.md).
"""
)


class PackageError(ValueError):
    """The package cannot be made; the message says why and what to do."""


def student(root: Path) -> dict[str, bytes]:
    """Every file of the students' copy by its path."""
    editions = list(dict.fromkeys(map(found().in_language, languages())))
    content = {name: (root / name).read_bytes() for name in STUDENT_FILES} | readmes(editions)
    for path in files_below(root / "helpers"):
        if path.relative_to(root).parts[1] != "authoring" and path.suffix != ".po":
            content[path.relative_to(root).as_posix()] = path.read_bytes()
    for path in files_below(root / "data"):
        if path.suffix != ".py" and path.name not in ADAPTATION:
            content[path.relative_to(root).as_posix()] = path.read_bytes()
    for edition in editions:
        folder = edition.notebooks.relative_to(edition.root).as_posix()
        for path in sorted(edition.notebooks.glob("*.md")):
            content[f"{folder}/{path.name}"] = page(path, edition).encode()
        with speaking(edition.language):
            for path in lesson_files(edition):
                content[f"{folder}/{path.name}"] = copy_of(path, edition).encode()
        messages = Path("translations") / edition.language / MESSAGES
        if (root / messages).is_file():
            content[messages.as_posix()] = without_hints(root / messages)
    for path in lesson_files(found()):
        key = path.with_suffix("") / KEY_FILE
        if key.is_file():
            name = f"{path.parent.name}/{path.stem}/{KEY_FILE}"
            own = [one.id for one in adaptation(found()).exercises(path.name[:2])]
            text = practice_keys(key.read_text(encoding="utf-8"), name, own)
            content[name] = text.encode()
    return content


def readmes(editions: Sequence[Collection]) -> dict[str, bytes]:
    """The first page in each language, with links to the others."""
    pages, links = {}, {}
    for edition in editions:
        with speaking(edition.language):
            name = say("README.md")
            name = name if name not in pages else f"README.{edition.language}.md"
            links[name] = say("This page in English")
            pages[name] = say(
                README,
                title=shown(edition.title),
                lab="lab" if edition.language == ENGLISH else f"lab --lang {edition.language}",
                work=edition.work.relative_to(edition.root).as_posix(),
                notebooks=edition.notebooks.relative_to(edition.root).as_posix(),
            )
    for name in pages:
        for other, words in links.items():
            pages[name] += f"\n{words}: [{other}]({other})\n" if other != name else ""
    return {name: text.encode() for name, text in pages.items()}


def without_hints(messages: Path) -> bytes:
    """The messages of a language without the hints of exercises, which are left out with their
    keys, and without what is asked before and after the course.
    """
    hints: dict[bool, set[str]] = {True: set(), False: set()}
    for lesson in lesson_files(found()):
        for number, exercise in lesson_exercises(lesson.name[:2]).items():
            hints[is_practice(number)] |= {exercise.hint, *exercise.traps}
    secret = hints[False] - hints[True]
    if quiz.source().is_file():
        secret |= {asked.question for form in quiz.FORMS for asked in quiz.questions(form)}
    texts = json.loads(messages.read_text(encoding="utf-8"))
    kept = {english: text for english, text in texts.items() if english not in secret}
    return (json.dumps(kept, indent=0, ensure_ascii=False) + "\n").encode()


def teacher(root: Path) -> dict[str, bytes]:
    """Every file of the whole collection by its path."""
    names = [*FILES, *(path.name for path in root.glob("README.*.md"))]
    content = {name: (root / name).read_bytes() for name in names}
    for folder in FOLDERS:
        for path in files_below(root / folder):
            content[path.relative_to(root).as_posix()] = path.read_bytes()
    return content


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder in order, without what programs leave behind."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        left = NEVER.intersection(parts) or any(part.endswith(".egg-info") for part in parts)
        if path.is_file() and not left:
            yield path


def practice_keys(source: str, name: str, own: Sequence[str] = ()) -> str:
    """A key.py with the questions to try alone: their functions, and what these need.

    Exercises, and a teacher's `own`, are only named, so that `check` knows them. `PackageError` if
    the file has statements other than imports, assignments and definitions, since it could not be
    said what they are for.
    """
    tree, lines = ast.parse(source), source.splitlines()
    defined: dict[str, ast.stmt] = {}
    wanted, later = ["KEYS"], []
    for node in tree.body:
        number = key_number(node)
        if number is not None and not is_practice(number):
            later.append(number)
        elif number is not None:
            wanted.append(_names(node, name)[0])
        for one in _names(node, name):
            defined[one] = node
    needed: set[ast.stmt] = set()
    while wanted:
        found = defined.get(wanted.pop())
        if found is not None and found not in needed:
            needed.add(found)
            wanted += [n.id for n in ast.walk(found) if isinstance(n, ast.Name)]
    shown = []
    for node in tree.body:
        if node in needed:
            number = key_number(node)
            first = node.lineno
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                exercise = number is not None and not is_practice(number)
                first = node.lineno if exercise else node.decorator_list[0].lineno
            shown.append("\n".join(lines[first - 1 : node.end_lineno]))
    said = '"""Keys of the questions to try. Exercises are checked by the teacher\'s copy."""'
    later += own
    rest = [f"KEYS.mark_later({', '.join(map(repr, later))})"] if later else []
    return "\n\n".join([said, *shown, *rest]) + "\n"


def key_number(node: ast.stmt) -> str | None:
    """The number that a function is registered for by @KEYS.add("02.1", ...), or None."""
    for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "KEYS.add" and mark.args:
            return str(ast.literal_eval(mark.args[0]))
    return None


def _names(node: ast.stmt, file: str) -> list[str]:
    """The names that a statement at the top of a key.py gives."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(one.asname or one.name).split(".")[0] for one in node.names]
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        stored = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        return [n.id for n in stored if isinstance(n.ctx, ast.Store)]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return []  # the docstring
    raise PackageError(
        f"{file}, line {node.lineno}: only imports, assignments and functions can be told apart "
        "into exercises and questions to try. Move this statement into a function."
    )


def packed(content: dict[str, bytes]) -> bytes:
    """A zip file with these files in one folder; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            member = zipfile.ZipInfo(f"{FOLDER}/{name}")
            member.external_attr = (0o100755 if name == ".ci/run" else 0o100644) << 16
            member.create_system = 3
            archive.writestr(member, content[name], zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("package", __doc__)
    parser.parse_args(arguments)
    root = current().root
    try:
        packages = {"student": packed(student(root)), "teacher": packed(teacher(root))}
    except (PackageError, CollectionError, FileNotFoundError) as error:
        print(error)
        return 2
    (root / "dist").mkdir(exist_ok=True)
    for name, data in packages.items():
        partial = root / "dist" / f".{name}.{os.getpid()}"
        partial.write_bytes(data)
        partial.replace(root / "dist" / f"{name}.zip")
        print(say("wrote dist/{name}.zip, {size:.1f} MB", name=name, size=len(data) / 2**20))
    return 0


if __name__ == "__main__":
    sys.exit(main())
