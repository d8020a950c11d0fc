"""One import from beginning to end: find, examine, judge, deal, write."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from autograder.dataset.recipe import HIDDEN_SPLIT
from autograder.dataset.store import HIDDEN_SUFFIX
from autograder.errors import EnvironmentFault, UsageError
from autograder.importing.archive import find_in_archive
from autograder.importing.examination import Looked, look
from autograder.importing.folders import find_images
from autograder.importing.records import Found, ImportOutcome, ImportSettings, Progress
from autograder.importing.remarks import refuse_bad_files
from autograder.importing.selection import Chosen, choose
from autograder.importing.writer import write_dataset

SCRATCH = "scratch"


def import_images(
    source: Path, out: Path, settings: ImportSettings, progress: Progress = lambda done, total: None
) -> ImportOutcome:
    """Makes a data set from an instructor's own images, whole or not at all.

    Args:
        source: a folder with a folder for each class, or with splits that have these; or an ``.npz``.
        out: the folder to make; must not exist, or be empty.
        settings: how images become a data set.
        progress: called with (images seen, images in all).

    Returns:
        What was made, with notes for the user.

    Raises:
        UsageError: the source or its images cannot be accepted; the message says why, and what to do.
        EnvironmentFault: a package is missing, or there is no room on the disk.
    """
    folder = Path(os.path.abspath(out))
    hidden = folder.with_name(folder.name + HIDDEN_SUFFIX)
    _check_places(folder, hidden)
    found = _find(source, out, settings)
    _check_options(found, settings)
    with _building(folder) as part, _building(hidden, private=True) as hidden_part:
        scratch = part / SCRATCH
        scratch.mkdir(mode=0o700)
        _check_room(part, len(found.entries), settings.size)
        looked = look(found, settings, scratch, progress)
        refuse_bad_files(looked, settings)
        chosen = choose(found, looked, settings)
        _write(part, hidden_part, looked, chosen, settings)
        del looked.images  # closes the file, so that it can be removed on every system
        shutil.rmtree(scratch)
        _publish(part, folder, hidden_part if chosen.has_hidden else None, hidden)
    return ImportOutcome(
        folder=out,
        hidden=out.with_name(hidden.name) if chosen.has_hidden else None,
        counts=chosen.counts(looked.labels),
        left_out=tuple((e.name, why) for e, why in zip(looked.entries, looked.reasons, strict=True) if why),
        notes=(*found.notes, *chosen.notes),
    )


def _check_places(folder: Path, hidden: Path) -> None:
    for place, why in ((folder, ""), (hidden, ", and graders would use it as this data set's hidden images")):
        if os.path.lexists(place) and not (place.is_dir() and not any(place.iterdir())):
            raise UsageError(
                f"{place} exists and is not empty{why}; name another folder with --out, or remove it first"
            )


def _find(source: Path, out: Path, settings: ImportSettings) -> Found:
    if source.is_dir():
        return find_images(source, settings, out)
    if source.suffix.lower() != ".npz":
        raise UsageError(f"wanted a folder of images or an .npz, got {source}; unpack archives of other kinds first")
    if settings.normal or settings.abnormal:
        raise UsageError("--normal and --abnormal name folders; in an .npz the array labels says 0 or 1")
    return find_in_archive(source, settings)


def _check_options(found: Found, settings: ImportSettings) -> None:
    splits = {entry.split for entry in found.entries}
    if HIDDEN_SPLIT in splits and settings.hidden_percent:
        raise UsageError("the source has a split 'hidden' of its own, which is kept; leave --hidden out")


def _check_room(part: Path, count: int, size: int) -> None:
    needed, free = 2 * count * (size**2 + 8), shutil.disk_usage(part).free
    if needed > free:
        raise EnvironmentFault(
            f"{part.parent} has {free >> 20} MiB free, the import needs {needed >> 20} MiB; make room, or name another "
            "disk with --out"
        )


@contextlib.contextmanager
def _building(folder: Path, *, private: bool = False) -> Iterator[Path]:
    """``<folder>.part``, which is always deleted afterwards unless it was renamed."""
    part = folder.with_name(folder.name + ".part")
    made = [parent for parent in folder.parents if not parent.exists()]
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700 if private else 0o777)
    except FileExistsError:
        raise UsageError(
            f"{part} exists: another import is running, or one was killed; if none is running, remove it and try again"
        ) from None
    except OSError as error:
        raise EnvironmentFault(f"{part} cannot be made: {error.strerror}; name another folder with --out") from None
    try:
        yield part
    except OSError as error:
        raise EnvironmentFault(f"{folder} could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process uses it, or the data set is in it
            for parent in made:
                parent.rmdir()


def _write(part: Path, hidden_part: Path, looked: Looked, chosen: Chosen, settings: ImportSettings) -> None:
    public = {split: positions for split, positions in chosen.members.items() if split != HIDDEN_SPLIT}
    write_dataset(part, looked.images, looked.labels, public, settings, chosen.how)
    if chosen.has_hidden:
        hidden = {HIDDEN_SPLIT: chosen.members[HIDDEN_SPLIT]}
        write_dataset(hidden_part, looked.images, looked.labels, hidden, settings, chosen.how)


def _publish(part: Path, folder: Path, hidden_part: Path | None, hidden: Path) -> None:
    """Gives both folders their names, or neither."""
    for place in (folder, hidden):
        if place.is_dir():  # empty, as checked before
            place.rmdir()
    if hidden_part is not None:
        os.replace(hidden_part, hidden)
    try:
        os.replace(part, folder)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
