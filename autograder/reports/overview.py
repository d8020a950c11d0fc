"""The marks of a class: every student in every assignment, as a table for the terminal."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.text import printable
from autograder.times import duration, shown

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


class MarkStatus(enum.StrEnum):
    """The state of a submission."""

    MISSING = "missing"
    """Nothing was handed in."""
    UNGRADED = "ungraded"
    """The engine has not graded all of it."""
    UNREADABLE = "unreadable"
    """Nothing that was handed in could be read, and no TA has given points."""
    NEEDS_MARKING = "needs marking"
    """Written answers wait for a TA."""
    GRADED = "graded"


@dataclass(frozen=True)
class Mark:
    """A student's state in one assignment.

    ``late_s`` in seconds; ``penalty`` in points, not yet taken off ``score``; ``extended_to`` with its zone.
    """

    assignment: str
    status: MarkStatus
    score: float = 0.0
    max_score: float = 0.0
    penalty: float = 0.0
    late_s: float = 0.0
    extended_to: datetime.datetime | None = None

    @property
    def final_score(self) -> float | None:
        """Points after the penalty; None if it is missing, ungraded or unreadable."""
        if self.status in (MarkStatus.MISSING, MarkStatus.UNGRADED, MarkStatus.UNREADABLE):
            return None
        return max(0.0, self.score - self.penalty)


@dataclass(frozen=True)
class GradebookRow:
    """A student's line of the gradebook."""

    student: str
    name: str
    marks: tuple[Mark, ...]


def gradebook_table(rows: Sequence[GradebookRow], zone: datetime.tzinfo = datetime.UTC) -> Table:
    """Students by assignments, points after late penalties; times in the course's zone."""
    from rich.table import Table

    table = Table(title="Gradebook (points after late penalties)", title_justify="left")
    table.add_column("Student", no_wrap=True)
    for mark in rows[0].marks if rows else ():
        table.add_column(mark.assignment, justify="right")
    for row in rows:
        table.add_row(printable(row.student), *(_cell(mark, zone) for mark in row.marks))
    return table


def _cell(mark: Mark, zone: datetime.tzinfo) -> Text:
    from rich.text import Text

    if mark.status is MarkStatus.MISSING:
        return Text("–", "dim")
    if mark.status in (MarkStatus.UNGRADED, MarkStatus.UNREADABLE):
        return Text(str(mark.status), "bold red")
    text = Text(f"{mark.final_score:g} / {mark.max_score:g}")
    if mark.late_s > 0:
        cost = f", -{mark.penalty:g}" if mark.penalty else ""
        text.append(f" (late {duration(mark.late_s)}{cost})", "yellow")
    if mark.extended_to:
        text.append(f" (extended to {shown(mark.extended_to, zone)})", "yellow")
    if mark.status is MarkStatus.NEEDS_MARKING:
        text.append(" + by hand", "cyan")
    return text
