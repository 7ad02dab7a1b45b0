"""The house style of figures: colors, sizes, fonts.

Importing this module sets seaborn's theme for the process, over matplotlib's defaults and not over
a reader's matplotlibrc, and lays out one text without a locale, so that letters are joined in the
same way in every language.
"""

from __future__ import annotations

import locale
import os
import sys
from pathlib import Path

import matplotlib
import seaborn as sns
from matplotlib.ft2font import FT2Font

#: Colors that stay apart for readers with a color-vision deficiency, dark enough on white for
#: lines and for words (tests measure both). Use them in this order; gray is for
#: context.
PALETTE = ("#0072B2", "#C04B00", "#006048", "#8F2D78", "#222222", "#583810")
GREY = "#767676"

DPI = 100
WIDTH, HEIGHT = 7.5, 4.2  # inches
SMALLEST = 9.5  # points; `helpers.figures.finish` says why

matplotlib.rcdefaults()
# rcdefaults leaves these alone, and they move the dates of an axis.
for _name in ("timezone", "date.epoch"):
    matplotlib.rcParams[_name] = matplotlib.rcParamsDefault[_name]
sns.set_theme(
    style="ticks",
    palette=PALETTE,
    rc={
        "figure.figsize": (WIDTH, HEIGHT),
        "figure.dpi": DPI,
        "figure.constrained_layout.use": True,
        "font.family": ["DejaVu Sans"],
        "font.size": 10,
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": "#DDDDDD",
        "legend.frameon": False,
        "lines.linewidth": 2,
        "patch.edgecolor": "white",
        "savefig.dpi": DPI,
    },
)


def _draw_in_the_notebook() -> None:
    """In a kernel, leave aside a backend for windows that the variable MPLBACKEND asks for."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    wanted = os.environ.get("MPLBACKEND", "")
    if hasattr(shell, "kernel") and wanted and not wanted.startswith("module://"):
        matplotlib.use("module://matplotlib_inline.backend_inline")


def _join_letters_alike_in_every_locale() -> None:
    """Let pictures not depend on the reader's locale.

    From 3.11 on matplotlib lays text out with HarfBuzz, which asks for the locale's language once,
    at the first text of a process, and keeps it: "fi" is joined in English and not in Spanish. So
    the first text is laid out here, without a locale. (The setting text.language does not do: it is
    left aside when a text is measured.)
    """
    readers = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        FT2Font(
            str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
        ).set_text("fi")
    finally:
        locale.setlocale(locale.LC_CTYPE, readers)


_draw_in_the_notebook()
_join_letters_alike_in_every_locale()
