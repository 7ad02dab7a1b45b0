"""Marking with real runs: an inbox of odd and hostile notebooks, marked in one go, harms nobody."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.collection import current
from marking import grade, intake, place, store
from tests.marking import inbox as made

FILE = "02_overdose_deaths.ipynb"
SANDBOX = place.sandbox()
#: Ctrl-C takes less than two seconds, also on a busy machine.
PATIENCE = 2
NUMBERS = made.numbers()
ALL_RIGHT = ["right"] * 4
#: The first exercise is lost by what its cell does, and no other.
FIRST_LOST = ["not run", *ALL_RIGHT[1:]]
closed_in = pytest.mark.skipif(
    not SANDBOX, reason="bubblewrap is missing here: a submission can read, write and connect"
)

#: What a cell before the exercises tries, in a notebook in which every answer is wrong.
ATTACKS = {
    "patch check": "import helpers\nhelpers.check = lambda *given: 1",
    "patch the comparison": (
        "import helpers.exercises as e, helpers.answers as a\n"
        "e.judge = e._compare = e.judge_all = lambda *given: (True, '')\n"
        "for name in dir(a):\n    if 'compare' in name:\n"
        "        setattr(a, name, lambda *given: (True, ''))"
    ),
    "patch the keys": (
        "import helpers.exercises as e\n"
        "e.KEYS = {}\ne.lesson_exercises = lambda *given: {}\n"
        "import marking.values as v\n"
        "v.to_plain = lambda *given: {'kind': 'plain', 'value': 1}"
    ),
    "patch the display": (
        "shell = get_ipython()\n"
        "shell.display_formatter.format = lambda *given: ({'text/plain': 'right'}, {})\n"
        "shell.run_cell = lambda *given, **more: None"
    ),
    "rewrite the engine": (
        "import helpers.exercises as e\np = e.__file__\ns = open(p).read()\n"
        "open(p, 'w').write(s.replace('if right:', 'if True:'))"
    ),
    "install a package": (
        "!{__import__('sys').executable} -m pip install --no-index --no-deps /course 2>&1\n"
        "import sysconfig\nopen(sysconfig.get_path('purelib') + '/planted.py', 'w')"
    ),
    "write everywhere": (
        "import os\nfor p in ('~/.ipython/profile_default/startup/00.py', '~/.bashrc', '/etc/x',\n"
        "          '/x', '/dev/x', '/course/x', '/course/helpers/x.py', '/usr/lib/x.py'):\n"
        "    try:\n        p = os.path.expanduser(p)\n"
        "        os.makedirs(os.path.dirname(p), exist_ok=True)\n"
        "        open(p, 'w').write('raise SystemExit')\n    except OSError:\n        pass"
    ),
    "forge reports": """import json, os
forged = [{'failed': 'x'}, {'failed': 10**9, 'error': []}, {'cell': '1'}, {'cell': -3},
          {'files': {}},
          {'exercise': ['02.1']}, {'exercise': '99.9', 'answer': 1}, [1], 'end', 1e999,
          {'exercise': '02.1', 'state': 'right', 'credit': 1, 'error': '\\ud800',
           'answer': '\\ud800'},
          {'exercise': '02.2', 'answer': {'kind': 'series', 'index': 5, 'values': None}},
          {'failed': 0, 'error': '\\ud800\\x00=1+1'}]
lines = ''.join(json.dumps(line) + '\\n' for line in forged).encode()
for n in range(3, 64):
    try:
        os.write(n, lines + b'[' * 9000 + b'\\n\\xff\\n')
    except OSError:
        pass""",
    "report every option": """import json, os
told = [{'exercise': f'02.{n}', 'answer': {'kind': 'plain', 'value': v}} for n in range(1, 9)
        for v in [-1, *range(300), *'abcdefgh']]
lines = ''.join(json.dumps(line) + '\\n' for line in told).encode()
for n in range(3, 64):
    try:
        os.write(n, lines)
    except OSError:
        pass""",
    "say that the place is broken": """import os
for n in range(3, 64):
    try:
        os.write(n, b'{"broken": "call the teacher"}\\n')
    except OSError:
        pass""",
    "reach the recorder": """import gc, sys
frame = sys._getframe()
while frame:
    report = frame.f_locals.get('report')
    for number in ('02.1', '02.2', '02.3', '02.4'):
        if callable(report):
            report({'exercise': number, 'answer': True, 'state': 'right', 'credit': 1})
    frame = frame.f_back
for one in gc.get_objects():
    if type(one) is dict and 'answers' in one:
        one['credit'] = 1""",
    "replace the modules": """import json, pickle, sys, pandas, types
for name in ('marking.values', 'helpers.exercises', 'helpers.answers', 'marking.judge'):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].to_plain = lambda *given: {'kind': 'plain', 'value': True, 'credit': 1}
    sys.modules[name].check = sys.modules[name].judge = lambda *given: 1
json.dumps = lambda *given, **more: '{"state": "right", "credit": 1}'
pickle.dumps = lambda *given: b''
pandas.Series.__eq__ = pandas.DataFrame.equals = lambda *given: True""",
    "poison the tables": """import helpers, os, pandas
