"""One lesson, executed twice in different places on one day, is the same to the byte, pictures included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.lessons import NOTEBOOKS, ROOT

LESSON = next(NOTEBOOKS.glob("12_*.ipynb"))
PROGRAM = """
import sys
from pathlib import Path
from tools import refresh
path = Path(sys.argv[1])
path.write_text(refresh.nbformat.writes(refresh.execute(path)) + "\\n", encoding="utf-8", newline="\\n")
"""


def start(folder: Path, cwd: Path, **variables: str) -> tuple[Path, subprocess.Popen]:
    """A run of a copy of the lesson, begun in some folder with some variables."""
    folder.mkdir(parents=True)
    cwd.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copy(LESSON, folder))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    return copy, subprocess.Popen([sys.executable, "-c", PROGRAM, str(copy)], cwd=cwd, env=environment, stderr=subprocess.PIPE)


def test_two_runs_are_the_same_to_the_byte(tmp_path: Path) -> None:
    runs = [
        start(tmp_path / "one", tmp_path, PYTHONHASHSEED="1", TZ="Pacific/Kiritimati"),
        start(tmp_path / "a b é" / "other", tmp_path / "elsewhere", PYTHONHASHSEED="2", TZ="America/Tijuana"),
    ]
    for _, process in runs:
        errors = process.communicate(timeout=120)[1]
        assert process.returncode == 0, errors.decode()
    one, other = (copy.read_bytes() for copy, _ in runs)
    assert one == other
    assert one.count(b"base64,") > 1, "the lesson has no figures: take one that has"
