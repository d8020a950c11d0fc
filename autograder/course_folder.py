"""The paths of a course: every one is defined here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.config import COURSE_SETTINGS

COURSE_FILE = "autograder.toml"
STATE_FOLDER = ".autograder"


@dataclass(frozen=True)
class CourseFolder:
    """The paths of a course: nbgrader's folders and files, and the package's own."""

    root: Path

    @property
    def settings(self) -> Path:
        """Which checkout the course points to, its language and its profile."""
        return self.root / COURSE_FILE

    @property
    def course_settings(self) -> Path:
        """The course's own ``course.toml``: time zone, dates, late policy."""
        return self.root / COURSE_SETTINGS

    @property
    def extensions(self) -> Path:
        """Which students have more time; see ``late``."""
        return self.root / "extensions.toml"

    @property
    def secret(self) -> Path:
        """Seeds the hidden inputs and the hidden images."""
        return self.root / "secret"

    @property
    def roster(self) -> Path:
        """The class list: ids, names, and what the learning systems call each student."""
        return self.root / "roster.csv"

    @property
    def unlisted(self) -> Path:
        """Ids with work that no roster had when they were first seen."""
        return self.state / "unlisted.json"

    @property
    def nbgrader_config(self) -> Path:
        """nbgrader's configuration."""
        return self.root / "nbgrader_config.py"

    @property
    def student_config(self) -> Path:
        """The configuration that students copy."""
        return self.root / "nbgrader_config_student.py"

    @property
    def gradebook(self) -> Path:
        """nbgrader's database."""
        return self.root / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        """The gradebook's address, in nbgrader's form."""
        return f"sqlite:///{self.gradebook.resolve()}"

    @property
    def state(self) -> Path:
        """The package's own files: data sets, reports, views of packages."""
        return self.root / STATE_FOLDER

    @property
    def nbgrader_cache(self) -> Path:
        """nbgrader's own cache for the exchange."""
        return self.state / "nbgrader_cache"

    @property
    def exchange(self) -> Path:
        """Where students on the same server fetch and submit."""
        return self.root / "exchange"

    @property
    def source(self) -> Path:
        """Assignments with their solutions."""
        return self.root / "source"

    @property
    def release(self) -> Path:
        """Assignments as students receive them."""
        return self.root / "release"

    @property
    def submitted(self) -> Path:
        """Collected submissions: ``<student>/<assignment>/``."""
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        """Notebooks with scores: ``<student>/<assignment>/``."""
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        """Pages for students: ``<student>/<assignment>/``."""
        return self.root / "feedback"

    @property
    def private(self) -> tuple[Path, ...]:
        """Folders with solutions or personal data, for their owner alone."""
        return (self.source, self.release, self.submitted, self.autograded, self.feedback, self.state)

    def submission(self, student: str, assignment_id: str) -> Path:
        """A student's collected folder for an assignment."""
        return self.submitted / student / assignment_id

    def graded_notebook(self, student: str, assignment_id: str) -> Path:
        """A student's notebook with scores; the file may be missing."""
        return self.autograded / student / assignment_id / f"{assignment_id}.ipynb"

    def feedback_page(self, student: str, assignment_id: str) -> Path:
        """A student's page; the file may be missing."""
        return self.feedback / student / assignment_id / f"{assignment_id}.html"

    def released_notebook(self, assignment_id: str) -> Path:
        """The path of the notebook that students receive; the file may be missing."""
        return self.release / assignment_id / f"{assignment_id}.ipynb"
