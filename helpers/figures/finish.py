"""`finish` ends every figure: title, unit, source, alternative text and hash.

`finish` refuses a figure without title, unit or source, shows it with an alternative text, and
leaves beside it a description, the plotted values and a short hash computed from them: a re-run
that plots other values is seen, although pictures themselves are not compared.

Sizes: no text is under 9.5 points in a picture 7.5 inches wide. Where the picture fills a slide
(13.33 inches), that is 17 points, which is read from the back row of a classroom; a text of this
size is 1/32 as high as a picture of the usual height.
"""

from __future__ import annotations

import base64
import hashlib
import html
import textwrap
from collections.abc import Iterable, Sequence

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator, ScalarFormatter, StrMethodFormatter

from helpers.cards import about
from helpers.figures import png
from helpers.figures.errors import FigureError
from helpers.figures.language import display_names
from helpers.figures.places import place_names
from helpers.figures.plotted import ENTRY, Panel, digest, to_text
from helpers.figures.style import DPI, HEIGHT, PALETTE, SMALLEST, WIDTH
from helpers.figures.words import PlottedValues, sentence
from helpers.language import ENGLISH, current_language, say, shown, translatable

#: How a source begins that no table has.
SIMULATED = translatable("SIMULATED")


class Picture:
    """A finished figure: a picture with alternative text for the eye, a description and a hash for
    everyone else, and the plotted values in the output's metadata.
    """

    def __init__(self, png: bytes, description: str, panels: Sequence[Panel] = (), names: str = ""):
        self.png, self.description, self.panels = png, description, panels
        words = hashlib.sha256((names or description).encode()).hexdigest()[:10]
        self.digest = digest(panels) if panels else words

    def show(self) -> None:
        """Display the picture, and store what it shows."""
        display(self, metadata={ENTRY: to_text(self.panels)} if self.panels else {})

    def __repr__(self) -> str:
        return f"{self.description}\n[plotted values {self.digest}]"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        words = html.escape(self.description, quote=True)
        return f'<img alt="{words}" src="data:image/png;base64,{data}">'


def finish(
    axes: Axes | Iterable[Axes],
    *,
    title: str,
    unit: str,
    source: str | Sequence[str],
    note: str = "",
    height: float = HEIGHT,
) -> None:
    """End a figure: title, unit, source line, alternative text and hash; then show and close it.

    Parameters
    ----------
    axes : Axes or iterable of Axes
        What seaborn or matplotlib returned; several axes of one figure share title, unit and
        source.
    title : str
        The finding, as a sentence. Over several axes it is above them all.
    unit : str
        Unit of the plotted values ("deaths a year"): the label of the value axis (x for horizontal
        bars, else y).
    source : str or sequence of str
        Names of the tables drawn; their publishers make the source line, or what follows a name
        ("table: publisher"), where only a part of a table is drawn. A simulation says
        "SIMULATED: ...": the figure is then marked SIMULATED, and its description begins with it.
    note : str, optional
        A few words that the reader must not miss, set before the source ("12 months to December").
    height : float, optional
        Height of the figure in inches; the width is always the same.

    Raises
    ------
    FigureError
        A part is empty, the other axis has no label and no names, nothing is plotted, or the title
        says SYNTHETIC.
    helpers.data.DataError
        `source` names an unknown table.
    """
    all_axes = [axes] if isinstance(axes, Axes) else list(axes)
    for what, text in {"title": title, "unit": unit, "source": source}.items():
        if not text or not all(
            str(part).strip() for part in ([text] if isinstance(text, str) else text)
        ):
            raise FigureError(
                say("This figure has no {what}: give finish(..., {what}=...).", what=what)
            )
    sources = [source] if isinstance(source, str) else list(source)
    source_line = _source_line(sources)
    simulated = source_line.startswith(SIMULATED)
    if "SYNTHETIC" in title:
        raise FigureError(say('Begin the source with "SIMULATED: "; the title needs no such word.'))
    unit = shown(unit)
    values = [PlottedValues(ax, unit) for ax in all_axes]
    if not any(v.series for v in values):
        raise FigureError(say("Nothing is plotted in this figure: draw before finish()."))
    panels = [v.panel() for v in values]
    if current_language() != ENGLISH:
        for ax in all_axes:
            display_names(ax)
        values = [PlottedValues(ax, unit) for ax in all_axes]
    figure = all_axes[0].figure.figure  # of axes in a part of a figure: the whole
    assert isinstance(figure, Figure)  # axes that were drawn belong to one
    figure.set_size_inches(WIDTH, height)
    figure.set_dpi(DPI)
    _write(figure, all_axes, unit, values)
    source_line = source_line.replace(SIMULATED, shown(SIMULATED))
    write_title(figure, title, simulated)
    caption = f"{note}. {source_line}" if note else source_line
    write_source(figure, caption)
    _lay_out(figure, all_axes)
    picture = png.draw(figure)
    told = [sentence(title), *(v.words() for v in values if v.series), sentence(caption)]
    description = " ".join([say("Simulated values."), *told] if simulated else told)
    plt.close(figure)
    Picture(picture, description, panels).show()


