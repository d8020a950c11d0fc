"""Reads the answers of a course from its submissions, without executing anything."""

from __future__ import annotations

from autograder.intake.submission import read_submission
from autograder.survey.form import Survey, load_survey
from autograder.survey.pool import Pool, pool_answers, read_answers
from autograder.workspace import Workspace

ASSIGNMENT = "survey"


def collect_answers(workspace: Workspace) -> tuple[int, Pool]:
    """The number of a course's submissions, and the pool of their valid forms."""
    assignment = workspace.assignment(ASSIGNMENT)
    folders = sorted(workspace.folder.submitted.glob(f"*/{ASSIGNMENT}"))
    master = workspace.released(ASSIGNMENT)
    submissions = [read_submission(folder, master, assignment) for folder in folders]
    forms = [read_answers(chunk.source for chunk in submission.chunks) for submission in submissions]
    return len(folders), pool_answers(forms, survey_of(workspace))


def survey_of(workspace: Workspace) -> Survey:
    """The course's questions.

    Raises:
        UsageError: ``survey.toml`` is missing or faulty.
    """
    return load_survey(workspace.assignments_dir / ASSIGNMENT / "survey.toml")
