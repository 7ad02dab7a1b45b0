"""Links in the Chain: set everything up and start.

    python3 course.py lab             the lessons in JupyterLab, as copies without results
    python3 course.py test            every test; what follows is handed to pytest
    python3 course.py notebooks       only the strict re-run of notebooks/
    python3 course.py check 06        only the strict re-run of one lesson
  for teachers:
    python3 course.py handout 02      a lesson without results, as a web page and as slides
    python3 course.py quiz            ten questions for before and after the course
    python3 course.py editions        the lessons solved, and as assignments for nbgrader
    python3 course.py grade inbox     mark a folder of submissions
    python3 course.py report inbox_marks  the class at a glance, for the teacher alone
    python3 course.py package         a zip file for students, without keys, and one for teachers
  for those who change lessons and tables, or start a collection of their own:
    python3 course.py refresh 02      execute lessons again, store outputs, print what changed
    python3 course.py describe        bring what is derived from tables and lessons up to date
    python3 course.py review          say what does not fit together, numbers in the texts among it
    python3 course.py moves           list what a lesson uses and has not taught
    python3 course.py update TOPIC    rebuild tables from their publisher's files, and compare
    python3 course.py new FOLDER      write a small complete collection on another topic
    python3 course.py lint            format the code, then say what ruff and mypy find
  for maintainers:
    python3 course.py lock            make the locks and environment.yml from pyproject.toml
    python3 course.py accessibility   check each lesson as a web page with axe-core
    python3 course.py bench lessons   measure
    python3 course.py mutants         break things on purpose and see that a check goes red
    python3 course.py licenses        the license of every locked package
    python3 course.py systems         the strict re-run on other kinds of machine, imitated
    python3 course.py lax --newest    run everything with other packages than the locked ones

On Windows type py instead of python3. The first start builds the folder .venv, later ones use it.
"""
# This file is read by every Python 3, however old, so that it can say what is wrong: no f-strings,
# nothing newer than 3.0.

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile

MYPY = False  # mypy takes it for true; an old Python has no typing module
if MYPY:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

OLDEST = (3, 11)
NEWEST = (3, 14)  # the locked numpy and pyyaml have no wheel for a newer Python
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
# A package of its own, which only the test environment gets.
WARM_KERNELS = os.path.join(ROOT, "tools", "warm_kernels")
STAMP = os.path.join(VENV, "links-in-the-chain.json")
LOCKS = {"reader": "requirements.txt", "test": "requirements-test.txt"}
# Measured on Linux with Python 3.11, 2 cores and a fast network: wheels to download, .venv on disk,
# time.
SIZES = {
    "reader": "about 100 MB to download, 500 MB on disk, a minute (longer on a slow line)",
    "test": "about 155 MB to download, 680 MB on disk, a minute (longer on a slow line)",
}
# The longest path below .venv, with Windows' names of folders (Lib\site-packages): a file of
# JupyterLab 4.6.6.
LONGEST_PATH = 155

# Defaults of JupyterLab in .venv, which a reader may change: long lines of code are wrapped, and no
# news is fetched or asked about.
LAB_DEFAULTS = {
    "@jupyterlab/notebook-extension:tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True}
    },
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
}

#: Commands of the package (`python -m helpers ...`), of marking/, and programs in tools/.
AUTHORING = ("refresh", "describe", "review", "moves", "new", "update")
MARKING = ("grade", "report")
FOR_TEACHERS = ("handout", "quiz", "editions", "package")
MAINTENANCE = ("lock", "accessibility", "bench", "mutants", "licenses", "systems", "lax")
TOOLS = FOR_TEACHERS + MAINTENANCE
COMMANDS = ("lab", "test", "notebooks", "check", "lint") + AUTHORING + MARKING + TOOLS
#: What `lint` runs; pre-commit asks for one at a time.
LINTERS = (
    ("ruff-format", ["ruff", "format", "."]),
    ("ruff", ["ruff", "check", "."]),
    ("mypy", ["mypy"]),
)


class StopError(Exception):
    """Something a person has to do first; the message says what."""


def caller() -> str:
    """The command as this user types it."""
    script = sys.argv[0] if sys.argv and sys.argv[0].endswith(".py") else "course.py"
    return ("py " if os.name == "nt" else "python3 ") + (
        '"%s"' % script if " " in script else script
    )


def try_again() -> str:
    """What to type once the remedy is done: the same command again."""
    return " Then: %s %s" % (caller(), " ".join(sys.argv[1:]) or "lab")


