"""Copies of the lessons for Google Colab, and the wheel that they install.

    python3 -m web.colab FOLDER

A lesson is opened there without the files around it. So its copy begins with one cell more, which
on Colab installs the package with all tables and keys, and elsewhere does nothing; links to other
files lead to their public address; and there are no outputs, so that a reader can guess first.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from helpers import collection
from helpers.lessons import lesson_files
from web.address import ROOT, Address, AddressError, current

Notebook = dict[str, Any]
SET_UP = "colab-set-up"
#: The first cell; the form hides its code on Colab, and shows the title beside the button.
CODE = """\
# @title Set up (run this cell first; away from Google Colab it does nothing)
import subprocess
import sys

if "google.colab" in sys.modules:
    wheel = "{wheel}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", wheel]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        print(f"The package of the lessons could not be installed from {{wheel}}:", done.stderr)
    else:
        print("The package of the lessons, with its tables, is installed. Go on below.")"""


def lesson_copy(lesson: Notebook, wheel: str, address: Address) -> Notebook:
    """A lesson for Colab: a first cell that installs `wheel`, public links, no outputs."""
    made = copy.deepcopy(lesson)
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        else:
            text = re.sub(
                r"(\]\()(?!\w+:|#)([^)#\s]+)", lambda m: m[1] + _public(m[2], address), _text(cell)
            )
            cell["source"] = text.splitlines(keepends=True)
    first = {
        "cell_type": "code",
        "execution_count": None,
        "id": SET_UP,
        "metadata": {"cellView": "form"},
        "outputs": [],
        "source": CODE.format(wheel=wheel).splitlines(keepends=True),
    }
    made["cells"].insert(0, first)
    return made


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])  # a list of lines, or one text


def _public(target: str, address: Address) -> str:
    """The address of a file that a lesson links, by its path from notebooks/."""
    if re.fullmatch(r"\d\d_\w+\.ipynb", target):
        return address.colab(target)
    path = (ROOT / "notebooks" / target).resolve().relative_to(ROOT).as_posix()
    return f"{address.repository}/blob/main/{path}"


def build_wheel(folder: Path) -> Path:
    """Build the package of the collection, with its tables, lessons and keys inside."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The wheel cannot be built: {done.stderr.strip()}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def write(folder: Path, address: Address, wheel: str | None = None) -> list[Path]:
    """Write the wheel and a copy of every lesson; returns the copies.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if it is not there.
    address : Address
        Whose links the copies have.
    wheel : str, optional
        What the copies install; by default the wheel in `colab/` of the site.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.whl"), *folder.glob("*.ipynb")):
        old.unlink()
    wheel = wheel or f"{address.site}colab/{build_wheel(folder).name}"
    made = []
    for path in lesson_files(collection.current()):
        lesson = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps(lesson_copy(lesson, wheel, address), indent=1, ensure_ascii=False)
        made.append(folder / path.name)
        made[-1].write_text(text + "\n", encoding="utf-8", newline="\n")
    return made


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    try:
        address = current()
    except AddressError as error:
        print(error, file=sys.stderr)
        return 2
    if address is None:
        print(
            "No copies for Colab: the collection has no public address yet, and the copies would "
            "not find their package. Set it with: python3 course.py address OWNER/REPOSITORY"
        )
        return 0
    made = write(Path(arguments[0]), address)
    print(f"wrote {len(made)} copies for Colab and the wheel to {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
