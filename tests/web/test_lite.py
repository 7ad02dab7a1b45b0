"""The browser edition: what is built, and what it does in Chromium without network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.collection import open_collection
from helpers.lessons import lesson_files
from tests.web.lite_page import MILLISECONDS, OPEN, note_requests, open_lesson, run, served
from web import lite
from web.languages import editions
from web.lite import distribution

CELL = "jupyterapp.shell.currentWidget.content.widgets.find(c => c.model.type === 'code').model"
RUN_FIRST = """() => {
  const content = jupyterapp.shell.currentWidget.content;
  content.activeCellIndex = content.widgets.findIndex(cell => cell.model.type === "code");
  return jupyterapp.commands.execute("notebook:run-cell");
}"""
#: Make a link of the first cell, a Markdown one, which is shown as soon as it changes, and of the
#: first output.
ADD_LINKS = f"""link => {{
  const cell = jupyterapp.shell.currentWidget.content.widgets[0];
  cell.model.sharedModel.setSource(`[text](${{link}})`);
  const data = {{"text/html": `<a href="${{link}}">output</a>`}};
  {CELL}.outputs.add({{output_type: "display_data", data, metadata: {{}}}});
}}"""
ROOT = Path(__file__).resolve().parents[2]
#: The build takes some ten seconds, a kernel's start as many; without network all are skipped.
pytestmark = [pytest.mark.long, pytest.mark.usefixtures("site")]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    try:
        lite.build(folder)
    except lite.OfflineError as error:
        pytest.skip(str(error))
    return folder / "lite"


def test_every_lesson_is_there_without_outputs(site: Path) -> None:
    start = (site / "index.html").read_text("utf-8")
    for edition in editions(open_collection(ROOT)):
        for path in lesson_files(edition):
            ours = json.loads((site / "files" / path.relative_to(ROOT)).read_text("utf-8"))
            theirs = json.loads(path.read_text("utf-8"))
            assert [c["source"] for c in ours["cells"]] == [c["source"] for c in theirs["cells"]]
            assert not any(cell.get("outputs") for cell in ours["cells"])
            assert lite.address(path.stem, edition.language).removeprefix("lite/") in start


def test_what_is_not_in_the_folder_is_declared_and_has_its_hash(site: Path) -> None:
    listed = json.loads((site / "static/pyodide/pyodide-lock.json").read_text("utf-8"))
    local, outside = {}, {}
    for name, one in listed["packages"].items():
        (outside if "://" in one["file_name"] else local)[name] = one
    assert tuple(sorted(outside)) == distribution.CURRENT.outside
    published = distribution.CURRENT.published()["packages"].values()
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
        page.evaluate(RUN_FIRST)
        page.wait_for_selector("#notice-missing")
        assert not page.locator("#notice-loading").count()


def notice(page: Any, name: str) -> str:
    """What a notice says; waits until it is there."""
    return str(page.wait_for_selector(f"#notice-{name}", timeout=60_000).inner_text())


def shown(page: Any) -> set[str]:
    """The names of the notices that are there."""
    ids = page.locator("#notices p").evaluate_all("all => all.map(one => one.id)")
    return {name.removeprefix("notice-") for name in ids}


@pytest.fixture
def context(chromium: Any) -> Iterator[Any]:
    """A reader's browser in which Python does not start: these tests need only the page."""
    with chromium.new_context(service_workers="block") as started:
        started.route("**/static/pyodide/**", lambda route: route.abort())
        yield started


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with served(site) as base:
        yield f"{base}/notebooks/index.html?path=notebooks/02_overdose_deaths.ipynb"


def test_a_lesson_says_what_it_loads_and_two_tabs_hear_of_each_other(
    address: str, context: Any
) -> None:
    page, other, third = (context.new_page() for _ in range(3))
    page.goto(address)
    assert "MB" in notice(page, "loading")
    other.goto(address.replace("02_overdose_deaths", "06_seizures"))
    notice(other, "loading")
    assert shown(page) == shown(other) == {"loading"}
    third.goto(address)
    assert "two tabs" in notice(third, "tabs")
    assert "two tabs" in notice(page, "tabs")
    page.click("#notice-tabs button")
    assert shown(page) == shown(other) == {"loading"}


