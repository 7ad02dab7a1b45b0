"""What `lab` does before JupyterLab starts: the lessons are copied, and its defaults are ours."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from helpers import lab
from helpers.collection import current
from helpers.setup_check import report
from tests.lessons import LESSONS, NOTEBOOKS


@pytest.fixture
def place(own_toy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection with one lesson, which is copied into its folder my_work/."""
    (own_toy / "notebooks" / "glossary.md").write_text("# Words\n", encoding="utf-8")
    started: list[list[str]] = []
    monkeypatch.setattr(lab, "start_jupyterlab", lambda words: started.append(words) or 0)
    monkeypatch.setattr(lab, "set_lab_defaults", lambda folder: None)
    monkeypatch.setattr(lab, "running", lambda root: None)
    return own_toy / "my_work"


def start(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What `lab` says, JupyterLab left out."""
    capsys.readouterr()
    assert lab.main(list(words)) == code
    said = capsys.readouterr()
    return said.out + said.err


def set_up_check(place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the check says of the reader's copies, in a lesson that is open in JupyterLab."""
    with monkeypatch.context() as patch:
        patch.chdir(place)
        patch.setenv("JPY_SESSION_NAME", "x.ipynb")
        return dict(report().entries())["your copy"]


def lesson_of(place: Path) -> Path:
    return next((place.parent / "notebooks").glob("01_*.ipynb"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_lessons_are_copied_without_results_and_never_over_a_copy(tmp_path: Path) -> None:
    target = tmp_path / "my_work"
    copies = lab.copy_lessons(current(), target)
    made = copies.made
    assert made == [lesson.path.name for lesson in LESSONS]
    assert copies.kept == copies.newer == copies.said == []
    for lesson in LESSONS:
        mine = json.loads((target / lesson.path.name).read_text(encoding="utf-8"))
        assert all(
            cell["outputs"] == [] and cell["execution_count"] is None
            for cell in mine["cells"]
            if cell["cell_type"] == "code"
        )
        for entry in ("source", "id"):
            assert [cell[entry] for cell in mine["cells"]] == [
                cell[entry] for cell in lesson.notebook["cells"]
            ]
    assert (target / "glossary.md").read_bytes() == (NOTEBOOKS / "glossary.md").read_bytes(), (
        "the links of the copies lead nowhere"
    )
    (target / made[0]).write_text("my own notes")
    (target / made[1]).unlink()
    again = lab.copy_lessons(current(), target)
    assert again.made == [made[1]] and again.kept == [name for name in made if name != made[1]]
    assert again.newer == again.said == []
    assert (target / made[0]).read_text() == "my own notes"


@pytest.mark.parametrize("recorded", [True, False])
def test_a_newer_lesson_is_announced_and_never_overwrites(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    recorded: bool,
) -> None:
    start(capsys)
    mine = place / lesson_of(place).name
    if not recorded:  # copied by an earlier version
        (place / lab.RECORD).unlink()
    change(mine, "= ...", "= 5")
    before = mine.read_bytes()
    assert "newer" not in start(capsys)
    change(lesson_of(place), "# 01", "# 01 corrected")
    assert f"newer now than when they were copied: {mine.name}. Yours are left" in start(capsys)
    assert mine.read_bytes() == before
    assert f"your copies of {mine.name}" in set_up_check(place, monkeypatch)
    mine.rename(place / "mine.ipynb")
    start(capsys)
    assert "newer" not in start(capsys) and "corrected" in mine.read_text(encoding="utf-8")


def test_one_lesson_is_said_as_one(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(capsys).startswith("my_work/: 1 lesson copied without its results.\n")
    assert start(capsys).startswith("my_work/: your lesson is left as it is; rename or delete it,")


def test_a_page_is_brought_up_to_date_and_the_readers_notes_are_kept(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start(capsys)
    page = place.parent / "notebooks" / "glossary.md"
    page.write_text("# Words, second edition\n", encoding="utf-8")
    assert "my_work/glossary.md: brought up to date.\n" in start(capsys)
    for aside in ("glossary (yours).md", "glossary (yours 2).md"):
        (place / "glossary.md").write_text(f"my notes for {aside}", encoding="utf-8")
        assert f"notes of yours and is kept as {aside}" in start(capsys)
        assert (place / aside).read_text(encoding="utf-8") == f"my notes for {aside}"
    assert (place / "glossary.md").read_bytes() == page.read_bytes()
    assert "glossary" not in start(capsys)


def test_answers_in_notebooks_are_named_when_they_are_copied(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(lesson_of(place), "answer = ...", "answer = 8582  # me")
    said = start(capsys)
    assert f"notebooks/{lesson_of(place).name} has answers in it (01.a, 01.1), and so has" in said
    assert "answers" not in start(capsys)


def test_no_published_lesson_has_answers() -> None:
    for lesson in LESSONS:
        assert lab.answered(lesson.path.read_text(encoding="utf-8")) == []


def test_a_lesson_that_cannot_be_read_stops_only_itself(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = place.parent / "notebooks" / "02_second.ipynb"
    shutil.copy(lesson_of(place), second)
    line = second.read_text(encoding="utf-8").splitlines(keepends=True)[3]
    change(second, line, f"<<<<<<< HEAD\n{line}=======\n{line}>>>>>>> main\n")
    said = start(capsys)
    assert "02_second.ipynb holds the marks of a merge that git could not finish" in said
    assert (place / lesson_of(place).name).exists() and not (place / second.name).exists()
    assert "02_second.ipynb holds the marks of a merge" in start(capsys, "02", code=2)


def test_a_lesson_is_opened_by_its_number(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(lab, "start_jupyterlab", lambda words: started.append(words) or 0)
    for words in (["01", "--no-browser"], ["1", "--no-browser"], ["--no-browser"]):
        start(capsys, *words)
        assert f"--LabApp.default_url=/lab/tree/my_work/{lesson_of(place).name}" in started[-1]
        assert started[-1][-1] == "--no-browser"
    assert "No lesson has the number 77" in start(capsys, "77", code=2)
    assert "One lesson at a time: " in start(capsys, "01", "02", code=2)


def test_a_folder_that_cannot_be_written_is_one_sentence(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert start(capsys, code=2).startswith("Nothing can be saved in ")
    assert not place.exists()


def test_a_second_server_is_not_started_unless_asked_for(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = {"url": "http://localhost:8888/", "token": "secret"}
    monkeypatch.setattr(lab, "running", lambda root: server)
    page = f"lab/tree/my_work/{lesson_of(place).name}"
    started: list[list[str]] = []
    monkeypatch.setattr(lab, "start_jupyterlab", lambda words: started.append(words) or 0)
    monkeypatch.setenv("COURSE_CALLER", "python3 course.py")
    said = start(capsys, "01")
    assert (
        f"already running for this folder. Open it here:\n    {server['url']}{page}?token" in said
    )
    assert started == []
    assert said.endswith("To start one more beside it: python3 course.py lab 01 --another\n")
    monkeypatch.setenv("COURSE_LANG", " --lang es")  # as course.py sets it, where it was typed
    assert start(capsys).endswith("python3 course.py lab --another --lang es\n")
    assert start(capsys, "1", "2", code=2).startswith(
        "One lesson at a time: python3 course.py lab 02 --lang es, not 01 02."
    )
    start(capsys, "--another")
    assert len(started) == 1 and "--another" not in started[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        *(
            (words, f"There is no lesson {words[-1]!r}. A lesson is opened by its number: ")
            for words in (["abc"], ["notebooks/01.ipynb"], ["01", "abc"], ["--no-browser", "abc"])
        ),
        *(
            (words, f"JupyterLab has no option {words[-1]!r}. Without it: python3 course.py lab\n")
            for words in (["--foo"], ["-x"], ["01", "--foo=1"], ["--port", "1", "--lan"])
        ),
    ],
)
def test_a_word_that_means_nothing_is_refused_at_once(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    """Also when a server runs, which is not asked."""
    monkeypatch.setattr(lab, "running", lambda root: pytest.fail("a server was looked for"))
    monkeypatch.setattr(lab, "start_jupyterlab", lambda words: pytest.fail("it was started"))
    assert start(capsys, *words, code=2).startswith(said)
    assert not place.exists(), "nothing was copied"


def test_options_of_jupyterlab_are_handed_over(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(lab, "start_jupyterlab", lambda words: started.append(words) or 0)
    for words in (
        ["--port", "8899", "--no-browser"],
        ["--port=8899", "-y", "--debug"],
        ["--ServerApp.port", "8899", "--ip", "0.0.0.0"],
        ["--ServerApp.open_browser=False", "--browser", "firefox", "--version"],
    ):
        start(capsys, "1", *words)
        assert started[-1][-len(words) :] == words
        assert any(word.endswith(lesson_of(place).name) for word in started[-1])


def test_only_languages_that_the_lessons_have_are_offered(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--lang" not in start(capsys)
    (place.parent / "notebooks" / "es").mkdir()
    assert "También en español: python3 course.py lab --lang es\n" in start(capsys)


def test_a_collection_without_course_py_is_started_as_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    monkeypatch.delenv("COURSE_CALLER", raising=False)
    monkeypatch.setattr(sys, "argv", ["/a/helpers/__main__.py", "lab", "1", "2"])
    python = "py" if os.name == "nt" else "python3"
    assert f"{python} -m helpers lab 02, not 01 02." in start(capsys, "1", "2", code=2)


def test_lab_reads_our_defaults(tmp_path: Path) -> None:
    """As the server of JupyterLab hands them to the page: the names are still its own, and the
    values are ours.
    """
    from jupyterlab_server.settings_utils import get_settings

    def properties(plugin: str) -> dict:
        settings, _ = get_settings(
            str(tmp_path / "share" / "jupyter" / "lab" / "settings"),
            str(schemas),
            str(tmp_path),
            schema_name=plugin,
        )
        return settings["schema"]["properties"]

    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    before = {plugin: properties(plugin) for plugin in lab.LAB_DEFAULTS}
    lab.set_lab_defaults(tmp_path)
    for plugin, values in lab.LAB_DEFAULTS.items():
        for name, value in values.items():
            old = before[plugin][name]["default"]
            assert not isinstance(value, dict) or set(value) == set(old), (
                f"{plugin}: {name} has other parts now"
            )
            assert properties(plugin)[name]["default"] == value != old


def test_another_language_has_a_folder_of_its_own(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spanish = place.parent / "notebooks" / "es"
    spanish.mkdir()
    shutil.copy(lesson_of(place), spanish)
    (spanish / "glossary.md").write_text("# Palabras\n", encoding="utf-8")
    monkeypatch.setenv("HELPERS_LANGUAGE", "es")
    said = start(capsys)
    assert "1 lección copiada" in said and "--lang en" in said
    assert sorted(path.name for path in (place / "es").glob("[!.]*")) == [
        lesson_of(place).name,
        "glossary.md",
    ]
    assert not list(place.glob("*.ipynb"))
    assert "HELPERS_LANGUAGE" not in os.environ  # each lesson says in which language it is
