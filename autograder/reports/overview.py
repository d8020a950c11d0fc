"""nbgrader's gradebook as a table for the terminal."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.nbgrader_plugs.record import Mark


def gradebook_table(course_dir: Path) -> Table:
    """Students by assignments, points after late penalties."""
    from rich.markup import escape
    from rich.table import Table

    from autograder.nbgrader_plugs.record import gradebook_rows

    rows = gradebook_rows(course_dir)
    table = Table(title="Gradebook (points after late penalties)", title_justify="left")
    table.add_column("Student", no_wrap=True)
    for mark in rows[0].marks if rows else ():
        table.add_column(mark.assignment, justify="right")
    for row in rows:
        table.add_row(escape(printable(row.student)), *(_cell(mark) for mark in row.marks))
    return table


def write_gradebook(course_dir: Path, table: Path) -> None:
    """The same as CSV, a line per student and assignment, readable by its owner alone.

    ``score`` is empty for a missing or ungraded submission.
    """
    from autograder.nbgrader_plugs.record import gradebook_rows

    partial = table.with_name(f".{table.name}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["student", "name", "assignment", "status", "score", "max_score", "penalty", "late_s"])
        for row in gradebook_rows(course_dir):
            for mark in row.marks:
                known = mark.status not in ("missing", "ungraded")
                score = f"{max(0.0, mark.score - mark.penalty):g}" if known else ""
                details = [mark.status, score, f"{mark.max_score:g}", f"{mark.penalty:g}", f"{mark.late_s:g}"]
                writer.writerow([as_cell(row.student), as_cell(row.name), mark.assignment, *details])
    os.replace(partial, table)


def as_cell(text: str) -> str:
    """A text that a spreadsheet takes for text: one that begins like a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def printable(text: str) -> str:
    """A text without control characters, which could rewrite a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


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
