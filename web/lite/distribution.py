"""Python for the browser: Pyodide's core, the wheels that the lessons need, and one list of all.

The core comes as the npm package `pyodide`, the wheels come from PyPI (`wheels.txt`), the kernel's
own wheels are in its package, and the collection's wheel is built here. Each download is compared
with its hash and kept in build/lite/, so a second build needs no network. PyPI does not have all
packages compiled for the browser: `OUTSIDE` names those that only Pyodide's own server has. Their
hashes are in the core's list, and the browser refuses a file with another hash.
"""

# pyodide-lock writes such lists too, but refuses `pyemscripten` wheels (0.1.3).

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_CDN_URL,
    PYODIDE_LOCK,
    PYODIDE_PYTHON_VERSION,
    PYODIDE_VERSION,
)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
#: Downloads are kept here from build to build.
CACHE = ROOT / "build" / "lite"
#: What PyPI does not have for the browser: loaded from Pyodide's own server.
OUTSIDE = ("kiwisolver", "matplotlib", "numpy", "pandas", "pillow")
#: Their size in Pyodide 0.27.7, where they were measured.
OUTSIDE_MEGABYTES = 17
#: The folder of that server. It is not typed here: the kernel's package names it.
SERVER = f"{PYODIDE_CDN_URL}/"
#: The npm package of Pyodide's core, by its sha256; of the version that the kernel is made for.
CORE_SHA256 = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"
CORE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
#: Required by ipywidgets, but part of the page and not of the kernel.
OF_THE_PAGE = {"jupyterlab-widgets", "widgetsnbextension"}

#: The wheel with IPython's settings.
START = "links-in-the-chain-start"

Entry = dict[str, Any]


class LiteError(Exception):
    """The browser edition cannot be built; the message says why and what to do."""


class OfflineError(LiteError):
    """A download is missing, and the network cannot be reached."""


