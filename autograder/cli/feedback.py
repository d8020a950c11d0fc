"""``autograder feedback``: pages for students, and their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autograder.cli.dates import carry
from autograder.cli.exit_codes import ExitCode
from autograder.cli.progress import progress_bar
from autograder.cli.say import say

if TYPE_CHECKING:
    from autograder.nbgrader_plugs.feedback import Page
    from autograder.workspace import Workspace


@click.command()
@click.argument("assignment_id", metavar="ID")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student (may be repeated).")
@click.option("--release", is_flag=True, help="Put the pages into the exchange, for those who handed in through it.")
@click.option(
    "--zip", "system", type=click.Choice(["canvas", "moodle", "blackboard"]), help="Pack the pages for this system."
)
@click.option("--yes", is_flag=True, help="Write grades that the course's dates change without asking.")
def command(assignment_id: str, students: tuple[str, ...], release: bool, system: str | None, yes: bool) -> int:
    """Make the feedback pages of the assignment ID that are missing or older than the grade.

    The pages are in feedback/; run it in the course, after the batch and the marking.  With --zip they are packed in
    the layout of the learning system's own download, for those whose work was collected from it.  Exit code 1 when
    dates or the late policy would change grades, and nobody said yes.

    \b
    Example:
      autograder feedback activations --release
    """
    from autograder.ids import normal_id
    from autograder.nbgrader_plugs.feedback import make_pages
    from autograder.nbgrader_plugs.release_feedback import release_pages
    from autograder.workspace import find_course

    workspace = find_course("feedback")
    workspace.assignment(assignment_id)
    if not carry(workspace, "no page was made", yes=yes):
        return ExitCode.NOT_REACHED
    with progress_bar(
        f"feedback for {assignment_id}", "interrupted; the same command goes on with what is left"
    ) as bar:
        pages = make_pages(workspace, assignment_id, tuple(map(normal_id, students)), bar)
    faulty = [page for page in pages if page.fault]
    made = sum(page.made for page in pages) - len(faulty)
    say(f"{assignment_id}: {made} pages made, {len(pages) - made - len(faulty)} up to date", err=True)
    for page in faulty:
        say(f"  NO PAGE {page.student}: {page.fault}", fg="red", err=True)
    if release:
        released, elsewhere = release_pages(
            workspace, assignment_id, [page.student for page in pages if not page.fault]
        )
        say(f"  {len(released)} released in the exchange", err=True)
        if elsewhere:
            say(f"  not handed in through the exchange: {', '.join(elsewhere)} (see --zip)", err=True)
    if system:
        _pack(workspace, assignment_id, system, [page for page in pages if not page.fault])
    return ExitCode.GRADER_ERROR if faulty else ExitCode.OK


def _pack(workspace: Workspace, assignment_id: str, system: str, pages: list[Page]) -> None:
    from autograder.lms.feedback_zip import write_feedback_zip
    from autograder.lms.submitted import origin_of

    origins = {page: origin_of(workspace.folder, assignment_id, page.student, system) for page in pages}
    path = workspace.folder.feedback / f"{assignment_id}-{system}.zip"
    if any(origins.values()):
        write_feedback_zip(path, {origin: page.path.read_bytes() for page, origin in origins.items() if origin})
        say(f"  {sum(map(bool, origins.values()))} packed: {path}", err=True)
    if others := [page.student for page, origin in origins.items() if not origin]:
        say(f"  not collected from a download of {system}: {', '.join(others)}", err=True)
