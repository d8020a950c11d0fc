"""``autograder status``: what waits for a person in a course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from autograder.cli.say import say, say_json
from autograder.text import printable, shortened

if TYPE_CHECKING:
    from autograder.batch.waiting import Waiting

MAX_SHOWN_STUDENTS = 8  # of a line; --json has all of them
MAX_SHOWN_CHARACTERS = 300  # of what is said about them


@click.command()
@click.argument("assignment_ids", nargs=-1, metavar="[ID]...")
@click.option("--json", "as_json", is_flag=True, help="A list of records as JSON on standard output.")
@click.option(
    "--done", multiple=True, metavar="STUDENT", help="Somebody has looked into this student's work (may be repeated)."
)
def command(assignment_ids: tuple[str, ...], as_json: bool, done: tuple[str, ...]) -> int:
    """Say what waits for a person: of the assignments ID..., or of all.

    Work that was not collected, graded or read, flags, grades that wait for a decision, answers without a mark, late
    and identical work, old feedback; each with the next command.  With --done, the flags of a student's work, and that
    it is late, identical, empty or unreadable, are not said again until something of it changes.  Exit code 0, whether
    something waits or not.

    \b
    Example:
      autograder status activations
    """
    from dataclasses import asdict

    from autograder.batch.status import check_ids, settle, waiting_for
    from autograder.errors import UsageError
    from autograder.ids import normal_id
    from autograder.workspace import find_course

    workspace = find_course("status")
    check_ids(workspace, assignment_ids)
    if done and not assignment_ids:
        raise UsageError("--done wants an assignment, as in: autograder status activations --done kim")
    for assignment_id in assignment_ids if done else ():
        settle(workspace, assignment_id, tuple(map(normal_id, done)))
    found = waiting_for(workspace, assignment_ids)
    if as_json:
        say_json([asdict(waiting) for waiting in found], indent=2)
    elif found:
        show(found)
    else:
        say("nothing waits")
    return 0


def show(found: Sequence[Waiting], *, err: bool = False) -> None:
    """One line for each, and the next command below it."""
    for waiting in found:
        names = ", ".join(waiting.students[:MAX_SHOWN_STUDENTS])
        more = len(waiting.students) - MAX_SHOWN_STUDENTS
        who = f" {names}{f' and {more} more' if more > 0 else ''}:" if names else ""
        what = shortened(printable(waiting.what, instead=" "), MAX_SHOWN_CHARACTERS)
        say(printable(f"{waiting.assignment}: {waiting.kind}:{who} {what}"), err=err)
        say(printable(f"    {waiting.next}"), err=err)
