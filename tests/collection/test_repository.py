"""What no file of the collection may hold: a path of somebody's machine, a key, an address, a
package index, a person in a network.

The forbidden strings are put together here from pieces, so that this file does not hold them
itself.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import about, load, tables
from helpers.catalogue import catalogue
from tests.lessons import COLLECTION, ROOT

#: Nobody's name could be put in the place of such an id.
ANONYMOUS = r"[pg][0-9]{3}"

FORBIDDEN = {
    "a path of one machine": r"(?<![\w.~/-])/("
    + "|".join(["ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk", "t" + "mp"])
    + r")/|[A-Z]:\\{1,2}"
    + "Us"
    + "ers",
    "a private key": "-----BEGIN [A-Z ]*PRIV" + "ATE KEY",
    "a token": r"\b(AK"
    + r"IA[0-9A-Z]{16}|gh[pousr]_\w{30,}|github_"
    + r"pat_\w{20,}|glp"
    + r"at-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AI"
    + r"za[\w-]{30,}|py"
    + r"pi-[\w-]{40,}|s"
    + r"k-[A-Za-z0-9_-]{24,})",
    "a secret": r"\b([Pp]assword|passwd|[Ss]ecret|(?:api|API)_?(?:key|KEY)|access_?token)\b"
    r"\s*[:=]\s*[\"'][^\"'\s]{8,}[\"']",
    "an e-mail address": r"\w@(?!example\.)[\w-]+(\.[\w-]+)*\.[a-z]{2,}\b",
    "a package index": "|".join(
        [
            "pypi" + r"\.org",
            "python" + r"hosted\.org",
            "registry" + r"\.npm" + "js",
            "deb" + r"\.debian\.org",
            "conda" + r"\.anaconda\.org",
        ]
    ),
}


#: Folders of the closed-in places in which submissions run: not of the machine that has them.
IN_A_SANDBOX = re.compile(r"/tmp(?=/(?:home|matplotlib|planted|reduced)\b)")


def tracked() -> list[Path]:
    """The files of the collection, as git lists them."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy has no git history, so its own files cannot be told from others")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def problems_in(text: str) -> Iterator[str]:
    """What a text should not hold, with its place; pictures are left out."""
    text = re.sub(r"base64,[A-Za-z0-9+/=]{100,}", "base64,", text)
    text = IN_A_SANDBOX.sub("", text)
    for what, pattern in FORBIDDEN.items():
        for match in re.finditer(pattern, text):
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0][:60]}"


def test_no_file_holds_what_it_must_not() -> None:
    problems = [
        f"{path.relative_to(ROOT)}, {problem}"
        for path in tracked()
        if b"\0" not in (raw := path.read_bytes())
        for problem in problems_in(raw.decode("utf-8"))
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("see /ho" + "me/ana/data.csv", "a path of one machine"),
        ("open('/t" + "mp/x')", "a path of one machine"),
        ("C:\\\\Us" + "ers\\\\ana", "a path of one machine"),
        ("-----BEGIN RSA PRIV" + "ATE KEY-----", "a private key"),
        ("AK" + "IA" + "Q" * 16, "a token"),
        ("gh" + "p_" + "a1" * 18, "a token"),
        ("api_" + "key = '0123456789abcdef'", "a secret"),
        ("write to ana@school" + ".edu.mx", "an e-mail address"),
        ("--index-url https://py" + "pi.org/simple", "a package index"),
    ],
)
def test_each_is_seen(text: str, what: str) -> None:
    assert [
        problem
        for problem in problems_in(f"first line\n{text}")
        if problem.startswith(f"line 2: {what}")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "nbviewer/tmp/x",
        "https://example.com/home/page",
        "founders@example.org",
        "../work/x",
        'src="data:image/png;base64,' + "/t" + "mp/" * 60 + '"',
    ],
)
def test_what_only_looks_alike_is_let_through(text: str) -> None:
    assert not list(problems_in(text))


@pytest.mark.parametrize(
    "name",
    [name for name, resource in catalogue(COLLECTION).items() if resource["topic"] == "networks"],
)
def test_nobody_in_a_network_has_a_name(name: str) -> None:
    """Text in the networks' tables is an id without meaning, or a word from a list that the
    description gives; the contract refuses anything else.
    """
    for field in about(name).resource["schema"]["fields"]:
        if field["type"] == "string":
            rules = field["constraints"]
            ids = load(name)[field["name"]]
            assert "enum" in rules or ids.str.fullmatch(ANONYMOUS).all(), (
                f"{name}: {field['name']} holds more than ids"
            )
            assert "enum" in rules or (
                not re.fullmatch(rules["pattern"], "Juan")
                and not re.fullmatch(rules["pattern"], "the_boss_1")
            ), f"{name}: the pattern of {field['name']} lets names in"


#: Columns that name persons for a reason: officials, from the public list of their office.
OFFICIALS = {("career_ambassadors", "name")}


def test_no_table_has_a_column_of_persons() -> None:
    columns = {
        (name, field["name"])
        for name in tables().index
        for field in about(name).resource["schema"]["fields"]
    }
    persons = {
        (name, column)
        for name, column in columns
        if re.fullmatch(
            r"((full|first|last|person)_?|sur)?name|nombre|apellidos?|alias|suspect|defendant",
            column,
        )
    }
    assert persons == OFFICIALS
