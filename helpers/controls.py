"""Controls: sliders and choices that redraw a figure and say in words what changed.

>>> from helpers.controls import choice, control, slider

`control(draw, name=slider(...))` calls a function of the lesson with the values that are set. The
stored output of its cell is the figure at the start, with its words: it is what a page, a print and
a kernel without widgets show, and what a strict re-run compares. Where ipywidgets is installed and
a front end shows widgets, sliders stand above the figure, and both change when they are moved.

ipywidgets is imported with the first control that is shown: a lesson without controls does not need
it.
"""

from __future__ import annotations

import html
import importlib
import inspect
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from IPython.display import display
from IPython.utils.capture import capture_output

from helpers.language import say, shown
from helpers.values import is_finite_number, short_number

#: What a front end with widgets shows; its id differs in every run, so it is never stored.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
Value = int | float | str
#: The most steps of a slider.
_MOST = 10_000


class ControlError(ValueError):
    """A control cannot be made like this; the message says what to change."""


@dataclass(frozen=True)
class Setting:
    """One thing to move: its label and unit, and the values it can take, each with its text."""

    label: str
    unit: str
    start: Value
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    steps: tuple[float, float, float] | None = None  # least, most and step of a slider

    def text(self, value: Value) -> str:
        """A value in words: "one in 1,000", "0.5 percent"."""
        return f"{self.texts[self.values.index(value)]} {self.unit}".strip()

    def nearest(self, value: float) -> Value:
        """The value of a slider that is nearest to a number."""
        return min(self.values, key=lambda one: abs(float(one) - value))


def slider(
    least: float, most: float, start: float, *, step: float = 1, label: str, unit: str = ""
) -> Setting:
    """A number to move between two ends, by mouse, with the arrow keys, or typed beside the slider.

    Parameters
    ----------
    least, most : number
        The two ends; the last step is the one that does not go beyond `most`.
    start : number
        Where it stands first: `least`, or a whole number of steps above it.
    step : number, optional
        From one value to the next; above 0, and not so small that there are more than 10,000.
    label : str
        What is moved.
    unit : str, optional
        What follows the number.

    Returns
    -------
    Setting
        What `control` is given for an argument.

    Raises
    ------
    ControlError
        A number that is not finite, ends in the wrong order, no step above 0 or too many steps, a
        start that is not on a step, no label.

    Examples
    --------
    >>> slider(0, 10, 2, step=0.5, label="false alarms", unit="percent").text(2.5)
    '2.5 percent'
    """
    label = _named(label)
    least, most, start, step = map(_plain, (least, most, start, step))
    numbers = {"least": least, "most": most, "start": start, "step": step}
    for name, number in numbers.items():
        if not isinstance(number, int | float) or not is_finite_number(number):
            raise ControlError(
                say(
                    "The {name} of the slider {label!r} must be a finite number.",
                    name=name,
                    label=label,
                )
            )
    if not least < most or step <= 0:
        raise ControlError(
            say(
                "The slider {label!r} must run from a smaller to a larger number in steps above 0.",
                label=label,
            )
        )
    whole = all(float(number).is_integer() for number in numbers.values())
    digits = 0 if whole else max(0, 2 - math.floor(math.log10(step)))
    steps = (float(most) - float(least)) / float(step)
    if steps > _MOST:
        raise ControlError(
            say(
                "The slider {label!r} has more than {most:,} steps: take larger ones.",
                label=label,
                most=_MOST,
            )
        )
    count = math.floor(steps + 1e-9) + 1
    values = [round(least + i * step, digits) for i in range(count)]
    values = [int(value) for value in values] if whole else values
    at = [value for value in values if math.isclose(value, start, abs_tol=step / 1e6)]
    if not at:
        raise ControlError(
            say(
                "The slider {label!r} cannot start at {start:g}: it runs from {least:g} to "
                "{most:g} in steps of {step:g}.",
                label=label,
                start=start,
                least=least,
                most=most,
                step=step,
            )
        )
    texts = tuple(short_number(value) for value in values)
    ends = (float(values[0]), float(values[-1]), float(step))
    return Setting(label, shown(unit), at[0], tuple(values), texts, ends)


