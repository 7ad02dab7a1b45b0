"""Ten questions before the course and ten after it: print both forms, or compare the answers.

    python3 course.py quiz              writes handouts/questions_form_a.html and _form_b.html
    python3 course.py quiz answers.csv  compares a class's answers before and after

The file of answers, saved by a spreadsheet program as CSV, has the columns learner, when (before or
after), form (a or b) and 1 to 10, with a letter in each of the ten, or nothing. Nothing is sent
anywhere. How to read the comparison: notebooks/guide/before_and_after.md. With --lang es the forms
are in Spanish (in handouts/es/); answers are the same letters, and the columns have the same names.
"""

from __future__ import annotations

import html
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.collection import current, found
from helpers.command import command_parser
from helpers.language import say, say_number, shown, translatable
from helpers.sheets import SheetError, read_sheet
from tools.choice import folder_for
from tools.page import export_text

FORMS = ("a", "b")
TIMES = ("before", "after")
LETTERS = "abcd"
LETTERED = '<ol type="a" style="list-style: lower-alpha">'
SHUFFLES = 10_000


#: What a learner has twice in a file of answers, by its column.
_TWICE = {
    "when": translatable("two rows for the time {value}"),
    "form": translatable("the same form twice, form {value}"),
}


class QuizError(ValueError):
    """The answers cannot be compared; the message says why, where, and what to do."""


@dataclass(frozen=True)
class Question:
    """One question of one form: its idea and the lesson that teaches it, four options, the key."""

    idea: str
    lesson: str
    question: str
    options: tuple[str, ...]
    key: str
    holds: str


def source() -> Path:
    """The file with the questions, which all languages share."""
    return found().notebooks / "guide" / "before_and_after.toml"


def questions(form: str) -> list[Question]:
    """The ten questions of a form ("a" or "b"), in order and in English."""
    items = tomllib.loads(source().read_text(encoding="utf-8"))["item"]
    return [
        Question(
            item["idea"],
            item["lesson"],
            item[form]["question"],
            tuple(item[form]["options"]),
            item[form]["key"],
            item[form].get("holds", ""),
        )
        for item in items
    ]


def page(form: str) -> str:
    """A form as a web page to print, without its key, in the language in use."""
    heading = say("Ten questions, form {form}", form=form.upper())
    lines = [
        f"# {heading}",
        say(
            "Choose one answer for each question. If you have no idea, skip the question. This is "
            "not graded. All numbers are made up for the questions (SYNTHETIC)."
        ),
        say("Name or number: ______________________  Date: ______________"),
    ]
    for number, asked in enumerate(questions(form), start=1):
        lines.append(f"**{number}.** {html.escape(shown(asked.question))}")
        options = "\n".join(f"<li>{html.escape(shown(text))}</li>" for text in asked.options)
        lines.append(f"{LETTERED}\n{options}\n</ol>")
    return export_text("\n\n".join(lines))


def read_answers(path: Path) -> pd.DataFrame:
    """The answers of a class, a row for each learner and time, checked.

    Raises
    ------
    QuizError
        The file cannot be read, a column is missing, a cell holds something else than it should, or
        a learner has two rows for one time or the same form twice.
    """
    numbers = [str(number) for number in range(1, len(questions("a")) + 1)]
    try:
        columns, rows = read_sheet(path)
    except SheetError as error:
        raise QuizError(str(error)) from None
    names = {column: column.strip().lower() for column in columns}
    answers = pd.DataFrame(
        [{names[column]: cell.strip() for column, cell in row.items()} for _, row in rows],
        index=[line for line, _ in rows],
        columns=list(dict.fromkeys(names.values())),
        dtype=str,
    )
    missing = [name for name in ("learner", "when", "form", *numbers) if name not in answers]
    if missing:
        raise QuizError(
            say("{name} has no column {column!r}: add it.", name=path.name, column=missing[0])
        )
    rest = [name for name in answers.columns if name != "learner"]
    answers[rest] = answers[rest].apply(lambda column: column.str.lower())
    allowed = {"when": TIMES, "form": FORMS} | dict.fromkeys(numbers, ("", *LETTERS))
    for name, values in allowed.items():
        for line, cell in answers[name].items():
            if cell not in values:
                expected = say(" or ").join(value or say("nothing") for value in values)
                raise QuizError(
                    say(
                        "{file}, line {line}, column {column}: {cell!r} was given where {expected} "
                        "is possible. Correct the cell.",
                        file=path.name,
                        line=line,
                        column=name,
                        cell=cell,
                        expected=expected,
                    )
                )
    for key, problem in _TWICE.items():
        twice = answers[answers.duplicated(["learner", key])]
        if len(twice):
            row = twice.iloc[0]
            raise QuizError(
                say(
                    "{file}: {learner!r} has {twice}. Keep one row for each time, with another "
                    "form each time.",
                    file=path.name,
                    learner=row["learner"],
                    twice=say(problem, value=row[key]),
                )
            )
    return answers


