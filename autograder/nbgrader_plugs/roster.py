"""Puts a class list from a CSV file into nbgrader's gradebook."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.ids import RULE, is_student_id, normal_id

COLUMNS = ("id", "first_name", "last_name", "email")


@dataclass(frozen=True)
class RosterEntry:
    """A line of the roster."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


def read_roster(path: Path) -> tuple[RosterEntry, ...]:
    """The students of a CSV file with the columns id, first_name, last_name, email (only id is required).

    Raises:
        UsageError: the file is missing or not UTF-8 CSV, it has other columns, or an id occurs twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"the roster {path} does not exist") from None
    except UnicodeDecodeError:
        raise UsageError(f'{path} is not UTF-8 text: in Excel choose "CSV UTF-8" when saving') from None
    reader = csv.DictReader(text.splitlines(), skipinitialspace=True)
    unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
    if "id" not in (reader.fieldnames or ()) or unknown:
        raise UsageError(f"{path}: wanted the columns {', '.join(COLUMNS)}, got {', '.join(reader.fieldnames or ())}")
    students: dict[str, RosterEntry] = {}
    for row in reader:
        id_, *names = (normal_id(row.get(key) or "") for key in COLUMNS)
        student = RosterEntry(id_, *names)
        if not is_student_id(student.id):
            raise UsageError(f"{path}, line {reader.line_num}: {student.id!r} is not a student's id; wanted {RULE}")
        if student.id in students:
            raise UsageError(f"{path}, line {reader.line_num}: the id {student.id!r} occurs twice")
        students[student.id] = student
    return tuple(students.values())


def import_roster(gradebook_url: str, students: tuple[RosterEntry, ...]) -> None:
    """Adds the students to a gradebook, or updates their names."""
    from nbgrader.api import Gradebook

    with Gradebook(gradebook_url) as gradebook:
        for student in students:
            gradebook.update_or_create_student(
                student.id, first_name=student.first_name, last_name=student.last_name, email=student.email
            )
