"""The gradebook as a table and as CSV, for students' names that are more than names."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rich.console import Console

from autograder.reports.overview import GradebookRow, Mark, MarkStatus, as_cell, gradebook_table, write_gradebook

NAMES = ["[bold red]ungraded[/bold red]", "[/]", "\x1b[2J\nkim", "=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "kim"]
MARK = Mark("activations", MarkStatus.GRADED, 3.0, 10.0, penalty=1.0, late_s=7200)


ROWS = [GradebookRow(name, name, (MARK,)) for name in NAMES]


def test_names_are_text_in_the_table() -> None:
    """Neither markup nor commands to the terminal."""
    stream = io.StringIO()
    Console(file=stream, width=200, force_terminal=False).print(gradebook_table(ROWS))
    shown = stream.getvalue()
    assert "[bold red]ungraded[/bold red]" in shown and "[/]" in shown and "\ufffd[2J\ufffdkim" in shown
    assert "2 / 10 (late: -1) (late 2.0 h)" in shown


def test_names_are_text_in_a_spreadsheet(tmp_path: Path) -> None:
    """What begins like a formula gets an apostrophe; others stay."""
    write_gradebook(ROWS, tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    assert [row["student"] for row in table] == [as_cell(name) for name in NAMES]
    assert [row["student"] for row in table if row["student"][0] in "=+-@\t"] == []
    assert table[-1]["name"] == "kim" and table[-1]["score"] == "2"
