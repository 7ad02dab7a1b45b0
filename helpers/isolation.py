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
    "JUPYTER_DEFAULT_PROVISIONER_NAME",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONFAULTHANDLER",
    "PYTHONHASHSEED",
    "PYTHONUNBUFFERED",
)
#: A file beside a notebook can be imported, and does not take the place of a package (pandas.py).
#: IPython would put the notebook's folder before the packages.
KERNEL_CONFIG = 'import sys\n\nsys.path.append("")\n'


def isolated(environment: Mapping[str, str], prefix: str | Path) -> dict[str, str]:
    """The variables of `environment` without those that disturb lessons, and with folders of our
    own for the settings of IPython, matplotlib and Jupyter.

    Parameters
    ----------
    environment : mapping
        The variables of a process.
    prefix : str or pathlib.Path
        The virtual environment in which a command will run; settings are kept in it.
    """
    own = folder(Path(prefix))
    kept = {
        name: value
        for name, value in environment.items()
        if name in KEPT or not name.startswith(UNWANTED)
    }
    return kept | {
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_CONFIG_DIR": str(own / "jupyter"),
        "JUPYTER_DATA_DIR": str(own / "jupyter" / "data"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": str(own / "jupyter" / "runtime"),
        "MATPLOTLIBRC": str(own / "matplotlib" / "matplotlibrc"),
        "MPLCONFIGDIR": str(own / "matplotlib"),
    }


def enter() -> None:
    """Let this process, and all that it starts, work in `isolated`."""
    variables = isolated(os.environ, sys.prefix)
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)


@cache
def folder(prefix: Path) -> Path:
    """Where the settings are: in the virtual environment `prefix`, or, if it cannot be written to,
    among the temporary files of this user.
    """
    own = prefix / "settings"
    if not (prefix / "pyvenv.cfg").is_file() or not os.access(prefix, os.W_OK):
        user = os.getuid() if hasattr(os, "getuid") else 0
        name = f"settings-{user}-{zlib.crc32(os.fsencode(prefix)):08x}"
        own = Path(tempfile.gettempdir()) / name
        own.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "getuid") and own.stat().st_uid != user:  # a stranger made it first
            own = Path(tempfile.mkdtemp(prefix="settings-"))
    files = {
        own / "ipython" / "profile_default" / "ipython_kernel_config.py": KERNEL_CONFIG,
        own / "matplotlib" / "matplotlibrc": "",  # so matplotlib's defaults
    }
    for path, text in files.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return own
