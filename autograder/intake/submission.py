"""Reads a notebook, a ``.py`` file or a submission folder as a ``model.Submission``.

Only the student's solution cells are taken, in the order of the master copy (see ``matching``).  A bad file never
raises: it gives a submission without chunks and a note for the student.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from autograder.config import Assignment
from autograder.course_folder import CourseFolder
from autograder.errors import SubmissionError
from autograder.intake.conflicts import has_conflict
from autograder.intake.files import Cell
from autograder.intake.helpers import code_elsewhere
from autograder.intake.magics import without_magics
from autograder.intake.master import read_master
from autograder.intake.matching import check_size
from autograder.intake.messages import say
from autograder.intake.names import MAX_NAME_CHARACTERS, shown
from autograder.intake.receipt import read_receipt
from autograder.intake.work import Work, read_work
from autograder.model import Chunk, Submission

MAX_NOTES = 20


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
        path: a notebook, a ``.py`` file, an archive, or a folder that holds ``<assignment.id>.ipynb`` (or else one
            other notebook or ``.py`` file, see ``work``).  Links are not followed.
        master: the released notebook; it gives the expected cells and their order.  Without it, the
            order is the submission's own.
        assignment: what is graded.
        language: of the notes, ``en`` or ``ko``.
        label: of the submission; the path as given by default.

    Returns:
        The submission.  If the file cannot be used, it has no chunks and a note that says why.
    """
    return _read(path, master, assignment, language, label)[0]


def _read(
    path: Path, master: Path | None, assignment: Assignment, language: str, label: str | None
) -> tuple[Submission, Work | None]:
    label = str(path) if label is None else label
    try:
        work = read_work(path, assignment.id, read_master(master) if master else None, language)
        notes = [*work.notes, *work.matched.notes]
        chunks = tuple(_chunks(work, language, notes))
        check_size([chunk.source for chunk in chunks], language)
    except SubmissionError as error:
        return Submission(label, (), (str(error),), unreadable=True), None
    notes += code_elsewhere(work.matched, assignment, language) if not work.is_program else ()
    return Submission(label, chunks, tuple(notes[:MAX_NOTES])), work


def read_collected(course_dir: Path, student: str, assignment: Assignment, language: str) -> Submission:
    """A student's submission as nbgrader collected it, read the same way by every caller that grades it.

    The batch and nbgrader's preprocessor both call this, because a report's key depends on the
    submission's cells, their order and the notes.
    """
    course = CourseFolder(course_dir)
    master, folder = course.released_notebook(assignment.id), course.submission(student, assignment.id)
    submission, work = _read(folder, master, assignment, language, student)
    about_files = tuple(_notes_on_files(folder, work, language))
    return replace(submission, notes=(*submission.notes[: MAX_NOTES - len(about_files)], *about_files))


def _notes_on_files(folder: Path, work: Work | None, language: str) -> Iterator[str]:
    """What a TA should know about the files themselves.

    A hard link is not a fault: only somebody who may write in ``submitted/`` can have made it, such as a backup or
    a tool that stores equal files once.
    """
    with suppress(OSError):
        status = work.source.path.lstat() if work else None
        if work and status and stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
            yield say("hard_link", language, name=work.name)
    if note := read_receipt(folder, language).note:
        yield note


def _chunks(work: Work, language: str, notes: list[str]) -> Iterator[Chunk]:
    for number, cell in enumerate(work.matched.graded, start=1):
        name = work.name if work.is_program else cell.grade_id or f"cell-{number}"
        yield _cell_chunk(name, cell, language, notes)


def _cell_chunk(name: str, cell: Cell, language: str, notes: list[str]) -> Chunk:
    if cell.odd:
        notes.append(say("odd_characters", language, name=shown(name)))
    return _chunk(name, cell.source, language, notes)


def _chunk(name: str, source: str, language: str, notes: list[str]) -> Chunk:
    plain, had_magics = without_magics(source)
    if had_magics:
        notes.append(say("magic", language, name=shown(name)))
    if has_conflict(source):
        notes.append(say("conflict_in_cell", language, name=shown(name)))
    return Chunk(name[:MAX_NAME_CHARACTERS], plain)
