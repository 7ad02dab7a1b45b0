"""Start your own collection: a folder with one table, one claim, one lesson, and tests that
pass.

    python3 -m helpers new FOLDER

The folder needs this package and nothing else: no file of the collection that the package came
with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.collection import MARK, VARIABLE, CollectionError
from helpers.command import command_parser

TEMPLATE = Path(__file__).parent / "template"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("new", __doc__)
    parser.add_argument("folder", help="a folder that does not exist yet, or is empty")
    name = parser.parse_args(arguments).folder
    try:
        folder = _write(name)
    except CollectionError as error:
        print(error, file=sys.stderr)
        return 2
    for step in (["describe"], ["refresh"], ["review"]):
        done = run_in(folder, *step)
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            return done.returncode
    print(
        f"A collection with one lesson is in {folder}. Go there and type "
        f"`{this_python()} -m pytest` to test it; README.md says what to replace first."
    )
    return 0


def _write(name: str) -> Path:
    """Write a new collection into the folder with this name; returns the folder."""
    if not name.strip():
        raise CollectionError("The name of the folder is empty: name a folder for the collection.")
    try:
        folder = Path(name).resolve()
        write_collection(folder)
    except OSError as error:
        raise CollectionError(
            f"{name} cannot be written ({error.strerror or error}): choose another folder."
        ) from None
    return folder


def write_collection(folder: Path) -> None:
    """Write the files of a new collection, without results, into a folder that is new or empty.

    Raises `CollectionError` when it is a file, holds something, or lies inside a collection.
    """
    if folder.exists() and not folder.is_dir():
        raise CollectionError(f"{folder} is a file: name a folder that does not exist yet.")
    if folder.exists() and any(folder.iterdir()):
        raise CollectionError(f"{folder} is not empty: name a folder that does not exist yet.")
    for above in folder.parents:
        if (above / MARK).is_file():
            raise CollectionError(
                f"{folder} lies inside the collection {above}: choose a folder outside it."
            )
    shutil.copytree(
        TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8").replace("PYTHON", this_python())
    readme.write_text(text, encoding="utf-8", newline="\n")


def this_python() -> str:
    """The Python that has this package and what it needs, as it is typed."""
    return f'"{sys.executable}"' if " " in sys.executable else sys.executable


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python3 -m helpers ...` in a collection, with this Python and this package."""
    package = Path(__file__).resolve().parents[2]
    environment = {**os.environ, VARIABLE: str(folder)}
    path = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(path)
    command = [sys.executable, "-m", "helpers", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
