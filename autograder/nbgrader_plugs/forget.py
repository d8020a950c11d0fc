"""Deletes what a course keeps about one student."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Gradebook

from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.ids import RULE, is_same_id, is_student_id, normal_id
from autograder.late import forget_extensions
from autograder.nbgrader_plugs.marks import kept_texts
from autograder.nbgrader_plugs.recordings import recordings_of
from autograder.nbgrader_plugs.roster import drop_from_roster
from autograder.reports.faults import faults_of
from autograder.reports.run_log import forget_in_logs
from autograder.reports.store import ReportStore
from autograder.workspace import Workspace


def traces_of(course_dir: Path, student: str) -> list[Path]:
    """Folders that hold a student's work: submitted, graded, feedback, and in the exchange.

    A folder whose name macOS has written in parts (NFD) is the student's as well.

    Raises:
        UsageError: the name is not a student's id.
    """
    student = _checked(student)
    course = CourseFolder(course_dir)
    own = [path for stage in (course.submitted, course.autograded, course.feedback) for path in _entries(stage)]
    exchanged = [path for inbound in sorted(course.exchange.glob("*/inbound")) for path in _entries(inbound)]
    cached = [path for cache in sorted(course.nbgrader_cache.glob("*")) for path in _entries(cache)]
    found = [path for path in own if is_same_id(path.name, student)]
    found += [path for path in (*exchanged, *cached) if _is_students(path.name, student)]
    return [path for path in found if path.is_dir()]


def forget_student(workspace: Workspace, student: str) -> int:
    """Deletes the folders, the reports, the lines of roster and gradebook; returns the number of deleted reports.

    Raises:
        UsageError: the course keeps nothing about this student.
    """
    assert workspace.course_dir is not None
    student = _checked(student)
    traces = traces_of(workspace.course_dir, student)
    # The gradebook's entry goes last: if the command is interrupted, running it again finishes the work.
    store = ReportStore(workspace.reports_dir)
    reports = sum(store.forget(form) for form in _forms(student))
    records = list(_records(workspace.state_dir, student))
    for path in records:
        path.unlink(missing_ok=True)
    for kept in (recordings_of(workspace), faults_of(workspace), kept_texts(workspace.course_dir)):
        for form in _forms(student):
            kept.forget(form)
    forget_in_logs(workspace.log_dir, student)
    for path in traces:
        shutil.rmtree(path)
    listed = drop_from_roster(workspace.folder, student)
    forget_extensions(workspace.folder.extensions, student)
    with Gradebook(workspace.folder.gradebook_url) as gradebook:
        entries = [entry.id for entry in gradebook.students if is_same_id(entry.id, student)]
        for entry in entries:
            gradebook.remove_student(entry)
    if not (traces or reports or records or listed or entries):
        raise UsageError(f"{workspace.course_dir} keeps nothing about a student {student!r}; check the id")
    return reports


def _checked(student: str) -> str:
    """The id in its normal form; it must not name another folder, or match several."""
    if not is_student_id(normal_id(student)):
        raise UsageError(f"{student!r} is not a student's id; wanted {RULE}")
    return normal_id(student)


def _forms(student: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((student, unicodedata.normalize("NFD", student))))


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_students(name: str, student: str) -> bool:
    """Whether a folder of the exchange, ``<student>+<assignment>+<time>``, is a student's."""
    owner, plus, _ = name.partition("+")
    return bool(plus) and is_same_id(owner, student)


def _records(state: Path, student: str) -> Iterator[Path]:
    """What collecting and recording remember: files ``<what>/<assignment>/<student>.json`` of the course's state."""
    names = {f"{name}.json" for form in _forms(student) for name in (form, quote(form, safe="@"))}
    for what in ("collected", "not_taken", "recorded", "settled"):
        for folder in sorted((state / what).glob("*")):
            yield from (folder / name for name in sorted(names) if (folder / name).is_file())
