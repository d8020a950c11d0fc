"""Gives nbgrader a notebook that it can read, whatever a student handed in.

Theory of operation: nbgrader parses a notebook before any preprocessor runs, and its preprocessors trust
the cells' metadata (a number for a ``grade_id``, a duplicated or a deleted locked cell raise, and the
submission stays ungraded).  ``SalvageExporter`` stands where nbgrader opens the file.  It rebuilds the
notebook on the released master copy: marked cells get the master's type, points, lock and checksum, with
the student's text where students write; what else they added stays as plain cells; deleted cells come
back; a file that cannot be read becomes the master copy under a message.  Outputs and HTML of the
student's do not come along: nbgrader's pages would show them to a TA as they are.
"""

from __future__ import annotations

import copy
import datetime
import re
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from traitlets import Unicode

from autograder.errors import SubmissionError, UsageError
from autograder.intake.files import Cell, read_cells, read_text, shown
from autograder.intake.messages import say
from autograder.intake.submission import find_file

_TAG = re.compile(r"<(?=[A-Za-z/!?])")


class SalvageExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert is untyped to us
    """For ``c.Autograde.exporter_class``: an nbconvert exporter that never fails on a broken notebook."""

    language = Unicode("en", help="Language of the messages to students: en or ko").tag(config=True)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Reads and converts a notebook as ``Exporter.from_filename`` does, but for its faults.

        Raises:
            UsageError: the course has no released copy of this notebook.
        """
        path = Path(filename)
        exporter: Any = self  # nbconvert has no type hints for these two
        resources = exporter._init_resources(resources)
        notebook = salvage(path, self._master(path, resources), self.language)
        modified = path.stat().st_mtime if path.is_file() else 0.0
        day = datetime.datetime.fromtimestamp(modified, tz=datetime.UTC)
        resources["metadata"] = dict(resources["metadata"]) | {
            "name": path.stem,
            "path": str(path.parent),
            "modified_date": f"{day:%B} {day.day}, {day.year}",
        }
        converted: tuple[NotebookNode, dict[str, Any]] = exporter.from_notebook_node(
            notebook, resources=resources, **kw
        )
        return converted

    def _master(self, path: Path, resources: dict[str, Any]) -> NotebookNode:
        course: Any = self.parent.coursedir  # the converter, which made this exporter
        folder = course.format_path(course.release_directory, ".", resources["nbgrader"]["assignment"])
        master = Path(folder) / path.name
        if not master.is_file():
            raise UsageError(f"{master} is missing: run `autograder release` in the course, then grade again")
        notebook: NotebookNode = nbformat.read(master, as_version=4)
        return notebook


def salvage(path: Path, master: NotebookNode, language: str = "en") -> NotebookNode:
    """A submitted notebook rebuilt on the master copy.

    Args:
        path: of the submitted notebook; where it is missing, the one other notebook or ``.py`` file
            of its folder stands in.
        master: the released notebook.
        language: of the messages, ``en`` or ``ko``.
    """
    notes: list[str] = []
    try:
        if path.parent.is_symlink():
            raise SubmissionError(say("no_file", language, name=shown(path.parent.name)))
        file = path if path.is_symlink() or path.exists() else find_file(path.parent, path.stem, language, notes)
        cells = [Cell("code", read_text(file, language))] if file.suffix == ".py" else read_cells(file, language)
        notebook = rebuild(cells, master, language)
    except SubmissionError as error:
        notebook = copy.deepcopy(master)
        notes = [say("salvaged", language, why=error)]
    if notes:
        notebook.cells.insert(0, _plain(Cell("markdown", "\n\n".join(notes)), "intake-note"))
    return notebook


def rebuild(cells: list[Cell], master: NotebookNode, language: str = "en") -> NotebookNode:
    """The submission's cells with the master's marks; every marked cell of the master occurs once."""
    marked = {grade_id: cell for cell in master.cells if (grade_id := _grade_id(cell))}
    given = frozenset(line for cell in master.cells if cell.cell_type == "markdown" for line in cell.source.split("\n"))
    rebuilt: list[NotebookNode] = []
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        if cell.grade_id in marked and cell.grade_id not in seen:
            seen.add(cell.grade_id)
            rebuilt.append(_filled(marked[cell.grade_id], cell, given))
        else:
            rebuilt.append(_plain(cell, f"submitted-{number}", given))
    _restore_missing(rebuilt, marked, seen, language)
    notebook = copy.deepcopy(master)
    notebook.cells = rebuilt
    return notebook


def _restore_missing(
    rebuilt: list[NotebookNode], marked: dict[str, NotebookNode], seen: set[str], language: str
) -> None:
    """Puts each deleted cell behind the one that it follows in the master."""
    previous = ""
    for grade_id, cell in marked.items():
        if grade_id not in seen:
            where = next((n for n, other in enumerate(rebuilt) if previous and _grade_id(other) == previous), -1)
            restored = copy.deepcopy(cell)
            if cell.cell_type == "code" and _is_students(cell):
                restored.source = f"# {say('restored', language)}\n{cell.source}"
            rebuilt.insert(where + 1, restored)
        previous = grade_id


def _filled(master_cell: NotebookNode, cell: Cell, given: frozenset[str]) -> NotebookNode:
    filled = copy.deepcopy(master_cell)
    if _is_students(master_cell):
        filled.source = cell.source
        if filled.cell_type == "markdown":
            filled.source = _without_html(cell.source, given)
            if cell.attachments:
                filled.attachments = cell.attachments
    return filled


def _plain(cell: Cell, cell_id: str, given: frozenset[str] = frozenset()) -> NotebookNode:
    if cell.kind != "markdown":  # a raw cell would go into nbgrader's pages as HTML
        code: Any = nbformat.v4.new_code_cell
        new: NotebookNode = code(cell.source, id=cell_id)
        return new
    text: Any = nbformat.v4.new_markdown_cell
    plain: NotebookNode = text(_without_html(cell.source, given), id=cell_id)
    if cell.attachments:
        plain.attachments = cell.attachments
    return plain


def _without_html(markdown: str, given: frozenset[str]) -> str:
    """A student's Markdown with HTML tags made harmless; the master's own lines keep theirs.

    A script in a written answer would run in the TA's browser, inside the formgrader, and could set marks.
    """
    return "\n".join(line if line in given else _TAG.sub("&lt;", line) for line in markdown.split("\n"))


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_students(cell: NotebookNode) -> bool:
    """Whether students write in this cell."""
    return bool(cell.metadata.nbgrader.get("solution"))
