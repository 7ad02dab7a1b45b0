"""Prints the table of environments and commands once they have been tried."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One row for each cell of the table, in the order of the tests."""
    rows = []
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            cell = dict(getattr(report, "user_properties", ()))
            if "environment" in cell and getattr(report, "when", "") == "call":
                said = cell["outcome"] if outcome == "passed" else "FAILED"
                rows.append(f"| {cell['environment']} | {cell['command']} | {said} |")
    if rows:
        head = ["| environment | command | outcome |", "|---|---|---|"]
        terminalreporter.write_line("\n".join(["", *head, *rows]))
