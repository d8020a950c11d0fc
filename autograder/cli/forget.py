"""``autograder forget``: deletes what a course keeps about a student."""

from __future__ import annotations

import click

from autograder.cli.say import say


@click.command()
@click.argument("student")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(student: str, yes: bool) -> None:
    """Delete a student's submissions, reports, feedback, and their line in the gradebook.

    Run it in a course.  Answers in the survey's pool stay: they carry no names, so nobody can tell
    whose they were.

    \b
    Example:
      autograder forget ana --yes
    """
    from autograder.nbgrader_plugs.forget import forget_student, traces_of
    from autograder.workspace import find_course

    workspace = find_course("forget")
    traces = traces_of(workspace.root, student)
    for folder in traces:
        say(folder)
    question = f"Delete these folders, the reports and the gradebook's line of {student!r}?"
    if not yes and not click.confirm(question):
        say("nothing was deleted")
        return
    reports = forget_student(workspace, student)
    say(f"deleted {len(traces)} folders and {reports} reports; {student!r} is gone from the gradebook")
