"""Figures: one style, words on the figure, tile maps, boxes and arrows, and `finish`, which ends
every figure.
"""

from helpers.figures.boxes import draw_boxes
from helpers.figures.errors import FigureError
from helpers.figures.finish import Picture, finish
from helpers.figures.labels import label_lines
from helpers.figures.maps import tile_map
from helpers.figures.style import GREY, PALETTE

__all__ = [
    "GREY",
    "PALETTE",
    "FigureError",
    "Picture",
    "draw_boxes",
    "finish",
    "label_lines",
    "tile_map",
]
