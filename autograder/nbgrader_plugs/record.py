"""Records scores in nbgrader's gradebook, all submissions in one process.

nbgrader logs a failed submission and goes on, and its exit code does not tell which one failed.  So the
outcome of each submission is read from the files and the database afterwards.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.ids import is_student_id
from autograder.intake.names import shown
from autograder.lms.folders import id_of_folder, unite_folders
from autograder.model import Report
from autograder.nbgrader_plugs.gradebook import find_mark
from autograder.nbgrader_plugs.guard import guard_nbgrader
from autograder.nbgrader_plugs.lock import is_lock, when_unlocked
from autograder.nbgrader_plugs.preprocessor import FAULT, GRADED, Graded
from autograder.nbgrader_plugs.recordings import (
    Circumstances,
    Grades,
    Recording,
    is_written,
    read_grades,
    read_grades_of,
    recordings_of,
    same_scores,
    scores_of,
    stands,
)
from autograder.nbgrader_plugs.roster import lookalike_warnings
from autograder.nbgrader_plugs.settings import Resources, load_config, quiet_logger
from autograder.workspace import find_workspace

T = TypeVar("T")
_log = logging.getLogger("autograder")


@dataclass(frozen=True)
class Recorded:
    """The outcome for one student; ``problem`` is for the TA, "" when the submission was recorded."""

    student: str
    recorded: bool
    score: float = 0.0
    max_score: float = 0.0
    problem: str = ""


class _Converter(Autograde):  # type: ignore[misc]  # nbgrader has no type hints
    """nbgrader's converter for one student, whose notebook may have another name.

    ``SalvageExporter`` finds the other file, or writes a message that there was none.
    """

    def choose(self, student: str, fault: str) -> None:
        self.student, self.fault = student, fault
        self.error: Exception | None = None
        self.graded: Graded | None = None

    def init_notebooks(self) -> None:
        assignment_id = self.coursedir.assignment_id
        folder = self._format_source(assignment_id, self.student)
        self.assignments = {folder: [str(Path(folder) / f"{assignment_id}.ipynb")]}
        self.notebooks: list[str] = []

    def init_single_notebook_resources(self, notebook_filename: str) -> Resources:
        resources: Resources = super().init_single_notebook_resources(notebook_filename)
        resources["nbgrader"][FAULT] = self.fault
        return resources

    def write_single_notebook(self, output: str, resources: Resources) -> None:
        self.graded = resources["nbgrader"].get(GRADED)
        super().write_single_notebook(output, resources)

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        with self._noting():
            done: bool = super().init_destination(assignment_id, student_id)
            return done

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._noting():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._noting():
            super().convert_single_notebook(notebook_filename)

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        """Keeps the error, which nbgrader only logs."""
        try:
            yield
        except Exception as error:
            self.error = error
            raise


class Recorder:
    """Records submissions of one assignment through nbgrader, one after the other.

    A TA's marks survive.  The working directory of the process changes while it records.

    Args:
        course_dir: an nbgrader course made by ``autograder init``.
        assignment_id: the assignment.
        lock_wait_s: how long to wait for a gradebook that another program has locked, see ``lock``.

    Raises:
        UsageError: there is no such course, or the assignment was never generated.
        EnvironmentFault: the gradebook stayed locked; from every method that uses it.
    """

    def __init__(self, course_dir: Path, assignment_id: str, *, lock_wait_s: float | None = None):
        guard_nbgrader()
        config = load_config(course_dir)
        self._course, self._assignment_id, self._lock_wait_s = CourseFolder(course_dir), assignment_id, lock_wait_s
        self._workspace = find_workspace(course_dir)
        self._directory = CourseDirectory(config=config, assignment_id=assignment_id)
        self._converter = _Converter(coursedir=self._directory, config=config, log=quiet_logger(), force=True)
        self._circumstances = self.in_gradebook(self._checked)
        self._recordings = recordings_of(self._workspace)

    def in_gradebook(self, action: Callable[[Gradebook], T]) -> T:
        """The result of an action on the gradebook, which waits while another program has it locked."""

        def opened() -> T:
            with Gradebook(self._directory.db_url, self._directory.course_id) as gradebook:
                return action(gradebook)

        return when_unlocked(self._directory.db_url, opened, wait_s=self._lock_wait_s)

    def grades(self) -> dict[str, Grades]:
        """What the gradebook holds for everybody."""
        return self.in_gradebook(lambda gradebook: read_grades(gradebook, self._assignment_id))

    def is_recorded(self, student: str, report: Report, grades: Grades | None) -> bool:
        """Whether this report stands in the gradebook, recorded under the present circumstances."""
        recording = self._recordings.get(self._assignment_id, student)
        return (
            recording is not None
            and recording.report == report.key
            and same_scores(recording.scores, scores_of(report))
            and stands(recording, grades, own_policy=self._workspace.course().late is not None)
            and is_written(self._course, self._assignment_id, student)
            and recording.circumstances == self._circumstances.of(student)
        )

    def record(self, student: str, *, fault: str = "") -> Recorded:
        """Records one student's finished report, or grades and records it.

        Args:
            student: who.
            fault: why the submission is to stay ungraded; earlier scores are withdrawn.
        """
        return when_unlocked(self._directory.db_url, lambda: self._record(student, fault), wait_s=self._lock_wait_s)

    def _record(self, student: str, fault: str) -> Recorded:
        converter = self._converter
        converter.choose(student, fault)
        circumstances = self._circumstances.of(student)
        problem = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's own handling of its session
                converter.start()
        except NbGraderException as error:
            if is_lock(converter.error or error):
                raise
            problem = str(converter.error or error) or type(error).__name__
        with Gradebook(self._directory.db_url, self._directory.course_id) as gradebook:
            mark = find_mark(gradebook, self._assignment_id, student)
            grades = read_grades_of(gradebook, self._assignment_id, student)
        done = is_written(self._course, self._assignment_id, student) and mark.final_score is not None
        if not done:
            return Recorded(student, False, mark.score, mark.max_score, problem or "nbgrader did not record it")
        if converter.graded is not None and grades is not None:
            self._keep(student, converter.graded, grades, circumstances)
        return Recorded(student, True, mark.score, mark.max_score)

    def _keep(self, student: str, graded: Graded, grades: Grades, circumstances: str) -> None:
        report, now = graded.report, datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        recording = Recording(
            report.key, graded.source, circumstances, scores_of(report), grades.total, now, report.unreadable
        )
        self._recordings.put(self._assignment_id, student, recording)

    def _checked(self, gradebook: Gradebook) -> Circumstances:
        try:
            gradebook.find_notebook(self._assignment_id, self._assignment_id)
        except MissingEntry:
            raise UsageError(
                f"the gradebook has no assignment {self._assignment_id!r}: "
                f"run `autograder release {self._assignment_id}` in the course"
            ) from None
        return Circumstances(self._workspace, gradebook, self._assignment_id)


def record(
    course_dir: Path,
    assignment_id: str,
    students: tuple[str, ...] | None = None,
    *,
    progress: Callable[[str], None] = lambda student: None,
) -> list[Recorded]:
    """Grades and records collected submissions, and returns the outcome of each; see ``Recorder``.

    Args:
        course_dir: an nbgrader course made by ``autograder init``.
        assignment_id: one assignment.
        students: whose submissions; by default everybody's.
        progress: called with each student's id when their submission is done.

    Raises:
        UsageError: there is no such course, or the assignment was never generated.
        EnvironmentFault: the gradebook stayed locked by another program.
    """
    recorder = Recorder(course_dir, assignment_id)
    chosen = submitted_students(course_dir, assignment_id) if students is None else students
    outcomes = []
    for student in sorted(filter(is_student_id, chosen)):
        if CourseFolder(course_dir).submission(student, assignment_id).is_dir():
            outcomes.append(recorder.record(student))
            progress(student)
    return outcomes


def submitted_students(course_dir: Path, assignment_id: str) -> tuple[str, ...]:
    """Everybody with a folder for the assignment under ``submitted/``.

    A folder whose name macOS wrote in parts (NFD) is the same student's, and is renamed.  One whose name is not a
    student's id is left out with a warning: nbgrader would stop at it, or show the name as HTML.  Ids that look alike
    are told.
    """
    course = CourseFolder(course_dir)
    for line in unite_folders(course.submitted):
        _log.warning("%s", line)
    folders = course.submitted.glob(f"*/{assignment_id}")
    names = sorted(folder.parent.name for folder in folders if folder.is_dir())
    for name in names:
        if not is_student_id(id_of_folder(name)):
            _log.warning("submitted/%s was left out: its name is not a student's id; rename it", shown(name))
    students = tuple(name for name in names if is_student_id(name) and name == id_of_folder(name))
    for line in lookalike_warnings(students):
        _log.warning("%s", line)
    return students
