"""The collection's public address: set it in one place, and everywhere else it follows.

    python3 course.py address OWNER/REPOSITORY   set it, and write what follows from it
    python3 course.py address                    write what follows from the present address
    python3 course.py address --check            change nothing; exit 1 if something does not follow

The address is `Repository` in [project.urls] of pyproject.toml. From it follow the other addresses
there, those in CITATION.cff, the repository's address in pages that link it, and the links and
buttons between the two marks in README.md and its translations. As long as it is the placeholder,
the buttons lead to the page that says how to publish.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.command import command_parser

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = "https://example.org/OWNER/links-in-the-chain"
#: The branch that .github/workflows/publish.yml writes the copies for Colab to.
COLAB_BRANCH = "colab"
FIRST = "00_start_here.ipynb"
START, END = "<!-- doors: written by address -->", "<!-- end of doors -->"
#: Pages that name the repository's address, and those that have the doors.
DOORS = ("README.md", "README.*.md")
LINKING = (*DOORS, "tools/nbval-strict/README.md", "translations/*/pages/README.po")
TO_PUBLISH = "CONTRIBUTING.md#publish-your-own-copy"


class AddressError(ValueError):
    """The address is missing or is not one; the message says what to do."""


@dataclass(frozen=True)
class Address:
    """A repository on GitHub, and what is found by its name.

    Attributes
    ----------
    owner, name : str
        The account or organization, and the repository.
    """

    owner: str
    name: str

    @property
    def repository(self) -> str:
        """The repository's page."""
        return f"https://github.com/{self.owner}/{self.name}"

    @property
    def site(self) -> str:
        """The site on GitHub Pages, with a slash at the end."""
        host = f"{self.owner.lower()}.github.io"
        return f"https://{host}/" if self.name.lower() == host else f"https://{host}/{self.name}/"

    def binder(self, lesson: str = FIRST) -> str:
        """Where Binder opens a lesson: the copy that postBuild makes, in JupyterLab."""
        place = f"{self.owner}/{self.name}/main?urlpath=lab/tree/my_work/{lesson}"
        return f"https://mybinder.org/v2/gh/{place}"

    def colab(self, lesson: str = FIRST) -> str:
        """Where Colab opens the copy of a lesson that is made for it."""
        place = f"{self.owner}/{self.name}/blob/{COLAB_BRANCH}/{lesson}"
        return f"https://colab.research.google.com/github/{place}"

    def browser(self, lesson: str = FIRST) -> str:
        """Where JupyterLite opens a lesson, on the site."""
        return f"{self.site}lite/notebooks/index.html?path=notebooks/{lesson}"


def parse(text: str) -> Address:
    """The address in OWNER/REPOSITORY or in a repository's address.

    Raises
    ------
    AddressError
        GitHub has no such names.

    Examples
    --------
    >>> parse("ana-lopez/links-in-the-chain").site
    'https://ana-lopez.github.io/links-in-the-chain/'
    """
    found = re.fullmatch(
        r"(?:https://github\.com/)?([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([\w.-]{1,100}?)(?:\.git)?/?",
        text,
        re.ASCII,
    )
    if not found or found[2] in (".", ".."):
        raise AddressError(
            f"{text!r} is not OWNER/REPOSITORY on GitHub. Write it like this: "
            "python3 course.py address ana-lopez/links-in-the-chain"
        )
    return Address(found[1], found[2])


