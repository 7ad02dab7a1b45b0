"""DataFrames in notebooks: the values pandas shows, under headers for screen readers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from helpers.frames import to_html

BASE = pd.DataFrame(
    {
        "year": [2015, 2015, 2016, 2016],
        "drug": ["heroin", "cocaine"] * 2,
        "deaths": [12989, 6784, 15469, np.nan],
        "share": [0.25, 1 / 3, 1.5, -2.0],
    }
)
PAIRS = pd.MultiIndex.from_product([["a", "b"], ["x", "y"]])
LONG = pd.DataFrame(np.arange(3000).reshape(100, 30), columns=[f"c{i}" for i in range(30)])

FRAMES = {
    "plain": BASE,
    "empty": pd.DataFrame(),
    "no rows": BASE.iloc[:0],
    "no columns": pd.DataFrame(index=[1, 2]),
    "named index": BASE.set_index("drug"),
    "blank name": BASE.rename_axis(index=" "),
    "name of the columns": BASE.rename_axis(columns="figure"),
    "one column with a name": BASE[["deaths"]].rename_axis(columns="figure"),
    "pivot": BASE.pivot(index="drug", columns="year", values="deaths"),
    "pivot of two": BASE.pivot(index="drug", columns="year", values=["deaths", "share"]),
    "crosstab with margins": pd.crosstab(BASE["drug"], BASE["year"], margins=True),
    "two levels of rows": BASE.set_index(["year", "drug"]),
    "two levels of rows, one unnamed": BASE.set_index(["year", "drug"]).rename_axis(["year", None]),
    "two unnamed levels": pd.DataFrame({"v": range(4)}, index=PAIRS),
    "two levels of columns": BASE.groupby("drug").agg(
        {"deaths": ["min", "max"], "share": ["mean"]}
    ),
    "two unnamed levels both ways": pd.DataFrame(np.eye(4), index=PAIRS, columns=PAIRS),
    "three levels of columns": pd.DataFrame(
        [range(8)],
        columns=pd.MultiIndex.from_product(
            [["a", "b"], ["x", "y"], [1, 2]], names=["p", None, "q"]
        ),
    ),
    "long and wide": LONG,
    "long, two levels": LONG.set_index([LONG["c0"] // 90, LONG["c1"]]),
    "wide, two levels": pd.DataFrame(
        [range(30)] * 3, columns=pd.MultiIndex.from_product([range(3), range(10)], names=["i", "j"])
    ),
    "signs": pd.DataFrame(
        {
            "a < b & c > d": ["<b>bold</b>", "R&D &amp; more"],
            '"quoted"': ["two  blanks", "line\nbreak"],
        },
        index=["<i>", "&"],
    ).rename_axis("<name>"),
    "same name twice": pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
    "empty labels": pd.DataFrame({"": [1], "b": [2]}, index=[""]),
    "categories": BASE.set_index(pd.CategoricalIndex(["low", "high", "low", "high"], name="level")),
    "dates": BASE.set_index(pd.date_range("2017-12-14", periods=4)),
    "numbers as names": pd.DataFrame(
        [[1]], columns=pd.Index([2016], name=0), index=pd.Index([1], name=1)
    ),
}
each_frame = pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())


def grid(part: Tag | None) -> list[list[Tag]]:
    """The cells of a part of a table, each at every place that it spans."""
    rows: list[dict[int, Tag]] = [{} for _ in part.find_all("tr")] if part else []
    for y, row in enumerate(part.find_all("tr") if part else []):
        x = 0
        for cell in row.find_all(["th", "td"]):
            while x in rows[y]:
                x += 1
            for down in range(int(cell.get("rowspan", 1))):
                for right in range(int(cell.get("colspan", 1))):
                    rows[y + down][x + right] = cell
            x += int(cell.get("colspan", 1))
    return [[row[x] for x in sorted(row)] for row in rows]


def words(part: Tag | None) -> list[list[str]]:
    return [[cell.get_text() for cell in row] for row in grid(part)]


def parse(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


@pytest.fixture(params=["as it is", "cut", "floats"])
def options(request: pytest.FixtureRequest) -> Iterator[None]:
    changes: dict[str, list[Any]] = {
        "as it is": [],
        "cut": ["display.max_rows", 6, "display.max_columns", 3],
        "floats": ["display.float_format", "{:.1f}".format],
    }
    with pd.option_context(*(changes[request.param] or ["display.max_rows", 60])):
        yield


@each_frame
def test_shows_what_pandas_shows(frame: pd.DataFrame, options: None) -> None:
    ours, theirs = parse(to_html(frame)), parse(frame._repr_html_())
    assert words(ours.tbody) == words(theirs.tbody)
    levels, index = frame.columns.nlevels, frame.index.nlevels
    labels = [row[index:] for row in words(theirs.thead)[:levels]]
    assert [row[index:] for row in words(ours.thead)][-levels:] == labels
    assert [p.get_text() for p in ours.find_all("p")] == [
        p.get_text() for p in theirs.find_all("p")
    ], "the line with the number of rows and columns"
    assert str(ours.style) == str(theirs.style) and ours.table["class"] == theirs.table["class"]


@each_frame
def test_headers_say_what_they_head(frame: pd.DataFrame, options: None) -> None:
    page = parse(to_html(frame))
    for cell in page.find_all("th"):
        assert cell.get_text().strip(), f"an empty header: {cell}"
        allowed = (
            ("row",)
            if cell.find_parent("tbody")
            else ("colgroup", "col")
            if int(cell.get("colspan", 1)) > 1
            else ("col",)
        )
        assert cell.get("scope") in allowed, cell
    width = {len(row) for part in (page.thead, page.tbody) for row in grid(part)}
    assert len(width) == 1, "rows of different width"
    groups = [int(group["span"]) for group in page.find_all("colgroup")]
    assert not groups or sum(groups) == width.pop(), "groups of columns that do not add up"


def head(name: str) -> list[list[str]]:
    return words(parse(to_html(FRAMES[name])).thead)


def test_names_of_rows_and_columns() -> None:
    assert head("plain") == [["row", "year", "drug", "deaths", "share"]]
    assert head("named index") == [["drug", "year", "deaths", "share"]]
    assert head("pivot") == [["drug", "year", "year"], ["drug", "2015", "2016"]]
    assert head("two levels of rows, one unnamed") == [["year", "level 1", "deaths", "share"]]
    assert head("pivot of two")[0] == ["drug", *["level 0 / year"] * 4]
    assert head("two levels of columns") == [
        ["drug", "deaths", "deaths", "share"],
        ["drug", "min", "max", "mean"],
    ]
    assert head("signs")[0] == ["<name>", "a < b & c > d", '"quoted"']


def test_scopes_of_spans() -> None:
    page = parse(to_html(FRAMES["pivot of two"]))
    assert [(cell.get_text(), cell["scope"]) for cell in page.thead.find_all("th")][:4] == [
        ("drug", "col"),
        ("level 0 / year", "col"),
        ("deaths", "colgroup"),
        ("share", "colgroup"),
    ]
    assert [group["span"] for group in page.find_all("colgroup")] == ["1", "2", "2"], (
        "scope=colgroup needs the groups"
    )


def test_a_sentence_is_shown_whole_unless_the_reader_set_another_width() -> None:
    sentence = pd.DataFrame({"said": ["x" * 150, "y" * 161]})
    assert "x" * 150 + "<" in str(to_html(sentence)) and "y...<" in str(to_html(sentence))
    with pd.option_context("display.max_colwidth", 20):
        assert "x...<" in str(to_html(sentence))
    with pd.option_context("display.max_colwidth", None):
        assert "y" * 161 + "<" in str(to_html(sentence))


def test_options_of_pandas_hold() -> None:
    with pd.option_context("display.notebook_repr_html", False):
        assert to_html(BASE) is None
    with pd.option_context("display.large_repr", "info", "display.max_rows", 2):
        assert to_html(BASE) == BASE._repr_html_() and "<pre>" in to_html(BASE)


@pytest.mark.parametrize(
    "text", ["<b>other</b>", "<table><tr><td>1</td></tr></table>", "<table></table><table></table>"]
)
def test_what_is_not_as_expected_is_left(text: str) -> None:
    class Other(pd.DataFrame):
        def _repr_html_(self) -> str:
            return text

    assert to_html(Other(BASE)) == text


def test_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.frames._Table", None)
    assert to_html(BASE) == BASE._repr_html_()


def test_a_kernel_shows_frames_with_headers_once_helpers_is_imported() -> None:
    code = """
