"""``autograder lint``: what is wrong with assignments and settings."""

from __future__ import annotations

import click

from autograder.cli.exit_codes import ExitCode


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
def command(ids: tuple[str, ...]) -> int:
    """Say what is wrong with the assignments ID... (by default all) and with the course's settings.

    Exit code 1 when grades would be wrong.  `release` and `batch` look for the same and refuse to go on.

    \b
    Example:
      autograder lint activations
    """
    from autograder.authoring.lint import lint, lint_course
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    ids = ids or workspace.course().assignments
    findings = [*lint_course(workspace), *(finding for id_ in ids for finding in lint(workspace, id_))]
    for finding in findings:
        kind, colour = ("error", "red") if finding.serious else ("look at", "yellow")
        click.echo(f"{click.style(kind, fg=colour)} {finding}")
    serious = sum(finding.serious for finding in findings)
    click.echo(f"{', '.join(ids)}: {serious} errors, {len(findings) - serious} to look at", err=True)
    return ExitCode.NOT_REACHED if serious else ExitCode.OK
