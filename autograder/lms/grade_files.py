"""The files of grades for Canvas, Moodle and Blackboard, made from the roster.

Each learning system finds its students by ids of its own, which the roster keeps.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from autograder.lms.grades import GradeFile, Grades, as_csv, cell_of, line_on_absent, lines_on_marks, number
from autograder.lms.names import sortable_name
from autograder.lms.roster import Student
from autograder.reports.cells import as_cell, as_key

Keys = tuple[tuple[str, str], ...]
"""Pairs of a head in a learning system's file and a column of the roster."""

CANVAS: Keys = (
    ("Student", "canvas_name"),
    ("ID", "canvas_id"),
    ("SIS User ID", "canvas_sis_id"),
    ("SIS Login ID", "canvas_login"),
    ("Section", "section"),
)
MOODLE: Keys = (
    ("First name", "first_name"),
    ("Last name", "last_name"),
    ("ID number", "moodle_id_number"),
    ("Username", "moodle_username"),
    ("Email address", "email"),
)
BLACKBOARD: Keys = (
    ("Last Name", "last_name"),
    ("First Name", "first_name"),
    ("Username", "blackboard_username"),
    ("Student ID", "blackboard_student_id"),
)
_LOOKED_UP = {  # one of these has to be there for the learning system to find the student
    "canvas": ("canvas_id", "canvas_sis_id", "canvas_login"),
    "moodle": ("moodle_id_number", "moodle_username", "email"),
    "blackboard": ("blackboard_username",),
}
KEYS = {"canvas": CANVAS, "moodle": MOODLE, "blackboard": BLACKBOARD}
_STANDS_FOR = {"moodle": "moodle_id_number", "blackboard": "blackboard_username"}


def lms_file(system: str, grades: Grades) -> GradeFile:
    """A file of grades for a learning system, made from the roster.

    Args:
        system: ``canvas``, ``moodle`` or ``blackboard``.
        grades: of the class.
    """
    students = _with_ids(system, [grades.student(row.student) for row in grades.rows])
    keys = _used_keys(system, students)
    heads = [head for head, _ in keys] + [_head(system, grades, assignment) for assignment in grades.assignments]
    lines, absent = [heads], []
    if system == "canvas":
        points = [number(grades.max_score(assignment)) for assignment in grades.assignments]
        lines.append(["    Points Possible", *[""] * (len(keys) - 1), *points])
    for student, row in zip(students, grades.rows, strict=True):
        if any(student.of(column) for column in _LOOKED_UP[system]):
            lines.append([*(_key_cell(student, column) for _, column in keys), *map(cell_of, row.marks)])
        elif any(cell_of(mark) for mark in row.marks):
            absent.append(student.id)
    remarks = lines_on_marks(grades.rows)
    remarks += line_on_absent(absent, f"their ids in {system} are unknown: `autograder roster import` its own list")
    if system == "canvas" and set(grades.heads) < set(grades.assignments):
        remarks.append("Canvas will take columns without its number as new: give its own export with --template")
    return GradeFile(_written(lines, system), tuple(remarks), bool(absent))


def _with_ids(system: str, students: list[Student]) -> list[Student]:
    """The students; the id in the course stands for the learning system's where nobody's is known."""
    column = _STANDS_FOR.get(system)
    if column is None or any(student.of(other) for student in students for other in _LOOKED_UP[system]):
        return students
    return [Student(s.id, s.first_name, s.last_name, s.email, (*s.lms, (column, s.id)), s.extra) for s in students]


def _used_keys(system: str, students: Sequence[Student]) -> Keys:
    """The heads to write: Canvas wants all of its own, the others those that hold something."""
    keys = KEYS[system]
    return keys if system == "canvas" else tuple(key for key in keys if any(s.of(key[1]) for s in students))


def _head(system: str, grades: Grades, assignment: str) -> str:
    title = grades.title(assignment)
    if system == "blackboard" and assignment not in grades.heads:
        return f"{title} [Total Pts: {number(grades.max_score(assignment))} Score]"
    return title


def _key_cell(student: Student, column: str) -> str:
    if column == "canvas_name":
        return as_cell(student.of(column) or sortable_name(student.first_name, student.last_name))
    return as_cell(student.of(column)) if column in ("first_name", "last_name") else as_key(student.of(column))


def _written(lines: Sequence[Sequence[str]], system: str) -> bytes:
    """Blackboard's own form is tab-separated UTF-16 in quotes; the others read UTF-8 without a mark."""
    if system == "blackboard":
        return as_csv(lines, delimiter="\t", quoting=csv.QUOTE_ALL).encode("utf-16")
    return as_csv(lines).encode()