table = helpers.load('us_overdose_deaths')
table.loc[:, 'deaths'] = 0
table.drop(table.index, inplace=True)
helpers.load = pandas.read_csv = lambda *given: table
for name in ('data/x', 'data/overdose', 'notebooks/x.ipynb', 'helpers/__init__.py'):
    for do in (os.remove, os.rmdir, lambda p: os.chmod(p, 0o777), lambda p: open(p, 'a')):
        try:
            do('/course/' + name)
        except OSError:
            pass""",
}
PRETEND = """import os
class Pretend(float):
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = lambda *given: False
    def __reduce__(self): return (os.system, ('touch /tmp/reduced',))
    def _repr_html_(self): raise SystemExit
    def __hash__(self): return 1
class Liar:
    __class__ = property(lambda self: float)
    __eq__ = lambda *given: True
    __float__ = lambda self: 1.0
class Kind(type):
    __instancecheck__ = __subclasscheck__ = __eq__ = lambda *given: True
    __hash__ = type.__hash__
class Kept(metaclass=Kind):
    pass
import pandas
class Table(pandas.DataFrame):
    __eq__ = equals = lambda *given: True
    __len__ = lambda self: 1
class Labels(pandas.Index):
    __iter__ = lambda self: iter([Liar()] * 3)
class Text(str):
    __eq__ = __contains__ = lambda *given: True
    __hash__ = str.__hash__
    lower = strip = lambda self: self"""
#: An answer that is not what it says, and what the run writes of it.
PRETENDED = {
    "Liar()": {"kind": "other", "type": "Liar"},
    "Kept()": {"kind": "other", "type": "Kept"},
    "Table({'a': [1]})": {"kind": "other", "type": "Table"},
    "Text('a')": {"kind": "other", "type": "Text"},
}

#: What the cell of the first exercise does, and the state of the first exercise. All other answers
#: are right and must count.
COSTS_ONE = {
    "os._exit": ("import os\nos._exit(0)", "not run"),
    "sys.exit": ("import sys\nsys.exit(3)", "not run"),
    "raise SystemExit": ("raise SystemExit", "not run"),
    "kills its parent": (
        "import os, signal\nif os.getppid():\n    os.kill(os.getppid(), signal.SIGKILL)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\nos._exit(1)",
        "not run",
    ),
    "catches the interrupt": (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass",
        "not run",
    ),
    "sleeps": ("import time\ntime.sleep(600)", "not run"),
    "stops the timer": (
        "import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
        "signal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(600)",
        "not run",
    ),
    "prints without end": ("while True:\n    print('x' * 1000)", "not run"),
    "prints 40 MB": ("print('x' * 40_000_000)\nanswer = 0", "wrong"),
    "memory bomb": ("a = []\nwhile True:\n    a.append(bytearray(5 * 10**8))", "not run"),
    "asks for pictures and for the encoding": (
        "import sys\n%matplotlib inline\nsys.stdout.encoding.lower()\nanswer = 0",
        "wrong",
    ),
    "one huge value": ("answer = bytearray(10**12)", "not run"),
    "waits for input": ("answer = float(input('?'))", "not run"),
    "closes every file": ("import os\nos.closerange(0, 256)\nanswer = 0", "not run"),
    "a file too large": (
        "with open('big', 'wb') as f:\n    while True:\n        f.write(b'x' * 10**6)",
        "not run",
    ),
    "thousands of files": (
        "for i in range(5_000):\n    open(f'{i}.txt', 'w').close()\nanswer = 0",
        "wrong",
    ),
    "a thread without end": (
        "import threading, time\n"
        "threading.Thread(target=lambda: [time.sleep(1) for _ in range(999)]).start()\nanswer = 0",
        "wrong",
    ),
    "a process of its own": (
        "import subprocess\nsubprocess.Popen(['sleep', '987'], start_new_session=True)\nanswer = 0",
        "wrong",
    ),
    "syntax error": ("answer = = 3", "not run"),
    "an answer and then an error": ("answer = 0\n1 / 0", "not run"),
    "an answer and then a loop": ("answer = 0\nwhile True:\n    pass", "not run"),
    "an open figure": ("import matplotlib.pyplot as plt\nplt.plot([1])\nanswer = 0", "wrong"),
    "magics": ("%%bash\necho hello > from_bash", "untouched"),
    "a shell line": ("listed = !ls\nanswer = len(listed)", "wrong"),
    "10**8 entries": (
        "import numpy as np, pandas as pd\nanswer = pd.Series(np.zeros(10**8, dtype='int8'))",
        "wrong",
    ),
    "not a number": ("answer = float('nan')", "wrong"),
    "infinity": ("answer = float('-inf')", "wrong"),
    "ten million digits": ("answer = 1 << 33_219_280", "wrong"),
    "a text of 300 MB": ("answer = 'x' * (3 * 10**8)", "wrong"),
    "a list in itself": ("answer = []\nanswer.append(answer)", "wrong"),
    "no plain value": ("answer = object", "wrong"),
}
#: What takes several seconds each: these are marked in an inbox of their own.
SLOW = (
    *("catches the interrupt", "stops the timer", "prints without end", "memory bomb", "sleeps"),
    *("fork bomb", "full folders"),
)
#: What needs the sandbox to do no harm.
NEED_SANDBOX = ("install a package", "write everywhere", "rewrite the engine", "kills its parent")
#: What the remark says of the first exercise.
SAID = {
    "os._exit": "02.1: its process ended",
    "catches the interrupt": "02.1: it took too long",
    "sleeps": "02.1: too long",
    "waits for input": "02.1: EOFError",
    "one huge value": "02.1: MemoryError",
    "syntax error": "02.1: SyntaxError",
    "an answer and then an error": "02.1: ZeroDivisionError",
    "an answer and then a loop": "02.1: too long",
}
#: What must fail in the sandbox.
CLOSED_IN = {
    "fork bomb": """import os
