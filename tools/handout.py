"""Hand out a lesson: a copy without results, a web page with them, and slides; the glossary comes
along.

    python3 course.py handout 02        writes handouts/02_overdose_deaths.ipynb, .html and .slides.html, glossary.md and .html

The copy needs the collection around it to run; the pages need nothing, the slides neither a network
nor reveal.js.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import nbformat

from course import without_outputs
from tools.lessons import lessons
from tools.page import export, export_notebook

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "notebooks" / "glossary.md"
CODE_NOT_SHOWN = "slides-without-code"  # tag of cells of which a slide shows the result alone


def slides(lesson: Path) -> str:
    """The cells that have a slide type as one page: what is on which slide stands in the metadata
    of the cells.
    """
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    config = Config(
        {"TagRemovePreprocessor": {"enabled": True, "remove_input_tags": {CODE_NOT_SHOWN}}}
    )
    exporter = SlidesExporter(
        config=config, raw_template=(ROOT / "tools" / "slides.html.j2").read_text(encoding="utf-8")
    )
    html, _ = exporter.from_filename(str(lesson))
    return html.replace(" (core)", "")  # what is not core has no slide


def link_pages(html: str) -> str:
    """Links to lessons and to the glossary lead to their pages, not to the files that only
    JupyterLab opens.
    """
    return re.sub(
        r'href="(\d\d_\w+\.ipynb|glossary\.md)(?=["#])',
        lambda link: f'href="{Path(link[1]).stem}.html',
        html,
    )


def write(lesson: Path, folder: Path) -> list[Path]:
    """Write `lesson` in three forms and the glossary in two into `folder`; returns their paths."""
    glossary = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(GLOSSARY.read_text(encoding="utf-8"))]
    )
    texts = {
        lesson.name: json.dumps(
            without_outputs(json.loads(lesson.read_text(encoding="utf-8"))),
            indent=1,
            ensure_ascii=False,
        )
        + "\n",
        f"{lesson.stem}.html": link_pages(export(lesson)),
        f"{lesson.stem}.slides.html": link_pages(slides(lesson)),
        GLOSSARY.name: GLOSSARY.read_text(encoding="utf-8"),
        f"{GLOSSARY.stem}.html": link_pages(export_notebook(glossary)),
    }
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py handout", description=__doc__.splitlines()[0]
    )
    parser.add_argument("lessons", nargs="+", help="numbers such as 02")
    for lesson in lessons(parser.parse_args(arguments).lessons):
        for path in write(lesson, ROOT / "handouts"):
            print(f"wrote {path.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
