"""Due dates, extensions and penalties in nbgrader's gradebook.

Theory of operation: ``course.toml`` and ``extensions.toml`` are what the instructor writes; nbgrader's own columns
(``duedate``, ``extension``, ``late_submission_penalty``) follow them, so that the formgrader, the feedback and the
exports show the same.  ``carry_dates`` brings them in line for the whole course and says what it changed;
``AssignLatePolicy`` does it for a submission that is being recorded.  A due date that stands only in the gradebook
(``nbgrader db assignment add --duedate``) stays as it is.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from autograder.config import Course
from autograder.errors import UsageError
from autograder.late import Charge, Extensions, Work, charges, read_extensions, write_extension
from autograder.nbgrader_plugs.course_now import course_now
from autograder.nbgrader_plugs.lock import when_unlocked
from autograder.nbgrader_plugs.settings import Resources
from autograder.times import as_utc, from_utc, shown
from autograder.workspace import Workspace


class _Notebook(Protocol):
    score: float
    late_submission_penalty: float | None


class _Assignment(Protocol):
    name: str
    duedate: datetime.datetime | None


class _Submission(Protocol):
    """The fields used here of nbgrader's ``SubmittedAssignment``, a row of its database."""

    assignment: _Assignment
    notebooks: list[_Notebook]
    extension: datetime.timedelta | None
    duedate: datetime.datetime | None
    total_seconds_late: float
    max_score: float


def carry_dates(workspace: Workspace) -> list[str]:
    """Brings the gradebook's due dates, extensions and penalties in line with the course's files.

    Returns:
        What changed, a line each; the next call returns none.

    Raises:
        UsageError: one of the files is faulty.
        EnvironmentFault: the gradebook stayed locked.
    """
    due, changes = _carry(workspace, write=True)
    return [*due, *(change.line for change in changes)]


def carry_due(workspace: Workspace) -> list[str]:
    """Brings only the gradebook's due dates in line, which changes nobody's grade; returns what changed.

    Raises:
        EnvironmentFault: the gradebook stayed locked.
    """

    def carry() -> list[str]:
        with Gradebook(workspace.folder.gradebook_url) as gradebook:
            due = list(_carry_due(gradebook, workspace.course()))
            gradebook.db.commit()
        return due

    return when_unlocked(workspace.folder.gradebook_url, carry)


def changes_to_carry(workspace: Workspace, assignment_id: str = "") -> list[str]:
    """The students' grades that ``carry_dates`` would change, a line each; nothing is written.

    Args:
        workspace: a course.
        assignment_id: of one assignment; by default of all.

    Raises:
        UsageError: one of the course's files is faulty.
        EnvironmentFault: the gradebook stayed locked.
    """
    _, changes = _carry(workspace, write=False)
    return [change.line for change in changes if change.matters and assignment_id in ("", change.assignment)]


def _carry(workspace: Workspace, *, write: bool) -> tuple[list[str], list[_Change]]:
    """The due dates and the penalties that differ from the gradebook's, which takes them over if ``write``."""
    course = workspace.course()
    extensions = read_extensions(workspace.folder.extensions, course)

    def carry() -> tuple[list[str], list[_Change]]:
        with Gradebook(workspace.folder.gradebook_url) as gradebook:
            due = list(_carry_due(gradebook, course))
            changes = [
                change
                for student in gradebook.students
                for change in _carry_student(gradebook, course, extensions, student.id)
            ]
            if write:
                gradebook.db.commit()
            else:
                gradebook.db.rollback()
        return due, changes

    return when_unlocked(workspace.folder.gradebook_url, carry)


def dates_in(workspace: Workspace) -> tuple[dict[str, datetime.datetime], Extensions]:
    """The due dates and extensions that the gradebook has, in UTC with their zone."""
    with Gradebook(workspace.folder.gradebook_url) as gradebook:
        due = {each.name: from_utc(each.duedate) for each in gradebook.assignments if each.duedate}
        extensions = {
            (submission.student_id, name): from_utc(submission.duedate)
            for name in due
            for submission in gradebook.assignment_submissions(name)
            if submission.extension
        }
    return due, extensions


def penalties_of(workspace: Workspace, assignment_id: str) -> dict[str, float]:
    """Points off for lateness, of everybody with a submission in the gradebook."""

    def look() -> dict[str, float]:
        with Gradebook(workspace.folder.gradebook_url) as gradebook:
            return {
                str(each.student_id): sum(part.late_submission_penalty or 0.0 for part in each.notebooks)
                for each in gradebook.assignment_submissions(assignment_id)
            }

    return when_unlocked(workspace.folder.gradebook_url, look)


def due_of(gradebook: Gradebook, assignment_id: str) -> datetime.datetime | None:
    """When an assignment is due, in UTC with its zone; None if the gradebook has no such assignment or date."""
    try:
        due = gradebook.find_assignment(assignment_id).duedate
    except MissingEntry:
        return None
    return from_utc(due) if due else None


def charge_of(workspace: Workspace, gradebook: Gradebook, assignment_id: str, student: str) -> Charge:
    """What lateness costs a student in one assignment under the course's policy."""
    course = workspace.course()
    if course.late is None:
        return Charge()
    return charges(course.late, _works(_submissions(gradebook, student))).get(assignment_id, Charge())


