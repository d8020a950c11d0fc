"""The gradebook as a table, for students' names that are more than names."""

from __future__ import annotations

import datetime
import io
from zoneinfo import ZoneInfo

from autograder.reports.overview import GradebookRow, Mark, MarkStatus, gradebook_table
from autograder.reports.terminal import Terminal

NAMES = ["[bold red]ungraded[/bold red]", "[/]", "\x1b[2J\nkim", "=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "kim"]
MARK = Mark("activations", MarkStatus.GRADED, 3.0, 10.0, penalty=1.0, late_s=7200)


ROWS = [GradebookRow(name, name, (MARK,)) for name in NAMES]


def test_names_are_text_in_the_table() -> None:
    """Neither markup nor commands to the terminal."""
    stream = io.StringIO()
    Terminal(file=stream, width=200, force_terminal=False).print(gradebook_table(ROWS))
    shown = stream.getvalue()
    assert "[bold red]ungraded[/bold red]" in shown and "[/]" in shown and "\ufffd[2J\ufffdkim" in shown
    assert "2 / 10 (late 2 h 0 min, -1)" in shown


def test_an_extension_is_in_the_table() -> None:
    """In the course's zone."""
    until = datetime.datetime(2026, 11, 27, 14, 59, tzinfo=datetime.UTC)
    rows = [GradebookRow("kim", "", (Mark("a", MarkStatus.GRADED, 3.0, 10.0, extended_to=until),))]
    (cell,) = gradebook_table(rows, ZoneInfo("Asia/Seoul")).columns[1].cells
    assert cell.plain == "3 / 10 (extended to 2026-11-27 23:59 (Asia/Seoul))"
