"""Every rule of the anatomy can fail: a small lesson that keeps them all, broken in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import anatomy
from tests.anatomy import Cell, source

QUESTION = "Did the post carry more?"
#: One cell a paragraph; code begins with ">". A line "The answer" in brackets is what it printed.
LESSON = f"""
# 05 · Parcels

{QUESTION} Somebody said so, and somebody pays for it.

---
> **Content note.** Parcels. [help lines](help.md)
---
>from helpers import about, check, guess, load, reveal
---
Did this cell end in red? Do this.
---
How many parcels came?
---
>my_guess = ...
guess("05.g1", my_guess, sure=...)
---
## About this lesson

You will be able to

- count;
- compare;
- ask.

Reading 20 minutes, exercises 10 minutes. In 50 minutes: section 1.

You need lesson [00](00_start_here.ipynb).
---
>about("parcels", short=True)
---
## 1. Look (core)

**Try it 05.a** How many rows?
---
>answer = ...
check("05.a", answer)
---
>reveal("05.g1", total, "parcels")
[The answer: 1,234 parcels.]
---
In which town?
---
>my_guess = ...  # "a" or "b"
guess("05.g2", my_guess)
---
>print(towns)
---
>reveal("05.g2", "b", "Northport")
[The answer: b (Northport).]
---
## 2. Compare (core)

**Try it 05.b** More?
---
>answer = ...
check("05.b", answer)
---
## 3. More (extension)

**Try it 05.c** And then?
---
>answer = ...
check("05.c", answer)
---
## Exercises
---
>answer = ...
check("05.1", answer)
---
## Key points

