"""What Binder runs: the pip section of environment.yml, which tests/tools/test_locks.py resolves,
and postBuild.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.lessons import lesson_files
from tests.lessons import COLLECTION, ROOT
from web.address import Address


@pytest.mark.skipif(os.name == "nt", reason="Binder runs Linux")
def test_the_lesson_that_the_button_opens_is_a_copy_without_results(tmp_path: Path) -> None:
    variables = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([ROOT / "postBuild"], cwd=tmp_path, env=variables, check=True)
    opened = Address("ana", "chain").binder().split("lab/tree/")[1]
    lesson = json.loads((tmp_path / opened).read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in lesson["cells"])
    copies = {path.name for path in (tmp_path / "my_work").glob("*.ipynb")}
    assert copies == {path.name for path in lesson_files(COLLECTION)}
