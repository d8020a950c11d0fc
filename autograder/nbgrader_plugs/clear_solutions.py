"""The one place where the release differs from nbgrader's habits: cells that are handed out as they stand."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"  # nbgrader's own marks


class ClearMarkedSolutions(ClearSolutions):  # type: ignore[misc]  # nbgrader has no type hints
    """nbgrader's ``ClearSolutions``, but for cells without marks.

    nbgrader empties a solution cell without ``### BEGIN SOLUTION`` altogether; the cell for the students'
    own imports and a form to fill in are given with their content.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], cell_index: int) -> Any:
        """Replaces the marked regions by stubs."""
        if BEGIN not in cell.source:
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)
