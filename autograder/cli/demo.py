"""``autograder demo``: a whole course with sample students, in a few minutes."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo-course"), show_default=True, help="Where to build it."
)
def command(out: Path) -> None:
    """Run a whole course: images, release, sample students, sandboxed grading, feedback.

    Run it in a checkout of the repository.  The folder of an earlier demo is replaced.

    \b
    Example:
      autograder demo --out /tmp/demo-course
    """
    import time

    from rich.text import Text

    from autograder.course_folder import CourseFolder
    from autograder.demo.play import play
    from autograder.demo.students import CLASS
    from autograder.errors import UsageError
    from autograder.nbgrader_plugs.gradebook import gradebook_rows
    from autograder.reports.overview import gradebook_table
    from autograder.reports.terminal import Terminal
    from autograder.workspace import find_workspace

    workspace, console, started = find_workspace(), Terminal(), time.monotonic()
    if workspace.course_dir is not None:
        raise UsageError(
            "`autograder demo` wants a checkout of the repository, but this is a course: change to a checkout"
        )

    def say(step: str) -> None:
        console.print(Text.assemble((f"{time.monotonic() - started:5.0f} s", "bold"), f"  {step}"))

    page = play(workspace, out.resolve(), say)
    say("done")
    for student in CLASS:
        console.print(f"  {student.id:8s} {student.story}", style="dim")
    console.print(gradebook_table(gradebook_rows(out.resolve())))
    console.print(f"feedback page:  {page}", soft_wrap=True)
    console.print(f"gradebook:      {CourseFolder(out.resolve()).gradebook}", soft_wrap=True)
    console.print(f"formgrader:     cd {out} && jupyter lab   (menu Nbgrader > Formgrader)", soft_wrap=True)
