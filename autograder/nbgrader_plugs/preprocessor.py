"""Replaces ``Execute`` in nbgrader's autograding: puts the engine's scores into the cells.

Theory of operation: nbgrader reads a cell's score from its outputs, and fails open: a test cell without
an output gets full marks, as do NaN and negative numbers (``nbgrader/utils.py::determine_grade``).  So
every test cell gets exactly two outputs here, a table for the student and a finite number within the
cell's points for nbgrader.  If that cannot be done, the preprocessor raises and withdraws the
scores of an earlier run, so that nbgrader leaves the submission ungraded.  The notebook is not executed;
the engine reads the submission itself.
"""

from __future__ import annotations

import atexit
import html
import math
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Callable

from autograder.config import Assignment
from autograder.errors import GraderError, UsageError
from autograder.grading.engine import WarmEngine
from autograder.intake import read_collected
from autograder.model import Kind, Report, Submission, SubmissionOutcome
from autograder.nbgrader_plugs.course_now import CourseNow, course_now
from autograder.nbgrader_plugs.finished import FinishedReports, is_finished
from autograder.nbgrader_plugs.markdown import plain_text
from autograder.nbgrader_plugs.settings import Resources
from autograder.reports.store import ReportStore, source_digest
from autograder.reports.table import item_html, item_text
from autograder.workspace import Workspace

FAULT = "autograder_fault"  # in nbgrader's resources: why a submission is to stay ungraded
GRADED = "autograder_graded"  # in nbgrader's resources: the ``Graded`` that the cells were filled from

_warm_engine = WarmEngine()  # of this process: nbgrader makes a preprocessor anew for each notebook
atexit.register(_warm_engine.close)


@dataclass(frozen=True)
class Graded:
    """What the cells of a notebook were filled from: a report, and the digest of the work that it graded."""

    report: Report
    source: str


def present_key(workspace: Workspace, assignment: Assignment, submission: Submission, *, training: bool) -> str:
    """Content address of a report under the present tests."""
    return course_now(workspace.root, assignment.id).edition.key(submission, training=training)


class GradeWithEngine(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no type hints
    """Fills the test cells with the report's scores.

    ``engine`` and ``key`` are a warm engine's ``grade`` and ``present_key``; tests replace them.
    """

    engine = Callable(_warm_engine.grade, help="Grades a submission.").tag(config=True)
    key = Callable(present_key, help="Content address of a report.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Fills in the outputs, or raises and leaves the submission ungraded.

        Raises:
            UsageError: a training item has no report yet, or the release and the assignment differ.
            GraderError: the engine could not grade.
        """
        names = resources["nbgrader"]
        try:
            if fault := names.get(FAULT):
                raise GraderError(fault)
            now = course_now(Path(CourseDirectory(config=self.config).root), names["assignment"])
            graded = self._graded(now, names["student"])
            fill_cells(nb, graded.report, now.language)
        except Exception:
            withdraw_scores(names["db_url"], names["assignment"], names["student"])
            raise
        names[GRADED] = graded
        return nb, resources

    def _graded(self, now: CourseNow, student: str) -> Graded:
        assignment_id = now.assignment.id
        submission = read_collected(now.workspace.root, student, now.assignment, now.language)
        store = ReportStore(now.workspace.reports_dir)
        report = self._finished(now, submission, store)
        if report is None and now.assignment.trains:
            raise UsageError(
                f"{assignment_id} of {student} has no finished report yet: its training items take too long to "
                f"run here. Run `autograder batch {assignment_id}` in the course, which also records the scores."
            )
        if report is None:
            report = self.engine(now.workspace, assignment_id, submission, training=False)
        if report.outcome is not SubmissionOutcome.GRADED:
            raise GraderError(f"{assignment_id} of {student} could not be graded: {'; '.join(report.notes)}")
        store.put(report, student=student, submission=submission)
        return Graded(report, source_digest(submission))

    def _finished(self, now: CourseNow, submission: Submission, store: ReportStore) -> Report | None:
        """A complete report of this exact submission under the present tests."""
        trains = now.assignment.trains
        for training in (True,) if trains else (True, False):
            report = store.get(self.key(now.workspace, now.assignment, submission, training=training))
            if report is not None and is_finished(report):
                return report
        return FinishedReports(now).derived(submission, training=trains)


def fill_cells(nb: NotebookNode, report: Report, language: str) -> None:
    """Gives every test cell its table and its score, and shows the report's notes above.

    Raises:
        GraderError: a test cell has no scored item, or the score is not a number in its range.
        UsageError: the cell and the item have different points.
    """
    items = {item.id: item for item in report.items if item.kind is Kind.AUTOMATIC}
    for cell in nb.cells:
        if not utils.is_grade(cell) or utils.is_solution(cell) or cell.cell_type != "code":
            continue
        item = items.pop(cell.metadata.nbgrader["grade_id"], None)
        if item is None or item.score is None:
            raise GraderError(
                f"the report of {report.label} has no score for the cell {cell.metadata.nbgrader.grade_id}"
            )
        points = float(cell.metadata.nbgrader["points"])
        if not math.isclose(points, item.max_score):
            raise UsageError(
                f"{item.id} was released with {points:g} points and now has {item.max_score:g}: "
                f"run `autograder release {report.assignment}` in the course, then grade again"
            )
        if not (math.isfinite(item.score) and item.score >= 0):
            raise GraderError(f"the score of {item.id} must be a finite number >= 0, got {item.score!r}")
        score = min(float(item.score), points)
        cell.outputs = [
            nbformat.v4.new_output(
                "display_data",
                {"text/html": item_html(item, score, language), "text/plain": item_text(item, score, language)},
            ),
            nbformat.v4.new_output("execute_result", {"text/plain": repr(score)}, execution_count=1),
        ]
        cell.execution_count = 1
    if items:
        raise GraderError(f"the notebook of {report.label} has no cell for {', '.join(items)}")
    _show_notes(nb, report.notes)


def _show_notes(nb: NotebookNode, notes: tuple[str, ...]) -> None:
    above = nb.cells[0].source if nb.cells else ""
    texts = [note for note in notes if html.escape(note) not in above]
    if texts:
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(plain_text("\n".join(texts)), id="grading-notes"))


def withdraw_scores(db_url: str, assignment_id: str, student: str) -> None:
    """Removes a submission's automatic scores; a TA's marks and written answers stay."""
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment_id, student)
        except MissingEntry:
            return
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = None
                if grade.manual_score is None:
                    grade.needs_manual_grade = True
        gradebook.db.commit()
