"""Gives nbgrader a notebook that it can read, for any file that a student handed in.

Theory of operation: nbgrader parses a notebook before any preprocessor runs, and its preprocessors trust
the cells' metadata (a number for a ``grade_id``, a duplicated or a deleted locked cell raise, and the
submission stays ungraded).  nbgrader calls ``SalvageExporter`` to open the file.  It rebuilds the notebook
on the released master copy: marked cells get the master's type, points, lock and checksum, with the
student's text where students write; other cells that they added stay as plain cells; deleted cells come
back; a file that cannot be read becomes the master copy under a message.  The student's outputs are
dropped, and their Markdown is made harmless (``markdown.py``): nbgrader's pages would show both to a TA
unchanged.
"""

from __future__ import annotations

import copy
import datetime
import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from traitlets import Unicode

from autograder.errors import SubmissionError, UsageError
from autograder.intake.files import Cell
from autograder.intake.master import Master
from autograder.intake.matching import Matched
from autograder.intake.messages import say
from autograder.intake.names import shown
from autograder.intake.work import read_work
from autograder.nbgrader_plugs.markdown import Released, plain_text
from autograder.nbgrader_plugs.page_limits import Page
from autograder.nbgrader_plugs.settings import Resources


class SalvageExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert is untyped to us
    """For ``c.Autograde.exporter_class``: an nbconvert exporter that never fails on a broken notebook."""

    language = Unicode("en", help="Language of the messages to students: en or ko").tag(config=True)

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: Any
    ) -> tuple[NotebookNode, Resources]:
        """Reads and converts a notebook as ``Exporter.from_filename`` does, but accepts any file.

        Raises:
            UsageError: the course has no released copy of this notebook.
        """
        path = Path(filename)
        exporter: Any = self  # nbconvert has no type hints for these
        if not getattr(self.parent, "_sanitizing", True):  # nbgrader reads its copy again, which this method made
            again: tuple[NotebookNode, Resources] = super().from_filename(filename, resources=resources, **kw)
            return again
        resources = exporter._init_resources(resources)
        notebook = salvage(path, self._master(path, resources), self.language)
        day = _modified(path)
        resources["metadata"] = dict(resources["metadata"]) | {
            "name": path.stem,
            "path": str(path.parent),
            "modified_date": f"{day:%B} {day.day}, {day.year}",
        }
        converted: tuple[NotebookNode, Resources] = exporter.from_notebook_node(notebook, resources=resources, **kw)
        return converted

    def _master(self, path: Path, resources: Resources) -> NotebookNode:
        course: Any = self.parent.coursedir  # the converter, which made this exporter
        folder = course.format_path(course.release_directory, ".", resources["nbgrader"]["assignment"])
        master = Path(folder) / path.name
        if not master.is_file():
            raise UsageError(f"{master} is missing: run `autograder release` in the course, then grade again")
        notebook: NotebookNode = nbformat.read(master, as_version=4)
        return notebook


def _modified(path: Path) -> datetime.datetime:
    """When the file was changed; 1970 if there is no file or its year does not have four digits."""
    try:
        return datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC)
    except (OSError, OverflowError, ValueError):
        return datetime.datetime.fromtimestamp(0, tz=datetime.UTC)


def salvage(path: Path, master: NotebookNode, language: str = "en") -> NotebookNode:
    """A submitted notebook rebuilt on the master copy.

    Args:
        path: of the submitted notebook; if it is missing, the one other notebook or ``.py`` file
            of its folder is used.
        master: the released notebook.
        language: of the messages, ``en`` or ``ko``.
    """
    try:
        if os.path.islink(path.parent):  # unlike the methods of Path, these never raise
            raise SubmissionError(say("no_file", language, name=shown(path.parent.name)))
        work = read_work(path.parent, path.stem, _as_master(master), language)
        notebook, notes = rebuild(work.matched, master, language), list(work.notes)
    except SubmissionError as error:
        notebook = copy.deepcopy(master)
        notes = [say("salvaged", language, why=error)]
    if notes:
        above: Any = nbformat.v4.new_markdown_cell(plain_text("\n\n".join(notes)), id="intake-note")
        notebook.cells.insert(0, above)
    return notebook


def _as_master(notebook: NotebookNode) -> Master:
    """The released notebook, as the engine's side reads it."""
    return Master(
        tuple(
            Cell(c.cell_type, c.source, _grade_id(c), nbgrader=dict(c.metadata.get("nbgrader", {})))
            for c in notebook.cells
        )
    )


def rebuild(matched: Matched, master: NotebookNode, language: str = "en") -> NotebookNode:
    """The submission's cells with the master's marks; every marked cell of the master occurs once.

    Args:
        matched: the submission's cells; a marked one shows the code that is graded.
        master: the released notebook.
        language: of the messages, ``en`` or ``ko``.
    """
    marked = {grade_id: cell for cell in master.cells if (grade_id := _grade_id(cell))}
    page = Page(Released.of(master), language)
    rebuilt: list[NotebookNode] = []
    seen: set[str] = set()
    for number, cell in enumerate(matched.cells):
        if cell is None:
            continue
        if cell.grade_id in marked and cell.grade_id not in seen and cell.grade_id not in matched.moved:
            seen.add(cell.grade_id)
            rebuilt.append(_filled(marked[cell.grade_id], cell, page))
        else:
            rebuilt.append(_plain(cell, f"submitted-{number}", page))
    _restore_missing(rebuilt, marked, seen, matched.moved, language)
    notebook = copy.deepcopy(master)
    notebook.cells = rebuilt
    return notebook


def _restore_missing(
    rebuilt: list[NotebookNode], marked: dict[str, NotebookNode], seen: set[str], moved: dict[str, str], language: str
) -> None:
    """Puts each deleted cell after the cell that it follows in the master."""
    previous = ""
    for grade_id, cell in marked.items():
        if grade_id not in seen:
            where = next((n for n, other in enumerate(rebuilt) if previous and _grade_id(other) == previous), -1)
            restored = copy.deepcopy(cell)
            if grade_id in moved:
                restored.source = f"# {say('moved', language, name=grade_id, where=moved[grade_id])}"
            elif cell.cell_type == "code" and _is_students(cell):
                restored.source = f"# {say('restored', language)}\n{cell.source}"
            rebuilt.insert(where + 1, restored)
        previous = grade_id


def _filled(master_cell: NotebookNode, cell: Cell, page: Page) -> NotebookNode:
    filled = copy.deepcopy(master_cell)
    if not _is_students(master_cell):
        return filled
    if filled.cell_type == "markdown":
        _fill_in_text(filled, cell, page)
    else:
        filled.source = page.code(cell.source)
    return filled


def _plain(cell: Cell, cell_id: str, page: Page) -> NotebookNode:
    new: Any = nbformat.v4  # nbformat has no type hints for these two
    if cell.kind != "markdown":  # a raw cell would go into nbgrader's pages as HTML
        code: NotebookNode = new.new_code_cell(page.code(cell.source), id=cell_id)
        return code
    text: NotebookNode = new.new_markdown_cell(id=cell_id)
    _fill_in_text(text, cell, page)
    return text


def _fill_in_text(new: NotebookNode, cell: Cell, page: Page) -> None:
    pictures = page.pictures(cell)
    new.source = page.markdown(cell.source, pictures)
    if pictures:
        new.attachments = pictures


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_students(cell: NotebookNode) -> bool:
    """Whether students write in this cell."""
    return bool(cell.metadata.nbgrader.get("solution"))
