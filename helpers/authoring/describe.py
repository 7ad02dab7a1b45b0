"""Bring everything that is derived from tables and lessons up to date, and say in words what
changed.

    python3 -m helpers describe           write what has changed, and say what
    python3 -m helpers describe --check   change nothing; exit 1 if something would change

Written are data/snapshot.json (rows, bytes, sha256 and empty cells of every table), data/README.md
(a section per table), and, in any page named in `PAGES`, the table of lessons between the two
marks. A table that Excel saved loses its byte order mark and the line ends of Windows. Everything
else (titles, sources, licenses, cautions, types, constraints) is written by hand
in data/*/datapackage.json, and what a lesson is in its metadata. A table that breaks its contract
stops the command: nothing is written until all tables can be loaded.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from helpers.adaptation import EXERCISES
from helpers.cards import was_read
from helpers.catalogue import SNAPSHOT, catalogue, load_unchecked, measure, snapshot, table_file
from helpers.collection import Collection, CollectionError, current
from helpers.command import command_parser
from helpers.contract import DataError, check_card, other_separator
from helpers.lessons import Lesson, LessonError, lessons

#: Pages with a table of lessons, and the columns of each.
PAGES: dict[str, tuple[str, ...]] = {
    "README.md": ("lesson", "question", "time (reading + exercises)"),
    "notebooks/guide/README.md": ("page", "lesson", "minutes", "assumes", "idea", "trap"),
}
START, END = "<!-- lessons: written by describe -->", "<!-- end of lessons -->"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("describe", __doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if something would change"
    )
    check = parser.parse_args(arguments).check
    nothing = "Nothing was written."
    try:
        collection = current(written=True)
        saved_by_excel = as_excel_saves(collection)
        for path, (added, text) in {} if check else saved_by_excel.items():
            path.write_text(text, encoding="utf-8", newline="")
            print(f"{path.name}: {added} taken out", flush=True)
            nothing = "Nothing else was written."
        changes = outdated(collection)
        said = [*changed_tables(collection), *undescribed(collection)]
    except (DataError, LessonError, CollectionError) as error:
        print(f"{nothing} {error}", file=sys.stderr)
        return 2
    for path, text in changes.items():
        print(
            f"{'would change' if check else 'wrote'} {path.relative_to(collection.root).as_posix()}"
        )
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
    print("\n".join(said) if said else "No table changed.")
    return int(check and bool(changes))


def as_excel_saves(collection: Collection) -> dict[Path, tuple[str, str]]:
    """The tables with a byte order mark or the line ends of Windows: which of these each has, and
    the text that it should have. A file that is not CSV in UTF-8, or has other separators than
    commas, is passed over here: loading it says why.
    """
    texts = {}
    for name in catalogue(collection):
        path = table_file(collection, name).path
        raw = path.read_bytes() if path.is_file() else b""
        first = raw.partition(b"\n")[0]
        mark = ["byte order mark"] if raw.startswith(codecs.BOM_UTF8) else []
        ends = ["line ends of Windows"] if first.endswith(b"\r") else []
        if not (mark or ends) or other_separator(first.decode(errors="replace")):
            continue
        with suppress(UnicodeDecodeError, csv.Error):
            stream = io.StringIO(raw.decode("utf-8-sig"), newline="")
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(csv.reader(stream, strict=True))
            texts[path] = " and ".join(mark + ends), text.getvalue()
    return texts


def outdated(collection: Collection) -> dict[Path, str]:
    """Files that no longer follow from tables and lessons, each with the text it should have.

    Raises
    ------
    DataError, LessonError
        A table breaks its contract, its card is incomplete, or a lesson does not say what it is.
    """
    texts = {
        collection.data / SNAPSHOT: _as_json(measured_tables(collection)),
        collection.data / "README.md": data_readme(collection),
        **pages_with_lessons(collection),
        **glossary_with_lessons(collection),
    }
    return {
        path: text
        for path, text in texts.items()
        if not path.exists() or _stored(path, "replace") != text
    }


def _stored(path: Path, errors: str = "strict") -> str:
    """The text of a page; `DataError` if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors=errors)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise DataError(f"{path.name} cannot be read ({reason}). Restore or remove it.") from None


