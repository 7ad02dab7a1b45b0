"""The rules of a lesson's anatomy: each takes the cells and gives one sentence for everything that
breaks it. tests/collection/test_lessons.py applies them; tests/collection/test_anatomy.py shows
that each can fail.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Cell = dict[str, Any]

#: What `helpers.reveal` prints before an answer where there is no guess.
ANSWER = "The answer: "
MOST_WORDS = 80  # of the first cell, below its title
MOST_WORDS_OF_A_NOTE = 50
MOST_WORDS_OF_A_QUESTION = 70
MOST_IMPORT_LINES = 6
FEWEST_TRY_ITS = 3
GUESSES = range(2, 5)
WORDS_A_MINUTE = 130
MINUTES_OFF = 5
END: Cell = {"cell_type": "markdown", "source": "## End"}
YEARS = range(1900, 2101)
_WORD = re.compile(r"\w[\w'’.,:-]*")
_LINK = re.compile(r"\]\([^)]*\)")


def source(cell: Cell) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def heading(cell: Cell) -> str:
    """The heading that a text cell begins with; empty if it has none."""
    first = source(cell).lstrip().split("\n", 1)[0]
    return first if cell["cell_type"] == "markdown" and re.match("##? ", first) else ""


def words(text: str) -> int:
    """How many words a text has, without the targets of its links."""
    return len(_WORD.findall(_LINK.sub("]", text)))


def calls(cell: Cell, name: str) -> list[ast.Call]:
    """The calls of a function in a code cell, in order."""
    if not is_code(cell):
        return []
    try:
        tree = ast.parse(source(cell))
    except SyntaxError:
        return []
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def first_argument(call: ast.Call) -> str:
    """The text given first to a call; empty if it is none."""
    value = call.args[0] if call.args else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def find(cells: list[Cell], pattern: str) -> int:
    """The place of the first cell whose heading fits; the number of cells if there is none."""
    return next((i for i, c in enumerate(cells) if re.match(pattern, heading(c))), len(cells))


#: Where a lesson sends readers whose imports fail; the page warns of `pip install helpers`.
IN_RED = "Did this cell end in red?"


def opening(cells: list[Cell], question: str, content_note: bool) -> Iterator[str]:
    """The first screen: the question, what is at stake, the imports with what to do when they end
    in red, and the first guess.
    """
    first = cells[: find(cells, "## About this lesson")]
    shown = [cell for cell in first if IN_RED not in source(cell)]
    imports = next((place for place, cell in enumerate(first) if cell["cell_type"] == "code"), 0)
    if len(first) != len(shown) + 1 or IN_RED not in source(first[imports + 1]):
        yield f"below the imports is a cell for those whose first cell ends in red: {IN_RED}"
    kinds = ["markdown"] * (1 + content_note) + ["code", "markdown", "code"]
    if [cell["cell_type"] for cell in shown] != kinds:
        yield (
            "above '## About this lesson' are: title and question, the content note if there is "
            "one, the imports, the question of the first guess, and its cell"
        )
        return
    title, note, (importing, asked, guess_cell) = shown[0], shown[1:-3], shown[-3:]
    below = source(title).split("\n", 1)[-1]
    if question not in " ".join(below.split()):
        yield f"the first cell has the question of the block word for word: {question}"
    if words(below) > MOST_WORDS:
        yield f"the first cell has {words(below)} words below its title: at most {MOST_WORDS}"
    for cell in note:
        if "**Content note.**" not in source(cell) or "](help.md)" not in source(cell):
            yield "the second cell is the content note, and links [help lines](help.md)"
        if words(source(cell)) > MOST_WORDS_OF_A_NOTE:
            yield f"the content note has more than {MOST_WORDS_OF_A_NOTE} words"
    lines = [line for line in source(importing).splitlines() if line.strip()]
    if len(lines) > MOST_IMPORT_LINES or not lines[0].startswith(("import ", "from ")):
        yield f"the first code cell has the imports, in at most {MOST_IMPORT_LINES} lines"
    if importing.get("outputs"):
        yield "the imports print nothing"
    if words(source(asked)) > MOST_WORDS_OF_A_QUESTION or heading(asked):
        yield (
            f"the question of the first guess has {words(source(asked))} words: at most "
            f"{MOST_WORDS_OF_A_QUESTION}, and no heading"
        )
    if not calls(guess_cell, "guess") or len(source(guess_cell).splitlines()) > 3:
        yield "the first thing to do is a guess, in a cell of two lines"


def about_the_lesson(cells: list[Cell], number: str) -> Iterator[str]:
    """Aims, time and prerequisites in a few lines."""
    place = find(cells, "## About this lesson")
    if place == len(cells):
        yield "there is no section '## About this lesson'"
        return
    text = source(cells[place])
    aims = re.findall(r"^- ", text, re.M)
    if "You will be able to" not in text or not 3 <= len(aims) <= 4:
        yield "About this lesson: 'You will be able to', and three or four points"
    if not re.search(r"Reading \d+ minutes, exercises \d+ minutes\. In 50 minutes: ", text):
        yield "About this lesson: 'Reading N minutes, exercises N minutes. In 50 minutes: ...'"
    if number != "00" and not re.search(r"\]\(\d\d_\w+\.ipynb\)", text):
        yield "About this lesson: link the lessons whose moves or ideas this one uses"


def cards(cells: list[Cell]) -> Iterator[str]:
    """At most one card before the first section, and only short ones in the flow."""
    first = find(cells, r"## 1\. ")
    early = [call for cell in cells[:first] for call in calls(cell, "about")]
    if len(early) > 1:
        yield f"{len(early)} data cards before section 1: at most one"
    for cell in cells[: find(cells, "## Exercises")]:
        for call in calls(cell, "about"):
            if not any(word.arg == "short" for word in call.keywords):
                yield f"about({first_argument(call)!r}): show the short card (short=True)"


def try_its(cells: list[Cell], number: str) -> Iterator[str]:
    """At least three questions to try before the exercises, and one in every core section."""
    asked: list[str] = []
    section, count = "", 0
    for cell in [*cells[: find(cells, "## Exercises")], END]:
        if heading(cell):
            if section.endswith("(core)") and not count and number != "00":
                yield f"nothing to try in the section {section!r}"
            section, count = heading(cell), 0
        if not is_code(cell):
            asked += re.findall(r"\*\*Try it (\d\d\.[a-z])", source(cell))
        for name in map(first_argument, calls(cell, "check")):
            count += 1
            if re.fullmatch(r"\d\d\.[a-z]", name) and name not in asked:
                yield f"check({name!r}) has no text '**Try it {name}**' above it"
    checked = [first_argument(call) for cell in cells for call in calls(cell, "check")]
    letters = [name for name in checked if re.fullmatch(r"\d\d\.[a-z]", name)]
    wanted = [f"{number}.{letter}" for letter in "abcdefghijklmnop"[: max(len(letters), 1)]]
    if len(letters) < FEWEST_TRY_ITS:
        yield f"{len(letters)} questions to try: at least {FEWEST_TRY_ITS}"
    if letters and (letters != wanted or asked != letters):
        yield f"the questions to try are {wanted}, in order, in the text and in check()"


class Asked(NamedTuple):
    """One guess: its name, its cell, the cell that reveals it, and the answer as printed there."""

    name: str
    cell: int
    revealed: int
    answer: str


def guesses(cells: list[Cell]) -> list[Asked]:
    """The guesses that are both asked and answered."""
    answers = {
        first_argument(call): (i, said)
        for i, cell in enumerate(cells)
        for call, said in zip(calls(cell, "reveal"), _said(cell), strict=False)
    }
    return [
        Asked(name, i, *answers[name])
        for i, cell in enumerate(cells)
        for name in map(first_argument, calls(cell, "guess"))
        if name in answers
    ]


def _said(cell: Cell) -> list[str]:
    """What `reveal` printed in a cell, one text for each call."""
    printed = "".join("".join(o.get("text", "")) for o in cell.get("outputs", []))
    lines = [line for line in printed.splitlines() if line.startswith(ANSWER)]
    said = [line.removeprefix(ANSWER).removesuffix(".") for line in lines]
    return said + [""] * (len(calls(cell, "reveal")) - len(said))


def guesses_are_answered(cells: list[Cell], number: str) -> Iterator[str]:
    """Each guess has its answer below it, and the other way round."""
    asked = [first_argument(call) for cell in cells for call in calls(cell, "guess")]
    told = [first_argument(call) for cell in cells for call in calls(cell, "reveal")]
    if len(asked) not in GUESSES:
        yield f"{len(asked)} guesses: two to four, where a result surprises"
    if asked != [f"{number}.g{i}" for i in range(1, len(asked) + 1)]:
        yield f"the guesses are called {number}.g1, {number}.g2 and so on, in order: {asked}"
    for name in {*asked, *told}:
        if asked.count(name) != 1 or told.count(name) != 1:
            yield (
                f"{name}: {asked.count(name)} guess cells and {told.count(name)} calls of reveal; "
                "one of each"
            )
    for guess in guesses(cells):
        if guess.revealed <= guess.cell:
            yield f"{guess.name} is revealed before it is asked"
        if not re.search(r"^\w+ = \.\.\.", source(cells[guess.cell]), re.M):
            yield f"{guess.name}: its cell waits for the reader with 'my_guess = ...'"


def spoiled(cells: list[Cell]) -> Iterator[str]:
    """Answers that stand above their guess, or in the text and code before they are revealed."""
    for guess in guesses(cells):
        number = re.match(r"-?[\d,]*\.?\d+", guess.answer)
        if number:
            yield from _spoiled_number(cells, guess, number[0])
        else:
            yield from _spoiled_choice(cells, guess)


def _spoiled_number(cells: list[Cell], guess: Asked, answer: str) -> Iterator[str]:
    bare = answer.replace(",", "").lstrip("-")
    if bare in {*map(str, range(11)), "100", "1000"}:
        return  # such a number is in every other cell
    forms = {answer.lstrip("-"), bare, *([f"{int(bare):_}"] if bare.isdigit() else [])}
    pattern = re.compile(
        rf"(?<![\d.,_])(?:{'|'.join(map(re.escape, sorted(forms)))})(?!\d|[.,_]\d)"
    )
    is_year = bare.isdigit() and int(bare) in YEARS
    for i, cell in enumerate(cells[: guess.revealed + 1]):
        if is_year:  # years are on every axis: only what is said between guess and answer counts
            text = _statements(cell) if i >= guess.cell else ""
        else:
            text = source(cell) + (_shown(cell) if i < guess.cell else "")
        if pattern.search(text):
            where = "above the guess" if i < guess.cell else "before the answer"
            yield f"{guess.name}: the cell {cell['id']} has {answer} {where}"


def _spoiled_choice(cells: list[Cell], guess: Asked) -> Iterator[str]:
    call = next(
        call
        for call in calls(cells[guess.revealed], "reveal")
        if first_argument(call) == guess.name
    )
    typed = len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    between = [cell for cell in cells[guess.cell + 1 : guess.revealed] if is_code(cell)]
    if typed and not between:
        yield (
            f"{guess.name}: the cell below the guess has the answer in its code; reveal it in a "
            "cell after the result"
        )
    answer = guess.answer.split(" (")[0]
    for cell in cells[guess.cell + 1 : guess.revealed] if len(answer) > 3 else []:
        if re.search(rf"\b{re.escape(answer)}\b", source(cell), re.I):
            yield f"{guess.name}: the cell {cell['id']} has {answer!r} before the answer"


def _statements(cell: Cell) -> str:
    """What a cell says in words: its text, or the texts in its code that are more than a name."""
    if not is_code(cell):
        return source(cell)
    try:
        tree = ast.parse(source(cell))
    except SyntaxError:
        return ""
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    return "\n".join(t for t in texts if isinstance(t, str) and t.count(" ") > 2 and "==" not in t)


def _shown(cell: Cell) -> str:
    """What a cell shows as text."""
    parts = []
    for output in cell.get("outputs", []):
        parts.append("".join(output.get("text", "")))
        parts.append("".join(output.get("data", {}).get("text/plain", "")))
    return "\n" + "\n".join(parts)


def reading_minutes(cells: list[Cell]) -> int:
    """Minutes of reading: words at a reader's pace, half a minute a code cell, two minutes a
    question to try; rounded up to five.
    """
    until = find(cells, "## Exercises")
    points, sources = find(cells, "## Key points"), find(cells, "## Sources")
    read = [*cells[:until], *cells[points:sources]]
    prose = sum(words(source(cell)) for cell in read if not is_code(cell))
    code = [cell for cell in read if is_code(cell)]
    checks = [first_argument(call) for cell in code for call in calls(cell, "check")]
    tries = [name for name in checks if re.fullmatch(r"\d\d\.[a-z]", name)]
    minutes = prose / WORDS_A_MINUTE + 0.5 * (len(code) - len(checks)) + 2 * len(tries)
    return 5 * math.ceil(minutes / 5)


def time(cells: list[Cell], reading: int) -> Iterator[str]:
    """The minutes of the block are those of words, cells and questions, give or take five."""
    counted = reading_minutes(cells)
    if abs(counted - reading) > MINUTES_OFF:
        yield f"the block says {reading} minutes of reading; words, cells and questions: {counted}"
