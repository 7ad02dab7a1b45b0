"""Small notebooks with the exercises of one lesson, as learners and attackers make them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.exercises import lesson_exercises
from marking import store

#: An exercise's answer is its key's, or what a test puts there.
LESSON = "02"


def numbers() -> list[str]:
    """The exercises of the lesson."""
    return [number for number in lesson_exercises(LESSON) if number[3:].isdigit()]


def right(number: str) -> str:
    """Code that gives the right answer."""
    return f"answer = {lesson_exercises(LESSON)[number].key()!r}"


def code(text: str, **more: Any) -> dict[str, Any]:
    """A code cell."""
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], **more} | {
        "execution_count": None
    }


def exercise(number: str, text: str) -> dict[str, Any]:
    """The cell of an exercise, as in a copy from `lab`."""
    return code(f'{text}\ncheck("{number}", answer)')


def notebook(
    texts: dict[str, str] | None = None, before: list[str] | None = None, opened: str = ""
) -> dict[str, Any]:
    """A notebook with every exercise: `texts` by number, the right answer for the others.

    `before` are cells above them, `opened` is the open answer.
    """
    texts = texts or {}
    cells = [code("from helpers import check, load"), *map(code, before or [])]
    cells += [exercise(number, texts.get(number, right(number))) for number in numbers()]
    asked = f"### Exercise {LESSON}.5 (open)\n\nWhy?\n\n*Your answer:*"
    cells.append({"cell_type": "markdown", "metadata": {}, "source": f"{asked} {opened}"})
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def spanish(texts: dict[str, str] | None = None, opened: str = "") -> dict[str, Any]:
    """The same in Spanish, as a copy of the Spanish lesson is."""
    whole = notebook(texts)
    cells = [code('from helpers.language import speak\n\nspeak("es")'), *whole["cells"][:-1]]
    asked = f"### Ejercicio {LESSON}.5 (abierto)\n\n¿Por qué?\n\n*Tu respuesta:*"
    cells.append({"cell_type": "markdown", "metadata": {}, "source": f"{asked} {opened}"})
    return whole | {"cells": cells, "metadata": {"lesson": {"language": "es"}}}


def blank(before: list[str] | None = None) -> dict[str, Any]:
    """A notebook in which nothing was answered."""
    return notebook(dict.fromkeys(numbers(), "answer = ..."), before)


def wrong(before: list[str] | None = None) -> dict[str, Any]:
    """A notebook in which every answer is wrong."""
    return notebook(dict.fromkeys(numbers(), "answer = -12345"), before)


def put(inbox: Path, name: str, content: Any) -> Path:
    """Write a notebook (or bytes) to inbox/NAME."""
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(raw)
    return path


def interrupt_after_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C come once, right after the first result is written."""
    save = store.save

    def interrupted(*arguments: Any) -> None:
        monkeypatch.setattr(store, "save", save)
        save(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "save", interrupted)
