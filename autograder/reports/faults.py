"""Why a submission stayed ungraded: remembered until it is recorded, so that ``autograder status`` can say it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.reports.per_student import PerStudent
from autograder.workspace import Workspace


@dataclass(frozen=True)
class Fault:
    """A fault of the grader with one submission."""

    why: str


def faults_of(workspace: Workspace) -> PerStudent[Fault]:
    """The faults of a course."""
    return PerStudent(workspace.faults_dir, Fault)
