"""The browser edition: the lessons in JupyterLite, with Python running inside the page.

>>> from web import lite
>>> lite.address("02_overdose_deaths")
'lite/notebooks/index.html?path=notebooks/02_overdose_deaths.ipynb'

`build` writes it to the folder lite/ of the site. It consists of static files: a start page, the
Notebook and Lab pages of JupyterLite, the lessons without outputs, and everything Python loads, but
for the files that only Pyodide's own server has (`web.lite.distribution`). Readers' work is kept by
their browser.
"""

from __future__ import annotations

import html
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat

from helpers.lessons import lessons
from web.lite import distribution
from web.lite.distribution import LiteError, OfflineError

__all__ = ["LiteError", "OfflineError", "address", "build"]

HERE, ROOT = distribution.HERE, distribution.ROOT
#: The pages of JupyterLite that are built: one lesson alone, or all of them in JupyterLab.
APPS = ("notebooks", "lab")
#: JupyterLite's extensions: the kernel, and the sliders of lessons with controls.
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager")
#: What the kernel loads when it starts; the rest is loaded by the first cell that imports it. The
#: engine imports ipywidgets by name, which Pyodide does not see.
AT_START = ["micropip", "piplite", "ipython", "jedi", "comm", "ipykernel", "pyodide-kernel"]
AT_START += ["ipywidgets", distribution.START]
SERVER_NAME = urlsplit(distribution.SERVER).hostname
#: Sentences of notices.js that are the same in every build.
NOTICES = {
    "old": "This browser is too old to run Python in a page. Update it, or take another one; to "
    "read the lessons, any browser will do.",
    "storage": "This browser keeps nothing for this page (its storage is switched off, or this is "
    "a private window). Choose File, then Download before you close the page.",
    "tabs": "This lesson is open in two tabs. Both save to the same copy, and the later one "
    "overwrites the earlier one: close one of them.",
    "reload": "The page was reloaded. Your saved text is here, but Python starts anew: choose Run, "
    "then Run All Cells.",
}
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
#: Defaults a reader may change: long lines of code are wrapped, and no news are fetched.
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True}
    },
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": False,
        "fetchNews": "false",
    },
}


def address(lesson: str) -> str:
    """Where a lesson of the browser edition is, from the site's front page."""
    return f"lite/notebooks/index.html?path=notebooks/{lesson}.ipynb"


def build(site: Path, all_local: Path | None = None) -> None:
    """Write the browser edition to the folder lite/ of a site.

    Parameters
    ----------
    site : pathlib.Path
        The site's folder. What was in its lite/ is replaced.
    all_local : pathlib.Path, optional
        A folder with the files that otherwise come from Pyodide's server, so that a school can host
        everything.

    Raises
    ------
    OfflineError
        A download is missing and the network cannot be reached.
    LiteError
        Anything else that stops the build.
    """
    extensions = [extension(name) for name in EXTENSIONS]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source", Path(folder) / "lite"
        pyodide = source / "static" / "pyodide"
        pyodide.mkdir(parents=True)
        packages = distribution.write(pyodide, kernel_wheels(extensions[0]), all_local)
        run_jupyterlite(sys.executable, source, target, extensions, AT_START)
        add_pages(target, notices(pyodide, packages))
        shutil.rmtree(site / "lite", ignore_errors=True)
        shutil.copytree(target, site / "lite")


def extension(name: str, prefix: Path = Path(sys.prefix)) -> Path:
    """The folder of an extension of JupyterLite, in an environment."""
    folder = prefix / "share" / "jupyter" / "labextensions" / name
    if not (folder / "package.json").is_file():
        raise LiteError(f"JupyterLite's extension {name} is not installed in {prefix}.")
    return folder


def kernel_wheels(extension: Path) -> list[Path]:
    """The wheels of a kernel's extension, without those that stand in for ipywidgets' page."""
    wheels = sorted((extension / "static" / "pypi").glob("*.whl"))
    return [path for path in wheels if not path.name.startswith("widgetsnbextension")]


def lite_settings(at_start: list[str]) -> dict[str, Any]:
    """What jupyter-lite.json says: the name, and where the kernel gets its packages."""
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Links in the Chain",
            "exposeAppInBrowser": True,  # notices.js asks it whether the kernel is ready
            "enableMemoryStorage": True,  # a browser that keeps nothing runs the lessons, too
            "litePluginSettings": {
                KERNEL: {
                    "disablePyPIFallback": True,
                    "loadPyodideOptions": {"packages": at_start},
                }
            },
        },
    }


