"""Figures: one style, words and marks on the figure, tile maps, boxes and arrows, and `finish`,
which ends every figure.
"""

from helpers.figures.annotate import (
    annotate,
    bracket,
    highlight,
    label_bars,
    label_points,
    mark_value,
    shade,
)
from helpers.figures.boxes import draw_boxes
from helpers.figures.calibration import draw_calibration
from helpers.figures.dots import dot_array
from helpers.figures.errors import FigureError
from helpers.figures.factors import factor_steps, log_axis
from helpers.figures.finish import Picture, finish
from helpers.figures.funnel import draw_funnel
from helpers.figures.labels import label_lines
from helpers.figures.limits import draw_limits
from helpers.figures.maps import tile_map
from helpers.figures.networks import draw_network
from helpers.figures.ranges import draw_ranges
from helpers.figures.shifts import draw_shifts
from helpers.figures.style import GREY, PALETTE

__all__ = [
    "GREY",
    "PALETTE",
    "FigureError",
    "Picture",
    "annotate",
    "bracket",
    "dot_array",
    "draw_boxes",
    "draw_calibration",
    "draw_funnel",
    "draw_limits",
    "draw_network",
    "draw_ranges",
    "draw_shifts",
    "factor_steps",
    "finish",
    "highlight",
    "label_bars",
    "label_lines",
    "label_points",
    "log_axis",
    "mark_value",
    "shade",
    "tile_map",
]
