"""What an instructor should hear of although it is no reason to refuse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.importing.examination import Looked
from autograder.importing.identifiers import BURNED_IN
from autograder.importing.records import Found, ImportSettings

TELLING_AUC = 0.7  # of the classes, judged by the proportions alone
UNEVEN_POINTS = 3.0


def notes_on_images(looked: Looked, good: np.ndarray, settings: ImportSettings) -> list[str]:
    """Notes on sizes, depths, headers and proportions of the images that are used."""
    notes = []
    if looked.enlarged:
        smallest = looked.shapes[good][np.argmin(looked.shapes[good].min(axis=1))]
        notes.append(
            f"images with fewer pixels than {settings.size} x {settings.size}, which were enlarged: "
            f"{looked.enlarged:,} (the smallest has {smallest[1]} x {smallest[0]}); a smaller --size avoids this"
        )
    if looked.few_bits:
        notes.append(f"16-bit images that use 12 bits or fewer, and were scaled from these: {looked.few_bits:,}")
    if looked.identifiers:
        affected = {n for files in looked.identifiers.values() for n in files}
        notes.append(f"headers that identify patients, as you allowed: {len(affected):,}; no header was copied")
    if BURNED_IN in looked.identifiers:
        notes.append(
            f"headers that say that the pixels show a patient's data: {len(looked.identifiers[BURNED_IN]):,}; look at "
            "the images before you hand them out"
        )
    if settings.fit != "crop" and (telling := proportions_auc(looked.shapes[good], looked.labels[good])) >= TELLING_AUC:
        notes.append(
            f"the classes differ in the originals' proportions (an AUC of {telling:.2f} by height to width alone), "
            f"which --fit {settings.fit} shows to a network; --fit crop does not"
        )
    return notes


def notes_on_patients(patients: Sequence[str], found: Found) -> list[str]:
    """How many patients are known, and what follows for the splits."""
    known = len({patient for patient in patients if patient})
    unknown = sum(1 for patient in patients if not patient)
    if not known:
        remedy = "see --patient-pattern" if found.has_names else "put them into the array patient"
        return [f"patients unknown: images of one patient may land in several splits; {remedy}"]
    notes = [f"{len(patients) - unknown:,} images of {known:,} patients; no patient is in two splits"]
    if unknown:
        notes.append(f"images without a known patient: {unknown:,}; each counts as a patient of its own")
    return notes


def notes_on_shares(counts: dict[str, int], wanted: dict[str, float]) -> list[str]:
    """Says so where the splits came out far from what was asked, as with patients of many images."""
    total = sum(counts.values())
    shares = {split: 100.0 * count / total for split, count in counts.items()}
    if all(abs(shares[split] - wanted[split]) <= UNEVEN_POINTS for split in wanted):
        return []
    text = ", ".join(f"{split} {shares[split]:.0f} % (wanted {wanted[split]:.0f})" for split in wanted)
    return [f"as patients stay together, the shares are {text}"]


def proportions_auc(shapes: np.ndarray, labels: np.ndarray) -> float:
    """How well height to width alone tells the classes apart: 0.5 not at all, 1 perfectly, whichever is taller.

    Args:
        shapes: ``(n, 2)`` heights and widths.
        labels: ``(n,)`` 0 or 1, both present.

    Source: the Mann-Whitney statistic with ties counted one half, Hanley and McNeil (1982).
    """
    ratios = np.round(shapes[:, 0] / shapes[:, 1], 2)
    normal, abnormal = np.sort(ratios[labels == 0]), ratios[labels == 1]
    below, at_most = (np.searchsorted(normal, abnormal, side=side) for side in ("left", "right"))
    auc = float(np.mean((below + at_most) / 2.0) / len(normal))
    return max(auc, 1.0 - auc)
