"""Mutants of stored outputs: a digit changed, an output dropped, counts cleared, cells reordered.

The control run has shown that every cell gives what is stored; so a changed stored output is red
exactly if it reads differently.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.campaigns.mutants.lesson import Lesson, source
from tests.campaigns.mutants.stage import in_child, shown, structure_fails


def mutations(lesson: Lesson, seed: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Operator, place and the changed notebook."""
    rng = random.Random(f"{seed} {lesson.number}")

    def fresh() -> tuple[dict[str, Any], list[dict[str, Any]]]:
        notebook = copy.deepcopy(lesson.notebook)
        return notebook, [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    for number, cell in enumerate(lesson.code):
        if not cell["outputs"]:
            continue
        notebook, code = fresh()
        if _change_digit(code[number], rng):
            yield "change a digit", f"cell {number + 1}", notebook
        notebook, code = fresh()
        code[number]["outputs"] = []
        yield "drop an output", f"cell {number + 1}", notebook
    for number in sorted(rng.sample(range(len(lesson.code)), 3)):
        notebook, code = fresh()
        code[number].update(outputs=[], execution_count=None)
        yield "clear a cell", f"cell {number + 1}", notebook
    notebook, code = fresh()
    for cell in code:
        cell.update(outputs=[], execution_count=None)
    yield "clear every cell", "notebook", notebook
    for number in sorted(rng.sample(range(len(lesson.code) - 1), 3)):
        notebook, code = fresh()
        one, other = (notebook["cells"].index(cell) for cell in code[number : number + 2])
        notebook["cells"][one], notebook["cells"][other] = (
            notebook["cells"][other],
            notebook["cells"][one],
        )
        yield "reorder cells", f"cells {number + 1} and {number + 2}", notebook


def _change_digit(cell: dict[str, Any], rng: random.Random) -> bool:
    """Change one digit that a reader sees, in one output of a cell; False if there is none."""
    places = []
    for output in cell["outputs"]:
        holders = (
            [(output, "text")]
            if "text" in output
            else [
                (output["data"], kind)
                for kind in ("text/plain", "text/html")
                if kind in output.get("data", {})
            ]
        )
        for holder, kind in holders:
            text = "".join(holder[kind])
            visible = re.sub(
                r"base64,[^\"]*|<[^>]*style[^>]*>|<style.*?</style>",
                lambda m: "_" * len(m[0]),
                text,
                flags=re.S,
            )
            places += [(holder, kind, text, m.start()) for m in re.finditer(r"\d", visible)]
    if not places:
        return False
    holder, kind, text, place = rng.choice(places)
    holder[kind] = (
        text[:place] + rng.choice([d for d in "0123456789" if d != text[place]]) + text[place + 1 :]
    )
    return True


def of_lesson(lesson: Lesson, seed: int) -> list[dict[str, str]]:
    """Every mutation of one lesson, and what goes red: comparison with what the cells give, or a
    structure test.
    """
    given = {cell["id"]: shown(cell["outputs"]) for cell in lesson.code}
    results = []
    for operator, place, notebook in [
        ("none", "control", lesson.notebook),
        *mutations(lesson, seed),
    ]:
        lesson.path.write_text(
            json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )  # in the copy
        mutant = Lesson(lesson.path)
        # as nbval does: a cell without count and without output is not compared
        compared = [cell for cell in mutant.code if cell["outputs"] or cell["execution_count"]]
        red = next(
            (
                f"comparison, cell {source(cell)[:30]!r}"
                for cell in compared
                if shown(cell["outputs"]) != given[cell["id"]]
            ),
            "",
        ) or str(in_child(partial(structure_fails, mutant)))
        results.append(
            {
                "kind": "outputs",
                "operator": operator,
                "name": f"lesson {lesson.number}, {place}",
                "killed_by": red,
            }
        )
    return results
