"""``autograder check``: the public tests on a notebook or a ``.py`` file, on the student's own machine."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.exit_codes import ExitCode


@click.command()
@click.option(
    "--assignment", "assignment_id", metavar="ID", help="Which assignment; by default the one of the file's folder."
)
@click.option("--item", "items", multiple=True, metavar="ID", help="Check only this item (may be repeated).")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
def command(assignment_id: str | None, items: tuple[str, ...], file: Path) -> int:
    """Run the public tests on FILE, a notebook or a .py file of your own.

    Your code runs in this process, as it would in a notebook.  Exit code 0 when all public tests
    pass, 1 when some do not.

    \b
    Example:
      autograder check activations.ipynb --item elu
    """
    from autograder.intake import read_submission
    from autograder.model import Kind
    from autograder.reports.table import tests_table
    from autograder.reports.terminal import Terminal
    from autograder.selfcheck import EXTRA_LINES, all_passed, checks_language, find_checks, run_public
    from autograder.worker.executor import Executor
    from autograder.workspace import find_workspace

    folder = file.parent if file.is_file() else file
    assignment = (
        find_workspace().assignment(assignment_id)
        if assignment_id
        else find_checks(folder, items[0] if items else None)
    )
    language = checks_language(assignment.folder)
    wanted = items or [item.id for item in assignment.items if item.kind is Kind.AUTOMATIC]
    for item in wanted:
        assignment.item(item)
    submission = read_submission(file, None, assignment, language=language, label=str(file))
    executor, console = Executor(), Terminal()
    faults = [fault for chunk in submission.chunks for fault in executor.run(chunk.name, chunk.source)]
    for note in submission.notes:
        console.print(note, style="yellow")
    for fault in faults:
        console.print(f"{fault.where}: {fault.kind}: {fault.message}", style="yellow")
    results = run_public(assignment, executor.namespace, frozenset(wanted))
    console.print(tests_table(results, language))
    console.print(EXTRA_LINES[language], style="dim")
    return ExitCode.OK if all_passed(results) else ExitCode.NOT_REACHED
