"""Installed by pip into a clean environment, and run there on collections of other kinds: red where
something is wrong, green where nothing is.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from packaging.requirements import Requirement

pytestmark = pytest.mark.long  # each run starts a kernel per notebook

HERE = Path(__file__).parent
NEEDED = ("nbval", "pytest", "pytest-xdist", "ipykernel", "jupyter-client")
OF_THE_NOTEBOOKS = ("matplotlib", "ipywidgets")
# A kernel of another language: it says everything in capitals, shows pictures, and may die.
KERNEL = """
import os
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class Capitals(Kernel):
    implementation = banner = "capitals"
    implementation_version = "1"
    language_info = {"name": "capitals", "mimetype": "text/plain", "file_extension": ".txt"}

    def do_execute(self, code, silent, *_, **__):
        if code == "die":
            os._exit(1)
        if code.startswith("show "):
            data = {"image/png": code.split()[1], "text/plain": "a picture"}
            self.send_response(self.iopub_socket, "display_data", {"data": data, "metadata": {}})
        else:
            text = {"name": "stdout", "text": code.upper()}
            self.send_response(self.iopub_socket, "stream", text)
        done = {"status": "ok", "execution_count": self.execution_count}
        return {**done, "payload": [], "user_expressions": {}}

IPKernelApp.launch_instance(kernel_class=Capitals)
"""
# An nbval whose functions are not what they were.
OTHER_NBVAL = """
import nbval.kernel, nbval.plugin

kernel, cell = nbval.kernel.RunningKernel, nbval.plugin.IPyNbCell
get_message, compare, fail = kernel.get_message, cell.compare_outputs, cell.raise_cell_error
kernel.get_message = lambda self, stream, timeout=None, more=None: get_message(
    self, stream, timeout)
cell.compare_outputs = lambda self, test, ref, more=None: compare(self, test, ref)
cell.raise_cell_error = lambda self, *all_of_it: fail(self, *all_of_it)
nbval.kernel.KernelManager = type("Another", (nbval.kernel.KernelManager,), {})
nbval.kernel.pformat = str
file = nbval.plugin.IPyNbFile
setup, teardown = file.setup, file.teardown
file.setup = lambda self, *more: setup(self)
file.teardown = lambda self, *more: teardown(self)
"""


# Pictures that do not say who drew them: the beginning of a PNG of one pixel.
PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08"


class Clean:
    """An environment that holds what notebooks need, and nbval-strict from its wheel."""

    def __init__(self, folder: Path):
        venv.create(folder / "env", with_pip=False, symlinks=os.name != "nt")
        windows = os.name == "nt"
        self.python = folder / "env" / ("Scripts/python.exe" if windows else "bin/python")
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        site = Path(self.run("-c", code).stdout.strip())
        for name in closure([*NEEDED, *OF_THE_NOTEBOOKS]):
            add(name, site)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        wheel = ["wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, *wheel, "-w", folder, HERE.parent], check=True)
        (built,) = folder.glob("*.whl")
        install = ["--python", self.python, "install", "--quiet", "--no-index", built]
        subprocess.run([*pip, *install], check=True)

    def run(self, *arguments: Any, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run its Python with nothing of this test run's environment."""
        unwanted = ("PYTEST_", "PYTHON", "NBVAL_", "JUPYTER_", "MPL")
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(unwanted)
        }
        return subprocess.run(
            [self.python, *arguments],
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )

    def pytest(self, folder: Path, *options: str, only: str = "*", **variables: str) -> Outcome:
        """Run the notebooks in a folder, or some of them. The time limit of a cell is above that of
        the run: a kernel that dies unnoticed ends it with an error.
        """
        chosen = [path for name in only.split() for path in sorted(folder.glob(f"{name}.ipynb"))]
        plain = ["-q", "--color=no", "--tb=short", "--rootdir", folder, "--nbval-cell-timeout=900"]
        variables["PYTHONPATH"] = str(folder)
        return Outcome(self.run("-m", "pytest", *plain, *options, *chosen, **variables))


class Outcome:
    """What a run said: which notebooks failed, and everything it printed."""

    def __init__(self, done: subprocess.CompletedProcess[str]):
        self.printed = done.stdout + done.stderr
        self.code = done.returncode
        self.red = set(re.findall(r"^(?:FAILED|ERROR) .*?(\w+)\.ipynb::", done.stdout, re.M))