def check_python(version: "Sequence[Any]") -> None:
    """Raise StopError when the Python that runs this is too old or too new, or lacks what builds a
    virtual environment.
    """
    present = "%s.%s" % tuple(version[:2])
    if tuple(version[:2]) < OLDEST:
        raise StopError(
            "This Python is too old: it is %s, and %s.%s or newer (up to %s.%s) is needed, from "
            "python.org." % ((present,) + OLDEST + NEWEST) + try_again()
        )
    if tuple(version[:2]) > NEWEST:
        newest = "%s.%s" % NEWEST
        command = (
            try_again().replace("py ", "py -%s " % newest, 1)
            if os.name == "nt"
            else try_again().replace("python3 ", "python%s " % newest, 1)
        )
        raise StopError(
            "This Python is too new: it is %s, and the packages are locked for %s.%s to %s, from "
            "python.org." % ((present,) + OLDEST + (newest,)) + command
        )
    if not all(importlib.util.find_spec(name) for name in ("ensurepip", "venv")):
        raise StopError(
            "This Python has no venv module: install python3-venv (Debian, Ubuntu: sudo apt "
            "install python3-venv), or Python from python.org." + try_again()
        )


def check_path(root: str, windows: bool) -> str:
    """A warning when files of JupyterLab would have paths that Windows cannot open; else an empty
    text.
    """
    length = len(root) + len("\\.venv\\") + LONGEST_PATH
    if windows and length >= 260:
        return (
            "This folder's path is long: some files would have paths of %d characters, and Windows "
            "stops at 260. If the set-up fails, move the folder nearer to the drive (C:\\chain)."
            % length
        )
    return ""


def fingerprint(path: str) -> str:
    """sha256 of a file's text, whatever its line ends; empty for a file that is not in the
    students' copy.
    """
    if not os.path.exists(path):
        return ""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()


def expected() -> "dict[str, str]":
    """What .venv should have been built from."""
    state = {
        "project": os.path.normcase(ROOT),
        "python": "%s.%s" % tuple(sys.version_info[:2]),
        "package": fingerprint(os.path.join(ROOT, "pyproject.toml")),
        "warm": fingerprint(os.path.join(WARM_KERNELS, "pyproject.toml")),
    }
    for kind in LOCKS:
        state[kind] = fingerprint(os.path.join(ROOT, LOCKS[kind]))
    return state


def next_step(stamp: "dict[str, object] | None", want: "dict[str, str]", kind: str) -> str:
    """What has to be done so that .venv serves `kind`: "nothing", "package", "add" or "build".

    `stamp` is what .venv was built from, or None. A test environment serves readers too: its lock
    is a superset.
    """
    if (
        not stamp
        or not stamp.get("complete")
        or any(stamp.get(key) != want[key] for key in ("project", "python", "reader"))
    ):
        return "build"
    if kind == "test" and stamp.get("test") != want["test"]:
        return "build" if stamp.get("test") else "add"
    same = stamp.get("package") == want["package"]
    if stamp.get("test"):
        same = same and stamp.get("warm") == want["warm"]
    return "nothing" if same else "package"


def read_stamp() -> "dict[str, object] | None":
    """What .venv was built from; None if there is none, or its Python does not start. Raise
    StopError if it is not ours.
    """
    if not os.path.lexists(VENV):
        return None
    if not os.path.isfile(STAMP):
        raise StopError(
            "The folder .venv was not made by this program, so it is left alone. Rename or delete "
            "it." + try_again()
        )
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
        works = (
            subprocess.call(
                [venv_python(), "-c", ""],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=clean_environment(),
            )
            == 0
        )
    except (OSError, ValueError):
        return None
    return stamp if works else None


