"""Decides which image goes where: leaves copies out, keeps patients together, deals the rest to the splits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from autograder.dataset.recipe import HIDDEN_SPLIT, PUBLIC_SPLITS
from autograder.errors import UsageError
from autograder.importing.duplicates import find_copies, join
from autograder.importing.examination import Looked
from autograder.importing.records import Found, How, ImportSettings
from autograder.importing.remarks import notes_on_images, notes_on_patients, notes_on_shares, refuse_copies


def deal(labels: np.ndarray, groups: np.ndarray, shares: dict[str, float], seed: str) -> np.ndarray:
    """Deals images to splits so that a group is never split.

    Large groups go first; each goes where it brings the counts of both classes closest to what was asked for (by
    squares, relative to the split's size).  With groups of one image the shares are exact, except for rounding.

    Args:
        labels: ``(n,)`` 0 normal, 1 abnormal.
        groups: ``(n,)`` integers, equal for images that have to stay together (of one patient).
        shares: percentages of the splits, adding up to 100.
        seed: decides between groups of equal size.

    Returns:
        ``(n,)`` int64, for each image the position of its split in ``shares``.

    Raises:
        UsageError: a class has too few images or patients for every split to get some.
    """
    wanted = _wanted(labels, shares)
    members, sizes = _sizes(labels, groups)
    missing = wanted.astype(np.float64)
    chosen = np.zeros(len(sizes), np.int64)
    shuffled = rng_of(seed, "deal").permutation(len(sizes))
    for group in shuffled[np.argsort(-sizes[shuffled].sum(axis=1), kind="stable")]:
        gain = np.sum(sizes[group] * (2.0 * missing - sizes[group]) / wanted, axis=1)
        chosen[group] = int(np.argmax(gain))
        missing[chosen[group]] -= sizes[group]
    _fill_empty(chosen, sizes, tuple(shares))
    return np.asarray(chosen[members])


def rng_of(seed: int | str, purpose: str) -> np.random.Generator:
    """Random numbers for one purpose of an import."""
    digest = hashlib.sha256(f"cxr-autograder import/{seed}/{purpose}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _wanted(labels: np.ndarray, shares: dict[str, float]) -> np.ndarray:
    """``(splits, 2)`` images of each class, whole numbers that add up (largest remainders)."""
    wanted = np.zeros((len(shares), 2), np.int64)
    for label, name in enumerate(("normal", "abnormal")):
        total = int(np.sum(labels == label))
        ideal = np.array(list(shares.values())) * total / 100.0
        whole = np.floor(ideal + 1e-9).astype(np.int64)
        for split in np.argsort(whole - ideal, kind="stable")[: total - int(whole.sum())]:
            whole[split] += 1
        if whole.min() < 1:
            counts = ", ".join(f"{split} {count}" for split, count in zip(shares, whole.tolist(), strict=True))
            raise UsageError(
                f"{total} {name} images are too few for the splits ({counts}); bring more of them, or change --split "
                "or --hidden"
            )
        wanted[:, label] = whole
    return wanted


def _sizes(labels: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which group each image is in, counted from 0, and ``(groups, 2)`` images of each class."""
    _, members = np.unique(groups, return_inverse=True)
    sizes = np.zeros((int(members.max()) + 1, 2), np.int64)
    np.add.at(sizes, (members, labels), 1)
    return members, sizes


def _fill_empty(chosen: np.ndarray, sizes: np.ndarray, splits: tuple[str, ...]) -> None:
    """Gives each split that lacks a class the smallest group that another split can spare."""
    for _ in range(4 * len(splits)):
        counts = np.array([sizes[chosen == split].sum(axis=0) for split in range(len(splits))])
        empty = np.argwhere(counts == 0)
        if not len(empty):
            return
        split, label = empty[0]
        spare = [
            group
            for group in np.flatnonzero(sizes[:, label])
            if np.all((counts[chosen[group]] > sizes[group]) | (sizes[group] == 0))
        ]
        if not spare:
            raise UsageError(
                f"the images come from too few patients: none with {('normal', 'abnormal')[label]} images is left for "
                f"{splits[split]}, as a patient is never in two splits. Bring images of more patients; or, if the "
                "header's PatientID is not the patient's, name it with --patient-pattern (with '(.+)' every file "
                "is a patient of its own)"
            )
        chosen[min(spare, key=lambda group: int(sizes[group].sum()))] = split


@dataclass(frozen=True)
class Chosen:
    """Which entries belong to which split (positions among all entries), and how they were chosen."""

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
        looked: the findings on its images.
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
    """``(n,)`` names of splits, and notes on their shares."""
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
