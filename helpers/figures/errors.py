"""What is wrong with a figure."""

from __future__ import annotations


class FigureError(ValueError):
    """A figure lacks what every figure needs."""
