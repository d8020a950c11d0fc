"""Files of grades that learning systems import: what they have in common.

A cell is empty where there is no grade, which leaves the learning system's grade as it is; 0 is written only where the
grade is 0.  Ids that the learning system looks up are written as it wrote them; names are guarded against formulas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import UsageError
from autograder.lms.roster import Student
from autograder.lms.tables import Table, folded
from autograder.reports.overview import GradebookRow, Mark, MarkStatus

MAX_SHOWN_IDS = 8
_DECORATION = re.compile(r"(?i)^(assignment|quiz|과제|퀴즈)\s*:|\((\d+|real|실제|실점수)\)\s*$|\[[^\]]*\].*$")


@dataclass(frozen=True)
class Grades:
    """The marks of a class, and who the students are to the learning systems.

    Attributes:
        rows: of the gradebook, with the marks that are asked for.
        students: of the roster, by id.
        titles: of each assignment, in all languages; the first is the course's own.
        heads: chosen by the instructor, by assignment.
    """

    rows: tuple[GradebookRow, ...]
    students: Mapping[str, Student]
    titles: Mapping[str, tuple[str, ...]]
    heads: Mapping[str, str]

    @property
    def assignments(self) -> tuple[str, ...]:
        """The assignments, in order."""
        return tuple(mark.assignment for mark in self.rows[0].marks) if self.rows else ()

    def student(self, id_: str) -> Student:
        """A student's line of the roster; one with the id only if there is none."""
        return self.students.get(id_, Student(id_))

    def max_score(self, assignment: str) -> float:
        """The points of an assignment."""
        return max(mark.max_score for row in self.rows for mark in row.marks if mark.assignment == assignment)

    def title(self, assignment: str) -> str:
        """What an assignment's column is called where nobody says otherwise."""
        return self.heads.get(assignment) or self.titles.get(assignment, (assignment,))[0]


@dataclass(frozen=True)
class GradeFile:
    """A file's content, lines for the instructor, and whether somebody's grade is not in it."""

    data: bytes
    lines: tuple[str, ...] = ()
    incomplete: bool = False


def cell_of(mark: Mark | None) -> str:
    """A score as text; "" where there is none."""
    score = mark.final_score if mark else None
    return "" if score is None else number(score)


def number(value: float) -> str:
    """A number to the hundredth, without zeros at its end."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def lines_on_marks(rows: Sequence[GradebookRow]) -> list[str]:
    """What an instructor should know before they hand on the scores."""
    lines = []
    for place, first in enumerate(rows[0].marks if rows else ()):
        for status in dict.fromkeys(row.marks[place].status for row in rows):
            ids = [row.student for row in rows if row.marks[place].status is status]
            if status is MarkStatus.NEEDS_MARKING:
                lines.append(
                    f"{first.assignment}: written answers are not marked yet, the scores lack them: {some(ids)}"
                )
            elif status is not MarkStatus.MISSING and rows[0].marks and _is_blank(rows, place, status):
                lines.append(f"{first.assignment}: {status}, left blank: {some(ids)}")
    return lines


def line_on_absent(ids: Sequence[str], what: str) -> list[str]:
    """A line for students whose grade has no place in a file."""
    return [f"not in the file: {some(ids)} ({what})"] if ids else []


def find_columns(table: Table, grades: Grades, *, all_wanted: bool) -> dict[str, int]:
    """The columns of a template where grades go, by assignment.

    A head fits by the assignment's id or one of its titles, whatever the learning system puts around it, or because
    the instructor said so.

    Args:
        table: the template.
        grades: of the class.
        all_wanted: every assignment was asked for by its id, so that one without a column is an error.

    Raises:
        UsageError: no column fits, or one that was asked for does not; the message lists the heads.
    """
    places: dict[str, int] = {}
    for assignment in grades.assignments:
        chosen = grades.heads.get(assignment)
        names = {folded(name) for name in (assignment, *grades.titles.get(assignment, ()))}
        fits = [
            place
            for place, head in enumerate(table.heads)
            if (folded(head) == folded(chosen) if chosen else folded(plain_head(head)) in names)
        ]
        if len(fits) == 1:
            places[assignment] = fits[0]
        elif fits or all_wanted or chosen:
            count = f"{len(fits)} columns" if fits else "no column"
            raise UsageError(f"{table.name} has {count} for {assignment}. {_heads(table, assignment)}")
    if not places:
        wanted = ", ".join(grades.assignments)
        raise UsageError(f"{table.name} has no column for any of {wanted}. {_heads(table, 'ID')}")
    return places


def plain_head(head: str) -> str:
    """An assignment's name in a head such as ``Activations (4711)`` or ``Activations [Total Pts: 100 Score] |123``."""
    return _DECORATION.sub("", _DECORATION.sub("", head)).strip()


def index(students: Iterable[Student], key: Callable[[Student], str]) -> dict[str, str]:
    """Ids of students by one of their other ids, without regard to case; what two share is left out."""
    owners: dict[str, list[str]] = {}
    for student in students:
        owners.setdefault(key(student).casefold(), []).append(student.id)
    return {text: ids[0] for text, ids in owners.items() if text and len(ids) == 1}


def some(ids: Sequence[str]) -> str:
    """The first few of some ids, and how many more there are."""
    more = f" and {len(ids) - MAX_SHOWN_IDS} more" if len(ids) > MAX_SHOWN_IDS else ""
    return ", ".join(ids[:MAX_SHOWN_IDS]) + more


def as_csv(lines: Sequence[Sequence[str]], *, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Lines as text, with the ends of lines that spreadsheets write."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=quoting).writerows(lines)  # type: ignore[arg-type]
    return stream.getvalue()


def _is_blank(rows: Sequence[GradebookRow], place: int, status: MarkStatus) -> bool:
    return all(row.marks[place].final_score is None for row in rows if row.marks[place].status is status)


def _heads(table: Table, assignment: str) -> str:
    heads = ", ".join(repr(head) for head in table.heads)
    return f"Its columns are {heads}. Say which: --column {assignment}=HEAD"