def measured_tables(collection: Collection) -> dict[str, Any]:
    """The snapshot as it should be: every table is loaded, so none that breaks its contract gets
    in.
    """
    for name in catalogue(collection):
        load_unchecked(collection, name)
    return {name: measure(collection, name) for name in sorted(catalogue(collection))}


def changed_tables(collection: Collection) -> list[str]:
    """One sentence for each table whose file is not the one in the snapshot."""
    before, after = _stored_snapshot(collection), measured_tables(collection)
    said = [f"{name}: no longer there." for name in sorted(set(before) - set(after))]
    for name, now in after.items():
        if name not in before:
            said.append(f"{name}: new, {_number_of(now['rows'], 'row')}.")
        elif before[name] != now:
            said.append(f"{name}: {_difference(before[name], now)}.")
    return said


def undescribed(collection: Collection) -> Iterator[str]:
    """One sentence for each CSV file under data/ that no description names.

    Hidden files are passed over, and so is the folder update/ of a topic, into which `update`
    writes tables that are to be looked at.
    """
    described = {
        resource["folder"] / resource["path"] for resource in catalogue(collection).values()
    }
    for path in sorted(collection.data.rglob("*")):
        place = path.relative_to(collection.root)
        passed_over = "update" in place.parts or any(x.startswith(".") for x in place.parts)
        passed_over |= path == collection.data / EXERCISES
        if path.suffix.lower() == ".csv" and path not in described and not passed_over:
            yield (
                f"{place.as_posix()}: no datapackage.json describes this file. Describe it there, "
                "or remove it."
            )


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    parts = []
    added = now["rows"] - before.get("rows", 0)
    if added:
        count = _number_of(abs(added), "row")
        parts.append(f"{count} {'more' if added > 0 else 'fewer'} ({now['rows']:,})")
    gaps = before.get("missing", {})
    for column in {**gaps, **now["missing"]}:
        more = now["missing"].get(column, 0) - gaps.get(column, 0)
        if more:
            count = _number_of(abs(more), f"{'more' if more > 0 else 'fewer'} empty cell")
            parts.append(f"{count} in {column}")
    return "; ".join(parts) if parts else "the same rows and gaps, other values"


