"""pytest reads this first: it loads the plugins that every run of the lessons needs."""

pytest_plugins = [
    "tests.plugins.pictures",
    "tests.plugins.kernel_watch",
    "tests.plugins.longest_first",
]
collect_ignore = [
    "tests/solutions"
]  # tests load these when they need them; the search for doctests would run them in every worker
