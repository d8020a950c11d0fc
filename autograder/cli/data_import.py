"""``autograder data import``: makes a data set of the course from an instructor's own images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.progress import progress_bar
from autograder.cli.say import say

if TYPE_CHECKING:
    from autograder.importing.records import ImportOutcome
    from autograder.workspace import Workspace

FEW = 50


def percentages(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[float, ...] | None:
    """Reads an option such as ``60,20,20``."""
    if value is None:
        return None
    try:
        return tuple(float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"wanted percentages such as 60,20,20, got {value!r}") from None


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to make.")
@click.option("--size", type=click.IntRange(8, 1024), default=64, show_default=True, help="Height and width in pixels.")
@click.option("--fit", type=click.Choice(["pad", "stretch", "crop"]), default="pad", show_default=True,
              help="How an image becomes square: black bars, squeezed, or its middle.")  # fmt: skip
@click.option("--normal", multiple=True, metavar="NAME", help="Folder of the normal images, if not 'normal' or '0'.")
@click.option("--abnormal", multiple=True, metavar="NAME",
              help="Folder of the abnormal images, if not 'abnormal' or '1'. Both may be repeated.")  # fmt: skip
@click.option("--split", default=None, callback=percentages, metavar="A,B,C",
              help="Percentages of train, validation, test.  [default: the source's splits, or 60,20,20]")  # fmt: skip
@click.option("--hidden", type=click.FloatRange(0, 90), default=0, show_default=True, metavar="PERCENT",
              help="First set this share apart for the grader, in DIR-hidden, which only you may read.")  # fmt: skip
@click.option(
    "--seed", type=int, default=None, metavar="N", help="Another seed gives other splits.  [default: the course's]"
)
@click.option("--patient-pattern", default=None, metavar="REGEX",
              help="Finds the patient in a file's name by one group, such as '(p\\d+)_'; counts before DICOM's "
              "PatientID. A patient is never in two splits.")  # fmt: skip
@click.option("--allow-identifiers", is_flag=True,
              help="Accept DICOM headers that identify patients; only pixels are kept, never a header.")  # fmt: skip
@click.option("--skip-bad", is_flag=True, help="Leave out files that are not usable images, instead of refusing.")
@click.option("--drop-duplicates", is_flag=True,
              help="Keep the first of equal or nearly equal images, by name, instead of refusing. Equal images in both "
              "classes, or in two splits of the source, are still refused: decide which is right.")  # fmt: skip
def import_command(
    source: Path, out: Path, size: int, fit: str, normal: tuple[str, ...], abnormal: tuple[str, ...],
    split: tuple[float, ...] | None, hidden: float, seed: int | None, patient_pattern: str | None,
    allow_identifiers: bool, skip_bad: bool, drop_duplicates: bool,
) -> None:  # fmt: skip
    """Make a data set of your own images: PNG, JPEG, DICOM or an .npz.

    SOURCE is a folder with the folders normal and abnormal (with all folders below them); or with train, validation
    and test, each with these two; or an .npz with images (n, h, w), labels (n,) 0 or 1, and if known patient (n,) and
    split (n,). All files are examined first; if anything is refused, nothing is written.

    \b
    Example:
      autograder data import xrays --out data --hidden 20
    """
    from autograder.dataset.recipe import DEFAULT_SEED
    from autograder.importing.records import ImportSettings
    from autograder.importing.run import import_images
    from autograder.workspace import workspace_of_images

    if course := workspace_of_images(out):
        _check_course(course, out, size, hidden)
    settings = ImportSettings(
        size=size,
        fit=fit,
        percent=split,
        hidden_percent=hidden,
        hidden_key=_hidden_key(course),
        seed=DEFAULT_SEED if seed is None else seed,
        allow_identifiers=allow_identifiers,
        skip_bad=skip_bad,
        drop_duplicates=drop_duplicates,
        patient_pattern=patient_pattern,
        normal=normal,
        abnormal=abnormal,
    )
    hint = "interrupted; nothing was written, run the same command again"
    with progress_bar("reading images", hint) as update:
        outcome = import_images(source, out, settings, update)
    _report(outcome, size)


def _check_course(course: Workspace, out: Path, size: int, hidden: float) -> None:
    """Refuses now what grading would refuse later."""
    from autograder.errors import UsageError

    settings = course.course()
    if out.name not in settings.profiles:
        known = ", ".join(settings.profiles)
        raise UsageError(f"{out} is not the folder of a profile of the course; import to "
                         f"{out.with_name(settings.profile)} (profiles: {known}; "
                         f"this course uses {settings.profile})")  # fmt: skip
    wanted = settings.profiles[out.name].size
    if size != wanted:
        raise UsageError(f"the profile {out.name} wants images of {wanted} x {wanted} pixels: add --size {wanted}")
    if not hidden:
        raise UsageError("grading a course needs images that students do not have: add --hidden 20")
    if out.name != settings.profile:
        say(f"note: this course uses the profile {settings.profile}; these images are for {out.name}", err=True)


def _hidden_key(course: Workspace | None) -> str:
    """The key that decides which images are hidden: from the course's secret, or random without a course."""
    import hashlib
    import secrets

    return hashlib.sha256(b"hidden share" + course.secret).hexdigest() if course else secrets.token_hex(16)


def _report(outcome: ImportOutcome, size: int) -> None:
    import shlex

    from autograder.importing.remarks import bad_list

    public = {split: counts for split, counts in outcome.counts.items() if split != "hidden"}
    total = sum(sum(counts) for counts in public.values())
    say(f"{outcome.folder}: {total:,} images of {size} x {size} pixels")
    for split, (normal, abnormal) in public.items():
        say(f"  {split}: {normal:,} normal, {abnormal:,} abnormal")
    if outcome.hidden is not None:
        normal, abnormal = outcome.counts["hidden"]
        say(f"{outcome.hidden}: for the grader; only you may read it, never hand it out")
        say(f"  hidden: {normal:,} normal, {abnormal:,} abnormal")
    if outcome.left_out:
        say(f"left out as bad: {len(outcome.left_out):,}\n{bad_list(outcome.left_out)}")
    for note in outcome.notes:
        say(f"note: {note}")
    _warn_of_few(outcome)
    folder = shlex.quote(str(outcome.folder))
    say(f"next: autograder data sheet {folder} --out sheet.png    # look at the images")
    say(f"      then hand out {folder}, if you may; {_grading_hint(outcome)}")


def _warn_of_few(outcome: ImportOutcome) -> None:
    for split, counts in outcome.counts.items():
        if min(counts) < FEW:
            say(f"note: {split} has only {min(counts)} images of a class; below {FEW}, results depend on chance")
    say("note: the notebooks speak of generated images; if yours show patients, correct these sentences in "
               "assignments/*/notebook.py and release again")  # fmt: skip


def _grading_hint(outcome: ImportOutcome) -> str:
    if outcome.hidden is None:
        return "graders need a share of their own: --hidden 20 sets it apart"
    return "a course grades with them as .autograder/data/PROFILE and .autograder/data/PROFILE-hidden"
