"""The zip files: the students' copy runs, checks what it may, and has no key of an exercise; the
teachers' copy is the whole collection.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from helpers.exercises import is_practice, lesson_exercises
from tests.lessons import LESSONS, ROOT
from tools import package

SOURCE = '''"""Keys of a lesson."""

import math
from helpers.exercises import Keys

KEYS = Keys()
SHARED = 2
ONLY_SCORED = 41

def _helper():
    return SHARED

@KEYS.add("07.a", "Think.")
def easy():
    return _helper() + scored()

@KEYS.add("07.1", "Think harder.")
def scored():
    return 5

@KEYS.add("07.2", "Think hardest.")
def secret():
    return ONLY_SCORED + math.pi
'''


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The students' copy, unpacked."""
    place = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(io.BytesIO(package.packed(package.student(ROOT)))) as archive:
        archive.extractall(place)
    return place / package.FOLDER


def run(student: Path, code: str) -> str:
    """What a program prints that runs in the students' copy, as in a notebook of my_work/."""
    place = student / "my_work"
    place.mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k != "HELPERS_COLLECTION"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place,
        env=environment | {"PYTHONPATH": str(student), "IPYTHONDIR": str(place / ".ipython")},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_only_questions_to_try_keep_their_keys() -> None:
    text = package.practice_keys(SOURCE, "key.py")
    space: dict = {}
    exec(text, space)
    assert list(space["KEYS"].exercises) == ["07.a"] and space["KEYS"].later == ("07.1", "07.2")
    assert space["KEYS"].exercises["07.a"].key() == 7
    assert not {"secret", "ONLY_SCORED", "math"} & set(space)
    assert "Think harder" not in text and "Think hardest" not in text


def test_a_key_file_that_cannot_be_split_is_one_sentence() -> None:
    with pytest.raises(package.PackageError, match=r"key.py, line \d+: only imports"):
        package.practice_keys(SOURCE + "\nfor n in range(3):\n    print(n)\n", "key.py")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_no_key_of_an_exercise_is_in_the_students_copy(lesson, student: Path) -> None:
    path = student / "notebooks" / lesson.path.stem / "key.py"
    keys = runpy.run_path(str(path))["KEYS"]
    whole = lesson_exercises(lesson.number)
    assert all(is_practice(number) for number in keys.exercises)
    assert [*keys.exercises, *keys.later] == sorted(whole, key=lambda n: not is_practice(n))
    for number, exercise in keys.exercises.items():
        assert str(exercise.key()) == str(whole[number].key())
    scored = {
        node.name
        for node in ast.parse((lesson.path.with_suffix("") / "key.py").read_text()).body
        if isinstance(node, ast.FunctionDef) and not is_practice(package.key_number(node) or "00.a")
    }
    names = {n.name for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)}
    assert scored and not scored & names


def test_nothing_else_gives_answers_away(student: Path) -> None:
    names = [path.relative_to(student).as_posix() for path in student.rglob("*") if path.is_file()]
    told = re.compile(
        r"(^|/)(solutions|guide|tests|authoring|tools|editions)(/|\.)|numbers\.toml|/build\.py"
    )
    assert [name for name in names if told.search(name)] == []
    for path in (student / "notebooks").rglob("*.ipynb"):
        assert '"output_type"' not in path.read_text(encoding="utf-8")


def test_links_lead_somewhere(student: Path) -> None:
    pages = [*student.glob("*.md"), *(student / "notebooks").rglob("*.md")]
    for path in [*pages, *(student / "notebooks").rglob("*.ipynb")]:
        text = path.read_text(encoding="utf-8").replace('\\"', '"')
        for link in re.findall(r"\]\((?!https?:|#|mailto:|attachment:)([^)\s#]+)", text):
            assert (path.parent / unquote(link)).exists(), f"{path.name} links {link}"


def test_check_in_the_students_copy(student: Path) -> None:
    key = lesson_exercises("02")
    code = (
        "from helpers import check\n"
        f"for n, a in [('02.a', {key['02.a'].key()!r}), ('02.a', -1), ('02.1', 21.4), "
        "('02.1', ...), ('02.77', 1), ('02.1', '13,781 kg'), ('02.1', 'CDC'), ('02.1', max)]:\n"
        "    print(check(n, a)._repr_html_())\n"
    )
    said = re.sub(r"<[^>]+>", "", run(student, code)).splitlines()
    assert said[0].endswith("Try it 02.a: right.") and "02.a: not yet. Take the total" in said[1]
    noted = "Exercise 02.1: noted. Your teacher has the key, and the marking will check it."
    assert said[2] == said[6] == noted
    assert said[5] == (
        f"{noted} It is text: if a number is asked for, leave out the quotation marks and the unit."
    )
    assert said[7] == (
        f"{noted} But no exercise asks for this: it is a function: call it, with parentheses."
    )
    assert "Exercise 02.1: not tried yet." in said[3] and "no exercise" in said[4]