def _number_of(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _stored_snapshot(collection: Collection) -> Mapping[str, Any]:
    """The snapshot as it is stored, without entries that make no sense: they are written anew."""
    try:
        stored = snapshot(collection)
    except DataError:
        return {}
    return {name: entry for name, entry in stored.items() if _makes_sense(entry)}


def _makes_sense(entry: Mapping[str, Any]) -> bool:
    gaps = entry.get("missing")
    counts = [entry.get("rows"), *(gaps.values() if isinstance(gaps, dict) else [None])]
    return all(isinstance(count, int) for count in counts)


def data_readme(collection: Collection) -> str:
    """The text of data/README.md: a section per table with its card."""
    lines = [
        "# Data",
        "",
        f"Written by `{collection.run} describe` from the `datapackage.json` of each folder; do "
        "not edit by hand.",
        "Every table is a CSV file in UTF-8; an empty cell means not reported or not known, never "
        "zero.",
    ]
    measured = measured_tables(collection)
    topic = ""
    for name, resource in catalogue(collection).items():
        check_card(resource)
        if resource["topic"] != topic:
            topic = resource["topic"]
            package = json.loads(
                (resource["folder"] / "datapackage.json").read_text(encoding="utf-8")
            )
            lines += ["", f"## {topic}: {package.get('title', topic)}"]
        lines += _section(resource, measured[name])
    return "\n".join(lines) + "\n"


def _section(resource: Mapping[str, Any], measured: Mapping[str, Any]) -> list[str]:
    lines = [
        "",
        f"### {resource['name']}",
        "",
        f"{resource['title']}. {measured['rows']:,} rows; one row is {resource['row']}. "
        f"{resource['coverage']}",
        "",
        "| column | type | unit | meaning | missing |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {f['name']} | {_promise(f)} | {f.get('unit', '')} | {f['description']} "
        f"| {measured['missing'].get(f['name'], 0):,} |"
        for f in resource["schema"]["fields"]
    ]
    schema = resource["schema"]
    lines += [
        "",
        f"- Key: {', '.join(schema['primaryKey'])}",
        *(
            f"- {key['fields']} is in the column {key['reference']['fields']} of "
            f"{key['reference']['resource']}"
            for key in schema.get("foreignKeys", [])
        ),
        *(
            f"- Source: {s['publisher']}, {s['title']}, <{s['path']}>, {read_when(s['retrieved'])}"
            for s in resource["sources"]
        ),
        *(
            f"- License: {x['title']} ({read_when(x['read'], 'read: ')})"
            for x in resource["licenses"]
        ),
        *(f"- Caution: {c}" for c in resource["cautions"]),
    ]
    return lines


def read_when(text: str, before: str = "read ") -> str:
    """When something was read, as a description says it; `before` it only if it was read at all.

    Examples
    --------
    >>> read_when("on 1 May 2026"), read_when("written, not retrieved")
    ('read on 1 May 2026', 'written, not retrieved')
    """
    return f"{before if was_read(text) else ''}{text}"


def _promise(field: Mapping[str, Any]) -> str:
    """The type of a column and what its values may be, for a cell of a table in Markdown."""
    rules = field.get("constraints", {})
    said = [field["type"], *(rule for rule in ("required", "unique") if rules.get(rule))]
    said += [f"at least {rules['minimum']}"] if "minimum" in rules else []
    said += [f"at most {rules['maximum']}"] if "maximum" in rules else []
    said += [f"of the form `{rules['pattern']}`"] if "pattern" in rules else []
    said += [f"one of {'; '.join(map(str, rules['enum']))}"] if "enum" in rules else []
    return ", ".join(said).replace("|", "\\|")


def pages_with_lessons(collection: Collection) -> dict[Path, str]:
    """The pages that show a table of lessons, with that table as it should be."""
    pages = {}
    for name, columns in PAGES.items():
        path = collection.root / name
        text = _stored(path) if path.exists() else ""
        if has_marks(text):
            table = _lesson_table(lessons(collection), columns, path.parent, collection)
            before, after = text.partition(START)[0], text.partition(END)[2]
            pages[path] = f"{before}{START}\n\n{table}\n\n{END}{after}"
    return pages


def glossary_with_lessons(collection: Collection) -> dict[Path, str]:
    """The glossary, where there is one: the line *Lessons* of each entry names those that link it.

    An entry is a heading of the third level; its anchor is the heading with hyphens for spaces.
    """
    path = collection.notebooks / "glossary.md"
    if not path.exists():
        return {}
    texts = {lesson: lesson.path.read_text(encoding="utf-8") for lesson in lessons(collection)}

    def entry(match: re.Match[str]) -> str:
        anchor = f"](glossary.md#{match['term'].replace(' ', '-')})"
        linking = [lesson for lesson, text in texts.items() if anchor in text]
        named = ", ".join(f"[{lesson.number}]({lesson.path.name})" for lesson in linking)
        return f"{match['above']}*Lessons:* {named}."

    text = _stored(path)
    pattern = r"(?P<above>^### (?P<term>.+)\n(?:(?!^### ).*\n)*?)\*Lessons:\* .*?\.(?= \*Compare|$)"
    return {path: re.sub(pattern, entry, text, flags=re.M)}


def has_marks(page: str) -> bool:
    """Whether a page has the two marks, in order, between which the table of lessons is written."""
    return 0 <= page.find(START) < page.find(END)


def _lesson_table(
    rows: list[Lesson], columns: tuple[str, ...], base: Path, collection: Collection
) -> str:
    up = "" if base == collection.root else "../"
    folder = "notebooks/" if base == collection.root else up
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for x in rows:
        cells = {
            "lesson": f"[{x.number} {x.title}]({folder}{x.path.name})",
            "question": x.question,
            "time (reading + exercises)": x.time,
            "page": f"[{x.number}]({folder}{x.name}/guide.md)",
            "minutes": f"{x.reading} + {x.exercises}",
        }
        if "page" in columns:
            cells["lesson"] = f"[{x.title}]({folder}{x.path.name})"
        lines.append(
            "| " + " | ".join(str(cells.get(c, x.more.get(c, ""))) for c in columns) + " |"
        )
    return "\n".join(lines)


def _as_json(content: Any) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
