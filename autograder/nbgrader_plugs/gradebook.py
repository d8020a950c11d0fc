"""Reads marks back from nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from autograder.course_folder import CourseFolder
from autograder.lms.names import full_name
from autograder.nbgrader_plugs.lock import when_unlocked
from autograder.nbgrader_plugs.recordings import Recording, grades_of, standing
from autograder.nbgrader_plugs.settings import load_config
from autograder.reports.overview import GradebookRow, Mark, MarkStatus
from autograder.reports.per_student import PerStudent
from autograder.times import from_utc


class _Cell(Protocol):
    cell_type: str


class _Grade(Protocol):
    """The fields used here of nbgrader's ``Grade``, a row of its database."""

    cell: _Cell
    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool


def open_gradebook(course_dir: Path) -> Gradebook:
    """A course's gradebook, to be used in a ``with`` statement.

    Raises:
        UsageError: there is no such course.
    """
    directory = CourseDirectory(config=load_config(course_dir))
    return Gradebook(directory.db_url, directory.course_id)


def gradebook_rows(course_dir: Path) -> list[GradebookRow]:
    """Every student's marks in every assignment, students and assignments in order of their names.

    Raises:
        UsageError: there is no such course.
    """
    recordings = PerStudent(CourseFolder(course_dir).state / "recorded", Recording)
    directory = CourseDirectory(config=load_config(course_dir))
    return when_unlocked(directory.db_url, lambda: _rows(directory, recordings))


def _rows(directory: CourseDirectory, recordings: PerStudent[Recording]) -> list[GradebookRow]:
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        assignments = sorted(assignment.name for assignment in gradebook.assignments)
        return [
            GradebookRow(
                student.id,
                full_name(student.first_name or "", student.last_name or ""),
                tuple(find_mark(gradebook, name, student.id, recordings.get(name, student.id)) for name in assignments),
            )
            for student in sorted(gradebook.students, key=lambda student: str(student.id))
        ]


def find_mark(gradebook: Gradebook, assignment_id: str, student: str, recording: Recording | None = None) -> Mark:
    """A student's mark in one assignment.

    Its status is ``MISSING`` where nothing was recorded, and ``UNREADABLE`` for what could not be read, until a TA
    gives points by hand.
    """
    try:
        submission = gradebook.find_submission(assignment_id, student)
    except MissingEntry:
        max_score = gradebook.find_assignment(assignment_id).max_score
        return Mark(assignment_id, MarkStatus.MISSING, max_score=max_score)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    status = _status(grades)
    by_hand = any(grade.manual_score is not None for grade in grades)
    standing_now = standing(recording, grades_of(submission))
    if standing_now is not None and standing_now.unreadable and not by_hand:
        status = MarkStatus.UNREADABLE
    return Mark(
        assignment_id,
        status,
        submission.score,
        submission.max_score,
        sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks),
        submission.total_seconds_late,
        from_utc(submission.duedate) if submission.extension and submission.duedate else None,
    )


def _status(grades: Sequence[_Grade]) -> MarkStatus:
    """The status that the grades give; written answers are Markdown cells, tests are code cells."""
    automatic = [grade for grade in grades if grade.cell.cell_type == "code"]
    if any(grade.auto_score is None and grade.manual_score is None for grade in automatic):
        return MarkStatus.UNGRADED
    return MarkStatus.NEEDS_MARKING if any(grade.needs_manual_grade for grade in grades) else MarkStatus.GRADED
