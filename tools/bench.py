"""Measure, do not guess.

    python3 course.py bench imports     what `import helpers` costs on top of pandas, seaborn and matplotlib
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

_IMPORTS = """
import time
import pandas, seaborn, matplotlib.pyplot
start = time.perf_counter()
import helpers
print(time.perf_counter() - start)
"""


def imports(runs: int = 7) -> list[float]:
    """Milliseconds that `import helpers` takes once pandas, seaborn and matplotlib are there, in `runs` fresh processes."""
    return [1000 * float(subprocess.run([sys.executable, "-c", _IMPORTS], capture_output=True, text=True, check=True).stdout) for _ in range(runs)]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python3 course.py bench", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["imports"])
    parser.parse_args(arguments)
    times = imports()
    print(f"import helpers: median {statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f}, in {len(times)} fresh processes (aim: under 60)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
