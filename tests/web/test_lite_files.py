"""What the browser edition's build refuses, without a build or a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from web import lite, site
from web.lite import distribution

FILES = {name: f"{name}-1-any.whl" for name in distribution.CURRENT.outside}


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A published list in which every file from outside holds its own name."""
    monkeypatch.setattr(distribution, "CACHE", tmp_path / "cache")
    packages = {}
    for name, file in FILES.items():
        path = tmp_path / file
        path.write_text(name, encoding="utf-8")
        hashed = distribution.sha256(path)
        packages[name] = {"file_name": file, "sha256": hashed, "depends": [], "version": "1"}
    listed = {"packages": packages}
    monkeypatch.setattr(distribution.Release, "published", lambda _: listed)
    return listed


def test_a_school_may_bring_the_published_files_only(known: dict[str, Any], tmp_path: Path) -> None:
    for name, one in distribution.CURRENT.entries().items():
        assert distribution.local_copy(one, tmp_path) == tmp_path / FILES[name]
        (tmp_path / FILES[name]).write_text("another", encoding="utf-8")
        with pytest.raises(lite.LiteError, match=f"{FILES[name]} is not the .*{one['sha256']}"):
            distribution.local_copy(one, tmp_path)
        (tmp_path / FILES[name]).unlink()
        with pytest.raises(lite.LiteError, match=f"{FILES[name]} is missing .*{one['sha256']}"):
            distribution.local_copy(one, tmp_path)


def test_a_damaged_download_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "CACHE", tmp_path)
    (tmp_path / f"pyodide-{distribution.PYODIDE_VERSION}.tgz").write_bytes(b"damaged")
    with pytest.raises(lite.LiteError, match="not the published file"):
        lite.build(tmp_path)


def test_without_npm_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(lite.OfflineError, match="install Node"):
        lite.build(tmp_path)


def test_the_pages_are_built_when_the_downloads_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(*_: object) -> None:
        raise lite.OfflineError("There is no network.")

    built: list[object] = []
    monkeypatch.setattr(lite, "build", offline)
    monkeypatch.setattr(site, "build", lambda *words: built.append(words))
    assert site.main(["--output", str(tmp_path)]) == 1
    assert built
    assert "There is no network. The pages were built without it." in capsys.readouterr().err
