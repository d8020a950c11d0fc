"""``autograder roster``: the class list of a course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.say import say
from autograder.text import printable

if TYPE_CHECKING:
    from autograder.lms.merging import Merge


@click.group("roster", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show the class list of the course in the current folder, or import one.

    \b
    Example:
      autograder roster import class.csv
    """
    if context.invoked_subcommand is None:
        context.invoke(show)


@command.command("show")
def show() -> None:
    """Print the class list: ids, names, and what the learning systems call each student.

    \b
    Example:
      autograder roster show
    """
    from rich.table import Table

    from autograder.nbgrader_plugs.roster import course_students
    from autograder.reports.terminal import Terminal
    from autograder.workspace import find_course

    students = course_students(find_course("roster").folder)
    if not students:
        say("the course has no roster yet: run `autograder roster import FILE`")
        return
    columns = dict.fromkeys(column for student in students for column in student.columns)
    table = Table(title=f"{len(students)} students", title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=column == "id")
    for student in students:
        table.add_row(*(student.of(column) for column in columns))
    Terminal().print(table)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "system",
    type=click.Choice(["canvas", "moodle", "blackboard", "plain"]),
    help="Who wrote the file (LearningX is a canvas); by default told by its columns.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="The column that holds the ids; by default the sign-in name.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_file(file: Path, system: str | None, id_column: str | None, dry_run: bool) -> None:
    """Merge the class list in FILE into the course's roster and gradebook.

    FILE is what Canvas, LearningX, Moodle or Blackboard export, or a table of your own, in any encoding that a
    spreadsheet saves.  What the file leaves blank stays; nobody is removed.

    \b
    Example:
      autograder roster import grades-export.csv --from canvas --dry-run
    """
    from autograder.lms.class_lists import read_class_list
    from autograder.lms.tables import read_table
    from autograder.nbgrader_plugs.roster import import_students, lookalike_warnings, misplaced_work
    from autograder.workspace import find_course

    course = find_course("roster import").folder
    found = read_class_list(read_table(file), system, id_column)
    merge = import_students(course, found.students, write=not dry_run)
    _show(merge)
    alike = lookalike_warnings(student.id for student in merge.students)
    for line in (*found.remarks, *alike, *misplaced_work(course, merge.students)):
        say(printable(f"  look: {line}"), fg="yellow", err=True)
    counts = f"{len(merge.added)} added, {len(merge.changed)} changed, {len(merge.unchanged)} unchanged"
    say(f"{found.system}: {counts}, {len(merge.absent)} not in the file")
    say("nothing was written" if dry_run else f"{course.roster.name} and the gradebook are up to date")


def _show(merge: Merge) -> None:
    from autograder.lms.names import full_name

    def said(text: str) -> None:
        say(printable(f"  {text}"))

    for student in merge.added:
        said(f"added {student.id} {full_name(student.first_name, student.last_name)}".rstrip())
    for change in merge.changed:
        said(f"changed {change.student.id}: {'; '.join(change.what)}")
    for old, new in merge.kept_ids:
        said(f"kept {old}: the file calls this student {new}; the id in the course stays")
    for student in merge.absent:
        name = full_name(student.first_name, student.last_name)
        said(f"not in the file: {student.id} {name}".rstrip() + " (stays in the course)")
