"""The set-up check says OK only when it is, and else what to do."""

from __future__ import annotations

import json
import re
import struct
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from packaging import markers
from packaging.requirements import Requirement

from helpers import chain, lessons, setup_check
from helpers.cards import Card
from helpers.figures import PALETTE, Picture
from helpers.data import DataError
from tests.lessons import LESSONS, ROOT


def test_everything_is_in_place_here() -> None:
    names = [name for name, _ in setup_check.report().entries()]
    asked = [
        r.name
        for text in requires("links-in-the-chain")
        if "extra" not in str((r := Requirement(text)).marker or "")
    ]
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
    monkeypatch.setattr(
        setup_check, "version", lambda name: "3.1.0rc1" if name == "pandas" else "99"
    )
    assert dict(setup_check.report().entries())["pandas"] == "OK"


def test_lines_are_the_same_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tzdata is needed on Windows only; its line may not come and go, or the stored result fails
    there.
    """
    here, real = repr(setup_check.report()), setup_check.version
    environment = markers.default_environment() | {"sys_platform": "win32"}
    monkeypatch.setattr(markers, "default_environment", lambda: environment)
    monkeypatch.setattr(
        setup_check, "version", lambda name: "2025.2" if name == "tzdata" else real(name)
    )
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
    assert set(re.findall(r"\b\d\d\b", words.split("[plotted")[0])) - {"14"} == {
        row[0] for row in lessons.PLAN[1:]
    }, "every lesson but this one has its place"


def test_the_chain_is_drawn_as_it_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six boxes in two rows, joined in a circle; what this course added is dashed. Words and
    picture carry the same hash in every run.
    """
    shown: list[Picture] = []
    monkeypatch.setattr(chain, "display", shown.append)
    figures: list[Figure] = []
    monkeypatch.setattr(chain.plt, "close", figures.append)
    chain.draw_chain()
    ((figure,), (picture,)) = figures, shown
    (ax,) = figure.axes
    assert [
        part
        for patch in ax.patches
        for part in (patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2)
    ] == pytest.approx([part for center in chain.CENTERS for part in center])
    assert {(patch.get_width(), patch.get_height()) for patch in ax.patches} == {
        (0.72, 0.66)
    } and not ax.axison
    assert [patch.get_linestyle() for patch in ax.patches] == ["-"] * 5 + ["--"]
    words = [text for text in ax.texts if text.get_text()]
    assert [text.get_text() for text in words] == [
        line for link in chain.LINKS for line in (link.name, link.what, link.where)
    ]
    assert [text.get_position()[0] for text in words[::3]] == [x for x, _ in chain.CENTERS] and {
        text.get_ha() for text in words
    } == {text.get_va() for text in words} == {"center"}
    arrows = [text for text in ax.texts if not text.get_text()]
    assert [arrow.arrow_patch.get_linestyle() for arrow in arrows] == ["-"] * 4 + ["--"] * 2
    for arrow, start, end in zip(
        arrows, chain.CENTERS, [*chain.CENTERS[1:], chain.CENTERS[0]], strict=True
    ):
        for (x, y), (a, b), way in ((arrow.xyann, start, 1), (arrow.xy, end, -1)):
            assert (x - a) * way >= 0 if end[0] > start[0] else (x - a) * way <= 0
            assert max(abs(x - a) / 0.39, abs(y - b) / 0.36) == pytest.approx(1), (
                "an arrow ends at the edge of its box"
            )
        assert (
            (arrow.xyann[1] - start[1]) * (end[1] - start[1])
            >= 0
            >= (arrow.xy[1] - end[1]) * (end[1] - start[1])
        ), "and leaves it towards the next"
    assert {
        (arrow.arrow_patch.get_linewidth(), to_hex(arrow.arrow_patch.get_edgecolor()))
        for arrow in arrows
    } == {(2, PALETTE[1].lower())}
    assert {
        (
            to_hex(patch.get_facecolor()),
            to_hex(patch.get_edgecolor()),
            patch.get_linewidth(),
            patch.get_boxstyle().pad,
        )
        for patch in ax.patches
    } == {("#ffffff", PALETTE[0].lower(), 1.5, 0.02)}
    lines = [
        (0.13, 10, "bold", "#262626"),
        (-0.11, 8.5, "normal", "#262626"),
        (-0.24, 8.5, "normal", PALETTE[0].lower()),
    ]
    for text, (below, size, weight, color) in zip(words, lines * 6, strict=True):
        assert text.get_position()[1] - chain.CENTERS[words.index(text) // 3][1] == pytest.approx(
            below
        )
        assert (text.get_fontsize(), text.get_fontweight(), to_hex(text.get_color())) == (
            size,
            weight,
            color,
        )
    assert (
        ax.get_xlim() == (0, 3)
        and ax.get_ylim() == (0, 2)
        and figure.get_size_inches().tolist() == [7.5, 3.4]
    )
    above, below = figure._suptitle, figure._supxlabel
    assert [
        (
            text.get_position()[0],
            text.get_ha(),
            text.get_fontsize(),
            text.get_fontweight(),
            to_hex(text.get_color()),
        )
        for text in (above, below)
    ] == [(0.01, "left", 12, "bold", "#262626"), (0.01, "left", 8, "normal", "#555555")]
    assert max(map(len, below.get_text().splitlines())) <= 116 and struct.unpack(
        ">II", picture.png[16:24]
    ) == (750, 340)
    assert chain.description().startswith(
        f"{chain.TITLE}. Boxes joined by arrows: Cultivation and production (fields, laboratories; lesson 05). Then Distribution in both countries (seizures, border; lessons 06, 07). Then Sale ("
    )
    assert (
        figure.get_suptitle() == chain.TITLE
        and figure.get_supxlabel().replace("\n", " ") == chain.SOURCE
    )
    assert (
        picture.description == chain.description()
        and picture.png.startswith(b"\x89PNG")
        and len(picture.digest) == 10
    )
    assert (
        chain.description().count("lesson") == 7
        and "Dashed, between the last of these and the first: Organizations (networks, violence; lessons 10, 11)."
        in chain.description()
    )
    assert chain.LINKS[0].where == "lesson 05" and chain.LINKS[1].where == "lessons 06, 07"