def _build_settings(target: Path, extensions: list[Path]) -> dict[str, Any]:
    return {
        "LiteBuildConfig": {
            "apps": list(APPS),
            "contents": ["files"],
            "output_dir": str(target),
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(path) for path in extensions],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def write_contents(folder: Path) -> None:
    """Write the lessons without outputs and the pages they link, as they lie in the collection."""
    for name in ("notebooks", "data"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "data" / "README.md", folder / "data")
    for path in sorted((ROOT / "notebooks").glob("*.md")):
        shutil.copy(path, folder / "notebooks")
    for lesson in lessons():
        notebook = nbformat.read(lesson.path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        notebook.metadata["kernelspec"] = {
            "name": "python",
            "display_name": "Python (Pyodide)",
            "language": "python",
        }
        nbformat.write(notebook, folder / "notebooks" / lesson.path.name)


def run_jupyterlite(
    python: str, source: Path, target: Path, extensions: list[Path], at_start: list[str]
) -> None:
    """Build JupyterLite with the lessons, and let it check what it built.

    Parameters
    ----------
    python : str
        The Python whose JupyterLite is used.
    source, target : pathlib.Path
        A folder with static/pyodide in it, and where to build.
    extensions : list of pathlib.Path
        Of JupyterLite.
    at_start : list of str
        The packages that the kernel loads when it starts.
    """
    write_contents(source / "files")
    for name, content in {
        "jupyter-lite.json": lite_settings(at_start),
        "overrides.json": SETTINGS,
        "jupyter_lite_config.json": _build_settings(target, extensions),
    }.items():
        (source / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    for task in ("build", "check"):
        done = subprocess.run(
            [python, "-m", "jupyterlite_core", task], cwd=source, capture_output=True, text=True
        )
        if done.returncode:
            words = (done.stderr or done.stdout).strip()
            raise LiteError(f"JupyterLite's {task} failed. Its last words: {words[-800:]}")


def loading_sentence(pyodide: Path, packages: dict[str, distribution.Entry]) -> str:
    """What a lesson loads, and how much, from the files that were built."""
    start: set[str] = set()
    for name in AT_START:
        start |= _with_depends(name, packages)
    files = {path.name: path.stat().st_size / 1e6 for path in pyodide.iterdir()}
    later = {packages[name]["file_name"] for name in packages.keys() - start} & files.keys()
    megabytes = sum(files[name] for name in later)
    text = (
        f"The page loads Python ({sum(files.values()) - megabytes:.0f} MB); the first cell you run "
        f"loads pandas and other packages ({megabytes:.0f} MB"
    )
    outside = distribution.from_server(packages)
    if outside:
        text += (
            f" from here, and {len(outside)} files from {SERVER_NAME}, where the Pyodide project "
            f"keeps them: {distribution.OUTSIDE_MEGABYTES} MB in an earlier version"
        )
    return text + "). That takes a while, most of all on the first visit."


def _with_depends(name: str, packages: dict[str, distribution.Entry]) -> set[str]:
    names = {name}
    for other in packages[name]["depends"]:
        names |= _with_depends(other, packages)
    return names


def notices(pyodide: Path, packages: dict[str, distribution.Entry]) -> dict[str, str]:
    """What notices.js says, by the names under which it does."""
    texts = {"loading": loading_sentence(pyodide, packages), **NOTICES}
    if distribution.from_server(packages):
        texts["missing"] = (
            f"Python did not get all of its packages from {SERVER_NAME}: look whether there is a "
            "network, and whether it blocks that address. Then reload the page."
        )
    return texts


def add_pages(target: Path, texts: dict[str, str]) -> None:
    """Write the start page, and let every page say what is loaded and what does not work."""
    for name in ("notices.js", "notices.css"):
        shutil.copy(HERE / name, target)
    for app in APPS:
        page = target / app / "index.html"
        text = page.read_text(encoding="utf-8")
        if text.count("<head>") != 1:
            raise LiteError(f"{page.name} of JupyterLite's {app} has no head to put notices into.")
        head = f"<head>\n{_script('../', texts)}"
        page.write_text(text.replace("<head>", head), encoding="utf-8")
    rows = [
        f'<li><a href="{html.escape(address(one.name).removeprefix("lite/"))}">'
        f"{html.escape(one.theme.capitalize())}</a>: {html.escape(one.question)}</li>"
        for one in lessons()
    ]
    start = (HERE / "index.html").read_text(encoding="utf-8")
    start = start.replace("$NOTICES", _script("", NOTICES)).replace("$LOADING", texts["loading"])
    (target / "index.html").write_text(start.replace("$LESSONS", "\n".join(rows)), encoding="utf-8")


def _script(root: str, texts: dict[str, str]) -> str:
    return (
        f'<link rel="stylesheet" href="{root}notices.css">\n'
        f'<script src="{root}notices.js" data-texts="{html.escape(json.dumps(texts))}"></script>'
    )