def _source_line(sources: list[str]) -> str:
    if sources[0].startswith(SIMULATED):
        return "; ".join(sources)
    tables: list[str] = []
    publishers: list[str] = []
    for name in sources:
        table, _, part = name.partition(": ")
        tables.append(table)
        known = [entry["publisher"] for entry in about(table).resource["sources"]]
        publishers += [part] if part else known
    names = map(shown, dict.fromkeys(publishers))
    return say(
        "Source: {publishers} (data: {tables})",
        publishers="; ".join(names),
        tables=", ".join(tables),
    )


def write_title(figure: Figure, title: str, simulated: bool) -> None:
    """The title, and at its right the mark of simulated values, for which it leaves room."""
    width = 60 if simulated else 74
    if current_language() != ENGLISH:
        width -= 6  # the English titles were cut by eye
    words = textwrap.fill(title, width)
    figure.suptitle(words, x=0.01, ha="left", fontsize=12, fontweight="bold")
    if simulated:
        box = {"boxstyle": "square,pad=0.3", "facecolor": "white", "edgecolor": PALETTE[1]}
        mark = figure.text(0.985, 1 - 0.09 / figure.get_figheight(), shown(SIMULATED), bbox=box)
        mark.set(ha="right", va="top", fontsize=10, fontweight="bold", color=PALETTE[1])


def write_source(figure: Figure, words: str) -> None:
    """The line below a figure that names its source."""
    figure.supxlabel(
        textwrap.fill(words, 98), x=0.01, ha="left", fontsize=SMALLEST, color="#555555"
    )


def _lay_out(figure: Figure, all_axes: list[Axes]) -> None:
    """Give every axes its size, once, and then every name its place."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")  # or saving would lay everything out again
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for ax in all_axes:
        place_names(ax, renderer)


def _write(figure: Figure, all_axes: list[Axes], unit: str, values: list[PlottedValues]) -> None:
    for legend in figure.legends:
        legend.set_title(textwrap.fill(unit, 18), prop=FontProperties(size=SMALLEST))
    for ax, v in zip(all_axes, values, strict=True):
        if v.tiles is not None:
            continue
        if v.network is not None:
            ax.set_xlabel(unit, fontsize=10)
            ax.grid(False)
            continue
        value_axis, other_axis = (ax.xaxis, ax.yaxis) if v.horizontal else (ax.yaxis, ax.xaxis)
        value_axis.set_label_text(
            unit
            if v.horizontal
            else textwrap.fill(unit, max(12, int(11 * (figure.get_figheight() - 1))))
        )
        for axis in (value_axis, other_axis):
            if isinstance(axis.get_major_formatter(), ScalarFormatter) and not (
                axis is other_axis and v.years
            ):
                axis.set_major_formatter(
                    StrMethodFormatter(
                        "{x:,.0f}" if max(map(abs, axis.get_view_interval())) >= 1000 else "{x:g}"
                    )
                )
        if v.years:
            other_axis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        ax.grid(v.horizontal, axis="x")
        ax.grid(not v.horizontal, axis="y")
        label = other_axis.get_label_text()
        if v.names or v.dates or v.years:
            other_axis.set_label_text("")  # the ticks say it
        elif label:
            other_axis.set_label_text(label.replace("_", " "))
        elif v.series:
            raise FigureError(
                say(
                    "The axis beside the unit has no label: set it before finish(), so that a "
                    "reader knows what runs along it."
                )
            )
        own = ax.get_legend()
        if own is not None:
            own.set_title("")
            for text in own.get_texts():
                text.set_text(shown(text.get_text()).replace("_", " "))
