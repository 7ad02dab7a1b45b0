"""The browser edition: the lessons in JupyterLite, with Python running inside the page.

>>> from web import lite
>>> lite.address("02_overdose_deaths")
'lite/notebooks/index.html?path=notebooks/02_overdose_deaths.ipynb'
>>> lite.address("02_overdose_deaths", "es")
'lite/notebooks/index.html?path=notebooks/es/02_overdose_deaths.ipynb'

`build` writes it to the folder lite/ of the site. It consists of static files: a start page, the
Notebook and Lab pages of JupyterLite, the lessons without outputs in every language, and everything
Python loads, but for the files that only Pyodide's own server has (`web.lite.distribution`).
Readers' work is kept by their browser.
"""

from __future__ import annotations

import html
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
import nbformat

from helpers.collection import Collection, open_collection
from helpers.language import ENGLISH, say, shown, speaking, translatable
from helpers.lessons import lessons
from web.languages import editions, name_of
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
    "old": translatable(
        "This browser is too old to run Python in a page. Update it, or take another one; to "
        "read the lessons, any browser will do."
    ),
    "storage": translatable(
        "This browser keeps nothing for this page (its storage is switched off, or this is "
        "a private window). Choose File, then Download before you close the page."
    ),
    "tabs": translatable(
        "This lesson is open in two tabs. Both save to the same copy, and the later one "
        "overwrites the earlier one: close one of them."
    ),
    "reload": translatable(
        "The page was reloaded. Your saved text is here, but Python starts anew: choose Run, "
        "then Run All Cells."
    ),
    "close": translatable("Close"),
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


def address(lesson: str, language: str = ENGLISH) -> str:
    """Where a lesson of the browser edition is, from the site's front page."""
    folder = "notebooks" if language == ENGLISH else f"notebooks/{language}"
    return f"lite/notebooks/index.html?path={folder}/{lesson}.ipynb"


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
        spoken = [words(edition, pyodide, packages) for edition in editions(open_collection(ROOT))]
        add_pages(target, spoken)
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
    (folder / "data").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "README.md", folder / "data")
    for edition in editions(open_collection(ROOT)):
        target = folder / edition.notebooks.relative_to(ROOT)
        target.mkdir(parents=True)
        for path in sorted(edition.notebooks.glob("*.md")):
            shutil.copy(path, target)
        for lesson in lessons(edition):
            notebook = nbformat.read(lesson.path, as_version=4)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            notebook.metadata["kernelspec"] = {
                "name": "python",
                "display_name": "Python (Pyodide)",
                "language": "python",
            }
            nbformat.write(notebook, target / lesson.path.name)


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
    outside = distribution.from_server(packages)
    sizes = {"python": round(sum(files.values()) - megabytes), "later": round(megabytes)}
    if not outside:
        return say(
            "The page loads Python ({python} MB); the first cell you run loads pandas and other "
            "packages ({later} MB). That takes a while, most of all on the first visit.",
            **sizes,
        )
    return say(
        "The page loads Python ({python} MB); the first cell you run loads pandas and other "
        "packages ({later} MB from here, and {count} files from {server}, where the Pyodide "
        "project keeps them: {outside} MB in an earlier version). That takes a while, most of all "
        "on the first visit.",
        **sizes,
        count=len(outside),
        server=SERVER_NAME,
        outside=distribution.OUTSIDE_MEGABYTES,
    )


def _with_depends(name: str, packages: dict[str, distribution.Entry]) -> set[str]:
    names = {name}
    for other in packages[name]["depends"]:
        names |= _with_depends(other, packages)
    return names


def notices(pyodide: Path, packages: dict[str, distribution.Entry]) -> dict[str, str]:
    """What notices.js says in the language in use, by the names under which it does."""
    texts = {name: str(shown(text)) for name, text in NOTICES.items()}
    texts["loading"] = loading_sentence(pyodide, packages)
    if distribution.from_server(packages):
        texts["missing"] = say(
            "Python did not get all of its packages from {server}: look whether there is a "
            "network, and whether it blocks that address. Then reload the page.",
            server=SERVER_NAME,
        )
    return texts


def site_pages(edition: Collection) -> dict[str, str]:
    """The files that lessons of an edition link, and the page of the site for each."""
    place = "" if edition.language == ENGLISH else f"{edition.language}/"
    folder = edition.notebooks.relative_to(ROOT).as_posix()
    beside = sorted(path.stem for path in edition.notebooks.glob("*.md"))
    return {
        **{
            f"{folder}/{one.path.name}": address(one.name, edition.language)
            for one in lessons(edition)
        },
        **{f"{folder}/{name}.md": f"{place}notebooks/{name}.html" for name in beside},
        "data/README.md": f"{place}data/index.html",
    }


@dataclass(frozen=True)
class Words:
    """One language of the browser edition.

    Attributes
    ----------
    language, name : str
        Its code, and what it calls itself.
    notices : dict
        What notices.js says.
    part : str
        Its part of the start page.
    title : str
        The title of the start page.
    pages : dict
        What `site_pages` says.
    """

    language: str
    name: str
    notices: dict[str, str]
    part: str
    title: str
    pages: dict[str, str]


def words(edition: Collection, pyodide: Path, packages: dict[str, distribution.Entry]) -> Words:
    """The words of the pages in the language of an edition."""
    with speaking(edition.language):
        texts = notices(pyodide, packages)
        rows = [
            (address(one.name, edition.language).removeprefix("lite/"), one.title, one.question)
            for one in lessons(edition)
        ]
        part = templates().get_template("part.html.j2")
        return Words(
            edition.language,
            name_of(edition.language),
            texts,
            part.render(language=edition.language, lessons=rows, loading=texts["loading"]),
            say("{title}: the lessons in your browser", title=shown(edition.title)),
            site_pages(edition),
        )


def templates() -> jinja2.Environment:
    """The templates of the start page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        autoescape=True,
    )
    environment.globals["say"] = say
    return environment


def add_pages(target: Path, spoken: Sequence[Words]) -> None:
    """Write the start page; let every page say what is loaded and what does not work, and lead
    links of lessons to pages of the site.
    """
    for name in ("notices.js", "notices.css", "links.js"):
        shutil.copy(HERE / name, target)
    texts = {one.language: one.notices for one in spoken}
    pages = html.escape(json.dumps({one.language: one.pages for one in spoken}))
    links = f'<script src="../links.js" data-pages="{pages}"></script>'
    for app in APPS:
        page = target / app / "index.html"
        text = page.read_text(encoding="utf-8")
        if text.count("<head>") != 1:
            raise LiteError(f"{page.name} of JupyterLite's {app} has no head to put notices into.")
        head = f"<head>\n{_script('../', texts)}\n{links}"
        page.write_text(text.replace("<head>", head), encoding="utf-8")
    for language, said in texts.items():  # nothing is loaded by the start page
        texts[language] = {name: said[name] for name in NOTICES}
    start = templates().get_template("index.html.j2")
    first = start.render(title=spoken[0].title, spoken=spoken, notices=_script("", texts))
    (target / "index.html").write_text(first, encoding="utf-8")


def _script(root: str, texts: dict[str, dict[str, str]]) -> str:
    return (
        f'<link rel="stylesheet" href="{root}notices.css">\n'
        f'<script src="{root}notices.js" data-texts="{html.escape(json.dumps(texts))}"></script>'
    )
