"""Everything in this collection fits together: exercises and keys, tables and lessons, claims and
blocks, numbers in prose and the data.
"""

from __future__ import annotations

from helpers.authoring.review import claim_problems, lesson_problems, stray_folders
from tests.lessons import COLLECTION, LESSONS, Lesson, each_lesson


@each_lesson
def test_a_lesson_fits_together(lesson: Lesson) -> None:
    assert not lesson_problems(lesson)


def test_claims_and_folders_belong_to_lessons() -> None:
    assert not [*claim_problems(LESSONS), *stray_folders(COLLECTION, LESSONS)]
