"""``autograder upgrade``: a course of an earlier version."""

from __future__ import annotations

import click

from autograder.cli.say import say


@click.command()
@click.option(
    "--timezone", metavar="NAME", help="Time zone of a course that does not say its own; by default this machine's."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def command(timezone: str | None, dry_run: bool) -> None:
    """Bring the course in the current folder, made by an earlier version, up to this one.

    Grades, marks and submissions are not touched.  What is written over is copied to .autograder/backups/ first.

    \b
    Example:
      autograder upgrade --timezone Asia/Seoul
    """
    from autograder.authoring.upgrade import upgrade, upgrade_steps
    from autograder.times import system_zone
    from autograder.workspace import find_course

    workspace = find_course("upgrade")
    zone = timezone or system_zone()
    steps, backup = (upgrade_steps(workspace, zone), None) if dry_run else upgrade(workspace, zone)
    for step in steps:
        say(f"  {step.line}")
    if not steps:
        say("the course is up to date")
    elif backup:
        say(f"copies of what was there before: {backup}")