while True:
    try:
        os.fork()
    except OSError:
        pass""",
    "network": "import socket\nsocket.create_connection(('127.0.0.1', PORT), 3)\nanswer = 0",
    "keys": """import os
answer = []
for top in sorted(set(os.listdir('/')) - {'proc', 'usr', 'dev', 'lib'}):
    for folder, folders, names in os.walk('/' + top):
        folders[:] = set(folders) - {'site-packages'}
        answer += [folder for name in names if name in ('key.py', 'solutions.py', 'guide.md')]
import helpers.exercises as e
try:
    answer += [one.key() for one in e.lesson_exercises('02').values()]
except Exception as error:
    answer.append(type(error).__name__)""",
    "link": "import os\nos.symlink('/', 'out')\nanswer = sorted(os.listdir('out'))",
    "undo the walls": """import ctypes, os
answer = []
libc = ctypes.CDLL(None)
for name, given in (("umount2", (b"/proc", 2)), ("umount2", (b"/tmp", 2)),
                    ("unshare", (0x10020000,)), ("umount2", (b"/proc", 2)),
                    ("umount2", (b"/course/my_work", 2)), ("ptrace", (16, 2, 0, 0))):
    if getattr(libc, name)(*given) == 0:
        answer.append(name)
for path in ('/x', '/etc/x', '/dev/x', '/usr/x', '/course/x', '/proc/sys/kernel/hostname'):
    try:
        answer.append(open(path, 'w').name)
    except OSError:
        pass""",
}
CLOSED_IN["kernel"] = """import ctypes, os, platform
libc = ctypes.CDLL(None)
x86 = platform.machine() == 'x86_64'
answer = []
# keyctl, add_key, shmget, memfd_create, io_uring_setup, perf_event_open, clone(CLONE_NEWUSER)
calls = {'keyctl': (250, 219, 0, -3, 0), 'add_key': (248, 217, b'user', b'planted', b'x', 1, -3),
         'shmget': (29, 194, 0, 10**6, 0o1600), 'memfd_create': (319, 279, b'x', 0),
         'io_uring_setup': (425, 425, 8, ctypes.create_string_buffer(256)),
         'clone': (56, 220, 0x10000011, 0, 0, 0, 0)}
for name, (one, other, *given) in calls.items():
    result = libc.syscall(one if x86 else other, *given)
    if result == 0 and name == 'clone':
        os._exit(0)
    if result >= 0:
        answer.append(name)"""
CLOSED_IN["other processes"] = """import glob, os
answer = []
for folder in glob.glob('/proc/[0-9]*'):
    if folder == f'/proc/{os.getpid()}':
        continue
    for name in ('environ', 'mem', 'root/course', 'cwd', 'fd/0'):
        try:
            (os.listdir if name in ('root/course', 'cwd') else open)(f'{folder}/{name}')
            answer.append(folder + '/' + name)
        except OSError:
            pass
for name in os.listdir('/proc/self/fd'):
    try:
        held = os.readlink('/proc/self/fd/' + name)
    except OSError:
        continue
    # nothing, the job with the cells of this submission, and the pipe to report through
    if held != '/dev/null' and not held.startswith('pipe:') and '(deleted)' not in held:
        answer.append(held)
    if '(deleted)' in held:
        text = os.pread(int(name), 10**7, 0)
        if text.count(b'other processes') or b'KEYS' in text:
            answer.append('another job')
answer += [n for n in os.environ if n.startswith(('PYTEST', 'VIRTUAL', 'SSH', 'XDG', 'USER'))]"""
#: Ended by a limit of the system, or, where a teacher works as root and has none, by the marking.
CLOSED_IN["many processes"] = """import os
answer = []
for number in range(200):
    try:
        if os.fork() == 0:
            os._exit(0)
    except OSError:
        break
else:
    answer.append('200 processes')"""
CLOSED_IN["limits"] = """import os, resource
answer = []
with open('large', 'wb') as file:
    try:
        os.posix_fallocate(file.fileno(), 0, 60 * 2**20)
        answer.append('a large file')
    except OSError:
        pass
os.remove('large')
try:
    held = bytearray(3 * 2**30)
    answer.append('3 GB')
