"""Which images go where: copies left out, patients kept together, the rest dealt to the splits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.dataset.recipe import HIDDEN_SPLIT, PUBLIC_SPLITS
from autograder.errors import UsageError
from autograder.importing.duplicates import find_copies, join
from autograder.importing.examination import Looked
from autograder.importing.notes import notes_on_images, notes_on_patients, notes_on_shares
from autograder.importing.records import Found, ImportSettings
from autograder.importing.refusals import refuse_copies
from autograder.importing.splitting import deal
from autograder.importing.writer import How


@dataclass(frozen=True)
class Chosen:
    """Which entries belong to which split (positions among all entries), and how that came about."""

    members: dict[str, np.ndarray]
    how: How
    notes: tuple[str, ...]

    @property
    def has_hidden(self) -> bool:
        """Whether a split is set apart for the grader."""
        return HIDDEN_SPLIT in self.members

    def counts(self, labels: np.ndarray) -> dict[str, tuple[int, int]]:
        """Normal and abnormal images of each split."""
        return {
            split: (int(np.sum(labels[positions] == 0)), int(np.sum(labels[positions] == 1)))
            for split, positions in self.members.items()
        }


def choose(found: Found, looked: Looked, settings: ImportSettings) -> Chosen:
    """Leaves copies out and deals the rest to the splits.

    Args:
        found: the source.
        looked: what was seen of it.
        settings: shares, seed, and what is accepted.

    Raises:
        UsageError: copies or patients are where they must not be, or there are too few images.
    """
    good = looked.good
    entries, patients = ([found.entries[n] for n in good], [looked.patients[n] for n in good])
    _require_classes(looked.labels[good], "the source")
    _require_matches(found, patients, settings)
    roots = find_copies([looked.fingerprints[n] for n in good], looked.thumbnails[good])
    refuse_copies(entries, roots, patients, settings, has_splits=found.has_splits)
    copies = int(np.sum(roots != np.arange(len(good))))
    kept = np.flatnonzero(roots == np.arange(len(good))) if settings.drop_duplicates else np.arange(len(good))
    groups = _groups(roots, patients)[kept]
    splits, notes = _deal(found, [entries[n].split for n in kept], looked.labels[good[kept]], groups, settings)
    return Chosen(
        members={split: good[kept[splits == split]] for split in dict.fromkeys((*PUBLIC_SPLITS, *splits.tolist()))},
        how=_how(found, patients, copies, settings),
        notes=(
            *notes_on_patients([patients[n] for n in kept], found),
            *notes,
            *_notes_on_copies(copies, settings),
            *notes_on_images(looked, good[kept], settings),
        ),
    )


def _groups(roots: np.ndarray, patients: list[str]) -> np.ndarray:
    """``(n,)`` equal for images that have to stay together: of one patient, or copies that are kept."""
    first: dict[str, int] = {}
    with_patient = [n for n, patient in enumerate(patients) if patient]
    of_patient = [first.setdefault(patients[n], n) for n in with_patient]
    return join(roots, np.array(with_patient, np.int64), np.array(of_patient, np.int64))


def _deal(
    found: Found, given: list[str | None], labels: np.ndarray, groups: np.ndarray, settings: ImportSettings
) -> tuple[np.ndarray, list[str]]:
    """``(n,)`` names of splits, and notes on how they came out."""
    hidden = settings.hidden_percent
    if not found.has_splits:
        shares = {s: (100 - hidden) * share / 100 for s, share in zip(PUBLIC_SPLITS, settings.shares, strict=True)}
        shares |= {HIDDEN_SPLIT: hidden} if hidden else {}
        splits = np.array(list(shares))[deal(labels, groups, shares, settings.dealing_seed)]
        return splits, notes_on_shares({split: int(np.sum(splits == split)) for split in shares}, shares)
    splits = np.array(given, object).astype(str)
    for split in sorted(set(splits.tolist())):
        at = np.flatnonzero(splits == split)
        _require_classes(labels[at], f"the split {split}")
        if hidden:
            to = deal(labels[at], groups[at], {split: 100 - hidden, HIDDEN_SPLIT: hidden}, settings.dealing_seed)
            splits[at] = np.array([split, HIDDEN_SPLIT])[to]
    return splits, []


def _require_classes(labels: np.ndarray, where: str) -> None:
    counts = [int(np.sum(labels == label)) for label in (0, 1)]
    if min(counts) == 0:
        raise UsageError(f"wanted images of both classes in {where}, got {counts[0]} normal and {counts[1]} abnormal")


def _require_matches(found: Found, patients: list[str], settings: ImportSettings) -> None:
    if settings.patient_pattern is not None and not any(patients):
        raise UsageError(
            f"--patient-pattern '{settings.patient_pattern}' finds a patient in no file's name; it is searched for in "
            f"names such as {found.entries[0].name}"
        )


def _how(found: Found, patients: list[str], copies: int, settings: ImportSettings) -> How:
    kept = "Copies of an image were looked for; "
    if copies and not settings.drop_duplicates:
        kept += "some are left within a split, none across"
    else:
        kept += "there are none"
    if found.has_splits:
        return How("given", "The splits are the source's own", kept)
    unit = "patient" if any(patients) else "image"
    shares = ",".join(f"{share:g}" for share in settings.shares)
    sentence = "No known patient is in two splits" if any(patients) else "Patients are unknown and may be in two splits"
    return How(f"by {unit} {shares}", sentence, kept)


def _notes_on_copies(copies: int, settings: ImportSettings) -> list[str]:
    if not copies:
        return []
    if settings.drop_duplicates:
        return [f"copies left out: {copies:,} (the first of each, by name, stays)"]
    return [f"copies kept, as they are in the split of the original: {copies:,} (--drop-duplicates drops them)"]
