"""Every test cell gets a finite score in its range, or the whole submission none."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder.errors import GraderError, UsageError
from autograder.model import ItemResult, Kind, Report, SubmissionOutcome
from autograder.nbgrader_plugs.preprocessor import fill_cells


def _notebook(points: float = 2.0) -> Any:
    cell = nbformat.v4.new_code_cell('check("double")')
    mark = {"grade": True, "solution": False, "locked": True, "task": False, "grade_id": "double", "points": points}
    cell.metadata["nbgrader"] = nbformat.from_dict(mark | {"schema_version": 3, "cell_type": "code"})
    return nbformat.v4.new_notebook(cells=[cell])


def _report(score: float | None, **changes: Any) -> Report:
    item = ItemResult("double", "Doubling", Kind.AUTOMATIC, score, 2.0)
    report = Report("k", "tiny", "kim", SubmissionOutcome.GRADED, score or 0.0, 2.0, (item,))
    return dataclasses.replace(report, **changes)


@pytest.mark.parametrize("score", [0.0, 0.1 + 0.2, 2, 2.0, 2.0000000001])
def test_nbgrader_reads_back_the_score(score: float) -> None:
    """At most the cell's points, zero included, and no rounding."""
    notebook = _notebook()
    fill_cells(notebook, _report(score), "en")
    assert determine_grade(notebook.cells[0]) == (min(score, 2.0), 2.0)


@pytest.mark.parametrize("score", [None, math.nan, math.inf, -math.inf, -0.01])
def test_what_nbgrader_would_take_for_full_marks_raises(score: float | None) -> None:
    """No score, NaN, infinity and negative numbers are our fault, not the student's gain."""
    notebook = _notebook()
    with pytest.raises(GraderError):
        fill_cells(notebook, _report(score), "en")


def test_cells_and_items_must_match() -> None:
    """A cell without an item, an item without a cell, and other points all raise."""
    with pytest.raises(GraderError, match="no score for the cell double"):
        fill_cells(_notebook(), _report(1.0, items=()), "en")
    with pytest.raises(GraderError, match="no cell for double"):
        fill_cells(nbformat.v4.new_notebook(), _report(1.0), "en")
    with pytest.raises(UsageError, match="released with 3 points and now has 2"):
        fill_cells(_notebook(3.0), _report(1.0), "en")


def test_notes_stand_above_and_are_escaped() -> None:
    """A note that the intake has put there already is not repeated."""
    notebook = _notebook()
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("Known note."))
    fill_cells(notebook, _report(1.0, notes=("Known note.", "<img onerror=x>")), "en")
    assert "&lt;img onerror=x&gt;" in notebook.cells[0].source and "Known" not in notebook.cells[0].source