def choice(
    options: Sequence[Value] | Mapping[str, Value],
    start: Value | None = None,
    *,
    label: str,
    unit: str = "",
) -> Setting:
    """One of a few values, in their order; a dictionary gives each value its text.

    Parameters
    ----------
    options : sequence, or mapping of str to value
        Two or more different texts or numbers; or for each text the value that it stands for.
    start : text or number, optional
        One of the values; the first if none is named.
    label : str
        What is chosen.
    unit : str, optional
        What follows the value.

    Returns
    -------
    Setting
        What `control` is given for an argument.

    Raises
    ------
    ControlError
        Options that are no texts or numbers, fewer than two or one that is there twice, a start
        that is not among them, no label.

    Examples
    --------
    >>> choice({"one in 100": 100, "one in 1,000": 1_000}, 1_000, label="cars that carry").text(100)
    'one in 100'
    """
    label = _named(label)
    named = dict(options) if isinstance(options, Mapping) else {}
    several = isinstance(options, Iterable) and not isinstance(options, str)
    listed = named.values() if named else options if several else [None]
    values = tuple(map(_plain, listed))
    if not all(map(_is_value, values)) or not all(isinstance(text, str) for text in named):
        raise ControlError(
            say(
                "The options of the choice {label!r} must be texts or numbers in a list, or the "
                "values of a dictionary whose keys are texts.",
                label=label,
            )
        )
    texts = tuple(named) or tuple(v if isinstance(v, str) else short_number(v) for v in values)
    if len(set(values)) < 2 or len(set(values)) < len(values):
        raise ControlError(
            say("The choice {label!r} needs two or more different options.", label=label)
        )
    start = values[0] if start is None else _plain(start)
    if not _is_value(start) or start not in values:
        raise ControlError(
            say(
                "The choice {label!r} cannot start at {start!r}: its options are {texts}.",
                label=label,
                start=start,
                texts=", ".join(texts),
            )
        )
    start = values[values.index(start)]
    return Setting(label, shown(unit), start, values, tuple(map(shown, texts)))


