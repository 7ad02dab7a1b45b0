"""How often a reader was right, beside how sure the reader was."""

from __future__ import annotations

import io

import matplotlib.pyplot as plt
import pandas as pd

from helpers.figures.finish import Picture, write_source, write_title
from helpers.figures.style import DPI, GREY, HEIGHT, PALETTE, WIDTH
from helpers.figures.words import MARK, PlottedValues, sentence
from helpers.guesses import calibration
from helpers.language import say, say_number, shown, translatable

#: Confidences that are taken together, in percent: from one number up to the next.
BANDS = (0, 50, 70, 90, 101)
#: With fewer guesses than this, a share right says little.
ENOUGH = 30
CAPTION = translatable(
    "Your own guesses, those of like confidence in one point. Dashed: as often right as sure"
)
NOTHING = translatable(
    "We found no guess here that says how sure you were. Guesses are kept when you work in "
    "my_work/ (python3 course.py lab) and put a number after sure=."
)


def draw_calibration(guesses: pd.DataFrame | None = None) -> None:
    """Draw the share of guesses that were right against how sure the reader was, and say it in
    words; one sentence if there is nothing to draw.

    Parameters
    ----------
    guesses : pandas.DataFrame, optional
        A table like that of `helpers.guesses.calibration`, which is taken by default.

    Examples
    --------
    >>> draw_calibration(calibration().head(0))
    We found no guess here that says how sure you were. Guesses are kept when you work in \
my_work/ (python3 course.py lab) and put a number after sure=.
    """
    table = calibration() if guesses is None else guesses
    table = table.dropna(subset=["sure", "right"])
    if table.empty:
        print(shown(NOTHING))
        return
    right, count = int(table["right"].sum()), len(table)
    share, sure = 100 * right / count, table["sure"].mean()
    print(
        say_number(
            "You said how sure you were in {number} guess, on average {sure:.0f} percent.",
            "You said how sure you were in {number} guesses, on average {sure:.0f} percent.",
            count,
            sure=sure,
        )
    )
    print(
        say(
            "{right} of {count} were right: {share:.0f} percent.",
            right=right,
            count=count,
            share=share,
        )
    )
    if count < ENOUGH:
        print(
            say(
                "So few guesses say little: one or two more, right or wrong, would "
                "change the share."
            )
        )
    if count > 1:
        title = say("You were right in {right} of {count} guesses", right=right, count=count)
        _draw(table, title)


def _draw(table: pd.DataFrame, title: str) -> None:
    bands = pd.cut(table["sure"], BANDS, right=False)
    grouped = table.assign(right=table["right"].astype(float)).groupby(bands, observed=True)
    points = grouped.agg(sure=("sure", "mean"), right=("right", "mean"), n=("right", "size"))
    _, ax = plt.subplots()
    (line,) = ax.plot([0, 100], [0, 100], "--", color=GREY)
    line.set_gid(MARK)
    ax.scatter(points["sure"], 100 * points["right"], s=60, color=PALETTE[0])
    for sure, right, n in points.itertuples(index=False, name=None):
        words = ax.annotate(
            say("{right} of {count} right", right=round(right * n), count=n),
            (sure, 100 * right),
            xytext=(0, -18),
            textcoords="offset points",
            ha="center",
        )
        words.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    ax.set(xlim=(-8, 112), ylim=(-12, 108), xlabel=say("how sure you said you were, in percent"))
    ax.set_ylabel(say("percent right"))
    figure = ax.figure.figure
    figure.set_size_inches(WIDTH, HEIGHT)
    write_title(figure, title, simulated=False)
    write_source(figure, shown(CAPTION))
    values = PlottedValues(ax, say("percent right"))
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI)
    plt.close(figure)
    told = " ".join([sentence(title), values.words(), sentence(shown(CAPTION))])
    Picture(png.getvalue(), told, [values.panel()]).show()
