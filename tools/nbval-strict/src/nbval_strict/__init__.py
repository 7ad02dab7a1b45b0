"""A strict, fast re-run of notebooks: a pytest plugin on top of nbval.

`pytest --nbval-strict` is all it needs; without that option the plugin does nothing. README.md of
the distribution lists the options and says what each of them finds.
"""
