"""The license of every locked package, as its own metadata say, and whether it is one that we know.

    python3 course.py licenses           package, version, lock and license, one a line
    python3 course.py licenses --check   only what needs a decision; exit 1 if anything

Read from the packages of the test environment, which holds both locks.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from tools import lock

ROOT = Path(__file__).resolve().parent.parent

#: Licenses that ask for no more than their text to be kept. Names of the SPDX list; "BSD" where a
#: package does not say which of them.
PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "PSF-2.0",
    "Zlib",
}

#: Other licenses, each with the reason why the package may be locked all the same.
REMARKS = {
    "MPL-2.0": "asks that changes to its own files be published; we install it unchanged",
    "Artistic OR GPL": "the Artistic License is chosen; only frictionless brings it, for the tests",
}

#: Packages that some system or some Python does without, as their wheels' metadata say.
ELSEWHERE = {
    "appnope": "BSD-2-Clause",
    "colorama": "BSD",
    "importlib-metadata": "Apache-2.0",
    "lazy-importer": "Apache-2.0",
    "overrides": "Apache-2.0",
    "pexpect": "ISC",
    "ptyprocess": "ISC",
    "pywinpty": "MIT",
    "zipp": "MIT",
}

#: Packages whose metadata name none: what the license file in their wheel is.
FROM_THEIR_FILES = {"pkginfo": "MIT"}

#: From the classifiers and words of older packages to names of the SPDX list, tried in this order
#: on the license's first line.
_WORDS = (
    (r"artistic.*", "Artistic OR GPL"),
    (r".*\bGPL|.*GNU", "GPL"),
    (r"MIT\b", "MIT"),
    (r"Apache\b", "Apache-2.0"),
    (r"(3-clause )?BSD.3|BSD 3", "BSD-3-Clause"),
    (r"BSD.2", "BSD-2-Clause"),
    (r"BSD", "BSD"),
    (r"ISC\b", "ISC"),
    (r"PSFL|Python Software Foundation", "PSF-2.0"),
    (r"Mozilla Public License 2|MPL.2", "MPL-2.0"),
)


def license_of(package: str) -> str:
    """The license of an installed package: its SPDX expression, or else what its license line and
    classifiers amount to; empty if unknown.
    """
    try:
        fields = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE.get(package, "")
    if "License-Expression" in fields:
        return fields["License-Expression"]
    classifiers = [
        line.split(" :: ")[-1]
        for line in fields.get_all("Classifier", [])
        if line.startswith("License :: OSI Approved :: ")
    ]
    named = fields["License"].strip().split("\n")[0] if "License" in fields else ""
    for text in [named, *classifiers]:
        for pattern, name in _WORDS:
            if re.match(pattern, text, re.I):
                return name
    return FROM_THEIR_FILES.get(package, "")


def accepted(expression: str) -> bool:
    """Whether every license of an SPDX expression is permissive or has a remark; of an alternative
    (OR) one is enough.
    """
    if expression in REMARKS:
        return True
    return any(
        all(re.sub(r"[()\s]", "", one) in PERMISSIVE | set(REMARKS) for one in part.split(" AND "))
        for part in expression.split(" OR ")
    )


def table() -> list[tuple[str, str, str, str]]:
    """Package, version, "reader" or "test", and license of every pin of both locks."""
    reader = {pin.name for pin in lock.pins(ROOT, lock.READER)}
    pins = {(pin.name, next(iter(pin.specifier)).version) for pin in lock.pins(ROOT, lock.TEST)}
    return [
        (name, version, "reader" if name in reader else "test", license_of(name))
        for name, version in sorted(pins)
    ]


def problems(rows: list[tuple[str, str, str, str]]) -> list[str]:
    """A sentence for every package whose license is unknown or not accepted, and for a license that
    is not permissive in the reader's lock beyond MPL-2.0.
    """
    open_questions = []
    for name, version, kind, expression in rows:
        if not expression:
            open_questions.append(
                f"{name} {version} ({kind}): its metadata name no license that we know. Read it, "
                "then add its words or an entry to tools/licenses.py."
            )
        elif not accepted(expression) or (kind == "reader" and "GPL" in expression):
            open_questions.append(
                f"{name} {version} ({kind}): {expression} is not among the accepted licenses. Do "
                "without the package, or give the reason in tools/licenses.py."
            )
    return open_questions


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py licenses", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--check", action="store_true", help="print only what needs a decision; exit 1 if anything"
    )
    options = parser.parse_args(arguments)
    rows = table()
    open_questions = problems(rows)
    if not options.check:
        print("package,version,lock,license,remark")
        print(
            "\n".join(
                f"{name},{version},{kind},{expression},{REMARKS.get(expression, '')}"
                for name, version, kind, expression in rows
            )
        )
    print(
        "\n".join(open_questions)
        or f"{len(rows)} locked packages, every license known and accepted.",
        file=sys.stderr if open_questions else sys.stdout,
    )
    return int(bool(open_questions))


if __name__ == "__main__":
    sys.exit(main())
