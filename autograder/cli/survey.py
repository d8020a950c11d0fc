"""``autograder survey``: collects the answers of a course without names, and reports them."""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from autograder.survey.form import Survey
    from autograder.survey.pool import Pool

ASSIGNMENT = "survey"
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_COURSES = click.argument("courses", nargs=-1, required=True, type=_FOLDER)


@click.group(name="survey")
def command() -> None:
    """Collect the survey's answers without names, and report them.

    Example: autograder survey collect my-course
    """


@command.command()
@_COURSES
@click.option("--replace", is_flag=True, help="Write the pool even if it had more forms before.")
def collect(courses: tuple[Path, ...], replace: bool) -> None:
    """Put the answers of all submissions of each COURSE into its pool.

    The pool is written afresh each time; it holds neither names nor times.

    Example: autograder survey collect my-course
    """
    from autograder.survey.pool import write_pool

    for course in courses:
        submissions, pool = collect_course(course)
        write_pool(pool_path(course), pool, replace=replace)
        click.echo(f"{course}: {len(pool.rows)} valid forms in {submissions} submissions")


@command.command()
@_COURSES
@click.option("--by", default=None, help="Break the scales down by this choice question.")
@click.option("--lang", type=click.Choice(["en", "ko"]), default="en", show_default=True, help="Of the questions.")
def report(courses: tuple[Path, ...], by: str | None, lang: str) -> None:
    """Print the answers of one or more COURSES together.

    Example: autograder survey report my-course --by background
    """
    from autograder.survey.pool import read_pool
    from autograder.survey.report import report_text

    survey = _form(courses[0])
    pools = [read_pool(pool_path(course), survey) for course in courses]
    click.echo(report_text(reduce(add, pools), survey, lang, by), nl=False)


def pool_path(course: Path) -> Path:
    """Where a course keeps its pool."""
    return course / ".autograder" / "survey" / "pool.json"


def collect_course(course: Path) -> tuple[int, Pool]:
    """Number of submissions, and the pool of their valid forms.  Nothing of a submission is executed."""
    from autograder.intake.submission import read_submission
    from autograder.survey.pool import pool_answers, read_answers
    from autograder.workspace import find_workspace

    assignment = find_workspace(course).assignment(ASSIGNMENT)
    folders = sorted(course.glob(f"submitted/*/{ASSIGNMENT}"))
    submissions = [read_submission(folder, None, assignment) for folder in folders]
    forms = [read_answers(chunk.source for chunk in submission.chunks) for submission in submissions]
    return len(folders), pool_answers(forms, _form(course))


def _form(course: Path) -> Survey:
    from autograder.survey.form import load_survey
    from autograder.workspace import find_workspace

    return load_survey(find_workspace(course).assignments_dir / ASSIGNMENT / "survey.toml")
