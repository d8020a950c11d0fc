"""Deletes what a course keeps about one student."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.errors import UsageError
from autograder.ids import RULE, is_student_id
from autograder.nbgrader_plugs.marks import kept_texts
from autograder.nbgrader_plugs.recordings import recordings_of
from autograder.reports.faults import faults_of
from autograder.reports.run_log import forget_in_logs
from autograder.reports.store import ReportStore
from autograder.workspace import CourseFolder, Workspace


def traces_of(course_dir: Path, student: str) -> list[Path]:
    """Folders that hold a student's work: submitted, graded, feedback, and in the exchange.

    Raises:
        UsageError: the name is not a student's id.
    """
    if not is_student_id(student):  # it must not name another folder, or match several
        raise UsageError(f"{student!r} is not a student's id; wanted {RULE}")
    course = CourseFolder(course_dir)
    own = [stage / student for stage in (course.submitted, course.autograded, course.feedback)]
    exchanged = course.exchange.glob(f"*/inbound/{student}+*")
    cached = course.nbgrader_cache.glob(f"*/{student}+*")
    return [path for path in (*own, *sorted(exchanged), *sorted(cached)) if path.is_dir()]


def forget_student(workspace: Workspace, student: str) -> int:
    """Deletes the folders, the reports and the gradebook's entry; returns the number of deleted reports.

    Raises:
        UsageError: the course keeps nothing about this student.
    """
    assert workspace.course_dir is not None
    traces = traces_of(workspace.course_dir, student)
    # The gradebook's entry goes last: if the command is interrupted, running it again finishes the work.
    reports = ReportStore(workspace.reports_dir).forget(student)
    for records in (recordings_of(workspace), faults_of(workspace), kept_texts(workspace.course_dir)):
        records.forget(student)
    forget_in_logs(workspace.log_dir, student)
    for path in traces:
        shutil.rmtree(path)
    with Gradebook(workspace.folder.gradebook_url) as gradebook:
        try:
            gradebook.remove_student(student)
        except MissingEntry:
            if not traces and not reports:
                raise UsageError(
                    f"{workspace.course_dir} keeps nothing about a student {student!r}; check the id"
                ) from None
    return reports
