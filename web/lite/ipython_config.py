"""IPython reads this when a kernel of the browser edition starts."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # IPython gives it

# A page has no folder for matplotlib's list of fonts, so each start makes one, and matplotlib says
# so in red below the first cell.
c.InteractiveShellApp.exec_lines = [
    "import logging as _logging",
    "_logging.getLogger('matplotlib.font_manager').setLevel(_logging.ERROR)",
    "del _logging",
]
