"""Read a lesson as a browser does: start `course.py lab`, run every cell of its copy in the kernel
that the server gives, and compare with the stored results.

    python -I read_lesson.py PYTHON 00

Prints what differs, and what `lab` said. Exit code: 0 if nothing differs, 1 if something does, and
that of `lab` where it did not start.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import websocket

SECONDS = 90


def main(python: str, lesson: str) -> int:
    """Run the command; returns the exit code."""
    command = [python, "course.py", "lab", lesson, "--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines: list[str] = []
    reader = threading.Thread(target=collect, args=(server, lines), daemon=True)
    reader.start()
    try:
        address = address_of(server, lines)
        differs = []
        if address is not None:
            differs = compare(*address) + again(python, lesson, *address)
    finally:
        server.terminate()
        try:
            code = server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            code = server.wait()
        reader.join(5)
    print("\n".join([*differs, *lines]))
    return code if address is None else int(bool(differs))


def again(python: str, lesson: str, host: str, page: str, token: str) -> list[str]:
    """What is wrong when `lab` is started once more: it should name the address and start none."""
    command = [python, "course.py", "lab", lesson, "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    address = rf"^ +http\S+:{host.partition(':')[2]}/lab/tree/{page}\?token={token}$"
    if done.returncode == 0 and re.search(address, done.stdout, re.M):
        return []
    return [f"a second start: {done.returncode} {done.stdout}{done.stderr}"]


def collect(server: subprocess.Popen[bytes], lines: list[str]) -> None:
    """Take in what the server prints."""
    for line in server.stdout or ():
        lines.append(line.decode("utf-8", "replace").rstrip())


def address_of(server: subprocess.Popen[bytes], lines: list[str]) -> tuple[str, str, str] | None:
    """Host, page and token of the server once it listens; None if it ends before.

    jupyter_server prints its address a moment before it listens.
    """
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for line in list(lines):
            if found := re.search(r"http://(127\.0\.0\.1:(\d+))/lab/tree/(\S+)\?token=(\w+)", line):
                with suppress(OSError), socket.create_connection(("127.0.0.1", int(found[2])), 1):
                    return found[1], found[3], found[4]
        if server.poll() is not None:
            return None
        time.sleep(0.1)
    raise TimeoutError("\n".join(lines))


def compare(host: str, page: str, token: str) -> list[str]:
    """The cells whose results are not the stored ones, and kernels other than ours."""
    published = Path("notebooks") / Path(page).relative_to("my_work")  # of its language
    copy = json.loads(Path(page).read_text(encoding="utf-8"))
    stored = json.loads(published.read_text(encoding="utf-8"))
    said = []
    kernels = ask(host, token, "api/kernelspecs")["kernelspecs"]
    if list(kernels) != ["python3"]:
        said.append(f"kernels on offer: {', '.join(kernels)}")
    session = ask(
        host,
        token,
        "api/sessions",
        {
            "path": page,
            "name": published.name,
            "type": "notebook",
            "kernel": {"name": "python3"},
        },
    )
    channel = websocket.create_connection(
        f"ws://{host}/api/kernels/{session['kernel']['id']}/channels?token={token}",
        timeout=SECONDS,
    )
    for mine, theirs in zip(copy["cells"], stored["cells"], strict=True):
        if mine["cell_type"] == "code":
            outputs = run(channel, "".join(mine["source"]))
            now, then = plain(outputs), plain(theirs["outputs"])
            if now != then:
                said.append(f"cell {mine['id']}: {now[:600]} in place of {then[:200]}")
    channel.close()
    return said


def ask(host: str, token: str, path: str, content: Any = None) -> Any:
    """One request of the server's interface."""
    request = urllib.request.Request(
        f"http://{host}/{path}",
        None if content is None else json.dumps(content).encode(),
        {"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def run(channel: Any, code: str) -> list[dict[str, Any]]:
    """The outputs of a cell."""
    asked = uuid.uuid4().hex
    header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": "reader"}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    message = {"header": {**header, "version": "5.3"}, "parent_header": {}, "metadata": {}}
    channel.send(json.dumps({**message, "content": content, "channel": "shell", "buffers": []}))
    outputs: list[dict[str, Any]] = []
    while True:
        answer = json.loads(channel.recv())
        if answer["parent_header"].get("msg_id") != asked:
            continue
        kind, content = answer["msg_type"], answer["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return outputs
        if kind in ("stream", "display_data", "execute_result", "error"):
            outputs.append({"output_type": kind, **content})


def plain(outputs: list[dict[str, Any]]) -> str:
    """Results as text: prints, what stands for an object, errors, and pictures as they are."""
    parts = []
    for output in outputs:
        if output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}")
        elif output["output_type"] == "stream":
            parts.append("".join(output["text"]))
        else:
            data = {
                kind: "".join(text) for kind, text in output["data"].items() if "json" not in kind
            }
            parts.append(json.dumps(data, sort_keys=True))
    return re.sub(r"^ +| +$", "", "".join(parts), flags=re.M)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