def _carry_due(gradebook: Gradebook, course: Course) -> Iterator[str]:
    for assignment_id in course.assignments:
        due, before = course.due_time(assignment_id), due_of(gradebook, assignment_id)
        if due is None or due == before:
            continue
        try:
            gradebook.find_assignment(assignment_id).duedate = as_utc(due)
        except MissingEntry:  # not released yet
            continue
        was = f" (was {shown(before, course.zone)})" if before else ""
        yield f"{assignment_id} is due {shown(due, course.zone)}{was}"


@dataclass(frozen=True)
class _Change:
    """Other points off for lateness; whether the grade changes with them, which is at least 0 in any case."""

    assignment: str
    line: str
    matters: bool


def _carry_student(
    gradebook: Gradebook, course: Course, extensions: Extensions, student: str, only: str = ""
) -> Iterator[_Change]:
    """Sets a student's extensions, and the penalties of all assignments or of one; slip days count across all."""
    submissions = _submissions(gradebook, student)
    for submission in submissions:
        submission.extension = _extension(submission.assignment, extensions, student)
    if course.late is None:
        return
    charged = charges(course.late, _works(submissions))
    for submission in submissions:
        name = submission.assignment.name
        if only not in ("", name):
            continue
        for notebook in submission.notebooks:
            before, now = notebook.late_submission_penalty or 0.0, charged.get(name, Charge()).points
            if 0 < submission.max_score <= now:
                now = max(now, notebook.score)  # everything, extra credit as well
            if abs(now - before) > 1e-9:
                notebook.late_submission_penalty = now or None
                was, will_be = (max(0.0, notebook.score - off) for off in (before, now))
                line = f"{name} of {student}: {now:g} points off for lateness (was {before:g})"
                yield _Change(name, line, abs(was - will_be) > 1e-9)


def _extension(assignment: _Assignment, extensions: Extensions, student: str) -> datetime.timedelta | None:
    until = extensions.get((student, assignment.name))
    if until is None or assignment.duedate is None:
        return None
    return max(as_utc(until) - assignment.duedate, datetime.timedelta()) or None


def _submissions(gradebook: Gradebook, student: str) -> list[_Submission]:
    return list(gradebook.student_submissions(student))


def _works(submissions: list[_Submission]) -> list[Work]:
    return [
        Work(each.assignment.name, each.duedate, each.total_seconds_late, each.max_score)
        for each in submissions
        if each.duedate is not None
    ]


class AssignLatePolicy(AssignLatePenalties):  # type: ignore[misc]  # nbgrader has no type hints
    """Takes the place of nbgrader's ``AssignLatePenalties``: extensions, and the policy of ``course.toml``.

    Where ``course.toml`` has no policy, nbgrader's own plugin (``c.LateSubmissionPlugin``) decides.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Sets the extension and the penalty of the submission that is being recorded.

        Where slip days move with it, the student's other grades wait for ``carry_dates``: somebody has to see that.
        """
        names = resources["nbgrader"]
        workspace = course_now(Path(CourseDirectory(config=self.config).root), names["assignment"]).workspace
        course = workspace.course()
        extensions = read_extensions(workspace.folder.extensions, course)
        with Gradebook(names["db_url"]) as gradebook:
            for _ in _carry_student(gradebook, course, extensions, names["student"], names["assignment"]):
                pass
            gradebook.db.commit()
        if course.late is None:
            done: tuple[NotebookNode, Resources] = super().preprocess(nb, resources)
            return done
        return nb, resources


def grant(workspace: Workspace, student: str, assignment_id: str, until: datetime.datetime | None) -> list[str]:
    """Gives a student more time for an assignment, or takes it back; returns what changed in the gradebook.

    Args:
        until: with its zone; None takes an extension back.

    Raises:
        UsageError: there is no such student or assignment, it has no due date, or ``until`` is not after it.
    """
    course = workspace.course()

    def look() -> tuple[list[str], datetime.datetime | None]:
        with Gradebook(workspace.folder.gradebook_url) as gradebook:
            return sorted(each.id for each in gradebook.students), due_of(gradebook, assignment_id)

    known, due = when_unlocked(workspace.folder.gradebook_url, look)
    due = course.due_time(assignment_id) or due
    if assignment_id not in course.assignments:
        raise UsageError(f"no assignment {assignment_id!r}; there are: {', '.join(course.assignments)}")
    if student not in known:
        near = difflib.get_close_matches(student, known, n=3)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"it has {len(known)} students"
        raise UsageError(f"no student {student!r} in the course; {hint}")
    if until is not None and due is None:
        raise UsageError(
            f"{assignment_id} has no due date yet: write one into {workspace.folder.course_settings} under [due] first"
        )
    if until is not None and due is not None and until <= due:
        raise UsageError(
            f"wanted a time after the due date, {shown(due, course.zone)}, got {shown(until, course.zone)}"
        )
    there = until.astimezone(course.zone) if until else None
    write_extension(workspace.folder.extensions, student, assignment_id, there)
    return carry_dates(workspace)
