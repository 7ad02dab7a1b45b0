"""What is installed is what was locked, under licenses that were read; the server of `lab` lets
nobody else in.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from course import say
from helpers import lab
from helpers.bootstrap import Environment
from tests.lessons import ROOT

# --- hashes
# ------------------------------------------------------------------------------------------


def tiny_wheel(folder: Path) -> Path:
    """A package with one line, built here, so that no network is needed."""
    files = {
        "tiny_chain.py": "LINKS = 1\n",
        "tiny_chain-1.0.dist-info/METADATA": (
            "Metadata-Version: 2.1\nName: tiny-chain\nVersion: 1.0\n"
        ),
        "tiny_chain-1.0.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}\n"
        for name, text in files.items()
    )
    wheel = folder / "tiny_chain-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {
            **files,
            "tiny_chain-1.0.dist-info/RECORD": record + "tiny_chain-1.0.dist-info/RECORD,,\n",
        }.items():
            archive.writestr(name, text)
    return wheel


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Makes a lock of the tiny wheel with a given hash (none if empty), and lets course.py set up
    from it with this Python.
    """
    wheel = tiny_wheel(tmp_path)
    root = tmp_path / "collection"
    place = Environment(root, say)
    (root / ".venv").mkdir(parents=True)
    place.write_stamp({"base": place.expected()["base"]})
    place.python = Path(sys.executable)

    def write(digest: str) -> tuple[Environment, str]:
        pin = f"tiny-chain==1.0{f' --hash=sha256:{digest}' if digest else ''}"
        text = f"--no-index\n--find-links {wheel.parent.as_uri()}\n{pin}\n"
        (root / "requirements.txt").write_text(text, encoding="utf-8")
        return place, hashlib.sha256(wheel.read_bytes()).hexdigest()

    return write


def test_a_package_with_another_hash_stops_the_set_up(locked) -> None:
    place, _ = locked("0" * 64)
    with pytest.raises(
        SystemExit, match=r"is not the one that was locked .its hash differs.. Do not go on"
    ):
        place.set_up("reader")
    assert not place.serves("reader")


def test_a_package_without_a_hash_stops_the_set_up(locked) -> None:
    place, _ = locked("")
    with pytest.raises(SystemExit, match="pip failed"):
        place.set_up("reader")
    assert not place.serves("reader")


def test_the_right_hash_is_let_through(locked, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the wheel's own hash pip would install it (it is told to stop short of
    that).
    """
    place, digest = locked("0" * 64)
    locked(digest)
    calls, run = [], place.run

    def dry(command: list, failed: str = "pip_failed") -> None:
        calls.append(command)
        if "-r" in command:
            run([*command[:4], "--dry-run", *command[4:]], failed)

    monkeypatch.setattr(place, "run", dry)
    place.set_up("reader")
    assert "--require-hashes" in calls[0] and "--only-binary=:all:" in calls[0]
    log = (place.venv / "pip.log").read_text(encoding="utf-8")
    assert "Would install tiny-chain-1.0" in log and place.serves("reader")


# --- licenses
# ------------------------------------------------------------------------------------------


def test_every_license_is_accepted_and_a_new_one_is_named() -> None:
    """As `nox -s licenses`: [tool.pip-licenses] in pyproject.toml says what is accepted."""
    command = [sys.executable, "-m", "piplicenses"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    narrow = [*command, "--allow-only", "MIT"]
    refused = subprocess.run(narrow, cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 1 and "not in allow-only licenses was found" in refused.stderr


# --- the server of `lab`
# ------------------------------------------------------------------------------------------


def test_lab_hands_over_no_option_that_opens_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where it listens, its token and its checks are Jupyter's defaults: ours choose the page and
    the kernel, encrypt what the kernel says, and keep the terminal quiet.
    """
    handed = lab_command(monkeypatch)
    options = {word.split("=")[0] for word in handed if word.startswith("--")}
    assert options == {
        "--ServerApp.root_dir",
        "--LabApp.default_url",
        "--KernelSpecManager.allowed_kernelspecs",
        "--KernelManager.transport_encryption",
        "--Application.log_level",
    }


def lab_command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What JupyterLab is started with, without copying lessons or starting anything."""
    handed: list[str] = []
    monkeypatch.setattr(lab, "set_lab_defaults", lambda folder: None)
    monkeypatch.setattr(lab, "copy_lessons", lambda collection, target: lab.Copies())
    monkeypatch.setattr(lab, "running", lambda root: None)
    monkeypatch.setattr(lab, "start_jupyterlab", lambda arguments: handed.extend(arguments) or 0)
    lab.main([])
    return handed


def answer(
    port: int, path: str, host: str = "127.0.0.1", method: str = "GET", **headers: str
) -> tuple[int, str]:
    """Status and target of a redirection of one request."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
        got = connection.getresponse()
        return got.status, got.headers.get("Location") or ""
    finally:
        connection.close()


def login_cookie(port: int, token: str) -> str:
    """The cookie that a browser holds after the link with the token was opened, without the one
    against forged requests.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", f"/lab?token={token}")
        cookies = [
            line.split(";")[0] for line in connection.getresponse().headers.get_all("Set-Cookie")
        ]
        return "; ".join(cookie for cookie in cookies if not cookie.startswith("_xsrf"))
    finally:
        connection.close()


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something answers at a port."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


def own_address() -> str:
    """An address of this machine that others could reach; empty if it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation
            return probe.getsockname()[0]
        except OSError:
            return ""


def test_the_server_of_lab_lets_nobody_in_without_its_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    runtime = tmp_path / "runtime"
    folders = {
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "share"),
        "HOME": str(tmp_path),
    }
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")
    } | folders
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        *lab_command(monkeypatch),
        "--no-browser",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        deadline = time.monotonic() + 60
        while not listens(port):
            assert server.poll() is None and time.monotonic() < deadline, (
                tmp_path / "log"
            ).read_text()
            time.sleep(0.1)
        files = list(runtime.glob("jpserver-*.json"))
        state = json.loads(files[0].read_text())
        token = state["token"]
        assert re.fullmatch(r"[0-9a-f]{48}", token) and state["url"].startswith("http://localhost:")

        assert answer(port, "/api/contents") == (403, "")
        status, login = answer(port, "/lab")
        assert status == 302 and login.startswith("/login")
        assert answer(port, f"/api/contents?token={'0' * 48}")[0] == 403
        assert answer(port, f"/api/contents?token={token}")[0] == 200
        assert answer(port, "/api/contents", Authorization=f"token {token}")[0] == 200

        # a page of another site in the reader's browser: it has the cookie of the login, and lacks
        # the XSRF token beside it; or comes under another name
        cookie = login_cookie(port, token)
        assert answer(port, "/api/contents", Cookie=cookie)[0] == 200
        assert answer(port, "/api/sessions", method="POST", Cookie=cookie)[0] == 403
        assert (
            answer(port, "/api/sessions", method="POST", Authorization=f"token {token}")[0] == 400
        ), "the control: let through, an empty session is a bad request"
        assert answer(port, f"/api/contents?token={token}", Host="evil.example")[0] == 403, (
            "a foreign name that points here is answered"
        )
        assert answer(port, "/api/contents", Origin="http://evil.example", Cookie=cookie)[0] in (
            403,
            404,
        ), "another site may read"

        if own_address() and not own_address().startswith("127."):
            assert not listens(port, own_address()), "the server listens beyond this machine"
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
