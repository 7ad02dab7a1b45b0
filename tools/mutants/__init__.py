"""The mutation campaign: `python3 course.py mutants`; see __main__.py."""
