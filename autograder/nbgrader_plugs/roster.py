"""The roster in nbgrader's gradebook, and who handed in without being in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.files import write_json
from autograder.ids import lookalikes, normal_id
from autograder.lms.merging import Merge, merge_roster
from autograder.lms.roster import Student, read_course_roster, write_course_roster
from autograder.nbgrader_plugs.lock import when_unlocked
from autograder.workspace import Workspace

_log = logging.getLogger("autograder")


def course_students(course: CourseFolder) -> tuple[Student, ...]:
    """Everybody who was put into the course: into ``roster.csv``, or into the gradebook by one of nbgrader's commands.

    Raises:
        UsageError: ``roster.csv`` cannot be used.
    """
    students = {student.id: student for student in read_course_roster(course.roster)}
    unlisted = _unlisted(course)
    for student in _gradebook_students(course.gradebook_url):
        deliberate = student.id not in unlisted or student.first_name or student.last_name or student.email
        if deliberate and student.id not in students:
            students[student.id] = student
    return tuple(sorted(students.values(), key=lambda student: student.id))


def strangers(workspace: Workspace, ids: Iterable[str]) -> tuple[str, ...]:
    """Those of ``ids`` who are in no roster: work came in under a name that nobody put into the course.

    nbgrader gives everybody whose work it records a line in the gradebook, which then looks like a student's.  So an
    id is remembered when it is first seen here or recorded (``remember_arrival``), until ``autograder roster import``
    or ``nbgrader db student add`` (with a name) puts it into the course.

    Args:
        workspace: a course.
        ids: of students with work.

    Returns:
        Sorted ids.  None in a course without any roster; one warning says so instead.
    """
    course = workspace.folder
    known = {student.id for student in course_students(course)}
    unknown = {normal_id(id_) for id_ in ids} - known
    _remember(course, (_unlisted(course) | unknown) - known)
    if unknown and not known:
        _log.warning("the course has no roster, so no student's id was checked: `autograder roster import FILE`")
    return tuple(sorted(unknown)) if known else ()


def remember_arrival(course: CourseFolder, student: str) -> None:
    """Notes an id that nobody put into the course, before nbgrader gives it a line in the gradebook."""
    student = normal_id(student)
    listed = {each.id for each in read_course_roster(course.roster)}
    if student not in listed and student not in {each.id for each in _gradebook_students(course.gradebook_url)}:
        _remember(course, _unlisted(course) | {student})


def import_students(course: CourseFolder, imported: Sequence[Student], *, write: bool = True) -> Merge:
    """Merges students into the course's roster and its gradebook; nobody is removed.

    Args:
        course: with a gradebook.
        imported: as ``lms.class_lists`` reads them.
        write: false to see only what would change.

    Raises:
        UsageError: the course's own ``roster.csv`` cannot be used.
    """
    merge = merge_roster(course_students(course), imported)
    if write:
        write_course_roster(course.roster, merge.students)
        _put_into_gradebook(course.gradebook_url, merge.students)
    return merge


def lookalike_warnings(ids: Iterable[str]) -> tuple[str, ...]:
    """A line for each pair of ids that a reader takes for one."""
    return tuple(
        f"{one!a} and {other!a} look alike ({one}, {other}): if they are one student, correct the roster"
        for one, other in lookalikes(ids)
    )


def misplaced_work(course: CourseFolder, students: Iterable[Student]) -> tuple[str, ...]:
    """A line for each folder of work that was collected under another id of a student, as before the roster had it."""
    folders = {path.name for path in course.submitted.iterdir()} if course.submitted.is_dir() else set()
    lines = []
    for student in students:
        for other in sorted({text for column, text in student.lms if not column.endswith("_name")} - {student.id}):
            if other in folders:
                lines.append(f"submitted/{other} is work of {student.id}: collect again, then delete that folder")
    return tuple(lines)


def drop_from_roster(course: CourseFolder, student: str) -> bool:
    """Removes a student's line from ``roster.csv`` and from the ids to remember; returns whether there was one."""
    students = read_course_roster(course.roster)
    left = tuple(each for each in students if each.id != student)
    if len(left) < len(students):
        write_course_roster(course.roster, left)
    remembered = _unlisted(course)
    if student in remembered:
        write_json(course.unlisted, sorted(remembered - {student}), private=True)
    return len(left) < len(students) or student in remembered


def _remember(course: CourseFolder, ids: frozenset[str]) -> None:
    if ids != _unlisted(course):
        course.state.mkdir(mode=0o700, exist_ok=True)
        write_json(course.unlisted, sorted(ids), private=True)


def _unlisted(course: CourseFolder) -> frozenset[str]:
    try:
        ids = json.loads(course.unlisted.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return frozenset()
    except ValueError:
        raise UsageError(f"{course.unlisted} is damaged; delete it, and run the command again") from None
    return frozenset(map(str, ids))


def _gradebook_students(gradebook_url: str) -> list[Student]:
    if not Path(gradebook_url.removeprefix("sqlite:///")).is_file():
        return []

    def read() -> list[Student]:
        with Gradebook(gradebook_url) as gradebook:
            return [
                Student(each.id, each.first_name or "", each.last_name or "", each.email or "")
                for each in gradebook.students
            ]

    return when_unlocked(gradebook_url, read)


def _put_into_gradebook(gradebook_url: str, students: Sequence[Student]) -> None:
    def write() -> None:
        with Gradebook(gradebook_url) as gradebook:
            for student in students:
                texts = {
                    "first_name": student.first_name,
                    "last_name": student.last_name,
                    "email": student.email,
                    "lms_user_id": student.of("canvas_id"),
                }
                gradebook.update_or_create_student(student.id, **{name: text for name, text in texts.items() if text})

    when_unlocked(gradebook_url, write)