except MemoryError:
    pass
for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_AS):
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2)
        answer.append(kind)
    except (OSError, ValueError):
        pass
for line in open('/proc/self/status'):
    if line.startswith(('CapEff', 'CapPrm')) and int(line.split()[1], 16):
        answer.append(line)"""
#: Fills what may be written to, and leaves no room for others if it is shared.
CLOSED_IN["full folders"] = """import os
answer = []
for folder in ('.', '/tmp', '/dev/shm'):
    total = 0
    for n in range(40):
        try:
            with open(f'{folder}/{n}', 'wb') as file:
                os.posix_fallocate(file.fileno(), 0, 49 * 2**20)
                total += 49
        except OSError:
            break
    answer.append(total)"""
FULL = ("fork bomb", "full folders")
#: Looks for what another submission left, and leaves as much.
TRACES = """import os, pandas
seen = [[n for n in os.listdir(f) if n.startswith('planted')] for f in ('.', '/tmp', '/dev/shm')]
others = [p for p in os.listdir('/proc') if p.isdigit()]
import fcntl, socket
for name in ('/course/data/README.md', '/proc/self/ns/net'):
    try:
        fcntl.flock(open(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pass
try:
    socket.socket(socket.AF_UNIX).connect('\\0planted')
    others.append('a socket')
except OSError:
    mine = socket.socket(socket.AF_UNIX)
    mine.bind('\\0planted')
    mine.listen()
print(*seen, os.environ.get('X'), hasattr(pandas, 'planted'), others)
os.environ['X'] = pandas.planted = 'planted'
for path in ('planted', '/tmp/planted', '/dev/shm/planted'):
    open(path, 'w').close()
os.system('setsid sleep 986 &')"""
ROOT = {"bin", "course", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "tmp"}
ROOT |= {"usr", *Path(sys.prefix).resolve().parts, *Path(sys.base_prefix).resolve().parts}


def tree(folder: Path, pattern: str = "*") -> dict[str, str]:
    """The files below a folder and the hash of each."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob(pattern))
        if path.is_file() and "__pycache__" not in path.parts
    }


def teachers_files() -> dict[str, Any]:
    """What no submission may change: collection, engine, tools and installed packages."""
    import sysconfig

    root = current().notebooks.parent
    parts = {
        name: tree(root / name) for name in ("helpers", "data", "marking", "notebooks", "tools")
    }
    packages = Path(sysconfig.get_path("purelib"))
    listed = {path.name: path.stat().st_mtime_ns for path in packages.iterdir()}
    return {**parts, "packages": {n: t for n, t in listed.items() if n != "__pycache__"}}


def processes_of_runs(marker: int) -> list[list[str]]:
    """Processes of runs that the process `marker` started and that are still there."""
    import psutil

    left = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get(place.MARK, "").startswith(f"{marker}-")
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process.cmdline())
        except (psutil.Error, OSError):
            continue
    return left


@dataclass
class Marked:
    """What came of the inbox: states and results by learner; files and processes afterwards."""

    marks: Path
    states: dict[str, list[str]]
    results: dict[str, dict[str, Any]]
    rows: dict[str, dict[str, str]]
    before: dict[str, Any]
    after: dict[str, Any]
    left: list[list[str]]
    connected: list[Any] = field(default_factory=list)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def arguments(inbox: Path, *more: str) -> list[str]:
    return [str(inbox), *([] if SANDBOX else ["--no-sandbox"]), *more]


def results_of(inbox: Path, marks: Path) -> dict[str, dict[str, Any]]:
    """What the runs reported, by learner."""
    made_with = json.loads((marks / store.MANIFEST).read_text(encoding="utf-8"))
    results = {}
    for submission in intake.take_in(inbox):
        if submission.found is not None:
            result = store.load(marks, store.unit_id(submission.found, made_with))
            if result is not None:
                results[submission.learner] = result
    return results


def the_inbox(port: int, slow: bool) -> dict[str, Any]:
    """Notebooks by learner: right, blank and wrong ones, attacks, and odd cells."""
    files = every_notebook(port)
    late = {f"odd {name}" for name in SLOW}
    kept = {"a right", *late, "z right"} if slow else set(files) - late
    return {name: notebook for name, notebook in files.items() if name in kept}


def every_notebook(port: int) -> dict[str, Any]:
    """All of them, by learner."""
    files: dict[str, Any] = {"a right": made.notebook(opened="Deaths."), "b blank": made.blank()}
    files["c wrong"] = made.wrong()
    for name, cell in ATTACKS.items():
        if SANDBOX or name not in NEED_SANDBOX:
            files[f"attack {name}"] = made.wrong([cell])
    files["attack pretend"] = made.notebook(
        dict.fromkeys(NUMBERS, "answer = Pretend(1)"), [PRETEND]
    )
    files["attack liars"] = made.notebook(
        {number: f"answer = {code}" for number, code in zip(NUMBERS, PRETENDED, strict=True)},
        [PRETEND],
    )
    files["attack labels"] = made.notebook(
        dict.fromkeys(NUMBERS, "answer = Labels([1])"), [PRETEND]
    )
    for name, (cell, _) in COSTS_ONE.items():
        if SANDBOX or name not in NEED_SANDBOX:
            files[f"odd {name}"] = made.notebook({"02.1": cell})
    if SANDBOX:
        for name, cell in CLOSED_IN.items():
            files[f"odd {name}"] = made.notebook({"02.1": cell.replace("PORT", str(port))})
        for number in range(4):
            files[f"trace {number}"] = made.notebook({"02.1": f"answer = {number}\n{TRACES}"})
    files["z right"] = made.notebook(before=["# mine"])
    return files


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    """Everything odd and hostile, between submissions that are right, marked by two workers."""
    yield from mark(tmp_path_factory.mktemp("runs"), slow=False)


