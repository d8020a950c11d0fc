"""Intake: a student's files become a ``model.Submission``, or a clean notebook for nbgrader.

Nothing here executes, imports or unpickles anything of a submission.
"""

from __future__ import annotations

from autograder.intake.submission import read_collected, read_submission

__all__ = ["read_collected", "read_submission"]
