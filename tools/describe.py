"""Bring the data packages up to date with their files: rows, bytes, sha256, missing values; and write data/README.md.

    python3 course.py describe           write what has changed, and say what
    python3 course.py describe --check   change nothing; exit 1 if something would change

Titles, sources, licenses, cautions, types and constraints are written by hand in data/*/datapackage.json.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DIALECT = {
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "lineTerminator": "\n",
}  # said, or readers guess it from the first lines


def described(manifest: Path) -> dict[str, Any]:
    """The data package in `manifest` with its computed fields taken from the files beside it."""
    package = json.loads(manifest.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        raw = (manifest.parent / resource["path"]).read_bytes()
        header, *rows = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""))
        resource.update(
            rows=len(rows),
            bytes=len(raw),
            hash=f"sha256:{hashlib.sha256(raw).hexdigest()}",
            dialect=DIALECT,
        )
        for field in resource["schema"]["fields"]:
            position = header.index(field["name"])
            field["missing"] = sum(row[position] == "" for row in rows)
    return package


def readme(packages: dict[str, dict[str, Any]]) -> str:
    """The text of data/README.md: a section per table with its card."""
    lines = [
        "# Data",
        "",
        "Written by `python3 course.py describe` from the `datapackage.json` of each folder; do not edit by hand.",
        "Every table is a CSV file in UTF-8; an empty cell means not reported or not known, never zero.",
    ]
    for topic, package in packages.items():
        lines += ["", f"## {topic}: {package['title']}"]
        for r in package["resources"]:
            lines += [
                "",
                f"### {r['name']}",
                "",
                f"{r['title']}. {r['rows']:,} rows; one row is {r['row']}. {r['coverage']}",
                "",
            ]
            lines += ["| column | type | unit | meaning | missing |", "|---|---|---|---|---|"]
            lines += [
                f"| {f['name']} | {f['type']} | {f.get('unit', '')} | {f['description']} | {f['missing']:,} |"
                for f in r["schema"]["fields"]
            ]
            lines += [""] + [
                f"- Source: {s['publisher']}, {s['title']}, <{s['path']}>, read {s['retrieved']}"
                for s in r["sources"]
            ]
            lines += [f"- License: {x['title']} (read: {x['read']})" for x in r["licenses"]]
            lines += [f"- Caution: {c}" for c in r["cautions"]]
    return "\n".join(lines) + "\n"


def outdated(root: Path = ROOT) -> dict[Path, str]:
    """Files that no longer follow from the tables, each with the text it should have."""
    packages = {
        m.parent.name: described(m) for m in sorted((root / "data").glob("*/datapackage.json"))
    }
    wanted = {
        root / "data" / topic / "datapackage.json": json.dumps(
            package, indent=2, ensure_ascii=False
        )
        + "\n"
        for topic, package in packages.items()
    }
    wanted[root / "data" / "README.md"] = readme(packages)
    return {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 course.py describe", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if something would change"
    )
    check = parser.parse_args(arguments).check
    changes = outdated()
    for path, text in changes.items():
        print(f"{'would change' if check else 'wrote'} {path.relative_to(ROOT).as_posix()}")
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
    print("The data packages follow from the tables." if not changes else f"{len(changes)} files.")
    return int(check and bool(changes))


if __name__ == "__main__":
    sys.exit(main())
