"""Grades a course's collected submissions of an assignment, and records the scores in nbgrader's gradebook.

Theory of operation.  Each submission has a key: a hash of its content, the tests, the secret and the protocol.  A
finished report under that key is kept, so that an interrupted batch goes on and only changed submissions are graded
again.  Equal submissions have equal keys and are graded once.  A submission on which the grader failed gets no report:
nbgrader leaves it ungraded, and the summary says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.batch.slots import Job, default_slots, grade_all
from autograder.config import Assignment
from autograder.dataset.course import CourseData
from autograder.errors import UsageError
from autograder.grading.engine import edition_of
from autograder.intake import read_collected
from autograder.model import Report, SubmissionOutcome
from autograder.nbgrader_plugs.record import record, submitted_students
from autograder.reports.store import ReportStore
from autograder.workspace import Workspace


@dataclass(frozen=True)
class NotGraded:
    """A student's submission that stays ungraded through a fault of the grader, and the reason."""

    student: str
    why: str


@dataclass(frozen=True)
class CourseBatch:
    """The result of a batch for one assignment: numbers of submissions, and those that stayed ungraded."""

    handed_in: int
    graded: int
    not_graded: tuple[NotGraded, ...]

    @property
    def kept(self) -> int:
        """Submissions that had a finished report already."""
        return self.handed_in - self.graded

    @property
    def recorded(self) -> int:
        """Submissions with their scores in the gradebook."""
        return self.handed_in - len(self.not_graded)


def grade_course(
    workspace: Workspace,
    assignment_id: str,
    *,
    students: Sequence[str] = (),
    slots: int | None = None,
    regrade: bool = False,
    sandbox: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    on_report: Callable[[str, Report], None] = lambda student, report: None,
) -> CourseBatch:
    """Grades every collected submission that has no finished report, and records all of them.

    Args:
        workspace: a course.
        assignment_id: the assignment.
        students: whose work; by default everybody's.
        slots: submissions at a time; by default as many as cores and memory allow.
        regrade: grade again even if there is a finished report.
        sandbox: name of the backend; by default the first that works.
        progress: called with (submissions graded, submissions to grade).
        on_report: called with each student's id and new report.

    Raises:
        UsageError: there is no such assignment, or one of ``students`` handed in nothing.
    """
    assignment = workspace.assignment(assignment_id)
    jobs = _collected(workspace, assignment, students)
    if not jobs:
        return CourseBatch(0, 0, ())
    store = ReportStore(workspace.reports_dir)
    edition = edition_of(workspace, assignment)  # the tests are hashed once, not for each student
    keys = {job.student: edition.key(job.submission, training=True) for job in jobs}
    todo = [job for job in jobs if regrade or not _is_finished(store.get(keys[job.student]))]
    if any(item.training for item in assignment.items):
        CourseData(workspace).build()  # once, before several slots ask for the images
    faults: dict[str, str] = {}
    done = 0
    same = _equal_submissions(todo, keys)
    firsts = [group[0] for group in same.values()]
    for result in grade_all(workspace.root, assignment_id, firsts, slots=slots or default_slots(), sandbox=sandbox):
        progress(done, len(todo))
        for job in same[keys[result.job.student]]:
            if _is_finished(result.report):
                store.put(result.report, student=job.student, submission=job.submission)
            else:
                faults[job.student] = "; ".join(result.report.notes)
            on_report(job.student, result.report)
            done += 1
            progress(done, len(todo))
    outcomes = record(workspace.root, assignment_id, tuple(job.student for job in jobs))
    left = [outcome for outcome in outcomes if not outcome.recorded]
    not_graded = tuple(NotGraded(each.student, faults.get(each.student) or each.problem) for each in left)
    return CourseBatch(len(jobs), len(todo), not_graded)


def _collected(workspace: Workspace, assignment: Assignment, students: Sequence[str]) -> list[Job]:
    everybody = submitted_students(workspace.root, assignment.id)
    if strangers := sorted(set(students) - set(everybody)):
        raise UsageError(
            f"{', '.join(strangers)} handed in nothing for {assignment.id}; who did: {', '.join(everybody)}"
        )
    chosen = [student for student in everybody if not students or student in students]
    language = workspace.course().language
    return [Job(student, read_collected(workspace.root, student, assignment, language)) for student in chosen]


def _is_finished(report: Report | None) -> bool:
    return report is not None and report.outcome is SubmissionOutcome.GRADED


def _equal_submissions(jobs: Sequence[Job], keys: dict[str, str]) -> dict[str, list[Job]]:
    """Groups of submissions with equal content (mostly empty ones), by their key."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(keys[job.student], []).append(job)
    return groups
