"""``autograder batch``: grades all submissions of a course and records them in nbgrader's gradebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.grade import backend_from, sandbox_options

if TYPE_CHECKING:
    from autograder.batch import BatchResult, Job
    from autograder.config import Assignment
    from autograder.model import Report
    from autograder.workspace import Workspace


@click.command()
@click.argument("assignment_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--workers", type=click.IntRange(1), help="Submissions at a time; as cores and memory allow by default.")
@click.option("--student", "students", multiple=True, metavar="ID", help="This student only (may be repeated).")
@click.option("--regrade", is_flag=True, help="Grade again what has a finished report.")
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

    Run it in a course, after `nbgrader collect`.  Finished reports are kept: interrupted with Ctrl-C
    and started again, it goes on where it stopped.  Exit code 3 when the grader failed on a submission;
    such a submission stays ungraded and is listed.

    \b
    Example:
      autograder batch activations --workers 2
    """
    from autograder.workspace import find_course

    workspace = find_course("batch")
    backend = backend_from(sandbox, unsafe_no_sandbox)
    failed = False
    for assignment_id in assignment_ids:
        failed |= _grade_assignment(workspace, assignment_id, students, workers, regrade, backend.name)
    return 3 if failed else 0


def _grade_assignment(
    workspace: Workspace,
    assignment_id: str,
    students: tuple[str, ...],
    workers: int | None,
    regrade: bool,
    sandbox: str,
) -> bool:
    """Grades and records one assignment; True when something stayed ungraded."""
    from rich.console import Console

    from autograder.batch import default_slots
    from autograder.grading.engine import report_key
    from autograder.nbgrader_plugs.record import record
    from autograder.reports.store import ReportStore

    console = Console(stderr=True)
    store = ReportStore(workspace.reports_dir)
    jobs = _collect(workspace, assignment_id, students)
    if not jobs:
        console.print(f"{assignment_id}: nothing collected yet (run `nbgrader collect {assignment_id}`)")
        return False
    assignment = workspace.assignment(assignment_id)
    keys = {job.student: report_key(workspace, assignment, job.submission, training=True) for job in jobs}
    todo = [job for job in jobs if regrade or not _finished(store.get(keys[job.student]))]
    _prepare_data(workspace, assignment)
    groups = _group_equal(todo, keys)
    faults = _run(workspace, assignment_id, groups, workers or default_slots(), sandbox, store, console)
    outcomes = record(Path(workspace.root), assignment_id, tuple(job.student for job in jobs))
    done = sum(outcome.recorded for outcome in outcomes)
    console.print(f"{assignment_id}: {len(todo)} graded, {len(jobs) - len(todo)} kept, {done} of {len(jobs)} recorded")
    for outcome in outcomes:
        if not outcome.recorded:
            why = faults.get(outcome.student) or outcome.problem
            console.print(f"  NOT GRADED {outcome.student}: {why[:600]}", style="bold red", markup=False)
    return done < len(jobs)


def _collect(workspace: Workspace, assignment_id: str, students: tuple[str, ...]) -> list[Job]:
    from autograder.batch import Job
    from autograder.errors import UsageError
    from autograder.intake import read_collected
    from autograder.nbgrader_plugs.record import submitted_students

    assignment, language = workspace.assignment(assignment_id), workspace.course().language
    everybody = submitted_students(workspace.root, assignment_id)
    if strangers := sorted(set(students) - set(everybody)):
        raise UsageError(
            f"{', '.join(strangers)} handed in nothing for {assignment_id}; who did: {', '.join(everybody)}"
        )
    chosen = [student for student in everybody if not students or student in students]
    return [Job(student, read_collected(workspace.root, student, assignment, language)) for student in chosen]


def _finished(report: Report | None) -> bool:
    return report is not None and report.outcome == "graded"


def _prepare_data(workspace: Workspace, assignment: Assignment) -> None:
    """Builds the images once, before several slots ask for them."""
    if any(item.training for item in assignment.items):
        from autograder.dataset.course import CourseData

        CourseData(workspace).build()


def _run(
    workspace: Workspace,
    assignment_id: str,
    groups: dict[str, list[Job]],
    slots: int,
    sandbox: str,
    store: Any,
    console: Any,
) -> dict[str, str]:
    """Grades one job of each group with a progress bar; why our own faults happened, by student."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from autograder.batch import grade_all

    faults: dict[str, str] = {}
    if not groups:
        return faults
    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(
            f"{assignment_id} ({min(slots, len(groups))} at a time)", total=sum(map(len, groups.values()))
        )
        result: BatchResult
        firsts = [group[0] for group in groups.values()]
        for result in grade_all(workspace.root, assignment_id, firsts, slots=slots, sandbox=sandbox):
            for job in groups[result.job.student]:
                _keep(result.report, job, store, faults)
                for flag in result.report.flags:
                    progress.console.print(f"  look at {job.student}: {flag}", style="magenta", markup=False)
                progress.advance(task)
    return faults


def _group_equal(jobs: list[Job], keys: dict[str, str]) -> dict[str, list[Job]]:
    """Submissions of equal content (empty ones, mostly) are graded once: by the first owner's id, all of them."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(keys[job.student], []).append(job)
    return {group[0].student: group for group in groups.values()}


def _keep(report: Report, job: Job, store: Any, faults: dict[str, str]) -> None:
    """A finished report goes to the store at once; a fault of ours is remembered."""
    if report.outcome == "graded":
        store.put(report, student=job.student, submission=job.submission)
    else:
        faults[job.student] = "; ".join(report.notes)
