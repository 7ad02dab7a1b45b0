"""Results do not depend on the processor: numpy sorts and adds with other instructions on other
machines, and what breaks a tie by chance comes out in another order.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.lessons import LESSONS, ROOT

#: What numpy uses where a processor has it; none of it is needed.
FEATURES = "X86_V3 X86_V4 AVX512_ICL"


def dispatched() -> set[str]:
    """The instructions beyond the common ones that numpy uses on this machine."""
    code = (
        "from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__\n"
        "print(*[name for name in __cpu_dispatch__ if __cpu_features__[name]])"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.long
@pytest.mark.parametrize("number", ["01", "03"])  # they show sorted tables with ties
def test_an_older_processor_gives_the_same_results(number: str) -> None:
    if not dispatched() & set(FEATURES.split()):
        pytest.skip("numpy uses none of these instructions on this machine")
    (lesson,) = [lesson for lesson in LESSONS if lesson.number == number]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "nbval_strict", "--nbval-strict"]
    command += ["-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": FEATURES, "PYTEST_ADDOPTS": ""}
    environment.pop("JUPYTER_DEFAULT_PROVISIONER_NAME", None)  # a fork has numpy loaded already
    done = subprocess.run(
        [*command, str(lesson.path.relative_to(ROOT))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
