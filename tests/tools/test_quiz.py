"""Ten questions in two forms: the keys follow from the numbers, and the comparison counts what it
says. All answers in these tests are SYNTHETIC.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lessons import GUIDE, LESSONS
from tools import quiz

IDEAS = 10
HEADER = "learner,when,form," + ",".join(str(n) for n in range(1, IDEAS + 1))


def keys(form: str) -> list[str]:
    return [asked.key for asked in quiz.questions(form)]


def write(folder: Path, *rows: tuple[str, str, str, list[str]]) -> Path:
    """A file of answers."""
    path = folder / "answers.csv"
    lines = [HEADER, *(",".join([*row[:3], *row[3]]) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("form", quiz.FORMS)
def test_the_arithmetic_behind_each_key_holds(form: str) -> None:
    asked = quiz.questions(form)
    assert len(asked) == IDEAS and sum(bool(one.holds) for one in asked) >= IDEAS - 1
    for one in asked:
        assert one.key in quiz.LETTERS and len(set(one.options)) == len(quiz.LETTERS)
        assert not one.holds or eval(one.holds, {"max": max}) is True, one.idea
    assert {one.lesson for one in asked} <= {lesson.number for lesson in LESSONS}


def test_forms_ask_the_same_with_other_numbers_and_other_letters() -> None:
    a, b = quiz.questions("a"), quiz.questions("b")
    assert [(one.idea, one.lesson) for one in a] == [(one.idea, one.lesson) for one in b]
    assert all(one.question != other.question for one, other in zip(a, b, strict=True))
    assert all(one.key != other.key for one, other in zip(a, b, strict=True))


def test_the_key_on_the_guide_page_is_the_key() -> None:
    text = (GUIDE / "before_and_after.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| (.+) \| (\d\d) \| ([a-d]) \| ([a-d]) \|$", text, re.M)
    asked = zip(quiz.questions("a"), keys("a"), keys("b"), strict=True)
    assert rows == [(one.idea, one.lesson, a, b) for one, a, b in asked]


def test_a_page_asks_everything_and_gives_no_key() -> None:
    for form in quiz.FORMS:
        page = quiz.page(form)
        assert all(one.options[0].split("'")[0] in page for one in quiz.questions(form))
        assert page.count("<li>") == IDEAS * len(quiz.LETTERS) and "SYNTHETIC" in page
        assert "skip the question. This is not graded." in page


def test_an_option_has_a_letter_and_no_bullet() -> None:
    (body,) = re.findall(r"<main.*</main>", quiz.page("a"), re.S)
    assert "<ul>" not in body and "a)" not in body
    assert len(re.findall(r'<ol style="list-style: lower-alpha"[^>]*>\s*<li>', body)) == IDEAS


def test_the_example_of_the_guide_page_can_be_compared(tmp_path: Path) -> None:
    text = (GUIDE / "before_and_after.md").read_text(encoding="utf-8")
    example = re.search(rf"```\n({HEADER}\n.*?)```", text, re.S)
    assert example
    path = tmp_path / "answers.csv"
    path.write_text(example[1] + example[1].split("\n", 1)[1].replace("17", "18"))
    assert "2 learners answered before and after" in quiz.report(quiz.read_answers(path))


def test_comparison_counts_pairs(tmp_path: Path) -> None:
    a, b = keys("a"), keys("b")
    wrong = ["a" if letter != "a" else "b" for letter in a]
    path = write(
        tmp_path,
        ("x", "before", "a", ["", *wrong[1:]]),
        ("x", "after", "b", b),
        ("y", "before", "b", b),
        ("y", "after", "a", [wrong[0], *a[1:]]),
        ("z", "before", "a", a),
    )
    table = quiz.compare(quiz.read_answers(path))
    first, second, total = table.loc["1"], table.loc["2"], table.loc["all"]
    assert [first[c] for c in ("before", "after", "learned", "lost")] == [1, 1, 1, 1]
    assert [second[c] for c in ("before", "after", "learned", "lost")] == [1, 2, 1, 0]
    assert first["difference"] == 0 and second["difference"] == 50
    assert total["before"] == 10 and total["after"] == 19 and total["difference"] == 45
    assert (table["low"] <= table["difference"]).all()
    assert (table["difference"] <= table["high"]).all()
    said = quiz.report(quiz.read_answers(path))
    assert "One learner answered only once and is left out." in said
    assert "difference: percentage points; low and high" in said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("x", "before", "a", ["e"] + [""] * 9)], "line 2, column 1: 'e' was given where"),
        ([("x", "later", "a", [""] * 10)], "column when: 'later' was given where before or after"),
        ([("x", "before", "c", [""] * 10)], "column form: 'c' was given where a or b"),
        ([("x", "before", "a", [""] * 10)] * 2, "'x' has two rows for the time before"),
        (
            [("x", "before", "a", [""] * 10), ("x", "after", "a", [""] * 10)],
            "'x' has the same form twice, form a",
        ),
        ([("x", "before", "a", [""] * 10)], "Fewer than two learners answered both times"),
    ],
)
def test_bad_answers_are_a_sentence(
    rows: list[tuple[str, str, str, list[str]]],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end:
        quiz.main([str(write(tmp_path, *rows))])
    assert end.value.code == 2 and said in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_answers_are_read_as_any_spreadsheet_program_saves_them(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    lines = [HEADER.replace("learner", " Learner").replace("when", "When")]
    for name, first, second in (("José", "a", "b"), ("Zoë", "b", "a")):
        lines.append(",".join([name, "before", first, *keys(first)]))
        lines.append(",".join([name, "after", second, *keys(second)]))
    lines.append("," * (IDEAS + 2))  # a row that was emptied
    path = tmp_path / "answers.csv"
    path.write_bytes("\r\n".join(lines).replace(",", separator).encode(encoding))
    answers = quiz.read_answers(path)
    assert list(dict.fromkeys(answers["learner"])) == ["José", "Zoë"]
    assert quiz.compare(answers).loc["all", "before"] == 2 * IDEAS


def test_the_line_that_is_named_is_that_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, ("x", "before", "a", [""] * 10), ("x", "late", "b", [""] * 10))
    path.write_text(path.read_text().replace("\nx", "\n\nx"))
    with pytest.raises(quiz.QuizError, match="line 5, column when: 'late' was given"):
        quiz.read_answers(path)


def test_a_missing_file_or_column_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.csv"
    for content, said in [
        (None, f"There is no file {path}. Correct its name or its folder.\n"),
        (b"PK\x03\x04", "x.csv cannot be read as a table (it is a workbook, not text)."),
        (b"", "x.csv has no column 'learner': add it."),
        (b"learner,when\n", "x.csv has no column 'form': add it."),
    ]:
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SystemExit):
            quiz.main([str(path)])
        assert capsys.readouterr().err.startswith(said)
