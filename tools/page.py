"""A lesson as one web page that needs no network and can be read by keyboard and by screen reader.

nbconvert's template "lab" gives the look. Changed here: the page is named after the lesson, nothing
is fetched, code wraps instead of scrolling, links are underlined, prompts and code reach a contrast
of 4.5 to 1, and what scrolls takes the focus. On paper (A4 or Letter) nothing scrolls: tables and
printed lines wrap, and figures keep the width of the page. The page says in which language it is.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from helpers.collection import current
from helpers.language import ENGLISH, languages, say, speaking

# nbconvert writes this into pictures that have no alternative text. It tells a reader nothing and
# hides the fault from every check.
FILLER = ' alt="No description has been provided for this image"'

TEMPLATE = """
{%- extends 'index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_css -%}
<style>
/* The headings keep their ids: links lead to them. */
.jp-RenderedHTMLCommon a.anchor-link { display: none; }
.jp-RenderedHTMLCommon a:link, .jp-RenderedHTMLCommon a:visited {
  color: #00539F; text-decoration: underline;
}
.jp-InputPrompt, .jp-OutputPrompt { color: #595959 !important; opacity: 1 !important; }
.highlight pre .mi, .highlight pre .mf, .highlight pre .mh { color: #006600; }
.highlight pre .ow, .highlight pre .o { color: #7A00CC; }
.highlight pre .c1 { color: #2F6161; }
.cm-editor.cm-s-jupyter .highlight pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.jp-RenderedHTMLCommon img { max-width: 100%; height: auto; }
.jp-OutputArea-output:focus-visible { outline: 2px solid #00539F; }
</style>
<style id="paper" media="print">
@page { margin: 12mm; }
.jp-InputPrompt, .jp-OutputPrompt { display: none !important; }
.jp-Notebook, .jp-Cell, .jp-InputArea, .jp-OutputArea, .jp-OutputArea-child {
  padding: 0; margin: 0; overflow: visible;
}
.jp-Cell { margin-bottom: 8px; }
.jp-OutputArea-output { overflow: visible !important; max-width: 100%; }
.jp-OutputArea-output pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.jp-OutputArea-output table {
  table-layout: auto !important; max-width: 100%; font-size: 8pt;
}
.jp-OutputArea-output :is(td, th) {
  max-width: none; padding: 1px 4px; white-space: normal !important;
}
table.tight { width: 100%; }
table.tight :is(td, th) { overflow-wrap: anywhere !important; font-size: 7pt; }
.jp-RenderedHTMLCommon img { max-height: 240mm; }
h1, h2, h3 { break-after: avoid; }
tr, img, .jp-InputArea-editor { break-inside: avoid; }
</style>
{%- endblock -%}
{%- block footer_js -%}
<script>
function reachable() {
  for (const area of document.querySelectorAll(".jp-OutputArea-output")) {
    const scrolls = area.scrollWidth > area.clientWidth;
    if (scrolls) {
      area.tabIndex = 0;
      area.setAttribute("role", "group");
      area.setAttribute("aria-label", "{{ resources.scrolls }}");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) area.removeAttribute(name);
    }
  }
}
// On paper, words break inside only in a table that is too wide for a page with whole words.
function fitOnPaper() {
  const paper = document.getElementById("paper");
  paper.media = "all";
  for (const table of document.querySelectorAll(".jp-OutputArea-output table")) {
    table.style.cssText = "width: min-content; max-width: none";
    table.classList.toggle("tight", table.offsetWidth > 680);
    table.style.cssText = "";
  }
  paper.media = "print";
}
addEventListener("load", fitOnPaper);
addEventListener("load", reachable);
addEventListener("resize", reachable);
</script>
{%- endblock -%}
"""


@cache
def _exporter(language: str) -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(embed_images=True, raw_template=TEMPLATE, language_code=language)


def language_of(notebook: nbformat.NotebookNode) -> str:
    """The language of a lesson, by its metadata."""
    language = str(notebook.metadata.get("lesson", {}).get("language", ENGLISH))
    return language if language in languages() else ENGLISH


def export(lesson: Path, hide_code_of: str = "") -> str:
    """The HTML of a lesson with its stored outputs, without the code of cells with the tag
    `hide_code_of`.
    """
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        if hide_code_of and hide_code_of in cell.metadata.get("tags", []):
            cell.metadata["transient"] = {"remove_source": True}
    return _export_notebook(notebook, language_of(notebook))


def export_text(text: str) -> str:
    """The HTML of a page in Markdown, which is in the language of the current lessons."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": text, "id": "page"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return _export_notebook(nbformat.from_dict(notebook), current().language)


def _export_notebook(notebook: nbformat.NotebookNode, language: str) -> str:
    """The HTML of a notebook; the page is named after its first heading."""
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = re.search(r"^# (.+)$", first, re.M)
    if heading is None:
        raise ValueError("The first text of a page must begin with a heading (# ...).")
    notebook.metadata["title"] = heading[1]
    with speaking(language):
        words = {"scrolls": say("output, scrolls sideways")}
    html, _ = _exporter(language).from_notebook_node(notebook, resources=words)
    return str(html).replace(FILLER, "")
