"""Reads every image of a source once: its pixels at the wanted size, and its faults.

Memory is bounded: one original at a time; the small images go to a file; 1 KiB and a few numbers of each are kept.

Shrinking averages areas exactly, as the package does for the real images that its generator learns from; enlarging
interpolates linearly.  Both work on floating-point numbers and round once, at the end, so that 16-bit images do not
show bands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.importing.duplicates import THUMBNAIL, fingerprint
from autograder.importing.records import BadImage, Entry, Found, ImportSettings, Progress, SourceImage

BLACK = 0.0


def fit(pixels: np.ndarray, size: int, how: str) -> np.ndarray:
    """A square version of an image.

    Args:
        pixels: ``(h, w)`` float32 from 0 to 255.
        size: height and width wanted.
        how: "pad" keeps the proportions and adds black bars, as films have black margins; "crop" keeps them and
            takes the middle square; "stretch" changes them.

    Returns:
        ``(size, size)`` float32 from 0 to 255.
    """
    if how == "crop":
        pixels = _middle_square(pixels)
    height, width = content_shape(pixels.shape, size, how)
    small = np.clip(_resized(_resized(pixels, height).T, width).T, 0, 255)
    square = np.full((size, size), BLACK, np.float32)
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = small
    return square


def content_shape(shape: tuple[int, ...], size: int, how: str) -> tuple[int, int]:
    """Height and width of the part of the square that the image fills."""
    if how != "pad":
        return size, size
    longer = max(shape)
    height, width = (max(1, round(side * size / longer)) for side in shape)
    return height, width


def is_enlarged(shape: tuple[int, ...], size: int, how: str) -> bool:
    """Whether the square shows more pixels than the source has, along either side."""
    longer, shorter = max(shape), min(shape)
    return (longer if how == "pad" else shorter) < size


def to_bytes(square: np.ndarray) -> np.ndarray:
    """Rounds grey levels to uint8."""
    return np.asarray(np.rint(square), np.uint8)


def _middle_square(pixels: np.ndarray) -> np.ndarray:
    side = min(pixels.shape)
    top, left = ((length - side) // 2 for length in pixels.shape)
    return pixels[top : top + side, left : left + side]


def _resized(pixels: np.ndarray, target: int) -> np.ndarray:
    """``(n, m)`` to ``(target, m)`` float64."""
    return _averaged(pixels, target) if target <= len(pixels) else _interpolated(pixels, target)


def _averaged(pixels: np.ndarray, target: int) -> np.ndarray:
    """Means of strips of equal height, by differences of running sums; a pixel on an edge counts in part."""
    source = len(pixels)
    sums = np.zeros((source + 1, pixels.shape[1]))
    np.cumsum(pixels, axis=0, dtype=np.float64, out=sums[1:])
    edges = np.linspace(0, source, target + 1)
    whole = np.minimum(edges.astype(np.int64), source - 1)
    at_edges = sums[whole] + (edges - whole)[:, None] * pixels[whole]
    return np.asarray(np.diff(at_edges, axis=0) * (target / source))


def _interpolated(pixels: np.ndarray, target: int) -> np.ndarray:
    from PIL import Image

    enlarged = Image.fromarray(pixels.astype(np.float32)).resize((pixels.shape[1], target), Image.Resampling.BILINEAR)
    return np.asarray(enlarged)


@dataclass
class Looked:
    """The findings on all entries; arrays have a row for each entry, bad ones included.

    Attributes:
        entries: in the order of names.
        images: ``(n, size, size)`` uint8, mapped from a file.
        thumbnails: ``(n, 1024)`` uint8.
        labels: ``(n,)`` int64.
        shapes: ``(n, 2)`` height and width of the originals.
        reasons: why an entry is bad, "" for good ones.
        patients: "" where unknown; in memory only.
        fingerprints: of the small images.
        identifiers: for each keyword the entries whose header has it.
        private: entries with private elements in their header.
        enlarged: how many originals are smaller than the wanted size.
        few_bits: how many 16-bit images use fewer bits.
    """

    entries: tuple[Entry, ...]
    images: np.ndarray
    thumbnails: np.ndarray
    labels: np.ndarray
    shapes: np.ndarray
    reasons: list[str] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)
    fingerprints: list[bytes] = field(default_factory=list)
    identifiers: dict[str, list[int]] = field(default_factory=dict)
    private: list[int] = field(default_factory=list)
    enlarged: int = 0
    few_bits: int = 0

    @property
    def good(self) -> np.ndarray:
        """Positions of the entries that are not bad."""
        return np.array([n for n, reason in enumerate(self.reasons) if not reason], np.int64)


def look(found: Found, settings: ImportSettings, scratch: Path, progress: Progress) -> Looked:
    """Reads every entry once.

    Args:
        found: the source.
        settings: size, fit, and the pattern for patients.
        scratch: a folder for the small images.
        progress: called with (images seen, images in all).

    Raises:
        EnvironmentFault: a package is missing.
    """
    count, size, pattern = len(found.entries), settings.size, settings.compiled_pattern()
    looked = Looked(
        entries=found.entries,
        images=np.lib.format.open_memmap(scratch / "all.npy", mode="w+", dtype=np.uint8, shape=(count, size, size)),
        thumbnails=np.zeros((count, THUMBNAIL**2), np.uint8),
        labels=np.array([entry.label for entry in found.entries], np.int64),
        shapes=np.ones((count, 2), np.int64),
    )
    progress(0, count)
    for n, picture in enumerate(found.pictures()):
        _take(looked, n, picture, settings)
        match = pattern.search(found.entries[n].name) if pattern else None
        looked.patients.append((match[1] or "" if match else "") if pattern else picture.patient)
        progress(n + 1, count)
    return looked


def _take(looked: Looked, n: int, picture: SourceImage, settings: ImportSettings) -> None:
    reason = picture.reason
    if picture.pixels is not None:
        try:
            _keep(looked, n, picture.pixels, settings)
        except BadImage as error:
            reason = str(error)
    looked.reasons.append(reason)
    looked.fingerprints.append(fingerprint(looked.images[n]) if not reason else b"")
    looked.few_bits += picture.few_bits and not reason
    if reason and settings.skip_bad:
        return  # this image is left out, so its header does not matter
    for keyword in picture.identifiers:
        looked.identifiers.setdefault(keyword, []).append(n)
    if picture.has_private:
        looked.private.append(n)


def _keep(looked: Looked, n: int, pixels: np.ndarray, settings: ImportSettings) -> None:
    if pixels.min() == pixels.max():
        raise BadImage("blank: all of its pixels have the same grey")
    image = to_bytes(fit(pixels, settings.size, settings.fit))
    height, width = content_shape(pixels.shape, settings.size, settings.fit)
    top, left = (settings.size - height) // 2, (settings.size - width) // 2
    content = image[top : top + height, left : left + width]
    if content.min() == content.max():
        raise BadImage(f"blank: nothing is left of it at {settings.size} x {settings.size} pixels")
    looked.images[n] = image
    looked.thumbnails[n] = to_bytes(fit(pixels, THUMBNAIL, settings.fit)).ravel()
    looked.shapes[n] = pixels.shape
    looked.enlarged += is_enlarged(pixels.shape, settings.size, settings.fit)
