"""One look at every image of a source: its pixels at the wanted size, and what is wrong with it.

Bounded memory: one original at a time; the small images go to a file, of the rest stay 1 KiB each and a few numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.importing.duplicates import THUMBNAIL, fingerprint
from autograder.importing.fitting import content_shape, fit, is_enlarged, to_bytes
from autograder.importing.records import BadImage, Entry, Found, ImportSettings, Progress, SourceImage


@dataclass
class Looked:
    """What was seen of all entries; arrays have a row for each, bad ones included.

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
        enlarged: how many are smaller than the size.
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
        return  # what is left out does not matter
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