@pytest.fixture(scope="module")
def marked_slowly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    """What takes long, between submissions that are right."""
    yield from mark(tmp_path_factory.mktemp("slow"), slow=True)


def by_speed(names: Iterable[str]) -> list[Any]:
    """Parameters with a mark for those that take long."""
    return [pytest.param(n, marks=pytest.mark.long if n in SLOW else ()) for n in sorted(names)]


def inbox_of(name: str, request: pytest.FixtureRequest) -> Marked:
    """The inbox in which this odd notebook was marked."""
    found: Marked = request.getfixturevalue("marked_slowly" if name in SLOW else "marked")
    return found


def mark(folder: Path, slow: bool) -> Iterator[Marked]:
    """Mark an inbox of odd and hostile notebooks."""
    inbox = folder / "week 1"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        for name, notebook in the_inbox(listener.getsockname()[1], slow).items():
            made.put(inbox, f"{name}/{FILE}", notebook)
        made.put(inbox, "essay.ipynb", b"Dear teacher,")
        before = teachers_files()
        limits = ["--cell", "2", "--limit", "90", "--memory", "2", "--workers", "2"]
        assert grade.main(arguments(inbox, *limits)) == 1, "the essay could not be marked"
        marks = inbox.with_name("week 1_marks")
        states: dict[str, list[str]] = {}
        for row in read(marks / "long.csv"):
            if row["exercise"] in NUMBERS:
                states.setdefault(row["learner"], []).append(row["state"])
        rows = {row["learner"]: row for row in read(marks / "files.csv")}
        results = results_of(inbox, marks)
        left = processes_of_runs(os.getpid())
        result = Marked(marks, states, results, rows, before, teachers_files(), left)
        with suppress(BlockingIOError):
            while True:
                result.connected.append(listener.accept()[1])
        yield result


class TestOthersAndTheTeacher:
    """No submission touches another's marks, the teacher's files or the machine."""

    def test_marks_of_others_are_as_alone(self, marked: Marked) -> None:
        assert [marked.states[name] for name in ("a right", "z right")] == [ALL_RIGHT] * 2
        assert marked.states["b blank"] == ["untouched"] * 4
        assert marked.states["c wrong"] == ["wrong"] * 4

    def test_every_file_has_a_row(self, marked: Marked) -> None:
        names = {*the_inbox(0, slow=False), "essay"}
        assert set(marked.rows) == names
        assert marked.rows["essay"]["status"].startswith("not marked: the file is not a notebook")

    @pytest.mark.long
    def test_so_they_are_beside_what_takes_long(self, marked_slowly: Marked) -> None:
        names = ("a right", "z right")
        assert [marked_slowly.states[name] for name in names] == [ALL_RIGHT] * 2
        assert marked_slowly.after == marked_slowly.before and marked_slowly.left == []

    def test_no_file_of_the_teacher_has_changed(self, marked: Marked) -> None:
        for part, files in marked.before.items():
            assert marked.after[part] == files, part

    def test_no_process_is_left(self, marked: Marked) -> None:
        assert marked.left == []

    @pytest.mark.parametrize("name", sorted({*ATTACKS, "pretend", "liars", "labels"}))
    def test_an_attack_gets_no_credit(self, marked: Marked, name: str) -> None:
        if not SANDBOX and name in NEED_SANDBOX:
            pytest.skip("without bubblewrap a submission writes where the teacher may")
        assert "right" not in marked.states[f"attack {name}"], marked.rows[f"attack {name}"]

    def test_answers_of_the_attackers_are_their_own(self, marked: Marked) -> None:
        assert marked.states["attack pretend"] == ["wrong"] * 4
        answer = marked.results["attack pretend"]["answers"]["02.1"]["answer"]
        assert answer == {"kind": "other", "type": "Pretend"}
        for number, written in zip(NUMBERS, PRETENDED.values(), strict=True):
            assert marked.results["attack liars"]["answers"][number]["answer"] == written

    def test_of_many_reports_the_first_counts(self, marked: Marked) -> None:
        answers = marked.results["attack report every option"]["answers"]
        assert [answers[n]["answer"]["value"] for n in NUMBERS] == [-1] * 4

    def test_a_submission_does_not_say_that_the_place_is_broken(self, marked: Marked) -> None:
        assert marked.states["attack say that the place is broken"] == ["wrong"] * 4
        assert "broken:" not in marked.rows["attack say that the place is broken"]["remarks"]


