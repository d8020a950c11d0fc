"""``autograder gradebook``: a course's gradebook as a table."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
def command() -> None:
    """Print the gradebook of the course in the current folder.

    Scores are points after late penalties.  An ungraded submission shows as such, never as 0.

    \b
    Example:
      autograder gradebook
    """
    from rich.console import Console

    from autograder.errors import UsageError
    from autograder.reports.gradebook import gradebook_table
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    if workspace.course_dir is None:
        raise UsageError(
            "`autograder gradebook` wants a course (a folder made by `autograder init`); change to it first"
        )
    Console().print(gradebook_table(Path(workspace.course_dir)))