def marked(answers: pd.DataFrame) -> pd.DataFrame:
    """1 for each right answer and 0 for each other one, for learners with both times.

    The index is learner and time, the columns are the numbers of the questions.
    """
    keys = {form: [asked.key for asked in questions(form)] for form in FORMS}
    numbers = [str(number) for number in range(1, len(keys["a"]) + 1)]
    expected = pd.DataFrame([keys[form] for form in answers["form"]], columns=numbers)
    right = (answers[numbers].reset_index(drop=True) == expected).astype(int)
    right.index = pd.MultiIndex.from_frame(answers[["learner", "when"]])
    both = answers["learner"].value_counts() == len(TIMES)
    marks: pd.DataFrame = right[right.index.get_level_values("learner").isin(both.index[both])]
    return marks


def compare(answers: pd.DataFrame) -> pd.DataFrame:
    """Right before and after, question by question and in all, of the learners with both times.

    Columns: idea, before and after (learners who were right), learned (wrong, then right), lost
    (right, then wrong), difference (in percentage points), low and high (the middle 95 percent of
    the difference over resampled learners, seeded). The last row is the mean over the questions.

    Raises
    ------
    QuizError
        Fewer than two learners answered both times.
    """
    right = marked(answers)
    if right.index.get_level_values("learner").nunique() < 2:
        raise QuizError(
            say("Fewer than two learners answered both times: nothing can be compared.")
        )
    times = right.index.get_level_values("when")
    before, after = (right[times == when].droplevel("when").sort_index() for when in TIMES)
    change: pd.DataFrame = after - before
    table = pd.DataFrame(
        {
            "idea": [asked.idea for asked in questions("a")],
            "before": before.sum().to_numpy(),
            "after": after.sum().to_numpy(),
            translatable("learned"): (change == 1).sum().to_numpy(),
            translatable("lost"): (change == -1).sum().to_numpy(),
        },
        index=change.columns,
    )
    table.loc["all"] = [translatable("all ten"), *table.drop(columns="idea").sum()]
    by_learner = change.assign(all=change.mean(axis="columns")) * 100
    drawn = np.random.default_rng(20171214).integers(
        len(by_learner), size=(SHUFFLES, len(by_learner))
    )
    means = by_learner.to_numpy()[drawn].mean(axis=1)
    table["difference"] = by_learner.mean()
    table["low"], table["high"] = np.quantile(means, [0.025, 0.975], axis=0)
    return table


def report(answers: pd.DataFrame) -> str:
    """The comparison as text, with what it does and does not show."""
    table = compare(answers)
    pairs = len(marked(answers)) // 2
    alone = answers["learner"].nunique() - pairs
    columns = ["difference", "low", "high"]
    signed = table.assign(**{name: table[name].map("{:+.0f}".format) for name in columns})
    signed["idea"] = signed["idea"].map(shown)
    started = answers.query("when == 'before'").groupby("form")["learner"].count()
    forms = ", ".join(
        say("form {form} {count}", form=form.upper(), count=started.get(form, 0)) for form in FORMS
    )
    guide = current().notebooks / "guide" / "before_and_after.md"
    return "\n".join(
        [
            say(
                "{pairs} learners answered before and after. Began with: {forms}.",
                pairs=pairs,
                forms=forms,
            ),
            say_number(
                "One learner answered only once and is left out.",
                "{number} learners answered only once and are left out.",
                alone,
            )
            if alone
            else "",
            signed.rename(columns=shown).to_string(),
            say(
                "difference: percentage points; low and high: 95 percent interval over the "
                "learners."
            ),
            say(
                "There is no class without the course beside this one, so the change is not the\n"
                "course's effect alone: see {guide}.",
                guide=guide.relative_to(current().root).as_posix(),
            ),
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("quiz", __doc__)
    parser.add_argument("answers", nargs="?", type=Path, help="a CSV file of a class's answers")
    path = parser.parse_args(arguments).answers
    if path is not None:
        try:
            print(report(read_answers(path)))
        except QuizError as error:
            parser.exit(2, f"{error}\n")
        return 0
    folder = folder_for("handouts")
    folder.mkdir(parents=True, exist_ok=True)
    for form in FORMS:
        written = folder / f"questions_form_{form}.html"
        written.write_text(page(form), encoding="utf-8", newline="\n")
        print(say("wrote {path}", path=written.relative_to(current().root).as_posix()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
