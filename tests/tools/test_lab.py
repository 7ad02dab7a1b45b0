"""What `lab` does before JupyterLab starts: the lessons are copied, and its defaults are ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from helpers import lab
from helpers.collection import current
from tests.lessons import LESSONS, NOTEBOOKS


def test_lessons_are_copied_without_results_and_never_over_a_copy(tmp_path: Path) -> None:
    target = tmp_path / "my_work"
    made, kept = lab.copy_lessons(current(), target)
    assert made == [lesson.path.name for lesson in LESSONS] and kept == []
    for lesson in LESSONS:
        mine = json.loads((target / lesson.path.name).read_text(encoding="utf-8"))
        assert all(
            cell["outputs"] == [] and cell["execution_count"] is None
            for cell in mine["cells"]
            if cell["cell_type"] == "code"
        )
        assert [cell["source"] for cell in mine["cells"]] == [
            cell["source"] for cell in lesson.notebook["cells"]
        ]
        assert [cell["id"] for cell in mine["cells"]] == [
            cell["id"] for cell in lesson.notebook["cells"]
        ]
    glossary = target / "glossary.md"
    assert glossary.read_bytes() == (NOTEBOOKS / "glossary.md").read_bytes(), (
        "the links of the copies lead nowhere"
    )
    (target / made[0]).write_text("my own notes")
    (target / made[1]).unlink()
    glossary.write_text("an older edition")
    again, kept = lab.copy_lessons(current(), target)
    assert glossary.read_bytes() == (NOTEBOOKS / "glossary.md").read_bytes(), (
        "the glossary is ours: the present one replaces an older one"
    )
    assert again == [made[1]] and kept == [name for name in made if name != made[1]]
    assert (target / made[0]).read_text() == "my own notes"


def test_lab_reads_our_defaults(tmp_path: Path) -> None:
    """As the server of JupyterLab hands them to the page: the names are still its own, and the
    values are ours.
    """
    from jupyterlab_server.settings_utils import get_settings

    def properties(plugin: str) -> dict:
        settings, _ = get_settings(
            str(tmp_path / "share" / "jupyter" / "lab" / "settings"),
            str(schemas),
            str(tmp_path),
            schema_name=plugin,
        )
        return settings["schema"]["properties"]

    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    before = {plugin: properties(plugin) for plugin in lab.LAB_DEFAULTS}
    lab.set_lab_defaults(tmp_path)
    for plugin, values in lab.LAB_DEFAULTS.items():
        for name, value in values.items():
            old = before[plugin][name]["default"]
            assert not isinstance(value, dict) or set(value) == set(old), (
                f"{plugin}: {name} has other parts now"
            )
            assert properties(plugin)[name]["default"] == value != old
