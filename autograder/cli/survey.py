"""``autograder survey``: collects a course's answers without names, and reports them."""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path

import click

from autograder.cli.say import say

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_COURSES = click.argument("courses", nargs=-1, required=True, type=_FOLDER)


@click.group(name="survey")
def command() -> None:
    """Collect the survey's answers without names, and report them.

    \b
    Example:
      autograder survey collect my-course
    """


@command.command()
@_COURSES
@click.option("--replace", is_flag=True, help="Write the pool even if it had more forms before.")
def collect(courses: tuple[Path, ...], replace: bool) -> None:
    """Put the answers of all submissions of each COURSE into its pool.

    The pool is written again each time; it holds neither names nor times.

    \b
    Example:
      autograder survey collect my-course
    """
    from autograder.survey.collection import collect_answers
    from autograder.survey.pool import write_pool
    from autograder.workspace import find_workspace

    for course in courses:
        workspace = find_workspace(course)
        submissions, pool = collect_answers(workspace)
        write_pool(workspace.survey_pool, pool, replace=replace)
        say(f"{course}: {len(pool.rows)} valid forms in {submissions} submissions")


@command.command()
@_COURSES
@click.option("--by", default=None, help="Break the scales down by this choice question.")
@click.option(
    "--lang", type=click.Choice(["en", "ko"]), default="en", show_default=True, help="Language of the questions."
)
def report(courses: tuple[Path, ...], by: str | None, lang: str) -> None:
    """Print the answers of one or more COURSES together.

    \b
    Example:
      autograder survey report my-course --by background
    """
    from autograder.survey.collection import survey_of
    from autograder.survey.pool import read_pool
    from autograder.survey.report import report_text
    from autograder.workspace import find_workspace

    workspaces = [find_workspace(course) for course in courses]
    survey = survey_of(workspaces[0])
    pools = [read_pool(workspace.survey_pool, survey) for workspace in workspaces]
    say(report_text(reduce(add, pools), survey, lang, by), nl=False)
