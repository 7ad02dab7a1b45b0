"""Helpers of the lessons: load a table, show a claim, note a guess, finish a figure, check
an answer.

>>> from helpers import about, check, claims, finish, guess, load, reveal

Inside IPython, importing this package sets seaborn's theme and lays out one text
(helpers.figures.style), makes every DataFrame appear with headers for screen readers
(helpers.frames), and gives pandas its own defaults again, which a start-up file may have changed.
Elsewhere these names are imported when they are first asked for: commands such as `lab` need no
pandas and start a second earlier.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from helpers import claims
    from helpers.cards import about
    from helpers.catalogue import load, tables
    from helpers.exercises import check
    from helpers.figures import finish
    from helpers.guesses import guess, reveal

__all__ = ["about", "check", "claims", "finish", "guess", "load", "reveal", "tables"]
_MODULES = {
    "about": "helpers.cards",
    "check": "helpers.exercises",
    "finish": "helpers.figures",
    "guess": "helpers.guesses",
    "load": "helpers.catalogue",
    "reveal": "helpers.guesses",
    "tables": "helpers.catalogue",
}


def __getattr__(name: str) -> Any:
    if name == "claims":
        return import_module("helpers.claims")
    if name not in _MODULES:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _frame_html(frame: pd.DataFrame) -> str | None:
    from helpers.frames import to_html  # with the first table that is shown, not before

    return to_html(frame)


def _as_text(value: pd.DataFrame | pd.Series[Any] | str, printer: Any, cycle: bool) -> None:
    from helpers.language import shown

    printer.text(repr(shown(value)))


def _prepare_notebook() -> None:
    """Inside IPython, show DataFrames by helpers.frames and with pandas' defaults, and say when the
    lesson is not the reader's own copy; elsewhere nothing happens.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        for module in (*_MODULES.values(), "helpers.claims"):
            import_module(module)
        import pandas as pd

        from helpers.surroundings import opened_as_published

        formatters = shell.display_formatter.formatters
        formatters["text/html"].for_type(pd.DataFrame, _frame_html)
        formatters["text/plain"].for_type(pd.DataFrame, _as_text)
        formatters["text/plain"].for_type(pd.Series, _as_text)
        formatters["text/plain"].for_type(str, _as_text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some options will go, which is not ours to say
            pd.reset_option(r"^(display|mode|styler|compute|future)\.")
        # Colab has both: pandas would warn in the middle of a lesson, and add in another order.
        pd.set_option("compute.use_numexpr", False, "compute.use_bottleneck", False)
        if said := opened_as_published():
            print(said)


_prepare_notebook()
