"""Every number of README.md follows from data or from another file, or is on a short list."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

import pandas as pd

from helpers import load
from helpers.authoring.prose import WORDS
from tests.lessons import ROOT
from tests.web.test_colab import PACKAGES, PYTHON

#: Described by `describe`, which the tests compare; code, links, and numbers of a list.
NOT_PROSE = re.compile(
    r"<!-- lessons:.*?<!-- end of lessons -->|`[^`]*`|\]\([^)]*\)|^```.*?^```|^\d\. ", re.M | re.S
)
NUMBER = re.compile(rf"(?<![\w.])(?!0\d)(?:\d[\d,]*(?:\.\d+)*|{'|'.join(WORDS)})(?![\w-])", re.I)
STATED = {
    "of two commands": "the two lines of code below",
    "the two commands above": "the same",
    "There are three ways in": "the list below",
    "50 minutes and for three hours": "the two plans that test_guide.py asks for",
    "slides for fifty minutes": "the shorter of these plans",
    "two small files": "what notebooks/guide/marking.md describes",
    "empty environment of Python 3.11": "a trial",
    "in December 2025": "when Colab's versions were noted",
    "Jupyter Notebook 7**": "a name",
    "With version 7.6.5": "a trial",
    "CC BY 4.0": "a name",
    "The axis does not start at 0": "a manner of speaking",
}


def of_the_data() -> Iterator[str]:
    """What README.md says of the dialogue and of the deaths of 2016."""
    claim = load("claims").set_index("claim").loc["overdose-64k"]
    said = claim["as_of"]
    yield f"{said.day} {said:%B %Y}"
    yield f'("more than {claim["stated_value"]:,.0f} Americans died")'
    rows = load("overdose_count_revisions").query("drug == 'all drugs'")
    rows = rows[rows["period_end"] == pd.Timestamp("2016-12-31")].sort_values("known_on")
    by = dict(tuple(rows.groupby("count")))
    first, *later = by["reported"].itertuples()
    (final,), predicted = by["final"].itertuples(), by["predicted"]["deaths"]
    assert len({one.deaths for one in later}) == 1 and (first.known_on - said).days == 2
    assert (final.known_on - said).days == 7, "a week"
    yield (
        f"Overdose deaths of {rows['period_end'].iloc[0].year} as published at different times. "
        f"Deaths in the country: {first.deaths:,} in our first saved copy, two days after the "
        f"speech; {later[0].deaths:,} since, from some day in {later[0].known_on.year} on; "
        f"predictions of {predicted.min():,} to {predicted.max():,}. Final count of residents, "
        f"another definition: {final.deaths:,}, a week after the speech."
    )


def of_packages() -> Iterator[str]:
    """What README.md says of the versions of Python and of Colab's packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = re.findall(r":: Python :: (3\.\d+)", str(project["classifiers"]))
    yield f"Python {found[0]} to {found[-1]} from"
    versions = dict(package.split("==") for package in PACKAGES)
    names = ("pandas", "numpy", "matplotlib", "IPython")
    short = [f"{name} {'.'.join(versions[name.lower()].split('.')[:2])}" for name in names]
    yield f"(Python {PYTHON}, {', '.join(short)})"


def of_set_ups() -> Iterator[str]:
    """What README.md says of the second set-up, in the words of the set-up itself."""
    messages = json.loads((ROOT / "helpers" / "messages" / "en.json").read_text(encoding="utf-8"))
    yield messages["set_up_test"].partition(": ")[2]


def test_numbers_follow_or_are_stated() -> None:
    text = NOT_PROSE.sub("", (ROOT / "README.md").read_text(encoding="utf-8"))
    for sentence in (*of_the_data(), *of_packages(), *of_set_ups(), *STATED):
        assert sentence in text, f"README.md does not say: {sentence}"
        text = text.replace(sentence, "", 1)
    assert not NUMBER.findall(text), "numbers that no data, no other file and no reason decide"
