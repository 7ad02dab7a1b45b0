"""The guards are guarded: break one thing in a copy of the collection, and see the right cell of
lesson 02 go red. The copies are run together, in one process; the unbroken one must be green.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.collection import test_lessons
from tests.guards.copies import Cell, CollectionCopy, strict_run
from tests.lessons import Lesson, source

NUMBER = "02"
Notebook = dict[str, Any]


def cell_with(notebook: Notebook, text: str) -> dict[str, Any]:
    """The one code cell whose source contains `text`."""
    cells = [
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" and text in source(cell)
    ]
    assert len(cells) == 1, f"{text!r} is in {len(cells)} cells"
    return cells[0]


def picture_of(cell: dict[str, Any]) -> dict[str, Any]:
    """The output of a cell that holds its picture."""
    outputs = [output["data"] for output in cell["outputs"] if "data" in output]
    return next(data for data in outputs if "<img" in "".join(data.get("text/html", "")))


FIGURE = "ax = sns.lineplot(total"
SUM = "sum of the classes"
VERDICT = 'claims.judge("overdose-64k")'
Change = Callable[[CollectionCopy], None]
#: What is broken in a copy, by the name of the case, and the cell that shows it.
BREAKS: dict[str, tuple[Change, str]] = {}


def breaks(cell: str) -> Callable[[Change], Change]:
    """Add a change of the copy that turns red the first cell with this text."""

    def add(change: Change) -> Change:
        BREAKS[change.__name__] = change, cell
        return change

    return add


def breaks_notebook(cell: str) -> Callable[[Callable[[Notebook], None]], None]:
    """Add a change of the notebook that turns red the first cell with this text."""

    def add(change: Callable[[Notebook], None]) -> None:
        BREAKS[change.__name__] = lambda copy: copy.edit_notebook(NUMBER, change), cell

    return add


def cut_after(text: str) -> Callable[[Notebook], None]:
    """Leave out what comes after the first cell with this text: it need not be run."""

    def change(notebook: Notebook) -> None:
        cells = notebook["cells"]
        last = next(i for i, cell in enumerate(cells) if text in source(cell))
        notebook["cells"] = cells[: last + 1]

    return change


@breaks("in_2016 = ")
def value_with_its_hash_updated(copy: CollectionCopy) -> None:
    old = "2016,heroin,T40.1,all,15469"
    copy.edit_table("overdose/us_overdose_deaths.csv", old, old.replace("15469", "15468"))
    copy.describe()


@breaks('deaths = load("us_overdose_deaths")')
def value_with_its_hash_left_alone(copy: CollectionCopy) -> None:
    copy.edit_table("overdose/us_overdose_deaths.csv", ",15469,", ",15468,")


@breaks(VERDICT)
def evidence(copy: CollectionCopy) -> None:
    old = (
        'count",all,value,2017-12-16,public by,CDC/NCHS,overdose_count_revisions,'
        "period_end=2016-12-31; drug=all drugs"
    )
    copy.edit_table("dialogue/evidence.csv", old, old.replace("all drugs", "heroin"))
    copy.describe()


@breaks(VERDICT)
def stated_value(copy: CollectionCopy) -> None:
    copy.edit_table("dialogue/claims.csv", "quantity,64000,", "quantity,63000,")
    copy.describe()


@breaks_notebook(SUM)
def digit(notebook: Notebook) -> None:
    output = cell_with(notebook, SUM)["outputs"][0]
    assert "69,886" in "".join(output["text"])
    output["text"] = [line.replace("69,886", "69,887") for line in output["text"]]


@breaks_notebook(SUM)
def dropped_output(notebook: Notebook) -> None:
    cell_with(notebook, SUM).update(outputs=[])


@breaks_notebook(FIGURE)
def plotted_value(notebook: Notebook) -> None:
    """On another system pictures are not compared; the hash of the plotted values tells."""
    notebook["metadata"]["pictures_from"]["matplotlib"] = "0"
    cell = cell_with(notebook, FIGURE)
    other = "sns.lineplot(total.replace({63632: 63633}))"
    cell["source"] = [source(cell).replace("sns.lineplot(total)", other)]


@breaks_notebook(FIGURE)
def swapped_picture(notebook: Notebook) -> None:
    """The words and the hash of values are right, only the picture is another one."""
    one, other = (picture_of(cell_with(notebook, text)) for text in (FIGURE, "label_lines(ax)"))
    picture = re.search(r"base64,[^\"]+", "".join(other["text/html"]))[0]
    one["text/html"] = [re.sub(r"base64,[^\"]+", picture, "".join(one["text/html"]))]


@breaks_notebook(FIGURE)
def picture_of_another_system(notebook: Notebook) -> None:
    """It is left to the words and the hash, and differs from the one drawn here."""
    notebook["metadata"]["pictures_from"]["matplotlib"] = "0"
    data = picture_of(cell_with(notebook, FIGURE))
    html = "".join(data["text/html"])
    drawn = re.findall(r"base64,([^\"]+)", html)[0]
    other = b64encode(b64decode(drawn) + b"drawn elsewhere").decode()
    data["text/html"] = [html.replace(drawn, other)]


@breaks_notebook("os._exit")
def killed_kernel(notebook: Notebook) -> None:
    cell_with(notebook, "import seaborn").update(source=["import os; os._exit(1)"])


def clear(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)


@breaks_notebook("import seaborn")
def cleared_notebook(notebook: Notebook) -> None:
    clear(notebook)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Cell]]:
    """What the re-run said of the cells of every copy, the broken cell last."""
    folder = tmp_path_factory.mktemp("guards")
    paths = {"nothing": CollectionCopy(folder / "nothing", NUMBER).lesson(NUMBER)}
    for name, (change, cell) in BREAKS.items():
        copy = CollectionCopy(folder / name, NUMBER)
        change(copy)
        copy.edit_notebook(NUMBER, cut_after(cell))
        paths[name] = copy.lesson(NUMBER)
    cells = strict_run(paths.values(), folder / "report.xml")
    return {name: cells[path] for name, path in paths.items()}


@pytest.mark.parametrize("name", ["nothing", "picture_of_another_system"])
def test_what_should_be_green(runs: dict[str, list[Cell]], name: str) -> None:
    assert not [cell.difference[-800:] for cell in runs[name] if cell.difference]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("value_with_its_hash_updated", "mismatch"),
        ("value_with_its_hash_left_alone", "is not the one described"),
        ("evidence", "mismatch"),
        ("stated_value", "mismatch"),
        ("digit", "69,887"),
        ("dropped_output", "Unexpected output"),
        ("plotted_value", "mismatch 'text/plain'"),
        ("swapped_picture", "sha256"),
        ("killed_kernel", "The kernel died while this cell was running"),
        ("cleared_notebook", "code cells were never run, or were cleared"),
    ],
)
def test_what_is_broken_is_red_where_it_is(
    runs: dict[str, list[Cell]], name: str, says: str
) -> None:
    assert says in runs[name][-1].difference


def test_a_picture_is_told_by_its_hash_and_not_by_a_megabyte(
    runs: dict[str, list[Cell]],
) -> None:
    assert len(runs["swapped_picture"][-1].difference) < 20_000


def test_a_killed_kernel_is_noticed_at_once(runs: dict[str, list[Cell]]) -> None:
    assert runs["killed_kernel"][-1].seconds < 30, "far below the 60 seconds of a cell's limit"


def test_a_lesson_without_its_pictures_is_told(tmp_path: Path) -> None:
    copy = CollectionCopy(tmp_path, NUMBER)
    copy.edit_notebook(NUMBER, clear)
    with pytest.raises(AssertionError, match="stores no picture"):
        test_lessons.test_figures_have_words_and_hash(Lesson.read(copy.lesson(NUMBER)))
