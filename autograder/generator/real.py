"""The real images that a generator learns from and is measured against.  NumPy only.

They are never shipped.  One fifth of the patients, chosen by a hash of their identifier, is never
trained on: the *held-out* images.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.errors import UsageError

FIELDS = ("images", "labels", "patient")
MIN_IMAGES = 5


@dataclass(frozen=True)
class RealImages:
    """Real images at one size.

    Attributes:
        images: ``(n, size, size)`` uint8.
        labels: ``(n,)`` int64, 0 normal, 1 abnormal.
        held_out: ``(n,)`` bool, True for the patients that are never trained on.
    """

    images: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray

    def part(self, *, held_out: bool) -> tuple[np.ndarray, np.ndarray]:
        """Images and labels of the held-out patients, or of all others."""
        chosen = self.held_out == held_out
        return self.images[chosen], self.labels[chosen]

    def require(self, minimum: int = MIN_IMAGES) -> RealImages:
        """Itself, if both parts have enough images of both classes to learn from and to measure with.

        Raises:
            UsageError: one has fewer than ``minimum``.
        """
        for name, held in (("held-out patients", True), ("other patients", False)):
            labels = self.part(held_out=held)[1]
            counts = [int(np.sum(labels == label)) for label in (0, 1)]
            if min(counts) < minimum:
                raise UsageError(
                    f"wanted at least {minimum} normal and {minimum} abnormal images of the {name}, got {counts[0]} "
                    f"and {counts[1]}; a fifth of the patients is held out, so bring images of more patients"
                )
        return self


def held_out(patients: np.ndarray) -> np.ndarray:
    """Which images belong to the fifth of the patients that is never trained on.

    Args:
        patients: ``(n,)`` patient identifiers, str.

    Returns:
        ``(n,)`` bool, True for held-out patients; depends on the identifier alone.
    """
    digests = {p: hashlib.sha256(str(p).encode()).digest()[0] for p in np.unique(patients)}
    return np.array([digests[p] % 5 == 0 for p in patients], dtype=bool)


def shrink(images: np.ndarray, size: int) -> np.ndarray:
    """``(n, k * size, k * size)`` uint8 to ``(n, size, size)`` uint8 by averaging areas.

    Raises:
        ValueError: the images are not square, or their side is not a multiple of ``size``.
    """
    count, height, width = images.shape
    if height != width or height % size:
        raise ValueError(f"images of {width} x {height} pixels cannot be averaged down to {size} x {size}")
    if height == size:
        return images
    factor = height // size
    blocks = images.reshape(count, size, factor, size, factor)
    return np.asarray(np.rint(blocks.mean(axis=(2, 4), dtype=np.float32)), np.uint8)


def load_real(path: Path, size: int) -> RealImages:
    """Reads an ``.npz`` with ``images`` (n, h, h) uint8, ``labels`` (n,) 0 or 1, and ``patient`` (n,) str.

    Raises:
        UsageError: an array is missing or of another form; the message says which.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            missing = [name for name in FIELDS if name not in data.files]
            if missing:
                raise UsageError(f"{path} lacks the arrays {missing}; wanted {list(FIELDS)}, found {data.files}")
            images, labels, patients = (data[name] for name in FIELDS)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not a readable .npz without pickles: {error}") from error
    if images.dtype != np.uint8 or images.ndim != 3 or not len(images) == len(labels) == len(patients):
        raise UsageError(
            f"{path}: wanted (n, size, size) uint8 images with as many labels and patients, got {images.dtype} "
            f"{images.shape}, {labels.shape} labels and {patients.shape} patients"
        )
    if set(np.unique(labels).tolist()) != {0, 1}:
        raise UsageError(f"{path}: wanted labels 0 (normal) and 1 (abnormal), got {np.unique(labels)[:10].tolist()}")
    try:
        small = shrink(images, size)
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
    return RealImages(small, labels.astype(np.int64), held_out(patients))
