"""nbgrader's gradebook as a table for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.gradebook.record import Mark


def gradebook_table(course_dir: Path) -> Table:
    """Students by assignments, points after late penalties."""
    from rich.table import Table

    from autograder.gradebook.record import gradebook_rows

    rows = gradebook_rows(course_dir)
    table = Table(title="Gradebook (points after late penalties)", title_justify="left")
    table.add_column("Student", no_wrap=True)
    for mark in rows[0].marks if rows else ():
        table.add_column(mark.assignment, justify="right")
    for row in rows:
        table.add_row(f"{row.student}", *(_cell(mark) for mark in row.marks))
    return table


def _cell(mark: Mark) -> str:
    if mark.status == "missing":
        return "[dim]–[/dim]"
    if mark.status == "ungraded":
        return "[bold red]ungraded[/bold red]"
    text = f"{max(0.0, mark.score - mark.penalty):g} / {mark.max_score:g}"
    if mark.penalty:
        text += f" [yellow](late: -{mark.penalty:g})[/yellow]"
    if mark.late_s > 0:
        text += f" [yellow](late {mark.late_s / 3600:.1f} h)[/yellow]"
    return text + (" [cyan]+ by hand[/cyan]" if mark.status == "needs marking" else "")
