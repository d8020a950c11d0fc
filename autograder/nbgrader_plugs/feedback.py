"""Feedback pages that show the present grade, and their way back to the students.

Theory of operation: nbgrader makes a page anew only when the submission's time changed, so that after a regrade or a
TA's mark students go on reading the old score.  Here each page carries a digest of all that it shows: the graded
notebook, every score, mark and comment, the penalty and the dates.  A page whose digest is not that of the gradebook is
made again; this holds for ``autograder feedback`` and, through ``guard``, for ``nbgrader generate_feedback``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.nbgrader_plugs.lock import when_unlocked
from autograder.nbgrader_plugs.settings import LoggedLines, load_config, quiet_logger
from autograder.workspace import Workspace, find_workspace

_DIGEST = re.compile(r"<!-- grade ([0-9a-f]{64}) -->")


@dataclass(frozen=True)
class Page:
    """A student's feedback page; ``fault`` says why it could not be made, "" where it is there and up to date."""

    student: str
    path: Path
    made: bool
    fault: str = ""


def stale_pages(workspace: Workspace, assignment_id: str, students: Sequence[str]) -> tuple[str, ...]:
    """Those of the students whose page is missing or does not show the present grade."""
    folder = workspace.folder

    def look() -> tuple[str, ...]:
        with Gradebook(folder.gradebook_url) as gradebook:
            return tuple(
                student
                for student in students
                if _digest_on(folder.feedback_page(student, assignment_id))
                != grade_digest(gradebook, folder, assignment_id, student)
            )

    return when_unlocked(folder.gradebook_url, look)


def graded_students(workspace: Workspace, assignment_id: str) -> tuple[str, ...]:
    """Everybody with a graded notebook of an assignment."""
    found = workspace.folder.autograded.glob(f"*/{assignment_id}/{assignment_id}.ipynb")
    return tuple(sorted(path.parent.parent.name for path in found))


def page_students(course_dir: Path, assignment_id: str) -> tuple[str, ...]:
    """Everybody with a feedback page for an assignment."""
    found = CourseFolder(course_dir).feedback.glob(f"*/{assignment_id}/{assignment_id}.html")
    return tuple(sorted(path.parent.parent.name for path in found))


def is_stale(converter: GenerateFeedback, assignment_id: str, student: str) -> bool:
    """Whether a student's page does not show the present grade; asked by nbgrader's own command."""
    workspace = find_workspace(Path(converter.coursedir.root))
    return student in stale_pages(workspace, assignment_id, students=(student,))


def make_pages(
    workspace: Workspace,
    assignment_id: str,
    students: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Page]:
    """Makes the pages that are missing or do not show the present grade; one that fails does not stop the others.

    Args:
        workspace: a course.
        assignment_id: the assignment.
        students: whose pages; by default everybody's with a graded notebook.
        progress: called with (pages done, pages to make).

    Raises:
        UsageError: one of ``students`` has no graded notebook.
    """
    graded = graded_students(workspace, assignment_id)
    if strangers := sorted(set(students) - set(graded)):
        raise UsageError(
            f"nothing of {', '.join(strangers)} is graded for {assignment_id}; run `autograder batch {assignment_id}`"
        )
    chosen = [student for student in graded if not students or student in students]
    stale = stale_pages(workspace, assignment_id, chosen)
    pages = []
    for number, student in enumerate(chosen, start=1):
        fault = _make_page(workspace, assignment_id, student) if student in stale else ""
        pages.append(Page(student, workspace.folder.feedback_page(student, assignment_id), student in stale, fault))
        progress(number, len(chosen))
    return pages


def _make_page(workspace: Workspace, assignment_id: str, student: str) -> str:
    """Makes one page through nbgrader; returns what went wrong."""
    config = load_config(workspace.root)
    directory = CourseDirectory(config=config, assignment_id=assignment_id, student_id=student)
    logged = LoggedLines()
    converter = GenerateFeedback(coursedir=directory, config=config, log=quiet_logger(logged), force=True)
    try:
        converter.start()
    except NbGraderException as error:
        return logged.text() or str(error)
    return ""


def grade_digest(gradebook: Gradebook, folder: CourseFolder, assignment_id: str, student: str) -> str:
    """A hash of all that a student's page shows."""
    notebook = folder.graded_notebook(student, assignment_id)
    shown = [hashlib.sha256(notebook.read_bytes()).hexdigest() if notebook.is_file() else ""]
    try:
        submission = gradebook.find_submission(assignment_id, student)
    except MissingEntry:
        return hashlib.sha256(repr(shown).encode()).hexdigest()
    shown += [str(submission.timestamp), str(submission.duedate), str(submission.extension)]
    for part in submission.notebooks:
        shown.append(repr(part.late_submission_penalty))
        shown += sorted(repr((g.name, g.score, g.max_score, g.extra_credit, g.needs_manual_grade)) for g in part.grades)
        shown += sorted(repr((comment.name, comment.comment)) for comment in part.comments)
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def _digest_on(page: Path) -> str | None:
    """The digest that a page carries; None for a page that is missing or was made without one."""
    try:
        found = _DIGEST.search(page.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return found[1] if found else None
