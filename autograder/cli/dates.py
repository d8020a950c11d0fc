"""Dates, extensions and the late policy on their way to the gradebook: grades that change with them are asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from autograder.cli.say import say

if TYPE_CHECKING:
    from autograder.workspace import Workspace


def carry(workspace: Workspace, not_done: str, *, yes: bool, dry_run: bool = False) -> bool:
    """Carries dates and extensions to the gradebook; whether to go on.

    Args:
        workspace: a course.
        not_done: what becomes of it without a yes, such as "nothing was graded".
        yes: write other grades without asking.
        dry_run: only show them.

    Returns:
        False where grades would change, and nobody said yes.

    Raises:
        UsageError: one of the course's files is faulty.
        EnvironmentFault: the gradebook stayed locked.
    """
    from autograder.nbgrader_plugs.late import carry_dates, changes_to_carry

    changes = changes_to_carry(workspace)
    if changes:
        say("other points off for lateness, by the course's dates and late policy:", err=True)
        for line in changes:
            say(f"  {line}", err=True)
    if dry_run:
        return True
    if changes and not yes:
        asked = sys.stdin.isatty()
        if not asked or not click.confirm(f"{len(changes)} grades change. Write them?", default=False, err=True):
            line = f"  NOT WRITTEN, and {not_done}. To write them: the same with --yes"
            say(line, fg="yellow", err=True)
            return False
    for line in carry_dates(workspace):
        if line not in changes:
            say(f"  {line}", err=True)
    return True
