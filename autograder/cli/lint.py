"""``autograder lint``: what is wrong with assignments and settings."""

from __future__ import annotations

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.say import say


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--training", is_flag=True, help="Also run the training items on the reference solution (minutes).")
def command(ids: tuple[str, ...], training: bool) -> int:
    """Say what is wrong with the assignments ID... (by default all) and with the course's settings.

    The reference solution is graded, too, and has to earn everything.  Exit code 1 when grades would be wrong.
    `release` and `batch` look for the same and refuse to go on.

    \b
    Example:
      autograder lint activations
    """
    from autograder.authoring.lint import lint, lint_course
    from autograder.batch.reference import lint_reference
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    ids = ids or workspace.course().assignments
    findings = lint_course(workspace)
    for assignment_id in ids:
        found = lint(workspace, assignment_id)
        if not any(finding.serious for finding in found):  # else the tests could not be run, or would mislead
            found += lint_reference(workspace, assignment_id, training=training)
        findings += found
    for finding in findings:
        kind, colour = ("error", "red") if finding.serious else ("look at", "yellow")
        say(finding, label=kind, fg=colour)
    serious = sum(finding.serious for finding in findings)
    say(f"{', '.join(ids)}: {serious} errors, {len(findings) - serious} to look at", err=True)
    return ExitCode.NOT_REACHED if serious else ExitCode.OK
