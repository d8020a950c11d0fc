"""The reference solution as a submission: it is graded before a class is, and has to earn everything.

Where it does not, the tests, the grader or the machine is at fault, and the class would be graded wrongly with it.
"""

from __future__ import annotations

from autograder.authoring.lint import Finding
from autograder.config import Assignment
from autograder.errors import EnvironmentFault, GraderError
from autograder.grading.engine import WarmEngine
from autograder.intake import read_submission
from autograder.model import Outcome, Report, Submission, SubmissionOutcome
from autograder.nbgrader_plugs.course_now import course_now
from autograder.nbgrader_plugs.finished import FinishedReports, is_finished
from autograder.reports.store import ReportStore, source_digest
from autograder.text import shortened
from autograder.workspace import Workspace

REFERENCE = "<reference>"  # in place of a student's id, which it cannot be
MAX_SHOWN_CHARACTERS = 600


def reference_submission(workspace: Workspace, assignment: Assignment) -> Submission | None:
    """The reference solution of an assignment; None where it names none."""
    path = workspace.reference_dir / assignment.reference
    if not assignment.reference or not path.is_file():
        return None
    return read_submission(path, None, assignment, language=workspace.course().language, label=REFERENCE)


def untouched_source(workspace: Workspace, assignment: Assignment) -> str:
    """The digest of the release as students receive it: who hands this in has done nothing; "" without a release."""
    released = workspace.released(assignment.id)
    return source_digest(read_submission(released, released, assignment)) if released else ""


def grade_reference(workspace: Workspace, assignment_id: str, *, training: bool = False) -> Report | None:
    """Grades the reference solution of an assignment, or finds the report of an earlier time.

    Args:
        workspace: a course or a checkout.
        assignment_id: the assignment.
        training: whether to run the items that need a training run; these take minutes.

    Returns:
        The report; None where the assignment names no reference solution.

    Raises:
        EnvironmentFault: no sandbox can be used here.
    """
    now = course_now(workspace.root, assignment_id)
    submission = reference_submission(now.workspace, now.assignment)
    if submission is None:
        return None
    finished = FinishedReports(now)
    for complete in (True,) if training else (True, False):
        if (kept := finished.of(submission, training=complete)) is not None:
            return kept
    with WarmEngine() as engine:
        report = engine.grade(now.workspace, assignment_id, submission, training=training)
    if is_finished(report):
        ReportStore(workspace.reports_dir).put(report)
    return report


def lint_reference(workspace: Workspace, assignment_id: str, *, training: bool = False) -> list[Finding]:
    """What the reference solution does not earn; nothing where it earns everything.

    Args:
        workspace, assignment_id, training: as for ``grade_reference``.
    """
    assignment = workspace.assignment(assignment_id)
    path = workspace.reference_dir / assignment.reference
    try:
        report = grade_reference(workspace, assignment_id, training=training)
        if report is not None:
            check_reference(assignment, report)
    except GraderError as error:
        return [Finding(path, str(error))]
    except EnvironmentFault as error:
        return [Finding(path, f"it was not graded: {error}", serious=False)]
    return []


def check_reference(assignment: Assignment, report: Report) -> None:
    """Does nothing if the reference solution has earned everything.

    Raises:
        GraderError: it has not; the message names the test, what it said, and the next step.
    """
    if report.outcome is SubmissionOutcome.GRADED and report.score == report.max_score:
        return
    tests = [test for item in report.items for test in item.tests]
    failed = [test for test in tests if test.outcome is not Outcome.PASSED or (test.credit or 1) < 1]
    if failed:
        said = failed[0].message or failed[0].detail.strip().rpartition("\n")[2] or failed[0].title
        what = f"{len(failed)} of {len(tests)} tests, first {failed[0].name}: {said}"
    else:
        what = "; ".join(report.notes) or f"{report.score:g} of {report.max_score:g} points"
    raise GraderError(
        f"the reference solution of {assignment.id} does not earn everything, so no grade was written. It fails "
        f"{shortened(what, MAX_SHOWN_CHARACTERS)}\nCorrect the test or reference_solution/{assignment.reference}, then "
        "run the same command again; what is graded under unchanged tests is kept. --no-reference grades without it."
    )