def closure(names: list[str]) -> list[str]:
    """These distributions and all they need here."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            needs = [Requirement(text) for text in distribution(name).requires or []]
            waiting += [
                need.name.lower()
                for need in needs
                if need.marker is None or need.marker.evaluate({"extra": ""})
            ]
    return list(found)


def add(name: str, site: Path) -> None:
    """Link a distribution of this environment into another one; copy it where links cannot be."""
    installed = distribution(name)
    tops = {file.parts[0] for file in installed.files or []} - {"..", "__pycache__"}
    for top in sorted(tops):
        source, target = Path(str(installed.locate_file(top))), site / top
        if target.exists():
            continue
        try:
            target.symlink_to(source, source.is_dir())
        except OSError:
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    return Clean(tmp_path_factory.mktemp("clean"))


def notebook(*cells: str | tuple[str, str], kernel: str = "python3") -> Any:
    """A notebook; a cell is its code, or its code and a tag."""
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": kernel}}
    )
    for cell in cells:
        code, *tags = (cell,) if isinstance(cell, str) else cell
        made.cells.append(nbformat.v4.new_code_cell(code, metadata={"tags": tags}))
    return made


def executed(made: Any, never_run: int | None = None) -> Any:
    """The notebook as Run All would have stored it."""
    NotebookClient(made, timeout=120, allow_errors=True).execute()
    if never_run is not None:
        made.cells[never_run].update(outputs=[], execution_count=None)
        for count, cell in enumerate([c for c in made.cells if c.execution_count], start=1):
            cell.execution_count = count
    return made


def write(folder: Path, made: Any, **variants: Callable[[Any], Any]) -> None:
    """Write the notebook as right.ipynb, and a changed copy under the name of each variant."""
    for name, change in {"right": lambda cells: None, **variants}.items():
        copy = nbformat.from_dict(made)
        change(copy.cells)
        nbformat.write(copy, folder / f"{name}.ipynb")


def picture(cell: Any) -> Any:
    """The data of the output that is a picture."""
    (data,) = [o.data for o in cell.outputs if "image/png" in o.get("data", {})]
    return data


def clear(cells: list[Any]) -> None:
    for cell in cells:
        cell.update(outputs=[], execution_count=None)


def swap_pictures(cells: list[Any]) -> None:
    one, other = picture(cells[1]), picture(cells[2])
    one["image/png"], other["image/png"] = other["image/png"], one["image/png"]


def change_bytes(cell: Any, old: bytes, new: bytes) -> None:
    data = base64.b64decode(picture(cell)["image/png"])
    assert len(old) == len(new) and old in data
    picture(cell)["image/png"] = base64.b64encode(data.replace(old, new)).decode()


def drawn_by_another(cells: list[Any]) -> None:
    change_bytes(cells[1], b"Matplotlib version", b"Matplotlib of old,")


def drawn_by_another_and_smaller(cells: list[Any]) -> None:
    drawn_by_another(cells)
    width = base64.b64decode(picture(cells[1])["image/png"])[12:20]
    change_bytes(cells[1], width, b"IHDR\0\0\0\x64")


def set_output(place: int, key: str, old: str, new: str) -> Callable[[list[Any]], None]:
    """Change what is stored as the first output of a cell."""

    def change(cells: list[Any]) -> None:
        output = cells[place].outputs[0]
        where = output["data"] if "/" in key else output
        assert old in where[key]
        where[key] = where[key].replace(old, new)

    return change


def set_source(place: int, source: str) -> Callable[[list[Any]], None]:
    return lambda cells: cells[place].update(source=source)


def set_counts(*counts: int) -> Callable[[list[Any]], None]:
    def change(cells: list[Any]) -> None:
        for cell, count in zip(cells, counts, strict=True):
            cell.execution_count = count

    return change


@pytest.fixture(scope="module")
def plots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plain matplotlib: pictures as image/png, and nothing else is known of them."""
    folder = tmp_path_factory.mktemp("plots")
    made = notebook(
        "import matplotlib.pyplot as plt\nprint(sum(range(10)))",
        "plt.plot([1, 3, 2])\nplt.show()",
        "plt.bar([1, 2, 3], [1, 3, 2])\nplt.show()",
    )
    write(
        folder,
        executed(made),
        changed_number=set_output(0, "text", "45", "46"),
        swapped_picture=swap_pictures,
        cleared=clear,
        one_cell_cleared=lambda cells: clear(cells[1:2]),
        unordered=set_counts(1, 3, 2),
        gaps=set_counts(1, 5, 6),
        dead=set_source(0, "import os\nos._exit(1)"),
        drawn_by_another=drawn_by_another,
        drawn_by_another_and_smaller=drawn_by_another_and_smaller,
    )
    return folder