from IPython.core.interactiveshell import InteractiveShell
import pandas as pd
show = InteractiveShell.instance().display_formatter.format
frame = pd.DataFrame({"deaths": [3]})
before = show(frame)[0]
import sys, helpers
assert "helpers.frames" not in sys.modules, "imported with the first table shown"
after = show(frame)[0]
assert 'scope="col"' not in before["text/html"] and 'scope="col"' in after["text/html"]
assert before["text/plain"] == after["text/plain"]
assert set(show(frame["deaths"])[0]) == {"text/plain"}
"""
    subprocess.run([sys.executable, "-c", code], check=True)


SMALL = pd.DataFrame({"deaths": [3, 5]}, index=pd.Index([2015, 2016], name="year"))
ROWS = """<tbody>
<tr><th scope="row">2015</th><td>3</td></tr>
<tr><th scope="row">2016</th><td>5</td></tr>
</tbody>
</table>"""
EXACT = {
    "a named index": (
        SMALL,
        f"""<table border="1" class="dataframe">
<thead>
<tr style="text-align: right;"><th scope="col">year</th><th scope="col">deaths</th></tr>
</thead>
{ROWS}""",
    ),
    "a name of the one column": (
        SMALL.rename_axis(index=None, columns="figure"),
        f"""<table border="1" class="dataframe">
