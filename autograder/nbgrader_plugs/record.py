"""Records scores in nbgrader's gradebook, all submissions in one process.

nbgrader logs a failed submission and goes on, and its exit code does not tell which one failed.  So the
outcome of each submission is read from the files and the database afterwards.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from autograder.errors import UsageError
from autograder.ids import is_student_id
from autograder.intake.names import shown
from autograder.nbgrader_plugs.gradebook import find_mark
from autograder.nbgrader_plugs.guard import guard_nbgrader
from autograder.nbgrader_plugs.settings import load_config, quiet_logger
from autograder.workspace import CourseFolder

_log = logging.getLogger("autograder")


@dataclass(frozen=True)
class Recorded:
    """The outcome for one student; ``problem`` is for the TA, "" when the submission was recorded."""

    student: str
    recorded: bool
    score: float = 0.0
    max_score: float = 0.0
    problem: str = ""


class _Recorder(Autograde):  # type: ignore[misc]  # nbgrader has no type hints
    """nbgrader's converter for chosen students, including those whose notebook has another name.

    ``SalvageExporter`` finds the other file, or writes a message that there was none.
    """

    def choose(self, students: tuple[str, ...], report: Callable[[str], None]) -> None:
        self.chosen, self.report = students, report
        self.problems: dict[str, str] = {}

    def init_notebooks(self) -> None:
        assignment_id = self.coursedir.assignment_id
        folders = {self._format_source(assignment_id, student) for student in self.chosen}
        self.assignments = {folder: [str(Path(folder) / f"{assignment_id}.ipynb")] for folder in sorted(folders)}
        self.notebooks: list[str] = []

    def convert_single_notebook(self, notebook_filename: str) -> None:
        student = self.init_single_notebook_resources(notebook_filename)["nbgrader"]["student"]
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.problems[student] = str(error) or type(error).__name__
            raise
        finally:
            self.report(student)


def record(
    course_dir: Path,
    assignment_id: str,
    students: tuple[str, ...] | None = None,
    *,
    progress: Callable[[str], None] = lambda student: None,
) -> list[Recorded]:
    """Autogrades collected submissions through nbgrader and returns the outcome of each.

    A TA's marks survive.  The working directory of the process changes while it runs.

    Args:
        course_dir: an nbgrader course made by ``autograder init``.
        assignment_id: one assignment.
        students: whose submissions; by default everybody's.
        progress: called with each student's id when their submission is done.

    Raises:
        UsageError: there is no such course, or the assignment was never generated.
    """
    guard_nbgrader()
    config = load_config(course_dir)
    chosen = submitted_students(course_dir, assignment_id) if students is None else students
    chosen = tuple(filter(is_student_id, chosen))
    chosen = tuple(
        student for student in chosen if CourseFolder(course_dir).submission(student, assignment_id).is_dir()
    )
    directory = CourseDirectory(config=config, assignment_id=assignment_id)
    _check_assignment(directory, assignment_id)
    recorder = _Recorder(coursedir=directory, config=config, log=quiet_logger(), force=True)
    recorder.choose(chosen, progress)
    if chosen:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's own handling of its session
                recorder.start()
        except NbGraderException as error:
            if not str(error).startswith("There was an error processing"):
                recorder.problems.setdefault("", str(error))
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        return [_outcome(gradebook, directory, assignment_id, student, recorder.problems) for student in chosen]


def submitted_students(course_dir: Path, assignment_id: str) -> tuple[str, ...]:
    """Everybody with a folder for the assignment under ``submitted/``.

    A folder whose name is not a student's id is left out with a warning: nbgrader would stop at it, or show the name
    as HTML.
    """
    folders = CourseFolder(course_dir).submitted.glob(f"*/{assignment_id}")
    names = sorted(folder.parent.name for folder in folders if folder.is_dir())
    for name in names:
        if not is_student_id(name):
            _log.warning("submitted/%s was left out: its name is not a student's id; rename it", shown(name))
    return tuple(filter(is_student_id, names))


def _check_assignment(directory: CourseDirectory, assignment_id: str) -> None:
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        try:
            gradebook.find_notebook(assignment_id, assignment_id)
        except MissingEntry:
            raise UsageError(
                f"the gradebook has no assignment {assignment_id!r}: "
                f"run `autograder release {assignment_id}` in the course"
            ) from None


def _outcome(
    gradebook: Gradebook, directory: CourseDirectory, assignment_id: str, student: str, problems: dict[str, str]
) -> Recorded:
    written = Path(directory.format_path(directory.autograded_directory, student, assignment_id))
    mark = find_mark(gradebook, assignment_id, student)
    done = (written / f"{assignment_id}.ipynb").is_file() and mark.final_score is not None
    problem = "" if done else problems.get(student) or problems.get("") or "nbgrader did not record it"
    return Recorded(student, done, mark.score, mark.max_score, problem)
