"""``autograder grade``: grades files in the sandbox, without a course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.sandbox_options import backend_from, gpu_options, sandbox_options
from autograder.cli.say import say_json

if TYPE_CHECKING:
    from autograder.model import Report


MIN_SECRET_BYTES = 16


@click.command()
@click.option("--assignment", "assignment_id", required=True, metavar="ID", help="Which assignment the files answer.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON per file on standard output.")
@click.option("--no-training", is_flag=True, help="Leave out the items that need a training run.")
@click.option("--profile", metavar="NAME", help="Training protocol (demo, cpu, gpu); in a checkout: demo.")
@click.option("--seed", metavar="HEX", help="Replay a grade: the course's secret as hexadecimal digits.")
@click.option("--lang", type=click.Choice(["en", "ko"]), help="Language of titles and hints; the course's by default.")
@click.option(
    "--threads", type=click.IntRange(1), help="Processor threads for student code; by default as many as cores."
)
@gpu_options
@sandbox_options
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def command(
    assignment_id: str,
    as_json: bool,
    no_training: bool,
    profile: str | None,
    seed: str | None,
    lang: str | None,
    threads: int | None,
    gpus: str | None,
    per_gpu: int,
    sandbox: str | None,
    unsafe_no_sandbox: bool,
    files: tuple[str, ...],
) -> int:
    """Grade each FILE: a notebook, a .py file with the functions at top level, or a submission folder.

    Works in a checkout of the repository with no course set up.  Exit code 0 when every file got a
    grade, 2 for wrong usage, 3 when the grader itself failed.

    \b
    Example:
      autograder grade --assignment activations reference_solution/activations.py --json
    """
    import os
    from dataclasses import replace

    from autograder.dataset.course import CourseData
    from autograder.errors import UsageError
    from autograder.grading.engine import Engine, Options
    from autograder.intake import read_submission
    from autograder.model import SubmissionOutcome
    from autograder.reports.line import as_line
    from autograder.sandbox.devices import GpuRequest, grant
    from autograder.workspace import find_workspace

    workspace = find_workspace(profile=profile)
    workspace = replace(workspace, secret=_seed(seed) or workspace.secret, language=lang or workspace.language)
    assignment, course = workspace.assignment(assignment_id), workspace.course()
    missing = [file for file in files if not os.path.lexists(file)]
    if missing:
        raise UsageError(f"no such file: {', '.join(missing)}")
    leases = []
    if assignment.trains and not no_training:
        leases = grant(GpuRequest(gpus, per_gpu), course.active_profile, slots=1)
    options = Options(
        training=not no_training, threads=threads or os.cpu_count() or 1, lease=leases[0] if leases else None
    )
    backend = backend_from(sandbox, unsafe_no_sandbox)
    master, failed = workspace.released(assignment_id), False
    course_data = CourseData(workspace)
    if options.training and assignment.trains:
        course_data.check()
    with Engine(workspace, assignment_id, backend, options, course_data=course_data) as engine:
        for file in files:
            submission = read_submission(Path(file), master, assignment, language=course.language, label=file)
            report = engine.grade(submission)
            failed |= report.outcome is not SubmissionOutcome.GRADED
            if as_json:
                say_json(as_line(report, file))
            else:
                _show(report, course.language)
    return ExitCode.GRADER_ERROR if failed else ExitCode.OK


def _seed(text: str | None) -> bytes | None:
    from autograder.errors import UsageError

    if text is None:
        return None
    try:
        secret = bytes.fromhex(text)
        if len(secret) < MIN_SECRET_BYTES:
            raise ValueError
        return secret
    except ValueError:
        raise UsageError(
            f"--seed wants hexadecimal digits (the content of a course's file `secret`), got {text!r}"
        ) from None


def _show(report: Report, language: str) -> None:
    from autograder.reports.table import report_table
    from autograder.reports.terminal import Terminal

    console = Terminal()
    console.print(report_table(report, language))
    for note in report.notes:
        console.print(note, style="yellow")
    for flag in report.flags:
        console.print(f"look at: {flag}", style="magenta")