def write_stamp(stamp: "Mapping[str, object]") -> None:
    """Note what .venv is built from."""
    with open(STAMP, "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)


def venv_python() -> str:
    """The Python of .venv."""
    return (
        os.path.join(VENV, "Scripts", "python.exe")
        if os.name == "nt"
        else os.path.join(VENV, "bin", "python")
    )


def clean_environment() -> "dict[str, str]":
    """The environment without what would send pip or Python elsewhere."""
    unwanted = (
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONSAFEPATH",
        "PYTHONOPTIMIZE",
        "PYTHONWARNINGS",
        "__PYVENV_LAUNCHER__",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_ROOT",
        "PIP_REQUIRE_VIRTUALENV",
        "PIP_NO_BINARY",
        "PIP_NO_DEPS",
        "PIP_CONSTRAINT",
        "PIP_NO_INDEX",
        "PIP_DRY_RUN",
        "PIP_QUIET",
    )
    environment = dict((name, value) for name, value in os.environ.items() if name not in unwanted)
    environment["VIRTUAL_ENV"] = VENV
    environment["PATH"] = os.path.dirname(venv_python()) + os.pathsep + environment.get("PATH", "")
    return environment


def set_up(kind: str) -> None:
    """Make .venv serve `kind` ("reader" or "test"): build it, add to it, or leave it."""
    want, stamp = expected(), read_stamp()
    step = next_step(stamp, want, kind)
    if step == "nothing":
        return
    if step == "build":
        print("Setting up in .venv: %s. This happens once." % SIZES[kind])
        warning = check_path(ROOT, os.name == "nt")
        if warning:
            print(warning)
        build_venv()
    elif step == "add":
        print("Adding what the tests need to .venv: %s in all. This happens once." % SIZES[kind])
    if step != "package":
        # Until pip unpacks, nothing in .venv has changed: without a network a reader's .venv goes
        # on serving readers.
        unfinished = dict(stamp or {}, test="unfinished")
        unpacking = (lambda: write_stamp(unfinished)) if step == "add" else None
        install(
            ["--only-binary", ":all:", "--require-hashes", "-r", os.path.join(ROOT, LOCKS[kind])],
            count_pins(LOCKS[kind]),
            unpacking,
        )
    test = want["test"] if kind == "test" else (stamp or {}).get("test", "")
    test = "" if step == "build" and kind == "reader" else test
    packages = ["-e", ROOT] + (["-e", WARM_KERNELS] if test else [])
    install(["--no-deps", "--no-build-isolation"] + packages, 0)
    subprocess.call(
        [venv_python(), "-m", "compileall", "-q", os.path.join(ROOT, "helpers")],
        env=set_up_environment(),
    )
    write_stamp(dict(want, complete=True, test=test))
    print("Ready.")


def set_up_environment() -> "dict[str, str]":
    """As clean_environment, and bytecode is written: without it every start of Python takes three
    times as long.
    """
    environment = dict(clean_environment(), PIP_USER="0")  # over `user = true` in a pip.conf
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def build_venv() -> None:
    """An empty .venv with our stamp in it; what was in it before was ours. The stamp stays all the
    while, so that .venv stays ours.
    """
    python = getattr(
        sys, "_base_executable", sys.executable
    )  # not .venv's own, if that is what runs this: it goes
    os.makedirs(VENV, exist_ok=True)
    write_stamp({"complete": False})
    try:
        for path in (os.path.join(VENV, name) for name in os.listdir(VENV)):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            elif path != STAMP:
                os.remove(path)
        problem = ""
    except OSError as error:
        problem = str(error)
    if problem:
        raise StopError(
            "The folder .venv has to be made anew and cannot be emptied (%s). Close JupyterLab and "
            "whatever else uses it." % problem + try_again()
        )
    made = subprocess.run(
        [python, "-m", "venv", VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=set_up_environment(),
    )
    if made.returncode:
        raise StopError(
            "The folder .venv could not be made: %s" % made.stdout.decode(errors="replace").strip()
        )


def count_pins(lock: str) -> int:
    """How many packages a lock names."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        return len(re.findall(r"^[A-Za-z0-9._-]+==", file.read(), re.M))


def install(
    arguments: "list[str]", total: int, unpacking: "Callable[[], None] | None" = None
) -> None:
    """Run pip, show one line of progress, and explain a failure; `unpacking` is called when pip
    begins to change .venv.

    The whole output goes to .venv/pip.log.
    """
    command = [
        venv_python(),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
    ] + arguments
    done, live = 0, sys.stdout.isatty()
    lines = []  # type: list[str]
    pip = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=set_up_environment(),
        cwd=ROOT,
    )
    assert pip.stdout is not None
    try:
        for raw in pip.stdout:
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if line.startswith(("Collecting ", "Processing ")) and total:
                done += 1
                text = "  %d of at most %d packages: %s" % (
                    done,
                    total,
                    os.path.basename(line.split()[1]).split("==")[0].split("-")[0],
                )
            elif line.startswith("Installing collected") and total:
                text = "  unpacking and compiling, a minute or less"
                if unpacking:
                    unpacking()
            else:
                continue
            if live:
                sys.stdout.write("\r" + text.ljust(70)[:70])
                sys.stdout.flush()
            elif done % 25 == 1 or line.startswith("Installing"):
                print(text)
        if live and total:
            print("")
    except BaseException:
        # Ctrl-C above all: pip must not go on in a folder that the next start empties
        pip.kill()
        pip.wait()
        raise
    code = pip.wait()
    pip.stdout.close()
    with open(os.path.join(VENV, "pip.log"), "a", encoding="utf-8") as log:
        log.write("\n".join(lines) + "\n")
    if code:
        raise StopError(explain("\n".join(lines)))


#: What pip says of a network that fails.
NO_NETWORK = (
    "ConnectionError|name resolution|getaddrinfo|Timeout|timed out|ProxyError|SSLError|"
    "SSLCertVerificationError|ConnectionReset|RemoteDisconnected"
)


def explain(log: str) -> str:
    """One sentence on why pip failed, and what to do."""
    missing = re.search(r"No matching distribution found for (\S+)", log)
    where = "Python %s on %s %s" % (
        platform.python_version(),
        platform.system(),
        platform.machine(),
    )
    pythons = "Python %s.%s to %s.%s from python.org, 64 bit" % (OLDEST + NEWEST)
    if re.search(r"No space left|ENOSPC|WinError 112", log):
        return (
            "The disk is full: the set-up needs up to 700 MB beside what it downloads. Make room."
            + try_again()
        )
    if re.search(NO_NETWORK, log):
        return (
            "The package index could not be reached: check the network, or the proxy and "
            "certificate your school or company asks for." + try_again()
        )
    if "DO NOT MATCH THE HASHES" in log:
        return (
            "A downloaded package is not the one that was locked (its hash differs). Do not go on; "
            "try another network, and report it if it happens again."
        )
    if missing and "(from versions: none)" in log:
        return (
            "The package index offers no %s at all. Check the network and its proxy; if they are "
            "well, there is no wheel for %s: use %s."
            % (missing.group(1), where, pythons)
            + try_again()
        )
    if missing:
        return (
            "There is no ready-made wheel of %s for %s. Use %s."
            % (missing.group(1), where, pythons)
            + try_again()
        )
    return "pip failed; its last lines are below, all of them in .venv/pip.log.\n%s" % "\n".join(
        line[:300] for line in log.splitlines()[-8:]
    )


def without_outputs(notebook: "dict[str, Any]") -> "dict[str, Any]":
    """A copy of a notebook whose code cells have no results and no counts; all else is kept."""
    copy = json.loads(json.dumps(notebook))  # type: dict[str, Any]
    for cell in copy["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return copy


def copy_lessons(source: str, target: str) -> "tuple[list[str], list[str]]":
    """Copy lessons without results from one folder to another, and the pages they link; returns
    the names made and those kept as they were.
    """
    os.makedirs(target, exist_ok=True)
    made, kept = [], []
    for name in sorted(os.listdir(source)):
        if name.endswith(".md"):  # a page of ours, not a reader's work: always the present one
            shutil.copyfile(os.path.join(source, name), os.path.join(target, name))
        if not re.match(r"\d\d_.*\.ipynb$", name):
            continue
        if os.path.exists(os.path.join(target, name)):
            kept.append(name)
            continue
        with open(os.path.join(source, name), encoding="utf-8") as file:
            lesson = without_outputs(json.load(file))
        with open(os.path.join(target, name), "w", encoding="utf-8") as file:
            json.dump(lesson, file, indent=1, ensure_ascii=False)
        made.append(name)
    return made, kept


def hand_over(arguments: "list[str]") -> int:
    """Run the Python of .venv in the project's folder; returns its exit code. Ctrl-C is the child's
    to handle, and it ends with us.
    """
    child = subprocess.Popen([venv_python()] + arguments, env=clean_environment(), cwd=ROOT)
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                pass
    finally:
        child.terminate()


def set_lab_defaults(folder: str) -> None:
    """Write LAB_DEFAULTS where the JupyterLab of the environment in `folder` looks for defaults."""
    settings = os.path.join(folder, "share", "jupyter", "lab", "settings")
    os.makedirs(settings, exist_ok=True)
    with open(os.path.join(settings, "overrides.json"), "w", encoding="utf-8") as file:
        json.dump(LAB_DEFAULTS, file, indent=1)


def lab(extra: "list[str]") -> int:
    """Copy the lessons and open JupyterLab on the first one."""
    set_lab_defaults(VENV)
    work = os.path.join(ROOT, "my_work")
    changes = ("adaptation.toml", "own_exercises.csv")
    if any(os.path.exists(os.path.join(ROOT, "data", name)) for name in changes):
        folder = tempfile.mkdtemp()
        try:
            code = hand_over(["-m", "tools.adapted", folder])
            if code:
                return code
            made, kept = copy_lessons(folder, work)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    else:
        made, kept = copy_lessons(os.path.join(ROOT, "notebooks"), work)
    if made:
        print("my_work/: %d lessons copied without their results." % len(made))
    if kept:
        print(
            "my_work/: your %d lessons are left as they are; rename or delete one, and the next "
            "start makes a fresh copy." % len(kept)
        )
    return hand_over(
        [
            "-m",
            "jupyterlab",
            "--ServerApp.root_dir=" + ROOT,
            "--LabApp.default_url=/lab/tree/my_work/00_start_here.ipynb",
        ]
        + extra
    )


def run_tests(arguments: "list[str]", parallel: bool) -> int:
    """Pytest on the lessons, kernels forked from one warm parent (with --plain each started anew);
    parallel: one worker a core, whole lessons to a worker.
    """
    plugins = ["fast_start"] + ([] if "--plain" in arguments else ["warm"])
    options = (
        ["-n", str(os.cpu_count() or 1), "--dist", "loadscope", "--no-loadscope-reorder"]
        if parallel
        else ["-p", "no:xdist", "-p", "no:hypothesispytest", "-q"]
    )
    command = (
        ["-m", "pytest"]
        + [part for plugin in plugins for part in ("-p", "tests.plugins." + plugin)]
        + options
    )
    return hand_over(
        command + ["--nbval"] + [argument for argument in arguments if argument != "--plain"]
    )


def check(arguments: "list[str]") -> int:
    """The strict re-run of the lessons whose numbers are given."""
    numbers = [argument for argument in arguments if re.match(r"\d\d$", argument)]
    names = sorted(os.listdir(os.path.join(ROOT, "notebooks")))
    lessons = [name for name in names if name.endswith(".ipynb") and name[:2] in numbers]
    unknown = sorted(set(numbers) - {name[:2] for name in lessons})
    if not numbers or unknown:
        raise StopError(
            "Which lesson?%s So it is asked: %s check 06"
            % ("".join(" None has the number %s." % number for number in unknown), caller())
        )
    return run_tests(
        ["notebooks/" + name for name in lessons]
        + [argument for argument in arguments if argument not in numbers],
        False,
    )


def lint(names: "list[str]") -> int:
    """Run the linters with these names, or all of them; returns the highest exit code."""
    unknown = sorted(set(names) - set(name for name, _ in LINTERS))
    if unknown:
        known = ", ".join(name for name, _ in LINTERS)
        raise StopError("There is no linter %r: use one of %s." % (unknown[0], known))
    chosen = [command for name, command in LINTERS if not names or name in names]
    return max(hand_over(["-m"] + command) for command in chosen)


def main(arguments: "list[str]") -> int:
    """Run one command; returns the exit code."""
    check_python(sys.version_info)
    command, extra = (arguments[0] if arguments else "", arguments[1:])
    if command not in COMMANDS:
        print((__doc__ or "").strip().replace("python3 course.py", caller()))
        if command not in ("", "-h", "--help", "help"):
            raise StopError(
                "There is no command %r: use one of %s." % (command, ", ".join(COMMANDS))
            )
        return 0
    if command != "lab" and not os.path.isdir(os.path.join(ROOT, "tools")):
        raise StopError(
            "This is the students' copy: it has no %s. Start the lessons with: %s lab"
            % (command, caller())
        )
    set_up("reader" if command == "lab" else "test")
    if command == "lab":
        return lab(extra)
    if command == "test":
        return run_tests(extra, True)
    if command == "notebooks":
        return run_tests(["notebooks"] + extra, True)
    if command == "check":
        return check(extra)
    if command == "lint":
        return lint(extra)
    # hand_over works in this folder, the caller perhaps in another
    if command in MARKING:
        extra = [os.path.abspath(word) if os.path.isdir(word) else word for word in extra]
        return hand_over(["-m", "marking", command] + extra)
    if command == "new":
        extra = [word if word.startswith("-") else os.path.abspath(word) for word in extra]
    if command == "update":  # --file FILE
        extra = [os.path.abspath(word) if os.path.isfile(word) else word for word in extra]
    if command in AUTHORING:
        return hand_over(["-m", "helpers", command] + extra)
    return hand_over(["-m", "tools." + command] + extra)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended too
    try:
        sys.exit(main(sys.argv[1:]))
    except StopError as stop:
        sys.stderr.write("\n%s\n" % stop)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. An unfinished set-up is done again at the next start.\n")
        sys.exit(130)
