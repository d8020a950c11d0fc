"""``autograder release``: builds the assignments that students receive."""

from __future__ import annotations

import click

from autograder.cli.say import say


@click.command("release")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--lang", type=click.Choice(["en", "ko"]), help="Only this language; by default both, or the course's.")
def command(ids: tuple[str, ...], lang: str | None) -> None:
    """Build the assignments that students receive, checked for leaks.

    In a checkout this rebuilds release/; in a course, its source/ and release/.  Without an ID it builds all
    assignments of course.toml.

    \b
    Example:
      autograder release activations --lang en
    """
    from autograder.authoring.lint import lint, refuse_faults
    from autograder.authoring.release import release_checkout, release_course
    from autograder.batch.reference import lint_reference
    from autograder.config import LANGUAGES
    from autograder.errors import UsageError
    from autograder.nbgrader_plugs.late import carry_due, changes_to_carry
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    for assignment_id in ids or workspace.course().assignments:
        findings = refuse_faults(lint(workspace, assignment_id, released=False), "nothing was released")
        findings += refuse_faults(lint_reference(workspace, assignment_id), "nothing was released")
        for finding in findings:
            say(f"look at {finding}", err=True)
    if workspace.course_dir is not None:
        course = workspace.course()
        if lang not in (None, course.language):
            raise UsageError(
                f"this course is in {course.language!r}; make another with `autograder init --lang {lang}`"
            )
        ids = ids or course.assignments
        release_course(workspace.course_dir, workspace.assignments_dir, workspace.reference_dir, course, ids)
        say(f"built {', '.join(ids)} in {workspace.release_dir}")
        for line in carry_due(workspace):
            say(f"  {line}")
        if changes := changes_to_carry(workspace):
            say(f"  {len(changes)} grades change with the dates; `autograder batch` shows them and asks", err=True)
        return
    changed = release_checkout(
        workspace.assignments_dir,
        workspace.reference_dir,
        workspace.release_dir,
        ids,
        (lang,) if lang else LANGUAGES,
    )
    for folder in changed:
        say(f"changed: {folder.relative_to(workspace.root)}")
    say("release/ is up to date" if not changed else "release/manifest.json written")
