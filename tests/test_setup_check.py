"""The set-up check says OK only when it is, and else what to do."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging import markers
from packaging.requirements import Requirement

from helpers import chain, lessons, setup_check
from helpers.data import DataError
from tests.lessons import LESSONS, ROOT


def test_everything_is_in_place_here() -> None:
    names = [name for name, _ in setup_check.report().entries()]
    asked = [r.name for text in requires("links-in-the-chain") if "extra" not in str((r := Requirement(text)).marker or "")]
    assert names == ["links-in-the-chain", *sorted(asked), "data"] and "pytest" not in names
    assert {text for _, text in setup_check.report().entries()} == {"OK"}


def test_missing_and_wrong_versions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(name: str) -> str:
        if name == "seaborn":
            raise PackageNotFoundError(name)
        return "0.1" if name == "pandas" else "99"

    monkeypatch.setattr(setup_check, "version", fake)
    lines = dict(setup_check.report().entries())
    assert lines["seaborn"].startswith("not installed: run `python3 course.py lab`")
    assert lines["pandas"].startswith("version 0.1 is there, <4,>=3.0 is needed")
    assert "need attention" in setup_check.report().heading


def test_a_prerelease_that_is_new_enough_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_check, "version", lambda name: "3.1.0rc1" if name == "pandas" else "99")
    assert dict(setup_check.report().entries())["pandas"] == "OK"


def test_lines_are_the_same_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """tzdata is needed on Windows only; its line may not come and go, or the stored result fails there."""
    here, real = repr(setup_check.report()), setup_check.version
    environment = markers.default_environment() | {"sys_platform": "win32"}
    monkeypatch.setattr(markers, "default_environment", lambda: environment)
    monkeypatch.setattr(setup_check, "version", lambda name: "2025.2" if name == "tzdata" else real(name))
    assert repr(setup_check.report()) == here

    def without_tzdata(name: str) -> str:
        if name == "tzdata":
            raise PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(setup_check, "version", without_tzdata)
    assert dict(setup_check.report().entries())["tzdata"].startswith("not installed")


def test_broken_data_and_missing_package_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise DataError(f"Table {name} is broken")

    monkeypatch.setattr(setup_check, "load", broken)
    assert "is broken" in dict(setup_check.report().entries())["data"]

    def absent(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(setup_check, "requires", absent)
    (name, text), data = setup_check.report().entries()
    assert data[0] == "data"
    assert name == "links-in-the-chain" and text.startswith("not installed in this kernel")
    assert "is broken" in data[1], "the data are looked at even so"


def test_the_chain_names_its_links_and_lessons_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    chain.draw_chain()
    words = capsys.readouterr().out
    places = [words.index(link.name.replace("\n", " ")) for link in chain.LINKS]
    assert places == sorted(places)
    assert set(re.findall(r"\b\d\d\b", words.split("[plotted")[0])) - {"14"} == {row[0] for row in lessons.PLAN[1:]}, "every lesson but this one has its place"


def test_lesson_map_links_exactly_the_lessons_that_exist() -> None:
    shown = lessons.lesson_map()
    assert [row[0] for row in shown.rows] == [f"{n:02}" for n in range(14)]
    assert [row[4] for row in shown.rows] == [lesson.path.name for lesson in LESSONS]
    assert all(f'<a href="{lesson.path.name}">' in shown._repr_html_() for lesson in LESSONS)


def test_a_lost_lesson_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    with pytest.raises(FileNotFoundError, match="Lesson 00 is missing from notebooks/: restore it"):
        lessons.lesson_map()


def test_readme_has_every_lesson_with_its_time() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for lesson in LESSONS:
        line = next(line for line in readme.splitlines() if f"(notebooks/{lesson.path.name})" in line)
        assert lessons.times(lesson.path).removesuffix(" minutes") in line, f"README.md gives another time for {lesson.name}"
    assert len(re.findall(r"\]\(notebooks/\d\d_\w+\.ipynb\)", readme)) == len(LESSONS), "README.md links lessons that do not exist, or not all"
