"""``autograder batch``: grades all submissions of a course and records them in nbgrader's gradebook."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.progress import ProgressBar, progress_bar
from autograder.cli.sandbox_options import backend_from, sandbox_options
from autograder.text import printable_lines, shortened

if TYPE_CHECKING:
    from autograder.batch.course import CourseBatch
    from autograder.model import Report

MAX_SHOWN_CHARACTERS = 600  # of a fault's text; the report has all of it


@click.command()
@click.argument("assignment_ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--workers", type=click.IntRange(1), help="Submissions at a time; by default as many as cores and memory allow."
)
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student (may be repeated).")
@click.option("--regrade", is_flag=True, help="Grade again even if there is a finished report.")
@sandbox_options
def command(
    assignment_ids: tuple[str, ...],
    workers: int | None,
    students: tuple[str, ...],
    regrade: bool,
    sandbox: str | None,
    unsafe_no_sandbox: bool,
) -> int:
    """Grade every collected submission of the assignments ID..., several at a time.

    Run it in a course, after `nbgrader collect`.  Finished reports are kept: after Ctrl-C, the same command
    goes on where it stopped.  Exit code 3 when the grader failed on a submission; such a submission
    stays ungraded and is listed.

    \b
    Example:
      autograder batch activations --workers 2
    """
    from autograder.batch.course import grade_course
    from autograder.batch.slots import default_slots
    from autograder.workspace import find_course

    workspace = find_course("batch")
    backend = backend_from(sandbox, unsafe_no_sandbox)
    failed = False
    for assignment_id in assignment_ids:
        title = f"{assignment_id} ({workers or default_slots()} at a time)"
        with progress_bar(title, "interrupted; the same command goes on with what is left") as bar:
            result = grade_course(
                workspace,
                assignment_id,
                students=students,
                slots=workers,
                regrade=regrade,
                sandbox=backend.name,
                progress=bar,
                on_report=partial(_show_flags, bar),
            )
        _show(assignment_id, result)
        failed |= bool(result.not_graded)
    return ExitCode.GRADER_ERROR if failed else ExitCode.OK


def _show_flags(bar: ProgressBar, student: str, report: Report) -> None:
    for flag in report.flags:
        bar.say(f"  look at {student}: {flag}", "magenta")


def _show(assignment_id: str, result: CourseBatch) -> None:
    if not result.handed_in:
        click.echo(f"{assignment_id}: nothing collected yet (run `nbgrader collect {assignment_id}`)", err=True)
        return
    counts = f"{result.graded} graded, {result.kept} kept, {result.recorded} of {result.handed_in} recorded"
    click.echo(f"{assignment_id}: {counts}", err=True)
    for each in result.not_graded:
        click.secho(
            printable_lines(f"  NOT GRADED {each.student}: {shortened(each.why, MAX_SHOWN_CHARACTERS)}"),
            fg="red",
            bold=True,
            err=True,
        )
