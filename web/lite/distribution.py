"""Python for the browser: Pyodide's core, the wheels that the lessons need, and one list of all.

The core comes as the npm package `pyodide`, the wheels come from PyPI (`wheels.txt`), the kernel's
own wheels are in its package, and the collection's wheel is built here. Each download is compared
with its hash and kept in build/lite/, so a second build needs no network. PyPI does not have all
packages compiled for the browser: `Release.outside` names those that only Pyodide's own server
has. Their hashes are in the core's list, and the browser refuses a file with another hash.
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
from dataclasses import dataclass
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
HERE = Path(__file__).parent
#: Downloads are kept here from build to build.
CACHE = ROOT / "build" / "lite"
#: The folder of Pyodide's server. It is not typed here: the kernel's package names it.
SERVER = f"{PYODIDE_CDN_URL}/"
#: Required by ipywidgets, but part of the page and not of the kernel.
OF_THE_PAGE = {"jupyterlab-widgets", "widgetsnbextension"}
#: The wheel with IPython's settings.
START = "links-in-the-chain-start"

Entry = dict[str, Any]


class LiteError(Exception):
    """The browser edition cannot be built; the message says why and what to do."""


class OfflineError(LiteError):
    """A file must be downloaded first, and cannot be."""


def sha256(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Release:
    """A version of Pyodide, and what is loaded beside its core.

    Attributes
    ----------
    version, python : str
        Of Pyodide, and of the Python in it.
    sha256 : str
        Of the npm package with its core.
    wheel_list : pathlib.Path
        The wheels that come from PyPI, with their hashes.
    outside : tuple of str
        The packages whose files come from Pyodide's own server.
    """

    version: str
    python: str
    sha256: str
    wheel_list: Path
    outside: tuple[str, ...]

    def core(self) -> Path:
        """The npm package of the core, downloaded unless it is there."""
        path = CACHE / f"pyodide-{self.version}.tgz"
        if not path.is_file():
            npm = shutil.which("npm")
            if npm is None:
                raise OfflineError(
                    "The browser edition was not built, because its build needs npm once, to "
                    "download Pyodide: install Node.js."
                )
            CACHE.mkdir(parents=True, exist_ok=True)
            _download([npm, "pack", "--silent", f"pyodide@{self.version}"], path.name)
        if sha256(path) != self.sha256:
            raise LiteError(
                f"{path} is not the published file (its sha256 should be {self.sha256}): delete "
                "it, and build again."
            )
        return path

    def core_files(self) -> dict[str, bytes]:
        """The files of the core by name: programs, Python itself and its list of packages."""
        with tarfile.open(self.core()) as archive:
            return {
                Path(member.name).name: file.read()
                for member in archive.getmembers()
                if member.name.endswith((".js", ".mjs", ".wasm", ".zip", PYODIDE_LOCK))
                and (file := archive.extractfile(member))
            }

    def published(self) -> Any:
        """The list of packages that was published with the core."""
        return json.loads(self.core_files()[PYODIDE_LOCK])

    def entries(self) -> dict[str, Entry]:
        """What the published list says of the packages from outside."""
        packages = self.published()["packages"]
        by_name = {str(canonicalize_name(name)): {**one} for name, one in packages.items()}
        for one in by_name.values():
            one["depends"] = [canonicalize_name(name) for name in one["depends"]]
        return {name: by_name[name] for name in self.outside}

    def wheels(self) -> list[Path]:
        """The wheels from PyPI, downloaded unless they are there; pip compares their hashes."""
        folder = CACHE / f"wheels-{sha256(self.wheel_list)[:12]}"
        if not folder.is_dir():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            platform = f"pyemscripten_{self.published()['info']['abi_version']}_wasm32"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--require-hashes", "--only-binary=:all:", "--implementation", "cp"]
            command += ["--platform", platform, "--python-version", self.python]
            command += ["--abi", "cp" + self.python.replace(".", ""), "--dest", str(partial)]
            _download([*command, "-r", str(self.wheel_list)], f"wheels of {self.wheel_list.name}")
            partial.rename(folder)
        return sorted(folder.glob("*.whl"))


#: The version that the kernel is made for. PyPI does not have the packages from outside compiled
#: for it.
CURRENT = Release(
    version=PYODIDE_VERSION,
    python=PYODIDE_PYTHON_VERSION,
    sha256="d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2",
    wheel_list=HERE / "wheels.txt",
    outside=("kiwisolver", "matplotlib", "numpy", "pandas", "pillow"),
)
#: The size of the files from outside in Pyodide 0.27.7, where it was measured.
OUTSIDE_MEGABYTES = 17


def _download(command: list[str], what: str) -> None:
    done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise OfflineError(
            f"The browser edition was not built, because {what} could not be downloaded: is there "
            f"a network? ({' '.join(words)})"
        )


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
        archive.write(HERE / "ipython_config.py", place)
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
    wheels: Iterable[Path], outside: dict[str, Entry], python: str
) -> dict[str, Entry]:
    """The packages of these wheels and those from outside, in one list.

    Raises
    ------
    LiteError
        A wheel requires what is not there, or another version of it.
    """
    markers = {
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "platform_machine": "wasm32",
        "os_name": "posix",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "extra": "",
    }
    packages = {**outside}
    requirements = []
    for wheel in wheels:
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
    return dict(sorted(packages.items()))


def from_server(packages: dict[str, Entry]) -> list[str]:
    """The addresses of the files that come from Pyodide's own server."""
    addresses = [str(one["file_name"]) for one in packages.values()]
    return [address for address in addresses if address.startswith(SERVER)]


def local_copy(one: Entry, folder: Path) -> Path:
    """A file of a package from a school's own folder, if it is the published one."""
    path = folder / str(one["file_name"])
    where = f"get it from {SERVER}{one['file_name']}"
    if not path.is_file():
        raise LiteError(f"{path} is missing (its sha256 is {one['sha256']}): {where}")
    if sha256(path) != one["sha256"]:
        raise LiteError(
            f"{path} is not the published file (its sha256 should be {one['sha256']}): {where}"
        )
    return path


def write(
    target: Path,
    kernel_wheels: Iterable[Path],
    all_local: Path | None = None,
    release: Release = CURRENT,
) -> dict[str, Entry]:
    """Write everything that the kernel loads to a folder; returns the list of packages.

    Parameters
    ----------
    target : pathlib.Path
        An empty folder.
    kernel_wheels : iterable of pathlib.Path
        The kernel's own wheels.
    all_local : pathlib.Path, optional
        A folder with the files that otherwise come from Pyodide's server.
    release : Release
        The version of Pyodide.
    """
    outside = release.entries()
    wheels = [*release.wheels(), *kernel_wheels]
    copies = [local_copy(one, all_local) for one in outside.values()] if all_local else []
    for name, content in release.core_files().items():
        (target / name).write_bytes(content)
    for path in [*wheels, *copies]:
        shutil.copy(path, target)
    if not all_local:
        for one in outside.values():
            one["file_name"] = SERVER + one["file_name"]
    wheels += [own_wheel(target), start_wheel(target)]
    packages = package_list(wheels, outside, release.python)
    listed = {**release.published(), "packages": packages}
    (target / PYODIDE_LOCK).write_text(json.dumps(listed, indent=1), encoding="utf-8")
    return packages
