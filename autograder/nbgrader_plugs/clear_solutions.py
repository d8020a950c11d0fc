"""The one place where the release differs from nbgrader's: cells without marks are handed out unchanged."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

from autograder.nbgrader_plugs.settings import Resources

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"  # nbgrader's own marks


class ClearMarkedSolutions(ClearSolutions):  # type: ignore[misc]  # nbgrader has no type hints
    """nbgrader's ``ClearSolutions``, except that it leaves cells without marks alone.

    nbgrader empties a solution cell without ``### BEGIN SOLUTION``; here the cell for the students' own
    imports and forms to fill in keep their content.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Replaces the marked regions by stubs."""
        if BEGIN not in cell.source:
            return cell, resources
        cleared: tuple[NotebookNode, Resources] = super().preprocess_cell(cell, resources, cell_index)
        return cleared
