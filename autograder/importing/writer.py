"""Writes imported images as a data set: arrays in random order, card, manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder.dataset.recipe import HIDDEN_SPLIT
from autograder.dataset.store import IMPORTED, MANIFEST_NAME, Manifest, files_of
from autograder.dataset.verify import record_file
from autograder.dataset.writer import CARD_NAME
from autograder.files import write_json
from autograder.importing.records import How, ImportSettings
from autograder.importing.selection import rng_of

CHUNK = 256

FITS = {
    "pad": "proportions kept, black bars added",
    "crop": "the middle square of each",
    "stretch": "squeezed or stretched to a square",
}

_CARD = """\
# Data card: imported images

{images:,} grey images of {size} x {size} pixels. **An instructor imported them from images of their own; they were not
generated.** `manifest.json` lists every file with its SHA-256 (`autograder data verify FOLDER` checks a copy).

| split | normal (0) | abnormal (1) |
|---|---|---|
{rows}

## Origin

Not recorded here: ask the instructor where the images come from and under which terms. Names of files, headers and
patients were not kept.

## What was done to them

Converted to grey levels 0 to 255 (DICOM: by the file's own window or lookup table; MONOCHROME1 inverted), made square
({fit}), resized by averaging areas, put into random order.

{split}. {copies}.

## Limits

* **They may be personal data** of the patients they show, even without a name. Hand them out only if you may, and only
  to those who need them; do not publish them because a course uses them.
* **Not for diagnosis**, nor for any other medical purpose. The images are small and reduced to 256 greys.
* Labels are those of the folders or the archive that was imported; nobody checked them here.
* The share of abnormal images is that of the import, not of a clinic; predictive values do not carry over.
* Classes that come from different machines, hospitals or ages can be told apart by these rather than by disease.
"""


def write_dataset(
    folder: Path, images: np.ndarray, labels: np.ndarray, members: dict[str, np.ndarray],
    settings: ImportSettings, how: How,
) -> None:  # fmt: skip
    """Fills an empty folder.

    Args:
        folder: the empty folder.
        images: ``(n, size, size)`` uint8, all images, used or not; read piece by piece.
        labels: ``(n,)`` int64.
        members: for each split the positions of its images.
        settings: size, fit, seed.
        how: how the splits were made.
    """
    names = [name for split in members for name in files_of(split, npz=False)]
    counts: dict[str, int | list[int]] = {}
    for split, positions in members.items():
        shuffled = rng_of(settings.seed, f"order of {split}").permutation(positions)
        _write_split(folder, split, images, labels, shuffled)
        counts[split] = [int(np.sum(labels[positions] == label)) for label in (0, 1)]
    (folder / CARD_NAME).write_text(_card(counts, settings, how), encoding="utf-8")
    recipe: dict[str, Any] = {
        "source": IMPORTED,
        "size": settings.size,
        "per_class": counts,
        "seed": settings.seed,
        "fit": settings.fit,
        "split": how.split,
    }
    files = {name: record_file(folder / name) for name in (*names, CARD_NAME)}
    write_json(folder / MANIFEST_NAME, Manifest(settings.size, counts, recipe, files).to_json())


def _write_split(folder: Path, split: str, images: np.ndarray, labels: np.ndarray, positions: np.ndarray) -> None:
    images_name, labels_name = files_of(split, npz=False)
    shape = (len(positions), *images.shape[1:])
    written = np.lib.format.open_memmap(folder / images_name, mode="w+", dtype=np.uint8, shape=shape)
    for start in range(0, len(positions), CHUNK):
        chunk = positions[start : start + CHUNK]
        written[start : start + len(chunk)] = images[chunk]
    written.flush()
    np.save(folder / labels_name, labels[positions].astype(np.int64))


def _card(counts: dict[str, Any], settings: ImportSettings, how: How) -> str:
    rows = "\n".join(f"| {split} | {normal:,} | {abnormal:,} |" for split, (normal, abnormal) in counts.items())
    return _CARD.format(
        images=sum(sum(pair) for pair in counts.values()),
        size=settings.size,
        rows=rows,
        fit=FITS[settings.fit],
        split="Set apart for the grader: nobody else may have these" if HIDDEN_SPLIT in counts else how.sentence,
        copies=how.copies,
    )