def test_lessons_run_in_the_students_copy(student: Path) -> None:
    """As `lab` copies them, where nothing but the unpacked folder is found."""
    code = (
        "import json, helpers\n"
        "from helpers.collection import current\n"
        "from helpers.lab import copy_lessons\n"
        "from pathlib import Path\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "import matplotlib; matplotlib.use('agg')\n"
        "copy_lessons(current(), Path())\n"
        "shell = InteractiveShell.instance()\n"
        "for path in sorted(Path().glob('0[02]_*.ipynb')):\n"
        "    for cell in json.loads(path.read_text(encoding='utf-8'))['cells']:\n"
        "        if cell['cell_type'] == 'code':\n"
        "            shell.run_cell(''.join(cell['source']), silent=True).raise_error()\n"
        "    print(path, helpers.__file__, Path('glossary.md').is_file())\n"
    )
    said = run(student, code).splitlines()
    engine = student / "helpers" / "__init__.py"
    for name in ("00_start_here", "02_overdose_deaths"):
        assert f"{name}.ipynb {engine} True" in said


def test_lab_starts_and_other_commands_are_one_sentence(student: Path) -> None:
    code = (
        "import sys\n"
        "from helpers import lab\n"
        "lab.set_lab_defaults = print\nlab.start_jupyterlab = lambda words: print(words) or 0\n"
        "from helpers.__main__ import main\n"
        "assert main(['lab']) == 0\n"
    )
    said = run(student, code)
    assert "--LabApp.default_url=/lab/tree/my_work/00_start_here.ipynb" in said
    assert (student / "my_work" / "02_overdose_deaths.ipynb").is_file()
    done = subprocess.run(
        [sys.executable, "course.py", "test"], cwd=student, capture_output=True, text=True
    )
    assert done.returncode == 1 and done.stderr.startswith(
        "This is the students' copy: it has no test. Start the lessons with: "
    )


def test_the_spanish_lessons_are_in_the_students_copy(student: Path) -> None:
    """With pages, messages and a first page of their own, and without hints of exercises."""
    folder = student / "notebooks" / "es"
    assert len([*folder.glob("*.ipynb")]) == len(LESSONS) and not (folder / "guide").exists()
    assert [path for path in folder.iterdir() if path.is_dir()] == []
    for name in ("README.md", "LEEME.md"):
        other = {"README.md": "LEEME.md"}.get(name, "README.md")
        assert f"({other})" in (student / name).read_text(encoding="utf-8")
    assert "course.py lab --lang es" in (student / "LEEME.md").read_text(encoding="utf-8")
    messages = json.loads((student / "translations/es/messages.json").read_text(encoding="utf-8"))
    practice, scored = set(), set()
    for lesson in LESSONS:
        for number, exercise in lesson_exercises(lesson.number).items():
            hints = practice if is_practice(number) else scored
            hints |= {exercise.hint, *exercise.traps}
    assert practice <= set(messages) and not (scored - practice) & set(messages)
    assert messages["heroin"] == "heroína" and [*student.rglob("*.po")] == []


def test_lab_in_spanish_in_the_students_copy(student: Path) -> None:
    key = lesson_exercises("02")["02.a"].key()
    code = (
        "import os\nos.environ['HELPERS_LANGUAGE'] = 'es'\n"
        "from helpers import check, lab\n"
        "lab.set_lab_defaults = print\nlab.start_jupyterlab = lambda words: print(words) or 0\n"
        f"print(check('02.a', {key!r}).message)\nprint(check('02.1', 21.4).message)\n"
        "assert lab.main([]) == 0\n"
    )
    said = run(student, code)
    assert said.startswith("Inténtalo 02.a: correcto.\nEjercicio 02.1: anotad"), said[:200]
    assert "--LabApp.default_url=/lab/tree/my_work/es/00_start_here.ipynb" in said
    assert re.search(r"^my_work/es/: \d+ lecciones copiadas", said, re.M), said
    assert (student / "my_work" / "es" / "glossary.md").is_file()


def test_the_students_copy_can_be_installed(student: Path, tmp_path: Path) -> None:
    code = (
        "import os; os.chdir('..')\n"
        f"import hatchling.build; print(hatchling.build.build_editable({str(tmp_path)!r}))\n"
    )
    assert run(student, code).strip().endswith(".whl")


def test_the_teachers_copy_is_the_collection() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a Git repository")
    there = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    assert set(package.teacher(ROOT)) == there


def test_the_same_files_give_the_same_zip() -> None:
    content = {"b/x.py": b"1", "a.md": b"2", ".ci/run": b"3"}
    data = package.packed(content)
    assert data == package.packed(dict(reversed(content.items())))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    assert names == [f"{package.FOLDER}/{name}" for name in (".ci/run", "a.md", "b/x.py")]


def test_both_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "student", lambda root: {"a": b""})
    monkeypatch.setattr(package, "teacher", lambda root: {"b": b""})
    monkeypatch.setattr(
        package, "current", lambda: type("Here", (), {"root": tmp_path, "title": "x"})
    )
    assert package.main([]) == 0
    written = sorted(path.name for path in (tmp_path / "dist").iterdir())
    assert written == ["student.zip", "teacher.zip"]