class TestWhatACellMayDo:
    """Whatever a cell does costs the exercise that it answers, and no other."""

    @pytest.mark.parametrize("name", by_speed(COSTS_ONE))
    def test_it_costs_that_exercise(self, name: str, request: pytest.FixtureRequest) -> None:
        marked = inbox_of(name, request)
        if not SANDBOX and name in NEED_SANDBOX:
            pytest.skip("without bubblewrap a submission can end processes of the teacher's")
        first = COSTS_ONE[name][1]
        assert marked.states[f"odd {name}"] == [first, *ALL_RIGHT[1:]], marked.rows[f"odd {name}"]

    @pytest.mark.parametrize("name", by_speed(SAID))
    def test_the_remark_says_what_happened(self, name: str, request: pytest.FixtureRequest) -> None:
        assert SAID[name] in inbox_of(name, request).rows[f"odd {name}"]["remarks"]

    def test_what_is_printed_is_cut(self, marked: Marked) -> None:
        printed = marked.results["odd prints 40 MB"]["answers"]["02.1"]["printed"]
        assert printed == "x" * 600

    def test_large_values_are_not_written_out(self, marked: Marked) -> None:
        answer = marked.results["odd 10**8 entries"]["answers"]["02.1"]["answer"]
        assert answer == {"kind": "large", "type": "Series", "size": 10**8}
        assert max(path.stat().st_size for path in marked.marks.rglob("*.json")) < 100_000


@closed_in
class TestClosedIn:
    """What only the sandbox can promise."""

    def test_no_key_is_there(self, marked: Marked) -> None:
        entries = marked.results["odd keys"]["answers"]["02.1"]["answer"]["entries"]
        assert entries == []

    def test_there_is_no_network(self, marked: Marked) -> None:
        assert marked.connected == []
        assert marked.states["odd network"] == FIRST_LOST

    def test_a_link_leads_nowhere_else(self, marked: Marked) -> None:
        entries = marked.results["odd link"]["answers"]["02.1"]["answer"]["entries"]
        seen = {entry["value"] for entry in entries}
        assert seen <= ROOT, f"a submission sees {sorted(seen - ROOT)}"

    @pytest.mark.parametrize(
        "name",
        by_speed(
            ["limits", "many processes", "kernel", "undo the walls", "other processes", *FULL]
        ),
    )
    def test_it_costs_that_exercise(self, name: str, request: pytest.FixtureRequest) -> None:
        marked = inbox_of(name, request)
        assert marked.states[f"odd {name}"][1:] == ALL_RIGHT[1:], marked.rows[f"odd {name}"]

    def test_nothing_can_be_undone(self, marked: Marked) -> None:
        for name in ("limits", "kernel", "undo the walls", "other processes"):
            answer = marked.results[f"odd {name}"]["answers"]["02.1"]["answer"]
            assert answer == {"kind": "list", "entries": []}, f"{name}: what it managed to do"

    def test_processes_are_few(self, marked: Marked) -> None:
        found = marked.results["odd many processes"]["answers"]["02.1"]
        ended = found["error"] == "it started more than 64 processes"
        assert ended or found["answer"] == {"kind": "list", "entries": []}

    @pytest.mark.long
    def test_there_is_little_room(self, marked_slowly: Marked) -> None:
        answer = marked_slowly.results["odd full folders"]["answers"]["02.1"]["answer"]
        room = [entry["value"] for entry in answer["entries"]]
        assert all(20 < got <= most for got, most in zip(room, (256, 512, 64), strict=True)), room

    def test_nothing_of_another_submission_is_seen(self, marked: Marked) -> None:
        for number in range(4):
            answers = marked.results[f"trace {number}"]["answers"]
            assert answers["02.1"]["printed"] == "[] [] [] None False ['1']\n", number


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """An inbox of submissions that take a second each."""
    for number in range(12):
        cell = f"import time\ntime.sleep(1 + {number} / 100)"
        made.put(tmp_path / "inbox", f"{number:02}/{FILE}", made.notebook(before=[cell]))
    return tmp_path / "inbox"


