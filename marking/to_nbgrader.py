"""Hand marks to nbgrader, for those who like its Formgrader: its gradebook and its folder
autograded/ get what `grade` found, so that open answers can be read and scored there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers.collection import current
from helpers.language import shown, speaking
from helpers.lessons import choose_lessons
from marking.feedback import WORDS
from marking.judge import Mark
from marking.points import Comments
from marking.store import write_atomically
from marking.tables import Marked, Points, file_names
from tools.editions import open_course, release, write_source


def export(marked: list[Marked], points: Points, comments: Comments, course: Path) -> int:
    """Fill the nbgrader course folder `course`; returns how many submissions it holds now.

    Assignments that it lacks are released first. A score or comment that was entered in Formgrader
    stays unless open_points.csv has one.
    """
    counting = [one for one in marked if one.counts and one.status == "marked"]
    lessons = {path.name[:2]: path for path in choose_lessons(current())}
    needed = sorted({lessons[one.lesson] for one in counting})
    missing = [x for x in needed if not (course / "release" / x.stem / x.name).is_file()]
    for lesson in missing:
        write_source(lesson, course)
    if missing:
        release(course, [lesson.stem for lesson in missing])
    api = open_course(course)
    students = student_ids(counting)
    with api.gradebook as gradebook:
        for one in counting:
            name = lessons[one.lesson].stem
            student = students[one.learner]
            person = one.person
            gradebook.update_or_create_student(
                student, last_name=one.learner, email=(person.mail if person else None) or None
            )
            submission = gradebook.update_or_create_submission(name, student)
            with speaking(one.language):
                notebook = _answered(course / "release" / name / f"{name}.ipynb", one)
            target = course / "autograded" / student / name / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, json.dumps(notebook, indent=1) + "\n")
            for part in submission.notebooks:
                for grade in part.grades:
                    _score(grade, one, points)
                for comment in part.comments:
                    who = (one.learner, _number(comment.name))
                    if who in comments:
                        comment.manual_comment = comments[who]
        gradebook.db.commit()
    return len(counting)


def student_ids(marked: list[Marked]) -> dict[str, str]:
    """For each learner a name that nbgrader can use as a folder's: the roster's id, or the name."""
    named = {one.learner: (one.person.id if one.person else "") or one.learner for one in marked}
    folders = file_names(named.values())
    return {learner: folders[name].replace(" ", "_") for learner, name in named.items()}


def _number(grade_id: str) -> str:
    """02.1 from check-02-1."""
    return ".".join(grade_id.split("-")[1:])


def _score(grade: Any, one: Marked, points: Points) -> None:
    number = _number(grade.name)
    if grade.name.startswith("check-") and number in one.marks:
        grade.auto_score = float(one.marks[number].credit)
        grade.needs_manual_grade = False
    elif grade.name.startswith("open-"):
        written = bool(one.open_answers.get(number))
        if (one.learner, number) in points:
            grade.manual_score = float(points[one.learner, number])
        elif not written:
            grade.manual_score = 0.0
        grade.needs_manual_grade = written and grade.manual_score is None


def _answered(released: Path, one: Marked) -> dict[str, Any]:
    """The released notebook with the learner's answers and our outcomes in it."""
    notebook: dict[str, Any] = json.loads(released.read_text(encoding="utf-8"))
    found = one.submission.found
    code = {number: text for text, number in found.cells if number} if found else {}
    for cell in notebook["cells"]:
        grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        number = _number(grade_id)
        if grade_id.startswith("answer-") and number in code:
            cell["source"] = code[number]
        elif grade_id.startswith("check-") and number in one.marks:
            cell["outputs"], cell["execution_count"] = [_outcome(one.marks[number])], 1
        elif grade_id.startswith("open-") and one.open_answers.get(number):
            cell["source"] = one.open_answers[number]
    return notebook


def _outcome(mark: Mark) -> dict[str, Any]:
    said = "; ".join(filter(None, [mark.message or shown(WORDS[mark.state]), mark.remark]))
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": f"{mark.credit}  ({said})"},
    }
