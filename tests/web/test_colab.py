"""The copies for Google Colab: what differs from the lessons, and that they run there.

Colab itself cannot be reached from a test. `test_lesson_runs` imitates it with its Python and the
versions of a list of packages (pip freeze) of December 2025, those included that pandas and seaborn
use when they find them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from helpers.authoring.refresh import as_numbers, as_text
from helpers.lessons import choose_lessons
from tests.lessons import COLLECTION, ROOT
from tools.editions import solved
from web import colab
from web.address import Address

ADDRESS = Address("ana", "chain")
LESSONS = choose_lessons(COLLECTION)
PYTHON = "3.12"
PACKAGES = [
    "bottleneck==1.4.2",
    "contourpy==1.3.3",
    "fonttools==4.61.0",
    "ipykernel==6.17.1",
    "ipython==7.34.0",
    "ipywidgets==7.7.1",
    "jupyter-client==7.4.9",
    "kiwisolver==1.4.9",
    "matplotlib==3.10.0",
    "networkx==3.6",
    "numexpr==2.14.1",
    "numpy==2.0.2",
    "packaging==25.0",
    "pandas==2.2.2",
    "pillow==11.3.0",
    "pyarrow==18.1.0",
    "pyzmq==26.2.1",
    "scipy==1.16.3",
    "seaborn==0.13.2",
    "tornado==6.5.1",
    "traitlets==5.7.1",
]
UV = [sys.executable, "-m", "uv"]


def lesson(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name[:2])
def test_a_copy_is_the_lesson_with_one_cell_more(path: Path) -> None:
    before = lesson(path)
    made = colab.lesson_copy(before, "W.whl", ADDRESS)
    first, rest = made["cells"][0], made["cells"][1:]
    assert first["id"] == colab.SET_UP and "W.whl" in text(first)
    assert [cell["id"] for cell in rest] == [cell["id"] for cell in before["cells"]]
    for old, new in zip(before["cells"], rest, strict=True):
        if old["cell_type"] == "code":
            assert text(old) == text(new)
        assert not new.get("outputs")
    assert before == lesson(path), "the lesson itself was changed"
    nbformat.validate(nbformat.from_dict(made))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name[:2])
def test_every_link_of_a_copy_leads_to_a_public_address(path: Path) -> None:
    made = colab.lesson_copy(lesson(path), "W.whl", ADDRESS)
    texts = [text(cell) for cell in made["cells"] if cell["cell_type"] == "markdown"]
    links = re.findall(r"\]\(([^)]+)\)", "\n".join(texts))
    assert [link for link in links if not re.match(r"https?://|#", link)] == []
    files = [link.split("#")[0].split("/main/") for link in links if "/blob/main/" in link]
    assert [file for _, file in files if not (ROOT / file).is_file()] == []
    copies = [link.rsplit("/", 1)[1] for link in links if link.startswith(ADDRESS.colab(""))]
    assert set(copies) <= {one.name for one in LESSONS}


def run_set_up(wheel: str) -> None:
    exec(colab.CODE.format(wheel=wheel), {})


def test_the_first_cell_does_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("something was run"))
    run_set_up("W.whl")
    assert capsys.readouterr().out == ""


def test_a_package_that_cannot_be_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    run_set_up(str(tmp_path / "no.whl"))
    said = capsys.readouterr().out
    assert "could not be installed" in said and "no.whl" in said


def test_without_a_public_address_there_are_no_copies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(colab, "current", lambda: None)
    assert colab.main([str(tmp_path / "colab")]) == 0
    assert "no public address" in capsys.readouterr().out
    assert not (tmp_path / "colab").exists()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment like Colab's, a kernel that uses it, and our copies."""
    folder = tmp_path_factory.mktemp("colab")
    made = subprocess.run(
        [*UV, "venv", "--quiet", "--seed", "--python", PYTHON, str(folder / "venv")],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"there is no Python {PYTHON} here, which Colab has")
    python = folder / "venv" / "bin" / "python"
    subprocess.run(
        [*UV, "pip", "install", "--quiet", "--native-tls", "--python", str(python), *PACKAGES],
        check=True,
    )
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "google" / "colab").mkdir(parents=True)
    (site / "google" / "colab" / "__init__.py").touch()
    (site / "colab.pth").write_text("import google.colab\n")  # as its kernel does
    (folder / "kernels" / "colab").mkdir(parents=True)
    arguments = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": arguments, "display_name": "Colab", "language": "python"}
    (folder / "kernels" / "colab" / "kernel.json").write_text(json.dumps(kernel))
    wheel = colab.build_wheel(folder)
    colab.write(folder / "copies", ADDRESS, str(wheel))
    (folder / "content").mkdir()
    return folder


def packages(place: Path) -> set[str]:
    command = [*UV, "pip", "freeze", "--python", str(place / "venv" / "bin" / "python")]
    return set(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    )


@pytest.fixture
def fresh(place: Path) -> Iterator[Path]:
    """The place as a reader finds it: without our package, and with nothing in the folder."""
    yield place
    python = str(place / "venv" / "bin" / "python")
    command = [*UV, "pip", "uninstall", "--quiet", "--python", python, "links-in-the-chain"]
    subprocess.run(command, check=True)
    shutil.rmtree(place / "content")
    (place / "content").mkdir()


def by_cell(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """The numbers of each output, whatever the layout of tables."""
    return {line.split(": ")[0]: line.split(": ", 1)[1] for line in as_numbers(notebook)}


def with_answers(copy: nbformat.NotebookNode, path: Path) -> list[str]:
    """Put the solutions at the end, where they change no other cell; returns the cells' ids."""
    answers = {cell["id"]: text(cell) for cell in solved(path)["cells"]}
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    added = [
        nbformat.v4.new_code_cell(answers[cell.id], id=f"{cell.id}-answer")
        for cell in code
        if answers.get(cell.id, cell.source) != cell.source
    ]
    copy.cells += added
    return [cell.id for cell in added]


@pytest.mark.long
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name[:2])
def test_lesson_runs(fresh: Path, path: Path) -> None:
    """Numbers are the stored ones, solutions count, and no package of Colab is replaced."""
    there = packages(fresh)
    copy = nbformat.read(fresh / "copies" / path.name, as_version=4)
    answers = with_answers(copy, path)
    specs = KernelSpecManager(kernel_dirs=[str(fresh / "kernels")])
    kernel = AsyncKernelManager(kernel_name="colab", kernel_spec_manager=specs)
    options: dict[str, Any] = {"resources": {"metadata": {"path": str(fresh / "content")}}}
    NotebookClient(copy, km=kernel, timeout=600, **options).execute()

    new = {re.split("[=@ ]", one)[0] for one in packages(fresh) ^ there}
    assert new == {"links-in-the-chain"}
    assert "is installed" in as_text(copy)[0]
    outputs = by_cell(copy)
    stored = by_cell(nbformat.read(path, as_version=4))
    assert {cell: outputs.get(cell) for cell in stored} == stored
    assert answers and {cell: outputs[cell] for cell in answers} == dict.fromkeys(answers, "1")
