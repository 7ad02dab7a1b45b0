"""Hand out a lesson: a copy without results, a web page with them, and slides; the pages that it
links come along.

    python3 course.py handout 02

writes into handouts/ 02_overdose_deaths.ipynb, .html and .slides.html, glossary.md and .html. The
copy needs the collection around it to run; the pages need nothing, the slides neither a network
nor reveal.js.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from course import without_outputs
from helpers.collection import current
from tools.choice import chosen_lessons
from tools.editions import pages
from tools.page import export, export_text

SLIDES = Path(__file__).with_name("slides.html.j2")
CODE_NOT_SHOWN = "slides-without-code"  # tag of cells of which a slide shows the result alone


def slides(lesson: Path) -> str:
    """The cells that have a slide type as one page: what is on which slide is in the metadata
    of the cells.
    """
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    config = Config(
        {"TagRemovePreprocessor": {"enabled": True, "remove_input_tags": {CODE_NOT_SHOWN}}}
    )
    exporter = SlidesExporter(config=config, raw_template=SLIDES.read_text(encoding="utf-8"))
    html, _ = exporter.from_filename(str(lesson))
    return str(html).replace(" (core)", "")  # what is not core has no slide


def link_pages(html: str) -> str:
    """Links to lessons and pages lead to their web pages, not to the files that only
    JupyterLab opens.
    """
    return re.sub(
        r'href="(\d\d_\w+\.ipynb|\w+\.md)(?=["#])',
        lambda link: f'href="{Path(link[1]).stem}.html',
        html,
    )


def write(lesson: Path, folder: Path) -> list[Path]:
    """Write `lesson` in three forms and each page in two into `folder`; returns their paths."""
    texts = {
        lesson.name: json.dumps(
            without_outputs(json.loads(lesson.read_text(encoding="utf-8"))),
            indent=1,
            ensure_ascii=False,
        )
        + "\n",
        f"{lesson.stem}.html": link_pages(export(lesson)),
        f"{lesson.stem}.slides.html": link_pages(slides(lesson)),
    }
    for page in pages():
        texts[page.name] = page.read_text(encoding="utf-8")
        texts[f"{page.stem}.html"] = link_pages(export_text(texts[page.name]))
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py handout", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("lessons", nargs="+", help="numbers such as 02")
    root = current().root
    for lesson in chosen_lessons(parser, parser.parse_args(arguments).lessons):
        for path in write(lesson, root / "handouts"):
            print(f"wrote {path.relative_to(root).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