@closed_in
@pytest.mark.parametrize("around", ["helpers/_collection", "lib/python3.11/site-packages/helpers"])
def test_an_installed_collection_is_hidden_with_its_keys(
    around: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collection lies beside the packages that a submission may read: as the folder around
    Python, or as a wheel.
    """
    outer = tmp_path / "outer"
    python = outer / "course" / ".venv" if around == "helpers/_collection" else outer
    (python / "lib/python3.11/site-packages/helpers/_collection/notebooks").mkdir(parents=True)
    (python / "lib/python3.11/site-packages/helpers/_collection/notebooks/key.py").touch()
    (python / "lib/python3.11/site-packages/other.py").touch()
    if python != outer:
        (outer / "course" / "key.py").touch()
        root = SimpleNamespace(root=outer / "course")
        monkeypatch.setattr(place, "current", lambda: root)
        monkeypatch.setattr(sys, "base_prefix", str(outer))
    monkeypatch.setattr(sys, "prefix", str(python))
    command = [*place._closed_in(SANDBOX, spaces=False), "--", "/usr/bin/find", str(outer)]
    seen = subprocess.run(command, capture_output=True, text=True).stdout
    assert "other.py" in seen and "key.py" not in seen


class TestStopping:
    """Ctrl-C, limits, and a second start."""

    def test_ctrl_c_keeps_what_is_finished(self, slow: Path) -> None:
        for number in range(6, 12):
            (slow / f"{number:02}" / FILE).unlink()
        command = [sys.executable, "-m", "marking", "grade", *arguments(slow, "--workers", "2")]
        units = slow.with_name("inbox_marks") / store.UNITS
        cores, busy = range(os.cpu_count() or 1), []
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            end = time.monotonic() + 60
            while time.monotonic() < end and len(list(units.glob("[!.]*.json"))) < 1:
                time.sleep(0.05)
            busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in cores]
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=30)
            seconds = time.monotonic() - start
        finally:
            for one in [process, *busy]:
                one.kill()
                one.wait()
        kept = len(list(units.glob("[!.]*.json")))
        assert process.returncode == 130 and 1 <= kept < 6
        assert f"Stopped: {kept} finished and kept, {6 - kept} remain." in said
        assert "Traceback" not in said and seconds < PATIENCE, f"it took {seconds:.1f} s"
        assert processes_of_runs(process.pid) == []
        times = {path.name: path.stat().st_mtime_ns for path in units.glob("[!.]*.json")}
        assert grade.main(arguments(slow, "--workers", "2")) == 0
        assert {name: (units / name).stat().st_mtime_ns for name in times} == times
        assert len(list(units.glob("[!.]*.json"))) == 6
        rows = read(slow.with_name("inbox_marks") / "files.csv")
        assert [row["right"] for row in rows] == ["4"] * 6

    def test_what_ends_while_it_stops_is_kept(
        self, slow: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def interrupted(running: Any, **limits: Any) -> Any:
            if not limits:
                return wait(running)
            time.sleep(0.2)
            raise KeyboardInterrupt

        monkeypatch.setattr(place, "run", lambda *_: place.Run())
        monkeypatch.setattr(grade, "wait", interrupted)
        assert grade.main(arguments(slow, "--workers", "2")) == 130
        assert "Stopped: 2 finished and kept, 10 remain." in capsys.readouterr().out

    def test_ctrl_c_between_the_writing_and_the_counting_loses_nothing(
        self, slow: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made.interrupt_after_saving(monkeypatch)
        monkeypatch.setattr(place, "run", lambda *_: place.Run())
        assert grade.main(arguments(slow, "--workers", "1")) == 130
        assert "Stopped: 1 finished and kept, 11 remain." in capsys.readouterr().out

    def test_a_long_cell_is_stopped_too(self, tmp_path: Path) -> None:
        built = place.build(current(), tmp_path)
        with ThreadPoolExecutor(1) as pool:
            cells = [("import time\ntime.sleep(60)", "02.1")]
            running = pool.submit(place.run, cells, built, place.Limits(), SANDBOX)
            time.sleep(3)
            place.STOP.set()
            start = time.monotonic()
            run = running.result()
        place.STOP.clear()
        assert run.remark == place.STOPPED and time.monotonic() - start < PATIENCE

    def test_nothing_is_run_twice(self, slow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[str] = []

        def run(cells: list[tuple[str, str]], *_: Any) -> place.Run:
            ran.append(cells[1][0])
            return place.Run(remark="its process ended" if "10 / 100" in cells[1][0] else "")

        monkeypatch.setattr(place, "run", run)
        assert grade.main(arguments(slow)) == 0 and len(ran) == 12
        ran.clear()
        assert grade.main(arguments(slow)) == 0 and ran == []
        grade.main(arguments(slow, "--again"))
        assert len(ran) == 1 and "10 / 100" in ran[0]
        ran.clear()
        made.put(slow, f"03/{FILE}", made.notebook(before=["# changed"]))
        grade.main(arguments(slow))
        assert ran == ["# changed"]

    def test_a_broken_place_counts_against_nobody(
        self, slow: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken = place.PlaceError("no module named helpers")

        def run(cells: list[tuple[str, str]], *_: Any) -> place.Run:
            if "10 / 100" in cells[1][0]:
                raise broken
            return place.Run()

        monkeypatch.setattr(place, "run", run)
        marks = slow.with_name("inbox_marks")
        assert grade.main(arguments(slow)) == 2
        said = " ".join(capsys.readouterr().out.split())
        assert "One submission could not be run, and nothing counts against the learner" in said
        assert "(no module named helpers)" in said
        assert len(list((marks / store.UNITS).glob("[!.]*.json"))) == 11
        assert not (marks / "marks.csv").exists()
        monkeypatch.setattr(place, "run", lambda *_: place.Run())
        assert grade.main(arguments(slow)) == 0 and (marks / "marks.csv").exists()

    def test_what_breaks_in_the_place_is_said(self, tmp_path: Path) -> None:
        built = place.build(current(), tmp_path)
        (built / "helpers" / "__init__.py").write_text("import nothing_of_this_name\n")
        with pytest.raises(place.PlaceError, match="nothing_of_this_name"):
            place.run([("answer = 1", "02.1")], built, place.Limits(), SANDBOX)
        place.close(built)

    def test_a_submission_has_one_time_limit(self, slow: Path, tmp_path: Path) -> None:
        for other in list(slow.iterdir())[1:]:
            (other / FILE).unlink()
        cell = "import time\ntime.sleep(3)"
        made.put(slow, f"{next(slow.glob('*/*')).parent.name}/{FILE}", made.notebook(before=[cell]))
        start = time.monotonic()
        assert grade.main(arguments(slow, "--limit", "2.5")) == 0
        (row,) = read(slow.with_name("inbox_marks") / "files.csv")
        assert "the run ended early: it took too long" in row["remarks"]
        assert time.monotonic() - start < 30

    @pytest.mark.parametrize(
        ("cell", "limit", "reason"),
        [
            ("import time\ntime.sleep(40)", "4", "it took too long"),
            (COSTS_ONE["os._exit"][0], "60", "too many cells ended the run"),
        ],
    )
    def test_what_comes_after_the_end_of_a_run_is_not_run(
        self, cell: str, limit: str, reason: str, tmp_path: Path
    ) -> None:
        """The feedback says that the run ended before; an exercise without a cell is not found."""
        content = made.notebook({"02.2": cell})
        ending = [made.code(cell)] * (3 if "_exit" in cell else 0)
        *cells, opened = content["cells"]
        content["cells"] = [*cells[:2], *ending, *cells[2:-1], opened]  # without 02.4
        made.put(tmp_path / "inbox", f"ana/{FILE}", content)
        limits = ("--limit", limit, "--cell", "60")
        assert grade.main(arguments(tmp_path / "inbox", *limits)) == 0
        (row,) = read(tmp_path / "inbox_marks" / "files.csv")
        assert [row[number] for number in NUMBERS[1:]] == ["not run", "not run", "not found"]
        assert f"02.3: the run ended before its cell: {reason}" in row["remarks"]
        assert "02.4: no cell answers it" in row["remarks"]
        page = (tmp_path / "inbox_marks" / "feedback" / "ana_02.html").read_text(encoding="utf-8")
        rows = dict(re.findall(r'<th scope="row">(.{4})</th>.*?<td>([^<]*)</td>', page))
        assert rows["02.3"].startswith("The run ended before it came to this cell: restart")
        assert reason in rows["02.3"] and "no cell" in rows["02.4"]


def test_a_run_that_has_no_time_left_took_too_long(tmp_path: Path) -> None:
    """Whatever ended its last process."""
    built, program = place.build(current(), tmp_path), SANDBOX
    place.run([("answer = 1", "02.1")], built, place.Limits(), program)  # imports are done
    cells = [("import os, time\ntime.sleep(2.2)\nos._exit(0)", "02.1"), ("answer = 1", "02.2")]
    run = place.run(cells, built, place.Limits(seconds=3), program)
    place.close(built)
    assert run.remark == "it took too long" and set(run.answers) == {"02.1"}


def test_windows_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(grade, "os", SimpleNamespace(name="nt", cpu_count=os.cpu_count))
    assert grade.main([str(tmp_path), "--no-sandbox"]) == 2
    assert capsys.readouterr().out == f"{grade.WINDOWS}\n"


@pytest.mark.skipif(os.name == "nt", reason="marking needs Linux or macOS")
def test_without_a_sandbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = tmp_path / "inbox"
    made.put(inbox, f"ends/{FILE}", made.notebook({"02.1": "import os\nos._exit(0)"}))
    leaves = COSTS_ONE["a process of its own"][0]
    made.put(inbox, f"leaves/{FILE}", made.notebook({"02.1": leaves}))
    made.put(inbox, f"right/{FILE}", made.notebook())
    assert grade.main([str(inbox), "--no-sandbox"]) == 0
    assert capsys.readouterr().out.count(grade.WITHOUT) == 1
    rows = {row["learner"]: row["right"] for row in read(tmp_path / "inbox_marks" / "files.csv")}
    assert rows == {"ends": "3", "leaves": "3", "right": "4"}
    assert processes_of_runs(os.getpid()) == []


@closed_in
def test_each_in_a_sandbox_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a sandbox cannot hold another one, each submission gets one."""
    monkeypatch.setattr(place, "spaces_inside", lambda _: False)
    inbox = tmp_path / "inbox"
    made.put(inbox, f"ends/{FILE}", made.notebook({"02.1": COSTS_ONE["kills its parent"][0]}))
    made.put(inbox, f"right/{FILE}", made.notebook())
    assert grade.main([str(inbox)]) == 0
    rows = {row["learner"]: row["right"] for row in read(tmp_path / "inbox_marks" / "files.csv")}
    assert rows == {"ends": "3", "right": "4"}
    assert processes_of_runs(os.getpid()) == []
