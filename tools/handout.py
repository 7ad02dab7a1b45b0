"""Hand out a lesson: a copy without results, a web page with them, and slides; the pages that it
links come along.

    python3 course.py handout 02                    one lesson
    python3 course.py handout all                   every lesson
    python3 course.py handout 02 --drawing-code no  without the code that only draws
    python3 course.py handout 02 --lang es          the Spanish lesson, into handouts/es/

writes into handouts/ 02_overdose_deaths.ipynb, .html and .slides.html, glossary.md and .html. The
copy needs the collection around it to run; the pages need nothing, the slides neither a network
nor reveal.js. Code that only draws is on the web page and not on the slides, unless --drawing-code
says otherwise for both.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Container, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

from helpers.adaptation import adapt
from helpers.adaptation import page as page_text
from helpers.collection import current
from helpers.command import command_parser
from helpers.lab import copy_of
from helpers.language import pattern, say, speaking, translatable
from helpers.lessons import LESSONS, LessonMap, lesson_map, read_lesson
from tools.choice import chosen_lessons, folder_for, readable
from tools.editions import pages
from tools.page import export, export_text, language_of

CORE = translatable("core")  # in parentheses after the heading of a section
SLIDES = Path(__file__).with_name("slides.html.j2")
CODE_NOT_SHOWN = "slides-without-code"  # tag of cells that only draw, or whose result is the point


def slides(lesson: Path, *, drawing_code: bool = False) -> str:
    """The cells that have a slide type as one page: what is on which slide is in the metadata
    of the cells. The code of cells that only draw is left out unless `drawing_code`.
    """
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    language = language_of(nbformat.read(lesson, as_version=4))
    with speaking(language):
        words = {
            "slides": say("{lesson}: slides", lesson=lesson.stem),
            "back": say("back"),
            "forward": say("forward"),
            "place": say("{place} of {total}", place="${at + 1}", total="${slides.length}"),
        }
    exporter = SlidesExporter(
        config=Config() if drawing_code else Config(_without_drawing_code()),
        raw_template=SLIDES.read_text(encoding="utf-8"),
        language_code=language,
    )
    html, _ = exporter.from_filename(str(lesson), resources={"words": words})
    return re.sub(rf" \({pattern(CORE)}\)", "", str(html))  # what is not core has no slide


def _without_drawing_code() -> dict[str, dict[str, object]]:
    return {"TagRemovePreprocessor": {"enabled": True, "remove_input_tags": {CODE_NOT_SHOWN}}}


def link_pages(html: str, there: Container[str]) -> str:
    """Links to lessons and pages lead to their web pages, not to the files that only JupyterLab
    opens; a link to a file that is not handed out becomes its words.

    Parameters
    ----------
    html : str
        A page.
    there : container of str
        Names of the files beside it.
    """

    def link(found: re.Match[str]) -> str:
        before, target, place, after, words = found.groups()
        if ":" in target or not target:
            return found[0]
        page = re.sub(r"^(\d\d_\w+)\.ipynb$|^(\w+)\.md$", r"\1\2.html", target)
        return f"{before}{page}{place}{after}{words}</a>" if page in there else words

    return re.sub(r'(<a\b[^>]*?href=")([^"#]*)([^"]*)("[^>]*>)(.*?)</a>', link, html, flags=re.S)


def write(
    lesson: Path, folder: Path, drawing_code: bool | None = None, others: Sequence[Path] = ()
) -> list[Path]:
    """Write `lesson` in three forms and each page in two into `folder`; returns their paths.

    `drawing_code` says whether the code that only draws is shown; by default it is on the web page
    and not on the slides. `others` are the lessons that are handed out with it.
    """
    hidden = CODE_NOT_SHOWN if drawing_code is False else ""
    there = {f"{path.stem}.html" for path in (lesson, *others, *pages(), *folder.glob("*.html"))}
    texts = {lesson.name: copy_of(lesson, current())}
    with TemporaryDirectory() as scratch:  # the lesson with its results, as this class gets it
        mine = Path(scratch) / lesson.name
        notebook = adapt(nbformat.read(lesson, as_version=4), lesson.name[:2], current())
        mine.write_text(json.dumps(_with_map_of_this_class(notebook)), encoding="utf-8")
        shown = slides(mine, drawing_code=bool(drawing_code))
        texts[f"{lesson.stem}.html"] = link_pages(export(mine, hide_code_of=hidden), there)
        texts[f"{lesson.stem}.slides.html"] = link_pages(shown, there)
    for page in pages():
        texts[page.name] = page_text(page, current())
        texts[f"{page.stem}.html"] = link_pages(export_text(texts[page.name]), there)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def _with_map_of_this_class(notebook: dict[str, Any]) -> dict[str, Any]:
    """A lesson in which a stored map of the lessons has the minutes and the lessons of this class;
    changed in place.
    """
    now = lesson_map()
    published = LessonMap(tuple(map(read_lesson, sorted(current().notebooks.glob(LESSONS)))))
    shown = {published._repr_html_(): now._repr_html_(), repr(published): repr(now)}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for kind, text in output.get("data", {}).items():
                output["data"][kind] = shown.get(text, text) if isinstance(text, str) else text
    return notebook


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("handout", __doc__)
    parser.add_argument("lessons", nargs="+", help="numbers such as 02, or all")
    parser.add_argument(
        "--drawing-code",
        choices=("yes", "no"),
        help="whether page and slides show the code that only draws (default: only the page)",
    )
    options = parser.parse_args(arguments)
    numbers = [] if options.lessons == ["all"] else options.lessons
    drawing_code = options.drawing_code and options.drawing_code == "yes"
    root = current().root
    lessons = readable(chosen := chosen_lessons(parser, numbers))
    for lesson in lessons:
        for path in write(lesson, folder_for("handouts"), drawing_code, lessons):
            print(say("wrote {path}", path=path.relative_to(root).as_posix()))
    return 0 if lessons == chosen else 2


if __name__ == "__main__":
    sys.exit(main())
