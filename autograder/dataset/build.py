"""Builds a data set: the students' splits from a seed, the hidden one from the course's secret.

Theory of operation.  ``writer`` fills ``<folder>.part``, which is renamed when it is complete, so
nobody sees a half-built data set.  A lock file makes a second process wait; it then finds the work
done.  The hidden split goes through the same steps into a folder that only its owner can
read, with a manifest that holds neither seed nor key.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from autograder.dataset import recipe as recipes
from autograder.dataset.png import PNG_SUMS
from autograder.dataset.recipe import Recipe
from autograder.dataset.sampler import GENERATOR_PATH, GeneratorSampler, generator_sha256
from autograder.dataset.store import MANIFEST_NAME, Manifest, files_of, read_manifest
from autograder.dataset.verify import verify_dataset
from autograder.dataset.writer import SHEET_NAME, BuildJob, Progress, SamplerFactory, write_part
from autograder.errors import EnvironmentFault, UsageError

LOCK_WAIT_S = 3600.0
log = logging.getLogger(__name__)


def public_job(
    *,
    size: int,
    per_class: int,
    seed: int = recipes.DEFAULT_SEED,
    percent: tuple[float, ...] = recipes.DEFAULT_PERCENT,
    generator: Path = GENERATOR_PATH,
    npz: bool = False,
    png: bool = False,
    sheet: bool = False,
) -> BuildJob:
    """The students' splits: ``per_class`` images of each class in all of them together.

    Raises:
        UsageError: a number is out of range, or there is no generator.
    """
    recipe = Recipe(_checked_size(size), recipes.split_counts(per_class, percent), seed, generator_sha256(generator))
    return BuildJob(recipe, recipes.public_key(seed), _opener(generator, recipe), npz=npz, png=png, sheet=sheet)


def hidden_job(*, size: int, per_class: int, secret: bytes, generator: Path = GENERATOR_PATH) -> BuildJob:
    """The grader's own split: ``per_class`` images of each class, drawn from the course's secret.

    Raises:
        UsageError: a number is out of range, the secret is too short, or there is no generator.
    """
    if per_class < 1:
        raise UsageError(f"the hidden split needs at least 1 image of each class, got {per_class}")
    recipe = Recipe(
        _checked_size(size),
        {recipes.HIDDEN_SPLIT: per_class},
        None,
        generator_sha256(generator),
        recipes.secret_check(secret),
    )
    return BuildJob(recipe, recipes.hidden_key(secret), _opener(generator, recipe), private=True)


def _checked_size(size: int) -> int:
    if not 8 <= size <= 1024:
        raise UsageError(f"the images' size is between 8 and 1024 pixels, got {size}")
    return size


def _opener(generator: Path, recipe: Recipe) -> SamplerFactory:
    return lambda: GeneratorSampler(generator, recipe.size, recipe.batch_size)


def ensure_dataset(
    folder: Path,
    *,
    size: int,
    per_class: int,
    seed: int = recipes.DEFAULT_SEED,
    generator: Path = GENERATOR_PATH,
    progress: Progress | None = None,
) -> Path:
    """Builds the students' splits if they are missing.

    A data set of the same size, counts and seed is kept even if it was made by an earlier generator,
    so that an update of the package does not change the images of a running course.

    Raises:
        UsageError: the folder holds something else.
    """
    return _ensure(folder, public_job(size=size, per_class=per_class, seed=seed, generator=generator), progress)


def ensure_hidden(
    folder: Path,
    *,
    size: int,
    per_class: int,
    secret: bytes,
    generator: Path = GENERATOR_PATH,
    progress: Progress | None = None,
) -> Path:
    """Builds the grader's hidden split if it is missing; ``load_split("hidden", folder)`` reads it.

    Raises:
        UsageError: the folder holds something else, or a split drawn from another secret.
    """
    return _ensure(folder, hidden_job(size=size, per_class=per_class, secret=secret, generator=generator), progress)


def _ensure(folder: Path, job: BuildJob, progress: Progress | None) -> Path:
    if not _is_there(folder, job.recipe, any_generator=True):
        build_dataset(folder, job, progress=progress, any_generator=True)
    return folder


def build_dataset(
    folder: Path, job: BuildJob, *, progress: Progress | None = None, any_generator: bool = False
) -> bool:
    """Builds a data set, or finishes one that was interrupted.

    Args:
        folder: must not exist, be empty, or hold this very data set.
        job: what to build.
        progress: called with (images done, images in all).
        any_generator: accept the same data set from another generator.

    Returns:
        True when it was built, False when it was there already.

    Raises:
        UsageError: the folder holds something else.
        EnvironmentFault: the disk is too full, or TensorFlow is missing.
    """
    folder = folder.absolute()
    with _locked(folder):
        if _is_there(folder, job.recipe, any_generator=any_generator):
            _check_extras(folder, job)
            if damage := verify_dataset(folder):
                raise UsageError(f"{folder} is damaged ({damage[0]}); remove the folder, then build it again")
            return False
        part = folder.with_name(folder.name + ".part")
        write_part(part, job, progress or (lambda done, total: None))
        if folder.is_dir():
            folder.rmdir()
        os.replace(part, folder)
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder.with_name(f".{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        log.warning("another process is building %s; waiting for it", folder)
        try:
            lock.acquire(timeout=LOCK_WAIT_S)
        except filelock.Timeout:
            raise EnvironmentFault(f"{folder} was still locked after {LOCK_WAIT_S:.0f} s; try again later") from None
    try:
        yield
    finally:
        lock.release()


def _is_there(folder: Path, recipe: Recipe, *, any_generator: bool) -> bool:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    if not (folder / MANIFEST_NAME).is_file():
        raise UsageError(f"{folder} exists and does not hold a data set; name another folder, or remove it first")
    manifest, wanted = read_manifest(folder), recipe.to_json()
    found = manifest.recipe
    if manifest.is_imported:
        return _stands_in(folder, manifest, recipe, any_generator=any_generator)
    keys = ("size", "per_class", "seed", "secret_check") if any_generator else tuple(wanted)
    differing = [key for key in keys if found.get(key) != wanted.get(key)]
    if differing:
        details = "; ".join(f"{key}: there {found.get(key)!r}, wanted {wanted.get(key)!r}" for key in differing)
        raise UsageError(f"{folder} holds another data set ({details}); name another folder, or remove it first")
    return True


def _stands_in(folder: Path, manifest: Manifest, recipe: Recipe, *, any_generator: bool) -> bool:
    """Whether imported images can replace the generated ones that are asked for.

    Raises:
        UsageError: they cannot; the message says why.
    """
    if not any_generator:
        raise UsageError(f"{folder} holds imported images; name another folder, or remove it first")
    if manifest.size != recipe.size:
        raise UsageError(
            f"{folder} holds imported images of {manifest.size} x {manifest.size} pixels, the course's profile wants "
            f"{recipe.size} x {recipe.size}: remove the folder and import them with --size {recipe.size}"
        )
    if missing := sorted(set(recipe.per_class) - set(manifest.per_class)):
        raise UsageError(f"{folder} holds imported images without the split {' and '.join(missing)}; import them again")
    return True


def _check_extras(folder: Path, job: BuildJob) -> None:
    files = read_manifest(folder).files
    packed = all(name in files for split in job.recipe.per_class for name in files_of(split, npz=True))
    if packed != job.npz:
        there, wanted = ("npz", "npy") if packed else ("npy", "npz")
        raise UsageError(f"{folder} was built with --format {there}, not {wanted}; name another folder, or remove it")
    for asked, name, option in ((job.png, PNG_SUMS, "--png"), (job.sheet, SHEET_NAME, "--sheet")):
        if asked and name not in files:
            raise UsageError(f"{folder} was built without {option}; name another folder, or remove it to build again")
