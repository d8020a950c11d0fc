"""``autograder collect``: a class's work from what a learning system gives."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.progress import progress_bar
from autograder.cli.say import say
from autograder.text import printable

if TYPE_CHECKING:
    from autograder.lms.collecting import Collection
    from autograder.workspace import Workspace

MAX_SHOWN_IDS = 12
LARGE_CLASS = 100  # students; fewer are collected before anybody wonders


@click.command("collect")
@click.argument("assignment_id", metavar="ID")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SOURCE...")
@click.option(
    "--from",
    "layout",
    type=click.Choice(["canvas", "moodle", "blackboard", "brightspace", "gradescope", "id"]),
    help="Whose names the files have (LearningX is a canvas, id is <id>/... or <id>_...); by default told by them.",
)
@click.option("--pattern", metavar="REGEX", help="Names of another kind: groups (?P<student>), (?P<time>), (?P<file>).")
@click.option("--replace", is_flag=True, help="Also replace what is in submitted/ and may be newer.")
@click.option("--dry-run", is_flag=True, help="Only say what would be collected.")
def command(
    assignment_id: str,
    sources: tuple[Path, ...],
    layout: str | None,
    pattern: str | None,
    replace: bool,
    dry_run: bool,
) -> int:
    """Collect the work for the assignment ID from each SOURCE: a zip or folder as the learning system gives it.

    The newest attempt of each student goes to submitted/<student>/ID/.  Repeating it is safe: older work never
    replaces newer work.  Moodle's grading worksheet may be one of the sources; it tells whose the files are.  Exit
    code 1 when something was not taken that may be somebody's work; each such file has its line.

    \b
    Example:
      autograder collect activations submissions.zip --dry-run
    """
    from autograder.lms.collecting import collect
    from autograder.lms.folders import unite_folders
    from autograder.lms.recognition import Wish
    from autograder.nbgrader_plugs.roster import course_students, lookalike_warnings
    from autograder.workspace import find_course

    workspace = find_course("collect")
    workspace.assignment(assignment_id)  # a misspelt one is refused
    course = workspace.folder
    zone, due, late = workspace.course().zone, _due(workspace, assignment_id), workspace.course().late
    grace = datetime.timedelta(minutes=late.grace_minutes if late else 0)
    wish = Wish(assignment_id, sources, zone, layout, pattern, due, grace, replace, not dry_run)
    students = course_students(course)
    for line in () if dry_run else unite_folders(course.submitted):
        _say("look", line, "yellow")
    with progress_bar(f"collecting {assignment_id}", "interrupted; the same command goes on") as progress:
        shown = progress if len(students) >= LARGE_CLASS else lambda done, total: None
        collection = collect(course, students, wish, progress=shown)
    _show(assignment_id, collection, bool(students))
    ids = {student.id for student in students} | {student for student, _ in collection.outcomes}
    for line in lookalike_warnings(ids):
        _say("look", line, "yellow")
    if dry_run:
        say("nothing was written")
    return ExitCode.NOT_REACHED if collection.lost_work else ExitCode.OK


def _due(workspace: Workspace, assignment_id: str) -> datetime.datetime | None:
    """The due date in UTC, without a zone: of ``course.toml``, or else of the gradebook."""
    from autograder.nbgrader_plugs.gradebook import open_gradebook
    from autograder.nbgrader_plugs.late import due_of
    from autograder.times import as_utc

    due = workspace.course().due_time(assignment_id)
    if due is None:
        with open_gradebook(workspace.root) as gradebook:
            due = due_of(gradebook, assignment_id)
    return as_utc(due) if due else None


def _show(assignment_id: str, collection: Collection, has_roster: bool) -> None:
    for refused in collection.not_taken:
        _say("NOT TAKEN" if refused.is_work else "not taken", f"{refused.path}: {refused.why}", "red")
    for remark in collection.remarks:
        _say("look", remark, "yellow")
    if not has_roster:
        _say("look", "the course has no roster, so nobody's id was checked: `autograder roster import FILE`", "yellow")
    elif collection.absent:
        more = f" and {len(collection.absent) - MAX_SHOWN_IDS} more" if len(collection.absent) > MAX_SHOWN_IDS else ""
        shown = ", ".join(collection.absent[:MAX_SHOWN_IDS])
        say(printable(f"  nothing here from {len(collection.absent)} of the roster: {shown}{more}"))
    counts = [f"{len(collection.of('collected'))} collected", f"{len(collection.of('unchanged'))} unchanged"]
    counts += [f"{len(collection.of('kept'))} kept as they were"] if collection.of("kept") else []
    counts += [f"{len(collection.not_taken)} not taken"]
    receipts = (
        f"; {collection.receipts} of the learning system's own files, which are no work" if collection.receipts else ""
    )
    say(f"{assignment_id} ({', '.join(collection.layouts)}): {', '.join(counts)}{receipts}")


def _say(what: str, text: str, colour: str) -> None:
    say(printable(f"  {what}: {text}"), fg=colour, err=True)