def test_work_is_kept_over_a_reload_and_can_be_downloaded(address: str, context: Any) -> None:
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(OPEN, timeout=MILLISECONDS)
    page.evaluate(f"{CELL}.sharedModel.setSource('my_guess = 80000')")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    assert "Run All Cells" in notice(page, "reload")
    page.wait_for_function(OPEN, timeout=MILLISECONDS)
    assert page.evaluate(f"{CELL}.sharedModel.source") == "my_guess = 80000"
    with page.expect_download() as download:
        page.evaluate("jupyterapp.commands.execute('docmanager:download')")
    assert "my_guess = 80000" in download.value.path().read_text("utf-8")


@pytest.mark.parametrize(
    ("app", "lesson", "link", "page"),
    [
        ("notebooks", "02_overdose_deaths", "help.md", "notebooks/help.html"),
        ("lab", "02_overdose_deaths", "glossary.md#rate", "notebooks/glossary.html#rate"),
        ("notebooks", "02_overdose_deaths", "../data/README.md", "data/index.html"),
        ("notebooks", "es/02_overdose_deaths", "first_cell.md", "es/notebooks/first_cell.html"),
        ("lab", "es/02_overdose_deaths", "../../data/README.md", "es/data/index.html"),
        (
            *("notebooks", "es/02_overdose_deaths", "00_start_here.ipynb"),
            lite.address("00_start_here", "es"),
        ),
    ],
)
def test_a_link_opens_the_page_that_the_site_has(
    app: str, lesson: str, link: str, page: str, site: Path, context: Any
) -> None:
    with served(site.parent) as base:
        opened = context.new_page()
        opened.goto(f"{base}/lite/{app}/index.html?path=notebooks/{lesson}.ipynb")
        opened.wait_for_function(OPEN, timeout=MILLISECONDS)
        opened.evaluate(ADD_LINKS, link)
        for words in ("text", "output"):
            with opened.expect_popup() as other:
                opened.get_by_role("link", name=words, exact=True).click()
            assert other.value.url == f"{base}/{page}"


def test_a_browser_that_keeps_nothing_shows_the_lesson_and_says_so(
    address: str, context: Any
) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('off'); }});"
    )
    page = context.new_page()
    page.goto(address)
    assert "Download" in notice(page, "storage")
    page.wait_for_function(OPEN, timeout=MILLISECONDS)


@pytest.mark.parametrize("name", ["index.html", "notebooks/index.html", "lab/index.html"])
def test_an_old_browser_is_told(name: str, site: Path, context: Any) -> None:
    context.add_init_script("delete window.WebAssembly;")
    page = context.new_page()
    with served(site) as base:
        page.goto(f"{base}/{name}")
        assert "too old" in notice(page, "old")
        assert shown(page) == {"old"}


def test_a_school_that_hosts_everything_asks_nobody(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = distribution.CURRENT.published()
    for one in known["packages"].values():
        if one["name"].lower() in distribution.CURRENT.outside:
            path = tmp_path / one["file_name"]
            path.write_bytes(b"in place of the published file")
            one["sha256"] = distribution.sha256(path)
    monkeypatch.setattr(distribution.Release, "published", lambda _: known)
    lite.build(tmp_path, all_local=tmp_path)
    text = (tmp_path / "lite/static/pyodide/pyodide-lock.json").read_text("utf-8")
    assert all("://" not in one["file_name"] for one in json.loads(text)["packages"].values())
    assert distribution.SERVER not in (tmp_path / "lite/index.html").read_text("utf-8")


def test_without_network_the_build_says_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distribution, "CACHE", tmp_path / "empty")
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NPM_CONFIG_FETCH_RETRIES", "0")
    with pytest.raises(lite.OfflineError, match="could not be downloaded: is there a network"):
        lite.build(tmp_path)


def test_a_wheel_that_requires_what_is_not_there_stops_the_build(tmp_path: Path) -> None:
    wheels = [path for path in distribution.CURRENT.wheels() if "traitlets" not in path.name]
    with pytest.raises(lite.LiteError, match="requires traitlets"):
        distribution.package_list(wheels, distribution.CURRENT.entries(), "3.14")
