"""The mutation campaign: `python3 course.py nox -s mutants`; see __main__.py."""