def test_lesson_map_links_exactly_the_lessons_that_exist() -> None:
    shown = lessons.lesson_map()
    assert [row[0] for row in shown.rows] == [f"{n:02}" for n in range(14)]
    assert [row[4] for row in shown.rows] == [lesson.path.name for lesson in LESSONS]
    assert all(f'<a href="{lesson.path.name}">' in shown._repr_html_() for lesson in LESSONS)


class Two(Card):
    heading = "A <card>"

    def entries(self) -> list[tuple[str, str]]:
        return [("One", "a & b"), ("Two", "c")]


def test_a_card_as_text_and_as_a_table() -> None:
    assert repr(Two()) == "A <card>\n  One: a & b\n  Two: c"
    cell = '<th scope="row" style="text-align:left;vertical-align:top">'
    assert Two()._repr_html_() == (
        '<table><caption style="text-align:left"><b>A &lt;card&gt;</b></caption><tbody>'
        f'<tr>{cell}One</th><td style="text-align:left">a &amp; b</td></tr><tr>{cell}Two</th><td style="text-align:left">c</td></tr></tbody></table>'
    )
    for lacking in (lambda: Card().heading, Card().entries):
        with pytest.raises(NotImplementedError):
            lacking()


def test_the_map_of_lessons_as_text_and_as_a_table() -> None:
    small = lessons.LessonMap(
        (
            ("01", "A & B", "why?", "5 + 5 minutes", "01_a.ipynb"),
            ("02", "C", "<how>", "6 + 6 minutes", "02_b.ipynb"),
        )
    )
    assert (
        repr(small)
        == "01  A & B                    5 + 5 minutes\n02  C                        6 + 6 minutes"
    )
    left = 'style="text-align:left"'
    assert small._repr_html_() == (
        f'<table><thead><tr><th scope="col" {left}>lesson</th><th scope="col" {left}>what it is about</th><th scope="col" {left}>time</th></tr></thead><tbody>'
        f'<tr><th scope="row" {left}><a href="01_a.ipynb">01 A &amp; B</a></th><td {left}>why?</td><td {left}>5 + 5 minutes</td></tr>'
        f'<tr><th scope="row" {left}><a href="02_b.ipynb">02 C</a></th><td {left}>&lt;how&gt;</td><td {left}>6 + 6 minutes</td></tr></tbody></table>'
    )


def test_the_time_of_a_lesson_is_read_from_its_section(tmp_path: Path) -> None:
    path = tmp_path / "01_a.ipynb"

    def times_of(*texts: str) -> str:
        cells = [
            {"cell_type": "code", "source": "## Time\nReading 9 minutes, exercises 9 minutes"},
            *({"cell_type": "markdown", "source": [text]} for text in texts),
        ]
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return lessons.times(path)

    assert (
        times_of(
            "# T", "## Time\n\nReading 40 minutes (ten of them\nfor coding), exercises 30 minutes."
        )
        == "40 + 30 minutes"
    )
    for texts in (
        ("## Time\n\nReading forty minutes, exercises 30 minutes.",),
        ("Reading 40 minutes, exercises 30 minutes",),
    ):
        with pytest.raises(ValueError) as refused:
            times_of(*texts)
        assert (
            str(refused.value)
            == "01_a.ipynb: the section Time must say 'Reading N minutes ... exercises N minutes'."
        )


def test_a_lost_lesson_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    with pytest.raises(FileNotFoundError) as refused:
        lessons.lesson_map()
    assert (
        str(refused.value)
        == "Lesson 00 is missing from notebooks/: restore it (git checkout, or download the collection again)."
    )


def test_readme_has_every_lesson_with_its_time() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for lesson in LESSONS:
        line = next(
            line for line in readme.splitlines() if f"(notebooks/{lesson.path.name})" in line
        )
        assert lessons.times(lesson.path).removesuffix(" minutes") in line, (
            f"README.md gives another time for {lesson.name}"
        )
    assert len(re.findall(r"\]\(notebooks/\d\d_\w+\.ipynb\)", readme)) == len(LESSONS), (
        "README.md links lessons that do not exist, or not all"
    )
