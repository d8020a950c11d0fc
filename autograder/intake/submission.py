"""Reads a notebook, a ``.py`` file or a submission folder as a ``model.Submission``.

Only the cells whose ``grade_id`` begins with ``solution-`` are taken, in the order of the master copy.
A bad file never raises: it gives a submission without chunks and a note for the student.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from autograder.config import Assignment
from autograder.errors import SubmissionError
from autograder.intake.files import Cell, read_cells, read_text
from autograder.intake.magics import without_magics
from autograder.intake.messages import say
from autograder.intake.names import MAX_NAME_CHARACTERS, shown
from autograder.intake.receipt import submitted_at
from autograder.model import Chunk, Submission
from autograder.workspace import CourseFolder

SOLUTION_PREFIX = "solution-"
MAX_SOURCE_BYTES = 2 * 2**20
MAX_NOTES = 20
MAX_FOLDER_ENTRIES = 10_000
_DEFINITION = re.compile(r"^def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
_SELF_CHECK = re.compile(r"(from autograder import check|import autograder|(autograder\.)?check\(.*\))?\s*(#.*)?")


def read_submission(
    path: Path,
    master: Path | None,
    assignment: Assignment,
    *,
    language: str = "en",
    label: str | None = None,
) -> Submission:
    """Reads what a student handed in, without executing anything of it.

    Args:
        path: a notebook, a ``.py`` file, or a folder that holds ``<assignment.id>.ipynb`` (or else one
            other notebook or ``.py`` file).  Links are not followed.
        master: the released notebook; it gives the expected cells and their order.  Without it, the
            order is the submission's own.
        assignment: what is graded.
        language: of the notes, ``en`` or ``ko``.
        label: of the submission; the path as given by default.

    Returns:
        The submission.  If the file cannot be used, it has no chunks and a note that says why.
    """
    notes: list[str] = []
    unreadable = False
    try:
        file = find_file(path, assignment.id, language, notes)
        if file.suffix == ".py":
            chunks = [_chunk(shown(file.name), read_text(file, language), language, notes)]
        else:
            expected = solution_ids(master) if master is not None else None
            cells = read_cells(file, language)
            chunks = _chunks(cells, expected, language, notes)
            _warn_of_code_elsewhere(cells, assignment, language, notes)
        _check_size([chunk.source for chunk in chunks], language)
    except SubmissionError as error:
        notes.append(str(error))
        chunks, unreadable = [], True
    return Submission(str(path) if label is None else label, tuple(chunks), tuple(notes[:MAX_NOTES]), unreadable)


def read_collected(course_dir: Path, student: str, assignment: Assignment, language: str) -> Submission:
    """A student's submission as nbgrader collected it, read the same way by every caller that grades it.

    The batch and nbgrader's preprocessor both call this, because a report's key depends on the
    submission's cells, their order and the notes.
    """
    course = CourseFolder(course_dir)
    master, folder = course.released_notebook(assignment.id), course.submission(student, assignment.id)
    submission = read_submission(folder, master, assignment, language=language, label=student)
    return replace(submission, notes=(*submission.notes, *_notes_on_files(folder, assignment.id, language)))


def _notes_on_files(folder: Path, assignment_id: str, language: str) -> Iterator[str]:
    """What a TA should know about the files themselves.

    A hard link is not a fault: only somebody who may write in ``submitted/`` can have made it, such as a backup or
    a tool that stores equal files once.
    """
    with suppress(SubmissionError, OSError):
        file = find_file(folder, assignment_id, language, [])
        status = file.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
            yield say("hard_link", language, name=shown(file.name))
    if not submitted_at(folder)[1]:
        yield say("no_time", language)


def find_file(path: Path, assignment_id: str, language: str, notes: list[str]) -> Path:
    """The file to read: ``path`` itself, or the one in the folder ``path``.

    Raises:
        SubmissionError: there is none, there are several to choose from, or the folder cannot be read.
    """
    try:
        return _find_file(path, assignment_id, language, notes)
    except OSError as error:  # a folder without read permission, a name that is too long
        raise SubmissionError(say("no_file", language, name=shown(path.name))) from error


def _find_file(path: Path, assignment_id: str, language: str, notes: list[str]) -> Path:
    wanted = path / f"{assignment_id}.ipynb"
    if path.is_symlink() or path.is_file():
        return path  # read_bytes refuses links
    if not path.is_dir():
        raise SubmissionError(say("not_found", language, wanted=wanted.name))
    if wanted.is_symlink() or wanted.exists():
        return wanted
    for suffix in (".ipynb", ".py"):
        found = _files(path, suffix)
        if len(found) == 1:
            notes.append(say("other_name", language, wanted=wanted.name, found=shown(found[0].name)))
            return found[0]
        if found:
            names = shown(", ".join(file.name for file in found))
            raise SubmissionError(say("several", language, wanted=wanted.name, found=names))
    raise SubmissionError(say("not_found", language, wanted=wanted.name))


def solution_ids(master: Path) -> tuple[str, ...]:
    """The ``grade_id`` of every solution cell of the master copy, in order."""
    return tuple(cell.grade_id for cell in read_cells(master) if _is_solution(cell))


def _files(folder: Path, suffix: str) -> list[Path]:
    entries = []
    for number, entry in enumerate(folder.iterdir()):
        if number >= MAX_FOLDER_ENTRIES:
            break
        if entry.suffix == suffix and not entry.name.startswith(".") and not entry.is_symlink() and entry.is_file():
            entries.append(entry)
    return sorted(entries)


def _is_solution(cell: Cell) -> bool:
    return cell.kind == "code" and cell.grade_id.startswith(SOLUTION_PREFIX)


def _chunks(cells: list[Cell], expected: tuple[str, ...] | None, language: str, notes: list[str]) -> list[Chunk]:
    if not any(cell.nbgrader for cell in cells):
        return _unmarked_chunks(cells, language, notes)
    found: dict[str, Cell] = {}
    _check_size([cell.source for cell in filter(_is_solution, cells)], language)
    for cell in filter(_is_solution, cells):
        name = shown(cell.grade_id)
        if expected is not None and cell.grade_id not in expected:
            notes.append(say("unknown", language, name=name))
        elif cell.grade_id in found:
            notes.append(say("duplicate", language, name=name))
        else:
            found[cell.grade_id] = cell
    order = tuple(found) if expected is None else expected
    notes.extend(say("missing", language, name=name) for name in order if name not in found)
    return [_cell_chunk(name, found[name], language, notes) for name in order if name in found]


def _warn_of_code_elsewhere(cells: list[Cell], assignment: Assignment, language: str, notes: list[str]) -> None:
    """Names the functions that are defined in a cell that is not graded instead of in their solution cell."""
    if not any(cell.nbgrader for cell in cells):
        return
    wanted = {name for item in assignment.items for name in item.functions}
    ungraded = (cell.source for cell in cells if cell.kind == "code" and not _is_solution(cell))
    found = {name for source in ungraded for name in _DEFINITION.findall(source) if name in wanted}
    notes.extend(say("elsewhere", language, name=shown(name)) for name in sorted(found))


def _unmarked_chunks(cells: list[Cell], language: str, notes: list[str]) -> list[Chunk]:
    """All code cells of a notebook without marks, except those that only run the self-check."""
    notes.append(say("no_metadata", language))
    _check_size([cell.source for cell in cells if cell.kind == "code"], language)
    code = [cell for cell in cells if cell.kind == "code" and not _is_self_check(cell.source)]
    return [_cell_chunk(f"cell-{number}", cell, language, notes) for number, cell in enumerate(code, start=1)]


def _is_self_check(source: str) -> bool:
    return all(_SELF_CHECK.fullmatch(line.strip()) for line in source.split("\n"))


def _cell_chunk(name: str, cell: Cell, language: str, notes: list[str]) -> Chunk:
    if cell.odd:
        notes.append(say("odd_characters", language, name=shown(name)))
    return _chunk(name, cell.source, language, notes)


def _chunk(name: str, source: str, language: str, notes: list[str]) -> Chunk:
    plain, had_magics = without_magics(source)
    if had_magics:
        notes.append(say("magic", language, name=shown(name)))
    return Chunk(name[:MAX_NAME_CHARACTERS], plain)


def _check_size(sources: list[str], language: str) -> None:
    """Called before anything is parsed, since parsing takes far more time and memory than counting."""
    if sum(len(source.encode("utf-8")) for source in sources) > MAX_SOURCE_BYTES:
        raise SubmissionError(say("too_much_source", language, limit=MAX_SOURCE_BYTES // 1024))
