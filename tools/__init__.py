"""Maintainers' programs; `python3 course.py` runs them."""
