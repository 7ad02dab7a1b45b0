"""The public address is set in one place, and what names it follows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import polib
import pytest
import yaml

from helpers.authoring.translate.build import WRITTEN
from helpers.authoring.translate.texts import paragraphs
from tests.lessons import ROOT
from web import address

LINKING = [
    path.relative_to(ROOT).as_posix()
    for name in address.LINKING
    for path in sorted(ROOT.glob(name))
]
FILES = ("pyproject.toml", "CITATION.cff", *LINKING)
MESSAGES = "helpers/translations/es/messages.json"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*FILES, MESSAGES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(address, "ROOT", tmp_path)
    return tmp_path


def run(*words: str) -> int:
    return address.main(list(words))


def test_everything_follows_from_the_address() -> None:
    assert address.outdated(ROOT, address.current(ROOT)) == {}


def test_one_command_sets_it_everywhere(copy: Path) -> None:
    assert run("Ana-Lopez/chain") == 0
    urls = tomllib.loads((copy / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    cited = yaml.safe_load((copy / "CITATION.cff").read_text(encoding="utf-8"))
    readme = (copy / "README.md").read_text(encoding="utf-8")
    repository, site = "https://github.com/Ana-Lopez/chain", "https://ana-lopez.github.io/chain/"
    assert urls == {
        **{"Homepage": site, "Repository": repository, "Issues": f"{repository}/issues"},
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
    }
    assert (cited["repository-code"], cited["url"]) == (repository, site)
    assert cited["license-url"] == f"{repository}/blob/main/LICENSE"
    for name in FILES:
        text = (copy / name).read_text(encoding="utf-8")
        assert "OWNER/links" not in text and "example.org" not in text, name
    links = re.findall(r"\]\((https://[^)]+)\)", readme)
    assert {
        "https://ana-lopez.github.io/chain/",
        "https://ana-lopez.github.io/chain/lite/notebooks/index.html"
        "?path=notebooks/00_start_here.ipynb",
        "https://mybinder.org/v2/gh/Ana-Lopez/chain/main?urlpath=lab/tree/my_work/00_start_here.ipynb",
        "https://colab.research.google.com/github/Ana-Lopez/chain/blob/colab/00_start_here.ipynb",
    } <= set(links)
    assert run("--check", "Ana-Lopez/chain") == 0
    assert run("--check", "https://github.com/Ana-Lopez/chain") == 0


def test_a_translated_readme_has_the_doors_of_its_language(copy: Path) -> None:
    """And the paragraphs that name the address stay translated."""
    messages = {"**Install**: the two commands above.": "**Instalar**: arriba."}
    (copy / MESSAGES).write_text(json.dumps(messages), encoding="utf-8")
    assert run("ana/chain") == 0
    page = (copy / "README.es.md").read_text(encoding="utf-8")
    assert "3. **Instalar**: arriba." in page and "](https://ana.github.io/chain/es/)" in page
    assert "?path=notebooks/es/00_start_here.ipynb)" in page
    english = (copy / "README.md").read_text(encoding="utf-8")
    catalogue = polib.pofile(str(copy / "translations/es/pages/README.po"))
    named = [text for text in paragraphs(WRITTEN.sub("", english)) if "ana/chain" in text]
    assert named and set(named) <= {entry.msgid for entry in catalogue if entry.msgstr}


def test_no_other_file_names_the_placeholder() -> None:
    listed = subprocess.run(
        ["git", "grep", "-l", address.PLACEHOLDER], cwd=ROOT, capture_output=True
    )
    names = set(listed.stdout.decode().split())
    assert names <= {*FILES, "web/address.py"}


def test_another_address_replaces_the_first(copy: Path) -> None:
    assert run("ana/chain") == run("benito/cadena") == 0
    assert all("ana/chain" not in (copy / name).read_text(encoding="utf-8") for name in FILES)
    assert address.current(copy) == address.Address("benito", "cadena")


def test_a_site_of_the_account_itself_has_no_folder() -> None:
    assert address.parse("Ana/ana.github.io").site == "https://ana.github.io/"


@pytest.mark.parametrize(
    ("text", "owner", "name"),
    [
        ("https://github.com/ana/chain.git", "ana", "chain"),
        ("https://github.com/ana/chain/", "ana", "chain"),
        (f"{'a' * 39}/{'n' * 100}", "a" * 39, "n" * 100),
        ("a/.b_c", "a", ".b_c"),
    ],
)
def test_a_repository_s_address_in_any_form(text: str, owner: str, name: str) -> None:
    assert address.parse(text) == address.Address(owner, name)


def test_what_the_command_says(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of every file it writes; with --check it writes none."""

    def said(*words: str) -> tuple[int, str]:
        return run(*words), "".join(capsys.readouterr())

    then = "not ana/chain. Run: python3 course.py address ana/chain\n"
    placeholder = f"The address in pyproject.toml is still the placeholder, {then}"
    assert said("--check", "ana/chain") == (1, placeholder)
    code, written = said("ana/chain")
    names = dict.fromkeys(("pyproject.toml", "CITATION.cff", *(Path(n).name for n in LINKING)))
    assert code == 0 and set(written.splitlines()) == {f"wrote {name}" for name in names}
    for words in ((), ("ana/chain",), ("--check",)):
        assert said(*words) == (0, "Everything follows from the address.\n")
    page = (copy / "README.md").read_text(encoding="utf-8")
    (copy / "README.md").write_text(page.replace("/blob/colab/", "/blob/x/"), encoding="utf-8")
    assert said("--check") == (1, "would change README.md\n")
    assert said("--check", "ana/chain")[0] == 1
    assert said() == (0, "wrote README.md\n")
    assert (copy / "README.md").read_text(encoding="utf-8") == page
    other = "The address in pyproject.toml is https://github.com/ana/chain, not fork/chain."
    assert said("--check", "fork/chain")[1].startswith(other)
    with pytest.raises(SystemExit):
        run("--help")
    assert "[--check] [OWNER/REPOSITORY]" in capsys.readouterr().out