class TestPlots:
    def test_red_and_green(self, clean: Clean, plots: Path) -> None:
        """Several workers, with no word about how cells are to be spread."""
        run = clean.pytest(plots, "-n", "2", "--nbval-strict")
        assert run.red == {
            "changed_number",
            "swapped_picture",
            "cleared",
            "one_cell_cleared",
            "unordered",
            "gaps",
            "dead",
            "drawn_by_another_and_smaller",
        }, run.printed[-5000:]
        for sentence in (
            "3 of 3 code cells were never run, or were cleared",
            "1 of 3 code cells were never run, or were cleared",
            "this cell has the count 3, the one before it 1",
            "The kernel died while this cell was running",
            "with sha256",
            "drawn by Matplotlib of old, now by Matplotlib 3",
        ):
            assert sentence in run.printed
        assert len(run.printed) < 30_000, "no picture is printed as text"

    def test_options_that_overlook_more(self, clean: Clean, plots: Path) -> None:
        options = ["--nbval-strict-pictures=skip", "--nbval-strict-counts=increasing"]
        names = "right swapped_picture drawn_by_another_and_smaller gaps unordered cleared"
        run = clean.pytest(plots, "--nbval-strict", *options, only=names)
        assert run.red == {"unordered", "cleared"}, run.printed[-5000:]
        assert re.search(r"^nbval-strict: pictures: \d+ not compared$", run.printed, re.M)

    def test_without_the_option_it_is_plain_nbval(self, clean: Clean, plots: Path) -> None:
        """Which overlooks what the plugin is for."""
        names = "right swapped_picture cleared one_cell_cleared unordered"
        run = clean.pytest(plots, "--nbval", only=names)
        assert run.code == 0 and "nbval-strict" not in run.printed, run.printed[-5000:]

    def test_an_nbval_that_is_built_otherwise(self, clean: Clean, plots: Path) -> None:
        """One sentence for each thing that is not looked for, and plain nbval for the rest."""
        (plots / "other_nbval.py").write_text(OTHER_NBVAL, encoding="utf-8")
        names = "right swapped_picture cleared changed_number"
        options = ["-p", "other_nbval", "--nbval-strict", "--nbval-strict-record"]
        run = clean.pytest(plots, *options, only=names)
        assert run.red == {"changed_number"}, run.printed[-5000:]
        found = re.findall(r"^nbval-strict: nbval \S+ is not built .+, so .+\.$", run.printed, re.M)
        assert len(found) == len(set(found)) == 7, run.printed[-5000:]


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell a process its peak memory")
def test_memory_does_not_grow_with_the_number_of_notebooks(clean: Clean, tmp_path: Path) -> None:
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 8_000_000}
    made = notebook(("x = 1", "nbval-ignore-output"))
    made.cells[0].update(execution_count=1, outputs=[nbformat.from_dict(text)])
    for number in range(8):
        nbformat.write(made, tmp_path / f"{number}.ipynb")
    code = (
        "import pytest, resource, sys; code = pytest.main(sys.argv[1:]);"
        "print(code + 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = {}
    for count in (2, 8):
        paths = [str(tmp_path / f"{number}.ipynb") for number in range(count)]
        options = ["-q", "-p", "nbval_strict", "--nbval-strict", "-p", "no:cacheprovider"]
        run = clean.run("-c", code, *options, f"--rootdir={tmp_path}", *paths)
        passed, peak = run.stdout.split()[-2:]
        assert passed == "0", run.stdout[-3000:] + run.stderr
        peaks[count] = int(peak)
    assert peaks[8] < peaks[2] * 1.1, peaks


def test_errors_that_are_expected_and_widgets(clean: Clean, tmp_path: Path) -> None:
    made = notebook(
        ("1 / 0", "raises-exception"),
        ("raise ValueError('no such town')", "nbval-raises-exception"),
        "import ipywidgets\nslider = ipywidgets.IntSlider(value=3, max=9)\nslider",
        "slider.value + 1",
        ("input('a name? ')", "nbval-skip"),
        "",
        ("import random\nrandom.random()", "nbval-ignore-output"),
    )
    write(
        tmp_path,
        executed(made, never_run=4),
        other_error=set_output(1, "evalue", "town", "city"),
        error_no_more=set_source(0, "1 / 1"),
        error_not_expected=lambda cells: cells[1].metadata.update(tags=[]),
        changed_widget=set_output(2, "text/plain", "value=3", "value=4"),
        changed_number=set_output(3, "text/plain", "4", "5"),
        cleared=clear,
    )
    run = clean.pytest(tmp_path, "--nbval-strict")
    wrong = {path.stem for path in tmp_path.glob("*.ipynb")} - {"right"}
    assert run.red == wrong, run.printed[-5000:]
    assert "5 of 7 code cells were never run" in run.printed


def test_another_kernel(
    clean: Clean, plots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python that has done the imports cannot become it: it is started as ever."""
    (tmp_path / "capitals.py").write_text(KERNEL, encoding="utf-8")
    spec = tmp_path / "share" / "kernels" / "capitals" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [str(clean.python), str(tmp_path / "capitals.py"), "-f", "{connection_file}"]
    described = {"argv": command, "display_name": "capitals", "language": "capitals"}
    spec.write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    pixels = [base64.b64encode(PIXEL + bytes([color])).decode() for color in (0, 1)]
    made = notebook("twelve towns", *(f"show {pixel}" for pixel in pixels), kernel="capitals")
    write(
        tmp_path,
        executed(made),
        changed=set_output(0, "text", "TWELVE", "ELEVEN"),
        swapped_picture=swap_pictures,
        unordered=set_counts(2, 1, 3),
        cleared=clear,
        dead=set_source(1, "die"),
    )
    shutil.copy(plots / "right.ipynb", tmp_path / "python.ipynb")
    share = os.environ["JUPYTER_PATH"]
    run = clean.pytest(tmp_path, "--nbval-strict", "--nbval-strict-warm", JUPYTER_PATH=share)
    wrong = {path.stem for path in tmp_path.glob("*.ipynb")} - {"right", "python"}
    assert run.red == wrong, run.printed[-5000:]
    assert "The kernel died while this cell was running" in run.printed
    if hasattr(os, "fork"):
        assert "capitals.py -f`, and the warm parent is" in run.printed.replace("\n", " ")
