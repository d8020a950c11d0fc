"""Keeps what a TA has marked through another pass of autograding.

Theory of operation.  nbgrader's ``SaveAutoGrades`` asks for a mark again in every pass, for each cell that has one.  So
after a batch nobody can tell which answers wait.  ``SaveGrades`` takes its place (``guard_nbgrader`` puts it there, for
every way of autograding): a cell that has been marked asks again only where its text or its maximum is another one
since.  For that the digests of the texts are kept beside the reports.  The text of a written answer is its cell; that
of a test cell, whose score a TA has corrected, is the code in the solution cells.

Which cells are settled is read before a pass begins, since nbgrader itself clears the flags of a notebook that was
handed in under another name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveAutoGrades

from autograder.course_folder import CourseFolder
from autograder.intake.files import MAX_FILE_BYTES
from autograder.nbgrader_plugs.settings import Resources
from autograder.reports.per_student import PerStudent

SETTLED = "settled_cells"  # an attribute of nbgrader's converter, for the submission that it is converting


@dataclass(frozen=True)
class Texts:
    """The digest of the text that each grade of a student stands for, by the cell's name."""

    cells: dict[str, str] = field(default_factory=dict)


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader has no type hints
    """nbgrader's preprocessor, except that a mark stays a mark while its cell stays as it was."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Saves the scores, then the texts that they stand for."""
        names = resources["nbgrader"]
        kept = kept_texts(Path(CourseDirectory(config=self.config).root))
        self._before = (kept.get(names["assignment"], names["student"]) or Texts()).cells
        self._now = texts_of(nb)
        converter = getattr(self.parent, "parent", None)  # of the exporter, which made this preprocessor
        self._settled: frozenset[str] = getattr(converter, SETTLED, frozenset())
        nb, resources = super().preprocess(nb, resources)
        kept.put(names["assignment"], names["student"], Texts(self._now))
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        """As nbgrader's, with another rule for asking again, and in one commit."""
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        is_same = name in self._before and self._before[name] == self._now.get(name)
        grade.auto_score, _ = utils.determine_grade(cell, self.log)
        waits = grade.manual_score is not None or grade.auto_score is None
        grade.needs_manual_grade = waits and not (name in self._settled and is_same)
        self.gradebook.db.commit()


def settled_cells(url: str, assignment_id: str, student: str) -> frozenset[str]:
    """The cells that a TA has marked and that wait for nothing."""
    with Gradebook(url) as gradebook:
        try:
            notebooks = gradebook.find_submission(assignment_id, student).notebooks
        except MissingEntry:
            return frozenset()
        grades = [grade for notebook in notebooks for grade in notebook.grades]
        return frozenset(g.name for g in grades if g.manual_score is not None and not g.needs_manual_grade)


def kept_texts(course_dir: Path) -> PerStudent[Texts]:
    """The texts that the course's grades stand for."""
    return PerStudent(CourseFolder(course_dir).state / "marked_texts", Texts)


def remember_texts(directory: CourseDirectory, assignment_id: str, student: str) -> None:
    """Takes the texts of a notebook that an earlier version of this package has autograded, which kept none."""
    kept = kept_texts(Path(directory.root))
    folder = Path(directory.format_path(directory.autograded_directory, student, assignment_id))
    notebook = folder / f"{assignment_id}.ipynb"
    if kept.get(assignment_id, student) is None and notebook.is_file() and notebook.stat().st_size <= MAX_FILE_BYTES:
        try:
            kept.put(assignment_id, student, Texts(texts_of(nbformat.read(notebook, as_version=4))))
        except (OSError, ValueError):
            return  # then nothing is known, and nbgrader's own rule holds


def texts_of(nb: NotebookNode) -> dict[str, str]:
    """The digest of each grade cell's text and maximum, by the cell's name."""
    code = [cell.source for cell in nb.cells if utils.is_solution(cell) and cell.cell_type == "code"]
    found = {}
    for cell in nb.cells:
        if utils.is_grade(cell):
            own = utils.is_solution(cell) or cell.cell_type != "code"
            text = [cell.source, cell.get("attachments", {})] if own else code
            marks = cell.metadata["nbgrader"]
            identity = json.dumps([text, float(marks["points"])], sort_keys=True)
            found[str(marks["grade_id"])] = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()
    return found
