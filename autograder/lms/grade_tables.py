"""The marks of a class as tables for people: UTF-8 with a byte order mark, so that Excel shows every script."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.config import Total
from autograder.lms.grades import GradeFile, Grades, as_csv, cell_of, lines_on_marks, number
from autograder.reports.cells import as_cell
from autograder.reports.totals import course_total

BOM = "\ufeff"
COLUMNS = ("student", "name", "assignment", "status", "score", "max_score", "penalty", "late_s")


def wide_file(grades: Grades, total: Total, *, missing_as_zero: bool = False) -> GradeFile:
    """A line for each student and a column for each assignment, for a spreadsheet.

    ``total_percent`` counts what ``counted`` says: by default what is graded; see ``reports.totals``.
    """
    students = [grades.student(row.student) for row in grades.rows]
    extra = dict.fromkeys(column for student in students for column, _ in student.extra)
    lines = [["student", "name", *map(as_cell, extra), *grades.assignments, "total_percent", "counted"]]
    for student, row in zip(students, grades.rows, strict=True):
        sum_ = course_total(row.marks, total.weights, total.drop_lowest, missing_as_zero=missing_as_zero)
        percent = "" if sum_.percent is None else number(sum_.percent)
        texts = (row.student, row.name, *(student.of(column) for column in extra))
        counted = f"{sum_.counted} of {sum_.assignments}"
        lines.append([*map(as_cell, texts), *map(cell_of, row.marks), percent, counted])
    return GradeFile((BOM + as_csv(lines)).encode(), tuple(lines_on_marks(grades.rows)))


def long_file(grades: Grades) -> GradeFile:
    """A line for each student and assignment, with status, penalty and lateness, for a spreadsheet."""
    lines: list[Sequence[str]] = [COLUMNS]
    for row in grades.rows:
        for mark in row.marks:
            numbers = (cell_of(mark), number(mark.max_score), number(mark.penalty), f"{mark.late_s:.0f}")
            lines.append([as_cell(row.student), as_cell(row.name), mark.assignment, mark.status, *numbers])
    return GradeFile((BOM + as_csv(lines)).encode())
