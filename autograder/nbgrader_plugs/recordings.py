"""What was recorded in the gradebook, from which report, and whether it still stands there.

Theory of operation.  A recording is a small file beside the reports.  It says which report was recorded, and under
which circumstances: the files that were handed in, the release, the due date, the policy for late work.  The gradebook
stays the book of record: where its scores are not those of the recording (it was replaced, or restored from a backup,
or somebody ran `nbgrader autograde`), the recording counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder.course_folder import CourseFolder
from autograder.errors import SubmissionError
from autograder.intake.files import read_bytes
from autograder.intake.receipt import read_receipt
from autograder.late import read_extensions
from autograder.model import Kind, Report
from autograder.reports.per_student import PerStudent
from autograder.times import as_utc
from autograder.workspace import Workspace

SAME_POINTS = 0.005  # scores are rounded to hundredths
MAX_FILES = 1_000  # of one submission


@dataclass(frozen=True)
class Recording:
    """What was recorded last for a student.

    Attributes:
        report: the report's key.
        source: ``reports.store.source_digest`` of the submission that it graded.
        circumstances: see ``Circumstances``.
        scores: points of each test cell.
        total: points of all cells, a TA's included: a penalty for late work rests on it.
        at: when, in UTC and ISO 8601.
        unreadable: whether nothing that was handed in could be read.
    """

    report: str
    source: str
    circumstances: str
    scores: dict[str, float]
    total: float
    at: str
    unreadable: bool = False


@dataclass(frozen=True)
class Grades:
    """A student's state in the gradebook.

    Attributes:
        auto: points of each test cell, None where the engine has not graded it.
        total: points of all cells, before a penalty.
        late_s: how late it was, in seconds.
        unmarked: how many cells wait for a TA's mark.
    """

    auto: Mapping[str, float | None]
    total: float
    late_s: float
    unmarked: int

    @property
    def auto_total(self) -> float | None:
        """Points of the test cells; None where one of them is ungraded."""
        scores = [score for score in self.auto.values() if score is not None]
        return round(sum(scores), 2) if scores and len(scores) == len(self.auto) else None


def recordings_of(workspace: Workspace) -> PerStudent[Recording]:
    """The recordings of a course."""
    return PerStudent(workspace.recorded_dir, Recording)


def read_grades(gradebook: Gradebook, assignment_id: str) -> dict[str, Grades]:
    """The state of everybody who has a submission in the gradebook."""
    submissions = gradebook.assignment_submissions(assignment_id)
    return {str(submission.student_id): grades_of(submission) for submission in submissions}


def read_grades_of(gradebook: Gradebook, assignment_id: str, student: str) -> Grades | None:
    """The state of one student; None without a submission in the gradebook."""
    try:
        return grades_of(gradebook.find_submission(assignment_id, student))
    except MissingEntry:
        return None


def grades_of(submission: Any) -> Grades:
    """The state that a row of nbgrader's database gives; it has no type hints."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Grades(
        auto={str(grade.name): grade.auto_score for grade in grades if grade.cell.cell_type == "code"},
        total=float(submission.score),
        late_s=float(submission.total_seconds_late),
        unmarked=sum(bool(grade.needs_manual_grade) for grade in grades),
    )


def scores_of(report: Report) -> dict[str, float]:
    """The points that a report gives to each test cell."""
    return {
        item.id: round(min(item.score, item.max_score), 2)
        for item in report.items
        if item.kind is Kind.AUTOMATIC and item.score is not None
    }


def same_scores(one: Mapping[str, float | None], other: Mapping[str, float | None]) -> bool:
    """Whether two sets of points are equal, cell by cell."""
    return one.keys() == other.keys() and all(_same(one[cell], other[cell]) for cell in one)


def _same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) < SAME_POINTS)


def stands(recording: Recording, grades: Grades | None, *, own_policy: bool) -> bool:
    """Whether the gradebook holds what was recorded.

    Args:
        recording: of a student.
        grades: what the gradebook holds.
        own_policy: whether ``course.toml`` says what lateness costs.  nbgrader's own penalty rests on the score, so
            that it has to be counted anew after a mark.
    """
    if grades is None or standing(recording, grades) is None:
        return False
    return own_policy or grades.late_s <= 0 or abs(recording.total - grades.total) < SAME_POINTS


class Circumstances:
    """Everything beside the report that decides what is recorded, as one digest for each student.

    The course's own late policy is no part of it: ``late.carry_dates`` applies that to what is recorded already.
    """

    def __init__(self, workspace: Workspace, gradebook: Gradebook, assignment_id: str):
        folder, course = workspace.folder, workspace.course()
        assignment = gradebook.find_assignment(assignment_id)
        self._folder, self._assignment_id = folder, assignment_id
        self._common = [
            course.language,
            "own policy" if course.late else str(assignment.duedate),
            *(_digest(path) for path in (folder.released_notebook(assignment_id), folder.nbgrader_config)),
        ]
        self._extensions: dict[str, str] = {}
        if course.late:
            return
        self._extensions = {str(s.student_id): str(s.extension) for s in assignment.submissions if s.extension}
        # The course's own file wins: what it says comes into the gradebook only when a submission is recorded.
        for (student, wanted), until in read_extensions(folder.extensions, course).items():
            if wanted == assignment_id:
                self._extensions[student] = str(as_utc(until))

    def of(self, student: str) -> str:
        """The student's digest."""
        submission = self._folder.submission(student, self._assignment_id)
        own = [str(read_receipt(submission).time), self._extensions.get(student, ""), *files_in(submission)]
        return hashlib.sha256(json.dumps([self._common, own]).encode()).hexdigest()


def files_in(folder: Path) -> list[str]:
    """Name and digest of each entry of a submission; links are not followed."""
    found: list[str] = []
    if folder.is_symlink():
        return found
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(place, name)
            found.append(f"{str(path.relative_to(folder))!a} {_digest(path)}")
            if len(found) >= MAX_FILES:
                return found
    return found


def _digest(path: Path) -> str:
    """Hash of a file's content, or a description of what cannot be read."""
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except SubmissionError:
        try:
            status = path.lstat()
        except OSError:
            return "missing"
        return f"{stat.S_IFMT(status.st_mode)} {status.st_size} {status.st_mtime_ns}"


def standing(recording: Recording | None, grades: Grades | None) -> Recording | None:
    """The recording, if the gradebook's scores are those of it."""
    is_standing = recording is not None and grades is not None and same_scores(recording.scores, grades.auto)
    return recording if is_standing else None


def is_written(course: CourseFolder, assignment_id: str, student: str) -> bool:
    """Whether the autograded notebook is there."""
    return (course.autograded / student / assignment_id / f"{assignment_id}.ipynb").is_file()
