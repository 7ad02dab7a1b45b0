"""Find notebooks that were cleared, or run out of order, which nbval does not look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

REMEDY = "Restart the kernel, run all cells, and save the notebook."


@dataclass(frozen=True)
class Cell:
    """What a stored code cell says about its run: the number in its brackets, and whether it has
    to have one (an empty cell and a skipped cell need none).
    """

    count: int | None
    must_have_run: bool = True


def problem(cells: Sequence[Cell], rule: str) -> tuple[int, str] | None:
    """The first cell of a notebook whose count is wrong, and a sentence; None if all are right.

    Parameters
    ----------
    rule : str
        "ordered": the counts are 1, 2, 3, and so on; "increasing": each is higher than the one
        before; "any": whatever they are.
    """
    if rule == "any":
        return None
    never = [i for i, cell in enumerate(cells) if cell.must_have_run and cell.count is None]
    if never:
        return never[0], (
            f"{len(never)} of {len(cells)} code cells were never run, or were cleared, so nothing "
            f"is compared there. {REMEDY}"
        )
    last = 0
    for place, cell in enumerate(cells):
        if cell.count is None:
            continue
        if cell.count <= last or (rule == "ordered" and cell.count != last + 1):
            return place, (
                f"The stored run is not one from top to bottom: this cell has the count "
                f"{cell.count}, the one before it {last or 'none'}. {REMEDY}"
            )
        last = cell.count
    return None
