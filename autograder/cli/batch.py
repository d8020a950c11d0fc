"""``autograder batch``: grades all submissions of a course and records them in nbgrader's gradebook."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from autograder.cli.dates import carry
from autograder.cli.exit_codes import ExitCode
from autograder.cli.progress import ProgressBar, progress_bar
from autograder.cli.sandbox_options import backend_from, gpu_options, sandbox_options, warn_root
from autograder.cli.say import say
from autograder.errors import EnvironmentFault, GraderError, UsageError
from autograder.text import shortened

if TYPE_CHECKING:
    from autograder.batch.changes import Change
    from autograder.batch.request import CourseBatch, Request
    from autograder.reports.run_log import RunLog
    from autograder.workspace import Workspace

MAX_SHOWN_CHARACTERS = 600  # of a fault's text; the report has all of it
MAX_SHOWN_TESTS = 3  # of a change; the reports have all of them
INTERRUPTED = "interrupted; what was finished is recorded, and the same command goes on with what is left"


@click.command()
@click.argument("assignment_ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--workers", type=click.IntRange(1), help="Submissions at a time; by default as many as cores and memory allow."
)
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student (may be repeated).")
@click.option("--regrade", is_flag=True, help="Grade again even if there is a finished report.")
@click.option("--yes", is_flag=True, help="Write grades that differ from the recorded ones without asking.")
@click.option("--dry-run", is_flag=True, help="Grade, show what would change, and write no grade.")
@click.option("--no-reference", is_flag=True, help="Do not grade the reference solution first.")
@gpu_options
@sandbox_options
def command(
    assignment_ids: tuple[str, ...],
    workers: int | None,
    students: tuple[str, ...],
    regrade: bool,
    yes: bool,
    dry_run: bool,
    no_reference: bool,
    gpus: str | None,
    per_gpu: int,
    sandbox: str | None,
    unsafe_no_sandbox: bool,
) -> int:
    """Grade every collected submission of the assignments ID..., several at a time.

    Run it in a course, after `nbgrader collect`.  Finished reports are kept, and what is recorded already is left
    alone: after Ctrl-C, the same command goes on where it stopped.  Grades that differ from the recorded ones
    for the same work are shown first and written only after a yes; without a terminal only with --yes.  The
    reference solution is graded first: nothing is written unless it earns everything.

    Exit code 1 when changed grades were not written.  Exit code 3 when the grader failed on a submission (it is
    listed), when the reference solution does not earn everything, or when the gradebook stays locked.

    \b
    Example:
      autograder batch activations --workers 2
    """
    from dataclasses import asdict

    from autograder.authoring.lint import lint_course, refuse_faults
    from autograder.batch.request import Request
    from autograder.ids import normal_id
    from autograder.reports.run_log import new_log
    from autograder.sandbox.devices import GpuRequest, grant
    from autograder.workspace import find_course

    if yes and dry_run:
        raise UsageError("--yes writes the changed grades and --dry-run writes none; choose one of them")
    workspace = find_course("batch")
    gpu = GpuRequest(gpus, per_gpu)
    for assignment_id in assignment_ids:  # a misspelt one, or a missing GPU, is told before the others take hours
        if workspace.assignment(assignment_id).trains:
            try:
                grant(gpu, workspace.course().active_profile)
            except (UsageError, EnvironmentFault) as error:
                raise type(error)(f"{assignment_id}: {error}") from None
    warn_root()
    backend = backend_from(sandbox, unsafe_no_sandbox)
    request = Request(
        tuple(map(normal_id, students)), workers, regrade, backend.name,
        reference=not no_reference, dry_run=dry_run, gpu=gpu,
    )  # fmt: skip
    log = new_log(workspace.log_dir)
    arguments = {"assignments": assignment_ids, "yes": yes, **asdict(request)}
    log.start("batch", arguments, workspace.assignments_dir.parent)
    code = ExitCode.OK
    try:
        refuse_faults(lint_course(workspace), "nothing was graded")
        if not carry(workspace, "nothing was graded", yes=yes, dry_run=dry_run):
            log.end(ExitCode.NOT_REACHED)
            return ExitCode.NOT_REACHED
        for assignment_id in assignment_ids:
            code = max(code, _grade_if_possible(workspace, assignment_id, request, yes, log))
        if not dry_run and not carry(workspace, "the grades of these assignments stay", yes=yes):  # slip days moved
            code = max(code, ExitCode.NOT_REACHED)
    except BaseException as error:
        log.end(ExitCode.INTERRUPTED if isinstance(error, SystemExit) else ExitCode.GRADER_ERROR, repr(error))
        raise
    log.end(code)
    return code


def _grade_if_possible(workspace: Workspace, assignment_id: str, request: Request, yes: bool, log: RunLog) -> ExitCode:
    """Grades one assignment; what is wrong with its tests does not stop the others."""
    from autograder.authoring.lint import lint, refuse_faults

    try:
        refuse_faults(lint(workspace, assignment_id), f"{assignment_id} was not graded, see `autograder lint`")
        return _grade(workspace, assignment_id, request, yes, log)
    except (GraderError, UsageError) as error:
        say(f"autograder: {error}", err=True)
        log.stopped(assignment_id, str(error))
        return ExitCode.GRADER_ERROR if isinstance(error, GraderError) else ExitCode.USAGE


def _grade(workspace: Workspace, assignment_id: str, request: Request, yes: bool, log: RunLog) -> ExitCode:
    from autograder.batch.course import grade_course
    from autograder.batch.request import Hooks
    from autograder.batch.slots import default_slots
    from autograder.nbgrader_plugs.late import penalties_of

    title = f"{assignment_id} ({request.slots or default_slots()} at a time)"
    with progress_bar(title, INTERRUPTED) as bar:
        hooks = Hooks(
            progress=bar,
            decide=partial(_decide, bar, assignment_id, yes),
            log=log,
        )
        before = penalties_of(workspace, assignment_id)
        result = grade_course(workspace, assignment_id, request, hooks)
    after = penalties_of(workspace, assignment_id)
    for student in sorted(before.keys() & after.keys()):
        if abs(before[student] - after[student]) > 1e-9:
            line = f"  {student}: {after[student]:g} points off for lateness (was {before[student]:g})"
            say(line, err=True)
    _show(assignment_id, request, result)
    if result.handed_in:
        _show_waiting(workspace, assignment_id)
    if result.not_graded:
        return ExitCode.GRADER_ERROR
    return ExitCode.OK if result.written or request.dry_run else ExitCode.NOT_REACHED


def _show_waiting(workspace: Workspace, assignment_id: str) -> None:
    """What waits for a person beside what has just been said."""
    from autograder.batch.status import waiting_for
    from autograder.batch.waiting import WaitingKind
    from autograder.cli.status import show

    told = {WaitingKind.FAULT, WaitingKind.CHANGE}
    show([one for one in waiting_for(workspace, (assignment_id,)) if one.kind not in told], err=True)


def _decide(bar: ProgressBar, assignment_id: str, yes: bool, changes: tuple[Change, ...], handed_in: int) -> bool:
    """Shows the changes, and whether they are to be written."""
    with bar.paused():
        _show_changes(f"{assignment_id}: other grades for the same work", changes)
        if yes:
            return True
        if not sys.stdin.isatty():
            return False
        return click.confirm(f"{len(changes)} of {handed_in} change. Write these grades?", default=False, err=True)


def _show(assignment_id: str, request: Request, result: CourseBatch) -> None:
    if not result.handed_in:
        say(f"{assignment_id}: nothing collected yet (run `nbgrader collect {assignment_id}`)", err=True)
        return
    counts = f"{result.graded} graded, {result.kept} kept, {result.recorded} of {result.handed_in} recorded"
    say(f"{assignment_id}: {counts}{' (dry run: nothing was written)' if request.dry_run else ''}", err=True)
    if result.handed_in_again:
        say(f"  {len(result.handed_in_again)} handed in again, with another grade", err=True)
    if result.changes:
        _show_outcome(assignment_id, request, result)
    for each in result.never_passed:
        say(f"  {each.test}: 0 of {each.submissions} passed; is the test right?", fg="yellow", err=True)
    for one in result.not_graded:
        why = f"  NOT GRADED {one.student}: {shortened(one.why, MAX_SHOWN_CHARACTERS)}"
        say(why, fg="red", bold=True, err=True)


def _show_outcome(assignment_id: str, request: Request, result: CourseBatch) -> None:
    many = f"{len(result.changes)} of {result.handed_in} change"
    if request.dry_run:
        _show_changes(f"{assignment_id}: other grades for the same work", result.changes)
        say(f"  {many}; without --dry-run you are asked whether to write them", err=True)
    elif result.written:
        say(f"  {many}: written", err=True)
    else:
        again = f"autograder batch {assignment_id} --yes"
        say(f"  {many}: NOT WRITTEN, the recorded grades stay. To write them: {again}", fg="yellow", err=True)


def _show_changes(title: str, changes: tuple[Change, ...]) -> None:
    """Student, old and new points, and the tests that changed."""
    from rich.table import Table

    from autograder.reports.terminal import Terminal

    table = Table(title=f"{title} (points of the tests, without marks and lateness)", title_justify="left")
    for heading in ("Student", "Old", "New", "Of"):
        table.add_column(heading, justify="left" if heading == "Student" else "right", no_wrap=True)
    table.add_column("Tests", overflow="fold")
    for change in changes:
        tests = [*change.tests[:MAX_SHOWN_TESTS]]
        if len(change.tests) > MAX_SHOWN_TESTS:
            tests.append(f"and {len(change.tests) - MAX_SHOWN_TESTS} more")
        numbers = [f"{points:g}" for points in (change.old, change.new, change.max_score)]
        table.add_row(change.student, *numbers, "\n".join(tests))
    console = Terminal(stderr=True) if sys.stderr.isatty() else Terminal(stderr=True, width=160)
    console.print(table)
