"""Puts feedback pages into nbgrader's exchange, for those who handed in through it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from autograder.errors import UsageError
from autograder.files import replacing
from autograder.intake.receipt import read_secret
from autograder.nbgrader_plugs.feedback import page_students
from autograder.nbgrader_plugs.settings import LoggedLines, load_config, quiet_logger
from autograder.workspace import Workspace


class CarefulReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.ExchangeFactory.release_feedback``.

    nbgrader's own stops at the first student without a secret, who handed in by another way.
    """

    students: tuple[str, ...] | None = None
    """Whose pages; by default those that nbgrader's options name."""

    def copy_files(self) -> None:
        """Copies every page under the name that only its student can find out."""
        course, assignment_id = Path(self.coursedir.root), self.coursedir.assignment_id
        self.released: list[str] = []
        self.elsewhere: list[str] = []
        for student in filter(self._is_wanted, page_students(course, assignment_id)):
            folder = Path(self.coursedir.format_path(self.coursedir.feedback_directory, student, assignment_id))
            secret = read_secret(folder)
            for page in sorted(folder.glob("*.html")) if secret else ():
                name = notebook_hash(secret=secret, notebook_id=page.stem)
                with replacing(Path(self.dest_path, f"{name}.html")) as stream:
                    stream.write(page.read_bytes())
            (self.released if secret else self.elsewhere).append(student)
        self.log.info("Released %d pages", len(self.released))
        if self.elsewhere:
            names = ", ".join(self.elsewhere)
            self.log.warning("Not through the exchange, so their pages stay in feedback/: %s", names)

    def _is_wanted(self, student: str) -> bool:
        if self.students is not None:
            return student in self.students
        excluded = self.coursedir.student_id_exclude.split(",")
        return student not in excluded and self.coursedir.student_id in ("*", "", student)


def release_pages(workspace: Workspace, assignment_id: str, students: Sequence[str]) -> tuple[list[str], list[str]]:
    """Puts the pages of these students into the exchange.

    Returns:
        Whose pages are there, and who did not hand in through the exchange.

    Raises:
        UsageError: the exchange cannot be used; the message is nbgrader's.
    """
    config, logged = load_config(workspace.root), LoggedLines()
    directory = CourseDirectory(config=config, assignment_id=assignment_id)
    exchange = CarefulReleaseFeedback(coursedir=directory, config=config, log=quiet_logger(logged))
    exchange.students = tuple(students)
    try:
        exchange.start()
    except ExchangeError:
        raise UsageError(f"the pages could not be released: {logged.text()}") from None
    return exchange.released, exchange.elsewhere
