"""The environment in which lessons run, without what a user set for other work.

IPython runs start-up files, matplotlib reads a matplotlibrc, Jupyter reads its configuration, and
variables such as PYTHONPATH or MPLBACKEND lead Python elsewhere. Each may change a result or stop a
lesson. Every command starts in `isolated`, which course.py asks for by the path of this file,
before there is a package to import: standard library only.
"""

from __future__ import annotations

import os
import sys
import tempfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

#: Beginnings of the names of variables that are taken out.
UNWANTED = (
    "IPYTHON",
    "JPY_",
    "JUPYTER",
    "MATPLOTLIB",
    "MPL",
    "PANDAS_",
    "PYDEVD",
    "PYTEST_",
    "PYTHON",
    "__PYVENV",
)
#: Those that stay: they change no result, and whoever set them did it on purpose.
KEPT = (
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTER_DEFAULT_PROVISIONER_NAME",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONFAULTHANDLER",
    "PYTHONHASHSEED",
    "PYTHONPYCACHEPREFIX",
    "PYTHONUNBUFFERED",
    "PYTHONUTF8",
)
#: A file beside a notebook can be imported, and does not take the place of a package (pandas.py).
#: IPython would put the notebook's folder before the packages.
KERNEL_CONFIG = 'import sys\n\nsys.path.append("")\n'


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of `environment` without those that disturb lessons."""
    return {
        name: value
        for name, value in environment.items()
        if name in KEPT or not name.startswith(UNWANTED)
    }


def isolated(environment: Mapping[str, str], prefix: str | Path) -> dict[str, str]:
    """The variables of `environment` without those that disturb lessons, and with folders of our
    own for the settings of IPython, matplotlib and Jupyter. Only the looks of JupyterLab that a
    user chose (theme, size of letters) stay as they are.

    Parameters
    ----------
    environment : mapping
        The variables of a process.
    prefix : str or pathlib.Path
        The virtual environment in which a command will run; settings are kept in it.
    """
    own = folder(Path(prefix))
    jupyter = Path(environment.get("JUPYTER_CONFIG_DIR") or Path.home() / ".jupyter")
    looks = jupyter / "lab" / "user-settings"
    chosen = {"JUPYTERLAB_SETTINGS_DIR": str(looks)} if os.access(looks, os.W_OK) else {}
    return {
        **chosen,
        **without_settings(environment),
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_CONFIG_DIR": str(own / "jupyter"),
        "JUPYTER_DATA_DIR": str(own / "jupyter" / "data"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": str(own / "jupyter" / "runtime"),
        "MATPLOTLIBRC": str(own / "matplotlib" / "matplotlibrc"),
        "MPLCONFIGDIR": str(own / "matplotlib"),
        "PYTHONUTF8": "1",  # names of all alphabets can be printed, also to a file
    }


def enter() -> None:
    """Let this process, and all that it starts, work in `isolated`."""
    variables = isolated(os.environ, sys.prefix)
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)


@cache
def folder(prefix: Path) -> Path:
    """Where the settings are: in the virtual environment `prefix`, or, if nothing private can be
    kept there, among the temporary files of this user.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    name = f"settings-{user}-{zlib.crc32(os.fsencode(prefix)):08x}"
    in_prefix = prefix / "settings" if (prefix / "pyvenv.cfg").is_file() else None
    places = (in_prefix, Path(tempfile.gettempdir()) / name)
    own = next((place for place in places if place and _private(place)), None)
    own = own or Path(tempfile.mkdtemp(prefix="settings-"))
    files = {
        own / "ipython" / "profile_default" / "ipython_kernel_config.py": KERNEL_CONFIG,
        own / "matplotlib" / "matplotlibrc": "",  # so matplotlib's defaults
    }
    for path, text in files.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return own


def _private(place: Path) -> bool:
    """Make a folder that only this user may enter. On some disks (USB sticks, Windows' disks seen
    from Linux) and for a stranger's folder this does not work, and Jupyter would refuse it.
    """
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        state = place.stat()
    except OSError:
        return False
    ours = os.name == "nt" or (state.st_uid == os.getuid() and not state.st_mode & 0o077)
    return ours and os.access(place, os.W_OK)
