"""The gradebook as a table, for students' names that are more than names."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.reports.overview import GradebookRow, Mark, MarkStatus, gradebook_table

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
