"""The set-up check says OK only when it is, and else what to do."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging import markers
from packaging.requirements import Requirement

from helpers import setup_check
from helpers.cards import Card


@pytest.fixture
def needs_pandas(own_toy: Path) -> Path:
    """A toy collection whose package is pandas: it needs a few others, one only on Windows."""
    settings = own_toy / "data" / "collection.toml"
    text = settings.read_text(encoding="utf-8")
    text = re.sub("(?m)^(package|remedy) = .*\n", "", text)
    settings.write_text(f'{text}package = "pandas"\nremedy = "ask"\n', encoding="utf-8")
    return own_toy


#: The lines that need no package: what is around the lesson that is open, and the tables.
REST = dict.fromkeys(
    ("your files", "your settings", "your copy", "saving", "lessons", "data"), "OK"
)


def lines() -> dict[str, str]:
    return dict(setup_check.report().entries())


def only(name: str, there: str | None) -> object:
    """A function `version` that knows one package in one version, or does not know it at all."""
    real = setup_check.version

    def version(asked: str) -> str:
        if asked != name:
            return real(asked)
        if there is None:
            raise PackageNotFoundError(asked)
        return there

    return version


def test_a_collection_without_a_package_needs_its_data_only() -> None:
    assert lines() == REST
    assert setup_check.report().heading == "Everything is in place."


@pytest.mark.usefixtures("needs_pandas")
class TestPackage:
    def test_every_direct_requirement_has_its_line(self) -> None:
        needed = [Requirement(text) for text in requires("pandas") or []]
        direct = sorted({r.name for r in needed if "extra" not in str(r.marker or "")})
        assert list(lines()) == ["pandas", *direct, *REST]
        assert set(lines().values()) == {"OK"}

    def test_a_missing_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup_check, "version", only("python-dateutil", None))
        assert lines()["python-dateutil"] == "not installed: ask"
        assert setup_check.report().heading.startswith("1 of ")

    def test_an_old_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup_check, "version", only("python-dateutil", "0.1"))
        assert re.fullmatch(r"version 0\.1 is there, .+ is needed: ask", lines()["python-dateutil"])

    def test_a_prerelease_that_is_new_enough(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup_check, "version", only("python-dateutil", "99.0rc1"))
        assert lines()["python-dateutil"] == "OK"

    def test_lines_are_the_same_on_windows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Tzdata is needed on Windows only; its line may not come and go, or the stored result
        would be another there.
        """
        here = repr(setup_check.report())
        with monkeypatch.context() as patch:
            patch.setattr(setup_check, "version", only("tzdata", None))
            assert repr(setup_check.report()) == here, "not needed here"
        windows = markers.default_environment() | {"sys_platform": "win32"}
        monkeypatch.setattr(markers, "default_environment", lambda: windows)
        with monkeypatch.context() as patch:
            patch.setattr(setup_check, "version", only("tzdata", "9999.9"))
            assert repr(setup_check.report()) == here
        monkeypatch.setattr(setup_check, "version", only("tzdata", None))
        assert ("tzdata", "not installed: ask") in setup_check.report().entries()

    def test_the_package_itself_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def absent(name: str) -> list[str]:
            raise PackageNotFoundError(name)

        monkeypatch.setattr(setup_check, "requires", absent)
        assert lines() == {"pandas": "not installed in this kernel: ask", **REST}

    def test_broken_data(self, needs_pandas: Path) -> None:
        table = needs_pandas / "data" / "library" / "library_loans.csv"
        table.write_text("year,loans\n2019,many\n", encoding="utf-8")
        assert lines()["data"].startswith("Table library_loans, column loans, line 2: type integer")


class Two(Card):
    heading = "A <card>"

    def entries(self) -> list[tuple[str, str]]:
        return [("One", "a & b"), ("Two", "c")]


def test_a_card_as_text_and_as_a_table() -> None:
    assert repr(Two()) == "A <card>\n  One: a & b\n  Two: c"
    cell = '<th scope="row" style="text-align:left;vertical-align:top">'
    left = '<td style="text-align:left">'
    assert Two()._repr_html_() == (
        '<table><caption style="text-align:left"><b>A &lt;card&gt;</b></caption><tbody>'
        f"<tr>{cell}One</th>{left}a &amp; b</td></tr>"
        f"<tr>{cell}Two</th>{left}c</td></tr></tbody></table>"
    )
    for lacking in (lambda: Card().heading, Card().entries):
        with pytest.raises(NotImplementedError):
            lacking()
