"""Fills the folder of an unfinished data set, in bounded memory; an interrupted build can go on.

Theory of operation.  Images are written chunk by chunk; after each chunk has reached the disk,
``journal.json`` says how many batches of each split are done.  A build that finds the journal of the
same recipe goes on after the last recorded batch, and since every batch has its own random numbers
(see ``recipe``) the bytes are those of an uninterrupted build.  At the end the files are hashed and
the manifest is written.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.dataset import recipe as recipes
from autograder.dataset.card import data_card
from autograder.dataset.npz import pack
from autograder.dataset.png import PNG_SUMS, class_sheet, write_png, write_split_pngs
from autograder.dataset.recipe import Recipe
from autograder.dataset.sampler import Sampler
from autograder.dataset.store import MANIFEST_NAME, Manifest, files_of
from autograder.dataset.verify import record_file
from autograder.errors import EnvironmentFault
from autograder.files import write_json

CHUNK_BATCHES = 16
JOURNAL_NAME = "journal.json"
CARD_NAME = "DATA_CARD.md"
SHEET_NAME = "sheet.png"

Progress = Callable[[int, int], None]
SamplerFactory = Callable[[], Sampler]


@dataclass(frozen=True)
class BuildJob:
    """One build: its recipe, key and extras.

    Attributes:
        recipe: what is built.
        key: where the random numbers come from; never written to disk.
        open_sampler: loads the generator; called only when images are still missing.
        npz: write one ``.npz`` for each split instead of two ``.npy``.
        png: write every image as a PNG file as well.
        sheet: add a contact sheet of the training images.
        private: make the folder readable for its owner alone.
    """

    recipe: Recipe
    key: str
    open_sampler: SamplerFactory
    npz: bool = False
    png: bool = False
    sheet: bool = False
    private: bool = False


def write_part(part: Path, job: BuildJob, progress: Progress) -> None:
    """Makes ``part`` a complete data set, going on where an earlier call stopped.

    Raises:
        EnvironmentFault: the disk is too full.
    """
    journal = _open_part(part, job)
    _check_room(part, job)
    _write_images(part, job, journal, progress)
    _finish(part, job)


@dataclass
class Journal:
    """How many batches of each split have reached the disk."""

    path: Path
    recipe: Mapping[str, object]
    batches: dict[str, int]

    def record(self, split: str, batches: int) -> None:
        """Records that the first ``batches`` of a split are on the disk."""
        self.batches[split] = batches
        write_json(self.path, {"recipe": self.recipe, "batches": self.batches})


def _open_part(part: Path, job: BuildJob) -> Journal:
    """The unfinished folder: the one of the same recipe, or a new one."""
    journal = Journal(part / JOURNAL_NAME, job.recipe.to_json(), {})
    try:
        stored = json.loads(journal.path.read_text(encoding="utf-8"))
        same = stored["recipe"] == journal.recipe and set(stored["batches"]) <= set(job.recipe.per_class)
    except (OSError, ValueError, KeyError, TypeError):
        stored, same = {}, False
    if same:
        journal.batches = dict(stored["batches"])
        return journal
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(mode=0o700 if job.private else 0o777)
    return journal


def _check_room(part: Path, job: BuildJob) -> None:
    copies = 2 if job.npz else 1  # while the .npz is written, the .npy files are still there
    needed = copies * job.recipe.images * (job.recipe.size**2 + 8)
    free = shutil.disk_usage(part).free + sum(path.stat().st_size for path in part.glob("*.npy"))
    if needed > free:
        raise EnvironmentFault(
            f"{part.parent} has {free >> 20} MiB free, the images need {needed >> 20} MiB; make room"
        )


def _write_images(part: Path, job: BuildJob, journal: Journal, progress: Progress) -> None:
    recipe, sampler, before = job.recipe, None, 0
    for split in recipe.per_class:
        labels = recipes.draw_labels(recipe, job.key, split)
        np.save(part / f"{split}_labels.npy", labels)
        path = part / f"{split}_images.npy"
        if not path.exists():
            shape = (len(labels), recipe.size, recipe.size)
            np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape).flush()
            journal.record(split, 0)
        for start in range(journal.batches[split], recipe.batches(split), CHUNK_BATCHES):
            progress(before + start * recipe.batch_size, recipe.images)
            sampler = sampler or job.open_sampler()
            stop = min(start + CHUNK_BATCHES, recipe.batches(split))
            _write_chunk(path, job, split, range(start, stop), labels, sampler)
            journal.record(split, stop)
        before += len(labels)
        progress(before, recipe.images)


def _write_chunk(path: Path, job: BuildJob, split: str, batches: range, labels: np.ndarray, sampler: Sampler) -> None:
    """Makes some batches and waits until they are on the disk; the file is mapped only meanwhile."""
    recipe = job.recipe
    images = np.lib.format.open_memmap(path, mode="r+")
    for batch in batches:
        first = batch * recipe.batch_size
        of_batch = labels[first : first + recipe.batch_size]
        inputs = recipes.draw_batch(recipe, job.key, split, batch, of_batch, sampler.latent_size)
        images[first : first + len(of_batch)] = sampler(*inputs)[: len(of_batch)]
    images.flush()


def _finish(part: Path, job: BuildJob) -> None:
    """Adds card, extras and manifest; then deletes the journal."""
    recipe = job.recipe
    names = [name for split in recipe.per_class for name in files_of(split, npz=job.npz)]
    (part / CARD_NAME).write_text(data_card(recipe), encoding="utf-8")
    names.append(CARD_NAME)
    if job.sheet:
        write_png(class_sheet(*_written(part, next(iter(recipe.per_class)))), part / SHEET_NAME)
        names.append(SHEET_NAME)
    if job.png:
        lines = [write_split_pngs(part, split, *_written(part, split)) for split in recipe.per_class]
        (part / PNG_SUMS).write_text("".join(lines), encoding="utf-8")
        names.append(PNG_SUMS)
    if job.npz:
        for split in recipe.per_class:
            images, labels = (part / name for name in files_of(split, npz=False))
            pack({"images": images, "labels": labels}, part / f"{split}.npz")
    files = {name: record_file(part / name) for name in names}
    manifest = Manifest(recipe.size, dict(recipe.per_class), recipe.to_json(), files)
    write_json(part / MANIFEST_NAME, manifest.to_json())
    if job.npz:  # only now, so that an interrupted build still has the files that it needs
        for name in (name for split in recipe.per_class for name in files_of(split, npz=False)):
            (part / name).unlink(missing_ok=True)
    (part / JOURNAL_NAME).unlink(missing_ok=True)


def _written(part: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    images = np.load(part / f"{split}_images.npy", mmap_mode="r", allow_pickle=False)
    return images, np.load(part / f"{split}_labels.npy", allow_pickle=False)
