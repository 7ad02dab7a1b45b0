"""The map of lessons: what each is about and how long it takes."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

#: Number, theme and question of every lesson.
PLAN = (
    ("00", "start here", "how the notebooks work, pandas in eight moves"),
    ("01", "reading the dialogue", "what is a claim, and would another reader agree"),
    ("02", "overdose deaths", "one figure and its vintages; groups that overlap"),
    ("03", "places and rates", "rates with intervals; a league table undone"),
    ("04", "demand", "two witnesses who disagree: surveys and deaths"),
    ("05", "fields and laboratories", "an area seen through two instruments"),
    ("06", "seizures", "the ledgers of one year"),
    ("07", "at the border", "rare events and the inspector's time"),
    ("08", "price along the chain", "the journey of one kilogram"),
    ("09", "money", "how wide an honest interval is"),
    ("10", "networks", "pressure and recovery"),
    ("11", "violence in Mexico", "two clocks for one time"),
    ("12", "cooperation", "rounded books and short lists"),
    ("13", "weighing the claims", "the claims called one by one"),
)


@dataclass(frozen=True)
class LessonMap:
    """One row a lesson: number, theme, question, time and file; shown with links."""

    rows: tuple[tuple[str, str, str, str, str], ...]

    def __repr__(self) -> str:
        return "\n".join(f"{number}  {theme:24} {time}" for number, theme, _, time, _ in self.rows)

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col" style="text-align:left">{name}</th>'
            for name in ("lesson", "what it is about", "time")
        )
        body = ""
        for number, theme, question, time, file in self.rows:
            link = f'<a href="{html.escape(file)}">{number} {html.escape(theme)}</a>'
            body += f'<tr><th scope="row" style="text-align:left">{link}</th><td style="text-align:left">{html.escape(question)}</td><td style="text-align:left">{time}</td></tr>'
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def lesson_map() -> LessonMap:
    """The lessons in order. Raises FileNotFoundError when one is missing from notebooks/.

    Examples
    --------
    >>> print(str(lesson_map()).splitlines()[2])
    02  overdose deaths          40 + 30 minutes
    """
    rows = []
    for number, theme, question in PLAN:
        lesson = next(NOTEBOOKS.glob(f"{number}_*.ipynb"), None)
        if lesson is None:
            raise FileNotFoundError(
                f"Lesson {number} is missing from notebooks/: restore it (git checkout, or download the collection again)."
            )
        rows.append((number, theme, question, times(lesson), lesson.name))
    return LessonMap(tuple(rows))


def times(lesson: Path) -> str:
    """Minutes of reading and of exercises as the lesson's section "Time" gives them: "40 + 30 minutes".

    Raises ValueError when the section does not say "Reading N minutes ... exercises N minutes".
    """
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = re.search(r"## Time\s+Reading (\d+) minutes.*?exercises (\d+) minutes", text, re.S)
    if not found:
        raise ValueError(
            f"{lesson.name}: the section Time must say 'Reading N minutes ... exercises N minutes'."
        )
    return f"{found[1]} + {found[2]} minutes"
