"""The class at a glance: every number by hand, few learners, and folders that hold nothing. All
learners and marks in these tests are SYNTHETIC.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from marking import exercises, grade, report, tables
from tests.campaigns import accessibility
from tests.marking import inbox as made
from tests.tools.test_quiz import HEADER, keys

NUMBERS = ["02.1", "02.2", "02.3"]
FILES = ["learner", "lesson", "file", "status", "counts", "late", "right", "of"]


def folder_of(marks: np.ndarray, place: Path, **changes: dict[tuple[int, str], str]) -> Path:
    """A folder of marks: rows are learners, columns the exercises of lesson 02.

    `changes` give a column of long.csv other cells, by learner's position and exercise.
    """
    names = [f"learner {n:03}" for n in range(len(marks))]
    rows = []
    for name, line in zip(names, marks, strict=True):
        for number, credit in zip(NUMBERS, line, strict=True):
            state = "right" if credit else "wrong"
            rows.append([name, "02", number, state, int(credit), "", "", "", ""])
    long = pd.DataFrame(rows, columns=tables.LONG)
    for column, cells in changes.items():
        for (position, number), value in cells.items():
            hit = (long["learner"] == names[position]) & (long["exercise"] == number)
            long.loc[hit, column] = value
    files = pd.DataFrame(
        [
            [name, "02", f"{name}/02.ipynb", "marked", "yes", "", int(line.sum()), 3, 1.5, "", ""]
            for name, line in zip(names, marks, strict=True)
        ],
        columns=[*FILES, "seconds", "written", "roster"],
    )
    place.mkdir(exist_ok=True)
    long.to_csv(place / "long.csv", index=False, encoding="utf-8-sig")
    files.to_csv(place / "files.csv", index=False)
    pd.DataFrame({"learner": names}).to_csv(place / "marks.csv", index=False)
    return place


def class_of(n: int) -> np.ndarray:
    """Learners whose skill decides the first two exercises; the third is a coin."""
    rng = np.random.default_rng(7)
    skill = rng.normal(size=n)
    return np.column_stack(
        [skill + rng.normal(size=n) > 0, skill + rng.normal(size=n) > 1, rng.random(n) > 0.5]
    ).astype(int)


def test_facility_and_discrimination_are_those_computed_by_hand(tmp_path: Path) -> None:
    marks = class_of(80)
    long = report.read(folder_of(marks, tmp_path), "long.csv", tables.LONG)
    items = report.item_table(long)
    for column, number in enumerate(NUMBERS):
        states, found = items[number]
        assert states["right"] == marks[:, column].sum() and states.sum() == 80
        rest = np.delete(marks, column, axis=1).sum(axis=1)
        right, wrong = rest[marks[:, column] == 1], rest[marks[:, column] == 0]
        share = marks[:, column].mean()
        by_hand = (right.mean() - wrong.mean()) / rest.std() * np.sqrt(share * (1 - share))
        assert found.n == 80 and found.value == pytest.approx(by_hand)
        assert found.low < found.value < found.high


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    counts = np.random.default_rng(1).binomial(25, 0.9, size=2000)
    ends = [report.interval(int(count), 25) for count in counts]
    assert 0.93 < np.mean([low <= 0.9 <= high for low, high in ends]) < 0.98
    assert report.interval(0, 10)[0] == 0 and report.interval(10, 10)[1] == 1
    assert report.interval(0, 0) == (0, 1)


def test_the_same_folder_gives_the_same_page(tmp_path: Path) -> None:
    folder = folder_of(class_of(40), tmp_path)
    assert report.page(folder) == report.page(folder)


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (class_of(19), "19 learners are too few to say anything; 20 are needed"),
        (class_of(1), ">One learner is too few to say anything; 20 are needed"),
        (np.ones((30, 3), dtype=int), "all have the same result"),
        (np.array([[1, 1, 0]] * 15 + [[0, 1, 0]] * 15), "all have the same score in the others"),
    ],
)
def test_where_nothing_can_be_said_a_sentence_says_so(
    marks: np.ndarray, said: str, tmp_path: Path
) -> None:
    page = report.page(folder_of(marks, tmp_path))
    assert said in page and "nan" not in page


def test_a_trap_is_counted_with_its_hint(tmp_path: Path) -> None:
    marks = np.zeros((5, 3), dtype=int)
    traps = {(n, "02.1"): "trap 2" for n in range(3)} | {(3, "02.1"): "trap 1"}
    page = report.page(folder_of(marks, tmp_path, trap=traps | {(0, "02.2"): "trap 99"}))
    rows = re.findall(r'<th scope="row">(02\.\d, trap \d+)</th><td>(\d of \d)<.*?<td>(.*?)<', page)
    assert rows[0] == (
        "02.1, trap 2",
        "3 of 5",
        "That is the rise as a share; the question asks for percent.",
    )
    assert [row[:2] for row in rows[1:]] == [
        ("02.1, trap 1", "1 of 5"),
        ("02.2, trap 99", "1 of 5"),
    ]
    assert rows[2][2] == "(the key no longer has it)"


def test_flags_and_names_only_there(tmp_path: Path) -> None:
    same = {(0, "02.1"): "ab12", (4, "02.1"): "ab12", (1, "02.1"): "cd34", (2, "02.2"): "ab12"}
    folder = folder_of(class_of(5), tmp_path, code=same, outside={(3, "02.3"): "yes"})
    files = pd.read_csv(folder / "files.csv", dtype=str, keep_default_na=False)
    files.loc[2, "written"] = "notes.txt; <b>.csv"
    files.to_csv(folder / "files.csv", index=False)
    page = report.page(folder)
    before, flagged = page.split("<h2>To look at</h2>")
    assert "learner 0" not in before and "personal data" in before
    rows = re.findall(r'<th scope="row">(learner .*?)</th><td>(.*?)</td><td>(.*?)</td>', flagged)
    assert rows == [
        ("learner 000, learner 004", "02.1", "identical code"),
        ("learner 003", "02.3", "the answer was set outside the exercise&#x27;s cell"),
        ("learner 002", "lesson 02", "wrote files while it ran: notes.txt; &lt;b&gt;.csv"),
    ]


@pytest.mark.parametrize("of_nobody", [range(1), range(2, 5), range(6)])
def test_shares_are_of_the_roster(of_nobody: range, tmp_path: Path) -> None:
    """What matches nobody on it is counted apart, and in no share; flags are of all files."""
    same = {(0, "02.1"): "ab12", (5, "02.1"): "ab12"}
    folder = folder_of(np.ones((6, 3), dtype=int), tmp_path, code=same)
    files = pd.read_csv(folder / "files.csv", dtype=str, keep_default_na=False)
    files["roster"] = ["no" if n in of_nobody else "yes" for n in range(6)]
    absent = dict.fromkeys(files.columns, "") | {"status": "nothing was handed in", "counts": "no"}
    files.loc[6] = absent | {"learner": "Ann", "roster": "yes"}
    files.loc[7] = absent | {"learner": "Eve (?)", "roster": "no", "status": "not marked: x"}
    files.to_csv(folder / "files.csv", index=False)
    marks = pd.read_csv(folder / "marks.csv")["learner"].tolist()
    pd.DataFrame({"learner": [*marks, "Ann", "Eve (?)"]}).to_csv(folder / "marks.csv", index=False)
    page = report.page(folder)
    known = 6 - len(of_nobody)
    assert ("One learner." if known == 0 else f"{known + 1} learners.") in page
    assert "One learner on the roster handed in nothing. One file could not be marked" in page
    assert f"{1 + len(of_nobody)} files match no one on the roster: they may belong to" in page
    assert (f"{known} of {known + 1} (" in page) == (known > 0)
    assert (f"{known} / 0 / 0 / 0" in page) == (known > 0) and "identical code" in page


def test_without_a_roster_everybody_counts(tmp_path: Path) -> None:
    page = report.page(folder_of(class_of(5), tmp_path))
    assert "5 learners." in page and "5 of 5 (100%)" in page and "match no one" not in page
    assert "roster" not in page.split("<h2>")[1], "the part on progress"


def test_a_roster_on_which_everybody_handed_in_something(tmp_path: Path) -> None:
    folder = folder_of(class_of(5), tmp_path)
    files = pd.read_csv(folder / "files.csv", dtype=str, keep_default_na=False)
    files.assign(roster="yes").to_csv(folder / "files.csv", index=False)
    assert "Everyone on the roster handed in something. All files" in report.page(folder)


def test_an_untouched_exercise_is_no_identical_code(tmp_path: Path) -> None:
    same = {(n, "02.1"): "ab12" for n in range(5)}
    states = {(n, "02.1"): "untouched" for n in range(5)}
    page = report.page(folder_of(class_of(5), tmp_path, code=same, state=states))
    assert "Nothing was flagged." in page and "0 / 0 / 5 / 0" in page


def test_pairs_of_the_quiz(tmp_path: Path) -> None:
    folder = folder_of(class_of(5), tmp_path)
    assert "There is no answers.csv" in report.page(folder)
    a, b = ",".join(keys("a")), ",".join(keys("b"))
    lines = [f"x,before,a,{',' * 9}", f"x,after,b,{b}", f"y,before,b,{b}", f"y,after,a,{a}"]
    (folder / "answers.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    page = report.page(folder)
    assert "2 learners answered before and after. Difference: percentage points, with" in page
    assert "+50 (+0 to +100)" in page
    (folder / "answers.csv").write_text("learner\nx\n")
    assert "answers.csv has no column" in report.page(folder)


def test_tables_that_a_german_excel_saved_again_are_read_alike(tmp_path: Path) -> None:
    folder = folder_of(class_of(5), tmp_path)
    page = report.page(folder)
    for name in ("long.csv", "files.csv", "marks.csv"):
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        table.to_csv(folder / name, sep=";", index=False, encoding="cp1252", lineterminator="\r\n")
    assert report.page(folder) == page


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: folder.rename(folder.with_name("away")), "There is no folder"),
        (lambda folder: [p.unlink() for p in folder.iterdir()], "has no long.csv: name the folder"),
        (lambda folder: (folder / "files.csv").unlink(), "has no files.csv"),
        (lambda folder: (folder / "long.csv").write_text(""), "no column 'learner'"),
        (lambda folder: (folder / "long.csv").write_bytes(b"PK\x03\x04"), "it is a workbook"),
        (lambda folder: (folder / "marks.csv").write_text("who\nx\n"), "no column 'learner'"),
        (
            lambda folder: (folder / "long.csv").write_text(",".join(tables.LONG) + "\n"),
            "holds no marked notebook yet",
        ),
    ],
)
def test_a_folder_that_cannot_be_reported_on_is_one_sentence(
    damage: object, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(class_of(3), tmp_path / "inbox_marks")
    damage(folder)  # type: ignore[operator]
    assert report.main([str(folder)]) == 2
    out = capsys.readouterr().out
    assert said in out and out.count("\n") == 1
    assert not (folder / "report.html").exists()


def test_long_code_is_compared_without_comments_and_layout() -> None:
    long = "table = load('us_overdose_deaths').query('year == 2016 and co_involvement == \"all\"')"
    one = f"{long}\nanswer = table['deaths'].sum()   # mine\n"
    other = f"# all my own work\n{long}\n\nanswer = (table['deaths'].sum())\n"
    assert exercises.fingerprint(one) == exercises.fingerprint(other) != ""
    assert exercises.fingerprint(one) != exercises.fingerprint(one.replace("2016", "2017"))
    assert exercises.fingerprint("answer = 21.4") == ""
    assert exercises.fingerprint(f"{one} (") not in ("", exercises.fingerprint(one))


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("answer = 21.4", False),
        ("rise = 21.4\nanswer = rise", False),
        ("answer = rise", True),
        ("answer = 100 * rise", False),
        ("answer = = 3", False),
        ("for answer in [1, 2]:\n    pass", False),
        ("print(answer)", True),
    ],
)
def test_an_answer_from_another_cell_is_seen(text: str, outside: bool) -> None:
    found = exercises.find(made.notebook({"02.1": text}))
    assert found.outside == (["02.1"] if outside else [])


@pytest.mark.skipif(not grade.place.sandbox(), reason="files are known only in a sandbox")
def test_from_an_inbox_to_the_page(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    before = ["open('notes.txt', 'w').write('x')\nopen('.hidden', 'w').write('x')"]
    made.put(inbox, "ana/02_overdose_deaths.ipynb", made.notebook(before=before))
    made.put(inbox, "ben/02_overdose_deaths.ipynb", made.blank())
    assert grade.main([str(inbox)]) == 0
    assert report.main([str(tmp_path / "inbox_marks")]) == 0
    page = (tmp_path / "inbox_marks" / "report.html").read_text(encoding="utf-8")
    assert "2 of 2 (100%)" in page and "wrote files while it ran: notes.txt<" in page
    assert "ben" not in page


def test_axe_finds_nothing_and_nothing_is_fetched(tmp_path: Path) -> None:
    same = {(0, "02.1"): "ab12", (4, "02.1"): "ab12"}
    folder = folder_of(class_of(40), tmp_path, code=same, trap={(0, "02.1"): "trap 1"})
    page = report.page(folder)
    assert not re.search(r"https?:|<script|src=|@import", page)
    try:
        found = accessibility.violations(page)
    except accessibility.CannotCheckError as error:
        pytest.skip(str(error))
    assert found == []