def current(root: Path = ROOT) -> Address | None:
    """The address in pyproject.toml, or None while it is the placeholder.

    Raises
    ------
    AddressError
        It is neither an address nor the placeholder.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = project.get("urls", {}).get("Repository", "")
    return None if text == PLACEHOLDER else parse(text)


def doors(
    address: Address | None, language: str = "", messages: Mapping[str, str] | None = None
) -> str:
    """The three ways in, in README.md: read online, run in the browser, install.

    Parameters
    ----------
    address : Address or None
        Where the collection is; None while the address is the placeholder.
    language : str
        Of another edition: "es".
    messages : mapping
        The sentences in that language by their English.
    """
    edition = f"{language}/" if language else ""

    def say(sentence: str, **values: str) -> str:
        # As helpers.language does, which publish.yml cannot import: nothing is installed there.
        return (messages or {}).get(sentence, sentence).format(**values)

    if address is None:
        read = say(
            "**Read online**: this copy has no public address yet; `python3 course.py site` writes "
            "the site into `site/`."
        )
        browser = say(
            "**Run in the browser**, with nothing to install: it is in `site/lite/`. Or on a "
            "server, without an account at Binder, with one at Colab:"
        )
        binder = colab = TO_PUBLISH
        after = say(
            " (Until the collection is [published]({page}), the buttons lead there.)",
            page=TO_PUBLISH,
        )
    else:
        read = say(
            "**Read online**: [the site]({site}) has every lesson with its figures, the glossary, "
            "the tables and the ledger of claims.",
            site=address.site + edition,
        )
        browser = say(
            "**Run in the browser**, with nothing to install: [start]({page}). Or on a server, "
            "without an account at Binder, with one at Colab:",
            page=address.browser(edition + FIRST),
        )
        binder, colab, after = address.binder(), address.colab(), ""
    buttons = say(
        "[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder}) "
        "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})",
        binder=binder,
        colab=colab,
    )
    install = say("**Install**: the two commands above.")
    return "\n".join([f"1. {read}", f"2. {browser}", f"   {buttons}{after}", f"3. {install}"])


def outdated(root: Path, address: Address | None) -> dict[Path, str]:
    """Files that do not follow from an address, each with the text it should have.

    Raises
    ------
    AddressError
        A file lacks the line or the marks.
    """
    repository = address.repository if address else PLACEHOLDER
    lines = {
        "pyproject.toml": {
            "Homepage": address.site if address else PLACEHOLDER,
            "Repository": repository,
            "Issues": f"{repository}/issues",
            "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        },
        "CITATION.cff": {
            "repository-code": repository,
            "license-url": f"{repository}/blob/main/LICENSE",
            "url": address.site if address else PLACEHOLDER,
        },
    }
    texts = {}
    for name, values in lines.items():
        text = (root / name).read_text(encoding="utf-8")
        for key, value in values.items():
            text = _replaced(
                text, rf'^({key} ?[=:] )"[^"\n]*"$', rf'\g<1>"{value}"', f"{name}, {key}"
            )
        texts[root / name] = text
    present = current(root)
    before = present.repository if present else PLACEHOLDER
    for path in _pages(root, LINKING):
        text = path.read_text(encoding="utf-8")
        texts[path] = re.sub(rf"{re.escape(before)}(?![\w.-])", repository, text)
    between = rf"({re.escape(START)}\n).*?({re.escape(END)})"
    for path in _pages(root, DOORS):
        language = path.name.removeprefix("README").removesuffix("md").strip(".")
        written = doors(address, language, _messages(root, language))
        block = rf"\g<1>\n{written}\n\n\g<2>"
        texts[path] = _replaced(texts[path], between, block, f"{path.name}, {START}")
    return {path: text for path, text in texts.items() if path.read_text(encoding="utf-8") != text}


def _pages(root: Path, names: tuple[str, ...]) -> list[Path]:
    return [path for name in names for path in sorted(root.glob(name))]


def _messages(root: Path, language: str) -> dict[str, str]:
    """What the helpers say in a language; nothing for English."""
    file = root / "helpers" / "translations" / language / "messages.json"
    messages: dict[str, str] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return messages


def _replaced(text: str, pattern: str, new: str, what: str) -> str:
    changed, count = re.subn(pattern, new, text, flags=re.MULTILINE | re.DOTALL)
    if count != 1:
        raise AddressError(f"{what}: there must be one such line; there are {count}. Put it back.")
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("address", __doc__)
    parser.add_argument("repository", nargs="?", metavar="OWNER/REPOSITORY", help="set it to this")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if needed")
    options = parser.parse_args(arguments)
    try:
        present = current(ROOT)
        address = parse(options.repository) if options.repository else present
        changes = outdated(ROOT, address)
    except AddressError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check and present != address:
        there = present.repository if present else "still the placeholder"
        print(
            f"The address in pyproject.toml is {there}, not {options.repository}. "
            f"Run: python3 course.py address {options.repository}",
            file=sys.stderr,
        )
        return 1
    for path, text in changes.items():
        print(f"{'would change' if options.check else 'wrote'} {path.name}")
        if not options.check:
            path.write_text(text, encoding="utf-8", newline="\n")
    if not changes:
        print("Everything follows from the address.")
    return int(options.check and bool(changes))


if __name__ == "__main__":
    sys.exit(main())
