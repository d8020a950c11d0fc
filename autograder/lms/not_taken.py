"""What collecting could not take, so that ``autograder status`` still says it when the terminal is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.course_folder import CourseFolder
from autograder.lms.downloads import Refused
from autograder.reports.per_student import PerStudent

SOMEBODY = "?"  # in place of the id of a student whom no file's name told


@dataclass(frozen=True)
class NotTaken:
    """The files of a student's newest attempt that were not taken, each with the reason."""

    files: tuple[str, ...]


def not_taken_of(course: CourseFolder) -> PerStudent[NotTaken]:
    """The records of a course."""
    return PerStudent(course.state / "not_taken", NotTaken)


def remember(course: CourseFolder, assignment_id: str, student: str, refused: Sequence[Refused]) -> None:
    """Keeps what was not taken of a student's work in place of what was kept before; of nothing, nothing."""
    if refused:
        record = NotTaken(tuple(f"{each.path}: {each.why}" for each in refused))
        not_taken_of(course).put(assignment_id, student, record)
    else:
        not_taken_of(course).drop(assignment_id, student)
