"""The browser edition: what is built, and what it does in Chromium without network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.lite_page import FLAGS, note_requests, open_lesson, run, served
from tools.accessibility import CannotCheckError, browser
from web import lite
from web.lite import distribution

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long  # the build takes some ten seconds, the kernel's start as many


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    try:
        lite.build(folder)
    except lite.OfflineError as error:
        pytest.skip(str(error))
    return folder / "lite"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    try:
        path = browser()
    except CannotCheckError as error:
        pytest.skip(str(error))
    with playwright.sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def test_every_lesson_is_there_without_outputs(site: Path) -> None:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        ours = json.loads((site / "files" / "notebooks" / path.name).read_text("utf-8"))
        theirs = json.loads(path.read_text("utf-8"))
        assert [c["source"] for c in ours["cells"]] == [c["source"] for c in theirs["cells"]]
        assert not any(cell.get("outputs") for cell in ours["cells"])
        assert lite.address(path.stem).removeprefix("lite/") in (site / "index.html").read_text()


def test_what_is_not_in_the_folder_is_declared_and_has_its_hash(site: Path) -> None:
    listed = json.loads((site / "static/pyodide/pyodide-lock.json").read_text("utf-8"))
    local, outside = {}, {}
    for name, one in listed["packages"].items():
        (outside if "://" in one["file_name"] else local)[name] = one
    assert tuple(sorted(outside)) == distribution.OUTSIDE
    published = distribution.published()["packages"].values()
    assert {one["sha256"] for one in outside.values()} <= {one["sha256"] for one in published}
    for one in local.values():
        assert distribution.sha256(site / "static/pyodide" / one["file_name"]) == one["sha256"]


def test_the_kernel_starts_without_network_and_asks_for_the_declared_files(
    site: Path, chromium: Any
) -> None:
    listed = json.loads((site / "static/pyodide/pyodide-lock.json").read_text("utf-8"))
    addresses = {one["file_name"] for one in listed["packages"].values()}
    with served(site) as base, chromium.new_context() as context:
        outside = note_requests(context, base)
        page = context.new_page()
        open_lesson(page, base, "00_start_here")
        assert run(page, "import sys; print(sys.platform)") == "emscripten"
        assert not outside
        assert (
            run(page, "import logging; logging.getLogger('matplotlib.font_manager').level") == "40"
        )
        run(page, "import helpers")
        assert set(outside) == {one for one in addresses if "://" in one}