def sha256(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def core() -> Path:
    """The npm package of Pyodide's core, downloaded unless it is there."""
    path = CACHE / f"pyodide-{PYODIDE_VERSION}.tgz"
    if not path.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise LiteError(
                "The browser edition needs npm once, to download Pyodide: install Node.js."
            )
        CACHE.mkdir(parents=True, exist_ok=True)
        _download([npm, "pack", "--silent", f"pyodide@{PYODIDE_VERSION}"], path.name)
    if sha256(path) != CORE_SHA256:
        raise LiteError(
            f"{path} is not the published file (its sha256 should be {CORE_SHA256}): delete it, "
            "and build again."
        )
    return path


def wheels() -> list[Path]:
    """The wheels of wheels.txt, downloaded unless they are there; pip compares their hashes."""
    listed = Path(__file__).with_name("wheels.txt")
    folder = CACHE / f"wheels-{sha256(listed)[:12]}"
    if not folder.is_dir():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        abi = "cp" + PYODIDE_PYTHON_VERSION.replace(".", "")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--implementation", "cp"]
        command += ["--platform", _platform(), "--python-version", PYODIDE_PYTHON_VERSION]
        command += ["--abi", abi, "--dest", str(partial), "-r", str(listed)]
        _download(command, "the wheels of web/lite/wheels.txt")
        partial.rename(folder)
    return sorted(folder.glob("*.whl"))


def _platform() -> str:
    return f"pyemscripten_{published()['info']['abi_version']}_wasm32"


def _download(command: list[str], what: str) -> None:
    done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise OfflineError(
            f"The browser edition was not built, because {what} could not be downloaded: is there "
            f"a network? ({' '.join(words)})"
        )


def published() -> Any:
    """Pyodide's own list of packages, as published with its core."""
    with tarfile.open(core()) as archive:
        file = archive.extractfile(f"package/{PYODIDE_LOCK}")
        assert file is not None
        return json.load(file)


def own_wheel(folder: Path) -> Path:
    """The collection's wheel, with its tables and lessons inside."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise LiteError(f"The collection's wheel cannot be built: {done.stderr.strip()}")
    return next(folder.glob("links_in_the_chain-*.whl"))


def start_wheel(folder: Path) -> Path:
    """A wheel that only carries IPython's settings for the browser (ipython_config.py)."""
    name, version = "links_in_the_chain_start", "1"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        place = f"{name}-{version}.data/data/etc/ipython/ipython_config.py"
        archive.write(Path(__file__).with_name("ipython_config.py"), place)
        for file, text in {
            "METADATA": f"Metadata-Version: 2.1\nName: {START}\nVersion: {version}\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }.items():
            archive.writestr(f"{name}-{version}.dist-info/{file}", text)
    return path


def entry(wheel: Path, markers: dict[str, str]) -> tuple[Entry, list[Requirement]]:
    """What Pyodide's list says of a wheel, and what the wheel requires in the browser."""
    inside = zipfile.Path(wheel)
    info = next(part for part in inside.iterdir() if part.name.endswith(".dist-info"))
    about = PathDistribution(info)
    required = [Requirement(text) for text in about.requires or []]
    needed = [r for r in required if r.marker is None or r.marker.evaluate(markers)]
    needed = [r for r in needed if canonicalize_name(r.name) not in OF_THE_PAGE]
    modules = [part.name.removesuffix(".py") for part in inside.iterdir()]
    return {
        "name": canonicalize_name(about.metadata["Name"]),
        "version": about.version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel),
        "package_type": "package",
        "imports": sorted(name for name in modules if name.isidentifier()),
        "depends": sorted({canonicalize_name(r.name) for r in needed}),
        "unvendored_tests": False,
    }, needed


def package_list(
    found: Iterable[Path], known: Any, outside: Iterable[str], server: str
) -> dict[str, Any]:
    """Pyodide's list for these wheels and for the packages that come from outside.

    Raises
    ------
    LiteError
        A wheel requires what is not there, or another version of it.
    """
    python = known["info"]["python"]
    markers = {
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "platform_machine": "wasm32",
        "os_name": "posix",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "extra": "",
    }
    by_name = _by_name(known)
    packages = {name: {**by_name[name]} for name in outside}
    for one in packages.values():
        one["file_name"] = server + one["file_name"]
        one["depends"] = [canonicalize_name(name) for name in one["depends"]]
    requirements = []
    for wheel in found:
        one, needed = entry(wheel, markers)
        packages[one["name"]] = one
        requirements += [(wheel.name, requirement) for requirement in needed]
    for wheel_name, requirement in requirements:
        there = packages.get(canonicalize_name(requirement.name))
        if there is None or not requirement.specifier.contains(there["version"], prereleases=True):
            has = f"version {there['version']}" if there else "none"
            raise LiteError(
                f"{wheel_name} requires {requirement.name} {requirement.specifier}, and there is "
                f"{has}: change web/lite/wheels.in and make wheels.txt again."
            )
    return {**known, "packages": dict(sorted(packages.items()))}


def _by_name(known: Any) -> dict[str, Entry]:
    return {str(canonicalize_name(name)): one for name, one in known["packages"].items()}


def local_copy(one: Entry, folder: Path) -> Path:
    """A file of a package from a school's own folder, if it is the published one."""
    path = folder / str(one["file_name"])
    where = f"get it from {SERVER}{one['file_name']}"
    if not path.is_file():
        raise LiteError(f"{path} is missing (sha256 {one['sha256']}): {where}")
    if sha256(path) != one["sha256"]:
        raise LiteError(
            f"{path} is not the published file (its sha256 should be {one['sha256']}): {where}"
        )
    return path


def write(target: Path, kernel_wheels: Iterable[Path], all_local: Path | None = None) -> Any:
    """Write everything that the kernel loads to a folder; returns the list of packages.

    Parameters
    ----------
    target : pathlib.Path
        An empty folder.
    kernel_wheels : iterable of pathlib.Path
        The kernel's own wheels.
    all_local : pathlib.Path, optional
        A folder with the files that otherwise come from Pyodide's server.
    """
    known = published()
    with tarfile.open(core()) as archive:
        for name in CORE_FILES:
            file = archive.extractfile(f"package/{name}")
            assert file is not None
            (target / name).write_bytes(file.read())
    by_name = _by_name(known)
    files = [*wheels(), *kernel_wheels]
    if all_local is not None:
        files_from_outside = [local_copy(by_name[name], all_local) for name in OUTSIDE]
        for path in files_from_outside:
            shutil.copy(path, target)
    for path in files:
        shutil.copy(path, target)
    own = [own_wheel(target), start_wheel(target)]
    server = "" if all_local is not None else SERVER
    packages = package_list([*files, *own], known, OUTSIDE, server)
    (target / PYODIDE_LOCK).write_text(json.dumps(packages, indent=1), encoding="utf-8")
    return packages
