"""Studies that take long and are not part of the tests: `python3 course.py nox -l`."""
