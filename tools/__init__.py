"""Maintainers' programs; `python3 course.py` runs them."""

import tests.plugins.fast_start  # noqa: F401 (before anything imports nbformat)
