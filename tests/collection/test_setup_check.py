"""What the set-up check, the map of lessons and the chain say of this collection."""

from __future__ import annotations

import tomllib

from packaging.requirements import Requirement

from helpers import load, setup_check
from helpers.lessons import lesson_map
from tests.lessons import COLLECTION, LESSONS, ROOT


def test_everything_is_in_place_here() -> None:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = sorted(Requirement(text).name for text in content["project"]["dependencies"])
    lines = setup_check.report().entries()
    names = [name for name, _ in lines]
    assert names == [COLLECTION.package, *direct, *setup_check.AROUND, "data"]
    assert {text for _, text in lines} == {"OK"}


def test_the_map_links_every_lesson() -> None:
    shown = lesson_map()._repr_html_()
    assert all(f'<a href="{lesson.path.name}">' in shown for lesson in LESSONS)


def test_lessons_name_stages_of_the_chain() -> None:
    stages = set(load("chain")["stage"])
    named = {lesson.more["stage"] for lesson in LESSONS if "stage" in lesson.more}
    assert named == stages, "every stage has a lesson, and no lesson names another"
