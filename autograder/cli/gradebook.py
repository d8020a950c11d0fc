"""``autograder gradebook``: a course's gradebook as a table."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="Write the table to this file instead."
)
def command(table: Path | None) -> None:
    """Print the gradebook of the course in the current folder.

    Scores are points after late penalties.  An ungraded submission is shown as ungraded, never as 0 as in
    `nbgrader export`.

    \b
    Example:
      autograder gradebook --csv grades.csv
    """
    from rich.console import Console

    from autograder.errors import UsageError
    from autograder.nbgrader_plugs.gradebook import gradebook_rows
    from autograder.reports.overview import gradebook_table, write_gradebook
    from autograder.workspace import find_course

    workspace = find_course("gradebook")
    if table is not None:
        if not table.absolute().parent.is_dir():
            raise UsageError(f"the folder {table.absolute().parent} does not exist; make it first")
        write_gradebook(gradebook_rows(workspace.root), table)
        return
    Console().print(gradebook_table(gradebook_rows(workspace.root)))