def test_without_an_address_the_buttons_lead_to_how_to_publish() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", page, re.M)
    anchor = address.TO_PUBLISH.split("#")[1]
    assert anchor in [heading.lower().replace(" ", "-") for heading in headings]
    assert address.doors(None).count(f"]({address.TO_PUBLISH})") >= 2


@pytest.mark.parametrize(
    "text",
    [
        *("", "ana", "ana/", "ana/b c", "a_b/c", "https://gitlab.com/a/b", "ana/..", "ana/."),
        *("_a/b", "á/b", "a/é", f"{'a' * 40}/b", f"a/{'b' * 101}"),
    ],
)
def test_what_is_no_address_gets_one_sentence(
    copy: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: (copy / name).read_text(encoding="utf-8") for name in FILES}
    said = (
        f"{text!r} is not OWNER/REPOSITORY on GitHub. Write it like this: "
        "python3 course.py address ana-lopez/links-in-the-chain\n"
    )
    project = (copy / "pyproject.toml").read_text(encoding="utf-8")
    if text:
        assert run(text) == 2 and capsys.readouterr().err == said
    assert before == {name: (copy / name).read_text(encoding="utf-8") for name in FILES}
    wrong = re.sub('^Repository = ".*"', f'Repository = "{text}"', project, flags=re.M)
    (copy / "pyproject.toml").write_text(wrong, encoding="utf-8")
    assert run() == 2 and capsys.readouterr().err == said


def test_a_lost_mark_is_named_and_nothing_is_written(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = copy / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace(address.END, ""), encoding="utf-8")
    before = (copy / "pyproject.toml").read_text(encoding="utf-8")
    assert run("ana/chain") == 2
    assert capsys.readouterr().err == (
        f"README.md, {address.START}: there must be one such line; there are 0. Put it back.\n"
    )
    assert (copy / "pyproject.toml").read_text(encoding="utf-8") == before


def test_publishing_another_repository_is_refused(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fork must not publish copies that install the package of the collection it came from."""
    assert run("ana/chain") == 0
    assert run("--check", "fork/chain") == 1
    assert "python3 course.py address fork/chain" in capsys.readouterr().err