def _plain(value: Any) -> Any:
    """A single value of numpy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def _is_value(value: object) -> bool:
    return isinstance(value, str | bool) or is_finite_number(value)


def _named(label: str) -> str:
    if not isinstance(label, str) or not label.strip():
        raise ControlError(say("Each setting needs a label: a reader must know what is moved."))
    return label.strip()


def control(draw: Callable[..., str], **settings: Setting) -> None:
    """Show a figure with controls: `draw` is called with the values that are set, by name.

    Parameters
    ----------
    draw : callable
        A function that draws a figure, ends it with `finish`, and returns what it shows as a
        sentence.
    **settings : Setting
        For each argument of `draw`, what `slider` or `choice` gives.

    Raises
    ------
    ControlError
        The settings do not fit the function, or the function returns no sentence.
    """
    shown = Control(draw, **settings)
    display(shown)
    if _has_kernel() and shown.widget is None:
        print(
            say(
                "The controls of this figure need ipywidgets, which is not installed here; to see "
                "other values, call the function above with them."
            )
        )


class Control:
    """A figure with controls; `widget` is None where none can be shown."""

    def __init__(self, draw: Callable[..., str], **settings: Setting) -> None:
        self.draw, self.settings = draw, settings
        name = getattr(draw, "__name__", say("the function"))
        if not settings or not all(isinstance(one, Setting) for one in settings.values()):
            raise ControlError(
                say(
                    "Give control({name}, ...) a slider(...) or choice(...) for each argument.",
                    name=name,
                )
            )
        try:
            inspect.signature(draw).bind(**settings)
        except TypeError:
            asked = ", ".join(inspect.signature(draw).parameters) or "nothing"
            raise ControlError(
                say(
                    "The settings ({settings}) do not fit {name}, which asks for: {asked}.",
                    settings=", ".join(settings),
                    name=name,
                    asked=asked,
                )
            ) from None
        self.values = {key: one.start for key, one in settings.items()}
        self.metadata: dict[str, Any] = {}
        self.page, self.plain, self.words = self._drawn()
        # At the start, as the lesson stores it.
        self.stored = (self.page, self.plain, self.words, self.metadata)
        self.widget = self._widget() if _has_kernel() and _widgets() else None

    def _drawn(self) -> tuple[str, str, str]:
        """The figure as a page and as text, and its sentence, at the values that are set."""
        with capture_output() as caught:
            words = self.draw(**self.values)
        if not isinstance(words, str) or not words.strip():
            raise ControlError(
                say(
                    "{name} must return a sentence that says what its figure shows.",
                    name=getattr(self.draw, "__name__", "The function"),
                )
            )
        outputs = [output.data for output in caught.outputs]
        self.metadata = {
            k: v for output in caught.outputs for k, v in (output.metadata or {}).items()
        }
        page = "".join(data.get("text/html", "") for data in outputs)
        plain = caught.stdout.strip() or "\n".join(data.get("text/plain", "") for data in outputs)
        return page, plain, words.strip()

    def set(self, **values: Value) -> str:
        """Set values, draw again, and return what changed in words."""
        changes = [
            say(
                "{label} from {before} to {after}",
                label=one.label,
                before=one.text(self.values[key]),
                after=one.text(values[key]),
            )
            for key, one in self.settings.items()
            if key in values and values[key] != self.values[key]
        ]
        if not changes:
            return self.words
        before = self.words
        old, self.values = self.values, {**self.values, **values}
        try:
            self.page, self.plain, self.words = self._drawn()
        except Exception as error:  # the function is the reader's: whatever it raises is said
            self.values = old
            return say(
                "With {changes} nothing could be drawn: {error}",
                changes=say(" and ").join(changes),
                error=error,
            )
        return say(
            "Changed: {changes}. Now: {words} Before: {before}",
            changes="; ".join(changes),
            words=self.words,
            before=before,
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[Any, Any]:
        at = "; ".join(f"{one.label}: {one.text(one.start)}" for one in self.settings.values())
        still = say("To move in Jupyter, by running this cell: {at}.", at=at)
        page, plain, words, values = self.stored
        page = f"{page}<p>{html.escape(words)}</p><p><em>{html.escape(still)}</em></p>"
        bundle: dict[str, Any] = {
            "text/plain": f"{plain}\n{words}\n{still}",
            "text/html": page,
        }
        if self.widget is not None:
            model = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
            bundle[WIDGET_VIEW] = model
        return bundle, values

    def _widget(self) -> Any:
        """Sliders and fields, the words in a live region, and the figure below them."""
        widgets = _widgets()
        assert widgets is not None
        self.said = widgets.HTML(_live(self.words))
        self.figure = widgets.HTML(self.page)
        self.fields = {key: _field(one, widgets) for key, one in self.settings.items()}
        for key in self.fields:
            self.fields[key].observe(self._moved, names="value")
        self.reset = widgets.Button(description=say("Back to the start"))
        self.reset.on_click(lambda _: self._back())
        rows = [
            widgets.HBox([field, _beside(field, self.settings[key], widgets)])
            for key, field in self.fields.items()
        ]
        return widgets.VBox([*rows, self.reset, self.said, self.figure])

    def _moved(self, _: object = None) -> None:
        read = {key: self._read(key) for key in self.fields}
        self.said.value = _live(self.set(**read))
        self.figure.value = self.page

    def _read(self, key: str) -> Value:
        """The value of a field; a typed number between two steps counts as the nearer one."""
        one, value = self.settings[key], self.fields[key].value
        return value if one.steps is None else one.nearest(value)

    def _back(self) -> None:
        for key, field in self.fields.items():
            field.unobserve(self._moved, names="value")
            field.value = self.settings[key].start
            field.observe(self._moved, names="value")
        self._moved()


def _live(words: str) -> str:
    """Words that a screen reader says when they change."""
    return f'<p role="status" aria-live="polite">{html.escape(words)}</p>'


def _field(one: Setting, widgets: Any) -> Any:
    """A field with its label, to type a number or to choose a text."""
    label = f"{one.label} ({one.unit})" if one.unit else one.label
    look = {"description_width": "initial"}
    wide = widgets.Layout(width="auto", min_width="22em")
    if one.steps is None:
        options = list(zip(one.texts, one.values, strict=True))
        return widgets.Dropdown(
            options=options, value=one.start, description=label, style=look, layout=wide
        )
    least, most, step = one.steps
    whole = isinstance(one.start, int)
    kind = widgets.BoundedIntText if whole else widgets.BoundedFloatText
    number = int if whole else float
    return kind(
        value=one.start,
        min=number(least),
        max=number(most),
        step=number(step),
        description=label,
        style=look,
        layout=wide,
    )


def _beside(field: Any, one: Setting, widgets: Any) -> Any:
    """The slider beside a field, linked to it."""
    if one.steps is None:
        options = list(zip(one.texts, one.values, strict=True))
        moved = widgets.SelectionSlider(
            options=options, value=one.start, readout=False, continuous_update=False
        )
    else:
        kind = widgets.IntSlider if isinstance(one.start, int) else widgets.FloatSlider
        moved = kind(
            value=field.value,
            min=field.min,
            max=field.max,
            step=field.step,
            readout=False,
            continuous_update=False,
        )
    widgets.link((field, "value"), (moved, "value"))
    return moved


def _widgets() -> Any:
    """The package ipywidgets, or None where it is not installed."""
    try:
        return importlib.import_module("ipywidgets")
    except ImportError:
        return None


def _has_kernel() -> bool:
    """Whether this runs in a notebook: only there can widgets be shown."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None
