"""Chromium for the tests of the site and of the browser edition."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.lite_page import FLAGS
from tools.accessibility import BROWSERS


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The Chromium, Chrome or Edge of this machine; it knows no address but the local server's."""
    playwright = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("CHROME") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("There is no Chromium, Chrome or Edge on this machine (or named in CHROME).")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
