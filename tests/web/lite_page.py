"""A lesson of the browser edition in Chromium, without network: open it, run code, read cells."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MILLISECONDS = 240_000  # for what takes longest, a kernel's start on a busy machine
#: Every name but the local server's is unknown.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]

OPEN = "() => window.jupyterapp?.shell.currentWidget?.context?.isReady"
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
READY = f"""async () => {{
  const widget = jupyterapp.shell.currentWidget;
  await widget.sessionContext.ready;
  await {KERNEL}.info;
  await {KERNEL}.requestExecute({{code: ""}}).done;
}}"""
RUN = f"""async (code) => {{
  let said = "";
  const request = {KERNEL}.requestExecute({{code}});
  request.onIOPub = (message) => {{
    const content = message.content;
    said += content.text ?? content.data?.["text/plain"] ?? "";
    if (content.ename) said += content.ename + ": " + content.evalue;
  }};
  await request.done;
  return said;
}}"""
RUN_ALL = """async () => {
  await jupyterapp.commands.execute("notebook:run-all-cells");
  return jupyterapp.shell.currentWidget.content.model.toJSON();
}"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served from this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def note_requests(context: Any, base: str) -> list[str]:
    """A list that grows with each request to another address than `base`."""
    outside: list[str] = []

    def note(request: Any) -> None:
        if request.url.startswith("http") and not request.url.startswith(base):
            outside.append(request.url)

    context.on("request", note)
    return outside


def open_lesson(page: Any, base: str, lesson: str, app: str = "notebooks") -> None:
    """Open a lesson; its kernel is ready afterwards."""
    page.goto(f"{base}/{app}/index.html?path=notebooks/{lesson}.ipynb")
    page.wait_for_function(OPEN, timeout=MILLISECONDS)
    page.evaluate(READY)


def run(page: Any, code: str) -> str:
    """What the kernel says to some code: text and errors."""
    return str(page.evaluate(RUN, code)).strip()


def run_all(page: Any) -> Any:
    """Run all cells of the open lesson; returns the notebook as it is then."""
    return page.evaluate(RUN_ALL)
