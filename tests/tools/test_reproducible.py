"""The same everywhere: one lesson, executed twice in different places on one day, is the same to
the byte, pictures included; and no warning on the way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lessons import NOTEBOOKS, ROOT

LESSON = next(NOTEBOOKS.glob("12_*.ipynb"))
PROGRAM = """
import sys
from pathlib import Path
from helpers.authoring import refresh
path = Path(sys.argv[1])
text = refresh.nbformat.writes(refresh.execute(path))
path.write_text(text + "\\n", encoding="utf-8", newline="\\n")
"""


def start(folder: Path, cwd: Path, **variables: str) -> tuple[Path, subprocess.Popen]:
    """A run of a copy of the lesson, begun in some folder with some variables."""
    folder.mkdir(parents=True)
    cwd.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copy(LESSON, folder))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    return copy, subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(copy)], cwd=cwd, env=environment, stderr=subprocess.PIPE
    )


@pytest.mark.long
def test_two_runs_are_the_same_to_the_byte(tmp_path: Path) -> None:
    runs = [
        start(tmp_path / "one", tmp_path, PYTHONHASHSEED="1", TZ="Pacific/Kiritimati"),
        start(
            tmp_path / "a b é" / "other",
            tmp_path / "elsewhere",
            PYTHONHASHSEED="2",
            TZ="America/Tijuana",
        ),
    ]
    for _, process in runs:
        errors = process.communicate(timeout=120)[1]
        assert process.returncode == 0, errors.decode()
    one, other = (copy.read_bytes() for copy, _ in runs)
    assert one == other
    assert one.count(b"base64,") > 1, "the lesson has no figures: take one that has"


QUIET = """
from helpers import about, check, claims, load, tables
from helpers import figures, lessons, setup_check
from helpers.statistics import networks, rates, uncertainty
for name in tables().index:
    load(name), repr(about(name))
claims.ledger()
networks.centrality(networks.build(load("network_edges").query("network == 'montagna_phonecalls'")))
check("02.1", 5), setup_check.report()
"""


def test_the_helpers_warn_of_nothing() -> None:
    """Every warning is an error here, those of the packages that the helpers import too."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", QUIET],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and not done.stderr, done.stderr[-2000:]
