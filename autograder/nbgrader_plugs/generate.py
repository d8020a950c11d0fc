"""Runs nbgrader's own ``generate_assignment`` on a course folder, in this process."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import nbgrader
from alembic.script import ScriptDirectory
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.intake.definitions import TEXT_STUB
from autograder.nbgrader_plugs.brackets import mend_globs
from autograder.nbgrader_plugs.settings import LoggedLines, load_config, quiet_logger

CODE_STUB = {
    "en": "# YOUR CODE HERE\nraise NotImplementedError()",
    "ko": "# 여기에 코드를 작성하세요\nraise NotImplementedError()",
}
_PREPROCESSORS = (
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "autograder.nbgrader_plugs.clear_solutions.ClearMarkedSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
)


def release_config(language: str) -> Config:
    """The part of nbgrader's configuration that a release needs; ``init`` writes the same into a course."""
    config = Config()
    config.GenerateAssignment.preprocessors = list(_PREPROCESSORS)
    config.ClearMarkedSolutions.code_stub = {"python": CODE_STUB[language]}
    config.ClearMarkedSolutions.text_stub = TEXT_STUB[language]
    return config


def generate(course_dir: Path, assignment_ids: tuple[str, ...], language: str) -> None:
    """Makes ``release/`` from ``source/`` for these assignments, and records their cells in the gradebook.

    Raises:
        UsageError: nbgrader refused; the message holds what it logged.
    """
    config = release_config(language)
    if CourseFolder(course_dir).nbgrader_config.is_file():  # missing while a checkout's release is built
        config.merge(load_config(course_dir))
    records = LoggedLines()
    logger = quiet_logger(records)
    prepare_gradebook(CourseFolder(course_dir).gradebook)
    mend_globs()
    try:
        for assignment_id in assignment_ids:
            directory = CourseDirectory(config=config, root=str(course_dir.resolve()), assignment_id=assignment_id)
            GenerateAssignment(coursedir=directory, config=config, log=logger, force=True).start()
    except NbGraderException:
        raise UsageError(f"nbgrader could not generate {assignment_id}:\n{records.text()}") from None


def prepare_gradebook(path: Path) -> None:
    """Writes the schema's version into a new gradebook, as nbgrader would.

    nbgrader runs the command ``alembic`` for this, which takes longer than everything else here and fails
    where the virtual environment is not on ``PATH``.
    """
    if path.exists():
        return
    head = ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic")).get_current_head()
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (head,))