<colgroup span="1"></colgroup>
<colgroup span="1"></colgroup>
<thead>
<tr style="text-align: right;"><th scope="col" rowspan="2" style="vertical-align: bottom">\
<i style="font-weight: normal">row</i></th><th scope="col" colspan="1" style="text-align: left">\
figure</th></tr>
<tr style="text-align: right;"><th scope="col">deaths</th></tr>
</thead>
{ROWS}""",
    ),
    "a name of two columns": (
        SMALL.assign(people=9).rename_axis(columns='"figure"'),
        f"""<table border="1" class="dataframe">
<colgroup span="1"></colgroup>
<colgroup span="2"></colgroup>
<thead>
<tr style="text-align: right;"><th scope="col" rowspan="2" style="vertical-align: bottom">\
year</th><th scope="colgroup" colspan="2" style="text-align: left">"figure"</th></tr>
<tr style="text-align: right;"><th scope="col">deaths</th><th scope="col">people</th></tr>
</thead>
{ROWS.replace("</td></tr>", "</td><td>9</td></tr>")}""",
    ),
    "groups of columns": (
        BASE.pivot(index="drug", columns="year", values=["deaths", "share"]),
        """<table border="1" class="dataframe">
<colgroup span="1"></colgroup>
<colgroup span="2"></colgroup>
<colgroup span="2"></colgroup>
<thead>
<tr><th scope="col" rowspan="3" style="vertical-align: bottom">drug</th>\
<th scope="col" colspan="4" style="text-align: left">level 0 / year</th></tr>
<tr><th scope="colgroup" colspan="2" halign="left">deaths</th>\
<th scope="colgroup" colspan="2" halign="left">share</th></tr>
<tr><th scope="col">2015</th><th scope="col">2016</th><th scope="col">2015</th>\
<th scope="col">2016</th></tr>
</thead>
<tbody>
<tr><th scope="row">cocaine</th><td>6784.0</td><td>NaN</td><td>0.333333</td><td>-2.0</td></tr>
<tr><th scope="row">heroin</th><td>12989.0</td><td>15469.0</td><td>0.250000</td><td>1.5</td></tr>
</tbody>
</table>""",
    ),
    "no words, and signs": (
        pd.DataFrame({"": ["<&'>"]}, index=['"x" & y']),
        """<table border="1" class="dataframe">
<thead>
<tr style="text-align: right;"><th scope="col"><i style="font-weight: normal">row</i></th>\
<td></td></tr>
</thead>
<tbody>
<tr><th scope="row">"x" &amp; y</th><td>&lt;&amp;'&gt;</td></tr>
</tbody>
</table>""",
    ),
    "two levels of rows": (
        pd.DataFrame(
            {"v": [1]}, index=pd.MultiIndex.from_tuples([("a", "x")], names=['"n"', None])
        ),
        """<table border="1" class="dataframe">
<thead>
<tr style="text-align: right;"><th scope="col">"n"</th>\
<th scope="col"><i style="font-weight: normal">level 1</i></th><th scope="col">v</th></tr>
</thead>
<tbody>
<tr><th scope="row">a</th><th scope="row">x</th><td>1</td></tr>
</tbody>
</table>""",
    ),
}


@pytest.mark.parametrize("case", EXACT)
def test_the_html_to_the_letter(case: str) -> None:
    """What pandas writes before and after its table is kept."""
    frame, table = EXACT[case]
    theirs = frame._repr_html_()
    before, after = (
        theirs[: theirs.index("<table")],
        theirs[theirs.index("</table>") + len("</table>") :],
    )
    assert (
        to_html(frame) == before + table + after
        and "<style scoped>" in before
        and after == "\n</div>"
    )


def test_signs_that_pandas_wrote_are_kept() -> None:
    class Other(pd.DataFrame):
        def _repr_html_(self) -> str:
            head = '<tr><th></th><th title="5&quot;" hidden>v</th></tr>'
            row = "<tr><th>0</th><td>&#233;<br>&eacute;<b>x</b></td></tr>"
            table = f'<table a="&quot;"><thead>{head}</thead><tbody>{row}</tbody></table>'
            return f"<p>a&#38;b</p>{table}<p>1 row</p>"

    assert to_html(Other({"v": [1]})) == (
        '<p>a&#38;b</p><table a="&quot;">\n<thead>\n<tr style="text-align: right;"><th '
        'scope="col"><i style="font-weight: normal">row</i></th><th scope="col" '
        'title="5&quot;" hidden="">v</th></tr>\n'
        '</thead>\n<tbody>\n<tr><th scope="row">0</th><td>&#233;<br>&eacute;<b>x</b></td></tr>\n'
        "</tbody>\n</table><p>1 row</p>"
    )
