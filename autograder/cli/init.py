"""``autograder init``: makes an nbgrader course."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from autograder.cli.say import say
from autograder.text import printable


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--lang", type=click.Choice(["en", "ko"]), default="en", show_default=True, help="Language of the course."
)
@click.option(
    "--profile",
    type=click.Choice(["cpu", "gpu", "demo"]),
    default="cpu",
    show_default=True,
    help="Size of the images and of the training runs.",
)
@click.option(
    "--timezone", metavar="NAME", help="The course's time zone, such as Asia/Seoul; by default this machine's."
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Class list: an export of Canvas, Moodle or Blackboard, or a table with a column id.",
)
def command(folder: Path, lang: str, profile: str, timezone: str | None, roster: Path | None) -> None:
    """Make an nbgrader course in DIR, ready to release; run it in a checkout of the repository.

    nbgrader's own commands then work in DIR.  The file `secret` in it seeds the hidden tests: keep it to
    yourself, and keep a copy.

    \b
    Example:
      autograder init ~/medical-ai --lang ko --roster class.csv
    """
    from autograder.authoring.course import create_course, new_folder
    from autograder.course_folder import CourseFolder
    from autograder.errors import UsageError
    from autograder.lms.class_lists import read_class_list
    from autograder.lms.tables import read_table
    from autograder.nbgrader_plugs.roster import import_students, lookalike_warnings
    from autograder.times import system_zone
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    if workspace.course_dir is not None:
        raise UsageError(f"{workspace.course_dir} is a course already: run this in a checkout of the repository")
    zone = timezone or system_zone()
    students = read_class_list(read_table(roster)).students if roster else ()
    with new_folder(folder) as building:
        ids = create_course(building, folder, workspace.assignments_dir, workspace.reference_dir, lang, profile, zone)
        if students:
            import_students(CourseFolder(building), students)
    for line in lookalike_warnings(student.id for student in students):
        say(printable(f"  look: {line}"), fg="yellow", err=True)
    say(f"course {folder} with {', '.join(ids)} and {len(students)} students, times in {zone}")
    place = shlex.quote(str(folder))
    say(f"next: cd {place}, write due dates into course.toml, then: autograder release {ids[0]}")
