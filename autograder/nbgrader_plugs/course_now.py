"""A course's settings and the edition of an assignment, read again only when one of their files changes.

nbgrader makes its preprocessors anew for each notebook, and the formgrader's server runs for weeks: so what is read
is kept for the process, and the files' times and sizes say whether it still holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.config import COURSE_SETTINGS, Assignment
from autograder.course_folder import CourseFolder
from autograder.grading.edition import Edition, edition_of
from autograder.workspace import Workspace, find_workspace


@dataclass(frozen=True)
class CourseNow:
    """What grading one assignment of a course needs to know."""

    workspace: Workspace
    assignment: Assignment
    language: str
    edition: Edition


_Stamps = tuple[tuple[str, int, int], ...]
_kept: dict[tuple[Path, str], tuple[_Stamps, CourseNow]] = {}


def course_now(root: Path, assignment_id: str) -> CourseNow:
    """The course and one of its assignments as they are now.

    Raises:
        UsageError: there is no such course or assignment, or a file of it is faulty.
    """
    stamps, now = _kept.get((root, assignment_id), ((), None))
    if now is None or stamps != _stamps(now.workspace, assignment_id):
        workspace = find_workspace(root)
        stamps = _stamps(workspace, assignment_id)  # before the reading, so that a change in between is noticed
        assignment = workspace.assignment(assignment_id)
        now = CourseNow(workspace, assignment, workspace.course().language, edition_of(workspace, assignment))
        _kept[root, assignment_id] = stamps, now
    return now


def _stamps(workspace: Workspace, assignment_id: str) -> _Stamps:
    """Path, time and size of every file that decides."""
    return tuple(_stamp(path) for path in _files(workspace, assignment_id))


def _files(workspace: Workspace, assignment_id: str) -> Iterable[Path]:
    course = CourseFolder(workspace.root)
    yield from (course.settings, course.course_settings, course.secret, workspace.assignments_dir / COURSE_SETTINGS)
    folders = (workspace.assignments_dir / assignment_id, workspace.reference_dir)
    yield from sorted(path for folder in folders for path in folder.glob("*") if path.suffix in (".py", ".toml"))


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size
