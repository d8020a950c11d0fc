"""``autograder gradebook``: a course's gradebook as a table, and as the files that learning systems import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.say import say
from autograder.text import printable

if TYPE_CHECKING:
    from autograder.lms.grades import GradeFile, Grades
    from autograder.reports.overview import GradebookRow
    from autograder.workspace import Workspace


TABLES = (".csv", ".tsv", ".txt", ".xls")


@click.command()
@click.argument("assignment_ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--for",
    "form",
    type=click.Choice(["canvas", "moodle", "blackboard", "wide", "long"]),
    help="What the file is for (LearningX is a canvas); wide: a column for each assignment, long: a line (default).",
)
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write this file; - is standard output.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Fill in the learning system's own export, or Moodle's grading worksheet.",
)
@click.option("--column", "columns", multiple=True, metavar="ID=HEAD", help="The head of an assignment's column.")
@click.option("--missing-as-zero", is_flag=True, help="Missing work counts as 0 in the total of `wide`.")
def command(
    assignment_ids: tuple[str, ...],
    form: str | None,
    table: Path | None,
    template: Path | None,
    columns: tuple[str, ...],
    missing_as_zero: bool,
) -> int:
    """Print the gradebook of the course in the current folder, or write grades for a learning system.

    Scores are points after late penalties; where written answers wait for a mark, those that there are so far, with a
    line that says so.  Missing and ungraded work is an empty cell, never 0 as in `nbgrader export`.  Students are
    keyed by the learning system's own ids, from its class list: see `autograder roster import`.  Exit code 1 when the
    file lacks somebody's grade.

    \b
    Example:
      autograder gradebook activations --for canvas --csv grades.csv --template canvas-export.csv
    """
    from autograder.errors import UsageError
    from autograder.files import write_output
    from autograder.nbgrader_plugs.gradebook import gradebook_rows
    from autograder.reports.overview import gradebook_table
    from autograder.reports.terminal import Terminal
    from autograder.workspace import find_course

    workspace = find_course("gradebook")
    if table is None and (form or template or columns or missing_as_zero):
        raise UsageError("--for, --template, --column and --missing-as-zero want --csv FILE (- for standard output)")
    rows = _chosen(gradebook_rows(workspace.root), assignment_ids)
    if table is None:
        Terminal().print(gradebook_table(rows, workspace.course().zone))
        return ExitCode.OK
    _check_target(table, workspace)
    file = _file(workspace, form or "long", rows, template, columns, bool(assignment_ids), missing_as_zero)
    write_output(table, file.data, private=True)
    for line in file.lines:
        say(printable(f"  look: {line}"), fg="yellow", err=True)
    return ExitCode.NOT_REACHED if file.incomplete else ExitCode.OK


def _check_target(table: Path, workspace: Workspace) -> None:
    """Refuses to put grades in the place of something else.

    Raises:
        UsageError: the file is one of the course's own, or is there and no table.
    """
    from autograder.errors import UsageError

    if str(table) == "-" or table.is_symlink() or not table.is_file() or table.absolute().parts[1] == "dev":
        return
    path, folder = table.resolve(), workspace.folder
    own = [folder.roster.resolve(), *(private.resolve() for private in folder.private)]
    if path.suffix.lower() not in TABLES or any(path == one or one in path.parents for one in own):
        raise UsageError(f"{table} is there and is no file of grades: name another file")


def _chosen(rows: Sequence[GradebookRow], assignment_ids: tuple[str, ...]) -> tuple[GradebookRow, ...]:
    """The rows with the marks of these assignments, in the order given; by default all."""
    from autograder.errors import UsageError
    from autograder.reports.overview import GradebookRow

    known = [mark.assignment for mark in rows[0].marks] if rows else []
    if unknown := [id_ for id_ in assignment_ids if id_ not in known]:
        raise UsageError(f"the gradebook has no {', '.join(unknown)}; it has: {', '.join(known) or 'nobody in it'}")
    order = [known.index(id_) for id_ in assignment_ids] or range(len(known))
    return tuple(GradebookRow(row.student, row.name, tuple(row.marks[n] for n in order)) for row in rows)


def _file(
    workspace: Workspace,
    form: str,
    rows: tuple[GradebookRow, ...],
    template: Path | None,
    columns: tuple[str, ...],
    all_wanted: bool,
    missing_as_zero: bool,
) -> GradeFile:
    from autograder.errors import UsageError
    from autograder.lms.grade_files import lms_file
    from autograder.lms.grade_tables import long_file, wide_file
    from autograder.lms.tables import read_table
    from autograder.lms.templates import filled_file

    grades = _grades(workspace, rows, columns)
    if form in ("wide", "long") and (template or columns):
        raise UsageError(f"--template and --column are for canvas, moodle and blackboard, not for {form}")
    if form == "wide":
        return wide_file(grades, workspace.course().total, missing_as_zero=missing_as_zero)
    if missing_as_zero:
        raise UsageError("--missing-as-zero is for --for wide, which has a total")
    if form == "long":
        return long_file(grades)
    if not rows or not grades.assignments:
        raise UsageError("the gradebook is empty: import a roster, release an assignment and run the batch first")
    return (
        filled_file(form, grades, read_table(template), all_wanted=all_wanted) if template else lms_file(form, grades)
    )


def _grades(workspace: Workspace, rows: tuple[GradebookRow, ...], columns: tuple[str, ...]) -> Grades:
    from autograder.errors import UsageError
    from autograder.lms.grades import Grades
    from autograder.nbgrader_plugs.roster import course_students

    heads = dict(column.partition("=")[::2] for column in columns)
    known = [mark.assignment for mark in rows[0].marks] if rows else []
    if wrong := [column for column in columns if column.partition("=")[0] not in known or "=" not in column]:
        raise UsageError(f"--column {wrong[0]!r}: wanted ID=HEAD with one of {', '.join(known)}")
    language = workspace.course().language
    titles = {id_: _titles(workspace, id_, language) for id_ in known}
    students = {student.id: student for student in course_students(workspace.folder)}
    return Grades(rows, students, titles, heads)


def _titles(workspace: Workspace, assignment_id: str, language: str) -> tuple[str, ...]:
    """An assignment's title in the course's language, then in the others; its id where it was removed."""
    from autograder.errors import UsageError

    try:
        title = workspace.assignment(assignment_id).title
    except UsageError:
        return (assignment_id,)
    return tuple(dict.fromkeys((title.get(language, assignment_id), *title.values())))