- Count.
"""


def cells(text: str = LESSON) -> list[Cell]:
    made = []
    for number, part in enumerate(text.strip().split("\n---\n")):
        body, *printed = re.split(r"\n\[(The answer: .*)\]", part.strip("\n"))
        outputs = [{"text": [printed[0] + "\n"]}] if printed and printed[0] else []
        code = body.startswith(">") and not body.startswith("> ")
        made.append(
            {
                "id": f"c{number}",
                "cell_type": "code" if code else "markdown",
                "source": [body.removeprefix(">") if code else body],
                "outputs": outputs,
            }
        )
    return made


def said(text: str) -> list[str]:
    """Everything that the rules say of a lesson."""
    made = cells(text)
    rules: list[Iterator[str]] = [
        anatomy.opening(made, QUESTION, content_note="Content note" in text),
        anatomy.about_the_lesson(made, "05"),
        anatomy.cards(made),
        anatomy.try_its(made, "05"),
        anatomy.guesses_are_answered(made, "05"),
        anatomy.spoiled(made),
        anatomy.time(made, 15),
    ]
    return [sentence for rule in rules for sentence in rule]


def test_the_small_lesson_keeps_every_rule() -> None:
    assert said(LESSON) == []


IMPORT = ">from helpers import about, check, guess, load, reveal"
GUESS = '>my_guess = ...\nguess("05.g1", my_guess, sure=...)'
BROKEN = [
    (QUESTION, "Did it?", "question of the block word for word"),
    ("Somebody said so", "word " * 80 + "Somebody said so", "at most 80"),
    ("[help lines](help.md)", "Help.", "links [help lines](help.md)"),
    ("Parcels. [help", "Parcels. " * 60 + "[help", "the content note has more than"),
    (IMPORT, IMPORT + "\nimport re" * 6, "in at most 6 lines"),
    ("Did this cell end in red?", "Did it?", "whose first cell ends in red"),
    (IMPORT, ">x = 5", "the first code cell has the imports"),
    (IMPORT, IMPORT + "\n[The answer: .]\n[The answer: 5.]", "the imports print nothing"),
    ("How many parcels came?", "How many came? " * 30, "at most 70"),
    (GUESS, GUESS + "\n\n\nprint(5)", "in a cell of two lines"),
    ("How many parcels came?\n---\n", "", "above '## About this lesson' are"),
    ("## About this lesson", "Some words", "there is no section '## About this lesson'"),
    ("- count;\n", "", "three or four points"),
    ("Reading 20 minutes,", "Reading some minutes,", "'Reading N minutes, exercises N minutes"),
    ("You need lesson [00](00_start_here.ipynb).", "", "link the lessons"),
    (", short=True)", ")", "show the short card"),
    (">about(", '>about("towns", short=True)\nabout(', "2 data cards before section 1"),
    ("**Try it 05.b** More?\n---\n>answer = ...\ncheck", "\n---\n>fetch", "nothing to try in the"),
    ('check("05.c", answer)', "x", "2 questions to try: at least 3"),
    ("**Try it 05.b**", "**Question**", "has no text '**Try it 05.b**' above it"),
    ("05.c", "05.d", "in order, in the text and in check()"),
    ('reveal("05.g2", "b", "Northport")', "x", "05.g2: 1 guess cells and 0 calls of reveal"),
    ('reveal("05.g1", total, "parcels")', 'reveal("05.g3", total)', "05.g3: 0 guess cells"),
    ('guess("05.g2", my_guess)', "x", "1 guesses: two to four"),
    ("05.g2", "05.g3", "the guesses are called 05.g1"),
    ('>my_guess = ...  # "a" or "b"', ">my_guess = 5", "waits for the reader"),
    ("How many parcels came?", "How many of the 1,234 came?", "has 1,234 above the guess"),
    ("In which town?", "After 1234 parcels?\n---\nAnd?", ""),
    ('>answer = ...\ncheck("05.a"', '>title = "1_234"\ncheck("05.a"', "before the answer"),
    ('reveal("05.g1", total', 'reveal("05.g1", 1234', "has 1,234 before the answer"),
    (">print(towns)\n---\n", "", "the cell below the guess has the answer in its code"),
    ("- Count.", "count " * 3000, "words, cells and questions: "),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN)
def test_each_rule_can_fail(old: str, new: str, sentence: str) -> None:
    assert old in LESSON
    problems = said(LESSON.replace(old, new))
    assert (not problems) if not sentence else any(sentence in problem for problem in problems), (
        problems
    )


def test_a_guess_that_is_revealed_too_early() -> None:
    made = cells()
    place = next(i for i, cell in enumerate(made) if 'reveal("05.g2"' in source(cell))
    made.insert(0, made.pop(place))
    assert "05.g2 is revealed before it is asked" in list(anatomy.guesses_are_answered(made, "05"))


def test_an_output_above_the_guess_gives_it_away() -> None:
    shown = LESSON.replace("reveal]", "reveal]").replace(IMPORT, IMPORT + "\n[The answer: 1,234.]")
    assert any("has 1,234 above the guess" in problem for problem in said(shown))


def spoiled(change: Callable[[str], str], answer: str) -> list[str]:
    """What is said when the second guess is for this answer, and one text is changed."""
    text = LESSON.replace("The answer: b (Northport).", f"The answer: {answer}.")
    return list(anatomy.spoiled(cells(change(text).replace('"b", "Northport"', "truth"))))


@pytest.mark.parametrize(
    ("answer", "code", "given_away"),
    [
        ("2016", 'title = "Most were carried in 2016 or so"', True),
        ("2016", 'few = towns.query("year == 2016")', False),
        ("6", "towns.head(6)", False),
        ("0.9 percent", "limit = 0.9", True),
        ("0.9 percent", "limit = 10.9", False),
        ("63,632 deaths", "limit = 63_632", True),
        ("63,632 deaths", "limit = 63632.5", False),
        ("-47.4 percent", "change = 47.4", True),
        ("Northport", 'title = "Northport is ahead"', True),
        ("Northport", 'title = "One is ahead"', False),
    ],
)
def test_what_gives_a_guess_away(answer: str, code: str, given_away: bool) -> None:
    def with_code(text: str) -> str:
        return text.replace(">print(towns)", f">{code}")

    assert bool(spoiled(with_code, answer)) == given_away


def test_minutes_are_counted_from_words_cells_and_questions() -> None:
    def minutes(words: int, code: int, tries: int) -> int:
        text: list[Any] = [{"cell_type": "markdown", "source": ["word " * words]}]
        text += [{"cell_type": "code", "source": ["x"]}] * code
        text += [{"cell_type": "code", "source": ['check("05.a", answer)']}] * tries
        return anatomy.reading_minutes(text)

    assert [minutes(1300, 0, 0), minutes(1301, 0, 0)] == [10, 15]
    assert [minutes(0, 20, 0), minutes(0, 0, 5), minutes(1300, 20, 5)] == [10, 10, 30]
