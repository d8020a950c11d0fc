"""nbgrader's configuration of a course, and a logger that keeps it quiet."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course_folder import CourseFolder
from autograder.errors import UsageError

Resources = dict[str, Any]
"""What nbconvert hands from one step of a conversion to the next; nbgrader puts names into ``["nbgrader"]``."""


def load_config(course_dir: Path) -> Config:
    """Runs the course's ``nbgrader_config.py``, the instructor's own Python, and returns what it configures.

    Raises:
        UsageError: there is none.
    """
    path = CourseFolder(course_dir).nbgrader_config
    if not path.is_file():
        raise UsageError(f"{course_dir} is not a course: it has no {path.name} (make a course with `autograder init`)")
    try:
        config: Config = PyFileConfigLoader(path.name, path=str(course_dir.resolve())).load_config()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "autograder":
            raise
        raise UsageError(f"{path} was made by an earlier version: run `autograder upgrade` in the course") from None
    return config


def quiet_logger(handler: logging.Handler | None = None) -> logging.Logger:
    """A logger for nbgrader's applications, which log several lines for each file: only ``handler`` gets them."""
    logger = logging.Logger("autograder.nbgrader")
    logger.addHandler(handler or logging.NullHandler())
    return logger


class LoggedLines(logging.Handler):
    """Keeps nbgrader's warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a line."""
        self.lines.append(record.getMessage())

    def text(self) -> str:
        """The last lines."""
        return "\n".join(self.lines[-20:])
