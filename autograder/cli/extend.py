"""``autograder extend``: more time for one student."""

from __future__ import annotations

import re

import click

from autograder.cli.say import say


@click.command()
@click.argument("student", required=False)
@click.argument("assignment_id", required=False, metavar="[ID]")
@click.option("--until", metavar="TIME", help="The new due date, in the course's time zone unless it names another.")
@click.option("--remove", is_flag=True, help="Take the extension back.")
def command(student: str | None, assignment_id: str | None, until: str | None, remove: bool) -> None:
    """Give STUDENT more time for the assignment ID; run it in the course.

    Without --until it prints the extensions that there are.  They stand in `extensions.toml`, which you may edit
    as well.

    \b
    Example:
      autograder extend kim activations --until "2026-11-27 23:59"
    """
    from autograder.errors import UsageError
    from autograder.ids import normal_id
    from autograder.late import read_extensions
    from autograder.nbgrader_plugs.late import grant
    from autograder.times import read_time, shown
    from autograder.workspace import find_course

    workspace = find_course("extend")
    course = workspace.course()
    if until is not None and remove:
        raise UsageError("wanted --until or --remove, got both")
    if until is not None or remove:
        if student is None or assignment_id is None:
            raise UsageError("wanted a student and an assignment, as in: autograder extend kim activations --until ...")
        if until is not None and re.fullmatch(r"\s*[\d-]+\s*", until):
            raise UsageError(f"--until: wanted a date and a time, such as '{until.strip()} 23:59', got {until!r}")
        try:
            time = read_time(until, course.zone) if until is not None else None
        except ValueError as error:
            raise UsageError(f"--until: {error}") from None
        changes = grant(workspace, normal_id(student), assignment_id, time)
        said = f"has until {shown(time, course.zone)}" if time else "has no extension"
        say(f"{student} {said} for {assignment_id}")
        for line in changes:
            say(f"  {line}")
        return
    rows = sorted(read_extensions(workspace.folder.extensions, course).items())
    chosen = [row for row in rows if student in (None, row[0][0]) and assignment_id in (None, row[0][1])]
    for (who, what), time in chosen:
        say(f"{who} has until {shown(time, course.zone)} for {what}")
    if not chosen:
        say("no extensions")
