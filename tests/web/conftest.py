"""The site, built once in a run of the tests, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.campaigns.accessibility import BROWSERS
from tests.lessons import ROOT
from tests.web.lite_page import FLAGS

#: Where the tested site says it will be: below a path, as the site of a repository is.
ADDRESS = "https://ana-lopez.github.io/chain/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What builds the site comes first: it takes longest, and no other worker waits for it."""
    items.sort(key=lambda item: not {"pages", "served"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site's pages; the first worker that asks builds them for all."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder = shared / "pages"
    with FileLock(shared / "pages.lock"):
        if not (folder / "index.html").exists():
            command = [sys.executable, "-m", "web", "--pages", "--output", str(folder)]
            done = subprocess.run(
                [*command, "--address", ADDRESS], cwd=ROOT, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def served(pages: Path) -> Iterator[str]:
    """The address of the pages on a server that, like GitHub's, has them below a path and shows
    404.html where there is no page.
    """

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            inside = path.removeprefix("/chain/")
            return super().translate_path(f"/{inside}" if inside != path else "/nothing-here")

        def send_error(self, code: int, *words: Any) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write((pages / "404.html").read_bytes())

        def log_message(self, *words: Any) -> None:
            pass

    def handler(*given: Any) -> Handler:
        return Handler(*given, directory=str(pages))

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/chain/"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The Chromium, Chrome or Edge of this machine; it knows no address but the local server's.
    In a process there can be one at a time, so it ends with its file.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("CHROME") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("There is no Chromium, Chrome or Edge on this machine (or named in CHROME).")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
