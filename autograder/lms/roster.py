"""The class list: who is in the course, and under which ids the learning systems know them.

The course keeps it in ``roster.csv``: the columns id, first_name, last_name and email, those of the learning systems
that were imported, and whatever else the files had (section, group).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.files import write_text
from autograder.ids import RULE, is_student_id
from autograder.lms.tables import Table, clean_id, read_table
from autograder.reports.cells import as_cell, as_key, from_cell

NAME_COLUMNS = ("id", "first_name", "last_name", "email")
LMS_COLUMNS = (
    "canvas_name", "canvas_id", "canvas_sis_id", "canvas_login",
    "moodle_name", "moodle_id_number", "moodle_username",
    "blackboard_username", "blackboard_student_id",
    "student_number", "login",
)  # fmt: skip
BOM = "\ufeff"


@dataclass(frozen=True)
class Student:
    """A line of the roster.

    Attributes:
        lms: what the learning systems call them: pairs of one of ``LMS_COLUMNS`` and a text that is not empty.
        extra: other columns, such as section and group, in order.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms: tuple[tuple[str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    def of(self, column: str) -> str:
        """The text in a column, "" where there is none."""
        if column in NAME_COLUMNS:
            return str(getattr(self, column))
        return dict((*self.lms, *self.extra)).get(column, "")

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that hold something."""
        return tuple(column for column in (*NAME_COLUMNS, *dict(self.lms), *dict(self.extra)) if self.of(column))


def read_course_roster(path: Path) -> tuple[Student, ...]:
    """The students of a course's own ``roster.csv``; none where there is no such file.

    Raises:
        UsageError: somebody edited it into a table that cannot be used; the message names the lines.
    """
    if not path.is_file():
        return ()
    table = read_table(path)
    if table.column("id") is None:
        raise UsageError(f"{path}: wanted the column id, found {', '.join(table.heads)}; restore it, or import again")
    students = tuple(_student(table, row.cells) for row in table.rows)
    check_ids([(row.line, student.id) for row, student in zip(table.rows, students, strict=True)], str(path))
    return students


def write_course_roster(path: Path, students: Sequence[Student]) -> None:
    """Writes ``roster.csv``, for its owner alone; with a byte order mark, so that Excel shows every script."""
    used = {column for student in students for column in student.columns}
    extra = dict.fromkeys(column for student in students for column, _ in student.extra)
    columns = [*NAME_COLUMNS, *(column for column in LMS_COLUMNS if column in used), *extra]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(as_cell, columns))
    for student in students:
        writer.writerow([as_key(student.id), *(as_cell(student.of(column)) for column in columns[1:])])
    write_text(path, BOM + stream.getvalue(), private=True)


def check_ids(numbered: Iterable[tuple[int, str]], name: str) -> None:
    """Refuses ids that are no ids or occur twice.

    Args:
        numbered: pairs of a line's number and the id in it.
        name: the file, for the message.

    Raises:
        UsageError: all bad lines are named.
    """
    first: dict[str, int] = {}
    faults = []
    for line, id_ in numbered:
        if not is_student_id(id_):
            faults.append(f"line {line}: {id_!r} is not a student's id")
        elif id_ in first:
            faults.append(f"line {line}: the id {id_!r} occurs twice (first in line {first[id_]})")
        else:
            first[id_] = line
    if faults:
        rule = f"; an id holds {RULE}" if any("is not" in fault for fault in faults) else ""
        raise UsageError(f"{name}, " + "\n  ".join(faults) + rule)


def _student(table: Table, cells: tuple[str, ...]) -> Student:
    """A line of ``roster.csv``."""
    values = {head.strip(): from_cell(cell) for head, cell in zip(table.heads, cells, strict=False) if head}
    known = {column: values.pop(column, "") for column in NAME_COLUMNS}
    lms = tuple((column, values.pop(column)) for column in LMS_COLUMNS if column in values)
    return Student(
        clean_id(known["id"]),
        known["first_name"],
        known["last_name"],
        known["email"],
        tuple(pair for pair in lms if pair[1]),
        tuple(values.items()),
    )
